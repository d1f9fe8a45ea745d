/* A month of polling in virtual time: poller, outcomes, schedule and pauses against servers that
 * are only described. Who is asked how often, never together, never against a server's wish, and
 * back when it is well again. SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/host_pauses.h"
#include "daemon/poller.h"
#include "feeds/error.h"
#include "feeds/poll_outcome.h"
#include "feeds/schedule.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define BEGIN	1767225600 /* a Thursday, midnight */
#define HOUR	((int64_t)3600)
#define DAY	((int64_t)86400)
#define MONTH	(30 * DAY)
#define FLOOR	900
#define CEILING DAY
#define FEEDS	600
#define SPREAD	60

/* How a server behaves. */
struct server {
	const char *name;
	unsigned hosts;	  /* over so many its feeds are spread */
	int64_t rhythm_s; /* a new entry so often; 0: never */
	int64_t ttl_s;
	uint32_t skip_hours;
	const char *cache_control;
	int64_t ill_from, ill_to; /* it answers `ill_status` then; 0 for no answer at all */
	int ill_status;
	const char *retry_after;
};

static const struct server servers[] = {
	{"agency, every 4 min", 50, 240, 0, 0, NULL, 0, 0, 0, NULL},
	{"paper, every 2 h", 50, 2 * HOUR, 0, 0, NULL, 0, 0, 0, NULL},
	{"blog, every 9 days", 50, 9 * DAY, 0, 0, NULL, 0, 0, 0, NULL},
	{"dead but answering", 50, 0, 0, 0, NULL, 0, 0, 0, NULL},
	{"ttl of 3 h", 50, 240, 3 * HOUR, 0, NULL, 0, 0, 0, NULL},
	{"silent at night", 50, 240, 0, 0xc0003f, NULL, 0, 0, 0, NULL},
	{"fresh for 2 h", 50, 240, 0, 0, "public, max-age=7200", 0, 0, 0, NULL},
	{"down for ten days", 50, 240, 0, 0, NULL, 5 * DAY, 15 * DAY, 503, NULL},
	{"no answer for a day", 50, 240, 0, 0, NULL, 5 * DAY, 6 * DAY, 0, NULL},
	{"too busy: 429 with 6 h", 1, 240, 0, 0, NULL, 5 * DAY, 6 * DAY, 429, "21600"},
	{"429 without a hint", 50, 240, 0, 0, NULL, 5 * DAY, 6 * DAY, 429, NULL},
	{"moved away: 404", 50, 240, 0, 0, NULL, 5 * DAY, 100 * DAY, 404, NULL},
};
#define KINDS G_N_ELEMENTS(servers)

/* What became of one feed. */
struct trace {
	const struct server *server;
	unsigned known; /* entries that were seen */
	GArray *asked;	/* int64_t */
	double delay_s; /* sum over entries, from their appearance to the poll that found them */
	unsigned found;
};

struct month {
	int64_t now;	     /* by the machine's clock */
	int64_t clock_error; /* … which is so far from the world's */
	struct poller *poller;
	struct host_pauses *pauses;
	GHashTable *traces; /* url → struct trace * */
	GArray *asked;	    /* int64_t: all requests */
	GRand *random;
	unsigned awake_from, awake_to; /* hours; equal: always */
};

static int64_t now_of(void *data)
{
	return ((struct month *)data)->now;
}

static int64_t true_time(const struct month *m)
{
	return m->now - m->clock_error;
}

static int64_t held_until(const struct feed *feed, void *data)
{
	struct month *m = data;
	return host_pauses_until(m->pauses, feed->state->fetch_url, m->now);
}

static unsigned entries_by(const struct server *server, int64_t at)
{
	return server->rhythm_s ? (unsigned)((at - BEGIN) / server->rhythm_s) + 10 : 10;
}

static bool is_ill(const struct server *server, int64_t at)
{
	return at - BEGIN >= server->ill_from && at - BEGIN < server->ill_to;
}

