/* Example texts to filters.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/derive_fixture.h"

static const char *const pair[] = {
	"Putin e Kim a colloquio\nLa Russia e la Corea del Nord hanno firmato un patto sulle "
	"munizioni. Il presidente russo "
	"Vladimir Putin ha ricevuto il leader nordcoreano Kim Jong-un. La Russia avrà munizioni "
	"dalla Corea del Nord.\n"
	"Iscriviti alla newsletter",
	"Il patto sulle munizioni\nLa RPDC (Repubblica Popolare Democratica di Corea) aiuta la "
	"Russia. Le munizioni nordcoreane "
	"arrivano ai russi dalla città russa di Ussurijsk. Kim Jong Un ringrazia la Russia e Kim "
	"saluta Putin.\n"
	"Iscriviti alla newsletter",
	"Che cosa vuole Kim\nLa Corea del Nord dà munizioni alla Russia. Russi e nordcoreani "
	"lavorano al porto di Khasan. Il "
	"generale nordcoreano Pak Testi accompagna Putin nella visita in Corea del Nord e in "
	"Russia.",
	NULL,
};

static void all_spellings_of_a_name_are_one_group(void **state)
{
	struct derivation *d = derived(*state, pair);
	const struct name_group *kim = group_with(d, "Kim Jong-un");
	assert_non_null(kim);
	assert_ptr_equal(kim, group_with(d, "Kim"));
	assert_ptr_equal(group_with(d, "Vladimir Putin"), group_with(d, "Putin"));
	assert_ptr_equal(group_with(d, "RPDC"), group_with(d, "Corea del Nord"));
	assert_ptr_equal(group_with(d, "Repubblica Popolare Democratica di Corea"),
			 group_with(d, "Corea del Nord"));
	const struct member *member = member_called(d, "kim-jong-un");
	assert_non_null(member);
	assert_string_equal(member->with->pdata[0], "Kim"); /* alone it may be another's */
	derivation_free(d);
}

static void a_known_name_does_not_cut_into_another(void **state)
{
	const char *const texts[] = {"Prova\nIl regime di Kim Jong Un tace. La Russia saluta il "
				     "regime di Kim e la Corea "
				     "del Nord.",
				     NULL};
	struct derivation *d = derived(*state, texts);
	assert_null(group_with(d, "Jong Un"));
	assert_null(group_with(d, "Jong"));
	assert_int_equal(group_with(d, "Kim Jong Un")->units->len, 1);
	assert_ptr_equal(group_with(d, "regime di Kim"), group_with(d, "Corea del Nord"));
	derivation_free(d);
}

static void two_sides_are_found_by_where_they_meet(void **state)
{
	struct derivation *d = derived(*state, pair);
	assert_int_equal(d->poles.count, 2);
	g_autofree char *both =
		g_strdup_printf("%s %s", d->poles.poles[0]->id, d->poles.poles[1]->id);
	assert_true(strstr(both, "corea-del-nord") && strstr(both, "russia"));
	derivation_free(d);
}

static bool matches(struct derivation *d, const char *text)
{
	bool matched = false;
	trial_score(d->trial, text, false, &matched);
	return matched;
}

static void a_third_country_tells_of_the_side_it_contends_with(void **state)
{
	struct world *w = *state;
	const char *const texts[] = {
		"Il patto\nLa Russia e la Corea del Nord hanno firmato un patto. Putin ha ricevuto "
		"Kim Jong-un. La Corea del Nord aiuta la Russia. I nordcoreani vanno in Ucraina.",
		"Le armi\nLa Corea del Nord arma la Russia. I russi e i nordcoreani cooperano. "
		"Kiev "
		"e l'Ucraina protestano. La Russia ringrazia la Corea del Nord.",
		"I soldati\nSoldati nordcoreani in Russia. La Russia e la Corea del Nord tacciono. "
		"In Ucraina la Russia li manda in Donbass.",
		NULL};
	struct derivation *d = derived(w, texts);
	const struct member *third = member_called(d, "ucraina");
	assert_non_null(third);
	assert_true(third->rival);
	assert_string_equal(third->side->id, "russia");
	assert_true(member_called(d, "kharkiv")->rival); /* no text names it */
	assert_true(matches(d, "Missili nordcoreani su Kharkiv\nColpita una fabbrica."));
	assert_false(matches(d, "Kharkiv, notte di bombe\nLa Russia colpisce una fabbrica."));
	/* named in the article, Russia needs nobody to stand for it */
	assert_false(matches(d, "Il vertice\nTra gli invitati Putin. Si parla anche di altro. "
				"Assenti Ucraina e Corea del Nord."));
	derivation_free(d);
}

