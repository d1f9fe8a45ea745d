/* filter_read: the text of one filter file into a set.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/filter_data.h"

/* Add what `text` says to `set`; mistakes go to `problems` and what they spoil is left out. */
void filter_read(struct filter_set *set, const char *file, const char *text, GPtrArray *problems);
