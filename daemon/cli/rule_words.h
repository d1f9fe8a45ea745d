/* rule_words: the rule of a filter in words, for people.  SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "filters/expression.h"

#include <stdio.h>

/* One part a line, `depth` steps to the right. */
void rule_words_print(FILE *out, const struct node *node, unsigned depth);
