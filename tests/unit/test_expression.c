/* The language of `when`, as text.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/expression.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static const struct origin start = {NULL, 1, 1};

static char *canonical(const char *text)
{
	struct origin failed;
	g_autoptr(GError) error = NULL;
	struct node *node = expression_parse(text, &start, &failed, &error);
	if (!node)
		return g_strdup_printf("%u:%u: %s", failed.line, failed.column, error->message);
	char *out = expression_text(node);
	node_free(node);
	return out;
}

/* Its canonical form, which is canonical itself. */
static void assert_form(const char *text, const char *expected)
{
	g_autofree char *form = canonical(text);
	assert_string_equal(form, expected);
	g_autofree char *again = canonical(form);
	assert_string_equal(again, form);
}

static void assert_refused(const char *text, const char *expected)
{
	g_autofree char *form = canonical(text);
	if (!g_str_has_prefix(form, expected))
		print_error("%s: %s\n", text, form);
	assert_true(g_str_has_prefix(form, expected));
}

static void operators_bind_not_near_and_or(void **state)
{
	(void)state;
	assert_form("a", "a");
	assert_form("a b", "(a AND b)");
	assert_form("a AND b OR c", "((a AND b) OR c)");
	assert_form("a OR b AND c", "(a OR (b AND c))");
	assert_form("NOT a AND b", "(NOT a AND b)");
	assert_form("NOT (a OR b)", "NOT (a OR b)");
	assert_form("a AND b NEAR/3 c", "(a AND (b NEAR/3 c))");
	assert_form("a NEAR b", "(a NEAR/10 b)");
	assert_form("a NEAR/2 b NEAR/3 c", "((a NEAR/2 b) NEAR/3 c)");
	assert_form("a SENTENCE (b OR \"c d\")", "(a SENTENCE (b OR \"c d\"))");
	assert_form("NOT NOT a", "NOT NOT a");
}

static void leaves_have_their_marks(void **state)
{
	(void)state;
	assert_form("\"truppe nordcoreane\"", "\"truppe nordcoreane\"");
	assert_form("=Exact", "=\"Exact\"");
	assert_form("=\"Exact Form\"", "=\"Exact Form\"");
	assert_form("nordcorean*", "nordcorean*");
	assert_form("@kim AND @@russia", "(@kim AND @@russia)");
	assert_form("filter:other", "filter:other");
	assert_form("@\"Kim Jong-un\" AND @@\"North Korea\" filter:\"a b\"",
		    "(@\"Kim Jong-un\" AND @@\"North Korea\" AND filter:\"a b\")");
	assert_form("@\"kim\" @\"@\"", "(@kim AND @\"@\")");
	assert_form("age<2d OR age>12h", "(age<2d OR age>12h)");
	assert_form("/mis+il[ei]/", "/mis+il[ei]/");
	assert_form("/a\\/b\\d/", "/a\\/b\\d/");
	assert_form("*", "*");
}

static void fields_stand_before_terms_and_groups(void **state)
{
	(void)state;
	assert_form("title:a", "title:a");
	assert_form("title:\"a b\"", "title:\"a b\"");
	assert_form("title:(a OR b)", "(title:a OR title:b)");
	assert_form("body:a* author:=B category:c feed:d link:e lang:it",
		    "(body:a* AND author:=\"B\" AND category:c AND feed:d AND link:e AND lang:it)");
	assert_form("title:(a OR body:b)", "(title:a OR body:b)");
	assert_form("link:https://example.org/a", "link:https://example.org/a");
	assert_form("link:https://example.org/a?b=~c*d", "link:https://example.org/a?b=~c*d");
	assert_form("NOT title:a", "NOT title:a");
}

static void min_counts_its_terms(void **state)
{
	(void)state;
	assert_form("min(2; a, b OR c, \"d e\")", "min(2; a, (b OR c), \"d e\")");
	assert_refused("min(4; a, b)", "1:1: min(4; …) can never match: it has only 2 terms");
	assert_refused("min(0; a)", "1:1: expected min(number;");
	assert_refused("min(2; a, b", "1:12: expected , or )");
	assert_refused("min(2; a, )", "1:11: ");
}

