/* audit_rules_schedule: when a feed is asked, R10 to R22.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/cli/audit.h"
#include "feeds/http_policy.h"

#include <inttypes.h>
#include <string.h>

#define FEED   "/feed"
#define HOUR   3600LL
#define GAP_MS 40

/* How many polls began in [from, to) of the client's clock. */
static unsigned polls_between(const struct audit_client *client, int64_t from, int64_t to)
{
	const GPtrArray *polls = audit_client_polls(client);
	unsigned count = 0;
	for (unsigned i = 0; i < polls->len; i++) {
		int64_t at = ((const struct audit_poll *)polls->pdata[i])->at;
		count += at >= from && at < to;
	}
	return count;
}

static int64_t poll_at(const struct audit_client *client, unsigned index)
{
	const GPtrArray *polls = audit_client_polls(client);
	return index < polls->len ? ((const struct audit_poll *)polls->pdata[index])->at : 0;
}

/* One answer with these headers and extra elements, then the clock runs until the next request:
 * after how long? */
static int64_t next_after(struct audit *a, unsigned status, const char *headers, const char *extra)
{
	g_autofree char *body = audit_feed(1, 3, extra), *url = NULL;
	audit_serve_status(a, FEED, status, headers, status == 200 ? body : "");
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return -1;
	audit_client_poll(client, url);
	int64_t asked = audit_client_now(client);
	audit_client_run(client, 60 * AUDIT_DAY, 1);
	int64_t gap = poll_at(client, 1) - asked;
	audit_client_free(client);
	return gap;
}

static char *http_date_in(int64_t seconds)
{
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(1800000000 + seconds);
	return g_date_time_format(at, "%a, %d %b %Y %H:%M:%S GMT");
}

static void retry_after_is_waited_for(struct audit *a)
{
	static const unsigned statuses[] = {429, 503, 301, 302, 307};
	g_autofree char *date = http_date_in(3 * HOUR), *body = audit_feed(1, 1, NULL);

	audit_serve(a, "/there", "", body);
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
		for (int as_date = 0; as_date < 2; as_date++) {
			g_autofree char *headers =
				g_strdup_printf("Location: /there\r\nRetry-After: %s\r\n",
						as_date ? date : "10800");
			int64_t gap = next_after(a, statuses[i], headers, NULL);
			audit_expect(a, gap >= 3 * HOUR && gap < 5 * HOUR,
				     "%u with %s: next request after %" PRId64 " s", statuses[i],
				     as_date ? "a date in 10800 s" : "10800", gap);
			if (statuses[i] < 400)
				audit_expect(a, audit_server_count(a->server, "/there") > 0,
					     "the redirect was followed then");
			audit_server_forget(a->server);
		}
}

static void odd_pauses(struct audit *a)
{
	const int64_t now = 1800000000;
	g_autofree char *date = http_date_in(HOUR), *past = http_date_in(-HOUR),
			*late = g_strdup("Fri, 31 Dec 9999 23:59:59 GMT");
	const struct {
		const char *value;
		int64_t pause;
	} values[] = {
		{"3600", 3600},
		{"0", 0},
		{"-5", 0},
		{"1e3", 0},
		{"soon", 0},
		{"", 0},
		{" 90 ", 90},
		{"3600;x", 0},
		{"999999999999999999999", HTTP_PAUSE_MAX_S},
		{late, HTTP_PAUSE_MAX_S},
		{past, 0},
		{date, 3600},
	};
	unsigned right = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		int64_t until = http_retry_after(values[i].value, now);
		bool fine = until == (values[i].pause ? now + values[i].pause : 0);
		right += fine;
		if (!fine)
			audit_expect(a, false, "'%s' was taken for %" PRId64 " s", values[i].value,
				     until - now);
	}
	audit_expect(a, right == G_N_ELEMENTS(values), "%u of %zu values understood", right,
		     G_N_ELEMENTS(values));
}

