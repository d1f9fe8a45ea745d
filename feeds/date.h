/* date: what feeds write where a date belongs, to UTC seconds. No clock, no locale, no files.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Read RFC 822/1123/2822, RFC 850, asctime, ISO 8601/W3CDTF, numeric dates with dots, slashes or dashes
 * (day first unless it cannot be), epoch seconds, month names in the languages of date_names.h, ISO 8601
 * week and ordinal dates, digits of any script, regions of the time zone database for a zone.
 *
 * What is missing has a defined meaning: no zone is UTC (Korean text: +09:00), no time is 00:00, no day
 * the first; years of two digits are 1970-2069, a leap second is second 59. Impossible dates (month
 * 13, year 0, before 1900) are no date: returns false and leaves `seconds` alone.
 * A date of 1970 or in the future is returned as written: the caller clamps it to the time of fetching
 * and must not hide an entry because of it. */
bool feed_date_parse(const char *text, int64_t *seconds);
