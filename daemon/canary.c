/* canary: see canary.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/canary.h"

#include "daemon/alerts/compose.h"
#include "filters/filter_set.h"
#include "filters/matcher.h"

#include <inttypes.h>
#include <string.h>

#define WORD "vedettacanarino"
#define OVERDUE_S 60

struct canary {
	struct canary_parts parts;
	struct filter_set *filters;
	struct matcher *matcher;
	char *channel;
	char *key;          /* of the one under way; NULL: none */
	gint64 published_us;
	int64_t published_at;
	bool overdue;       /* told */
	bool reading;       /* the worker has it */
	bool freed;         /* while reading: its answer frees it */
};

struct canary *canary_new(const struct canary_parts *parts)
{
	struct canary *c = g_new0(struct canary, 1);
	c->parts = *parts;
	c->filters = filter_set_parse("canary", "filter \"canary\" { when = \"" WORD "\" }", NULL, NULL);
	c->matcher = c->filters ? matcher_new(c->filters, NULL) : NULL;
	return c;
}

static void destroy(struct canary *c)
{
	matcher_free(c->matcher);
	filter_set_free(c->filters);
	g_free(c->channel);
	g_free(c->key);
	g_free(c);
}

void canary_free(struct canary *c)
{
	if (!c)
		return;
	if (c->reading)
		c->freed = true;
	else
		destroy(c);
}

static bool matches(struct canary *c, const struct feed_document *document)
{
	const struct feed_entry *entry = document->entries->len ? document->entries->pdata[0] : NULL;
	if (!entry || !c->matcher)
		return false;
	const struct match_article article = {.title = entry->title ? entry->title : "", .body = entry->summary ? entry->summary : ""};
	g_autoptr(GPtrArray) verdicts = matcher_match(c->matcher, &article, MATCH_MATCHED_ONLY);
	return verdicts->len == 1;
}

static void add_delivery(struct canary *c)
{
	struct message *message = compose_text(DELIVERY_TEST, c->key, "vedetta: canary", "The way from publication to delivery is open.",
					       PRIORITY_LOW, "en", c->published_at);
	struct delivery *d = delivery_new();
	d->key = g_strdup(c->key);
	d->channel = g_strdup(c->channel);
	d->recipient = g_strdup("");
	d->route = g_strdup("");
	d->kind = DELIVERY_TEST;
	d->priority = PRIORITY_LOW;
	d->created_at = d->due_at = c->published_at;
	d->expires_at = c->published_at + OVERDUE_S;
	d->payload = message_to_json(message);
	message_free(message);
	g_ptr_array_add(c->parts.batch(c->parts.user_data)->deliveries, d);
}

static void on_parsed(struct feed_document *document, const GError *error, void *data)
{
	struct canary *c = data;
	(void)error;
	c->reading = false;
	if (c->freed)
		destroy(c);
	else if (document && matches(c, document))
		add_delivery(c);
	feed_document_free(document);
}

static void publish(struct canary *c, const char *channel, int64_t now)
{
	g_autofree char *text = g_strdup_printf("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>canary</title><item><guid>%" PRId64
						"</guid><title>" WORD "</title><description>canary of %" PRId64 "</description></item>"
						"</channel></rss>",
						now, now);
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	const struct parse_options options = {.content_type = "application/rss+xml"};

	g_free(c->channel);
	g_free(c->key);
	c->channel = g_strdup(channel);
	c->key = g_strdup_printf("canary.%" PRId64, now);
	c->published_us = g_get_monotonic_time();
	c->published_at = now;
	c->overdue = false;
	c->reading = true;
	worker_parse(c->parts.worker, bytes, &options, on_parsed, c);
}

/* By the clock that nobody sets, and which rests while the machine sleeps. */
static gint64 ms_under_way(const struct canary *c)
{
	return (g_get_monotonic_time() - c->published_us) / 1000;
}

void canary_turn(struct canary *c, const char *channel, int64_t interval_s, int64_t now)
{
	/* earlier than the last: the clock was set back */
	bool due = now - c->published_at >= interval_s || now < c->published_at;

	if (c->key && !c->overdue && ms_under_way(c) > OVERDUE_S * 1000) {
		c->overdue = true;
		c->parts.news(false, ms_under_way(c), c->parts.user_data);
	}
	if (interval_s && channel && !c->reading && due)
		publish(c, channel, now);
}

void canary_sent(struct canary *c, const struct delivery *delivery)
{
	int64_t ms = ms_under_way(c);
	if (!c->key || strcmp(delivery->key, c->key) != 0)
		return;
	g_clear_pointer(&c->key, g_free);
	g_autofree char *value = g_strdup_printf("%" PRId64 " %" PRId64, ms, c->published_at);
	store_batch_value(c->parts.batch(c->parts.user_data), CANARY_VALUE, value);
	c->parts.news(true, ms, c->parts.user_data);
}
