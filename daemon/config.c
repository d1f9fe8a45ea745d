/* config: see config.h. Values come from libconfuse, positions from filters/scan.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/config.h"

#include "daemon/config_check.h"
#include "daemon/config_schema.h"
#include "filters/nearest.h"
#include "filters/scan.h"
#include "daemon/config_value.h"

#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_STATE LOCALSTATEDIR "/lib/" PACKAGE
#define CONFIG_MAX_BYTES (4 * 1024 * 1024)
#define SHOWN_MAX	 60 /* characters of a wrong value */

struct reading {
	const char *name;
	GPtrArray *keys;     /* struct scan_key * */
	GHashTable *index;   /* place_name() → the first struct scan_key * of it */
	GPtrArray *problems; /* struct filter_problem * */
	unsigned broken_line; /* values are read up to here; 0: all */
};

static void report(const struct reading *reading, const struct scan_key *at, char *text)
{
	filter_problem_add(reading->problems, reading->name, at ? at->line : 0, at ? at->column : 0,
			   true, text);
}

static char *place_name(const char *block, const char *title, const char *key)
{
	return g_strdup_printf("%s\n%s\n%s", block ? block : "", title ? title : "", key ? key : "");
}

/* Ten thousand feed blocks, looked for one after the other for each of their settings, take 20 s. */
static GHashTable *index_keys(const GPtrArray *keys)
{
	GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = keys->len; i-- > 0;) { /* of two that are alike, the first stays */
		const struct scan_key *at = keys->pdata[i];
		g_hash_table_insert(index, place_name(at->block, at->title, at->key), (gpointer)at);
	}
	return index;
}

static const struct scan_key *find_key(const struct reading *reading, const char *block,
				       const char *title, const char *key)
{
	g_autofree char *name = place_name(block, title, key);
	return g_hash_table_lookup(reading->index, name);
}

/* ---- names: unknown and repeated keys and blocks ------------------------------------------------ */

static char *unknown_key(const struct block *block, const char *key)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (const struct setting *s = block->settings; s->key; s++)
		g_ptr_array_add(names, (char *)s->key);
	const char *nearest = nearest_name((const char *const *)names->pdata, names->len, key);
	if (nearest)
		return g_strdup_printf(_("unknown setting '%s'; did you mean '%s'?"), key, nearest);
	return g_strdup_printf(_("unknown setting '%s'; 'vedetta check --sample' lists them"), key);
}

static char *unknown_block(const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (const struct block *b = config_blocks + 1; b->settings; b++)
		g_ptr_array_add(names, (char *)b->name);
	const char *nearest = nearest_name((const char *const *)names->pdata, names->len, name);
	return g_strdup_printf(_("unknown block '%s'; did you mean '%s'?"), name,
			       nearest ? nearest : "route");
}

static void check_key(const struct reading *reading, const struct scan_key *key)
{
	const struct block *block = config_block_find(key->block);

	if (!key->key) {
		if (!block)
			report(reading, key, unknown_block(key->block));
		else if (!key->title || !*key->title)
			report(reading, key,
			       g_strdup_printf(_("block '%s' needs a name: %s \"name\" { … }"),
					       key->block, key->block));
	} else if (block && !config_setting_find(block, key->key)) {
		report(reading, key, unknown_key(block, key->key));
	}
	const struct scan_key *first = find_key(reading, key->block, key->title, key->key);
	if (first != key)
		report(reading, key,
		       key->key ? g_strdup_printf(_("'%s' is set again; first on line %u"), key->key,
						  first->line)
				: g_strdup_printf(_("%s '%s' stands twice; first on line %u"),
						  key->block, key->title, first->line));
}

/* ---- values --------------------------------------------------------------------------------------- */

static struct reading *error_sink; /* libconfuse's callback has no user data */

static void on_confuse_error(cfg_t *cfg, const char *format, va_list arguments) G_GNUC_PRINTF(2, 0);
static void on_confuse_error(cfg_t *cfg, const char *format, va_list arguments)
{
	struct scan_key at = {.line = cfg ? (unsigned)cfg->line : 0, .column = 0};
	g_autofree char *what = g_strdup_vprintf(format, arguments);
	if (error_sink->broken_line)
		return;
	error_sink->broken_line = MAX(at.line, 1);
	report(error_sink, &at, g_strdup_printf(_("%s; what follows is checked once this is mended"), what));
}

