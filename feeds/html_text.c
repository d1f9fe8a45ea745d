/* html_text: see html_text.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/html_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "feeds/append.h"
#include "feeds/entities.h"

enum gap { GAP_NONE, GAP_SPACE, GAP_BREAK };

struct writer {
	GString *out;
	size_t start, end; /* of our part of out: where it begins, where it must stop */
	enum gap gap;	   /* white space seen since the last character */
	unsigned flags;
	bool full;
};

/* What a byte needs: anything but PLAIN leaves the copying loop. */
enum byte_class { PLAIN, SPACE, CONTROL, LEAD, MARKUP, REFERENCE };

static enum byte_class byte_class(guchar c)
{
	/* Leads of blocks that hold C1, no-break space, U+2000-206f, U+3000, U+feff, the last two
	 * of each plane, tags.
	 */
	if (c >= 0x80)
		return c == 0xc2 || c == 0xe1 || c == 0xe2 || c == 0xe3 || c == 0xef || c >= 0xf0
			       ? LEAD
			       : PLAIN;
	if (c == ' ' || (c >= '\t' && c <= '\r'))
		return SPACE;
	if (c < ' ' || c == 0x7f)
		return CONTROL;
	return c == '<' ? MARKUP : c == '&' ? REFERENCE : PLAIN;
}

static uint8_t class_of[256];

static void note_gap(struct writer *writer, enum gap gap)
{
	if (gap == GAP_BREAK && (writer->flags & HTML_TEXT_ONE_LINE))
		gap = GAP_SPACE;
	if (gap > writer->gap)
		writer->gap = gap;
}

/* Bytes that fit into `room`, whole characters without a space behind. */
static size_t fitting(const char *bytes, size_t room)
{
	while (room && ((guchar)bytes[room] & 0xc0) == 0x80)
		room--;
	while (room && bytes[room - 1] == ' ')
		room--;
	return room;
}

/* `bytes` begins with no space, ends with none, and has no two in a row. */
static void write_bytes(struct writer *writer, const char *bytes, size_t len)
{
	bool gap = writer->gap != GAP_NONE && writer->out->len > writer->start;
	size_t room = writer->end - writer->out->len;

	if (len == 0 || writer->full)
		return;
	if (len + gap > room) {
		len = room > gap ? fitting(bytes, room - gap) : 0;
		writer->full = true;
	}
	if (gap && len)
		append(writer->out, writer->gap == GAP_BREAK ? "\n" : " ", 1);
	writer->gap = GAP_NONE;
	append(writer->out, bytes, len);
}

static bool is_dropped(gunichar c)
{
	return c == 0x00ad || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	       c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f) ||
	       (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

static bool is_white(gunichar c)
{
	return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* One character that is not plain: white space, marks that must go, C1 controls (which are
 * windows-1252 read as Latin 1). */
static void write_character(struct writer *writer, const char *at, size_t len)
{
	gunichar c = g_utf8_get_char(at);
	char bytes[6];

	if (is_dropped(c))
		return;
	if (is_white(c)) {
		note_gap(writer, c == 0x2029 ? GAP_BREAK : GAP_SPACE);
	} else if (c >= 0x80 && c < 0xa0) {
		/* The five that windows-1252 lacks stay: in text that was encoded twice they are
		 * bytes of letters. */
		if (c == 0x85)
			note_gap(writer, GAP_SPACE);
		else if (entity_code_point(c) == 0xfffd)
			write_bytes(writer, at, len);
		else
			write_bytes(writer, bytes,
				    (size_t)g_unichar_to_utf8(entity_code_point(c), bytes));
	} else {
		write_bytes(writer, at, len);
	}
}

static size_t character_len(const char *at, const char *end)
{
	size_t len = (size_t)g_utf8_skip[(guchar)*at];
	return MIN(len, (size_t)(end - at));
}

/* Length of a character at `at` that begins like some that need care, but needs none: quotes,
 * dashes and ellipses of typographers, signs of Latin 1, kana. 0: look closer. */
static size_t harmless_len(const char *at, const char *end)
{
	const guchar *b = (const guchar *)at;

	if (end - at >= 2 && b[0] == 0xc2)
		return b[1] > 0xa0 && b[1] != 0xad ? 2 : 0;
	if (end - at < 3)
		return 0;
	if (b[0] == 0xe2)
		return (b[1] == 0x80 && b[2] >= 0x90 && b[2] <= 0xa7) || b[1] > 0x81 ? 3 : 0;
	return b[0] == 0xe3 && b[1] > 0x80 ? 3 : 0;
}

#ifdef __SSE2__
static __m128i at_most(__m128i bytes, int most)
{
	return _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8((char)most)), bytes);
}

