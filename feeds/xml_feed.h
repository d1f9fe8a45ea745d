/* xml_feed: an XML document, as clean UTF-8, into a reader.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "feeds/reader.h"

enum xml_outcome {
	XML_WHOLE,   /* the root's end was seen and nothing was wrong */
	XML_BROKEN,  /* not well-formed: read as far as libxml2 can recover */
	XML_REFUSED, /* over a limit or hostile: error is set */
};

struct xml_report {
	bool root_seen;	 /* an element at all */
	bool root_ended; /* its end tag was seen */
	bool feed_root;	 /* and it is one of ours */
	char *root_name; /* for messages */
};

void xml_report_clear(struct xml_report *report);

/* Everything libxml2 sets up once. */
void xml_feed_prepare(void);

struct xml_input {
	const char *text; /* clean UTF-8, from the root's start tag on */
	size_t text_len;
	GHashTable *entities; /* declared by the document: name -> text */
	size_t chunk_len;     /* fed in pieces of at most so many bytes */
	size_t cut_at;	      /* entries that end beyond are not whole; SIZE_MAX: none */
	bool strict; /* stop at the first error, so that the caller can mend the text and try again
		      */
	bool keep_truncated;
};

/* External entities, DTDs and XInclude are never opened. The caller clears the report. */
enum xml_outcome xml_feed_read(struct reader *reader, const struct xml_input *input,
			       struct xml_report *report, GError **error);
