/* parse: bytes of a feed document to entries. Runs in the sandboxed worker and in tests;
 * knows nothing of HTTP, identity or the store.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/document.h"

struct parse_options {
	const char *url;          /* base of relative links, or NULL */
	const char *content_type; /* value of the HTTP header, or NULL */
	unsigned max_entries;     /* 0: FEED_MAX_ENTRIES; at most FEED_MAX_ENTRIES_EVER */
	bool keep_truncated;      /* also the entry that the document's end cut (entry->truncated) */
};

/* Everything that opens files or sets up libraries; call before a sandbox closes. feed_parse() calls it
 * too; repeating it costs nothing. */
void feed_parse_prepare(void);

/* Read a whole document. Returns a document that the caller frees, or NULL with FEED_ERROR_*.
 * Entries whose end was seen before an XML error are kept and `malformed` is set.
 * Dates are those of the document: clamping the future ones to the time of fetching is the caller's. */
struct feed_document *feed_parse(const void *bytes, size_t bytes_len,
				 const struct parse_options *options, GError **error);

struct text_block;

/* The same, with the document's texts in `block` as long as there is room; it is emptied before. */
struct feed_document *feed_parse_into(struct text_block *block, const void *bytes, size_t bytes_len,
				      const struct parse_options *options, GError **error);

/* The same document, fed in pieces of `chunk_len` bytes: gives equal entries for every size.
 * For tests and fuzzing. */
struct feed_document *feed_parse_chunked(const void *bytes, size_t bytes_len, size_t chunk_len,
					 const struct parse_options *options, GError **error);