/* Bytes that are not PLAIN, but for spaces: as byte_class() has them. */
static __m128i odd_bytes(__m128i bytes)
{
	__m128i low = at_most(bytes, ' ' - 1);
	__m128i markup = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('<')),
				      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('&')));
	__m128i single = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f)),
				      _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)0xc2)));
	__m128i leads = _mm_or_si128(at_most(_mm_sub_epi8(bytes, _mm_set1_epi8((char)0xe1)), 2),
				     at_most(_mm_sub_epi8(bytes, _mm_set1_epi8((char)0xef)), 16));
	return _mm_or_si128(_mm_or_si128(low, markup), _mm_or_si128(single, leads));
}

/* Sixteen bytes at once while they are plain and single spaces before it: half of the time of the byte loop for news. */
static const char *skip_plain_blocks(const char *at, const char *end)
{
	const __m128i space = _mm_set1_epi8(' ');

	while (end - at > 16) {
		__m128i here = _mm_loadu_si128((const __m128i *)(const void *)at);
		unsigned odd = (unsigned)_mm_movemask_epi8(odd_bytes(here));
		unsigned spaces = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(here, space));
		unsigned next = (odd | spaces) >> 1 | (unsigned)(class_of[(guchar)at[16]] != PLAIN) << 15;
		unsigned stop = odd | (spaces & next);
		if (stop)
			return at + __builtin_ctz(stop);
		at += 16;
	}
	return at;
}
#else
static const char *skip_plain_blocks(const char *at, const char *end)
{
	(void)end;
	return at;
}
#endif

/* Past the text that can be copied as it is: no markup, no white space but single spaces inside. */
static const char *copyable(const char *at, const char *end)
{
	for (;;) {
		size_t len;
		at = skip_plain_blocks(at, end);
		if (at < end && class_of[(guchar)*at] == PLAIN)
			while (at < end && class_of[(guchar)*at] == PLAIN)
				at++;
		else if (at < end && *at == ' ' && at + 1 < end &&
			 (class_of[(guchar)at[1]] == PLAIN || harmless_len(at + 1, end)))
			at++;
		else if (at < end && (len = harmless_len(at, end)))
			at += len;
		else
			return at;
	}
}

/* Text without markup up to `end`, or up to the first '<' or '&' unless literal. */
static const char *write_text(struct writer *writer, const char *at, const char *end)
{
	bool literal = writer->flags & HTML_TEXT_LITERAL;

	while (at < end) {
		const char *run = at;
		/* a run begins with a word: what is left of a space stays a gap */
		at = class_of[(guchar)*at] == SPACE ? at : copyable(at, end);
		write_bytes(writer, run, (size_t)(at - run));
		if (at == end)
			break;
		switch (class_of[(guchar)*at]) {
		case SPACE:
			note_gap(writer, literal && *at == '\n' ? GAP_BREAK : GAP_SPACE);
			at++;
			break;
		case CONTROL:
			at++;
			break;
		case LEAD: {
			size_t len = character_len(at, end);
			write_character(writer, at, len);
			at += len;
			break;
		}
		default:
			if (!literal)
				return at;
			write_bytes(writer, at, 1);
			at++;
		}
	}
	return at;
}

