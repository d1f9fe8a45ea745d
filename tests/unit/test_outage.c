/* Many hosts that fail alike are one trouble.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/outage.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define PAGE "not a feed: the root element is <html>"

static struct outage *outage;
static int64_t now;

static int set_up(void **state)
{
	(void)state;
	outage = outage_new();
	now = 1800000000;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	outage_free(outage);
	return 0;
}

/* Hosts [from, to) end with `why`; how many of those polls began or ended an outage. */
static unsigned polls(unsigned from, unsigned to, const char *why, unsigned step_s)
{
	unsigned changes = 0;
	for (unsigned n = from; n < to; n++, now += step_s) {
		g_autofree char *url = g_strdup_printf("http://host%u.example:8080/feed", n);
		changes += outage_note(outage, url, why, now) != OUTAGE_SAME;
	}
	return changes;
}

static void one_login_page_in_front_of_all_is_one_outage(void **state)
{
	int64_t since = 0;
	(void)state;
	assert_int_equal(polls(0, 9, PAGE, 1), 0);
	assert_null(outage_cause(outage, NULL));
	assert_int_equal(polls(9, 1000, PAGE, 1), 1);
	assert_string_equal(outage_cause(outage, &since), PAGE);
	assert_int_equal(since, 1800000009);
	assert_true(outage_covers(outage, PAGE));
	assert_false(outage_covers(outage, "the server answered with status 500"));
	assert_false(outage_covers(outage, NULL));
}

static void what_stands_in_brackets_is_not_compared(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 12; n++) {
		g_autofree char *why =
			g_strdup_printf("the host name cannot be resolved (host%u.example)", n);
		polls(n, n + 1, why, 1);
	}
	assert_string_equal(outage_cause(outage, NULL), "the host name cannot be resolved");
}

static void it_ends_when_hosts_answer_again(void **state)
{
	(void)state;
	polls(0, 20, PAGE, 1);
	now += 3600; /* hours later, each host asked seldom */
	assert_int_equal(polls(0, 15, NULL, 600), 0);
	assert_non_null(outage_cause(outage, NULL));
	assert_int_equal(polls(15, 20, NULL, 600), 1);
	assert_null(outage_cause(outage, NULL));
}

static void some_that_fail_among_many_are_no_outage(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 200; n += 5) {
		polls(n, n + 3, NULL, 1);
		polls(n + 3, n + 5, "the server answered with status 503", 1);
		assert_null(outage_cause(outage, NULL));
	}
}

static void failures_of_many_kinds_are_no_outage(void **state)
{
	static const char *const kinds[] = {PAGE, "no connection", "took too long"};
	(void)state;
	for (unsigned n = 0; n < 60; n++)
		assert_int_equal(polls(n, n + 1, kinds[n % 3], 1), 0);
}

static void one_host_with_many_feeds_is_one_host(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 100; n++)
		assert_int_equal(polls(7, 8, PAGE, 1), 0);
}

static void failures_of_a_whole_day_are_no_outage(void **state)
{
	(void)state;
	assert_int_equal(polls(0, 200, PAGE, 120), 0); /* two or three within five minutes */
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(one_login_page_in_front_of_all_is_one_outage),
		CASE(what_stands_in_brackets_is_not_compared),
		CASE(it_ends_when_hosts_answer_again),
		CASE(some_that_fail_among_many_are_no_outage),
		CASE(failures_of_many_kinds_are_no_outage),
		CASE(one_host_with_many_feeds_is_one_host),
		CASE(failures_of_a_whole_day_are_no_outage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
