/* derive_terms: which names and phrases become terms of the filter, and what they weigh.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derivation.h"
#include "filters/derive.h"
#include "filters/text.h"

#include <math.h>
#include <string.h>

#define PHRASE_WEIGHT 0.25 /* with two sides */
/* Without: how telling a term is, of 1 for a name that all texts have and other news has not. */
#define NAME_KIND      1.0
#define PHRASE_KIND    0.7
#define WORD_KIND      0.6
#define FULL_BITS      10   /* a thousand times as often as in other news: more says no more */
#define SEEN_ONCE      0.25 /* of it, however few of the texts have the term */
#define MIN_WEIGHT     0.1
#define EVERYDAY_LIFT  10
#define CORE_LIFT      200
#define CORE_NAME_LIFT 100 /* in every language, where words are in one */
#define CORE_TEXTS     2
#define CORE_SHARE     0.2
#define LEAST_WEIGHT   0.04 /* of the threshold */
#define SECTION_WEIGHT -2.0
#define SECTION_WORDS  2 /* different ones of a section, in the texts: they are of the section */
/* The example texts are of it, when so many of a thousand words are the section's, too: what led to
 * a treaty may be told in two sentences of its history. */
#define SECTION_SHARE 5
#define PLAIN_LIFT    3 /* of the words beside the names, in a filter with two sides */

/* By how rare it is elsewhere and in how many of the texts it is. */
static double weigh(double kind, double lift, unsigned texts, unsigned all)
{
	double telling = MIN(1, log2(1 + MAX(lift, 0)) / FULL_BITS);
	double share = sqrt((double)texts / MAX(all, 1));
	return texts ? kind * telling * (SEEN_ONCE + (1 - SEEN_ONCE) * share) : 0;
}

/* The ministers and the offices of the country that the texts are written in are in the news every
 * day, whatever an older count of words says: they tell no more than everyday names. */
static bool is_everyday(const struct derivation *d, const struct name_group *group)
{
	return group->entry && group->entry->tabled && group->entry->kind != ENTITY_COUNTRY &&
	       group->entry->sides && *d->home &&
	       g_strv_contains((const char *const *)group->entry->sides, d->home);
}

static double lift_of(const struct derivation *d, const struct derived_term *term)
{
	const struct name_group *group = term->member ? term->member->group : NULL;
	if (!group)
		return term->phrase ? term->phrase->lift : 0;
	return is_everyday(d, group) ? MIN(group->lift, EVERYDAY_LIFT) : group->lift;
}

static double weight_of(const struct derivation *d, const struct derived_term *term,
			unsigned without)
{
	const struct name_group *group = term->member ? term->member->group : NULL;
	unsigned texts = group ? group->texts : term->phrase ? term->phrase->texts : 0;
	return weigh(term->kind, lift_of(d, term), texts - MIN(texts, without),
		     d->corpus->texts->len - MIN(d->corpus->texts->len, without));
}

/* Words that any long article may hold add up; one of these must be among them. Topics are of many
 * subjects. */
static bool is_core(const struct derivation *d, const struct derived_term *term)
{
	unsigned all = d->corpus->texts->len;
	unsigned texts = term->phrase ? term->phrase->texts : term->member->group->texts;
	double lift = lift_of(d, term);
	unsigned least = term->phrase ? MIN(CORE_TEXTS, all) : 1;
	return lift >= (term->phrase ? CORE_LIFT : CORE_NAME_LIFT) && texts >= least &&
	       texts >= CORE_SHARE * all && !(term->phrase && term->phrase->topic);
}

/* Without two sides. */
static void add_weighed(struct derivation *d, struct derived_term *term)
{
	term->weight = weight_of(d, term, 0);
	term->core = is_core(d, term);
	if (term->weight >= MIN_WEIGHT)
		g_array_append_val(d->terms, *term);
}

double derivation_weight_without(const struct derivation *d, const struct derived_term *term)
{
	return weight_of(d, term, 1);
}

bool derivation_plain(const char *text)
{
	static const char *const operators[] = {"AND", "OR", "NOT", "NEAR", "SENTENCE"};
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	for (char **word = words; *word; word++)
		for (size_t i = 0; i < G_N_ELEMENTS(operators); i++)
			if (g_str_has_prefix(*word, operators[i]))
				return false;
	return !strpbrk(text, "()\":@=/*;{}\\$,[]<>&|");
}

