/* usual_xml: see usual_xml.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/usual_xml.h"

#include <libxml/tree.h>
#include <string.h>

#include "feeds/append.h"
#include "feeds/limits.h"

enum {
	MAX_NAME = 64,
	MAX_ATTRIBUTES = 32,
	MAX_BINDINGS = 32, /* of prefixes, in force at one place */
	NAME_SLOTS = 64,
};

/* A name as it stands in tags, cut at its colon. */
struct name {
	const char *raw; /* in the document; NULL: none */
	size_t len;
	const xmlChar *local, *prefix; /* interned; the prefix may be NULL */
};

struct binding {
	const xmlChar *prefix,
		*uri; /* interned; the prefix may be NULL, so may an uri that is empty */
};

struct open_tag {
	struct name name;
	const xmlChar *uri;
	unsigned bindings; /* in force around it */
};

struct attribute {
	struct name name;
	const char *value, *end;
};

struct scan {
	const char *at, *end;
	const struct usual_events *events;
	void *user_data;
	GStringChunk *strings;
	struct name names[NAME_SLOTS]; /* seen last, by a hash of theirs */
	struct binding bindings[MAX_BINDINGS];
	unsigned bindings_count;
	struct open_tag open[FEED_MAX_DEPTH];
	unsigned depth;
	struct attribute attributes[MAX_ATTRIBUTES];
	unsigned attributes_count;
};

/* ---- between tags ---- */

static bool scan_text(struct scan *scan)
{
	struct usual_text text;
	const char *at = usual_text_scan(scan->at, scan->end, &text);

	if (at)
		scan->events->text(scan->user_data, &text);
	scan->at = at;
	return at != NULL;
}

static bool scan_section(struct scan *scan)
{
	struct usual_text text;
	const char *at = usual_section_scan(scan->at, scan->end, &text);

	if (at && text.len)
		scan->events->text(scan->user_data, &text);
	scan->at = at;
	return at != NULL;
}

/* Two hyphens inside are no XML. */
static bool scan_comment(struct scan *scan)
{
	const char *start = scan->at + strlen("<!--");
	const char *stop = memmem(start, (size_t)(scan->end - start), "--", 2);

	if (!stop || stop + 2 >= scan->end || stop[2] != '>' || stop - scan->at > FEED_MAX_TOKEN)
		return false;
	scan->at = stop + 3;
	return true;
}

/* ---- names ---- */

static bool is_name_byte(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '-' || c == '.';
}

/* Namespaces in XML, production 7, of ASCII. */
static bool is_local_name(const char *text, const char *end)
{
	if (text == end || !(g_ascii_isalpha(*text) || *text == '_'))
		return false;
	while (text < end && is_name_byte(*text))
		text++;
	return text == end;
}

static const xmlChar *intern(struct scan *scan, const char *text, size_t len)
{
	char copy[MAX_NAME + 1];

	memcpy(copy, text, len);
	copy[len] = '\0';
	return (const xmlChar *)g_string_chunk_insert_const(scan->strings, copy);
}

static bool cut_name(struct scan *scan, struct name *name)
{
	const char *end = name->raw + name->len;
	const char *colon = memchr(name->raw, ':', name->len),
		   *local = colon ? colon + 1 : name->raw;

	if (!is_local_name(local, end) || (colon && !is_local_name(name->raw, colon)))
		return false;
	name->local = intern(scan, local, (size_t)(end - local));
	name->prefix = colon ? intern(scan, name->raw, (size_t)(colon - name->raw)) : NULL;
	return true;
}

static bool same_name(const struct name *a, const struct name *b)
{
	return a->len == b->len && memcmp(a->raw, b->raw, a->len) == 0;
}

/* At a name; past it. */
static bool scan_name(struct scan *scan, struct name *name)
{
	const char *at = scan->at, *start = at;

	while (at < scan->end && (is_name_byte(*at) || *at == ':'))
		at++;
	*name = (struct name){.raw = start, .len = (size_t)(at - start)};
	if (name->len == 0 || name->len > MAX_NAME)
		return false;
	scan->at = at;
	unsigned hash = (unsigned)name->len + 5 * (guchar)start[0] + 11 * (guchar)at[-1] +
			(guchar)start[name->len / 2];
	struct name *known = &scan->names[hash % NAME_SLOTS];
	if (!known->raw || !same_name(known, name)) {
		if (!cut_name(scan, name))
			return false;
		*known = *name;
	}
	name->local = known->local;
	name->prefix = known->prefix;
	return true;
}

