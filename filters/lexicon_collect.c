/* lexicon_collect: the keys of a word of an article, by all routes that filters laid.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/lexicon_forms.h"
#include "filters/sound.h"

#include <string.h>

/* The keys that l->key leads to. */
static void collect(struct lexicon *l)
{
	word_routes_follow(l->routes, l->key->str, l->key->len, l->found);
}

static void collect_prefixes(struct lexicon *l)
{
	const char *p = l->folded->str;
	for (unsigned length = 1; *p && length < PREFIX_MAX; length++) {
		p = g_utf8_next_char(p);
		if (l->prefix_lengths[length]) {
			lexicon_make_key(l, ROUTE_PREFIX, l->folded->str,
					 (size_t)(p - l->folded->str));
			collect(l);
		}
	}
}

/* Two letters behind a base of four: танків, but танкер is no tank. Folded. */
static const char *const two_letter_endings[] = {
	"ом", "ем", "єм", "ои", "еи", "ою", "ею", "ам", "ям", "ах", "ях", "ов",
	"ев", "ів", "ми", "ыи", "ии", "ая", "яя", "ое", "ее", "ые", "ие", "ым",
	"им", "ых", "их", "ую", "юю", "оі", "іи", "іх", "ім", "ию", "ия", "ью"};

static bool is_ending(const char *text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(two_letter_endings); i++)
		if (strcmp(text, two_letter_endings[i]) == 0)
			return true;
	return false;
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
		bool plain = base != 4 || cut < 2 || is_ending(end);
		if (cut <= most && plain) {
			lexicon_make_key(l, ROUTE_ENDING, start, (size_t)(end - start));
			collect(l);
		}
		if (l->any_loose) {
			lexicon_make_key(l, ROUTE_LOOSE, start, (size_t)(end - start));
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
			lexicon_make_key(l, ROUTE_ENDING, l->folded->str, len - ending);
			collect(l);
		}
	}
}

static void collect_text(struct lexicon *l, enum route route, const char *text)
{
	lexicon_make_key(l, (char)route, text, strlen(text));
	collect(l);
}

static void collect_sound(struct lexicon *l, const char *word, bool base)
{
	g_autoptr(GPtrArray) sounds = g_ptr_array_new_with_free_func(g_free);
	sound_forms(word, sounds);
	for (unsigned i = 0; i < sounds->len; i++) {
		g_autofree char *narrow = sound_short_key(word, sounds->pdata[i]);
		if (narrow)
			collect_text(l, ROUTE_SOUND_LATIN, narrow);
		collect_text(l, narrow ? ROUTE_SOUND_OTHER : ROUTE_SOUND, sounds->pdata[i]);
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
		if (!last || g_utf8_strlen(base, -1) <= 3)
			return;
		*last = 0;
		collect_sound(l, base, true);
	}
}

/* Names in Latin letters as the Slavic languages decline them, and what stood there: Makrona,
 * Nawrockiego, Fica. */
static const struct {
	const char *ending, *base;
} slavic_endings[] = {
	{"a", ""},  {"u", ""},	 {"owi", ""}, {"ovi", ""},  {"em", ""},	  {"om", ""},	{"iem", ""},
	{"ie", ""}, {"ego", ""}, {"emu", ""}, {"eho", ""},  {"eho", "y"}, {"emu", "y"}, {"m", ""},
	{"a", "o"}, {"u", "o"},	 {"em", "o"}, {"y", "a"},   {"i", "a"},	  {"e", "a"},	{"o", "a"},
	{"u", "a"}, {"ou", "a"}, {"om", "a"}, {"zie", "a"},
};

/* Czech and Serbian have no function words here: by the letters of the word itself. A language that
 * says nothing could be Italian, where Carla is not Carlo. */
static bool is_slavic(const struct lexicon *l, const char *word)
{
	static const char *const letters[] = {"č", "ć", "š", "ž", "đ", "ř", "ě", "ů", "ł"};
	if (l->language != LANGUAGE_NONE)
		return l->language == LANGUAGE_PL;
	g_autofree char *lower = g_utf8_strdown(word, -1);
	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++)
		if (strstr(lower, letters[i]))
			return true;
	return false;
}

