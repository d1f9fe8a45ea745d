/* pipeline: the way of an article through the service. Read this first, then pipeline.c.
 *
 *   poll -> fetch -> parse -> dedupe -> match -> group -> route -> (commit) -> deliver
 *
 * One `struct poll` a feed and round walks it on the main loop. Everything that became known in some polls is
 * committed in ONE transaction; delivery works only from what was committed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerting.h"
#include "daemon/delivery.h"
#include "daemon/host_pauses.h"
#include "daemon/poller.h"
#include "daemon/store/store.h"
#include "feeds/fetch.h"
#include "feeds/schedule.h"
#include "feeds/worker.h"
#include "filters/matcher.h"

struct pipeline;

/* What a poll came to: for progress and the summary line of `vedetta poll`. */
struct poll_summary {
	const struct feed *feed;
	int status;           /* HTTP, 0: none */
	const char *error;    /* in words, or NULL */
	unsigned entries;     /* in the document */
	unsigned fresh;       /* new articles */
	unsigned edited;
	unsigned matched;
	unsigned alerts;      /* raised or grown */
	bool unchanged;       /* 304, or the same body */
	bool backlog;         /* first poll: marked as seen */
	const char *moved_to; /* from now on polled there (301 or 308, believed), or NULL */
	bool joined;          /* … where another feed is polled already */
	bool gone;            /* not asked any more, since this poll */
};
typedef void poll_ended_fn(const struct poll_summary *summary, void *user_data);

struct pipeline_settings {
	struct schedule_limits limits;
	unsigned timeout_ms; /* of a transfer; 0: the fetcher's */
	size_t max_bytes;    /* of a document; 0: the fetcher's */
	int64_t backlog_s;   /* alert at a first poll on entries younger than this */
};

struct pipeline_parts {
	struct store *store;
	struct fetcher *fetcher;
	struct worker *worker;
	struct matcher *matcher;      /* NULL: `compile` makes it when the first article comes */
	/* Borrowed, with `user_data`; NULL with the reason, then the article is not taken. */
	struct matcher *(*compile)(void *user_data, GError **error);
	struct alerting *alerting;    /* group and route */
	struct poller *poller;
	struct host_pauses *pauses;   /* told of Retry-After; may be NULL */
	struct delivery_runner *delivery; /* woken after commits; may be NULL */
	struct pipeline_settings settings;
	poll_ended_fn *ended;         /* may be NULL */
	bool failures_told;           /* by `ended`, to who would read them in the log: they are not logged */
	void *user_data;
	int64_t (*now)(void *);       /* UTC seconds; NULL: the clock */
	void *now_data;
};

struct pipeline *pipeline_new(const struct pipeline_parts *parts);
/* Polls under way are dropped; what they found is found again at the next start. */
void pipeline_free(struct pipeline *pipeline);

/* Begin one poll of one feed; poller_done() is called when it was committed. `force`: unconditionally,
 * against every bound but the server's Retry-After. */
void pipeline_poll(struct pipeline *pipeline, struct feed *feed, bool force);
/* Commit what waits now, not when the loop is idle. */
bool pipeline_flush(struct pipeline *pipeline, GError **error);
/* From now on. */
void pipeline_use(struct pipeline *pipeline, struct matcher *matcher, const struct pipeline_settings *settings);
/* What will be committed next: others add their rows to it; the commit follows soon. */
struct store_batch *pipeline_batch(struct pipeline *pipeline);
/* What most hosts that were asked fail of at present, in words, and since when; NULL: they do not. */
const char *pipeline_outage(const struct pipeline *pipeline, int64_t *since);
