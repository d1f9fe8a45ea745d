/* xml_scope: xml:base and xml:lang, which are in force inside the tag that has them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/elements.h"

struct xml_scope {
	const char *base, *language; /* the parent's, or owned */
	bool owns_base, owns_language;
};

/* Of a tag without attributes; the parent's must live longer. */
static inline struct xml_scope xml_scope_inherited(const struct xml_scope *parent)
{
	return (struct xml_scope){.base = parent->base, .language = parent->language};
}

void xml_scope_apply(struct xml_scope *scope, const struct attributes *attributes);
void xml_scope_clear(struct xml_scope *scope);
