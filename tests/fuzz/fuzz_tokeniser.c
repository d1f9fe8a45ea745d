/* fuzz_tokeniser: any text as words. Oracle: words lie inside the text, on borders of characters,
 * in order, and the same on any processor; folding what is folded changes nothing; a language is
 * one of ours, and as sure as a probability. SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/language.h"
#include "filters/sound.h"
#include "filters/text.h"
#include "tests/fuzz/oracle.h"
#include "tests/fuzz/targets.h"

#include <string.h>

static void check_word(const char *word, size_t len)
{
	g_autoptr(GString) folded = g_string_new(NULL);
	g_autoptr(GString) again = g_string_new(NULL);
	g_autoptr(GString) lower = g_string_new(NULL);
	g_autoptr(GPtrArray) sounds = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *copy = g_strndup(word, len);

	text_fold(word, len, folded);
	MUST(g_utf8_validate(folded->str, (gssize)folded->len, NULL));
	text_fold(folded->str, folded->len, again);
	MUST(strcmp(folded->str, again->str) == 0);
	text_lower(word, len, lower);
	MUST(g_utf8_validate(lower->str, (gssize)lower->len, NULL));
	sound_forms(copy, sounds);
	MUST(sounds->len <= 64);
	g_autofree char *frame = sound_is_frame(copy) ? sound_frame_of(copy) : NULL;
	MUST(!frame || g_utf8_validate(frame, -1, NULL));
	g_autofree char *hangul = sound_hangul(copy);
	MUST(!hangul || g_utf8_validate(hangul, -1, NULL));
}

static void check_tokens(const char *text, size_t len)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	g_autoptr(GArray) plain = g_array_new(FALSE, FALSE, sizeof(struct token));
	uint32_t end = 0, sentence = 0;

	text_tokenise(text, len, tokens);
	text_tokenise_plain(text, len, plain);
	MUST(plain->len == tokens->len);
	for (unsigned i = 0; i < tokens->len; i++) {
		const struct token *t = &g_array_index(tokens, struct token, i);
		const struct token *p = &g_array_index(plain, struct token, i);
		MUST(t->start == p->start && t->end == p->end && t->sentence == p->sentence);
		MUST(t->script == p->script && t->capital == p->capital && t->joined == p->joined);
		MUST(t->start >= end && t->start < t->end && t->end <= len);
		MUST(g_utf8_validate(text + t->start, t->end - t->start, NULL));
		MUST(t->sentence >= sentence);
		end = t->end;
		sentence = t->sentence;
		if (i < 200)
			check_word(text + t->start, t->end - t->start);
	}
}

void fuzz_tokeniser(const uint8_t *bytes, size_t bytes_len)
{
	g_autofree char *raw = g_strndup((const char *)bytes, bytes_len);
	g_autofree char *text = g_utf8_make_valid(raw, -1);
	double sure = -1;

	/* without a NUL behind it */
	size_t len = strlen(text);
	char *exact = g_memdup2(text, len ? len : 1);
	check_tokens(exact, len);
	g_free(exact);
	enum language language = language_decide(NULL, text, text, &sure);
	MUST(language < LANGUAGES && sure >= 0 && sure <= 1);
	g_autofree char *folded = text_folded(text);
	MUST(g_utf8_validate(folded, -1, NULL));
}
