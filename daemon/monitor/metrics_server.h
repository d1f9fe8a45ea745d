/* metrics_server: answers GET /metrics on a socket, beside the work of the main loop and never instead of it: few
 * connections, each of a few seconds and one answer, from a snapshot that is at most some seconds old.
 *
 * Knows nothing of what the figures are.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

struct metrics_server;

/* The whole text of figures, to be freed by the server. */
typedef char *metrics_text_fn(void *user_data);

/* Serve on a listening socket, which stays the caller's. Whoever comes under a name that is not of this machine (a page
 * in a browser that was led here) is refused. NULL with error. */
struct metrics_server *metrics_server_new(int fd, metrics_text_fn *text, void *user_data, GError **error);
void metrics_server_free(struct metrics_server *server);
