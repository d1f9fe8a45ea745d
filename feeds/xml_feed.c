/* xml_feed: see xml_feed.h.
 *
 * Most feeds are read by usual_xml. For the others there is libxml2's SAX2 push parser with RECOVER
 * and an entity table of our own: its other interfaces stop at the first &egrave; or bare '&'.
 * Never NOENT, DTDLOAD, HUGE or XInclude. SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/xml_feed.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include "feeds/append.h"
#include "feeds/atom_text.h"
#include "feeds/element_table.h"
#include "feeds/entities.h"
#include "feeds/error.h"
#include "feeds/limits.h"
#include "feeds/ns_scope.h"
#include "feeds/url.h"
#include "feeds/usual_xml.h"
#include "feeds/xml_scope.h"

/* Bytes given to libxml2 at once; also how late a limit may be noticed. */
enum { PIECE = 16 << 10, MAX_ROOT_NAME = 40 };

struct frame {
	unsigned place; /* what its children are in */
	bool is_entry;
	bool foreign; /* in an extension's element that nobody knows */
	struct xml_scope scope;
};

struct parse {
	struct reader *reader;
	const struct xml_input *input;
	struct xml_report *report;
	xmlParserCtxtPtr context; /* NULL: libxml2 is not needed */
	bool stopped, broken;
	GError *refusal;

	struct frame frames[FEED_MAX_DEPTH + 1]; /* the first is the document itself */
	unsigned depth;				 /* of the last frame */
	long event_at;				 /* input position of the last event */
	size_t token_quotes; /* of a long token: quotes beyond its first 64 KiB */

	struct element now; /* the occurrence whose text is collected; name NULL: none */
	GString *text;
	struct usual_text whole; /* instead of `text` while it lies in the document in one piece;
				    its text NULL: not */
	GString *decoded;	 /* of a usual text */
	unsigned inner_depth;	 /* of markup inside it */
	bool base64;
	bool escape_text; /* characters are literal inside markup */

	struct ns_scope ns;

	xmlEntity entity; /* the answer to libxml2's question, reused */
	char entity_name[64];
	GString *entity_text;
};

/* ---- refusing and stopping ---- */

static void refuse(struct parse *parse, enum feed_error code, const char *why)
{
	if (!parse->refusal)
		g_set_error_literal(&parse->refusal, FEED_ERROR, code, why);
	parse->stopped = true;
	xmlStopParser(parse->context);
}

static long position(const struct parse *parse)
{
	xmlParserInputPtr input = parse->context ? parse->context->input : NULL;
	return input ? (long)input->consumed + (long)(input->cur - input->base) : 0;
}

/* Everything between two events is held and scanned as one token by libxml2. A long one may be a
 * picture inside an attribute; one of many attributes is there to take our time. */
static void note_event(struct parse *parse)
{
	parse->event_at = position(parse);
	parse->token_quotes = 0;
}

/* Of a CDATA section libxml2 hands over 300 bytes a piece until its end has come; there is nothing
 * in it to scan. */
static void judge_long_token(struct parse *parse, const char *piece, size_t piece_len)
{
	if (parse->context->instate == XML_PARSER_CDATA_SECTION)
		return;
	for (size_t i = 0; i < piece_len; i++)
		parse->token_quotes += piece[i] == '"' || piece[i] == '\'';
	if (parse->token_quotes > FEED_MAX_TOKEN_QUOTES)
		refuse(parse, FEED_ERROR_LIMIT, "a tag or comment of more than 64 KiB");
}

static void on_error(void *user_data, xmlErrorPtr error)
{
	struct parse *parse = user_data;

	if (error->level < XML_ERR_ERROR)
		return;
	/* Unknown prefixes and xml:lang values harm nothing. */
	if (error->domain == XML_FROM_NAMESPACE || error->code == XML_ERR_UNDECLARED_ENTITY)
		return;
	parse->broken = true;
	if (parse->input->strict && !parse->stopped) {
		parse->stopped = true;
		xmlStopParser(parse->context);
	}
}

/* ---- entities ---- */

static xmlEntityPtr answer(struct parse *parse, const char *text)
{
	g_string_assign(parse->entity_text, text);
	memset(&parse->entity, 0, sizeof(parse->entity));
	parse->entity.type = XML_ENTITY_DECL;
	parse->entity.name = (const xmlChar *)parse->entity_name;
	parse->entity.etype = XML_INTERNAL_PREDEFINED_ENTITY;
	parse->entity.content = (xmlChar *)parse->entity_text->str;
	parse->entity.orig = (xmlChar *)parse->entity_text->str;
	parse->entity.length = (int)parse->entity_text->len;
	return &parse->entity;
}

