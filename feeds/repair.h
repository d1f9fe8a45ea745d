/* repair: XML that is not well-formed, rewritten so that it is: tags balanced, references and attribute
 * values put right. What stands outside the root, comments and DTDs are left out.
 * Knows nothing of feeds but that an item does not hold an item.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct repaired {
	GString *text;
	bool root_ended; /* the root's own end tag was there */
	size_t cut_at;   /* from this byte of text on, end tags are ours: the document was cut before */
};

/* `text` is clean UTF-8 and begins before the root's start tag; `entities` maps the names that the document
 * declares to their text. Linear in time and memory. The caller frees ->text. */
struct repaired xml_repair(const char *text, size_t text_len, GHashTable *entities);
