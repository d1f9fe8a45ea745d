/* skeleton: see skeleton.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/skeleton.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "feeds/append.h"
#include "feeds/entities.h"
#include "feeds/limits.h"

enum { PLACE = 'x', MAX_NAME = 32 };

struct scan {
	const char *at, *end;
	struct skeleton *skeleton;
	guint first; /* piece since the last tag */
	int depth;
};

/* ---- text ---- */

static bool is_mark(char c)
{
	return c == '<' || c == '&' || c == ']' || c == '\r';
}

/* Past what is neither markup nor in need of care. */
static const char *skip_text(const char *at, const char *end)
{
#ifdef __SSE2__
	while (end - at >= 16) {
		__m128i here = _mm_loadu_si128((const __m128i *)(const void *)at);
		__m128i markup = _mm_or_si128(_mm_cmpeq_epi8(here, _mm_set1_epi8('<')),
					      _mm_cmpeq_epi8(here, _mm_set1_epi8('&')));
		__m128i other = _mm_or_si128(_mm_cmpeq_epi8(here, _mm_set1_epi8(']')),
					     _mm_cmpeq_epi8(here, _mm_set1_epi8('\r')));
		unsigned mask = (unsigned)_mm_movemask_epi8(_mm_or_si128(markup, other));
		if (mask)
			return at + __builtin_ctz(mask);
		at += 16;
	}
#endif
	while (at < end && !is_mark(*at))
		at++;
	return at;
}

