/* filter_read: see filter_read.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_read.h"

#include "filters/filter_file.h"
#include "filters/language.h"
#include "filters/nearest.h"
#include "filters/scan.h"

#include <confuse.h>
#include <string.h>

#define MAX_INCLUDE_DEPTH 16
#define MAX_EXPRESSION	  (64 * 1024)
/* Blocks read at a time: libconfuse looks through all blocks of a kind for each new one. */
#define PORTION 16

struct reading {
	struct filter_set *set;
	const char *file;
	const char *text;
	GPtrArray *problems;
	GPtrArray *keys;     /* of the portion */
	GPtrArray *includes; /* char * */
	unsigned first_line; /* of the portion */
	unsigned depth;
};

static cfg_opt_t entity_options[] = {
	CFG_STR("kind", "other", CFGF_NONE),
	CFG_STR("side", NULL, CFGF_NODEFAULT),
	CFG_STR("strength", NULL, CFGF_NODEFAULT),
	CFG_STR_LIST("names", NULL, CFGF_NONE),
	CFG_STR_LIST("with", NULL, CFGF_NONE),
	CFG_STR_LIST("not", NULL, CFGF_NONE),
	CFG_END(),
};

static cfg_opt_t filter_options[] = {
	CFG_STR("title", NULL, CFGF_NODEFAULT),	    CFG_STR("when", NULL, CFGF_NODEFAULT),
	CFG_STR_LIST("terms", NULL, CFGF_NONE),	    CFG_STR("threshold", NULL, CFGF_NODEFAULT),
	CFG_STR("priority", "normal", CFGF_NONE),   CFG_STR_LIST("raise", NULL, CFGF_NONE),
	CFG_STR_LIST("languages", NULL, CFGF_NONE), CFG_STR_LIST("poles", NULL, CFGF_NONE),
	CFG_STR_LIST("shared", NULL, CFGF_NONE),    CFG_END(),
};

static const char *const kind_names[] = {"other",	 "person", "place", "country",
					 "organisation", "weapon", "treaty"};

/* ---- places
 * --------------------------------------------------------------------------------------------------
 */

static bool same(const char *left, const char *right)
{
	return left == right || (left && right && *left == *right && strcmp(left, right) == 0);
}

/* What differs most is asked first. */
static const struct scan_key *find_key(const struct reading *r, const char *block,
				       const char *title, const char *key)
{
	for (unsigned i = 0; i < r->keys->len; i++) {
		const struct scan_key *at = r->keys->pdata[i];
		if (same(at->key, key) && same(at->title, title) && same(at->block, block))
			return at;
	}
	return NULL;
}

static void mistake(const struct reading *r, const struct scan_key *at, char *text)
{
	filter_problem_add(r->problems, r->file, at ? at->line : 0, at ? at->column : 0, true,
			   text);
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
			mistake(r, key,
				g_strdup_printf("unknown '%s'; expected entity or filter%s%s%s", word,
						near ? "; did you mean '" : "", near ? near : "",
						near ? "'?" : ""));
		}
		return;
	}
	if (!key->key) {
		if (!key->title || !*key->title)
			mistake(r, key,
				g_strdup_printf("%s needs a name: %s \"name\" { … }", key->block,
						key->block));
		return;
	}
	for (cfg_opt_t *o = options; o->name; o++) {
		if (strcmp(o->name, key->key) == 0)
			return;
		names[count++] = o->name;
	}
	if (!key->values) {
		mistake(r, key,
			g_strdup_printf("a block '%s' inside %s '%s': blocks stand one after the "
					"other",
					key->key, key->block, key->title));
		return;
	}
	const char *near = nearest_name(names, count, key->key);
	mistake(r, key,
		g_strdup_printf("unknown key '%s' in %s '%s'%s%s%s", key->key, key->block,
				key->title, near ? "; did you mean '" : "", near ? near : "",
				near ? "'?" : ""));
}

