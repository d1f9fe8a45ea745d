/* repair: see repair.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/repair.h"

#include <string.h>

#include "feeds/entities.h"

/* Deeper than the parser's own limit, so that it is the parser that refuses. */
enum {
	MAX_OPEN = 256,
	MAX_ATTRIBUTES = 256,
	/* Bytes scanned for ends of tags that were not there. Beyond, a '<' is text at once: else a
	 * document made of them would take quadratic time. */
	MAX_WASTE = 4 << 20,
};

enum mark { COMMENT_END, INSTRUCTION_END, SUBSET_END, SECTION_END, MARKS };

struct name {
	const char *text;
	size_t len;
};

struct repair {
	const char *at, *end;
	GString *out;
	GHashTable *entities;
	struct name open[MAX_OPEN];
	unsigned depth;
	bool root_ended;
	size_t wasted;
	bool no_more[MARKS]; /* none of these is left in the document */
};

/* ---- text and references ---- */

static void append_escaped(GString *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		switch (text[i]) {
		case '&':
			g_string_append(out, "&amp;");
			break;
		case '<':
			g_string_append(out, "&lt;");
			break;
		case '>':
			g_string_append(out, "&gt;");
			break;
		case '"':
			g_string_append(out, "&quot;");
			break;
		default:
			g_string_append_c(out, text[i]);
		}
	}
}

/* A reference to what XML takes in a text; others are dropped or U+FFFD in entity_decode(). */
static size_t append_number(struct repair *repair, const char *at, size_t left)
{
	char buffer[16];
	GString decoded = {buffer, 0, sizeof(buffer)};
	size_t len = entity_decode(at, left, &decoded);
	gunichar c;

	if (len == 0)
		return 0;
	c = g_utf8_get_char(decoded.str);
	if (c >= ' ' || c == '\t' || c == '\n' || c == '\r')
		append_escaped(repair->out, decoded.str, decoded.len);
	return len;
}

/* At '&': writes something well-formed, returns the bytes it took. */
static size_t append_reference(struct repair *repair, const char *at)
{
	size_t left = (size_t)(repair->end - at), len = 1;
	const char *known = NULL;

	if (left > 2 && at[1] == '#') {
		len = append_number(repair, at, left);
		if (len)
			return len;
		len = 1;
	} else {
		while (len < left && len < 64 && g_ascii_isalnum(at[len]))
			len++;
		if (len > 1 && len < left && at[len] == ';') {
			g_autofree char *name = g_strndup(at + 1, len - 1);
			known = g_hash_table_lookup(repair->entities, name);
			if (!known)
				known = entity_by_name(name, len - 1);
		}
	}
	if (known) {
		append_escaped(repair->out, known, strlen(known));
		return len + 1;
	}
	g_string_append(repair->out, "&amp;");
	return 1;
}

/* Text up to `stop`, which holds no tag. */
static void copy_text(struct repair *repair, const char *stop)
{
	const char *at = repair->at;

	/* Outside the root there is no text. */
	if (repair->depth == 0) {
		repair->at = stop;
		return;
	}
	while (at < stop) {
		const char *run = at;
		while (at < stop && *at != '&' && *at != '<' && *at != '>')
			at++;
		g_string_append_len(repair->out, run, at - run);
		if (at == stop)
			break;
		if (*at == '&') {
			at += append_reference(repair, at);
		} else {
			append_escaped(repair->out, at, 1);
			at++;
		}
	}
	repair->at = MAX(at, stop);
}

/* ---- open elements ---- */

static bool same_name(struct name a, struct name b)
{
	return a.len == b.len && g_ascii_strncasecmp(a.text, b.text, a.len) == 0;
}

static void close_top(struct repair *repair)
{
	struct name name = repair->open[--repair->depth];

	g_string_append(repair->out, "</");
	g_string_append_len(repair->out, name.text, (gssize)name.len);
	g_string_append_c(repair->out, '>');
}

