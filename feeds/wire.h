/* wire: documents, pages and requests as bytes between the engine and its parser worker.
 *
 * A message is a frame: kind (1 byte), length of the rest (4 bytes, little endian), the rest, which may lie in the window
 * instead (feeds/window.h). Both sides hold the other for hostile: lengths, counts and UTF-8 are checked before anything
 * is kept.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/document.h"
#include "feeds/parse.h"

#include <glib.h>
#include <stdbool.h>

struct page;
struct text_block;

enum {
	WIRE_HEAD = 5,                 /* bytes of a frame's head */
	WIRE_MAX_REQUEST = 256 << 20,  /* the document and its options; the fetcher stops earlier */
	WIRE_MAX_REPLY = 64 << 20,
	WIRE_IN_WINDOW = 0x80,         /* set in a frame's kind: the rest is not behind it */
};

enum wire_kind {
	WIRE_PARSE = 1, /* request: a feed */
	WIRE_PAGE,      /* request: an HTML page */
	WIRE_DOCUMENT,  /* reply */
	WIRE_PAGE_DONE, /* reply */
	WIRE_ERROR,     /* reply */
};

struct wire_request {
	enum wire_kind kind;
	char *url, *content_type; /* owned, or NULL */
	unsigned max_entries;
	bool keep_truncated;
	const char *bytes; /* inside the frame */
	size_t bytes_len;
};

/* Frames, ready to send. Caller frees. */
GByteArray *wire_pack_document(const struct feed_document *document);
/* The same into a slot of the window, where texts of the document may lie already, and `head` (WIRE_HEAD bytes)
 * to send. False: it does not fit. */
bool wire_pack_into(const struct feed_document *document, struct text_block *slot, unsigned char *head);
/* Everything of a request but the document's bytes, which follow on the wire. */
GByteArray *wire_pack_request(enum wire_kind kind, size_t bytes_len, const struct parse_options *options);
GByteArray *wire_pack_page(const struct page *page);
GByteArray *wire_pack_error(const GError *error);

struct wire_head {
	enum wire_kind kind;
	size_t rest_len;
	bool in_window;
};

/* False if the head is not one of ours, or says more than `max_len` or than the window holds. */
bool wire_head(const unsigned char *bytes, size_t max_len, struct wire_head *head);

/* The rest of a frame back. False or NULL for anything that the packing half did not write. */
bool wire_unpack_request(enum wire_kind kind, const unsigned char *rest, size_t rest_len,
			 struct wire_request *request);
void wire_request_clear(struct wire_request *request);
/* The rest is what the block holds; the document references it, its texts lie there. */
struct feed_document *wire_unpack_document(struct text_block *block);
struct page *wire_unpack_page(const unsigned char *rest, size_t rest_len);
/* FEED_ERROR_WORKER if the bytes are no error of ours. Never NULL. */
GError *wire_unpack_error(const unsigned char *rest, size_t rest_len);
