/* derive_join: see derive_join.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_join.h"

#include <string.h>

#define ALIAS_REACH    60 /* bytes between the names */
#define ALIAS_UNITS    10
#define SHORT_NAME_MIN 4
#define ORDINARY_FULL  5 /* uses of the full name */
#define CUT_MAX	       5 /* bytes that a name cut short lacks: "kim jong" of "kim jong un" */
#define MAX_TREATIES   500

/* Surnames that stand first and are borne by many: alone they count only in company. */
static const char *const first_surnames[] = {
	"kim", "xi",   "shin", "choe",	"choi", "pak",	"park", "ri",	"lee",	 "yi",
	"han", "jong", "jang", "hwang", "moon", "yoon", "li",	"wang", "zhang", "chen",
	"liu", "wu",   "no",   "jo",	"cho",	"kang", "im",	"hong",
};

static bool is_first_surname(const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(first_surnames); i++)
		if (strcmp(first_surnames[i], word) == 0)
			return true;
	return false;
}
/* Whether `one` is the last word of a full name, or its first where surnames stand first. */
static bool is_surname_of(const char *one, const char *full, bool *ambiguous)
{
	const char *last = strrchr(full, ' ');
	size_t len = strlen(one);
	*ambiguous = false;
	if (!last)
		return false;
	if (is_first_surname(one) && strncmp(full, one, len) == 0 && full[len] == ' ') {
		*ambiguous = true;
		return true;
	}
	return strcmp(last + 1, one) == 0;
}

static bool may_be_person(const struct name_group *group)
{
	return group->kind == ENTITY_PERSON || group->kind == ENTITY_OTHER;
}

/* ---- full names by their parts: thousands of names must not be compared each with each ---- */

enum part { FIRST = 'f', LAST = 'l', CUT = 'c' };

/* Takes `text`. */
static void index_part(GHashTable *index, enum part part, char *text, uint32_t unit)
{
	char *key = g_strdup_printf("%c%s", part, text);
	GArray *units = g_hash_table_lookup(index, key);
	g_free(text);
	if (!units) {
		units = g_array_new(FALSE, FALSE, sizeof unit);
		g_hash_table_insert(index, g_strdup(key), units);
	}
	g_array_append_val(units, unit);
	g_free(key);
}

static GHashTable *index_full_names(const struct grouping *g)
{
	GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						  (GDestroyNotify)g_array_unref);
	for (uint32_t i = 0; i < g->corpus->units->len; i++) {
		const struct corpus_unit *unit = grouping_unit(g, i);
		const char *full = unit->folded, *last = full ? strrchr(full, ' ') : NULL;
		if (!unit->group || !last)
			continue;
		index_part(index, FIRST, g_strndup(full, strcspn(full, " ")), i);
		index_part(index, LAST, g_strdup(last + 1), i);
		for (const char *end = full + strlen(full); end > full && strlen(end) <= CUT_MAX;
		     end--)
			if (*end == ' ')
				index_part(index, CUT, g_strndup(full, (gsize)(end - full)), i);
	}
	return index;
}

static const GArray *indexed(GHashTable *index, enum part part, const char *text)
{
	g_autofree char *key = g_strdup_printf("%c%s", part, text);
	return g_hash_table_lookup(index, key);
}

/* ---- surnames ------------------------------------------------------------------------ */

struct choice {
	struct name_group *best;
	bool ambiguous;
};

/* Of several bearers of a surname the one named most often takes it. */
static void choose(const struct grouping *g, const struct name_group *one, const GArray *units,
		   struct choice *choice)
{
	const char *word = grouping_fold(g, one);
	for (unsigned i = 0; units && i < units->len; i++) {
		const struct corpus_unit *unit =
			grouping_unit(g, g_array_index(units, uint32_t, i));
		struct name_group *full = unit->group, *best = choice->best;
		bool ambiguous = false;
		if (full == one || full == best || !grouping_stands(full) || !may_be_person(full))
			continue;
		if (!strchr(word, ' ') && !is_surname_of(word, unit->folded, &ambiguous))
			continue;
		if (best && (full->units->len < best->units->len ||
			     (full->units->len == best->units->len && full->order > best->order)))
			continue;
		*choice = (struct choice){full, ambiguous};
	}
}

