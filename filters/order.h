/* order: numbers into ascending order. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

#define ORDER_FEW 64

static inline int order_compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return a < b ? -1 : a > b;
}

/* Of an article there are few as a rule: for those the simplest way is the fastest. */
static inline void order_numbers(GArray *numbers)
{
	uint64_t *all = (uint64_t *)(void *)numbers->data;
	if (numbers->len > ORDER_FEW) {
		qsort(all, numbers->len, sizeof *all, order_compare);
		return;
	}
	for (unsigned i = 1; i < numbers->len; i++) {
		uint64_t number = all[i];
		unsigned at = i;
		for (; at > 0 && all[at - 1] > number; at--)
			all[at] = all[at - 1];
		all[at] = number;
	}
}
