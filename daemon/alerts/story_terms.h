/* story_terms: the words and names of the reports in the window: how many reports have one, and so
 * how much it says, and which they are.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/story_features.h"

#include <stdbool.h>
#include <stdint.h>

struct story_terms;

struct story_terms *story_terms_new(void);
void story_terms_free(struct story_terms *terms);

/* The newest report: numbers grow one by one, from 0 on after 2^31. `counted`: false for a reprint,
 * so that a text that is re-issued ten times makes none of its words common. */
void story_terms_add(struct story_terms *terms, const struct features *features, uint32_t number,
		     bool counted);
/* The oldest report, as it was added. */
void story_terms_drop(struct story_terms *terms, const struct features *features, bool counted);

/* How much a word or name says: what a third of the window has weighs nothing. */
double story_terms_weight(const struct story_terms *terms, uint64_t feature);
/* What many articles of the window have is the subject they were all found by. */
bool story_terms_common(const struct story_terms *terms, uint64_t feature);

/* Who has it: twice the number of a report, and 1 if it has the word in its title; oldest first.
 * Theirs until the next report. */
const uint32_t *story_terms_holders(const struct story_terms *terms, uint64_t feature,
				    unsigned *count);
