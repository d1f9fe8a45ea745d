/* audit_rules_items: deltas, history, identity, first polls: R60 to R64.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/cli/audit.h"

#include <string.h>

#define FEED "/feed"

static const char *sent(struct audit *a, const char *path, int index, const char *header)
{
	return audit_request_header(audit_server_request(a->server, path, index), header);
}

/* A client whose feed asks for deltas, ten entries read. */
static struct audit_client *delta_client(struct audit *a,
					 const struct audit_client_options *options, char **url)
{
	g_autofree char *body = audit_feed(1, 10, NULL);
	audit_serve(a, FEED, "ETag: \"d1\"\r\n", body);
	struct audit_client *client = audit_open(a, options);
	*url = audit_url(a, 0, FEED);
	if (!client)
		return NULL;
	audit_client_subscribe(client, *url)->delta = true;
	audit_client_poll(client, *url);
	return client;
}

static void deltas_are_merged(struct audit *a)
{
	const struct audit_client_options options = {.backlog_s = 365 * AUDIT_DAY};
	g_autofree char *one = audit_feed(11, 1, NULL), *full = audit_feed(1, 11, NULL),
			*url = NULL, *plain = audit_url(a, 1, "/plain");
	struct audit_client *client = delta_client(a, &options, &url);
	if (!client)
		return;
	audit_expect(a, !sent(a, FEED, 0, "A-IM"), "first request without A-IM");
	audit_serve_status(a, FEED, 226, "IM: feed\r\nETag: \"d2\"\r\n", one);
	const struct audit_poll *poll = audit_client_poll(client, url);
	audit_expect(a,
		     g_strcmp0(sent(a, FEED, 1, "A-IM"), "feed") == 0 &&
			     sent(a, FEED, 1, "If-None-Match"),
		     "second with A-IM: feed and If-None-Match");
	audit_expect(a, poll && poll->fresh == 1 && !poll->error, "226 with one entry: %u new",
		     poll ? poll->fresh : 9);
	audit_serve(a, FEED, "ETag: \"d3\"\r\n", full);
	poll = audit_client_poll(client, url);
	audit_expect(a, g_strcmp0(sent(a, FEED, 2, "If-None-Match"), "\"d2\"") == 0,
		     "the ETag of the 226 names the whole document");
	audit_expect(a, poll && !poll->fresh && !poll->edited,
		     "the ten it left out were not forgotten: %u new in the whole",
		     poll ? poll->fresh : 9);
	audit_serve(a, "/plain", "ETag: \"p\"\r\n", full);
	audit_client_subscribe(client, plain);
	audit_client_poll(client, plain);
	audit_client_poll(client, plain);
	audit_expect(a, !sent(a, "/plain", 1, "A-IM"), "a feed without 'delta' never asks for one");
	audit_client_free(client);
}

static void deltas_may_be_ignored(struct audit *a)
{
	g_autofree char *more = audit_feed(1, 12, NULL), *url = NULL;
	struct audit_client *client = delta_client(a, NULL, &url);
	if (!client)
		return;
	audit_serve_conditional(a, FEED, "ETag: \"d9\"\r\n", more);
	const struct audit_poll *poll = audit_client_poll(client, url);
	audit_expect(a, poll && poll->status == 200 && poll->fresh == 2,
		     "A-IM answered with a plain 200: %u new of 12", poll ? poll->fresh : 0);
	poll = audit_client_poll(client, url);
	audit_expect(a, poll && poll->status == 304 && poll->unchanged, "then 304");
	audit_client_free(client);
}

static void serve_page(struct audit *a, const char *path, unsigned first, unsigned count,
		       const char *relation, const char *target)
{
	g_autofree char *to = target ? audit_url(a, 0, target) : NULL;
	g_autofree char *extra =
		to ? g_strdup_printf("<atom:link rel=\"%s\" href=\"%s\"/>", relation, to) : NULL;
	g_autofree char *body = audit_feed(first, count, extra);
	audit_serve(a, path, "", body);
}

