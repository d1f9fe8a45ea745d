/* fuzz_feed: the whole way of a feed document: encoding, XML or JSON, mending, the wire to the
 * engine. Oracle: every promise of oracle.h, equal entries whatever the pieces, nothing lost on the
 * wire. SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/limits.h"
#include "feeds/parse.h"
#include "feeds/wire.h"
#include "tests/fuzz/oracle.h"
#include "tests/fuzz/targets.h"

#define MAX_ENTRIES 50

static void check_wire(const struct feed_document *document)
{
	GByteArray *frame = wire_pack_document(document);
	struct feed_document *back = oracle_unpack(frame->data + WIRE_HEAD, frame->len - WIRE_HEAD);
	oracle_same(document, back);
	feed_document_free(back);
	g_byte_array_unref(frame);
}

/* Some size of pieces that the bytes themselves decide, often a tiny one. */
static size_t piece_of(const uint8_t *bytes, size_t bytes_len)
{
	guint32 hash = 2166136261u;
	for (size_t i = 0; i < bytes_len; i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash % 3 == 0 ? hash / 3 % 7 + 1 : hash / 3 % 400 + 1;
}

static void check_feed(const uint8_t *bytes, size_t bytes_len)
{
	struct parse_options options = {
		.url = bytes_len % 2 ? "https://example.org/feed/rss.xml" : NULL,
		.content_type = bytes_len % 5 ? NULL : "text/xml; charset=iso-8859-1",
		.max_entries = MAX_ENTRIES,
		.keep_truncated = bytes_len % 3 == 0,
	};
	GError *error = NULL;
	struct feed_document *whole = feed_parse(bytes, bytes_len, &options, &error);
	struct feed_document *pieces =
		feed_parse_chunked(bytes, bytes_len, piece_of(bytes, bytes_len), &options, NULL);

	MUST(!whole == !!error);
	if (whole) {
		oracle_document(whole, MAX_ENTRIES);
		check_wire(whole);
	} else {
		MUST(g_utf8_validate(error->message, -1, NULL));
	}
	oracle_same(whole, pieces);
	g_clear_error(&error);
	feed_document_free(whole);
	feed_document_free(pieces);
}

void fuzz_feed(const uint8_t *bytes, size_t bytes_len)
{
	check_feed(bytes, bytes_len);
}

/* The JSON branch alone, so that no run is spent on XML. */
void fuzz_json(const uint8_t *bytes, size_t bytes_len)
{
	g_autofree uint8_t *json = g_malloc(bytes_len + 1);
	json[0] = '{';
	for (size_t i = 0; i < bytes_len; i++)
		json[i + 1] = bytes[i];
	bool braced = bytes_len && bytes[0] == '{';
	check_feed(braced ? json + 1 : json, bytes_len + !braced);
}
