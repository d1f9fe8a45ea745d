/* ns_prism: publication dates of journals (PRISM).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/elements.h"

static const struct element rows[] = {
	TEXT_ROW("publicationdate", IN_ENTRY, FIELD_PUBLISHED, VALUE_DATE, 3),
};

const struct element_rows ns_prism_rows = {NS_PRISM, rows, G_N_ELEMENTS(rows)};
