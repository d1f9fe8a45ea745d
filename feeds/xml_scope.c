/* xml_scope: see xml_scope.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/xml_scope.h"

#include <string.h>

#include "feeds/url.h"

static void enter_base(struct xml_scope *scope, const char *value)
{
	char *base = url_resolve(scope->base, value);

	if (!base)
		return;
	if (scope->owns_base)
		g_free((char *)scope->base);
	scope->base = base;
	scope->owns_base = true;
}

void xml_scope_apply(struct xml_scope *scope, const struct attributes *attributes)
{
	for (int i = 0; i < attributes->count; i++) {
		const xmlChar **attribute = attributes->list + i * 5;
		if (!attribute[1] || strcmp((const char *)attribute[1], "xml") != 0)
			continue;
		g_autofree char *value =
			g_strndup((const char *)attribute[3], (gsize)(attribute[4] - attribute[3]));
		if (strcmp((const char *)attribute[0], "base") == 0) {
			enter_base(scope, value);
		} else if (strcmp((const char *)attribute[0], "lang") == 0 &&
			   !scope->owns_language) {
			scope->language = g_steal_pointer(&value);
			scope->owns_language = true;
		}
	}
}

void xml_scope_clear(struct xml_scope *scope)
{
	if (scope->owns_base)
		g_free((char *)scope->base);
	if (scope->owns_language)
		g_free((char *)scope->language);
}
