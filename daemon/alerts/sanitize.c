/* sanitize: see sanitize.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/sanitize.h"

#include <glib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

bool sanitize_is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x61c || c == 0x2028 ||
	       c == 0x2029 || (c >= 0xe0000 && c <= 0xe007f) || c == 0xfeff;
}

char *sanitize(const char *text, unsigned flags)
{
	g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
	GString *out = g_string_sized_new(strlen(valid));
	bool blank = false;

	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '\n' && (flags & SANITIZE_LINES)) {
			g_string_append_c(out, '\n');
			blank = false;
			continue;
		}
		if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
			blank = true;
			continue;
		}
		if (blank && out->len && out->str[out->len - 1] != '\n')
			g_string_append_c(out, ' ');
		blank = false;
		g_string_append_unichar(out, sanitize_is_harmful(c) ? 0xfffd : c);
	}
	return g_string_free(out, FALSE);
}

void sanitize_in_place(char *text, unsigned flags)
{
	static const char *const covers[] = {"", "?", "? ", "\xef\xbf\xbd", "\xef\xbf\xbd "};
	for (char *p = text, *next; *p; p = next) {
		gunichar c = g_utf8_get_char(p);
		next = g_utf8_next_char(p);
		if (c == '\n' && (flags & SANITIZE_LINES))
			continue;
		if (c == '\n' || c == '\r' || c == '\t')
			*p = ' ';
		else if (sanitize_is_harmful(c))
			memcpy(p, covers[next - p], (size_t)(next - p));
	}
}

/* The last place at or before `at` where no character that people see as one is cut (UAX #29). */
static size_t grapheme_border(const char *text, size_t at)
{
	UErrorCode status = U_ZERO_ERROR;
	UText *input = utext_openUTF8(NULL, text, -1, &status);
	UBreakIterator *graphemes = ubrk_open(UBRK_CHARACTER, "", NULL, 0, &status);
	int32_t border = 0;
	ubrk_setUText(graphemes, input, &status);
	if (U_SUCCESS(status))
		border = ubrk_isBoundary(graphemes, (int32_t)at) ? (int32_t)at : ubrk_preceding(graphemes, (int32_t)at);
	ubrk_close(graphemes);
	utext_close(input);
	return border > 0 ? (size_t)border : 0;
}

char *sanitize_cut(const char *text, size_t max_len, unsigned flags)
{
	char *whole = sanitize(text, flags);
	size_t len = strlen(whole);
	if (len <= max_len)
		return whole;
	size_t cut = grapheme_border(whole, max_len > 3 ? max_len - 3 : 0);
	char *shorter = g_strdup_printf("%.*s…", (int)cut, whole);
	g_free(whole);
	return shorter;
}

char *sanitize_link(const char *link)
{
	if (!link || (!g_str_has_prefix(link, "http://") && !g_str_has_prefix(link, "https://")) ||
	    !g_utf8_validate(link, -1, NULL))
		return NULL;
	for (const char *p = link; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (sanitize_is_harmful(c) || c == ' ' || c == '<' || c == '>' || c == '"')
			return NULL;
	}
	return g_strdup(link);
}
