/* derive_improve: what articles marked relevant or not say about a filter: a patch of its weights,
 * terms and threshold for a person to review.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/derive.h"

struct improvement {
	char *filter;			  /* the file with the changes made */
	char *patch;			  /* unified diff; "" if there is nothing to propose */
	unsigned good, bad;		  /* articles */
	unsigned good_before, good_after; /* found */
	unsigned bad_before, bad_after;	  /* raised in error */
};

/* `name` and `text`: the filter file, which must hold the filter `id` (NULL: its only one). `good`,
 * `bad`: char *, title in the first line. NULL with FILTER_ERROR_*. */
struct improvement *improvement_new(const char *name, const char *text, const char *id,
				    const GPtrArray *good, const GPtrArray *bad,
				    const struct derive_options *options, GError **error);
void improvement_free(struct improvement *improvement);