static int on_include(cfg_t *cfg, cfg_opt_t *option, int count, const char **arguments)
{
	struct scan_key at = {.line = cfg ? (unsigned)cfg->line : 0, .column = 0};
	(void)option, (void)count, (void)arguments;
	report(error_sink, &at, g_strdup(_("include is for filter files; all settings stand in one file")));
	return 0;
}

static cfg_opt_t *block_options(const struct block *block)
{
	GArray *options = g_array_new(TRUE, TRUE, sizeof(cfg_opt_t));
	for (const struct setting *s = block->settings; s->key; s++) {
		cfg_opt_t text = CFG_STR(s->key, NULL, CFGF_NODEFAULT);
		cfg_opt_t list = CFG_STR_LIST(s->key, NULL, CFGF_NODEFAULT);
		g_array_append_vals(options, config_setting_is_list(s) ? &list : &text, 1);
	}
	return (cfg_opt_t *)(void *)g_array_free(options, FALSE);
}

static cfg_opt_t *all_options(GPtrArray *owned)
{
	g_autofree cfg_opt_t *top = block_options(config_blocks);
	GArray *options = g_array_new(TRUE, TRUE, sizeof(cfg_opt_t));

	for (cfg_opt_t *o = top; o->name; o++)
		g_array_append_val(options, *o);
	for (const struct block *block = config_blocks + 1; block->settings; block++) {
		cfg_opt_t *inner = block_options(block);
		cfg_opt_t section = CFG_SEC(block->name, inner,
					    CFGF_MULTI | CFGF_TITLE | CFGF_IGNORE_UNKNOWN);
		g_ptr_array_add(owned, inner);
		g_array_append_val(options, section);
	}
	cfg_opt_t include = CFG_FUNC("include", on_include);
	g_array_append_val(options, include);
	return (cfg_opt_t *)(void *)g_array_free(options, FALSE);
}

static char **raw_values(cfg_t *section, const struct setting *setting)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	cfg_opt_t *option = section ? cfg_getopt(section, setting->key) : NULL;
	unsigned size = option ? cfg_opt_size(option) : 0;

	for (unsigned i = 0; i < size; i++) {
		const char *value = cfg_opt_getnstr(option, i);
		if (value)
			g_strv_builder_add(builder, value);
	}
	return g_strv_builder_end(builder);
}

static void set_initial(const struct setting *setting, void *target)
{
	char *values[] = {(char *)setting->initial, NULL};
	if (!setting->initial && !config_setting_is_list(setting))
		return;
	char *expected = config_value_set(setting, values, target);
	g_assert(!expected);
}

static char *wrong_value(const struct setting *setting, char *const *values, const char *expected)
{
	const char *wrong = config_value_wrong(setting, values);
	glong len = wrong ? g_utf8_validate(wrong, -1, NULL) ? g_utf8_strlen(wrong, -1) : 0 : 0;
	g_autofree char *cut = len > SHOWN_MAX ? g_utf8_substring(wrong, 0, SHOWN_MAX) : NULL;
	return g_strdup_printf(_("%s = '%s%s': expected %s"), setting->key, cut ? cut : wrong ? wrong : "",
			       cut ? "…" : "", expected);
}

static void fill(const struct reading *reading, const struct block *block, const char *title,
		 cfg_t *section, void *target)
{
	for (const struct setting *s = block->settings; s->key; s++) {
		const struct scan_key *at = find_key(reading, block->name, title, s->key);
		set_initial(s, target);
		if (!at && section && s->type == SETTING_CHOICE && !s->initial)
			report(reading, find_key(reading, block->name, title, NULL),
			       g_strdup_printf(_("%s '%s' needs %s = …, one of %s"), block->name, title, s->key,
					       s->choices));
		if (!at || !section || (reading->broken_line && at->line >= reading->broken_line))
			continue;
		g_auto(GStrv) values = raw_values(section, s);
		g_autofree char *expected = config_value_set(s, values, target);
		if (expected)
			report(reading, at, wrong_value(s, values, expected));
	}
}

/* Every block's struct begins with title and line. */
struct block_head {
	char *title;
	unsigned line;
};

