/* date: see date.h.
 *
 * One scan over the text collects the numbers, the month word, the time and the zone, wherever they
 * stand; then the numbers are given their places. So each spelling needs no pattern of its own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/date.h"

#include <glib.h>
#include <string.h>

#include "feeds/calendar.h"
#include "feeds/date_usual.h"
#include "feeds/date_words.h"
#include "feeds/zone.h"

enum { MAX_TEXT = 128, MAX_NUMBERS = 3, MAX_WORD = 63 };

struct number {
	int value;
	int digits;
};

struct scan {
	const char *at;
	const char *start;
	struct number numbers[MAX_NUMBERS]; /* of the date, as they come */
	int count;
	int month;	 /* 1-12 by name, 0: none */
	int maybe_month; /* "mar" is also martedì, mardi, martes */
	int hour, minute, second;
	const char *time_end; /* an offset may follow here */
	bool has_time, has_zone;
	bool am, pm, korean, thai;
	bool clock_next;    /* "ore", "alle": the next number is an hour */
	bool reiwa_next;    /* the next number is a year of this Japanese era */
	int zone_s;	    /* east of UTC */
	const char *region; /* "Europe/Rome"; its offset depends on the date */
	int week, weekday;  /* ISO 8601's week date, 0: none */
};

/* ---- the scan ---- */

static int read_digits(const char **at, int max, struct number *number)
{
	number->value = number->digits = 0;
	while (g_ascii_isdigit(**at) && number->digits < max) {
		number->value = number->value * 10 + (**at - '0');
		number->digits++;
		(*at)++;
	}
	return number->digits;
}

/* [+-]hh, hhmm, hh:mm, h, h:mm. `at` is at the sign. */
static void read_offset(struct scan *scan)
{
	int sign = *scan->at++ == '-' ? -1 : 1, minutes;
	struct number hours, rest = {0};

	read_digits(&scan->at, 4, &hours);
	if (hours.digits <= 2) {
		if (scan->at[0] == ':' && g_ascii_isdigit(scan->at[1])) {
			scan->at++;
			read_digits(&scan->at, 2, &rest);
		}
		minutes = hours.value * 60 + rest.value;
	} else {
		minutes = hours.value / 100 * 60 + hours.value % 100;
	}
	while (g_ascii_isdigit(*scan->at))
		scan->at++;
	/* The widest real one is +14; "+9999" says nothing. */
	if (minutes <= 18 * 60) {
		scan->zone_s = sign * minutes * 60;
		scan->has_zone = true;
	}
}

static bool is_offset(const struct scan *scan)
{
	if ((*scan->at != '+' && *scan->at != '-') || !g_ascii_isdigit(scan->at[1]) ||
	    !scan->has_time || scan->has_zone || scan->at == scan->start)
		return false;
	/* In "14:57 28-08-2026" the dash parts a date. */
	return scan->at == scan->time_end || !g_ascii_isdigit(scan->at[-1]);
}

/* hh:mm[:ss[.fraction]] with `hour` already read; `at` is at the separator. */
static void read_time(struct scan *scan, int hour)
{
	struct number part, fraction;

	scan->at++;
	scan->hour = hour;
	read_digits(&scan->at, 2, &part);
	scan->minute = part.value;
	if (scan->at[0] == ':' && g_ascii_isdigit(scan->at[1])) {
		scan->at++;
		read_digits(&scan->at, 2, &part);
		scan->second = part.value;
		if ((*scan->at == '.' || *scan->at == ',') && g_ascii_isdigit(scan->at[1])) {
			scan->at++;
			while (read_digits(&scan->at, 9, &fraction))
				;
		}
	}
	scan->has_time = true;
	scan->time_end = scan->at;
}

static void add_number(struct scan *scan, struct number number)
{
	if (scan->reiwa_next && number.value >= 0)
		number = (struct number){number.value + 2018, 4};
	scan->reiwa_next = false;
	if (scan->count < MAX_NUMBERS)
		scan->numbers[scan->count++] = number;
}

static void set_clock(struct scan *scan, int hour, int minute, int second)
{
	scan->hour = hour;
	scan->minute = minute;
	scan->second = second;
	scan->has_time = true;
	scan->time_end = scan->at;
}

