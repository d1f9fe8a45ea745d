/* charset: bytes of a document to clean UTF-8. Knows nothing of markup beyond the XML declaration.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Everything that may need files: to be called before a sandbox closes. */
void charset_prepare(void);

/* The document as UTF-8 that has no byte order mark, no NUL, no characters XML forbids (U+FFFD stands
 * for them). The encoding is found in this order: byte order mark; UTF-16 and UTF-32 by the zero
 * bytes of the first '<' or '{'; the charset of `content_type`; the XML declaration; and whatever
 * was said, text that is valid UTF-8 and not only ASCII is UTF-8. Without a word: UTF-8, else windows-1252.
 * Labels are those of the WHATWG Encoding standard, so iso-8859-1 is windows-1252, gb2312 is
 * GB18030. Unknown labels count as none.
 *
 * Returns `bytes` itself when nothing had to change, else *converted, which the caller frees.
 * *text_len is the length. *damaged is set when characters had to be replaced. */
const char *charset_to_utf8(const char *bytes, size_t bytes_len, const char *content_type,
			    size_t *text_len, char **converted, bool *damaged);
