/* Lists of subscriptions: read, edited, written.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/error.h"
#include "feeds/opml.h"
#include "feeds/opml_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define HEAD "<opml version=\"2.0\"><head/><body>"
#define TAIL "</body></opml>"

static struct opml *read_text(const char *text)
{
	g_autoptr(GError) error = NULL;
	struct opml *opml = opml_read(text, strlen(text), &error);
	if (!opml)
		fail_msg("%s", error->message);
	return opml;
}

static unsigned count(const struct opml *opml, GPtrArray *dropped)
{
	g_autoptr(GPtrArray) subscriptions = opml_subscriptions(opml, dropped);
	return subscriptions->len;
}

static bool add(struct opml *opml, const char *url, const char *folder)
{
	struct subscription *s = subscription_new(url);
	s->folder = g_strdup(folder);
	bool added = opml_add(opml, s);
	subscription_free(s);
	return added;
}

static void a_feed_is_added_once_and_removed_wherever_it_stands(void **state)
{
	(void)state;
	struct opml *opml = read_text(HEAD "<outline text=\"a\"><outline xmlUrl=\"http://a/\"/></outline>"
					   "<outline xmlUrl=\"http://A:80/\"/><outline xmlUrl=\"http://b/\"/>" TAIL);
	assert_false(add(opml, "http://a/", NULL));
	assert_true(add(opml, "http://c/", "x/y"));
	assert_false(add(opml, "http://c/", NULL));
	assert_int_equal(count(opml, NULL), 3);
	assert_true(opml_remove(opml, "http://a/"));
	assert_false(opml_remove(opml, "http://a/"));
	assert_int_equal(count(opml, NULL), 2);
	assert_true(add(opml, "http://a/", NULL));
	assert_true(opml_remove(opml, "http://c/"));
	g_autofree char *text = opml_text(opml);
	assert_null(strstr(text, "http://A:80/"));
	opml_free(opml);
}

static void a_folder_is_made_once(void **state)
{
	(void)state;
	struct opml *opml = read_text(HEAD "<outline text=\"Estero\"><outline xmlUrl=\"http://a/\"/></outline>" TAIL);
	assert_true(add(opml, "http://b/", "Estero"));
	assert_true(add(opml, "http://c/", "Estero/Asia"));
	assert_true(add(opml, "http://d/", "Estero/Asia"));
	g_autofree char *text = opml_text(opml);
	const char *first = strstr(text, "\"Estero\"");
	assert_non_null(first);
	assert_null(strstr(first + 1, "\"Estero\""));
	assert_null(strstr(strstr(text, "\"Asia\"") + 1, "\"Asia\""));
	opml_free(opml);
}

/* Written as it came, it made a list that nobody could read again. */
static void control_characters_in_a_title_do_not_break_the_list(void **state)
{
	(void)state;
	struct opml *opml = opml_new("t");
	struct subscription *s = subscription_new("http://a/");
	s->title = g_strdup("a\x1b[31m\x01\xef\xbf\xbe\xff\nb");
	s->folder = g_strdup("x\x02");
	assert_true(opml_add(opml, s));
	subscription_free(s);
	g_autofree char *text = opml_text(opml);
	opml_free(opml);
	opml = read_text(text);
	g_autoptr(GPtrArray) subscriptions = opml_subscriptions(opml, NULL);
	assert_int_equal(subscriptions->len, 1);
	s = subscriptions->pdata[0];
	assert_string_equal(s->title, "a\xef\xbf\xbd[31m\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd b");
	opml_free(opml);
}

/* Each was looked for through the whole document, and what came after the first 50,000 was dropped unsaid. */
static void many_feeds_are_all_taken(void **state)
{
	(void)state;
	const unsigned feeds = 60000;
	struct opml *opml = opml_new("t");
	for (unsigned i = 0; i < feeds; i++) {
		g_autofree char *url = g_strdup_printf("http://h%u.example/", i);
		assert_true(add(opml, url, i % 2 ? "odd" : NULL));
	}
	g_autofree char *text = opml_text(opml);
	opml_free(opml);
	opml = read_text(text);
	assert_int_equal(count(opml, NULL), feeds);
	for (unsigned i = 0; i < feeds; i++) {
		g_autofree char *url = g_strdup_printf("http://h%u.example/", i);
		assert_true(opml_remove(opml, url));
	}
	assert_int_equal(count(opml, NULL), 0);
	opml_free(opml);
}