/* Names of tags that matter. Other tags stand for nothing. */
enum tag_kind { TAG_INLINE, TAG_BLOCK, TAG_CELL, TAG_RAW, TAG_HIDDEN };

static const struct tag_row {
	char name[12];
	enum tag_kind kind;
} tag_rows[] = {
	{"address", TAG_BLOCK}, {"applet", TAG_HIDDEN},	 {"article", TAG_BLOCK},
	{"aside", TAG_BLOCK},	{"audio", TAG_CELL},	 {"blockquote", TAG_BLOCK},
	{"body", TAG_BLOCK},	{"br", TAG_BLOCK},	 {"button", TAG_CELL},
	{"canvas", TAG_CELL},	{"caption", TAG_BLOCK},	 {"center", TAG_BLOCK},
	{"col", TAG_CELL},	{"colgroup", TAG_CELL},	 {"dd", TAG_BLOCK},
	{"details", TAG_BLOCK}, {"dialog", TAG_BLOCK},	 {"dir", TAG_BLOCK},
	{"div", TAG_BLOCK},	{"dl", TAG_BLOCK},	 {"dt", TAG_BLOCK},
	{"embed", TAG_CELL},	{"fieldset", TAG_BLOCK}, {"figcaption", TAG_BLOCK},
	{"figure", TAG_BLOCK},	{"footer", TAG_BLOCK},	 {"form", TAG_BLOCK},
	{"frame", TAG_BLOCK},	{"frameset", TAG_BLOCK}, {"h1", TAG_BLOCK},
	{"h2", TAG_BLOCK},	{"h3", TAG_BLOCK},	 {"h4", TAG_BLOCK},
	{"h5", TAG_BLOCK},	{"h6", TAG_BLOCK},	 {"head", TAG_BLOCK},
	{"header", TAG_BLOCK},	{"hgroup", TAG_BLOCK},	 {"hr", TAG_BLOCK},
	{"html", TAG_BLOCK},	{"iframe", TAG_CELL},	 {"img", TAG_CELL},
	{"input", TAG_CELL},	{"legend", TAG_BLOCK},	 {"li", TAG_BLOCK},
	{"main", TAG_BLOCK},	{"map", TAG_CELL},	 {"menu", TAG_BLOCK},
	{"nav", TAG_BLOCK},	{"noframes", TAG_BLOCK}, {"noscript", TAG_BLOCK},
	{"object", TAG_CELL},	{"ol", TAG_BLOCK},	 {"optgroup", TAG_CELL},
	{"option", TAG_CELL},	{"p", TAG_BLOCK},	 {"pre", TAG_BLOCK},
	{"script", TAG_RAW},	{"section", TAG_BLOCK},	 {"select", TAG_CELL},
	{"style", TAG_RAW},	{"summary", TAG_BLOCK},	 {"table", TAG_BLOCK},
	{"tbody", TAG_BLOCK},	{"td", TAG_CELL},	 {"template", TAG_HIDDEN},
	{"textarea", TAG_CELL}, {"tfoot", TAG_BLOCK},	 {"th", TAG_CELL},
	{"thead", TAG_BLOCK},	{"title", TAG_BLOCK},	 {"tr", TAG_BLOCK},
	{"ul", TAG_BLOCK},	{"video", TAG_CELL},
};

enum { TAG_SLOTS = 256 };

static uint8_t tag_slots[TAG_SLOTS]; /* index + 1 into tag_rows; 0: free */

/* Of a name in lower case, padded with zeros. */
static unsigned tag_slot(const char *name)
{
	guint64 head;
	guint32 tail;

	memcpy(&head, name, sizeof(head));
	memcpy(&tail, name + sizeof(head), sizeof(tail));
	return (unsigned)(((head ^ tail) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)) >> 56);
}

