/* page: an HTML page: the feeds it points to (discovery) and its text (examples to derive a filter from).
 * Runs in the sandboxed worker.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/parse.h"

#include <glib.h>

struct page {
	char *title;
	char *text;       /* plain text, paragraphs by '\n' */
	char *language;   /* lower-case BCP 47 tag of the html element */
	GPtrArray *feeds; /* char *: absolute addresses of link rel=alternate feeds, in order */
};

struct page *page_new(void);
void page_free(struct page *page);

/* Read a page; every document of bytes is one. Caller frees. FEED_ERROR_EMPTY, FEED_ERROR_LIMIT.
 * Feeds: HTML section 4.6.7.1, link elements with rel alternate and the type of a feed. */
struct page *page_read(const void *bytes, size_t bytes_len, const struct parse_options *options,
		       GError **error);