/* "10時30分15秒", "10시 30분": at the sign for hours; false if it is another. */
static bool read_east_asian_time(struct scan *scan, int hour)
{
	static const char *const hours[] = {"時", "时", "点", "點", "시"};
	struct number part[2] = {{0, 0}, {0, 0}};
	size_t len = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(hours) && !len; i++)
		if (g_str_has_prefix(scan->at, hours[i]))
			len = strlen(hours[i]);
	if (!len)
		return false;
	for (int i = 0; i < 2; i++) {
		const char *at = scan->at + len;
		while (*at == ' ')
			at++;
		if (!read_digits(&at, 2, &part[i]))
			break;
		/* the sign for minutes or seconds, three bytes like the others */
		scan->at = at;
		len = strnlen(at, 3);
	}
	scan->at += strnlen(scan->at, len);
	set_clock(scan, hour, part[0].value, part[1].value);
	return true;
}

/* yyyymmdd, yyyymmddhhmmss, yyyyddd, and hhmm[ss] after the T of ISO 8601's basic form. */
static bool read_packed(struct scan *scan, const char *digits, int count)
{
#define TWO(i) ((digits[i] - '0') * 10 + digits[(i) + 1] - '0')
	if (count == 7 && !scan->count && !scan->month) {
		add_number(scan, (struct number){TWO(0) * 100 + TWO(2), 4});
		add_number(scan, (struct number){(digits[4] - '0') * 100 + TWO(5), 3});
		return true;
	}
	if (count != 8 && count != 14) {
		if (scan->count != MAX_NUMBERS || scan->has_time || digits == scan->start ||
		    (digits[-1] != 'T' && digits[-1] != 't') || (count != 4 && count != 6))
			return false;
		set_clock(scan, TWO(0), TWO(2), count == 6 ? TWO(4) : 0);
		return true;
	}
	if (scan->count)
		return false;
	add_number(scan, (struct number){TWO(0) * 100 + TWO(2), 4});
	add_number(scan, (struct number){TWO(4), 2});
	add_number(scan, (struct number){TWO(6), 2});
	if (count == 14)
		set_clock(scan, TWO(8), TWO(10), TWO(12));
	return true;
#undef TWO
}

static bool has_date(const struct scan *scan)
{
	return scan->count + (scan->month ? 1 : 0) >= 3;
}

static void scan_number(struct scan *scan)
{
	const char *digits = scan->at;
	struct number number;
	int count = (int)strspn(digits, "0123456789");

	read_digits(&scan->at, 4, &number);
	if (count > 4) {
		scan->at = digits + count;
		if (!read_packed(scan, digits, count) && !scan->has_time)
			add_number(scan, (struct number){-1, count});
		return;
	}
	char next = scan->at[0];
	bool said = scan->clock_next;
	bool clock = number.digits <= 2 && !scan->has_time;
	bool pair = clock && next && g_ascii_isdigit(scan->at[1]);
	scan->clock_next = false;
	if (pair && (next == ':' || next == 'h' || next == 'H' ||
		     (next == '.' && (said || has_date(scan)))))
		read_time(scan, number.value);
	else if (clock && read_east_asian_time(scan, number.value))
		return;
	else if (clock && (said || (scan->count == MAX_NUMBERS && digits[-1] == 'T')))
		set_clock(scan, number.value, 0, 0);
	else if (!read_packed(scan, digits, count))
		add_number(scan, number);
}

static size_t word_len(const char *text)
{
	size_t len = 0;

	while (g_ascii_isalpha(text[len]) || (guchar)text[len] >= 0x80 || text[len] == '\'')
		len++;
	return len;
}

/* "a.m.", "PM", "오전", "下午9時": true if the word says which half of the day, and no more. */
static bool read_half(struct scan *scan, const char *lower)
{
	static const struct {
		const char *word;
		bool pm;
	} rows[] = {{"오전", false},  {"오후", true}, {"上午", false}, {"下午", true},
		    {"午前", false},  {"午後", true}, {"πμ", false},   {"μμ", true},
		    {"صباحا", false}, {"مساء", true}};

	if ((strcmp(lower, "a") == 0 || strcmp(lower, "p") == 0) && scan->at[0] == '.' &&
	    g_ascii_tolower(scan->at[1]) == 'm') {
		scan->at += 2;
		scan->am = lower[0] == 'a';
		scan->pm = !scan->am;
		return true;
	}
	if (strcmp(lower, "am") == 0)
		return scan->am = true;
	if (strcmp(lower, "pm") == 0)
		return scan->pm = true;
	if (g_ascii_isalpha(lower[0]))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (!strstr(lower, rows[i].word))
			continue;
		*(rows[i].pm ? &scan->pm : &scan->am) = true;
		return strcmp(lower, rows[i].word) == 0;
	}
	return false;
}

