/* html_text: HTML to plain text: tags away, references decoded, white space collapsed, one '\n'
 * between blocks. A tolerant tokenizer after WHATWG HTML section 13.2.5, no tree: linear time,
 * no depth.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stddef.h>

enum html_text_flags {
	HTML_TEXT_ONE_LINE = 1 << 0, /* blocks stand for a space: titles */
	HTML_TEXT_LITERAL = 1 << 1,  /* no markup: only white space and marks are dealt with */
};

/* Appends the plain text of `html` (valid UTF-8, `html_len` bytes) to `out`, at most `max_len` bytes,
 * cut between characters. Of the result: no white space at its ends, no two white spaces in a row,
 * no control characters but U+0081, 8D, 8F, 90 and 9D, no bidi overrides; line breaks stay in literal text and at blocks.
 * Content of script, style, applet and template is dropped. */
void html_text_append(GString *out, const char *html, size_t html_len, unsigned flags,
		      size_t max_len);

/* The same as a new string; NULL if nothing is left. */
char *html_text(const char *html, size_t html_len, unsigned flags, size_t max_len);