static void pause_of_a_host(struct audit *a)
{
	const struct audit_client_options options = {.floor_s = 900, .ceiling_s = 900};
	g_autofree char *body = audit_feed(1, 3, NULL);
	g_autofree char *first = audit_url(a, 0, "/a"), *second = audit_url(a, 0, "/b"),
			*other = audit_url(a, 1, "/c");
	struct audit_client *client = audit_open(a, &options);
	if (!client)
		return;
	audit_serve(a, "/a", "", body);
	audit_serve(a, "/b", "", body);
	audit_serve(a, "/c", "", body);
	audit_client_subscribe(client, first);
	audit_client_subscribe(client, second);
	audit_client_subscribe(client, other);
	audit_client_poll_all(client);
	audit_serve_status(a, "/a", 429, "Retry-After: 21600\r\n", "");
	audit_client_jump(client, 60);
	audit_client_poll(client, first);
	audit_server_forget(a->server);
	audit_client_run(client, HOUR, 0);
	audit_expect(a, audit_client_restart(client), "the service was started again meanwhile");
	audit_client_run(client, 4 * HOUR, 0);
	audit_expect(a,
		     !audit_server_count(a->server, "/a") && !audit_server_count(a->server, "/b"),
		     "429 with 6 h: %u requests to two feeds of that host in 5 h",
		     audit_server_count(a->server, "/a") + audit_server_count(a->server, "/b"));
	audit_expect(a, audit_server_count(a->server, "/c") > 10, "%u to another host",
		     audit_server_count(a->server, "/c"));
	audit_serve(a, "/a", "", body);
	audit_client_run(client, 3 * HOUR, 0);
	audit_expect(a, audit_server_count(a->server, "/a") && audit_server_count(a->server, "/b"),
		     "both are asked again afterwards");
	audit_client_free(client);
}

static char *opml_of(struct audit *a, const char *path)
{
	return g_strdup_printf("feed \"http://127.0.0.1:%u%s\" { }\n", audit_server_port(a->server),
			       path);
}

static void pauses_are_kept(struct audit *a)
{
	g_autofree char *conf = opml_of(a, FEED), *said = NULL;
	const char *const words[] = {"poll", NULL};

	odd_pauses(a);
	pause_of_a_host(a);
	audit_serve_status(a, FEED, 503, "Retry-After: 99999999999\r\n", "");
	audit_command(a, conf, &said, words);
	audit_expect(a, said && strstr(said, "feed.pause-capped"),
		     "a pause of 3000 years becomes 7 days, with a log line");
	int64_t gap = next_after(a, 503, "Retry-After: 99999999999\r\n", NULL);
	audit_expect(a, gap >= 7 * AUDIT_DAY && gap < 8 * AUDIT_DAY,
		     "asked again after %" PRId64 " s", gap);
}

static void too_many_without_a_hint(struct audit *a)
{
	int64_t firsts[2] = {0};
	for (int round = 0; round < 2; round++) {
		g_autofree char *url = NULL;
		audit_serve_status(a, FEED, 429, "", "");
		struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
		if (!client)
			return;
		audit_client_poll(client, url);
		audit_client_run(client, 30 * AUDIT_DAY, 6);
		bool growing = true, bounded = true;
		g_autoptr(GString) series = g_string_new(NULL);
		for (unsigned i = 1; i < 7; i++) {
			int64_t gap = poll_at(client, i) - poll_at(client, i - 1),
				before =
					i > 1 ? poll_at(client, i - 1) - poll_at(client, i - 2) : 0;
			growing = growing && (gap >= 86400 || (double)gap >= 1.5 * (double)before);
			bounded = bounded && gap <= 86400 * 1.2 + 1;
			g_string_append_printf(series, " %" PRId64, gap);
		}
		firsts[round] = poll_at(client, 1) - poll_at(client, 0);
		audit_expect(a, firsts[round] >= HOUR && growing && bounded, "pauses in s:%s",
			     series->str);
		audit_client_free(client);
	}
	audit_expect(a, firsts[0] != firsts[1], "never the same twice");
}

