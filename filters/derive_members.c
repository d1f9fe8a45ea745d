/* derive_members: groups of names and the tables' knowledge of the poles to the entities of a
 * filter. SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derivation.h"
#include "filters/derive.h"
#include "filters/text.h"
#include "filters/translit.h"

#include <string.h>

#define MAX_FREE       24  /* entities of no side */
#define FREE_WEIGHT    0.5 /* such names must be telling */
#define FREE_LIFT      20
#define RIVAL_COVERAGE 0.5 /* of the texts */
#define RIVAL_STRENGTH 0.5 /* of a third country, for the side whose rival it is */
#define MAX_WEIGHED    60  /* the same without two sides: they are what the filter asks for */
#define WEIGHED_LIFT   6
#define TERM_OFTEN     0.25
#define TERM_ONCE      0.15
#define SHORT_NAME     4 /* bytes, Latin: "NK", "RPL" */

static void member_free(void *data)
{
	struct member *member = data;
	g_free(member->id);
	g_ptr_array_unref(member->found);
	g_ptr_array_unref(member->known);
	g_ptr_array_unref(member->with);
	g_ptr_array_unref(member->not_names);
	g_hash_table_unref(member->names);
	g_free(member);
}

static GPtrArray *strings_new(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

static bool id_taken(const struct derivation *d, const char *id)
{
	for (unsigned i = 0; i < d->members->len; i++)
		if (strcmp(((struct member *)d->members->pdata[i])->id, id) == 0)
			return true;
	return false;
}

static struct member *member_new(struct derivation *d, const char *id, enum entity_kind kind)
{
	struct member *member = g_new0(struct member, 1);
	member->id = g_strdup(id);
	for (unsigned n = 2; id_taken(d, member->id); n++) {
		g_free(member->id);
		member->id = g_strdup_printf("%s-%u", id, n);
	}
	member->kind = kind;
	member->strength = -1;
	member->found = strings_new();
	member->known = strings_new();
	member->with = strings_new();
	member->not_names = strings_new();
	member->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_ptr_array_add(d->members, member);
	return member;
}

/* A name that the member has already, in any of its lists, is not added again. Small and capital
 * differ: a demonym has endings, a name has not. */
static void add_name(struct member *member, GPtrArray *list, const char *name)
{
	if (!*name)
		return;
	bool small = g_unichar_islower(g_utf8_get_char(name));
	g_autofree char *folded = text_folded(name);
	if (g_hash_table_add(member->names, g_strdup_printf("%c%s", small ? 'a' : 'A', folded)))
		g_ptr_array_add(list, g_strdup(name));
}

/* ---- names from the texts ------------------------------------------------------------ */

/* A demonym is written in one form: the filter's words have endings. */
static bool same_demonym(const struct member *member, const struct name_form *form)
{
	size_t len = strlen(form->folded);
	for (unsigned i = 0; i < member->found->len; i++) {
		g_autofree char *other = text_folded(member->found->pdata[i]);
		size_t common = 0;
		while (common < len && other[common] == form->folded[common])
			common++;
		if (!g_unichar_islower(g_utf8_get_char(member->found->pdata[i])))
			continue;
		if (form->lower_case && common + 3 >= len && common >= 4 &&
		    strlen(other) <= common + 3)
			return true;
	}
	return false;
}

static void add_found(struct member *member, const struct name_group *group)
{
	for (unsigned i = 0; i < group->forms->len; i++) {
		const struct name_form *form = &g_array_index(group->forms, struct name_form, i);
		if (form->ambiguous)
			add_name(member, member->with, form->text);
		else if (!same_demonym(member, form))
			add_name(member, member->found, form->text);
	}
}

/* ---- names from the tables, CLDR, transliteration ------------------------------------ */

static void add_known(struct derivation *d, struct member *member,
		      const struct gazetteer_entry *entry)
{
	g_autoptr(GPtrArray) names = gazetteer_all_names(d->options->gazetteer, entry);
	for (unsigned i = 0; i < entry->with->len; i++)
		add_name(member, member->with, entry->with->pdata[i]);
	for (unsigned i = 0; i < names->len; i++)
		add_name(member, member->known, names->pdata[i]);
	for (unsigned i = 0; i < entry->not_names->len; i++)
		g_ptr_array_add(member->not_names, g_strdup(entry->not_names->pdata[i]));
}

/* Persons and places that no table knows: the same name as the press of other scripts writes it. */
static void add_transliterations(struct member *member, const char *region)
{
	if (member->kind != ENTITY_PERSON && member->kind != ENTITY_PLACE)
		return;
	for (unsigned i = 0; i < member->found->len; i++) {
		g_autoptr(GPtrArray) names = translit_names(member->found->pdata[i], region);
		for (unsigned k = 0; k < names->len; k++)
			add_name(member, member->known, names->pdata[k]);
	}
}

static struct member *member_of_group(struct derivation *d, const struct name_group *group)
{
	struct member *member = member_new(d, group->id, group->kind);
	member->group = group;
	add_found(member, group);
	if (d->options->without_languages)
		return member;
	if (group->entry)
		add_known(d, member, group->entry);
	else
		add_transliterations(member, group->region);
	if (group->entry && group->entry->strength >= 0)
		member->strength = group->entry->strength;
	return member;
}

/* ---- which --------------------------------------------------------------------------- */

static bool has_side(const struct gazetteer_entry *entry, const char *region)
{
	return entry->sides && g_strv_contains((const char *const *)entry->sides, region);
}

static bool belongs_to(const struct name_group *group, const struct name_group *pole)
{
	if (group == pole || pole->kind != ENTITY_COUNTRY || !pole->region)
		return false;
	if (group->entry)
		return group->entry->kind != ENTITY_COUNTRY && has_side(group->entry, pole->region);
	return g_strcmp0(group->region, pole->region) == 0;
}

static bool is_shared(const struct derivation *d, const struct gazetteer_entry *entry)
{
	return d->poles.count == 2 && entry && has_side(entry, d->poles.poles[0]->region) &&
	       has_side(entry, d->poles.poles[1]->region);
}

static struct member *add_pole(struct derivation *d, const struct name_group *pole)
{
	struct member *member = member_of_group(d, pole);
	for (unsigned i = 0; i < d->groups->len; i++) {
		const struct name_group *group = d->groups->pdata[i];
		if (belongs_to(group, pole) && !is_shared(d, group->entry))
			member_of_group(d, group)->side = pole;
	}
	return member;
}

static bool in_texts(const struct derivation *d, const struct gazetteer_entry *entry)
{
	for (unsigned i = 0; i < d->groups->len; i++)
		if (((struct name_group *)d->groups->pdata[i])->entry == entry)
			return true;
	return false;
}

/* Whom the tables know of that side, though the texts do not name them. The tables say which cities
 * make news; where there are none, CLDR's are better than nothing. */
static void add_unnamed(struct derivation *d, const struct name_group *pole)
{
	const GPtrArray *entries = gazetteer_entries(d->options->gazetteer);
	for (unsigned i = 0; i < entries->len; i++) {
		const struct gazetteer_entry *entry = entries->pdata[i];
		bool news = d->options->without_tables ? !entry->tabled && entry->zone
						       : entry->tabled || !entry->zone;
		if (entry->kind == ENTITY_COUNTRY || !news || !has_side(entry, pole->region) ||
		    in_texts(d, entry) || is_shared(d, entry))
			continue;
		struct member *member = member_new(d, entry->id, entry->kind);
		member->side = pole;
		member->strength = entry->strength;
		add_known(d, member, entry);
	}
}

static void add_shared(struct derivation *d)
{
	const GPtrArray *entries = gazetteer_entries(d->options->gazetteer);
	for (unsigned i = 0; i < d->groups->len; i++) {
		const struct name_group *group = d->groups->pdata[i];
		if (is_shared(d, group->entry))
			member_of_group(d, group)->shared = true;
	}
	for (unsigned i = 0; i < entries->len && !d->options->without_tables; i++) {
		const struct gazetteer_entry *entry = entries->pdata[i];
		if (!is_shared(d, entry) || in_texts(d, entry))
			continue;
		struct member *member = member_new(d, entry->id, entry->kind);
		member->shared = true;
		add_known(d, member, entry);
	}
}

/* ---- the rival of a side ------------------------------------------------------------- */

/* A place that two countries have, or both want. */
static bool have_a_place(const struct derivation *d, const char *region, const char *other)
{
	const GPtrArray *entries = gazetteer_entries(d->options->gazetteer);
	for (unsigned i = 0; i < entries->len; i++)
		if (has_side(entries->pdata[i], region) && has_side(entries->pdata[i], other))
			return true;
	return false;
}

/* The side that news of a third country tells of, though it does not name it: nearly all texts
 * speak of that country, and it has a place in common with one side alone. "Soldati nordcoreani in
 * Ucraina" tells of Russia. */
static const struct name_group *rival_of(const struct derivation *d, const struct name_group *third)
{
	const struct name_group *side = NULL;
	if (third->kind != ENTITY_COUNTRY || !third->region ||
	    third->texts < RIVAL_COVERAGE * d->corpus->texts->len)
		return NULL;
	for (unsigned p = 0; p < 2; p++) {
		const struct name_group *pole = d->poles.poles[p];
		if (pole == third || pole->kind != ENTITY_COUNTRY || !pole->region)
			return NULL;
		if (!have_a_place(d, third->region, pole->region))
			continue;
		if (side)
			return NULL;
		side = pole;
	}
	return side;
}

static bool is_of_poles(const struct derivation *d, const struct gazetteer_entry *entry)
{
	return has_side(entry, d->poles.poles[0]->region) ||
	       has_side(entry, d->poles.poles[1]->region);
}

static void set_rival(struct member *member, const struct name_group *side)
{
	member->side = side;
	member->strength = RIVAL_STRENGTH;
	member->rival = true;
}

static void add_rival(struct derivation *d, const struct name_group *third,
		      const struct name_group *side)
{
	const GPtrArray *entries = gazetteer_entries(d->options->gazetteer);
	set_rival(member_of_group(d, third), side);
	for (unsigned i = 0; i < d->groups->len; i++) {
		const struct name_group *group = d->groups->pdata[i];
		if (group->entry && group != third && has_side(group->entry, third->region) &&
		    !is_of_poles(d, group->entry))
			set_rival(member_of_group(d, group), side);
	}
	for (unsigned i = 0; i < entries->len && !d->options->without_tables; i++) {
		const struct gazetteer_entry *entry = entries->pdata[i];
		/* its firms and offices tell of many other things */
		if ((entry->kind != ENTITY_PLACE && entry->kind != ENTITY_PERSON) ||
		    (entry->zone && !entry->tabled) || !has_side(entry, third->region) ||
		    is_of_poles(d, entry) || in_texts(d, entry))
			continue;
		struct member *member = member_new(d, entry->id, entry->kind);
		add_known(d, member, entry);
		set_rival(member, side);
	}
}

static void add_rivals(struct derivation *d)
{
	for (unsigned i = 0; d->poles.count == 2 && i < d->groups->len; i++) {
		const struct name_group *third = d->groups->pdata[i];
		const struct name_group *side = rival_of(d, third);
		if (side && !d->options->without_languages)
			add_rival(d, third, side);
	}
}

/* ---- names of no side ---------------------------------------------------------------- */

/* Other countries, and what belongs to them, are no evidence: a list of countries is what they
 * make. */
static bool is_foreign(const struct derivation *d, const struct name_group *group)
{
	return d->poles.count == 2 && (group->kind == ENTITY_COUNTRY || group->region);
}

static bool is_free(const struct derivation *d, const struct name_group *group)
{
	for (unsigned p = 0; p < d->poles.count; p++)
		if (group == d->poles.poles[p] || belongs_to(group, d->poles.poles[p]))
			return false;
	if (is_shared(d, group->entry) || is_foreign(d, group) || group->in_phrase)
		return false;
	const struct name_form *form = &g_array_index(group->forms, struct name_form, 0);
	bool two_words = strchr(form->folded, ' ') != NULL;
	if (form->lower_case || (strlen(form->text) < SHORT_NAME && group->units->len < 2))
		return false;
	bool telling = d->poles.count == 2
			       ? group->lift >= FREE_LIFT && group->weight >= FREE_WEIGHT
			       : group->lift >= WEIGHED_LIFT;
	/* what was met once and is one word may be a word with a capital */
	return telling && (two_words || group->texts > 1 || group->units->len > 2 ||
			   group->kind != ENTITY_OTHER);
}

/* Folded forms of all names that a weighed filter may ask for. */
static GHashTable *free_names(const struct derivation *d)
{
	GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
	for (unsigned i = 0; i < d->groups->len; i++) {
		struct name_group *group = d->groups->pdata[i];
		if (!is_free(d, group) && group != d->poles.poles[0])
			continue;
		for (unsigned k = 0; k < group->forms->len; k++)
			g_hash_table_insert(names,
					    g_array_index(group->forms, struct name_form, k).folded,
					    group);
	}
	return names;
}

/* "Coldiretti Puglia" beside "Coldiretti": where the longer name stands the shorter one does, too,
 * and counts. */
static bool holds_another(GHashTable *names, const struct name_group *group)
{
	const char *full = g_array_index(group->forms, struct name_form, 0).folded;
	g_auto(GStrv) words = g_strsplit(full, " ", -1);
	unsigned count = g_strv_length(words);
	for (unsigned from = 0; from < count; from++) {
		g_autoptr(GString) part = g_string_new(NULL);
		for (unsigned to = from; to < count && to - from + 1 < count; to++) {
			g_string_append_printf(part, "%s%s", part->len ? " " : "", words[to]);
			const struct name_group *other = g_hash_table_lookup(names, part->str);
			if (other && other != group && other->texts >= group->texts)
				return true;
		}
	}
	return false;
}

static void add_free(struct derivation *d)
{
	unsigned count = 0;
	unsigned most = d->poles.count == 2 ? MAX_FREE : MAX_WEIGHED;
	g_autoptr(GHashTable) names = d->poles.count == 2 ? NULL : free_names(d);
	for (unsigned i = 0; i < d->groups->len && count < most; i++) {
		const struct name_group *group = d->groups->pdata[i];
		if (!is_free(d, group) || (names && holds_another(names, group)))
			continue;
		struct member *member = member_of_group(d, group);
		member->term_weight = group->texts > 1 ? TERM_OFTEN : TERM_ONCE;
		count++;
	}
}

void derivation_add_members(struct derivation *d)
{
	d->members = g_ptr_array_new_with_free_func(member_free);
	for (unsigned p = 0; p < d->poles.count; p++) {
		struct member *pole = add_pole(d, d->poles.poles[p]);
		if (d->poles.count == 1)
			pole->term_weight = TERM_OFTEN;
		if (d->poles.poles[p]->kind == ENTITY_COUNTRY && !d->options->without_languages)
			add_unnamed(d, d->poles.poles[p]);
	}
	add_shared(d);
	add_rivals(d);
	add_free(d);
}