/* ---- values
 * --------------------------------------------------------------------------------------------------
 */

static char **texts(cfg_t *section, const char *key)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	if (cfg_size(section, key) == 0)
		return filter_no_texts();
	for (unsigned i = 0; i < cfg_size(section, key); i++) {
		const char *text = cfg_getnstr(section, key, i);
		g_strv_builder_add(builder, text ? text : "");
	}
	return g_strv_builder_end(builder);
}

/* The n-th value of a key as it stands in the file. */
static struct origin origin_of(const struct reading *r, const struct scan_key *at, unsigned n)
{
	struct origin origin = {NULL, at ? at->line : 0, at ? at->column : 0};
	if (!at || !at->values || n >= at->values->len)
		return origin;
	const struct scan_value *value = &g_array_index(at->values, struct scan_value, n);
	origin = (struct origin){r->text + value->at, value->line, value->column};
	return origin;
}

static void mistake_at(const struct reading *r, const struct origin *origin, char *text)
{
	filter_problem_add(r->problems, r->file, origin->line, origin->column, true, text);
}

static void free_texts(char **list)
{
	if (list != filter_no_texts())
		g_strfreev(list);
}

static bool number(const struct reading *r, const struct origin *origin, const char *text,
		   double low, double high, double *value)
{
	char *end;
	double parsed = g_ascii_strtod(text, &end);
	if (end == text || *end || !(parsed >= low && parsed <= high)) {
		mistake_at(
			r, origin,
			g_strdup_printf("'%s': expected a number from %g to %g", text, low, high));
		return false;
	}
	*value = parsed;
	return true;
}

static void check_utf8(const struct reading *r, const char *block, const char *title,
		       const char *key, char **values)
{
	for (; *values; values++)
		if (!g_utf8_validate(*values, -1, NULL))
			mistake(r, find_key(r, block, title, key),
				g_strdup_printf("%s: not valid UTF-8", key));
}

/* Ids are shown on terminals, in logs and mails: nothing invisible in them. */
static void check_id(const struct reading *r, const struct scan_key *at, const char *id)
{
	bool fine = *id && g_utf8_validate(id, -1, NULL);
	if (fine && (g_str_has_prefix(id, "\u201c") || g_str_has_prefix(id, "\u201e") ||
		     g_str_has_prefix(id, "«")))
		mistake(r, at,
			g_strdup_printf("%s: a name stands in plain quotation marks, \"…\"", id));
	for (const char *p = id; fine && *p; p = g_utf8_next_char(p)) {
		GUnicodeType type = g_unichar_type(g_utf8_get_char(p));
		fine = type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT &&
		       type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR;
	}
	if (!fine)
		mistake(r, at,
			g_strdup("a name must be valid UTF-8, without control characters, and not "
				 "empty"));
}

static void read_entity(const struct reading *r, cfg_t *section)
{
	const char *id = cfg_title(section);
	const struct scan_key *at = find_key(r, "entity", id, NULL);
	const char *kind = cfg_getstr(section, "kind"), *strength = cfg_getstr(section, "strength");
	struct entity *entity = g_new0(struct entity, 1);

	entity->id = g_strdup(id);
	entity->file = g_intern_string(r->file);
	entity->line = at ? at->line : 0;
	entity->side = g_strdup(cfg_getstr(section, "side"));
	entity->names = texts(section, "names");
	entity->with = texts(section, "with");
	entity->not_names = texts(section, "not");
	entity->strength = -1; /* by kind: filter_check() */
	g_ptr_array_add(r->set->entities, entity);
	check_id(r, at, id);
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
			g_strdup_printf("kind = '%s': expected person, place, country, "
					"organisation, weapon, "
					"treaty or other%s%s%s",
					kind, near ? "; did you mean '" : "", near ? near : "",
					near ? "'?" : ""));
	}
	if (strength) {
		struct origin origin = origin_of(r, find_key(r, "entity", id, "strength"), 0);
		number(r, &origin, strength, 0, 1, &entity->strength);
	}
	if (g_hash_table_contains(r->set->entity_by_id, id)) {
		const struct entity *first = filter_set_entity(r->set, id);
		mistake(r, at,
			g_strdup_printf("entity '%s' stands twice; first in %s:%u", id, first->file,
					first->line));
	} else {
		g_hash_table_insert(r->set->entity_by_id, entity->id, entity);
	}
}