/* Index of the innermost open element of that name, or -1. */
static int find_open(const struct repair *repair, struct name name)
{
	for (unsigned i = repair->depth; i-- > 0;)
		if (same_name(repair->open[i], name))
			return (int)i;
	return -1;
}

static void close_down_to(struct repair *repair, unsigned depth)
{
	while (repair->depth > depth)
		close_top(repair);
}

static bool is_one_of(struct name name, const char *const *names)
{
	for (; *names; names++)
		if (name.len == strlen(*names) &&
		    g_ascii_strncasecmp(name.text, *names, name.len) == 0)
			return true;
	return false;
}

/* HTML's tags without an end that no feed format has as elements. */
static bool is_void(struct name name)
{
	static const char *const names[] = {"br",   "img", "hr",    "input", "wbr",
					    "area", "col", "embed", "param", NULL};
	return is_one_of(name, names);
}

static bool is_item(struct name name)
{
	static const char *const names[] = {"item", "entry", "atom:entry", "rss:item", NULL};
	return is_one_of(name, names);
}

/* An item that begins inside another, or inside its text: the end tags were forgotten. */
static void close_open_item(struct repair *repair)
{
	for (unsigned i = 0; i < repair->depth; i++) {
		if (is_item(repair->open[i])) {
			close_down_to(repair, i);
			return;
		}
	}
}

/* <title>… or <guid>… right inside an item, and now a sibling begins: its end tag was forgotten or
 * misspelt. None of these holds elements. */
static void close_open_leaf(struct repair *repair, struct name next)
{
	static const char *const leaves[] = {"title",	"link",	    "guid",    "pubdate",
					     "dc:date", "comments", "updated", "published",
					     "id",	NULL};
	static const char *const siblings[] = {"title",	      "link",	   "guid",
					       "description", "pubdate",   "category",
					       "comments",    "enclosure", "content:encoded",
					       "dc:creator",  "dc:date",   "author",
					       "updated",     "published", "summary",
					       "content",     "id",	   "source",
					       NULL};

	if (repair->depth < 2 || !is_item(repair->open[repair->depth - 2]) ||
	    !is_one_of(repair->open[repair->depth - 1], leaves) || !is_one_of(next, siblings))
		return;
	close_top(repair);
}

/* ---- tags ---- */

static bool is_name_start(char c)
{
	return g_ascii_isalpha(c) || c == '_' || (guchar)c >= 0x80;
}

static bool is_name(char c)
{
	return is_name_start(c) || g_ascii_isdigit(c) || c == ':' || c == '-' || c == '.';
}

static struct name read_name(const char *at, const char *end)
{
	struct name name = {at, 0};

	if (at < end && is_name_start(*at))
		while (at + name.len < end && is_name(at[name.len]))
			name.len++;
	/* A colon at either end, or two, is no name with a prefix. */
	const char *colon = memchr(at, ':', name.len);
	if (colon && (colon + 1 == at + name.len ||
		      memchr(colon + 1, ':', (size_t)(at + name.len - colon - 1))))
		name.len = (size_t)(colon - at);
	return name;
}

static const char *skip_white(const char *at, const char *end)
{
	while (at < end && g_ascii_isspace(*at))
		at++;
	return at;
}

/* Past the value that begins at `at`, after white space: past its second quote, or where a value
 * without quotes begins. A quote that is left open would swallow what follows, so it counts for
 * nothing. */
static const char *skip_quoted(const char *at, const char *end)
{
	const char *quote, *stop;

	at = skip_white(at, end);
	if (at == end || (*at != '"' && *at != '\''))
		return at;
	quote = memchr(at + 1, *at, (size_t)(end - at - 1));
	if (!quote)
		return at + 1;
	stop = memchr(at + 1, '>', (size_t)(quote - at - 1));
	if (stop && memchr(stop, '<', (size_t)(quote - stop)))
		return at + 1;
	return quote + 1;
}

