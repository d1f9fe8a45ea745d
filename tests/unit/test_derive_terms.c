/* Example texts without two sides: what their words and names weigh.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/derive_fixture.h"

static void each_text_is_read_in_its_own_language(void **state)
{
	struct world *w = *state;
	const char *const texts[] = {
		"Il porto chiuso\nLe gru del porto di Valdora sono ferme da un mese. Chi lavora "
		"alle "
		"gru del porto non sa che cosa accadrà di loro, e la città aspetta.",
		"Gru ferme\nNon si muove una nave a Valdora, e le gru del porto sono vendute. Il "
		"sindaco "
		"dice che le gru del porto erano di tutti.",
		"The cranes of Valdora\nNothing has moved since May and the cranes of the harbour "
		"stand "
		"still. Those who work there say that this is the end of the harbour and of them.",
		"Cranes for sale\nThis is what they say in Valdora: that the harbour is lost, and "
		"the "
		"cranes with it. There has been no ship in the harbour since May.",
		NULL};
	struct derivation *d = derived(w, texts);
	assert_true(has_phrase(d, "the harbour"));
	derivation_free(d);
	g_autofree struct reference **others = g_new0(struct reference *, LANGUAGES);
	others[LANGUAGE_EN] = w->reference;
	w->options.references = (const struct reference *const *)others;
	d = derived(w, texts);
	w->options.references = NULL;
	assert_false(has_phrase(d, "the harbour"));
	assert_true(has_phrase(d, "harbour"));
	assert_true(has_phrase(d, "gru del porto"));
	derivation_free(d);
}

static const char *const hornets[] = {
	"Velutina, nidi a Valdora\nGli apicoltori di Valdora contano gli alveari perduti: la "
	"Velutina ha fatto "
	"nidi sui pioppi. Il pungiglione non serve, dicono gli apicoltori.",
	"Nidi sui pioppi\nLa Velutina passa il fiume. A Sarno gli apicoltori chiudono gli alveari, "
	"e i nidi "
	"sui pioppi vanno tolti di notte.",
	"Il calabrone che viene da lontano\nLa Velutina mangia api. Chi trova nidi li lasci dove "
	"sono, dicono gli "
	"apicoltori di Sarno, che hanno perso cento alveari.",
	"Alveari vuoti\nCon la Velutina gli alveari di Valdora si svuotano, e gli apicoltori "
	"chiedono aiuto al "
	"ministro.",
	NULL};

static double weight_in(const struct derivation *d, const char *text)
{
	for (unsigned i = 0; i < d->terms->len; i++) {
		const struct derived_term *term = &g_array_index(d->terms, struct derived_term, i);
		g_autofree char *own = derivation_term_text(d, term);
		if (g_strcmp0(own, text) == 0)
			return term->weight;
	}
	return 0;
}

static bool found_by(struct derivation *d, const char *text)
{
	bool found = false;
	trial_score(d->trial, text, true, &found);
	return found;
}

static void without_two_sides_terms_weigh_what_they_tell(void **state)
{
	struct derivation *d = derived(*state, hornets);
	assert_int_equal(d->poles.count, 1);
	assert_true(weight_in(d, "@velutina") > weight_in(d, "@valdora"));
	assert_true(weight_in(d, "@valdora") > 0);
	assert_true(weight_in(d, "alveari") > weight_in(d, "pioppi"));
	assert_true(weight_in(d, "@velutina") > weight_in(d, "alveari"));
	assert_float_equal(d->threshold, 1, 0.001);
	derivation_free(d);
}

static void what_does_not_say_the_name_is_found_by_the_rest(void **state)
{
	struct derivation *d = derived(*state, hornets);
	assert_non_null(d->trial);
	assert_true(found_by(d, "Nidi a Sarno\nGli apicoltori salvano gli alveari."));
	assert_false(found_by(d, "Il ministro a Sarno\nParla oggi con il presidente."));
	assert_false(found_by(d, "Il governo\nIl ministro della difesa parla con la Cina."));
	derivation_free(d);
}

static void ordinary_words_alone_reach_no_threshold(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 200; i++)
		reference_add(w->reference,
			      "Contano, chiudono e chiedono: aiuto di notte a chi viene da "
			      "lontano, e il fiume passa dove trova.");
	struct derivation *d = derived(w, hornets);
	g_autofree char *filter = derivation_write(d);
	assert_non_null(strstr(filter, "when = \"@velutina OR "));
	assert_false(found_by(
		d,
		"Notte\nContano, chiudono, chiedono aiuto di notte: chi viene da lontano passa il "
		"fiume dove trova."));
	for (unsigned i = 0; i < d->terms->len; i++) {
		const struct derived_term *term = &g_array_index(d->terms, struct derived_term, i);
		assert_false(term->core && term->phrase && term->phrase->lift < 100);
	}
	derivation_free(d);
}

static void who_is_in_the_news_every_day_tells_little(void **state)
{
	const char *const texts[] = {
		"Il caso di Valdora\nLa Farnesina segue il sequestro di Valdora, dice la Norgas.",
		"Norgas, il sequestro\nIl sequestro di Valdora finisce alla Farnesina, che tace.",
		"Sequestro, la Norgas a Valdora\nLa Farnesina manda un tecnico.", NULL};
	struct derivation *d = derived(*state, texts);
	assert_true(weight_in(d, "@farnesina") > 0);
	assert_true(weight_in(d, "@norgas") > 2 * weight_in(d, "@farnesina"));
	for (unsigned i = 0; i < d->terms->len; i++) {
		const struct derived_term *term = &g_array_index(d->terms, struct derived_term, i);
		assert_false(term->core && term->member &&
			     strcmp(term->member->id, "farnesina") == 0);
	}
	derivation_free(d);
}

static void an_ordinary_word_is_no_name_by_itself(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 2; i++)
		reference_add(w->reference, "Sul banco la guardia legge.");
	const char *const texts[] = {
		"Una sede in vendita\nNel Banco Valdora si vende la sede, e la Guardia costiera "
		"compra. Il Banco tace.",
		"La Guardia costiera compra\nLa Guardia costiera di Sarno entra nella sede. Il "
		"Banco Valdora ride.",
		"Una sede\nChi ha visto il Banco Valdora e la Guardia costiera? Il Banco Valdora "
		"non parla.",
		"Sarno\nIl Banco Valdora e la Guardia costiera di Sarno firmano.", NULL};
	struct derivation *d = derived(w, texts);
	assert_ptr_equal(group_with(d, "Banco"), group_with(d, "Banco Valdora"));
	const struct member *banco = member_called(d, "banco-valdora");
	assert_non_null(banco);
	assert_string_equal(banco->with->pdata[0], "Banco"); /* counts beside another name */
	assert_null(member_called(d, "guardia"));
	assert_true(has_phrase(d, "Guardia costiera di Sarno"));
	derivation_free(d);
}

