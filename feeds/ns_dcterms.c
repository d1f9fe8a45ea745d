/* ns_dcterms: the dates of Dublin Core terms.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/elements.h"

static const struct element rows[] = {
	TEXT_ROW("issued", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 5),
	TEXT_ROW("created", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 4),
	TEXT_ROW("modified", IN_ENTRY, FIELD_UPDATED, VALUE_DATE, 5),
};

const struct element_rows ns_dcterms_rows = {NS_DCTERMS, rows, G_N_ELEMENTS(rows)};
