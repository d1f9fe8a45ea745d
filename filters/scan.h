/* scan: where every key of a configuration file stands.
 *
 * libconfuse reads the values but keeps no positions and stops at the first unknown key; this scan
 * of the same lexical grammar tells file:line:column of every key and block, so that all mistakes
 * are reported in one run.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Where a value begins: its opening quotation mark, if it has one. */
struct scan_value {
	size_t at; /* byte of the text */
	unsigned line, column;
};

struct scan_key {
	char *block;			   /* NULL outside any block */
	char *title;			   /* of the block, or NULL */
	char *key;			   /* NULL: the block itself */
	unsigned block_index;		   /* n-th block of that name in the file */
	unsigned line, column;		   /* 1-based */
	unsigned value_line, value_column; /* of the value */
	size_t at;			   /* byte of the text */
	bool appended;			   /* += */
	GArray *values; /* struct scan_value: the value, or those of a list; NULL for blocks */
};

/* All keys and blocks in order: struct scan_key *, owned. Broken syntax ends the list early. */
GPtrArray *scan_keys(const char *text);

/* The same in portions, for files with a hundred thousand blocks. Begin with p, line 1, column 1. */
struct scan_cursor {
	const char *p;
	unsigned line, column;
	unsigned open_line, open_column; /* out: a block, list or comment begins there and has no end;
					  * line 0: nothing is open. libconfuse lets it pass. */
};
/* The keys of the next `blocks` blocks and of what stands between them; the cursor stands behind
 * them then, at the end of the text if there are no more. *broken: the syntax ended the list before
 * its time. */
GPtrArray *scan_some(const char *text, struct scan_cursor *cursor, unsigned blocks, bool *broken);
/* The text with comments turned to blanks, lines kept: libconfuse takes no comments inside lists.
 * Free it. */
char *scan_without_comments(const char *text);
