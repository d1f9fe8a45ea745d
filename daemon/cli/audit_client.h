/* audit_client: the parts of the service that poll, put together on a clock that stands until it is moved: poller,
 * pipeline, fetcher, sandboxed parser, store. What the service does in a month, it does here at once.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/pipeline.h"

#include <glib.h>
#include <stdbool.h>

struct audit_client_options {
	int64_t floor_s;   /* 0: the service's default */
	int64_t ceiling_s; /* 0: the same */
	unsigned spread_s;
	unsigned host_gap_ms;
	unsigned timeout_ms;
	size_t max_bytes;
	int64_t backlog_s;
	const char *allow_network; /* NULL: 127.0.0.0/8 */
};

/* One poll that ended. */
struct audit_poll {
	int64_t at;  /* on the client's clock */
	char *url, *error, *moved_to;
	int status;
	unsigned entries, fresh, edited, alerts;
	bool unchanged, backlog;
};

struct audit_client;

struct audit_client *audit_client_new(const struct audit_client_options *options, GError **error);
void audit_client_free(struct audit_client *client);
int64_t audit_client_now(const struct audit_client *client);

/* The caller may change what is returned until the next poll; owned by the client. */
struct subscription *audit_client_subscribe(struct audit_client *client, const char *url);
/* What is known of the feed now; NULL if it is not subscribed. */
struct feed_state *audit_client_state(const struct audit_client *client, const char *url);

/* Poll it now, whatever its schedule says; NULL if it was not polled. The result is owned by the client. */
const struct audit_poll *audit_client_poll(struct audit_client *client, const char *url);
/* Every subscribed feed, at this moment. */
void audit_client_poll_all(struct audit_client *client);
/* Time passes; what falls due is polled. Stops after `max_polls` (0: never). */
void audit_client_run(struct audit_client *client, int64_t seconds, unsigned max_polls);
/* What is due now, without moving the clock. */
void audit_client_turn(struct audit_client *client);
/* The machine sleeps, or somebody moves the clock: it jumps, nobody is told. */
void audit_client_jump(struct audit_client *client, int64_t seconds);
/* End the service and start it again on the same store. False if the store does not open. */
bool audit_client_restart(struct audit_client *client);

/* Messages that were queued for people so far. */
int64_t audit_client_messages(const struct audit_client *client);
/* All polls so far, oldest first: struct audit_poll *. */
const GPtrArray *audit_client_polls(const struct audit_client *client);
