/* schedule: when a feed is asked again. Pure: time and chance are arguments.
 *
 * A learned rhythm between floor and ceiling; every wish of the server (Cache-Control, ttl, sy:, skipHours,
 * skipDays, Retry-After) is a lower bound; failures back off and never stop for good; jitter everywhere, so
 * that feeds do not move in lock-step.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/subscription.h"

#include <stdint.h>

struct schedule_limits {
	int64_t floor_s;   /* no feed is polled more often */
	int64_t ceiling_s; /* no feed is polled less often, if it does not ask for it */
};

/* UTC second of the next poll. `chance` in [0, 1). `subscription` may be NULL. */
int64_t schedule_next(const struct feed_state *state, const struct subscription *subscription,
		      const struct schedule_limits *limits, int64_t now, double chance);

/* Learn from a successful poll: `fresh` entries were new since the last one. `dates` (UTC seconds, any order,
 * count may be 0) are those of the document's entries: the rhythm of a feed seen for the first time. */
void schedule_learn(struct feed_state *state, unsigned fresh, const int64_t *dates, size_t count,
		    int64_t now);

/* The interval that state and limits give, without jitter and lower bounds: for people. */
int64_t schedule_interval(const struct feed_state *state, const struct subscription *subscription,
			  const struct schedule_limits *limits);