static void freshness(struct audit *a)
{
	g_autofree char *date = http_date_in(0), *later = http_date_in(2 * HOUR);
	g_autofree char *expires = g_strdup_printf("Date: %s\r\nExpires: %s\r\n", date, later);
	const struct {
		const char *headers;
		int64_t least, most;
	} cases[] = {
		{"Cache-Control: max-age=7200\r\n", 7200, 9000},
		{"Cache-Control: public, MAX-AGE=\"7200\"\r\nAge: 1200\r\n", 6000, 7000},
		{expires, 7200, 9000},
		{"Cache-Control: s-maxage=90000, max-age=60\r\n", 900, 1200},
		{"Cache-Control: max-age=7200\r\nExpires: 0\r\n", 7200, 9000},
		{"Cache-Control: no-cache, no-store, max-age=0\r\n", 900, 1200},
		{"Expires: 0\r\n", 900, 1200},
		{"Cache-Control: max-age=garbage\r\n", 900, 1200},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *shown = g_strdelimit(g_strdup(cases[i].headers), "\r\n", ' ');
		int64_t gap = next_after(a, 200, cases[i].headers, NULL);
		audit_expect(a, gap >= cases[i].least && gap <= cases[i].most,
			     "%s: next after %" PRId64 " s", g_strchomp(shown), gap);
	}
	g_autofree char *body = audit_feed(1, 1, NULL), *url = NULL;
	audit_serve(a, FEED, "ETag: \"x\"\r\n", body);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	audit_serve_status(a, FEED, 304, "Cache-Control: max-age=7200\r\n", "");
	audit_client_poll(client, url);
	int64_t gap = audit_client_state(client, url)->next_poll_at - audit_client_now(client);
	audit_expect(a, gap >= 7200, "max-age of a 304: %" PRId64 " s", gap);
	audit_client_free(client);
}

/* No poll in [from, to) of any day (hours), or on these weekdays. */
static void skips(struct audit *a, const char *extra, const char *what, int64_t days,
		  bool (*forbidden)(GDateTime *))
{
	g_autofree char *body = audit_feed(1, 3, extra), *url = NULL;
	unsigned polls = 0, wrong = 0;
	audit_serve_conditional(a, FEED, "ETag: \"s\"\r\n", body);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	audit_client_run(client, days * AUDIT_DAY, 0);
	for (unsigned i = 1; i < audit_client_polls(client)->len; i++) {
		g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(poll_at(client, i));
		polls++;
		wrong += forbidden(at);
	}
	audit_expect(a, !wrong && polls > 10, "%s: %u of %u polls inside", what, wrong, polls);
	audit_client_free(client);
}

static bool at_night(GDateTime *at)
{
	return g_date_time_get_hour(at) < 6 || g_date_time_get_hour(at) == 23;
}
static bool at_week_end(GDateTime *at)
{
	return g_date_time_get_day_of_week(at) > 5;
}

static void wishes_of_the_document(struct audit *a)
{
	const struct {
		const char *extra;
		int64_t least, most;
	} cases[] = {
		{"<ttl>180</ttl>", 10800, 13000},
		{"<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</"
		 "sy:updateFrequency>",
		 21600, 26000},
		{"<sy:updatePeriod>daily</sy:updatePeriod><sy:updateBase>2000-01-01T12:00+00:00</"
		 "sy:updateBase>",
		 86400, 104000},
		{"<ttl>5</ttl>", 900, 1200},
		{"<ttl>999999999</ttl>", 7 * 86400, 9 * 86400},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t gap = next_after(a, 200, "", cases[i].extra);
		audit_expect(a, gap >= cases[i].least && gap <= cases[i].most,
			     "%s: next after %" PRId64 " s", cases[i].extra, gap);
	}
	skips(a,
	      "<skipHours><hour>0</hour><hour>1</hour><hour>2</hour><hour>3</hour><hour>4</"
	      "hour><hour>5</hour><hour>23</hour></skipHours>",
	      "skipHours 23-5", 3, at_night);
	skips(a, "<skipDays><day>Saturday</day><day>Sunday</day></skipDays>",
	      "skipDays Saturday and Sunday", 9, at_week_end);
}

