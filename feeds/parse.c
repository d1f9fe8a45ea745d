/* parse: see parse.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/parse.h"

#include <string.h>

#include "feeds/charset.h"
#include "feeds/date.h"
#include "feeds/error.h"
#include "feeds/json_feed.h"
#include "feeds/limits.h"
#include "feeds/xml_feed.h"

void feed_parse_prepare(void)
{
	int64_t seconds;

	charset_prepare();
	xml_feed_prepare();
	feed_date_parse("1 gennaio 2025", &seconds); /* builds its table of names */
}

static const char *skip_white(const char *text, const char *end)
{
	while (text < end && g_ascii_isspace(*text))
		text++;
	return text;
}

/* Where the XML begins: its declaration is dropped, since the text is UTF-8 by now whatever it
 * says, and so is what a script printed before it. NULL if there is no tag. */
static const char *xml_start(const char *text, const char *end)
{
	const char *at = memchr(text, '<', (size_t)(end - text));
	size_t window = (size_t)MIN(end - text, FEED_MAX_PREAMBLE);
	const char *declaration = g_strstr_len(text, (gssize)window, "<?xml");

	if (declaration && g_ascii_isspace(declaration[5])) {
		const char *stop = memchr(declaration, '>', (size_t)(end - declaration));
		return stop ? stop + 1 : NULL;
	}
	return at;
}

static bool read_xml(struct reader *reader, const char *text, const char *end, size_t chunk_len,
		     GError **error)
{
	const char *start = xml_start(text, end);
	struct xml_report report = {0};
	enum xml_outcome outcome;
	bool ok = false;

	if (!start) {
		g_set_error_literal(error, FEED_ERROR, FEED_ERROR_NOT_A_FEED,
				    "neither XML nor JSON");
		return false;
	}
	outcome = xml_feed_read(reader, start, (size_t)(end - start), chunk_len, false, &report,
				error);
	if (outcome == XML_REFUSED) {
		ok = false;
	} else if (!report.root_seen) {
		g_set_error_literal(error, FEED_ERROR, FEED_ERROR_MALFORMED,
				    "no element could be read");
	} else if (!report.feed_root) {
		g_set_error(error, FEED_ERROR, FEED_ERROR_NOT_A_FEED, "the root element is <%.40s>",
			    report.root_name);
	} else {
		reader->document->whole = report.root_ended;
		reader->document->malformed |= outcome == XML_BROKEN;
		ok = true;
	}
	g_free(report.root_name);
	return ok;
}

static bool read_text(struct reader *reader, const char *text, size_t text_len, size_t chunk_len,
		      GError **error)
{
	const char *end = text + text_len, *start = skip_white(text, end);

	if (start == end) {
		g_set_error_literal(error, FEED_ERROR, FEED_ERROR_EMPTY, "the document is empty");
		return false;
	}
	if (*start == '{') {
		if (!json_feed_read(reader, start, (size_t)(end - start), error))
			return false;
		reader->document->whole = true;
		return true;
	}
	return read_xml(reader, start, end, chunk_len, error);
}

struct feed_document *feed_parse_chunked(const void *bytes, size_t bytes_len, size_t chunk_len,
					 const struct parse_options *options, GError **error)
{
	static const struct parse_options defaults;
	struct reader reader;
	const char *text;
	g_autofree char *converted = NULL;
	size_t text_len;
	bool damaged, ok;

	if (!options)
		options = &defaults;
	if (bytes_len > FEED_MAX_DOCUMENT) {
		g_set_error_literal(error, FEED_ERROR, FEED_ERROR_LIMIT,
				    "the document is larger than 10 MiB");
		return NULL;
	}
	feed_parse_prepare();
	text = charset_to_utf8(bytes, bytes_len, options->content_type, &text_len, &converted,
			       &damaged);
	reader_init(&reader, options->url, options->max_entries);
	reader.document->malformed = damaged;
	ok = read_text(&reader, text, text_len, MAX(chunk_len, 1), error);
	if (ok)
		return reader_take(&reader);
	reader_finish(&reader);
	return NULL;
}

struct feed_document *feed_parse(const void *bytes, size_t bytes_len,
				 const struct parse_options *options, GError **error)
{
	return feed_parse_chunked(bytes, bytes_len, SIZE_MAX, options, error);
}
