/* pole_list: see pole_list.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/pole_list.h"

#include "filters/function_words.h"

#include <string.h>

#define ROW	4
#define BETWEEN 2 /* words: "e la"; one office more: "e il premier" */

struct named {
	const struct occurrence *place;
	uint32_t country; /* entity */
};

#define NAMED(i) (&g_array_index(all, struct named, i))

/* A third country that tells of the side is one of its own in a row: add_others() has it. */
static bool is_third(const struct scan *scan, const struct occurrence *place, uint32_t country)
{
	uint32_t entity = PLAN_AT(scan->plan->owners, struct owner, place->owner)->entity;
	return entity != country &&
	       PLAN_AT(scan->plan->entities, struct plan_entity, entity)->kind == ENTITY_COUNTRY;
}

static void add_places(GArray *all, const struct scan *scan, const GPtrArray *places,
		       uint32_t country)
{
	for (unsigned i = 0; i < places->len; i++) {
		struct named named = {places->pdata[i], country};
		if (!is_third(scan, named.place, country))
			g_array_append_val(all, named);
	}
}

static void add_others(GArray *all, const struct scan *scan, const struct plan_filter *filter)
{
	for (uint32_t i = 0; i < scan->plan->entities->len; i++) {
		const struct plan_entity *entity =
			PLAN_AT(scan->plan->entities, struct plan_entity, i);
		if (entity->kind != ENTITY_COUNTRY || i == filter->poles[0] ||
		    i == filter->poles[1])
			continue;
		struct range range = scan_owner(scan, entity->owner);
		for (uint32_t k = 0; k < range.count; k++) {
			struct named named = {
				PLAN_AT(scan->occurrences, struct occurrence, range.first + k), i};
			if (named.place->field <= MATCH_BODY)
				g_array_append_val(all, named);
		}
	}
}

/* By place; of two that begin together the longer one first. */
static int by_place(gconstpointer left, gconstpointer right)
{
	const struct named *x = left, *y = right;
	const struct occurrence *a = x->place, *b = y->place;
	if (a->field != b->field)
		return a->field < b->field ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end > b->end ? -1 : 1;
	return (x->country > y->country) - (x->country < y->country);
}

/* "Corea" in "Corea del Nord" is no country of its own; of "朝俄", which is two, neither is inside.
 */
static bool is_inside(const struct occurrence *inner, const struct occurrence *outer)
{
	return inner->field == outer->field && inner->start >= outer->start &&
	       inner->end <= outer->end && inner->end - inner->start < outer->end - outer->start;
}

/* Sorted: what a name is inside begins before it, or with it and is longer. */
static void drop_inner(GArray *all)
{
	const struct occurrence *outer = NULL;
	unsigned kept = 0;
	for (unsigned i = 0; i < all->len; i++) {
		const struct occurrence *place = NAMED(i)->place;
		if (outer && is_inside(place, outer))
			continue;
		if (!outer || outer->field != place->field || place->end > outer->end)
			outer = place;
		*NAMED(kept++) = *NAMED(i);
	}
	g_array_set_size(all, kept);
}

/* What stands before the members of a row: "dal presidente russo al premier pachistano". */
static bool is_office(const char *folded)
{
	static const char *const offices[] = {
		"presidente", "president",   "premier",	   "leader",	"ministro", "minister",
		"ministre",   "cancelliere", "chancellor", "kanzler",	"re",	    "king",
		"prasident",  "lider",	     "dirigeant",  "президент", "премьер",  "лидер"};
	for (size_t i = 0; i < G_N_ELEMENTS(offices); i++)
		if (strcmp(offices[i], folded) == 0)
			return true;
	return false;
}

static bool in_a_row(const struct scan *scan, const struct occurrence *left,
		     const struct occurrence *right)
{
	uint32_t from = left->token + left->tokens;
	const struct field_text *field = &scan->fields[left->field];
	if (left->field != right->field || left->sentence != right->sentence ||
	    right->token > from + BETWEEN + 1)
		return false;
	unsigned between = 0;
	for (uint32_t i = from; i < right->token; i++) {
		const struct token *token =
			PLAN_AT(scan->tokens, struct token, field->tokens.first + i);
		g_autoptr(GString) word = g_string_new(NULL);
		text_fold(field->text + token->start, token->end - token->start, word);
		if (is_office(word->str))
			continue;
		if (++between > BETWEEN || !function_word(scan->language, word->str))
			return false;
	}
	return true;
}

/* Different ones among all[from..to). */
static unsigned countries(const GArray *all, unsigned from, unsigned to)
{
	unsigned count = 0;
	for (unsigned i = from; i < to; i++) {
		bool again = false;
		for (unsigned k = from; k < i; k++)
			again = again || NAMED(k)->country == NAMED(i)->country;
		count += !again;
	}
	return count;
}

/* Neither side, and nobody who tells of one: "nordcoreani contro l'Ucraina" is no row. */
static bool is_outsider(const struct scan *scan, const struct plan_filter *filter, uint32_t country)
{
	uint32_t side = PLAN_AT(scan->plan->entities, struct plan_entity, country)->side;
	return side != filter->poles[0] && side != filter->poles[1];
}

/* "da Iran e Corea del Nord": the neighbour in all[from..to) is a third country, and none is the
 * other side. In a title the two may be what the article is about. */
static bool is_coupled(const struct scan *scan, const struct plan_filter *filter, const GArray *all,
		       unsigned from, unsigned to, unsigned place)
{
	bool third = false;
	if (NAMED(place)->place->field != MATCH_BODY)
		return false;
	for (unsigned k = place > from ? place - 1 : from; k < to && k <= place + 1; k++) {
		if (NAMED(k)->country == filter->poles[1])
			return false;
		third = third || is_outsider(scan, filter, NAMED(k)->country);
	}
	return third;
}

bool pole_list(const struct evaluation *e, const struct plan_filter *filter, const GPtrArray *a,
	       const GPtrArray *b)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct named));
	unsigned from = 0;
	bool listed = false;
	add_places(all, e->scan, a, filter->poles[0]);
	add_places(all, e->scan, b, filter->poles[1]);
	add_others(all, e->scan, filter);
	g_array_sort(all, by_place);
	drop_inner(all);
	for (unsigned i = 1; i <= all->len; i++) {
		/* what overlaps goes on with the row */
		if (i < all->len && in_a_row(e->scan, NAMED(i - 1)->place, NAMED(i)->place))
			continue;
		bool row = countries(all, from, i) >= ROW;
		for (unsigned k = from; k < i; k++)
			if (NAMED(k)->country == filter->poles[0]) {
				if (!row && !is_coupled(e->scan, filter, all, from, i, k))
					return false;
				listed = true;
			}
		from = i;
	}
	return listed;
}
