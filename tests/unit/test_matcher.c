/* Articles through filters.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/filter_fixture.h"

#define KIM                                                                                                  \
	"entity \"kim\" { kind = person names = { \"Kim Jong-un\", \"Ким Чен Ын\", \"김정은\" } " \
	"with = { \"Kim\" }\n"                                                                               \
	" not = { \"Kim Jong-il\" } }\n"
#define COREA                                                                                      \
	"entity \"corea\" { kind = country names = { \"Corea del Nord\", \"nordcoreano\", "        \
	"\"КНДР\", \"북한\", \"朝鲜\" }\n"                                                 \
	" not = { \"朝鲜半岛\" } }\n"
#define RUSSIA                                                                                       \
	"entity \"russia\" { kind = country names = { \"Russia\", \"Россия\", \"러시아\", " \
	"\"俄罗斯\" } }\n"

/* ---- operators
 * ----------------------------------------------------------------------------------------------------
 */

static void and_or_not_and_parentheses(void **state)
{
	(void)state;
	assert_true(when_matches("alfa AND (beta OR gamma) AND NOT delta", "it", "alfa", "gamma"));
	assert_false(when_matches("alfa AND (beta OR gamma) AND NOT delta", "it", "alfa",
				  "gamma delta"));
	assert_false(when_matches("alfa AND (beta OR gamma)", "it", "alfa", "delta"));
	assert_true(when_matches("NOT zeta", "it", "alfa", ""));
	assert_true(when_matches("NOT zeta", "it", "", ""));
	assert_true(when_matches("alfa beta", "it", "alfa", "beta"));
}

static void near_counts_words_in_any_order(void **state)
{
	(void)state;
	assert_true(when_matches("alfa NEAR/3 beta", "it", "", "alfa uno due beta"));
	assert_false(when_matches("alfa NEAR/3 beta", "it", "", "alfa uno due tre beta"));
	assert_true(when_matches("alfa NEAR/3 beta", "it", "", "beta uno due alfa"));
	assert_true(when_matches("alfa NEAR/1 beta", "it", "", "alfa beta"));
	assert_true(when_matches("\"alfa uno\" NEAR/2 beta", "it", "", "alfa uno due beta"));
	assert_false(when_matches("alfa NEAR/5 beta", "it", "alfa", "beta"));
	assert_true(when_matches("alfa NEAR/3 (beta OR gamma)", "it", "", "gamma alfa"));
	assert_false(when_matches("alfa NEAR/5 alfa", "it", "", "alfa"));
	assert_true(when_matches("alfa NEAR/5 alfa", "it", "", "alfa alfa"));
}

static void chains_of_near_share_their_middle(void **state)
{
	(void)state;
	assert_true(when_matches("alfa NEAR/2 beta NEAR/2 gamma", "it", "", "alfa beta gamma"));
	assert_false(when_matches("alfa NEAR/2 beta NEAR/2 gamma", "it", "",
				  "alfa beta uno due tre quattro cinque beta gamma"));
}

static void sentences_bound_what_stands_together(void **state)
{
	(void)state;
	assert_true(when_matches("alfa SENTENCE beta", "it", "",
				 "Uno due. Prima alfa con molte parole poi beta. Fine."));
	assert_false(when_matches("alfa SENTENCE beta", "it", "", "Prima alfa. Poi beta."));
	assert_false(when_matches("alfa SENTENCE beta", "it", "alfa", "beta"));
	assert_false(when_matches("\"alfa beta\"", "it", "", "Prima alfa. Beta poi."));
}

static void min_wants_so_many(void **state)
{
	(void)state;
	assert_true(when_matches("min(2; alfa, beta, gamma)", "it", "", "gamma e alfa"));
	assert_false(when_matches("min(2; alfa, beta, gamma)", "it", "", "gamma gamma"));
	assert_true(when_matches("min(2; NOT alfa, beta, gamma)", "it", "", "gamma"));
}