static void archives(struct audit *a)
{
	const struct audit_client_options options = {.backlog_s = 365 * AUDIT_DAY};
	g_autofree char *url = NULL;
	serve_page(a, FEED, 1, 5, "prev-archive", "/archive1");
	serve_page(a, "/archive1", 100, 5, NULL, NULL);
	struct audit_client *client = audit_open_feed(a, &options, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	serve_page(a, FEED, 4, 5, "prev-archive", "/archive1");
	audit_client_poll(client, url);
	audit_expect(a, !audit_server_count(a->server, "/archive1"),
		     "no archive is read without a gap");
	serve_page(a, FEED, 20, 5, "prev-archive", "/archive3");
	serve_page(a, "/archive3", 14, 6, "prev-archive", "/archive2");
	serve_page(a, "/archive2", 8, 6, "prev-archive", "/archive1");
	const struct audit_poll *poll = audit_client_poll(client, url);
	audit_expect(a, poll && poll->fresh == 16,
		     "entries 9 to 24 at once, 5 in the feed, the others in two archives: %u new",
		     poll ? poll->fresh : 0);
	serve_page(a, FEED, 30, 5, "prev-archive", "/archive3");
	audit_client_restart(client);
	audit_client_poll(client, url);
	audit_expect(a,
		     audit_server_count(a->server, "/archive3") == 1 &&
			     audit_server_count(a->server, "/archive2") == 1 &&
			     !audit_server_count(a->server, "/archive1"),
		     "each archive once, also after a restart and another gap");
	audit_client_free(client);
}

static void pages(struct audit *a)
{
	g_autofree char *url = NULL, *elsewhere = audit_url(a, 1, "/far");
	serve_page(a, FEED, 1, 5, "next", "/p1");
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	audit_client_poll(client, url);
	for (unsigned i = 1; i < 20; i++) {
		g_autofree char *path = g_strdup_printf("/p%u", i),
				*next = g_strdup_printf("/p%u", i + 1);
		serve_page(a, path, 1000 - i * 10, 5, "next", next);
	}
	serve_page(a, FEED, 1000, 5, "next", "/p1");
	audit_server_forget(a->server);
	audit_client_poll(client, url);
	audit_expect(a, audit_server_count(a->server, NULL) == 6,
		     "endless pages: %u read, and no more",
		     audit_server_count(a->server, NULL) - 1);
	serve_page(a, FEED, 2000, 5, "next", "/ring");
	serve_page(a, "/ring", 2100, 5, "next", "/ring");
	audit_client_poll(client, url);
	audit_expect(a, audit_server_count(a->server, "/ring") == 1,
		     "a page that is its own next: read once");
	g_autofree char *far_link =
				g_strdup_printf("<atom:link rel=\"next\" href=\"%s\"/>", elsewhere),
			*far_body = audit_feed(3000, 5, far_link);
	audit_serve(a, FEED, "", far_body);
	audit_client_poll(client, url);
	audit_expect(a, !audit_server_count(a->server, "/far"),
		     "pages on another host are not read");
	g_autofree char *complete =
		audit_feed(4000, 5, "<fh:complete/><atom:link rel=\"next\" href=\"/p9\"/>");
	audit_server_forget(a->server);
	audit_serve(a, FEED, "", complete);
	audit_client_poll(client, url);
	audit_expect(a, audit_server_count(a->server, NULL) == 1,
		     "fh:complete: what is absent is gone, no page is read");
	audit_client_free(client);
}

static void history(struct audit *a)
{
	archives(a);
	pages(a);
}

/* One entry; NULL guid or link: without. */
static char *entry(const char *guid, const char *link, const char *title)
{
	g_autofree char *id = guid ? g_strdup_printf("<guid isPermaLink=\"false\">%s</guid>", guid)
				   : g_strdup("");
	g_autofree char *to = link ? g_strdup_printf("<link>http://esempio.invalid/%s</link>", link)
				   : g_strdup("");
	return g_strdup_printf(
		"<rss version=\"2.0\"><channel><title>x</title><item>%s%s<title>%s</title>"
		"<pubDate>Thu, 14 Jan 2027 08:00:00 GMT</pubDate></item></channel></rss>",
		id, to, title);
}

static void identity(struct audit *a)
{
	static const struct {
		const char *what, *guid, *link, *title, *guid2, *link2, *title2;
		unsigned fresh, edited;
	} cases[] = {
		{"same guid, other title", "g", "1", "Notizia", "g", "1", "Notizia, corretta", 0,
		 1},
		{"same guid, other link", "g", "1", "Notizia", "g", "2", "Notizia", 0, 0},
		{"other guid, same link and title", "g", "1", "Notizia", "h", "1", "Notizia", 0, 0},
		{"no guid, same link with tracking", NULL, "1", "Notizia", NULL, "1?utm_source=rss",
		 "Notizia", 0, 0},
		{"no guid, other link", NULL, "1", "Notizia prima", NULL, "2", "Notizia seconda", 1,
		 0},
		{"neither, same title and date", NULL, NULL, "Notizia", NULL, NULL, "Notizia", 0,
		 0},
		{"neither, other title", NULL, NULL, "Notizia prima", NULL, NULL, "Notizia seconda",
		 1, 0},
		{"other guid, other title", "g", "1", "Notizia prima", "h", "2", "Notizia seconda",
		 1, 0},
	};
	const struct audit_client_options options = {.backlog_s = 365 * AUDIT_DAY};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strdup_printf("/id%zu", i), *url = NULL;
		g_autofree char *before = entry(cases[i].guid, cases[i].link, cases[i].title),
				*after = entry(cases[i].guid2, cases[i].link2, cases[i].title2);
		g_autofree char *changed =
			g_strconcat(after, "\n", NULL); /* other bytes in any case */
		audit_serve(a, path, "", before);
		struct audit_client *client = audit_open_feed(a, &options, path, &url);
		if (!client)
			return;
		audit_client_poll(client, url);
		int64_t messages = audit_client_messages(client);
		audit_serve(a, path, "", changed);
		const struct audit_poll *poll = audit_client_poll(client, url);
		int64_t more = audit_client_messages(client) - messages;
		audit_expect(a,
			     messages == 1 && poll && poll->fresh == cases[i].fresh &&
				     poll->edited == cases[i].edited && more <= cases[i].fresh,
			     "%s: %u new, %u edited, %d messages", cases[i].what,
			     poll ? poll->fresh : 9, poll ? poll->edited : 9, (int)more);
		audit_client_free(client);
	}
}

