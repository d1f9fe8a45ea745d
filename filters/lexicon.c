/* lexicon: see lexicon.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/lexicon.h"

#include "filters/sound.h"

#include <libstemmer.h>
#include <string.h>

#define PREFIX_MAX 64 /* characters */

/* Routes: what was made of a word stands behind one of these. */
enum route {
	ROUTE_FORM = '=',   /* folded */
	ROUTE_NAME = 'n',   /* folded, or without a genitive s */
	ROUTE_ENDING = '~', /* without an ending */
	ROUTE_LOOSE = '^',
	ROUTE_PREFIX = '*',
	ROUTE_SOUND = '$',
	ROUTE_SOUND_BASE = '&', /* of a sound, without its last vowel */
	ROUTE_FRAME = '%',
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

struct link {
	uint32_t key, next; /* next: index + 1; 0: the last */
};

struct stem_word {
	const char *lower;
	uint32_t key;
};

struct lexicon {
	GStringChunk *strings;
	GHashTable *ids;		 /* how + word → key + 1 */
	GHashTable *routes;		 /* route + form → index of its first link + 1 */
	GArray *links;			 /* struct link */
	GArray *stem_words;		 /* struct stem_word */
	GArray *hashes;			 /* uint32_t by key: of the beginning of its word */
	bool prefix_lengths[PREFIX_MAX]; /* in characters: which prefixes exist */
	bool any_prefix, any_ending, any_loose, any_sound;
	bool stemmed[LANGUAGES];
	struct sb_stemmer *stemmers[LANGUAGES];
	enum language language; /* of the article at hand */
	struct word_cache *cache;
	GArray *found; /* uint32_t: being collected; borrowed */
	GString *folded, *lower, *key;
};

static word_cache_collect_fn collect_all;

struct lexicon *lexicon_new(void)
{
	struct lexicon *l = g_new0(struct lexicon, 1);
	l->strings = g_string_chunk_new(4096);
	l->ids = g_hash_table_new(g_str_hash, g_str_equal);
	l->routes = g_hash_table_new(g_str_hash, g_str_equal);
	l->hashes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	l->links = g_array_new(FALSE, FALSE, sizeof(struct link));
	l->stem_words = g_array_new(FALSE, FALSE, sizeof(struct stem_word));
	l->cache = word_cache_new(collect_all, l);
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
	g_clear_pointer(&l->ids, g_hash_table_unref);
	g_hash_table_unref(l->routes);
	g_string_chunk_free(l->strings);
	g_array_unref(l->hashes);
	g_array_unref(l->links);
	g_array_unref(l->stem_words);
	word_cache_free(l->cache);
	g_string_free(l->folded, TRUE);
	g_string_free(l->lower, TRUE);
	g_string_free(l->key, TRUE);
	g_free(l);
}

uint32_t lexicon_size(const struct lexicon *l)
{
	return l->hashes->len;
}

const uint32_t *lexicon_hashes(const struct lexicon *l)
{
	return (const uint32_t *)(void *)l->hashes->data;
}

/* ---- forms
 * ----------------------------------------------------------------------------------------------------
 */

static void fold_word(struct lexicon *l, const char *word, size_t len)
{
	g_string_truncate(l->folded, 0);
	text_fold(word, len, l->folded);
}

/* l->key := kind + text */
static void make_key(struct lexicon *l, char kind, const char *text, size_t len)
{
	g_string_set_size(l->key, len + 1);
	l->key->str[0] = kind;
	memcpy(l->key->str + 1, text, len);
}

/* l->key := route + folded stem of the lower-case word. False if the stem says too little: the
 * Italian stemmer leaves "per" of the name Peruto and "fil" of Filarmi. At least four letters, or
 * more than half of the word, must stay. */
static bool make_stem(struct lexicon *l, const char *lower, size_t len, enum language language)
{
	const char *name = language_stemmer(language);
	if (!l->stemmers[language])
		l->stemmers[language] = sb_stemmer_new(name, "UTF_8");
	const sb_symbol *stem =
		sb_stemmer_stem(l->stemmers[language], (const sb_symbol *)lower, (int)len);
	if (!stem)
		return false;
	size_t stem_len = (size_t)sb_stemmer_length(l->stemmers[language]);
	glong letters = g_utf8_strlen((const char *)stem, (gssize)stem_len);
	if (letters < 4 && letters * 2 <= g_utf8_strlen(lower, (gssize)len))
		return false;
	g_string_truncate(l->key, 0);
	g_string_append_c(l->key, (char)(ROUTE_STEM + language));
	text_fold((const char *)stem, stem_len, l->key);
	return true;
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
	static const char *const adjectives[] = {"ая", "ыи", "ое", "ои"};
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

static bool is_latin_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o';
}

/* ---- for filters
 * ------------------------------------------------------------------------------------------------
 */

/* The forms of a word differ in its end, as a rule: they are of one class. `text` may end in a sign
 * that is none of its letters. */
#define ENDING		2
#define BEGINNING_LEAST 3
#define BEGINNING_MOST	6

static uint32_t hash_beginning(const char *text)
{
	uint32_t hash = 0x811c9dc5;
	glong count = CLAMP(g_utf8_strlen(text, -1) - ENDING, BEGINNING_LEAST, BEGINNING_MOST);
	for (glong letters = 0; *text; text++) {
		letters += ((unsigned char)*text & 0xc0) != 0x80;
		if (letters > count)
			break;
		hash = (hash ^ (unsigned char)*text) * 0x01000193;
	}
	hash = (hash ^ hash >> 16) * 0x7feb352d;
	return (hash ^ hash >> 15) * 0x846ca68b;
}

/* The key of a word asked for in a way; *is_new: its routes are still to be laid. */
static uint32_t intern(struct lexicon *l, enum how how, const char *text, bool *is_new)
{
	make_key(l, (char)how, text, strlen(text));
	uint32_t key = GPOINTER_TO_UINT(g_hash_table_lookup(l->ids, l->key->str));
	*is_new = key == 0;
	if (key)
		return key - 1;
	key = l->hashes->len;
	g_hash_table_insert(l->ids, g_string_chunk_insert(l->strings, l->key->str),
			    GUINT_TO_POINTER(key + 1));
	uint32_t hash = hash_beginning(text);
	g_array_append_val(l->hashes, hash);
	return key;
}

/* From l->key to a key. */
static void lay_route(struct lexicon *l, uint32_t key)
{
	gpointer at;
	struct link link = {key, 0};
	if (g_hash_table_lookup_extended(l->routes, l->key->str, &at, NULL))
		link.next = GPOINTER_TO_UINT(g_hash_table_lookup(l->routes, l->key->str));
	else
		at = g_string_chunk_insert(l->strings, l->key->str);
	g_array_append_val(l->links, link);
	g_hash_table_insert(l->routes, at, GUINT_TO_POINTER(l->links->len));
}

static void lay_form(struct lexicon *l, enum route route, size_t len, uint32_t key)
{
	make_key(l, (char)route, l->folded->str, len);
	lay_route(l, key);
}

static void lay_latin_ending(struct lexicon *l, uint32_t key)
{
	size_t len = l->folded->len;
	if (len > 4 && is_latin_vowel(l->folded->str[len - 1]))
		len--;
	l->any_ending = true;
	lay_form(l, ROUTE_ENDING, len, key);
}

static void lay_cyrillic_ending(struct lexicon *l, bool loose, uint32_t key)
{
	l->any_ending = true;
	l->any_loose = l->any_loose || loose;
	lay_form(l, loose ? ROUTE_LOOSE : ROUTE_ENDING,
		 cyrillic_base(l->folded->str, l->folded->len), key);
}

uint32_t lexicon_exact(struct lexicon *l, const char *word)
{
	bool is_new;
	fold_word(l, word, strlen(word));
	uint32_t key = intern(l, HOW_EXACT, l->folded->str, &is_new);
	if (is_new)
		lay_form(l, ROUTE_FORM, l->folded->len, key);
	return key;
}

uint32_t lexicon_prefix(struct lexicon *l, const char *word)
{
	bool is_new;
	fold_word(l, word, strlen(word));
	uint32_t key = intern(l, HOW_PREFIX, l->folded->str, &is_new);
	if (!is_new)
		return key;
	l->any_prefix = true;
	l->prefix_lengths[CLAMP(g_utf8_strlen(l->folded->str, -1), 1, PREFIX_MAX - 1)] = true;
	lay_form(l, ROUTE_PREFIX, l->folded->len, key);
	return key;
}

/* Long enough that an ending more or less does not make another word. */
#define INFLECTED_MIN 5

uint32_t lexicon_stem(struct lexicon *l, const char *word, enum text_script script)
{
	bool is_new;
	bool latin = script == SCRIPT_OTHER && strlen(word) >= INFLECTED_MIN;
	bool cyrillic = script == SCRIPT_CYRILLIC && g_utf8_strlen(word, -1) >= INFLECTED_MIN &&
			!is_acronym(word);

	g_string_truncate(l->lower, 0);
	text_lower(word, strlen(word), l->lower);
	/* ΚΝΔΡ and кндр are one form, but only one of them is declined; so the kind belongs to the
	 * identity */
	g_string_append_c(l->lower, latin ? 'l' : cyrillic ? 'c' : '-');
	uint32_t key = intern(l, HOW_STEM, l->lower->str, &is_new);
	if (!is_new)
		return key;
	g_string_truncate(l->lower, l->lower->len - 1);
	const struct stem_word stem_word = {g_string_chunk_insert(l->strings, l->lower->str), key};
	g_array_append_val(l->stem_words, stem_word);
	fold_word(l, word, strlen(word));
	lay_form(l, ROUTE_FORM, l->folded->len, key);
	if (latin)
		lay_latin_ending(l, key);
	else if (cyrillic)
		lay_cyrillic_ending(l, false, key);
	memset(l->stemmed, 0, sizeof l->stemmed);
	return key;
}

static bool is_sound_vowel(char c)
{
	return c && strchr("aeiou", c);
}

static void lay_text(struct lexicon *l, enum route route, const char *text, size_t len,
		     uint32_t key)
{
	make_key(l, (char)route, text, len);
	lay_route(l, key);
}

static void lay_sounds(struct lexicon *l, const char *word, uint32_t key)
{
	g_autoptr(GPtrArray) sounds = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) frames = g_ptr_array_new_with_free_func(g_free);
	sound_forms(word, sounds);
	for (unsigned i = 0; i < sounds->len; i++) {
		const char *sound = sounds->pdata[i];
		size_t len = strlen(sound);
		lay_text(l, ROUTE_SOUND, sound, len, key);
		if (len > 4 && is_sound_vowel(sound[len - 1]))
			lay_text(l, ROUTE_SOUND_BASE, sound, len - 1, key);
		sound_frames(sound, frames);
	}
	for (unsigned i = 0; i < frames->len; i++)
		lay_text(l, ROUTE_FRAME, frames->pdata[i], strlen(frames->pdata[i]), key);
	l->any_sound = l->any_sound || sounds->len;
}

