/* filter_set: see filter_set.h; the set as data.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_set.h"

#include "filters/filter_data.h"

#include <string.h>

char **filter_no_texts(void)
{
	static char *none[] = {NULL};
	return none;
}

GArray *filter_no_values(void)
{
	static GArray *none;
	static gsize made;
	if (g_once_init_enter(&made)) {
		none = g_array_new(FALSE, FALSE, 1);
		g_once_init_leave(&made, 1);
	}
	return none;
}

static void free_texts(char **texts)
{
	if (texts != filter_no_texts())
		g_strfreev(texts);
}

static void free_entity(gpointer data)
{
	struct entity *entity = data;
	g_free(entity->id);
	g_free(entity->side);
	free_texts(entity->names);
	free_texts(entity->with);
	free_texts(entity->not_names);
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
	if (filter->terms && filter->terms != filter_no_values()) {
		g_array_set_clear_func(filter->terms, clear_term);
		g_array_unref(filter->terms);
	}
	if (filter->raises && filter->raises != filter_no_values())
		g_array_unref(filter->raises);
	free_texts(filter->languages);
	free_texts(filter->poles);
	free_texts(filter->shared);
	g_free(filter);
}

struct filter_set *filter_set_new(void)
{
	struct filter_set *set = g_new0(struct filter_set, 1);
	set->filters = g_ptr_array_new_with_free_func(free_filter);
	set->entities = g_ptr_array_new_with_free_func(free_entity);
	set->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	set->entity_by_id = g_hash_table_new(g_str_hash, g_str_equal);
	set->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return set;
}

void filter_set_free(struct filter_set *set)
{
	if (!set)
		return;
	g_hash_table_unref(set->by_id);
	g_hash_table_unref(set->entity_by_id);
	g_hash_table_unref(set->files);
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

const char *filter_set_file(const struct filter_set *set, const char *id)
{
	const struct filter *filter = filter_set_filter(set, id);
	return filter ? filter->file : NULL;
}

struct filter *filter_set_filter(const struct filter_set *set, const char *id)
{
	return g_hash_table_lookup(set->by_id, id);
}

struct entity *filter_set_entity(const struct filter_set *set, const char *id)
{
	return g_hash_table_lookup(set->entity_by_id, id);
}
