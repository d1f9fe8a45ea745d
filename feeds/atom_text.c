/* atom_text: see atom_text.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/atom_text.h"

#include <string.h>

/* A word by itself may look like base64; a picture is longer. */
enum { MAX_WORD = 64 };

struct atom_text atom_text_type(const char *type, const char *mode)
{
	g_autofree char *lower = type ? g_strstrip(g_ascii_strdown(type, -1)) : g_strdup("");
	bool encoded = mode && g_ascii_strcasecmp(mode, "base64") == 0;
	bool escaped = mode && g_ascii_strcasecmp(mode, "escaped") == 0;

	lower[strcspn(lower, "; ")] = '\0';
	if (strcmp(lower, "html") == 0 || strcmp(lower, "text/html") == 0)
		return (struct atom_text){.html = true, .base64 = encoded};
	if (strstr(lower, "xhtml") || g_str_has_suffix(lower, "+xml") ||
	    g_str_has_suffix(lower, "/xml"))
		return (struct atom_text){
			.html = true, .markup = !escaped && !encoded, .base64 = encoded};
	/* Any other media type but text is base64 (RFC 4287 section 4.1.3.3, rule 6). */
	if (strchr(lower, '/') && !g_str_has_prefix(lower, "text/"))
		return (struct atom_text){.html = true, .base64 = true};
	return (struct atom_text){.base64 = encoded};
}

static bool is_base64(const char *text)
{
	size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/ \t\r\n");

	return text[letters + strspn(text + letters, "= \t\r\n")] == '\0';
}

void atom_text_decode(GString *text)
{
	g_autofree guchar *decoded = NULL;
	gsize len;

	if (text->len == 0 || !is_base64(text->str))
		return;
	decoded = g_base64_decode(text->str, &len);
	if (g_utf8_validate((const char *)decoded, (gssize)len, NULL)) {
		g_string_truncate(text, 0);
		g_string_append_len(text, (const char *)decoded, (gssize)len);
	} else if (text->len > MAX_WORD) {
		g_string_truncate(text, 0);
	}
}
