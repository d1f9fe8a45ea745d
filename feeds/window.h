/* window: memory that the engine and its parser worker share, so that documents and what was read
 * in them need no copies through a socket. One half for what is asked, one for what is answered, and
 * in each a slot for every document that may be under way; the child's nth frame has the nth slot in turn.
 *
 * Its size is sealed: the other side can change what lies in it at any time, but not take it away.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
	WINDOW_SLOTS = 2,       /* one that is read, one that is there when it is done */
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

/* The slot of the nth request and of its answer, counted since the child began. */
static inline unsigned char *window_request(const struct window *window, unsigned n)
{
	return window->bytes ? window->bytes + n % WINDOW_SLOTS * (size_t)WINDOW_SLOT : NULL;
}

static inline unsigned char *window_reply(const struct window *window, unsigned n)
{
	return window->bytes ? window->bytes + (WINDOW_SLOTS + n % WINDOW_SLOTS) * (size_t)WINDOW_SLOT : NULL;
}
