/* Where sentences and words begin: vedetta's own cutting, which is in the hot path, against ICU's
 * break iterators (UAX 29), on sentences cut by hand. With files as arguments it measures both on
 * them instead: one text a file, or one text a line in *.jsonl (title and body as they stand).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>

/* One paragraph a row; "|" stands where a new sentence begins. Written for this. */
static const struct {
	const char *language, *text;
} paragraphs[] = {
	{"it", "Putin è a Pyongyang. |«Un vertice storico», dice il Cremlino. |Chi ci guadagna?"},
	{"it", "L'accordo vale 4.2 miliardi. |Nell'art. 4 c'è la mutua difesa."},
	{"it",
	 "La Rossi S.p.A. fornisce i droni, i proiettili ecc. al ministero. |Nessun commento."},
	{"it", "«Li manderemo al fronte!» |Così il generale. |Il 3.5 per cento è già partito…"},
	{"it", "Perché no? |Secondo l'Onu, 10.000 uomini sono a Kursk. |E altri seguono."},
	{"it", "Ha detto: «Non lo so. Forse domani». |Poi ha taciuto."},
	{"it", "Alle 9.30 la riunione. |Nel 2024. |Mai prima."},
	{"it", "Il prof. Bianchi insegna a Roma. |Il dott. Verdi no."},
	{"en",
	 "North Korea fired a missile. |The U.S. military saw it. |\"We are ready,\" it said."},
	{"en", "Mr. Kim met Sen. J. D. Vance on Monday. |They talked for two hours."},
	{"en", "Shells cost $4.50 each, i.e. nothing. |Who pays? |Nobody knows!"},
	{"en", "The firm, Acme Inc., denied it. |No. 5 on the list is a bank."},
	{"de", "Am 3. März traf Putin Kim. |Die Lage ist ernst. |z. B. in Kursk."},
	{"de", "»Das ist falsch«, sagte Dr. Müller. |Der 15. Oktober ist der Tag."},
	{"fr", "M. Poutine est à Pyongyang. |« C'est historique », dit-il. |Et après ?"},
	{"fr", "Le traité est signé ! |Selon l'O.N.U., il viole les sanctions."},
	{"es", "¿Quién gana? |El Sr. Kim no responde. |¡Nadie lo sabe!"},
	{"es", "EE. UU. protesta. |La reunión duró 2,5 horas."},
	{"ru", "Путин прибыл в Пхеньян. |Договор подписан 19 июня 2024 г. в столице. |Что дальше?"},
	{"ru", "По словам А. С. Иванова, войск нет. |«Это ложь», — заявил он."},
	{"uk", "Війська КНДР у Курську. |Про це заявив В. Зеленський. |Скільки їх?"},
	{"zh", "普京抵达平壤。|双方签署条约！|谁会受益？"},
	{"zh", "金正恩说：“我们是盟友。”|会谈持续两小时。"},
	{"ja", "プーチン氏が平壌に到着した。|両国は条約に署名した。|誰が得をするのか？"},
	{"ko", "푸틴 대통령이 평양에 도착했다. |양국은 조약에 서명했다. |누가 이득인가?"},
	{"ko", "국정원은 1.5배 늘었다고 밝혔다. |북한은 부인했다."},
	{"pl", "Putin przybył do Pjongjangu. |Traktat podpisano o godz. 12. |Co dalej?"},
	{"nl", "Poetin is in Pyongyang. |Dhr. Kim ontving hem. |Wie wint?"},
};

struct counts {
	unsigned gold, found, right;
};

static double f1(const struct counts *c)
{
	return c->found + c->gold ? 2.0 * c->right / (c->found + c->gold) : 1;
}

/* The text without its marks; bytes of the places where sentences begin, but for the first. */
static char *unmarked(const char *text, GArray *starts)
{
	GString *plain = g_string_new(NULL);
	for (; *text; text++)
		if (*text == '|')
			g_array_append_val(starts, plain->len);
		else
			g_string_append_c(plain, *text);
	return g_string_free(plain, FALSE);
}

