/* What the engine takes from an answer of its parser worker. SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "feeds/parse.h"
#include "feeds/text_block.h"
#include "feeds/utf8.h"
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

/* The answer to a document of one entry: in its texts, in its members, at its end. */
static void a_text_told_twice_is_refused(void **state)
{
	(void)state;
	g_autoptr(GByteArray) frame = packed();
	unsigned char *rest = frame->data + WIRE_HEAD;
	size_t len = frame->len - WIRE_HEAD;
	uint32_t table, title;

	memcpy(&table, rest + len - sizeof table, sizeof table);
	table = GUINT32_FROM_LE(table);
	unsigned char *members = rest + table + 4; /* behind the format: title, link, language, … */
	memcpy(&title, members, sizeof title);
	assert_string_equal(rest + GUINT32_FROM_LE(title), "Titolo");
	/* once more each time, until the texts' own length is used up */
	bool refused = false;
	for (int i = 2; i < 7 && !refused; i++) { /* behind the link, which must be one */
		memcpy(members + i * 4, &title, sizeof title);
		struct feed_document *document = unpacked(rest, len);
		refused = !document;
		feed_document_free(document);
	}
	assert_true(refused);
}

static void a_place_outside_the_texts_is_refused(void **state)
{
	(void)state;
	g_autoptr(GByteArray) frame = packed();
	unsigned char *rest = frame->data + WIRE_HEAD;
	size_t len = frame->len - WIRE_HEAD;
	uint32_t table, place;

	memcpy(&table, rest + len - sizeof table, sizeof table);
	table = GUINT32_FROM_LE(table);
	const uint32_t places[] = {0, 3, table, table + 1, (uint32_t)len, UINT32_MAX - 1};
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		place = GUINT32_TO_LE(places[i]);
		memcpy(rest + table + 4, &place, sizeof place);
		assert_null(unpacked(rest, len));
	}
	const uint32_t tables[] = {(uint32_t)len - 3, (uint32_t)len, UINT32_MAX,
				   table + 1,	      table - 1,     0};
	g_autoptr(GByteArray) whole = packed();
	rest = whole->data + WIRE_HEAD;
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		place = GUINT32_TO_LE(tables[i]);
		memcpy(rest + len - sizeof place, &place, sizeof place);
		assert_null(unpacked(rest, len));
	}
}

static void texts_that_lie_in_the_slot_are_not_copied(void **state)
{
	(void)state;
	char memory[4096];
	struct text_block *slot = text_block_over(memory, sizeof memory);
	const char text[] = "<rss><channel><title>uno</title><item><title>due</title><guid>3</"
			    "guid></item></channel></rss>";
	struct feed_document *document = feed_parse_into(slot, text, strlen(text), NULL, NULL);
	size_t texts, all;

	text_block_bytes(slot, &texts);
	assert_true(wire_pack_into(document, slot));
	text_block_bytes(slot, &all);
	assert_int_equal(texts, 3 * (TEXT_BLOCK_HEAD + 1) + 3 + 3 + 1);
	uint32_t table;
	memcpy(&table, memory + all - sizeof table, sizeof table);
	assert_int_equal(GUINT32_FROM_LE(table), texts);
	struct feed_document *back = unpacked((unsigned char *)memory, all);
	assert_string_equal(((struct feed_entry *)back->entries->pdata[0])->title, "due");
	feed_document_free(document);
	feed_document_free(back);
	text_block_unref(slot);
}

static void a_document_without_room_in_the_slot_keeps_its_texts(void **state)
{
	(void)state;
	const char text[] =
		"<rss><channel><title>uno &amp; due</title><item><title>tre</title><guid>3</guid>"
		"<category>a</category><category>a</category><category>b</category>"
		"<author>x</author><author>y</author></item></channel></rss>";

	for (size_t room = 0; room < 128; room++) {
		g_autofree char *memory = g_malloc(room + 1);
		struct text_block *slot = text_block_over(memory, room);
		struct feed_document *document =
			feed_parse_into(slot, text, strlen(text), NULL, NULL);
		const struct feed_entry *entry = document->entries->pdata[0];
		assert_string_equal(document->title, "uno & due");
		assert_string_equal(entry->title, "tre");
		assert_string_equal(entry->categories[1], "b");
		assert_string_equal(entry->author, "x, y");
		assert_false(wire_pack_into(document, slot));
		g_autoptr(GByteArray) frame = wire_pack_document(document);
		struct feed_document *back =
			unpacked(frame->data + WIRE_HEAD, frame->len - WIRE_HEAD);
		assert_string_equal(((struct feed_entry *)back->entries->pdata[0])->author, "x, y");
		feed_document_free(document);
		feed_document_free(back);
		text_block_unref(slot);
	}
}

