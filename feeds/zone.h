/* zone: what clocks show in a region of the time zone database ("Europe/Rome"), as ICU holds it: no
 * file is opened.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Seconds east of UTC when the region's clocks show `local` (seconds since 1970-01-01 of a clock
 * without a zone); 0 for a name that is none. */
int zone_offset(const char *name, size_t name_len, int64_t local);
