/* backtest: what filters would have raised, as data: shared by the files of `vedetta backtest`.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/story.h"
#include "daemon/cli/chosen.h"
#include "daemon/cli/replay.h"

/* NEW: what is tried. OLD: what it is compared with. */
enum backtest_side { SIDE_NEW, SIDE_OLD, SIDES };

/* One article that one filter of one side found: all that is kept of it. */
struct finding {
	int64_t at;
	uint64_t ref;	 /* of the replay */
	uint32_t alert;	 /* of its side, from 0 */
	uint32_t filter; /* place among the chosen of its side */
	uint8_t side;	 /* enum backtest_side */
	uint8_t kin;	 /* enum story_kin */
	uint8_t kept;	 /* the other side found the article, too */
};

struct backtest_day {
	int32_t day; /* Julian, of local time */
	unsigned articles;
	unsigned alerts[SIDES];
};

struct backtest_counts {
	unsigned articles; /* looked at */
	unsigned found[SIDES], alerts[SIDES], duplicates[SIDES], joined[SIDES];
	unsigned gained, lost;
	unsigned hours[24]; /* alerts of the new side, local time */
	GArray *days;	    /* struct backtest_day, in order; days without articles are left out */
	GArray *by_filter;  /* unsigned alerts of each chosen filter of the new side */
};

struct backtest {
	struct replay *replay;
	struct chosen chosen[SIDES];
	bool compares; /* there is an old side */
	int64_t story_window_s;
	GArray *findings; /* struct finding, in order of time */
	struct backtest_counts counts;
};

/* Match every article, in bounded memory; then put those found into stories, in order of time, as
 * the service does. `progress` may be NULL. */
typedef void backtest_progress_fn(uint64_t done, uint64_t total, void *user_data);
bool backtest_run(struct backtest *backtest, backtest_progress_fn *progress, void *user_data,
		  GError **error);
void backtest_clear(struct backtest *backtest);

/* How many alerts a day there will be if news goes on like this: the mean of the days that have
 * articles, with the range it is in at 9 of 10 odds; and the number that 9 of 10 days stay within.
 */
struct forecast {
	unsigned days;
	double mean, low, high;
	unsigned most;
};
void backtest_forecast(const struct backtest *backtest, enum backtest_side side,
		       struct forecast *forecast);

/* Print: the alerts of the new side (at most `limit`; 0: all), the difference, the plots, the
 * counts. */
void backtest_print(struct backtest *backtest, unsigned limit);
/* The same as JSON lines: "alert" (at most `limit`), "gained", "lost", "summary". */
void backtest_print_json(struct backtest *backtest, unsigned limit);

/* The verdict of one filter of a side on an article, with reasons; caller frees. NULL if there is
 * none. */
struct verdict *backtest_verdict(struct backtest *backtest, enum backtest_side side,
				 unsigned filter, const struct article *article);
