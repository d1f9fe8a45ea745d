/* What Atom 1.0 and 0.3 say, and how text comes in them.  SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/feed_fixture.h"

#define IS(text, expected) assert_same_text(text, expected)
#define DIV(inner)	   "<div xmlns='http://www.w3.org/1999/xhtml'>" inner "</div>"

static void versions_are_told_by_namespace_and_attribute(void **state)
{
	static const struct {
		const char *text;
		enum feed_format format;
	} rows[] = {
		{"<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed>", FEED_FORMAT_ATOM_10},
		{"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry/></a:feed>",
		 FEED_FORMAT_ATOM_10},
		{"<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry/></feed>",
		 FEED_FORMAT_ATOM_03},
		{"<feed><entry/></feed>", FEED_FORMAT_ATOM},
		{"<entry xmlns='http://www.w3.org/2005/Atom'><title>x</title></entry>",
		 FEED_FORMAT_ATOM_10},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct feed_document *document = read_text(rows[i].text);
		assert_int_equal(document->format, rows[i].format);
		assert_int_equal(document->entries->len, 1);
	}
}

static void an_entry_says_what_its_elements_say(void **state)
{
	struct feed_entry *entry = atom_entry(
		"<id>urn:1</id><title>T</title><link href='/a'/><link rel='enclosure' "
		"href='/e.mp3'/>"
		"<published>2025-11-14T10:00:00+01:00</published><updated>2025-11-15T00:00:00.5Z</"
		"updated>"
		"<author><name>Anna</name><email>a@b.example</email></author><author><name>Bruno</"
		"name>"
		"</author><contributor><name>No</name></contributor><category term='t' label='L'/>"
		"<category term='u'/><summary>s</summary><content "
		"type='html'>&lt;p&gt;c&lt;/p&gt;</content>"
		"<rights>No</rights><source><title>Altro</title><id>no</id><updated>2001-01-01</"
		"updated>"
		"<link href='http://no'/></source>");
	(void)state;
	IS(entry->id, "urn:1");
	IS(entry->title, "T");
	IS(entry->link, "https://example.org/a");
	IS(entry->enclosure, "https://example.org/e.mp3");
	IS(entry->author, "Anna, Bruno");
	IS(entry->summary, "s");
	IS(entry->content, "c");
	IS(entry->source, "Altro");
	IS(entry->categories[0], "L");
	IS(entry->categories[1], "t");
	IS(entry->categories[2], "u");
	assert_int_equal(entry->published_at, 1763110800);
	assert_int_equal(entry->updated_at, 1763164800);
}

static void type_says_how_text_is_to_be_read(void **state)
{
	static const struct {
		const char *title, *expected;
	} rows[] = {
		{"<title>a &lt;b&gt; &amp;amp;</title>", "a <b> &amp;"},
		{"<title type='text'>&lt;b&gt;</title>", "<b>"},
		{"<title type='text/plain'>&lt;b&gt;</title>", "<b>"},
		{"<title type='html'>&lt;b&gt;x&lt;/b&gt; &amp;amp;</title>", "x &"},
		{"<title type='HTML'>&lt;b&gt;x&lt;/b&gt;</title>", "x"},
		{"<title type='text/html; charset=utf-8'>&lt;b&gt;x&lt;/b&gt;</title>", "x"},
		{"<title type='html'><![CDATA[<b>x</b> &egrave;]]></title>", "x è"},
		{"<title type='xhtml'>" DIV("a <b>b</b> &lt;c&gt;") "</title>", "a b <c>"},
		{"<title type='application/xhtml+xml'>" DIV("a<br/>b") "</title>", "a b"},
		{"<title>a <b>b</b></title>", "a b"},
		{"<title mode='escaped' type='text/html'>&lt;i&gt;x&lt;/i&gt;</title>", "x"},
		{"<title mode='base64' type='text/html'>PGI+eDwvYj4=</title>", "x"},
		{"<title type=''>x</title>", "x"},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text =
			g_strconcat(ATOM_HEAD "<entry>", rows[i].title, "</entry>" ATOM_TAIL, NULL);
		IS(first_of(text)->title, rows[i].expected);
	}
}

static void content_of_other_types_is_base64_or_markup(void **state)
{
	(void)state;
	IS(atom_entry("<content type='application/x-any'>Y2lhbyBtb25kbw==</content>")->content,
	   "ciao mondo");
	IS(atom_entry("<content type='image/svg+xml'><svg xmlns='s'><text>t</text></svg></content>")
		   ->content,
	   "t");
	IS(atom_entry("<content type='text/plain'>a\nb</content>")->content, "a\nb");
	IS(atom_entry("<content src='http://e.example/c' type='video/mp4'/>")->link,
	   "http://e.example/c");
	assert_null(atom_entry("<content type='image/png'>"
			       "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+"
			       "M9QDwADhgGAWjR9"
			       "awAAAABJRU5ErkJggg==</content>")
			    ->content);
}

static void the_page_for_people_is_the_link(void **state)
{
	(void)state;
	IS(atom_entry("<link rel='self' href='/s'/><link rel='edit' href='/e'/><link href='/a'/>")
		   ->link,
	   "https://example.org/a");
	IS(atom_entry("<link rel='alternate' type='application/json' href='/j'/>"
		      "<link rel='alternate' type='text/html' href='/h'/>")
		   ->link,
	   "https://example.org/h");
	IS(atom_entry("<link rel='http://www.iana.org/assignments/relation/alternate' href='/a'/>")
		   ->link,
	   "https://example.org/a");
	IS(atom_entry("<link rel='related' href='http://r.example/'/>")->link, "http://r.example/");
	IS(atom_entry("<id>http://i.example/1</id>")->link, "http://i.example/1");
	IS(atom_entry("<id>http://i.example/1</id><link href='/a'/>")->link,
	   "https://example.org/a");
	assert_null(atom_entry("<link rel='self' href='/s'/>")->link);
	IS(atom_entry("<link>http://t.example/</link>")->link, "http://t.example/");
}

static void bases_nest(void **state)
{
	struct feed_entry *entry =
		first_of("<feed xmlns='http://www.w3.org/2005/Atom' "
			 "xml:base='http://b.example/x/'><link href='.'/>"
			 "<entry xml:base='y/'><link href='z' xml:base='w/'/></entry>"
			 "<entry><link href='v'/></entry></feed>");
	(void)state;
	IS(held_document->link, "http://b.example/x/");
	IS(entry->link, "http://b.example/x/y/w/z");
	IS(((struct feed_entry *)held_document->entries->pdata[1])->link, "http://b.example/x/v");
	entry = first_of("<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://b.example/'><entry>"
			 "<link href=''/></entry></feed>");
	IS(entry->link, "http://b.example/");
	assert_null(atom_entry("<link href=''/>")->link);
}

static void languages_are_inherited_and_overridden(void **state)
{
	struct feed_entry *entry = first_of(
		"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='IT'><entry xml:lang='de-CH'>"
		"<title>x</title></entry></feed>");
	(void)state;
	IS(held_document->language, "it");
	IS(entry->language, "de-ch");
}

static void authors_come_from_source_or_feed_when_an_entry_has_none(void **state)
{
	struct feed_document *document;
	(void)state;
	document = read_text(ATOM_HEAD
			     "<author><name>Feed</name></author><entry><id>1</id></entry>"
			     "<entry><author><name>Own</name></author></entry><entry><source>"
			     "<author><name>Source</name></author></source></entry>" ATOM_TAIL);
	IS(((struct feed_entry *)document->entries->pdata[0])->author, "Feed");
	IS(((struct feed_entry *)document->entries->pdata[1])->author, "Own");
	IS(((struct feed_entry *)document->entries->pdata[2])->author, "Source");
}

static void the_entry_title_is_not_its_media_title(void **state)
{
	struct feed_entry *entry =
		atom_entry("<media:group><media:title>No</media:title>"
			   "<media:description>d</media:description></media:group>"
			   "<title>Yes</title>");
	(void)state;
	IS(entry->title, "Yes");
	IS(entry->summary, "d");
}

static void rss_elements_in_an_atom_feed_are_read(void **state)
{
	struct feed_entry *entry = atom_entry("<description>d</description><guid>g</guid>"
					      "<pubDate>Fri, 14 Nov 2025 10:00:00 +0100</pubDate>"
					      "<category>c</category>");
	(void)state;
	IS(entry->summary, "d");
	IS(entry->id, "g");
	IS(entry->categories[0], "c");
	assert_int_equal(entry->published_at, 1763110800);
}

static void old_atom_has_its_own_dates(void **state)
{
	struct feed_entry *entry = first_of(
		"<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>F</title><entry>"
		"<title>x</title><issued>2003-12-13T08:29:29-04:00</issued>"
		"<modified>2003-12-13T18:30:02Z</modified><created>2001-01-01</created>"
		"<content type='application/xhtml+xml' mode='xml'>" DIV(
			"<p>a</p><p>b</p>") "</content></entry></feed>");
	(void)state;
	assert_int_equal(entry->published_at, 1071318569);
	assert_int_equal(entry->updated_at, 1071340202);
	IS(entry->content, "a\nb");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_told_by_namespace_and_attribute),
		cmocka_unit_test(an_entry_says_what_its_elements_say),
		cmocka_unit_test(type_says_how_text_is_to_be_read),
		cmocka_unit_test(content_of_other_types_is_base64_or_markup),
		cmocka_unit_test(the_page_for_people_is_the_link),
		cmocka_unit_test(bases_nest),
		cmocka_unit_test(languages_are_inherited_and_overridden),
		cmocka_unit_test(authors_come_from_source_or_feed_when_an_entry_has_none),
		cmocka_unit_test(the_entry_title_is_not_its_media_title),
		cmocka_unit_test(rss_elements_in_an_atom_feed_are_read),
		cmocka_unit_test(old_atom_has_its_own_dates),
	};
	return cmocka_run_group_tests(tests, NULL, release_document);
}
