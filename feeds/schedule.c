/* schedule: see schedule.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/schedule.h"

#include <glib.h>
#include <stdlib.h>

#define JITTER 0.2              /* of the interval, upwards only: bounds stay bounds */
#define POLLS_PER_ENTRY 2.0     /* a feed is asked twice in the time between two entries */
#define LEARNING 0.25           /* weight of the newest observation */
#define FAILURE_FIRST_S 300
#define FAILURE_MAX_S 86400
#define TOO_MANY_FIRST_S 3600   /* 429 without a hint */
#define ABSENT_FIRST_S 86400    /* 403, 404: daily, then weekly */
#define ABSENT_MAX_S (7 * 86400)
#define ABSENT_DAYS 7

static int64_t within(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

int64_t schedule_interval(const struct feed_state *state, const struct subscription *subscription,
			  const struct schedule_limits *limits)
{
	int64_t low = limits->floor_s, high = limits->ceiling_s;

	if (subscription && subscription->interval_min_s)
		low = subscription->interval_min_s;
	if (subscription && subscription->interval_max_s)
		high = subscription->interval_max_s;
	high = MAX(high, low);
	if (state->rhythm_s <= 0)
		return low;
	return within((int64_t)(state->rhythm_s / POLLS_PER_ENTRY), low, high);
}

/* Doubling from `first`, never over `longest`. */
static int64_t back_off(int64_t first, unsigned failures, int64_t longest)
{
	int64_t pause = first;
	for (unsigned i = 1; i < failures && pause < longest; i++)
		pause *= 2;
	return MIN(pause, longest);
}

static int64_t failure_pause(const struct feed_state *state, int64_t now)
{
	switch (state->last_status) {
	case 429:
		return back_off(TOO_MANY_FIRST_S, state->failures, FAILURE_MAX_S);
	case 401:
	case 403:
	case 404:
		if (state->failures <= 3) /* a hiccup of the publisher's, most often */
			return back_off(FAILURE_FIRST_S * 4, state->failures, FAILURE_MAX_S);
		return now - state->failing_since > ABSENT_DAYS * 86400LL ? ABSENT_MAX_S : ABSENT_FIRST_S;
	default:
		return back_off(FAILURE_FIRST_S, state->failures, FAILURE_MAX_S);
	}
}

static bool skipped(const struct feed_state *state, int64_t at)
{
	int64_t day = at / 86400, hour = at % 86400 / 3600;
	unsigned weekday = (unsigned)((day + 4) % 7); /* 1970-01-01 was a Thursday; Sunday is 0 */
	return (state->skip_hours >> hour & 1) || (state->skip_days >> weekday & 1);
}

/* The first hour that the feed does not ask to skip. A feed that skips everything is not obeyed. */
static int64_t past_skips(const struct feed_state *state, int64_t at, double chance)
{
	if ((state->skip_hours & 0xffffff) == 0xffffff || (state->skip_days & 0x7f) == 0x7f)
		return at;
	int64_t moved = at;
	for (int i = 0; i < 24 * 7 && skipped(state, moved); i++)
		moved = (moved / 3600 + 1) * 3600;
	return moved == at ? at : moved + (int64_t)(chance * 600);
}

int64_t schedule_next(const struct feed_state *state, const struct subscription *subscription,
		      const struct schedule_limits *limits, int64_t now, double chance)
{
	int64_t interval = schedule_interval(state, subscription, limits);

	if (state->failures)
		interval = MAX(failure_pause(state, now), interval);
	interval = MAX(interval, state->ttl_s);
	int64_t next = now + interval + (int64_t)((double)interval * JITTER * chance);
	/* a bound of the server's is met with a little more, not to the second */
	int64_t bound = MAX(state->retry_after, state->cache_until);
	if (next < bound)
		next = bound + (int64_t)(chance * (double)MIN(interval, 60));
	return past_skips(state, next, chance);
}

static int by_value(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
	return a < b ? -1 : a > b;
}

/* Mean gap of the newest entries of a document, from those with sane dates. */
static double gap_of_dates(const int64_t *dates, size_t count, int64_t now)
{
	g_autofree int64_t *sane = g_new(int64_t, count + 1);
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		if (dates[i] > now - 90 * 86400LL && dates[i] <= now)
			sane[n++] = dates[i];
	if (n < 3)
		return 0;
	qsort(sane, n, sizeof *sane, by_value);
	return (double)(now - sane[0]) / (double)n;
}

void schedule_learn(struct feed_state *state, unsigned fresh, const int64_t *dates, size_t count,
		    int64_t now)
{
	if (state->rhythm_s <= 0) {
		double gap = gap_of_dates(dates, count, now);
		if (gap > 0)
			state->rhythm_s = MAX(gap, 1);
	} else if (fresh && state->last_change_at && now > state->last_change_at) {
		double gap = (double)(now - state->last_change_at) / fresh;
		state->rhythm_s += LEARNING * (gap - state->rhythm_s);
	} else if (state->last_change_at && (double)(now - state->last_change_at) > state->rhythm_s * 2) {
		/* quieter than it used to be: drift with the silence, without forgetting at once */
		double silence = (double)(now - state->last_change_at);
		state->rhythm_s += LEARNING * 0.25 * (silence - state->rhythm_s);
	}
	if (fresh)
		state->last_change_at = now;
}
