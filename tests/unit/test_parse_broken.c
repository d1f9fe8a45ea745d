/* Documents that are broken, cut, polluted, hostile or no feeds.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "feeds/error.h"
#include "tests/unit/feed_fixture.h"

#define ITEM(n) "<item><title>Item " n "</title><link>http://e.example/" n "</link></item>"

/* Titles of the entries, joined by '|'. */
static char *titles(const char *text)
{
	struct feed_document *document = read_text(text);
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < document->entries->len; i++) {
		struct feed_entry *entry = document->entries->pdata[i];
		g_string_append_printf(out, "%s%s", i ? "|" : "", entry->title ? entry->title : "");
	}
	return g_string_free(out, FALSE);
}

static void broken_items_harm_no_others(void **state)
{
	/* the second item, between two good ones, and its title */
	static const struct {
		const char *item, *title;
	} rows[] = {
		{"<item><title>Due</titel><link>http://e.example/2</link></item>", "Due"},
		{"<item><title>Due</title<link>http://e.example/2</link></item>", "Due"},
		{"<item><title>Due<link>http://e.example/2</link></item>", "Due"},
		{"<item><title>Due</title><guid isPermaLink=false>x</guid></item>", "Due"},
		{"<item><title>Due</title><guid isPermaLink>x</guid></item>", "Due"},
		{"<item><title>Due</title><guid a='1' a='2'>x</guid></item>", "Due"},
		{"<item><title>Due < tre</title></item>", "Due < tre"},
		{"<item><title>R&D AT&T</title></item>", "R&D AT&T"},
		{"<item><title>Due &unknown; &egrave; &nbsp;x</title></item>", "Due &unknown; è x"},
		{"<item><title>caff&egrave e perch&eacute</title></item>", "caffè e perché"},
		{"<item><title>Due</title><description>a<br>b<img src=x></description></item>",
		 "Due"},
		{"<item><title>Due <b>x</title></item>", "Due x"},
		{"<item><title>Due</title><description><script>if(a<b&&c>d){}</script></"
		 "description></item>",
		 "Due"},
		{"<item><title>Due</title><enclosure "
		 "url='http://e.example/?a=1&b=2&copy=3'/></item>",
		 "Due"},
		{"<item><title>Due</title><a:b:c>x</a:b:c><1x>y</1x></item>", "Due"},
		{"<item><TITLE>Due</title></ITEM>", "Due"},
		{"<item><title>Due</title>", "Due"},
		{"<item><title>Due</title></item></item></channel>", "Due"},
		{"<item><title>&#xD83D;&#xDE00;</title></item>", "😀"},
		{"<item><title>Due</title><description><![CDATA[x</description></item>", "Due"},
		{"<item><title>Due\x01\x0b</title></item>", "Due"},
		{"<!-- a -- b --><item><title>Due</title></item>", "Due"},
		{"text & more <item><title>Due</title></item>", "Due"},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text =
			g_strconcat(RSS_HEAD ITEM("1"), rows[i].item, ITEM("3") RSS_TAIL, NULL);
		g_autofree char *expected = g_strconcat("Item 1|", rows[i].title, "|Item 3", NULL);
		g_autofree char *got = titles(text);
		assert_same_text(got, expected);
		assert_true(held_document->malformed || strstr(rows[i].item, "a:b:c") ||
			    strchr(rows[i].item, 1) || strstr(rows[i].item, "&unknown"));
	}
}

static void links_of_broken_items_are_right(void **state)
{
	struct feed_document *document;
	(void)state;
	document = read_text(
		RSS_HEAD
		"<item><title>a</title><link>http://e.example/?a=1&b=2</link></item>"
		"<item><title>b</title><link>http://e.example/2<description>d</description>"
		"</item>" RSS_TAIL);
	assert_same_text(((struct feed_entry *)document->entries->pdata[0])->link,
			 "http://e.example/?a=1&b=2");
	assert_same_text(((struct feed_entry *)document->entries->pdata[1])->link,
			 "http://e.example/2");
	assert_same_text(((struct feed_entry *)document->entries->pdata[1])->summary, "d");
}

static void a_cut_document_keeps_whole_items(void **state)
{
	static const char *const cuts[] = {"",
					   "<item>",
					   "<item><title>Tre",
					   "<item><title>Tre</title><li",
					   "<item><title>Tre</title><description><![CDATA[x",
					   "</chan"};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
		g_autofree char *text = g_strconcat(RSS_HEAD ITEM("1") ITEM("2"), cuts[i], NULL);
		g_autofree char *got = titles(text);
		assert_same_text(got, "Item 1|Item 2");
		assert_false(held_document->whole);
		assert_true(held_document->malformed);
	}
}

static void the_cut_item_is_kept_if_asked_for_and_marked(void **state)
{
	const char *text = RSS_HEAD ITEM("1") "<item><title>Due</title><descr";
	const struct parse_options options = {.keep_truncated = true};
	struct feed_document *document = feed_parse(text, strlen(text), &options, NULL);
	(void)state;
	assert_int_equal(document->entries->len, 2);
	assert_false(((struct feed_entry *)document->entries->pdata[0])->truncated);
	assert_true(((struct feed_entry *)document->entries->pdata[1])->truncated);
	feed_document_free(document);
}

