/* Words, sentences, folding.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/stretch.h"
#include "filters/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

/* Tokens as "word|word", a full stop between sentences. */
static char *tokens_of(const char *text)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	GString *out = g_string_new(NULL);
	uint32_t sentence = 0;
	size_t last = 0;

	text_tokenise(text, strlen(text), tokens);
	for (unsigned i = 0; i < tokens->len; i++) {
		const struct token *t = &g_array_index(tokens, struct token, i);
		assert_true(t->start >= last && t->start < t->end && t->end <= strlen(text));
		assert_true(g_utf8_validate(text + t->start, t->end - t->start, NULL));
		last = t->end;
		if (i)
			g_string_append_c(out, t->sentence != sentence ? '.' : '|');
		sentence = t->sentence;
		g_string_append_len(out, text + t->start, t->end - t->start);
	}
	return g_string_free(out, FALSE);
}

static void assert_tokens(const char *text, const char *expected)
{
	g_autofree char *found = tokens_of(text);
	assert_string_equal(found, expected);
}

static void assert_folded(const char *text, const char *expected)
{
	g_autofree char *folded = text_folded(text);
	assert_string_equal(folded, expected);
	g_autofree char *again = text_folded(folded);
	assert_string_equal(again, folded);
}

static void elisions_and_hyphens_part_words(void **state)
{
	(void)state;
	assert_tokens("dell'Iskander", "dell|Iskander");
	assert_tokens("dell’Iskander e l’ONU", "dell|Iskander|e|l|ONU");
	assert_tokens("KN-23, Kim Jong‑un", "KN|23|Kim|Jong|un");
	assert_tokens("«truppe» (nordcoreane)", "truppe|nordcoreane");
}

static void han_kana_and_hangul_are_a_token_each(void **state)
{
	(void)state;
	assert_tokens("朝鲜和Russia", "朝|鲜|和|Russia");
	assert_tokens("북한군이", "북|한|군|이");
	assert_tokens("김 위원장", "김|위|원|장");
	assert_tokens("プーチン", "プ|ー|チ|ン");
}

static void hangul_letters_of_one_syllable_stay_together(void **state)
{
	(void)state;
	const char *decomposed =
		"\xe1\x84\x87\xe1\x85\xae\xe1\x86\xa8\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"; /* 북한
											     */
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	text_tokenise(decomposed, strlen(decomposed), tokens);
	assert_int_equal(tokens->len, 2);
	assert_folded(decomposed, "북한");
}

static void a_mark_belongs_to_its_letter(void **state)
{
	(void)state;
	assert_tokens("Perche\xcc\x81 no", "Perche\xcc\x81|no");
	assert_tokens("\xcc\x81 a", "a");
}

static void full_stops_end_sentences_but_not_abbreviations(void **state)
{
	(void)state;
	assert_tokens("Uno. Due! Tre? quattro", "Uno.Due.Tre|quattro");
	assert_tokens("gli U.S. e il 3.5 per cento", "gli|U|S|e|il|3|5|per|cento");
	assert_tokens("Il sen. J. D. Vance tace. Poi", "Il|sen|J|D|Vance|tace.Poi");
	assert_tokens("Dr. Müller, А. С. Иванов. Да", "Dr|Müller|А|С|Иванов.Да");
	assert_tokens("上海。北京", "上|海.北|京");
	assert_tokens("uno\ndue", "uno.due");
	assert_tokens("Disse: «Basta.» Poi", "Disse|Basta.Poi");
}

static void folding_drops_case_marks_and_forms(void **state)
{
	(void)state;
	assert_folded("PERCHÉ", "perche");
	assert_folded("Šojgu", "sojgu");
	assert_folded("Straße", "strasse");
	assert_folded("ﬁne", "fine");
	assert_folded("ЁЛКА Йод", "елка иод");
	assert_folded("Ｐｕｔｉｎ", "putin");
	assert_folded("Wałęsa Øst Đặng", "walesa ost dang");
	assert_folded("İstanbul ışık", "istanbul isik");
	assert_folded("ΑΘΉΝΑΣ", "αθηνασ");
}

static void traditional_han_folds_to_simplified(void **state)
{
	(void)state;
	assert_folded("朝鮮", "朝鲜");
	assert_folded("俄羅斯", "俄罗斯");
	assert_folded("북한", "북한");
}

static void lower_case_keeps_marks(void **state)
{
	(void)state;
	g_autoptr(GString) out = g_string_new(NULL);
	text_lower("PERCHE\xcc\x81", strlen("PERCHE\xcc\x81"), out);
	assert_string_equal(out->str, "perché");
}

static void nothing_gives_nothing(void **state)
{
	(void)state;
	assert_tokens("", "");
	assert_tokens("— … 🚀 ', -", "");
	assert_folded("", "");
}

static void a_word_longer_than_any_word_survives(void **state)
{
	(void)state;
	g_autoptr(GString) word = g_string_new(NULL);
	for (int i = 0; i < 5000; i++)
		g_string_append(word, "È");
	g_autofree char *folded = text_folded(word->str);
	g_autofree char *again = text_folded(folded);
	assert_string_equal(folded, again);
}

static GArray *found_in(const char *text)
{
	GArray *tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	text_tokenise(text, strlen(text), tokens);
	return tokens;
}

static void assert_same_tokens(const GArray *here, const GArray *there, unsigned moved)
{
	assert_int_equal(here->len, there->len);
	for (unsigned i = 0; i < here->len; i++) {
		const struct token *a = &g_array_index(here, struct token, i);
		const struct token *b = &g_array_index(there, struct token, i);
		assert_int_equal(a->start + moved, b->start);
		assert_int_equal(a->end + moved, b->end);
		assert_int_equal(a->sentence, b->sentence);
		assert_int_equal(a->script, b->script);
		assert_int_equal(a->capital, b->capital);
		assert_int_equal(a->joined, b->joined);
	}
}

