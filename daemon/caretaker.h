/* caretaker: what a long life needs: held messages released in time, feeds that fell ill told, the store pruned and
 * copied, clocks watched. Small steps on a timer.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerting.h"
#include "daemon/config.h"
#include "daemon/delivery.h"
#include "daemon/metrics.h"
#include "daemon/pipeline.h"

struct caretaker;

struct caretaker_parts {
	const struct config *config;
	struct store *store;
	struct alerting *alerting;
	struct poller *poller;
	struct pipeline *pipeline;
	struct delivery_runner *delivery;
	struct worker *worker;
	struct metrics *metrics; /* deliveries that were tried are counted there */
};

struct caretaker *caretaker_new(const struct caretaker_parts *parts);
void caretaker_free(struct caretaker *caretaker);
void caretaker_reload(struct caretaker *caretaker, const struct config *config);
/* One round, as the timer does it. */
void caretaker_turn(struct caretaker *caretaker, int64_t now);

/* Tell people about the service itself; once for each `key` until caretaker_well(). */
void caretaker_tell(struct caretaker *caretaker, const char *key, const char *subject, const char *text,
		    enum priority priority, const char *but_channel);
/* The cause is gone: tells so if it was told. */
void caretaker_well(struct caretaker *caretaker, const char *key, const char *subject, const char *but_channel);

/* A server that said for good where its feed is now: told once. */
void caretaker_poll_ended(struct caretaker *caretaker, const struct poll_summary *summary);
/* For the delivery runner; user_data is a struct caretaker ** that may hold NULL. */
extern const struct delivery_watch caretaker_watch;