static void what_is_no_feed_is_named(void **state)
{
	(void)state;
	g_autoptr(GPtrArray) dropped = g_ptr_array_new_with_free_func(g_free);
	struct opml *opml = read_text(HEAD "<outline xmlUrl=\"file:///etc/passwd\"/><outline xmlUrl=\"exec:id\"/>"
					   "<outline xmlUrl=\"|id\"/><outline xmlUrl=\"http://ok/\"/>" TAIL);
	assert_int_equal(count(opml, dropped), 1);
	assert_int_equal(dropped->len, 3);
	opml_clean(opml);
	g_autofree char *text = opml_text(opml);
	assert_null(strstr(text, "passwd"));
	assert_null(strstr(text, "id"));
	opml_free(opml);
}

/* Entities within entities: 10^11 bytes if they were put in. */
static void a_bomb_is_refused_or_stays_small(void **state)
{
	g_autoptr(GString) text = g_string_new("<!DOCTYPE opml [<!ENTITY e0 \"aaaaaaaaaa\">");
	(void)state;
	for (unsigned i = 1; i < 11; i++) {
		g_string_append_printf(text, "<!ENTITY e%u \"", i);
		for (unsigned k = 0; k < 10; k++)
			g_string_append_printf(text, "&e%u;", i - 1);
		g_string_append(text, "\">");
	}
	g_string_append(text, "]>" HEAD "<outline text=\"&e10;\" xmlUrl=\"http://a/\"/>" TAIL);
	struct opml *opml = opml_read(text->str, text->len, NULL);
	if (opml)
		assert_in_range(count(opml, NULL), 0, 1);
	opml_free(opml);
}

static void a_file_of_this_machine_is_not_put_in(void **state)
{
	(void)state;
	const char *text = "<!DOCTYPE opml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" HEAD
			   "<outline text=\"a&x;b\" xmlUrl=\"http://a/\"/>" TAIL;
	struct opml *opml = opml_read(text, strlen(text), NULL);
	g_autofree char *again = opml ? opml_text(opml) : NULL;
	g_autoptr(GPtrArray) subscriptions = opml ? opml_subscriptions(opml, NULL) : NULL;
	for (unsigned i = 0; subscriptions && i < subscriptions->len; i++)
		assert_null(strstr(((struct subscription *)subscriptions->pdata[i])->title, "root:"));
	assert_true(!again || !strstr(again, "root:"));
	opml_free(opml);
}

static void a_file_without_end_is_refused(void **state)
{
	g_autoptr(GError) error = NULL;
	(void)state;
	assert_null(opml_load("/dev/zero", &error));
	assert_true(g_error_matches(error, FEED_ERROR, FEED_ERROR_LIMIT));
	g_clear_error(&error);
	assert_null(opml_load("/", &error));
	assert_non_null(error);
}

static void assert_same_text(const char *a, const char *b)
{
	assert_true(g_strcmp0(a, b) == 0);
}

/* What is read without a tree, and what the tree says. */
static void assert_listed(const char *text, bool usual)
{
	g_autoptr(GPtrArray) listed = opml_list(text, strlen(text));
	g_autoptr(GPtrArray) either = opml_read_subscriptions(text, strlen(text), NULL);
	struct opml *opml = opml_read(text, strlen(text), NULL);
	g_autoptr(GPtrArray) whole = opml ? opml_subscriptions(opml, NULL) : NULL;

	opml_free(opml);
	if (usual != (listed != NULL))
		fail_msg("%s: %s", usual ? "not listed" : "listed", text);
	assert_true(!whole == !either);
	for (unsigned i = 0; listed && i < MAX(listed->len, whole->len); i++) {
		assert_int_equal(listed->len, whole->len);
		const struct subscription *a = listed->pdata[i], *b = whole->pdata[i];
		assert_same_text(a->url, b->url);
		assert_same_text(a->title, b->title);
		assert_same_text(a->folder, b->folder);
		assert_same_text(a->language, b->language);
		assert_same_text(a->owner, b->owner);
		assert_int_equal(a->paused, b->paused);
		assert_int_equal(a->interval_min_s, b->interval_min_s);
		g_autofree char *topics_a = a->topics ? g_strjoinv("|", a->topics) : NULL;
		g_autofree char *topics_b = b->topics ? g_strjoinv("|", b->topics) : NULL;
		assert_same_text(topics_a, topics_b);
	}
}

