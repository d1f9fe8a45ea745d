/* parse: see parse.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/parse.h"

#include <string.h>

#include "feeds/charset.h"
#include "feeds/date.h"
#include "feeds/doctype.h"
#include "feeds/error.h"
#include "feeds/json_feed.h"
#include "feeds/limits.h"
#include "feeds/repair.h"
#include "feeds/text_block.h"
#include "feeds/xml_feed.h"

void feed_parse_prepare(void)
{
	static gsize ready;
	int64_t seconds;

	if (!g_once_init_enter(&ready))
		return;
	charset_prepare();
	xml_feed_prepare();
	json_feed_prepare();
	/* Builds the table of names, loads ICU's zones: in the sandbox there are no files to ask
	 * for. */
	feed_date_parse("1 gennaio 2025 10:00 Europe/Rome", &seconds);
	g_once_init_leave(&ready, 1);
}

static const char *skip_white(const char *text, const char *end)
{
	while (text < end && g_ascii_isspace(*text))
		text++;
	return text;
}

static bool begins(const char *at, const char *end, const char *word)
{
	size_t len = strlen(word);
	return (size_t)(end - at) > len && g_ascii_strncasecmp(at, word, len) == 0 &&
	       (g_ascii_isspace(at[len]) || at[len] == '>');
}

static bool holds_root(const char *text, const char *end)
{
	static const char *const roots[] = {"<rss",	"<feed",      "<rdf:RDF", "<RDF",
					    "<channel", "<atom:feed", "<entry"};

	for (const char *at = text; (at = memchr(at, '<', (size_t)(end - at))); at++)
		for (size_t i = 0; i < G_N_ELEMENTS(roots); i++)
			if (begins(at, end, roots[i]))
				return true;
	return false;
}

/* Where the XML begins: its declaration is dropped, since the text is UTF-8 by now whatever it
 * says, and so is what a script printed before it. NULL if there is no tag. */
static const char *xml_start(const char *text, const char *end)
{
	const char *stop, *first = memchr(text, '<', (size_t)(end - text));
	size_t window = (size_t)MIN(end - text, FEED_MAX_PREAMBLE);
	const char *declaration = g_strstr_len(text, (gssize)window, "<?xml");

	/* Not the one that an item quotes. */
	if (!declaration || !begins(declaration, end, "<?xml") || holds_root(text, declaration))
		return first;
	stop = memchr(declaration, '>', (size_t)(end - declaration));
	return stop ? stop + 1 : NULL;
}

/* The second reading of a document that is not well-formed. */
static enum xml_outcome read_repaired(struct reader *reader, const struct xml_input *input,
				      struct xml_report *report, GError **error)
{
	struct repaired repaired = xml_repair(input->text, input->text_len, input->entities);
	struct xml_input again = *input;
	enum xml_outcome outcome;

	again.text = repaired.text->str;
	again.text_len = repaired.text->len;
	again.cut_at = repaired.cut_at;
	again.strict = false;
	reader_restart(reader);
	xml_report_clear(report);
	outcome = xml_feed_read(reader, &again, report, error);
	report->root_ended = report->root_ended && repaired.root_ended;
	g_string_free(repaired.text, TRUE);
	return outcome == XML_WHOLE ? XML_BROKEN : outcome;
}

static bool judge(struct reader *reader, enum xml_outcome outcome, const struct xml_report *report,
		  GError **error)
{
	if (outcome == XML_REFUSED)
		return false;
	if (!report->root_seen) {
		g_set_error_literal(error, FEED_ERROR, FEED_ERROR_MALFORMED,
				    "no element could be read");
		return false;
	}
	if (!report->feed_root) {
		g_set_error(error, FEED_ERROR, FEED_ERROR_NOT_A_FEED, "the root element is <%s>",
			    report->root_name);
		return false;
	}
	reader->document->whole = report->root_ended;
	reader->document->malformed |= outcome == XML_BROKEN;
	return true;
}

