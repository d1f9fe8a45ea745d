/* oracle: what must hold of everything that the parser hands over, whatever it read.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/document.h"

#include <stdbool.h>

/* Aborts with a line that says what is wrong. */
#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition))                                                                  \
			oracle_fail(__FILE__, __LINE__, #condition);                               \
	} while (0)

void oracle_fail(const char *file, int line, const char *what) G_GNUC_NORETURN;

/* NULL, or clean plain text of at most `max_len` bytes, without white space at its ends and without
 * double white space; on one line if `one_line`. */
void oracle_text(const char *text, size_t max_len, bool one_line);
/* NULL, or http(s), or a path. */
void oracle_link(const char *link);
void oracle_document(const struct feed_document *document, unsigned max_entries);
/* Equal in everything an entry says. */
void oracle_same(const struct feed_document *a, const struct feed_document *b);
/* What the engine takes from an answer of its parser worker. */
struct feed_document *oracle_unpack(const uint8_t *bytes, size_t bytes_len);
