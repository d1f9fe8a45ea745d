/* elements: attributes for the handlers of elements.h.  SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "feeds/elements.h"

/* Each attribute is local name, prefix, URI, begin and end of its value. */
enum { NAME, PREFIX, URI, BEGIN, END, STRIDE };

char *attribute_get(const struct attributes *attributes, const char *name)
{
	for (int i = 0; i < attributes->count; i++) {
		const xmlChar **attribute = attributes->list + i * STRIDE;
		size_t len = (size_t)(attribute[END] - attribute[BEGIN]);
		if (g_ascii_strcasecmp((const char *)attribute[NAME], name) != 0)
			continue;
		if (!g_utf8_validate((const char *)attribute[BEGIN], (gssize)len, NULL))
			return g_utf8_make_valid((const char *)attribute[BEGIN], (gssize)len);
		return g_strndup((const char *)attribute[BEGIN], len);
	}
	return NULL;
}
