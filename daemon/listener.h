/* listener: sockets for programs of this machine, at a path or a loopback address. Nobody beyond it can connect.
 *
 * Accepts nothing itself.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct listener;

/* Whether `address` is one: "/run/vedetta/some.sock", "127.0.0.1:9471", "[::1]:9471". */
bool listener_check(const char *address, GError **error);
/* Listen there; not blocking. The file of a dead process is replaced, that of a living one is not. The file's mode is 0660. */
struct listener *listener_new(const char *address, GError **error);
/* Closes it, and removes the file if it is still our own. NULL is nothing. */
void listener_free(struct listener *listener);
int listener_fd(const struct listener *listener);