static bool readable(const struct reading *r, const struct origin *origin, const char *text)
{
	const char *why = strlen(text) > MAX_EXPRESSION	     ? "longer than 64 KiB"
			  : !g_utf8_validate(text, -1, NULL) ? "not valid UTF-8"
							     : NULL;
	if (why)
		mistake_at(r, origin, g_strdup(why));
	return !why;
}

static struct node *parse_when(const struct reading *r, const struct scan_key *at, const char *text)
{
	g_autoptr(GError) error = NULL;
	struct origin origin = origin_of(r, at, 0), failed;
	if (!readable(r, &origin, text))
		return NULL;
	struct node *node = expression_parse(text, &origin, &failed, &error);
	if (!node)
		mistake_at(r, &failed, g_strdup(error->message));
	return node;
}

/* "expression = weight"; the weight is what stands behind the last '='. */
static void read_term(const struct reading *r, const struct origin *origin, struct filter *filter,
		      const char *text)
{
	const char *equals = strrchr(text, '=');
	struct term term = {.weight = 1};
	struct origin failed;
	g_autoptr(GError) error = NULL;
	g_autofree char *body = equals ? g_strndup(text, (gsize)(equals - text)) : g_strdup(text);
	g_autofree char *weight = g_strstrip(g_strdup(equals ? equals + 1 : ""));

	if (!readable(r, origin, text))
		return;
	if (!equals || !*g_strchomp(body)) {
		mistake_at(r, origin,
			   g_strdup_printf("term '%s': expected \"term = weight\"", text));
		return;
	}
	if (!number(r, origin, weight, -1000, 1000, &term.weight))
		return;
	term.node = expression_parse_term(body, origin, &failed, &error);
	if (!term.node) {
		mistake_at(r, &failed, g_strdup_printf("term '%s': %s", text, error->message));
		return;
	}
	g_strchug(body);
	term.text = g_steal_pointer(&body);
	g_array_append_val(filter->terms, term);
}

/* "high = 3" */
static void read_raise(const struct reading *r, const struct origin *origin, struct filter *filter,
		       const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "=", 2);
	struct raise raise;
	if (!parts[0] || !parts[1] || !priority_parse(g_strstrip(parts[0]), &raise.priority)) {
		mistake_at(r, origin, g_strdup_printf("raise '%s': expected \"high = 3\"", text));
		return;
	}
	if (number(r, origin, g_strstrip(parts[1]), 0, 10000, &raise.score))
		g_array_append_val(filter->raises, raise);
}

static void read_languages(const struct reading *r, const struct scan_key *at, char **languages)
{
	for (unsigned i = 0; languages[i]; i++) {
		struct origin origin = origin_of(r, at, i);
		if (language_of_tag(languages[i]) == LANGUAGE_NONE)
			mistake_at(r, &origin,
				   g_strdup_printf("languages: '%s' is none of %s", languages[i],
						   language_list()));
	}
}

