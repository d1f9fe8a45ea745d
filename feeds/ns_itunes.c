/* ns_itunes: podcast elements of iTunes and Google Play, all of them weaker than the feed's own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "feeds/elements.h"

static void start_category(struct reader *reader, const struct attributes *attributes,
			   struct element *occurrence)
{
	g_autofree char *text = attribute_get(attributes, "text");

	(void)occurrence;
	if (text)
		reader_set(reader, FIELD_CATEGORY, VALUE_HTML_LINE, text, strlen(text), 5);
}

static void keywords_text(struct reader *reader, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, ",", 32);

	for (char **word = words; *word; word++)
		reader_set(reader, FIELD_CATEGORY, VALUE_HTML_LINE, *word, strlen(*word), 4);
}

static const struct element rows[] = {
	TEXT_ROW("title", IN_ENTRY, FIELD_TITLE, VALUE_HTML_LINE, 3),
	TEXT_ROW("summary", IN_ENTRY, FIELD_SUMMARY, VALUE_HTML, 4),
	TEXT_ROW("subtitle", IN_ENTRY, FIELD_SUMMARY, VALUE_HTML, 2),
	TEXT_ROW("description", IN_ENTRY, FIELD_SUMMARY, VALUE_HTML, 2), /* Google Play's */
	TEXT_ROW("author", IN_ENTRY, FIELD_AUTHOR, VALUE_HTML_LINE, 5),
	PLACE_ROW("category", IN_ENTRY, SAME_PLACE, .start = start_category),
	TEXT_ROW("keywords", IN_ENTRY, FIELD_NONE, VALUE_NONE, 0, .text = keywords_text),
};

const struct element_rows ns_itunes_rows = {NS_ITUNES, rows, G_N_ELEMENTS(rows)};