/* ---- tags ---- */

static bool is_white(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void skip_white(struct scan *scan)
{
	while (scan->at < scan->end && is_white(*scan->at))
		scan->at++;
}

static bool skip_byte(struct scan *scan, char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

/* With references, as libxml2 leaves it when it does not replace entities: an ampersand becomes
 * "&#38;". */
static bool read_value(struct scan *scan, struct attribute *attribute)
{
	g_autoptr(GString) out = g_string_sized_new((gsize)(attribute->end - attribute->value));
	const char *at = attribute->value, *end = attribute->end;

	while (at < end) {
		char bytes[6];
		gunichar code;
		size_t len = *at == '&' ? usual_reference(at, end, &code) : 1;
		if (len == 0)
			return false;
		if (*at != '&')
			append(out, at, 1);
		else if (code == '&')
			append(out, "&#38;", 5);
		else
			append(out, bytes, (size_t)g_unichar_to_utf8(code, bytes));
		at += len;
	}
	attribute->value = g_string_chunk_insert_len(scan->strings, out->str, (gssize)out->len);
	attribute->end = attribute->value + out->len;
	return true;
}

/* name="value", at its first letter. */
static bool scan_attribute(struct scan *scan, struct attribute *attribute)
{
	bool references = false;

	if (!scan_name(scan, &attribute->name))
		return false;
	skip_white(scan);
	if (!skip_byte(scan, '='))
		return false;
	skip_white(scan);
	if (scan->at == scan->end || (*scan->at != '"' && *scan->at != '\''))
		return false;
	const char quote = *scan->at++, *at = scan->at;
	while (at < scan->end && *at != quote) {
		/* white space but ' ' would have to be replaced */
		if ((guchar)*at < ' ' || *at == '<')
			return false;
		references = references || *at == '&';
		at++;
	}
	attribute->value = scan->at;
	attribute->end = at;
	scan->at = at + 1;
	return at < scan->end && (!references || read_value(scan, attribute));
}

/* xmlns="…" or xmlns:prefix="…": of ordinary names. */
static bool add_binding(struct scan *scan, const struct attribute *attribute)
{
	const xmlChar *prefix = attribute->name.prefix ? attribute->name.local : NULL;
	size_t len = (size_t)(attribute->end - attribute->value);

	if (scan->bindings_count == MAX_BINDINGS || len == 0 ||
	    memchr(attribute->value, '&', len) ||
	    (prefix && strncmp((const char *)prefix, "xml", 3) == 0))
		return false;
	g_autofree char *uri = g_strndup(attribute->value, len);
	if (strstr(uri, "www.w3.org/XML/") || strstr(uri, "www.w3.org/2000/xmlns"))
		return false;
	scan->bindings[scan->bindings_count++] = (struct binding){
		prefix, (const xmlChar *)g_string_chunk_insert_const(scan->strings, uri)};
	return true;
}

/* False: nobody declared the prefix. */
static bool find_uri(const struct scan *scan, const xmlChar *prefix, const xmlChar **uri)
{
	for (unsigned i = scan->bindings_count; i-- > 0;)
		if (scan->bindings[i].prefix == prefix) {
			*uri = scan->bindings[i].uri;
			return true;
		}
	*uri = NULL;
	return !prefix;
}

static bool is_declaration(const struct name *name)
{
	const xmlChar *word = name->prefix ? name->prefix : name->local;
	return strcmp((const char *)word, "xmlns") == 0;
}

/* Up to the tag's '>' or '/'. Declarations join the bindings. */
static bool scan_attributes(struct scan *scan)
{
	scan->attributes_count = 0;
	for (;;) {
		const char *before = scan->at;
		skip_white(scan);
		if (scan->at == scan->end)
			return false;
		if (*scan->at == '>' || *scan->at == '/')
			return true;
		struct attribute *attribute = &scan->attributes[scan->attributes_count];
		if (scan->at == before || scan->attributes_count == MAX_ATTRIBUTES ||
		    !scan_attribute(scan, attribute))
			return false;
		for (unsigned i = 0; i < scan->attributes_count; i++)
			if (same_name(&scan->attributes[i].name, &attribute->name))
				return false;
		if (is_declaration(&attribute->name) && !add_binding(scan, attribute))
			return false;
		scan->attributes_count++;
	}
}

/* The start of the tag on top, to whoever reads. */
static bool tell_start(struct scan *scan)
{
	enum { NAME, PREFIX, URI, BEGIN, END, STRIDE };
	struct open_tag *tag = &scan->open[scan->depth - 1];
	const xmlChar *attributes[MAX_ATTRIBUTES * STRIDE], *declared[MAX_BINDINGS * 2];
	int count = 0, declared_count = 0;

	if (!find_uri(scan, tag->name.prefix, &tag->uri))
		return false;
	for (unsigned i = tag->bindings; i < scan->bindings_count; i++, declared_count++) {
		declared[declared_count * 2] = scan->bindings[i].prefix;
		declared[declared_count * 2 + 1] = scan->bindings[i].uri;
	}
	for (unsigned i = 0; i < scan->attributes_count; i++) {
		const struct attribute *attribute = &scan->attributes[i];
		const xmlChar **out = attributes + count * STRIDE, *prefix = attribute->name.prefix;
		if (is_declaration(&attribute->name))
			continue;
		out[NAME] = attribute->name.local;
		out[PREFIX] = prefix;
		out[URI] = NULL;
		if (prefix && strcmp((const char *)prefix, "xml") == 0)
			out[URI] = XML_XML_NAMESPACE;
		else if (prefix && !find_uri(scan, prefix, &out[URI]))
			return false;
		out[BEGIN] = (const xmlChar *)attribute->value;
		out[END] = (const xmlChar *)attribute->end;
		count++;
	}
	scan->events->start(scan->user_data, tag->name.local, tag->name.prefix, tag->uri,
			    declared_count, declared, count, 0, attributes);
	return true;
}

static void close_tag(struct scan *scan)
{
	struct open_tag *tag = &scan->open[--scan->depth];

	scan->bindings_count = tag->bindings;
	scan->events->end(scan->user_data, tag->name.local, tag->name.prefix, tag->uri);
}

static bool scan_start(struct scan *scan)
{
	const char *start = scan->at++;

	if (scan->depth == FEED_MAX_DEPTH)
		return false;
	struct open_tag *tag = &scan->open[scan->depth++];
	tag->bindings = scan->bindings_count;
	if (!scan_name(scan, &tag->name) || !scan_attributes(scan) || !tell_start(scan))
		return false;
	bool empty = skip_byte(scan, '/');
	if (!skip_byte(scan, '>') || scan->at - start > FEED_MAX_TOKEN)
		return false;
	if (empty)
		close_tag(scan);
	return true;
}

static bool scan_end(struct scan *scan)
{
	const struct name *name = &scan->open[scan->depth - 1].name;

	scan->at += 2;
	if ((size_t)(scan->end - scan->at) <= name->len ||
	    memcmp(scan->at, name->raw, name->len) != 0)
		return false;
	scan->at += name->len;
	skip_white(scan);
	if (!skip_byte(scan, '>'))
		return false;
	close_tag(scan);
	return true;
}

static bool begins(const struct scan *scan, const char *word)
{
	size_t len = strlen(word);
	return (size_t)(scan->end - scan->at) >= len && memcmp(scan->at, word, len) == 0;
}

static bool scan_next(struct scan *scan)
{
	if (*scan->at != '<')
		return scan_text(scan);
	if (scan->end - scan->at < 3 || scan->at[1] == '?')
		return false;
	if (scan->at[1] == '/')
		return scan_end(scan);
	if (scan->at[1] != '!')
		return scan_start(scan);
	if (begins(scan, "<!--"))
		return scan_comment(scan);
	return begins(scan, "<![CDATA[") && scan_section(scan);
}

/* Behind the root comments may follow. */
static bool scan_behind(struct scan *scan)
{
	for (;;) {
		skip_white(scan);
		if (scan->at == scan->end)
			return true;
		if (!begins(scan, "<!--") || !scan_comment(scan))
			return false;
	}
}

static bool scan_all(struct scan *scan, const bool *stopped)
{
	skip_white(scan);
	if (scan->end - scan->at < 3 || *scan->at != '<' || !scan_start(scan))
		return false;
	while (scan->depth > 0 && scan->at < scan->end && !*stopped)
		if (!scan_next(scan))
			return false;
	return scan->depth == 0 && !*stopped && scan_behind(scan);
}

/* ---- public ---- */

bool usual_xml_read(const char *text, size_t text_len, const struct usual_events *events,
		    void *user_data, const bool *stopped)
{
	struct scan scan = {
		.at = text, .end = text + text_len, .events = events, .user_data = user_data};

	scan.strings = g_string_chunk_new(1024);
	bool done = scan_all(&scan, stopped);
	g_string_chunk_free(scan.strings);
	return done;
}
