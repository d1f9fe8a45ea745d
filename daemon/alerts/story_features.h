/* story_features: what tells one report from another: its shingles, its rare words, its names.
 * Pure. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/article.h"
#include "filters/language.h"

#include <glib.h>

struct features {
	enum language language;
	GArray *shingles; /* uint64_t, sorted, unique */
	GArray *words;	  /* uint64_t, sorted, unique: content words of title and text */
	GArray *title;	  /* uint64_t, sorted, unique: those of the title */
	GArray *names; /* uint64_t, sorted, unique: capitalised words in Latin letters, and numbers
			*/
};

/* Read title and text; what tells who reports, not what, is left out. */
void features_init(struct features *features, const struct article *article);
void features_clear(struct features *features);
