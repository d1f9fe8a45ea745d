/* What belongs to the page and what to the article.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_clean.h"
#include "filters/derive_wrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

typedef struct reference ordinary;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ordinary, reference_free)

struct cleaned {
	GPtrArray *given, *texts;
	GArray *dropped;
};

static struct cleaned clean(const char *const *texts)
{
	g_autoptr(ordinary) reference = reference_new();
	reference_add(reference, "Il governo ha detto che la legge passa anche oggi.");
	struct cleaned c = {g_ptr_array_new_with_free_func(g_free), NULL,
			    g_array_new(FALSE, FALSE, sizeof(struct dropped_line))};
	g_array_set_clear_func(c.dropped, dropped_line_clear);
	for (; *texts; texts++)
		g_ptr_array_add(c.given, g_strdup(*texts));
	c.texts = derive_clean(c.given, reference, c.dropped);
	assert_int_equal(c.texts->len, c.given->len);
	return c;
}

static void cleaned_clear(struct cleaned *c)
{
	g_ptr_array_unref(c->given);
	g_ptr_array_unref(c->texts);
	g_array_unref(c->dropped);
}

static const char *why(const struct cleaned *c, const char *line)
{
	for (unsigned i = 0; i < c->dropped->len; i++) {
		const struct dropped_line *gone =
			&g_array_index(c->dropped, struct dropped_line, i);
		if (strcmp(gone->line, line) == 0)
			return gone->why;
	}
	return "";
}

#define PROSE "La banca ha comprato la rete dei supermercati, dicono i sindacati del gruppo."

static void by_lines_go_with_their_dates_and_titles_stay(void **state)
{
	(void)state;
	const char *const texts[] = {
		"Di Maio incontra i sindacati\ndi Ada Neri - 12 maggio 2026 alle 08:11\n" PROSE,
		"Il prezzo di Ada\ndi Giuseppe Gagliano –\n" PROSE " Anche oggi.",
		"By Monday the bank will know\nBy Ada Neri and Ugo Sarti\n" PROSE " Domani.", NULL};
	struct cleaned c = clean(texts);
	assert_string_equal(why(&c, "di Ada Neri - 12 maggio 2026 alle 08:11"), "cue");
	assert_string_equal(why(&c, "di Giuseppe Gagliano –"), "cue");
	assert_string_equal(why(&c, "By Ada Neri and Ugo Sarti"), "cue");
	assert_true(g_str_has_prefix(c.texts->pdata[2], "By Monday the bank will know\n"));
	assert_string_equal(c.texts->pdata[0], "Di Maio incontra i sindacati\n" PROSE "\n");
	cleaned_clear(&c);
}

static void lines_that_differ_in_a_number_are_the_same_line_unless_they_are_prose(void **state)
{
	(void)state;
	const char *const texts[] = {
		"Primo\n" PROSE
		"\nCommenti (12)\nIl carico 12 parte oggi dal porto vecchio.\n" PROSE " A.",
		"Secondo\n" PROSE
		" B.\nCommenti (7)\nIl carico 7 parte oggi dal porto vecchio.\n" PROSE " C.",
		NULL};
	struct cleaned c = clean(texts);
	assert_string_equal(why(&c, "Commenti (12)"), "repeated");
	assert_string_equal(why(&c, "Commenti (7)"), "repeated");
	assert_non_null(strstr(c.texts->pdata[0], "Il carico 12 parte"));
	assert_non_null(strstr(c.texts->pdata[1], "Il carico 7 parte"));
	cleaned_clear(&c);
}

static void the_name_of_the_site_is_cut_from_titles(void **state)
{
	(void)state;
	const char *const two[] = {"La banca compra la rete - Il Giorno\n" PROSE,
				   "La banca vende la rete - Il Giorno\n" PROSE " Ieri.",
				   "La banca e la rete - la diretta\n" PROSE " Domani.", NULL};
	struct cleaned c = clean(two);
	assert_true(g_str_has_prefix(c.texts->pdata[0], "La banca compra la rete\n"));
	assert_true(g_str_has_prefix(c.texts->pdata[1], "La banca vende la rete\n"));
	assert_true(g_str_has_prefix(c.texts->pdata[2], "La banca e la rete - la diretta\n"));
	assert_string_equal(why(&c, " - Il Giorno"), "site");
	cleaned_clear(&c);
	const char *const again[] = {"La banca compra la rete oggi | Il Giorno\n"
				     "La banca compra la rete oggi\n" PROSE,
				     NULL};
	c = clean(again);
	assert_string_equal(c.texts->pdata[0], "La banca compra la rete oggi\n" PROSE "\n");
	cleaned_clear(&c);
}

/* ---- any text at all ----------------------------------------------------------------- */

static const char *const pieces[] = {
	"Putin",
	"Kim",
	"di ",
	"newsletter",
	"Iscriviti",
	" - ",
	" | ",
	"12",
	"朝鲜",
	"КНДР",
	"북한",
	".",
	"»",
	"…",
	"\xc2\xa0",
	"\xe2\x80\x8b",
	"\xcc\x81",
	"�",
	"😀",
	"\t",
	"\r",
	"la rete",
	"Il Giorno",
	"Condividi",
	"a",
	"À",
	"\x01",
	"«",
	"x\xcc\x80",
	"ß",
	"İ",
	"Leggi anche: ",
	"tutti i diritti riservati",
};

