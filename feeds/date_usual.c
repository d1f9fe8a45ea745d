/* date_usual: see date_usual.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/date_usual.h"

#include <string.h>

#include "feeds/calendar.h"
#include "feeds/date_words.h"

/* `count` digits, or -1. */
static int digits_at(const char *text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (!g_ascii_isdigit(text[i]))
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

/* "GMT", "Z", "+0100", "+01:00" and nothing behind. */
static bool usual_zone(const char *text, int *zone_s)
{
	bool colon = text[0] && text[1] && text[2] && text[3] == ':';
	int hours, minutes;

	*zone_s = 0;
	if (strcmp(text, "Z") == 0 || strcmp(text, "GMT") == 0)
		return true;
	if (text[0] != '+' && text[0] != '-')
		return false;
	hours = digits_at(text + 1, 2);
	minutes = hours < 0 ? -1 : digits_at(text + (colon ? 4 : 3), 2);
	if (hours > 14 || minutes < 0 || text[colon ? 6 : 5] != '\0')
		return false;
	*zone_s = (hours * 60 + minutes) * (text[0] == '-' ? -60 : 60);
	return true;
}

/* "HH:MM:SS" */
static bool usual_clock(const char *text, int *clock_s)
{
	int hour = digits_at(text, 2), minute, second;

	if (hour < 0 || hour > 23 || text[2] != ':')
		return false;
	minute = digits_at(text + 3, 2);
	if (minute < 0 || minute > 59 || text[5] != ':')
		return false;
	second = digits_at(text + 6, 2);
	*clock_s = hour * 3600 + minute * 60 + second;
	return second >= 0 && second <= 59;
}

static bool is_day_name(const char *text)
{
	static const char names[] = "MonTueWedThuFriSatSun";

	for (int day = 0; day < 7; day++)
		if (strncmp(text, names + day * 3, 3) == 0)
			return true;
	return false;
}

/* "Fri, 14 Nov 2025 ", with or without the day's name: past it. */
static const char *usual_rfc_day(const char *at, struct day *day)
{
	char month[4] = "";

	/* Other words before the number may say that it is an hour. */
	if (is_day_name(at) && at[3] == ',' && at[4] == ' ')
		at += 5;
	day->day = digits_at(at, g_ascii_isdigit(at[0]) && at[1] == ' ' ? 1 : 2);
	if (day->day < 0)
		return NULL;
	at += at[1] == ' ' ? 1 : 2;
	for (int i = 0; i < 3 && at[0] == ' ' && at[1 + i]; i++)
		month[i] = g_ascii_tolower(at[1 + i]);
	if (strlen(month) != 3 || at[4] != ' ')
		return NULL;
	day->month = date_word_english_month(month);
	day->year = digits_at(at + 5, 4);
	return day->month && day->year >= 0 && at[9] == ' ' ? at + 10 : NULL;
}

bool date_usual(const char *text, int64_t *seconds)
{
	const char *at = text;
	struct day day;
	int clock_s, zone_s;

	if (strnlen(text, 20) == 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T') {
		day = (struct day){digits_at(text, 4), digits_at(text + 5, 2),
				   digits_at(text + 8, 2)};
		at = text + 11;
	} else {
		at = usual_rfc_day(text, &day);
	}
	if (!at || !calendar_has(day, false) || !usual_clock(at, &clock_s))
		return false;
	at += strlen("HH:MM:SS");
	if (*at == ' ' && text[4] != '-')
		at++;
	if (!usual_zone(at, &zone_s))
		return false;
	*seconds = calendar_days(day) * 86400 + clock_s - zone_s;
	return true;
}
