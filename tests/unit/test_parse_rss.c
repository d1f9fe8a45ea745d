/* What RSS in all its versions, RDF and CDF say, and the namespaces that live in them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/error.h"
#include "tests/unit/feed_fixture.h"

#define IS(text, expected) assert_same_text(text, expected)

static void every_version_of_rss_is_told_apart(void **state)
{
	static const struct {
		const char *root;
		enum feed_format format;
	} rows[] = {
		{"<rss version='0.91'>", FEED_FORMAT_RSS_091},
		{"<rss version='0.92'>", FEED_FORMAT_RSS_092},
		{"<rss version='0.93'>", FEED_FORMAT_RSS_093},
		{"<rss version='0.94'>", FEED_FORMAT_RSS_094},
		{"<rss version='2.0'>", FEED_FORMAT_RSS_20},
		{"<rss version='2.0.11'>", FEED_FORMAT_RSS_20},
		{"<rss version=' 2.0 '>", FEED_FORMAT_RSS_20},
		{"<RSS VERSION='2.0'>", FEED_FORMAT_RSS_20},
		{"<rss version='2.0' xmlns='http://backend.userland.com/rss2'>",
		 FEED_FORMAT_RSS_20},
		{"<rss>", FEED_FORMAT_RSS},
		{"<rss version='weird'>", FEED_FORMAT_RSS},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strconcat(
			rows[i].root,
			"<channel><title>T</title><item><title>I</title></item></channel>",
			g_ascii_isupper(rows[i].root[1]) ? "</RSS>" : "</rss>", NULL);
		struct feed_document *document = read_text(text);
		assert_int_equal(document->format, rows[i].format);
		IS(document->title, "T");
		assert_int_equal(document->entries->len, 1);
		assert_true(document->whole);
		assert_false(document->malformed);
	}
}

static void rdf_is_told_apart_by_its_namespace(void **state)
{
	struct feed_entry *entry;
	(void)state;
	entry = first_of("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
			 " xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel><title>C</title>"
			 "<link>http://c.example/</link></channel><image><title>No</title></image>"
			 "<item><title>I</title><link>http://c.example/1</link></item></rdf:RDF>");
	assert_int_equal(held_document->format, FEED_FORMAT_RSS_090);
	IS(held_document->title, "C");
	IS(entry->title, "I");
	entry = first_of(
		"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
		" xmlns='http://purl.org/rss/1.0/'><channel rdf:about='x'><title>C</title>"
		"<items><rdf:Seq><rdf:li resource='http://c.example/1'/></rdf:Seq></items>"
		"</channel><item rdf:about='http://c.example/1'><title>I</title></item>"
		"<textinput><title>No</title><link>http://no</link></textinput></rdf:RDF>");
	assert_int_equal(held_document->format, FEED_FORMAT_RSS_10);
	IS(entry->id, "http://c.example/1");
	IS(entry->link, "http://c.example/1");
}

static void cdf_channels_are_read(void **state)
{
	struct feed_entry *entry =
		first_of("<CHANNEL HREF='http://c.example/'><TITLE>C</TITLE><ABSTRACT>a</ABSTRACT>"
			 "<ITEM HREF='/1' "
			 "LASTMOD='1998-11-05T16:00Z'><TITLE>I</TITLE><ABSTRACT>b</ABSTRACT></ITEM>"
			 "</CHANNEL>");
	(void)state;
	assert_int_equal(held_document->format, FEED_FORMAT_CDF);
	IS(held_document->link, "http://c.example/");
	IS(entry->link, "https://example.org/1");
	IS(entry->summary, "b");
	assert_int_equal(entry->updated_at, 910281600);
}

static void an_item_says_what_its_elements_say(void **state)
{
	struct feed_entry *entry = rss_item(
		"<title>Uno &amp; due</title><link> https://example.org/1 </link>"
		"<description>&lt;p&gt;Primo.&lt;/p&gt;&lt;p&gt;Secondo.&lt;/p&gt;</description>"
		"<author>anna@example.org (Anna)</author><category domain='x'>Esteri</category>"
		"<category>Asia</category><category>Esteri</category>"
		"<guid isPermaLink='false'>id-1</guid><pubDate>Fri, 14 Nov 2025 10:00:00 "
		"+0100</pubDate>"
		"<source url='http://o.example/'>Altro</source>"
		"<enclosure url='/a.mp3' length='1' "
		"type='audio/mpeg'/><comments>http://no</comments>");
	(void)state;
	IS(entry->title, "Uno & due");
	IS(entry->link, "https://example.org/1");
	IS(entry->summary, "Primo.\nSecondo.");
	IS(entry->author, "anna@example.org (Anna)");
	IS(entry->id, "id-1");
	IS(entry->source, "Altro");
	IS(entry->enclosure, "https://example.org/a.mp3");
	assert_int_equal(entry->published_at, 1763110800);
	assert_int_equal(g_strv_length(entry->categories), 2);
	IS(entry->categories[0], "Esteri");
	IS(entry->categories[1], "Asia");
	assert_null(entry->content);
	assert_int_equal(entry->updated_at, FEED_NO_DATE);
}

static void a_guid_is_a_link_unless_it_says_no(void **state)
{
	(void)state;
	IS(rss_item("<guid>http://e.example/g</guid>")->link, "http://e.example/g");
	IS(rss_item("<guid isPermaLink='true'>http://e.example/g</guid>")->link,
	   "http://e.example/g");
	assert_null(rss_item("<guid isPermaLink='False'>http://e.example/g</guid>")->link);
	assert_null(rss_item("<guid>tag:e.example,2025:1</guid>")->link);
	IS(rss_item("<guid>http://e.example/g</guid><link>http://e.example/l</link>")->link,
	   "http://e.example/l");
	IS(rss_item("<link/><guid>http://e.example/g</guid>")->link, "http://e.example/g");
}

static void a_permalink_may_be_relative(void **state)
{
	(void)state;
	IS(rss_item("<guid isPermaLink='true'>a/1</guid>")->link, "https://example.org/feeds/a/1");
	assert_null(rss_item("<guid isPermaLink='true'>123</guid>")->link);
	assert_null(rss_item("<guid>a/1</guid>")->link);
}

static void links_are_resolved_and_only_http_survives(void **state)
{
	static const char *const none[] = {"javascript:alert(1)", "data:text/html,x",
					   "mailto:a@b.c",	  "ftp://e.example/",
					   "file:///etc/passwd",  ""};
	(void)state;
	IS(rss_item("<link>../1</link>")->link, "https://example.org/1");
	IS(rss_item("<link>//o.example/2</link>")->link, "https://o.example/2");
	IS(rss_item("<link>http://e.example/a\n b</link>")->link, "http://e.example/a%20b");
	IS(rss_item("<link xml:base='http://b.example/x/'>y</link>")->link, "http://b.example/x/y");
	IS(rss_item("<link href='http://e.example/h'/>")->link, "http://e.example/h");
	for (size_t i = 0; i < G_N_ELEMENTS(none); i++) {
		g_autofree char *text =
			g_strconcat("<rss><channel><item><title>x</title><link>", none[i],
				    "</link></item></channel></rss>", NULL);
		assert_null(first_of(text)->link);
	}
}

static void bags_of_content_and_google_play_are_read(void **state)
{
	struct feed_entry *entry;

	(void)state;
	entry = first_of(
		"<rss><channel><item xmlns:content='http://purl.org/rss/1.0/modules/content/' "
		"xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><title>T</"
		"title><content:items><rdf:Bag>"
		"<rdf:li><content:item><rdf:value>C</rdf:value></content:item></rdf:li></rdf:Bag></"
		"content:items>"
		"</item></channel></rss>");
	IS(entry->content, "C");
	IS(entry->title, "T");
	entry = first_of(
		"<rss><channel><item xmlns:g='http://www.google.com/schemas/play-podcasts/1.0'>"
		"<g:author>A</g:author><g:description>D</g:description></item></channel></rss>");
	IS(entry->author, "A");
	IS(entry->summary, "D");
}

static void content_stands_beside_the_summary(void **state)
{
	struct feed_entry *entry;
	(void)state;
	entry = rss_item("<content:encoded><![CDATA[<p>Tutto</p>]]></content:encoded>"
			 "<description>Breve</description>");
	IS(entry->summary, "Breve");
	IS(entry->content, "Tutto");
	IS(rss_item("<xhtml:body><xhtml:p>a</xhtml:p><xhtml:p>b</xhtml:p></xhtml:body>")->content,
	   "a\nb");
	IS(rss_item("<body xmlns='http://www.w3.org/1999/xhtml'><p>a</p></body>")->content, "a");
	IS(rss_item("<encoded>x</encoded>")->content, "x");
	IS(rss_item("<atom:summary type='html'>&lt;i&gt;s&lt;/i&gt;</atom:summary>")->summary, "s");
}

static void dublin_core_fills_what_is_missing(void **state)
{
	struct feed_entry *entry = rss_item(
		"<dc:title>T</dc:title><dc:creator>Anna</dc:creator><dc:creator>Bruno</dc:creator>"
		"<dc:subject>s</dc:subject><dc:date>2025-11-14T10:00:00+01:00</dc:date>"
		"<dc:description>d</dc:description><dc:identifier>i</dc:identifier>"
		"<dc:language>it_IT</dc:language>");
	(void)state;
	IS(entry->title, "T");
	IS(entry->author, "Anna, Bruno");
	IS(entry->categories[0], "s");
	IS(entry->summary, "d");
	IS(entry->id, "i");
	IS(entry->language, "it-it");
	assert_int_equal(entry->published_at, 1763110800);
	entry = rss_item("<dc:title>No</dc:title><title>Yes</title><dc:title>No</dc:title>");
	IS(entry->title, "Yes");
	entry = rss_item(
		"<dcterms:created>2025-01-01</dcterms:created>"
		"<dcterms:modified>2025-01-02</dcterms:modified>"
		"<dcterms:abstract>a</dcterms:abstract><dcterms:creator>c</dcterms:creator>");
	assert_int_equal(entry->published_at, 1735689600);
	assert_int_equal(entry->updated_at, 1735776000);
	IS(entry->summary, "a");
	IS(entry->author, "c");
}

static void a_name_is_a_better_author_than_an_address(void **state)
{
	(void)state;
	IS(rss_item("<author>a@b.example</author><dc:creator>Anna</dc:creator>")->author, "Anna");
	IS(rss_item("<author>a@b.example</author>")->author, "a@b.example");
}

static void media_and_itunes_are_the_weakest_words(void **state)
{
	struct feed_entry *entry;
	(void)state;
	entry = rss_item("<media:title>No</media:title><media:group><media:description>No"
			 "</media:description></media:group><title>Yes</title><description>Yes"
			 "</description><itunes:title>No</itunes:title>");
	IS(entry->title, "Yes");
	IS(entry->summary, "Yes");
	entry = rss_item("<media:content url='http://e.example/v'><media:title>T</media:title>"
			 "<media:description>d</media:description></media:content>"
			 "<media:keywords>k1, k2</media:keywords>");
	IS(entry->title, "T");
	IS(entry->summary, "d");
	IS(entry->enclosure, "http://e.example/v");
	IS(entry->categories[1], "k2");
	entry = rss_item(
		"<itunes:title>T</itunes:title><itunes:author>A</itunes:author>"
		"<itunes:summary>S</itunes:summary><itunes:keywords>x,y</itunes:keywords>"
		"<itunes:category text='News'><itunes:category text='Daily'/></itunes:category>");
	IS(entry->title, "T");
	IS(entry->author, "A");
	IS(entry->summary, "S");
	assert_int_equal(g_strv_length(entry->categories), 4);
}

static void georss_and_strangers_leave_no_trace(void **state)
{
	struct feed_entry *entry = rss_item(
		"<georss:point>45.2 -71.9</georss:point><x:y xmlns:x='urn:x'><title>No</title>"
		"<link>http://no</link></x:y><unknown><description>No</description></unknown>"
		"<title>Yes</title><image><title>No</title></image>");
	(void)state;
	IS(entry->title, "Yes");
	assert_null(entry->summary);
	assert_null(entry->link);
}

static void image_and_text_input_do_not_name_the_channel(void **state)
{
	struct feed_document *document = rss_channel(
		"<image><title>No</title><link>http://no</link></image><textInput><title>No</title>"
		"<link>http://no</link></textInput><title>C</title><link>http://c.example</link>"
		"<language>it-IT</language>");
	(void)state;
	IS(document->title, "C");
	IS(document->link, "http://c.example/");
	IS(document->language, "it-it");
	assert_int_equal(document->entries->len, 0);
}

static void a_channel_says_when_to_ask_again(void **state)
{
	struct feed_document *document = rss_channel(
		"<ttl> 90 "
		"</ttl><skipHours><hour>0</hour><hour>24</hour><hour>7</hour><hour>x</hour>"
		"</skipHours><skipDays><day>Saturday</day><day>sunday</day></skipDays>"
		"<sy:updateFrequency>4</sy:updateFrequency><sy:updatePeriod>daily</"
		"sy:updatePeriod>");
	(void)state;
	assert_int_equal(document->ttl_s, 5400);
	assert_int_equal(document->skip_hours, 1 << 0 | 1 << 7);
	assert_int_equal(document->skip_days, 1 << 6 | 1 << 0);
	assert_int_equal(document->update_period_s, 21600);
	assert_int_equal(rss_channel("<ttl>-5</ttl>")->ttl_s, 0);
	assert_int_equal(rss_channel("<ttl>99999999999999999999</ttl>")->ttl_s, 525600 * 60);
	assert_int_equal(rss_channel("<sy:updateFrequency>4</sy:updateFrequency>")->update_period_s,
			 0);
}

static void atom_links_of_a_channel_are_not_its_site(void **state)
{
	struct feed_document *document =
		rss_channel("<atom:link rel='self' href='/f'/><atom:link rel='next' href='/p2'/>"
			    "<atom:link rel='prev-archive' href='/a1'/><atom:link rel='hub' "
			    "href='http://h.example/'/>"
			    "<link>http://c.example/</link><fh:complete/>");
	(void)state;
	IS(document->link, "http://c.example/");
	IS(document->self_url, "https://example.org/f");
	IS(document->next_url, "https://example.org/p2");
	IS(document->prev_archive_url, "https://example.org/a1");
	IS(document->hub_url, "http://h.example/");
	assert_true(document->complete_feed);
}

static void feedburner_and_prism_help_out(void **state)
{
	struct feed_entry *entry =
		rss_item("<feedburner:origLink>http://e.example/o</feedburner:origLink>"
			 "<prism:publicationDate>2025-11-14</prism:publicationDate>");
	(void)state;
	IS(entry->link, "http://e.example/o");
	assert_int_equal(entry->published_at, 1763078400);
}

static void namespaces_are_known_by_address_not_by_prefix(void **state)
{
	struct feed_entry *entry =
		first_of("<rss xmlns:a='http://purl.org/dc/elements/1.1/'"
			 " xmlns:dc='urn:other'><channel><item><a:creator>Anna</a:creator>"
			 "<dc:creator>No</dc:creator></item></channel></rss>");
	(void)state;
	IS(entry->author, "Anna");
	/* and by prefix where nobody declared it */
	IS(first_of("<rss><channel><item><dc:creator>Anna</dc:creator></item></channel></rss>")
		   ->author,
	   "Anna");
}

