/* derive_wrap: see derive_wrap.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_wrap.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#define LINES_MIN  6  /* that have another below them: fewer are a title and a by-line */
#define WIDTH_MIN  34 /* characters of a line that goes on: shorter ones are a list */
#define WIDTH_MAX  130
#define OPEN_SHARE 0.6 /* of those lines end within a sentence */

static bool is_blank(const char *line)
{
	return !line[strspn(line, " \t\f\r")];
}

/* Whether a sentence goes on after the line. */
static bool is_open(const char *line)
{
	size_t len = strlen(line);
	glong width = g_utf8_strlen(line, -1);
	return width >= WIDTH_MIN && width <= WIDTH_MAX && !strchr(".!?:;\"", line[len - 1]) &&
	       !g_str_has_suffix(line, "»") && !g_str_has_suffix(line, "”");
}

/* Whether the first word of the line is small: it goes on with what stands above. */
static bool goes_on(const char *line)
{
	return g_unichar_islower(g_utf8_get_char(line));
}

static bool is_wrapped(char **lines)
{
	unsigned followed = 0, open = 0;
	for (char **line = lines; line[0] && line[1]; line++) {
		if (is_blank(line[0]) || is_blank(line[1]))
			continue;
		followed++;
		open += is_open(line[0]);
	}
	return followed >= LINES_MIN && open >= OPEN_SHARE * followed;
}

/* "estir-" and "pazione" are one word; "anti-" and "Xylella" are two. */
static void join(GString *out, const char *next)
{
	if (out->len > 1 && out->str[out->len - 1] == '-' && goes_on(next) &&
	    g_ascii_isalpha(out->str[out->len - 2]))
		g_string_truncate(out, out->len - 1);
	else if (out->len && out->str[out->len - 1] != '-')
		g_string_append_c(out, ' ');
	g_string_append(out, next);
}

/* The first line may be a title right above the text: it has no full stop either. */
static bool joins(char **lines, unsigned at)
{
	return !is_blank(lines[at]) && !is_blank(lines[at - 1]) &&
	       (goes_on(lines[at]) || (at > 1 && is_open(lines[at - 1])));
}

char *wrap_undo(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++)
		g_strchug(g_strchomp(*line));
	if (!is_wrapped(lines))
		return g_strdup(text);
	GString *out = g_string_new(lines[0]);
	for (unsigned i = 1; lines[i]; i++) {
		if (joins(lines, i)) {
			join(out, lines[i]);
			continue;
		}
		g_string_append_c(out, '\n');
		g_string_append(out, lines[i]);
	}
	return g_string_free(out, FALSE);
}