/* ---- the server's answer, and what the client makes of it
 * ---------------------------------------------------------- */

static void read_document(const struct month *m, struct trace *trace, struct feed_state *state,
			  struct poll_outcome *outcome)
{
	struct feed_document *document = feed_document_new();
	int64_t now = m->now;
	unsigned there = entries_by(trace->server, true_time(m)), fresh = there - trace->known;

	document->whole = true;
	document->ttl_s = trace->server->ttl_s;
	document->skip_hours = trace->server->skip_hours;
	poll_outcome_parsed(state, outcome, document, true, NULL, now);
	if (trace->known)
		for (unsigned n = trace->known; n < there; n++) {
			trace->delay_s +=
				(double)(true_time(m) -
					 (BEGIN + (int64_t)(n - 9) * trace->server->rhythm_s));
			trace->found++;
		}
	schedule_learn(state, trace->known ? fresh : there, NULL, 0, now);
	trace->known = there;
	feed_document_free(document);
}

static void answer(struct month *m, struct feed *feed, struct trace *trace)
{
	struct feed_state *state = feed->state;
	const struct server *server = trace->server;
	struct poll_outcome outcome;
	struct fetch_response response = {.status = 200,
					  .final_url = state->fetch_url,
					  .whole = true,
					  .cache_control = server->cache_control};
	g_autofree char *body = g_strdup_printf("%u entries", entries_by(server, true_time(m)));
	g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));
	g_autoptr(GError) error = NULL;

	if (is_ill(server, true_time(m))) {
		response.status = server->ill_status;
		response.retry_after = server->retry_after;
		if (!server->ill_status)
			error = g_error_new_literal(FEED_ERROR, FEED_ERROR_CONNECT,
						    "no connection");
	} else {
		response.body = bytes;
	}
	poll_outcome_answered(state, &response, error, false, m->now, &outcome);
	if (state->retry_after > m->now)
		host_pauses_note(m->pauses, state->fetch_url, state->retry_after);
	if (outcome.what == OUTCOME_READ)
		read_document(m, trace, state, &outcome);
	else if (outcome.what == OUTCOME_UNCHANGED)
		schedule_learn(state, 0, NULL, 0, m->now);
	poll_outcome_clear(&outcome);
}

static void start(struct feed *feed, void *data)
{
	static const struct schedule_limits limits = {.floor_s = FLOOR, .ceiling_s = CEILING};
	struct month *m = data;
	struct trace *trace = g_hash_table_lookup(m->traces, feed->subscription->url);

	g_array_append_val(trace->asked, m->now);
	g_array_append_val(m->asked, m->now);
	answer(m, feed, trace);
	feed->state->next_poll_at = schedule_next(feed->state, feed->subscription, &limits, m->now,
						  g_rand_double(m->random));
	poller_done(m->poller, feed);
}

/* ---- running
 * -----------------------------------------------------------------------------------------------------------
 */

static void trace_free(gpointer data)
{
	struct trace *trace = data;
	g_array_unref(trace->asked);
	g_free(trace);
}

static void add_feed(struct month *m, unsigned n)
{
	const struct server *server = &servers[n % KINDS];
	unsigned number = n / KINDS;
	g_autofree char *url = g_strdup_printf("http://k%zu-h%u.example/%u", n % KINDS,
					       number % server->hosts, number);
	struct trace *trace = g_new0(struct trace, 1);

	trace->server = server;
	trace->asked = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_hash_table_insert(m->traces, g_strdup(url), trace);
	poller_add(m->poller, feed_new(subscription_new(url), feed_state_new(url)));
}

