/* A message survives the outbox.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct message *sample(void)
{
	struct message *message = message_new();
	struct message_item *item = message_item_new();
	struct message_span span = {3, 9};
	const char *const outlets[] = {"Uno", "Due \"quoted\"", NULL};
	message->key = g_strdup("k");
	message->kind = DELIVERY_UPDATE;
	message->priority = PRIORITY_HIGH;
	message->alert = UINT64_MAX;
	message->story = 1;
	message->subject = g_strdup("Perch\xc3\xa9 \xf0\x9f\x9a\x80");
	message->created_at = 1700000000;
	message->article_count = 3;
	message->outlets = g_strdupv((char **)outlets);
	item->title = g_strdup("Titolo");
	item->state_media = true;
	item->score = 0.1;
	item->why = g_strdupv((char **)outlets);
	g_array_append_val(item->excerpt_spans, span);
	g_ptr_array_add(message->items, item);
	g_ptr_array_add(message->items, message_item_new());
	return message;
}

static void a_message_comes_back_whole_and_writes_the_same_bytes(void **state)
{
	(void)state;
	struct message *in = sample();
	g_autofree char *json = message_to_json(in);
	struct message *out = message_from_json(json, NULL);
	assert_non_null(out);
	g_autofree char *again = message_to_json(out);
	assert_string_equal(json, again);
	assert_int_equal(out->alert, UINT64_MAX);
	assert_string_equal(out->subject, in->subject);
	assert_string_equal(out->outlets[1], in->outlets[1]);
	assert_null(out->thread);
	assert_int_equal(out->items->len, 2);
	const struct message_item *item = out->items->pdata[0], *empty = out->items->pdata[1];
	assert_true(item->state_media);
	assert_true(item->score == 0.1);
	assert_int_equal(g_array_index(item->excerpt_spans, struct message_span, 0).end, 9);
	assert_int_equal(empty->published_at, INT64_MIN);
	assert_null(empty->title);
	message_free(in);
	message_free(out);
}

static void other_text_is_refused(void **state)
{
	(void)state;
	const char *const bad[] = {
		"", "null", "[]", "{", "{\"key\":1,\"items\":[]}", "{\"key\":\"k\"}"};
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(message_from_json(bad[i], &error));
		assert_non_null(error);
	}
	const char *const odd[] = {
		"{\"key\":\"k\",\"items\":[1,null,{\"why\":7,\"title_spans\":\"x\"}],"
		"\"outlets\":{},\"alert\":\"x\"}"};
	struct message *message = message_from_json(odd[0], NULL);
	assert_int_equal(message->items->len, 3);
	message_free(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_comes_back_whole_and_writes_the_same_bytes),
		cmocka_unit_test(other_text_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
