/* elements: what each XML element of a feed means, as rows. One file a format or namespace holds
 * the rows; element_find() looks them up. Knows nothing of the parser's events.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libxml/xmlstring.h>

#include "feeds/reader.h"

/* Where an element may stand, and what its children are in. */
enum place {
	IN_NOTHING = 0, /* children mean nothing */
	IN_DOCUMENT = 1 << 0,
	IN_FEED = 1 << 1,
	IN_ENTRY = 1 << 2,
	IN_PERSON = 1 << 3,
	IN_SOURCE = 1 << 4,
	IN_SKIP_HOURS = 1 << 5,
	IN_SKIP_DAYS = 1 << 6,
	IN_SOURCE_PERSON = 1 << 7,
	IN_ANY_ITEM = IN_FEED | IN_ENTRY,
	/* for `opens` only */
	SAME_PLACE = 1 << 14, /* children are read as if the element were not there */
	ITS_TEXT = 1 << 15,   /* no children: its text is a value */
};

enum namespace_id {
	NS_OTHER,
	NS_RSS, /* RSS 0.90-2.0 and elements without a namespace */
	NS_ATOM,
	NS_CONTENT,
	NS_DC,
	NS_DCTERMS,
	NS_FEEDBURNER,
	NS_HISTORY,
	NS_ITUNES,
	NS_MEDIA,
	NS_PRISM,
	NS_RDF,
	NS_SYNDICATION,
	NS_XHTML,
	NS_COUNT,
};

/* Attributes as libxml2's SAX2 gives them: five pointers each. */
struct attributes {
	const xmlChar **list;
	int count;
};

/* The value of an attribute by local name (case ignored, any namespace), or NULL; the caller frees.
 */
char *attribute_get(const struct attributes *attributes, const char *name);

struct element {
	const char *name; /* local, lower case */
	unsigned in;	  /* places where this row holds */
	unsigned opens;	  /* place of its children, SAME_PLACE or ITS_TEXT */
	enum field field; /* that its text, if it is taken, goes to … */
	enum value_kind kind;
	unsigned rank; /* … with this rank */
	/* For what attributes say; may change *field and *kind of this occurrence. Or NULL. */
	void (*start)(struct reader *reader, const struct attributes *attributes,
		      struct element *occurrence);
	/* For text that goes to no field. Or NULL. */
	void (*text)(struct reader *reader, const char *text);
	/* VALUE_HTML* and the like are decided by type= and mode= (Atom). */
	bool typed;
};

/* Rows: an element whose text is a value, one that opens a place or only has attributes. */
#define TEXT_ROW(its_name, where, its_field, its_kind, its_rank, ...)                              \
	{                                                                                          \
		.name = its_name, .in = where, .opens = ITS_TEXT, .field = its_field,              \
		.kind = its_kind, .rank = its_rank, __VA_ARGS__                                    \
	}
#define PLACE_ROW(its_name, where, what, ...)                                                      \
	{                                                                                          \
		.name = its_name, .in = where, .opens = what, __VA_ARGS__                          \
	}

struct element_rows {
	enum namespace_id ns;
	const struct element *rows;
	size_t count;
};

extern const struct element_rows format_rss_rows, format_atom_rows, ns_content_rows, ns_dc_rows,
	ns_dcterms_rows, ns_feedburner_rows, ns_history_rows, ns_itunes_rows, ns_media_rows,
	ns_prism_rows, ns_rdf_rows, ns_syndication_rows, ns_xhtml_rows;
