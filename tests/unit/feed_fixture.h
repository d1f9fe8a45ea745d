/* feed_fixture: documents from strings, for tests of the parser.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/document.h"
#include "feeds/limits.h"
#include "feeds/parse.h"
#include "tests/fuzz/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#define NAMESPACES                                                                                 \
	"xmlns:atom='http://www.w3.org/2005/Atom' xmlns:dc='http://purl.org/dc/elements/1.1/' "    \
	"xmlns:dcterms='http://purl.org/dc/terms/' "                                               \
	"xmlns:content='http://purl.org/rss/1.0/modules/content/' "                                \
	"xmlns:media='http://search.yahoo.com/mrss/' "                                             \
	"xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "                               \
	"xmlns:georss='http://www.georss.org/georss' "                                             \
	"xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' "                                 \
	"xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0' "                           \
	"xmlns:prism='http://prismstandard.org/namespaces/basic/2.0/' "                            \
	"xmlns:xhtml='http://www.w3.org/1999/xhtml' "                                              \
	"xmlns:fh='http://purl.org/syndication/history/1.0'"
#define RSS_HEAD "<rss version='2.0' " NAMESPACES "><channel>"
#define RSS_TAIL "</channel></rss>"
#define ATOM_HEAD                                                                                  \
	"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/'>"
#define ATOM_TAIL "</feed>"

/* Freed by the next call, so that a test reads like a sentence. */
static struct feed_document *held_document;

static inline struct feed_document *read_as(const char *text, size_t len, const char *url,
					    const char *content_type)
{
	const struct parse_options options = {.url = url, .content_type = content_type};
	GError *error = NULL;

	feed_document_free(held_document);
	held_document = feed_parse(text, len, &options, &error);
	if (!held_document) {
		print_message("refused: %s\n", error->message);
		g_clear_error(&error);
		return NULL;
	}
	oracle_document(held_document, FEED_MAX_ENTRIES);
	return held_document;
}

static inline struct feed_document *read_text(const char *text)
{
	struct feed_document *document =
		read_as(text, strlen(text), "https://example.org/feeds/rss.xml", NULL);
	assert_non_null(document);
	return document;
}

static inline struct feed_entry *first_of(const char *text)
{
	struct feed_document *document = read_text(text);
	assert_int_not_equal(document->entries->len, 0);
	return document->entries->pdata[0];
}

/* The one item or entry whose inner markup is given. */
#define rss_item(inner)	   first_of(RSS_HEAD "<item>" inner "</item>" RSS_TAIL)
#define rss_channel(inner) read_text(RSS_HEAD inner RSS_TAIL)
#define atom_entry(inner)  first_of(ATOM_HEAD "<entry>" inner "</entry>" ATOM_TAIL)

/* Why a document is refused: a feed_error code, -1 if it is not. */
static inline int refusal_of(const char *text, size_t len)
{
	GError *error = NULL;
	struct feed_document *document = feed_parse(text, len, NULL, &error);
	int code = error ? error->code : -1;

	assert_true(!document == !!error);
	feed_document_free(document);
	g_clear_error(&error);
	return code;
}

static inline void assert_same_text(const char *text, const char *expected)
{
	if (g_strcmp0(text, expected) == 0)
		return;
	print_message("got \"%s\", expected \"%s\"\n", text ? text : "(none)",
		      expected ? expected : "(none)");
	fail();
}

static inline int release_document(void **state)
{
	(void)state;
	feed_document_free(held_document);
	held_document = NULL;
	return 0;
}
