/* What is read without libxml2, and that it is what libxml2 reads.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "feeds/usual_xml.h"

#include "tests/unit/feed_fixture.h"

struct told {
	GString *out;
	GHashTable *entities;
	bool stopped;
	const char *stop_at;
};

/* "(prefix:name{uri} attribute=value", … ")", texts in between. */
static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		     int namespaces_count, const xmlChar **namespaces, int attributes_count,
		     int defaulted_count, const xmlChar **list)
{
	struct told *told = data;

	(void)namespaces;
	assert_int_equal(defaulted_count, 0);
	g_string_append_printf(told->out, "(%s%s%s", prefix ? (const char *)prefix : "",
			       prefix ? ":" : "", name);
	if (uri)
		g_string_append_printf(told->out, "{%s}", uri);
	if (namespaces_count)
		g_string_append_printf(told->out, "+%d", namespaces_count);
	for (const xmlChar **a = list; a < list + attributes_count * 5; a += 5)
		g_string_append_printf(told->out, " %s%s%s=%.*s", a[1] ? (const char *)a[1] : "",
				       a[1] ? ":" : "", a[0], (int)(a[4] - a[3]), a[3]);
	told->stopped = told->stop_at && strcmp((const char *)name, told->stop_at) == 0;
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct told *told = data;
	(void)name, (void)prefix, (void)uri;
	g_string_append_c(told->out, ')');
}

static void on_text(void *data, const struct usual_text *text)
{
	struct told *told = data;
	g_string_append_c(told->out, '|');
	if (text->plain)
		g_string_append_len(told->out, text->text, (gssize)text->len);
	else
		usual_text_read(text, told->entities, told->out);
	g_string_append_c(told->out, '|');
}

static const struct usual_events events = {on_start, on_end, on_text};

/* NULL if it is not usual. */
static char *told_of(const char *text, const char *stop_at)
{
	g_autoptr(GHashTable) entities = g_hash_table_new(g_str_hash, g_str_equal);
	struct told told = {g_string_new(NULL), entities, false, stop_at};

	g_hash_table_insert(entities, "mio", "<io>");
	bool read = usual_xml_read(text, strlen(text), &events, &told, &told.stopped);
	return g_string_free(told.out, !read);
}

static void assert_told(const char *text, const char *expected)
{
	g_autofree char *found = told_of(text, NULL);
	if (!found)
		fail_msg("not usual: %s", text);
	assert_string_equal(found, expected);
}

static void tags_and_texts_come_in_their_order(void **state)
{
	(void)state;
	assert_told("<a><b>uno</b><c/>due</a>", "(a(b|uno|)(c)|due|)");
	assert_told("<a>u<!-- - c -->n<![CDATA[o & <b>]]><![CDATA[]]></a>", "(a|u||n||o & <b>|)");
	assert_told("\n<a b='>' c = \"/>\"\n> </a >\n<!-- x --> ", "(a b=> c=/>| |)");
	assert_told("<a></a>", "(a)");
	assert_told("<a />", "(a)");
}

static void references_and_line_ends_are_read(void **state)
{
	(void)state;
	assert_told("<a>&lt;p&gt; &#8217;&#x41;&egrave;&mio;&boh;&apos;</a>",
		    "(a|<p> ’Aè<io>&boh;'|)");
	assert_told("<a>u\r\nd\rt<![CDATA[\r\n&lt;]]></a>", "(a|u\nd\nt||\n&lt;|)");
	assert_told("<a>[1] ]] ></a>", "(a|[1] ]] >|)");
}

static void an_ampersand_of_an_attribute_is_written_as_libxml2_does(void **state)
{
	(void)state;
	assert_told("<a b='?x=1&amp;y=&#50;&apos;&quot;&lt;' c='è &#38; &#x26; &amp;#38;'/>",
		    "(a b=?x=1&#38;y=2'\"< c=è &#38; &#38; &#38;#38;)");
}