static void what_stands_around_a_document_is_no_part_of_it(void **state)
{
	static const struct {
		const char *before, *after;
	} rows[] = {
		{"\n\n <?xml version='1.0'?>", ""},
		{"\xef\xbb\xbf\n<?xml version='1.0'?>", ""},
		{"<br />\n<b>Warning</b>: x in <b>y.php</b><br />\n<?xml version='1.0'?>", ""},
		{"<!-- generated --><?xml version='1.0'?>", ""},
		{"<?xml version='1.0'?><?xml-stylesheet href='x'?><!DOCTYPE rss>", ""},
		{"<!DOCTYPE rss PUBLIC \"-//N//DTD\" \"http://e.example/>x.dtd\" [<!ELEMENT a (b)> "
		 "]>",
		 ""},
		{"", "<!-- Page cached -->"},
		{"", "<script>var a = 1 < 2;</script>"},
		{"", "\n\ntrailing text & more"},
		{"<?xml version='1.1'?>", "\n"},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strconcat(rows[i].before, RSS_HEAD ITEM("1") RSS_TAIL,
						    rows[i].after, NULL);
		g_autofree char *got = titles(text);
		assert_same_text(got, "Item 1");
		assert_true(held_document->whole);
	}
}

static void a_quoted_declaration_starts_no_document(void **state)
{
	struct feed_entry *entry = rss_item(
		"<title>T</title><description><![CDATA[<?xml version='1.0'?><a>]]></description>");
	(void)state;
	assert_same_text(entry->title, "T");
}

static void declared_entities_are_text(void **state)
{
	struct feed_entry *entry =
		first_of("<!DOCTYPE rss [<!ENTITY mio \"caff&#232; &amp; t&egrave;\"><!ENTITY % p "
			 "SYSTEM 'http://no'>"
			 "<!ENTITY ext SYSTEM 'file:///etc/hostname'><!ENTITY b "
			 "'<b>x</b>'>]><rss><channel><item>"
			 "<title>&mio; [&ext;]</title><description>&b;</description>"
			 "<category>&mio;</category></item></channel></rss>");
	(void)state;
	assert_same_text(entry->title, "caffè & tè []");
	assert_same_text(entry->categories[0], "caffè & tè");
	assert_same_text(entry->summary, "x"); /* HTML by the rules of its element */
}

static void bombs_are_refused(void **state)
{
	GString *text = g_string_new("<!DOCTYPE r [<!ENTITY a 'x'>");
	(void)state;
	for (int i = 0; i < 10; i++)
		g_string_append_printf(text, "<!ENTITY a%d '&a%d;&a%d;&a%d;'>", i + 1, i, i, i);
	g_string_append(text, "]><rss><channel><item><title>&a9;</title></item></channel></rss>");
	assert_int_equal(refusal_of(text->str, text->len), FEED_ERROR_HOSTILE);
	g_string_assign(text, "<!DOCTYPE r [<!ENTITY a '");
	for (int i = 0; i < 3000; i++)
		g_string_append(text, "xxxx");
	g_string_append(text, "'>]><rss><channel/></rss>");
	assert_int_equal(refusal_of(text->str, text->len), FEED_ERROR_HOSTILE);
	g_string_assign(text, "<!DOCTYPE r [");
	for (int i = 0; i < 5000; i++)
		g_string_append_printf(text, "<!ENTITY a%d 'x'>", i);
	g_string_append(text, "]><rss><channel/></rss>");
	assert_int_equal(refusal_of(text->str, text->len), FEED_ERROR_LIMIT);
	g_string_free(text, TRUE);
}

static void repeat(GString *text, const char *part, int count)
{
	for (int i = 0; i < count; i++)
		g_string_append(text, part);
}

static void depth_and_endless_tags_are_refused(void **state)
{
	GString *text = g_string_new("<rss><channel><item><description>");
	(void)state;
	repeat(text, "<b>", 65);
	assert_int_equal(refusal_of(text->str, text->len), FEED_ERROR_HOSTILE);
	g_string_assign(text, "<rss><channel>");
	repeat(text, "<x>", 200000);
	assert_int_equal(refusal_of(text->str, text->len), FEED_ERROR_HOSTILE);
	g_string_assign(text, "<rss><channel><item ");
	repeat(text, " a", 100000);
	g_string_append(text, "/></channel></rss>");
	assert_int_not_equal(refusal_of(text->str, text->len), FEED_ERROR_MALFORMED);
	g_string_assign(text, "<rss><channel><item ");
	for (int i = 0; i < 100000; i++)
		g_string_append_printf(text, " a%d=''", i);
	g_string_append(text, "/></channel></rss>");
	assert_int_equal(refusal_of(text->str, text->len), FEED_ERROR_LIMIT);
	g_string_free(text, TRUE);
}