static void slips_in_namespaces_are_forgiven(void **state)
{
	static const char *const texts[] = {
		"<rss "
		"xmlns:dc='https://purl.org/dc/elements/1.1/'><channel><item><dc:creator>Anna</"
		"dc:creator>"
		"<title>T</title></item></channel></rss>",
		"<rss xmlns:d=' http://purl.org/dc/elements/1.1 "
		"'><channel><item><d:creator>Anna</d:creator>"
		"<title>T</title></item></channel></rss>",
		"<rss version='2.0' "
		"xmlns='http://www.w3.org/2005/Atom'><channel><item><title>T</title>"
		"<author>Anna</author></item></channel></rss>",
		"<rss version='2.0' "
		"xmlns='urn:whatever'><channel><item><title>T</title><author>Anna</author>"
		"</item></channel></rss>",
		"<r:rss "
		"xmlns:r='http://backend.userland.com/rss2'><r:channel><r:item><r:title>T</r:title>"
		"<r:author>Anna</r:author></r:item></r:channel></r:rss>",
		"<rss><channel><entry><title>T</title><author>Anna</author></entry></channel></"
		"rss>",
		"<feed "
		"xmlns='https://www.w3.org/2005/Atom'><item><title>T</title><author><name>Anna</"
		"name>"
		"</author></item></feed>",
		"<Channel "
		"xmlns='http://purl.org/net/rss1.1#'><items><item><title>T</title><author>Anna</"
		"author>"
		"</item></items></Channel>",
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct feed_entry *entry = first_of(texts[i]);
		IS(entry->title, "T");
		IS(entry->author, "Anna");
	}
	IS(rss_item("<author><name>Anna</name><email>a@b.example</email></author>")->author,
	   "Anna a@b.example");
}

