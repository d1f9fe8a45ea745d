/* lexicon: see lexicon.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/lexicon.h"

#include <libstemmer.h>
#include <string.h>

#define CACHE_SLOTS 65536 /* a power of two; twice the words of a busy day */
#define CACHE_MAX   40000 /* then it starts anew: live vocabulary turns over slowly */
#define SURFACE_MAX 64	  /* longer words are looked up each time */

/* What a key was made from, in front of the word. */
#define EXACT	     '='
#define NAME	     'n'
#define ENDING	     '~'
#define LOOSE_ENDING '^'
#define PREFIX	     '*'
#define STEM	     'A' /* + language */

struct slot {
	uint64_t hash;	  /* of language and surface; 0: free */
	uint32_t surface; /* in the arena */
	uint32_t keys;	  /* in key_lists */
	uint16_t surface_len, count;
};

struct lexicon {
	GHashTable *keys;		  /* "=word" → key id */
	bool prefix_lengths[SURFACE_MAX]; /* in characters: which prefixes exist */
	bool any_prefix, any_ending;
	bool stems[LANGUAGES];
	struct sb_stemmer *stemmers[LANGUAGES];
	struct slot *slots;
	unsigned used;
	GByteArray *arena; /* surface forms of the cache */
	GArray *key_lists; /* uint32_t */
	GArray *found;	   /* uint32_t: being collected */
	GString *folded, *lower, *key;
};

struct lexicon *lexicon_new(void)
{
	struct lexicon *l = g_new0(struct lexicon, 1);
	l->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	l->arena = g_byte_array_new();
	l->key_lists = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	l->found = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	l->folded = g_string_new(NULL);
	l->lower = g_string_new(NULL);
	l->key = g_string_new(NULL);
	return l;
}

void lexicon_free(struct lexicon *l)
{
	if (!l)
		return;
	for (int i = 0; i < LANGUAGES; i++)
		sb_stemmer_delete(l->stemmers[i]);
	g_hash_table_unref(l->keys);
	g_byte_array_unref(l->arena);
	g_array_unref(l->key_lists);
	g_array_unref(l->found);
	g_string_free(l->folded, TRUE);
	g_string_free(l->lower, TRUE);
	g_string_free(l->key, TRUE);
	g_free(l->slots);
	g_free(l);
}

uint32_t lexicon_size(const struct lexicon *l)
{
	return g_hash_table_size(l->keys);
}

static struct sb_stemmer *stemmer(struct lexicon *l, enum language language)
{
	const char *name = language_stemmer(language);
	if (!l->stemmers[language] && name)
		l->stemmers[language] = sb_stemmer_new(name, "UTF_8");
	return l->stemmers[language];
}

/* l->key := kind + folded stem of the lower-case word. */
static void make_stem(struct lexicon *l, const char *word, size_t word_len, enum language language)
{
	struct sb_stemmer *s = stemmer(l, language);
	g_string_truncate(l->lower, 0);
	text_lower(word, word_len, l->lower);
	g_string_assign(l->key, "");
	g_string_append_c(l->key, (char)(STEM + language));
	if (!s) {
		text_fold(l->lower->str, l->lower->len, l->key);
		return;
	}
	const sb_symbol *stem =
		sb_stemmer_stem(s, (const sb_symbol *)l->lower->str, (int)l->lower->len);
	text_fold((const char *)stem, (size_t)sb_stemmer_length(s), l->key);
}

static void make_key(struct lexicon *l, char kind, const char *folded, size_t len)
{
	g_string_truncate(l->key, 0);
	g_string_append_c(l->key, kind);
	g_string_append_len(l->key, folded, (gssize)len);
}

/* ---- for filters
 * --------------------------------------------------------------------------------------------- */

static uint32_t intern(struct lexicon *l)
{
	gpointer value;
	if (g_hash_table_lookup_extended(l->keys, l->key->str, NULL, &value))
		return GPOINTER_TO_UINT(value);
	uint32_t id = g_hash_table_size(l->keys);
	g_hash_table_insert(l->keys, g_strdup(l->key->str), GUINT_TO_POINTER(id));
	return id;
}

static void fold_word(struct lexicon *l, const char *word, size_t len)
{
	g_string_truncate(l->folded, 0);
	text_fold(word, len, l->folded);
}

uint32_t lexicon_exact(struct lexicon *l, const char *word)
{
	fold_word(l, word, strlen(word));
	make_key(l, EXACT, l->folded->str, l->folded->len);
	return intern(l);
}

