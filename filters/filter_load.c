/* filter_load: files and folders to a set that is read and checked.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "filters/filter_check.h"
#include "filters/filter_data.h"
#include "filters/filter_file.h"
#include "filters/filter_read.h"

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
		g_set_error(error, FILTER_ERROR, FILTER_ERROR_SYNTAX,
			    "%u mistakes in filters; the first: %s:%u:%u: %s", fatal, first->file,
			    first->line, first->column, first->text);
	return fatal > 0;
}

static void move_problems(GPtrArray *from, GPtrArray *to)
{
	while (to && from->len)
		g_ptr_array_add(to, g_ptr_array_steal_index(from, 0));
}

/* As they stand in the files: some show only when all is read. */
static int by_place(gconstpointer a, gconstpointer b)
{
	const struct filter_problem *left = *(struct filter_problem *const *)a,
				    *right = *(struct filter_problem *const *)b;
	int order = g_strcmp0(left->file, right->file);
	if (order == 0)
		order = (left->line > right->line) - (left->line < right->line);
	return order ? order : (left->column > right->column) - (left->column < right->column);
}

static struct filter_set *finish(struct filter_set *set, GPtrArray *found, GPtrArray *problems,
				 GError **error)
{
	filter_check(set, found);
	g_ptr_array_sort(found, by_place);
	if (any_fatal(found, error))
		g_clear_pointer(&set, filter_set_free);
	move_problems(found, problems);
	return set;
}

struct filter_set *filter_set_parse(const char *name, const char *text, GPtrArray *problems,
				    GError **error)
{
	g_autoptr(GPtrArray) found =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	struct filter_set *set = filter_set_new();
	filter_read(set, name, text, found);
	return finish(set, found, problems, error);
}

static bool read_folder(struct filter_set *set, const char *path, GPtrArray *found, GError **error)
{
	g_autoptr(GPtrArray) names = filter_file_list(path, found, error);
	for (unsigned i = 0; names && i < names->len; i++)
		filter_read_file(set, names->pdata[i], found);
	return names != NULL;
}

struct filter_set *filter_set_load(const char *const *paths, GPtrArray *problems, GError **error)
{
	g_autoptr(GPtrArray) found =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	struct filter_set *set = filter_set_new();

	for (; *paths; paths++) {
		if (!g_file_test(*paths, G_FILE_TEST_IS_DIR)) {
			filter_read_file(set, *paths, found);
		} else if (!read_folder(set, *paths, found, error)) {
			filter_set_free(set);
			return NULL;
		}
	}
	return finish(set, found, problems, error);
}
