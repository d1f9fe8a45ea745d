/* calendar: days of the proleptic Gregorian calendar.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct day {
	int year, month, day;
};

/* Days from 1970-01-01 in the proleptic Gregorian calendar, years from March on so that the leap
 * day comes last. */
static inline int64_t calendar_days(struct day day)
{
	int64_t year = day.month > 2 ? day.year : day.year - 1;
	int64_t months = day.month > 2 ? day.month - 3 : day.month + 9;

	return 365 * year + year / 4 - year / 100 + year / 400 + (153 * months + 2) / 5 + day.day -
	       1 - 719468;
}

/* From 1900 on. `ordinal`: the day is one of the year, with month 1. */
static inline bool calendar_has(struct day day, bool ordinal)
{
	if (day.year < 1900 || day.year > 9999 || day.month < 1 || day.month > 12 || day.day < 1)
		return false;
	if (ordinal)
		return day.day <= 366;
	return day.day <= g_date_get_days_in_month((GDateMonth)day.month, (GDateYear)day.year);
}
