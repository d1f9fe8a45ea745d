/* oracle: see oracle.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/oracle.h"

#include "feeds/limits.h"
#include "feeds/text_block.h"
#include "feeds/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void oracle_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, what);
	abort();
}

struct feed_document *oracle_unpack(const uint8_t *bytes, size_t bytes_len)
{
	struct text_block *block = text_block_new(bytes, bytes_len);
	struct feed_document *document = wire_unpack_document(block);

	text_block_unref(block);
	return document;
}

static bool is_forbidden(gunichar c)
{
	return (c < 0x20 && c != '\n') || c == 0x7f || c == 0x85 || c == 0xfeff ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       (c >= 0xe0000 && c <= 0xe007f) || (c & 0xfffe) == 0xfffe;
}

void oracle_text(const char *text, size_t max_len, bool one_line)
{
	bool gap = true;

	if (!text)
		return;
	MUST(*text);
	MUST(strlen(text) <= max_len);
	MUST(g_utf8_validate(text, -1, NULL));
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		bool white = c == ' ' || c == '\n';
		MUST(!is_forbidden(c));
		MUST(!(one_line && c == '\n'));
		MUST(!(white && gap));
		gap = white;
	}
	MUST(!gap);
}

void oracle_link(const char *link)
{
	if (!link)
		return;
	MUST(strlen(link) <= FEED_MAX_URL);
	MUST(g_str_has_prefix(link, "http://") || g_str_has_prefix(link, "https://") ||
	     (link[0] == '/' && link[1] != '/'));
	for (const char *at = link; *at; at++)
		MUST((unsigned char)*at > ' ' && *at != 0x7f);
}

static void check_date(int64_t at)
{
	/* years 1900 to 9999 and a day for the zone */
	MUST(at == FEED_NO_DATE || (at >= -2208988800 - 86400 && at < 253402300800 + 86400));
}

static void check_entry(const struct feed_entry *entry)
{
	oracle_text(entry->id, FEED_MAX_URL, true);
	oracle_link(entry->link);
	oracle_text(entry->title, FEED_MAX_TITLE, true);
	oracle_text(entry->summary, FEED_MAX_TEXT, false);
	oracle_text(entry->content, FEED_MAX_TEXT, false);
	oracle_text(entry->author, FEED_MAX_TITLE, true);
	oracle_text(entry->source, FEED_MAX_TITLE, true);
	oracle_link(entry->enclosure);
	check_date(entry->published_at);
	check_date(entry->updated_at);
	unsigned count = 0;
	for (char **name = entry->categories; name && *name; name++, count++)
		oracle_text(*name, FEED_MAX_TITLE, true);
	MUST(!entry->categories || count);
	MUST(count <= FEED_MAX_CATEGORIES);
}

void oracle_document(const struct feed_document *document, unsigned max_entries)
{
	oracle_text(document->title, FEED_MAX_TITLE, true);
	oracle_link(document->link);
	oracle_link(document->self_url);
	oracle_link(document->next_url);
	oracle_link(document->prev_archive_url);
	oracle_link(document->hub_url);
	MUST(document->ttl_s >= 0 && document->update_period_s >= 0);
	MUST(document->entries->len <= max_entries);
	for (guint i = 0; i < document->entries->len; i++)
		check_entry(document->entries->pdata[i]);
}

static void same_entry(const struct feed_entry *a, const struct feed_entry *b)
{
	static const char *const none[] = {NULL};
	MUST(g_strcmp0(a->id, b->id) == 0);
	MUST(g_strcmp0(a->link, b->link) == 0);
	MUST(g_strcmp0(a->title, b->title) == 0);
	MUST(g_strcmp0(a->summary, b->summary) == 0);
	MUST(g_strcmp0(a->content, b->content) == 0);
	MUST(g_strcmp0(a->author, b->author) == 0);
	MUST(g_strcmp0(a->language, b->language) == 0);
	MUST(g_strcmp0(a->source, b->source) == 0);
	MUST(g_strcmp0(a->enclosure, b->enclosure) == 0);
	MUST(a->published_at == b->published_at && a->updated_at == b->updated_at);
	MUST(a->truncated == b->truncated);
	MUST(g_strv_equal(a->categories ? (const char *const *)a->categories : none,
			  b->categories ? (const char *const *)b->categories : none));
}

void oracle_same(const struct feed_document *a, const struct feed_document *b)
{
	MUST(!a == !b);
	if (!a)
		return;
	MUST(a->format == b->format);
	MUST(g_strcmp0(a->title, b->title) == 0);
	MUST(g_strcmp0(a->link, b->link) == 0);
	MUST(g_strcmp0(a->language, b->language) == 0);
	MUST(a->whole == b->whole);
	MUST(a->entries->len == b->entries->len);
	for (guint i = 0; i < a->entries->len; i++)
		same_entry(a->entries->pdata[i], b->entries->pdata[i]);
}