/* Where the tag ends whose name ends at `at`: its '>'; NULL if a '<' or the end of the document
 * comes first. */
static const char *find_tag_end(struct repair *repair, const char *at)
{
	const char *start = at, *end = repair->end;

	if (repair->wasted > MAX_WASTE)
		return NULL;
	while (at < end && *at != '>' && *at != '<')
		at = *at == '=' ? skip_quoted(at + 1, end) : at + 1;
	if (at < end && *at == '>')
		return at;
	repair->wasted += (size_t)(at - start);
	return NULL;
}

static void append_value(struct repair *repair, const char *at, const char *stop)
{
	while (at < stop) {
		if (*at == '&') {
			at += append_reference(repair, at);
		} else {
			append_escaped(repair->out, at, 1);
			at++;
		}
	}
}

/* The value after '=': quoted or up to white space. Returns what follows it. */
static const char *copy_value(struct repair *repair, const char *at, const char *stop)
{
	const char *end = at;

	if (at < stop && (*at == '"' || *at == '\'')) {
		end = memchr(at + 1, *at, (size_t)(stop - at - 1));
		append_value(repair, at + 1, end ? end : stop);
		return end ? end + 1 : stop;
	}
	while (end < stop && !g_ascii_isspace(*end))
		end++;
	append_value(repair, at, end);
	return end;
}

static void copy_attributes(struct repair *repair, const char *at, const char *stop)
{
	struct name seen[MAX_ATTRIBUTES];
	unsigned count = 0;

	while ((at = skip_white(at, stop)) < stop && count < MAX_ATTRIBUTES) {
		struct name name = read_name(at, stop);
		bool repeated = false;
		size_t before = repair->out->len;
		if (name.len == 0) {
			at++;
			continue;
		}
		for (unsigned i = 0; i < count; i++)
			repeated |= same_name(seen[i], name);
		seen[count++] = name;
		g_string_append_c(repair->out, ' ');
		g_string_append_len(repair->out, name.text, (gssize)name.len);
		g_string_append(repair->out, "=\"");
		at = skip_white(name.text + name.len, stop);
		if (at < stop && *at == '=')
			at = copy_value(repair, skip_white(at + 1, stop), stop);
		g_string_append_c(repair->out, '"');
		if (repeated)
			g_string_truncate(repair->out, before);
	}
}

static void read_start_tag(struct repair *repair, struct name name, const char *stop)
{
	bool empty = stop[-1] == '/' && stop - 1 >= name.text + name.len;

	if (is_item(name))
		close_open_item(repair);
	else
		close_open_leaf(repair, name);
	g_string_append_c(repair->out, '<');
	g_string_append_len(repair->out, name.text, (gssize)name.len);
	copy_attributes(repair, name.text + name.len, empty ? stop - 1 : stop);
	repair->at = stop + 1;
	if (empty || is_void(name) || repair->depth == MAX_OPEN) {
		g_string_append(repair->out, "/>");
		repair->root_ended = repair->depth == 0;
		return;
	}
	g_string_append_c(repair->out, '>');
	repair->open[repair->depth++] = name;
}

static void read_end_tag(struct repair *repair, struct name name)
{
	const char *after = skip_white(name.text + name.len, repair->end);
	int index = find_open(repair, name);

	repair->at = after < repair->end && *after == '>' ? after + 1 : after;
	if (index < 0)
		return;
	close_down_to(repair, (unsigned)index);
	repair->root_ended = repair->depth == 0;
}

/* Past the mark after `from`; NULL if there is none. */
static const char *skip_past(struct repair *repair, const char *from, enum mark mark)
{
	static const char *const texts[] = {
		[COMMENT_END] = "-->",
		[INSTRUCTION_END] = "?>",
		[SUBSET_END] = "]>",
		[SECTION_END] = "]]>",
	};
	size_t len = strlen(texts[mark]);
	const char *found;

	if (repair->no_more[mark] || from >= repair->end)
		return NULL;
	found = memmem(from, (size_t)(repair->end - from), texts[mark], len);
	if (!found)
		repair->no_more[mark] = true;
	return found ? found + len : NULL;
}

