/* ns_scope: which namespaces a document's names belong to, with its root's name deciding what its
 * own namespace means.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/elements.h"

enum { NS_SCOPE_CACHE = 16 };

/* Zeroed before use. */
struct ns_scope {
	struct {
		const xmlChar *uri;
		enum namespace_id id;
	} cache[NS_SCOPE_CACHE];
	const xmlChar *root_uri; /* stands for the format's own namespace */
	enum namespace_id root_ns;
};

/* Of the root element. `uri` and `prefix` may be NULL; libxml2 keeps them for the scope's life. */
enum namespace_id ns_scope_root(struct ns_scope *scope, const char *name, const xmlChar *uri,
				const xmlChar *prefix);

/* Of any other. */
enum namespace_id ns_scope_find(struct ns_scope *scope, const xmlChar *uri, const xmlChar *prefix);
