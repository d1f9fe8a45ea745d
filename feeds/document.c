/* document: see document.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/document.h"

#include "feeds/text_block.h"

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
	text_block_free_text(entry->block, entry->id);
	text_block_free_text(entry->block, entry->link);
	text_block_free_text(entry->block, entry->title);
	text_block_free_text(entry->block, entry->summary);
	text_block_free_text(entry->block, entry->content);
	text_block_free_text(entry->block, entry->author);
	text_block_free_text(entry->block, entry->language);
	text_block_free_text(entry->block, entry->source);
	text_block_free_text(entry->block, entry->enclosure);
	text_block_free_list(entry->block, entry->categories);
	text_block_unref(entry->block);
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
	text_block_free_text(document->block, document->title);
	text_block_free_text(document->block, document->link);
	text_block_free_text(document->block, document->language);
	text_block_free_text(document->block, document->self_url);
	text_block_free_text(document->block, document->next_url);
	text_block_free_text(document->block, document->prev_archive_url);
	text_block_free_text(document->block, document->hub_url);
	g_ptr_array_unref(document->entries);
	text_block_unref(document->block);
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
