/* audit: what the checks of the client's rules share. A rule is a row: its number, its sense in a few words, the
 * function that shows whether the client keeps it.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/cli/audit_client.h"
#include "daemon/cli/audit_server.h"

#include <glib.h>
#include <stdbool.h>

struct audit {
	struct audit_server *server;
	GString *evidence;
	bool kept;
	char *folder; /* of a configuration, for rules about commands; made when first asked for */
};

struct audit_rule {
	unsigned number;
	const char *what;
	void (*check)(struct audit *audit);
};

/* Tables ended by a row without a check. */
extern const struct audit_rule audit_rules_validators[]; /* conditional requests: R01-R09 */
extern const struct audit_rule audit_rules_schedule[];   /* when: R10-R22 */
extern const struct audit_rule audit_rules_requests[];   /* how: R30-R40 */
extern const struct audit_rule audit_rules_status[];     /* what answers mean: R50-R59 */
extern const struct audit_rule audit_rules_items[];      /* deltas, history, identity: R60-R64 */

/* What was observed, in words; a false `holds` breaks the rule. Returns `holds`. */
bool audit_expect(struct audit *audit, bool holds, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* `path` is answered with this document from now on. */
void audit_serve(struct audit *audit, const char *path, const char *headers, const char *body);
void audit_serve_status(struct audit *audit, const char *path, unsigned status, const char *headers, const char *body);
/* The same with AUDIT_CONDITIONAL. */
void audit_serve_conditional(struct audit *audit, const char *path, const char *headers, const char *body);
/* RSS with `count` entries numbered from `first`, newest first; `extra` stands in its channel. Caller frees. */
char *audit_feed(unsigned first, unsigned count, const char *extra);
/* Address of a path on a host of the server. Caller frees. */
char *audit_url(const struct audit *audit, unsigned host, const char *path);

/* A client for one rule; breaks the rule and returns NULL if it cannot be built. */
struct audit_client *audit_open(struct audit *audit, const struct audit_client_options *options);
/* … that subscribed to `path` on the first host. */
struct audit_client *audit_open_feed(struct audit *audit, const struct audit_client_options *options, const char *path,
				     char **url);

/* Run this binary: `vedetta WORDS… --config FOLDER` with `conf` added to its configuration (NULL: keep what is
 * there). Output of both streams to *said (caller frees). Exit status, or -1. */
int audit_command(struct audit *audit, const char *conf, char **said, const char *const *words);
/* A file of that folder. Caller frees; "" if absent. */
char *audit_command_file(struct audit *audit, const char *name);

#define AUDIT_DAY 86400LL
