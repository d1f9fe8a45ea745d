/* outbox: deliveries from the moment they are due until they ended. A row is leased, sent, and
 * marked in a second transaction; a crash between the two repeats it under the same key.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/alert.h"
#include "daemon/store/store.h"

/* What became of one leased delivery. */
struct outbox_result {
	int64_t id;
	enum delivery_state
		state; /* SENT, PENDING (again at due_at), UNDELIVERABLE, SUPPRESSED, HELD */
	int64_t due_at;
	bool refused;	    /* counts towards quarantine */
	const char *result; /* for the ledger: "sent", "retry", … */
	const char *reason; /* the other side's words, or NULL; borrowed */
};

/* A request for at most `count` due deliveries of one channel. */
struct outbox_claim {
	const char *channel;
	unsigned count;
};

/* One transaction: mark `results`, then lease what `claims` ask for until now + lease_s, by
 * priority, then age. The leased are appended to `leased` (struct delivery *, owned by the array),
 * their attempts counted already. Either array may be empty. */
bool outbox_turn(struct store *store, const struct outbox_result *results, size_t result_count,
		 const struct outbox_claim *claims, size_t claim_count, int64_t now,
		 unsigned lease_s, GPtrArray *leased, GError **error);

/* At start: what a dead engine had leased is pending again. *count may be NULL. */
bool outbox_release(struct store *store, int64_t now, unsigned *count, GError **error);
/* No pending delivery waits longer than max_wait_s from now: the clock was set back. */
bool outbox_clamp(struct store *store, int64_t now, unsigned max_wait_s, GError **error);
/* All pending deliveries of a channel are due now. */
bool outbox_hasten(struct store *store, const char *channel, int64_t now, GError **error);
/* Earliest due_at of pending deliveries of a channel, 0 if one is due; INT64_MAX if none. */
bool outbox_next_due(struct store *store, const char *channel, int64_t *due_at, GError **error);

struct outbox_count {
	char *channel;
	enum delivery_state state;
	int64_t count;
	int64_t oldest_at; /* created */
};
/* struct outbox_count *, owned by the array. */
GPtrArray *outbox_counts(struct store *store, GError **error);
/* Channels with a delivery that was first tried before `before` and has not ended; `count` is all
 * that waits there. struct outbox_count *, owned by the array. */
GPtrArray *outbox_stuck(struct store *store, int64_t before, GError **error);

struct outbox_query {
	const char *channel, *route, *recipient; /* NULL: all */
	int state;				 /* enum delivery_state, -1: all */
	int kind;				 /* enum delivery_kind, -1: all */
	int64_t due_before;			 /* 0: all */
	int64_t created_since;
	int64_t after_id; /* paging */
	unsigned limit;	  /* 0: 1000 */
};
/* By id; struct delivery *, owned by the array. */
GPtrArray *outbox_list(struct store *store, const struct outbox_query *query, GError **error);
/* How many deliveries to a channel for a filter's alerts were made since: for throttles. `filter`
 * or `channel` NULL: any. Suppressed ones do not count. */
bool outbox_count_since(struct store *store, const char *filter, const char *channel, int64_t since,
			int64_t *count, GError **error);
struct delivery *outbox_by_key(struct store *store, const char *key, GError **error);
/* By hand: undeliverable, suppressed or waiting deliveries become due now, their refusals
 * forgotten. */
bool outbox_retry(struct store *store, int64_t id, int64_t now, GError **error);
/* Channels named in the outbox: a renamed one would wait for ever unseen. char *, owned. */
GPtrArray *outbox_channels(struct store *store, GError **error);
