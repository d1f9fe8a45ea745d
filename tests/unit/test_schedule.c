/* When a feed is asked again: rules one by one, and months in virtual time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE	60
#define HOUR	3600
#define DAY	INT64_C(86400)
#define NOW	INT64_C(1763683200) /* Fri, 21 Nov 2025 00:00:00 UTC */
#define FLOOR	(15 * MINUTE)
#define CEILING DAY

static const struct schedule_limits limits = {FLOOR, CEILING};

static int64_t pause_of(const struct feed_state *state, double chance)
{
	return schedule_next(state, NULL, &limits, NOW, chance) - NOW;
}

static void an_unknown_feed_is_asked_at_the_floor(void **state)
{
	struct feed_state feed = {0};
	(void)state;
	assert_int_equal(pause_of(&feed, 0), FLOOR);
	assert_in_range(pause_of(&feed, 0.999), FLOOR + 1, FLOOR * 6 / 5);
}

static void the_rhythm_is_kept_between_floor_and_ceiling(void **state)
{
	static const struct {
		double rhythm;
		int64_t pause;
	} rows[] = {{60, FLOOR}, {HOUR, HOUR / 2}, {6 * HOUR, 3 * HOUR}, {30.0 * DAY, CEILING}};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct feed_state feed = {.rhythm_s = rows[i].rhythm};
		assert_int_equal(pause_of(&feed, 0), rows[i].pause);
	}
}

static void a_subscription_has_its_own_bounds(void **state)
{
	struct feed_state busy = {.rhythm_s = 60}, slow = {.rhythm_s = 30.0 * DAY};
	struct subscription own = {.interval_min_s = 2 * HOUR, .interval_max_s = 6 * HOUR};
	struct subscription upside_down = {.interval_min_s = 2 * HOUR, .interval_max_s = HOUR};
	(void)state;
	assert_int_equal(schedule_next(&busy, &own, &limits, NOW, 0), NOW + 2 * HOUR);
	assert_int_equal(schedule_next(&slow, &own, &limits, NOW, 0), NOW + 6 * HOUR);
	assert_int_equal(schedule_next(&slow, &upside_down, &limits, NOW, 0), NOW + 2 * HOUR);
}

static void wishes_of_the_server_are_lower_bounds(void **state)
{
	struct feed_state feed = {.cache_until = NOW + 2 * HOUR};
	(void)state;
	assert_in_range(pause_of(&feed, 0), 2 * HOUR, 2 * HOUR + MINUTE);
	feed = (struct feed_state){.retry_after = NOW + 3 * HOUR, .cache_until = NOW + 2 * HOUR};
	assert_in_range(pause_of(&feed, 0.9), 3 * HOUR, 3 * HOUR + MINUTE);
	feed = (struct feed_state){.ttl_s = 5 * HOUR};
	assert_int_equal(pause_of(&feed, 0), 5 * HOUR);
	feed = (struct feed_state){.ttl_s = 60};
	assert_int_equal(pause_of(&feed, 0), FLOOR);
	feed = (struct feed_state){.retry_after = NOW - 5, .cache_until = NOW - 5};
	assert_int_equal(pause_of(&feed, 0), FLOOR);
}

static void no_ttl_silences_a_feed_for_longer_than_a_week(void **state)
{
	struct feed_state feed = {.ttl_s = 365 * DAY};
	(void)state;
	assert_int_equal(pause_of(&feed, 0), 7 * DAY);
}

static void hours_and_days_to_skip_are_skipped(void **state)
{
	struct feed_state feed = {.skip_hours = 0x3f}; /* midnight to six */
	(void)state;
	assert_in_range(pause_of(&feed, 0.5), 6 * HOUR, 7 * HOUR - 1);
	feed = (struct feed_state){.skip_days = 1 << 5}; /* Friday */
	assert_in_range(pause_of(&feed, 0.5), DAY, DAY + HOUR);
	feed = (struct feed_state){.skip_days = 1 << 5 | 1 << 6 | 1 << 0, .skip_hours = 1};
	assert_in_range(pause_of(&feed, 0), 3 * DAY + HOUR, 3 * DAY + HOUR);
	feed = (struct feed_state){.skip_hours = 0xffffff};
	assert_int_equal(pause_of(&feed, 0), FLOOR);
	feed = (struct feed_state){.skip_days = 0x7f};
	assert_int_equal(pause_of(&feed, 0), FLOOR);
}

