/* wrap: see wrap.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/wrap.h"

#include <stdbool.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

static unsigned width_of(const char *text, size_t len)
{
	unsigned width = 0;
	for (const char *p = text; p < text + len; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		width += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
	}
	return width;
}

unsigned wrap_width(const char *text)
{
	return width_of(text, strlen(text));
}

static size_t without_blanks(const char *text, size_t len)
{
	while (len && text[len - 1] == ' ')
		len--;
	return len;
}

/* The rules break addresses at their slashes; those stay whole. */
static bool is_place(const char *text, int32_t at)
{
	return text[at - 1] == ' ' || (signed char)text[at - 1] < 0 || (signed char)text[at] < 0;
}

static int32_t next_place(UBreakIterator *breaks, const char *text)
{
	int32_t at;
	do
		at = ubrk_next(breaks);
	while (at != UBRK_DONE && text[at] && !is_place(text, at));
	return at;
}

void wrap_append(GString *out, const char *text, unsigned at, const char *indent, unsigned columns)
{
	UErrorCode status = U_ZERO_ERROR;
	UText *input = utext_openUTF8(NULL, text, -1, &status);
	UBreakIterator *breaks = ubrk_open(UBRK_LINE, "", NULL, 0, &status);
	unsigned column = at, margin = wrap_width(indent);
	bool fresh = true; /* nothing on this line yet */

	ubrk_setUText(breaks, input, &status);
	if (U_FAILURE(status)) {
		g_string_append(out, text);
	} else {
		int32_t from = ubrk_first(breaks), to;
		for (; (to = next_place(breaks, text)) != UBRK_DONE; from = to) {
			const char *part = text + from;
			size_t len = (size_t)(to - from), shown = without_blanks(part, len);
			if (!fresh && column + width_of(part, shown) > columns) {
				g_string_truncate(out, without_blanks(out->str, out->len));
				g_string_append_printf(out, "\n%s", indent);
				column = margin;
			}
			g_string_append_len(out, part, (gssize)len);
			column += width_of(part, len);
			fresh = false;
		}
	}
	ubrk_close(breaks);
	utext_close(input);
}
