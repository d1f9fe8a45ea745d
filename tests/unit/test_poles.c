/* Two sides that must both be there, and what counts against it.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "tests/unit/filter_fixture.h"

#define COREA                                                                                      \
	"entity \"corea\" { kind = country names = { \"Corea del Nord\", \"nordcoreano\", "        \
	"\"КНДР\", \"북한\", \"朝鲜\" }\n"                                                 \
	" not = { \"朝鲜半岛\" } }\n"
#define RUSSIA                                                                                       \
	"entity \"russia\" { kind = country names = { \"Russia\", \"Россия\", \"러시아\", " \
	"\"俄罗斯\" } }\n"

static void poles_want_both_sides(void **state)
{
	(void)state;
	const char *filters =
		COREA RUSSIA "filter \"f\" { poles = { \"corea\", \"russia\" } threshold = 1.55 }";
	assert_true(filter_matches(filters, "it", "Corea del Nord e Russia firmano",
				   "La Corea del Nord e la Russia"));
	assert_false(filter_matches(filters, "it", "La Russia firma", "Un trattato con la Russia"));
	assert_false(filter_matches(filters, "it", "La Corea del Nord lancia",
				    "Un missile dalla Corea del Nord"));
	struct bench b;
	bench_open(&b, filters);
	const struct match_article a = {
		.title = "La Corea del Nord lancia", .body = "", .language = "it"};
	const struct verdict *v = judge_article(&b, &a, "f");
	assert_non_null(strstr(v->missing->pdata[0], " of 1.55"));
	assert_string_equal(v->missing->pdata[1], "no name of pole russia");
	bench_close(&b);
}

static void a_list_of_countries_is_no_meeting_of_two(void **state)
{
	(void)state;
	const char *filters =
		COREA RUSSIA "filter \"f\" { poles = { \"corea\", \"russia\" } terms = { \"patto = "
			     "0.25\" } threshold = 1.55 }";
	const char *list =
		"I peggiori sono Cina, Iran, Russia e Corea del Nord. Russia e Corea del Nord "
		"scendono ancora.";
	g_autofree char *told = g_strconcat(list, " Parla di un patto.", NULL);
	assert_false(filter_matches(filters, "it", "La classifica", list));
	assert_true(filter_matches(filters, "it", "La classifica", told));
	assert_true(filter_matches(filters, "it", "Corea del Nord e Russia", list));
}

static void a_title_that_is_a_list_is_no_meeting_either(void **state)
{
	(void)state;
	const char *filters =
		COREA RUSSIA "filter \"f\" { poles = { \"corea\", \"russia\" } terms = { \"patto = "
			     "0.25\" } threshold = 1.55 }";
	const char *list = "Cina, Iran, Russia e Corea del Nord spiano le imprese";
	assert_false(filter_matches(filters, "it", list, "Danni per miliardi."));
	assert_true(filter_matches(filters, "it", list, "La Corea del Nord lavora con la Russia."));
	assert_true(filter_matches(filters, "it", "Russia e Corea del Nord spiano le imprese", ""));
	assert_false(filter_matches(filters, "it",
				    "Hacker russi, cinesi, della Corea del Nord e iraniani", ""));
	assert_true(filter_matches(
		filters, "it", "I cinesi temono la Russia, gli iraniani la Corea del Nord", ""));
}

static void two_places_of_both_sides_stand_for_a_missing_one(void **state)
{
	(void)state;
	const char *filters = COREA RUSSIA
		"entity \"khasan\" { kind = place names = { \"Khasan\" } with = { "
		"\"Hasan\" } } entity \"tumen\" { kind = place names = { \"Tumen\" } } "
		"filter \"f\" { poles = { \"corea\", \"russia\" } shared = { \"khasan\", "
		"\"tumen\" } threshold = 1.55 }";
	const char *border = "La Russia apre il valico: da Khasan si passa il Tumen";
	assert_true(filter_matches(filters, "it", border, ""));
	assert_false(filter_matches(filters, "it", "Da Khasan si passa il Tumen", ""));
	assert_false(filter_matches(filters, "it", "La Russia apre il valico di Khasan", ""));
	assert_false(filter_matches(filters, "it", "Hasan batte la Russia sul Tumen", ""));
}

static void one_place_of_both_sides_stands_for_one_beside_a_word_of_the_subject(void **state)
{
	(void)state;
	const char *filters = COREA RUSSIA
		"entity \"tumen\" { kind = place names = { \"Tumen\" } } filter \"f\" { "
		"poles = { \"corea\", \"russia\" } shared = { \"tumen\" } terms = { "
		"\"ponte = 0.25\" } threshold = 1.55 }";
	assert_true(filter_matches(filters, "it", "La Russia posa il ponte sul Tumen", ""));
	assert_false(filter_matches(filters, "it", "La Russia pesca nel Tumen", ""));
	assert_false(filter_matches(filters, "it", "La Russia posa il ponte", "Sul Tumen."));
}

static void what_tells_of_a_side_weakly_stands_for_it_only_where_nothing_names_it(void **state)
{
	(void)state;
	const char *filters = COREA RUSSIA
		"entity \"ucraina\" { kind = country side = \"russia\" strength = 0.5 names = "
		"{ \"Ucraina\" } } filter \"f\" { poles = { \"corea\", \"russia\" } "
		"threshold = 1.55 }";
	assert_true(filter_matches(filters, "it", "Soldati nordcoreani in Ucraina", ""));
	assert_false(filter_matches(filters, "it", "Soldati in Ucraina", ""));
	assert_false(filter_matches(filters, "it", "Il vertice di Gaza",
				    "Invitata la Russia. Assenti Ucraina e Corea del Nord."));
}

static void what_tells_of_the_first_side_weakly_wants_two_words_of_the_subject(void **state)
{
	(void)state;
	const char *filters = COREA RUSSIA
		"entity \"seul\" { kind = place side = \"corea\" strength = 0.5 names = { \"Seul\" "
		"} } "
		"entity \"ucraina\" { kind = country side = \"russia\" strength = 0.5 names = { "
		"\"Ucraina\" } } filter \"f\" { poles = { \"corea\", \"russia\" } terms = { "
		"\"truppe = "
		"0.25\", \"fronte = 0.25\" } threshold = 1.55 }";
	assert_true(filter_matches(filters, "it", "Seul: truppe al fronte in Russia", ""));
	assert_false(filter_matches(filters, "it", "Seul: truppe in Russia", ""));
	assert_false(filter_matches(filters, "it", "Seul: truppe al fronte in Ucraina", ""));
	assert_true(filter_matches(filters, "it", "I nordcoreani in Russia", ""));
}

static void what_tells_of_the_first_side_weakly_is_no_row_by_itself(void **state)
{
	(void)state;
	const char *filters = COREA RUSSIA
		"entity \"corea-del-sud\" { kind = country side = \"corea\" "
		"strength = 0.5 names = { \"Corea del Sud\" } } filter \"f\" { poles = "
		"{ \"corea\", \"russia\" } terms = { \"truppe = 0.25\", \"fronte = "
		"0.25\" } threshold = 1.75 }";
	assert_true(filter_matches(filters, "it", "La Corea del Sud e le truppe al fronte",
				   "La Russia tace."));
}

static void a_score_that_is_the_threshold_is_enough(void **state)
{
	(void)state;
	const char *filters =
		"entity \"corea\" { kind = place strength = 0.8 names = { \"Wonsan\" } } " RUSSIA
		"filter \"f\" { poles = { \"corea\", \"russia\" } terms = { \"patto = 0.25\" } "
		"threshold = 1.55 }";
	/* 0.80 + 1.00 + 0.15 + 0.20 - 0.60 */
	assert_true(filter_matches(filters, "it", "La Russia", "Un patto. Poi Wonsan."));
}

