/* reference_words: one word that is wanted against one word of the article.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/function_words.h"
#include "tests/property/reference_parts.h"

#include <libstemmer.h>
#include <string.h>

char *reference_fold(const char *word)
{
	GString *out = g_string_new(NULL);
	text_fold(word, strlen(word), out);
	return g_string_free(out, FALSE);
}

static char *stem(const struct reference *r, const char *word)
{
	g_autoptr(GString) lower = g_string_new(NULL);
	text_lower(word, strlen(word), lower);
	if (!r->stemmer)
		return reference_fold(lower->str);
	const sb_symbol *s =
		sb_stemmer_stem(r->stemmer, (const sb_symbol *)lower->str, (int)lower->len);
	g_autofree char *copy = g_strndup((const char *)s, (gsize)sb_stemmer_length(r->stemmer));
	glong left = g_utf8_strlen(copy, -1);
	return left >= 4 || left * 2 > g_utf8_strlen(lower->str, -1) ? reference_fold(copy)
								     : g_strdup("");
}

static bool latin_endings_apart(const char *base, const char *form)
{
	static const char *const endings[] = {"",   "a",  "e",	"i",  "o",  "s",  "as", "es", "is",
					      "os", "he", "hi", "en", "em", "er", "ne", "nes"};
	size_t len = strlen(base), form_len = strlen(form);
	if (len > 4 && strchr("aeio", base[len - 1]))
		len--;
	if (form_len < len || strncmp(base, form, len) != 0)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
		if (strcmp(form + len, endings[i]) == 0 && form_len >= strlen(endings[i]) + 4)
			return true;
	return false;
}

static char *cyrillic_base(const char *folded)
{
	static const char *const adjectives[] = {"ая", "ыи", "ое", "ои"};
	static const char *const vowels = "аеиоуыэюяьіє";
	for (size_t i = 0; i < G_N_ELEMENTS(adjectives); i++)
		if (g_str_has_suffix(folded, adjectives[i]) && strlen(folded) > 8)
			return g_strndup(folded, strlen(folded) - 4);
	glong letters = g_utf8_strlen(folded, -1);
	const char *last = g_utf8_offset_to_pointer(folded, letters - 1);
	if (letters > 3 && g_utf8_strchr(vowels, -1, g_utf8_get_char(last)))
		return g_strndup(folded, (gsize)(last - folded));
	return g_strdup(folded);
}

static bool case_ending(const char *text)
{
	static const char *const endings[] = {"ом", "ем", "єм", "ои", "еи", "ою", "ею", "ам", "ям",
					      "ах", "ях", "ов", "ев", "ів", "ми", "ыи", "ии", "ая",
					      "яя", "ое", "ее", "ые", "ие", "ым", "им", "ых", "их",
					      "ую", "юю", "оі", "іи", "іх", "ім", "ию", "ия", "ью"};
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
		if (strcmp(text, endings[i]) == 0)
			return true;
	return false;
}

static bool cyrillic_endings_apart(const char *name, const char *form, bool loose)
{
	g_autofree char *base = cyrillic_base(name);
	if (!g_str_has_prefix(form, base))
		return false;
	glong letters = g_utf8_strlen(base, -1), more = g_utf8_strlen(form, -1) - letters;
	if (letters < 2 ||
	    (!loose && letters == 4 && more == 2 && !case_ending(form + strlen(base))))
		return false;
	return more <= (loose ? 3 : letters == 2 ? 0 : letters == 3 ? 1 : letters == 4 ? 2 : 3);
}

static bool all_capitals(const char *word)
{
	for (const char *p = word; *p; p = g_utf8_next_char(p))
		if (!g_unichar_isupper(g_utf8_get_char(p)))
			return false;
	return true;
}

static bool genitive_language(enum language l)
{
	return l == LANGUAGE_DE || l == LANGUAGE_SV || l == LANGUAGE_DA || l == LANGUAGE_NO ||
	       l == LANGUAGE_NL || l == LANGUAGE_EN;
}

static bool same_name(const struct reference *r, const struct wanted *w, const struct token *t,
		      const char *form)
{
	bool lower = g_unichar_islower(g_utf8_get_char(w->word));
	if (lower && w->script == SCRIPT_OTHER)
		return strcmp(w->folded, form) == 0 ||
		       (strlen(w->word) >= 5 && t->script == SCRIPT_OTHER &&
			latin_endings_apart(w->folded, form));
	if (w->script == SCRIPT_CYRILLIC && !all_capitals(w->word))
		return t->script == SCRIPT_CYRILLIC &&
		       cyrillic_endings_apart(w->folded, form, !w->alone);
	if (strcmp(w->folded, form) == 0)
		return true;
	size_t len = strlen(form);
	return genitive_language(r->language) && len > 4 && form[len - 1] == 's' &&
	       strlen(w->folded) == len - 1 && strncmp(w->folded, form, len - 1) == 0;
}

static bool same_stem(const struct reference *r, const struct wanted *w, const struct token *t,
		      const char *word, const char *form)
{
	if (strcmp(w->folded, form) == 0)
		return true;
	if (r->language && r->stemmer) {
		g_autofree char *left = stem(r, w->word), *right = stem(r, word);
		if (*left && strcmp(left, right) == 0)
			return true;
	}
	if (w->script == SCRIPT_OTHER && t->script == SCRIPT_OTHER && strlen(w->word) >= 5)
		return latin_endings_apart(w->folded, form);
	if (w->script == SCRIPT_CYRILLIC && t->script == SCRIPT_CYRILLIC &&
	    g_utf8_strlen(w->word, -1) >= 4)
		return !all_capitals(w->word) && cyrillic_endings_apart(w->folded, form, false);
	return false;
}

bool reference_is_wanted(const struct reference *r, const struct wanted *w, int field,
			 const struct token *t)
{
	g_autofree char *word = g_strndup(r->texts[field] + t->start, t->end - t->start);
	g_autofree char *form = reference_fold(word);

	if (w->script == SCRIPT_IDEOGRAPH || w->how == HOW_EXACT)
		return strcmp(w->folded, form) == 0;
	if (w->how == HOW_PREFIX)
		return g_str_has_prefix(form, w->folded);
	if (w->how == HOW_NAME)
		return same_name(r, w, t, form);
	return same_stem(r, w, t, word, form);
}