static void prepare_tags(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tag_rows); i++) {
		unsigned slot = tag_slot(tag_rows[i].name);
		while (tag_slots[slot])
			slot = (slot + 1) % TAG_SLOTS;
		tag_slots[slot] = (uint8_t)(i + 1);
	}
}

static const struct tag_row *find_tag(const char *name, size_t len)
{
	char lower[sizeof(tag_rows[0].name)] = "";

	if (len >= sizeof(lower))
		return NULL;
	for (size_t i = 0; i < len; i++)
		lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i]);
	for (unsigned slot = tag_slot(lower); tag_slots[slot]; slot = (slot + 1) % TAG_SLOTS)
		if (memcmp(lower, tag_rows[tag_slots[slot] - 1].name, sizeof(lower)) == 0)
			return &tag_rows[tag_slots[slot] - 1];
	return NULL;
}

static void prepare(void)
{
	static gsize ready;

	if (g_once_init_enter(&ready)) {
		for (int c = 0; c < 256; c++)
			class_of[c] = (uint8_t)byte_class((guchar)c);
		prepare_tags();
		g_once_init_leave(&ready, 1);
	}
}

struct scanner {
	const char *at, *end;
	struct writer writer;
	bool no_more_ends; /* no '>' is left: what looks like a tag is text */
};

/* Bytes of a tag outside quotes; more is not one tag, and scanning on would be quadratic. */
enum { MAX_TAG_STEPS = 4096 };

/* Past the '>' that closes the tag begun before `at`; a '>' inside a quoted value does not. NULL if
 * the tag never ends. */
static const char *tag_end(const char *at, const char *end)
{
	const char *stop = memchr(at, '>', (size_t)(end - at));
	int steps = 0;

	if (!stop)
		return NULL;
	for (const char *scan = at; scan < end && steps < MAX_TAG_STEPS; scan++, steps++) {
		if (*scan == '>')
			return scan + 1;
		if (*scan != '=')
			continue;
		while (scan + 1 < end && class_of[(guchar)scan[1]] == SPACE)
			scan++;
		if (scan + 1 < end && (scan[1] == '"' || scan[1] == '\'')) {
			const char *quote = memchr(scan + 2, scan[1], (size_t)(end - scan - 2));
			if (!quote)
				break; /* left open: the first '>' will do */
			scan = quote;
		}
	}
	return stop + 1;
}

static const char *find_end_tag(const char *at, const char *end, const char *name)
{
	size_t len = strlen(name);

	while (at < end && (at = memchr(at, '<', (size_t)(end - at)))) {
		if ((size_t)(end - at) > len + 1 && at[1] == '/' &&
		    g_ascii_strncasecmp(at + 2, name, len) == 0 &&
		    ((size_t)(end - at) == len + 2 || !g_ascii_isalnum(at[len + 2])))
			return at;
		at++;
	}
	return NULL;
}

/* <!-- -->, <!doctype …>, <![CDATA[ … ]]>, <? … >: nothing, or for CDATA its text. */
static void skip_declaration(struct scanner *scanner)
{
	const char *at = scanner->at, *end = scanner->end, *stop;
	size_t len = (size_t)(end - at);

	if (len >= 4 && memcmp(at, "<!--", 4) == 0) {
		if (len > 4 && at[4] == '>')
			stop = at + 5;
		else if ((stop = g_strstr_len(at + 4, end - at - 4, "-->")))
			stop += 3;
	} else if (len >= 9 && memcmp(at, "<![CDATA[", 9) == 0) {
		scanner->at = at + 9; /* its end, "]]>", is met as text */
		return;
	} else {
		stop = memchr(at, '>', len);
		stop = stop ? stop + 1 : NULL;
		if (!stop) {
			/* No end: it was text that looks like one. */
			write_bytes(&scanner->writer, at, 1);
			stop = at + 1;
		}
	}
	scanner->at = stop ? stop : end;
}

