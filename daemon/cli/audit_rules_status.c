/* audit_rules_status: what answers mean, R50 to R59.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/audit.h"
#include "feeds/health.h"

#include <inttypes.h>
#include <string.h>

#define FEED   "/feed"
#define HOUR   3600LL
#define NOBODY "127.0.0.99" /* no server listens on this address */

static void poll_times(struct audit_client *client, const char *url, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		audit_client_jump(client, HOUR);
		audit_client_poll(client, url);
	}
}

/* How many polls said that the feed moved. */
static unsigned moves(const struct audit_client *client)
{
	const GPtrArray *polls = audit_client_polls(client);
	unsigned count = 0;
	for (unsigned i = 0; i < polls->len; i++)
		count += ((const struct audit_poll *)polls->pdata[i])->moved_to != NULL;
	return count;
}

static void redirect_to(struct audit *a, const char *path, unsigned status, const char *target)
{
	g_autofree char *header = g_strdup_printf("Location: %s\r\n", target);
	audit_serve_status(a, path, status, header, "");
}

/* Does a feed whose address redirects so end up at another address? */
static bool ends_elsewhere(struct audit *a, unsigned status, const char *target, unsigned polls)
{
	g_autofree char *path = g_strdup_printf("/from%u%s", status, target), *url = NULL;
	redirect_to(a, path, status, target);
	struct audit_client *client = audit_open_feed(a, NULL, path, &url);
	if (!client)
		return false;
	poll_times(client, url, polls);
	bool elsewhere = strcmp(audit_client_state(client, url)->fetch_url, url) != 0;
	audit_client_free(client);
	return elsewhere;
}

static void for_good(struct audit *a)
{
	static const unsigned statuses[] = {301, 308};
	g_autofree char *body = audit_feed(1, 2, NULL), *conf = NULL, *said = NULL;
	const char *const words[] = {"poll", "--force", NULL};

	audit_serve_conditional(a, "/new", "ETag: \"n\"\r\n", body);
	audit_serve(a, "/html", "Content-Type: text/html\r\n", "<html><body>parked</body></html>");
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		g_autofree char *path = g_strdup_printf("/old%u", statuses[i]), *url = NULL;
		redirect_to(a, path, statuses[i], "/new");
		struct audit_client *client = audit_open_feed(a, NULL, path, &url);
		if (!client)
			return;
		poll_times(client, url, 2);
		bool early = strcmp(audit_client_state(client, url)->fetch_url, url) != 0;
		poll_times(client, url, 1);
		const struct feed_state *state = audit_client_state(client, url);
		audit_expect(a,
			     !early && g_str_has_suffix(state->fetch_url, "/new") &&
				     moves(client) == 1,
			     "%u: believed at the third poll, told once", statuses[i]);
		poll_times(client, url, 2);
		audit_expect(a, audit_server_count(a->server, path) == 3,
			     "then asked at the new address only");
		audit_expect(a, strcmp(audit_client_state(client, url)->url, url) == 0,
			     "the subscribed address is kept");
		audit_client_free(client);
	}
	audit_expect(a, !ends_elsewhere(a, 301, "/html", 6),
		     "to a page that is no feed: not believed");
	conf = g_strdup_printf("feed \"http://127.0.0.1:%u/old301\" { }\n",
			       audit_server_port(a->server));
	for (int i = 0; i < 3; i++) {
		g_free(said);
		audit_command(a, conf, &said, words);
	}
	audit_expect(a, said && strstr(said, "feed.moved") && strstr(said, "service.alert"),
		     "the user is told by log and service alert");
}

static void for_now(struct audit *a)
{
	static const unsigned statuses[] = {302, 303, 307};
	g_autofree char *body = audit_feed(1, 2, NULL);
	audit_serve(a, "/now", "", body);
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
		audit_expect(a, !ends_elsewhere(a, statuses[i], "/now", 10),
			     "%u ten times: followed, the old address is kept", statuses[i]);
	audit_expect(a, audit_server_count(a->server, "/now") == 30, "%u requests at the target",
		     audit_server_count(a->server, "/now"));
	redirect_to(a, "/mixed", 302, "/now");
	audit_expect(a, !ends_elsewhere(a, 301, "/mixed", 6), "301 to a 302: not believed");
}