/* "2025-W46-5", "2025W465", "2025-W46": behind the W. */
static void read_week(struct scan *scan)
{
	struct number week, weekday = {1, 1};

	if (read_digits(&scan->at, 2, &week) != 2)
		return;
	if (*scan->at == '-' && g_ascii_isdigit(scan->at[1]))
		scan->at++;
	if (g_ascii_isdigit(*scan->at))
		read_digits(&scan->at, 1, &weekday);
	scan->week = week.value;
	scan->weekday = weekday.value;
}

static void scan_word(struct scan *scan)
{
	static const char *const clock_words[] = {"ore", "alle", "um", "las", "kl", "klo"};
	const char *word = scan->at;
	size_t len = word_len(scan->at);
	char lower[MAX_WORD + 1];
	int month, zone_s;

	if (len > MAX_WORD) {
		scan->at += len;
		return;
	}
	for (size_t i = 0; i < len; i++)
		lower[i] = g_ascii_tolower(scan->at[i]);
	lower[len] = '\0';
	scan->at += len;
	scan->clock_next = false;
	for (size_t i = 0; i < G_N_ELEMENTS(clock_words); i++)
		scan->clock_next |= strcmp(lower, clock_words[i]) == 0;
	scan->reiwa_next = strstr(lower, "令和") != NULL;
	if (strcmp(lower, "w") == 0 && scan->count == 1 && scan->numbers[0].digits == 4) {
		read_week(scan);
	} else if (scan->has_time && !scan->has_zone && *scan->at == '/' &&
		   g_ascii_isalpha(scan->at[1])) {
		scan->region = word;
		scan->at += strcspn(scan->at, " ,;)");
	} else if (read_half(scan, lower)) {
		;
	} else if (scan->has_time && !scan->has_zone && date_word_zone(lower, &zone_s)) {
		/* "GMT+9", "UTC -3": the offset that follows counts. */
		scan->zone_s = zone_s;
		if (!is_offset(scan))
			scan->has_zone = true;
	} else if ((month = date_word_month(lower, len))) {
		if (strcmp(lower, "mar") == 0)
			scan->maybe_month = month;
		else
			scan->month = month;
	}
	/* Hangul: U+ac00 and up, leads 0xea to 0xed. */
	if ((guchar)lower[0] >= 0xea && (guchar)lower[0] <= 0xed)
		scan->korean = true;
	/* Thai: U+0e00 to U+0e7f. */
	if ((guchar)lower[0] == 0xe0 && ((guchar)lower[1] == 0xb8 || (guchar)lower[1] == 0xb9))
		scan->thai = true;
}

static void scan_text(struct scan *scan)
{
	while (*scan->at) {
		if (g_ascii_isdigit(*scan->at))
			scan_number(scan);
		else if (is_offset(scan))
			read_offset(scan);
		else if (word_len(scan->at))
			scan_word(scan);
		else
			scan->at++;
	}
}

/* ---- giving the numbers their places ---- */

static int full_year(struct number number)
{
	if (number.digits > 3)
		return number.value;
	if (number.digits == 3)
		return 1900 + number.value;
	return number.value < 70 ? 2000 + number.value : 1900 + number.value;
}

static bool looks_like_year(struct number number)
{
	return number.digits >= 4 || number.value > 31;
}

static bool place_with_month(const struct scan *scan, int month, struct day *day)
{
	const struct number *numbers = scan->numbers;
	int year_at = scan->count > 1 && !looks_like_year(numbers[0]) ? 1 : 0;

	if (scan->count == 0 || (scan->count == 1 && !looks_like_year(numbers[0])))
		return false;
	*day = (struct day){full_year(numbers[year_at]), month,
			    scan->count > 1 ? numbers[1 - year_at].value : 1};
	return true;
}

static bool place_numbers(const struct scan *scan, struct day *day)
{
	const struct number *n = scan->numbers;

	if (scan->count == 0)
		return false;
	if (n[0].digits == 4) {
		*day = (struct day){n[0].value, scan->count > 1 ? n[1].value : 1,
				    scan->count > 2 ? n[2].value : 1};
		if (scan->count == 2 && n[1].digits == 3) {
			/* Day of the year: "2025-318". */
			day->month = 1;
			day->day = n[1].value;
		}
		return true;
	}
	if (scan->count < 3)
		return false;
	bool month_first = n[1].value > 12 || ((scan->am || scan->pm) && n[0].value <= 12);
	*day = (struct day){full_year(n[2]), n[month_first ? 0 : 1].value,
			    n[month_first ? 1 : 0].value};
	return true;
}