static void fields_limit_where_a_term_counts(void **state)
{
	(void)state;
	static const char *const categories[] = {"Esteri", "Corea del Nord", NULL};
	const struct match_article article = {
		.title = "titolo",
		.body = "corpo",
		.language = "it",
		.link = "https://www.example.org/esteri/russia-1.html",
		.feed = "https://feed.example.net/rss",
		.author = "Maria Rossi",
		.categories = categories,
		.published_at = INT64_MIN};
	static const struct {
		const char *when;
		bool matches;
	} cases[] = {
		{"title:titolo", true},
		{"title:corpo", false},
		{"body:corpo", true},
		{"body:titolo", false},
		{"author:rossi", true},
		{"rossi", false},
		{"author:\"maria rossi\"", true},
		{"category:\"corea del nord\"", true},
		{"category:\"esteri corea\"", false},
		{"feed:\"example net\"", true},
		{"link:russia", true},
		{"link:esteri AND NOT link:sport", true},
		{"lang:it", true},
		{"lang:en", false},
		{"lang:it-IT", true},
		{"titolo corpo", true},
		{"title:(titolo OR corpo)", true},
		{"link:/russia-\\d+/", true},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bench b;
		g_autofree char *text =
			g_strdup_printf("filter \"f\" { when = '%s' }", cases[i].when);
		bench_open(&b, text);
		bool matched = judge_article(&b, &article, "f")->matched;
		if (matched != cases[i].matches)
			print_error("%s\n", cases[i].when);
		assert_int_equal(matched, cases[i].matches);
		bench_close(&b);
	}
}

static void age_counts_from_publication(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, "filter \"f\" { when = 'alfa AND age<2d' } filter \"g\" { when = 'alfa AND "
		       "age>1h' }");
	struct match_article a = {.title = "alfa",
				  .body = "",
				  .language = "it",
				  .now = 1000000,
				  .published_at = 1000000};
	assert_true(judge_article(&b, &a, "f")->matched);
	assert_false(judge_article(&b, &a, "g")->matched);
	a.published_at -= 3 * 86400;
	assert_false(judge_article(&b, &a, "f")->matched);
	assert_true(judge_article(&b, &a, "g")->matched);
	a.published_at = INT64_MIN;
	assert_true(judge_article(&b, &a, "f")->matched);
	bench_close(&b);
}

static void regexes_search_and_point(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, "filter \"f\" { when = '/KN-?\\d{2}/' }");
	const struct match_article a = {.title = "", .body = "più kn23 laggiù", .language = "it"};
	const struct verdict *v = judge_article(&b, &a, "f");
	assert_true(v->matched);
	const struct hit *hit = &g_array_index(v->hits, struct hit, 0);
	assert_int_equal(hit->start, 5);
	assert_int_equal(hit->end, 9);
	bench_close(&b);
	assert_true(when_matches("alfa AND /b\\/c/", "it", "alfa", "b/c"));
}

static void a_catastrophic_text_is_stopped_and_reported(void **state)
{
	(void)state;
	struct bench b;
	g_autoptr(GString) body = g_string_new(NULL);
	for (int i = 0; i < 200000; i++)
		g_string_append(body, "aab ");
	bench_open(&b, "filter \"f\" { when = '/a.*b.*[cd]/ AND alfa' }"); /* harmless when short */
	const struct match_article a = {.title = "alfa", .body = body->str, .language = "it"};
	const struct verdict *v = judge_article(&b, &a, "f");
	assert_false(v->matched);
	bool said = false;
	for (unsigned i = 0; i < v->missing->len; i++)
		said = said || strstr(v->missing->pdata[i], "over the time budget");
	assert_true(said);
	assert_true(matcher_cut_short(b.matcher));
	bench_close(&b);
}

#define MANY_FILTERS 2000

/* Each filter asks for words that all others ask for, too; one megabyte of nothing but these words.
 */
static void a_megabyte_of_all_terms_is_cut_short_and_reported(void **state)
{
	(void)state;
	static const char *const words[] = {"ferro", "ponte", "diga",  "treno",
					    "porto", "monte", "fiume", "campo"};
	struct bench b;
	g_autoptr(GString) filters = g_string_new(NULL), body = g_string_new(NULL);
	for (unsigned i = 0; i < MANY_FILTERS; i++) {
		const char *one = words[i % 8], *two = words[i / 8 % 8], *three = words[i / 64 % 8];
		g_string_append_printf(
			filters,
			"filter \"f%u\" { when = '(%s NEAR/9 %s OR \"%s %s\" OR %s*) AND "
			"min(2; %s, %s, =%s, absent%u)' }\n",
			i, one, two, two, three, three, one, two, three, i);
	}
	for (unsigned i = 0; body->len < 1000000; i++)
		g_string_append_printf(body, "%s ", words[(i * 7 + i / 8) % 8]);
	bench_open(&b, filters->str);
	const struct match_article a = {.title = "ferro", .body = body->str, .language = "it"};
	const struct verdict *v = judge_article(&b, &a, "f100");
	const GPtrArray *said = v->matched ? v->path : v->missing;
	assert_true(matcher_cut_short(b.matcher));
	assert_non_null(strstr(said->pdata[said->len - 1], "over the time budget"));
	/* the next article is looked at whole */
	const struct match_article next = {
		.title = "ferro ponte", .body = "diga", .language = "it"};
	judge_article(&b, &next, "f100");
	assert_false(matcher_cut_short(b.matcher));
	bench_close(&b);
}

