/* items: articles in JSON lines, as `match` and `backtest` read them.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/matcher.h"

#include <jansson.h>
#include <stdio.h>

/* One line: its keys and, borrowing from them, the article. */
struct item {
	json_t *object;
	char **categories;
	struct match_article article; /* `now` is the caller's */
	const char *odd; /* a key whose value is not what it should be, and left out; static, or NULL */
};

/* False with *why (caller frees) if it is none: no JSON object, or longer than is read. Clear what
 * was read. */
bool item_read(const char *line, size_t len, struct item *item, char **why);
void item_clear(struct item *item);
/* A text among its keys, or NULL. Belongs to the item. */
const char *item_text(const struct item *item, const char *key);