static void failures_back_off_and_never_stop(void **state)
{
	static const int statuses[] = {0, 500, 503, 429, 404, 403, 401, 400};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		int64_t before = 0;
		for (unsigned failures = 1; failures < 5000; failures = failures * 2 + 1) {
			struct feed_state feed = {.failures = failures,
						  .last_status = statuses[i],
						  .failing_since = NOW - failures * HOUR};
			int64_t pause = pause_of(&feed, 0);
			assert_true(pause >= before || before >= DAY);
			assert_in_range(pause, FLOOR, statuses[i] == 401 ? 30 * DAY : 7 * DAY);
			before = pause;
		}
		assert_true(before >= DAY);
	}
}

static void too_many_requests_without_a_hint_is_an_hour_at_least(void **state)
{
	struct feed_state feed = {.failures = 1, .last_status = 429, .failing_since = NOW};
	(void)state;
	assert_int_equal(pause_of(&feed, 0), HOUR);
	feed.failures = 2;
	assert_int_equal(pause_of(&feed, 0), 2 * HOUR);
	feed.failures = 40;
	assert_int_equal(pause_of(&feed, 0), DAY);
}

static void an_absent_feed_is_asked_daily_then_weekly(void **state)
{
	struct feed_state feed = {
		.failures = 10, .last_status = 404, .failing_since = NOW - 2 * DAY};
	(void)state;
	assert_int_equal(pause_of(&feed, 0), DAY);
	feed.failing_since = NOW - 8 * DAY;
	assert_int_equal(pause_of(&feed, 0), 7 * DAY);
}

/* ---- virtual time ---- */

struct world {
	struct feed_state feed;
	int64_t now, published_at, published_before; /* last article; that of the last poll */
	int64_t (*next_article)(int64_t after);
	unsigned polls, found;
	int64_t shortest, longest; /* pauses */
	uint32_t seed;
};

static double chance(struct world *world)
{
	world->seed = world->seed * 1664525u + 1013904223u;
	return (world->seed >> 8) / (double)(1 << 24);
}

static unsigned publish(struct world *world)
{
	unsigned fresh = 0;
	for (int64_t next; (next = world->next_article(world->published_at)) <= world->now; fresh++)
		world->published_at = next;
	return fresh;
}

static void wait_for_next(struct world *world)
{
	int64_t next = schedule_next(&world->feed, NULL, &limits, world->now, chance(world));
	world->shortest = MIN(world->shortest ? world->shortest : INT64_MAX, next - world->now);
	world->longest = MAX(world->longest, next - world->now);
	world->now = next;
	world->polls++;
}

static void poll_once(struct world *world)
{
	unsigned fresh = publish(world);

	world->found += fresh;
	world->feed.last_poll_at = world->now;
	schedule_learn(&world->feed, fresh, NULL, 0, world->now);
	wait_for_next(world);
}

static void live(struct world *world, int64_t until)
{
	world->shortest = world->longest = 0;
	world->polls = world->found = 0;
	while (world->now < until)
		poll_once(world);
}

static struct world new_world(int64_t (*next_article)(int64_t after))
{
	return (struct world){
		.now = NOW, .published_at = NOW - DAY, .next_article = next_article, .seed = 7};
}

static int64_t weekly(int64_t after)
{
	return after + 7 * DAY;
}

static int64_t every_ten_minutes(int64_t after)
{
	return after + 10 * MINUTE;
}

static int64_t every_four_hours(int64_t after)
{
	return after + 4 * HOUR;
}

static int64_t by_day_only(int64_t after)
{
	int64_t next = after + 20 * MINUTE, hour = next % DAY / HOUR;
	return hour >= 7 && hour < 22 ? next
				      : (hour >= 22 ? next / DAY + 1 : next / DAY) * DAY + 7 * HOUR;
}

static int64_t never(int64_t after)
{
	return after + 1000 * DAY;
}

