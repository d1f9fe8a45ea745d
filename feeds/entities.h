/* entities: character references of HTML and XML to UTF-8.
 * Knows nothing of tags.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* UTF-8 of the named reference (without '&' and ';'), or NULL. Static. Case matters. */
const char *entity_by_name(const char *name, size_t name_len);

/* A code point as a numeric reference means it in HTML (WHATWG HTML 13.2.5.80): 0x80-0x9f are
 * windows-1252, what is no character becomes U+FFFD. */
gunichar entity_code_point(gunichar code);

/* Reads the reference at `text` (text[0] is '&', `text_len` bytes left). On success appends its
 * text to `out` and returns the bytes it takes, else returns 0 and appends nothing. Names of HTML
 * 4's Latin 1 also count without the semicolon, longest first. */
size_t entity_decode(const char *text, size_t text_len, GString *out);
