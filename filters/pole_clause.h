/* pole_clause: whether two sides are told of in different parts of their sentence: "Russia's war, China's arms, North
 * Korea's tests".  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/occurrence.h"

/* Whether a comma, semicolon or colon stands between every place of `a` and every place of `b`: const struct
 * occurrence *, all of them in one sentence of `field`. False when either has none. */
bool pole_clause_apart(const struct field_text *field, const GPtrArray *a, const GPtrArray *b);
