/* entities: see entities.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/entities.h"

#include <stdlib.h>
#include <string.h>

#include "feeds/entity_names.h"

enum { NAME_MAX_LEN = 31, LEGACY_MAX_LEN = 6 };

/* Order of `name` against row `row` of the table: <0, 0, >0. */
static int compare_name(const char *name, size_t name_len, size_t row)
{
	int order = strncmp(name, entity_names[row].name, name_len);
	return order ? order : -(int)(entity_names[row].name[name_len] != '\0');
}

static int find_row(const char *name, size_t name_len)
{
	size_t low = 0, high = G_N_ELEMENTS(entity_names);

	if (name_len == 0 || name_len > NAME_MAX_LEN)
		return -1;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare_name(name, name_len, middle);
		if (order == 0)
			return (int)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

/* The names that escaped HTML is made of: each article has dozens. */
static const char *find_common(const char *name, size_t name_len)
{
	if (name_len == 2 && name[1] == 't')
		return name[0] == 'l' ? "<" : name[0] == 'g' ? ">" : NULL;
	if (name_len == 3 && memcmp(name, "amp", 3) == 0)
		return "&";
	if (name_len == 4 && memcmp(name, "quot", 4) == 0)
		return "\"";
	return name_len == 4 && memcmp(name, "nbsp", 4) == 0 ? "\xc2\xa0" : NULL;
}

const char *entity_by_name(const char *name, size_t name_len)
{
	const char *common = find_common(name, name_len);
	int row = common ? 0 : find_row(name, name_len);

	if (common)
		return common;
	return row < 0 ? NULL : entity_names[row].text;
}

gunichar entity_code_point(gunichar code)
{
	/* windows-1252 0x80-0x9f; 0 where it has nothing. */
	static const guint16 windows_1252[32] = {
		0x20ac, 0,	0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
		0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,	0x017d, 0,
		0,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,	0x017e, 0x0178,
	};
	if (code >= 0x80 && code < 0xa0)
		return windows_1252[code - 0x80] ? windows_1252[code - 0x80] : 0xfffd;
	if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0xfffd;
	return code;
}

/* "&#…" or "&#x…", with or without ';'. Bytes taken, 0 if there are no digits. */
static size_t read_number(const char *text, size_t text_len, gunichar *code)
{
	bool hex = text_len > 2 && (text[2] == 'x' || text[2] == 'X');
	size_t start = hex ? 3 : 2, at = start;

	*code = 0;
	for (; at < text_len; at++) {
		int digit = hex ? g_ascii_xdigit_value(text[at]) : g_ascii_digit_value(text[at]);
		if (digit < 0)
			break;
		if (*code <= 0x10ffff)
			*code = *code * (hex ? 16 : 10) + (gunichar)digit;
	}
	if (at == start)
		return 0;
	return at < text_len && text[at] == ';' ? at + 1 : at;
}

static size_t decode_number(const char *text, size_t text_len, GString *out)
{
	gunichar code, low;
	size_t len = read_number(text, text_len, &code), more;

	if (len == 0)
		return 0;
	/* Emoji as two halves of UTF-16, the way some scripts write them. */
	if (code >= 0xd800 && code < 0xdc00 && text_len - len > 3 && text[len] == '&' &&
	    text[len + 1] == '#' && (more = read_number(text + len, text_len - len, &low)) &&
	    low >= 0xdc00 && low < 0xe000) {
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		len += more;
	}
	g_string_append_unichar(out, entity_code_point(code));
	return len;
}

size_t entity_decode(const char *text, size_t text_len, GString *out)
{
	size_t len = 0;
	int row;

	if (text_len < 3)
		return 0;
	if (text[1] == '#')
		return decode_number(text, text_len, out);
	while (len < NAME_MAX_LEN && 1 + len < text_len && g_ascii_isalnum(text[1 + len]))
		len++;
	if (1 + len < text_len && text[1 + len] == ';') {
		const char *known = entity_by_name(text + 1, len);
		if (known) {
			g_string_append(out, known);
			return len + 2;
		}
	}
	for (len = MIN(len, LEGACY_MAX_LEN); len >= 2; len--) {
		row = find_row(text + 1, len);
		if (row >= 0 && entity_names[row].legacy) {
			g_string_append(out, entity_names[row].text);
			return len + 1;
		}
	}
	return 0;
}