/* HTML's names are known to everybody who writes feeds, whatever the DTD says; the rest stays as it
 * is written. libxml2 takes the answer as predefined, so nothing in it is parsed again. */
static xmlEntityPtr on_get_entity(void *user_data, const xmlChar *name)
{
	struct parse *parse = user_data;
	const char *declared = g_hash_table_lookup(parse->input->entities, name);
	const char *known =
		declared ? declared
			 : entity_by_name((const char *)name, strlen((const char *)name));
	g_autofree char *literal = NULL;

	/* In attributes libxml2 2.9 keeps only the first byte of such an answer. */
	if (parse->context->instate == XML_PARSER_ATTRIBUTE_VALUE && (!known || strlen(known) != 1))
		parse->broken = true;
	if (!known)
		known = literal = g_strdup_printf("&%s;", (const char *)name);
	return answer(parse, known);
}

/* The declaration that belongs there was read before. */
static void on_subset(void *user_data, const xmlChar *name, const xmlChar *public_id,
		      const xmlChar *system_id)
{
	struct parse *parse = user_data;

	(void)name, (void)public_id, (void)system_id;
	parse->broken = parse->stopped = true;
	xmlStopParser(parse->context);
}

static xmlParserInputPtr refuse_external(const char *url, const char *id, xmlParserCtxtPtr context)
{
	(void)url, (void)id, (void)context;
	return NULL;
}

/* ---- places ---- */

static void note_format(struct parse *parse, const xmlChar *uri)
{
	struct feed_document *document = parse->reader->document;

	if (!uri)
		return;
	if (document->format == FEED_FORMAT_ATOM) {
		if (ns_scope_find(&parse->ns, uri, NULL) != NS_ATOM)
			return;
		if (strstr((const char *)uri, "www.w3.org/2005/Atom"))
			document->format = FEED_FORMAT_ATOM_10;
		else if (strstr((const char *)uri, "purl.org/atom/ns#"))
			document->format = FEED_FORMAT_ATOM_03;
	} else if (document->format == FEED_FORMAT_RSS_10 &&
		   strstr((const char *)uri, "netscape.com/rdf/simple/0.9")) {
		document->format = FEED_FORMAT_RSS_090;
	}
}

/* What is in force inside the last frame. */
static void apply_scope(struct parse *parse)
{
	const struct xml_scope *scope = &parse->frames[parse->depth].scope;

	parse->reader->base = scope->base;
	parse->reader->language = scope->language;
}

static struct frame *push_frame(struct parse *parse, const struct attributes *attributes)
{
	const struct frame *parent = &parse->frames[parse->depth];
	struct frame *frame = &parse->frames[++parse->depth];

	memset(frame, 0, sizeof(*frame));
	frame->foreign = parent->foreign;
	frame->scope = xml_scope_inherited(&parent->scope);
	if (attributes->count) {
		xml_scope_apply(&frame->scope, attributes);
		apply_scope(parse);
	}
	return frame;
}

static void pop_frame(struct parse *parse)
{
	xml_scope_clear(&parse->frames[parse->depth--].scope);
	apply_scope(parse);
}

/* ---- text and markup inside an element ---- */

static void append_text(struct parse *parse, const char *text, size_t len)
{
	struct usual_text whole = parse->whole;

	parse->whole.text = NULL;
	if (whole.text)
		append_text(parse, whole.text, whole.len);
	if (parse->text->len + len > FEED_MAX_MARKUP) {
		len = FEED_MAX_MARKUP - MIN(parse->text->len, FEED_MAX_MARKUP);
		while (len && ((guchar)text[len] & 0xc0) == 0x80)
			len--;
	}
	if (parse->escape_text)
		append_escaped(parse->text, text, len);
	else
		append(parse->text, text, len);
}

/* A literal value that turns out to hold elements: XHTML without its label. */
static void begin_markup(struct parse *parse)
{
	enum value_kind kind = parse->now.kind;

	if (kind != VALUE_LINE && kind != VALUE_TEXT)
		return;
	append_text(parse, "", 0);
	g_autofree char *so_far = g_strndup(parse->text->str, parse->text->len);
	g_string_truncate(parse->text, 0);
	parse->escape_text = true;
	append_text(parse, so_far, strlen(so_far));
	parse->now.kind = kind == VALUE_LINE ? VALUE_HTML_LINE : VALUE_HTML;
}

