/* pole_list: whether a side is named only as one of several countries: "hackers from Russia, China,
 * Iran and North Korea".  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/evaluate.h"

/* Whether every place of `a` stands in a row of four or more countries, with nothing but commas and
 * function words or offices ("the president of") between them; or, in the body, in a row beside a
 * third country and not beside `b`. `a`, `b`: const struct occurrence *, in title or body. */
bool pole_list(const struct evaluation *evaluation, const struct plan_filter *filter,
	       const GPtrArray *a, const GPtrArray *b);
