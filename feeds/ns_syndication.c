/* ns_syndication: how often an RSS 1.0 feed changes, in its own words
 * (purl.org/rss/1.0/modules/syndication).  SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "feeds/elements.h"

/* Period and frequency come in either order. A frequency without its period waits as a negative
 * number; reader_take() drops it if no period comes. */
static void combine(struct feed_document *document, int64_t period_s, int64_t frequency)
{
	int64_t held = document->update_period_s;

	if (period_s)
		document->update_period_s = held < 0 ? period_s / -held : period_s;
	else if (frequency > 0)
		document->update_period_s = held > 0 ? held / frequency : -frequency;
}

static void period_text(struct reader *reader, const char *text)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} periods[] = {
		{"hourly", 3600},	 {"daily", 86400},	  {"weekly", 7 * 86400},
		{"monthly", 30 * 86400}, {"yearly", 365 * 86400},
	};
	g_autofree char *name = g_strstrip(g_strdup(text));

	for (size_t i = 0; i < G_N_ELEMENTS(periods); i++)
		if (g_ascii_strcasecmp(name, periods[i].name) == 0)
			combine(reader->document, periods[i].seconds, 0);
}

static void frequency_text(struct reader *reader, const char *text)
{
	gint64 frequency = g_ascii_strtoll(text, NULL, 10);

	if (frequency > 0)
		combine(reader->document, 0, MIN(frequency, 1000));
}

static const struct element rows[] = {
	TEXT_ROW("updateperiod", IN_FEED, FIELD_NONE, VALUE_NONE, 0, .text = period_text),
	TEXT_ROW("updatefrequency", IN_FEED, FIELD_NONE, VALUE_NONE, 0, .text = frequency_text),
};

const struct element_rows ns_syndication_rows = {NS_SYNDICATION, rows, G_N_ELEMENTS(rows)};
