/* text_block: texts that came together lie in one piece of memory, which lives until nobody uses
 * any of them. For one thread.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct text_block;

enum { TEXT_BLOCK_HEAD = 4 }; /* bytes before a text that was added: its length, little endian */

/* With a copy of `len` bytes. */
struct text_block *text_block_new(const void *bytes, size_t len);
/* Empty: `room` bytes that texts can be added to. */
struct text_block *text_block_empty(size_t room);
/* The same in memory of somebody else, which outlives it. */
struct text_block *text_block_over(void *memory, size_t room);
struct text_block *text_block_ref(struct text_block *block); /* NULL stays NULL */
void text_block_unref(struct text_block *block);
/* What is in it. */
char *text_block_bytes(struct text_block *block, size_t *len);

/* A copy of the text, with its length before and a NUL behind. NULL: there is no room. */
char *text_block_add(struct text_block *block, const char *text, size_t len);
/* To write it there oneself: where the next text would begin, how long it may be. NULL: no room at all. */
char *text_block_room(struct text_block *block, size_t *room);
/* What was written there, as if added. */
char *text_block_take(struct text_block *block, size_t len);
/* Bytes that are no text, behind all that is there. */
bool text_block_append(struct text_block *block, const void *bytes, size_t len);
/* Nobody uses any of its texts: it is empty again. */
void text_block_clear(struct text_block *block);
/* Where a text begins in the block; false if it is not in it. `block` may be NULL. */
bool text_block_offset(const struct text_block *block, const char *text, size_t *offset);

/* Free a text, or a NULL-terminated list of them, of whoever holds `block` (NULL: none) but may
 * have texts of his own beside it: those in the block are left alone. */
void text_block_free_text(const struct text_block *block, char *text);
void text_block_free_list(const struct text_block *block, char **list);
