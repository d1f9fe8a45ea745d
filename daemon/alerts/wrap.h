/* wrap: text to lines of a width, by what a terminal or a mail reader shows: wide characters count
 * twice. Pure. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Columns that `text` takes: 2 for wide characters, 0 for marks. */
unsigned wrap_width(const char *text);
/* Append `text` in lines of at most `columns`, broken where its script allows (UAX #14); what has
 * no such place is left whole, so that addresses stay addresses. The first line begins at column
 * `at`, the others with `indent`. No line break at the end. */
void wrap_append(GString *out, const char *text, unsigned at, const char *indent, unsigned columns);
