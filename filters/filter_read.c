/* filter_read: see filter_read.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_read.h"

#include "filters/nearest.h"
#include "filters/scan.h"

#include <confuse.h>
#include <string.h>

struct reading {
	struct filter_set *set;
	const char *file;
	GPtrArray *problems, *keys;
};

static cfg_opt_t entity_options[] = {
	CFG_STR("kind", "other", CFGF_NONE),	  CFG_STR("side", NULL, CFGF_NODEFAULT),
	CFG_STR("strength", NULL, CFGF_NODEFAULT), CFG_STR_LIST("names", "{}", CFGF_NONE),
	CFG_STR_LIST("with", "{}", CFGF_NONE),	  CFG_STR_LIST("not", "{}", CFGF_NONE),
	CFG_END(),
};

static cfg_opt_t filter_options[] = {
	CFG_STR("title", NULL, CFGF_NODEFAULT),	   CFG_STR("when", NULL, CFGF_NODEFAULT),
	CFG_STR_LIST("terms", "{}", CFGF_NONE),	   CFG_STR("threshold", NULL, CFGF_NODEFAULT),
	CFG_STR("priority", "normal", CFGF_NONE),  CFG_STR_LIST("raise", "{}", CFGF_NONE),
	CFG_STR_LIST("languages", "{}", CFGF_NONE), CFG_STR_LIST("poles", "{}", CFGF_NONE),
	CFG_STR_LIST("shared", "{}", CFGF_NONE),   CFG_END(),
};

static const char *const kind_names[] = {"other",	 "person", "place", "country",
					 "organisation", "weapon", "treaty"};

/* ---- places -------------------------------------------------------------------------------------------------- */

static const struct scan_key *find_key(const struct reading *r, const char *block, const char *title,
				       const char *key)
{
	for (unsigned i = 0; i < r->keys->len; i++) {
		const struct scan_key *at = r->keys->pdata[i];
		if (g_strcmp0(at->block, block) == 0 && g_strcmp0(at->title, title) == 0 &&
		    g_strcmp0(at->key, key) == 0)
			return at;
	}
	return NULL;
}

static void mistake(const struct reading *r, const struct scan_key *at, char *text)
{
	filter_problem_add(r->problems, r->file, at ? at->line : 0, at ? at->column : 0, true, text);
}

static void check_key(const struct reading *r, const struct scan_key *key)
{
	static const char *const blocks[] = {"entity", "filter"};
	cfg_opt_t *options = g_strcmp0(key->block, "entity") == 0   ? entity_options
			     : g_strcmp0(key->block, "filter") == 0 ? filter_options
								    : NULL;
	const char *names[32];
	unsigned count = 0;

	if (!options) {
		const char *word = key->block ? key->block : key->key;
		if (!key->key || !key->block) {
			const char *near = nearest_name(blocks, 2, word);
			mistake(r, key, g_strdup_printf("unknown '%s'; expected entity or filter%s%s", word,
							near ? ", did you mean " : "", near ? near : ""));
		}
		return;
	}
	if (!key->key) {
		if (!key->title || !*key->title)
			mistake(r, key, g_strdup_printf("%s needs a name: %s \"name\" { … }", key->block, key->block));
		return;
	}
	for (cfg_opt_t *o = options; o->name; o++) {
		if (strcmp(o->name, key->key) == 0)
			return;
		names[count++] = o->name;
	}
	const char *near = nearest_name(names, count, key->key);
	mistake(r, key, g_strdup_printf("unknown key '%s' in %s '%s'%s%s", key->key, key->block, key->title,
					near ? "; did you mean " : "", near ? near : ""));
}

/* ---- values -------------------------------------------------------------------------------------------------- */

static char **texts(cfg_t *section, const char *key)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	for (unsigned i = 0; i < cfg_size(section, key); i++) {
		const char *text = cfg_getnstr(section, key, i);
		if (text && *text)
			g_strv_builder_add(builder, text);
	}
	return g_strv_builder_end(builder);
}

static bool number(const struct reading *r, const struct scan_key *at, const char *text, double low,
		   double high, double *value)
{
	char *end;
	double parsed = g_ascii_strtod(text, &end);
	if (end == text || *end || !(parsed >= low && parsed <= high)) {
		mistake(r, at, g_strdup_printf("'%s': expected a number from %g to %g", text, low, high));
		return false;
	}
	*value = parsed;
	return true;
}