static void a_month_of_a_weekly_feed_ends_at_the_ceiling(void **state)
{
	struct world world = new_world(weekly);
	(void)state;
	live(&world, NOW + 30 * DAY);
	assert_int_equal(world.found, 4 + 1 - 1);
	live(&world, NOW + 60 * DAY);
	assert_true(world.shortest >= CEILING / 2);
	assert_true(world.longest <= CEILING * 6 / 5 + 1);
	assert_true(world.polls <= 50);
}

static void a_month_of_a_busy_feed_stays_at_the_floor(void **state)
{
	struct world world = new_world(every_ten_minutes);
	(void)state;
	live(&world, NOW + 30 * DAY);
	assert_in_range(world.shortest, FLOOR, FLOOR * 6 / 5);
	assert_true(world.longest <= FLOOR * 6 / 5 + 1);
	assert_in_range(world.polls, 30 * DAY / (FLOOR * 6 / 5), 30 * DAY / FLOOR + 1);
}

static void a_month_of_a_feed_of_four_hours_asks_twice_for_each_article(void **state)
{
	struct world world = new_world(every_four_hours);
	(void)state;
	live(&world, NOW + DAY);
	live(&world, NOW + 31 * DAY);
	assert_in_range(world.found, 178, 181);
	assert_in_range(world.polls, 250, 450);
}

static void a_night_is_no_silence(void **state)
{
	struct world world = new_world(by_day_only);
	(void)state;
	live(&world, NOW + 2 * DAY);
	live(&world, NOW + 32 * DAY);
	/* asked less at night, and at the first article of the morning as often as ever */
	assert_in_range(world.longest, HOUR / 2, 3 * HOUR);
	assert_true(world.feed.rhythm_s < 2 * HOUR);
}

static void a_feed_that_fell_silent_is_asked_less_and_less(void **state)
{
	struct world world = new_world(every_ten_minutes);
	double rhythm;
	(void)state;
	live(&world, NOW + 10 * DAY);
	rhythm = world.feed.rhythm_s;
	world.next_article = never;
	live(&world, NOW + 20 * DAY);
	assert_true(world.longest > 20 * HOUR);
	assert_true(world.polls < 100);
	/* what it was like is not forgotten: one can tell that it is silent */
	assert_true(world.feed.rhythm_s < rhythm * 2);
	world.next_article = every_ten_minutes;
	world.published_at = world.now - 10 * MINUTE;
	live(&world, NOW + 22 * DAY);
	assert_true(world.shortest <= FLOOR * 6 / 5);
}

static void a_feed_without_dates_or_news_reaches_the_ceiling(void **state)
{
	struct world world = new_world(never);
	(void)state;
	/* its backlog is the only news it ever had */
	world.feed.last_poll_at = NOW;
	schedule_learn(&world.feed, 20, NULL, 0, NOW);
	wait_for_next(&world);
	live(&world, NOW + 30 * DAY);
	assert_true(world.longest >= CEILING);
	assert_true(world.polls < 200);
}

static void dates_tell_the_rhythm_at_once(void **state)
{
	struct feed_state feed = {0};
	int64_t dates[20];
	(void)state;
	for (int i = 0; i < 20; i++)
		dates[i] = NOW - (i + 1) * 6 * HOUR;
	schedule_learn(&feed, 20, dates, 20, NOW);
	assert_in_range((int64_t)feed.rhythm_s, 6 * HOUR - 1, 6 * HOUR + 1);
	/* future and ancient dates say nothing */
	feed = (struct feed_state){0};
	dates[0] = NOW + 100 * DAY;
	dates[1] = 0;
	schedule_learn(&feed, 20, dates, 20, NOW);
	assert_in_range((int64_t)feed.rhythm_s, 6 * HOUR, 7 * HOUR);
	/* a feed whose newest entry is a year old */
	feed = (struct feed_state){0};
	dates[0] = NOW - 365 * DAY;
	schedule_learn(&feed, 1, dates, 1, NOW);
	assert_int_equal(schedule_interval(&feed, NULL, &limits), CEILING);
}