static void titles_never_carry_markup(void **state)
{
	(void)state;
	IS(rss_item("<title>a &lt;b&gt;b&lt;/b&gt; c</title>")->title, "a b c");
	IS(rss_item("<title><![CDATA[a <i>b</i> &amp; c]]></title>")->title, "a b & c");
	IS(rss_item("<title>a <b>b</b></title>")->title, "a b");
	IS(rss_item("<title>1 &lt; 2 &amp;&amp; 3 &gt; 2</title>")->title, "1 < 2 && 3 > 2");
	IS(rss_item("<title> a\n\t b </title>")->title, "a b");
	assert_null(rss_item("<title> </title>")->title);
	IS(rss_item("<title>x<!-- c -->y<?pi z?></title>")->title, "xy");
}

static void what_is_no_tag_in_a_title_is_text(void **state)
{
	(void)state;
	IS(rss_item("<title>Spread &lt;b 100</title>")->title, "Spread <b 100");
	IS(rss_item("<title>A&lt;B</title>")->title, "A<B");
	IS(rss_item("<title>A &lt;img src=</title>")->title, "A");
	IS(rss_item("<description>A &lt;str</description>")->summary, "A");
}

static void an_enclosure_is_better_than_no_link(void **state)
{
	(void)state;
	IS(rss_item("<title>x</title><enclosure url='http://e.example/a.mp3'/>")->link,
	   "http://e.example/a.mp3");
	IS(rss_item("<enclosure url='http://e.example/a.mp3'/><link>http://e.example/1</link>")
		   ->link,
	   "http://e.example/1");
}

