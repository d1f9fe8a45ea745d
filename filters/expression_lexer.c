/* expression_lexer: see expression_lexer.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/expression_lexer.h"

#include "filters/filter_set.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DISTANCE 1000

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* The length of what stands in a file for the next character of a value in quotation marks:
 * libconfuse's escapes. */
static size_t raw_unit(const char *raw, char quote)
{
	size_t len = 2;
	if (raw[0] != '\\' || !raw[1])
		return raw[0] != 0;
	if (quote == '\'')
		return raw[1] == '\\' || raw[1] == '\'' ? 2 : 1;
	if (raw[1] == 'x') {
		while (len < 4 && g_ascii_isxdigit(raw[len]))
			len++;
	} else if (is_octal(raw[1])) {
		while (len < 4 && is_octal(raw[len]))
			len++;
	}
	return len;
}

static void step(struct origin *place, const char *from, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (from[i] == '\n') {
			place->line++;
			place->column = 1;
		} else if ((from[i] & 0xc0) != 0x80) {
			place->column++;
		}
	}
}

static char quote_of(const struct expression_lexer *s)
{
	const char *raw = s->origin.raw;
	return raw && (*raw == '"' || *raw == '\'') ? *raw : 0;
}

static void locate_start(struct expression_lexer *s)
{
	s->place = s->origin;
	s->located = s->start + s->quoted;
	if (quote_of(s))
		step(&s->place, s->place.raw++, 1);
}

/* Leaves come one after the other, so the way goes on from the last place. */
struct origin expression_lexer_locate(struct expression_lexer *s, const char *at)
{
	char quote = quote_of(s);
	if (!s->located || at < s->located)
		locate_start(s);
	for (; s->located < at; s->located++) {
		if (!quote) {
			step(&s->place, s->located, 1);
			continue;
		}
		const char *raw = s->place.raw;
		while (raw[0] == '\\' && raw[1] == '\n') { /* a line that goes on */
			step(&s->place, raw, 2);
			raw += 2;
		}
		size_t len = raw_unit(raw, quote);
		step(&s->place, raw, len);
		s->place.raw = raw + len;
	}
	struct origin place = s->place;
	place.raw = NULL;
	return place;
}

void *expression_lexer_fail(struct expression_lexer *s, const char *at, const char *format, ...)
{
	if (s->failed_at)
		return NULL;
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(s->error, FILTER_ERROR, FILTER_ERROR_SYNTAX, text);
	s->failed_at = at;
	return NULL;
}

int expression_lexer_first_characters(const char *at, long count)
{
	return (int)(g_utf8_offset_to_pointer(at, MIN(count, g_utf8_strlen(at, -1))) - at);
}

void expression_lexer_skip_blank(struct expression_lexer *s)
{
	while (g_ascii_isspace(*s->p))
		s->p++;
}

bool expression_lexer_is_word_end(char c)
{
	return c == 0 || g_ascii_isspace(c) || strchr("()\",;", c);
}

bool expression_lexer_take_keyword(struct expression_lexer *s, const char *keyword)
{
	size_t len = strlen(keyword);
	expression_lexer_skip_blank(s);
	if (strncmp(s->p, keyword, len) != 0 || !expression_lexer_is_word_end(s->p[len]))
		return false;
	s->p += len;
	return true;
}

unsigned expression_lexer_take_near(struct expression_lexer *s)
{
	const char *at;
	expression_lexer_skip_blank(s);
	at = s->p;
	if (strncmp(s->p, "NEAR", 4) != 0 ||
	    (s->p[4] != '/' && !expression_lexer_is_word_end(s->p[4])))
		return 0;
	s->p += 4;
	if (*s->p != '/')
		return 10;
	char *end;
	unsigned long distance = strtoul(s->p + 1, &end, 10);
	if (end == s->p + 1 || distance == 0 || distance > MAX_DISTANCE ||
	    !expression_lexer_is_word_end(*end)) {
		expression_lexer_fail(s, at, "NEAR/%.*s: expected a number of words from 1 to %d",
				      expression_lexer_first_characters(s->p + 1, 10), s->p + 1,
				      MAX_DISTANCE);
		return 1;
	}
	s->p = end;
	return (unsigned)distance;
}

char *expression_lexer_bare(struct expression_lexer *s)
{
	const char *start = s->p;
	while (!expression_lexer_is_word_end(*s->p))
		s->p++;
	return g_strndup(start, (gsize)(s->p - start));
}

char *expression_lexer_quoted(struct expression_lexer *s)
{
	const char *at = s->p++, *end = strchr(s->p, '"');
	if (!end)
		return expression_lexer_fail(s, at, "this quotation mark is never closed");
	g_autofree char *text = g_strstrip(g_strndup(s->p, (gsize)(end - s->p)));
	s->p = end + 1;
	return *text ? g_steal_pointer(&text)
		     : expression_lexer_fail(s, at, "nothing stands between the quotation marks");
}

char *expression_lexer_regex(struct expression_lexer *s)
{
	const char *at = s->p++;
	g_autoptr(GString) text = g_string_new(NULL);
	for (; *s->p && *s->p != '/'; s->p++) {
		if (s->p[0] == '\\' && s->p[1] == '/')
			s->p++;
		else if (s->p[0] == '\\' && s->p[1])
			g_string_append_c(text, *s->p++);
		g_string_append_c(text, *s->p);
	}
	if (*s->p != '/')
		return expression_lexer_fail(s, at, "this regular expression is never closed by /");
	s->p++;
	if (!text->len)
		return expression_lexer_fail(s, at, "nothing stands between the slashes");
	if (!expression_lexer_is_word_end(*s->p))
		return expression_lexer_fail(
			s, s->p,
			"'%.*s' behind a regular expression: a blank is missing, "
			"or \\ before the slash; flags are none, case never counts",
			expression_lexer_first_characters(s->p, 10), s->p);
	return g_string_free(g_steal_pointer(&text), FALSE);
}
