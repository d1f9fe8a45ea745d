/* json_feed: see json_feed.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/json_feed.h"

#include <jansson.h>
#include <string.h>

#include "feeds/error.h"
#include "feeds/limits.h"

/* Member of an object to field; the first of a field that reads wins by its rank. */
struct member {
	const char *name;
	enum field field;
	enum value_kind kind;
	unsigned rank;
};

static const struct member feed_members[] = {
	{"title", FIELD_TITLE, VALUE_LINE, 10},
	{"home_page_url", FIELD_LINK, VALUE_URL, 10},
	{"language", FIELD_LANGUAGE, VALUE_LANGUAGE, 10},
	{"feed_url", FIELD_SELF, VALUE_URL, 10},
	{"next_url", FIELD_NEXT, VALUE_URL, 10},
};

static const struct member item_members[] = {
	{"id", FIELD_ID, VALUE_ID, 10},
	{"url", FIELD_LINK, VALUE_URL, 10},
	{"external_url", FIELD_LINK, VALUE_URL, 5},
	{"title", FIELD_TITLE, VALUE_LINE, 10},
	{"summary", FIELD_SUMMARY, VALUE_TEXT, 10},
	{"content_html", FIELD_CONTENT, VALUE_HTML, 10},
	{"content_text", FIELD_CONTENT, VALUE_TEXT, 9},
	{"date_published", FIELD_PUBLISHED, VALUE_DATE, 10},
	{"date_modified", FIELD_UPDATED, VALUE_DATE, 10},
	{"language", FIELD_LANGUAGE, VALUE_LANGUAGE, 10},
};

/* ids are strings, but numbers are common; dates too. */
static bool takes_numbers(enum value_kind kind)
{
	return kind == VALUE_ID || kind == VALUE_DATE;
}

/* A string may hold NULs, which cleaning drops. */
static void read_members(struct reader *reader, const json_t *object, const struct member *members,
			 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct member *member = &members[i];
		json_t *value = json_object_get(object, member->name);
		g_autofree char *number = NULL;
		if (json_is_string(value)) {
			reader_set(reader, member->field, member->kind, json_string_value(value),
				   json_string_length(value), member->rank);
		} else if (json_is_number(value) && takes_numbers(member->kind)) {
			number = json_dumps(value, JSON_ENCODE_ANY);
			reader_set(reader, member->field, member->kind, number, strlen(number),
				   member->rank);
		}
	}
}

/* Not of the specification: the name alone. */
static void read_author(struct reader *reader, const json_t *author)
{
	const json_t *name = json_is_string(author) ? author : json_object_get(author, "name");

	if (json_is_string(name))
		reader_set(reader, FIELD_AUTHOR, VALUE_LINE, json_string_value(name),
			   json_string_length(name), 10);
}

/* 1.1 has an array, 1.0 a single object; each is found under either name. */
static void read_authors(struct reader *reader, const json_t *object)
{
	static const char *const names[] = {"authors", "author"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		json_t *value = json_object_get(object, names[i]), *author;
		size_t index;
		if (json_is_object(value) || json_is_string(value))
			read_author(reader, value);
		json_array_foreach(value, index, author) read_author(reader, author);
	}
}

static void read_tags(struct reader *reader, const json_t *item)
{
	json_t *tags = json_object_get(item, "tags"), *tag;
	g_auto(GStrv) names = NULL;
	size_t index;

	/* Not of the specification: one string, parted by commas. */
	if (json_is_string(tags))
		names = g_strsplit(json_string_value(tags), ",", FEED_MAX_CATEGORIES);
	for (char **name = names; name && *name; name++)
		reader_set(reader, FIELD_CATEGORY, VALUE_LINE, *name, strlen(*name), 10);
	json_array_foreach(tags, index, tag) if (json_is_string(tag))
		reader_set(reader, FIELD_CATEGORY, VALUE_LINE, json_string_value(tag),
			   json_string_length(tag), 10);
}

static void read_attachments(struct reader *reader, const json_t *item)
{
	json_t *attachment;
	size_t index;

	json_array_foreach(json_object_get(item, "attachments"), index, attachment)
	{
		const char *url = json_string_value(json_object_get(attachment, "url"));
		if (url)
			reader_set(reader, FIELD_ENCLOSURE, VALUE_URL, url, strlen(url), 10);
	}
}

static void read_item(struct reader *reader, const json_t *item)
{
	reader_open_entry(reader);
	read_members(reader, item, item_members, G_N_ELEMENTS(item_members));
	read_authors(reader, item);
	read_tags(reader, item);
	read_attachments(reader, item);
	reader_close_entry(reader, false);
}

static void read_hubs(struct reader *reader, const json_t *root)
{
	json_t *hub;
	size_t index;

	json_array_foreach(json_object_get(root, "hubs"), index, hub)
	{
		const char *url = json_string_value(json_object_get(hub, "url"));
		if (url)
			reader_set(reader, FIELD_HUB, VALUE_URL, url, strlen(url), 10);
	}
}

/* jansson allows 2,048 levels; ours are counted before anything is built. */
static bool is_too_deep(const char *text, size_t text_len)
{
	int depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < text_len; i++) {
		if (in_string) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == '"')
				in_string = false;
		} else if (text[i] == '"') {
			in_string = true;
		} else if (text[i] == '[' || text[i] == '{') {
			if (++depth > FEED_MAX_JSON_DEPTH)
				return true;
		} else if (text[i] == ']' || text[i] == '}') {
			depth--;
		}
	}
	return false;
}

static enum feed_format format_of(const json_t *root)
{
	const char *version = json_string_value(json_object_get(root, "version"));

	if (version && strstr(version, "jsonfeed.org/version/1.1"))
		return FEED_FORMAT_JSON_11;
	if (version && strstr(version, "jsonfeed.org/version/"))
		return FEED_FORMAT_JSON_10;
	return FEED_FORMAT_UNKNOWN;
}

void json_feed_prepare(void)
{
	static gsize ready;

	if (g_once_init_enter(&ready)) {
		json_object_seed(0);
		g_once_init_leave(&ready, 1);
	}
}

bool json_feed_read(struct reader *reader, const char *text, size_t text_len, GError **error)
{
	json_error_t problem;
	json_t *root, *items, *item;
	size_t index;

	if (is_too_deep(text, text_len)) {
		g_set_error_literal(error, FEED_ERROR, FEED_ERROR_HOSTILE,
				    "JSON nested more than 32 deep");
		return false;
	}
	root = json_loadb(text, text_len, JSON_ALLOW_NUL, &problem);
	if (!root) {
		g_autofree char *words = g_utf8_make_valid(problem.text, -1);
		g_set_error(error, FEED_ERROR, FEED_ERROR_MALFORMED, "JSON, line %d: %s",
			    problem.line, words);
		return false;
	}
	items = json_object_get(root, "items");
	reader->document->format = format_of(root);
	if (reader->document->format == FEED_FORMAT_UNKNOWN ||
	    !(json_is_array(items) || json_object_get(root, "title"))) {
		g_set_error_literal(error, FEED_ERROR, FEED_ERROR_NOT_A_FEED,
				    "JSON, but not a JSON Feed");
		json_decref(root);
		return false;
	}
	read_members(reader, root, feed_members, G_N_ELEMENTS(feed_members));
	read_authors(reader, root);
	read_hubs(reader, root);
	json_array_foreach(items, index, item) if (json_is_object(item)) read_item(reader, item);
	json_decref(root);
	return true;
}
