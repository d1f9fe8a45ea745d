/* ns_xhtml: an XHTML body as the text of an RSS item.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/elements.h"

static const struct element rows[] = {
	TEXT_ROW("body", IN_ENTRY, FIELD_CONTENT, VALUE_HTML, 8),
	TEXT_ROW("div", IN_ENTRY, FIELD_CONTENT, VALUE_HTML, 7),
};

const struct element_rows ns_xhtml_rows = {NS_XHTML, rows, G_N_ELEMENTS(rows)};