static void capitals_make_a_row_of_countries_too(void **state)
{
	(void)state;
	const char *filters =
		COREA RUSSIA "filter \"f\" { poles = { \"corea\", \"russia\" } threshold = 1.55 }";
	assert_true(filter_matches(filters, "it", "Pechino guarda Russia e Corea del Nord", ""));
	assert_false(filter_matches(filters, "it",
				    "Pechino, Teheran, Russia e Corea del Nord: che cosa le unisce",
				    ""));
}

static void a_name_inside_a_longer_one_is_no_member_of_a_row(void **state)
{
	(void)state;
	const char *filters = COREA RUSSIA
		"entity \"corea-del-sud\" { kind = country side = \"corea\" strength = 0.5 "
		"names = { \"Corea del Sud\" } with = { \"Corea\" } } filter \"f\" { "
		"poles = { \"corea\", \"russia\" } threshold = 1.55 }";
	assert_true(filter_matches(filters, "it", "Le manovre",
				   "Cina, Russia e Corea del Nord mandano navi."));
	assert_false(filter_matches(filters, "it", "Le manovre",
				    "Cina, Iran, Russia e Corea del Nord mandano navi."));
}

static void beside_a_third_country_the_first_side_is_one_of_a_list(void **state)
{
	(void)state;
	const char *filters =
		COREA RUSSIA "filter \"f\" { poles = { \"corea\", \"russia\" } threshold = 1.55 }";
	const char *title = "Sanzioni contro la Russia";
	assert_false(filter_matches(filters, "it", title,
				    "La Russia compra da Iran e Corea del Nord ogni arma."));
	assert_true(filter_matches(filters, "it", title,
				   "La Russia compra dalla Corea del Nord ogni arma."));
	assert_true(filter_matches(filters, "it", title,
				   "La Russia compra da Iran e Corea del Nord; armi nordcoreane."));
	assert_true(filter_matches(filters, "it", "Iran e Corea del Nord armano la Russia", ""));
	assert_true(filter_matches(filters, "it", "L'asse",
				   "L'Iran, la Corea del Nord e la Russia si vedono."));
	const char *told = COREA RUSSIA
		"entity \"ucraina\" { kind = country side = \"russia\" strength = 0.5 "
		"names = { \"Ucraina\" } } filter \"f\" { poles = { \"corea\", \"russia\" } "
		"threshold = 1.55 }";
	assert_true(filter_matches(told, "it", title,
				   "La Russia manda i nordcoreani contro l'Ucraina."));
	assert_false(
		filter_matches(told, "it", title, "La Russia manda i nordcoreani contro l'Iran."));
}

