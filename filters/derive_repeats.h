/* derive_repeats: example texts that are the same article again.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* For each text (char *) the index of an earlier one that holds most of it, or -1: GArray of int.
 */
GArray *repeats_find(const GPtrArray *texts);
