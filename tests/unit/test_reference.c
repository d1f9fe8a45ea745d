/* Frequencies of words: counted, written, read.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/reference.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static struct reference *loaded(const char *text, GError **error)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("vedetta-reference-XXXXXX", &path, NULL);
	assert_true(fd >= 0);
	g_close(fd, NULL);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	struct reference *r = reference_load(path, error);
	g_unlink(path);
	return r;
}

static void words_are_counted_with_their_capitals(void **state)
{
	(void)state;
	struct reference *r = reference_new();
	reference_add(r, "La Russia parla. Russia e Italia; la Russia tace.");
	struct reference_word russia = reference_word(r, "russia");
	assert_int_equal(russia.count, 3);
	assert_int_equal(russia.capital, 2); /* one begins a sentence */
	assert_int_equal(russia.sentences, 2);
	assert_int_equal(reference_word(r, "cina").count, 0);
	g_autofree char *file = reference_write(r, "a test");
	assert_non_null(strstr(file, "# tokens 9 types 6\n"));
	reference_free(r);
}

static void what_is_written_reads_back_the_same(void **state)
{
	(void)state;
	struct reference *r = reference_new();
	reference_add(r, "L'accordo è firmato. È l'accordo più grande dell'anno.");
	g_autofree char *text = reference_write(r, "a test");
	struct reference *again = loaded(text, NULL);
	assert_non_null(again);
	g_autofree char *second = reference_write(again, "a test");
	assert_string_equal(text, second);
	assert_int_equal(reference_word(again, "accordo").count, 2);
	assert_int_equal(reference_word(again, "è").count, 2);
	reference_free(again);
	reference_free(r);
}

static void a_broken_line_is_named(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;
	assert_null(loaded("# tokens 10\ndi\t5\t0\t4\nrotto\n", &error));
	assert_non_null(strstr(error->message, ":3:"));
	g_autoptr(GError) bytes = NULL;
	assert_null(loaded("d\xffi\t5\t0\t4\n", &bytes));
	assert_non_null(bytes);
}

static void an_empty_reference_knows_no_joint_word(void **state)
{
	(void)state;
	struct reference *r = reference_new();
	assert_false(reference_is_stop(r, "governo"));
	assert_true(reference_tokens(r) > 0);
	reference_free(r);
}

static void the_words_of_a_stem_count_together(void **state)
{
	(void)state;
	struct reference *r = reference_new();
	reference_add(r, "Chi porta il pane? Portano il pane a chi lo vuole portare.");
	assert_int_equal(reference_family(r, "port", "portare"), 1); /* no stems read */
	reference_read_stems(r, "italian");
	assert_int_equal(reference_family(r, "port", "portare"), 3);
	reference_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_counted_with_their_capitals),
		cmocka_unit_test(what_is_written_reads_back_the_same),
		cmocka_unit_test(a_broken_line_is_named),
		cmocka_unit_test(an_empty_reference_knows_no_joint_word),
		cmocka_unit_test(the_words_of_a_stem_count_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
