/* patch: see patch.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/patch.h"

#include <string.h>

#define CONTEXT 3

static void edit_clear(void *data)
{
	g_free(((struct edit *)data)->text);
}

GArray *edits_new(void)
{
	GArray *edits = g_array_new(FALSE, FALSE, sizeof(struct edit));
	g_array_set_clear_func(edits, edit_clear);
	return edits;
}

void edits_add(GArray *edits, size_t start, size_t end, char *text)
{
	struct edit edit = {start, end, text};
	g_array_append_val(edits, edit);
}

static int by_place(gconstpointer left, gconstpointer right)
{
	const struct edit *a = left, *b = right;
	return (a->start > b->start) - (a->start < b->start);
}

/* Bytes [from, to) with the edits that begin there. */
static char *apply_part(const char *text, const GArray *edits, size_t from, size_t to)
{
	GString *out = g_string_new(NULL);
	for (unsigned i = 0; i < edits->len; i++) {
		const struct edit *edit = &g_array_index(edits, struct edit, i);
		if (edit->start < from || edit->start >= to)
			continue;
		g_string_append_len(out, text + from, (gssize)(edit->start - from));
		g_string_append(out, edit->text);
		from = edit->end;
	}
	g_string_append_len(out, text + from, (gssize)(to - from));
	return g_string_free(out, FALSE);
}

char *edits_apply(const char *text, GArray *edits)
{
	g_array_sort(edits, by_place);
	return apply_part(text, edits, 0, strlen(text) + 1);
}

/* ---- the diff ------------------------------------------------------------------------ */

static GArray *line_starts(const char *text)
{
	GArray *starts = g_array_new(FALSE, FALSE, sizeof(size_t));
	size_t at = 0, len = strlen(text);
	while (at < len) {
		g_array_append_val(starts, at);
		const char *end = strchr(text + at, '\n');
		at = end ? (size_t)(end - text) + 1 : len;
	}
	g_array_append_val(starts, len);
	return starts;
}

static size_t start_of(const GArray *starts, unsigned line)
{
	return g_array_index(starts, size_t, line);
}

static unsigned line_of(const GArray *starts, size_t at)
{
	unsigned line = 0;
	while (line + 2 < starts->len && start_of(starts, line + 1) <= at)
		line++;
	return line;
}

static unsigned append_lines(GString *out, char mark, const char *text)
{
	unsigned count = 0;
	while (*text) {
		const char *end = strchr(text, '\n');
		size_t len = end ? (size_t)(end - text) + 1 : strlen(text);
		g_string_append_c(out, mark);
		g_string_append_len(out, text, (gssize)len);
		if (!end)
			g_string_append(out, "\n\\ No newline at end of file\n");
		text += len;
		count++;
	}
	return count;
}

struct change {
	unsigned first, end; /* lines */
};

static GArray *changes_of(const GArray *starts, const GArray *edits)
{
	GArray *changes = g_array_new(FALSE, FALSE, sizeof(struct change));
	for (unsigned i = 0; i < edits->len; i++) {
		const struct edit *edit = &g_array_index(edits, struct edit, i);
		size_t last = edit->end > edit->start ? edit->end - 1 : edit->start;
		struct change change = {line_of(starts, edit->start), line_of(starts, last) + 1};
		struct change *before =
			changes->len ? &g_array_index(changes, struct change, changes->len - 1)
				     : NULL;
		if (before && change.first < before->end)
			before->end = MAX(before->end, change.end);
		else
			g_array_append_val(changes, change);
	}
	return changes;
}

static void append_slice(GString *out, char mark, const char *text, const GArray *starts,
			 unsigned first, unsigned end)
{
	g_autofree char *part = g_strndup(text + start_of(starts, first),
					  start_of(starts, end) - start_of(starts, first));
	append_lines(out, mark, part);
}

/* Changes [from, to) are near enough to stand in one hunk. */
static void append_hunk(GString *out, const char *text, const GArray *starts, const GArray *edits,
			const GArray *changes, unsigned from, unsigned to, int *shift)
{
	const struct change *list = (const struct change *)(void *)changes->data;
	unsigned lines = starts->len - 1;
	unsigned first = list[from].first > CONTEXT ? list[from].first - CONTEXT : 0;
	unsigned end = MIN(list[to - 1].end + CONTEXT, lines), at = first, added = 0, removed = 0;
	GString *body = g_string_new(NULL);

	for (unsigned i = from; i < to; i++) {
		append_slice(body, ' ', text, starts, at, list[i].first);
		append_slice(body, '-', text, starts, list[i].first, list[i].end);
		g_autofree char *changed = apply_part(text, edits, start_of(starts, list[i].first),
						      start_of(starts, list[i].end));
		added += append_lines(body, '+', changed);
		removed += list[i].end - list[i].first;
		at = list[i].end;
	}
	append_slice(body, ' ', text, starts, at, end);
	unsigned count = end - first;
	g_string_append_printf(out, "@@ -%u,%u +%d,%u @@\n", first + 1, count,
			       (int)first + 1 + *shift, count - removed + added);
	g_string_append(out, body->str);
	g_string_free(body, TRUE);
	*shift += (int)added - (int)removed;
}

char *edits_diff(const char *name, const char *text, GArray *edits)
{
	GString *out = g_string_new(NULL);
	g_array_sort(edits, by_place);
	g_autoptr(GArray) starts = line_starts(text);
	g_autoptr(GArray) changes = changes_of(starts, edits);
	const struct change *list = (const struct change *)(void *)changes->data;
	int shift = 0;

	if (changes->len)
		g_string_append_printf(out, "--- %s\n+++ %s\n", name, name);
	for (unsigned i = 0; i < changes->len;) {
		unsigned end = i + 1;
		while (end < changes->len && list[end].first <= list[end - 1].end + 2 * CONTEXT)
			end++;
		append_hunk(out, text, starts, edits, changes, i, end, &shift);
		i = end;
	}
	return g_string_free(out, FALSE);
}