/* ---- entities
 * -----------------------------------------------------------------------------------------------------
 */

static void an_entity_has_one_name_in_every_script(void **state)
{
	(void)state;
	const char *filters = KIM "filter \"f\" { when = '@kim' }";
	assert_true(filter_matches(filters, "it", "", "Il leader Kim Jong-un ha detto"));
	assert_true(filter_matches(filters, "it", "", "Il leader Kim Jong Un ha detto"));
	assert_true(filter_matches(filters, "it", "", "Il leader Kim Jongun ha detto"));
	assert_true(filter_matches(filters, "ru", "", "Встреча с Ким Чен Ыном"));
	assert_true(filter_matches(filters, "ko", "", "김정은이 말했다"));
	assert_false(filter_matches(filters, "it", "", "Kim Jong-il era suo padre"));
}

static void an_ambiguous_name_needs_company(void **state)
{
	(void)state;
	const char *filters =
		KIM COREA "filter \"f\" { when = '@kim AND NOT zzz AND (@kim OR @corea)' }";
	assert_false(filter_matches(filters, "it", "", "Ieri Kim ha cantato a Milano"));
	assert_true(filter_matches(filters, "it", "", "Ieri Kim ha parlato in Corea del Nord"));
	assert_false(
		filter_matches(filters, "it", "", "La diva Kim Kardashian ama la Corea del Nord"));
	assert_true(filter_matches(filters, "it", "", "Ieri Kim Jong-un; poi Kim ha cantato"));
}

static void a_side_is_an_entity_and_all_who_belong_to_it(void **state)
{
	(void)state;
	const char *filters = RUSSIA
		"entity \"putin\" { kind = person side = \"russia\" names = { \"Putin\" } }\n"
		"filter \"f\" { when = '@@russia' } filter \"g\" { when = '@russia' }";
	struct bench b;
	bench_open(&b, filters);
	const struct match_article a = {.title = "Parla Putin", .body = "", .language = "it"};
	assert_true(judge_article(&b, &a, "f")->matched);
	assert_false(judge_article(&b, &a, "g")->matched);
	bench_close(&b);
}

static void capital_names_want_a_capital(void **state)
{
	(void)state;
	const char *filters = "entity \"m\" { names = { \"Mosca\" } } filter \"f\" { when = '@m' }";
	assert_true(filter_matches(filters, "it", "", "Un volo per Mosca è partito"));
	assert_false(filter_matches(filters, "it", "", "Una mosca è volata nella stanza"));
}

/* ---- scores
 * -------------------------------------------------------------------------------------------------------
 */

#define WEIGHTED                                                                                   \
	"filter \"f\" { when = 'NOT zeta'\n terms = { \"alfa = 1.5\", \"beta gamma = 1\", "        \
	"\"delta = -1\" }\n"                                                                       \
	" threshold = 2 priority = low raise = { \"high = 2.4\", \"critical = 9\" } }"

static void weights_add_up_to_thresholds_and_priorities(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, WEIGHTED);
	struct match_article a = {.title = "alfa", .body = "beta gamma, alfa", .language = "it"};
	const struct verdict *v = judge_article(&b, &a, "f");
	assert_true(v->matched && v->score == 2.5 && v->threshold == 2);
	assert_int_equal(v->priority, PRIORITY_HIGH);
	double sum = 0;
	for (unsigned i = 0; i < v->hits->len; i++)
		sum += g_array_index(v->hits, struct hit, i).weight;
	assert_true(sum == 2.5);
	a.body = "beta gamma delta";
	v = judge_article(&b, &a, "f");
	assert_false(v->matched);
	assert_string_equal(v->missing->pdata[0], "1.50 of 2.00");
	a.body = "beta gamma zeta";
	v = judge_article(&b, &a, "f");
	assert_false(v->matched);
	assert_non_null(strstr(v->missing->pdata[0], "NOT zeta: it stands in the body"));
	bench_close(&b);
}