static void fill_blocks(const struct reading *reading, cfg_t *root, struct config *config)
{
	for (const struct block *block = config_blocks + 1; block->settings; block++) {
		GPtrArray *list = G_STRUCT_MEMBER(GPtrArray *, config, block->list);
		for (unsigned i = 0; i < cfg_size(root, block->name); i++) {
			cfg_t *section = cfg_getnsec(root, block->name, i);
			const char *title = cfg_title(section);
			const struct scan_key *at = find_key(reading, block->name, title, NULL);
			struct block_head *target = g_malloc0(block->size);
			target->title = g_strdup(title);
			target->line = at ? at->line : 0;
			if (reading->broken_line && target->line >= reading->broken_line) {
				g_free(target->title);
				g_free(target);
				continue;
			}
			fill(reading, block, title, section, target);
			g_ptr_array_add(list, target);
		}
	}
}

static void read_values(struct reading *reading, const char *text, struct config *config)
{
	g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
	g_autofree cfg_opt_t *options = all_options(owned);
	cfg_t *root = cfg_init(options, CFGF_IGNORE_UNKNOWN);

	error_sink = reading;
	cfg_set_error_function(root, on_confuse_error);
	if (cfg_parse_buf(root, text) != CFG_SUCCESS && !reading->broken_line)
		reading->broken_line = 1;
	fill(reading, config_blocks, NULL, root, config);
	fill_blocks(reading, root, config);
	cfg_free(root);
	error_sink = NULL;
}

/* ---- life cycle ------------------------------------------------------------------------------------- */

static struct config *config_new(const char *directory)
{
	struct config *config = g_new0(struct config, 1);
	config->directory = g_strdup(directory);
	for (const struct block *block = config_blocks + 1; block->settings; block++)
		G_STRUCT_MEMBER(GPtrArray *, config, block->list) = g_ptr_array_new();
	return config;
}

void config_free(struct config *config)
{
	if (!config)
		return;
	for (const struct block *block = config_blocks; block->settings; block++) {
		if (!block->name) {
			for (const struct setting *s = block->settings; s->key; s++)
				config_value_clear(s, config);
			continue;
		}
		GPtrArray *list = G_STRUCT_MEMBER(GPtrArray *, config, block->list);
		for (unsigned i = 0; i < list->len; i++) {
			for (const struct setting *s = block->settings; s->key; s++)
				config_value_clear(s, list->pdata[i]);
			g_free(((struct block_head *)list->pdata[i])->title);
			g_free(list->pdata[i]);
		}
		g_ptr_array_unref(list);
	}
	g_free(config->directory);
	g_free(config->file);
	g_free(config->state_directory);
	g_free(config->runtime_directory);
	g_free(config);
}

/* Whether the system's service and its store are meant: by its configuration, and by somebody who may. */
static bool is_systems(const struct config *config)
{
	return strcmp(config->directory, SYSCONFDIR "/" PACKAGE) == 0 && access(SYSTEM_STATE, W_OK) == 0;
}

static void set_places(struct config *config)
{
	const char *state = g_getenv("STATE_DIRECTORY"), *runtime = g_getenv("RUNTIME_DIRECTORY");

	if (!state && !runtime && is_systems(config)) {
		state = SYSTEM_STATE;
		runtime = "/run/" PACKAGE;
	}

	config->state_directory = config->state ? config_path(config, config->state)
				  : state ? g_strdup(state)
					  : g_build_filename(g_get_user_state_dir(), PACKAGE, NULL);
	config->runtime_directory = runtime ? g_strdup(runtime)
				    : g_getenv("XDG_RUNTIME_DIR")
					    ? g_build_filename(g_get_user_runtime_dir(), PACKAGE, NULL)
					    : g_strdup(config->state_directory);
}

static void copy_problems(GPtrArray *from, GPtrArray *to)
{
	while (to && from->len)
		g_ptr_array_add(to, g_ptr_array_steal_index(from, 0));
}

/* A file without any channel or route means the embedded ones: nobody wants a service that tells nobody. */
static char *with_ways_to_tell(const char *text)
{
	struct scan_cursor cursor = {.p = text, .line = 1, .column = 1};
	bool broken;
	g_autoptr(GPtrArray) keys = scan_some(text, &cursor, UINT_MAX, &broken);

	if (broken || cursor.open_line)
		return g_strdup(text);
	for (unsigned i = 0; i < keys->len; i++) {
		const char *block = ((const struct scan_key *)keys->pdata[i])->block;
		if (g_strcmp0(block, "channel") == 0 || g_strcmp0(block, "route") == 0)
			return g_strdup(text);
	}
	return g_strconcat(text, "\n", config_defaults(), NULL);
}

