/* window: memory that the engine and its parser worker share, so that documents and what was read
 * in them need no copies through a socket. One half for what is asked, one for what is answered.
 *
 * Its size is sealed: the other side can change what lies in it at any time, but not take it away.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { WINDOW_HALF = 1 << 20 }; /* bytes; what is larger goes through the socket */

struct window {
	unsigned char *request,
		*reply; /* WINDOW_HALF each; NULL: there is no window, nothing fits */
};

/* A new one. Returns a descriptor for the child, which the caller closes; -1 if there can be none
 * here. */
int window_open(struct window *window);
/* The one behind an inherited descriptor; none if that is something else. */
void window_adopt(struct window *window, int fd);
void window_close(struct window *window);

static inline bool window_fits(const struct window *window, size_t len)
{
	return window->request && len <= WINDOW_HALF;
}
