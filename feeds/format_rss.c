/* format_rss: RSS 0.90 to 2.0 (rssboard.org/rss-specification) and the elements of RSS 1.0 and 0.90
 * in RDF; Channel Definition Format, whose names are the same.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "feeds/elements.h"
#include "feeds/limits.h"

static void start_rss(struct reader *reader, const struct attributes *attributes,
		      struct element *occurrence)
{
	static const struct {
		const char *prefix;
		enum feed_format format;
	} versions[] = {
		{"0.90", FEED_FORMAT_RSS_090}, {"0.91", FEED_FORMAT_RSS_091},
		{"0.92", FEED_FORMAT_RSS_092}, {"0.93", FEED_FORMAT_RSS_093},
		{"0.94", FEED_FORMAT_RSS_094}, {"1.0", FEED_FORMAT_RSS_10},
		{"2", FEED_FORMAT_RSS_20},
	};
	g_autofree char *version = attribute_get(attributes, "version");

	(void)occurrence;
	reader->document->format = FEED_FORMAT_RSS;
	for (size_t i = 0; version && i < G_N_ELEMENTS(versions); i++)
		if (g_str_has_prefix(g_strstrip(version), versions[i].prefix))
			reader->document->format = versions[i].format;
}

/* CDF (W3C note "Channel Definition Format", 1997) says both by attributes. */
static bool read_cdf(struct reader *reader, const struct attributes *attributes)
{
	g_autofree char *href = attribute_get(attributes, "href");
	g_autofree char *changed = attribute_get(attributes, "lastmod");

	if (href)
		reader_set(reader, FIELD_LINK, VALUE_URL, href, strlen(href), 5);
	if (changed)
		reader_set(reader, FIELD_UPDATED, VALUE_DATE, changed, strlen(changed), 5);
	return href || changed;
}

/* A root that is only a channel. */
static void start_channel(struct reader *reader, const struct attributes *attributes,
			  struct element *occurrence)
{
	bool cdf = read_cdf(reader, attributes);

	(void)occurrence;
	if (reader->document->format == FEED_FORMAT_UNKNOWN)
		reader->document->format = cdf ? FEED_FORMAT_CDF : FEED_FORMAT_RSS;
}

/* rdf:about of an item is its id. */
static void start_item(struct reader *reader, const struct attributes *attributes,
		       struct element *occurrence)
{
	g_autofree char *about = attribute_get(attributes, "about");

	start_channel(reader, attributes, occurrence);
	if (!about)
		return;
	reader_set(reader, FIELD_ID, VALUE_ID, about, strlen(about), 5);
	reader_set(reader, FIELD_LINK, VALUE_URL, about, strlen(about), 1);
}

static void guid_text(struct reader *reader, const char *text)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(text));

	if (g_ascii_strncasecmp(trimmed, "http", 4) == 0)
		reader_set(reader, FIELD_LINK, VALUE_URL, trimmed, strlen(trimmed), 3);
}

/* One that says it is may be relative; numbers and words that say so lie. */
static void permalink_text(struct reader *reader, const char *text)
{
	if (strchr(text, '/'))
		reader_set(reader, FIELD_LINK, VALUE_URL, text, strlen(text), 3);
}

/* A guid is the permanent link too, unless it says that it is not. */
static void start_guid(struct reader *reader, const struct attributes *attributes,
		       struct element *occurrence)
{
	g_autofree char *permalink = attribute_get(attributes, "ispermalink");

	(void)reader;
	if (permalink)
		occurrence->text = g_ascii_strcasecmp(g_strstrip(permalink), "true") == 0
					   ? permalink_text
					   : NULL;
}

static void start_enclosure(struct reader *reader, const struct attributes *attributes,
			    struct element *occurrence)
{
	g_autofree char *url = attribute_get(attributes, "url");

	(void)occurrence;
	if (url)
		reader_set(reader, FIELD_ENCLOSURE, VALUE_URL, url, strlen(url), 10);
}

/* <link href="…"/> as in Atom, without its namespace. */
static void start_link(struct reader *reader, const struct attributes *attributes,
		       struct element *occurrence)
{
	g_autofree char *href = attribute_get(attributes, "href");

	(void)occurrence;
	if (href)
		reader_set(reader, FIELD_LINK, VALUE_URL, href, strlen(href), 5);
}

static void hour_text(struct reader *reader, const char *text)
{
	gint64 hour = g_ascii_strtoll(text, NULL, 10);

	/* 0-23 by the specification, 1-24 in RSS 0.91. */
	if (hour >= 0 && hour <= 24 && g_ascii_isdigit(text[strspn(text, " \t\r\n")]))
		reader->document->skip_hours |= 1u << (hour % 24);
}

