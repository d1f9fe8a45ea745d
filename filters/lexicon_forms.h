/* lexicon_forms: what the parts of the lexicon share: its data, and how a word becomes the text
 * that a route begins with. For filters/lexicon*.c alone.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/lexicon.h"
#include "filters/word_routes.h"

#define PREFIX_MAX 64 /* characters */
#define BARE_LEAST                                                                                 \
	3 /* letters of an Arabic or Hebrew word without what is written in one with it */

/* Routes: what was made of a word stands behind one of these. */
enum route {
	ROUTE_FORM = '=',   /* folded */
	ROUTE_NAME = 'n',   /* folded, or without a genitive s */
	ROUTE_ENDING = '~', /* without an ending */
	ROUTE_LOOSE = '^',
	ROUTE_PREFIX = '*',
	ROUTE_SOUND = '$',
	ROUTE_SOUND_LATIN = '@', /* a short one, from Latin to Latin */
	ROUTE_SOUND_OTHER = '!', /* a short one of another script, for Latin words */
	ROUTE_SOUND_BASE = '&',	 /* of a sound, without its last vowel */
	ROUTE_FRAME = '%',
	ROUTE_BARE =
		'/', /* Arabic and Hebrew: without article and what is written in one with it */
	ROUTE_STEM = 'A', /* + language */
};

enum how {
	HOW_EXACT = '1',
	HOW_PREFIX,
	HOW_STEM,
	HOW_NAME,
	HOW_LOOSE_NAME,
	HOW_ADJECTIVE,
	HOW_SOUND
};

struct stem_word {
	const char *lower;
	uint32_t key;
};

struct lexicon {
	GStringChunk *strings, *id_strings;
	GHashTable *ids;		 /* how + word → key + 1 */
	struct word_routes *routes;	 /* from route + form to keys */
	GArray *stem_words;		 /* struct stem_word */
	GArray *hashes;			 /* uint32_t by key: of the beginning of its word */
	bool prefix_lengths[PREFIX_MAX]; /* in characters: which prefixes exist */
	bool any_prefix, any_ending, any_loose, any_sound, any_bare;
	bool stemmed[LANGUAGES];
	struct sb_stemmer *stemmers[LANGUAGES];
	enum language language; /* of the article at hand */
	struct word_cache *cache;
	GArray *found; /* uint32_t: being collected; borrowed */
	GString *folded, *lower, *key;
};

/* l->folded := the word, folded */
void lexicon_fold_word(struct lexicon *l, const char *word, size_t len);
/* l->key := kind + text */
void lexicon_make_key(struct lexicon *l, char kind, const char *text, size_t len);
/* l->key := route + folded stem of the lower-case word. False if the stem says too little: the
 * Italian stemmer leaves "per" of the name Peruto and "fil" of Filarmi. At least four letters, or
 * more than half of the word, must stay. */
bool lexicon_make_stem(struct lexicon *l, const char *lower, size_t len, enum language language);

/* The keys of a word of an article; `lexicon` is a struct lexicon (filters/lexicon_collect.c). */
word_cache_collect_fn lexicon_collect;
