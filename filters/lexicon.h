/* lexicon: the words that filters ask for, as integer keys, and which keys a word of an article has.
 *
 * A word has several keys: its folded form, its stem in the article's language, its form without case endings
 * (Cyrillic), its prefixes. Only keys that some filter uses exist; what a surface form has is looked up once
 * and cached.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/language.h"
#include "filters/text.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct lexicon;

struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon *lexicon);

/* Keys for filters: interned on first use. Words are as written. */
uint32_t lexicon_exact(struct lexicon *lexicon, const char *word);
uint32_t lexicon_stem(struct lexicon *lexicon, const char *word, enum language language);
uint32_t lexicon_prefix(struct lexicon *lexicon, const char *word);
/* A word of a name: folded; Cyrillic words with their case endings, German ones with genitive s. `loose`: a short
 * word beside others of the name, Ын of Ким Чен Ын, may have long endings. */
uint32_t lexicon_name(struct lexicon *lexicon, const char *word, bool loose);
/* A word in all endings of nouns and adjectives (Latin script): the Italian stemmer takes -ano for a verb's, and
 * nordcoreano would not meet nordcoreani. */
uint32_t lexicon_ending(struct lexicon *lexicon, const char *word);
uint32_t lexicon_size(const struct lexicon *lexicon);

/* The keys of one word of an article. Valid until the next call. */
const uint32_t *lexicon_keys(struct lexicon *lexicon, enum language language, const char *text,
			     const struct token *token, unsigned *count);
