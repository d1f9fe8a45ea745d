/* clock: see clock.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/clock.h"

#include <string.h>

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

uint8_t days_parse(char *const *names)
{
	uint8_t days = 0;
	for (; names && *names; names++)
		for (unsigned i = 0; i < G_N_ELEMENTS(day_names); i++)
			if (g_ascii_strncasecmp(*names, day_names[i], 3) == 0)
				days |= (uint8_t)(1u << i);
	return days ? days : ALL_DAYS;
}

/* UTC second of a local date and minute; what does not exist is the first instant after the gap. GLib takes the
 * first of two equal local times. */
static int64_t instant(GTimeZone *zone, const GDate *date, int minute)
{
	int year = g_date_get_year(date), month = (int)g_date_get_month(date), day = g_date_get_day(date);
	g_autoptr(GDateTime) time =
		g_date_time_new(zone, year, month, day, minute / 60 % 24, minute % 60, 0);
	if (!time)
		return 0;
	int64_t at = g_date_time_to_unix(time);
	/* inside a gap GLib keeps the offset from before it: the clock then shows another minute */
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at);
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
	int shown = g_date_time_get_hour(local) * 60 + g_date_time_get_minute(local);
	int wanted = minute % (24 * 60);
	if (shown != wanted) {
		g_autoptr(GDateTime) earlier = g_date_time_add_minutes(utc, -60);
		int64_t before = g_date_time_to_unix(earlier);
		int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, before);
		int interval_after = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, at);
		if (interval != interval_after) /* the second at which the offset changed */
			for (int64_t low = before, high = at; low < high;) {
				int64_t middle = low + (high - low) / 2;
				if (g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, middle) == interval)
					low = middle + 1;
				else
					high = middle;
				at = high;
			}
	}
	return at;
}

static void local_date(GTimeZone *zone, int64_t now, int days, GDate *date)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now);
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
	int year, month, day;
	g_date_time_get_ymd(local, &year, &month, &day);
	g_date_clear(date, 1);
	g_date_set_dmy(date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	if (days > 0)
		g_date_add_days(date, (guint)days);
	else if (days < 0)
		g_date_subtract_days(date, (guint)-days);
}

static bool on_day(uint8_t days, const GDate *date)
{
	return days >> (g_date_get_weekday(date) - G_DATE_MONDAY) & 1;
}

int64_t quiet_until(const struct quiet_hours *q, int64_t now)
{
	GDate date;

	if (q->from == q->to)
		return 0;
	for (int back = -1; back <= 0; back++) {
		local_date(q->zone, now, back, &date);
		if (!on_day(q->days, &date))
			continue;
		int64_t begin = instant(q->zone, &date, q->from);
		if (q->to < q->from)
			g_date_add_days(&date, 1);
		int64_t end = q->to == 24 * 60 ? (g_date_add_days(&date, 1), instant(q->zone, &date, 0))
					       : instant(q->zone, &date, q->to);
		if (now >= begin && now < end)
			return end;
	}
	return 0;
}

int64_t digest_next(const struct digest_times *d, int64_t now)
{
	GDate date;
	for (int ahead = 0; ahead <= 8; ahead++) {
		local_date(d->zone, now, ahead, &date);
		if (!on_day(d->days, &date))
			continue;
		for (unsigned i = 0; i < d->count; i++) {
			int64_t at = instant(d->zone, &date, d->at[i]);
			if (at > now)
				return at;
		}
	}
	return now + 86400; /* not reached: some day of the week is always on */
}