static void of_alternatives_the_nearest_says_what_is_missing(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, "filter \"f\" { when = \"(alfa AND beta AND gamma) OR (delta AND NOT zeta) "
		       "OR eta\" }\n"
		       "filter \"m\" { when = \"min(3; alfa, beta, gamma, delta)\" }\n");
	struct match_article a = {.title = "alfa", .body = "gamma", .language = "it"};
	const struct verdict *v = judge_article(&b, &a, "f");
	assert_int_equal(v->missing->len, 1);
	assert_string_equal(v->missing->pdata[0], "no beta");
	v = judge_article(&b, &a, "m");
	assert_string_equal(v->missing->pdata[0], "2 of 3: min(3; alfa, beta, gamma, delta)");
	a.title = "delta zeta";
	a.body = "";
	v = judge_article(&b, &a, "f");
	assert_string_equal(v->missing->pdata[0], "NOT zeta: it stands in the title");
	a.title = "theta";
	v = judge_article(&b, &a, "f");
	assert_string_equal(v->missing->pdata[0],
			    "no ((alfa AND beta AND gamma) OR (delta AND NOT zeta) OR eta)");
	bench_close(&b);
}

static void a_filter_may_ask_another_one_whole(void **state)
{
	(void)state;
	const char *filters =
		"filter \"f\" { when = 'filter:scored AND NOT filter:plain' }\n"
		"filter \"scored\" { terms = { \"alfa = 1\", \"beta = 1\" } threshold = 2 }\n"
		"filter \"plain\" { when = gamma languages = { \"it\" } }\n";
	assert_true(filter_matches(filters, "it", "alfa", "beta"));
	assert_false(filter_matches(filters, "it", "alfa", "delta"));
	assert_false(filter_matches(filters, "it", "alfa", "beta gamma"));
	assert_true(filter_matches(filters, "en", "alfa of the year that was", "beta gamma"));
}

static void doubling_chains_of_filters_cost_one_look_each(void **state)
{
	(void)state;
	g_autoptr(GString) chain = g_string_new("filter \"f0\" { when = alfa }\n");
	for (int i = 1; i < 30; i++)
		g_string_append_printf(
			chain, "filter \"f%d\" { when = 'filter:f%d AND (filter:f%d OR beta)' }\n",
			i, i - 1, i - 1);
	g_string_append(chain, "filter \"f\" { when = 'filter:f29' }");
	assert_true(filter_matches(chain->str, "it", "alfa", ""));
	assert_false(filter_matches(chain->str, "it", "gamma", "beta"));
}

static void a_list_of_languages_keeps_others_out(void **state)
{
	(void)state;
	const char *filters = "filter \"f\" { when = alfa languages = { \"it\", \"ru\" } }";
	assert_true(filter_matches(filters, "it", "alfa", "la casa che è nella via"));
	assert_false(filter_matches(filters, "en", "alfa", "the house of the man"));
}

static void a_miss_for_its_language_says_which(void **state)
{
	(void)state;
	struct bench b;
	const struct match_article english = {.title = "alfa", .language = "en"};
	const struct match_article unknown = {.title = "un alfa"};
	bench_open(&b, "filter \"f\" { when = alfa languages = { it } priority = high }");
	const struct verdict *v = judge_article(&b, &english, "f");
	assert_string_equal(v->missing->pdata[0], "language en");
	assert_true(v->threshold == 1 && v->priority == PRIORITY_HIGH);
	v = judge_article(&b, &unknown, "f");
	assert_string_equal(v->missing->pdata[0], "language unknown");
	double sure = -1;
	assert_string_equal(matcher_language(b.matcher, &sure), "");
	assert_true(sure <= 0 && sure >= 0);
	bench_close(&b);
}
/* ---- verdicts
 * ------------------------------------------------------------------------------------------------------
 */

