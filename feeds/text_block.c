/* text_block: see text_block.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/text_block.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

struct text_block {
	unsigned users;
	size_t len, room;
	char *bytes; /* `own`, or another's */
	char own[];
};

struct text_block *text_block_over(void *memory, size_t room)
{
	struct text_block *block = g_malloc(sizeof *block);

	*block = (struct text_block){.users = 1, .room = room, .bytes = memory};
	return block;
}

struct text_block *text_block_empty(size_t room)
{
	struct text_block *block = g_malloc(sizeof *block + room);

	*block = (struct text_block){.users = 1, .room = room, .bytes = block->own};
	return block;
}

struct text_block *text_block_new(const void *bytes, size_t len)
{
	struct text_block *block = text_block_empty(len);

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

char *text_block_room(struct text_block *block, size_t *room)
{
	size_t left = block->room - block->len;

	if (left <= TEXT_BLOCK_HEAD)
		return NULL;
	*room = left - TEXT_BLOCK_HEAD - 1;
	return block->bytes + block->len + TEXT_BLOCK_HEAD;
}

char *text_block_take(struct text_block *block, size_t len)
{
	uint32_t head = GUINT32_TO_LE((uint32_t)len);
	char *text = block->bytes + block->len + TEXT_BLOCK_HEAD;

	memcpy(block->bytes + block->len, &head, sizeof head);
	text[len] = '\0';
	block->len += TEXT_BLOCK_HEAD + len + 1;
	return text;
}

char *text_block_add(struct text_block *block, const char *text, size_t len)
{
	size_t room;
	char *place = text_block_room(block, &room);

	if (!place || len > room)
		return NULL;
	memcpy(place, text, len);
	return text_block_take(block, len);
}

bool text_block_append(struct text_block *block, const void *bytes, size_t len)
{
	if (len > block->room - block->len)
		return false;
	memcpy(block->bytes + block->len, bytes, len);
	block->len += len;
	return true;
}

void text_block_clear(struct text_block *block)
{
	block->len = 0;
}

static bool holds(const struct text_block *block, const char *text)
{
	return block && (uintptr_t)text - (uintptr_t)block->bytes < block->len;
}

bool text_block_offset(const struct text_block *block, const char *text, size_t *offset)
{
	if (!holds(block, text))
		return false;
	*offset = (size_t)(text - block->bytes);
	return true;
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
