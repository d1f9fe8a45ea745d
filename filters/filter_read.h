/* filter_read: the text of filter files into a set. libconfuse reads the blocks, filters/scan says where they
 * stand.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/filter_data.h"

/* Add what `text` says to `set`; mistakes go to `problems` and what they spoil is left out. Files that it includes
 * are read too; their names are relative to the folder of `file`. */
void filter_read(struct filter_set *set, const char *file, const char *text, GPtrArray *problems);
/* The same from disk. A file that the set holds already is not read again. */
void filter_read_file(struct filter_set *set, const char *path, GPtrArray *problems);
