/* Which articles tell one event.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static uint64_t next_uid;

static struct story_place place(struct stories *stories, const char *language, const char *outlet,
				const char *title, const char *body, int64_t at)
{
	struct article *article = article_new();
	struct story_place where;
	article->uid = ++next_uid;
	article->language = g_strdup(language);
	article->outlet = g_strdup(outlet);
	article->owner = g_strdup(outlet);
	article->title = g_strdup(title);
	article->body = g_strdup(body);
	article->first_seen_at = at;
	stories_place(stories, article, &where);
	article_free(article);
	return where;
}

#define WIRE                                                                                       \
	"Il traghetto Aurora è rimasto incagliato per sei ore davanti al porto di Olbia con 312 " \
	"passeggeri a bordo; "                                                                     \
	"la guardia costiera li ha portati a terra con tre motovedette, nessuno è ferito."

static void a_wire_copy_with_another_title_is_a_duplicate(void **state)
{
	struct stories *s = stories_new(48 * 3600);
	(void)state;
	struct story_place first =
		place(s, "it", "Uno", "Traghetto incagliato a Olbia", WIRE, 1000);
	struct story_place copy = place(s, "it", "Due", "Olbia, paura sull'Aurora",
					"(Agenzia) - " WIRE " Riproduzione riservata.", 1100);
	assert_int_equal(first.kin, KIN_FIRST);
	assert_int_equal(copy.kin, KIN_DUPLICATE);
	assert_int_equal(copy.story, first.story);
	assert_int_equal(copy.articles, 2);
	assert_int_equal(copy.owners, 1); /* a reprint is no second witness */
	stories_free(s);
}

static void another_report_of_the_event_joins(void **state)
{
	struct stories *s = stories_new(48 * 3600);
	(void)state;
	struct story_place first =
		place(s, "it", "Uno", "Traghetto Aurora incagliato davanti a Olbia", WIRE, 1000);
	struct story_place other =
		place(s, "it", "Due", "Olbia, il traghetto Aurora s'incaglia: salvi i passeggeri",
		      "Sei ore di attesa davanti al porto, poi le motovedette della guardia "
		      "costiera hanno "
		      "portato a terra i 312 passeggeri del traghetto incagliato.",
		      2000);
	assert_int_equal(other.kin, KIN_JOINED);
	assert_int_equal(other.story, first.story);
	assert_int_equal(other.owners, 2);
	stories_free(s);
}

static void another_event_of_the_same_subject_does_not_join(void **state)
{
	struct stories *s = stories_new(48 * 3600);
	(void)state;
	place(s, "it", "Uno", "Traghetto Aurora incagliato davanti a Olbia", WIRE, 1000);
	struct story_place other =
		place(s, "it", "Due", "Traghetti, rincari del dieci per cento verso la Sardegna",
		      "Le compagnie aumentano i biglietti per l'estate: a Olbia protestano gli "
		      "albergatori, la "
		      "Regione chiede un incontro al ministero dei trasporti.",
		      2000);
	assert_int_equal(other.kin, KIN_FIRST);
	stories_free(s);
}

static void the_same_title_over_another_text_is_another_event(void **state)
{
	struct stories *s = stories_new(48 * 3600);
	(void)state;
	place(s, "it", "Uno", "Il punto del mattino",
	      "Borse in rialzo, spread stabile a 110 punti, petrolio in calo per il terzo giorno.",
	      1000);
	struct story_place other = place(s, "it", "Uno", "Il punto del mattino",
					 "Giornata di sole al nord, piogge sulle isole, "
					 "temperature in aumento da venerdì ovunque.",
					 90000);
	assert_int_equal(other.kin, KIN_FIRST);
	stories_free(s);
}

static void an_outlet_s_own_name_behind_titles_joins_nothing(void **state)
{
	struct stories *s = stories_new(48 * 3600);
	(void)state;
	place(s, "it", "Gazzettone",
	      "Herling e il gulag | Gazzettone Quotidiano.it - Gazzettone Quotidiano",
	      "Una mostra ricorda lo scrittore polacco.", 1000);
	struct story_place other =
		place(s, "it", "Gazzettone",
		      "Napoli, lite in panchina | Gazzettone Quotidiano.it - Gazzettone Quotidiano",
		      "L'allenatore espulso al settantesimo minuto.", 1100);
	assert_int_equal(other.kin, KIN_FIRST);
	stories_free(s);
}

