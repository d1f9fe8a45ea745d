/* What shows only when all files are read.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/filter_fixture.h"

#define FILTER(body) "filter \"f\" {\n " body "\n}\n"
#define E	     "entity \"corea\" { names = { \"Corea\" } }\n"

static void unknown_names_are_refused_with_the_nearest(void **state)
{
	(void)state;
	assert_problem(E FILTER("when = '@coera'"), true, 3, 10,
		       "there is no entity 'coera'; did you mean 'corea'?");
	assert_problem(
		"entity \"Kim Jong-un\" { names = { \"A\" } }\n" FILTER("when = '@Kim Jong-un'"),
		true, 3, 10, "there is no entity 'Kim'; did you mean '\"Kim Jong-un\"'?");
	assert_problem(E FILTER("when = 'x AND @@coreea'"), true, 3, 16, "did you mean 'corea'");
	assert_problem(FILTER("when = 'a OR filter:g'"), true, 2, 15, "there is no filter 'g'");
	assert_problem(E FILTER("poles = { \"corea\", \"rusia\" }\n threshold = 1"), true, 2, 1,
		       "no entity 'rusia'");
	assert_problem("entity \"a\" { names = { \"A\" } side = \"b\" }", true, 1, 1,
		       "side = 'b': there is no such entity");
}

static void what_can_never_match_is_refused(void **state)
{
	(void)state;
	assert_problem(FILTER("when = 'a AND NOT a'"), true, 2, 20, "both required and excluded");
	assert_problem(FILTER("when = '(a AND b) AND NOT (c OR A)'"), true, 2, 34,
		       "both required and excluded");
	assert_problem(FILTER("when = 'title:a AND NOT a'"), true, 2, 26,
		       "both required and excluded");
	assert_problem(FILTER("when = 'x OR (a b AND NOT (a b))'"), true, 2, 29,
		       "both required and excluded");
	assert_problem(FILTER("when = 'lang:it AND lang:en'"), true, 2, 27,
		       "an article is in it or in en");
	assert_problem(FILTER("when = 'a AND \"—\"'"), true, 2, 16, "has no letters");
	assert_problem(FILTER("when = 'lang:xx'"), true, 2, 15, "lang:xx: expected one of it, en");
	assert_problem(FILTER("terms = { \"a = 1\", \"b = 0.5\", \"c = -3\" }\n threshold = 2"),
		       true, 1, 1, "all its terms weigh 1.5, the threshold is 2");
	assert_problem("filter \"f\" { title = \"nothing\" }", true, 1, 1,
		       "neither when, terms nor poles");
	assert_problem("entity \"e\" { kind = person }", true, 1, 1, "has no names");
	assert_problem("entity \"e\" { names = { \"…\" } }", true, 1, 1, "'…' has no letters");
	assert_problem("entity \"e\" { names = { \"Kim\" } not = { \"Kim\" } }", true, 1, 1,
		       "it can never occur");
}

static void what_may_match_is_not_refused(void **state)
{
	(void)state;
	static const char *const fine[] = {
		FILTER("when = 'a AND NOT title:a'"),
		FILTER("when = 'a AND NOT \"a b\"'"),
		FILTER("when = 'x (lang:it OR lang:en)'"),
		FILTER("when = 'title:(a NEAR/5 b) c'"),
		FILTER("when = 'min(2; a, NOT a, b)'"),
		FILTER("when = 'a NEAR/5 a'"),
		FILTER("when = 'min(2; a, b, c) AND NOT c'"),
		FILTER("when = 'a AND NOT =A'"),
		FILTER("when = '(a OR b) AND NOT b'"),
		FILTER("when = 'a AND NOT (a NEAR/2 b)'"),
		FILTER("when = 'x age<2d AND NOT age<1d'"),
		FILTER("when = 'a AND b AND NOT (a b c)'"),
		FILTER("when = 'age<2d lang:it'\n terms = { \"a = 1\" }\n threshold = 1"),
	};
	for (size_t i = 0; i < G_N_ELEMENTS(fine); i++) {
		bool loaded;
		GPtrArray *problems = problems_of(fine[i], &loaded);
		if (problems->len)
			print_error("%s: %s\n", fine[i],
				    ((struct filter_problem *)problems->pdata[0])->text);
		assert_true(loaded && problems->len == 0);
		g_ptr_array_unref(problems);
	}
}

static void what_holds_only_with_the_excluded_is_refused(void **state)
{
	(void)state;
	static const char *const never[] = {
		FILTER("when = '\"a b\" AND NOT b'"),
		FILTER("when = 'a NEAR/3 b AND NOT b'"),
		FILTER("when = '=A AND NOT a'"),
		FILTER("when = 'min(2; a, b) AND NOT b'"),
		FILTER("when = 'min(2; a, a b) NOT a'"),
		FILTER("when = '=Nucleare AND NOT nucl*'"),
		FILTER("when = '(a b OR b c) AND NOT b'"),
		FILTER("when = 'title:a b NOT (a OR c)'"),
		FILTER("when = 'age<1d AND NOT age<2d'"),
		FILTER("when = 'a b AND NOT (b a)'"),
		E FILTER("when = '@corea AND NOT @@corea'"),
	};
	for (size_t i = 0; i < G_N_ELEMENTS(never); i++) {
		bool loaded;
		GPtrArray *problems = problems_of(never[i], &loaded);
		if (loaded)
			print_error("%s\n", never[i]);
		assert_false(loaded);
		assert_non_null(strstr(((struct filter_problem *)problems->pdata[0])->text,
				       "both required and excluded"));
		g_ptr_array_unref(problems);
	}
	assert_problem(FILTER("when = 'age<1d AND age>2d'"), true, 2, 21,
		       "nothing is both age<1d and age>2d");
	assert_problem(FILTER("when = 'title:a NEAR/3 body:b'"), true, 2, 18,
		       "one side stands in the title");
	assert_problem(E FILTER("poles = { \"corea\" }\n threshold = 5"), true, 2, 1,
		       "poles score at most 4.35");
}

static void thresholds_are_weighed(void **state)
{
	(void)state;
	assert_problem(FILTER("terms = { \"a = 1\" }"), true, 1, 1, "has terms but no threshold");
	assert_problem(E FILTER("poles = { \"corea\" }"), true, 2, 1, "poles but no threshold");
	assert_problem(FILTER("terms = { \"a = 2\" }\n threshold = 1\n raise = { \"high = 5\" }"),
		       false, 1, 1, "never reaches high = 5");
	assert_problem(FILTER("terms = { \"a = 2\" }\n threshold = 1\n priority = critical\n raise "
			      "= { \"high = 2\" }"),
		       false, 1, 1, "does not raise priority critical");
	assert_problem(FILTER("terms = { \"a = 2\" }\n threshold = 1\n raise = { \"high = 1\" }"),
		       false, 1, 1, "high = 1 is no more than the threshold 1");
	assert_problem(FILTER("terms = { \"a = 9\" }\n threshold = 1\n"
			      "raise = { \"high = 3\", \"critical = 2\" }"),
		       false, 1, 1, "high = 3 is never used: critical needs no more");
	assert_problem(FILTER("terms = { \"a = 1\", \"b = 0\" }\n threshold = 1"), false, 2, 22,
		       "weighs nothing");
	assert_problem(FILTER("terms = { \"a = 1\", \"a = 2\" }\n threshold = 1"), false, 2, 22,
		       "stands twice");
}

static void circles_are_found_through_terms_too(void **state)
{
	(void)state;
	assert_problem("filter \"f\" { when = 'filter:f' }", true, 1, 1, "circle");
	assert_problem("filter \"f\" { when = 'a AND NOT filter:g' }\n"
		       "filter \"g\" { terms = { \"filter:h = 1\" } threshold = 1 }\n"
		       "filter \"h\" { when = 'filter:f' }",
		       true, 1, 1, "circle");
	g_autoptr(GString) chain = g_string_new("filter \"f0\" { when = a }\n");
	for (int i = 1; i < 60; i++)
		g_string_append_printf(chain, "filter \"f%d\" { when = 'filter:f%d filter:f%d' }\n",
				       i, i - 1, i - 1);
	bool loaded;
	GPtrArray *problems = problems_of(
		chain->str, &loaded); /* doubles at every step if nothing is remembered */
	g_ptr_array_unref(problems);
}