static void rhythm(struct audit *a)
{
	g_autofree char *url = NULL, *busy_url = audit_url(a, 1, "/busy");
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	for (unsigned week = 0; week < 10; week++) {
		g_autofree char *body = audit_feed(1, week + 1, NULL);
		audit_serve(a, FEED, "", body);
		audit_client_run(client, 7 * AUDIT_DAY, 0);
	}
	const struct feed_state *state = audit_client_state(client, url);
	int64_t gap = state->next_poll_at - state->last_poll_at;
	audit_expect(a, gap >= 86400,
		     "one entry a week: asked every %" PRId64 " s in the end (ceiling 86400)", gap);
	int64_t begin = audit_client_now(client);
	audit_client_subscribe(client, busy_url);
	for (unsigned i = 0; i < 200; i++) {
		g_autofree char *body = audit_feed(i, 20, NULL);
		audit_serve(a, "/busy", "", body);
		audit_client_run(client, 120, 0);
	}
	unsigned asked = audit_server_count(a->server, "/busy");
	int64_t took = audit_client_now(client) - begin;
	audit_expect(a, asked > 10 && asked <= took / 900 + 1,
		     "one entry every 2 min: %u requests in %" PRId64 " s (floor 900)", asked,
		     took);
	audit_client_free(client);
}

static void subscribe_many(struct audit *a, struct audit_client *client, unsigned count,
			   unsigned hosts)
{
	g_autofree char *body = audit_feed(1, 2, NULL);
	for (unsigned i = 0; i < count; i++) {
		g_autofree char *path = g_strdup_printf("/many%u", i),
				*url = audit_url(a, i % hosts, path);
		audit_serve_conditional(a, path, "ETag: \"m\"\r\n", body);
		audit_client_subscribe(client, url);
	}
}

/* The fullest second, in requests. */
static unsigned fullest(const struct audit_client *client, unsigned from, int64_t per_s)
{
	g_autoptr(GHashTable) seconds = g_hash_table_new(NULL, NULL);
	unsigned most = 0;
	for (unsigned i = from; i < audit_client_polls(client)->len; i++) {
		gpointer second = GSIZE_TO_POINTER((gsize)(poll_at(client, i) / per_s));
		unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(seconds, second)) + 1;
		g_hash_table_insert(seconds, second, GUINT_TO_POINTER(count));
		most = MAX(most, count);
	}
	return most;
}

static void no_lock_step(struct audit *a)
{
	struct audit_client *client = audit_open(a, NULL);
	if (!client)
		return;
	subscribe_many(a, client, 100, AUDIT_HOSTS);
	audit_client_run(client, 1, 0);
	audit_expect(a, fullest(client, 0, 1) == 100, "100 feeds begin in one second");
	audit_client_run(client, 6 * HOUR, 0);
	unsigned all = audit_client_polls(client)->len - 100, most = fullest(client, 100, 1),
		 minute = fullest(client, 800, 60);
	audit_expect(a, all > 1000 && most <= all / 20,
		     "then no second holds more than %u of %u requests", most, all);
	audit_expect(a, minute <= 25, "after eight rounds no minute more than %u of 100 feeds",
		     minute);
	audit_client_free(client);
}

static void check_gaps(struct audit *a, unsigned wanted, const char *what)
{
	unsigned count = audit_server_count(a->server, NULL), small = 0;
	gint64 least = G_MAXINT64, span = 0;
	for (unsigned i = 1; i < count; i++) {
		gint64 gap = audit_server_request(a->server, NULL, (int)i)->at_us -
			     audit_server_request(a->server, NULL, (int)i - 1)->at_us;
		least = MIN(least, gap);
		span += gap;
		small += gap < GAP_MS * 500;
	}
	/* When a request is seen depends on this machine's load too: one that is seen late makes the gap after it
	 * small. The whole is exact but for the first. */
	audit_expect(a, count == wanted && span >= (gint64)(wanted - 1) * GAP_MS * 750 && small <= wanted / 4,
		     "%s: %u requests in %" G_GINT64_FORMAT
		     " ms, gap of %d ms wanted, least %" G_GINT64_FORMAT " ms",
		     what, count, span / 1000, GAP_MS, least / 1000);
}