static void read_decision(const struct reading *r, cfg_t *section, struct filter *filter)
{
	const char *id = filter->id;
	const char *when = cfg_getstr(section, "when"),
		   *threshold = cfg_getstr(section, "threshold");
	char **terms = texts(section, "terms"), **raises = texts(section, "raise");

	if (when)
		filter->when = parse_when(r, find_key(r, "filter", id, "when"), when);
	if (*terms)
		filter->terms = g_array_new(FALSE, FALSE, sizeof(struct term));
	if (*raises)
		filter->raises = g_array_new(FALSE, FALSE, sizeof(struct raise));
	for (unsigned i = 0; terms[i]; i++) {
		struct origin origin = origin_of(r, find_key(r, "filter", id, "terms"), i);
		read_term(r, &origin, filter, terms[i]);
	}
	for (unsigned i = 0; raises[i]; i++) {
		struct origin origin = origin_of(r, find_key(r, "filter", id, "raise"), i);
		read_raise(r, &origin, filter, raises[i]);
	}
	filter->incomplete = (when && !filter->when) || g_strv_length(terms) != filter->terms->len;
	free_texts(terms);
	free_texts(raises);
	if (threshold) {
		struct origin origin = origin_of(r, find_key(r, "filter", id, "threshold"), 0);
		number(r, &origin, threshold, 0, 10000, &filter->threshold);
	}
	read_languages(r, find_key(r, "filter", id, "languages"), filter->languages);
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
	filter->file = g_intern_string(r->file);
	filter->line = at ? at->line : 0;
	filter->terms = filter->raises = filter_no_values();
	filter->languages = texts(section, "languages");
	filter->poles = texts(section, "poles");
	filter->shared = texts(section, "shared");
	g_ptr_array_add(r->set->filters, filter);
	check_id(r, at, id);
	if (filter->title && !g_utf8_validate(filter->title, -1, NULL))
		mistake(r, find_key(r, "filter", id, "title"), g_strdup("title: not valid UTF-8"));
	read_decision(r, section, filter);
	if (g_hash_table_contains(r->set->by_id, id)) {
		const struct filter *first = filter_set_filter(r->set, id);
		mistake(r, at,
			g_strdup_printf("filter '%s' stands twice; first in %s:%u", id, first->file,
					first->line));
	} else {
		g_hash_table_insert(r->set->by_id, filter->id, filter);
	}
}

/* libconfuse's callbacks have no user data. */
static struct reading *active;

static void on_confuse_error(cfg_t *cfg, const char *format, va_list arguments) G_GNUC_PRINTF(2, 0);
static void on_confuse_error(cfg_t *cfg, const char *format, va_list arguments)
{
	unsigned line = cfg && cfg->line > 0 ? (unsigned)cfg->line + active->first_line - 1
					     : active->first_line;
	filter_problem_add(active->problems, active->file, line, 1, true,
			   g_strdup_vprintf(format, arguments));
}

static int on_include(cfg_t *cfg, cfg_opt_t *option, int count, const char **arguments)
{
	(void)cfg;
	(void)option;
	if (count != 1 || !*arguments[0]) {
		filter_problem_add(active->problems, active->file, active->first_line, 1, true,
				   g_strdup("include: expected include(\"file\")"));
		return -1;
	}
	g_ptr_array_add(active->includes, g_strdup(arguments[0]));
	return 0;
}

/* Two blocks of one name in one portion: libconfuse would take the second for the first. */
static void check_repeated(const struct reading *r)
{
	for (unsigned i = 0; i < r->keys->len; i++) {
		const struct scan_key *key = r->keys->pdata[i];
		const struct scan_key *first = find_key(r, key->block, key->title, key->key);
		if (!key->block || !key->title || first == key)
			continue;
		if (!key->key)
			mistake(r, key,
				g_strdup_printf("%s '%s' stands twice; first in %s:%u", key->block,
						key->title, r->file, first->line));
		else if (!key->appended && first->block_index == key->block_index)
			mistake(r, key,
				g_strdup_printf("'%s' is set again; first on line %u", key->key,
						first->line));
	}
}

