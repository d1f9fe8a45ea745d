/* element_table: finds the row of an element.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/elements.h"

/* Builds the table; called once before the first look-up, cheap afterwards. */
void element_table_prepare(void);

/* The namespace of a URI, or where that is NULL of a customary prefix; NS_OTHER if unknown. Case
 * and a trailing slash are ignored. */
enum namespace_id element_namespace(const char *uri, const char *prefix);

/* The row of `name` (case ignored) in a place, or NULL. */
const struct element *element_find(enum namespace_id ns, const char *name, unsigned place);
