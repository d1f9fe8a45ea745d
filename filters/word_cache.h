/* word_cache: what was found out about the words of articles: the keys of a surface form, and what
 * patterns want of them. News use the same words day after day.
 *
 * Knows nothing of how keys are found: it asks once for each surface form and language, and again
 * when the form was driven out by others.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/language.h"
#include "filters/text.h"

#include <glib.h>
#include <stdint.h>

struct word_cache;

/* Keys whose words begin alike are of one class: the inflected forms of a word that several filters
 * ask for, as a rule. An article's word has many keys and few classes. */

/* What patterns want of a class: which others (class_bit) stand before and behind it. */
struct class_wish {
	uint64_t before, behind;
};

/* What patterns want. */
struct key_index {
	const uint32_t *hashes;		 /* by key: of the beginning of its word */
	unsigned shift;			 /* of a hash: the bits that are not the class */
	const struct class_wish *wishes; /* by class */
	const uint32_t
		*singles; /* by key: from here to the next in a list of patterns of it alone */
};
static inline uint32_t key_class(const struct key_index *index, uint32_t key)
{
	return index->hashes[key] >> index->shift;
}
static inline unsigned class_number(uint32_t class)
{
	return (class * 0x9e3779b1u) >> 26;
}
static inline uint64_t class_bit(uint32_t class)
{
	return UINT64_C(1) << class_number(class);
}

/* What the keys of a word want all together: enough to pass over most words. */
struct word_keys {
	uint64_t mask; /* class_bit() of each */
	struct class_wish wish;
	uint32_t list;	/* 0: no keys; and WORD_SINGLE */
	uint32_t class; /* of all the keys: as a rule there is one; or CLASSES_MANY */
};
#define CLASSES_MANY UINT32_MAX
#define WORD_SINGLE  (UINT32_C(1) << 31) /* some pattern is one of these keys alone */
static inline uint32_t word_keys_list(const struct word_keys *word)
{
	return word->list & ~WORD_SINGLE;
}
static inline uint32_t word_keys_single(const struct word_keys *word)
{
	return word->list & WORD_SINGLE;
}

/* The keys themselves, and what is wanted of them: so a word costs the line or two of its own list,
 * and no others. The classes come first: they are asked for most, and lie in one line as a rule. */
struct key_list {
	uint16_t count;
	uint16_t singles; /* so many keys, the first, are looked up by alone */
	uint16_t classes;
	uint16_t wishes;  /* so many of the classes, the first, want others beside them */
	uint32_t class[]; /* then, from a multiple of eight bytes on, the wishes, then the keys */
};
static inline const struct class_wish *key_list_wishes(const struct key_list *list)
{
	size_t numbers = ((size_t)list->classes + 1) & ~(size_t)1;
	return (const struct class_wish *)(const void *)(list->class + numbers);
}
static inline const uint32_t *key_list_keys(const struct key_list *list)
{
	return (const uint32_t *)(const void *)(key_list_wishes(list) + list->wishes);
}

/* Append the keys of a word to `keys` (GArray of uint32_t), which is empty; each once. */
typedef void word_cache_collect_fn(void *data, const char *text, const struct token *token,
				   GArray *keys);

struct word_cache *word_cache_new(word_cache_collect_fn *collect, void *data);
void word_cache_free(struct word_cache *cache);
/* Borrowed. All that was cached is forgotten. */
void word_cache_set_index(struct word_cache *cache, const struct key_index *index);

/* Begin an article: lists of earlier ones are void. */
void word_cache_begin(struct word_cache *cache, enum language language);
/* Its words: where in word_cache_keys() stands what they want. */
void word_cache_look(struct word_cache *cache, const char *text, size_t text_len,
		     const struct token *tokens, unsigned count, uint32_t *places);
/* By place; the first wants nothing. Borrowed, until the next word_cache_look(). */
const struct word_keys *word_cache_keys(const struct word_cache *cache);
/* Where all lists lie, as long: a list is so many words of eight bytes behind. */
const uint64_t *word_cache_lists(const struct word_cache *cache);
static inline const struct key_list *key_list_at(const uint64_t *lists, uint32_t list)
{
	return (const struct key_list *)(const void *)(lists + list);
}
