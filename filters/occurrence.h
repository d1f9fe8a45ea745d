/* occurrence: what of a plan occurs in an article, and where.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/matcher.h"
#include "filters/plan.h"

struct occurrence {
	uint32_t owner;
	uint32_t start, end;	/* bytes of the field */
	uint32_t token, tokens; /* place of the first word in the field, and how many */
	uint32_t sentence;
	uint8_t field; /* enum match_field */
	bool ambiguous;
	bool exclusion;
	bool other_bearer; /* "Kim" of "Kim Kardashian" */
};

struct field_text {
	const char *text;
	size_t text_len;
	struct range tokens;	/* of scan.tokens */
	bool counted, capitals; /* once counted: most words begin with a capital, as in headlines */
};

/* The occurrences of an owner. */
struct found {
	uint32_t owner; /* NONE: a free place */
	struct range range;
};

#define SCAN_FIELDS (MATCH_LANGUAGE + 1)

/* Places that no word takes lie before each field and behind the last: what stands beside a word is
 * looked at without asking where its field ends. So many, as the third word of a posting stands two
 * words away at most. */
#define SCAN_GAP POSTING_PROBE

/* The state of one article; reused from one to the next. */
struct scan {
	const struct plan *plan;
	const struct match_article *article;
	enum language language;
	double language_sure;
	struct field_text fields[SCAN_FIELDS];
	char *categories;	      /* joined */
	GArray *tokens;		      /* struct token, field after field, gaps between */
	GArray *places;		      /* uint32_t by token: of its word in `keys`; 0 in a gap */
	const struct word_keys *keys; /* of the lexicon, and … */
	const uint64_t *lists;	      /* … their lists */
	struct search *search;	      /* filters/pattern_search.h */
	GArray *occurrences;	      /* struct occurrence, by owner, then field and place */
	GArray *unordered;	      /* the same as they were found … */
	GArray *owners;		      /* uint64_t: … an owner above the index of each */
	GArray *found;		      /* struct found: a hash table, most of it free */
	unsigned found_bits;	      /* 2^found_bits places */
	GArray *seen;		      /* uint32_t: owners that occurred */
	uint32_t round;
	uint32_t work;	/* postings looked at */
	bool cut_short; /* over the budget: the rest of the article was not looked at */
};

struct scan *scan_new(const struct plan *plan);
void scan_free(struct scan *scan);
/* Look at an article. Exclusions and names inside them are already gone from `occurrences`. */
void scan_article(struct scan *scan, const struct match_article *article);

/* Where an owner stands in `found`, or the free place where it would. */
static inline struct found *scan_find(const struct scan *scan, uint32_t owner)
{
	uint32_t at = owner * 0x9e3779b1u >> (32 - scan->found_bits);
	struct found *all = (struct found *)(void *)scan->found->data;
	while (all[at].owner != owner && all[at].owner != NONE)
		at = (at + 1) & (scan->found->len - 1);
	return &all[at];
}

/* The occurrences of an owner; empty range if there are none. */
static inline struct range scan_owner(const struct scan *scan, uint32_t owner)
{
	return scan_find(scan, owner)->range;
}
