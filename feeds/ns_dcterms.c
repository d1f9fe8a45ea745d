/* ns_dcterms: Dublin Core terms: more dates, and the elements of 1.1 once more.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/elements.h"

static const struct element rows[] = {
	TEXT_ROW("title", IN_ANY_ITEM, FIELD_TITLE, VALUE_HTML_LINE, 4),
	TEXT_ROW("description", IN_ENTRY, FIELD_SUMMARY, VALUE_HTML, 3),
	TEXT_ROW("abstract", IN_ENTRY, FIELD_SUMMARY, VALUE_HTML, 3),
	TEXT_ROW("creator", IN_ENTRY, FIELD_AUTHOR, VALUE_HTML_LINE, 6),
	TEXT_ROW("subject", IN_ENTRY, FIELD_CATEGORY, VALUE_HTML_LINE, 7),
	TEXT_ROW("language", IN_ANY_ITEM, FIELD_LANGUAGE, VALUE_LANGUAGE, 7),
	TEXT_ROW("identifier", IN_ENTRY, FIELD_ID, VALUE_ID, 2),
	TEXT_ROW("date", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 3),
	TEXT_ROW("available", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 2),
	TEXT_ROW("issued", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 5),
	TEXT_ROW("created", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 4),
	TEXT_ROW("modified", IN_ENTRY, FIELD_UPDATED, VALUE_DATE, 5),
};

const struct element_rows ns_dcterms_rows = {NS_DCTERMS, rows, G_N_ELEMENTS(rows)};
