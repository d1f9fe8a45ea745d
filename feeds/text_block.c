/* text_block: see text_block.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/text_block.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

struct text_block {
	unsigned users;
	size_t len;
	char bytes[];
};

struct text_block *text_block_new(const void *bytes, size_t len)
{
	struct text_block *block = g_malloc(sizeof *block + len);

	block->users = 1;
	block->len = len;
	if (len)
		memcpy(block->bytes, bytes, len);
	return block;
}

struct text_block *text_block_ref(struct text_block *block)
{
	if (block)
		block->users++;
	return block;
}

void text_block_unref(struct text_block *block)
{
	if (block && --block->users == 0)
		g_free(block);
}

char *text_block_bytes(struct text_block *block, size_t *len)
{
	*len = block->len;
	return block->bytes;
}

static bool holds(const struct text_block *block, const char *text)
{
	return block && (uintptr_t)text - (uintptr_t)block->bytes < block->len;
}

void text_block_free_text(const struct text_block *block, char *text)
{
	if (!holds(block, text))
		g_free(text);
}

void text_block_free_list(const struct text_block *block, char **list)
{
	for (char **text = list; text && *text; text++)
		text_block_free_text(block, *text);
	g_free(list);
}
