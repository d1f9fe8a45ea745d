/* health: how a feed is, in one word. Pure.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/schedule.h"
#include "feeds/subscription.h"

enum feed_health {
	FEED_UNPOLLED, /* not asked yet */
	FEED_PAUSED,   /* by the user */
	FEED_FRESH,    /* answers, and new entries come as they used to */
	FEED_SILENT,   /* answers, but nothing new for much longer than its rhythm */
	FEED_STALE,    /* answers, but its newest entry is older than a month */
	FEED_FAILING,  /* does not answer, or not with a feed */
	FEED_BLOCKED,  /* answers 401, 403, 407, 429 or 451 to us */
	FEED_GONE,     /* 410: not asked any more */
};
/* "fresh", …; static. */
const char *feed_health_name(enum feed_health health);

enum feed_health feed_health(const struct feed_state *state, const struct subscription *subscription, int64_t now);

/* Since when a feed has been quieter than its rhythm allows; 0: it is not. */
int64_t feed_silent_since(const struct feed_state *state, int64_t now);
