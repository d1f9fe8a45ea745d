/* format_atom: Atom 1.0 (RFC 4287), 0.3, and Atom elements inside other formats.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "feeds/elements.h"
#include "feeds/url.h"

static void start_feed(struct reader *reader, const struct attributes *attributes,
		       struct element *occurrence)
{
	g_autofree char *version = attribute_get(attributes, "version");

	(void)occurrence;
	if (reader->document->format == FEED_FORMAT_UNKNOWN)
		reader->document->format = FEED_FORMAT_ATOM;
	if (version && strcmp(version, "0.3") == 0)
		reader->document->format = FEED_FORMAT_ATOM_03;
}

static const struct relation {
	const char *name;
	enum field in_entry, in_feed;
	unsigned rank;
} relations[] = {
	{"alternate", FIELD_LINK, FIELD_LINK, 9},
	{"http://www.iana.org/assignments/relation/alternate", FIELD_LINK, FIELD_LINK, 9},
	{"enclosure", FIELD_ENCLOSURE, FIELD_NONE, 9},
	{"self", FIELD_NONE, FIELD_SELF, 9},
	{"next", FIELD_NONE, FIELD_NEXT, 9},
	{"prev-archive", FIELD_NONE, FIELD_PREV_ARCHIVE, 9},
	{"related", FIELD_LINK, FIELD_NONE, 1},
	{"via", FIELD_LINK, FIELD_NONE, 1},
	{"hub", FIELD_NONE, FIELD_HUB, 9},
	{"http://purl.org/net/pubsubhubbub/hub", FIELD_NONE, FIELD_HUB, 8},
};

/* A page for people is a better link than another rendering. */
static unsigned alternate_rank(const char *type)
{
	if (!type || g_str_has_prefix(type, "text/html") || strstr(type, "xhtml"))
		return 9;
	return 7;
}

static void start_link(struct reader *reader, const struct attributes *attributes,
		       struct element *occurrence)
{
	g_autofree char *href = attribute_get(attributes, "href");
	g_autofree char *rel = attribute_get(attributes, "rel");
	g_autofree char *type = attribute_get(attributes, "type");
	const char *name = rel && *g_strstrip(rel) ? rel : "alternate";

	/* Empty, it is the base; the document's own address would say nothing. */
	if (href && !*href && reader->base && reader->base != reader->url) {
		g_free(href);
		href = g_strdup(reader->base);
	}
	/* Without href the address may be the text. */
	if (!href && g_ascii_strcasecmp(name, "alternate") == 0)
		occurrence->field = FIELD_LINK;
	for (size_t i = 0; href && i < G_N_ELEMENTS(relations); i++) {
		const struct relation *relation = &relations[i];
		if (g_ascii_strcasecmp(name, relation->name) != 0)
			continue;
		enum field field = reader->entry ? relation->in_entry : relation->in_feed;
		unsigned rank = field == FIELD_LINK && relation->rank == 9 ? alternate_rank(type)
									   : relation->rank;
		if (field != FIELD_NONE)
			reader_set(reader, field, VALUE_URL, href, strlen(href), rank);
		return;
	}
}

static void start_category(struct reader *reader, const struct attributes *attributes,
			   struct element *occurrence)
{
	g_autofree char *label = attribute_get(attributes, "label");
	g_autofree char *term = attribute_get(attributes, "term");
	const char *const names[] = {label, term};

	/* The label is for people, but filters may well know the term. */
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (!names[i] || !*names[i])
			continue;
		reader_set(reader, FIELD_CATEGORY, VALUE_HTML_LINE, names[i], strlen(names[i]), 9);
		occurrence->field = FIELD_NONE;
	}
}

/* <content src="…"/>: the text is elsewhere, the address may be the only link. */
static void start_content(struct reader *reader, const struct attributes *attributes,
			  struct element *occurrence)
{
	g_autofree char *src = attribute_get(attributes, "src");

	(void)occurrence;
	if (src)
		reader_set(reader, FIELD_LINK, VALUE_URL, src, strlen(src), 2);
}

/* Many ids are the article's address; better than none. */
static void id_text(struct reader *reader, const char *text)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(text));

	if (url_is_http(trimmed))
		reader_set(reader, FIELD_LINK, VALUE_URL, trimmed, strlen(trimmed), 1);
}

static const struct element rows[] = {
	PLACE_ROW("feed", IN_DOCUMENT, IN_FEED, .start = start_feed),
	PLACE_ROW("entry", IN_FEED | IN_DOCUMENT, IN_ENTRY, .start = start_feed),
	TEXT_ROW("title", IN_ANY_ITEM, FIELD_TITLE, VALUE_LINE, 9, .typed = true),
	TEXT_ROW("link", IN_ANY_ITEM, FIELD_NONE, VALUE_URL, 6, .start = start_link),
	TEXT_ROW("id", IN_ENTRY, FIELD_ID, VALUE_ID, 9, .text = id_text),
	TEXT_ROW("summary", IN_ENTRY, FIELD_SUMMARY, VALUE_TEXT, 9, .typed = true),
	TEXT_ROW("content", IN_ENTRY, FIELD_CONTENT, VALUE_TEXT, 9, .start = start_content,
		 .typed = true),
	TEXT_ROW("published", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 9),
	TEXT_ROW("issued", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 8),
	TEXT_ROW("created", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 7),
	TEXT_ROW("updated", IN_ENTRY, FIELD_UPDATED, VALUE_DATE, 9),
	TEXT_ROW("modified", IN_ENTRY, FIELD_UPDATED, VALUE_DATE, 8),
	PLACE_ROW("author", IN_ANY_ITEM, IN_PERSON),
	TEXT_ROW("name", IN_PERSON, FIELD_AUTHOR, VALUE_LINE, 9),
	TEXT_ROW("email", IN_PERSON, FIELD_AUTHOR, VALUE_LINE, 1),
	TEXT_ROW("category", IN_ENTRY, FIELD_CATEGORY, VALUE_LINE, 9, .start = start_category),
	/* RSS that declares Atom as its own namespace */
	PLACE_ROW("item", IN_FEED, IN_ENTRY),
	TEXT_ROW("description", IN_ENTRY, FIELD_SUMMARY, VALUE_HTML, 4),
	TEXT_ROW("pubdate", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 4),
	TEXT_ROW("guid", IN_ENTRY, FIELD_ID, VALUE_ID, 4),
	PLACE_ROW("source", IN_ENTRY, IN_SOURCE),
	PLACE_ROW("author", IN_SOURCE, IN_SOURCE_PERSON),
	TEXT_ROW("name", IN_SOURCE_PERSON, FIELD_AUTHOR, VALUE_LINE, 4),
	TEXT_ROW("title", IN_SOURCE, FIELD_SOURCE, VALUE_LINE, 9, .typed = true),
};

const struct element_rows format_atom_rows = {NS_ATOM, rows, G_N_ELEMENTS(rows)};
