/* reference_match: what a filter set means, computed in the plainest way: every name and word is
 * looked for at every place of the article. Shares nothing with the plan, the lexicon and the
 * matcher but the tokeniser, the folding and the Snowball library.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/filter_data.h"
#include "filters/language.h"
#include "filters/matcher.h"

struct reference;

struct reference *reference_new(const struct filter_set *set, const struct match_article *article);
void reference_free(struct reference *reference);
/* Whether the filter matches; *score as in a verdict, NAN where the reference has no opinion (wrong
 * language). */
bool reference_matches(struct reference *reference, const struct filter *filter, double *score);