/* Only when nobody said where the document came from. */
static void without_an_address_the_site_is_the_base(void **state)
{
	static const char text[] =
		RSS_HEAD "<link>http://s.example/a/</link><item><link>b</link></item>" RSS_TAIL;
	static const char self[] =
		RSS_HEAD "<atom:link rel='self' "
			 "href='http://s.example/f'/><item><link>/b</link></item>" RSS_TAIL;
	struct feed_entry *entry;

	(void)state;
	entry = read_as(text, strlen(text), NULL, NULL)->entries->pdata[0];
	IS(entry->link, "http://s.example/a/b");
	entry = read_as(self, strlen(self), NULL, NULL)->entries->pdata[0];
	IS(entry->link, "http://s.example/b");
	entry = read_as(text, strlen(text), "http://o.example/", NULL)->entries->pdata[0];
	IS(entry->link, "http://o.example/b");
}

static void tags_and_labels_are_categories(void **state)
{
	struct feed_entry *entry;

	(void)state;
	entry = rss_item("<tags>uno, due</tags><category>tre</category>"
			 "<media:category label='Quattro'>a/b</media:category>");
	assert_int_equal(g_strv_length(entry->categories), 5);
	IS(entry->categories[1], "due");
	IS(entry->categories[3], "Quattro");
	entry = rss_item(
		"<categories><category>uno</category><category>due</category></categories>");
	assert_int_equal(g_strv_length(entry->categories), 2);
	entry = atom_entry("<category term='t' label='L'/><category term='u'/>");
	assert_int_equal(g_strv_length(entry->categories), 3);
	IS(entry->categories[0], "L");
	IS(entry->categories[1], "t");
}

