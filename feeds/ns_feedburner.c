/* ns_feedburner: the address of the publisher behind a FeedBurner link.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/elements.h"

static const struct element rows[] = {
	TEXT_ROW("origlink", IN_ENTRY, FIELD_LINK, VALUE_URL, 4),
};

const struct element_rows ns_feedburner_rows = {NS_FEEDBURNER, rows, G_N_ELEMENTS(rows)};
