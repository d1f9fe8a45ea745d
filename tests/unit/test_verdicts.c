/* The same verdict whatever was asked for.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/filter_fixture.h"

static void assert_same_texts(const GPtrArray *a, const GPtrArray *b)
{
	assert_int_equal(a->len, b->len);
	for (unsigned i = 0; i < a->len; i++)
		assert_string_equal(a->pdata[i], b->pdata[i]);
}

static void assert_same_verdict(const struct verdict *a, const struct verdict *b)
{
	assert_string_equal(a->filter, b->filter);
	assert_true(a->matched == b->matched && a->priority == b->priority);
	assert_true(a->score == b->score && a->threshold == b->threshold);
	assert_same_texts(a->missing, b->missing);
	assert_same_texts(a->path, b->path);
	assert_int_equal(a->hits->len, b->hits->len);
	for (unsigned i = 0; i < a->hits->len; i++) {
		const struct hit *x = &g_array_index(a->hits, struct hit, i);
		const struct hit *y = &g_array_index(b->hits, struct hit, i);
		assert_string_equal(x->term, y->term);
		assert_true(x->field == y->field && x->start == y->start && x->end == y->end &&
			    x->weight == y->weight);
	}
}

static void who_asks_for_matches_only_is_told_the_same(void **state)
{
	(void)state;
	struct bench b;
	const struct match_article article = {.title = "Missile su Kiev",
					      .body = "Un missile. I soldati a Kiev: due missili.",
					      .language = "it"};
	bench_open(&b, "filter \"or\" { when = 'drone OR soldato OR missile' }\n"
		       "filter \"and\" { when = 'Kiev AND (missile OR drone)' }\n"
		       "filter \"near\" { when = 'soldato NEAR/3 Kiev' priority = high }\n"
		       "filter \"not\" { when = 'missile AND NOT Kiev' }\n"
		       "filter \"only\" { when = 'Kiev' languages = { \"fr\" } }\n");
	g_autoptr(GPtrArray) all = matcher_match(b.matcher, &article, MATCH_ALL);
	g_autoptr(GPtrArray) some = matcher_match(b.matcher, &article, MATCH_MATCHED_ONLY);
	assert_int_equal(all->len, 5);
	assert_int_equal(some->len, 3);
	for (unsigned i = 0; i < some->len; i++)
		assert_same_verdict(some->pdata[i], all->pdata[i]);
	bench_close(&b);
}

/* Nothing to index: no owner, no pattern, no word of an article. */
static void a_set_without_words_decides_too(void **state)
{
	(void)state;
	static const enum match_detail details[] = {MATCH_MATCHED_ONLY, MATCH_CLOSE, MATCH_NEAR,
						    MATCH_ALL};
	const struct match_article nothing = {.title = "", .body = ""},
				   article = {.title = "Dal KN-23", .body = ""};
	struct bench b;
	bench_open(&b, "filter \"re\" { when = '/KN-[0-9]+/' }\n");
	for (size_t i = 0; i < G_N_ELEMENTS(details); i++) {
		g_autoptr(GPtrArray) none = matcher_match(b.matcher, &nothing, details[i]);
		g_autoptr(GPtrArray) one = matcher_match(b.matcher, &article, details[i]);
		assert_int_equal(none->len, details[i] == MATCH_ALL);
		assert_int_equal(one->len, 1);
	}
	bench_close(&b);
}

static void what_was_missing_is_told_part_by_part(void **state)
{
	(void)state;
	static const char entities[] =
		"entity \"kim\" { kind = person names = { \"Kim Jong-un\" } with = { \"Kim\" } }\n";
	static const struct {
		const char *when, *missing;
	} all[] = {
		{"@kim", "@kim: 'Kim' is a name of others, too, and no other entity of the filter "
			 "stands there by a sure one"},
		{"ferrovia NEAR/3 ponte",
		 "no (ferrovia NEAR/3 ponte): both are there, further apart"},
		{"ferrovia NEAR/3 diga", "no diga"},
		{"ferrovia NEAR/3 ponte NEAR/3 fiume", "no fiume"},
		{"ferrovia SENTENCE razzo",
		 "no (ferrovia SENTENCE razzo): both are there, in no sentence together"},
		{"title:ferrovia", "no title:ferrovia: it stands in the body only"},
		{"body:(diga OR Pyongyang)", "no (body:diga OR body:Pyongyang)"},
		{"age<2d ponte", "no age<2d: the article is older"},
		{"ponte lang:en", "no lang:en: the article is in another language"},
		{"ponte NOT razzo", "NOT razzo: it stands in the body"},
		{"ponte NOT lang:it", "NOT lang:it: it holds"},
		{"ponte NOT filter:g", "NOT filter:g: it holds"},
		{"(ponte AND fiume) OR (diga AND lago AND ponte)", "no fiume"},
		{"min(2; ponte, fiume, lago)", "1 of 2: min(2; ponte, fiume, lago)"},
	};
	const struct match_article article = {
		.title = "Kim a Pyongyang",
		.body = "La ferrovia non passa mai, proprio mai, da quelle parti dove è il ponte. "
			"Un razzo cade.",
		.language = "it",
		.published_at = 1000000000,
		.now = 1700000000,
	};
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autofree char *text = g_strdup_printf(
			"%sfilter \"f\" { when = '%s' }\nfilter \"g\" { when = ferrovia }",
			entities, all[i].when);
		struct bench b;
		bench_open(&b, text);
		g_autoptr(GPtrArray) verdicts = matcher_match(b.matcher, &article, MATCH_ALL);
		const struct verdict *v = verdicts->pdata[0];
		assert_false(v->matched);
		assert_string_equal(v->missing->pdata[v->missing->len - 1], all[i].missing);
		bench_close(&b);
	}
}

/* The lines of a score add up to it, also where it is limited. */
static void the_path_of_poles_adds_up_to_the_score(void **state)
{
	(void)state;
	static const char entities[] = "entity \"a\" { kind = country names = { \"Valdora\" } }\n"
				       "entity \"b\" { kind = country names = { \"Norgas\" } }\n";
	static const char *const poles[] = {"\"a\"", "\"a\", \"b\""};
	static const char *const texts[] = {"Valdora apre. Poi Valdora chiude, e Valdora tace.",
					    "Valdora e Norgas si accordano.", "Norgas tace."};
	for (size_t i = 0; i < G_N_ELEMENTS(poles) * G_N_ELEMENTS(texts); i++) {
		g_autofree char *text = g_strdup_printf("%sfilter \"f\" { poles = { %s } terms = { "
							"\"apre = 0.5\" } threshold = 1.55 }",
							entities, poles[i % 2]);
		const struct match_article article = {.title = "Valdora",
						      .body = texts[i / 2],
						      .language = "it",
						      .published_at = INT64_MIN};
		struct bench b;
		bench_open(&b, text);
		g_autoptr(GPtrArray) verdicts = matcher_match(b.matcher, &article, MATCH_ALL);
		const struct verdict *v = verdicts->pdata[0];
		double sum = 0;
		for (unsigned k = 0; k < v->path->len; k++)
			sum += g_ascii_strtod(v->path->pdata[k], NULL);
		assert_true(v->path->len > 0);
		assert_float_equal(sum, v->score, 0.02);
		bench_close(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_asks_for_matches_only_is_told_the_same),
		cmocka_unit_test(the_path_of_poles_adds_up_to_the_score),
		cmocka_unit_test(what_was_missing_is_told_part_by_part),
		cmocka_unit_test(a_set_without_words_decides_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
