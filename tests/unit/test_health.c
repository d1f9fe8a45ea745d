/* How a feed is, in one word: each word reached, and left again.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "feeds/health.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define NOW  1800000000
#define HOUR 3600LL
#define DAY  86400LL

/* A feed of one entry every two hours that was asked a moment ago. */
static struct feed_state *healthy(void)
{
	struct feed_state *state = feed_state_new("http://e.example/feed");
	state->last_poll_at = state->last_success_at = NOW - 60;
	state->last_change_at = state->newest_entry_at = NOW - HOUR;
	state->rhythm_s = 2 * HOUR;
	state->last_status = 200;
	return state;
}

static void expect(const struct feed_state *state, const struct subscription *subscription,
		   const char *word)
{
	assert_string_equal(feed_health_name(feed_health(state, subscription, NOW)), word);
}

static void a_feed_that_brings_entries_is_fresh(void **unused)
{
	struct feed_state *state = healthy();
	(void)unused;
	expect(state, NULL, "fresh");
	feed_state_free(state);
}

static void before_the_first_poll_nothing_is_known(void **unused)
{
	struct feed_state *state = feed_state_new("http://e.example/feed");
	(void)unused;
	expect(state, NULL, "unpolled");
	feed_state_free(state);
}

static void a_pause_of_the_user_goes_before_all_else(void **unused)
{
	struct feed_state *state = healthy();
	struct subscription *s = subscription_new(state->url);
	(void)unused;
	s->paused = state->gone = true;
	expect(state, s, "paused");
	subscription_free(s);
	feed_state_free(state);
}

static void a_feed_is_silent_against_its_own_rhythm(void **unused)
{
	static const struct {
		int64_t rhythm_s, quiet_s;
		const char *word;
	} rows[] = {
		{600, DAY, "fresh"},
		{600, 2 * DAY + 1, "silent"}, /* never before two days */
		{DAY, 11 * DAY, "fresh"},
		{DAY, 12 * DAY + 1, "silent"}, /* twelve gaps */
		{7 * DAY, 29 * DAY, "fresh"},
		{0, 20 * DAY, "fresh"}, /* no rhythm is known */
	};
	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct feed_state *state = healthy();
		state->rhythm_s = (double)rows[i].rhythm_s;
		state->last_change_at = state->newest_entry_at = NOW - rows[i].quiet_s;
		expect(state, NULL, rows[i].word);
		assert_int_equal(feed_silent_since(state, NOW) != 0,
				 g_str_equal(rows[i].word, "silent"));
		feed_state_free(state);
	}
}

static void a_feed_without_anything_young_is_stale(void **unused)
{
	struct feed_state *state = healthy();
	(void)unused;
	state->newest_entry_at = state->last_change_at = NOW - 31 * DAY;
	expect(state, NULL, "stale");
	/* old dates on entries that came lately: a publisher that dates badly, or an archive */
	state->last_change_at = NOW - DAY;
	state->rhythm_s = (double)DAY;
	expect(state, NULL, "fresh");
	feed_state_free(state);
}

static void a_failure_is_failing_and_some_statuses_are_blocked(void **unused)
{
	static const struct {
		int status;
		const char *word;
	} rows[] = {{0, "failing"},   {404, "failing"}, {500, "failing"}, {503, "failing"},
		    {200, "failing"}, {401, "blocked"}, {403, "blocked"}, {407, "blocked"},
		    {429, "blocked"}, {451, "blocked"}};
	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct feed_state *state = healthy();
		state->failing_since = NOW - 60;
		state->failures = 1;
		state->last_status = rows[i].status;
		expect(state, NULL, rows[i].word);
		/* gone says more than the failure that it began with */
		state->gone = true;
		expect(state, NULL, "gone");
		feed_state_free(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_feed_that_brings_entries_is_fresh),
		cmocka_unit_test(before_the_first_poll_nothing_is_known),
		cmocka_unit_test(a_pause_of_the_user_goes_before_all_else),
		cmocka_unit_test(a_feed_is_silent_against_its_own_rhythm),
		cmocka_unit_test(a_feed_without_anything_young_is_stale),
		cmocka_unit_test(a_failure_is_failing_and_some_statuses_are_blocked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
