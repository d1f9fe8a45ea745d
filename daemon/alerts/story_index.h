/* story_index: which reports of the window a new one may be akin to, without a look at each.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/story_features.h"
#include "daemon/alerts/story_terms.h"

struct story_index;

struct story_candidate {
	unsigned place; /* in the window, from 0, the oldest */
	unsigned may;	/* as likeness_may() says */
};

struct story_index *story_index_new(void);
void story_index_free(struct story_index *index);
/* The newest report, the oldest one; `counted` as in story_terms.h. */
void story_index_add(struct story_index *index, const struct features *features, bool counted);
void story_index_drop(struct story_index *index, const struct features *features, bool counted);
const struct story_terms *story_index_terms(const struct story_index *index);
/* struct story_candidate, by place. For all others likeness_kinship() says 0. The index's own,
 * until the next call. */
const GArray *story_index_candidates(struct story_index *index, const struct features *features);
