/* wire: documents, pages and requests as bytes between the engine and its parser worker.
 *
 * A message is a frame: kind (1 byte), slot (1 byte), length of the rest (4 bytes, little endian), the rest. It lies in
 * that slot of the window (feeds/window.h), or behind the head. The engine says in which slot a document lies; the
 * answer takes its place, or comes behind its head.
 *
 * The engine asks ahead, as many documents as there are slots. Answers come in the order of the questions. To wake the
 * other side costs as much as to read a tenth of a document: so the child holds back what it has to say until half of
 * the slots are answered, or until it would wait for the next question. What it held when it died was not said.
 *
 * Both sides hold the other for hostile: lengths, counts and UTF-8 are checked before anything is kept.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/document.h"
#include "feeds/parse.h"

#include <glib.h>
#include <stdbool.h>

struct page;
struct text_block;

enum {
	WIRE_HEAD = 6,                 /* bytes of a frame's head */
	WIRE_MAX_REQUEST = 256 << 20,  /* the document and its options; the fetcher stops earlier */
	WIRE_MAX_REPLY = 64 << 20,
	WIRE_BEHIND = 0xff,            /* as the slot: the rest is behind the head */
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
/* The rest of such a frame, behind the texts of the document that lie in the block already. False: it does not fit. */
bool wire_pack_into(const struct feed_document *document, struct text_block *block);
/* Everything of a request but the document's bytes, which follow on the wire. */
GByteArray *wire_pack_request(enum wire_kind kind, size_t bytes_len, const struct parse_options *options);
GByteArray *wire_pack_page(const struct page *page);
GByteArray *wire_pack_error(const GError *error);

struct wire_head {
	enum wire_kind kind;
	unsigned slot; /* of the window, or WIRE_BEHIND */
	size_t rest_len;
};

void wire_put_head(unsigned char *bytes, const struct wire_head *head);
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
