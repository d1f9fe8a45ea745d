/* health: see health.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/health.h"

#define STALE_S (30 * 86400LL)
/* Gaps between entries have a long tail: nights, week-ends, August. A feed is silent after this
 * many of its mean gaps, and never before the shortest silence. */
#define SILENT_GAPS  12
#define SILENT_MIN_S (2 * 86400LL)

const char *feed_health_name(enum feed_health health)
{
	static const char *const names[] = {
		[FEED_UNPOLLED] = "unpolled", [FEED_PAUSED] = "paused", [FEED_FRESH] = "fresh",
		[FEED_SILENT] = "silent",     [FEED_STALE] = "stale",	[FEED_FAILING] = "failing",
		[FEED_BLOCKED] = "blocked",   [FEED_GONE] = "gone",
	};
	return names[health];
}

int64_t feed_silent_since(const struct feed_state *state, int64_t now)
{
	int64_t last = MAX(state->last_change_at, state->newest_entry_at);
	int64_t patience = MAX((int64_t)(state->rhythm_s * SILENT_GAPS), SILENT_MIN_S);

	if (state->rhythm_s <= 0 || last <= 0 || now - last <= patience)
		return 0;
	return last + patience;
}

static bool is_blocking(int status)
{
	return status == 401 || status == 403 || status == 407 || status == 429 || status == 451;
}

enum feed_health feed_health(const struct feed_state *state,
			     const struct subscription *subscription, int64_t now)
{
	if (subscription && subscription->paused)
		return FEED_PAUSED;
	if (state->gone)
		return FEED_GONE;
	if (!state->last_poll_at)
		return FEED_UNPOLLED;
	if (state->failing_since)
		return is_blocking(state->last_status) ? FEED_BLOCKED : FEED_FAILING;
	if (state->newest_entry_at > 0 && now - state->newest_entry_at > STALE_S &&
	    now - state->last_change_at > STALE_S)
		return FEED_STALE;
	return feed_silent_since(state, now) ? FEED_SILENT : FEED_FRESH;
}