static void backlog(struct audit *a)
{
	static const char body[] =
		"<rss version=\"2.0\"><channel><title>x</title>"
		"<item><guid>1</guid><title>Notizia di ieri</title><pubDate>Thu, 14 Jan 2027 "
		"12:00:00 GMT</pubDate></item>"
		"<item><guid>2</guid><title>Notizia di dicembre</title><pubDate>Tue, 01 Dec 2026 "
		"12:00:00 GMT</pubDate></item>"
		"</channel></rss>";
	const struct audit_client_options two_days = {.backlog_s = 2 * AUDIT_DAY};
	g_autofree char *url = NULL, *again = NULL, *more = NULL;

	audit_serve(a, FEED, "", body);
	struct audit_client *client = audit_open_feed(a, NULL, FEED, &url);
	if (!client)
		return;
	const struct audit_poll *poll = audit_client_poll(client, url);
	audit_expect(a, poll && poll->fresh == 2 && !poll->alerts && poll->backlog,
		     "first poll: %u entries seen, %u alerts", poll ? poll->fresh : 0,
		     poll ? poll->alerts : 9);
	more = audit_feed(50, 1, NULL);
	audit_serve(a, FEED, "", more);
	poll = audit_client_poll(client, url);
	audit_expect(a, poll && poll->alerts == 1, "a new one later: %u alert",
		     poll ? poll->alerts : 0);
	audit_client_free(client);
	audit_serve(a, FEED, "", body);
	client = audit_open_feed(a, &two_days, FEED, &again);
	if (!client)
		return;
	poll = audit_client_poll(client, again);
	audit_expect(a, poll && poll->alerts == 1,
		     "with 'backlog = 2d' the young one alerts: %u of 2", poll ? poll->alerts : 9);
	audit_client_free(client);
}

const struct audit_rule audit_rules_items[] = {
	{60, "A-IM only where wanted; a 226 adds, it removes nothing", deltas_are_merged},
	{61, "a server that ignores A-IM works the same", deltas_may_be_ignored},
	{62, "older pages only to close a gap, each archive once, within limits", history},
	{63, "guid, else link, else hash; edits and new guids are no news", identity},
	{64, "a first poll marks the backlog as seen, or alerts the last hours", backlog},
	{0, NULL, NULL},
};
