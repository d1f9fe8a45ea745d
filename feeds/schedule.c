/* schedule: see schedule.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/schedule.h"

#include <glib.h>
#include <stdlib.h>

#define JITTER		     0.2	 /* of the interval, upwards only: bounds stay bounds */
#define POLLS_PER_ENTRY	     2.0	 /* a feed is asked twice in the time between two entries */
#define LEARNING	     0.25	 /* weight of the newest observation */
#define LONGEST_GAP	     3.0	 /* rhythms; a longer gap counts as one of this length */
#define SILENCE_WEIGHT	     0.25	 /* of what a silence is longer than two gaps */
#define DOCUMENT_PAUSE_MAX_S (7 * 86400) /* no ttl may silence a feed for longer */
#define FAILURE_FIRST_S	     300
#define FAILURE_MAX_S	     86400
#define TOO_MANY_FIRST_S     3600  /* 429 without a hint */
#define ABSENT_FIRST_S	     86400 /* 403, 404: daily, then weekly */
#define ABSENT_MAX_S	     (7 * 86400)
#define ABSENT_DAYS	     7
#define LOGIN_S		     (30 * 86400) /* 401: until somebody gives credentials; a look a month all the same */

static int64_t within(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

/* The gap to reckon with now. A silence stretches it at once and leaves no trace when it ends: the
 * learned rhythm stays that of the feed's speech, so that one can tell that it fell silent. */
static double current_gap(const struct feed_state *state)
{
	double gap = MAX(state->rhythm_s, 0);
	double silence =
		state->last_change_at ? (double)(state->last_poll_at - state->last_change_at) : 0;

	return silence > 2 * gap ? gap + SILENCE_WEIGHT * (silence - 2 * gap) : gap;
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
	return within((int64_t)(current_gap(state) / POLLS_PER_ENTRY), low, high);
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
		return LOGIN_S;
	case 403:
	case 404:
		if (state->failures <= 3) /* a hiccup of the publisher's, most often */
			return back_off(FAILURE_FIRST_S * 4, state->failures, FAILURE_MAX_S);
		return now - state->failing_since > ABSENT_DAYS * 86400LL ? ABSENT_MAX_S
									  : ABSENT_FIRST_S;
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
	interval = MAX(interval, MIN(state->ttl_s, DOCUMENT_PAUSE_MAX_S));
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

/* Mean gap of the newest entries of a document, from those with sane dates; of a feed that is
 * mostly or wholly older, the age of its newest. 0: no dates. */
static double gap_of_dates(const int64_t *dates, size_t count, int64_t now)
{
	g_autofree int64_t *young = g_new(int64_t, count + 1);
	int64_t newest = 0;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (dates[i] <= now)
			newest = MAX(newest, dates[i]);
		if (dates[i] > now - 90 * 86400LL && dates[i] <= now)
			young[n++] = dates[i];
	}
	if (n < 3)
		return newest > 0 ? (double)(now - newest) : 0;
	qsort(young, n, sizeof *young, by_value);
	return (double)(now - young[0]) / (double)n;
}

/* When the feed last spoke, as its first document tells it; without dates, now. */
static int64_t newest_of(const int64_t *dates, size_t count, int64_t now)
{
	int64_t newest = 0;
	for (size_t i = 0; i < count; i++)
		newest = MAX(newest, MIN(dates[i], now));
	return newest > 0 ? newest : now;
}

void schedule_learn(struct feed_state *state, unsigned fresh, const int64_t *dates, size_t count,
		    int64_t now)
{
	bool seen_change = fresh && state->last_change_at && now > state->last_change_at;
	double gap = seen_change ? (double)(now - state->last_change_at) / fresh : 0;

	/* one night or one August does not make a slow feed */
	if (state->rhythm_s > 0 && seen_change)
		state->rhythm_s +=
			LEARNING * (MIN(gap, LONGEST_GAP * state->rhythm_s) - state->rhythm_s);
	else if (state->rhythm_s <= 0)
		state->rhythm_s = MAX(MAX(gap_of_dates(dates, count, now), gap), 0);
	if (fresh)
		state->last_change_at =
			state->last_change_at ? now : newest_of(dates, count, now);
}
