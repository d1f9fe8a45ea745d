/* derive_settle: what kind of thing a name is, and which country's: by its first word, and by what
 * stands beside it. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/derive_grouping.h"

/* Of all groups that the gazetteer does not know. */
void settle_kinds(struct grouping *g);
void settle_regions(struct grouping *g);
