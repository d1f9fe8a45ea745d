/* engine: the service put together: a list of parts that start in order and end in reverse.
 *
 * One thread, one GLib main loop.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/config.h"
#include "daemon/pipeline.h"

struct engine;

struct engine_options {
	const char *config_path;      /* NULL: the usual places */
	bool once;                    /* one round of polls, then end: `vedetta poll` */
	bool force;                   /* what is not due too, if its server does not ask to wait */
	bool refetch;                 /* without validators: whole documents */
	const char *const *feeds;     /* patterns of addresses or titles, NULL: all; with `once` */
	poll_ended_fn *ended;         /* after each poll, may be NULL */
	bool failures_told;           /* by `ended`, to who would read them in the log: they are not logged */
	/* A feed named in `feeds` is not asked; may be NULL. */
	void (*left_out)(const struct subscription *subscription, const char *why, void *user_data);
	void *user_data;
};

/* The log as the configuration says; before engine_new(). A reload does it again. */
void engine_log_init(const struct config *config);
/* Build every part. NULL with the reason; nothing runs then. Takes the configuration, also on failure. */
struct engine *engine_new(struct config *config, const struct engine_options *options, GError **error);
/* Until SIGTERM or SIGINT, or with `once` until every poll and what can be delivered at once is done.
 * SIGHUP reads configuration, filters and feeds again: all of it or nothing. Returns false if the service had
 * to end. */
bool engine_run(struct engine *engine);
void engine_free(struct engine *engine);

unsigned engine_feeds(const struct engine *engine);