/* A name that is a term itself would count twice. */
static bool holds_a_term(const struct derivation *d, const struct phrase *phrase)
{
	for (const struct corpus_unit *unit = phrase->first; unit < phrase->first + phrase->units;
	     unit++)
		for (unsigned i = 0; unit->group && i < d->members->len; i++) {
			const struct member *member = d->members->pdata[i];
			if (member->group == unit->group && member->term_weight > 0)
				return true;
		}
	return false;
}

static bool worth_a_term(const struct derivation *d, const struct phrase *phrase)
{
	if (!derivation_plain(phrase->text) || holds_a_term(d, phrase))
		return false;
	/* single words are where derivation errs: beside poles only those that the tables know */
	if (phrase->units == 1 && d->poles.count == 2)
		return phrase->topic != NULL;
	return phrase->topic || d->poles.count < 2 || phrase->plain_lift >= PLAIN_LIFT;
}

static void add_members(struct derivation *d)
{
	for (unsigned i = 0; i < d->members->len; i++) {
		const struct member *member = d->members->pdata[i];
		struct derived_term term = {
			.member = member, .weight = member->term_weight, .kind = NAME_KIND};
		if (member->term_weight <= 0 || (!member->found->len && !member->known->len))
			continue;
		if (d->poles.count < 2)
			add_weighed(d, &term);
		else
			g_array_append_val(d->terms, term);
	}
}

static void add_phrase(struct derivation *d, const struct phrase *phrase)
{
	struct derived_term term = {.phrase = phrase,
				    .weight = PHRASE_WEIGHT,
				    .kind = phrase->units == 1 ? WORD_KIND : PHRASE_KIND};
	if (d->poles.count < 2)
		add_weighed(d, &term);
	else
		g_array_append_val(d->terms, term);
}

static bool texts_are_of(const struct derivation *d, const struct gazetteer_section *section)
{
	g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) met = g_hash_table_new(g_str_hash, g_str_equal);
	unsigned uses = 0;
	for (char **word = section->words; *word; word++)
		g_hash_table_add(words, text_folded(*word));
	for (unsigned i = 0; i < d->corpus->units->len; i++) {
		const char *word = CORPUS_UNIT(d->corpus, i)->folded;
		if (!g_hash_table_contains(words, word))
			continue;
		uses++;
		g_hash_table_add(met, (gpointer)word);
	}
	return g_hash_table_size(met) >= SECTION_WORDS &&
	       1000.0 * uses >= SECTION_SHARE * d->corpus->tokens;
}

/* "Corea del Nord" and "Russia" on the sports pages: no texts of politics have their words. All
 * sections together: a documentary on a war of 1950 has a word of two. */
static void add_sections(struct derivation *d)
{
	const GPtrArray *sections = gazetteer_sections(d->options->gazetteer);
	const struct derived_term term = {.sections = d->sections = g_ptr_array_new(),
					  .weight = SECTION_WEIGHT};
	if (d->poles.count < 2 || d->options->without_tables)
		return;
	for (unsigned i = 0; i < sections->len; i++)
		if (!texts_are_of(d, sections->pdata[i]))
			g_ptr_array_add(d->sections, sections->pdata[i]);
	if (d->sections->len)
		g_array_append_val(d->terms, term);
}

void derivation_add_terms(struct derivation *d)
{
	g_autoptr(GHashTable) topics = g_hash_table_new(NULL, NULL);
	d->terms = g_array_new(FALSE, FALSE, sizeof(struct derived_term));
	add_members(d);
	for (unsigned i = 0; i < d->phrases->len; i++) {
		const struct phrase *phrase = d->phrases->pdata[i];
		if (worth_a_term(d, phrase) &&
		    (!phrase->topic || g_hash_table_add(topics, (gpointer)phrase->topic)))
			add_phrase(d, phrase);
	}
	add_sections(d);
}

void derivation_scale_terms(struct derivation *d, double threshold)
{
	unsigned kept = 0;
	for (unsigned i = 0; i < d->terms->len; i++) {
		struct derived_term *term = &g_array_index(d->terms, struct derived_term, i);
		term->weight = round(term->weight / threshold * 100) / 100;
		if (term->weight >= LEAST_WEIGHT)
			g_array_index(d->terms, struct derived_term, kept++) = *term;
	}
	g_array_set_size(d->terms, kept);
}

double derivation_best_sum(const struct derivation *d)
{
	double sum = 0;
	for (unsigned i = 0; i < d->terms->len; i++)
		sum += MAX(g_array_index(d->terms, struct derived_term, i).weight, 0);
	return sum;
}

bool derivation_useful(const struct derivation *d)
{
	return d->poles.count > 0 || d->terms->len > 0;
}
