/* Dates in all the spellings that feeds use, and things that are no dates.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

struct row {
	const char *text, *expected; /* UTC */
};

/* clang-format off */
static const struct row iso_rows[] = {
	{"2025-11-14T10:00:00Z", "2025-11-14T10:00:00"},
	{"2025-11-14T10:00:00+0100", "2025-11-14T09:00:00"},
	{"2025-11-14T10:00:00.123Z", "2025-11-14T10:00:00"},
	{"2025-11-14T10:00:00+01", "2025-11-14T09:00:00"},
	{"2025-11-14T10Z", "2025-11-14T10:00:00"},
	{"2025-11-14t10:00:00z", "2025-11-14T10:00:00"},
	{"2025-318", "2025-11-14T00:00:00"},
	{"2025318", "2025-11-14T00:00:00"},
	{"20251114", "2025-11-14T00:00:00"},
	{"2025", "2025-01-01T00:00:00"},
	{"2025-11", "2025-11-01T00:00:00"},
	{"20251114T100000+0100", "2025-11-14T09:00:00"},
	{"2025-11-14 10:00:00 UTC", "2025-11-14T10:00:00"},
	{"2025-11-14 10:00:00.000000", "2025-11-14T10:00:00"},
	{"2025-11-14 10:00", "2025-11-14T10:00:00"},
	{"2025.11.14 15:20:30", "2025-11-14T15:20:30"},
	{"1763114400", "2025-11-14T10:00:00"},
	{"1763114400000", "2025-11-14T10:00:00"},
	{"2003-12-31T10:14:55.1234567890+00:00", "2003-12-31T10:14:55"},
	{"2025-11-14T10:00:00+01:00[Europe/Rome]", "2025-11-14T09:00:00"},
	{"2025/11/14", "2025-11-14T00:00:00"},
	{"2025/11/14 10:30:00 +0900", "2025-11-14T01:30:00"},
	{"2025-Nov-14 10:00:00", "2025-11-14T10:00:00"},
	{"2025-W46-5", "2025-11-14T00:00:00"},
	{"2025-W46-5T10:00:00Z", "2025-11-14T10:00:00"},
	{"2025W465", "2025-11-14T00:00:00"},
	{"2026-W01-1", "2025-12-29T00:00:00"},
	{"2020-W53-7", "2021-01-03T00:00:00"},
	{"2025-W46", "2025-11-10T00:00:00"},
	{"1763114400.25", "2025-11-14T10:00:00"},
	{"2025-07-14 10:00:00 Europe/Rome", "2025-07-14T08:00:00"},
	{"2025-11-14 10:00:00 Europe/Rome", "2025-11-14T09:00:00"},
	{"2025-11-14 10:00:00 America/Argentina/Buenos_Aires", "2025-11-14T13:00:00"},
	{"2025-11-14 10:00:00 Nowhere/Land", "2025-11-14T10:00:00"},
};

