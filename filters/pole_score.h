/* pole_score: how much an article is about what two sides do with each other.
 *
 *   score = a + b + 0.5 ab + 0.6 t + 0.5 [same sentence] + 0.4 [A in title] + 0.2 [B in title]
 *         + 0.15 min(2, sentences with A - 1)
 *         - 0.6 [A neither in title nor in two sentences, and no topic word beside it]
 *         - 1.2 [A's only sentence lists four countries or more; or its two, and no topic word in the article]
 *           (if A stands only in rows of four, or in the body beside a third country, "from Iran and North Korea":
 *           -1.2, too, and neither the title nor the sentence counts)
 *         - 0.35 (further countries - 1), if A stands in at most two sentences
 *         - 0.9 [two further countries in the title, capitals and leaders included, and not A]
 *         - 0.9 [a sentence or more between all of A and all of B, no word of the subject in the article, and nobody
 *           who tells of B weakly, of whom the filter knows some]
 *         - 0.9 [A and B stand in one and the same sentence only, not the title, with a comma, semicolon or colon
 *           between all of A and all of B]
 *
 * a and b: the surest name of either side; ab: places that count for both, 0.5 each, at most 1; t: terms, by their
 * weights, at most 0.75. Without A: 0; without B and with ab under 0.5: at most 1. With one pole: a for b.
 * Two of the places that count for both stand for a missing A, with 0.7.
 * The figures were fitted on labelled news; the constants stand in the table of the source file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/evaluate.h"

/* Score of a filter with poles. Adds what counted to `hits` and the parts of the sum to `path` (char *), what was
 * missing to `missing`; each may be NULL. */
double pole_score(struct evaluation *evaluation, const struct plan_filter *filter, GArray *hits,
		  GPtrArray *path, GPtrArray *missing);
