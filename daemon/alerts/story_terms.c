/* story_terms: see story_terms.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/story_terms.h"

#include <math.h>
#include <string.h>

#define PSEUDO_MEMBERS 20 /* so that rarity means something in a young window */
/* taken off each weight: what a third of the window has weighs nothing */
#define COMMON_OFFSET 0.7
#define COMMON_SHARE  0.4 /* of the window: a name that more articles have is the subject */
#define FIRST_ROOM    2	  /* most words are had by one or two */

struct term {
	uint64_t feature;
	unsigned counted;	   /* reports that have it, without reprints */
	unsigned start, end, room; /* of the holders: those before `start` were dropped */
	uint32_t *holders;
	double weight;	/* as it was … */
	uint64_t state; /* … in this state of the window */
};

struct story_terms {
	unsigned counted;  /* reports but for reprints */
	uint64_t state;	   /* another after each change */
	double unseen;	   /* weight of what no report has */
	GHashTable *terms; /* set of struct term *, by their feature */
};

static double weight_of(const struct story_terms *terms, unsigned frequency)
{
	double rarity =
		log((terms->counted + PSEUDO_MEMBERS + 1.0) / (frequency + 1.0)) - COMMON_OFFSET;
	return rarity > 0 ? rarity : 0;
}

static void count(struct story_terms *terms, int by)
{
	terms->counted += (unsigned)by;
	terms->state++;
	terms->unseen = weight_of(terms, 0);
}

static void term_free(gpointer data)
{
	struct term *term = data;
	g_free(term->holders);
	g_free(term);
}

struct story_terms *story_terms_new(void)
{
	struct story_terms *terms = g_new0(struct story_terms, 1);
	terms->terms = g_hash_table_new_full(g_int64_hash, g_int64_equal, term_free, NULL);
	count(terms, 0);
	return terms;
}

void story_terms_free(struct story_terms *terms)
{
	if (!terms)
		return;
	g_hash_table_unref(terms->terms);
	g_free(terms);
}

static struct term *term_of(const struct story_terms *terms, uint64_t feature)
{
	return g_hash_table_lookup(terms->terms, &feature);
}

/* Dropped ones make room as soon as they are half. */
static void add_holder(struct term *term, uint32_t holder)
{
	if (term->end == term->room && term->start > term->room / 2) {
		term->end -= term->start;
		memmove(term->holders, term->holders + term->start,
			term->end * sizeof *term->holders);
		term->start = 0;
	} else if (term->end == term->room) {
		term->room = term->room ? term->room * 2 : FIRST_ROOM;
		term->holders = g_renew(uint32_t, term->holders, term->room);
	}
	term->holders[term->end++] = holder;
}

static void add(struct story_terms *terms, uint64_t feature, uint32_t holder, bool counted)
{
	struct term *term = term_of(terms, feature);

	if (!term) {
		term = g_new0(struct term, 1);
		term->feature = feature;
		g_hash_table_add(terms->terms, term);
	}
	term->counted += counted;
	add_holder(term, holder);
}

void story_terms_add(struct story_terms *terms, const struct features *f, uint32_t number,
		     bool counted)
{
	count(terms, counted);
	for (unsigned i = 0, k = 0; i < f->words->len; i++) {
		uint64_t word = g_array_index(f->words, uint64_t, i);
		bool titled = k < f->title->len && g_array_index(f->title, uint64_t, k) == word;
		k += titled;
		add(terms, word, number << 1 | titled, counted);
	}
	for (unsigned i = 0; i < f->names->len; i++)
		add(terms, g_array_index(f->names, uint64_t, i), number << 1, counted);
}

static void drop_all(struct story_terms *terms, const GArray *set, bool counted)
{
	for (unsigned i = 0; i < set->len; i++) {
		struct term *term = term_of(terms, g_array_index(set, uint64_t, i));
		term->counted -= counted;
		if (++term->start == term->end)
			g_hash_table_remove(terms->terms, &term->feature);
	}
}

void story_terms_drop(struct story_terms *terms, const struct features *f, bool counted)
{
	count(terms, -counted);
	drop_all(terms, f->words, counted);
	drop_all(terms, f->names, counted);
}

double story_terms_weight(const struct story_terms *terms, uint64_t feature)
{
	struct term *term = term_of(terms, feature);

	if (!term)
		return terms->unseen;
	if (term->state != terms->state) {
		term->weight = weight_of(terms, term->counted);
		term->state = terms->state;
	}
	return term->weight;
}

bool story_terms_common(const struct story_terms *terms, uint64_t feature)
{
	const struct term *term = term_of(terms, feature);
	return term && term->counted > COMMON_SHARE * (terms->counted + PSEUDO_MEMBERS / 4);
}

const uint32_t *story_terms_holders(const struct story_terms *terms, uint64_t feature,
				    unsigned *count)
{
	const struct term *term = term_of(terms, feature);
	*count = term ? term->end - term->start : 0;
	return term ? term->holders + term->start : NULL;
}