/* Blanks before a text move its tokens, and that is all. */
static void assert_moved(const char *text, unsigned by)
{
	g_autofree char *moved = g_strdup_printf("%*s%s", (int)by, "", text);
	g_autoptr(GArray) here = found_in(text);
	g_autoptr(GArray) there = found_in(moved);
	assert_same_tokens(here, there, by);
}

/* Texts are looked at in stretches of 64 bytes: where one begins must not show. */
static void words_are_the_same_wherever_a_stretch_of_bytes_ends(void **state)
{
	(void)state;
	static const char *const texts[] = {
		("Perché l'ÉCOLE, città-stato: «più» 3×4 – Straße÷Ÿ ÿ. \"Dr. No\"! E "
		 "poi?\nDell’Iskander…"),
		"В Москве. Президент РФ: Кім, Ї-ґ. ªº Łódź Ḱ",
		"朝鲜和Russia。北’한군이-북한 か\xe3\x82\x99 ᄇ\xe1\x85\xae\xe1\x86\xa8x",
		"Perche\xcc\x81 no \xcc\x81 J. D. Vance 😀 parola𠀀parola ل",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		for (unsigned by = 1; by <= 2 * STRETCH_BYTES; by++)
			assert_moved(texts[i], by);
}

static void a_word_may_be_longer_than_a_stretch(void **state)
{
	(void)state;
	for (int len = 1; len < 4 * STRETCH_BYTES; len++) {
		g_autofree char *word = g_strnfill((gsize)len, 'w');
		g_autofree char *text = g_strconcat(word, " ", word, NULL);
		g_autofree char *expected = g_strconcat(word, "|", word, NULL);
		assert_tokens(text, expected);
	}
}

static void assert_same_stretch(const struct stretch *a, const struct stretch *b)
{
	assert_memory_equal(a, b, sizeof *a);
}

static void a_stretch_is_the_same_with_and_without_the_instructions_of_the_processor(void **state)
{
	(void)state;
	g_autoptr(GRand) dice = g_rand_new_with_seed(64);
	for (int round = 0; round < 20000; round++) {
		size_t len = (size_t)g_rand_int_range(dice, 1, STRETCH_BYTES + 1);
		char whole[STRETCH_BYTES] = "";
		for (size_t i = 0; i < len; i++)
			whole[i] = (char)(round < 256 ? round + (int)i % 3
						      : g_rand_int_range(dice, 0, 256));
		/* exactly as long: who reads on is found by the sanitizers */
		g_autofree char *bytes = g_memdup2(whole, len);
		const struct stretch fast = stretch_of(bytes, len);
		const struct stretch plain = stretch_of_whole_plain(whole);
		assert_same_stretch(&fast, &plain);
#ifdef STRETCH_WIDE
		if (stretch_can_be_wide()) {
			const struct stretch wide = stretch_of_wide(bytes, len);
			assert_same_stretch(&wide, &plain);
		}
#endif
	}
}

/* Some characters of all kinds; blanks and letters more often. */
static GString *random_text(GRand *dice)
{
	static const char *const pieces[] = {
		"a",	    "e", "n",  "r",  "E",  "N",	   "i",	  "o",	" ",  " ",
		" ",	    ".", ". ", "!",  "\n", "'",	   "-",	  "è",	"À",  "ß",
		"×",	    "ж", "Ж",  "і",  "朝", "北",   "한",  "か", "ᄇ", "\xe1\x85\xae",
		"\xcc\x81", "’", "…",  "。", "7",  "Dr. ", "J. ", "😀",	"𠀀", "ل",
		"ა",	    "Ÿ",
	};
	GString *text = g_string_new(NULL);
	int count = g_rand_int_range(dice, 0, 300), few = g_rand_int_range(dice, 1, 43);
	for (int i = 0; i < count; i++)
		g_string_append(text, pieces[g_rand_int_range(dice, 0, few)]);
	return text;
}

static void words_are_the_same_on_any_processor(void **state)
{
	(void)state;
	g_autoptr(GRand) dice = g_rand_new_with_seed(512);
	for (int round = 0; round < 20000; round++) {
		g_autoptr(GString) text = random_text(dice);
		g_autofree char *exact = g_memdup2(text->str, text->len ? text->len : 1);
		g_autoptr(GArray) plain = g_array_new(FALSE, FALSE, sizeof(struct token));
		g_autoptr(GArray) fast = g_array_new(FALSE, FALSE, sizeof(struct token));
		text_tokenise_plain(exact, text->len, plain);
		text_tokenise(exact, text->len, fast);
		assert_same_tokens(plain, fast, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elisions_and_hyphens_part_words),
		cmocka_unit_test(han_kana_and_hangul_are_a_token_each),
		cmocka_unit_test(hangul_letters_of_one_syllable_stay_together),
		cmocka_unit_test(a_mark_belongs_to_its_letter),
		cmocka_unit_test(full_stops_end_sentences_but_not_abbreviations),
		cmocka_unit_test(folding_drops_case_marks_and_forms),
		cmocka_unit_test(traditional_han_folds_to_simplified),
		cmocka_unit_test(lower_case_keeps_marks),
		cmocka_unit_test(nothing_gives_nothing),
		cmocka_unit_test(a_word_longer_than_any_word_survives),
		cmocka_unit_test(words_are_the_same_wherever_a_stretch_of_bytes_ends),
		cmocka_unit_test(a_word_may_be_longer_than_a_stretch),
		cmocka_unit_test(
			a_stretch_is_the_same_with_and_without_the_instructions_of_the_processor),
		cmocka_unit_test(words_are_the_same_on_any_processor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
