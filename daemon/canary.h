/* canary: an article of our own that goes the whole way now and then: written as a feed document, read in the sandbox,
 * matched, committed, delivered. Its time from publication to delivery is logged and kept; when it does not arrive, that
 * is told. Only the download is not part of its way.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/alert.h"
#include "daemon/store/batch.h"
#include "feeds/worker.h"

struct canary;

#define CANARY_VALUE "canary" /* in the store: "MILLISECONDS UNIX-SECONDS" of the last that arrived */

/* Where its delivery is put, to be committed with the next batch. */
typedef struct store_batch *canary_batch_fn(void *user_data);
/* `arrived` false: the last one is overdue. `ms`: from publication to delivery. */
typedef void canary_news_fn(bool arrived, int64_t ms, void *user_data);

struct canary_parts {
	struct worker *worker;
	canary_batch_fn *batch;
	canary_news_fn *news;
	void *user_data;
};

struct canary *canary_new(const struct canary_parts *parts);
void canary_free(struct canary *canary);
/* Publish one for `channel` if the last began more than `interval_s` ago; 0: never. */
void canary_turn(struct canary *canary, const char *channel, int64_t interval_s, int64_t now);
/* A delivery was sent: perhaps it was ours. */
void canary_sent(struct canary *canary, const struct delivery *delivery);
