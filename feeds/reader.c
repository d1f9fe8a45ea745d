/* reader: see reader.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/reader.h"

#include <string.h>

#include "feeds/date.h"
#include "feeds/html_text.h"
#include "feeds/limits.h"
#include "feeds/text_block.h"
#include "feeds/url.h"

enum { MAIL_RANK = 2 };

void reader_init(struct reader *reader, struct text_block *block, const char *url,
		 unsigned max_entries)
{
	memset(reader, 0, sizeof(*reader));
	reader->block = text_block_ref(block);
	reader->document = feed_document_new();
	reader->document->block = text_block_ref(block);
	reader->categories = g_ptr_array_new();
	reader->max_entries =
		max_entries ? MIN(max_entries, FEED_MAX_ENTRIES_EVER) : FEED_MAX_ENTRIES;
	reader->url = reader->base = url;
	reader->scratch = g_string_sized_new(4096);
}

static void clear_categories(struct reader *reader)
{
	for (guint i = 0; i < reader->categories->len; i++)
		text_block_free_text(reader->block, reader->categories->pdata[i]);
	g_ptr_array_set_size(reader->categories, 0);
}

void reader_finish(struct reader *reader)
{
	feed_document_free(reader->document);
	feed_entry_free(reader->entry);
	if (reader->categories) {
		clear_categories(reader);
		g_ptr_array_unref(reader->categories);
	}
	text_block_free_text(reader->block, reader->feed_author);
	text_block_unref(reader->block);
	if (reader->scratch)
		g_string_free(reader->scratch, TRUE);
	memset(reader, 0, sizeof(*reader));
}

void reader_restart(struct reader *reader)
{
	struct text_block *block = text_block_ref(reader->block);
	const char *url = reader->url;
	unsigned max_entries = reader->max_entries;
	bool malformed = reader->document->malformed;

	reader_finish(reader);
	text_block_clear(block);
	reader_init(reader, block, url, max_entries);
	text_block_unref(block);
	reader->document->malformed = malformed;
}

/* ---- entries ---- */

void reader_drop_entry(struct reader *reader)
{
	g_clear_pointer(&reader->entry, feed_entry_free);
}

void reader_open_entry(struct reader *reader)
{
	feed_entry_free(reader->entry);
	reader->entry = feed_entry_new();
	reader->entry->block = text_block_ref(reader->block);
	memset(reader->entry_ranks, 0, sizeof(reader->entry_ranks));
	clear_categories(reader);
}

/* A text of the document. */
static char *keep(struct reader *reader, const char *text, size_t len)
{
	char *kept = text_block_add(reader->block, text, len);
	return kept ? kept : g_strndup(text, len);
}

/* The same of one that was allocated. */
static char *keep_own(struct reader *reader, char *text)
{
	char *kept = text ? text_block_add(reader->block, text, strlen(text)) : NULL;

	if (!kept)
		return text;
	g_free(text);
	return kept;
}

static int64_t newest_date(const struct feed_entry *entry)
{
	return MAX(entry->published_at, entry->updated_at);
}

static int by_newest(gconstpointer left, gconstpointer right)
{
	int64_t a = newest_date(*(struct feed_entry *const *)left);
	int64_t b = newest_date(*(struct feed_entry *const *)right);
	return (a < b) - (a > b);
}

/* Over the limit the oldest entries go; of those without dates the last of the document, since
 * feeds list the newest first. Runs when twice the limit is there, and at the end, so that it stays
 * cheap. */
static void keep_newest(struct reader *reader)
{
	GPtrArray *entries = reader->document->entries;
	g_autoptr(GPtrArray) sorted = NULL;
	g_autoptr(GHashTable) out = NULL;

	if (entries->len <= reader->max_entries)
		return;
	sorted = g_ptr_array_copy(entries, NULL, NULL);
	g_ptr_array_set_free_func(sorted, NULL);
	g_ptr_array_sort(sorted, by_newest); /* stable: a merge sort */
	out = g_hash_table_new(NULL, NULL);
	for (guint i = reader->max_entries; i < sorted->len; i++)
		g_hash_table_add(out, sorted->pdata[i]);
	reader->document->dropped_entries += g_hash_table_size(out);
	guint kept = 0;
	for (guint i = 0; i < entries->len; i++) {
		if (g_hash_table_contains(out, entries->pdata[i]))
			feed_entry_free(entries->pdata[i]);
		else
			entries->pdata[kept++] = entries->pdata[i];
	}
	for (guint i = kept; i < entries->len; i++)
		entries->pdata[i] = NULL;
	g_ptr_array_set_size(entries, (gint)kept);
}