static void a_list_that_is_only_read_says_what_the_document_says(void **state)
{
	static const char *const usual[] = {
		HEAD TAIL,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OPML><Body><Outline XMLURL='http://a/'/></Body></OPML>\n",
		HEAD "<outline text='a/b &amp; c'><outline title='d'><outline text=' x ' title='' xmlUrl=' http://a/?x=1&amp;y=&#38;#38; '/>"
		     "</outline><outline xmlUrl='http://b/' language='DE'/></outline><outline xmlUrl='http://a/?x=1&amp;y=&#38;#38;'/>" TAIL,
		HEAD "<outline><outline xmlUrl='http://a/'><outline xmlUrl='http://b/'/></outline></outline><x><outline xmlUrl='http://c/'/></x>"
		     "<outline xmlUrl='ftp://d/'/><outline xmlUrl=''><outline xmlUrl='http://e/' text='http://e/'/></outline>" TAIL,
		("<opml xmlns:v='urn:vedetta:opml:1'><head><title>t</title></head><body><outline xmlUrl='http://a/' v:owner='o' v:paused='true'"
		" v:intervalMin='600' category='p, q'/></body><body><outline xmlUrl='http://b/'/></body></opml>"),
	};
	static const char *const others[] = {
		"", "<opml/>", "<opml><head/></opml>", "<rss><body/></rss>", HEAD "<outline xmlUrl='http://a/'>" TAIL,
		HEAD "<outline x:y='' xmlUrl='http://a/'/>" TAIL, "<!DOCTYPE opml>" HEAD TAIL, HEAD "<outline text='\x01'/>" TAIL,
		"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>" HEAD "<outline text='\xe8' xmlUrl='http://a/'/>" TAIL,
	};
	g_autoptr(GString) deep = g_string_new(HEAD);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
		assert_listed(usual[i], true);
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		assert_listed(others[i], false);
	for (int i = 0; i < 20; i++)
		g_string_append_printf(deep, "<outline text='%d'><outline xmlUrl='http://a/%d'/>", i, i);
	for (int i = 0; i < 20; i++)
		g_string_append(deep, "</outline>");
	g_string_append(deep, TAIL);
	assert_listed(deep->str, true);
}

static void assert_feeds(const char *text, const char *expected)
{
	struct opml *opml = read_text(text);
	g_autoptr(GPtrArray) subscriptions = opml_subscriptions(opml, NULL);
	g_autoptr(GString) found = g_string_new(NULL);

	for (unsigned i = 0; i < subscriptions->len; i++) {
		const struct subscription *s = subscriptions->pdata[i];
		g_string_append_printf(found, "%s%s ", s->url, s->folder ? s->folder : "");
	}
	assert_string_equal(found->str, expected);
	opml_free(opml);
}

static void what_is_in_a_feed_or_in_another_element_or_too_deep_is_no_feed(void **state)
{
	g_autoptr(GString) deep = g_string_new(HEAD);

	(void)state;
	assert_feeds(HEAD "<outline xmlUrl='http://a/'><outline xmlUrl='http://b/'/></outline>"
			  "<x><outline xmlUrl='http://c/'/></x><outline text='f'><outline xmlUrl='http://d/'/></outline>"
			  "<outline xmlUrl='http://e/'/>" TAIL,
		     "http://a/ http://d/f http://e/ ");
	for (int i = 0; i < 16; i++)
		g_string_append(deep, "<outline>");
	g_string_append(deep, "<outline xmlUrl='http://a/'/><outline><outline xmlUrl='http://b/'/></outline>");
	for (int i = 0; i < 16; i++)
		g_string_append(deep, "</outline>");
	g_string_append(deep, "<outline xmlUrl='http://c/'/>" TAIL);
	assert_feeds(deep->str, "http://a/ http://c/ ");
	assert_listed(deep->str, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_that_is_only_read_says_what_the_document_says),
		cmocka_unit_test(what_is_in_a_feed_or_in_another_element_or_too_deep_is_no_feed),
		cmocka_unit_test(a_feed_is_added_once_and_removed_wherever_it_stands),
		cmocka_unit_test(a_folder_is_made_once),
		cmocka_unit_test(control_characters_in_a_title_do_not_break_the_list),
		cmocka_unit_test(many_feeds_are_all_taken),
		cmocka_unit_test(what_is_no_feed_is_named),
		cmocka_unit_test(a_bomb_is_refused_or_stays_small),
		cmocka_unit_test(a_file_of_this_machine_is_not_put_in),
		cmocka_unit_test(a_file_without_end_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