static struct month *month_new(void)
{
	struct month *m = g_new0(struct month, 1);
	const struct poller_options options = {.max_parallel = 64,
					       .spread_s = SPREAD,
					       .late_spread_s = FLOOR,
					       .start = start,
					       .held_until = held_until,
					       .user_data = m,
					       .now = now_of,
					       .now_data = m};
	m->now = BEGIN;
	m->random = g_rand_new_with_seed(11);
	g_random_set_seed(12); /* the poller's own */
	m->pauses = host_pauses_new();
	m->traces = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, trace_free);
	m->asked = g_array_new(FALSE, FALSE, sizeof(int64_t));
	m->poller = poller_new(&options);
	for (unsigned n = 0; n < FEEDS; n++)
		add_feed(m, n);
	return m;
}

static void month_free(struct month *m)
{
	poller_free(m->poller);
	host_pauses_free(m->pauses);
	g_hash_table_unref(m->traces);
	g_array_unref(m->asked);
	g_rand_free(m->random);
	g_free(m);
}

/* A machine that sleeps does not run at night. */
static bool asleep(const struct month *m)
{
	unsigned hour = (unsigned)((m->now - BEGIN) % DAY / HOUR);
	return m->awake_from != m->awake_to && (hour < m->awake_from || hour >= m->awake_to);
}

static void run(struct month *m, int64_t until)
{
	while (m->now < until) {
		int64_t next = poller_turn(m->poller);
		m->now = MIN(MAX(next, m->now + 1), until);
		while (asleep(m))
			m->now += 60;
	}
}

/* ---- questions
 * -----------------------------------------------------------------------------------------------------------
 */

static unsigned fullest(const GArray *asked, int64_t from, int64_t per_s)
{
	unsigned most = 0, count = 0;
	int64_t bucket = -1;
	for (unsigned i = 0; i < asked->len; i++) {
		int64_t at = g_array_index(asked, int64_t, i);
		if (at < from)
			continue;
		count = at / per_s == bucket ? count + 1 : 1;
		bucket = at / per_s;
		most = MAX(most, count);
	}
	return most;
}

/* Of the feeds of one kind: the least and the greatest gap between requests in [from, to), requests
 * a feed and day. */
struct gaps {
	int64_t least, most;
	double a_day, delay_s;
	unsigned requests;
};

static struct gaps gaps_of(const struct month *m, const char *name, int64_t from, int64_t to)
{
	struct gaps gaps = {.least = INT64_MAX};
	GHashTableIter iter;
	gpointer value;
	unsigned feeds = 0, found = 0;
	double delay = 0;

	g_hash_table_iter_init(&iter, m->traces);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct trace *trace = value;
		if (strcmp(trace->server->name, name) != 0)
			continue;
		feeds++;
		delay += trace->delay_s;
		found += trace->found;
		for (unsigned i = 1; i < trace->asked->len; i++) {
			int64_t at = g_array_index(trace->asked, int64_t, i) - BEGIN;
			int64_t gap = at - (g_array_index(trace->asked, int64_t, i - 1) - BEGIN);
			if (at < from || at >= to)
				continue;
			gaps.requests++;
			gaps.least = MIN(gaps.least, gap);
			gaps.most = MAX(gaps.most, gap);
		}
	}
	gaps.a_day = (double)gaps.requests / feeds / ((double)(to - from) / DAY);
	gaps.delay_s = found ? delay / found : 0;
	printf("  %-24s %6.1f requests a feed and day, gaps %" PRId64 " to %" PRId64
	       " s, an entry is found after %.0f s\n",
	       name, gaps.a_day, gaps.least, gaps.most, gaps.delay_s);
	return gaps;
}

/* ---- the tests: one month, many questions
 * ----------------------------------------------------------------------------------- */

static struct month *month;

static int live_a_month(void **state)
{
	gint64 begin = g_get_monotonic_time();
	(void)state;
	month = month_new();
	run(month, BEGIN + MONTH);
	printf("  %u feeds, %u requests, a month in %.2f s\n", FEEDS, month->asked->len,
	       (double)(g_get_monotonic_time() - begin) / G_USEC_PER_SEC);
	return 0;
}