static uint32_t name_key(struct lexicon *l, const char *word, bool loose, bool sound)
{
	bool is_new;
	fold_word(l, word, strlen(word));
	bool declined = is_cyrillic(l->folded->str) && !is_acronym(word);
	if (declined) /* and one that is not is another key */
		g_string_append_c(l->folded, loose ? '^' : '~');
	uint32_t key = intern(l,
			      sound		  ? HOW_SOUND
			      : loose && declined ? HOW_LOOSE_NAME
						  : HOW_NAME,
			      l->folded->str, &is_new);
	if (declined)
		g_string_truncate(l->folded, l->folded->len - 1);
	if (!is_new)
		return key;
	if (declined)
		lay_cyrillic_ending(l, loose, key);
	else
		lay_form(l, ROUTE_NAME, l->folded->len, key);
	if (sound)
		lay_sounds(l, word, key);
	return key;
}

uint32_t lexicon_name(struct lexicon *l, const char *word, bool loose)
{
	return name_key(l, word, loose, false);
}

uint32_t lexicon_sound(struct lexicon *l, const char *word, bool loose)
{
	return name_key(l, word, loose, true);
}

uint32_t lexicon_adjective(struct lexicon *l, const char *word)
{
	bool is_new, inflected = strlen(word) >= INFLECTED_MIN;
	fold_word(l, word, strlen(word));
	g_string_append_c(l->folded, inflected ? '~' : '-');
	uint32_t key = intern(l, HOW_ADJECTIVE, l->folded->str, &is_new);
	g_string_truncate(l->folded, l->folded->len - 1);
	if (!is_new)
		return key;
	lay_form(l, ROUTE_FORM, l->folded->len, key);
	if (inflected)
		lay_latin_ending(l, key);
	return key;
}