static void day_text(struct reader *reader, const char *text)
{
	static const char names[] = "sunmontuewedthufrisat";

	text += strspn(text, " \t\r\n");
	for (unsigned day = 0; day < 7; day++)
		if (g_ascii_strncasecmp(text, names + day * 3, 3) == 0)
			reader->document->skip_days |= (uint8_t)(1u << day);
}

/* Names parted by commas. */
static void tags_text(struct reader *reader, const char *text)
{
	g_auto(GStrv) names = g_strsplit(text, ",", FEED_MAX_CATEGORIES);

	for (char **name = names; *name; name++)
		reader_set(reader, FIELD_CATEGORY, VALUE_HTML_LINE, *name, strlen(*name), 3);
}

static const struct element rows[] = {
	PLACE_ROW("rss", IN_DOCUMENT, IN_FEED, .start = start_rss),
	PLACE_ROW("channel", IN_DOCUMENT, IN_FEED, .start = start_channel),
	PLACE_ROW("channel", IN_FEED, IN_FEED),
	PLACE_ROW("item", IN_FEED | IN_DOCUMENT, IN_ENTRY, .start = start_item),
	PLACE_ROW("items", IN_FEED, IN_FEED), /* RSS 1.1 */
	PLACE_ROW("entry", IN_FEED, IN_ENTRY, .start = start_item),
	TEXT_ROW("title", IN_ANY_ITEM, FIELD_TITLE, VALUE_HTML_LINE, 10),
	TEXT_ROW("link", IN_ANY_ITEM, FIELD_LINK, VALUE_URL, 10, .start = start_link),
	TEXT_ROW("url", IN_ENTRY, FIELD_LINK, VALUE_URL, 2),
	TEXT_ROW("id", IN_ENTRY, FIELD_ID, VALUE_ID, 4),
	TEXT_ROW("guid", IN_ENTRY, FIELD_ID, VALUE_ID, 10, .start = start_guid, .text = guid_text),
	TEXT_ROW("description", IN_ENTRY, FIELD_SUMMARY, VALUE_HTML, 10),
	TEXT_ROW("summary", IN_ENTRY, FIELD_SUMMARY, VALUE_HTML, 10),
	TEXT_ROW("abstract", IN_ENTRY, FIELD_SUMMARY, VALUE_HTML, 8),
	TEXT_ROW("fullitem", IN_ENTRY, FIELD_CONTENT, VALUE_HTML, 8),
	TEXT_ROW("body", IN_ENTRY, FIELD_CONTENT, VALUE_HTML, 7),
	TEXT_ROW("content", IN_ENTRY, FIELD_CONTENT, VALUE_HTML, 6),
	TEXT_ROW("encoded", IN_ENTRY, FIELD_CONTENT, VALUE_HTML, 6),
	TEXT_ROW("author", IN_ENTRY, FIELD_AUTHOR, VALUE_HTML_LINE, 10),
	TEXT_ROW("category", IN_ENTRY, FIELD_CATEGORY, VALUE_LINE, 10),
	PLACE_ROW("categories", IN_ENTRY, SAME_PLACE), /* of no specification, like tags */
	TEXT_ROW("tags", IN_ENTRY, FIELD_NONE, VALUE_NONE, 0, .text = tags_text),
	TEXT_ROW("pubdate", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 10),
	TEXT_ROW("date", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 4),
	TEXT_ROW("published", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 4),
	TEXT_ROW("updated", IN_ENTRY, FIELD_UPDATED, VALUE_DATE, 4),
	TEXT_ROW("modified", IN_ENTRY, FIELD_UPDATED, VALUE_DATE, 4),
	TEXT_ROW("lastbuilddate", IN_ENTRY, FIELD_UPDATED, VALUE_DATE, 3),
	PLACE_ROW("enclosure", IN_ENTRY, IN_NOTHING, .start = start_enclosure),
	TEXT_ROW("source", IN_ENTRY, FIELD_SOURCE, VALUE_HTML_LINE, 10),
	TEXT_ROW("language", IN_ANY_ITEM, FIELD_LANGUAGE, VALUE_LANGUAGE, 10),
	TEXT_ROW("ttl", IN_FEED, FIELD_NONE, VALUE_NONE, 0, .text = reader_set_ttl),
	PLACE_ROW("skiphours", IN_FEED, IN_SKIP_HOURS),
	PLACE_ROW("skipdays", IN_FEED, IN_SKIP_DAYS),
	TEXT_ROW("hour", IN_SKIP_HOURS, FIELD_NONE, VALUE_NONE, 0, .text = hour_text),
	TEXT_ROW("day", IN_SKIP_DAYS, FIELD_NONE, VALUE_NONE, 0, .text = day_text),
};

const struct element_rows format_rss_rows = {NS_RSS, rows, G_N_ELEMENTS(rows)};
