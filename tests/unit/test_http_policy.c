/* What the headers of an answer ask of us.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/http_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#define NOW  INT64_C(1763700000) /* Fri, 21 Nov 2025 04:40:00 GMT */
#define WEEK HTTP_PAUSE_MAX_S

static void retry_after_is_obeyed_within_reason(void **state)
{
	/* rule R11: seconds from now, 0 for nothing */
	static const struct {
		const char *value;
		int64_t pause;
	} rows[] = {
		{"120", 120},
		{" 120 ", 120},
		{"0", 0},
		{"-5", 0},
		{"garbage", 0},
		{"", 0},
		{"1.5", 0},
		{"120s", 0},
		{"604800", WEEK},
		{"604801", WEEK},
		{"99999999999999999999", WEEK},
		{"1e18", 0},
		{"Fri, 21 Nov 2025 05:40:00 GMT", 3600},
		{"Friday, 21-Nov-25 05:40:00 GMT", 3600},
		{"Fri Nov 21 05:40:00 2025", 3600},
		{"Fri, 21 Nov 2025 03:40:00 GMT", 0},
		{"Fri, 31 Dec 9999 23:59:59 GMT", WEEK},
		{NULL, 0},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t until = http_retry_after(rows[i].value, NOW);
		int64_t expected = rows[i].pause ? NOW + rows[i].pause : 0;
		if (until != expected)
			print_message("Retry-After: %s\n",
				      rows[i].value ? rows[i].value : "(absent)");
		assert_int_equal(until, expected);
	}
}

static void freshness_is_max_age_minus_age_else_expires_minus_date(void **state)
{
	static const struct {
		const char *cache_control, *expires, *date, *age;
		int64_t pause;
	} rows[] = {
		{"max-age=3600", NULL, NULL, NULL, 3600},
		{"max-age=3600", NULL, NULL, "600", 3000},
		{"max-age=3600", NULL, NULL, "7200", 0},
		{"max-age=3600", NULL, NULL, "-1", 3600},
		{"max-age=3600", NULL, NULL, "x", 3600},
		{"public, MAX-AGE=60 , must-revalidate", NULL, NULL, NULL, 60},
		{"max-age=\"60\"", NULL, NULL, NULL, 60},
		{"max-age=60, max-age=120", NULL, NULL, NULL, 60},
		{"s-maxage=60", NULL, NULL, NULL, 0},
		{"no-cache", NULL, NULL, NULL, 0},
		{"no-store, max-age=0", NULL, NULL, NULL, 0},
		{"x-max-age=60", NULL, NULL, NULL, 0},
		{"max-age", NULL, NULL, NULL, 0},
		{"max-age=x", NULL, NULL, NULL, 0},
		{"max-age=999999999999999999999", NULL, NULL, NULL, WEEK},
		{NULL, "Fri, 21 Nov 2025 05:40:00 GMT", NULL, NULL, 3600},
		{NULL, "Fri, 21 Nov 2025 05:40:00 GMT", "Fri, 21 Nov 2025 05:10:00 GMT", NULL,
		 1800},
		{NULL, "Fri, 21 Nov 2025 03:40:00 GMT", NULL, NULL, 0},
		{NULL, "0", NULL, NULL, 0},
		{NULL, "-1", NULL, NULL, 0},
		{"max-age=60", "Fri, 21 Nov 2025 05:40:00 GMT", NULL, NULL, 60},
		{"no-cache", "Fri, 21 Nov 2025 05:40:00 GMT", NULL, NULL, 3600},
		{NULL, NULL, NULL, NULL, 0},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t until = http_fresh_until(rows[i].cache_control, rows[i].expires,
						 rows[i].date, rows[i].age, NOW);
		int64_t expected = rows[i].pause ? NOW + rows[i].pause : 0;
		if (until != expected)
			print_message("row %zu: %s\n", i, rows[i].cache_control);
		assert_int_equal(until, expected);
	}
}

static void validators_are_taken_if_they_can_be_sent_back(void **state)
{
	g_autofree char *longest = g_strnfill(1024, 'x'), *longer = g_strnfill(1025, 'x');
	(void)state;
	assert_true(http_validator_usable("\"abc\""));
	assert_true(http_validator_usable("W/\"a b\""));
	assert_true(http_validator_usable("Tue, 1 Jan 2030 0:00:00 GMT"));
	assert_true(http_validator_usable("\xc3\xa8\xff"));
	assert_true(http_validator_usable(longest));
	assert_false(http_validator_usable(longer));
	assert_false(http_validator_usable(""));
	assert_false(http_validator_usable(NULL));
	assert_false(http_validator_usable("a\r\nX-Evil: 1"));
	assert_false(http_validator_usable("a\tb"));
	assert_false(http_validator_usable("a\x7f"));
}

static void http_dates_come_in_three_forms(void **state)
{
	int64_t at;
	(void)state;
	assert_true(http_date("Sun, 06 Nov 1994 08:49:37 GMT", &at));
	assert_int_equal(at, 784111777);
	assert_true(http_date("Sunday, 06-Nov-94 08:49:37 GMT", &at));
	assert_int_equal(at, 784111777);
	assert_true(http_date("Sun Nov  6 08:49:37 1994", &at));
	assert_int_equal(at, 784111777);
	assert_false(http_date("soon", &at));
	assert_false(http_date(NULL, &at));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retry_after_is_obeyed_within_reason),
		cmocka_unit_test(freshness_is_max_age_minus_age_else_expires_minus_date),
		cmocka_unit_test(validators_are_taken_if_they_can_be_sent_back),
		cmocka_unit_test(http_dates_come_in_three_forms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