/* ---- for articles
 * -------------------------------------------------------------------------------------------------
 */

/* The keys that l->key leads to. */
static void collect(struct lexicon *l)
{
	uint32_t at = GPOINTER_TO_UINT(g_hash_table_lookup(l->routes, l->key->str));
	for (; at; at = g_array_index(l->links, struct link, at - 1).next) {
		uint32_t key = g_array_index(l->links, struct link, at - 1).key;
		bool known = false;
		for (unsigned i = 0; !known && i < l->found->len; i++)
			known = g_array_index(l->found, uint32_t, i) == key;
		if (!known)
			g_array_append_val(l->found, key);
	}
}

static void collect_prefixes(struct lexicon *l)
{
	const char *p = l->folded->str;
	for (unsigned length = 1; *p && length < PREFIX_MAX; length++) {
		p = g_utf8_next_char(p);
		if (l->prefix_lengths[length]) {
			make_key(l, ROUTE_PREFIX, l->folded->str, (size_t)(p - l->folded->str));
			collect(l);
		}
	}
}

/* Bases this form may be declined from: up to three letters away, fewer from short words. */
static void collect_endings(struct lexicon *l)
{
	const char *start = l->folded->str, *end = start + l->folded->len;
	unsigned length = (unsigned)g_utf8_strlen(start, -1);

	for (unsigned cut = 0; cut <= 3 && length >= cut + 2; cut++) {
		unsigned base = length - cut, most = base <= 2	 ? 0
						     : base == 3 ? 1
						     : base == 4 ? 2
								 : 3;
		if (cut <= most) {
			make_key(l, ROUTE_ENDING, start, (size_t)(end - start));
			collect(l);
		}
		if (l->any_loose) {
			make_key(l, ROUTE_LOOSE, start, (size_t)(end - start));
			collect(l);
		}
		end = g_utf8_find_prev_char(start, end);
		if (!end)
			break;
	}
}

