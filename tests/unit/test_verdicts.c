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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_asks_for_matches_only_is_told_the_same),
		cmocka_unit_test(a_set_without_words_decides_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