static void a_title_of_other_countries_speaks_against(void **state)
{
	(void)state;
	const char *filters =
		COREA RUSSIA "filter \"f\" { poles = { \"corea\", \"russia\" } threshold = 1.55 }";
	const char *body =
		"Un patto con la Russia. I nordcoreani tacciono. Anche i nordcoreani al porto.";
	assert_true(filter_matches(filters, "it", "Che cosa dice Teheran", body));
	assert_false(filter_matches(filters, "it", "Che cosa dicono Teheran e Trump", body));
	assert_true(
		filter_matches(filters, "it", "Teheran, Trump e il patto dei nordcoreani", body));
}

static void sides_that_stand_far_apart_want_a_word_of_the_subject(void **state)
{
	(void)state;
	const char *filters = COREA RUSSIA
		"entity \"ucraina\" { kind = country side = \"russia\" strength = 0.5 "
		"names = { \"Ucraina\" } } filter \"f\" { poles = { \"corea\", \"russia\" } "
		"terms = { \"missili = 0.25\" } threshold = 1.55 }";
	const char *title = "I nordcoreani aprono la frontiera";
	assert_true(filter_matches(filters, "it", title, "Ne parla la Russia."));
	assert_false(filter_matches(filters, "it", title, "Il treno parte. Ne parla la Russia."));
	assert_true(filter_matches(filters, "it", title, "Missili sul treno. Ne parla la Russia."));
	assert_true(filter_matches(filters, "it", title, "L'Ucraina tace. Ne parla la Russia."));
}

static void sides_in_two_clauses_of_the_only_sentence_that_has_them_have_no_meeting(void **state)
{
	(void)state;
	const char *filters =
		COREA RUSSIA "filter \"f\" { poles = { \"corea\", \"russia\" } threshold = 1.55 }";
	const char *apart = "Pesano la guerra della Russia, il riarmo e i test nordcoreani.";
	const char *title = "L'orologio avanza";
	assert_false(filter_matches(filters, "it", title, apart));
	assert_false(filter_matches(filters, "zh", "世界", "左边是俄罗斯，右边是朝鲜"));
	assert_true(filter_matches(filters, "it", title,
				   "Pesano, oggi, la guerra della Russia e i test nordcoreani."));
	/* told of once more, or in the title */
	g_autofree char *twice = g_strconcat(apart, " La Russia tace.", NULL);
	assert_true(filter_matches(filters, "it", title, twice));
	assert_true(filter_matches(filters, "it", "La Russia avanza", apart));
	assert_true(filter_matches(filters, "it", "I nordcoreani avanzano", apart));
	/* nearest ones count */
	assert_true(filter_matches(
		filters, "it", title,
		"Russia, Russia; una banca nordcoreana apre in Russia: nordcoreani in fila."));
}

static void leaders_and_their_offices_make_a_row_of_countries_too(void **state)
{
	(void)state;
	const char *filters =
		COREA RUSSIA "filter \"f\" { poles = { \"corea\", \"russia\" } threshold = 1.55 }";
	assert_false(filter_matches(filters, "it", "La parata",
				    "Sul palco il presidente della Russia e Lukashenko, il premier "
				    "Modi e il leader nordcoreano."));
	assert_true(filter_matches(filters, "it", "La parata",
				   "Il presidente della Russia e il leader nordcoreano con Modi."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(poles_want_both_sides),
		cmocka_unit_test(a_list_of_countries_is_no_meeting_of_two),
		cmocka_unit_test(a_title_that_is_a_list_is_no_meeting_either),
		cmocka_unit_test(two_places_of_both_sides_stand_for_a_missing_one),
		cmocka_unit_test(
			one_place_of_both_sides_stands_for_one_beside_a_word_of_the_subject),
		cmocka_unit_test(
			what_tells_of_a_side_weakly_stands_for_it_only_where_nothing_names_it),
		cmocka_unit_test(
			what_tells_of_the_first_side_weakly_wants_two_words_of_the_subject),
		cmocka_unit_test(what_tells_of_the_first_side_weakly_is_no_row_by_itself),
		cmocka_unit_test(a_score_that_is_the_threshold_is_enough),
		cmocka_unit_test(capitals_make_a_row_of_countries_too),
		cmocka_unit_test(a_name_inside_a_longer_one_is_no_member_of_a_row),
		cmocka_unit_test(beside_a_third_country_the_first_side_is_one_of_a_list),
		cmocka_unit_test(a_title_of_other_countries_speaks_against),
		cmocka_unit_test(sides_that_stand_far_apart_want_a_word_of_the_subject),
		cmocka_unit_test(
			sides_in_two_clauses_of_the_only_sentence_that_has_them_have_no_meeting),
		cmocka_unit_test(leaders_and_their_offices_make_a_row_of_countries_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
