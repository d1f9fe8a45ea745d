/* highlight: see highlight.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/highlight.h"

#include "daemon/cli/cli.h"

#include <string.h>

#define AROUND 60 /* bytes shown before and after what counted */

static void print_part(FILE *out, const char *text, size_t from, size_t to)
{
	g_autofree char *part = g_strndup(text + from, to - from);
	g_autofree char *flat = cli_text(g_strdelimit(part, "\n\r\t", ' '), 0);
	fputs(flat, out);
}

/* Text of [from, to) with those of the hits that lie in it; hits are sorted by place and may
 * overlap. */
static void print_range(FILE *out, const char *text, size_t from, size_t to, const GArray *hits,
			enum match_field field, bool colour)
{
	size_t at = from;
	for (unsigned i = 0; i < hits->len; i++) {
		const struct hit *hit = &g_array_index(hits, struct hit, i);
		size_t start = MAX(hit->start, at), end = hit->end;
		if (hit->field != field || hit->end > to || start >= end)
			continue;
		/* hits that touch are one mark */
		for (; i + 1 < hits->len; i++) {
			const struct hit *next = &g_array_index(hits, struct hit, i + 1);
			if (next->field != field || next->start > end || next->end > to)
				break;
			end = MAX(end, next->end);
		}
		print_part(out, text, at, start);
		fputs(colour ? "\033[1;33m" : "[", out);
		print_part(out, text, start, end);
		fputs(colour ? "\033[0m" : "]", out);
		at = end;
	}
	print_part(out, text, at, to);
}

void highlight_all(FILE *out, const char *text, const GArray *hits, enum match_field field,
		   bool colour)
{
	print_range(out, text, 0, strlen(text), hits, field, colour);
}

/* The nearest blank outside, so that words stay whole. */
static size_t widen_left(const char *text, size_t at)
{
	size_t from = at > AROUND ? at - AROUND : 0;
	while (from && from < at && text[from - 1] != ' ' && text[from - 1] != '\n')
		from++;
	while (from > 0 && from < at && ((unsigned char)text[from] & 0xc0) == 0x80)
		from++;
	return from;
}

static size_t widen_right(const char *text, size_t at, size_t len)
{
	size_t to = MIN(len, at + AROUND);
	while (to < len && to > at && text[to] != ' ' && text[to] != '\n')
		to--;
	return to;
}

/* Nothing but a full stop behind it: no "…" in its place. */
static size_t with_tail(const char *text, size_t to, size_t len)
{
	for (const char *p = text + to; *p; p = g_utf8_next_char(p))
		if (g_unichar_isalnum(g_utf8_get_char(p)))
			return to;
	return len;
}

void highlight_places(FILE *out, const char *text, const GArray *hits, enum match_field field,
		      unsigned most, const char *indent, bool colour)
{
	size_t len = strlen(text), done = 0;
	for (unsigned i = 0; i < hits->len && most; i++) {
		const struct hit *hit = &g_array_index(hits, struct hit, i);
		if (hit->field != field || hit->end > len || hit->start >= hit->end ||
		    hit->end <= done)
			continue;
		size_t from = MAX(widen_left(text, hit->start), done),
		       to = widen_right(text, hit->end, len);
		/* what counts a few words on belongs to the same line */
		for (unsigned k = i + 1; k < hits->len; k++) {
			const struct hit *next = &g_array_index(hits, struct hit, k);
			if (next->field == field && next->end <= len &&
			    next->start <= to + AROUND / 2 && next->end > to)
				to = next->end;
		}
		to = with_tail(text, to, len);
		while (text[from] == ' ' || text[from] == '\n')
			from++;
		fprintf(out, "%s%s", indent, from ? "… " : "");
		print_range(out, text, from, to, hits, field, colour);
		fprintf(out, "%s\n", to < len ? " …" : "");
		done = to;
		most--;
	}
}
