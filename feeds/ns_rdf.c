/* ns_rdf: the envelope of RSS 0.90 and 1.0.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/elements.h"

/* 0.90 or 1.0 is told by the namespace of the first element inside. */
static void start_rdf(struct reader *reader, const struct attributes *attributes,
		      struct element *occurrence)
{
	(void)attributes;
	(void)occurrence;
	reader->document->format = FEED_FORMAT_RSS_10;
}

static const struct element rows[] = {
	PLACE_ROW("rdf", IN_DOCUMENT, IN_FEED, .start = start_rdf),
	PLACE_ROW("bag", IN_ENTRY, SAME_PLACE),
	PLACE_ROW("li", IN_ENTRY, SAME_PLACE),
	TEXT_ROW("value", IN_ENTRY, FIELD_CONTENT, VALUE_HTML, 2),
};

const struct element_rows ns_rdf_rows = {NS_RDF, rows, G_N_ELEMENTS(rows)};