/* Where a CDATA section without an end stops: at the end tag of the element that it is the text of.
 */
static const char *open_cdata_end(const struct repair *repair, const char *text)
{
	struct name name = repair->depth ? repair->open[repair->depth - 1] : (struct name){"", 0};

	if (name.len == 0)
		return repair->end;
	g_autofree char *tag = g_strdup_printf("</%.*s>", (int)name.len, name.text);
	const char *found = memmem(text, (size_t)(repair->end - text), tag, strlen(tag));
	return found ? found : repair->end;
}

static void copy_cdata(struct repair *repair)
{
	const char *text = repair->at + strlen("<![CDATA[");
	const char *after = skip_past(repair, text, SECTION_END);
	const char *stop = after ? after - strlen("]]>") : repair->end;

	if (!after && text < repair->end)
		after = stop = open_cdata_end(repair, text);
	if (repair->depth && text < stop)
		append_escaped(repair->out, text, (size_t)(stop - text));
	repair->at = after ? after : repair->end;
}

/* <!DOCTYPE …[ … ]>, comments and instructions are left out. */
static void skip_declaration(struct repair *repair)
{
	const char *at = repair->at, *after = NULL;
	size_t left = (size_t)(repair->end - at);

	if (left >= 4 && memcmp(at, "<!--", 4) == 0)
		after = skip_past(repair, at + 4, COMMENT_END);
	else if (at[1] == '?')
		after = skip_past(repair, at + 2, INSTRUCTION_END);
	if (!after) {
		const char *stop = memchr(at, '>', left);
		const char *subset = stop ? memchr(at, '[', (size_t)(stop - at)) : NULL;
		if (subset && repair->depth == 0)
			after = skip_past(repair, subset, SUBSET_END);
		if (!after)
			after = stop ? stop + 1 : repair->end;
	}
	repair->at = after;
}

static void read_markup(struct repair *repair)
{
	const char *at = repair->at;
	size_t left = (size_t)(repair->end - at);
	struct name name;

	if (left >= 9 && memcmp(at, "<![CDATA[", 9) == 0) {
		copy_cdata(repair);
		return;
	}
	if (left > 1 && (at[1] == '!' || at[1] == '?')) {
		skip_declaration(repair);
		return;
	}
	if (left > 2 && at[1] == '/') {
		name = read_name(at + 2, repair->end);
		if (name.len) {
			read_end_tag(repair, name);
			return;
		}
	}
	name = read_name(at + 1, repair->end);
	if (name.len) {
		const char *next = name.text + name.len;
		bool tag_like = next < repair->end &&
				(g_ascii_isspace(*next) || *next == '>' || *next == '/');
		const char *stop = tag_like ? find_tag_end(repair, next) : NULL;
		if (stop) {
			read_start_tag(repair, name, stop);
			return;
		}
	}
	copy_text(repair, at + 1);
}

struct repaired xml_repair(const char *text, size_t text_len, GHashTable *entities)
{
	struct repair *repair = g_new0(struct repair, 1);
	struct repaired repaired;

	repair->at = text;
	repair->end = text + text_len;
	repair->out = g_string_sized_new(text_len + text_len / 8 + 64);
	repair->entities = entities;
	while (repair->at < repair->end && !repair->root_ended) {
		const char *tag = memchr(repair->at, '<', (size_t)(repair->end - repair->at));
		copy_text(repair, tag ? tag : repair->end);
		if (tag)
			read_markup(repair);
	}
	repaired.cut_at = repair->root_ended ? G_MAXSIZE : repair->out->len;
	repaired.root_ended = repair->root_ended;
	close_down_to(repair, 0);
	repaired.text = repair->out;
	g_free(repair);
	return repaired;
}