static void a_dead_server_costs_little_and_comes_back_quickly(void **state)
{
	struct world world = new_world(every_ten_minutes);
	unsigned polls = 0;
	(void)state;
	live(&world, NOW + 5 * DAY);
	world.feed.last_status = 500;
	world.feed.failing_since = world.now;
	while (world.now < NOW + 35 * DAY) {
		world.feed.failures++;
		world.feed.last_poll_at = world.now;
		wait_for_next(&world);
		polls++;
	}
	assert_in_range(polls, 25, 45);
	world.feed.failures = 0;
	world.feed.failing_since = 0;
	live(&world, NOW + 37 * DAY);
	assert_true(world.longest <= 2 * HOUR);
	assert_in_range(world.shortest, FLOOR, FLOOR * 6 / 5);
}

static void skipped_hours_are_never_asked_in_a_month(void **state)
{
	struct world world = new_world(every_ten_minutes);
	(void)state;
	world.feed.skip_hours = 0xff00ff; /* only 8 to 16 */
	world.feed.skip_days = 1 << 0;
	wait_for_next(&world);
	while (world.now < NOW + 30 * DAY) {
		int64_t hour = world.now % DAY / HOUR, weekday = (world.now / DAY + 4) % 7;
		assert_in_range(hour, 8, 15);
		assert_int_not_equal(weekday, 0);
		poll_once(&world);
	}
}

static void feeds_do_not_move_in_lock_step(void **state)
{
	enum { FEEDS = 100, SPAN = 2 * DAY };
	g_autofree unsigned char *asked = g_malloc0(SPAN + 1);
	unsigned requests = 0;
	struct world world = new_world(every_ten_minutes);
	(void)state;
	for (int feed = 0; feed < FEEDS; feed++) {
		world.now = NOW;
		while (wait_for_next(&world), world.now < NOW + SPAN) {
			unsigned char *second = &asked[world.now - NOW];
			requests++;
			/* the first rounds follow a common start */
			if (world.now > NOW + SPAN / 4)
				assert_true(++*second <= 5);
		}
	}
	assert_true(requests > FEEDS * 100);
}

static void a_clock_that_jumps_gives_no_burst(void **state)
{
	static const int64_t jumps[] = {-10 * 365 * DAY, -HOUR, 8 * HOUR, DAY, 10 * 365 * DAY};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(jumps); i++) {
		struct world world = new_world(every_four_hours);
		live(&world, NOW + 10 * DAY);
		world.now += jumps[i];
		world.published_at = world.now;
		int64_t start = world.now;
		live(&world, start + 10 * DAY);
		assert_true(world.shortest >= FLOOR);
		assert_true(world.longest <= CEILING * 6 / 5 + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_feed_is_asked_at_the_floor),
		cmocka_unit_test(the_rhythm_is_kept_between_floor_and_ceiling),
		cmocka_unit_test(a_subscription_has_its_own_bounds),
		cmocka_unit_test(wishes_of_the_server_are_lower_bounds),
		cmocka_unit_test(no_ttl_silences_a_feed_for_longer_than_a_week),
		cmocka_unit_test(hours_and_days_to_skip_are_skipped),
		cmocka_unit_test(failures_back_off_and_never_stop),
		cmocka_unit_test(too_many_requests_without_a_hint_is_an_hour_at_least),
		cmocka_unit_test(an_absent_feed_is_asked_daily_then_weekly),
		cmocka_unit_test(a_month_of_a_weekly_feed_ends_at_the_ceiling),
		cmocka_unit_test(a_month_of_a_busy_feed_stays_at_the_floor),
		cmocka_unit_test(a_month_of_a_feed_of_four_hours_asks_twice_for_each_article),
		cmocka_unit_test(a_night_is_no_silence),
		cmocka_unit_test(a_feed_that_fell_silent_is_asked_less_and_less),
		cmocka_unit_test(a_feed_without_dates_or_news_reaches_the_ceiling),
		cmocka_unit_test(dates_tell_the_rhythm_at_once),
		cmocka_unit_test(a_dead_server_costs_little_and_comes_back_quickly),
		cmocka_unit_test(skipped_hours_are_never_asked_in_a_month),
		cmocka_unit_test(feeds_do_not_move_in_lock_step),
		cmocka_unit_test(a_clock_that_jumps_gives_no_burst),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