static void names_of_one_address(struct audit *a, const struct audit_client_options *options)
{
	audit_server_reset(a->server);
	struct audit_client *client = audit_open(a, options);
	if (!client)
		return;
	for (unsigned i = 0; i < 8; i++) {
		g_autofree char *path = g_strdup_printf("/n%u", i), *body = audit_feed(1, 1, NULL);
		g_autofree char *url = g_strdup_printf("http://name%u.localhost:%u%s", i,
						       audit_server_port(a->server), path);
		audit_serve(a, path, "", body);
		audit_client_subscribe(client, url);
	}
	audit_client_poll_all(client);
	check_gaps(a, 8, "8 names of one address");
	audit_client_free(client);
}

/* A slow server, no gap asked for: the next request waits for the answer all the same. */
static void one_at_a_time(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 1, NULL);
	const struct audit_answer slow = {.body = body, .flags = AUDIT_SLOW};
	audit_server_reset(a->server);
	struct audit_client *client = audit_open(a, NULL);
	if (!client)
		return;
	for (unsigned i = 0; i < 6; i++) {
		g_autofree char *path = g_strdup_printf("/slow%u", i), *url = audit_url(a, 0, path);
		audit_server_answer(a->server, path, &slow);
		audit_client_subscribe(client, url);
	}
	audit_client_poll_all(client);
	audit_expect(a,
		     audit_server_count(a->server, NULL) == 6 &&
			     audit_server_busiest(a->server) == 1,
		     "a slow host: %u requests, at most %u at a time",
		     audit_server_count(a->server, NULL), audit_server_busiest(a->server));
	audit_client_free(client);
}

static void pace_of_a_host(struct audit *a)
{
	const struct audit_client_options options = {.host_gap_ms = GAP_MS};
	struct audit_client *client = audit_open(a, &options);
	if (!client)
		return;
	subscribe_many(a, client, 50, 1);
	audit_client_poll_all(client);
	check_gaps(a, 50, "50 feeds of one host");
	audit_client_free(client);
	names_of_one_address(a, &options);
	one_at_a_time(a);
}

static void no_start_burst(struct audit *a)
{
	struct audit_client *client = audit_open(a, NULL);
	if (!client)
		return;
	subscribe_many(a, client, 20, AUDIT_HOSTS);
	audit_client_poll_all(client);
	unsigned before = audit_server_count(a->server, NULL);
	for (int i = 0; i < 10 && audit_client_restart(client); i++)
		audit_client_run(client, 30, 0);
	audit_expect(a, before == 20 && audit_server_count(a->server, NULL) == 20,
		     "10 restarts in 5 min: %u further requests",
		     audit_server_count(a->server, NULL) - before);
	audit_client_free(client);
	const struct audit_client_options options = {.spread_s = 60};
	client = audit_open(a, &options);
	if (!client)
		return;
	subscribe_many(a, client, 100, AUDIT_HOSTS);
	audit_client_run(client, 120, 0);
	unsigned most = fullest(client, 0, 1);
	audit_expect(a, audit_client_polls(client)->len == 100 && most <= 10,
		     "first start of 100 feeds: at most %u in a second", most);
	audit_client_free(client);
}

static void one_request_a_cycle(struct audit *a)
{
	struct audit_client *client = audit_open(a, NULL);
	unsigned twice = 0;
	if (!client)
		return;
	subscribe_many(a, client, 30, 3);
	audit_client_poll_all(client);
	for (unsigned i = 0; i < 30; i++) {
		g_autofree char *path = g_strdup_printf("/many%u", i);
		twice += audit_server_count(a->server, path) != 1;
	}
	audit_expect(a, !twice && audit_server_count(a->server, NULL) == 30,
		     "30 feeds, one round: %u requests", audit_server_count(a->server, NULL));
	audit_client_free(client);
}

static void adding_costs_one(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 2, NULL), *url = audit_url(a, 0, FEED),
			*page = audit_url(a, 0, "/page"), *said = NULL, *again = NULL;
	const char *const feed_words[] = {"feeds", "add", url, NULL}, *const page_words[] = {
									      "feeds", "add", page,
									      NULL};
	audit_serve(a, FEED, "", body);
	audit_serve(a, "/page", "Content-Type: text/html\r\n",
		    "<html><head><link rel=\"alternate\" type=\"application/rss+xml\" "
		    "href=\"/other.xml\"></head><body>x</body></html>");
	int done = audit_command(a, "", &said, feed_words);
	audit_expect(a, done == 0 && audit_server_count(a->server, NULL) == 1,
		     "feeds add FEED: %u request", audit_server_count(a->server, NULL));
	audit_server_forget(a->server);
	done = audit_command(a, NULL, &again, page_words);
	audit_expect(a, done == 0 && audit_server_count(a->server, NULL) == 1,
		     "feeds add PAGE: %u request", audit_server_count(a->server, NULL));
	g_autofree char *opml = audit_command_file(a, "feeds.opml");
	audit_expect(a, strstr(opml, FEED) && strstr(opml, "/other.xml"),
		     "both feeds are subscribed");
}