static void two_become_one(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 2, NULL), *first = audit_url(a, 0, "/first"),
			*second = audit_url(a, 0, "/second");
	struct audit_client *client = audit_open(a, NULL);
	if (!client)
		return;
	audit_serve_conditional(a, "/second", "ETag: \"2\"\r\n", body);
	redirect_to(a, "/first", 301, second);
	audit_client_subscribe(client, first);
	audit_client_subscribe(client, second);
	for (int i = 0; i < 3; i++) {
		audit_client_jump(client, HOUR);
		audit_client_poll(client, first);
	}
	audit_server_forget(a->server);
	audit_client_run(client, AUDIT_DAY, 0);
	unsigned asked = audit_server_count(a->server, "/second");
	audit_expect(a,
		     !audit_server_count(a->server, "/first") && asked > 5 &&
			     asked <= AUDIT_DAY / 900,
		     "after 301 to another feed's address: %u requests there in a day (floor 900 "
		     "s), none at the old one",
		     asked);
	audit_client_restart(client);
	unsigned before = audit_client_polls(client)->len, first_polls = 0;
	audit_client_run(client, AUDIT_DAY, 0);
	for (unsigned i = before; i < audit_client_polls(client)->len; i++)
		first_polls +=
			strcmp(((const struct audit_poll *)audit_client_polls(client)->pdata[i])
				       ->url,
			       first) == 0;
	audit_expect(a, !first_polls && audit_client_polls(client)->len > before,
		     "also after a restart");
	audit_client_free(client);
}

static void gone(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 2, NULL), *url = NULL, *said = NULL, *why = NULL;
	g_autofree char *conf = g_strdup_printf("feed \"http://127.0.0.1:%u" FEED "\" { }\n",
						audit_server_port(a->server));
	const char *const poll[] = {"poll", "--force", NULL}, *const ask[] = {
								      "why",
								      "http://esempio.invalid/1",
								      NULL};

	audit_serve_status(a, FEED, 500, "", "");
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	poll_times(client, url, 5);
	audit_serve_status(a, FEED, 410, "", "");
	poll_times(client, url, 2);
	audit_expect(a, !audit_client_state(client, url)->gone,
		     "one or two 410 after other failures: not yet");
	poll_times(client, url, 1);
	audit_expect(a, audit_client_state(client, url)->gone, "the third: gone");
	audit_server_forget(a->server);
	audit_client_restart(client);
	audit_client_run(client, 60 * AUDIT_DAY, 0);
	audit_expect(a, audit_server_count(a->server, NULL) == 0,
		     "in 60 days after it %u requests, over a restart",
		     audit_server_count(a->server, NULL));
	audit_client_free(client);
	audit_serve(a, FEED, "", body);
	audit_command(a, conf, &said, poll);
	audit_serve_status(a, FEED, 410, "", "");
	unsigned told = 0;
	for (int i = 0; i < 5; i++) {
		g_free(said);
		audit_command(a, conf, &said, poll);
		told += said && strstr(said, "feed.gone") != NULL;
	}
	audit_expect(a, told == 1, "five more polls by hand: told %u time", told);
	audit_expect(a, audit_command(a, NULL, &why, ask) == 0 && why && strstr(why, "Notizia 1"),
		     "its articles are still there");
}

/* Fail with this status for 40 days; the gaps between requests. */
static GArray *gaps_of(struct audit *a, unsigned status)
{
	g_autofree char *url = NULL;
	GArray *gaps = g_array_new(FALSE, FALSE, sizeof(int64_t));
	audit_serve_status(a, FEED, status, "", "");
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return gaps;
	audit_client_run(client, 40 * AUDIT_DAY, 0);
	const GPtrArray *polls = audit_client_polls(client);
	for (unsigned i = 1; i < polls->len; i++) {
		int64_t gap = ((const struct audit_poll *)polls->pdata[i])->at -
			      ((const struct audit_poll *)polls->pdata[i - 1])->at;
		g_array_append_val(gaps, gap);
	}
	audit_client_free(client);
	return gaps;
}