static void append_tag(struct parse *parse, const char *name, bool closing)
{
	if (!closing)
		begin_markup(parse);
	bool escape = parse->escape_text;
	parse->escape_text = false;
	/* <author><name>…</name><email>…: words of their own */
	if (parse->now.field == FIELD_AUTHOR)
		append_text(parse, " ", 1);
	append_text(parse, closing ? "</" : "<", closing ? 2 : 1);
	append_text(parse, name, strlen(name));
	append_text(parse, ">", 1);
	parse->escape_text = escape;
}

static void apply_type(struct parse *parse, const struct attributes *attributes)
{
	g_autofree char *type = attribute_get(attributes, "type");
	g_autofree char *mode = attribute_get(attributes, "mode");
	struct atom_text text = atom_text_type(type, mode);

	if (text.html)
		parse->now.kind = parse->now.kind == VALUE_LINE ? VALUE_HTML_LINE : VALUE_HTML;
	parse->escape_text = text.markup;
	parse->base64 = text.base64;
}

static void begin_text(struct parse *parse, const struct element *row,
		       const struct attributes *attributes)
{
	parse->now = *row;
	parse->inner_depth = 0;
	parse->escape_text = parse->base64 = false;
	parse->whole.text = NULL;
	g_string_truncate(parse->text, 0);
	if (row->typed)
		apply_type(parse, attributes);
}

static void end_text(struct parse *parse)
{
	struct element *now = &parse->now;
	const struct usual_text *whole = &parse->whole;

	if (parse->base64 || now->text)
		append_text(parse, "", 0);
	if (parse->base64)
		atom_text_decode(parse->text);
	if (now->text)
		now->text(parse->reader, parse->text->str);
	if (now->field != FIELD_NONE)
		reader_set(parse->reader, now->field, now->kind,
			   whole->text ? whole->text : parse->text->str,
			   whole->text ? whole->len : parse->text->len, now->rank);
	now->name = NULL;
}

/* ---- events ---- */

static void open_element(struct parse *parse, const struct element *row, struct frame *frame,
			 const struct attributes *attributes, unsigned parent)
{
	struct element occurrence = *row;

	frame->place = row->opens == SAME_PLACE ? parent
		       : row->opens & ITS_TEXT	? IN_NOTHING
						: row->opens;
	if (row->opens == IN_ENTRY && !parse->reader->entry) {
		frame->is_entry = true;
		reader_open_entry(parse->reader);
		if (frame->scope.language)
			reader_set(parse->reader, FIELD_LANGUAGE, VALUE_LANGUAGE,
				   frame->scope.language, strlen(frame->scope.language), 5);
	} else if (row->opens == IN_FEED && frame->scope.language) {
		reader_set(parse->reader, FIELD_LANGUAGE, VALUE_LANGUAGE, frame->scope.language,
			   strlen(frame->scope.language), 5);
	}
	if (row->start)
		row->start(parse->reader, attributes, &occurrence);
	if (row->opens == ITS_TEXT)
		begin_text(parse, &occurrence, attributes);
}

/* An item inside an element that was never closed or that nobody knows, unless it is an
 * extension's; a feed inside a page. */
static const struct element *find_misplaced(struct parse *parse, const char *name,
					    const xmlChar *uri, const xmlChar *prefix,
					    unsigned *parent)
{
	static const char *const roots[] = {"rss", "feed", "RDF"};
	const struct element *row = NULL;

	if (parse->report->feed_root && !parse->reader->entry &&
	    !(parse->input->strict && parse->frames[parse->depth].foreign) &&
	    (g_ascii_strcasecmp(name, "item") == 0 || g_ascii_strcasecmp(name, "entry") == 0)) {
		*parent = IN_FEED;
		row = element_find(ns_scope_find(&parse->ns, uri, prefix), name, IN_FEED);
	}
	for (size_t i = 0; !parse->report->feed_root && i < G_N_ELEMENTS(roots); i++) {
		enum namespace_id ns = element_namespace((const char *)uri, NULL);
		if (strcmp(name, roots[i]) != 0 || (!uri && i > 0) || ns == NS_OTHER)
			continue;
		*parent = IN_DOCUMENT;
		row = element_find(ns_scope_root(&parse->ns, name, uri, prefix), name, IN_DOCUMENT);
	}
	return row;
}