/* Endings of nouns and adjectives in the Romance and Germanic languages of the press: what may
 * follow a base. */
static const struct {
	const char *text;
	size_t len;
} latin_endings[] = {{"", 0},	{"a", 1},  {"e", 1},  {"i", 1},	 {"o", 1},  {"s", 1},
		     {"as", 2}, {"es", 2}, {"is", 2}, {"os", 2}, {"he", 2}, {"hi", 2},
		     {"en", 2}, {"em", 2}, {"er", 2}, {"ne", 2}, {"nes", 3}};

static void collect_latin_endings(struct lexicon *l)
{
	size_t len = l->folded->len;
	for (size_t i = 0; i < G_N_ELEMENTS(latin_endings); i++) {
		size_t ending = latin_endings[i].len;
		if (len >= ending + 4 &&
		    memcmp(l->folded->str + len - ending, latin_endings[i].text, ending) == 0) {
			make_key(l, ROUTE_ENDING, l->folded->str, len - ending);
			collect(l);
		}
	}
}

static void collect_text(struct lexicon *l, enum route route, const char *text)
{
	make_key(l, (char)route, text, strlen(text));
	collect(l);
}

static void collect_sound(struct lexicon *l, const char *word, bool base)
{
	g_autoptr(GPtrArray) sounds = g_ptr_array_new_with_free_func(g_free);
	sound_forms(word, sounds);
	for (unsigned i = 0; i < sounds->len; i++) {
		collect_text(l, ROUTE_SOUND, sounds->pdata[i]);
		if (base)
			collect_text(l, ROUTE_SOUND_BASE, sounds->pdata[i]);
	}
}

/* Cyrillic names without up to three letters of their case. */
static void collect_declined(struct lexicon *l, const char *word, size_t len)
{
	g_autofree char *base = g_strndup(word, len);
	for (int cut = 0; cut < 3; cut++) {
		char *last = g_utf8_find_prev_char(base, base + strlen(base));
		if (!last || g_utf8_strlen(base, -1) <= 4)
			return;
		*last = 0;
		collect_sound(l, base, true);
	}
}

