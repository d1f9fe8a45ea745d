/* throttle: how many messages one reader of a channel gets in a time; what is over waits, and
 * becomes one summary. Knows neither routes nor why something is told.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "daemon/config.h"
#include "daemon/store/store.h"

/* How the reason of what waits begins; the channel follows. */
#define THROTTLE_REASON "throttle of "

struct throttles;

/* The channels with a limit, and what the outbox says they were told lately. */
struct throttles *throttles_new(const struct config *config, struct store *store, int64_t now);
void throttles_free(struct throttles *throttles);
/* Count a message to this reader. When it must wait: the time (UTC seconds) at which everything
 * that waits for this reader is told at once; 0 if it may go now. What is critical is counted, but
 * never waits. */
int64_t throttles_hold(struct throttles *throttles, const char *channel, const char *recipient,
		       enum priority priority, int64_t now);