static void who_reports_it_at_the_end_of_titles_joins_nothing(void **state)
{
	struct stories *s = stories_new(48 * 3600);
	(void)state;
	place(s, "it", "Agenzia Prova",
	      "Un pescatore si arruola in Guardia costiera: 'Ho visto amici annegare'. Il reportage "
	      "dell'inviato Agenzia Prova",
	      "Sul molo di Levante, tra mareggiate continue.", 1000);
	struct story_place other =
		place(s, "it", "Agenzia Prova",
		      "Un gruppo di studenti si arruola in Guardia costiera, 'ci piace il mare'. Il "
		      "reportage dell'inviato Agenzia Prova",
		      "Arrivano da Cuneo e altre città: 'Lasciamo i libri per le motovedette'.",
		      1100);
	assert_int_equal(other.kin, KIN_FIRST);
	stories_free(s);
}

static void a_report_in_another_language_and_script_joins_by_names_and_numbers(void **state)
{
	struct stories *s = stories_new(48 * 3600);
	(void)state;
	struct story_place first =
		place(s, "it", "Uno", "Khasan, riapre il ponte: Lavrov incontra Kozhemyako",
		      "Ieri il ministro Lavrov e il governatore Kozhemyako hanno inaugurato a "
		      "Khasan il ponte lungo 830 metri.",
		      1000);
	struct story_place english = place(s, "en", "Two", "Border bridge reopens",
					   "In the town of Khasan the minister, Sergei Lavrov, "
					   "opened the 830 metre bridge with governor Kozhemyako.",
					   2000);
	struct story_place russian = place(
		s, "ru", "Три", "Открыт мост",
		"Вчера министр Лавров и губернатор Кожемяко открыли мост длиной 830 метров.", 3000);
	struct story_place unrelated =
		place(s, "en", "Two", "Talks in Vienna",
		      "The envoys met in Vienna; Lavrov did not attend the session.", 3100);
	assert_int_equal(english.story, first.story);
	assert_int_equal(russian.story, first.story);
	assert_int_equal(unrelated.kin, KIN_FIRST);
	stories_free(s);
}

static void a_story_ends_with_its_window(void **state)
{
	struct stories *s = stories_new(48 * 3600);
	(void)state;
	place(s, "it", "Uno", "Traghetto incagliato a Olbia", WIRE, 1000);
	struct story_place later =
		place(s, "it", "Due", "Traghetto incagliato a Olbia", WIRE, 1000 + 49 * 3600);
	assert_int_equal(later.kin, KIN_FIRST);
	stories_free(s);
}

static void what_is_restored_counts_as_before(void **state)
{
	struct stories *s = stories_new(48 * 3600);
	struct article *article = article_new();
	(void)state;
	article->uid = 7777;
	article->language = g_strdup("it");
	article->outlet = g_strdup("Uno");
	article->title = g_strdup("Traghetto incagliato a Olbia");
	article->body = g_strdup(WIRE);
	article->first_seen_at = 1000;
	stories_restore(s, article, 4242, KIN_FIRST);
	struct story_place copy = place(s, "it", "Due", "Olbia, paura", WIRE, 1100);
	assert_int_equal(copy.story, 4242);
	struct story_place again;
	stories_place(s, article, &again);
	assert_true(again.known);
	assert_int_equal(again.story, 4242);
	article_free(article);
	stories_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wire_copy_with_another_title_is_a_duplicate),
		cmocka_unit_test(another_report_of_the_event_joins),
		cmocka_unit_test(another_event_of_the_same_subject_does_not_join),
		cmocka_unit_test(the_same_title_over_another_text_is_another_event),
		cmocka_unit_test(an_outlet_s_own_name_behind_titles_joins_nothing),
		cmocka_unit_test(who_reports_it_at_the_end_of_titles_joins_nothing),
		cmocka_unit_test(
			a_report_in_another_language_and_script_joins_by_names_and_numbers),
		cmocka_unit_test(a_story_ends_with_its_window),
		cmocka_unit_test(what_is_restored_counts_as_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
