/* fuzz_wire: what a hostile parser worker may answer, what a hostile engine may ask. Oracle: nothing is
 * taken that the packing half would not write in the same bytes; texts are UTF-8 without NUL, links http(s)
 * or paths.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/limits.h"
#include "feeds/page.h"
#include "feeds/window.h"
#include "feeds/wire.h"
#include "tests/fuzz/oracle.h"
#include "tests/fuzz/targets.h"

#include <string.h>

static void check_document(const uint8_t *bytes, size_t bytes_len)
{
	struct feed_document *document = oracle_unpack(bytes, bytes_len), *again;

	if (!document)
		return;
	MUST(document->entries->len <= FEED_MAX_ENTRIES_EVER);
	for (guint i = 0; i < document->entries->len; i++) {
		const struct feed_entry *entry = document->entries->pdata[i];
		MUST(!entry->title || g_utf8_validate(entry->title, -1, NULL));
		MUST(!entry->link || entry->link[0] == '/' || strncmp(entry->link, "http", 4) == 0);
	}
	GByteArray *frame = wire_pack_document(document);
	again = oracle_unpack(frame->data + WIRE_HEAD, frame->len - WIRE_HEAD);
	oracle_same(document, again);
	g_byte_array_unref(frame);
	feed_document_free(document);
	feed_document_free(again);
}

void fuzz_wire(const uint8_t *bytes, size_t bytes_len)
{
	struct wire_request request;
	struct wire_head head;

	check_document(bytes, bytes_len);
	page_free(wire_unpack_page(bytes, bytes_len));
	g_error_free(wire_unpack_error(bytes, bytes_len));
	if (bytes_len >= WIRE_HEAD && wire_head(bytes, 4 << 20, &head)) {
		MUST(head.rest_len <= 4 << 20);
		MUST(head.slot == WIRE_BEHIND || (head.slot < WINDOW_SLOTS && head.rest_len <= WINDOW_SLOT));
	}
	if (wire_unpack_request(WIRE_PARSE, bytes, bytes_len, &request)) {
		MUST(request.bytes_len <= bytes_len);
		wire_request_clear(&request);
	}
}
