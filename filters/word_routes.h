/* word_routes: from the text of a word in some shape to the keys it leads to.
 *
 * Many texts, few bytes: of a text only a hash of 64 bits under a secret seed is kept, so that two
 * of a million texts share one with a chance of one in thirty million, and nobody can choose them.
 * Laid all at once, then looked up often; laying more later moves everything.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

struct word_routes;

struct word_routes *word_routes_new(void);
void word_routes_free(struct word_routes *routes);

/* From `text` to `key`: found from the next word_routes_settle() on. */
void word_routes_lay(struct word_routes *routes, const char *text, size_t len, uint32_t key);
/* Puts what was laid in its place; nothing to do if nothing was. */
void word_routes_settle(struct word_routes *routes);

/* Appends to `keys` (uint32_t) what `text` leads to and is not there yet, the last laid first. */
void word_routes_follow(const struct word_routes *routes, const char *text, size_t len,
			GArray *keys);
