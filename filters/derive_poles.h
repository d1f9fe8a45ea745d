/* derive_poles: whether example texts tell of two sides, of one, or of none.
 *
 * A side is a country with its capital and demonym, as far as sentences go. Two sides: they meet in
 * sentences far more often than any other two, in nearly all texts.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/derive_names.h"

struct pole_finding {
	unsigned count;		     /* 0, 1 or 2 */
	struct name_group *poles[2]; /* the rarer in ordinary news first */
	unsigned sentences[2], both, all;
	double jaccard;	 /* of the best pair of countries */
	double next;	 /* of the next pair that holds neither both */
	double coverage; /* share of the texts in which the pair, or the one, occurs */
};

struct pole_finding poles_find(const struct corpus *corpus, const GPtrArray *groups);
/* The country of a region among the groups; NULL if the texts do not name it. */
struct name_group *poles_country(const GPtrArray *groups, const char *region);
