/* line_link: lines both ways over a stream socket, on the main loop, bounded and never blocking.
 * What the desktop agent and the engine talk through.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define LINE_LINK_LINE_MAX  (64 * 1024)	  /* a longer line ends the link */
#define LINE_LINK_QUEUE_MAX (1024 * 1024) /* so does a peer that does not read */

struct line_link;

/* `line` is NUL-terminated, without its newline, valid UTF-8 (the link ends otherwise). */
typedef void line_link_line_fn(struct line_link *link, const char *line, void *user_data);
/* The other side is gone, or was cut off; runs once, and not from line_link_free(). The owner
 * frees. */
typedef void line_link_closed_fn(struct line_link *link, void *user_data);

/* Takes the file descriptor. */
struct line_link *line_link_new(int fd, line_link_line_fn *line, line_link_closed_fn *closed,
				void *user_data);
/* May be called from the callbacks. NULL is fine. */
void line_link_free(struct line_link *link);
/* Queue `text`, which has no newline. If it cannot be taken the link closes, soon and by itself. */
void line_link_send(struct line_link *link, const char *text);
