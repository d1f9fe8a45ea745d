/* reader: a feed_document under construction, and the fields that format handlers fill.
 * Knows nothing of XML, JSON or bytes.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "feeds/document.h"

enum field {
	FIELD_NONE,
	FIELD_TITLE,
	FIELD_LINK,
	FIELD_ID,
	FIELD_SUMMARY,
	FIELD_CONTENT,
	FIELD_AUTHOR,
	FIELD_LANGUAGE,
	FIELD_SOURCE,
	FIELD_ENCLOSURE,
	FIELD_CATEGORY,
	FIELD_PUBLISHED,
	FIELD_UPDATED,
	/* of the feed alone */
	FIELD_SELF,
	FIELD_NEXT,
	FIELD_PREV_ARCHIVE,
	FIELD_HUB,
	FIELD_COUNT,
};

/* How the characters of an element, or a string of JSON, become a value. */
enum value_kind {
	VALUE_NONE,
	VALUE_HTML_LINE, /* HTML to one line */
	VALUE_HTML,	 /* HTML to paragraphs */
	VALUE_LINE,	 /* literal, one line */
	VALUE_TEXT,	 /* literal, line breaks kept */
	VALUE_ID,	 /* literal, outer white space off */
	VALUE_URL,	 /* resolved against the base; dropped unless http or https */
	VALUE_DATE,
	VALUE_LANGUAGE,
};

struct text_block;

struct reader {
	struct feed_document *document;
	struct text_block *block; /* the document's texts, while there is room */
	struct feed_entry *entry;	 /* being read, or NULL: the feed itself */
	uint8_t feed_ranks[FIELD_COUNT]; /* of the value that stands, 0: none yet */
	uint8_t entry_ranks[FIELD_COUNT];
	GPtrArray *categories; /* of the entry */
	char *feed_author; /* of entries that name none (RFC 4287 section 4.2.1, JSON Feed 1.1) */
	unsigned max_entries;
	const char *url;
	const char *base;     /* of relative addresses at this place, or NULL */
	const char *language; /* xml:lang at this place, or NULL */
	GString *scratch;
};

/* Texts go to `block`, which the document references. */
void reader_init(struct reader *reader, struct text_block *block, const char *url,
		 unsigned max_entries);
/* Hands over the document; the reader is finished. */
struct feed_document *reader_take(struct reader *reader);
void reader_finish(struct reader *reader);
/* What was read so far is forgotten; settings stay. */
void reader_restart(struct reader *reader);

void reader_open_entry(struct reader *reader);
/* The entry's end was seen: it joins the document. `truncated`: the end of the document came first.
 */
void reader_close_entry(struct reader *reader, bool truncated);

void reader_drop_entry(struct reader *reader);

/* A value for a field of the entry, or of the feed if there is none. Of several sources of one
 * field the highest rank (1 to 255) stands, of equal ones the first; authors of equal rank are
 * joined, categories collected. What is empty or unreadable leaves the field alone. Limits apply.
 */
void reader_set(struct reader *reader, enum field field, enum value_kind kind, const char *text,
		size_t text_len, unsigned rank);

/* Seconds of RSS ttl minutes, sy:updatePeriod and such: plain settings of the document. */
void reader_set_ttl(struct reader *reader, const char *minutes);