uint32_t lexicon_stem(struct lexicon *l, const char *word, enum language language)
{
	l->stems[language] = true;
	make_stem(l, word, strlen(word), language);
	return intern(l);
}

uint32_t lexicon_prefix(struct lexicon *l, const char *word)
{
	fold_word(l, word, strlen(word));
	glong length = g_utf8_strlen(l->folded->str, -1);
	l->any_prefix = true;
	l->prefix_lengths[CLAMP(length, 1, SURFACE_MAX - 1)] = true;
	make_key(l, PREFIX, l->folded->str, l->folded->len);
	return intern(l);
}

static bool is_vowel_or_soft(gunichar c)
{
	/* а е и о у ы э ю я й ь, folded (й is и, ё is е), and і ї є */
	return c == 0x430 || c == 0x435 || c == 0x438 || c == 0x43e || c == 0x443 || c == 0x44b ||
	       c == 0x44d || c == 0x44e || c == 0x44f || c == 0x44c || c == 0x456 || c == 0x454;
}

/* What stays when a Cyrillic name is declined: the last vowel away, both of an adjective. */
static size_t cyrillic_base(const char *folded, size_t len)
{
	static const char *const adjectives[] = {"ая", "ыи", "ии", "ое", "ои"};
	for (size_t i = 0; i < G_N_ELEMENTS(adjectives); i++)
		if (len > strlen(adjectives[i]) + 4 && g_str_has_suffix(folded, adjectives[i]))
			return len - strlen(adjectives[i]);
	const char *last = g_utf8_find_prev_char(folded, folded + len);
	if (last && last > folded + 4 && is_vowel_or_soft(g_utf8_get_char(last)))
		return (size_t)(last - folded);
	return len;
}

static bool is_cyrillic(const char *folded)
{
	gunichar c = g_utf8_get_char(folded);
	return c >= 0x400 && c < 0x530;
}

/* КНДР, РФ: not declined. */
static bool is_acronym(const char *word)
{
	for (const char *p = word; *p; p = g_utf8_next_char(p))
		if (!g_unichar_isupper(g_utf8_get_char(p)))
			return false;
	return true;
}

/* Endings of nouns and adjectives in the Romance and Germanic languages of the press: what may
 * follow a base. */
static const char *const latin_endings[] = {"",	  "a",	"e",  "i",  "o",  "s",	"as", "es", "is",
					    "os", "he", "hi", "en", "em", "er", "ne", "nes"};

static bool is_latin_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o';
}

uint32_t lexicon_ending(struct lexicon *l, const char *word)
{
	fold_word(l, word, strlen(word));
	size_t len = l->folded->len;
	if (len > 4 && is_latin_vowel(l->folded->str[len - 1]))
		len--;
	l->any_ending = true;
	make_key(l, ENDING, l->folded->str, len);
	return intern(l);
}

uint32_t lexicon_name(struct lexicon *l, const char *word, bool loose)
{
	fold_word(l, word, strlen(word));
	if (is_cyrillic(l->folded->str) && !is_acronym(word)) {
		l->any_ending = true;
		make_key(l, loose ? LOOSE_ENDING : ENDING, l->folded->str,
			 cyrillic_base(l->folded->str, l->folded->len));
	} else {
		make_key(l, NAME, l->folded->str, l->folded->len);
	}
	return intern(l);
}

/* ---- for articles
 * --------------------------------------------------------------------------------------------- */

static void collect(struct lexicon *l)
{
	gpointer value;
	if (g_hash_table_lookup_extended(l->keys, l->key->str, NULL, &value)) {
		uint32_t id = GPOINTER_TO_UINT(value);
		g_array_append_val(l->found, id);
	}
}

static void collect_prefixes(struct lexicon *l)
{
	const char *p = l->folded->str;
	for (unsigned length = 1; *p && length < SURFACE_MAX; length++) {
		p = g_utf8_next_char(p);
		if (l->prefix_lengths[length]) {
			make_key(l, PREFIX, l->folded->str, (size_t)(p - l->folded->str));
			collect(l);
		}
	}
}

/* Bases this form may be declined from: up to three letters away, fewer from short words. */
static void collect_endings(struct lexicon *l)
{
	const char *start = l->folded->str, *end = start + l->folded->len;
	unsigned length = (unsigned)g_utf8_strlen(start, -1);

	for (unsigned cut = 0; cut <= 3 && length - cut >= 2; cut++) {
		unsigned base = length - cut, most = base <= 2	 ? 0
						     : base == 3 ? 1
						     : base == 4 ? 2
								 : 3;
		if (cut <= most) {
			make_key(l, ENDING, start, (size_t)(end - start));
			collect(l);
		}
		make_key(l, LOOSE_ENDING, start, (size_t)(end - start));
		collect(l);
		end = g_utf8_find_prev_char(start, end);
		if (!end)
			break;
	}
}

