/* backtest_list: the findings of a backtest by alert, and those that only one side has.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/cli/backtest.h"

struct backtest_list;

/* Articles of one alert. */
struct backtest_alert {
	const unsigned *places; /* among the findings, in order of time */
	unsigned count;
};

/* The alerts of the new side, in the order they were raised. Borrows the findings. */
struct backtest_list *backtest_list_new(const struct backtest *backtest);
void backtest_list_free(struct backtest_list *list);
bool backtest_list_next(struct backtest_list *list, struct backtest_alert *alert);
const struct finding *backtest_list_finding(const struct backtest *backtest,
					    const struct backtest_alert *alert, unsigned i);

/* The next article, in order of time, that only `side` found: its first finding. *at begins at 0.
 * NULL: no more. */
const struct finding *backtest_list_change(const struct backtest *backtest, enum backtest_side side,
					   unsigned *at);
/* The filter of the other side that a finding is compared with: of the same id, or the only one;
 * -1: none. */
int backtest_list_counterpart(const struct backtest *backtest, const struct finding *finding);