static const struct row rfc_822_rows[] = {
	{"Mon, 14 Jul 2025 10:00:00 EDT", "2025-07-14T14:00:00"},
	{"Mon, 14 Jul 2025 10:00:00 PDT", "2025-07-14T17:00:00"},
	{"Mon, 14 Jul 2025 10:00:00 MSK", "2025-07-14T07:00:00"},
	{"Mon, 14 Jul 2025 10:00:00 CET", "2025-07-14T09:00:00"},
	{"Mon, 14 Jul 2025 10:00:00 EET", "2025-07-14T08:00:00"},
	{"Mon, 14 Jul 2025 10:00:00 AEST", "2025-07-14T00:00:00"},
	{"Mon, 14 Jul 2025 10:00:00 IST", "2025-07-14T04:30:00"},
	{"Mon, 14 Jul 2025 10:00:00 HST", "2025-07-14T20:00:00"},
	{"Mon, 14 Jul 2025 10:00:00 AKDT", "2025-07-14T18:00:00"},
	{"Mon, 14 Jul 2025 10:00:00 NZST", "2025-07-13T22:00:00"},
	{"Fri, 14 Nov 2025 09:00:00 +00:00", "2025-11-14T09:00:00"},
	{"Fri, 14 Nov 2025 09:00:00 GMT+01:00", "2025-11-14T08:00:00"},
	{"Fri, 14 Nov 2025 09:00:00 GMT+0100 (CET)", "2025-11-14T08:00:00"},
	{"Fri Nov 14 2025 10:00:00 GMT+0100 (Central European Standard Time)", "2025-11-14T09:00:00"},
	{"Fri, Nov 14 2025 09:00:00 GMT", "2025-11-14T09:00:00"},
	{"Fri, Nov 14, 2025 09:00:00 GMT", "2025-11-14T09:00:00"},
	{"Nov 14, 2025 9:00 AM", "2025-11-14T09:00:00"},
	{"Nov. 14, 2025, 9:00 p.m.", "2025-11-14T21:00:00"},
	{"Nov. 14, 2025, 12:05 A.M.", "2025-11-14T00:05:00"},
	{"14 Nov 2025 24:05 PDT", "2025-11-14T07:05:00"},
	{"Fri, 14 Mar 2025 2025 10:00 UTC", "2025-03-14T10:00:00"},
	{"November 14, 2025 9:00 PM EST", "2025-11-15T02:00:00"},
	{"Nov 14 2025 9:00PM", "2025-11-14T21:00:00"},
	{"14 November 2025", "2025-11-14T00:00:00"},
	{"14th November 2025", "2025-11-14T00:00:00"},
	{"November 14th, 2025", "2025-11-14T00:00:00"},
	{"Friday, November 14, 2025 - 10:30", "2025-11-14T10:30:00"},
	{"Friday 14 November 2025 10h30", "2025-11-14T10:30:00"},
	{"14/11/2025 10:30", "2025-11-14T10:30:00"},
	{"14/11/2025 - 10:30", "2025-11-14T10:30:00"},
	{"11/14/2025 10:30:00 AM", "2025-11-14T10:30:00"},
	{"14/11/25", "2025-11-14T00:00:00"},
	{"14-11-2025", "2025-11-14T00:00:00"},
	{"14.11.2025", "2025-11-14T00:00:00"},
	{"Fri, 14 Nov 2025 12:00:00 AM GMT", "2025-11-14T00:00:00"},
	{"Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37"},
	{"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37"},
	{"Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37"},
	{"Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00"},
	{"Fri, 14 Nov 2025", "2025-11-14T00:00:00"},
	{"14 Nov 2025", "2025-11-14T00:00:00"},
	{"Fri, 14 Nov 2025 9:00 +1", "2025-11-14T08:00:00"},
	{"Fri, 14 Nov 2025 09:00:00 -0000", "2025-11-14T09:00:00"},
	{"Fri, 14 Nov 2025 09:00:00.000 GMT", "2025-11-14T09:00:00"},
	{"Fri, 14 Nov 2025 09:00:00 +0100 ", "2025-11-14T08:00:00"},
	{"Fri , 14 Nov 2025 09:00:00 +0100", "2025-11-14T08:00:00"},
	{"Fri,14 Nov 2025 09:00:00+0100", "2025-11-14T08:00:00"},
	{"Fri, 14 Nov 2025 09:00:00GMT", "2025-11-14T09:00:00"},
	{"14-Nov-25 09:00:00", "2025-11-14T09:00:00"},
	{"Thu, 24 Aug 2006 07:08:17 UTC+2", "2006-08-24T05:08:17"},
	{"Mon, 26 January 2004 16:31:00 EST", "2004-01-26T21:31:00"},
	{"Thu, 30 Apr 2015 08:57:00 CEST", "2015-04-30T06:57:00"},
	{"10:30 14/11/2025", "2025-11-14T10:30:00"},
	{"Fri, 14 Nov 2025 10:30 am +0100", "2025-11-14T09:30:00"},
	{"14. 11. 2025 10:30", "2025-11-14T10:30:00"},
	{"14-nov-2025", "2025-11-14T00:00:00"},
	{"Fri, 14 Nov 2025 10.30.00 +0100", "2025-11-14T09:30:00"},
	{"Thu, 1 Jan 15 10:00:00 GMT", "2015-01-01T10:00:00"},
};

static const struct row italian_rows[] = {
	{"mar, 04 mar 2025 10:00:00 +0100", "2025-03-04T09:00:00"},
	{"Mar, 4 Marzo 2025 10:00:00 +0100", "2025-03-04T09:00:00"},
	{"gio, 03 apr 2025 10:00:00 +0200", "2025-04-03T08:00:00"},
	{"dom, 01 giu 2025 10:00:00 +0200", "2025-06-01T08:00:00"},
	{"ven, 10 ott 2025 10:00:00 +0200", "2025-10-10T08:00:00"},
	{"Mer, 15 Gen 2025 08:00:00 +0100", "2025-01-15T07:00:00"},
	{"mar, 11 nov 2025 10:00:00 +0100", "2025-11-11T09:00:00"},
	{"mar 11 novembre 2025 10:00", "2025-11-11T10:00:00"},
	{"martedì 11 novembre 2025 ore 10:00", "2025-11-11T10:00:00"},
	{"martedì 4 marzo 2025 alle 10.30", "2025-03-04T10:30:00"},
	{"mar, 04 mar 2025 10:00:00 +0100", "2025-03-04T09:00:00"},
	{"lun, 01 dic 2025 10:00:00 +0100", "2025-12-01T09:00:00"},
	{"Fri, 14 Novembre 2025 09:00:00 +0100", "2025-11-14T08:00:00"},
	{"14 nov 2025 alle 10:30", "2025-11-14T10:30:00"},
	{"ore 10.30 del 14 novembre 2025", "2025-11-14T10:30:00"},
};