static void pictures_and_long_articles_are_no_attack(void **state)
{
	GString *text = g_string_new(ATOM_HEAD "<!--");
	struct feed_entry *entry;
	(void)state;
	repeat(text, "xxxxxxxx", 20000);
	g_string_append(text, "--><entry><title>T</title><content type='xhtml'><div>a<img "
			      "src='data:image/png;base64,");
	repeat(text, "QUJDREVG", 100000);
	g_string_append(text, "'/>b</div></content></entry>" ATOM_TAIL);
	entry = first_of(text->str);
	assert_same_text(entry->title, "T");
	assert_same_text(entry->content, "a b");
	g_string_assign(text, RSS_HEAD "<item><description><![CDATA[");
	repeat(text, "<a href=\"https://e.example/\" title='x'>due parole</a> ", 5000);
	g_string_append(text, "]]></description></item>" ITEM("2") RSS_TAIL);
	entry = first_of(text->str);
	assert_true(strlen(entry->summary) > 50000);
	assert_int_equal(held_document->entries->len, 2);
	assert_false(held_document->malformed);
	g_string_free(text, TRUE);
}

static void long_texts_are_cut_between_characters(void **state)
{
	GString *text = g_string_new("<rss><channel><item><title>");
	struct feed_entry *entry;
	(void)state;
	repeat(text, "è", 5000);
	g_string_append(text, "</title><description>");
	repeat(text, "città ", 100000);
	g_string_append(text, "</description></item></channel></rss>");
	entry = first_of(text->str);
	assert_int_equal(strlen(entry->title), FEED_MAX_TITLE);
	assert_true(strlen(entry->summary) <= FEED_MAX_TEXT &&
		    strlen(entry->summary) > FEED_MAX_TEXT - 10);
	g_string_free(text, TRUE);
}

static void what_is_no_feed_is_refused_with_the_reason(void **state)
{
	static const struct {
		const char *text;
		int code;
	} rows[] = {
		{"", FEED_ERROR_EMPTY},
		{" \r\n\t", FEED_ERROR_EMPTY},
		{"hello", FEED_ERROR_NOT_A_FEED},
		{"<!DOCTYPE html><html><head><title>x</title></head><body><p>y</body></html>",
		 FEED_ERROR_NOT_A_FEED},
		{"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
		 FEED_ERROR_NOT_A_FEED},
		{"<?xml version='1.0'?><opml version='2.0'><body/></opml>", FEED_ERROR_NOT_A_FEED},
		{"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>",
		 FEED_ERROR_NOT_A_FEED},
		{"\x1f\x8b\x08<rss><channel/></rss>", FEED_ERROR_NOT_A_FEED},
		{"\x89PNG\r\n<rss><channel/></rss>", FEED_ERROR_NOT_A_FEED},
		{"<", FEED_ERROR_MALFORMED},
		{"<?xml", FEED_ERROR_MALFORMED},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_int_equal(refusal_of(rows[i].text, strlen(rows[i].text)), rows[i].code);
}

static void pieces_of_any_size_read_alike(void **state)
{
	static const char *const texts[] = {
		RSS_HEAD ITEM("1") "<item><title>perch&eacute; "
				   "è</title><description><![CDATA[a]]b]]></description>"
				   "</item>" RSS_TAIL,
		"<!DOCTYPE rss SYSTEM 'a>b' [<!ENTITY x 'y'>]><rss "
		"version/'2'><channel><item><title>&x;</title>"
		"</item></channel></rss>",
		RSS_HEAD "<item><title>a<b></title>",
		ATOM_HEAD
		"<entry><title type='xhtml'><div>a &lt; b</div></title></entry>" ATOM_TAIL,
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		size_t len = strlen(texts[i]);
		struct feed_document *whole = feed_parse(texts[i], len, NULL, NULL);
		assert_non_null(whole);
		for (size_t piece = 1; piece < 40; piece++) {
			struct feed_document *other =
				feed_parse_chunked(texts[i], len, piece, NULL, NULL);
			oracle_same(whole, other);
			feed_document_free(other);
		}
		feed_document_free(whole);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_items_harm_no_others),
		cmocka_unit_test(links_of_broken_items_are_right),
		cmocka_unit_test(a_cut_document_keeps_whole_items),
		cmocka_unit_test(the_cut_item_is_kept_if_asked_for_and_marked),
		cmocka_unit_test(what_stands_around_a_document_is_no_part_of_it),
		cmocka_unit_test(a_quoted_declaration_starts_no_document),
		cmocka_unit_test(declared_entities_are_text),
		cmocka_unit_test(bombs_are_refused),
		cmocka_unit_test(depth_and_endless_tags_are_refused),
		cmocka_unit_test(pictures_and_long_articles_are_no_attack),
		cmocka_unit_test(long_texts_are_cut_between_characters),
		cmocka_unit_test(what_is_no_feed_is_refused_with_the_reason),
		cmocka_unit_test(pieces_of_any_size_read_alike),
	};
	return cmocka_run_group_tests(tests, NULL, release_document);
}
