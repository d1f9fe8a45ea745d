/* verdict_json: a verdict as programs read it.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/matcher.h"

#include <jansson.h>

/* filter, matched, score, threshold, priority, hits, missing, path. */
json_t *verdict_json(const struct verdict *verdict);
