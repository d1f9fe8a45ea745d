/* ns_content: the full text in RSS (purl.org/rss/1.0/modules/content).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/elements.h"

static const struct element rows[] = {
	/* The first form of the module: items in a bag, their text in rdf:value. */
	PLACE_ROW("items", IN_ENTRY, SAME_PLACE),
	PLACE_ROW("item", IN_ENTRY, SAME_PLACE),
	TEXT_ROW("encoded", IN_ENTRY, FIELD_CONTENT, VALUE_HTML, 10),
};

const struct element_rows ns_content_rows = {NS_CONTENT, rows, G_N_ELEMENTS(rows)};
