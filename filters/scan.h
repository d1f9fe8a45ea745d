/* scan: where every key of a configuration file stands.
 *
 * libconfuse reads the values but keeps no positions and stops at the first unknown key; this scan of the
 * same lexical grammar tells file:line:column of every key and block, so that all mistakes are reported
 * in one run.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct scan_key {
	char *block; /* NULL outside any block */
	char *title; /* of the block, or NULL */
	char *key;   /* NULL: the block itself */
	unsigned block_index; /* n-th block of that name in the file */
	unsigned line, column; /* 1-based */
	unsigned value_line, value_column; /* of the value */
};

/* All keys and blocks in order: struct scan_key *, owned. Broken syntax ends the list early. */
GPtrArray *scan_keys(const char *text);