void reader_close_entry(struct reader *reader, bool truncated)
{
	struct feed_entry *entry = g_steal_pointer(&reader->entry);

	if (!entry)
		return;
	/* A podcast or picture may be all there is to open. */
	if (!entry->link && entry->enclosure)
		entry->link = keep(reader, entry->enclosure, strlen(entry->enclosure));
	if (reader->categories->len) {
		g_ptr_array_add(reader->categories, NULL);
		entry->categories = g_new(char *, reader->categories->len);
		memcpy(entry->categories, reader->categories->pdata,
		       reader->categories->len * sizeof(char *));
		g_ptr_array_set_size(reader->categories, 0);
	}
	entry->truncated = truncated;
	g_ptr_array_add(reader->document->entries, entry);
	if (reader->document->entries->len >= 2 * reader->max_entries)
		keep_newest(reader);
}

static void inherit_author(struct reader *reader)
{
	GPtrArray *entries = reader->document->entries;

	for (guint i = 0; reader->feed_author && i < entries->len; i++) {
		struct feed_entry *entry = entries->pdata[i];
		if (!entry->author)
			entry->author = keep(reader, reader->feed_author, strlen(reader->feed_author));
	}
}

struct feed_document *reader_take(struct reader *reader)
{
	struct feed_document *document;

	keep_newest(reader);
	inherit_author(reader);
	reader->document->update_period_s = MAX(reader->document->update_period_s, 0);
	document = g_steal_pointer(&reader->document);
	reader_finish(reader);
	return document;
}

/* ---- values ---- */

static char **text_slot(struct reader *reader, enum field field)
{
	struct feed_entry *entry = reader->entry;
	struct feed_document *document = reader->document;

	switch (field) {
	case FIELD_TITLE:
		return entry ? &entry->title : &document->title;
	case FIELD_LINK:
		return entry ? &entry->link : &document->link;
	case FIELD_LANGUAGE:
		return entry ? &entry->language : &document->language;
	case FIELD_ID:
		return entry ? &entry->id : NULL;
	case FIELD_SUMMARY:
		return entry ? &entry->summary : NULL;
	case FIELD_CONTENT:
		return entry ? &entry->content : NULL;
	case FIELD_AUTHOR:
		return entry ? &entry->author : &reader->feed_author;
	case FIELD_SOURCE:
		return entry ? &entry->source : NULL;
	case FIELD_ENCLOSURE:
		return entry ? &entry->enclosure : NULL;
	case FIELD_SELF:
		return entry ? NULL : &document->self_url;
	case FIELD_NEXT:
		return entry ? NULL : &document->next_url;
	case FIELD_PREV_ARCHIVE:
		return entry ? NULL : &document->prev_archive_url;
	case FIELD_HUB:
		return entry ? NULL : &document->hub_url;
	default:
		return NULL;
	}
}

static size_t max_len(enum field field)
{
	return field == FIELD_SUMMARY || field == FIELD_CONTENT ? FEED_MAX_TEXT : FEED_MAX_TITLE;
}

/* A language tag in lower case; NULL for what cannot be one. */
static char *read_language(const char *text, size_t len)
{
	g_autofree char *tag = g_strstrip(g_strndup(text, len));
	size_t tag_len = strlen(tag);

	if (tag_len == 0 || tag_len > 35)
		return NULL;
	for (char *at = tag; *at; at++) {
		if (*at == '_')
			*at = '-';
		if (!g_ascii_isalnum(*at) && *at != '-' && *at != '.')
			return NULL;
		*at = g_ascii_tolower(*at);
	}
	return g_steal_pointer(&tag);
}

static char *resolve_url(struct reader *reader, const char *text, size_t len)
{
	g_autofree char *copy = g_strstrip(g_strndup(text, len));
	const char *base = reader->base;
	const char *const sites[] = {reader->document->link, reader->document->self_url};

	/* Nobody said where the document is from: its site is the best guess. */
	for (size_t i = 0; !base && i < G_N_ELEMENTS(sites); i++)
		if (sites[i] && url_is_http(sites[i]))
			base = sites[i];
	if (base || copy[0] != '/')
		return url_resolve(base, copy);
	/* Without any base, which a poll never is, a path is better than nothing. */
	g_autofree char *whole = url_resolve("http://nowhere", copy);
	const char *path = whole ? whole + strlen("http://nowhere") : NULL;
	return whole && g_str_has_prefix(whole, "http://nowhere/") && path[1] != '/'
		       ? g_strdup(path)
		       : NULL;
}

static char *read_url(struct reader *reader, const char *text, size_t len)
{
	if (len > FEED_MAX_URL)
		return NULL;
	while (len && g_ascii_isspace(*text))
		text++, len--;
	while (len && g_ascii_isspace(text[len - 1]))
		len--;
	if (url_is_normal(text, len))
		return keep(reader, text, len);
	return keep_own(reader, resolve_url(reader, text, len));
}

