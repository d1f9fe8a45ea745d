/* usual_xml: XML as feeds usually are, without libxml2, to the same events.
 *
 * libxml2 reads any XML, a character at a time, and each '&lt;' in a text is an event of its own;
 * nearly all feeds need far less of it. This reads them in blocks and gives their texts away where
 * they lie. What it does not know for certain to be well-formed (or knows, but seldom sees:
 * instructions, names beyond ASCII, prefixes that nobody declared …) it leaves to libxml2 as a
 * whole, so that it says either what libxml2 would say, or nothing. Knows nothing of what elements
 * mean. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libxml/xmlstring.h>
#include <stdbool.h>
#include <stddef.h>

#include "feeds/usual_text.h"

/* Names and attributes as libxml2's SAX2 gives them; equal names of namespaces have one address.
 * All of it lives until the reading ends, attributes until the event does. */
struct usual_events {
	void (*start)(void *user_data, const xmlChar *name, const xmlChar *prefix,
		      const xmlChar *uri, int namespaces_count, const xmlChar **namespaces,
		      int attributes_count, int defaulted_count, const xmlChar **attributes);
	void (*end)(void *user_data, const xmlChar *name, const xmlChar *prefix,
		    const xmlChar *uri);
	void (*text)(void *user_data, const struct usual_text *text);
};

/* `text` is UTF-8 that XML allows, from the root's start tag on, without a DTD before it. True if
 * all of it was well-formed and given to `events`. False if not, or if `stopped` became true: what
 * the events said until then is for nothing. */
bool usual_xml_read(const char *text, size_t text_len, const struct usual_events *events,
		    void *user_data, const bool *stopped);
