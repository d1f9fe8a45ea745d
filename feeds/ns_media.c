/* ns_media: Media RSS. Captions are the weakest text there is.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "feeds/elements.h"

static void start_content(struct reader *reader, const struct attributes *attributes,
			  struct element *occurrence)
{
	g_autofree char *url = attribute_get(attributes, "url");

	(void)occurrence;
	if (url)
		reader_set(reader, FIELD_ENCLOSURE, VALUE_URL, url, strlen(url), 3);
}

/* The text is a path of some scheme, the label its name. */
static void start_category(struct reader *reader, const struct attributes *attributes,
			   struct element *occurrence)
{
	g_autofree char *label = attribute_get(attributes, "label");

	(void)occurrence;
	if (label)
		reader_set(reader, FIELD_CATEGORY, VALUE_HTML_LINE, label, strlen(label), 3);
}

static void keywords_text(struct reader *reader, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, ",", 32);

	for (char **word = words; *word; word++)
		reader_set(reader, FIELD_CATEGORY, VALUE_HTML_LINE, *word, strlen(*word), 2);
}

static const struct element rows[] = {
	PLACE_ROW("group", IN_ENTRY, SAME_PLACE),
	PLACE_ROW("content", IN_ENTRY, SAME_PLACE, .start = start_content),
	TEXT_ROW("title", IN_ENTRY, FIELD_TITLE, VALUE_HTML_LINE, 1),
	TEXT_ROW("description", IN_ENTRY, FIELD_SUMMARY, VALUE_HTML, 1),
	TEXT_ROW("keywords", IN_ENTRY, FIELD_NONE, VALUE_NONE, 0, .text = keywords_text),
	TEXT_ROW("category", IN_ENTRY, FIELD_CATEGORY, VALUE_HTML_LINE, 3, .start = start_category),
};

const struct element_rows ns_media_rows = {NS_MEDIA, rows, G_N_ELEMENTS(rows)};
