/* lexicon_forms: see lexicon_forms.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/lexicon_forms.h"

#include <libstemmer.h>
#include <string.h>

void lexicon_fold_word(struct lexicon *l, const char *word, size_t len)
{
	g_string_truncate(l->folded, 0);
	text_fold(word, len, l->folded);
}

void lexicon_make_key(struct lexicon *l, char kind, const char *text, size_t len)
{
	g_string_set_size(l->key, len + 1);
	l->key->str[0] = kind;
	memcpy(l->key->str + 1, text, len);
}

bool lexicon_make_stem(struct lexicon *l, const char *lower, size_t len, enum language language)
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