static const char *const proclitics[] = {"ال", "و", "ب", "ل", "ف", "ב", "ל", "ה", "ו", "מ", "ש"};

/* Arabic and Hebrew write the article and short prepositions in one with the name. */
static void collect_frames(struct lexicon *l, const char *word)
{
	g_autofree char *whole = sound_frame_of(word);
	if (whole)
		collect_text(l, ROUTE_FRAME, whole);
	for (size_t i = 0; i < G_N_ELEMENTS(proclitics); i++) {
		if (!g_str_has_prefix(word, proclitics[i]))
			continue;
		g_autofree char *rest = sound_frame_of(word + strlen(proclitics[i]));
		if (rest)
			collect_text(l, ROUTE_FRAME, rest);
	}
}

static void collect_sounds(struct lexicon *l, const char *word, size_t len,
			   const struct token *token)
{
	g_autofree char *text = g_strndup(word, len);
	if (sound_is_frame(text)) {
		collect_frames(l, text);
		return;
	}
	collect_sound(l, text, false);
	if (token->script == SCRIPT_CYRILLIC)
		collect_declined(l, word, len);
}

static bool has_genitive_s(enum language language)
{
	return language == LANGUAGE_DE || language == LANGUAGE_SV || language == LANGUAGE_DA ||
	       language == LANGUAGE_NO || language == LANGUAGE_NL || language == LANGUAGE_EN;
}

static void collect_all(void *lexicon, const char *text, const struct token *token, GArray *keys)
{
	struct lexicon *l = lexicon;
	const char *word = text + token->start;
	size_t len = token->end - token->start;

	l->found = keys;
	fold_word(l, word, len);
	make_key(l, ROUTE_FORM, l->folded->str, l->folded->len);
	collect(l);
	make_key(l, ROUTE_NAME, l->folded->str, l->folded->len);
	collect(l);
	if (has_genitive_s(l->language) && l->folded->len > 4 &&
	    l->folded->str[l->folded->len - 1] == 's') {
		make_key(l, ROUTE_NAME, l->folded->str, l->folded->len - 1);
		collect(l);
	}
	if (token->script == SCRIPT_CYRILLIC && l->any_ending)
		collect_endings(l);
	else if (token->script == SCRIPT_OTHER && l->any_ending)
		collect_latin_endings(l);
	if (l->any_sound && token->capital && token->script != SCRIPT_IDEOGRAPH)
		collect_sounds(l, word, len, token);
	if (l->any_prefix)
		collect_prefixes(l);
	if (l->stem_words->len && token->script != SCRIPT_IDEOGRAPH &&
	    language_stemmer(l->language)) {
		g_string_truncate(l->lower, 0);
		text_lower(word, len, l->lower);
		if (make_stem(l, l->lower->str, l->lower->len, l->language))
			collect(l);
	}
}

static void stem_filters(struct lexicon *l, enum language language)
{
	if (l->stemmed[language] || !language_stemmer(language))
		return;
	for (unsigned i = 0; i < l->stem_words->len; i++) {
		const struct stem_word *word = &g_array_index(l->stem_words, struct stem_word, i);
		if (make_stem(l, word->lower, strlen(word->lower), language))
			lay_route(l, word->key);
	}
	l->stemmed[language] = true;
}

void lexicon_begin(struct lexicon *l, enum language language)
{
	l->language = language;
	stem_filters(l, language);
	word_cache_begin(l->cache, language);
}

void lexicon_look(struct lexicon *l, const char *text, size_t text_len, const struct token *tokens,
		  unsigned count, uint32_t *places)
{
	word_cache_look(l->cache, text, text_len, tokens, count, places);
}

const struct word_keys *lexicon_keys(const struct lexicon *l)
{
	return word_cache_keys(l->cache);
}

const uint64_t *lexicon_lists(const struct lexicon *l)
{
	return word_cache_lists(l->cache);
}

void lexicon_set_index(struct lexicon *l, const struct key_index *index)
{
	word_cache_set_index(l->cache, index);
	g_clear_pointer(&l->ids, g_hash_table_unref); /* only new keys are looked up there */
}