static void categories_are_names_not_markup(void **state)
{
	(void)state;
	IS(rss_item("<category>R&amp;D</category>")->categories[0], "R&D");
	IS(rss_item("<category><![CDATA[a &lt; b]]></category>")->categories[0], "a &lt; b");
}

static void items_are_found_wherever_they_stand(void **state)
{
	struct feed_document *document;
	(void)state;
	document = read_text(
		"<rss><channel><title>C</title></channel><item><title>a</title></item></rss>");
	assert_int_equal(document->entries->len, 1);
	document = read_text("<channel><item><title>a</title></item></channel>");
	assert_int_equal(document->entries->len, 1);
	document = read_text("<rss><rss:channel><rss:item><rss:title>a</rss:title></rss:item></"
			     "rss:channel></rss>");
	assert_int_equal(document->entries->len, 1);
	document = read_text("<rss><channel><channel><item/></channel></channel></rss>");
	assert_int_equal(document->entries->len, 1);
	document = read_text(RSS_HEAD "<itunes:category text='a'><unknown><item/><item/></unknown>"
				      "</itunes:category>" RSS_TAIL);
	assert_int_equal(document->entries->len, 2);
	document = read_text(
		"<rss><channel><x:y xmlns:x='urn:x'><item/></x:y><item/></channel></rss>");
	assert_int_equal(document->entries->len, 1);
	document = read_text(RSS_HEAD "<itunes:category text='a'><item/><item/>" RSS_TAIL);
	assert_int_equal(document->entries->len, 2);
	document = read_text(
		"<html><body><feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry/>"
		"</feed></body></html>");
	assert_int_equal(document->entries->len, 1);
	assert_int_equal(document->format, FEED_FORMAT_ATOM_10);
	IS(document->title, "T");
	assert_int_equal(refusal_of("<html><feed/><item/></html>", 27), FEED_ERROR_NOT_A_FEED);
	document = read_text("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
			     "xmlns='http://purl.org/rss/1.0.example/'><channel><title>T</title></"
			     "channel><item/></rdf:RDF>");
	assert_int_equal(document->entries->len, 1);
	IS(document->title, "T");
}

