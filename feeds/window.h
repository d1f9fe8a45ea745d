/* window: memory that the engine and its parser worker share, so that documents and what was read
 * in them need no copies through a socket. It has a slot for every document that may be under way: there lies the
 * document, then the answer.
 *
 * Its size is sealed: the other side can change what lies in it at any time, but not take it away.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
	WINDOW_SLOTS = 4,        /* half of them are read, the others are there when those are done */
	WINDOW_SLOT = 512 << 10, /* bytes; what is larger goes through the socket */
};

struct window {
	unsigned char *bytes; /* NULL: there is no window, nothing fits */
};

/* A new one. Returns a descriptor for the child, which the caller closes; -1 if there can be none
 * here. */
int window_open(struct window *window);
/* The one behind an inherited descriptor; none if that is something else. */
void window_adopt(struct window *window, int fd);
void window_close(struct window *window);

static inline bool window_fits(const struct window *window, size_t len)
{
	return window->bytes && len <= WINDOW_SLOT;
}

static inline unsigned char *window_slot(const struct window *window, unsigned slot)
{
	return window->bytes ? window->bytes + slot * (size_t)WINDOW_SLOT : NULL;
}
