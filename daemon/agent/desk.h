/* desk: what the user sees: one notification a story, a summary instead of a flood, nothing while
 * away.
 *
 * Knows neither sockets nor D-Bus.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/agent/notifier.h"

struct desk;

struct desk_watch {
	/* A line for the engine; `kept`: it must arrive. */
	void (*say)(const char *line, bool kept, void *user_data);
	void (*open)(const char *link, void *user_data);
	/* Notes may come from now on. */
	void (*settled)(void *user_data);
};

/* Borrows `watch`. */
struct desk *desk_new(const struct desk_watch *watch, void *user_data);
void desk_free(struct desk *desk);

/* A line of the engine: a note (daemon/alerts/desktop_note.h) is shown, and answered for once. */
void desk_take(struct desk *desk, const char *line);
/* The engine is connected (again): what came to be before was missed. */
void desk_catch_up(struct desk *desk);