static bool read_xml(struct reader *reader, const char *text, const char *end, size_t chunk_len,
		     const struct parse_options *options, GError **error)
{
	g_autoptr(GHashTable) entities =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	const char *start = xml_start(text, end);
	struct xml_report report = {0};
	struct xml_input input = {
		.entities = entities,
		.chunk_len = chunk_len,
		.cut_at = SIZE_MAX,
		.strict = true,
		.keep_truncated = options->keep_truncated,
	};
	enum xml_outcome outcome;
	bool ok;

	if (!start) {
		g_set_error_literal(error, FEED_ERROR, FEED_ERROR_NOT_A_FEED,
				    "neither XML nor JSON");
		return false;
	}
	input.text = doctype_read(start, end, entities, error);
	if (!input.text)
		return false;
	input.text_len = (size_t)(end - input.text);
	outcome = xml_feed_read(reader, &input, &report, error);
	/* After the root's end nothing is lost. */
	if (outcome == XML_BROKEN && !report.root_ended)
		outcome = read_repaired(reader, &input, &report, error);
	ok = judge(reader, outcome, &report, error);
	xml_report_clear(&report);
	return ok;
}

static bool read_text(struct reader *reader, const char *text, size_t text_len, size_t chunk_len,
		      const struct parse_options *options, GError **error)
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
	return read_xml(reader, start, end, chunk_len, options, error);
}

/* What is plainly something else says so, instead of a word about tags. */
static bool refuse_binary(const void *bytes, size_t bytes_len, GError **error)
{
	static const struct {
		const char *magic, *name;
	} rows[] = {
		{"\x1f\x8b", "gzip"},
		{"PK\x03\x04", "a ZIP archive"},
		{"%PDF", "PDF"},
		{"\x89PNG", "a picture"},
		{"\xff\xd8\xff", "a picture"},
		{"GIF8", "a picture"},
		{"\x28\xb5\x2f\xfd", "zstd"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		size_t len = strlen(rows[i].magic);
		if (bytes_len < len || memcmp(bytes, rows[i].magic, len) != 0)
			continue;
		g_set_error(error, FEED_ERROR, FEED_ERROR_NOT_A_FEED, "%s, not a feed",
			    rows[i].name);
		return true;
	}
	return false;
}

static struct feed_document *parse_into(struct text_block *block, const void *bytes,
					size_t bytes_len, size_t chunk_len,
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
	if (refuse_binary(bytes, bytes_len, error))
		return NULL;
	feed_parse_prepare();
	text = charset_to_utf8(bytes, bytes_len, options->content_type, &text_len, &converted,
			       &damaged);
	text_block_clear(block);
	reader_init(&reader, block, options->url, options->max_entries);
	reader.document->malformed = damaged;
	ok = read_text(&reader, text, text_len, MAX(chunk_len, 1), options, error);
	if (ok)
		return reader_take(&reader);
	reader_finish(&reader);
	return NULL;
}

struct feed_document *feed_parse_into(struct text_block *block, const void *bytes, size_t bytes_len,
				      const struct parse_options *options, GError **error)
{
	return parse_into(block, bytes, bytes_len, SIZE_MAX, options, error);
}

struct feed_document *feed_parse_chunked(const void *bytes, size_t bytes_len, size_t chunk_len,
					 const struct parse_options *options, GError **error)
{
	/* a text is never longer than its markup, but for its length */
	struct text_block *block = text_block_empty(MIN(bytes_len, FEED_MAX_DOCUMENT));
	struct feed_document *document =
		parse_into(block, bytes, bytes_len, chunk_len, options, error);

	text_block_unref(block);
	return document;
}

struct feed_document *feed_parse(const void *bytes, size_t bytes_len,
				 const struct parse_options *options, GError **error)
{
	return feed_parse_chunked(bytes, bytes_len, SIZE_MAX, options, error);
}
