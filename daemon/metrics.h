/* metrics: the service in figures, for those who watch it: counted since the start, or looked up when somebody asks.
 * Labels come from the configuration and from enumerations, never from a feed.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"
#include "daemon/pipeline.h"

struct metrics;

/* What figures are looked up in; borrowed. */
struct metrics_parts {
	struct store *store;
	struct poller *poller;
	struct worker *worker;
	struct pipeline *pipeline;
};

/* Begins to count. */
struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics);

void metrics_poll(struct metrics *metrics, const struct poll_summary *summary);
void metrics_attempt(struct metrics *metrics, const char *channel, enum send_result result);

/* All of it, as Prometheus reads it. `now` in UTC seconds. */
char *metrics_text(const struct metrics *metrics, const struct metrics_parts *parts, int64_t now);

/* Answer on this address (listener.h) from now on instead of the one before; NULL: on none. False with error if that is
 * not possible; it is then served nowhere. `parts` is copied. */
bool metrics_serve(struct metrics *metrics, const char *address, const struct metrics_parts *parts, GError **error);