/* Skipping passes over no control and nothing broken, and counts what it passes over. */
static void assert_census(const char *text, size_t len)
{
	const guchar *end = (const guchar *)text + len;
	size_t leads = 0, counted = 0;

	for (const guchar *at = (const guchar *)text; at < end; at += MAX(utf8_sequence_len(at, (size_t)(end - at)), 1)) {
		const guchar *from = at;
		at = utf8_skip_sound(at, end, false, &leads);
		for (; from < at; from += utf8_sequence_len(from, (size_t)(end - from))) {
			assert_in_range(utf8_sequence_len(from, (size_t)(end - from)), 1, 3);
			assert_true(*from >= ' ' || strchr("\t\n\r", *from));
			assert_int_not_equal(*from, 0xef); /* U+FFFE is none */
			counted += *from >= 0x80;
		}
		assert_ptr_equal(from, at);
		if (at == end)
			break;
	}
	assert_int_equal(leads, counted);
}

/* GLib reads a byte after the other. */
static void text_is_utf8_as_glib_has_it(void **state)
{
	static const char *const pieces[] = {"a",
					     "  ",
					     "\n",
					     "\r\t",
					     "\x1f",
					     "\x0b\x7f",
					     "è",
					     "ß",
					     "’",
					     "…",
					     "김",
					     "한",
					     "朝",
					     "，",
					     "\xef\xbf\xbe",
					     "😀",
					     "\xe0\xa4\x85",
					     "\xc2",
					     "\xe2\x80",
					     "\xa0",
					     "\xed\xa0\x80",
					     "\xc0\xaf",
					     "\xf4\x90\x80\x80",
					     "\xe0\x80\x80",
					     "\xff"};
	GRand *random = g_rand_new_with_seed(1);
	unsigned sound = 0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char text[80];
		size_t len = 0, kinds = g_rand_boolean(random) ? 17 : G_N_ELEMENTS(pieces);
		unsigned plain = (unsigned)g_rand_int_range(random, 1, 40);
		while (len < 70) {
			const char *piece =
				g_rand_int_range(random, 0, (gint32)plain)
					? "b"
					: pieces[g_rand_int_range(random, 0, (gint32)kinds)];
			memcpy(text + len, piece, strlen(piece));
			len += strlen(piece);
		}
		len -= (size_t)g_rand_int_range(random, 0, 6);
		if (g_rand_int_range(random, 0, 50) == 0)
			text[g_rand_int_range(random, 0, (gint32)len)] = '\0';
		assert_int_equal(utf8_is_text(text, len), g_utf8_validate_len(text, len, NULL));
		sound += utf8_is_text(text, len);
		assert_census(text, len);
	}
	g_rand_free(random);
	assert_true(sound > 10000 && sound < 190000);
}

static void a_head_says_no_more_than_the_window_holds(void **state)
{
	(void)state;
	unsigned char bytes[WIRE_HEAD];
	struct wire_head head = {WIRE_DOCUMENT, WINDOW_SLOTS - 1, WINDOW_SLOT}, back;

	wire_put_head(bytes, &head);
	assert_true(wire_head(bytes, WIRE_MAX_REPLY, &back));
	assert_true(back.kind == head.kind && back.slot == head.slot && back.rest_len == head.rest_len);
	head.rest_len++;
	wire_put_head(bytes, &head);
	assert_false(wire_head(bytes, WIRE_MAX_REPLY, &back));
	head.slot = WIRE_BEHIND;
	wire_put_head(bytes, &head);
	assert_true(wire_head(bytes, WIRE_MAX_REPLY, &back) && back.slot == WIRE_BEHIND);
	assert_false(wire_head(bytes, WINDOW_SLOT, &back));
	head = (struct wire_head){WIRE_DOCUMENT, WINDOW_SLOTS, 0};
	wire_put_head(bytes, &head);
	assert_false(wire_head(bytes, WIRE_MAX_REPLY, &back));
	head = (struct wire_head){WIRE_ERROR + 1, 0, 0};
	wire_put_head(bytes, &head);
	assert_false(wire_head(bytes, WIRE_MAX_REPLY, &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_lie_in_the_block_and_live_with_the_document),
		cmocka_unit_test(a_text_of_ones_own_beside_the_block_is_freed_too),
		cmocka_unit_test(an_answer_cut_anywhere_is_refused),
		cmocka_unit_test(a_text_that_does_not_end_where_it_says_is_refused),
		cmocka_unit_test(a_text_told_twice_is_refused),
		cmocka_unit_test(a_place_outside_the_texts_is_refused),
		cmocka_unit_test(texts_that_lie_in_the_slot_are_not_copied),
		cmocka_unit_test(a_document_without_room_in_the_slot_keeps_its_texts),
		cmocka_unit_test(text_is_utf8_as_glib_has_it),
		cmocka_unit_test(a_head_says_no_more_than_the_window_holds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