static void absent(struct audit *a)
{
	static const unsigned statuses[] = {403, 404};
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		g_autoptr(GArray) gaps = gaps_of(a, statuses[i]);
		bool daily = gaps->len > 4, weekly = gaps->len > 4;
		for (unsigned k = 3; k < gaps->len; k++)
			daily = daily && g_array_index(gaps, int64_t, k) >= AUDIT_DAY;
		weekly = weekly && g_array_index(gaps, int64_t, gaps->len - 1) >= 7 * AUDIT_DAY;
		audit_expect(
			a, daily && weekly,
			"%u for 40 days: %u requests, from the fourth on daily, in the end weekly",
			statuses[i], gaps->len + 1);
	}
}

static void login(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 2, NULL), *said = NULL, *again = NULL, *with = NULL,
			*file = NULL;
	g_autofree char *conf = g_strdup_printf("feed \"http://127.0.0.1:%u" FEED "\" { }\n",
						audit_server_port(a->server));
	g_autofree char *conf_with = g_strdup_printf("feed \"http://127.0.0.1:%u" FEED
						     "\" { credential_file = \"secret\" }\n",
						     audit_server_port(a->server));
	const char *const poll[] = {"poll", NULL};
	const struct audit_answer answer = {.body = body, .flags = AUDIT_LOGIN};
	g_autoptr(GArray) gaps = gaps_of(a, 401);

	audit_expect(a,
		     gaps->len <= 1 &&
			     (!gaps->len || g_array_index(gaps, int64_t, 0) >= 30 * AUDIT_DAY),
		     "401 for 40 days: %u requests", gaps->len + 1);
	audit_server_answer(a->server, FEED, &answer);
	audit_server_forget(a->server);
	audit_command(a, conf, &said, poll);
	audit_expect(a, said && strstr(said, "credential_file"),
		     "the user is asked for credentials by the setting's name");
	audit_command(a, conf, &again, poll);
	audit_expect(a, audit_server_count(a->server, FEED) == 1, "not asked again without");
	file = g_build_filename(a->folder, "secret", NULL);
	g_file_set_contents_full(file, "user:pass", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
	audit_command(a, conf_with, &with, poll);
	const struct audit_request *last = audit_server_request(a->server, FEED, -1);
	audit_expect(a, last && last->status == 200, "with credentials at once: %u",
		     last ? last->status : 0);
}

static void absent_or_locked(struct audit *a)
{
	absent(a);
	login(a);
}

/* Poll until `polls` failed, then let it succeed. */
static void series(struct audit *a, const char *what, const char *address,
		   const struct audit_client_options *options)
{
	struct audit_client *client = audit_open(a, options);
	g_autoptr(GString) shown = g_string_new(NULL);
	bool growing = true;
	int64_t before = 0;
	if (!client)
		return;
	audit_client_subscribe(client, address);
	audit_client_run(client, 60 * AUDIT_DAY, 12);
	const GPtrArray *polls = audit_client_polls(client);
	for (unsigned i = 1; i < polls->len; i++) {
		int64_t gap = ((const struct audit_poll *)polls->pdata[i])->at -
			      ((const struct audit_poll *)polls->pdata[i - 1])->at;
		growing = growing && gap <= 1.2 * AUDIT_DAY + 1 &&
			  (gap >= AUDIT_DAY || (double)gap * 1.2 >= (double)before);
		before = gap;
		g_string_append_printf(shown, " %" PRId64, gap);
	}
	const struct audit_poll *last = polls->len ? polls->pdata[polls->len - 1] : NULL;
	audit_expect(a, polls->len == 12 && growing && before >= AUDIT_DAY && last->error,
		     "%s: 12 failures, gaps%s s", what, shown->str);
	audit_client_free(client);
}