/* The first letter or digit from `at` on: quotes and brackets belong to no word. */
static gsize word_from(const char *text, gsize at, gsize len)
{
	while (at < len && !g_unichar_isalnum(g_utf8_get_char(text + at)))
		at = (gsize)(g_utf8_next_char(text + at) - text);
	return at;
}

static void own_sentences(const char *text, GArray *starts)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	text_tokenise(text, strlen(text), tokens);
	for (unsigned i = 1; i < tokens->len; i++) {
		const struct token *token = &g_array_index(tokens, struct token, i);
		gsize start = token->start;
		if (token->sentence != (token - 1)->sentence)
			g_array_append_val(starts, start);
	}
}

static void icu_starts(UBreakIteratorType type, const char *language, const char *text,
		       GArray *starts)
{
	UErrorCode status = U_ZERO_ERROR;
	UText *open = utext_openUTF8(NULL, text, -1, &status);
	UBreakIterator *it = ubrk_open(type, language, NULL, 0, &status);
	gsize len = strlen(text), last = 0;
	assert_true(U_SUCCESS(status));
	ubrk_setUText(it, open, &status);
	for (int32_t at = ubrk_first(it); at != UBRK_DONE && (gsize)at < len; at = ubrk_next(it)) {
		gsize start = word_from(text, (gsize)at, len);
		bool word = type != UBRK_WORD || start == (gsize)at;
		if (word && start < len && (type == UBRK_WORD || (at > 0 && start > last)))
			g_array_append_val(starts, start);
		last = start;
	}
	ubrk_close(it);
	utext_close(open);
}

static bool holds(const GArray *starts, gsize start)
{
	for (unsigned i = 0; i < starts->len; i++)
		if (g_array_index(starts, gsize, i) == start)
			return true;
	return false;
}

static void compare(const GArray *gold, const GArray *found, struct counts *c)
{
	c->gold += gold->len;
	c->found += found->len;
	for (unsigned i = 0; i < found->len; i++)
		c->right += holds(gold, g_array_index(found, gsize, i));
}

static void sentences_are_cut_as_well_as_by_icu(void **state)
{
	(void)state;
	struct counts own = {0}, icu = {0};
	for (size_t i = 0; i < G_N_ELEMENTS(paragraphs); i++) {
		g_autoptr(GArray) marks = g_array_new(FALSE, FALSE, sizeof(gsize));
		g_autoptr(GArray) ours = g_array_new(FALSE, FALSE, sizeof(gsize));
		g_autoptr(GArray) theirs = g_array_new(FALSE, FALSE, sizeof(gsize));
		g_autofree char *text = unmarked(paragraphs[i].text, marks);
		for (unsigned k = 0; k < marks->len; k++)
			g_array_index(marks, gsize, k) =
				word_from(text, g_array_index(marks, gsize, k), strlen(text));
		own_sentences(text, ours);
		icu_starts(UBRK_SENTENCE, paragraphs[i].language, text, theirs);
		struct counts before = own, before_icu = icu;
		compare(marks, ours, &own);
		compare(marks, theirs, &icu);
		if (own.right - before.right != marks->len ||
		    own.found - before.found != marks->len ||
		    icu.right - before_icu.right != marks->len ||
		    icu.found - before_icu.found != marks->len)
			print_message("of %u: own %u found %u right, ICU %u found %u right: %s\n",
				      marks->len, own.found - before.found,
				      own.right - before.right, icu.found - before_icu.found,
				      icu.right - before_icu.right, paragraphs[i].text);
	}
	print_message("sentences: own F1 %.3f (%u of %u, %u found), ICU F1 %.3f (%u, %u found)\n",
		      f1(&own), own.right, own.gold, own.found, f1(&icu), icu.right, icu.found);
	assert_true(f1(&own) >= f1(&icu));
	assert_true(f1(&own) >= 0.9);
}

