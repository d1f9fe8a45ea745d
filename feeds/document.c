/* document: see document.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/document.h"

struct feed_entry *feed_entry_new(void)
{
	struct feed_entry *entry = g_new0(struct feed_entry, 1);
	entry->published_at = FEED_NO_DATE;
	entry->updated_at = FEED_NO_DATE;
	return entry;
}

void feed_entry_free(struct feed_entry *entry)
{
	if (!entry)
		return;
	g_free(entry->id);
	g_free(entry->link);
	g_free(entry->title);
	g_free(entry->summary);
	g_free(entry->content);
	g_free(entry->author);
	g_free(entry->language);
	g_free(entry->source);
	g_free(entry->enclosure);
	g_strfreev(entry->categories);
	g_free(entry);
}

static void free_entry(gpointer entry)
{
	feed_entry_free(entry);
}

struct feed_document *feed_document_new(void)
{
	struct feed_document *document = g_new0(struct feed_document, 1);
	document->entries = g_ptr_array_new_with_free_func(free_entry);
	return document;
}

void feed_document_free(struct feed_document *document)
{
	if (!document)
		return;
	g_free(document->title);
	g_free(document->link);
	g_free(document->language);
	g_free(document->self_url);
	g_free(document->next_url);
	g_free(document->prev_archive_url);
	g_free(document->hub_url);
	g_ptr_array_unref(document->entries);
	g_free(document);
}

const char *feed_format_name(enum feed_format format)
{
	static const char *const names[] = {
		[FEED_FORMAT_UNKNOWN] = "",        [FEED_FORMAT_RSS] = "rss",
		[FEED_FORMAT_RSS_090] = "rss0.90", [FEED_FORMAT_RSS_091] = "rss0.91",
		[FEED_FORMAT_RSS_092] = "rss0.92", [FEED_FORMAT_RSS_093] = "rss0.93",
		[FEED_FORMAT_RSS_094] = "rss0.94", [FEED_FORMAT_RSS_10] = "rss1.0",
		[FEED_FORMAT_RSS_20] = "rss2.0",   [FEED_FORMAT_ATOM] = "atom",
		[FEED_FORMAT_ATOM_03] = "atom0.3", [FEED_FORMAT_ATOM_10] = "atom1.0",
		[FEED_FORMAT_JSON_10] = "json1.0", [FEED_FORMAT_JSON_11] = "json1.1",
		[FEED_FORMAT_CDF] = "cdf",
	};
	return (unsigned)format < G_N_ELEMENTS(names) ? names[format] : "";
}
