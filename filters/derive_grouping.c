/* derive_grouping: groups of names while they are made. For the files that make them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_grouping.h"

#include "filters/text.h"

#include <string.h>

#define MAX_ACRONYM 8

struct corpus_unit *grouping_unit(const struct grouping *g, uint32_t i)
{
	return CORPUS_UNIT(g->corpus, i);
}

static void form_clear(void *data)
{
	struct name_form *form = data;
	g_free(form->text);
	g_free(form->folded);
}

void grouping_free_group(void *data)
{
	struct name_group *group = data;
	g_free(group->id);
	g_array_unref(group->units);
	g_array_unref(group->forms);
	g_hash_table_unref(group->ambiguous);
	g_free(group);
}

static struct name_group *group_new(struct grouping *g)
{
	struct name_group *group = g_new0(struct name_group, 1);
	group->units = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	group->forms = g_array_new(FALSE, FALSE, sizeof(struct name_form));
	g_array_set_clear_func(group->forms, form_clear);
	group->ambiguous = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	group->order = g->groups->len;
	g_ptr_array_add(g->groups, group);
	return group;
}

/* Hyphen, blank and nothing are the same: Kim Jong-un, Kim Jong Un, Kim Jongun. */
static char *key_of(const char *folded)
{
	GString *key = g_string_new(NULL);
	for (const char *p = folded; *p; p++)
		if (*p != ' ')
			g_string_append_c(key, *p);
	return g_string_free(key, FALSE);
}

struct name_group *grouping_of_entry(struct grouping *g, const struct gazetteer_entry *entry)
{
	struct name_group *group = g_hash_table_lookup(g->by_entry, entry);
	if (group)
		return group;
	group = group_new(g);
	group->entry = entry;
	group->kind = entry->kind;
	group->region = entry->sides && entry->sides[0] ? entry->sides[0] : NULL;
	group->both_sides = entry->sides && entry->sides[0] && entry->sides[1];
	g_hash_table_insert(g->by_entry, (gpointer)entry, group);
	return group;
}

struct name_group *grouping_of_key(struct grouping *g, const char *folded)
{
	char *key = key_of(folded);
	struct name_group *group = g_hash_table_lookup(g->by_key, key);
	if (group) {
		g_free(key);
		return group;
	}
	group = group_new(g);
	g_hash_table_insert(g->by_key, key, group);
	return group;
}

void grouping_merge(struct grouping *g, struct name_group *into, struct name_group *from)
{
	if (into == from || from->merged || into->merged || (into->entry && from->entry))
		return;
	if (from->entry && !into->entry) {
		struct name_group *other = into;
		into = from;
		from = other;
	}
	for (unsigned i = 0; i < from->units->len; i++)
		grouping_unit(g, g_array_index(from->units, uint32_t, i))->group = into;
	g_array_append_vals(into->units, from->units->data, from->units->len);
	g_array_set_size(from->units, 0);
	if (!into->region)
		into->region = from->region;
	if (into->kind == ENTITY_OTHER)
		into->kind = from->kind;
	from->merged = into;
}

/* The bearer that speaks for the name: a country before others, then the order of the tables. */
const struct gazetteer_entry *grouping_bearer(const GPtrArray *bearers, const char *folded)
{
	const struct gazetteer_entry *best = NULL;
	for (unsigned i = 0; bearers && i < bearers->len; i++) {
		const struct gazetteer_entry *entry = bearers->pdata[i];
		if (gazetteer_is_ambiguous(entry, folded))
			continue;
		if (!best || (entry->kind == ENTITY_COUNTRY && best->kind != ENTITY_COUNTRY))
			best = entry;
	}
	return best;
}

const char *grouping_fold(const struct grouping *g, const struct name_group *group)
{
	return grouping_unit(g, g_array_index(group->units, uint32_t, 0))->folded;
}

bool grouping_stands(const struct name_group *group)
{
	return !group->merged && group->units->len;
}

bool grouping_is_acronym(const struct corpus_unit *unit)
{
	if (unit->len < 2 || unit->len > MAX_ACRONYM)
		return false;
	for (uint32_t i = 0; i < unit->len; i++)
		if (!g_ascii_isupper(unit->start[i]) && !g_ascii_isdigit(unit->start[i]))
			return false;
	return true;
}
