/* patch: edits of a text, applied, and as a unified diff for people to review.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Bytes [start, end) of the text become `text`. Edits do not overlap. */
struct edit {
	size_t start, end;
	char *text;
};

/* struct edit, owned: g_array_unref() frees the texts. */
GArray *edits_new(void);
/* Takes `text`. */
void edits_add(GArray *edits, size_t start, size_t end, char *text);
/* The text with all edits made; caller frees. */
char *edits_apply(const char *text, GArray *edits);
/* The same as a unified diff of the file `name`, with three lines around each change; "" if nothing
 * changes. Caller frees. */
char *edits_diff(const char *name, const char *text, GArray *edits);