static void check_utf8(const struct reading *r, const char *block, const char *title, const char *key,
		       char **values)
{
	for (; *values; values++)
		if (!g_utf8_validate(*values, -1, NULL))
			mistake(r, find_key(r, block, title, key), g_strdup_printf("%s: not valid UTF-8", key));
}

static void read_entity(const struct reading *r, cfg_t *section)
{
	const char *id = cfg_title(section);
	const struct scan_key *at = find_key(r, "entity", id, NULL);
	const char *kind = cfg_getstr(section, "kind"), *strength = cfg_getstr(section, "strength");
	struct entity *entity = g_new0(struct entity, 1);

	entity->id = g_strdup(id);
	entity->file = g_strdup(r->file);
	entity->line = at ? at->line : 0;
	entity->side = g_strdup(cfg_getstr(section, "side"));
	entity->names = texts(section, "names");
	entity->with = texts(section, "with");
	entity->not_names = texts(section, "not");
	entity->strength = -1; /* by kind: filter_check() */
	g_ptr_array_add(r->set->entities, entity);
	check_utf8(r, "entity", id, "names", entity->names);
	check_utf8(r, "entity", id, "with", entity->with);
	check_utf8(r, "entity", id, "not", entity->not_names);
	bool known = false;
	for (unsigned i = 0; i < G_N_ELEMENTS(kind_names); i++)
		if (strcmp(kind_names[i], kind) == 0) {
			entity->kind = (enum entity_kind)i;
			known = true;
		}
	if (!known) {
		const char *near = nearest_name(kind_names, G_N_ELEMENTS(kind_names), kind);
		mistake(r, find_key(r, "entity", id, "kind"),
			g_strdup_printf("kind = '%s': expected person, place, country, organisation, weapon, "
					"treaty or other%s%s",
					kind, near ? "; did you mean " : "", near ? near : ""));
	}
	if (strength)
		number(r, find_key(r, "entity", id, "strength"), strength, 0, 1, &entity->strength);
	if (g_hash_table_contains(r->set->entity_by_id, id)) {
		const struct entity *first = filter_set_entity(r->set, id);
		mistake(r, at, g_strdup_printf("entity '%s' stands twice; first in %s:%u", id, first->file, first->line));
	} else {
		g_hash_table_insert(r->set->entity_by_id, entity->id, entity);
	}
}

/* Where the value after `key =` begins is not known to the column; the key's own place is near enough. */
static struct node *parse_when(const struct reading *r, const struct scan_key *at, const char *text)
{
	g_autoptr(GError) error = NULL;
	unsigned line, column;
	struct node *node = expression_parse(text, at ? at->value_line : 0, at ? at->value_column + 1 : 0,
					     &line, &column, &error);
	if (!node)
		filter_problem_add(r->problems, r->file, line, column, true, g_strdup(error->message));
	return node;
}

/* "expression = weight"; the weight is what stands behind the last '='. */
static void read_term(const struct reading *r, const struct scan_key *at, struct filter *filter,
		      const char *text)
{
	const char *equals = strrchr(text, '=');
	struct term term = {.weight = 1};
	unsigned line, column;
	g_autoptr(GError) error = NULL;
	g_autofree char *body = equals ? g_strndup(text, (gsize)(equals - text)) : g_strdup(text);

	if (!equals || !*g_strstrip(body)) {
		mistake(r, at, g_strdup_printf("term '%s': expected \"term = weight\"", text));
		return;
	}
	g_autofree char *weight = g_strstrip(g_strdup(equals + 1));
	if (!number(r, at, weight, -1000, 1000, &term.weight))
		return;
	term.node = expression_parse_term(body, at ? at->line : 0, at ? at->column : 0, &line, &column, &error);
	if (!term.node) {
		filter_problem_add(r->problems, r->file, line, column, true,
				   g_strdup_printf("term '%s': %s", text, error->message));
		return;
	}
	term.text = g_steal_pointer(&body);
	g_array_append_val(filter->terms, term);
}

/* "high = 3" */
static void read_raise(const struct reading *r, const struct scan_key *at, struct filter *filter,
		       const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "=", 2);
	struct raise raise;
	if (!parts[0] || !parts[1] || !priority_parse(g_strstrip(parts[0]), &raise.priority)) {
		mistake(r, at, g_strdup_printf("raise '%s': expected \"high = 3\"", text));
		return;
	}
	if (number(r, at, g_strstrip(parts[1]), 0, 10000, &raise.score))
		g_array_append_val(filter->raises, raise);
}