static void collect_slavic(struct lexicon *l, const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(slavic_endings); i++) {
		const char *ending = slavic_endings[i].ending;
		if (!g_str_has_suffix(l->folded->str, ending))
			continue;
		/* an ending has as many letters with marks as without */
		const char *end = word + strlen(word);
		for (size_t n = strlen(ending); n && end; n--)
			end = g_utf8_find_prev_char(word, end);
		if (!end || g_utf8_strlen(word, end - word) < 3)
			continue;
		g_autofree char *stem = g_strndup(word, (gsize)(end - word));
		g_autofree char *base = g_strconcat(stem, slavic_endings[i].base, NULL);
		collect_sound(l, base, false);
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
		/* many a name begins with such a letter, and four more are soon alike */
		bool article = strlen(proclitics[i]) > 2;
		if (rest && strlen(rest) > (article ? 3 : 4))
			collect_text(l, ROUTE_FRAME, rest);
	}
}

/* One after the other, each once: ولل is و, ل, ل for ال. */
static const char *const bare_proclitics[][6] = {
	{"و", "ف", "ו", "ש"},
	{"ب", "ك", "ل", "ב", "כ", "ל"},
	{"ال", "ل", "מ", "ה"},
};

static void collect_bare(struct lexicon *l, const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bare_proclitics); i++) {
		for (size_t k = 0; k < 6 && bare_proclitics[i][k]; k++) {
			const char *proclitic = bare_proclitics[i][k];
			if (!g_str_has_prefix(word, proclitic))
				continue;
			word += strlen(proclitic);
			if (g_utf8_strlen(word, -1) < BARE_LEAST)
				return;
			collect_text(l, ROUTE_BARE, word);
			break;
		}
	}
}

static bool has_genitive_s(enum language language)
{
	return language == LANGUAGE_DE || language == LANGUAGE_SV || language == LANGUAGE_DA ||
	       language == LANGUAGE_NO || language == LANGUAGE_NL || language == LANGUAGE_EN;
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
	else if (is_slavic(l, text))
		collect_slavic(l, text);
	if (has_genitive_s(l->language) && len > 4 && text[len - 1] == 's') {
		text[len - 1] = 0; /* Selenskyjs */
		collect_sound(l, text, false);
	}
}

void lexicon_collect(void *lexicon, const char *text, const struct token *token, GArray *keys)
{
	struct lexicon *l = lexicon;
	const char *word = text + token->start;
	size_t len = token->end - token->start;

	l->found = keys;
	lexicon_fold_word(l, word, len);
	lexicon_make_key(l, ROUTE_FORM, l->folded->str, l->folded->len);
	collect(l);
	lexicon_make_key(l, ROUTE_NAME, l->folded->str, l->folded->len);
	collect(l);
	if (has_genitive_s(l->language) && l->folded->len > 4 &&
	    l->folded->str[l->folded->len - 1] == 's') {
		lexicon_make_key(l, ROUTE_NAME, l->folded->str, l->folded->len - 1);
		collect(l);
	}
	if (token->script == SCRIPT_CYRILLIC && l->any_ending)
		collect_endings(l);
	else if (token->script == SCRIPT_OTHER && l->any_ending)
		collect_latin_endings(l);
	if (l->any_sound && token->capital && token->script != SCRIPT_IDEOGRAPH)
		collect_sounds(l, word, len, token);
	if (l->any_bare && sound_is_frame(l->folded->str)) {
		g_autofree char *folded = g_strndup(l->folded->str, l->folded->len);
		collect_bare(l, folded);
	}
	if (l->any_prefix)
		collect_prefixes(l);
	if (l->stem_words->len && token->script != SCRIPT_IDEOGRAPH &&
	    language_stemmer(l->language)) {
		g_string_truncate(l->lower, 0);
		text_lower(word, len, l->lower);
		if (lexicon_make_stem(l, l->lower->str, l->lower->len, l->language))
			collect(l);
	}
}
