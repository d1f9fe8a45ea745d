/* text_block: texts that came together lie in one piece of memory, which lives until nobody uses
 * any of them. For one thread.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct text_block;

/* With a copy of `len` bytes. */
struct text_block *text_block_new(const void *bytes, size_t len);
struct text_block *text_block_ref(struct text_block *block); /* NULL stays NULL */
void text_block_unref(struct text_block *block);
char *text_block_bytes(struct text_block *block, size_t *len);

/* Free a text, or a NULL-terminated list of them, of whoever holds `block` (NULL: none) but may
 * have texts of his own beside it: those in the block are left alone. */
void text_block_free_text(const struct text_block *block, char *text);
void text_block_free_list(const struct text_block *block, char **list);
