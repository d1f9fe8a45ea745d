/* story_likeness: see story_likeness.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/story_likeness.h"

#include <math.h>

#define DUPLICATE_CONTAINMENT 0.59
#define MIN_SHINGLES	      6	   /* shorter texts say too little to be called the same */
#define SAME_EVENT	      0.34 /* likeness of two reports in one language … */
#define SAME_EVENT_OUTLET     0.40 /* … of one outlet, whose texts share its manner */
#define TITLES_MEET	      0.40 /* share of either title's weight that the other report has, too */
#define WORDS_SHARE	      0.6 /* of the likeness: words; the rest: titles */
/* shared names and numbers across languages, where words cannot speak */
#define RARE_NAMES_ABROAD 3
#define SHARED_WORDS	  4 /* fewer rare words in common are a manner of speaking, not an event */

static unsigned shared(const GArray *left, const GArray *right)
{
	const uint64_t *a = (const uint64_t *)(const void *)left->data,
		       *b = (const uint64_t *)(const void *)right->data;
	unsigned i = 0, k = 0, count = 0;
	while (i < left->len && k < right->len) {
		if (a[i] == b[k]) {
			count++;
			i++;
			k++;
		} else if (a[i] < b[k]) {
			i++;
		} else {
			k++;
		}
	}
	return count;
}

static double containment(const GArray *left, const GArray *right)
{
	unsigned least = MIN(left->len, right->len);
	return least < MIN_SHINGLES ? 0 : (double)shared(left, right) / least;
}

static double norm(const struct story_terms *terms, const GArray *set)
{
	double sum = 0;
	for (unsigned i = 0; i < set->len; i++) {
		double w = story_terms_weight(terms, g_array_index(set, uint64_t, i));
		sum += w * w;
	}
	return sqrt(sum);
}

static double cosine(const struct story_terms *terms, const GArray *left, const GArray *right)
{
	double sum = 0, product = norm(terms, left) * norm(terms, right);
	unsigned k = 0;
	for (unsigned i = 0; i < left->len; i++) {
		uint64_t value = g_array_index(left, uint64_t, i);
		while (k < right->len && g_array_index(right, uint64_t, k) < value)
			k++;
		if (k < right->len && g_array_index(right, uint64_t, k) == value) {
			double w = story_terms_weight(terms, value);
			sum += w * w;
		}
	}
	return product > 0 ? sum / product : 0;
}

static unsigned rare_shared(const struct story_terms *terms, const GArray *left,
			    const GArray *right)
{
	unsigned k = 0, count = 0;
	for (unsigned i = 0; i < left->len; i++) {
		uint64_t value = g_array_index(left, uint64_t, i);
		while (k < right->len && g_array_index(right, uint64_t, k) < value)
			k++;
		count += k < right->len && g_array_index(right, uint64_t, k) == value &&
			 !story_terms_common(terms, value);
	}
	return count;
}

/* How much of a title's weight stands in the other report. */
static double title_share(const struct story_terms *terms, const GArray *title, const GArray *words)
{
	double all = 0, met = 0;
	unsigned k = 0;
	for (unsigned i = 0; i < title->len; i++) {
		uint64_t value = g_array_index(title, uint64_t, i);
		double w = story_terms_weight(terms, value);
		while (k < words->len && g_array_index(words, uint64_t, k) < value)
			k++;
		all += w;
		if (k < words->len && g_array_index(words, uint64_t, k) == value)
			met += w;
	}
	return all > 0 ? met / all : 0;
}

double likeness_of_events(const struct story_terms *terms, const struct features *a,
			  const struct features *b)
{
	double titles =
		(title_share(terms, a->title, b->words) + title_share(terms, b->title, a->words)) /
		2;
	if (titles < TITLES_MEET || rare_shared(terms, a->words, b->words) < SHARED_WORDS)
		return 0;
	return WORDS_SHARE * cosine(terms, a->words, b->words) + (1 - WORDS_SHARE) * titles;
}

double likeness_kinship(const struct story_terms *terms, const struct features *a,
			const struct features *b, bool one_outlet, unsigned may,
			enum story_kin *kin)
{
	double same_text = may & MAY_REPEAT ? containment(a->shingles, b->shingles) : 0;

	if (same_text >= DUPLICATE_CONTAINMENT) {
		*kin = KIN_DUPLICATE;
		return same_text;
	}
	*kin = KIN_JOINED;
	if (!(may & MAY_JOIN))
		return 0;
	if (a->language != b->language)
		return rare_shared(terms, a->names, b->names) >= RARE_NAMES_ABROAD ? SAME_EVENT : 0;
	double like = likeness_of_events(terms, a, b);
	return like >= (one_outlet ? SAME_EVENT_OUTLET : SAME_EVENT) ? like : 0;
}

/* ---- what need not be compared --------------------------------------------------------------- */

void likeness_sketch(const struct features *f, struct sketch *sketch)
{
	const unsigned bits = sizeof sketch->bits * 8;

	*sketch = (struct sketch){.language = f->language, .shingles = f->shingles->len};
	for (unsigned i = 0; i < f->shingles->len; i++) {
		unsigned bit = g_array_index(f->shingles, uint64_t, i) % bits;
		sketch->bits[bit / 64] |= UINT64_C(1) << bit % 64;
	}
}

/* Bits of `a` that `b` has not, in eight words. */
static unsigned missing(const uint64_t *a, const uint64_t *b)
{
	uint64_t sum = 0;
	for (unsigned i = 0; i < 8; i++) {
		uint64_t bits = a[i] & ~b[i];
		bits -= bits >> 1 & 0x5555555555555555;
		bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
		sum += (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f;
	}
	sum = (sum & 0x00ff00ff00ff00ff) + (sum >> 8 & 0x00ff00ff00ff00ff);
	return (unsigned)(sum * 0x0001000100010001 >> 48);
}

/* A bit that the longer text has not is a shingle, or more, that it has not. */
static bool may_repeat(const struct sketch *a, const struct sketch *b)
{
	const struct sketch *shorter = a->shingles < b->shingles ? a : b,
			    *longer = shorter == a ? b : a;
	unsigned most = shorter->shingles;

	if (most < MIN_SHINGLES)
		return false;
	for (unsigned i = 0; i < G_N_ELEMENTS(a->bits); i += 8) {
		most -= missing(shorter->bits + i, longer->bits + i);
		if ((double)most / shorter->shingles < DUPLICATE_CONTAINMENT)
			return false;
	}
	return true;
}

unsigned likeness_may(const struct sketch *a, const struct sketch *b,
		      const struct common_ground *ground)
{
	bool join = a->language == b->language
			    ? ground->words >= SHARED_WORDS && ground->titles_most >= TITLES_MEET
			    : ground->names >= RARE_NAMES_ABROAD;
	return (join ? MAY_JOIN : 0) | (may_repeat(a, b) ? MAY_REPEAT : 0);
}