static const struct row foreign_rows[] = {
	{"2025年11月14日 下午 9:30", "2025-11-14T21:30:00"},
	{"2025年11月14日午前9時30分", "2025-11-14T09:30:00"},
	{"令和7年11月14日", "2025-11-14T00:00:00"},
	{"14 พฤศจิกายน 2568 09:30", "2025-11-14T09:30:00"},
	{"١٤ نوفمبر ٢٠٢٥ ٠٩:٣٠", "2025-11-14T09:30:00"},
	{"２０２５年１１月１４日", "2025-11-14T00:00:00"},
	{"14 Νοεμβρίου 2025 09:30 μμ", "2025-11-14T21:30:00"},
	{"14.11.2025, 10:30 Uhr", "2025-11-14T10:30:00"},
	{"14. Nov. 2025 10:30", "2025-11-14T10:30:00"},
	{"Freitag, 14. November 2025, 10:30", "2025-11-14T10:30:00"},
	{"Do, 6 Nov 2025 10:00:00 +0100", "2025-11-06T09:00:00"},
	{"Di, 02 Dez 2025 10:00:00 +0100", "2025-12-02T09:00:00"},
	{"So, 05 Okt 2025 10:00:00 +0200", "2025-10-05T08:00:00"},
	{"Mi, 07 Mai 2025 10:00:00 +0200", "2025-05-07T08:00:00"},
	{"Mo, 03 März 2025 10:00:00 +0100", "2025-03-03T09:00:00"},
	{"mer., 12 févr. 2025 10:00:00 +0100", "2025-02-12T09:00:00"},
	{"mar., 05 août 2025 10:00:00 +0200", "2025-08-05T08:00:00"},
	{"lun., 01 déc. 2025 10:00:00 +0100", "2025-12-01T09:00:00"},
	{"jeu., 10 juil. 2025 10:00:00 +0200", "2025-07-10T08:00:00"},
	{"mar., 10 juin 2025 10:00:00 +0200", "2025-06-10T08:00:00"},
	{"sam. 12 avr. 2025 10:00:00 +0200", "2025-04-12T08:00:00"},
	{"mardi 4 mars 2025", "2025-03-04T00:00:00"},
	{"vie, 14 nov 2025 10:00:00 +0100", "2025-11-14T09:00:00"},
	{"mié, 15 ene 2025 10:00:00 +0100", "2025-01-15T09:00:00"},
	{"sáb, 02 ago 2025 10:00:00 +0200", "2025-08-02T08:00:00"},
	{"Seg, 03 Fev 2025 10:00:00 -0300", "2025-02-03T13:00:00"},
	{"Sex, 05 Set 2025 10:00:00 -0300", "2025-09-05T13:00:00"},
	{"Ter, 14 Out 2025 10:00:00 -0300", "2025-10-14T13:00:00"},
	{"5 de março de 2025", "2025-03-05T00:00:00"},
	{"Вт, 11 фев 2025 10:00:00 +0300", "2025-02-11T07:00:00"},
	{"Чт, 01 мая 2025 10:00:00 +0300", "2025-05-01T07:00:00"},
	{"Ср, 05 мар 2025 10:00:00 +0300", "2025-03-05T07:00:00"},
	{"Пн, 01 сент. 2025 10:00:00 +0300", "2025-09-01T07:00:00"},
	{"Сб, 02 авг 2025 10:00:00 +0300", "2025-08-02T07:00:00"},
	{"14 ноября 2025, 10:00", "2025-11-14T10:00:00"},
	{"14 ноября 2025 г. 10:00", "2025-11-14T10:00:00"},
	{"пт, 14 лист 2025 10:00:00 +0200", "2025-11-14T08:00:00"},
	{"14 листопада 2025", "2025-11-14T00:00:00"},
	{"pt., 14 lis 2025 10:00:00 +0100", "2025-11-14T09:00:00"},
	{"14 listopada 2025 10:00", "2025-11-14T10:00:00"},
	{"14 Kasım 2025 Cuma 10:00", "2025-11-14T10:00:00"},
	{"2025年11月14日", "2025-11-14T00:00:00"},
	{"2025年11月14日 10:30", "2025-11-14T10:30:00"},
	{"2025年11月14日 10時30分", "2025-11-14T10:30:00"},
	{"2025. 11. 14. 오후 3:20", "2025-11-14T06:20:00"},
	{"2025-11-14 오전 12:05:00", "2025-11-13T15:05:00"},
	{"Τετ, 05 Μάρ 2025 10:00:00 EET", "2025-03-05T08:00:00"},
};

