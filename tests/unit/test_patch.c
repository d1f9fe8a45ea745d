/* Edits of a text, as a text and as a diff.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/patch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static const char *const text =
	"one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\n";

static void replace(GArray *edits, const char *part, const char *with)
{
	size_t start = (size_t)(strstr(text, part) - text);
	edits_add(edits, start, start + strlen(part), g_strdup(with));
}

static void edits_are_made_in_order_of_place(void **state)
{
	(void)state;
	g_autoptr(GArray) edits = edits_new();
	replace(edits, "eleven", "11");
	replace(edits, "two", "2\n2b");
	g_autofree char *made = edits_apply(text, edits);
	assert_string_equal(
		made, "one\n2\n2b\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n11\ntwelve\n");
}

static void far_changes_are_hunks_of_their_own(void **state)
{
	(void)state;
	g_autoptr(GArray) edits = edits_new();
	replace(edits, "two", "2\n2b");
	replace(edits, "eleven", "11");
	g_autofree char *diff = edits_diff("f", text, edits);
	assert_string_equal(
		diff, "--- f\n+++ f\n@@ -1,5 +1,6 @@\n one\n-two\n+2\n+2b\n three\n four\n five\n"
		      "@@ -8,5 +9,5 @@\n eight\n nine\n ten\n-eleven\n+11\n twelve\n");
}

static void near_changes_share_a_hunk(void **state)
{
	(void)state;
	g_autoptr(GArray) edits = edits_new();
	replace(edits, "two", "2");
	replace(edits, "four", "4");
	g_autofree char *diff = edits_diff("f", text, edits);
	assert_string_equal(diff, "--- f\n+++ f\n@@ -1,7 +1,7 @@\n one\n-two\n+2\n "
				  "three\n-four\n+4\n five\n six\n seven\n");
}

static void no_change_is_no_diff(void **state)
{
	(void)state;
	g_autoptr(GArray) edits = edits_new();
	g_autofree char *diff = edits_diff("f", text, edits), *made = edits_apply(text, edits);
	assert_string_equal(diff, "");
	assert_string_equal(made, text);
}

static void a_text_without_a_last_line_break_is_marked(void **state)
{
	(void)state;
	g_autoptr(GArray) edits = edits_new();
	edits_add(edits, 0, 1, g_strdup("b"));
	g_autofree char *diff = edits_diff("f", "a", edits);
	assert_string_equal(diff,
			    "--- f\n+++ f\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n"
			    "\\ No newline at end of file\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edits_are_made_in_order_of_place),
		cmocka_unit_test(far_changes_are_hunks_of_their_own),
		cmocka_unit_test(near_changes_share_a_hunk),
		cmocka_unit_test(no_change_is_no_diff),
		cmocka_unit_test(a_text_without_a_last_line_break_is_marked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