static void on_start(void *user_data, const xmlChar *name, const xmlChar *prefix,
		     const xmlChar *uri, int namespaces_count, const xmlChar **namespaces,
		     int attributes_count, int defaulted_count, const xmlChar **list)
{
	struct parse *parse = user_data;
	struct attributes attributes = {list, attributes_count};
	const struct element *row;
	enum namespace_id ns;
	unsigned parent;

	if (parse->stopped)
		return;
	note_event(parse);
	/* Attributes that a DTD adds to each tag multiply the document. */
	if (defaulted_count > 16) {
		refuse(parse, FEED_ERROR_HOSTILE, "more than 16 default attributes");
		return;
	}
	if (parse->depth + parse->inner_depth == FEED_MAX_DEPTH) {
		refuse(parse, FEED_ERROR_HOSTILE, "elements nested more than 64 deep");
		return;
	}
	if (parse->now.name) {
		parse->inner_depth++;
		append_tag(parse, (const char *)name, false);
		return;
	}
	parent = parse->frames[parse->depth].place;
	if (parse->depth == 0) {
		parse->report->root_seen = true;
		g_free(parse->report->root_name);
		parse->report->root_name = g_utf8_make_valid(
			(const char *)name, (gssize)strnlen((const char *)name, MAX_ROOT_NAME));
		ns = ns_scope_root(&parse->ns, (const char *)name, uri, prefix);
	} else {
		ns = parent == IN_NOTHING ? NS_OTHER : ns_scope_find(&parse->ns, uri, prefix);
	}
	struct frame *frame = push_frame(parse, &attributes);
	if (parent != IN_NOTHING && parse->depth > 1 && prefix && ns == NS_OTHER)
		frame->foreign = true;
	row = parent == IN_NOTHING ? find_misplaced(parse, (const char *)name, uri, prefix, &parent)
				   : element_find(ns, (const char *)name, parent);
	if (!row)
		return;
	if (parent == IN_DOCUMENT)
		parse->report->feed_root = true;
	open_element(parse, row, frame, &attributes, parent);
	note_format(parse, uri);
	if (parent == IN_DOCUMENT)
		for (int i = 0; i < namespaces_count; i++)
			note_format(parse, namespaces[2 * i + 1]);
}

static void close_entry(struct parse *parse)
{
	bool truncated = (size_t)position(parse) > parse->input->cut_at;

	if (!truncated || parse->input->keep_truncated)
		reader_close_entry(parse->reader, truncated);
	else
		reader_drop_entry(parse->reader);
}

static void on_end(void *user_data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct parse *parse = user_data;

	(void)prefix, (void)uri;
	if (parse->stopped || parse->depth == 0)
		return;
	note_event(parse);
	if (parse->now.name && parse->inner_depth > 0) {
		parse->inner_depth--;
		append_tag(parse, (const char *)name, true);
		return;
	}
	if (parse->now.name)
		end_text(parse);
	if (parse->frames[parse->depth].is_entry)
		close_entry(parse);
	pop_frame(parse);
	if (parse->depth == 0)
		parse->report->root_ended = true;
}

static void on_usual_text(void *user_data, const struct usual_text *text)
{
	struct parse *parse = user_data;

	if (!parse->now.name || parse->stopped)
		return;
	if (parse->whole.text)
		append_text(parse, "", 0);
	if (text->plain && !parse->escape_text && !parse->text->len &&
	    text->len < FEED_MAX_MARKUP) {
		parse->whole = *text;
	} else if (text->plain) {
		append_text(parse, text->text, text->len);
	} else if (!parse->escape_text && parse->text->len + text->len < FEED_MAX_MARKUP / 2) {
		usual_text_read(text, parse->input->entities, parse->text);
	} else {
		g_string_truncate(parse->decoded, 0);
		usual_text_read(text, parse->input->entities, parse->decoded);
		append_text(parse, parse->decoded->str, parse->decoded->len);
	}
}

static void on_characters(void *user_data, const xmlChar *text, int len)
{
	struct parse *parse = user_data;

	note_event(parse);
	if (!parse->stopped && parse->now.name)
		append_text(parse, (const char *)text, (size_t)len);
}

