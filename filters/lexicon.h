/* lexicon: the words that filters ask for, as integer keys, and which keys a word of an article
 * has.
 *
 * A key is a word and the way it is asked for: exactly, by stem, as a prefix, as part of a name. A
 * word of an article finds its keys by several routes: its folded form, what is left without an
 * ending, its stem in the article's language. What a surface form has is looked up once and cached.
 * Stems of a language are made when its first article comes.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
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

/* What patterns want of a key: those of this key alone, and (key_bit) which keys others want before
 * and behind it. */
struct key_probe {
	uint64_t before, behind;
	uint32_t first, count; /* of plan.singles */
};
/* To be called once, when all keys are there; an entry for each key, borrowed. */
void lexicon_set_probes(struct lexicon *lexicon, const struct key_probe *probes);

/* Begin an article: lists of earlier ones are void. */
void lexicon_begin(struct lexicon *lexicon, enum language language);

/* What the keys of a word want all together: enough to pass over most words. */
struct word_keys {
	uint64_t mask; /* key_bit() of each */
	uint64_t before, behind;
	uint32_t list;	 /* 0: no keys */
	uint32_t single; /* some pattern is one of these keys alone */
};

/* The keys themselves. What is wanted of each that is looked up by lies behind them, so that a word
 * costs the lines of its own list and no others. */
struct key_list {
	uint16_t count;
	uint16_t probes; /* so many of them, the first, are looked up by */
	uint32_t keys[];
};
static inline const struct key_probe *key_list_probes(const struct key_list *list)
{
	size_t words = (sizeof *list + list->count * sizeof *list->keys + 7) / 8;
	return (const struct key_probe *)(const void *)((const uint64_t *)(const void *)list +
							words);
}
static inline uint64_t key_bit(uint32_t key)
{
	return UINT64_C(1) << ((key * 0x9e3779b1u) >> 26);
}

/* The keys of its words. */
void lexicon_look(struct lexicon *lexicon, const char *text, size_t text_len,
		  const struct token *tokens, unsigned count, struct word_keys *words);
/* Valid until the next lexicon_look(). */
/* Where all of them lie: a list is so many words of eight bytes behind. */
const uint64_t *lexicon_lists(const struct lexicon *lexicon);
static inline const struct key_list *key_list_at(const uint64_t *lists, uint32_t list)
{
	return (const struct key_list *)(const void *)(lists + list);
}