static char *read_text(struct reader *reader, enum value_kind kind, const char *text, size_t len,
		       size_t limit)
{
	static const unsigned flags[] = {
		[VALUE_HTML_LINE] = HTML_TEXT_ONE_LINE,
		[VALUE_HTML] = 0,
		[VALUE_LINE] = HTML_TEXT_ONE_LINE | HTML_TEXT_LITERAL,
		[VALUE_TEXT] = HTML_TEXT_LITERAL,
		[VALUE_ID] = HTML_TEXT_ONE_LINE | HTML_TEXT_LITERAL,
	};

	size_t room;
	char *place = text_block_room(reader->block, &room);
	/* the text of a reference may be longer than itself, though never twice as long */
	if (place && room > 2 * len) {
		GString there = {place, 0, room + 1};
		html_text_append(&there, text, len, flags[kind], MIN(limit, room));
		return there.len ? text_block_take(reader->block, there.len) : NULL;
	}
	g_string_truncate(reader->scratch, 0);
	html_text_append(reader->scratch, text, len, flags[kind], limit);
	if (reader->scratch->len == 0)
		return NULL;
	return keep(reader, reader->scratch->str, reader->scratch->len);
}

static char *read_value(struct reader *reader, enum field field, enum value_kind kind,
			const char *text, size_t len)
{
	switch (kind) {
	case VALUE_URL:
		return read_url(reader, text, len);
	case VALUE_LANGUAGE:
		return keep_own(reader, read_language(text, len));
	case VALUE_ID:
		return read_text(reader, kind, text, len, FEED_MAX_URL);
	default:
		return read_text(reader, kind, text, len, max_len(field));
	}
}

static void add_category(struct reader *reader, char *name)
{
	for (guint i = 0; i < reader->categories->len; i++)
		if (strcmp(reader->categories->pdata[i], name) == 0)
			goto drop;
	if (reader->entry && reader->categories->len < FEED_MAX_CATEGORIES) {
		g_ptr_array_add(reader->categories, name);
		return;
	}
drop:
	text_block_free_text(reader->block, name);
}

static void set_date(struct reader *reader, enum field field, const char *text, size_t len,
		     unsigned rank)
{
	char copy[FEED_MAX_TITLE + 1];
	int64_t seconds;

	if (!reader->entry || reader->entry_ranks[field] >= rank)
		return;
	len = MIN(len, FEED_MAX_TITLE);
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (!feed_date_parse(copy, &seconds))
		return;
	reader->entry_ranks[field] = (uint8_t)rank;
	if (field == FIELD_PUBLISHED)
		reader->entry->published_at = seconds;
	else
		reader->entry->updated_at = seconds;
}

static void join_author(struct reader *reader, char **slot, char *name)
{
	if (!strstr(*slot, name) && strlen(*slot) + strlen(name) + 2 <= FEED_MAX_TITLE) {
		char *joined = g_strconcat(*slot, ", ", name, NULL);
		text_block_free_text(reader->block, *slot);
		*slot = keep_own(reader, joined);
	}
	text_block_free_text(reader->block, name);
}

static bool is_mail_address(const char *text)
{
	const char *at = strchr(text, '@');
	return at && at > text && !strchr(text, ' ') && strchr(at, '.');
}

void reader_set(struct reader *reader, enum field field, enum value_kind kind, const char *text,
		size_t text_len, unsigned rank)
{
	uint8_t *ranks = reader->entry ? reader->entry_ranks : reader->feed_ranks;
	char **slot, *value;

	if (kind == VALUE_DATE) {
		set_date(reader, field, text, text_len, rank);
		return;
	}
	/* A second text of the same weight is not thrown away if there is room for it. */
	if (field == FIELD_SUMMARY && ranks[field] == rank && ranks[FIELD_CONTENT] == 0) {
		field = FIELD_CONTENT;
		rank = 1;
	}
	if (field != FIELD_CATEGORY && field != FIELD_AUTHOR && ranks[field] >= rank)
		return;
	slot = text_slot(reader, field);
	if (!slot && field != FIELD_CATEGORY)
		return;
	value = read_value(reader, field, kind, text, text_len);
	if (!value)
		return;
	/* Any name is better than an address of mail. */
	if (field == FIELD_AUTHOR && is_mail_address(value) && rank > MAIL_RANK)
		rank = MAIL_RANK;
	if (field == FIELD_CATEGORY) {
		add_category(reader, value);
	} else if (field == FIELD_AUTHOR && *slot && ranks[field] == rank) {
		join_author(reader, slot, value);
	} else if (ranks[field] < rank) {
		text_block_free_text(reader->block, *slot);
		*slot = value;
		ranks[field] = (uint8_t)rank;
	} else {
		text_block_free_text(reader->block, value);
	}
}

void reader_set_ttl(struct reader *reader, const char *minutes)
{
	gint64 value = g_ascii_strtoll(minutes, NULL, 10);

	/* A year bounds what a feed may ask for. */
	if (value > 0)
		reader->document->ttl_s = MIN(value, 525600) * 60;
}
