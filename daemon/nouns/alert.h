/* alert: (filter, story), raised once, and its deliveries. Plain data.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/matcher.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum alert_state {
	ALERT_OPEN,
	ALERT_ACKNOWLEDGED,
	ALERT_SNOOZED,      /* until snoozed_until */
	ALERT_MUTED,        /* the story raises nothing more */
	ALERT_NOT_RELEVANT, /* the user said so */
};
const char *alert_state_name(enum alert_state state);

struct alert {
	uint64_t id;      /* hash of filter and the story's first article */
	uint64_t story;   /* hash of the story's first article's uid */
	char *filter;
	char *filter_title;
	enum priority priority;
	enum alert_state state;
	int64_t raised_at;
	int64_t updated_at;
	int64_t snoozed_until;
	unsigned article_count; /* outlets telling the story, near-duplicates included */
	unsigned owner_count;
	char *title;       /* of the first article */
};
struct alert *alert_new(void);
void alert_free(struct alert *alert);

enum delivery_state {
	DELIVERY_PENDING,
	DELIVERY_HELD,       /* quiet hours, digest, snooze: due_at says until when */
	DELIVERY_SENDING,    /* leased */
	DELIVERY_SENT,
	DELIVERY_SUPPRESSED, /* on purpose; `reason` says why */
	DELIVERY_UNDELIVERABLE,
};
const char *delivery_state_name(enum delivery_state state);

enum delivery_kind {
	DELIVERY_ALERT,   /* first word of a story */
	DELIVERY_UPDATE,  /* the story grew */
	DELIVERY_DIGEST,
	DELIVERY_SUMMARY, /* a burst or an absence, coalesced */
	DELIVERY_SERVICE, /* about the service itself */
	DELIVERY_TEST,
};
const char *delivery_kind_name(enum delivery_kind kind);

/* One row of the outbox: (alert, channel, recipient). */
struct delivery {
	int64_t id;          /* row; 0 until stored */
	char *key;           /* idempotency key, unique: what Message-ID and the like are made from */
	uint64_t alert;      /* 0 for digests and service messages */
	char *channel;       /* name in the configuration */
	char *recipient;     /* address or ""; one row per recipient */
	char *route;         /* route that asked for it */
	enum delivery_kind kind;
	enum delivery_state state;
	enum priority priority;
	int64_t created_at;  /* UTC seconds; fixed, so that a repeat is byte-identical */
	int64_t due_at;
	int64_t lease_until;
	int64_t sent_at;
	int64_t expires_at;  /* 0: the channel's own limit */
	int64_t first_tried_at; /* 0: never; a channel's lifetime counts from here */
	unsigned attempts;
	unsigned refusals;   /* answers that said never; three quarantine the delivery */
	char *reason;        /* last error, or why it is held or suppressed */
	char *payload;       /* JSON of a struct message (daemon/alerts/message.h) */
};
struct delivery *delivery_new(void);
void delivery_free(struct delivery *delivery);
