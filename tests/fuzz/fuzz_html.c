/* fuzz_html: HTML to text. Oracle: clean text; a lower limit gives a beginning of the same text;
 * plain text once more is itself.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/html_text.h"
#include "tests/fuzz/oracle.h"
#include "tests/fuzz/targets.h"

#include <string.h>

#define LIMIT (64 << 10)

static void check(const char *html, size_t len, unsigned flags)
{
	g_autofree char *text = html_text(html, len, flags, LIMIT);
	g_autofree char *cut = html_text(html, len, flags, len / 3 + 1);

	oracle_text(text, LIMIT, flags & HTML_TEXT_ONE_LINE);
	oracle_text(cut, len / 3 + 1, flags & HTML_TEXT_ONE_LINE);
	if (cut)
		MUST(text && strncmp(text, cut, strlen(cut)) == 0);
	if (!text)
		return;
	g_autofree char *again = html_text(text, strlen(text), flags | HTML_TEXT_LITERAL, LIMIT);
	MUST(g_strcmp0(text, again) == 0);
}

void fuzz_html(const uint8_t *bytes, size_t bytes_len)
{
	g_autofree char *valid = g_utf8_make_valid((const char *)bytes, (gssize)bytes_len);
	size_t len = strlen(valid);

	for (unsigned flags = 0; flags < 4; flags++)
		check(valid, len, flags);
}
