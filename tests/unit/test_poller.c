/* The order of polls, in virtual time.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/poller.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static int64_t clock_s;
static GPtrArray *started;

static int64_t now(void *data)
{
	(void)data;
	return clock_s;
}

static void start(struct feed *feed, void *data)
{
	(void)data;
	g_ptr_array_add(started, feed);
}

static struct poller *new_poller(unsigned max_parallel, unsigned spread_s)
{
	const struct poller_options options = {
		.max_parallel = max_parallel, .spread_s = spread_s, .start = start, .now = now};
	clock_s = 1000000;
	started = g_ptr_array_new();
	return poller_new(&options);
}

static struct feed *add(struct poller *poller, const char *url, int64_t due)
{
	struct feed_state *state = feed_state_new(url);
	state->next_poll_at = due;
	struct feed *feed = feed_new(subscription_new(url), state);
	poller_add(poller, feed);
	return feed;
}

static void end(struct poller *poller)
{
	poller_free(poller);
	g_ptr_array_unref(started);
}

static void feeds_start_when_due_and_in_order(void **state)
{
	struct poller *poller = new_poller(10, 0);
	(void)state;
	struct feed *late = add(poller, "http://b/", clock_s + 20);
	struct feed *early = add(poller, "http://a/", clock_s + 10);
	assert_int_equal(poller_turn(poller), clock_s + 10);
	clock_s += 30;
	poller_turn(poller);
	assert_int_equal(started->len, 2);
	assert_ptr_equal(started->pdata[0], early);
	assert_ptr_equal(started->pdata[1], late);
	poller_turn(poller);
	assert_int_equal(started->len, 2);
	early->state->next_poll_at = clock_s + 5;
	poller_done(poller, early);
	assert_int_equal(poller_turn(poller), clock_s + 5);
	end(poller);
}

static void no_more_than_max_parallel_run(void **state)
{
	struct poller *poller = new_poller(2, 0);
	(void)state;
	for (int i = 0; i < 5; i++) {
		g_autofree char *url = g_strdup_printf("http://h%d/", i);
		add(poller, url, clock_s);
	}
	poller_turn(poller);
	assert_int_equal(started->len, 2);
	struct feed *first = started->pdata[0];
	first->state->next_poll_at = clock_s + 900;
	poller_done(poller, first);
	poller_turn(poller);
	assert_int_equal(started->len, 3);
	end(poller);
}

static bool is_busy(void *data)
{
	(void)data;
	return started->len >= 3;
}

static void nothing_starts_while_what_came_waits_to_be_read(void **state)
{
	const struct poller_options options = {.max_parallel = 10, .start = start, .busy = is_busy, .now = now};
	struct poller *poller;
	(void)state;
	clock_s = 1000000;
	started = g_ptr_array_new();
	poller = poller_new(&options);
	for (int i = 0; i < 5; i++) {
		g_autofree char *url = g_strdup_printf("http://h%d/", i);
		add(poller, url, clock_s);
	}
	assert_int_equal(poller_turn(poller), INT64_MAX); /* until something ends */
	assert_int_equal(started->len, 3);
	struct feed *first = g_ptr_array_steal_index(started, 0);
	first->state->next_poll_at = clock_s + 900;
	poller_done(poller, first);
	poller_turn(poller);
	assert_int_equal(started->len, 3);
	assert_int_equal(poller_running(poller), 3);
	end(poller);
}

static void overdue_feeds_are_spread_at_start(void **state)
{
	struct poller *poller = new_poller(1000, 600);
	(void)state;
	for (int i = 0; i < 300; i++) {
		g_autofree char *url = g_strdup_printf("http://h%d/", i);
		add(poller, url, clock_s - 5000);
	}
	poller_turn(poller);
	assert_true(started->len < 20);
	for (int i = 0; i < 60; i++) {
		clock_s += 10;
		poller_turn(poller);
	}
	assert_int_equal(started->len, 300);
	end(poller);
}

static void a_removed_feed_ends_its_poll_first(void **state)
{
	struct poller *poller = new_poller(10, 0);
	(void)state;
	struct feed *feed = add(poller, "http://a/", clock_s);
	poller_turn(poller);
	poller_remove(poller, feed);
	assert_null(poller_find(poller, "http://a/"));
	poller_done(poller, feed);
	assert_int_equal(poller_running(poller), 0);
	end(poller);
}

static void a_clock_set_back_ten_years_pauses_nobody(void **state)
{
	struct poller *poller = new_poller(10, 60);
	(void)state;
	add(poller, "http://a/", clock_s + 100);
	clock_s -= 10LL * 365 * 86400;
	poller_clock_jumped(poller, 900);
	assert_true(poller_turn(poller) <= clock_s + 900);
	end(poller);
}

static void a_clock_set_forward_makes_no_burst(void **state)
{
	struct poller *poller = new_poller(1000, 600);
	(void)state;
	for (int i = 0; i < 300; i++) {
		g_autofree char *url = g_strdup_printf("http://h%d/", i);
		add(poller, url, clock_s + i);
	}
	clock_s += 365LL * 86400;
	poller_clock_jumped(poller, 900);
	poller_turn(poller);
	assert_true(started->len < 20);
	end(poller);
}

static void paused_and_gone_feeds_are_left_alone(void **state)
{
	struct poller *poller = new_poller(10, 0);
	(void)state;
	struct feed *gone = add(poller, "http://a/", clock_s + 1);
	gone->state->gone = true;
	poller_clock_jumped(poller, 900);
	clock_s += 100;
	assert_int_equal(poller_turn(poller), INT64_MAX);
	assert_int_equal(started->len, 0);
	end(poller);
}

