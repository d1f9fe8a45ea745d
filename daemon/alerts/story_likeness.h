/* story_likeness: whether two reports tell the same event, by what their words say in the window.
 * Knows no window, no stories.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/story.h"
#include "daemon/alerts/story_features.h"
#include "daemon/alerts/story_terms.h"

/* What two reports may be to each other. */
enum { MAY_REPEAT = 1, MAY_JOIN = 2 };

/* 0..1; 0: another event. `one_outlet`: its texts share its manner. `may`: both, or what
 * likeness_may() says. */
double likeness_kinship(const struct story_terms *terms, const struct features *a,
			const struct features *b, bool one_outlet, unsigned may,
			enum story_kin *kin);
/* Two reports in one language: 0 if their titles do not meet or they share too little. */
double likeness_of_events(const struct story_terms *terms, const struct features *a,
			  const struct features *b);

/* What of a report is enough to refuse most others: its shingles, a bit each. */
struct sketch {
	enum language language;
	unsigned shingles;
	uint64_t bits[32];
};
/* What two reports share, before they are compared. */
struct common_ground {
	unsigned words, names; /* neither common in the window */
	double titles_most; /* of a title's weight in the other report, mean of both: not more than
			       this */
};
void likeness_sketch(const struct features *features, struct sketch *sketch);
/* What is left out likeness_kinship() does not find. */
unsigned likeness_may(const struct sketch *a, const struct sketch *b,
		      const struct common_ground *ground);
