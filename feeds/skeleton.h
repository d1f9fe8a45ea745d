/* skeleton: a well-formed document without its text, so that libxml2 reads the tags alone.
 *
 * Nine tenths of a feed are text, and each '&lt;' in it is an event of libxml2: a third of all the
 * time that a feed took. Here the text between two tags becomes one letter, and its place is kept.
 * What is not plainly well-formed (or has a '<' that is no tag, comment or CDATA section) makes no
 * skeleton: it is for libxml2 as a whole. Knows nothing of what tags mean.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct skeleton_piece {
	const char *text; /* in the document */
	unsigned len;
	bool literal; /* of a CDATA section */
	bool plain;   /* no references, no carriage returns: as it stands */
	bool last;    /* of those that one letter stands for */
};

struct skeleton {
	GString *tags;
	GArray *pieces; /* struct skeleton_piece, in order */
	guint taken;
};

/* False: make do without. `text` is UTF-8 that XML allows, without a declaration or DTD. The pieces
 * point into it. Finish it in both cases. */
bool skeleton_make(struct skeleton *skeleton, const char *text, size_t text_len);
void skeleton_finish(struct skeleton *skeleton);

/* The next piece, or NULL when the document holds no more. */
const struct skeleton_piece *skeleton_take(struct skeleton *skeleton);

/* What the piece says: references by number, by the names in `entities` (may be NULL) and by
 * HTML's; line ends as XML section 2.11 has them. */
void skeleton_read(const struct skeleton_piece *piece, GHashTable *entities, GString *out);