static void spans_point_into_the_original_bytes(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, COREA "filter \"f\" { when = '@corea AND \"mutua difesa\"' }");
	const struct match_article a = {.title = "Perché Corea del Nord?",
					.body = "È la MÙTUA  difésa: città",
					.language = "it"};
	const struct verdict *v = judge_article(&b, &a, "f");
	assert_true(v->matched);
	assert_int_equal(v->hits->len, 2);
	const struct hit *first = &g_array_index(v->hits, struct hit, 0), *second = first + 1;
	assert_int_equal(first->field, MATCH_TITLE);
	assert_int_equal(
		strncmp(a.title + first->start, "Corea del Nord", first->end - first->start), 0);
	assert_int_equal(first->end - first->start, strlen("Corea del Nord"));
	assert_int_equal(second->field, MATCH_BODY);
	assert_int_equal(second->end - second->start, strlen("MÙTUA  difésa"));
	assert_int_equal(
		strncmp(a.body + second->start, "MÙTUA  difésa", second->end - second->start), 0);
	assert_string_equal(second->term, "mutua difesa");
	assert_true(v->path->len > 0);
	bench_close(&b);
}

static void pairs_show_both_of_their_places(void **state)
{
	(void)state;
	static const char *const whens[] = {"ferrovia NEAR/8 Khasan", "ferrovia SENTENCE Khasan",
					    "(treno OR ferrovia) NEAR/5 (Khasan OR Rason)"};
	for (size_t i = 0; i < G_N_ELEMENTS(whens); i++) {
		struct bench b;
		g_autofree char *text = g_strdup_printf("filter \"f\" { when = '%s' }", whens[i]);
		bench_open(&b, text);
		const struct match_article a = {
			.title = "", .body = "La ferrovia da Khasan è aperta", .language = "it"};
		const struct verdict *v = judge_article(&b, &a, "f");
		assert_true(v->matched);
		assert_int_equal(v->hits->len, 2);
		assert_string_equal(g_array_index(v->hits, struct hit, 0).term, "ferrovia");
		assert_string_equal(g_array_index(v->hits, struct hit, 1).term, "Khasan");
		bench_close(&b);
	}
}

static void a_miss_says_what_was_missing(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, RUSSIA "filter \"f\" { when = 'alfa AND @@russia AND NOT title:beta' }\n"
			      "filter \"g\" { when = 'alfa' languages = { \"en\" } }");
	const struct match_article a = {.title = "beta", .body = "alfa", .language = "it"};
	const struct verdict *v = judge_article(&b, &a, "f");
	assert_int_equal(v->missing->len, 2);
	assert_string_equal(v->missing->pdata[0], "no name of side russia");
	assert_string_equal(v->missing->pdata[1], "NOT title:beta: it stands in the title");
	v = judge_article(&b, &a, "g");
	assert_string_equal(v->missing->pdata[0], "language it");
	bench_close(&b);
}

static void near_verdicts_are_those_with_something_in_the_article(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, "filter \"a\" { when = 'alfa AND beta' } filter \"b\" { when = 'gamma AND "
		       "delta' }\n"
		       "filter \"c\" { when = 'filter:d' } filter \"d\" { when = alfa }");
	const struct match_article a = {.title = "alfa", .body = "", .language = "it"};
	GPtrArray *near = matcher_match(b.matcher, &a, MATCH_NEAR);
	assert_int_equal(near->len, 3);
	assert_string_equal(((struct verdict *)near->pdata[0])->filter, "a");
	assert_false(((struct verdict *)near->pdata[0])->matched);
	assert_false(matcher_cut_short(b.matcher));
	assert_string_equal(((struct verdict *)near->pdata[1])->filter, "c");
	g_ptr_array_unref(near);
	bench_close(&b);
}

static GPtrArray *matched_by(struct bench *b, const char *title)
{
	const struct match_article article = {.title = title, .published_at = 1};
	return matcher_match(b->matcher, &article, MATCH_MATCHED_ONLY);
}

static unsigned hits_of(const GPtrArray *verdicts, unsigned i)
{
	return ((const struct verdict *)verdicts->pdata[i])->hits->len;
}

