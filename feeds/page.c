/* page: see page.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/page.h"

#include "feeds/charset.h"
#include "feeds/error.h"
#include "feeds/html_text.h"
#include "feeds/limits.h"
#include "feeds/url.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#define MAX_FEEDS 64

struct page *page_new(void)
{
	struct page *page = g_new0(struct page, 1);
	page->feeds = g_ptr_array_new_with_free_func(g_free);
	return page;
}

void page_free(struct page *page)
{
	if (!page)
		return;
	g_free(page->title);
	g_free(page->text);
	g_free(page->language);
	g_clear_pointer(&page->feeds, g_ptr_array_unref);
	g_free(page);
}

struct reading {
	struct page *page;
	char *base;
	GString *title;
	bool in_title;
};

static const char *attribute(const xmlChar **attributes, const char *name)
{
	for (; attributes && attributes[0]; attributes += 2)
		if (g_ascii_strcasecmp((const char *)attributes[0], name) == 0)
			return (const char *)attributes[1];
	return NULL;
}

static bool has_word(const char *list, const char *word)
{
	g_auto(GStrv) words = g_strsplit_set(list ? list : "", " \t\r\n", -1);
	for (char **w = words; *w; w++)
		if (g_ascii_strcasecmp(*w, word) == 0)
			return true;
	return false;
}

static bool is_feed_type(const char *type)
{
	static const char *const types[] = {"application/rss+xml", "application/atom+xml",
					    "application/feed+json", "application/rdf+xml",
					    "application/json", "text/xml", "application/xml"};
	for (size_t i = 0; type && i < G_N_ELEMENTS(types); i++)
		if (g_ascii_strncasecmp(type, types[i], strlen(types[i])) == 0)
			return true;
	return false;
}

static void on_link(struct reading *r, const xmlChar **attributes)
{
	const char *href = attribute(attributes, "href");
	if (!href || !has_word(attribute(attributes, "rel"), "alternate") ||
	    !is_feed_type(attribute(attributes, "type")) || r->page->feeds->len >= MAX_FEEDS)
		return;
	char *url = url_resolve(r->base, href);
	if (url && !g_ptr_array_find_with_equal_func(r->page->feeds, url, g_str_equal, NULL))
		g_ptr_array_add(r->page->feeds, url);
	else
		g_free(url);
}

static void on_base(struct reading *r, const xmlChar **attributes)
{
	const char *href = attribute(attributes, "href");
	char *base = href ? url_resolve(r->base, href) : NULL;
	if (base) {
		g_free(r->base);
		r->base = base;
	}
}

static void on_start(void *data, const xmlChar *name, const xmlChar **attributes)
{
	struct reading *r = data;
	const char *element = (const char *)name;

	if (strcmp(element, "link") == 0)
		on_link(r, attributes);
	else if (strcmp(element, "base") == 0)
		on_base(r, attributes);
	else if (strcmp(element, "title") == 0)
		r->in_title = r->title->len == 0;
	else if (strcmp(element, "html") == 0 && attribute(attributes, "lang") && !r->page->language)
		r->page->language = g_ascii_strdown(attribute(attributes, "lang"), -1);
}

static void on_end(void *data, const xmlChar *name)
{
	struct reading *r = data;
	if (strcmp((const char *)name, "title") == 0)
		r->in_title = false;
}

static void on_text(void *data, const xmlChar *text, int len)
{
	struct reading *r = data;
	if (r->in_title && r->title->len < FEED_MAX_TITLE)
		g_string_append_len(r->title, (const char *)text, len);
}

static void on_error(void *data, const char *format, ...)
{
	(void)data, (void)format;
}

static void read_head(struct reading *r, const char *text, size_t text_len)
{
	htmlSAXHandler handler = {
		.startElement = on_start,
		.endElement = on_end,
		.characters = on_text,
		.error = on_error,
		.warning = on_error,
	};
	htmlParserCtxtPtr parser = htmlCreatePushParserCtxt(&handler, r, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
					   HTML_PARSE_NOWARNING);
	htmlParseChunk(parser, text, (int)text_len, 1);
	htmlFreeParserCtxt(parser);
}

/* What stands in the body; the whole document if it has none. */
static const char *body_of(const char *text, size_t text_len)
{
	const char *at = text, *end = text + text_len;
	while ((at = memchr(at, '<', (size_t)(end - at)))) {
		if (end - at > 6 && g_ascii_strncasecmp(at, "<body", 5) == 0 && !g_ascii_isalnum(at[5]))
			return at;
		at++;
	}
	return text;
}

struct page *page_read(const void *bytes, size_t bytes_len, const struct parse_options *options,
		       GError **error)
{
	size_t text_len;
	bool damaged;
	g_autofree char *converted = NULL;

	if (!bytes_len || bytes_len > FEED_MAX_DOCUMENT) {
		g_set_error(error, FEED_ERROR, bytes_len ? FEED_ERROR_LIMIT : FEED_ERROR_EMPTY,
			    bytes_len ? "the page is over %d bytes" : "the page is empty",
			    FEED_MAX_DOCUMENT);
		return NULL;
	}
	const char *text = charset_to_utf8(bytes, bytes_len, options ? options->content_type : NULL,
					   &text_len, &converted, &damaged);
	struct reading r = {.page = page_new(),
			    .base = g_strdup(options ? options->url : NULL),
			    .title = g_string_new(NULL)};
	read_head(&r, text, text_len);
	if (r.title->len)
		r.page->title = html_text(r.title->str, r.title->len, HTML_TEXT_ONE_LINE | HTML_TEXT_LITERAL,
					  FEED_MAX_TITLE);
	const char *body = body_of(text, text_len);
	r.page->text = html_text(body, text_len - (size_t)(body - text), 0, FEED_MAX_TEXT);
	g_free(r.base);
	g_string_free(r.title, TRUE);
	if (r.page->language && !g_utf8_validate(r.page->language, -1, NULL))
		g_clear_pointer(&r.page->language, g_free);
	return r.page;
}
