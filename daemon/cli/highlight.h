/* highlight: the words of a text that counted, made to stand out: by colour on a terminal, else in
 * brackets. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/matcher.h"

#include <stdio.h>

/* The whole of a short text, such as a title, with the hits of `field` in it. */
void highlight_all(FILE *out, const char *text, const GArray *hits, enum match_field field,
		   bool colour);
/* The places of a long text where something counted, with some words around, each on a line after
 * `indent`; at most `most` places. */
void highlight_places(FILE *out, const char *text, const GArray *hits, enum match_field field,
		      unsigned most, const char *indent, bool colour);