static void on_comment(void *user_data, const xmlChar *text)
{
	(void)text;
	note_event(user_data);
}

static void on_instruction(void *user_data, const xmlChar *target, const xmlChar *text)
{
	(void)target, (void)text;
	note_event(user_data);
}

/* ---- driving ---- */

static const xmlSAXHandler handler = {
	.initialized = XML_SAX2_MAGIC,
	.getEntity = on_get_entity,
	.internalSubset = on_subset,
	.characters = on_characters,
	.ignorableWhitespace = on_characters,
	.cdataBlock = on_characters,
	.comment = on_comment,
	.processingInstruction = on_instruction,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.serror = on_error,
};

void xml_feed_prepare(void)
{
	xmlInitParser();
	xmlSetExternalEntityLoader(refuse_external);
	element_table_prepare();
}

static void push_pieces(struct parse *parse)
{
	const char *text = parse->input->text;
	size_t text_len = parse->input->text_len, piece = MIN(parse->input->chunk_len, PIECE);

	for (size_t at = 0; at < text_len && !parse->stopped; at += piece) {
		size_t len = MIN(piece, text_len - at);
		xmlParseChunk(parse->context, text + at, (int)len, 0);
		if (!parse->stopped && !parse->report->root_ended &&
		    (long)(at + len) - parse->event_at > FEED_MAX_TOKEN)
			judge_long_token(parse, text + at, len);
	}
	if (!parse->stopped)
		xmlParseChunk(parse->context, NULL, 0, 1);
}

static void parse_init(struct parse *parse, struct reader *reader, const struct xml_input *input,
		       struct xml_report *report)
{
	memset(parse, 0, sizeof(*parse));
	parse->reader = reader;
	parse->input = input;
	parse->report = report;
	parse->frames[0].place = IN_DOCUMENT;
	parse->frames[0].scope.base = reader->base;
	parse->text = g_string_sized_new(8192);
	parse->entity_text = g_string_sized_new(64);
	parse->decoded = g_string_sized_new(4096);
}

static void parse_finish(struct parse *parse)
{
	while (parse->depth > 0)
		pop_frame(parse);
	g_clear_error(&parse->refusal);
	g_string_free(parse->text, TRUE);
	g_string_free(parse->entity_text, TRUE);
	g_string_free(parse->decoded, TRUE);
}

/* False: it is for libxml2, from the start. */
static bool read_usual(struct reader *reader, const struct xml_input *input,
		       struct xml_report *report)
{
	static const struct usual_events events = {on_start, on_end, on_usual_text};
	g_autofree struct parse *parse = g_new(struct parse, 1);

	parse_init(parse, reader, input, report);
	bool read = usual_xml_read(input->text, input->text_len, &events, parse, &parse->stopped);
	parse_finish(parse);
	if (!read) {
		reader_restart(reader);
		xml_report_clear(report);
	}
	return read;
}

void xml_report_clear(struct xml_report *report)
{
	g_free(report->root_name);
	memset(report, 0, sizeof(*report));
}

enum xml_outcome xml_feed_read(struct reader *reader, const struct xml_input *input,
			       struct xml_report *report, GError **error)
{
	enum xml_outcome outcome;

	xml_feed_prepare();
	/* Whoever asks for pieces wants libxml2 to see them; mended text has its own positions. */
	if (input->strict && input->chunk_len >= input->text_len &&
	    read_usual(reader, input, report))
		return XML_WHOLE;
	g_autofree struct parse *parse = g_new(struct parse, 1);
	parse_init(parse, reader, input, report);
	/* The file name stays NULL: with one libxml2 would ask for the working directory. */
	parse->context = xmlCreatePushParserCtxt((xmlSAXHandlerPtr)&handler, parse, NULL, 0, NULL);
	xmlCtxtUseOptions(parse->context, XML_PARSE_RECOVER | XML_PARSE_NONET);
	push_pieces(parse);
	if (parse->refusal) {
		g_propagate_error(error, g_steal_pointer(&parse->refusal));
		outcome = XML_REFUSED;
	} else {
		outcome = parse->broken || !report->root_ended ? XML_BROKEN : XML_WHOLE;
	}
	if (parse->context->myDoc)
		xmlFreeDoc(parse->context->myDoc);
	xmlFreeParserCtxt(parse->context);
	parse_finish(parse);
	return outcome;
}
