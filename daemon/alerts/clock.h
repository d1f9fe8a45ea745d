/* clock: quiet hours and digest times in a time zone, right over changes of daylight saving. Pure.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define ALL_DAYS 0x7f

struct quiet_hours {
	char *name;
	int from, to;      /* minutes after midnight; from > to: over midnight */
	GTimeZone *zone;
	uint8_t days;      /* bit 0 Monday … bit 6 Sunday: days on which they begin */
	int break_through; /* enum priority: from this on alerts are not held */
};
/* When the quiet hours that `now` lies in end, in UTC seconds; 0 if now is not quiet. */
int64_t quiet_until(const struct quiet_hours *quiet, int64_t now);

struct digest_times {
	char *name;
	int *at; /* minutes after midnight, ascending */
	unsigned count;
	GTimeZone *zone;
	uint8_t days;
};
/* The next time a digest is due, strictly after `now`. A local time that does not exist (spring) is the first
 * instant after the gap, one that comes twice (autumn) is the first of both: one digest a period, always. */
int64_t digest_next(const struct digest_times *digest, int64_t now);
/* "mon" … "sun" to bits; unknown words and none at all are all days. */
uint8_t days_parse(char *const *names);