static void join_surname(struct grouping *g, GHashTable *index, struct name_group *one)
{
	const char *word = grouping_fold(g, one);
	struct choice choice = {NULL, false};

	if (strchr(word, ' ')) {
		choose(g, one, indexed(index, CUT, word), &choice);
	} else {
		if (is_first_surname(word))
			choose(g, one, indexed(index, FIRST, word), &choice);
		choose(g, one, indexed(index, LAST, word), &choice);
	}
	if (!choice.best)
		return;
	if (choice.ambiguous) {
		g_hash_table_add(choice.best->ambiguous, g_strdup(word));
		if (choice.best->kind == ENTITY_OTHER) /* who has a surname is somebody */
			choice.best->kind = ENTITY_PERSON;
	}
	grouping_merge(g, choice.best, one);
}

static void join_surnames(struct grouping *g, GHashTable *index)
{
	for (unsigned i = 0; i < g->groups->len; i++) {
		struct name_group *group = g->groups->pdata[i];
		if (grouping_stands(group) && !group->entry && may_be_person(group))
			join_surname(g, index, group);
	}
}

/* "Halcyon" of "Halcyon Partners": the first word of one name only. If it is a word of ordinary
 * news, too ("Banco" of "Banco Bpm"), that name must be met often, and the word counts in company
 * only. */
static struct name_group *full_name_of(const struct grouping *g, GHashTable *index,
				       const struct name_group *one, bool *ambiguous)
{
	const struct corpus_unit *unit = grouping_unit(g, g_array_index(one->units, uint32_t, 0));
	const size_t len = strlen(unit->folded);
	struct name_group *found = NULL;
	if (strchr(unit->folded, ' ') || len < SHORT_NAME_MIN)
		return NULL;
	*ambiguous =
		reference_word(CORPUS_TONGUE(g->corpus, unit->text)->reference, unit->lower).count >
		0;
	const GArray *units = indexed(index, FIRST, unit->folded);
	for (unsigned i = 0; units && i < units->len; i++) {
		struct name_group *full =
			grouping_unit(g, g_array_index(units, uint32_t, i))->group;
		if (full == one || full == found || !grouping_stands(full) ||
		    full->kind == ENTITY_PERSON ||
		    strncmp(grouping_fold(g, full), unit->folded, len) != 0 ||
		    grouping_fold(g, full)[len] != ' ')
			continue;
		if (found)
			return NULL;
		found = full;
	}
	if (found && *ambiguous &&
	    (found->units->len < ORDINARY_FULL || found->units->len < one->units->len))
		return NULL;
	return found;
}

static void join_short_names(struct grouping *g, GHashTable *index)
{
	for (unsigned i = 0; i < g->groups->len; i++) {
		struct name_group *group = g->groups->pdata[i];
		bool ambiguous = false;
		struct name_group *full = grouping_stands(group) && !group->entry
						  ? full_name_of(g, index, group, &ambiguous)
						  : NULL;
		if (!full)
			continue;
		if (ambiguous)
			g_hash_table_add(full->ambiguous, g_strdup(grouping_fold(g, group)));
		grouping_merge(g, full, group);
	}
}

/* A full name whose surname the gazetteer knows for a person's: "Andrey Belousov". */
static void join_known_surnames(struct grouping *g)
{
	for (unsigned i = 0; i < g->groups->len; i++) {
		struct name_group *group = g->groups->pdata[i];
		if (!grouping_stands(group) || group->entry || !may_be_person(group))
			continue;
		const char *last = strrchr(grouping_fold(g, group), ' ');
		const GPtrArray *bearers =
			last ? gazetteer_find(g->gazetteer, last + 1, false) : NULL;
		const struct gazetteer_entry *entry =
			last ? grouping_bearer(bearers, last + 1) : NULL;
		if (entry && entry->kind == ENTITY_PERSON)
			grouping_merge(g, grouping_of_entry(g, entry), group);
	}
}

/* An ambiguous name whose bearer in full occurs in the texts is his. */
static void join_ambiguous(struct grouping *g)
{
	for (uint32_t i = 0; i < g->corpus->units->len; i++) {
		struct corpus_unit *unit = grouping_unit(g, i);
		if (!unit->group || unit->group->entry || !unit->bearers)
			continue;
		for (unsigned k = 0; k < unit->bearers->len; k++) {
			struct name_group *known =
				g_hash_table_lookup(g->by_entry, unit->bearers->pdata[k]);
			if (!known || known->merged || !known->units->len)
				continue;
			g_hash_table_add(known->ambiguous, g_strdup(unit->folded));
			grouping_merge(g, known, unit->group);
			break;
		}
	}
}