/* The Monday of the first week holds or precedes 4 January (ISO 8601). */
static int64_t days_from_week(int year, int week, int weekday)
{
	int64_t fourth = calendar_days((struct day){year, 1, 4});
	int64_t monday = fourth - (fourth + 3) % 7; /* 1970-01-01 was a Thursday */

	return monday + (week - 1) * 7 + weekday - 1;
}

static bool fix_clock(struct scan *scan)
{
	if (scan->pm && scan->hour < 12)
		scan->hour += 12;
	else if (scan->am && scan->hour == 12)
		scan->hour = 0;
	if (scan->second == 60)
		scan->second = 59;
	/* 24:00 ends the day; some clocks count the hour after midnight as the 24th. */
	if (scan->hour == 24 && (scan->minute || scan->second))
		scan->hour = 0;
	if (scan->hour == 24)
		return true;
	return scan->hour < 24 && scan->minute < 60 && scan->second < 60;
}

/* Nothing but digits: seconds or milliseconds since 1970. */
static bool read_epoch(const char *text, int64_t *seconds)
{
	size_t len = strspn(text, "0123456789");
	size_t fraction = text[len] == '.' ? 1 + strspn(text + len + 1, "0123456789") : 0;

	if (text[len + fraction] != '\0' || (len != 10 && len != 13))
		return false;
	*seconds = g_ascii_strtoll(text, NULL, 10) / (len == 13 ? 1000 : 1);
	return true;
}

/* Digits of any script become those of ASCII. */
static void plain_digits(char *text)
{
	char *to = text;

	for (const char *at = text; *at;) {
		size_t len = (size_t)(g_utf8_next_char(at) - at);
		int digit = len > 1 ? g_unichar_digit_value(g_utf8_get_char(at)) : -1;
		if (digit >= 0)
			*to++ = (char)('0' + digit);
		else
			to = (char *)memmove(to, at, len) + len;
		at += len;
	}
	*to = '\0';
}

/* Of the day in UTC seconds, without clock and zone. */
static bool place_day(struct scan *scan, int64_t *midnight)
{
	bool ordinal = !scan->month && scan->count == 2 && scan->numbers[1].digits == 3;
	struct day day;

	for (int i = 0; i < scan->count; i++)
		if (scan->numbers[i].value < 0)
			return false;
	if (scan->week) {
		*midnight =
			days_from_week(scan->numbers[0].value, scan->week, scan->weekday) * 86400;
		return scan->week <= 53 && scan->weekday >= 1 && scan->weekday <= 7 &&
		       scan->numbers[0].value >= 1900;
	}
	if (!(scan->month ? place_with_month(scan, scan->month, &day) : place_numbers(scan, &day)))
		return false;
	/* the Buddhist calendar of Thailand */
	if (scan->thai && day.year > 2400)
		day.year -= 543;
	*midnight = calendar_days(day) * 86400;
	return calendar_has(day, ordinal);
}

bool feed_date_parse(const char *text, int64_t *seconds)
{
	char copy[MAX_TEXT + 1];
	struct scan scan = {0};
	int64_t local;
	size_t len;
	bool placed;

	if (!text)
		return false;
	while (g_ascii_isspace(*text))
		text++;
	len = strnlen(text, MAX_TEXT);
	while (len && g_ascii_isspace(text[len - 1]))
		len--;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (!g_str_is_ascii(copy) && g_utf8_validate(copy, -1, NULL))
		plain_digits(copy);
	if (date_usual(copy, seconds) || read_epoch(copy, seconds))
		return true;
	if (copy[0] == '-')
		return false;
	scan.at = scan.start = copy;
	scan_text(&scan);
	if (!scan.month && scan.count < 3)
		scan.month = scan.maybe_month;
	placed = place_day(&scan, &local);
	if (!placed && !scan.month && scan.maybe_month) {
		scan.month = scan.maybe_month;
		placed = place_day(&scan, &local);
	}
	if (!placed || !fix_clock(&scan))
		return false;
	local += scan.hour * 3600 + scan.minute * 60 + scan.second;
	if (!scan.has_zone && scan.korean)
		scan.zone_s = 9 * 3600;
	if (!scan.has_zone && scan.region)
		scan.zone_s = zone_offset(scan.region, strcspn(scan.region, " ,;)"), local);
	*seconds = local - scan.zone_s;
	return true;
}
