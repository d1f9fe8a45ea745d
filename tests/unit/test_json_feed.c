/* JSON Feed 1.0 and 1.1, and JSON that is none.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/error.h"
#include "tests/unit/feed_fixture.h"

#define IS(text, expected) assert_same_text(text, expected)
#define HEAD		   "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\","
#define item(inner)	   first_of(HEAD "\"items\":[{" inner "}]}")

static void both_versions_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(read_text(HEAD "\"items\":[]}")->format, FEED_FORMAT_JSON_11);
	assert_int_equal(
		read_text("{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[]}")->format,
		FEED_FORMAT_JSON_10);
	assert_true(held_document->whole);
}

static void an_item_says_what_its_members_say(void **state)
{
	struct feed_entry *entry = item(
		"\"id\":\"1\",\"url\":\"/a\",\"title\":\"<b>\\u00e8</b>\",\"summary\":\"s\","
		"\"content_html\":\"<p>a<p>b\",\"content_text\":\"no\",\"language\":\"it\","
		"\"date_published\":\"2025-11-14T10:00:00+01:00\",\"tags\":[\"x\",\"y\",3],"
		"\"date_modified\":\"2025-11-15T00:00:00Z\",\"authors\":[{\"name\":\"Anna\"},"
		"{\"name\":\"Bruno\"}],\"attachments\":[{\"url\":\"https://e.example/a.mp3\"}]");
	(void)state;
	IS(entry->id, "1");
	IS(entry->link, "https://example.org/a");
	IS(entry->title, "<b>è</b>"); /* literal by the specification */
	IS(entry->summary, "s");
	IS(entry->content, "a\nb");
	IS(entry->author, "Anna, Bruno");
	IS(entry->language, "it");
	IS(entry->enclosure, "https://e.example/a.mp3");
	assert_int_equal(g_strv_length(entry->categories), 2);
	assert_int_equal(entry->published_at, 1763110800);
	assert_int_equal(entry->updated_at, 1763164800);
}

static void the_feed_says_where_it_lives(void **state)
{
	struct feed_document *document = read_text(
		HEAD
		"\"home_page_url\":\"http://h.example\",\"feed_url\":\"/f\",\"next_url\":\"/n\","
		"\"language\":\"it-IT\",\"hubs\":[{\"type\":\"x\",\"url\":\"http://hub.example/"
		"\"}],"
		"\"authors\":[{\"name\":\"Feed\"}],\"items\":[{\"id\":\"1\"}]}");
	(void)state;
	IS(document->link, "http://h.example/");
	IS(document->self_url, "https://example.org/f");
	IS(document->next_url, "https://example.org/n");
	IS(document->hub_url, "http://hub.example/");
	IS(document->language, "it-it");
	IS(((struct feed_entry *)document->entries->pdata[0])->author, "Feed");
}

static void old_members_are_still_read(void **state)
{
	(void)state;
	IS(item("\"id\":1,\"author\":{\"name\":\"Anna\"}")->author, "Anna");
	IS(item("\"id\":12345678901")->id, "12345678901");
	IS(item("\"id\":1.5")->id, "1.5");
	IS(item("\"external_url\":\"http://x.example/\"")->link, "http://x.example/");
	IS(item("\"url\":\"http://u.example/\",\"external_url\":\"http://x.example/\"")->link,
	   "http://u.example/");
	IS(item("\"content_text\":\"a < b\\nc\"")->content, "a < b\nc");
}

static void a_wrong_type_costs_one_member(void **state)
{
	struct feed_entry *entry =
		item("\"id\":{\"a\":1},\"title\":[1],\"url\":7,\"tags\":{\"x\":1},\"authors\":[7],"
		     "\"summary\":null,"
		     "\"date_published\":true,\"content_text\":\"c\",\"attachments\":{}");
	(void)state;
	assert_null(entry->id);
	assert_null(entry->title);
	assert_null(entry->link);
	assert_null(entry->categories);
	IS(entry->content, "c");
	read_text(HEAD "\"items\":[1,null,\"a\",[],{\"id\":\"1\"}]}");
	assert_int_equal(held_document->entries->len, 1);
}

static void a_name_or_list_may_be_one_string(void **state)
{
	struct feed_entry *entry = item("\"author\":\"Anna\",\"tags\":\"uno, due\"");
	(void)state;
	IS(entry->author, "Anna");
	assert_int_equal(g_strv_length(entry->categories), 2);
	IS(entry->categories[1], "due");
	IS(item("\"authors\":[\"Anna\",\"Bruno\"]")->author, "Anna, Bruno");
}

static void text_in_json_is_cleaned_like_any_other(void **state)
{
	(void)state;
	IS(item("\"title\":\" a\\u0000b \\u202ec\\n d \"")->title, "ab c d");
	IS(item("\"title\":\"\\ud83d\\ude00\"")->title, "😀");
	assert_null(item("\"url\":\"javascript:alert(1)\"")->link);
}

static void json_that_is_no_feed_is_refused(void **state)
{
	static const struct {
		const char *text;
		int code;
	} rows[] = {
		{"{}", FEED_ERROR_NOT_A_FEED},
		{"{\"items\":[]}", FEED_ERROR_NOT_A_FEED},
		{"{\"version\":\"https://jsonfeed.org/version/1\"}", FEED_ERROR_NOT_A_FEED},
		{"{\"version\":1,\"items\":[]}", FEED_ERROR_NOT_A_FEED},
		{"{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[",
		 FEED_ERROR_MALFORMED},
		{"{\"a\":1e9999}", FEED_ERROR_MALFORMED},
		{"{\"a\":NaN}", FEED_ERROR_MALFORMED},
		{"{\"a\":\"\\ud800\"}", FEED_ERROR_MALFORMED},
		{"{} trailing", FEED_ERROR_MALFORMED},
		{"[]", FEED_ERROR_NOT_A_FEED},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_int_equal(refusal_of(rows[i].text, strlen(rows[i].text)), rows[i].code);
}

static void deep_json_is_hostile(void **state)
{
	g_autofree char *deep = g_strnfill(10000, '[');
	g_autofree char *text = g_strconcat("{\"version\":", deep, NULL);
	(void)state;
	assert_int_equal(refusal_of(text, strlen(text)), FEED_ERROR_HOSTILE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_versions_are_told_apart),
		cmocka_unit_test(an_item_says_what_its_members_say),
		cmocka_unit_test(the_feed_says_where_it_lives),
		cmocka_unit_test(old_members_are_still_read),
		cmocka_unit_test(a_wrong_type_costs_one_member),
		cmocka_unit_test(a_name_or_list_may_be_one_string),
		cmocka_unit_test(text_in_json_is_cleaned_like_any_other),
		cmocka_unit_test(json_that_is_no_feed_is_refused),
		cmocka_unit_test(deep_json_is_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, release_document);
}