static GPtrArray *treaties_of(const struct grouping *g)
{
	GPtrArray *treaties = g_ptr_array_new();
	for (unsigned i = 0; i < g->groups->len && treaties->len < MAX_TREATIES; i++) {
		struct name_group *group = g->groups->pdata[i];
		if (grouping_stands(group) && group->kind == ENTITY_TREATY)
			g_ptr_array_add(treaties, group);
	}
	return treaties;
}

/* "Trattato di Partenariato Strategico Globale" and "Partenariato Strategico Globale". */
static void join_treaties(struct grouping *g)
{
	g_autoptr(GPtrArray) treaties = treaties_of(g);
	for (unsigned i = 0; i < treaties->len; i++)
		for (unsigned k = 0; k < treaties->len; k++) {
			struct name_group *whole = treaties->pdata[i], *part = treaties->pdata[k];
			if (whole == part || !grouping_stands(whole) || !grouping_stands(part) ||
			    !strchr(grouping_fold(g, part), ' '))
				continue;
			if (g_str_has_suffix(grouping_fold(g, whole), grouping_fold(g, part)))
				grouping_merge(g, part, whole);
		}
}

/* Whether the letters are the first letters of words of the name, in order. */
static bool abbreviates(const struct corpus_unit *acronym, const struct corpus_unit *name)
{
	const char *p = name->folded;
	uint32_t letter = 0;
	while (*p && letter < acronym->len) {
		if (*p == g_ascii_tolower(acronym->start[letter]))
			letter++;
		p = strchr(p, ' ');
		if (!p)
			break;
		p++;
	}
	return letter == acronym->len && strchr(name->folded, ' ');
}

static bool opens_parenthesis(const struct corpus_unit *left, const struct corpus_unit *right)
{
	const char *p = left->start + left->len;
	while (p < right->start && (*p == ' ' || *p == '\n'))
		p++;
	return p + 1 == right->start && *p == '(';
}

/* "Repubblica Popolare Democratica di Corea (RPDC, meglio nota come Corea del Nord)" */
static bool says_alias(const struct corpus_unit *left, const struct corpus_unit *right)
{
	static const char *const cues[] = {
		"nota come",	 "noto come",	      "conosciuta come",    "conosciuto come",
		"known as",	 "connu sous le nom", "connue sous le nom", "conocida como",
		"conocido como", "bekannt als",	      "conhecida como"};
	const char *from = left->start + left->len;
	if (right->start <= from || right->start - from > ALIAS_REACH)
		return false;
	g_autofree char *between = g_strndup(from, (gsize)(right->start - from));
	g_autofree char *lower = g_utf8_strdown(between, -1);
	const char *open = strchr(lower, '(');
	if (!open || strchr(lower, ')'))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(cues); i++)
		if (strstr(open, cues[i]))
			return true;
	return false;
}

static void join_aliases(struct grouping *g)
{
	for (uint32_t i = 0; i < g->corpus->units->len; i++)
		for (uint32_t k = i + 1; k < MIN(i + ALIAS_UNITS, g->corpus->units->len); k++) {
			struct corpus_unit *left = grouping_unit(g, i),
					   *right = grouping_unit(g, k);
			if (left->group && right->group && left->text == right->text &&
			    says_alias(left, right))
				grouping_merge(g, left->group, right->group);
		}
}

static void join_acronyms(struct grouping *g)
{
	for (uint32_t i = 0; i + 1 < g->corpus->units->len; i++) {
		struct corpus_unit *left = grouping_unit(g, i), *right = grouping_unit(g, i + 1);
		if (!left->group || !right->group || left->text != right->text ||
		    !opens_parenthesis(left, right))
			continue;
		if ((grouping_is_acronym(right) && abbreviates(right, left)) ||
		    (grouping_is_acronym(left) && abbreviates(left, right)))
			grouping_merge(g, left->group, right->group);
	}
}

void join_said(struct grouping *g)
{
	join_acronyms(g);
	join_aliases(g);
}

void join_by_name(struct grouping *g)
{
	join_treaties(g);
	join_known_surnames(g);
	join_ambiguous(g);
	g_autoptr(GHashTable) index = index_full_names(g);
	join_surnames(g, index);
	join_short_names(g, index);
}