static void collect_latin_endings(struct lexicon *l)
{
	size_t len = l->folded->len;
	for (size_t i = 0; i < G_N_ELEMENTS(latin_endings); i++) {
		size_t ending = strlen(latin_endings[i]);
		if (len >= ending + 4 && g_str_has_suffix(l->folded->str, latin_endings[i])) {
			make_key(l, ENDING, l->folded->str, len - ending);
			collect(l);
		}
	}
}

static bool has_genitive_s(enum language language)
{
	return language == LANGUAGE_DE || language == LANGUAGE_SV || language == LANGUAGE_DA ||
	       language == LANGUAGE_NO || language == LANGUAGE_NL || language == LANGUAGE_EN;
}

static void collect_all(struct lexicon *l, enum language language, const char *word, size_t len,
			const struct token *token)
{
	g_array_set_size(l->found, 0);
	fold_word(l, word, len);
	make_key(l, EXACT, l->folded->str, l->folded->len);
	collect(l);
	make_key(l, NAME, l->folded->str, l->folded->len);
	collect(l);
	if (has_genitive_s(language) && l->folded->len > 4 &&
	    g_str_has_suffix(l->folded->str, "s")) {
		make_key(l, NAME, l->folded->str, l->folded->len - 1);
		collect(l);
	}
	if (token->script == SCRIPT_CYRILLIC && l->any_ending)
		collect_endings(l);
	else if (token->script == SCRIPT_OTHER && l->any_ending)
		collect_latin_endings(l);
	if (l->any_prefix)
		collect_prefixes(l);
	if (language && l->stems[language]) {
		make_stem(l, word, len, language);
		collect(l);
	}
}

static uint64_t hash_surface(enum language language, const char *word, size_t len)
{
	uint64_t hash = 0x9e3779b97f4a7c15u * ((uint64_t)language + 1), part;
	for (; len >= 8; len -= 8, word += 8) {
		memcpy(&part, word, 8);
		hash = (hash ^ part) * 0xff51afd7ed558ccdu;
		hash ^= hash >> 32;
	}
	part = 0;
	memcpy(&part, word, len);
	hash = (hash ^ part ^ (uint64_t)len << 56) * 0xc4ceb9fe1a85ec53u;
	hash ^= hash >> 29;
	return hash ? hash : 1;
}

static void forget(struct lexicon *l)
{
	if (l->slots)
		memset(l->slots, 0, CACHE_SLOTS * sizeof *l->slots);
	else
		l->slots = g_new0(struct slot, CACHE_SLOTS);
	l->used = 0;
	g_byte_array_set_size(l->arena, 0);
	g_array_set_size(l->key_lists, 0);
}

static struct slot *find_slot(struct lexicon *l, uint64_t hash, const char *word, size_t len)
{
	size_t at = hash & (CACHE_SLOTS - 1);
	for (;; at = (at + 1) & (CACHE_SLOTS - 1)) {
		struct slot *slot = &l->slots[at];
		if (!slot->hash || (slot->hash == hash && slot->surface_len == len &&
				    memcmp(l->arena->data + slot->surface, word, len) == 0))
			return slot;
	}
}

const uint32_t *lexicon_keys(struct lexicon *l, enum language language, const char *text,
			     const struct token *token, unsigned *count)
{
	const char *word = text + token->start;
	size_t len = token->end - token->start;

	if (len > SURFACE_MAX) {
		collect_all(l, language, word, len, token);
		*count = l->found->len;
		return (const uint32_t *)(void *)l->found->data;
	}
	if (!l->slots || l->used >= CACHE_MAX)
		forget(l);
	uint64_t hash = hash_surface(language, word, len);
	struct slot *slot = find_slot(l, hash, word, len);
	if (!slot->hash) {
		collect_all(l, language, word, len, token);
		slot->hash = hash;
		slot->surface = l->arena->len;
		slot->surface_len = (uint16_t)len;
		slot->keys = l->key_lists->len;
		slot->count = (uint16_t)l->found->len;
		g_byte_array_append(l->arena, (const guint8 *)word, (guint)len);
		g_array_append_vals(l->key_lists, l->found->data, l->found->len);
		l->used++;
	}
	*count = slot->count;
	return &g_array_index(l->key_lists, uint32_t, slot->keys);
}