static void skip_content(struct scanner *scanner, const struct tag_row *row)
{
	const char *stop = find_end_tag(scanner->at, scanner->end, row->name);
	const char *after = stop ? memchr(stop, '>', (size_t)(scanner->end - stop)) : NULL;

	scanner->at = after ? after + 1 : scanner->end;
}

/* A start or end tag; scanner->at is at its '<', `name` at its first letter. */
static void read_tag(struct scanner *scanner, const char *name, bool closing)
{
	const char *stop = name;
	const char *after = NULL;
	const struct tag_row *row;

	while (stop < scanner->end && class_of[(guchar)*stop] != SPACE && *stop != '>' &&
	       *stop != '/')
		stop++;
	row = find_tag(name, (size_t)(stop - name));
	if (!scanner->no_more_ends)
		after = tag_end(stop, scanner->end);
	if (!after) {
		/* Cut inside a tag: what is left of it is no text. But nobody cuts a title, so
		 * "spread <100" is one. */
		scanner->no_more_ends = true;
		if ((scanner->writer.flags & HTML_TEXT_ONE_LINE) &&
		    !memchr(name, '=', (size_t)(scanner->end - name))) {
			write_bytes(&scanner->writer, scanner->at, 1);
			scanner->at++;
			return;
		}
		scanner->at = scanner->end;
		return;
	}
	scanner->at = after;
	if (!row)
		return;
	if (row->kind == TAG_BLOCK)
		note_gap(&scanner->writer, GAP_BREAK);
	else
		note_gap(&scanner->writer, GAP_SPACE);
	if (!closing && (row->kind == TAG_RAW || row->kind == TAG_HIDDEN) && after[-2] != '/')
		skip_content(scanner, row);
}

static void read_markup(struct scanner *scanner)
{
	const char *at = scanner->at;
	char next = at + 1 < scanner->end ? at[1] : '\0';
	char third = at + 2 < scanner->end ? at[2] : '\0';

	if (g_ascii_isalpha(next)) {
		read_tag(scanner, at + 1, false);
	} else if (next == '/' && g_ascii_isalpha(third)) {
		read_tag(scanner, at + 2, true);
	} else if (next == '!' || next == '?' || (next == '/' && third != '\0')) {
		skip_declaration(scanner);
	} else {
		write_bytes(&scanner->writer, at, 1);
		scanner->at++;
	}
}

static void read_reference(struct scanner *scanner)
{
	char buffer[64];
	GString decoded = {buffer, 0, sizeof(buffer)};
	size_t len = entity_decode(scanner->at, (size_t)(scanner->end - scanner->at), &decoded);

	if (len == 0) {
		write_bytes(&scanner->writer, scanner->at, 1);
		scanner->at++;
		return;
	}
	scanner->at += len;
	/* What a reference stands for is text, also '<' and '&'. */
	unsigned flags = scanner->writer.flags;
	scanner->writer.flags |= HTML_TEXT_LITERAL;
	write_text(&scanner->writer, decoded.str, decoded.str + decoded.len);
	scanner->writer.flags = flags;
}

void html_text_append(GString *out, const char *html, size_t html_len, unsigned flags,
		      size_t max_len)
{
	struct scanner scanner = {
		.at = html,
		.end = html + html_len,
		.writer = {.out = out,
			   .start = out->len,
			   .end = out->len + max_len,
			   .flags = flags},
	};

	prepare();
	while (scanner.at < scanner.end && !scanner.writer.full) {
		scanner.at = write_text(&scanner.writer, scanner.at, scanner.end);
		if (scanner.at == scanner.end)
			break;
		if (*scanner.at == '<')
			read_markup(&scanner);
		else
			read_reference(&scanner);
	}
}

char *html_text(const char *html, size_t html_len, unsigned flags, size_t max_len)
{
	GString *out = g_string_sized_new(MIN(html_len, max_len) + 1);

	html_text_append(out, html, html_len, flags, max_len);
	return g_string_free(out, out->len == 0);
}
