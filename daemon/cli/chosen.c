/* chosen: see chosen.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/chosen.h"

#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "filters/nearest.h"

#include <glib/gi18n.h>
#include <string.h>

static bool is_path(const char *name)
{
	return strchr(name, '/') || g_str_has_suffix(name, ".filter") ||
	       g_file_test(name, G_FILE_TEST_EXISTS);
}

/* Whether a filter stands in the file, or in a file of the folder. */
static bool stands_in(const char *file, const char *path)
{
	if (strcmp(file, path) == 0)
		return true;
	g_autofree char *folder = g_path_get_dirname(file),
			*whole = g_canonicalize_filename(folder, NULL);
	g_autofree char *other = g_canonicalize_filename(path, NULL);
	return strcmp(whole, other) == 0;
}

static void add(struct chosen *c, const char *id)
{
	if (g_hash_table_contains(c->places, id))
		return;
	g_ptr_array_add(c->ids, (gpointer)id);
	g_hash_table_insert(c->places, (gpointer)id, GUINT_TO_POINTER(c->ids->len));
}

/* Those that `name` means, NULL: all; how many it means. */
static unsigned choose(struct chosen *c, const char *name)
{
	unsigned found = 0;
	const char *id;
	for (unsigned i = 0; (id = filter_set_id(c->set, i)); i++) {
		if (name && !(c->in_force ? g_pattern_match_simple(name, id)
					  : stands_in(filter_set_file(c->set, id), name)))
			continue;
		add(c, id);
		found++;
	}
	return found;
}

static void no_such_filter(const struct filter_set *set, const char *command, const char *name)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	const char *id;
	for (unsigned i = 0; (id = filter_set_id(set, i)); i++)
		g_ptr_array_add(ids, (gpointer)id);
	const char *near = nearest_name((const char *const *)ids->pdata, ids->len, name);
	cli_error(command, _("no filter in force is '%s'%s%s"), name,
		  near ? _("; did you mean ") : "", near ? near : "");
}

bool chosen_is_filter(const char *command, const struct config *config, const char *id)
{
	g_auto(GStrv) paths = config_filter_paths(config);
	struct filter_set *set = filter_set_load((const char *const *)paths, NULL, NULL);
	bool known = !set || filter_set_title(set, id);
	if (!known)
		no_such_filter(set, command, id);
	filter_set_free(set);
	return known;
}

static bool load(struct chosen *c, const char *command, const struct config *config,
		 const char *const *names, int *exit_code)
{
	g_auto(GStrv) configured = c->in_force ? config_filter_paths(config) : NULL;
	g_autoptr(GError) error = NULL;

	c->set = filter_set_load(configured ? (const char *const *)configured : names, c->problems,
				 &error);
	if (!c->set) {
		if (!cli_print_problems(c->problems))
			cli_error(command, "%s", error->message);
		*exit_code = EXIT_USAGE;
	}
	return c->set != NULL;
}

static bool open_chosen(struct chosen *c, const char *command, const struct config *config,
			const char *const *names, bool in_force, int *exit_code)
{
	g_autoptr(GError) error = NULL;

	*c = (struct chosen){
		.in_force = in_force,
		.ids = g_ptr_array_new(),
		.places = g_hash_table_new(g_str_hash, g_str_equal),
		.problems = g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free)};
	if (!load(c, command, config, names, exit_code))
		return false;
	for (const char *const *name = names; *name; name++)
		if (!choose(c, *name) && in_force) {
			no_such_filter(c->set, command, *name);
			*exit_code = EXIT_NO;
			return false;
		}
	if (!c->ids->len)
		choose(c, NULL);
	c->matcher = c->ids->len ? matcher_new(c->set, &error) : NULL;
	if (!c->matcher) {
		cli_error(command, "%s: %s", names[0],
			  error ? error->message : _("there is no filter in it"));
		*exit_code = EXIT_USAGE;
	}
	return c->matcher != NULL;
}

bool chosen_open(struct chosen *c, const char *command, const struct config *config,
		 const char *const *names, int *exit_code)
{
	bool path = is_path(names[0]);
	for (const char *const *name = names; *name; name++)
		if (is_path(*name) != path) {
			cli_error(command,
				  _("'%s' and '%s': expected either files or filters in force"),
				  names[0], *name);
			*exit_code = EXIT_USAGE;
			return false;
		}
	return open_chosen(c, command, config, names, !path, exit_code);
}

bool chosen_open_in_force(struct chosen *c, const char *command, const struct config *config,
			  const char *const *names, int *exit_code)
{
	return open_chosen(c, command, config, names, true, exit_code);
}

void chosen_close(struct chosen *c)
{
	matcher_free(c->matcher);
	filter_set_free(c->set);
	g_clear_pointer(&c->places, g_hash_table_unref);
	g_clear_pointer(&c->ids, g_ptr_array_unref);
	g_clear_pointer(&c->problems, g_ptr_array_unref);
}

int chosen_index(const struct chosen *c, const char *id)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(c->places, id)) - 1;
}
