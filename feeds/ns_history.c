/* ns_history: feed paging and archiving (RFC 5005).  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/elements.h"

static void start_complete(struct reader *reader, const struct attributes *attributes,
			   struct element *occurrence)
{
	(void)attributes;
	(void)occurrence;
	reader->document->complete_feed = true;
}

static const struct element rows[] = {
	PLACE_ROW("complete", IN_FEED, IN_NOTHING, .start = start_complete),
};

const struct element_rows ns_history_rows = {NS_HISTORY, rows, G_N_ELEMENTS(rows)};
