/* fuzz_date: dates of any spelling. Oracle: a date that was read, written as RFC 3339 and as RFC
 * 822, is read as the same second; outer white space says nothing; both ways of reading agree.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "feeds/date.h"
#include "feeds/date_usual.h"
#include "tests/fuzz/oracle.h"
#include "tests/fuzz/targets.h"

static void check_spelling(int64_t at, const char *format)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(at);
	/* a zone may carry it out of the years that are read */
	if (!date || g_date_time_get_year(date) < 1900 || g_date_time_get_year(date) > 9999)
		return;
	g_autofree char *text = g_date_time_format(date, format);
	int64_t again;
	MUST(feed_date_parse(text, &again));
	MUST(at == again);
}

/* What the short way reads, the long way reads alike: brackets send the text there. */
static void check_short_way(const char *text)
{
	g_autofree char *bracketed = g_strconcat(text, " ()", NULL);
	int64_t at, same;

	if (!date_usual(text, &at))
		return;
	MUST(feed_date_parse(bracketed, &same));
	MUST(at == same);
}

void fuzz_date(const uint8_t *bytes, size_t bytes_len)
{
	g_autofree char *text = g_strndup((const char *)bytes, bytes_len);
	g_autofree char *padded = g_strconcat(" \n", text, " \t", NULL);
	int64_t at = 0, same = 0;
	bool read = feed_date_parse(text, &at);

	if (bytes_len > 60)
		return;
	check_short_way(text);
	MUST(feed_date_parse(padded, &same) == read);
	if (!read)
		return;
	MUST(at == same);
	check_spelling(at, "%Y-%m-%dT%H:%M:%SZ");
	check_spelling(at, "%a, %d %b %Y %H:%M:%S GMT");
}
