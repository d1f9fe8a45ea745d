/* derive_clean: page furniture out of example texts: newsletter lines, credits, biographies,
 * teasers.
 *
 * Three means: cues, lines that repeat, and, from three texts on, the lines at either end that hold
 * none of the words in capitals that nearly all texts share, nor three of the rare words that
 * several have.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/reference.h"

#include <glib.h>

struct dropped_line {
	unsigned text;	 /* index of the text */
	const char *why; /* static: "cue", "repeated", "label", "site", "off the subject" */
	char *line;
};

/* `texts`: char *; `reference` tells what is rare, NULL: nothing is. Returns the cleaned texts
 * (char *, lines by '\n'), same order; `dropped`, a GArray of struct dropped_line, receives what
 * went. */
GPtrArray *derive_clean(const GPtrArray *texts, const struct reference *reference, GArray *dropped);
void dropped_line_clear(void *dropped);
