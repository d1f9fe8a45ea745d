/* implies: whether one part of an expression cannot hold without another.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/filter_data.h"

/* Whether every article for which `required` holds is one for which `other` holds. What cannot be
 * told from the expressions alone is false. */
bool implies(const struct filter_set *set, const struct node *required, const struct node *other);
/* Whether it holds for nearly every article: it only excludes, or asks for no more than age or
 * language.
 */
bool implies_nothing(const struct node *node);