static int end_of_month(void **state)
{
	(void)state;
	month_free(month);
	return 0;
}

static void busy_feeds_are_asked_at_the_floor_never_more(void **state)
{
	struct gaps gaps = gaps_of(month, "agency, every 4 min", DAY, MONTH);
	(void)state;
	assert_true(gaps.least >= FLOOR && gaps.most <= FLOOR * 1.2 + 1);
	assert_true(gaps.delay_s < FLOOR);
}

static void each_feed_finds_its_rhythm(void **state)
{
	struct gaps paper = gaps_of(month, "paper, every 2 h", 2 * DAY, MONTH),
		    blog = gaps_of(month, "blog, every 9 days", 20 * DAY, MONTH),
		    dead = gaps_of(month, "dead but answering", 10 * DAY, MONTH);
	(void)state;
	assert_true(paper.a_day > 12 && paper.a_day < 40 && paper.delay_s < 2 * HOUR);
	assert_true(blog.most <= CEILING * 1.2 + 1 && blog.a_day < 4);
	assert_true(dead.a_day < 4 && dead.most <= CEILING * 1.2 + 1);
}

static void wishes_of_servers_hold_all_month(void **state)
{
	GHashTableIter iter;
	gpointer value;
	(void)state;
	assert_true(gaps_of(month, "ttl of 3 h", DAY, MONTH).least >= 3 * HOUR);
	assert_true(gaps_of(month, "fresh for 2 h", DAY, MONTH).least >= 2 * HOUR);
	g_hash_table_iter_init(&iter, month->traces);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct trace *trace = value;
		for (unsigned i = 1; trace->server->skip_hours && i < trace->asked->len; i++) {
			int64_t hour =
				(g_array_index(trace->asked, int64_t, i) - BEGIN) % DAY / HOUR;
			assert_false(trace->server->skip_hours >> hour & 1);
		}
	}
}

static void failures_back_off_and_end(void **state)
{
	static const char *const names[] = {"down for ten days", "no answer for a day",
					    "429 without a hint"};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct gaps ill = gaps_of(month, names[i], 5 * DAY + HOUR, 6 * DAY),
			    well = gaps_of(month, names[i], 20 * DAY, MONTH);
		assert_true(ill.a_day <= 16); /* 96 when well */
		assert_true(well.most <= FLOOR * 1.2 + 1);
	}
	struct gaps down = gaps_of(month, "down for ten days", 10 * DAY, 15 * DAY);
	assert_true(down.a_day <= 1.05 && down.most <= DAY * 1.2 + 1);
	struct gaps away = gaps_of(month, "moved away: 404", 15 * DAY, MONTH);
	assert_true(away.requests > 0 && away.a_day <= 0.3);
}

static void a_pause_of_a_host_holds_for_all_its_feeds(void **state)
{
	int64_t last = 0, least_after = INT64_MAX;
	unsigned in_day = 0;
	(void)state;
	/* 50 feeds on one host: after the first 429 none is asked for six hours */
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GHashTableIter iter;
	gpointer value;
	g_hash_table_iter_init(&iter, month->traces);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct trace *trace = value;
		if (strcmp(trace->server->name, "too busy: 429 with 6 h") == 0)
			g_array_append_vals(all, trace->asked->data, trace->asked->len);
	}
	for (unsigned i = 0; i < all->len; i++) {
		int64_t at = g_array_index(all, int64_t, i) - BEGIN;
		in_day += at >= 5 * DAY && at < 6 * DAY;
		if (at >= 5 * DAY && (!last || at < last))
			last = at;
	}
	for (unsigned i = 0; i < all->len; i++) {
		int64_t at = g_array_index(all, int64_t, i) - BEGIN;
		if (at > last)
			least_after = MIN(least_after, at - last);
	}
	printf("  first 429 after %" PRId64 " s of the day, next request %" PRId64
	       " s later, %u requests to 50 feeds that day\n",
	       last - 5 * DAY, least_after, in_day);
	assert_true(least_after >= 6 * HOUR);
	assert_true(in_day <= 6);
}

