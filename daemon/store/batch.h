/* batch: everything that became known in some polls, committed in ONE transaction.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/alert.h"
#include "daemon/nouns/article.h"
#include "daemon/store/ledger.h"
#include "daemon/store/store.h"
#include "feeds/subscription.h"

/* How an article came to its story. */
enum story_relation {
	STORY_FIRST,
	STORY_DUPLICATE, /* the same text re-issued, or wire copy */
	STORY_JOINED,	 /* the same event in other words */
};
const char *story_relation_name(enum story_relation relation);

struct story_member {
	uint64_t story;	  /* = struct alert.story */
	uint64_t article; /* uid */
	enum story_relation relation;
	double likeness; /* 0..1, what the grouping measured */
	int64_t joined_at;
};

/* A change of deliveries already stored: a held one released, folded into a digest, cancelled. */
struct delivery_change {
	int64_t id;
	enum delivery_state state;
	int64_t due_at;
	const char *reason; /* copied by store_batch_change() */
};

/* Arrays own what is in them. Order within an array is kept. */
struct store_batch {
	GPtrArray *feeds;     /* struct feed_state *: whole row written */
	GPtrArray *articles;  /* struct article *: new, or known uid with new content */
	GArray *seen;	      /* uint64_t uid: known and still listed; noted at most once a day */
	GPtrArray *decisions; /* struct decision * */
	GArray *members;      /* struct story_member; a known (story, article) is left as it is */
	GPtrArray
		*alerts; /* struct alert *: new, or known id with what may grow; its state stays */
	GPtrArray *deliveries; /* struct delivery *; a known key is left as it is */
	GArray *changes;       /* struct delivery_change; of deliveries that did not end */
	GPtrArray *values;     /* char *name, char *value alternating; see values.h */
	GPtrArray *digests;    /* char *: digest periods now done, "route/2026-11-20T07:30" */
	int64_t now;	       /* UTC seconds; 0: the clock's */
};
struct store_batch *store_batch_new(void);
void store_batch_free(struct store_batch *batch);
bool store_batch_empty(const struct store_batch *batch);
void store_batch_clear(struct store_batch *batch);
/* Copies. */
void store_batch_feed(struct store_batch *batch, const struct feed_state *state);
void store_batch_change(struct store_batch *batch, int64_t id, enum delivery_state state,
			int64_t due_at, const char *reason);
void store_batch_value(struct store_batch *batch, const char *name, const char *value);

/* Write all of it and wait until it is on the disk. The batch is left to the caller, who may repeat
 * the same one after an error: every row has its key. */
bool store_commit(struct store *store, const struct store_batch *batch, GError **error);
