/* filter_set: see filter_set.h. libconfuse reads the blocks, filters/scan says where they stand.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_set.h"

#include "filters/filter_check.h"
#include "filters/filter_data.h"
#include "filters/filter_read.h"

#include <errno.h>
#include <string.h>

#define MAX_FILE (16 * 1024 * 1024)

G_DEFINE_QUARK(vedetta-filter-error, filter_error)

static void free_entity(gpointer data)
{
	struct entity *entity = data;
	g_free(entity->id);
	g_free(entity->side);
	g_strfreev(entity->names);
	g_strfreev(entity->with);
	g_strfreev(entity->not_names);
	g_free(entity->file);
	g_free(entity);
}

static void clear_term(gpointer data)
{
	struct term *term = data;
	node_free(term->node);
	g_free(term->text);
}

static void free_filter(gpointer data)
{
	struct filter *filter = data;
	g_free(filter->id);
	g_free(filter->title);
	node_free(filter->when);
	if (filter->terms) {
		g_array_set_clear_func(filter->terms, clear_term);
		g_array_unref(filter->terms);
	}
	if (filter->raises)
		g_array_unref(filter->raises);
	g_strfreev(filter->languages);
	g_strfreev(filter->poles);
	g_strfreev(filter->shared);
	g_free(filter->file);
	g_free(filter);
}

static struct filter_set *filter_set_new(void)
{
	struct filter_set *set = g_new0(struct filter_set, 1);
	set->filters = g_ptr_array_new_with_free_func(free_filter);
	set->entities = g_ptr_array_new_with_free_func(free_entity);
	set->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	set->entity_by_id = g_hash_table_new(g_str_hash, g_str_equal);
	return set;
}

void filter_set_free(struct filter_set *set)
{
	if (!set)
		return;
	g_hash_table_unref(set->by_id);
	g_hash_table_unref(set->entity_by_id);
	g_ptr_array_unref(set->filters);
	g_ptr_array_unref(set->entities);
	g_free(set);
}

unsigned filter_set_size(const struct filter_set *set)
{
	return set->filters->len;
}

const char *filter_set_id(const struct filter_set *set, unsigned index)
{
	return index < set->filters->len ? ((struct filter *)set->filters->pdata[index])->id : NULL;
}

const char *filter_set_title(const struct filter_set *set, const char *id)
{
	const struct filter *filter = filter_set_filter(set, id);
	return !filter ? NULL : filter->title ? filter->title : filter->id;
}

struct filter *filter_set_filter(const struct filter_set *set, const char *id)
{
	return g_hash_table_lookup(set->by_id, id);
}

struct entity *filter_set_entity(const struct filter_set *set, const char *id)
{
	return g_hash_table_lookup(set->entity_by_id, id);
}

void filter_problem_add(GPtrArray *problems, const char *file, unsigned line, unsigned column, bool fatal,
			char *text)
{
	struct filter_problem *problem = g_new0(struct filter_problem, 1);
	problem->file = g_strdup(file);
	problem->line = line;
	problem->column = column;
	problem->fatal = fatal;
	problem->text = text;
	g_ptr_array_add(problems, problem);
}

static bool any_fatal(const GPtrArray *problems, GError **error)
{
	unsigned fatal = 0;
	const struct filter_problem *first = NULL;
	for (unsigned i = 0; i < problems->len; i++) {
		const struct filter_problem *problem = problems->pdata[i];
		if (problem->fatal && !fatal++)
			first = problem;
	}
	if (fatal)
		g_set_error(error, FILTER_ERROR, FILTER_ERROR_SYNTAX, "%u mistakes in filters; the first: %s:%u:%u: %s",
			    fatal, first->file, first->line, first->column, first->text);
	return fatal > 0;
}

static void move_problems(GPtrArray *from, GPtrArray *to)
{
	while (to && from->len)
		g_ptr_array_add(to, g_ptr_array_steal_index(from, 0));
}

static struct filter_set *finish(struct filter_set *set, GPtrArray *found, GPtrArray *problems,
				 GError **error)
{
	filter_check(set, found);
	if (any_fatal(found, error))
		g_clear_pointer(&set, filter_set_free);
	move_problems(found, problems);
	return set;
}

struct filter_set *filter_set_parse(const char *name, const char *text, GPtrArray *problems,
				    GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	struct filter_set *set = filter_set_new();
	filter_read(set, name, text, found);
	return finish(set, found, problems, error);
}

static void read_file(struct filter_set *set, const char *path, GPtrArray *found)
{
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	gsize len = 0;

	if (!g_file_get_contents(path, &text, &len, &error))
		filter_problem_add(found, path, 0, 0, true, g_strdup(error->message));
	else if (len > MAX_FILE || memchr(text, 0, len))
		filter_problem_add(found, path, 0, 0, true,
				   g_strdup("larger than 16 MiB, or it holds a NUL byte"));
	else
		filter_read(set, path, text, found);
}

static int by_name(gconstpointer left, gconstpointer right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool read_folder(struct filter_set *set, const char *path, GPtrArray *found, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, error);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	if (!dir)
		return false;
	while ((name = g_dir_read_name(dir)))
		if (g_str_has_suffix(name, ".filter") && name[0] != '.')
			g_ptr_array_add(names, g_build_filename(path, name, NULL));
	g_ptr_array_sort(names, by_name);
	for (unsigned i = 0; i < names->len; i++)
		read_file(set, names->pdata[i], found);
	return true;
}

struct filter_set *filter_set_load(const char *const *paths, GPtrArray *problems, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	struct filter_set *set = filter_set_new();

	for (; *paths; paths++) {
		if (!g_file_test(*paths, G_FILE_TEST_IS_DIR)) {
			read_file(set, *paths, found);
		} else if (!read_folder(set, *paths, found, error)) {
			filter_set_free(set);
			return NULL;
		}
	}
	return finish(set, found, problems, error);
}