static void read_portion(struct reading *r, const char *text)
{
	cfg_opt_t options[] = {
		CFG_SEC("entity", entity_options, CFGF_MULTI | CFGF_TITLE | CFGF_IGNORE_UNKNOWN),
		CFG_SEC("filter", filter_options, CFGF_MULTI | CFGF_TITLE | CFGF_IGNORE_UNKNOWN),
		CFG_FUNC("include", on_include),
		CFG_END(),
	};
	for (unsigned i = 0; i < r->keys->len; i++)
		check_key(r, r->keys->pdata[i]);
	check_repeated(r);
	cfg_t *root = cfg_init(options, CFGF_IGNORE_UNKNOWN);
	active = r;
	cfg_set_error_function(root, on_confuse_error);
	bool parsed = cfg_parse_buf(root, text) == CFG_SUCCESS;
	active = NULL;
	for (unsigned i = 0; parsed && i < cfg_size(root, "entity"); i++)
		read_entity(r, cfg_getnsec(root, "entity", i));
	for (unsigned i = 0; parsed && i < cfg_size(root, "filter"); i++)
		read_filter(r, cfg_getnsec(root, "filter", i));
	cfg_free(root);
}

static void read_text(struct filter_set *set, const char *file, const char *text,
		      GPtrArray *problems, unsigned depth);

static void read_path(struct filter_set *set, const char *path, GPtrArray *problems, unsigned depth)
{
	g_autofree char *canonical = g_canonicalize_filename(path, NULL);

	if (g_hash_table_contains(set->files, canonical))
		return;
	g_hash_table_add(set->files, g_strdup(canonical));
	g_autofree char *text = filter_file_text(path, problems);
	if (text)
		read_text(set, path, text, problems, depth);
}

static void read_includes(struct reading *r)
{
	for (unsigned i = 0; i < r->includes->len; i++) {
		g_autofree char *folder = g_path_get_dirname(r->file);
		g_autofree char *path =
			g_path_is_absolute(r->includes->pdata[i])
				? g_strdup(r->includes->pdata[i])
				: g_build_filename(folder, r->includes->pdata[i], NULL);
		if (r->depth >= MAX_INCLUDE_DEPTH)
			filter_problem_add(r->problems, r->file, r->first_line, 1, true,
					   g_strdup_printf("include: more than %d files deep",
							   MAX_INCLUDE_DEPTH));
		else if (!g_file_test(path, G_FILE_TEST_EXISTS))
			filter_problem_add(r->problems, r->file, r->first_line, 1, true,
					   g_strdup_printf("include: there is no file %s", path));
		else
			read_path(r->set, path, r->problems, r->depth + 1);
	}
	g_ptr_array_set_size(r->includes, 0);
}

static void read_text(struct filter_set *set, const char *file, const char *text,
		      GPtrArray *problems, unsigned depth)
{
	g_autoptr(GPtrArray) includes = g_ptr_array_new_with_free_func(g_free);
	struct scan_cursor cursor = {.p = text, .line = 1, .column = 1};
	bool broken = false;

	if (g_str_has_prefix(text, "\xef\xbb\xbf"))
		cursor.p = text += 3;
	while (*cursor.p) {
		const char *start = cursor.p;
		struct reading r = {.set = set,
				    .file = file,
				    .text = text,
				    .problems = problems,
				    .includes = includes,
				    .first_line = cursor.line,
				    .depth = depth};
		r.keys = scan_some(text, &cursor, PORTION, &broken);
		g_autofree char *portion = g_strndup(start, (gsize)(cursor.p - start));
		g_autofree char *plain = scan_without_comments(portion);
		read_portion(&r, plain);
		g_ptr_array_unref(r.keys);
		read_includes(&r);
	}
	if (cursor.open_line && !broken)
		filter_problem_add(problems, file, cursor.open_line, cursor.open_column, true,
				   g_strdup("what begins here has no end: a } or */ is missing"));
}

void filter_read(struct filter_set *set, const char *file, const char *text, GPtrArray *problems)
{
	read_text(set, file, text, problems, 0);
}

void filter_read_file(struct filter_set *set, const char *path, GPtrArray *problems)
{
	read_path(set, path, problems, 0);
}