static void namespaces_are_in_force_inside_their_tag(void **state)
{
	(void)state;
	assert_told("<p:a xmlns:p='u:1' xmlns='u:2' p:x='1' y='2' xml:lang='it'><b "
		    "xmlns='u:3'><p:c/></b><b/></p:a>",
		    "(p:a{u:1}+2 p:x=1 y=2 xml:lang=it(b{u:3}+1(p:c{u:1}))(b{u:2}))");
	assert_told("<a><b xmlns:p='u:1'><p:c xmlns:p='u:2'/><p:c/></b></a>",
		    "(a(b+1(p:c{u:2}+1)(p:c{u:1})))");
}

static void assert_left_alone(const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		g_autofree char *found = told_of(texts[i], NULL);
		if (found)
			fail_msg("read: %s as %s", texts[i], found);
	}
}

static void tags_that_are_not_plainly_well_formed_are_left_alone(void **state)
{
	static const char *const texts[] = {
		"",
		"a",
		"<",
		"<a",
		"<a>",
		"<a b",
		"<a b=",
		"<a b='",
		"<a b=''",
		"<a b=''/",
		"<a></",
		"<a></a",
		"x<a></a>",
		"<a></b>",
		"<a></ab>",
		"<ab></a>",
		"<a><b></a></b>",
		"<a/></a>",
		"<a/><b/>",
		"<a/>x",
	};

	(void)state;
	assert_left_alone(texts, G_N_ELEMENTS(texts));
}

static void texts_that_are_not_plainly_well_formed_are_left_alone(void **state)
{
	static const char *const texts[] = {
		"<a>& b</a>",	     "<a>&b</a>",	    "<a>&#;</a>",
		"<a>&#0;</a>",	     "<a>&#x110000;</a>",   "<a>&#X41;</a>",
		"<a>]]></a>",	     "<a><![CDATA[x]]</a>", "<a><!-- - -- --></a>",
		"<a><!-- x</a>",     "<a><?php 1 ?></a>",   "<a><!DOCTYPE x></a>",
		"<a>&\xc3\xa8;</a>", "<?xml?><a></a>",
	};

	(void)state;
	assert_left_alone(texts, G_N_ELEMENTS(texts));
}

static void attributes_that_are_not_plainly_well_formed_are_left_alone(void **state)
{
	static const char *const texts[] = {
		"<a b></a>",	    "<a b=c></a>",    "<a b='1' b='2'></a>", "<a b='1'c='2'></a>",
		"<a b='<'></a>",    "<a b='\n'></a>", "<a b='&'></a>",	     "<a b='&x;'></a>",
		"<a b='&#0;'></a>", "<a 'b'></a>",    "<a / ></a>",	     "<a b='></a>",
	};

	(void)state;
	assert_left_alone(texts, G_N_ELEMENTS(texts));
}

static void names_that_are_not_plainly_well_formed_are_left_alone(void **state)
{
	static const char *const texts[] = {
		"<1></1>",	   "<-a></-a>",
		"<a:></a:>",	   "<:a></:a>",
		"<a:b:c></a:b:c>", "<\xc3\xa8></\xc3\xa8>",
		"< a></a>",	   "<p:a></p:a>",
		"<a p:b=''></a>",  "<a p:b='' p:b=''></a>",
		"<xmlns:a/>",
	};

	(void)state;
	assert_left_alone(texts, G_N_ELEMENTS(texts));
}

static void declarations_of_namespaces_that_are_not_plainly_well_formed_are_left_alone(void **state)
{
	static const char *const texts[] = {
		"<a xmlns=''></a>",
		"<a xmlns:p=''></a>",
		"<a xmlns:xml='u:1'></a>",
		"<a xmlns:xmlns='u:1'></a>",
		"<a xmlns='http://www.w3.org/2000/xmlns/'></a>",
		"<a xmlns='u:1&amp;'></a>",
		"<p:a><b xmlns:p='u:1'/></p:a>",
	};

	(void)state;
	assert_left_alone(texts, G_N_ELEMENTS(texts));
}

