/* elements: attributes for the handlers of elements.h.  SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "feeds/elements.h"

#include <string.h>

/* Each attribute is local name, prefix, URI, begin and end of its value. */
enum { NAME, PREFIX, URI, BEGIN, END, STRIDE };

/* libxml2 leaves "&#38;" for an ampersand when it does not replace entities. */
static char *unescape_ampersands(char *value)
{
	char *to = value;

	if (!strstr(value, "&#38;"))
		return value;
	for (const char *from = value; *from;) {
		if (g_str_has_prefix(from, "&#38;")) {
			*to++ = '&';
			from += 5;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return value;
}

char *attribute_get(const struct attributes *attributes, const char *name)
{
	for (int i = 0; i < attributes->count; i++) {
		const xmlChar **attribute = attributes->list + i * STRIDE;
		size_t len = (size_t)(attribute[END] - attribute[BEGIN]);
		if (g_ascii_strcasecmp((const char *)attribute[NAME], name) != 0)
			continue;
		if (!g_utf8_validate((const char *)attribute[BEGIN], (gssize)len, NULL))
			return unescape_ampersands(
				g_utf8_make_valid((const char *)attribute[BEGIN], (gssize)len));
		return unescape_ampersands(g_strndup((const char *)attribute[BEGIN], len));
	}
	return NULL;
}
