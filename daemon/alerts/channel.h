/* channel: what every way of delivering has in common.
 *
 * A channel takes one message for one recipient and answers, now or later, on the main loop: sent,
 * try again, refused for good, or cannot tell. It keeps no state that a crash may lose: the outbox
 * does. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/message.h"

#include <glib.h>

enum send_result {
	SEND_DONE,
	SEND_RETRY,   /* try again later: server down, 4xx, daemon absent */
	SEND_REFUSED, /* never: 5xx for this recipient or this content */
	SEND_UNKNOWN, /* it may have arrived: repeat with the same id */
	SEND_AWAY,    /* as SEND_RETRY, but nobody is at fault: the reader is away */
};

/* `detail`: server's answer or cause in words, may be NULL. Runs exactly once per send. */
typedef void send_done_fn(enum send_result result, const char *detail, void *user_data);

struct channel;

struct channel_ops {
	const char *kind; /* "email", "desktop", "log", … as in the configuration */
	/* Borrows message and recipient until `done` runs. */
	void (*send)(struct channel *channel, const struct message *message, const char *recipient,
		     send_done_fn *done, void *user_data);
	/* Re-open what it writes to (log rotation); may be NULL. */
	void (*reopen)(struct channel *channel);
	/* Running sends answer SEND_RETRY first. */
	void (*free)(struct channel *channel);
};

/* Embedded first in every channel's own struct. */
struct channel {
	const struct channel_ops *ops;
	char *name;
	unsigned max_parallel; /* sends under way at once */
	unsigned retry_min_s;  /* back-off: first pause … */
	unsigned retry_max_s;  /* … and longest */
	unsigned lifetime_s;   /* undeliverable after this */
};

static inline void channel_send(struct channel *channel, const struct message *message,
				const char *recipient, send_done_fn *done, void *user_data)
{
	channel->ops->send(channel, message, recipient, done, user_data);
}