static void other_search_languages_are_not_taken_for_words(void **state)
{
	(void)state;
	assert_refused("a -b", "1:3: '-b': what must not be there is NOT b");
	assert_refused("+a +b", "1:1: '+a': a + means nothing");
	assert_refused("nucl*re", "1:1: 'nucl*re': a * means nothing here; it stands only at");
	assert_refused("*are", "1:1: '*are': a *");
	assert_refused("=nucl*", "1:1: 'nucl*': a *");
	assert_refused("a~2", "1:1: 'a~2': a ~ means nothing");
	assert_refused("age=2d", "1:1: 'age=2d': a = means nothing");
	assert_refused("“mutua difesa”", "1:1: '“mutua': a phrase stands in plain quotation marks");
	assert_refused("a «b»", "1:3: '«b»': a phrase");
	assert_refused("a OR /b/i", "1:9: 'i' behind a regular expression");
	assert_refused("//", "1:1: nothing stands between the slashes");
	assert_refused("title:a NEAR/2 body:b", "1:9: this can never match");
	assert_refused("title:a SENTENCE (body:b OR body:c)", "1:9: this can never match");
	assert_form("title:a NEAR/2 b", "(title:a NEAR/2 b)");
	assert_form("KN-23 l'ONU dell’Aquila C++ U.S.",
		    "(KN-23 AND l'ONU AND dell’Aquila AND C++ AND U.S.)");
}

static void mistakes_say_where(void **state)
{
	(void)state;
	assert_refused("", "1:1: the expression ends");
	assert_refused("a AND", "1:6: the expression ends");
	assert_refused("(a OR b", "1:1: this parenthesis is never closed");
	assert_refused("a )", "1:3: ')' does not belong here");
	assert_refused("\"a", "1:1: this quotation mark is never closed");
	assert_refused("a AND \"\"", "1:7: nothing stands between");
	assert_refused("a\n  AND \"b", "2:7: this quotation mark");
	assert_refused("/ab", "1:1: this regular expression is never closed");
	assert_refused("a NEAR/0 b", "1:3: NEAR/0 b: expected a number of words");
	assert_refused("a NEAR/x b", "1:3: NEAR/x b: expected a number");
	assert_refused("a NEAR/5 NOT b", "1:3: NEAR and SENTENCE join");
	assert_refused("lang:it NEAR/5 b", "1:9: NEAR and SENTENCE join");
	assert_refused("age<2x", "1:1: 'age<2x': expected an age");
	assert_refused("perché AND title:", "1:18: ");
	assert_refused("titel:a", "1:1: there is no field 'titel:'; did you mean 'title:'?");
	assert_refused("@", "1:1: a word is missing");
	assert_refused("a OR OR b", "1:6: ");
	/* cut between characters, not inside one */
	assert_refused("a NEAR/perchééééé b", "1:3: NEAR/perchééééé: expected a number");
	assert_refused("a NEAR/朝鲜朝鲜朝鲜 b", "1:3: NEAR/朝鲜朝鲜朝鲜 b: expected a number");
}

static void nesting_and_size_are_bounded(void **state)
{
	(void)state;
	g_autoptr(GString) deep = g_string_new(NULL), nots = g_string_new(NULL),
			   wide = g_string_new("a");
	for (int i = 0; i < 20000; i++) {
		g_string_append_c(deep, '(');
		g_string_append(nots, "NOT ");
	}
	for (int i = 0; i < 30000; i++)
		g_string_append(wide, " (a)");
	g_string_append(nots, "a");
	g_autofree char *a = canonical(deep->str), *b = canonical(nots->str),
			*c = canonical(wide->str);
	assert_non_null(strstr(a, "nested more than"));
	assert_non_null(strstr(b, "nested more than"));
	assert_non_null(strstr(c, "nested more than"));
}

static void terms_without_marks_are_phrases(void **state)
{
	(void)state;
	static const struct {
		const char *text, *form;
	} terms[] = {{"mutua difesa", "\"mutua difesa\""},
		     {"ferrovia NEAR/8 Khasan", "(ferrovia NEAR/8 Khasan)"},
		     {"@kim", "@kim"},
		     {"nordcorean*", "nordcorean*"},
		     {"title:trattato", "title:trattato"},
		     {"A and B", "\"A and B\""}};
	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
		struct origin failed;
		struct node *node = expression_parse_term(terms[i].text, &start, &failed, NULL);
		assert_non_null(node);
		g_autofree char *form = expression_text(node);
		assert_string_equal(form, terms[i].form);
		node_free(node);
	}
}

static void places_count_the_escapes_of_the_file(void **state)
{
	(void)state;
	const struct origin quoted = {"\"\\\"a b\\\" AND )\"", 7, 10};
	struct origin failed;
	g_autoptr(GError) error = NULL;
	assert_null(expression_parse("\"a b\" AND )", &quoted, &failed, &error));
	assert_int_equal(failed.line, 7);
	assert_int_equal(failed.column, 10 + 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operators_bind_not_near_and_or),
		cmocka_unit_test(leaves_have_their_marks),
		cmocka_unit_test(fields_stand_before_terms_and_groups),
		cmocka_unit_test(min_counts_its_terms),
		cmocka_unit_test(mistakes_say_where),
		cmocka_unit_test(other_search_languages_are_not_taken_for_words),
		cmocka_unit_test(nesting_and_size_are_bounded),
		cmocka_unit_test(terms_without_marks_are_phrases),
		cmocka_unit_test(places_count_the_escapes_of_the_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