/* Every word that ICU sees begins one of ours; ours are more: elisions, hyphens, decimals, Han. */
static void words_begin_wherever_icu_has_them_begin(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(paragraphs); i++) {
		g_autoptr(GArray) marks = g_array_new(FALSE, FALSE, sizeof(gsize));
		g_autoptr(GArray) theirs = g_array_new(FALSE, FALSE, sizeof(gsize));
		g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
		g_autoptr(GArray) ours = g_array_new(FALSE, FALSE, sizeof(gsize));
		g_autofree char *text = unmarked(paragraphs[i].text, marks);
		icu_starts(UBRK_WORD, paragraphs[i].language, text, theirs);
		text_tokenise(text, strlen(text), tokens);
		for (unsigned k = 0; k < tokens->len; k++) {
			gsize start = g_array_index(tokens, struct token, k).start;
			g_array_append_val(ours, start);
		}
		for (unsigned k = 0; k < theirs->len; k++)
			if (!holds(ours, g_array_index(theirs, gsize, k)))
				fail_msg("%s: no word at '%s'", text,
					 text + g_array_index(theirs, gsize, k));
	}
}

/* ---- measuring ----------------------------------------------------------------------- */

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void measure_text(const char *text, struct counts *sentences, struct counts *words,
			 double *own, double *icu)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	g_autoptr(GArray) ours = g_array_new(FALSE, FALSE, sizeof(gsize));
	g_autoptr(GArray) theirs = g_array_new(FALSE, FALSE, sizeof(gsize));
	g_autoptr(GArray) their_words = g_array_new(FALSE, FALSE, sizeof(gsize));
	double start = seconds();
	text_tokenise(text, strlen(text), tokens);
	*own += seconds() - start;
	start = seconds();
	icu_starts(UBRK_SENTENCE, "it", text, theirs);
	icu_starts(UBRK_WORD, "it", text, their_words);
	*icu += seconds() - start;
	own_sentences(text, ours);
	compare(theirs, ours, sentences);
	words->gold += their_words->len;
	words->found += tokens->len;
	for (unsigned i = 0, k = 0; i < their_words->len; i++) {
		gsize at = g_array_index(their_words, gsize, i);
		while (k < tokens->len && g_array_index(tokens, struct token, k).start < at)
			k++;
		words->right +=
			k < tokens->len && g_array_index(tokens, struct token, k).start == at;
	}
	for (unsigned i = 0, shown = 0; g_getenv("SHOW") && i < ours->len && shown < 20; i++)
		if (!holds(theirs, g_array_index(ours, gsize, i)) && ++shown)
			printf("own only: …%.60s\n", text + g_array_index(ours, gsize, i));
	for (unsigned i = 0, shown = 0; g_getenv("SHOW") && i < theirs->len && shown < 20; i++)
		if (!holds(ours, g_array_index(theirs, gsize, i)) && ++shown)
			printf("ICU only: …%.60s\n", text + g_array_index(theirs, gsize, i));
}

static int measure(char **paths)
{
	struct counts sentences = {0}, words = {0};
	double own = 0, icu = 0;
	for (; *paths; paths++) {
		g_autofree char *text = NULL;
		if (!g_file_get_contents(*paths, &text, NULL, NULL))
			continue;
		char *const whole[] = {text, NULL};
		bool lines = g_str_has_suffix(*paths, ".jsonl");
		g_auto(GStrv) split = lines ? g_strsplit(text, "\n", -1) : NULL;
		for (char *const *one = split ? split : whole; *one; one++)
			measure_text(*one, &sentences, &words, &own, &icu);
	}
	printf("sentences: ICU %u, own %u, %u in common (F1 %.3f)\n"
	       "words: ICU %u, own %u, %u of ICU's begin one of ours (%.4f)\n"
	       "processor: own %.1f ms, ICU %.1f ms\n",
	       sentences.gold, sentences.found, sentences.right, f1(&sentences), words.gold,
	       words.found, words.right, (double)words.right / MAX(words.gold, 1), own * 1e3,
	       icu * 1e3);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences_are_cut_as_well_as_by_icu),
		cmocka_unit_test(words_begin_wherever_icu_has_them_begin),
	};
	return argc > 1 ? measure(argv + 1) : cmocka_run_group_tests(tests, NULL, NULL);
}
