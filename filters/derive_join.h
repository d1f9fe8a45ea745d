/* derive_join: which groups of names are one bearer's: surnames, cut and short names, acronyms,
 * aliases, treaties with and without their first word.  SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "filters/derive_grouping.h"

/* Needs kinds for surnames; acronyms, aliases and treaties first. */
void join_said(struct grouping *g);
void join_by_name(struct grouping *g);
