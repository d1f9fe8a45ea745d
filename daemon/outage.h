/* outage: many hosts that fail in the same way at the same time are one trouble, not many: no network, a login page in
 * front of it, a resolver that is down. Pure.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct outage;

struct outage *outage_new(void);
void outage_free(struct outage *outage);

enum outage_change { OUTAGE_SAME, OUTAGE_BEGAN, OUTAGE_ENDED };

/* A poll of a feed on the host of `url` ended: in words why it failed, or NULL if it did not. What stands in brackets
 * behind the words is of this host alone and not compared. */
enum outage_change outage_note(struct outage *outage, const char *url, const char *why, int64_t now);
/* What the hosts fail of, and since when; NULL: there is no outage. Valid until the next note. */
const char *outage_cause(const struct outage *outage, int64_t *since);
/* Whether this failure is part of it. */
bool outage_covers(const struct outage *outage, const char *why);