static void back_off(struct audit *a)
{
	const struct audit_client_options quick = {.timeout_ms = 300};
	const struct audit_answer silent = {.flags = AUDIT_SILENT},
				  raw = {.flags = AUDIT_RAW, .body = "220 mail\r\n"};
	g_autofree char *failing = audit_url(a, 0, "/500"), *hung = audit_url(a, 0, "/hung"),
			*odd = audit_url(a, 0, "/odd"), *url = NULL;
	g_autofree char *refused =
		g_strdup_printf("http://" NOBODY ":%u/x", audit_server_port(a->server));
	g_autofree char *tls =
		g_strdup_printf("https://127.0.0.1:%u/x", audit_server_port(a->server));
	g_autofree char *body = audit_feed(1, 2, NULL);

	audit_serve_status(a, "/500", 500, "", "");
	audit_server_answer(a->server, "/hung", &silent);
	audit_server_answer(a->server, "/odd", &raw);
	series(a, "500", failing, NULL);
	series(a, "no connection", refused, NULL);
	series(a, "no TLS", tls, NULL);
	series(a, "time limit", hung, &quick);
	series(a, "not HTTP", odd, NULL);
	series(a, "no such name", "http://nowhere.invalid/feed", &quick);
	audit_serve_status(a, FEED, 502, "", "");
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	poll_times(client, url, 9);
	audit_serve(a, FEED, "", body);
	poll_times(client, url, 1);
	const struct feed_state *state = audit_client_state(client, url);
	int64_t pause = state->next_poll_at - audit_client_now(client);
	audit_expect(a, !state->failures && pause <= 1200, "one success: back to %" PRId64 " s",
		     pause);
	audit_client_free(client);
}