/* Verdicts that were freed serve again: of what they said nothing may be left. */
static void a_verdict_says_nothing_of_the_one_before_it(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, "filter \"a\" { when = 'alpha OR (beta AND NOT zeta) OR gamma' }\n"
		       "filter \"b\" { when = 'beta AND NOT gamma' }\n");
	for (int round = 0; round < 3; round++) {
		g_autoptr(GPtrArray) all = matched_by(&b, "alpha beta");
		assert_int_equal(all->len, 2);
		assert_int_equal(hits_of(all, 0), 2);
		assert_int_equal(hits_of(all, 1), 1);
		g_autoptr(GPtrArray) one = matched_by(&b, "beta gamma");
		assert_int_equal(one->len, 1);
		assert_int_equal(hits_of(one, 0), 2);
		assert_int_equal(hits_of(all, 0), 2);
		g_autoptr(GPtrArray) none = matched_by(&b, "delta");
		assert_int_equal(none->len, 0);
	}
	bench_close(&b);
}

static void verdicts_may_be_freed_after_their_matcher(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, "filter \"a\" { when = 'alpha' }\nfilter \"b\" { when = 'beta' }\n");
	GPtrArray *first = matched_by(&b, "alpha beta"), *second = matched_by(&b, "beta");
	g_ptr_array_unref(first);
	bench_close(&b);
	assert_int_equal(hits_of(second, 0), 1);
	g_ptr_array_unref(second);
}

static void the_language_is_declared_or_detected_and_how_surely(void **state)
{
	(void)state;
	static const struct {
		const char *declared, *body, *language;
	} cases[] = {
		{NULL, "Il presidente della regione ha detto che non è più possibile con gli altri",
		 "it"},
		{NULL, "The president of the region said that it is not possible to be with others",
		 "en"},
		{NULL, "Президент сказал, что это невозможно", "ru"},
		{NULL, "Президент сказав, що це неможливо і її країна є", "uk"},
		{NULL, "북한이 미사일을 발사했다", "ko"},
		{NULL, "朝鲜发射了导弹", "zh"},
		{NULL, "北朝鮮がミサイルを発射した", "ja"},
		{"it-IT", "Kim Jong Un", "it"},
		{"it",
		 "The president of the region said that it is not possible to be with others as it "
		 "was",
		 "en"},
		{"en", "북한이 미사일을 발사했다", "ko"},
		{NULL, "12345", ""},
	};
	struct bench b;
	bench_open(&b, "filter \"f\" { when = alfa }");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct match_article a = {
			.title = "", .body = cases[i].body, .language = cases[i].declared};
		double sure = -1;
		judge_article(&b, &a, "f");
		assert_string_equal(matcher_language(b.matcher, &sure), cases[i].language);
		assert_true(sure >= 0 && sure <= 1);
	}
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(and_or_not_and_parentheses),
		cmocka_unit_test(near_counts_words_in_any_order),
		cmocka_unit_test(chains_of_near_share_their_middle),
		cmocka_unit_test(sentences_bound_what_stands_together),
		cmocka_unit_test(min_wants_so_many),
		cmocka_unit_test(fields_limit_where_a_term_counts),
		cmocka_unit_test(age_counts_from_publication),
		cmocka_unit_test(regexes_search_and_point),
		cmocka_unit_test(a_catastrophic_text_is_stopped_and_reported),
		cmocka_unit_test(a_megabyte_of_all_terms_is_cut_short_and_reported),
		cmocka_unit_test(an_entity_has_one_name_in_every_script),
		cmocka_unit_test(an_ambiguous_name_needs_company),
		cmocka_unit_test(a_side_is_an_entity_and_all_who_belong_to_it),
		cmocka_unit_test(capital_names_want_a_capital),
		cmocka_unit_test(weights_add_up_to_thresholds_and_priorities),
		cmocka_unit_test(of_alternatives_the_nearest_says_what_is_missing),
		cmocka_unit_test(a_filter_may_ask_another_one_whole),
		cmocka_unit_test(doubling_chains_of_filters_cost_one_look_each),
		cmocka_unit_test(a_list_of_languages_keeps_others_out),
		cmocka_unit_test(a_miss_for_its_language_says_which),
		cmocka_unit_test(spans_point_into_the_original_bytes),
		cmocka_unit_test(pairs_show_both_of_their_places),
		cmocka_unit_test(a_miss_says_what_was_missing),
		cmocka_unit_test(near_verdicts_are_those_with_something_in_the_article),
		cmocka_unit_test(a_verdict_says_nothing_of_the_one_before_it),
		cmocka_unit_test(verdicts_may_be_freed_after_their_matcher),
		cmocka_unit_test(the_language_is_declared_or_detected_and_how_surely),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
