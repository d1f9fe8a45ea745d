/* filter_regex: see filter_regex.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_regex.h"

#include <glib.h>
#include <string.h>
#include <time.h>

#define PROBE_CHARACTERS 250 /* squares of it stay under the limit, cubes do not */
#define MAX_PROBES	 24

pcre2_code *filter_regex_compile(const char *text, char **why)
{
	int code;
	PCRE2_SIZE offset;
	PCRE2_UCHAR message[128];
	pcre2_code *regex = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
					  PCRE2_UTF | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C |
						  PCRE2_USE_OFFSET_LIMIT,
					  &code, &offset, NULL);
	if (!regex) {
		pcre2_get_error_message(code, message, sizeof message);
		*why = g_strdup_printf("%s, at character %ld", (const char *)message,
				       g_utf8_strlen(text, (gssize)MIN(offset, strlen(text))) + 1);
		return NULL;
	}
	pcre2_jit_compile(
		regex, PCRE2_JIT_COMPLETE); /* refused under a no-exec policy: interpreted then */
	return regex;
}

static int64_t cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

#define FIRST_WINDOW 256 /* bytes: 25 ms at worst */
#define CHEAP_US     1000

int filter_regex_search(const pcre2_code *code, const char *text, size_t len,
			pcre2_match_data *data, pcre2_match_context *context, int64_t *budget_us)
{
	int64_t before = cpu_us(), left = MIN(*budget_us, FILTER_REGEX_US);
	size_t window = FIRST_WINDOW, start = 0;
	int result = PCRE2_ERROR_MATCHLIMIT;

	while (left > 0) {
		size_t end = len - start > window ? start + window : len;
		while (end < len && (text[end] & 0xc0) == 0x80)
			end++;
		pcre2_set_offset_limit(context, end);
		result = pcre2_match(code, (PCRE2_SPTR)text, len, start, PCRE2_NO_UTF_CHECK, data,
				     context);
		int64_t took = cpu_us() - before;
		before += took;
		left -= took;
		*budget_us -= took;
		if (result != PCRE2_ERROR_NOMATCH || end == len)
			return result;
		result = PCRE2_ERROR_MATCHLIMIT;
		if (took < CHEAP_US)
			window *= 4;
		start = end;
	}
	return result;
}

/* Characters that the expression speaks of, and its literals in a row. */
static void collect(const char *text, GArray *characters, GString *row)
{
	static const struct {
		char escape, example;
	} classes[] = {{'d', '1'}, {'w', 'a'}, {'s', ' '}, {'h', ' '},
		       {'W', ' '}, {'D', 'a'}, {'S', 'a'}};

	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (*p == '\\' && p[1]) {
			p++;
			c = g_utf8_get_char(p);
			for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
				if (*p == classes[i].escape)
					c = (gunichar)classes[i].example;
		} else if (*p == '.') {
			c = 'a';
		} else if (c < 0x80 && strchr("[](){}|*+?^$", (int)c)) {
			continue;
		}
		g_string_append_unichar(row, c);
		bool known = characters->len >= MAX_PROBES;
		for (unsigned i = 0; !known && i < characters->len; i++)
			known = g_array_index(characters, gunichar, i) == c;
		if (!known)
			g_array_append_val(characters, c);
	}
}

/* The unit again and again, an unexpected character, and all literals, for PCRE2 sees early that
 * one is missing. */
static bool gives_up(const pcre2_code *code, const char *unit, const char *row)
{
	g_autoptr(GString) probe = g_string_new(NULL);
	glong unit_len = MAX(1, g_utf8_strlen(unit, -1));
	for (glong i = 0; i < PROBE_CHARACTERS; i += unit_len)
		g_string_append(probe, unit);
	g_string_append_c(probe, '\1');
	g_string_append(probe, row);
	g_string_append_c(probe, '\1');
	pcre2_match_data *data = pcre2_match_data_create(8, NULL);
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(context, FILTER_REGEX_LIMIT);
	int result = pcre2_match(code, (PCRE2_SPTR)probe->str, probe->len, 0, 0, data, context);
	pcre2_match_context_free(context);
	pcre2_match_data_free(data);
	return result < 0 && result != PCRE2_ERROR_NOMATCH;
}

bool filter_regex_is_empty(const pcre2_code *code)
{
	pcre2_match_data *data = pcre2_match_data_create(8, NULL);
	int result = pcre2_match(code, (PCRE2_SPTR) "\1", 1, 0, 0, data, NULL);
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
	bool empty = result >= 0 && at[0] == at[1];
	pcre2_match_data_free(data);
	return empty;
}

bool filter_regex_is_slow(const pcre2_code *code, const char *text)
{
	g_autoptr(GArray) characters = g_array_new(FALSE, FALSE, sizeof(gunichar));
	g_autoptr(GString) row = g_string_new(NULL);
	gunichar letter = 'a';

	collect(text, characters, row);
	g_array_append_val(characters, letter);
	for (unsigned i = 0; i < characters->len; i++) {
		char unit[8] = "";
		g_unichar_to_utf8(g_array_index(characters, gunichar, i), unit);
		if (gives_up(code, unit, row->str) || gives_up(code, unit, ""))
			return true;
	}
	return row->len && gives_up(code, row->str, row->str);
}
