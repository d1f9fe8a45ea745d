/* lexicon: the words that filters ask for, as integer keys, and which keys a word of an article
 * has.
 *
 * A key is a word and the way it is asked for: exactly, by stem, as a prefix, as part of a name. A
 * word of an article finds its keys by several routes: its folded form, what is left without an
 * ending, its stem in the article's language. What a surface form has is cached
 * (filters/word_cache.h). Stems of a language are made when its first article comes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/language.h"
#include "filters/text.h"
#include "filters/word_cache.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct lexicon;

struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon *lexicon);

/* Keys for filters: interned on first use. Words are as written. */
uint32_t lexicon_exact(struct lexicon *lexicon, const char *word);
uint32_t lexicon_prefix(struct lexicon *lexicon, const char *word);
/* By stem in every language there is a stemmer for, and in the endings of nouns and adjectives: the
 * Italian stemmer takes -ano for a verb's, and nordcoreano would not meet nordcoreani; Ukrainian
 * has no stemmer. */
uint32_t lexicon_stem(struct lexicon *lexicon, const char *word, enum text_script script);
/* A word of a name: folded; Cyrillic words with their case endings, German ones with genitive s.
 * `loose`: a short word beside others of the name, Ын of Ким Чен Ын, may have long endings. */
uint32_t lexicon_name(struct lexicon *lexicon, const char *word, bool loose);
/* The same, and whatever sounds like it in other spellings and alphabets (filters/sound.h): persons
 * and places. */
uint32_t lexicon_sound(struct lexicon *lexicon, const char *word, bool loose);
/* A lower-case word of a name in Latin script: an adjective, in all its endings. */
uint32_t lexicon_adjective(struct lexicon *lexicon, const char *word);
uint32_t lexicon_size(const struct lexicon *lexicon);

/* By key: a hash of the first letters of its word; void with the next new key. */
const uint32_t *lexicon_hashes(const struct lexicon *lexicon);
/* To be called once, when all keys are there; borrowed. */
void lexicon_set_index(struct lexicon *lexicon, const struct key_index *index);

/* Begin an article: lists of earlier ones are void. */
void lexicon_begin(struct lexicon *lexicon, enum language language);

/* Its words: where in lexicon_keys() stand their keys. */
void lexicon_look(struct lexicon *lexicon, const char *text, size_t text_len,
		  const struct token *tokens, unsigned count, uint32_t *places);
/* By place, until the next lexicon_look(); and where all their lists lie. */
const struct word_keys *lexicon_keys(const struct lexicon *lexicon);
const uint64_t *lexicon_lists(const struct lexicon *lexicon);