/* XML 1.0, production 2. */
static bool is_character(gunichar c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) ||
	       (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

/* "&#…;" at `at`: its bytes, 0 if it is none that XML knows. */
static size_t number_len(const char *at, const char *end, gunichar *code)
{
	bool hex = end - at > 2 && at[2] == 'x';
	const char *digits = at + (hex ? 3 : 2), *stop = digits;

	*code = 0;
	for (; stop < end && *code <= 0x10ffff; stop++) {
		int digit = hex ? g_ascii_xdigit_value(*stop) : g_ascii_digit_value(*stop);
		if (digit < 0)
			break;
		*code = *code * (hex ? 16 : 10) + (gunichar)digit;
	}
	if (stop == digits || stop == end || *stop != ';' || !is_character(*code))
		return 0;
	return (size_t)(stop + 1 - at);
}

/* "&name;", for names of letters and digits. */
static size_t name_len(const char *at, const char *end)
{
	const char *stop = at + 1;

	if (stop < end && !g_ascii_isalpha(*stop))
		return 0;
	while (stop < end && g_ascii_isalnum(*stop) && stop - at <= MAX_NAME)
		stop++;
	return stop < end && *stop == ';' && stop > at + 1 ? (size_t)(stop + 1 - at) : 0;
}

/* "&lt;", "&gt;", "&amp;", "&quot;": what escaped HTML is made of. Its bytes, or 0. */
static size_t usual_len(const char *at, const char *end, char *character)
{
	if (end - at < 6)
		return 0;
	if (at[2] == 't' && at[3] == ';' && (at[1] == 'l' || at[1] == 'g')) {
		*character = at[1] == 'l' ? '<' : '>';
		return 4;
	}
	if (memcmp(at, "&amp;", 5) == 0) {
		*character = '&';
		return 5;
	}
	*character = '"';
	return memcmp(at, "&quot;", 6) == 0 ? 6 : 0;
}

static size_t reference_len(const char *at, const char *end)
{
	gunichar code;
	char character;
	size_t len = usual_len(at, end, &character);

	if (len)
		return len;

	return end - at > 1 && at[1] == '#' ? number_len(at, end, &code) : name_len(at, end);
}

static void add_piece(struct scan *scan, const char *text, const char *stop, bool literal,
		      bool plain)
{
	struct skeleton_piece piece = {text, (unsigned)(stop - text), literal, plain, false};

	if (stop > text)
		g_array_append_val(scan->skeleton->pieces, piece);
}

/* From any character to the next '<'. */
static bool scan_text(struct scan *scan)
{
	const char *start = scan->at, *at = start, *end = scan->end;
	bool plain = true;

	for (; (at = skip_text(at, end)) < end && *at != '<'; at++) {
		if (*at == ']') {
			if (end - at > 2 && at[1] == ']' && at[2] == '>')
				return false;
			continue;
		}
		plain = false;
		if (*at == '\r')
			continue;
		size_t len = reference_len(at, end);
		if (len == 0)
			return false;
		at += len - 1;
	}
	scan->at = at;
	add_piece(scan, start, at, false, plain);
	return true;
}

/* memmem() takes several times as long for so short a needle. */
static const char *find_section_end(const char *at, const char *end)
{
	while ((at = memchr(at, ']', (size_t)(end - at)))) {
		if (end - at < 3)
			return NULL;
		if (at[1] == ']' && at[2] == '>')
			return at;
		at++;
	}
	return NULL;
}

static bool scan_section(struct scan *scan)
{
	const char *start = scan->at + strlen("<![CDATA[");
	const char *stop = find_section_end(start, scan->end);

	if (!stop)
		return false;
	add_piece(scan, start, stop, true, !memchr(start, '\r', (size_t)(stop - start)));
	scan->at = stop + 3;
	return true;
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

/* ---- tags ---- */

/* Past the '>' of a tag; NULL if there is none near. */
static const char *tag_end(const char *at, const char *end)
{
	if (end - at > FEED_MAX_TOKEN)
		end = at + FEED_MAX_TOKEN;
	while (at < end && *at != '>') {
		if (*at == '"' || *at == '\'') {
			at = memchr(at + 1, *at, (size_t)(end - at - 1));
			if (!at)
				return NULL;
		}
		at++;
	}
	return at < end ? at + 1 : NULL;
}

/* The text before a tag becomes one letter. */
static void close_text(struct scan *scan)
{
	GArray *pieces = scan->skeleton->pieces;
	static const char place = PLACE;

	if (pieces->len == scan->first)
		return;
	g_array_index(pieces, struct skeleton_piece, pieces->len - 1).last = true;
	append(scan->skeleton->tags, &place, 1);
	scan->first = pieces->len;
}

static bool scan_tag(struct scan *scan)
{
	const char *start = scan->at, *stop = tag_end(start + 1, scan->end);

	if (!stop)
		return false;
	close_text(scan);
	append(scan->skeleton->tags, start, (size_t)(stop - start));
	if (start[1] == '/')
		scan->depth--;
	else if (stop[-2] != '/')
		scan->depth++;
	scan->at = stop;
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
	if (scan->at[1] != '!')
		return scan_tag(scan);
	if (begins(scan, "<!--"))
		return scan_comment(scan);
	return begins(scan, "<![CDATA[") && scan_section(scan);
}

/* ---- public ---- */

bool skeleton_make(struct skeleton *skeleton, const char *text, size_t text_len)
{
	struct scan scan = {.at = text, .end = text + text_len, .skeleton = skeleton};

	skeleton->tags = g_string_sized_new(text_len / 4 + 64);
	skeleton->pieces = g_array_sized_new(FALSE, FALSE, sizeof(struct skeleton_piece),
					     (guint)(text_len / 64 + 16));
	skeleton->taken = 0;
	while (scan.at < scan.end && g_ascii_isspace(*scan.at))
		scan.at++;
	/* the root's start tag */
	if (scan.end - scan.at < 3 || scan.at[0] != '<' || !g_ascii_isalpha(scan.at[1]) ||
	    !scan_tag(&scan))
		return false;
	while (scan.depth > 0 && scan.at < scan.end)
		if (!scan_next(&scan))
			return false;
	if (scan.depth != 0)
		return false;
	/* what follows the root's end is judged as it stands */
	append(skeleton->tags, scan.at, (size_t)(scan.end - scan.at));
	return true;
}

void skeleton_finish(struct skeleton *skeleton)
{
	if (skeleton->tags)
		g_string_free(skeleton->tags, TRUE);
	if (skeleton->pieces)
		g_array_unref(skeleton->pieces);
	memset(skeleton, 0, sizeof(*skeleton));
}

const struct skeleton_piece *skeleton_take(struct skeleton *skeleton)
{
	if (skeleton->taken == skeleton->pieces->len)
		return NULL;
	return &g_array_index(skeleton->pieces, struct skeleton_piece, skeleton->taken++);
}

/* At '&'; bytes taken. */
static size_t read_reference(const char *at, const char *end, GHashTable *entities, GString *out)
{
	char name[MAX_NAME + 2], bytes[6];
	size_t len = usual_len(at, end, bytes);
	const char *known = NULL;
	gunichar code;

	if (len) {
		append(out, bytes, 1);
		return len;
	}
	len = reference_len(at, end);
	if (at[1] == '#') {
		number_len(at, end, &code);
		append(out, bytes, (size_t)g_unichar_to_utf8(code, bytes));
		return len;
	}
	memcpy(name, at + 1, len - 2);
	name[len - 2] = '\0';
	if (entities && g_hash_table_size(entities))
		known = g_hash_table_lookup(entities, name);
	if (!known)
		known = entity_by_name(name, len - 2);
	append(out, known ? known : at, known ? strlen(known) : len);
	return len;
}

void skeleton_read(const struct skeleton_piece *piece, GHashTable *entities, GString *out)
{
	const char *at = piece->text, *end = at + piece->len;

	while (at < end) {
		const char *stop =
			piece->literal ? memchr(at, '\r', (size_t)(end - at)) : skip_text(at, end);
		if (!stop)
			stop = end;
		append(out, at, (size_t)(stop - at));
		at = stop;
		if (at == end)
			break;
		if (*at == '&' && !piece->literal) {
			at += read_reference(at, end, entities, out);
		} else if (*at == '\r') {
			append(out, "\n", 1);
			at += end - at > 1 && at[1] == '\n' ? 2 : 1;
		} else {
			append(out, at++, 1);
		}
	}
}
