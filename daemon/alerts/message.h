/* message: what a delivery says, independent of the channel; kept as JSON in the outbox so that every
 * attempt renders the same bytes.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/alert.h"
#include "daemon/nouns/article.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct message_span {
	size_t start, end; /* bytes of the item's title or excerpt */
};

/* One article as told to the reader. */
struct message_item {
	uint64_t article;
	uint64_t alert;       /* the alert it belongs to: digests hold several */
	char *filter;         /* id and title: digests group by them */
	char *filter_title;
	enum priority priority;
	char *title;
	char *excerpt;        /* around the matched words, at most MESSAGE_EXCERPT_MAX bytes */
	char *link;
	char *outlet;
	char *owner;
	char *country;
	char *language;
	bool state_media;
	int64_t published_at;
	double score, threshold;
	GArray *title_spans;   /* struct message_span */
	GArray *excerpt_spans;
	char **why;            /* terms that counted, in the article's words */
};

struct message {
	char *key;            /* idempotency key = delivery.key */
	char *thread;         /* key of the first message about this story, or NULL: In-Reply-To */
	enum delivery_kind kind;
	enum priority priority;
	char *language;       /* of the reader: "it" or "en" */
	char *filter;         /* NULL in digests and service messages */
	char *filter_title;
	uint64_t alert;
	uint64_t story;
	char *subject;        /* one line, plain */
	char *text;           /* service and test messages: what happened, plain */
	int64_t created_at;
	unsigned article_count, owner_count;
	char **outlets;       /* all that tell the story */
	char **voices;        /* the same for people: with owners and languages; NULL: unknown */
	GPtrArray *items;     /* struct message_item * */
};

struct message *message_new(void);
void message_free(struct message *message);
struct message_item *message_item_new(void);
void message_item_free(struct message_item *item);

/* Lossless both ways. message_from_json() fails on text that message_to_json() did not write. */
char *message_to_json(const struct message *message);
struct message *message_from_json(const char *json, GError **error);
