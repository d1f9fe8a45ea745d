/* append: g_string_append_len() for the innermost loops of parsing, where its detours were 8 % of
 * the time. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

static inline void append(GString *out, const char *bytes, size_t len)
{
	if (out->allocated_len - out->len <= len) {
		g_string_append_len(out, bytes, (gssize)len);
		return;
	}
	memcpy(out->str + out->len, bytes, len);
	out->len += len;
	out->str[out->len] = '\0';
}

/* As text inside HTML. */
static inline void append_escaped(GString *out, const char *text, size_t len)
{
	const char *run = text, *end = text + len;

	for (; text < end; text++) {
		if (*text != '&' && *text != '<')
			continue;
		append(out, run, (size_t)(text - run));
		append(out, *text == '&' ? "&amp;" : "&lt;", *text == '&' ? 5 : 4);
		run = text + 1;
	}
	append(out, run, (size_t)(end - run));
}
