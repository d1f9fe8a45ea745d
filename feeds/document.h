/* document: what a feed document says, whatever its format. Plain data between the parser,
 * the sandboxed worker and whoever polls.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define FEED_NO_DATE INT64_MIN

enum feed_format {
	FEED_FORMAT_UNKNOWN,
	FEED_FORMAT_RSS, /* rss without a version */
	FEED_FORMAT_RSS_090,
	FEED_FORMAT_RSS_091,
	FEED_FORMAT_RSS_092,
	FEED_FORMAT_RSS_093,
	FEED_FORMAT_RSS_094,
	FEED_FORMAT_RSS_10,
	FEED_FORMAT_RSS_20,
	FEED_FORMAT_ATOM, /* feed without a known namespace */
	FEED_FORMAT_ATOM_03,
	FEED_FORMAT_ATOM_10,
	FEED_FORMAT_JSON_10,
	FEED_FORMAT_JSON_11,
	FEED_FORMAT_CDF,
};

struct text_block;

/* One item or entry. All strings are valid UTF-8 plain text, owned by the entry or in its block, or NULL. */
struct feed_entry {
	char *id;      /* guid, atom:id, rdf:about, JSON id, as given */
	char *link;    /* absolute, http or https */
	char *title;   /* one line, no markup */
	char *summary; /* description or summary; paragraphs end in '\n' */
	char *content; /* content:encoded, atom:content, content_html or content_text */
	char *author;
	char *language;    /* lower-case BCP 47 tag of the entry, if it differs from the feed's */
	char *source;      /* title of the outlet it was taken from (RSS source, atom:source) */
	char *enclosure;   /* address of the first enclosure */
	char **categories; /* NULL-terminated, or NULL */
	int64_t published_at; /* UTC seconds, or FEED_NO_DATE */
	int64_t updated_at;
	struct text_block *block; /* referenced; NULL: none */
	bool truncated; /* the document was cut inside this entry: what is here may lack its id or text */
};

/* Strings as in an entry. */
struct feed_document {
	struct text_block *block;
	enum feed_format format;
	char *title;
	char *link;     /* the site, absolute */
	char *language; /* lower-case BCP 47 tag */
	char *self_url; /* atom:link rel=self */
	char *next_url; /* RFC 5005: next page or prev-archive */
	char *prev_archive_url;
	char *hub_url;
	GPtrArray *entries; /* struct feed_entry *, in document order, owned */
	int64_t ttl_s;      /* RSS ttl as seconds, 0 if absent */
	int64_t update_period_s; /* sy:updatePeriod / updateFrequency, 0 if absent */
	uint32_t skip_hours;     /* bit n: hour n UTC */
	uint8_t skip_days;       /* bit n: day n UTC, Sunday is 0 */
	bool complete_feed;      /* fh:complete */
	bool whole;     /* the end of the root element was seen: validators may be kept */
	bool malformed; /* errors were passed over */
	unsigned dropped_entries; /* beyond the limit on entries */
};

struct feed_entry *feed_entry_new(void);
void feed_entry_free(struct feed_entry *entry);
struct feed_document *feed_document_new(void);
void feed_document_free(struct feed_document *document);

/* "rss2.0", "atom1.0", …; "" for FEED_FORMAT_UNKNOWN. Static. */
const char *feed_format_name(enum feed_format format);

