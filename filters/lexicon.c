/* lexicon: see lexicon.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/lexicon_forms.h"
#include "filters/sound.h"

#include <libstemmer.h>
#include <string.h>

struct lexicon *lexicon_new(void)
{
	struct lexicon *l = g_new0(struct lexicon, 1);
	l->strings = g_string_chunk_new(4096);
	l->id_strings = g_string_chunk_new(4096);
	l->ids = g_hash_table_new(g_str_hash, g_str_equal);
	l->routes = word_routes_new();
	l->hashes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	l->stem_words = g_array_new(FALSE, FALSE, sizeof(struct stem_word));
	l->cache = word_cache_new(lexicon_collect, l);
	l->folded = g_string_new(NULL);
	l->lower = g_string_new(NULL);
	l->key = g_string_new(NULL);
	return l;
}

static void forget_ids(struct lexicon *l)
{
	g_clear_pointer(&l->ids, g_hash_table_unref);
	g_clear_pointer(&l->id_strings, g_string_chunk_free);
}

void lexicon_free(struct lexicon *l)
{
	if (!l)
		return;
	for (int i = 0; i < LANGUAGES; i++)
		sb_stemmer_delete(l->stemmers[i]);
	forget_ids(l);
	word_routes_free(l->routes);
	g_string_chunk_free(l->strings);
	g_array_unref(l->hashes);
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

/* ---- for filters
 * ------------------------------------------------------------------------------------------------
 */

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

/* The forms of a word differ in its end, as a rule: they are of one class. */
#define ENDING		2 /* letters, outside ASCII */
#define BEGINNING_LEAST 2
#define BEGINNING_MOST	6

/* The bytes at the beginning that forms share: in ASCII the first letters without the vowels and
 * plural's s at their end (dell', della; figlio, figli), otherwise all but the last two letters. */
static size_t beginning_of(const char *text, size_t len)
{
	size_t some = MIN(len, BEGINNING_MOST);
	bool ascii = true;
	for (size_t i = 0; i < some; i++)
		ascii = ascii && (unsigned char)text[i] < 0x80;
	if (!ascii) {
		glong letters = g_utf8_strlen(text, (gssize)len);
		letters = MIN(letters, CLAMP(letters - ENDING, BEGINNING_LEAST, BEGINNING_MOST));
		return (size_t)(g_utf8_offset_to_pointer(text, letters) - text);
	}
	while (some > BEGINNING_LEAST && (is_latin_vowel(text[some - 1]) || text[some - 1] == 's'))
		some--;
	return some;
}

static uint32_t hash_beginning(const char *text, size_t len)
{
	uint32_t hash = 0x811c9dc5;
	len = beginning_of(text, len);
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x01000193;
	hash = (hash ^ hash >> 16) * 0x7feb352d;
	return (hash ^ hash >> 15) * 0x846ca68b;
}

/* The key of a word asked for in a way; *is_new: its routes are still to be laid. l->folded is the
 * word, and so many signs. */
static uint32_t intern(struct lexicon *l, enum how how, const char *text, size_t signs,
		       bool *is_new)
{
	lexicon_make_key(l, (char)how, text, strlen(text));
	uint32_t key = GPOINTER_TO_UINT(g_hash_table_lookup(l->ids, l->key->str));
	*is_new = key == 0;
	if (key)
		return key - 1;
	key = l->hashes->len;
	g_hash_table_insert(l->ids, g_string_chunk_insert(l->id_strings, l->key->str),
			    GUINT_TO_POINTER(key + 1));
	uint32_t hash = hash_beginning(l->folded->str, l->folded->len - signs);
	g_array_append_val(l->hashes, hash);
	return key;
}

/* From l->key to a key. */
static void lay_route(struct lexicon *l, uint32_t key)
{
	word_routes_lay(l->routes, l->key->str, l->key->len, key);
}