static GPtrArray *read_keys(const struct reading *reading, const char *text)
{
	struct scan_cursor cursor = {.p = text, .line = 1, .column = 1};
	bool broken;
	GPtrArray *keys = scan_some(text, &cursor, UINT_MAX, &broken);
	const struct scan_key at = {.line = cursor.open_line, .column = cursor.open_column};

	if (at.line && !broken)
		report(reading, &at, g_strdup(_("what begins here has no end: a } or */ is missing")));
	return keys;
}

struct config *config_parse(const char *name, const char *text, const char *directory,
			    GPtrArray *problems, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autoptr(GPtrArray) keys = NULL;
	struct config *config = config_new(directory);
	struct reading reading = {.name = name, .problems = found};

	if (g_str_has_prefix(text, "\xef\xbb\xbf"))
		text += 3;
	g_autofree char *whole = with_ways_to_tell(text);
	reading.keys = keys = read_keys(&reading, whole);
	g_autoptr(GHashTable) index = index_keys(keys);
	reading.index = index;
	for (unsigned i = 0; i < keys->len; i++)
		check_key(&reading, keys->pdata[i]);
	read_values(&reading, whole, config);
	if (!reading.broken_line)
		config_check(config, name, found);
	config_problems_sort(found);

	unsigned fatal = config_problems_fatal(found);
	g_autofree char *first = fatal ? config_problem_text(config_problems_first(found)) : NULL;
	copy_problems(found, problems);
	if (fatal) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    g_dngettext(PACKAGE, "%u mistake in the configuration: %s",
					"%u mistakes in the configuration, the first: %s", fatal),
			    fatal, first);
		config_free(config);
		return NULL;
	}
	set_places(config);
	return config;
}

/* ---- files -------------------------------------------------------------------------------------------- */

/* Whole text of a regular file that only its owner (or root) can write. */
static char *read_file(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", path,
			    g_strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	char *text = NULL;
	if (!S_ISREG(status.st_mode) || status.st_size > CONFIG_MAX_BYTES)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    _("%s: not a regular file of at most %d bytes"), path, CONFIG_MAX_BYTES);
	else if (status.st_mode & (S_IWGRP | S_IWOTH))
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_PERM,
			    _("%s: others can write it (mode %04o); run: chmod go-w %s"), path,
			    status.st_mode & 07777, path);
	else {
		text = g_malloc0((gsize)status.st_size + 1);
		ssize_t got = read(fd, text, (size_t)status.st_size);
		if (got < 0 || memchr(text, 0, (size_t)got)) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
				    got < 0 ? _("%s: cannot be read") : _("%s: holds a NUL byte and is no text"),
				    path);
			g_clear_pointer(&text, g_free);
		}
	}
	close(fd);
	return text;
}

/* The file to read; NULL if there is none and none was asked for. */
static char *find_file(const char *path, char **directory)
{
	if (path && g_file_test(path, G_FILE_TEST_IS_DIR)) {
		*directory = g_canonicalize_filename(path, NULL);
		char *file = g_build_filename(*directory, PACKAGE ".conf", NULL);
		if (!g_file_test(file, G_FILE_TEST_EXISTS))
			g_clear_pointer(&file, g_free);
		return file;
	}
	if (path) {
		char *file = g_canonicalize_filename(path, NULL);
		*directory = g_path_get_dirname(file);
		return file;
	}
	g_autofree char *user = g_build_filename(g_get_user_config_dir(), PACKAGE, NULL);
	const char *const places[] = {user, SYSCONFDIR "/" PACKAGE};
	for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
		char *file = g_build_filename(places[i], PACKAGE ".conf", NULL);
		if (g_file_test(file, G_FILE_TEST_EXISTS)) {
			*directory = g_strdup(places[i]);
			return file;
		}
		g_free(file);
	}
	*directory = g_steal_pointer(&user);
	return NULL;
}

struct config *config_load_defaults(const char *path)
{
	g_autofree char *directory = NULL;
	g_free(find_file(path, &directory));
	return config_parse("(defaults)", config_defaults(), directory, NULL, NULL);
}

struct config *config_load(const char *path, GPtrArray *problems, GError **error)
{
	g_autofree char *directory = NULL;
	g_autofree char *file = find_file(path, &directory);
	g_autofree char *text = file ? read_file(file, error) : g_strdup(config_defaults());

	if (!text)
		return NULL;
	struct config *config = config_parse(file ? file : "(defaults)", text, directory, problems, error);
	if (config)
		config->file = g_steal_pointer(&file);
	return config;
}
