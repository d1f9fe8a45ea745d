/* ns_dc: Dublin Core elements 1.1 in RSS and Atom.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/elements.h"

static const struct element rows[] = {
	TEXT_ROW("title", IN_ANY_ITEM, FIELD_TITLE, VALUE_HTML_LINE, 5),
	TEXT_ROW("description", IN_ENTRY, FIELD_SUMMARY, VALUE_HTML, 5),
	TEXT_ROW("creator", IN_ENTRY, FIELD_AUTHOR, VALUE_HTML_LINE, 8),
	TEXT_ROW("author", IN_ENTRY, FIELD_AUTHOR, VALUE_HTML_LINE, 7),
	TEXT_ROW("publisher", IN_ENTRY, FIELD_SOURCE, VALUE_HTML_LINE, 2),
	TEXT_ROW("subject", IN_ENTRY, FIELD_CATEGORY, VALUE_HTML_LINE, 8),
	TEXT_ROW("date", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 6),
	TEXT_ROW("language", IN_ANY_ITEM, FIELD_LANGUAGE, VALUE_LANGUAGE, 8),
	TEXT_ROW("identifier", IN_ENTRY, FIELD_ID, VALUE_ID, 3),
};

const struct element_rows ns_dc_rows = {NS_DC, rows, G_N_ELEMENTS(rows)};