static void lay_form(struct lexicon *l, enum route route, size_t len, uint32_t key)
{
	lexicon_make_key(l, (char)route, l->folded->str, len);
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

#define ARTICLE "ال"

/* Arabic and Hebrew write and, in, to and the article in one with a word. */
static void lay_bare(struct lexicon *l, uint32_t key)
{
	const char *word = l->folded->str;
	if (!sound_is_frame(word) || g_utf8_strlen(word, -1) < BARE_LEAST)
		return;
	l->any_bare = true;
	lay_form(l, ROUTE_BARE, l->folded->len, key);
	const char *rest = word + strlen(ARTICLE);
	if (g_str_has_prefix(word, ARTICLE) && g_utf8_strlen(rest, -1) >= BARE_LEAST) {
		lexicon_make_key(l, ROUTE_BARE, rest, strlen(rest));
		word_routes_lay(l->routes, l->key->str, l->key->len, key);
	}
}

uint32_t lexicon_exact(struct lexicon *l, const char *word)
{
	bool is_new;
	lexicon_fold_word(l, word, strlen(word));
	uint32_t key = intern(l, HOW_EXACT, l->folded->str, 0, &is_new);
	if (is_new)
		lay_form(l, ROUTE_FORM, l->folded->len, key);
	return key;
}

uint32_t lexicon_prefix(struct lexicon *l, const char *word)
{
	bool is_new;
	lexicon_fold_word(l, word, strlen(word));
	uint32_t key = intern(l, HOW_PREFIX, l->folded->str, 0, &is_new);
	if (!is_new)
		return key;
	l->any_prefix = true;
	l->prefix_lengths[CLAMP(g_utf8_strlen(l->folded->str, -1), 1, PREFIX_MAX - 1)] = true;
	lay_form(l, ROUTE_PREFIX, l->folded->len, key);
	return key;
}

/* Long enough that an ending more or less does not make another word. */
#define INFLECTED_MIN	       5
#define INFLECTED_MIN_CYRILLIC 4 /* дрон, дронів: Ukrainian has no stemmer */

uint32_t lexicon_stem(struct lexicon *l, const char *word, enum text_script script)
{
	bool is_new;
	bool latin = script == SCRIPT_OTHER && strlen(word) >= INFLECTED_MIN;
	bool cyrillic = script == SCRIPT_CYRILLIC &&
			g_utf8_strlen(word, -1) >= INFLECTED_MIN_CYRILLIC && !is_acronym(word);

	g_string_truncate(l->lower, 0);
	text_lower(word, strlen(word), l->lower);
	/* ΚΝΔΡ and кндр are one form, but only one of them is declined; so the kind belongs to the
	 * identity */
	g_string_append_c(l->lower, latin ? 'l' : cyrillic ? 'c' : '-');
	lexicon_fold_word(l, word, strlen(word));
	uint32_t key = intern(l, HOW_STEM, l->lower->str, 0, &is_new);
	if (!is_new)
		return key;
	g_string_truncate(l->lower, l->lower->len - 1);
	const struct stem_word stem_word = {g_string_chunk_insert(l->strings, l->lower->str), key};
	g_array_append_val(l->stem_words, stem_word);
	lay_form(l, ROUTE_FORM, l->folded->len, key);
	lay_bare(l, key);
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
	lexicon_make_key(l, (char)route, text, len);
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
		g_autofree char *narrow = sound_short_key(word, sound);
		lay_text(l, ROUTE_SOUND, sound, len, key);
		if (narrow)
			lay_text(l, ROUTE_SOUND_LATIN, narrow, strlen(narrow), key);
		else if (sound_is_short(sound))
			lay_text(l, ROUTE_SOUND_OTHER, sound, len, key);
		if (len > 4 && is_sound_vowel(sound[len - 1]))
			lay_text(l, ROUTE_SOUND_BASE, sound, len - 1, key);
		size_t adjective = g_str_has_suffix(sound, "aia")  ? 3
				   : g_str_has_suffix(sound, "oi") ? 2
								   : 0;
		if (adjective && len > adjective + 4) /* Навальной, Толстого */
			lay_text(l, ROUTE_SOUND_BASE, sound, len - adjective, key);
		sound_frames(sound, frames);
	}
	for (unsigned i = 0; i < frames->len; i++)
		lay_text(l, ROUTE_FRAME, frames->pdata[i], strlen(frames->pdata[i]), key);
	l->any_sound = l->any_sound || sounds->len;
}

static uint32_t name_key(struct lexicon *l, const char *word, bool loose, bool sound)
{
	bool is_new;
	lexicon_fold_word(l, word, strlen(word));
	bool declined = is_cyrillic(l->folded->str) && !is_acronym(word);
	if (declined) /* and one that is not is another key */
		g_string_append_c(l->folded, loose ? '^' : '~');
	uint32_t key = intern(l,
			      sound		  ? HOW_SOUND
			      : loose && declined ? HOW_LOOSE_NAME
						  : HOW_NAME,
			      l->folded->str, declined, &is_new);
	if (declined)
		g_string_truncate(l->folded, l->folded->len - 1);
	if (!is_new)
		return key;
	if (declined)
		lay_cyrillic_ending(l, loose, key);
	else
		lay_form(l, ROUTE_NAME, l->folded->len, key);
	lay_bare(l, key);
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
	lexicon_fold_word(l, word, strlen(word));
	g_string_append_c(l->folded, inflected ? '~' : '-');
	uint32_t key = intern(l, HOW_ADJECTIVE, l->folded->str, 1, &is_new);
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

static void stem_filters(struct lexicon *l, enum language language)
{
	if (l->stemmed[language] || !language_stemmer(language))
		return;
	for (unsigned i = 0; i < l->stem_words->len; i++) {
		const struct stem_word *word = &g_array_index(l->stem_words, struct stem_word, i);
		if (lexicon_make_stem(l, word->lower, strlen(word->lower), language))
			lay_route(l, word->key);
	}
	l->stemmed[language] = true;
}

void lexicon_begin(struct lexicon *l, enum language language)
{
	l->language = language;
	stem_filters(l, language);
	word_routes_settle(l->routes);
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
	forget_ids(l); /* only new keys are looked up there */
}