static void refresh_obeys(struct audit *a)
{
	g_autofree char *conf = opml_of(a, FEED), *url = audit_url(a, 0, FEED),
			*body = audit_feed(1, 2, NULL);
	const char *const words[] = {"poll", url, NULL}, *const forced[] = {"poll", "--force", url,
									    NULL};
	g_autofree char *said = NULL;
	audit_serve_conditional(a, FEED, "ETag: \"r\"\r\n", body);
	for (int i = 0; i < 3; i++) {
		g_free(said);
		audit_command(a, conf, &said, words);
	}
	audit_expect(a, audit_server_count(a->server, FEED) == 1,
		     "poll FEED three times: %u request", audit_server_count(a->server, FEED));
	audit_expect(a, said && strstr(said, "interval_min"), "the user is told why");
	g_autofree char *forced_said = NULL;
	audit_command(a, conf, &forced_said, forced);
	const struct audit_request *last = audit_server_request(a->server, FEED, -1);
	audit_expect(a, audit_server_count(a->server, FEED) == 2 && last->status == 304,
		     "with --force one more, conditional");
	audit_serve_status(a, FEED, 503, "Retry-After: 3600\r\n", "");
	g_autofree char *third = NULL, *fourth = NULL;
	audit_command(a, conf, &third, forced);
	audit_command(a, conf, &fourth, forced);
	audit_expect(a, audit_server_count(a->server, FEED) == 3, "Retry-After holds even then");
}

static void sleep_makes_no_burst(struct audit *a)
{
	static const int64_t jumps[] = {8 * HOUR, 300 * AUDIT_DAY};
	struct audit_client *client = audit_open(a, NULL);
	if (!client)
		return;
	subscribe_many(a, client, 100, AUDIT_HOSTS);
	audit_client_run(client, 2 * HOUR, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(jumps); i++) {
		audit_client_jump(client, jumps[i]);
		int64_t now = audit_client_now(client);
		unsigned before = audit_client_polls(client)->len;
		audit_client_run(client, HOUR, 0);
		unsigned minute = polls_between(client, now, now + 60),
			 quarter = polls_between(client, now, now + 960);
		audit_expect(a, minute <= 25,
			     "%" PRId64 " h asleep: %u of 100 feeds in the first minute",
			     jumps[i] / 3600, minute);
		audit_expect(a, quarter >= 100 && fullest(client, before, 1) <= 5,
			     "all within 16 min, at most %u in a second",
			     fullest(client, before, 1));
	}
	audit_client_free(client);
}

const struct audit_rule audit_rules_schedule[] = {
	{10, "Retry-After, in seconds or as a date, is waited for", retry_after_is_waited_for},
	{11, "… by every feed of the host, over restarts, within reason", pauses_are_kept},
	{12, "429 without a hint: an hour and more, doubling, jittered", too_many_without_a_hint},
	{13, "nothing is asked while the last answer is fresh", freshness},
	{14, "ttl, skipHours, skipDays and sy: are lower bounds", wishes_of_the_document},
	{15, "a learned rhythm between floor and ceiling", rhythm},
	{16, "feeds do not move in lock-step", no_lock_step},
	{17, "one connection and a gap for each host and address", pace_of_a_host},
	{18, "no burst at a start; due times outlive restarts", no_start_burst},
	{19, "one request a feed and cycle", one_request_a_cycle},
	{20, "adding a feed costs one request", adding_costs_one},
	{21, "a refresh by hand keeps the limits", refresh_obeys},
	{22, "neither sleep nor clock make a burst", sleep_makes_no_burst},
	{0, NULL, NULL},
};