static void no_second_and_no_minute_stands_out(void **state)
{
	unsigned second = fullest(month->asked, BEGIN + DAY, 1),
		 minute = fullest(month->asked, BEGIN + DAY, 60);
	double mean = (double)month->asked->len / (MONTH / 60.0);
	(void)state;
	printf("  fullest second %u, fullest minute %u requests, mean minute %.1f\n", second,
	       minute, mean);
	assert_true(second <= FEEDS / 20);
	assert_true(minute <= mean * 4);
}

static void the_first_minute_is_no_burst(void **state)
{
	unsigned second = 0;
	(void)state;
	struct month *first = month_new();
	run(first, BEGIN + SPREAD + 1);
	second = fullest(first->asked, BEGIN, 1);
	printf("  first start: at most %u of %u feeds in a second\n", second, FEEDS);
	assert_int_equal(first->asked->len, FEEDS);
	assert_true(second <= 2 * FEEDS / SPREAD + 10);
	month_free(first);
}

static void a_machine_that_sleeps_every_night_wakes_without_a_burst(void **state)
{
	unsigned worst = 0;
	(void)state;
	struct month *nights = month_new();
	nights->awake_from = 8;
	nights->awake_to = 20;
	nights->now = BEGIN + 8 * HOUR;
	run(nights, BEGIN + 10 * DAY);
	for (int day = 2; day < 10; day++) {
		unsigned minute = 0;
		for (unsigned i = 0; i < nights->asked->len; i++) {
			int64_t at = g_array_index(nights->asked, int64_t, i) - BEGIN - day * DAY -
				     8 * HOUR;
			minute += at >= 0 && at < 60;
		}
		worst = MAX(worst, minute);
	}
	printf("  waking at eight: at most %u of %u feeds in the first minute\n", worst, FEEDS);
	assert_true(worst <= FEEDS / 8);
	assert_true(fullest(nights->asked, BEGIN + DAY, 1) <= FEEDS / 20);
	month_free(nights);
}

static void a_clock_set_back_a_year_silences_nobody(void **state)
{
	(void)state;
	struct month *back = month_new();
	run(back, BEGIN + DAY);
	back->now -= 365 * DAY;
	back->clock_error = -365 * DAY;
	unsigned before = back->asked->len;
	poller_clock_jumped(back->poller, CEILING);
	run(back, BEGIN - 365 * DAY + 3 * DAY);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	GHashTableIter iter;
	gpointer value;
	g_hash_table_iter_init(&iter, back->traces);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct trace *trace = value;
		if (g_array_index(trace->asked, int64_t, trace->asked->len - 1) < BEGIN)
			g_hash_table_add(seen, value);
	}
	printf("  %u requests in two days after it, %u of %u feeds\n", back->asked->len - before,
	       g_hash_table_size(seen), FEEDS);
	assert_int_equal(g_hash_table_size(seen), FEEDS);
	month_free(back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(busy_feeds_are_asked_at_the_floor_never_more),
		cmocka_unit_test(each_feed_finds_its_rhythm),
		cmocka_unit_test(wishes_of_servers_hold_all_month),
		cmocka_unit_test(failures_back_off_and_end),
		cmocka_unit_test(a_pause_of_a_host_holds_for_all_its_feeds),
		cmocka_unit_test(no_second_and_no_minute_stands_out),
		cmocka_unit_test(the_first_minute_is_no_burst),
		cmocka_unit_test(a_machine_that_sleeps_every_night_wakes_without_a_burst),
		cmocka_unit_test(a_clock_set_back_a_year_silences_nobody),
	};
	return cmocka_run_group_tests(tests, live_a_month, end_of_month);
}