static void more_than_a_feed_needs_is_left_alone(void **state)
{
	(void)state;
	g_autoptr(GString) deep = g_string_new(NULL), wide = g_string_new("<a");
	g_autofree char *pad = g_strnfill(FEED_MAX_TOKEN, ' ');
	g_autofree char *longest = g_strdup_printf("<a %s></a>", pad);

	for (int i = 0; i <= FEED_MAX_DEPTH; i++)
		g_string_append(deep, "<a>");
	for (int i = 0; i <= FEED_MAX_DEPTH; i++)
		g_string_append(deep, "</a>");
	for (int i = 0; i < 100; i++)
		g_string_append_printf(wide, " b%d=''", i);
	g_string_append(wide, "/>");
	assert_null(told_of(deep->str, NULL));
	assert_null(told_of(wide->str, NULL));
	assert_null(told_of(longest, NULL));
}

static void who_stops_gets_no_more(void **state)
{
	(void)state;
	assert_null(told_of("<a><b>x</b></a>", "b"));
	g_autofree char *other = told_of("<a><b>x</b></a>", "c");
	assert_non_null(other);
}

static void libxml2_reads_the_same(void **state)
{
	static const char *const documents[] = {
		RSS_HEAD "<item><title>1</title><link>/a?b=1&amp;c</link><description>&lt;p&gt;x "
			 "&amp;amp; y</description></item>" RSS_TAIL,
		RSS_HEAD "<item><title>a<![CDATA[<b>c</b>]]>&#x64;</title><description>x<i>y</i>z</"
			 "description></item>" RSS_TAIL,
		RSS_HEAD
		"<item><guid>a\r\nb</guid><enclosure url='http://x.org/?a=1&amp;#38;b=&#38;c' "
		"type='audio/mpeg'/></item>" RSS_TAIL,
		ATOM_HEAD "<entry xml:lang='de'><title type='xhtml'><div "
			  "xmlns='http://www.w3.org/1999/xhtml'>a <b>&lt;b&gt;</b></div></title>"
			  "<link href='?x=1&amp;y=2'/><content xml:base='http://y.org/?a&amp;b' "
			  "type='html'>a<!-- -->&lt;br&gt;b</content></entry>" ATOM_TAIL,
		("<rss><channel><item><title>x</title><boh:x><item><title>y</title></item></boh:x>"
		 "</item></channel></rss><!-- z -->"),
	};
	const struct parse_options options = {.url = "https://example.org/feed"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
		size_t len = strlen(documents[i]);
		struct feed_document *whole = feed_parse(documents[i], len, &options, NULL);
		struct feed_document *pieces =
			feed_parse_chunked(documents[i], len, len - 1, &options, NULL);
		assert_non_null(whole);
		oracle_same(whole, pieces);
		feed_document_free(whole);
		feed_document_free(pieces);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_and_texts_come_in_their_order),
		cmocka_unit_test(references_and_line_ends_are_read),
		cmocka_unit_test(an_ampersand_of_an_attribute_is_written_as_libxml2_does),
		cmocka_unit_test(namespaces_are_in_force_inside_their_tag),
		cmocka_unit_test(tags_that_are_not_plainly_well_formed_are_left_alone),
		cmocka_unit_test(texts_that_are_not_plainly_well_formed_are_left_alone),
		cmocka_unit_test(attributes_that_are_not_plainly_well_formed_are_left_alone),
		cmocka_unit_test(names_that_are_not_plainly_well_formed_are_left_alone),
		cmocka_unit_test(
			declarations_of_namespaces_that_are_not_plainly_well_formed_are_left_alone),
		cmocka_unit_test(more_than_a_feed_needs_is_left_alone),
		cmocka_unit_test(who_stops_gets_no_more),
		cmocka_unit_test(libxml2_reads_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
