/* What somebody probably meant.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static const char *const names[] = {"threshold", "title", "terms", "when"};

static void one_slip_finds_the_name(void **state)
{
	(void)state;
	assert_string_equal(nearest_name(names, 4, "treshold"), "threshold");
	assert_string_equal(nearest_name(names, 4, "tilte"), "title");
	assert_string_equal(nearest_name(names, 4, "wen"), "when");
}

static void a_strange_word_finds_nothing(void **state)
{
	(void)state;
	assert_null(nearest_name(names, 4, "zebra-crossing"));
	assert_null(nearest_name(names, 0, "title"));
	assert_null(nearest_name(names, 4, "q"));
}

static void an_endless_word_is_not_compared(void **state)
{
	(void)state;
	char word[4096];
	memset(word, 't', sizeof word - 1);
	word[sizeof word - 1] = 0;
	assert_null(nearest_name(names, 4, word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_slip_finds_the_name),
		cmocka_unit_test(a_strange_word_finds_nothing),
		cmocka_unit_test(an_endless_word_is_not_compared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