static void read_decision(const struct reading *r, cfg_t *section, struct filter *filter)
{
	const char *id = filter->id;
	const char *when = cfg_getstr(section, "when"), *threshold = cfg_getstr(section, "threshold");
	g_auto(GStrv) terms = texts(section, "terms");
	g_auto(GStrv) raises = texts(section, "raise");

	if (when)
		filter->when = parse_when(r, find_key(r, "filter", id, "when"), when);
	for (char **term = terms; *term; term++)
		read_term(r, find_key(r, "filter", id, "terms"), filter, *term);
	for (char **raise = raises; *raise; raise++)
		read_raise(r, find_key(r, "filter", id, "raise"), filter, *raise);
	if (threshold)
		number(r, find_key(r, "filter", id, "threshold"), threshold, 0, 10000, &filter->threshold);
	if (!priority_parse(cfg_getstr(section, "priority"), &filter->priority))
		mistake(r, find_key(r, "filter", id, "priority"),
			g_strdup_printf("priority = '%s': expected low, normal, high or critical",
					cfg_getstr(section, "priority")));
}

static void read_filter(const struct reading *r, cfg_t *section)
{
	const char *id = cfg_title(section);
	const struct scan_key *at = find_key(r, "filter", id, NULL);
	struct filter *filter = g_new0(struct filter, 1);

	filter->id = g_strdup(id);
	filter->title = g_strdup(cfg_getstr(section, "title"));
	filter->file = g_strdup(r->file);
	filter->line = at ? at->line : 0;
	filter->terms = g_array_new(FALSE, FALSE, sizeof(struct term));
	filter->raises = g_array_new(FALSE, FALSE, sizeof(struct raise));
	filter->languages = texts(section, "languages");
	filter->poles = texts(section, "poles");
	filter->shared = texts(section, "shared");
	g_ptr_array_add(r->set->filters, filter);
	if (filter->title && !g_utf8_validate(filter->title, -1, NULL))
		mistake(r, find_key(r, "filter", id, "title"), g_strdup("title: not valid UTF-8"));
	read_decision(r, section, filter);
	if (g_hash_table_contains(r->set->by_id, id)) {
		const struct filter *first = filter_set_filter(r->set, id);
		mistake(r, at, g_strdup_printf("filter '%s' stands twice; first in %s:%u", id, first->file, first->line));
	} else {
		g_hash_table_insert(r->set->by_id, filter->id, filter);
	}
}

static const struct reading *error_sink; /* libconfuse's callback has no user data */

static void on_confuse_error(cfg_t *cfg, const char *format, va_list arguments)
{
	filter_problem_add(error_sink->problems, error_sink->file, cfg ? (unsigned)cfg->line : 0, 0, true,
			   g_strdup_vprintf(format, arguments));
}

void filter_read(struct filter_set *set, const char *file, const char *text, GPtrArray *problems)
{
	cfg_opt_t options[] = {
		CFG_SEC("entity", entity_options, CFGF_MULTI | CFGF_TITLE | CFGF_IGNORE_UNKNOWN),
		CFG_SEC("filter", filter_options, CFGF_MULTI | CFGF_TITLE | CFGF_IGNORE_UNKNOWN),
		CFG_FUNC("include", cfg_include),
		CFG_END(),
	};
	struct reading r = {.set = set, .file = file, .problems = problems};

	if (g_str_has_prefix(text, "\xef\xbb\xbf"))
		text += 3;
	r.keys = scan_keys(text);
	for (unsigned i = 0; i < r.keys->len; i++)
		check_key(&r, r.keys->pdata[i]);
	cfg_t *root = cfg_init(options, CFGF_IGNORE_UNKNOWN);
	root->filename = strdup(file);
	error_sink = &r;
	cfg_set_error_function(root, on_confuse_error);
	if (cfg_parse_buf(root, text) == CFG_SUCCESS) {
		for (unsigned i = 0; i < cfg_size(root, "entity"); i++)
			read_entity(&r, cfg_getnsec(root, "entity", i));
		for (unsigned i = 0; i < cfg_size(root, "filter"); i++)
			read_filter(&r, cfg_getnsec(root, "filter", i));
	}
	cfg_free(root);
	error_sink = NULL;
	g_ptr_array_unref(r.keys);
}
