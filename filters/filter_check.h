/* filter_check: what shows only when all files are read: names nobody has, filters that cannot match, circles.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/filter_data.h"

void filter_check(struct filter_set *set, GPtrArray *problems);
