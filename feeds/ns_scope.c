/* ns_scope: see ns_scope.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/ns_scope.h"

#include "feeds/element_table.h"

enum namespace_id ns_scope_find(struct ns_scope *scope, const xmlChar *uri, const xmlChar *prefix)
{
	/* Names are interned, so that the address is enough. */
	unsigned slot = (unsigned)((guintptr)uri >> 4) % NS_SCOPE_CACHE;
	enum namespace_id id;

	if (!uri)
		return prefix ? element_namespace(NULL, (const char *)prefix) : scope->root_ns;
	if (uri == scope->root_uri)
		return scope->root_ns;
	if (scope->cache[slot].uri != uri) {
		scope->cache[slot].uri = uri;
		scope->cache[slot].id = element_namespace((const char *)uri, NULL);
	}
	id = scope->cache[slot].id;
	/* A format's own namespace, misspelt. */
	return id == NS_OTHER && !prefix ? scope->root_ns : id;
}

enum namespace_id ns_scope_root(struct ns_scope *scope, const char *name, const xmlChar *uri,
				const xmlChar *prefix)
{
	enum namespace_id id = element_namespace((const char *)uri, (const char *)prefix);

	if (g_ascii_strcasecmp(name, "feed") == 0 || g_ascii_strcasecmp(name, "entry") == 0)
		id = NS_ATOM;
	else if (id == NS_OTHER || g_ascii_strcasecmp(name, "rss") == 0)
		id = NS_RSS; /* also where the default namespace is Atom's by mistake */
	scope->root_uri = uri;
	scope->root_ns = id == NS_RDF ? NS_RSS : id;
	return id;
}
