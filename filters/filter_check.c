/* filter_check: see filter_check.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_check.h"

#include "filters/nearest.h"

#include <string.h>

/* How surely a name of this kind means its side (measured in the derivation of filters). */
static const double kind_strength[] = {
	[ENTITY_OTHER] = 0.8,	      [ENTITY_PERSON] = 1.0, [ENTITY_PLACE] = 0.8,  [ENTITY_COUNTRY] = 1.0,
	[ENTITY_ORGANISATION] = 0.8, [ENTITY_WEAPON] = 0.7, [ENTITY_TREATY] = 0.8,
};

struct check {
	struct filter_set *set;
	GPtrArray *problems;
};

static char *with_nearest(char *text, GHashTable *names, const char *name)
{
	unsigned count;
	g_autofree const char **keys = (const char **)g_hash_table_get_keys_as_array(names, &count);
	const char *near = nearest_name(keys, count, name);
	if (!near)
		return text;
	char *longer = g_strdup_printf("%s; did you mean '%s'?", text, near);
	g_free(text);
	return longer;
}

static void check_entity(const struct check *c, struct entity *entity)
{
	if (entity->strength < 0)
		entity->strength = kind_strength[entity->kind];
	if (!*entity->names && !*entity->with)
		filter_problem_add(c->problems, entity->file, entity->line, 1, true,
				   g_strdup_printf("entity '%s' has no names and can never occur", entity->id));
	if (entity->side && !filter_set_entity(c->set, entity->side))
		filter_problem_add(c->problems, entity->file, entity->line, 1, true,
				   with_nearest(g_strdup_printf("side = '%s': there is no such entity", entity->side),
						c->set->entity_by_id, entity->side));
}

static void check_entity_list(const struct check *c, const struct filter *filter, const char *key,
			      char **ids)
{
	for (; *ids; ids++)
		if (!filter_set_entity(c->set, *ids))
			filter_problem_add(c->problems, filter->file, filter->line, 1, true,
					   with_nearest(g_strdup_printf("%s: there is no entity '%s'", key, *ids),
							c->set->entity_by_id, *ids));
}

static void check_node(const struct check *c, const struct filter *filter, const struct node *node)
{
	bool entity = node->kind == NODE_ENTITY || node->kind == NODE_SIDE;
	if (entity && !filter_set_entity(c->set, node->text))
		filter_problem_add(c->problems, filter->file, node->line, node->column, true,
				   with_nearest(g_strdup_printf("there is no entity '%s'", node->text),
						c->set->entity_by_id, node->text));
	if (node->kind == NODE_FILTER && !filter_set_filter(c->set, node->text))
		filter_problem_add(c->problems, filter->file, node->line, node->column, true,
				   with_nearest(g_strdup_printf("there is no filter '%s'", node->text),
						c->set->by_id, node->text));
	for (unsigned i = 0; node->children && i < node->children->len; i++)
		check_node(c, filter, node->children->pdata[i]);
}

/* "a AND NOT a" */
static void check_contradiction(const struct check *c, const struct filter *filter, const struct node *node)
{
	g_autoptr(GHashTable) plain = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; node->children && i < node->children->len; i++)
		check_contradiction(c, filter, node->children->pdata[i]);
	if (node->kind != NODE_AND)
		return;
	for (unsigned i = 0; i < node->children->len; i++)
		g_hash_table_add(plain, expression_text(node->children->pdata[i]));
	for (unsigned i = 0; i < node->children->len; i++) {
		const struct node *child = node->children->pdata[i];
		if (child->kind != NODE_NOT)
			continue;
		g_autofree char *text = expression_text(child->children->pdata[0]);
		if (g_hash_table_contains(plain, text))
			filter_problem_add(c->problems, filter->file, child->line, child->column, true,
					   g_strdup_printf("this can never match: %s is both required and excluded",
							   text));
	}
}

static bool reaches(const struct check *c, const struct node *node, const char *id, unsigned depth)
{
	if (!node || depth > 64)
		return depth > 64;
	if (node->kind == NODE_FILTER) {
		const struct filter *next = filter_set_filter(c->set, node->text);
		return strcmp(node->text, id) == 0 || (next && reaches(c, next->when, id, depth + 1));
	}
	for (unsigned i = 0; node->children && i < node->children->len; i++)
		if (reaches(c, node->children->pdata[i], id, depth))
			return true;
	return false;
}

/* The best score the terms alone can reach. */
static double best_sum(const struct filter *filter)
{
	double sum = 0;
	for (unsigned i = 0; i < filter->terms->len; i++)
		sum += MAX(0, g_array_index(filter->terms, struct term, i).weight);
	return sum;
}

static void check_filter(const struct check *c, const struct filter *filter)
{
	bool poles = *filter->poles != NULL;

	check_entity_list(c, filter, "poles", filter->poles);
	check_entity_list(c, filter, "shared", filter->shared);
	if (poles && g_strv_length(filter->poles) > 2)
		filter_problem_add(c->problems, filter->file, filter->line, 1, true,
				   g_strdup_printf("filter '%s' has more than two poles", filter->id));
	if (!filter->when && !filter->terms->len && !poles)
		filter_problem_add(c->problems, filter->file, filter->line, 1, true,
				   g_strdup_printf("filter '%s' has neither when, terms nor poles and can never match",
						   filter->id));
	if (filter->terms->len && !filter->when && !poles && filter->threshold == 0)
		filter_problem_add(c->problems, filter->file, filter->line, 1, true,
				   g_strdup_printf("filter '%s' has terms but no threshold", filter->id));
	if (!poles && filter->threshold > 0 && best_sum(filter) < filter->threshold)
		filter_problem_add(c->problems, filter->file, filter->line, 1, true,
				   g_strdup_printf("filter '%s' can never match: all its terms weigh %.4g, the "
						   "threshold is %.4g",
						   filter->id, best_sum(filter), filter->threshold));
	if (filter->when) {
		check_node(c, filter, filter->when);
		check_contradiction(c, filter, filter->when);
		if (reaches(c, filter->when, filter->id, 0))
			filter_problem_add(c->problems, filter->file, filter->line, 1, true,
					   g_strdup_printf("filter '%s' refers to itself in a circle", filter->id));
	}
	for (unsigned i = 0; i < filter->terms->len; i++)
		check_node(c, filter, g_array_index(filter->terms, struct term, i).node);
}

void filter_check(struct filter_set *set, GPtrArray *problems)
{
	struct check check = {set, problems};
	for (unsigned i = 0; i < set->entities->len; i++)
		check_entity(&check, set->entities->pdata[i]);
	for (unsigned i = 0; i < set->filters->len; i++)
		check_filter(&check, set->filters->pdata[i]);
}
