/* What the engine takes from an answer of its parser worker. SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "feeds/text_block.h"
#include "feeds/window.h"
#include "feeds/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static GByteArray *packed(void)
{
	struct feed_document *document = feed_document_new();
	struct feed_entry *entry = feed_entry_new();

	document->title = g_strdup("Titolo");
	entry->id = g_strdup("1");
	entry->title = g_strdup("Uno è");
	entry->link = g_strdup("https://example.org/1");
	entry->categories = g_strsplit("a b", " ", -1);
	g_ptr_array_add(document->entries, entry);
	GByteArray *frame = wire_pack_document(document);
	feed_document_free(document);
	return frame;
}

static struct feed_document *unpacked(const unsigned char *bytes, size_t len)
{
	struct text_block *block = text_block_new(bytes, len);
	struct feed_document *document = wire_unpack_document(block);

	text_block_unref(block);
	return document;
}

static void texts_lie_in_the_block_and_live_with_the_document(void **state)
{
	(void)state;
	g_autoptr(GByteArray) frame = packed();
	struct feed_document *document = unpacked(frame->data + WIRE_HEAD, frame->len - WIRE_HEAD);
	const struct feed_entry *entry = document->entries->pdata[0];
	size_t len;
	const char *bytes = text_block_bytes(document->block, &len);

	assert_string_equal(entry->title, "Uno è");
	assert_string_equal(entry->categories[1], "b");
	assert_true(entry->title > bytes && entry->title < bytes + len);
	feed_document_free(document);
}

static void a_text_of_ones_own_beside_the_block_is_freed_too(void **state)
{
	(void)state;
	g_autoptr(GByteArray) frame = packed();
	struct feed_document *document = unpacked(frame->data + WIRE_HEAD, frame->len - WIRE_HEAD);
	struct feed_entry *entry = document->entries->pdata[0];

	entry->author = g_strdup("Anna");
	entry->title = g_strdup("Due");
	feed_document_free(document); /* the search for leaks tells */
}

static void an_answer_cut_anywhere_is_refused(void **state)
{
	(void)state;
	g_autoptr(GByteArray) frame = packed();

	for (size_t len = 0; len < frame->len - WIRE_HEAD; len++)
		assert_null(unpacked(frame->data + WIRE_HEAD, len));
	g_byte_array_append(frame, (const guint8 *)"", 1);
	assert_null(unpacked(frame->data + WIRE_HEAD, frame->len - WIRE_HEAD));
}

static void a_text_that_does_not_end_where_it_says_is_refused(void **state)
{
	(void)state;
	g_autoptr(GByteArray) frame = packed();
	unsigned char *text = memmem(frame->data, frame->len, "Titolo", 7);

	text[6] = 'x';
	assert_null(unpacked(frame->data + WIRE_HEAD, frame->len - WIRE_HEAD));
	text[6] = text[3] = '\0';
	assert_null(unpacked(frame->data + WIRE_HEAD, frame->len - WIRE_HEAD));
	text[3] = 0xff;
	assert_null(unpacked(frame->data + WIRE_HEAD, frame->len - WIRE_HEAD));
}

static void a_head_says_no_more_than_the_window_holds(void **state)
{
	(void)state;
	unsigned char bytes[WIRE_HEAD] = {WIRE_DOCUMENT | WIRE_IN_WINDOW, 0, 0, 8, 0};
	struct wire_head head;

	assert_true(wire_head(bytes, WIRE_MAX_REPLY, &head));
	assert_true(head.in_window && head.kind == WIRE_DOCUMENT && head.rest_len == WINDOW_SLOT);
	bytes[1] = 1;
	assert_false(wire_head(bytes, WIRE_MAX_REPLY, &head));
	bytes[0] = WIRE_DOCUMENT;
	assert_true(wire_head(bytes, WIRE_MAX_REPLY, &head) && !head.in_window);
	bytes[0] = WIRE_ERROR + 1;
	assert_false(wire_head(bytes, WIRE_MAX_REPLY, &head));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_lie_in_the_block_and_live_with_the_document),
		cmocka_unit_test(a_text_of_ones_own_beside_the_block_is_freed_too),
		cmocka_unit_test(an_answer_cut_anywhere_is_refused),
		cmocka_unit_test(a_text_that_does_not_end_where_it_says_is_refused),
		cmocka_unit_test(a_head_says_no_more_than_the_window_holds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
