/* function_words: words that join others or say little in any text: articles, prepositions,
 * pronouns, auxiliaries. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/language.h"

#include <stdbool.h>

/* `folded`: lower case, no accents. False for languages without a list. */
bool function_word(enum language language, const char *folded);
