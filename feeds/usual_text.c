/* usual_text: see usual_text.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/usual_text.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "feeds/append.h"
#include "feeds/entities.h"

enum { MAX_NAME = 32 };

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

size_t usual_reference(const char *at, const char *end, gunichar *code)
{
	static const struct {
		char text[7], character;
	} rows[] = {
		{"&amp;", '&'}, {"&apos;", '\''}, {"&gt;", '>'}, {"&lt;", '<'}, {"&quot;", '"'}};

	if (end - at > 1 && at[1] == '#')
		return number_len(at, end, code);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		size_t len = strlen(rows[i].text);
		if ((size_t)(end - at) < len || memcmp(at, rows[i].text, len) != 0)
			continue;
		*code = (guchar)rows[i].character;
		return len;
	}
	return 0;
}

const char *usual_text_scan(const char *at, const char *end, struct usual_text *text)
{
	*text = (struct usual_text){.text = at, .plain = true};
	for (; (at = skip_text(at, end)) < end && *at != '<'; at++) {
		if (*at == ']') {
			if (end - at > 2 && at[1] == ']' && at[2] == '>')
				return NULL;
			continue;
		}
		text->plain = false;
		if (*at == '\r')
			continue;
		size_t len = reference_len(at, end);
		if (len == 0)
			return NULL;
		at += len - 1;
	}
	text->len = (size_t)(at - text->text);
	return at;
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

const char *usual_section_scan(const char *at, const char *end, struct usual_text *text)
{
	const char *start = at + strlen("<![CDATA["), *stop = find_section_end(start, end);

	if (!stop)
		return NULL;
	size_t len = (size_t)(stop - start);
	*text = (struct usual_text){start, len, true, !memchr(start, '\r', len)};
	return stop + 3;
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

void usual_text_read(const struct usual_text *piece, GHashTable *entities, GString *out)
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
