/* pattern_search: which patterns of a plan stand in the words of an article.
 *
 * Knows nothing of filters and entities: a pattern is some keys in a row, and has an owner.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/occurrence.h"

/* What is gathered on the way; reused from one article to the next. */
struct search;

struct search *search_new(void);
void search_free(struct search *search);

/* Of scan->tokens, their places and keys: what stands there is appended to scan->unordered. Sets
 * scan->cut_short and stops if that is too much work. */
void search_patterns(struct scan *scan);