static void a_section_that_the_texts_are_not_of_speaks_against(void **state)
{
	struct world *w = *state;
	struct derivation *d = derived(w, pair);
	const char *sport =
		"Vince la Corea del Nord\nAssente la Russia. Il torneo di calcio va a Pyongyang.";
	assert_false(matches(d, sport));
	/* one word makes no section */
	assert_true(matches(d, "La Corea del Nord arma la Russia\nMunizioni spedite durante il "
			       "torneo di Vladivostok."));
	/* one word of each of two does */
	assert_false(matches(d,
			     "Vince la Corea del Nord\nAssente la Russia. La pellicola racconta un "
			     "torneo di Pyongyang."));
	assert_true(matches(d,
			    "Vince la Corea del Nord\nAssente la Russia. La pellicola racconta un "
			    "giorno di Pyongyang."));
	derivation_free(d);

	const char *const sporting[] = {
		"Il patto del calcio\nLa Russia e la Corea del Nord aprono un torneo. Gli atleti "
		"nordcoreani vanno in Russia. Russi e nordcoreani amano il calcio.",
		"Il tennis\nLa Corea del Nord gioca in Russia a tennis. La Russia e la Corea del "
		"Nord "
		"hanno un torneo. La Russia ringrazia la Corea del Nord.",
		pair[2], NULL};
	d = derived(w, sporting);
	assert_true(matches(d, sport));
	derivation_free(d);
}

static void two_words_in_long_texts_do_not_make_them_of_a_section(void **state)
{
	struct world *w = *state;
	g_autoptr(GString) text = g_string_new("Il patto\nLa Russia e la Corea del Nord firmano un "
					       "patto sulle munizioni. La Corea "
					       "del Nord va a un torneo di tennis in Russia.");
	for (int i = 0; i < 60; i++)
		g_string_append_printf(
			text, " La Russia e la Corea del Nord leggono il verbale numero %d.", i);
	const char *const texts[] = {text->str, pair[1], pair[2], NULL};
	struct derivation *d = derived(w, texts);
	assert_false(matches(d,
			     "Vince la Corea del Nord\nAssente la Russia. Il torneo di calcio va a "
			     "Pyongyang."));
	derivation_free(d);
}

static void a_word_glued_to_a_known_name_does_not_change_it(void **state)
{
	struct world *w = *state;
	const char *const texts[] = {pair[0], pair[1], pair[2],
				     "La posta\nLa Russia e la Corea del Nord firmano. Kim Jong-un "
				     "cerca un riparo dalla "
				     "Repubblica Popolare Cineseministro dei nordcoreani.",
				     NULL};
	struct derivation *d = derived(w, texts);
	g_autofree char *file = derivation_write(d);
	const struct name_group *group = group_with(d, "Repubblica Popolare Cinese");
	assert_non_null(group);
	assert_int_equal(group->kind, ENTITY_COUNTRY);
	assert_null(strstr(file, "Cineseministro dei\""));
	assert_null(group_with(d, "Repubblica Popolare Cineseministro"));
	derivation_free(d);
}

static void short_names_must_be_written_as_they_are(void **state)
{
	const char *const texts[] = {
		"Prova\nUn patto. Un accordo tra la UE e i russi. Kim Jong Un tace. Us e Ue.",
		NULL};
	struct derivation *d = derived(*state, texts);
	assert_null(group_with(d, "Un"));
	derivation_free(d);
}

static void a_demonym_beside_a_name_gives_its_side(void **state)
{
	struct derivation *d = derived(*state, pair);
	const struct name_group *general = group_with(d, "Pak Testi"),
				*town = group_with(d, "Ussurijsk");
	assert_non_null(general);
	assert_string_equal(general->region, "KP");
	assert_int_equal(general->kind, ENTITY_PERSON);
	assert_non_null(town);
	assert_string_equal(town->region, "RU");
	assert_int_equal(town->kind, ENTITY_PLACE);
	derivation_free(d);
}

static void tables_bring_those_of_a_side_that_no_text_names(void **state)
{
	struct world *w = *state;
	struct derivation *d = derived(w, pair);
	assert_non_null(member_called(d, "peskov"));
	assert_true(member_called(d, "khasan")->shared);
	assert_true(member_called(d, "tumangang")->shared);
	derivation_free(d);
	w->options.without_tables = true;
	d = derived(w, pair);
	w->options.without_tables = false;
	assert_null(member_called(d, "peskov"));
	derivation_free(d);
}

