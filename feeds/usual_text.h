/* usual_text: the text between two tags of XML, found and read.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Some of the text between two tags: a comment or a CDATA section begins another. */
struct usual_text {
	const char *text; /* in the document */
	size_t len;
	bool literal; /* of a CDATA section */
	bool plain;   /* no references, no carriage returns: as it stands */
};

/* From a character that is no '<' up to the next one, or to `end`: where that is. NULL: not
 * well-formed. */
const char *usual_text_scan(const char *at, const char *end, struct usual_text *text);
/* At "<![CDATA[": past its end. NULL: it has none. */
const char *usual_section_scan(const char *at, const char *end, struct usual_text *text);

/* What it says, appended to `out`: references by number, by the names in `entities` (may be NULL)
 * and by HTML's; line ends as XML section 2.11 has them. */
void usual_text_read(const struct usual_text *text, GHashTable *entities, GString *out);

/* At '&' of a reference by number or by one of XML's five names: its bytes, 0 if it is none. */
size_t usual_reference(const char *at, const char *end, gunichar *code);