static void regexes_are_tried_at_load(void **state)
{
	(void)state;
	assert_problem(FILTER("when = '/a(b/'"), true, 2, 10, "missing closing parenthesis");
	assert_problem(FILTER("when = '/(a+)+$/'"), true, 2, 10, "is too slow");
	assert_problem(FILTER("when = 'x OR /^(\\w+\\s?)*$/'"), true, 2, 15, "is too slow");
	assert_problem(FILTER("when = '/(a|aa)+b/'"), true, 2, 10, "is too slow");
	assert_problem(FILTER("when = '/(x+x+)+y/'"), true, 2, 10, "is too slow");
	assert_problem(FILTER("when = '/([a-z]+)*!/'"), true, 2, 10, "is too slow");
	bool loaded;
	GPtrArray *problems = problems_of(
		FILTER("when = '/KN-?\\d{2}/ OR /a.*b/ OR /\\b(missil|razz)[oi]\\b/ OR /.*x.*/'"),
		&loaded);
	assert_true(loaded && !problems->len);
	g_ptr_array_unref(problems);
}

static void broad_terms_are_warned_about(void **state)
{
	(void)state;
	assert_problem(FILTER("when = 'x OR a*'"), false, 2, 15, "nearly every article");
	assert_problem(FILTER("when = 'x AND lang:en'\n languages = { \"it\" }"), false, 2, 21,
		       "never holds");
	assert_problem(FILTER("when = 'NOT a'"), false, 2, 10, "nearly every article matches");
	assert_problem(FILTER("when = 'b OR NOT a'"), false, 2, 10, "nearly every article matches");
	assert_problem(FILTER("when = 'lang:it age<2d NOT a'"), false, 2, 10,
		       "nearly every article matches");
	assert_problem(FILTER("when = 'x AND /a*/'"), false, 2, 16, "content with nothing");
}

static void what_people_write_by_mistake_is_warned_about(void **state)
{
	(void)state;
	assert_problem(FILTER("when = 'a and b'"), false, 2, 12, "the keyword AND");
	assert_problem(FILTER("when = 'a near/3 b'"), false, 2, 12, "the keyword NEAR");
	assert_problem(FILTER("when = '\"a* b\" c'"), false, 2, 10, "in quotation marks");
	assert_problem(FILTER("when = 'min(2; a, b, a)'"), false, 2, 23, "stands twice");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_holds_only_with_the_excluded_is_refused),
		cmocka_unit_test(what_people_write_by_mistake_is_warned_about),
		cmocka_unit_test(unknown_names_are_refused_with_the_nearest),
		cmocka_unit_test(what_can_never_match_is_refused),
		cmocka_unit_test(what_may_match_is_not_refused),
		cmocka_unit_test(thresholds_are_weighed),
		cmocka_unit_test(circles_are_found_through_terms_too),
		cmocka_unit_test(regexes_are_tried_at_load),
		cmocka_unit_test(broad_terms_are_warned_about),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