static const char *const none[] = {
	"2025-W54-1",
	"2025-W46-8",
	"Sat, 31 Nov 2025 10:00:00 GMT",
	"2025-13-01T00:00:00Z",
	"2025-02-30",
	"yesterday",
	"Mon, 01 Jan 0001 00:00:00 GMT",
	"0001-01-01T00:00:00Z",
	"1/1/0001 12:00:00 AM",
	"Fri, 14 Nov 2025 25:00:00 GMT",
	"2004-02-31",
	"",
	" ",
	"0000-00-00 00:00:00",
	"Thu, 00 Jan 0000 00:00:00 +0000",
	"-0001-11-30T00:00:00+00:00",
	"non una data",
	"2025-11-14T99:00:00Z",
	"12345678901234567890",
};
/* clang-format on */

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t at;
		if (!feed_date_parse(rows[i].text, &at)) {
			print_message("\"%s\" was not read\n", rows[i].text);
			fail();
		}
		g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(at);
		g_autofree char *got = g_date_time_format(date, "%Y-%m-%dT%H:%M:%S");
		if (strcmp(got, rows[i].expected) != 0) {
			print_message("\"%s\" was read as %s\n", rows[i].text, got);
			fail();
		}
	}
}

static void iso_8601_and_its_kin_are_read(void **state)
{
	(void)state;
	check(iso_rows, G_N_ELEMENTS(iso_rows));
}

static void rfc_822_in_its_real_forms_is_read(void **state)
{
	(void)state;
	check(rfc_822_rows, G_N_ELEMENTS(rfc_822_rows));
}

static void italian_dates_are_read(void **state)
{
	(void)state;
	check(italian_rows, G_N_ELEMENTS(italian_rows));
}

static void other_languages_are_read(void **state)
{
	(void)state;
	check(foreign_rows, G_N_ELEMENTS(foreign_rows));
}

static void every_italian_month_is_known_long_and_short(void **state)
{
	static const char *const months[] = {"gennaio",	  "febbraio", "marzo",	  "aprile",
					     "maggio",	  "giugno",   "luglio",	  "agosto",
					     "settembre", "ottobre",  "novembre", "dicembre"};
	(void)state;
	for (int month = 0; month < 12; month++) {
		for (int form = 0; form < 3; form++) {
			g_autofree char *name = form == 0   ? g_strdup(months[month])
						: form == 1 ? g_strndup(months[month], 3)
							    : g_ascii_strup(months[month], -1);
			g_autofree char *text =
				g_strdup_printf("Gio, 5 %s 2025 10:00:00 +0100", name);
			g_autofree char *expected =
				g_strdup_printf("2025-%02d-05T09:00:00", month + 1);
			check(&(struct row){text, expected}, 1);
		}
	}
}

static void what_is_no_date_is_none(void **state)
{
	int64_t at = 42;
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
		if (feed_date_parse(none[i], &at)) {
			print_message("\"%s\" was read as %" G_GINT64_FORMAT "\n", none[i], at);
			fail();
		}
	assert_false(feed_date_parse(NULL, &at));
	assert_int_equal(at, 42);
}

static void a_leap_second_is_a_second(void **state)
{
	int64_t at;
	(void)state;
	assert_true(feed_date_parse("Sat, 31 Dec 2016 23:59:60 GMT", &at));
	assert_int_equal(at, 1483228799);
}

static void past_and_future_are_left_to_the_caller(void **state)
{
	int64_t at;
	(void)state;
	assert_true(feed_date_parse("Thu, 01 Jan 1970 00:00:00 GMT", &at));
	assert_int_equal(at, 0);
	assert_true(feed_date_parse("2099-01-01T00:00:00Z", &at));
	assert_int_equal(at, 4070908800);
}

static void a_zone_that_cannot_be_is_none(void **state)
{
	int64_t at;
	(void)state;
	assert_true(feed_date_parse("Fri, 14 Nov 2025 09:00:00 +9999", &at));
	assert_int_equal(at, 1763110800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iso_8601_and_its_kin_are_read),
		cmocka_unit_test(rfc_822_in_its_real_forms_is_read),
		cmocka_unit_test(italian_dates_are_read),
		cmocka_unit_test(other_languages_are_read),
		cmocka_unit_test(every_italian_month_is_known_long_and_short),
		cmocka_unit_test(what_is_no_date_is_none),
		cmocka_unit_test(a_leap_second_is_a_second),
		cmocka_unit_test(past_and_future_are_left_to_the_caller),
		cmocka_unit_test(a_zone_that_cannot_be_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