static void page_furniture_is_dropped_and_listed(void **state)
{
	struct derivation *d = derived(*state, pair);
	g_autofree char *filter = derivation_write(d);
	assert_int_equal(d->dropped->len, 2);
	for (unsigned i = 0; i < d->corpus->texts->len; i++)
		assert_null(strstr(d->corpus->texts->pdata[i], "newsletter"));
	assert_non_null(strstr(filter, "#   cue, 1.txt and 1 more: Iscriviti alla newsletter"));
	assert_null(group_with(d, "Iscriviti"));
	derivation_free(d);
}

static void the_filter_compiles_and_finds_the_subject_in_another_language(void **state)
{
	struct derivation *d = derived(*state, pair);
	g_autofree char *filter = derivation_write(d);
	g_autoptr(GError) error = NULL;
	struct trial *trial = trial_new(filter, &error);
	bool matched;
	assert_non_null(trial);
	trial_score(trial,
		    "Moscow thanks North Korea\nRussia received ammunition from North Korea, "
		    "Peskov said.",
		    true, &matched);
	assert_true(matched);
	trial_score(trial, "Kim Kardashian in Paris\nThe star presented a perfume.", true,
		    &matched);
	assert_false(matched);
	trial_score(trial, "North Korea tests a missile\nSeoul saw it fall into the sea.", true,
		    &matched);
	assert_false(matched);
	trial_free(trial);
	derivation_free(d);
}

static void topics_ask_for_the_word_in_all_languages(void **state)
{
	struct derivation *d = derived(*state, pair);
	g_autofree char *filter = derivation_write(d);
	assert_non_null(
		strstr(filter, "munizioni OR ammunition OR \\\"artillery shells\\\" OR Munition"));
	derivation_free(d);
}

static void quotes_can_be_left_out(void **state)
{
	struct world *w = *state;
	w->options.without_quotes = true;
	struct derivation *d = derived(w, pair);
	g_autofree char *filter = derivation_write(d);
	w->options.without_quotes = false;
	assert_null(strstr(filter, "«"));
	assert_null(strstr(filter, "newsletter"));
	assert_null(strstr(filter, "1.txt"));
	assert_non_null(strstr(filter, "of 3 texts"));
	derivation_free(d);
}

static void names_are_cut_where_they_begin_and_end(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 5; i++)
		reference_add(w->reference, "La riunione del consiglio dura poco.");
	const char *const texts[] = {
		"Una prova\nVALDORA - Lo stretto di Bab al-Mandab è chiuso, dice il presidente del "
		"Consiglio Ada "
		"Nerini. La banca di al-Bija tace. Il gruppo di Sarto non parla: Ugo Sarto è via.",
		NULL};
	struct derivation *d = derived(w, texts);
	assert_non_null(group_with(d, "Bab al-Mandab"));
	assert_non_null(group_with(d, "al-Bija"));
	assert_non_null(group_with(d, "Ada Nerini"));
	assert_non_null(group_with(d, "Valdora")); /* as written elsewhere */
	assert_int_equal(group_with(d, "Valdora")->kind, ENTITY_PLACE);
	assert_ptr_equal(group_with(d, "Sarto"), group_with(d, "Ugo Sarto"));
	derivation_free(d);
}

static void the_same_texts_give_the_same_file(void **state)
{
	struct derivation *first = derived(*state, pair), *second = derived(*state, pair);
	g_autofree char *one = derivation_write(first), *other = derivation_write(second);
	assert_string_equal(one, other);
	derivation_free(first);
	derivation_free(second);
}

static void nothing_in_a_text_breaks_the_file(void **state)
{
	static const char *const hostile[] = {
		"Il \"signor\" ${HOME} \\\nMario Rossi-Bianchi } entity \"x\" { kind = bomb }. "
		"Mario Rossi-Bianchi # parla.\n"
		"Mario Rossi-Bianchi AND NOT (Lucia Verdi) OR \"*\" ha detto AND OR NEAR/5 cose. "
		"AND OR NEAR/5 cose.",
		"\xe2\x80\xae"
		"abc \xf0\x9f\x98\x80 Mario Rossi-Bianchi: AND OR NEAR/5 cose, title:x @y =z",
		"", NULL};
	struct derivation *d = derived(*state, hostile);
	g_autofree char *filter = derivation_write(d);
	g_autoptr(GError) error = NULL;
	struct trial *trial = trial_new(filter, &error);
	if (error)
		print_error("%s\n%s\n", error->message, filter);
	assert_non_null(trial);
	trial_free(trial);
	derivation_free(d);
}