static char *any_text(GRand *random)
{
	GString *text = g_string_new(NULL);
	int lines = g_rand_int_range(random, 0, 12);
	for (int l = 0; l < lines; l++) {
		int parts = g_rand_int_range(random, 0, 9);
		for (int p = 0; p < parts; p++)
			g_string_append_printf(
				text, "%s%s",
				pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))],
				g_rand_int_range(random, 0, 3) ? " " : "");
		g_string_append_c(text, '\n');
	}
	return g_string_free(text, FALSE);
}

static size_t letters(const char *text)
{
	size_t count = 0;
	for (const char *p = text; *p; p = g_utf8_next_char(p))
		count += g_unichar_isalnum(g_utf8_get_char(p));
	return count;
}

/* Nothing is made up, nothing is lost: every letter that was given is kept or listed. */
static void assert_all_there(const struct cleaned *c)
{
	for (unsigned t = 0; t < c->given->len; t++) {
		size_t there = letters(c->texts->pdata[t]);
		assert_true(g_utf8_validate(c->texts->pdata[t], -1, NULL));
		for (unsigned i = 0; i < c->dropped->len; i++) {
			const struct dropped_line *gone =
				&g_array_index(c->dropped, struct dropped_line, i);
			assert_non_null(gone->why);
			assert_true(g_utf8_validate(gone->line, -1, NULL));
			there += gone->text == t ? letters(gone->line) : 0;
		}
		assert_int_equal(there, letters(c->given->pdata[t]));
	}
}

static void any_texts_are_cleaned_and_the_same_way_each_time(void **state)
{
	(void)state;
	GRand *random = g_rand_new_with_seed(20261121);
	for (int round = 0; round < 3000; round++) {
		char *texts[8] = {NULL};
		int count = g_rand_int_range(random, 1, 7);
		for (int i = 0; i < count; i++)
			texts[i] = any_text(random);
		struct cleaned one = clean((const char *const *)texts),
			       two = clean((const char *const *)texts);
		assert_all_there(&one);
		assert_int_equal(one.dropped->len, two.dropped->len);
		for (int i = 0; i < count; i++) {
			assert_string_equal(one.texts->pdata[i], two.texts->pdata[i]);
			g_free(texts[i]);
		}
		cleaned_clear(&one);
		cleaned_clear(&two);
	}
	g_rand_free(random);
}

static void a_paragraph_without_the_name_stays_for_its_words(void **state)
{
	(void)state;
	const char *const texts[] = {
		"Valdora, il vigneto muore\nA Valdora la fillossera avanza.\n"
		"Le barbatelle innestate dei vivai arrivano tardi, dicono i vignaioli, e la "
		"fillossera no.",
		"Il caso\nLa fillossera di Valdora passa il fiume.\n"
		"I vignaioli vogliono barbatelle sane e chiedono vivai della provincia.\n"
		"L'autrice insegna storia antica e ha scritto due romanzi.",
		"Valdora\nI vignaioli di Valdora cercano vivai che abbiano barbatelle.\nOggi non "
		"piove.",
		NULL};
	struct cleaned c = clean(texts);
	assert_non_null(strstr(c.texts->pdata[0], "Le barbatelle innestate"));
	assert_non_null(strstr(c.texts->pdata[1], "vivai della provincia"));
	assert_string_equal(why(&c, "L'autrice insegna storia antica e ha scritto due romanzi."),
			    "off the subject");
	cleaned_clear(&c);
}

static void a_rubric_below_the_title_does_not_take_its_place(void **state)
{
	(void)state;
	const char *const texts[] = {"Chi comanda adesso nella banca di Valdora\nRitratto\n" PROSE,
				     NULL};
	struct cleaned c = clean(texts);
	assert_true(g_str_has_prefix(c.texts->pdata[0], "Chi comanda adesso"));
	cleaned_clear(&c);
}

#define WRAPPED                                                                                    \
	"Il batterio passa il fiume\n\n"                                                           \
	"La malattia che dissecca i vigneti della valle è arrivata a\n"                           \
	"Sarno, dove nove filari su dieci sono perduti. I tecnici estir-\n"                        \
	"pano le viti malate e cercano l'insetto che porta il batterio\n"                          \
	"da una pianta all'altra.\n\n"                                                             \
	"La provincia promette indennizzi entro novanta giorni e chiede\n"                         \
	"ai vignaioli di segnalare le foglie secche anche dove sembra\n"                           \
	"che sia colpa della siccità di questa lunga estate senza una\n"                          \
	"goccia di pioggia.\n"

static void lines_of_a_page_become_paragraphs(void **state)
{
	(void)state;
	g_autofree char *text = wrap_undo(WRAPPED);
	assert_non_null(strstr(text, "Il batterio passa il fiume\n"));
	assert_non_null(strstr(text, "è arrivata a Sarno, dove"));
	assert_non_null(strstr(text, "I tecnici estirpano le viti"));
	assert_non_null(strstr(text, "all'altra.\n\nLa provincia promette"));
	g_autofree char *again = wrap_undo(text);
	assert_string_equal(text, again);
	const char *const list = "Uno\nDue\nTre\nQuattro\nCinque\nSei\nSette\nOtto\n";
	g_autofree char *same = wrap_undo(list);
	assert_string_equal(list, same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_paragraph_without_the_name_stays_for_its_words),
		cmocka_unit_test(a_rubric_below_the_title_does_not_take_its_place),
		cmocka_unit_test(lines_of_a_page_become_paragraphs),
		cmocka_unit_test(by_lines_go_with_their_dates_and_titles_stay),
		cmocka_unit_test(
			lines_that_differ_in_a_number_are_the_same_line_unless_they_are_prose),
		cmocka_unit_test(the_name_of_the_site_is_cut_from_titles),
		cmocka_unit_test(any_texts_are_cleaned_and_the_same_way_each_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
