/* delivery: runs the outbox against the channels. Takes what is due by priority, then age; leases
 * it, sends it, marks it. At most max_parallel sends of a channel are under way or not yet marked,
 * so that a hung channel delays nobody and a crash repeats at most that many, under the same keys.
 *
 * Knows nothing of what messages say or how channels work.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"
#include "daemon/nouns/alert.h"
#include "daemon/store/store.h"

/* What the rest of the daemon is told; any may be NULL. `delivery` is borrowed. */
struct delivery_watch {
	/* After each answer, once marked. */
	void (*attempted)(const struct delivery *delivery, enum send_result result,
			  const char *detail, void *user_data);
	/* It ended without reaching anybody; `reason` in words. Tell by another channel. */
	void (*undeliverable)(const struct delivery *delivery, const char *reason, void *user_data);
	/* A delivery of this channel was tried first more than stuck_s ago and has not arrived, or
	 * the channel is not configured (stuck true, once); or all is well again. */
	void (*stuck)(const char *channel, bool stuck, int64_t waiting, int64_t oldest_at,
		      const char *reason, void *user_data);
	/* The outbox could not be read or written; deliveries go on when it can. */
	void (*store_failed)(const GError *error, void *user_data);
};

struct delivery_options {
	struct store *store; /* borrowed */
	GPtrArray *channels; /* struct channel *; borrowed, changed through delivery_channels() */
	const struct delivery_watch *watch;
	void *user_data;
	unsigned stuck_s;	/* 0: 900 */
	int64_t (*now)(void *); /* UTC seconds; NULL: the clock */
	void *now_data;
};

struct delivery_runner;

/* Leases of a dead engine are released here. Nothing runs before delivery_start(). */
struct delivery_runner *delivery_runner_new(const struct delivery_options *options, GError **error);
/* Sends under way are forgotten: they repeat at the next start. */
void delivery_runner_free(struct delivery_runner *runner);

/* Work on the default main context from now on. */
void delivery_start(struct delivery_runner *runner);
/* Something was committed: look now. Cheap, may be called at any time. */
void delivery_wake(struct delivery_runner *runner);
/* Take nothing new; `drained` runs when no send is under way and all are marked. */
void delivery_stop(struct delivery_runner *runner, void (*drained)(void *), void *user_data);
/* The cause of a channel's failures is gone (its agent connected, the network is back): forget its
 * pauses. */
void delivery_resume(struct delivery_runner *runner, const char *channel);
/* Another set after a reload. Sends of a channel that is gone must have answered (channel free
 * does). */
void delivery_channels(struct delivery_runner *runner, GPtrArray *channels);

/* One round, as the main loop does it: mark, lease, send. Returns when to call again (UTC seconds;
 * INT64_MAX: when woken). For tests in virtual time. */
int64_t delivery_turn(struct delivery_runner *runner);
