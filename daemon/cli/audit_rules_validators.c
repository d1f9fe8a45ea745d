/* audit_rules_validators: conditional requests, R01 to R09.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/cli/audit.h"

#include <string.h>

#define FEED	 "/feed"
#define ETAG	 "ETag: \"a1\"\r\n"
#define MODIFIED "Last-Modified: Mon, 02 Nov 2026 08:00:00 GMT\r\n"

static const char *sent(struct audit *audit, const char *path, int index, const char *header)
{
	return audit_request_header(audit_server_request(audit->server, path, index), header);
}

static bool is(const char *value, const char *wanted)
{
	return g_strcmp0(value, wanted) == 0;
}

static void both_are_sent(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 3, NULL), *url = NULL;
	audit_serve_conditional(a, FEED, ETAG MODIFIED, body);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	audit_client_poll(client, url);
	audit_expect(a,
		     !sent(a, FEED, 0, "If-None-Match") && !sent(a, FEED, 0, "If-Modified-Since"),
		     "first request unconditional");
	const char *etag = sent(a, FEED, 1, "If-None-Match"),
		   *since = sent(a, FEED, 1, "If-Modified-Since");
	audit_expect(a, is(etag, "\"a1\""), "second sent If-None-Match %s",
		     etag ? etag : "nothing");
	audit_expect(a, is(since, "Mon, 02 Nov 2026 08:00:00 GMT"), "and If-Modified-Since %s",
		     since ? since : "nothing");
	audit_client_free(client);
}

static void bytes_are_echoed(struct audit *a)
{
	static const struct {
		const char *etag, *modified;
	} odd[] = {
		{"W/\"a b\"", "Tue, 1 Jan 2030 0:00:00 GMT"},
		{"unquoted-etag", "Sunday, 06-Nov-94 08:49:37 GMT"},
		{"\"x\"; y=\"z\"", "2026-11-02T08:00:00Z"},
		{"\"caff\xe8\"", "yesterday"},
		{"W/\"\"", "0"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
		g_autofree char *headers = g_strdup_printf("ETag: %s\r\nLast-Modified: %s\r\n",
							   odd[i].etag, odd[i].modified);
		g_autofree char *body = audit_feed(1, 1, NULL), *url = NULL;
		g_autofree char *path = g_strdup_printf("/odd%zu", i);
		audit_serve(a, path, headers, body);
		struct audit_client *client = audit_open_feed(a, NULL, path, &url);
		if (!client)
			return;
		audit_client_poll(client, url);
		audit_client_poll(client, url);
		g_autofree char *shown = g_utf8_make_valid(odd[i].etag, -1);
		audit_expect(a,
			     is(sent(a, path, 1, "If-None-Match"), odd[i].etag) &&
				     is(sent(a, path, 1, "If-Modified-Since"), odd[i].modified),
			     "'%s' and '%s' came back byte for byte", shown, odd[i].modified);
		audit_client_free(client);
	}
}

static void they_are_one_set(struct audit *a)
{
	g_autofree char *one = audit_feed(1, 1, NULL), *two = audit_feed(1, 2, NULL), *url = NULL;
	audit_serve(a, FEED, ETAG MODIFIED, one);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	audit_serve(a, FEED, "Last-Modified: Tue, 03 Nov 2026 08:00:00 GMT\r\n", two);
	audit_client_poll(client, url);
	audit_client_poll(client, url);
	audit_expect(a, !sent(a, FEED, 2, "If-None-Match"),
		     "after a 200 without ETag: no If-None-Match");
	audit_expect(a, is(sent(a, FEED, 2, "If-Modified-Since"), "Tue, 03 Nov 2026 08:00:00 GMT"),
		     "the new Last-Modified alone");
	audit_client_free(client);
}

static void they_survive_a_restart(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 3, NULL), *url = NULL;
	audit_serve_conditional(a, FEED, ETAG MODIFIED, body);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	for (int i = 0; i < 3 && audit_client_restart(client); i++)
		audit_client_poll(client, url);
	const struct audit_request *last = audit_server_request(a->server, FEED, -1);
	audit_expect(a,
		     audit_server_count(a->server, FEED) == 4 &&
			     is(sent(a, FEED, 1, "If-None-Match"), "\"a1\""),
		     "first request after a restart carried %s",
		     sent(a, FEED, 1, "If-None-Match") ? "the ETag" : "nothing");
	audit_expect(a, last && last->status == 304, "3 restarts: the last answer was %u",
		     last ? last->status : 0);
	audit_client_free(client);
}

static void they_survive_failures(struct audit *a)
{
	static const struct {
		unsigned status;
		const char *headers, *body, *name;
		unsigned flags;
	} answers[] = {
		{429, "", "slow", "429", 0},
		{404, "", "no", "404", 0},
		{500, "ETag: \"error\"\r\n", "oops", "500 with an ETag of its own", 0},
		{503, "Retry-After: 60\r\n", "later", "503", 0},
		{200, "ETag: \"html\"\r\n", "<html><body>log in</body></html>", "HTML with 200", 0},
		{200, "ETag: \"cut\"\r\n",
		 "<rss version='2.0'><channel><title>x</title><item><title>Notizia 1</title>",
		 "a broken document", 0},
		{200, "ETag: \"half\"\r\n",
		 "<rss version='2.0'><channel><title>x</title><item><title>Notizia "
		 "1</title></item></channel></rss>",
		 "a body cut in half", AUDIT_CUT},
		{302, "Location: /nowhere\r\n", "", "a redirect to a 404", 0},
		{200, "ETag: \"empty\"\r\n", "", "an empty body", 0},
	};
	g_autofree char *body = audit_feed(1, 3, NULL), *url = NULL;
	audit_serve_conditional(a, FEED, ETAG MODIFIED, body);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		const struct audit_answer answer = {answers[i].status, answers[i].headers,
						    answers[i].body, 0, answers[i].flags};
		audit_server_answer(a->server, FEED, &answer);
		audit_client_jump(client, AUDIT_DAY);
		audit_client_poll(client, url);
		audit_client_jump(client, AUDIT_DAY);
		audit_client_poll(client, url);
		const char *etag = sent(a, FEED, -1, "If-None-Match");
		audit_expect(a, is(etag, "\"a1\""), "after %s: %s", answers[i].name,
			     etag ? etag : "none");
	}
	audit_client_free(client);
}

static void a_304_refreshes(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 3, NULL), *url = NULL;
	audit_serve(a, FEED, ETAG MODIFIED, body);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	audit_serve_status(a, FEED, 304, "ETag: \"a2\"\r\nCache-Control: max-age=50000\r\n", "");
	const struct audit_poll *poll = audit_client_poll(client, url);
	const struct feed_state *state = audit_client_state(client, url);
	audit_expect(a, poll && poll->unchanged, "304 is unchanged");
	audit_expect(a, state->next_poll_at >= audit_client_now(client) + 50000,
		     "its max-age=50000 holds: next poll in %" G_GINT64_FORMAT " s",
		     state->next_poll_at - audit_client_now(client));
	audit_client_poll(client, url);
	audit_expect(a, is(sent(a, FEED, 2, "If-None-Match"), "\"a2\""), "its ETag is sent next");
	audit_expect(a, sent(a, FEED, 2, "If-Modified-Since") != NULL,
		     "the Last-Modified it did not repeat is kept");
	audit_client_free(client);
}

static void they_go_nowhere_else(struct audit *a)
{
	g_autofree char *one = audit_feed(1, 1, NULL), *two = audit_feed(5, 2, NULL), *url = NULL;
	audit_serve_conditional(a, "/one", ETAG, one);
	audit_serve_conditional(a, "/two", "ETag: \"b1\"\r\n", two);
	audit_serve_status(a, FEED, 302, "Location: /one\r\n", "");
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	audit_client_poll(client, url);
	audit_expect(a, !sent(a, FEED, 1, "If-None-Match"), "not to the address that redirects");
	audit_expect(a, is(sent(a, "/one", 1, "If-None-Match"), "\"a1\""),
		     "to the address that gave them");
	audit_serve_status(a, FEED, 302, "Location: /two\r\n", "");
	audit_client_poll(client, url);
	audit_expect(a,
		     audit_server_count(a->server, "/two") == 1 &&
			     !sent(a, "/two", 0, "If-None-Match"),
		     "not to another target of the redirect");
	audit_client_free(client);
}

static void the_same_is_no_news(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 3, NULL), *other = audit_feed(1, 4, NULL),
			*url = NULL;
	const struct audit_client_options options = {.backlog_s = 365 * AUDIT_DAY};
	audit_serve(a, FEED, "", body);
	struct audit_client *client = audit_open_feed(a, &options, FEED, &url);
	if (!client)
		return;
	const struct audit_poll *first = audit_client_poll(client, url);
	audit_expect(a, first && first->fresh == 3 && first->alerts > 0, "first poll: %u new",
		     first ? first->fresh : 0);
	const struct audit_poll *again = audit_client_poll(client, url);
	audit_expect(a, again && again->unchanged && !again->fresh && !again->alerts,
		     "same body with 200: %u new, not read again", again ? again->fresh : 9);
	audit_serve(a, FEED, ETAG, other);
	audit_client_poll(client, url);
	g_autofree char *noise = g_strconcat(other, "<!-- made at another time -->", NULL);
	audit_serve(a, FEED, ETAG, noise);
	const struct audit_poll *tagged = audit_client_poll(client, url);
	audit_expect(a, tagged && tagged->unchanged && tagged->status == 200,
		     "same ETag with 200 and other bytes: unchanged");
	audit_client_free(client);
}

static void unconditional_once(struct audit *a)
{
	g_autofree char *body = audit_feed(1, 3, NULL), *url = NULL, *said = NULL;
	const char *const words[] = {"poll", "--help", NULL};
	unsigned unconditional = 0;
	audit_serve_conditional(a, FEED, ETAG, body);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	for (int i = 0; i < 100; i++) {
		if (i % 25 == 24)
			audit_client_restart(client);
		audit_client_poll(client, url);
	}
	for (int i = 0; i < 100; i++)
		unconditional += !sent(a, FEED, i, "If-None-Match");
	audit_expect(a, audit_server_count(a->server, FEED) == 100 && unconditional == 1,
		     "%u of %u requests unconditional", unconditional,
		     audit_server_count(a->server, FEED));
	audit_client_free(client);
	audit_command(a, "", &said, words);
	audit_expect(a, said && strstr(said, "--refetch") != NULL,
		     "whole documents again only by poll --refetch, which asks on a terminal");
}

const struct audit_rule audit_rules_validators[] = {
	{1, "ETag and Last-Modified of a 200 are kept and both sent back", both_are_sent},
	{2, "validators come back byte for byte", bytes_are_echoed},
	{3, "the two validators are one set of one answer", they_are_one_set},
	{4, "validators outlive a restart", they_survive_a_restart},
	{5, "validators outlive errors, redirects and unreadable answers", they_survive_failures},
	{6, "a 304 renews validators and freshness", a_304_refreshes},
	{7, "validators go only to the address that gave them", they_go_nowhere_else},
	{8, "a 200 with the same body or ETag is no news", the_same_is_no_news},
	{9, "unconditional only at first, or when people ask for it", unconditional_once},
	{0, NULL, NULL},
};