static void a_turn_while_all_feeds_are_polled_is_not_late(void **state)
{
	struct poller *poller = new_poller(10, 600);
	(void)state;
	struct feed *feed = add(poller, "http://a/", clock_s + 1);
	clock_s += 1;
	poller_turn(poller);
	assert_int_equal(poller_turn(poller), INT64_MAX);
	feed->state->next_poll_at = clock_s - 1;
	poller_done(poller, feed);
	poller_turn(poller);
	assert_int_equal(started->len, 2);
	end(poller);
}

/* How many of the polls under way are of this host. */
static unsigned under_way(const char *host)
{
	unsigned count = 0;
	for (unsigned i = 0; i < started->len; i++)
		count +=
			strstr(((struct feed *)started->pdata[i])->subscription->url, host) != NULL;
	return count;
}

static void a_host_with_many_feeds_leaves_places_to_others(void **state)
{
	const struct poller_options options = {
		.max_parallel = 32, .max_per_host = 3, .start = start, .now = now};
	(void)state;
	clock_s = 1000000;
	started = g_ptr_array_new();
	struct poller *poller = poller_new(&options);
	for (int i = 0; i < 10000; i++) {
		g_autofree char *url = g_strdup_printf("http://big.example/%d", i);
		add(poller, url, clock_s);
	}
	for (int i = 0; i < 20; i++) {
		g_autofree char *url = g_strdup_printf("http://small%d.example/", i);
		add(poller, url, clock_s + 1);
	}
	clock_s += 2;
	poller_turn(poller);
	assert_int_equal(under_way("big"), 3);
	assert_int_equal(under_way("small"), 20);
	/* one after another they all have their turn; an answer is enough to let the next one begin
	 */
	for (unsigned i = 0; i < started->len; i++) {
		struct feed *feed = started->pdata[i];
		feed->state->next_poll_at = clock_s + 900;
		if (i % 2)
			poller_answered(poller, feed);
		poller_turn(poller);
		assert_in_range(poller_running(poller), 1, 32);
		poller_done(poller, feed);
		poller_turn(poller);
	}
	assert_int_equal(started->len, 10020);
	assert_int_equal(poller_running(poller), 0);
	end(poller);
}

static void feeds_that_wait_for_their_host_may_go_and_come(void **state)
{
	const struct poller_options options = {
		.max_parallel = 32, .max_per_host = 1, .start = start, .now = now};
	(void)state;
	clock_s = 1000000;
	started = g_ptr_array_new();
	struct poller *poller = poller_new(&options);
	struct feed *first = add(poller, "http://h.example/1", clock_s),
		    *second = add(poller, "http://h.example/2", clock_s);
	add(poller, "http://h.example/3", clock_s);
	add(poller, "http://h.example/4", clock_s);
	poller_turn(poller);
	assert_int_equal(started->len, 1);
	assert_ptr_equal(started->pdata[0], first);
	assert_true(second->waits);
	poller_remove(poller, second); /* while it waits */
	poller_remove(poller, first);  /* while it is polled */
	poller_clock_jumped(poller, 60);
	poller_done(poller, first);
	for (int i = 0; i < 3; i++, clock_s += 60) {
		poller_turn(poller);
		for (unsigned k = 1; k < started->len; k++) {
			struct feed *feed = started->pdata[k];
			if (!feed->polling)
				continue;
			feed->state->next_poll_at = clock_s + 100000;
			poller_done(poller, feed);
		}
	}
	assert_int_equal(started->len, 3);
	end(poller);
}

static void feeds_that_answered_go_before_those_that_did_not(void **state)
{
	struct poller *poller = new_poller(2, 0);
	(void)state;
	for (int i = 0; i < 100; i++) {
		g_autofree char *url = g_strdup_printf("http://hung%d.example/", i);
		struct feed *hung = add(poller, url, clock_s + 1);
		hung->state->failures = 1;
	}
	struct feed *good = add(poller, "http://good.example/", clock_s + 5);
	clock_s += 2;
	poller_turn(poller);
	assert_int_equal(started->len, 2); /* both places are taken by hung ones */
	good->state->last_success_at = clock_s - 1000;
	poller_ask_now(poller, good);
	clock_s += 10;
	struct feed *ended = started->pdata[0];
	ended->state->next_poll_at = clock_s + 900;
	poller_done(poller, ended);
	poller_turn(poller);
	assert_int_equal(started->len, 3);
	assert_ptr_equal(started->pdata[2], good);
	end(poller);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(feeds_start_when_due_and_in_order),
		cmocka_unit_test(no_more_than_max_parallel_run),
		cmocka_unit_test(overdue_feeds_are_spread_at_start),
		cmocka_unit_test(a_removed_feed_ends_its_poll_first),
		cmocka_unit_test(a_clock_set_back_ten_years_pauses_nobody),
		cmocka_unit_test(nothing_starts_while_what_came_waits_to_be_read),
		cmocka_unit_test(a_clock_set_forward_makes_no_burst),
		cmocka_unit_test(paused_and_gone_feeds_are_left_alone),
		cmocka_unit_test(a_host_with_many_feeds_leaves_places_to_others),
		cmocka_unit_test(feeds_that_wait_for_their_host_may_go_and_come),
		cmocka_unit_test(feeds_that_answered_go_before_those_that_did_not),
		cmocka_unit_test(a_turn_while_all_feeds_are_polled_is_not_late),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
