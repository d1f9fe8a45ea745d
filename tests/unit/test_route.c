/* Which alerts a route is for, by everything it can ask, and when it tells them.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define NOON 1767268800 /* 2026-01-01 12:00 UTC */

struct world {
	struct route *route;
	struct alert *alert;
	struct article *article;
};

static int setup(void **state)
{
	struct world *w = g_new0(struct world, 1);
	const char *const every[] = {"*", NULL};
	w->route = route_new("r");
	w->route->filters = g_strdupv((char **)every);
	w->route->updates = true;
	w->route->zone = g_time_zone_new_utc();
	w->alert = alert_new();
	w->alert->filter = g_strdup("russia-corea");
	w->alert->priority = PRIORITY_NORMAL;
	w->article = article_new();
	w->article->feed = g_strdup("https://esempio.example/feed.xml");
	w->article->outlet = g_strdup("Gazzetta di Prova");
	w->article->owner = g_strdup("Gruppo Prova");
	w->article->country = g_strdup("IT");
	w->article->language = g_strdup("it-IT");
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	route_free(w->route);
	alert_free(w->alert);
	article_free(w->article);
	g_free(w);
	return 0;
}

static enum route_answer ask(const struct world *w, int64_t now)
{
	const struct routed routed = {w->alert, w->article, DELIVERY_ALERT, NULL};
	return route_matches(w->route, &routed, now);
}

static void want(char ***list, const char *one)
{
	const char *const texts[] = {one, NULL};
	g_strfreev(*list);
	*list = g_strdupv((char **)texts);
}

static void check_list(const struct world *w, char ***list, const char *yes, const char *no)
{
	want(list, yes);
	assert_int_equal(ask(w, NOON), ROUTE_YES);
	want(list, no);
	assert_int_equal(ask(w, NOON), ROUTE_NO);
	g_clear_pointer(list, g_strfreev);
}

static void it_asks_for_filter_language_feed_country_and_owner(void **state)
{
	struct world *w = *state;
	assert_int_equal(ask(w, NOON), ROUTE_YES);
	check_list(w, &w->route->languages, "it", "i");
	check_list(w, &w->route->languages, "it-IT", "ru");
	check_list(w, &w->route->feeds, "https://esempio.example/*", "https://altro.example/*");
	check_list(w, &w->route->feeds, "Gazzetta*", "Corriere*");
	check_list(w, &w->route->countries, "IT", "RU");
	check_list(w, &w->route->owners, "Gruppo*", "Altro*");
	want(&w->route->filters, "russia-*");
	assert_int_equal(ask(w, NOON), ROUTE_YES);
	want(&w->route->filters, "iran*");
	assert_int_equal(ask(w, NOON), ROUTE_NO);
}

static void what_a_feed_does_not_say_excludes_nothing(void **state)
{
	struct world *w = *state;
	want(&w->route->countries, "IT");
	want(&w->route->owners, "Gruppo Prova");
	g_clear_pointer(&w->article->country, g_free);
	assert_int_equal(ask(w, NOON), ROUTE_CANNOT_TELL);
	want(&w->route->owners, "Altri");
	assert_int_equal(ask(w, NOON), ROUTE_NO);
}

static void it_asks_for_priority_and_state_media(void **state)
{
	struct world *w = *state;
	w->route->at_least = PRIORITY_HIGH;
	assert_int_equal(ask(w, NOON), ROUTE_NO);
	w->alert->priority = PRIORITY_CRITICAL;
	assert_int_equal(ask(w, NOON), ROUTE_YES);
	w->route->state_media = STATE_MEDIA_ONLY;
	assert_int_equal(ask(w, NOON), ROUTE_NO);
	w->article->state_media = true;
	assert_int_equal(ask(w, NOON), ROUTE_YES);
	w->route->state_media = STATE_MEDIA_NONE;
	assert_int_equal(ask(w, NOON), ROUTE_NO);
}

static void it_asks_for_the_hour_in_its_zone(void **state)
{
	struct world *w = *state;
	w->route->hours_from = 8 * 60;
	w->route->hours_to = 12 * 60;
	assert_int_equal(ask(w, NOON - 1), ROUTE_YES);
	assert_int_equal(ask(w, NOON), ROUTE_NO);
	g_time_zone_unref(w->route->zone);
	w->route->zone = g_time_zone_new_identifier("America/New_York"); /* 07:00 */
	assert_int_equal(ask(w, NOON), ROUTE_NO);
	assert_int_equal(ask(w, NOON + 3600), ROUTE_YES);
	w->route->hours_from = 22 * 60;
	w->route->hours_to = 7 * 60 + 30;
	assert_int_equal(ask(w, NOON), ROUTE_YES); /* over midnight */
	assert_int_equal(ask(w, NOON + 1800), ROUTE_NO);
}

static enum delivery_state plan(const struct world *w, int64_t now, int64_t *due_at, char **reason)
{
	const struct routed routed = {w->alert, w->article, DELIVERY_ALERT, NULL};
	struct route_plan plan;
	route_plan(w->route, &routed, now, &plan);
	if (due_at)
		*due_at = plan.due_at;
	if (reason)
		*reason = plan.reason;
	else
		g_free(plan.reason);
	return plan.state;
}

static void quiet_hours_hold_until_their_end_and_what_is_urgent_breaks_through(void **state)
{
	struct world *w = *state;
	const struct quiet_hours quiet = {.name = "night", .from = 22 * 60, .to = 7 * 60, .zone = w->route->zone,
					  .days = ALL_DAYS, .break_through = PRIORITY_HIGH};
	int64_t due;
	w->route->quiet = &quiet;
	assert_int_equal(plan(w, NOON, NULL, NULL), DELIVERY_PENDING);
	assert_int_equal(plan(w, NOON + 11 * 3600, &due, NULL), DELIVERY_HELD);
	assert_int_equal(due, NOON + 19 * 3600);
	w->alert->priority = PRIORITY_HIGH;
	assert_int_equal(plan(w, NOON + 11 * 3600, NULL, NULL), DELIVERY_PENDING);
	w->alert->priority = PRIORITY_CRITICAL;
	assert_int_equal(plan(w, NOON + 11 * 3600, NULL, NULL), DELIVERY_PENDING);
	w->route->quiet = NULL;
}

static void a_route_that_only_records_says_so(void **state)
{
	struct world *w = *state;
	g_autofree char *reason = NULL;
	w->route->when = ROUTE_RECORD;
	assert_int_equal(plan(w, NOON, NULL, &reason), DELIVERY_SUPPRESSED);
	assert_string_equal(reason, "route r only records");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_asks_for_filter_language_feed_country_and_owner),
		TEST(what_a_feed_does_not_say_excludes_nothing),
		TEST(it_asks_for_priority_and_state_media),
		TEST(it_asks_for_the_hour_in_its_zone),
		TEST(quiet_hours_hold_until_their_end_and_what_is_urgent_breaks_through),
		TEST(a_route_that_only_records_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