static void over_the_limit_the_newest_stay(void **state)
{
	GString *text = g_string_new(RSS_HEAD);
	const struct parse_options options = {.max_entries = 3};
	(void)state;
	for (int i = 0; i < 10; i++)
		g_string_append_printf(
			text, "<item><title>%d</title><pubDate>%d Nov 2025</pubDate></item>", i,
			i + 1);
	g_string_append(text, RSS_TAIL);
	struct feed_document *document = feed_parse(text->str, text->len, &options, NULL);
	assert_int_equal(document->entries->len, 3);
	assert_int_equal(document->dropped_entries, 7);
	IS(((struct feed_entry *)document->entries->pdata[0])->title, "7");
	feed_document_free(document);
	g_string_free(text, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_version_of_rss_is_told_apart),
		cmocka_unit_test(rdf_is_told_apart_by_its_namespace),
		cmocka_unit_test(cdf_channels_are_read),
		cmocka_unit_test(an_item_says_what_its_elements_say),
		cmocka_unit_test(a_guid_is_a_link_unless_it_says_no),
		cmocka_unit_test(a_permalink_may_be_relative),
		cmocka_unit_test(links_are_resolved_and_only_http_survives),
		cmocka_unit_test(bags_of_content_and_google_play_are_read),
		cmocka_unit_test(content_stands_beside_the_summary),
		cmocka_unit_test(dublin_core_fills_what_is_missing),
		cmocka_unit_test(a_name_is_a_better_author_than_an_address),
		cmocka_unit_test(media_and_itunes_are_the_weakest_words),
		cmocka_unit_test(georss_and_strangers_leave_no_trace),
		cmocka_unit_test(image_and_text_input_do_not_name_the_channel),
		cmocka_unit_test(a_channel_says_when_to_ask_again),
		cmocka_unit_test(atom_links_of_a_channel_are_not_its_site),
		cmocka_unit_test(feedburner_and_prism_help_out),
		cmocka_unit_test(namespaces_are_known_by_address_not_by_prefix),
		cmocka_unit_test(slips_in_namespaces_are_forgiven),
		cmocka_unit_test(titles_never_carry_markup),
		cmocka_unit_test(what_is_no_tag_in_a_title_is_text),
		cmocka_unit_test(an_enclosure_is_better_than_no_link),
		cmocka_unit_test(without_an_address_the_site_is_the_base),
		cmocka_unit_test(tags_and_labels_are_categories),
		cmocka_unit_test(categories_are_names_not_markup),
		cmocka_unit_test(items_are_found_wherever_they_stand),
		cmocka_unit_test(over_the_limit_the_newest_stay),
	};
	return cmocka_run_group_tests(tests, NULL, release_document);
}
