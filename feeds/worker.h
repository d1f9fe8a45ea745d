/* worker: the sandboxed child that reads untrusted markup, seen from the engine.
 *
 * One child, documents one after another over a socketpair, replies on the main loop. The child has
 * no files, no sockets, no exec (seccomp, Landlock, rlimits). It is asked ahead (feeds/wire.h). When it dies, a document
 * that it had by itself fails with FEED_ERROR_WORKER; if it had several, each of them goes to the next child by itself,
 * with limits of its own, so that none pays for another.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/document.h"
#include "feeds/page.h"
#include "feeds/parse.h"

struct worker;

/* Answers one worker_parse(). `document` is the callee's to free; NULL with `error` set on failure. */
typedef void worker_parsed_fn(struct feed_document *document, const GError *error, void *user_data);
/* Answers one worker_page(); `page` is the callee's to free. */
typedef void worker_page_fn(struct page *page, const GError *error, void *user_data);

/* Starts the child: `executable`, whose main() hands its arguments to worker_main(). It is opened now and stays the
 * same, whatever happens to the file. NULL with error if the child cannot be started. */
struct worker *worker_new(const char *executable, GError **error);
/* The same, but the child starts with the first document: for commands that may need none. */
struct worker *worker_new_idle(const char *executable);
/* How long one document may take, by the clock on the wall: 20 s if nothing is said. For a child that does not even use
 * its CPU time. Before the first document. */
void worker_limit_wall(struct worker *worker, unsigned limit_ms);
/* Pending documents fail with FEED_ERROR_CANCELLED. */
void worker_free(struct worker *worker);

/* Queue a document. `bytes` is referenced; `options` strings are copied. */
void worker_parse(struct worker *worker, GBytes *bytes, const struct parse_options *options,
		  worker_parsed_fn *done, void *user_data);
/* Queue an HTML page: its feeds (discovery) and its text (derivation from saved pages). */
void worker_page(struct worker *worker, GBytes *bytes, const struct parse_options *options,
		 worker_page_fn *done, void *user_data);
/* Documents that wait, the one under way included. */
unsigned worker_waiting(const struct worker *worker);
/* Documents read, children lost so far. */
void worker_counts(const struct worker *worker, uint64_t *documents, uint64_t *restarts);

