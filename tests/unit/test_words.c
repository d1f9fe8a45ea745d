/* Words of filters against words of articles.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/filter_fixture.h"

#define COREA                                                                                      \
	"entity \"corea\" { kind = country names = { \"Corea del Nord\", \"nordcoreano\", "        \
	"\"КНДР\", \"북한\", \"朝鲜\" }\n"                                                 \
	" not = { \"朝鲜半岛\" } }\n"

static void words_meet_by_stem_in_the_articles_language(void **state)
{
	(void)state;
	assert_true(when_matches("soldato", "it", "", "I soldati sono arrivati nella regione."));
	assert_true(when_matches("negotiation", "en", "",
				 "They were negotiating; negotiations failed in the end."));
	assert_true(when_matches("munizioni", "it", "", "Una munizione è stata trovata"));
	assert_false(when_matches("soldato", "it", "", "Il saldo della banca è nella media"));
	assert_true(when_matches("\"truppe nordcoreane\"", "it", "",
				 "La truppa nordcoreana è nella regione"));
	assert_false(when_matches("\"truppe nordcoreane\"", "it", "", "nordcoreane le truppe"));
}

static void a_name_is_not_stemmed_to_a_common_word(void **state)
{
	(void)state;
	assert_false(when_matches("Peruto", "it", "", "un treno per la città"));
	assert_false(when_matches("Filarmi", "it", "", "la fila al museo"));
	assert_true(when_matches("mangiare", "it", "", "mangiarono in fretta"));
	assert_true(when_matches("vedere", "it", "", "si vedrà, vedere per credere"));
}

static void every_ending_of_nordcoreano_is_one_word(void **state)
{
	(void)state;
	static const char *const forms[] = {"nordcoreano", "nordcoreana", "nordcoreani",
					    "nordcoreane", "Nordcoreani", "NORDCOREANE"};
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autofree char *body = g_strdup_printf("Il governo %s è nella lista", forms[i]);
		assert_true(when_matches("nordcoreano", "it", "", body));
	}
}

static void exact_forms_do_not_bend_but_fold(void **state)
{
	(void)state;
	assert_true(when_matches("=soldato", "it", "", "un Soldato solo"));
	assert_false(when_matches("=soldato", "it", "", "i soldati"));
	assert_true(when_matches("=citta", "it", "", "la città è grande"));
	assert_true(when_matches("=\"perché no\"", "it", "", "E perche no?"));
}

static void prefixes_take_any_end(void **state)
{
	(void)state;
	assert_true(
		when_matches("nordcorean*", "it", "", "la filonordcoreana e i nordcoreanissimi"));
	assert_false(when_matches("nordcorean*", "it", "", "la filonordcoreana"));
	assert_true(when_matches("Пхеньян*", "ru", "", "в пхеньянском театре"));
}

static void accents_apostrophes_and_elisions_do_not_matter(void **state)
{
	(void)state;
	assert_true(when_matches("Iskander", "it", "", "Il lancio dell'Iskander è riuscito"));
	assert_true(when_matches("Iskander", "it", "", "Il lancio dell’Iskander è riuscito"));
	assert_true(when_matches("ONU", "it", "L’ONU condanna", ""));
	assert_true(when_matches("universita", "it", "", "L'Università di Mosca"));
	assert_true(when_matches("\"l\\'università di Mosca\"", "it", "", "L’universita di mosca"));
}

static void cyrillic_words_meet_in_every_case(void **state)
{
	(void)state;
	static const char *const russian[] = {"снаряд", "снаряды", "снарядов", "снарядами",
					      "снарядам"};
	for (size_t i = 0; i < G_N_ELEMENTS(russian); i++)
		assert_true(when_matches("снаряды", "ru", "", russian[i]));
	static const char *const ukrainian[] = {"снаряди", "снарядів", "снарядами", "снаряда"};
	for (size_t i = 0; i < G_N_ELEMENTS(ukrainian); i++)
		assert_true(when_matches("снаряди", "uk", "", ukrainian[i]));
	assert_false(when_matches("снаряды", "ru", "", "снег и санки"));
}

static void cyrillic_names_meet_in_every_case(void **state)
{
	(void)state;
	static const char *const forms[] = {"Путин", "Путина", "Путину", "Путиным", "Путине"};
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autofree char *body = g_strdup_printf("визит %s в столицу", forms[i]);
		assert_true(filter_matches(
			"entity \"p\" { names = { \"Путин\" } } filter \"f\" { when = '@p' }", "ru",
			"", body));
	}
	assert_true(filter_matches(
		"entity \"m\" { names = { \"Москва\" } } filter \"f\" { when = '@m' }", "ru", "",
		"переговоры в Москве"));
	assert_false(filter_matches(
		"entity \"p\" { names = { \"Путин\" } } filter \"f\" { when = '@p' }", "ru", "",
		"распутица"));
}

static void korean_names_stand_before_particles(void **state)
{
	(void)state;
	static const char *const bodies[] = {"북한이 미사일을", "북한은", "북한의 김정은",
					     "북한군 파병", "북한에서"};
	for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++)
		assert_true(filter_matches(COREA "filter \"f\" { when = '@corea' }", "ko", "",
					   bodies[i]));
	assert_false(
		filter_matches(COREA "filter \"f\" { when = '@corea' }", "ko", "", "북쪽 한국"));
	assert_true(when_matches("파병", "ko", "", "북한군 파병을 발표했다"));
}

static void han_is_found_without_spaces_in_both_scripts(void **state)
{
	(void)state;
	assert_true(filter_matches(COREA "filter \"f\" { when = '@corea' }", "zh", "",
				   "据报道朝鲜向俄罗斯派兵"));
	assert_true(filter_matches(COREA "filter \"f\" { when = '@corea' }", "zh", "",
				   "據報道朝鮮向俄羅斯派兵"));
	assert_false(
		filter_matches(COREA "filter \"f\" { when = '@corea' }", "zh", "", "朝鲜半岛局势"));
	assert_true(filter_matches(COREA "filter \"f\" { when = '@corea' }", "zh", "",
				   "朝鲜半岛局势：朝鲜发射导弹"));
}

static void short_cyrillic_words_are_declined_too(void **state)
{
	(void)state;
	static const struct {
		const char *word, *language, *text;
		bool found;
	} all[] = {
		{"дрон", "uk", "десятки дронів", true}, {"танк", "uk", "із танками і танків", true},
		{"удар", "uk", "удари по місту", true}, {"Киев", "ru", "в Киеве", true},
		{"Крым", "ru", "из Крыма", true},	{"танк", "ru", "танкер в порту", false},
		{"танк", "uk", "танкіст", false},	{"мир", "ru", "мирный", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autofree char *filter =
			g_strdup_printf("filter \"f\" { when = '%s' }", all[i].word);
		bool found = filter_matches(filter, all[i].language, "", all[i].text);
		if (found != all[i].found)
			print_error("%s in: %s\n", all[i].word, all[i].text);
		assert_true(found == all[i].found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_cyrillic_words_are_declined_too),
		cmocka_unit_test(words_meet_by_stem_in_the_articles_language),
		cmocka_unit_test(a_name_is_not_stemmed_to_a_common_word),
		cmocka_unit_test(every_ending_of_nordcoreano_is_one_word),
		cmocka_unit_test(exact_forms_do_not_bend_but_fold),
		cmocka_unit_test(prefixes_take_any_end),
		cmocka_unit_test(accents_apostrophes_and_elisions_do_not_matter),
		cmocka_unit_test(cyrillic_words_meet_in_every_case),
		cmocka_unit_test(cyrillic_names_meet_in_every_case),
		cmocka_unit_test(korean_names_stand_before_particles),
		cmocka_unit_test(han_is_found_without_spaces_in_both_scripts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