static void what_one_text_names_is_not_enough(void **state)
{
	const char *const texts[] = {
		"Il faro di Capo Zeno\nPiove, il faro resta acceso. Lo dice Ugo Brandini.",
		"Una scuola nuova\nLavagne e banchi: Ada Nerini la apre a Porto Sarno.",
		"Lampare\nCon le lampare di Rocca Alta si pesca di notte.", NULL};
	struct derivation *d = derived(*state, texts);
	assert_true(weight_in(d, "@ugo-brandini") > 0);
	assert_true(weight_in(d, "@ugo-brandini") < 0.9);
	assert_false(found_by(d, "Il compleanno\nUgo Brandini ha cento anni."));
	derivation_free(d);
}

static void a_longer_name_is_no_second_term(void **state)
{
	const char *const texts[] = {
		"Norgas a Valdora\nChiude la Norgas Valdora, resta la Norgas Sarno. La Norgas "
		"tace.",
		"Sarno\nLa Norgas Sarno assume operai, dice la Norgas: ventuno.",
		"Valdora\nLa Norgas Valdora perde, e la Norgas cerca operai altrove, in ventuno.",
		"Operai\nLa Norgas ne cerca ventuno.", NULL};
	struct derivation *d = derived(*state, texts);
	assert_non_null(group_with(d, "Norgas Valdora"));
	assert_true(weight_in(d, "@norgas") > 0);
	assert_true(weight_in(d, "@norgas-valdora") == 0);
	assert_true(has_phrase(d, "operai"));
	assert_false(has_phrase(d, "ventuno")); /* a number is of no subject */
	derivation_free(d);
}

static void an_article_edited_a_little_is_the_same_article(void **state)
{
	g_autofree char *edited =
		g_strconcat("Alveari, allarme a Valdora\n", strchr(hornets[0], '\n') + 1,
			    " Lo dice Ada Neri.", NULL);
	const char *const texts[] = {hornets[0], hornets[1], edited, hornets[2], NULL};
	struct derivation *d = derived(*state, texts);
	assert_int_equal(d->corpus->texts->len, 3);
	assert_true(warned(d, "the same article twice, left out once: 3.txt as 1.txt"));
	derivation_free(d);
}

static void an_empty_text_is_left_out(void **state)
{
	const char *const texts[] = {hornets[0], " \n-\n", hornets[1], hornets[2], NULL};
	struct derivation *d = derived(*state, texts);
	assert_int_equal(d->corpus->texts->len, 3);
	assert_true(warned(d, "2.txt: empty, left out"));
	derivation_free(d);
	const char *const none[] = {"", "\n", NULL};
	d = derived(*state, none);
	assert_false(derivation_useful(d));
	derivation_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_text_is_read_in_its_own_language),
		cmocka_unit_test(a_longer_name_is_no_second_term),
		cmocka_unit_test(what_one_text_names_is_not_enough),
		cmocka_unit_test(who_is_in_the_news_every_day_tells_little),
		cmocka_unit_test(an_ordinary_word_is_no_name_by_itself),
		cmocka_unit_test(without_two_sides_terms_weigh_what_they_tell),
		cmocka_unit_test(what_does_not_say_the_name_is_found_by_the_rest),
		cmocka_unit_test(ordinary_words_alone_reach_no_threshold),
		cmocka_unit_test(an_article_edited_a_little_is_the_same_article),
		cmocka_unit_test(an_empty_text_is_left_out),
	};
	return cmocka_run_group_tests(tests, open_world, close_world);
}