static void not_a_feed(struct audit *a)
{
	static const struct {
		const char *what, *headers, *body;
	} pages[] = {
		{"a login page", "Content-Type: text/html\r\n",
		 "<!DOCTYPE html><html><head><title>Log "
		 "in</title></head><body><form></form></body></html>"},
		{"a captcha sent as XML", "Content-Type: application/rss+xml\r\n",
		 "<html><body>Are you human?</body></html>"},
		{"plain text", "Content-Type: text/plain\r\n",
		 "Too many connections to the database"},
		{"an empty answer", "", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
		g_autofree char *path = g_strdup_printf("/page%zu", i), *url = NULL,
				*body = audit_feed(1, 2, NULL);
		audit_serve(a, path, "", body);
		struct audit_client *client = audit_open_feed(a, NULL, path, &url);
		if (!client)
			return;
		audit_client_poll(client, url);
		audit_serve(a, path, pages[i].headers, pages[i].body);
		const struct audit_poll *poll = audit_client_poll(client, url);
		const struct feed_state *state = audit_client_state(client, url);
		bool said = poll && poll->error &&
			    (!*pages[i].body || strstr(poll->error, "not a feed"));
		audit_expect(a,
			     said && feed_health(state, NULL, audit_client_now(client)) ==
					     FEED_FAILING,
			     "%s: %s", pages[i].what,
			     poll && poll->error ? poll->error : "taken for a feed");
		audit_client_run(client, 9 * HOUR, 0);
		state = audit_client_state(client, url);
		audit_expect(a, state && state->failures && state->failures < 8,
			     "asked %u times in 9 hours", audit_server_count(a->server, path) - 2);
		audit_client_free(client);
	}
}

static void only_feeds_are_added(struct audit *a)
{
	g_autofree char *url = audit_url(a, 0, "/login"), *said = NULL;
	const char *const words[] = {"feeds", "add", url, NULL};
	audit_serve(a, "/login", "Content-Type: text/html\r\n",
		    "<html><head><title>Members only</title></head>\n<body>\nPlease log "
		    "in\n</body></html>");
	int done = audit_command(a, "", &said, words);
	g_autofree char *opml = audit_command_file(a, "feeds.opml");
	audit_expect(a, done == 1 && !strstr(opml, "/login"),
		     "feeds add of a login page ends with %d, nothing is stored", done);
	audit_expect(a, said && strstr(said, "Members only") && strstr(said, "Please log in"),
		     "its first lines are shown");
}

static void errors_are_told(struct audit *a)
{
	g_autofree char *said = NULL, *listed = NULL;
	unsigned port = audit_server_port(a->server);
	g_autofree char *conf = g_strdup_printf(
		"feed \"http://127.0.0.1:%u/e500\" { }\nfeed \"https://127.0.0.1:%u/tls\" { }\n"
		"feed \"http://127.0.0.1:%u/page\" { }\nfeed \"http://" NOBODY ":%u/x\" { }\n",
		port, port, port, port);
	const char *const poll[] = {"poll", NULL}, *const list[] = {"feeds", "list", "--json",
								    NULL};
	static const char *const causes[] = {"status 500", "TLS", "root element", "no connection"};

	audit_serve_status(a, "/e500", 500, "", "");
	audit_serve(a, "/tls", "", "<rss/>");
	audit_serve(a, "/page", "", "<html></html>");
	int done = audit_command(a, conf, &said, poll);
	audit_command(a, NULL, &listed, list);
	for (size_t i = 0; i < G_N_ELEMENTS(causes); i++) {
		const char *first = said ? strstr(said, causes[i]) : NULL;
		audit_expect(a,
			     first && strstr(first + 1, causes[i]) && listed &&
				     strstr(listed, causes[i]),
			     "'%s' in poll's line, in the log and in feeds list", causes[i]);
	}
	unsigned failing = 0;
	for (const char *at = listed; at && (at = strstr(at, "\"health\":\"failing\"")); at++)
		failing++;
	audit_expect(a, failing == 4 && said && strstr(said, "4 failed"),
		     "counted: %u failing (poll ended with %d)", failing, done);
	audit_expect(a, audit_server_count(a->server, "/tls") == 0,
		     "after the TLS failure no request without TLS");
}

static void less_is_not_gone(struct audit *a)
{
	const struct audit_client_options options = {.backlog_s = 365 * AUDIT_DAY};
	g_autofree char *full = audit_feed(1, 10, NULL), *empty = audit_feed(1, 0, NULL),
			*url = NULL;
	g_autofree char *half = g_strndup(full, strlen(full) / 2);
	const struct {
		const char *what, *body;
	} steps[] = {{"an empty feed", empty},
		     {"all ten again", full},
		     {"half a document", half},
		     {"all ten again", full}};

	audit_serve(a, FEED, "", full);
	struct audit_client *client = audit_open_feed(a, &options, FEED, &url);
	if (!client)
		return;
	const struct audit_poll *poll = audit_client_poll(client, url);
	audit_expect(a, poll && poll->fresh == 10, "ten entries: %u new", poll ? poll->fresh : 0);
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		audit_serve(a, FEED, "", steps[i].body);
		audit_client_jump(client, HOUR);
		poll = audit_client_poll(client, url);
		audit_expect(a, poll && !poll->fresh && !poll->edited && !poll->alerts,
			     "%s: %u new, %u alerts", steps[i].what, poll ? poll->fresh : 9,
			     poll ? poll->alerts : 9);
	}
	audit_client_free(client);
}

const struct audit_rule audit_rules_status[] = {
	{50, "301 and 308 are believed the third time, if a feed is there; told", for_good},
	{51, "302, 303 and 307 are followed, never believed", for_now},
	{52, "two feeds at one address are joined", two_become_one},
	{53, "410 ends polling, is told once, history stays", gone},
	{54, "404 and 403: daily, then weekly; 401: credentials are asked for", absent_or_locked},
	{55, "failures back off, doubling, and never end for good", back_off},
	{56, "a page instead of a feed is a failure, in words", not_a_feed},
	{57, "what is no feed is not added; its beginning is shown", only_feeds_are_added},
	{58, "every error reaches screen, log and list, with its cause", errors_are_told},
	{59, "an empty or truncated feed deletes and alerts nothing", less_is_not_gone},
	{0, NULL, NULL},
};