static void one_text_and_mixed_subjects_are_warned_of(void **state)
{
	const char *const one[] = {pair[0], NULL};
	const char *const mixed[] = {pair[0],
				     "Calcio\nL'Atletico Mirandese cambia proprietà. L'Atletico "
				     "Mirandese va al fondo Halcyon.",
				     "Cucina\nIl risotto di Casa Marini piace a tutti. Casa Marini "
				     "apre anche la domenica.",
				     NULL};
	struct derivation *d = derived(*state, one);
	assert_true(warned(d, "only one text"));
	derivation_free(d);
	d = derived(*state, mixed);
	assert_true(warned(d, "mixed subjects"));
	assert_int_equal(d->poles.count, 0);
	derivation_free(d);
	d = derived(*state, pair);
	assert_false(warned(d, "mixed subjects"));
	assert_false(warned(d, "shares no"));
	derivation_free(d);
}

static void what_is_pasted_twice_is_not_said_twice(void **state)
{
	const char *const texts[] = {
		"Prova\nIl patto navale prevede una base comune e una scuola di lingue sul mare "
		"prevede una base comune e "
		"una scuola di lingue sul mare.",
		"Prova due\nIl patto navale è firmato. Il patto navale vale dieci anni.",
		"Prova tre\nNel patto navale c'è anche una clausola sul porto.", NULL};
	struct derivation *d = derived(*state, texts);
	assert_true(has_phrase(d, "patto navale"));
	assert_false(has_phrase(d, "base comune"));
	assert_false(has_phrase(d, "scuola di lingue"));
	derivation_free(d);
}

static void the_same_article_twice_is_one(void **state)
{
	const char *const twice[] = {pair[0], pair[1], pair[2], pair[1], NULL};
	struct derivation *once = derived(*state, pair), *d = derived(*state, twice);
	assert_true(warned(d, "4.txt as 2.txt"));
	assert_int_equal(d->corpus->texts->len, 3);
	g_autofree char *left = derivation_write(once), *right = derivation_write(d);
	assert_string_equal(strstr(left, "\nfilter "), strstr(right, "\nfilter "));
	derivation_free(once);
	derivation_free(d);
}

static void a_title_that_stands_in_the_page_again_is_kept_once(void **state)
{
	const char *const texts[] = {
		"Putin e Kim a Pyongyang per il patto\nMenu\nPutin e Kim a Pyongyang per il "
		"patto\nLa Russia e la Corea "
		"del Nord hanno firmato un patto sulle munizioni, dice il Cremlino.\nMenu",
		NULL};
	struct derivation *d = derived(*state, texts);
	const char *text = d->corpus->texts->pdata[0];
	assert_true(g_str_has_prefix(text, "Putin e Kim a Pyongyang per il patto\nLa Russia"));
	assert_null(strstr(text, "Menu"));
	derivation_free(d);
}

static void the_stranger_among_texts_is_named(void **state)
{
	const char *const texts[] = {pair[0], pair[1], pair[2],
				     "Calcio\nL'Atletico Mirandese cambia proprietà. L'Atletico "
				     "Mirandese va al fondo Halcyon.",
				     NULL};
	struct derivation *d = derived(*state, texts);
	assert_true(warned(d, "4.txt: shares no"));
	derivation_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_spellings_of_a_name_are_one_group),
		cmocka_unit_test(a_known_name_does_not_cut_into_another),
		cmocka_unit_test(two_sides_are_found_by_where_they_meet),
		cmocka_unit_test(a_third_country_tells_of_the_side_it_contends_with),
		cmocka_unit_test(a_section_that_the_texts_are_not_of_speaks_against),
		cmocka_unit_test(two_words_in_long_texts_do_not_make_them_of_a_section),
		cmocka_unit_test(a_word_glued_to_a_known_name_does_not_change_it),
		cmocka_unit_test(short_names_must_be_written_as_they_are),
		cmocka_unit_test(a_demonym_beside_a_name_gives_its_side),
		cmocka_unit_test(tables_bring_those_of_a_side_that_no_text_names),
		cmocka_unit_test(page_furniture_is_dropped_and_listed),
		cmocka_unit_test(the_filter_compiles_and_finds_the_subject_in_another_language),
		cmocka_unit_test(topics_ask_for_the_word_in_all_languages),
		cmocka_unit_test(quotes_can_be_left_out),
		cmocka_unit_test(names_are_cut_where_they_begin_and_end),
		cmocka_unit_test(the_same_texts_give_the_same_file),
		cmocka_unit_test(nothing_in_a_text_breaks_the_file),
		cmocka_unit_test(one_text_and_mixed_subjects_are_warned_of),
		cmocka_unit_test(what_is_pasted_twice_is_not_said_twice),
		cmocka_unit_test(the_same_article_twice_is_one),
		cmocka_unit_test(a_title_that_stands_in_the_page_again_is_kept_once),
		cmocka_unit_test(the_stranger_among_texts_is_named),
	};
	return cmocka_run_group_tests(tests, open_world, close_world);
}
