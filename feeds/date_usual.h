/* date_usual: the two shapes that nine of ten dates have, each to the letter:
 * "Fri, 14 Nov 2025 09:30:00 +0100" and "2025-11-14T09:30:00+01:00".
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* False: the text is of another shape, or no date; feed_date_parse() gives the same for both, in
 * three times as long. */
bool date_usual(const char *text, int64_t *seconds);
