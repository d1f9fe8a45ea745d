/* sanitize: outside text made fit for people's eyes: no controls, no escapes, no bidi tricks.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SANITIZE_LINES = 1 << 0, /* line breaks stay */
};

/* A character that changes how others are read, or that terminals obey: controls (line breaks too), bidi overrides and
 * marks, tags, line separators. */
bool sanitize_is_harmful(uint32_t character);
/* Valid UTF-8 with U+FFFD for control, bidi override, tag and line separator characters; white space runs are one
 * blank. Caller frees. NULL gives "". */
char *sanitize(const char *text, unsigned flags);
/* The same, at most `max_len` bytes, cut on a grapheme border with "…" behind. */
char *sanitize_cut(const char *text, size_t max_len, unsigned flags);
/* The same characters overwritten in valid UTF-8, so that every byte keeps its place: by U+FFFD where it fits, else by
 * blanks and question marks. Line breaks become blanks without SANITIZE_LINES. */
void sanitize_in_place(char *text, unsigned flags);
/* A link that may be shown and opened: http or https, no controls; NULL otherwise. Caller frees. */
char *sanitize_link(const char *link);
