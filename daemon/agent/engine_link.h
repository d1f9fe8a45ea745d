/* engine_link: the agent's line to the engine: connects, and connects again whenever it is lost.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

struct engine_link;

struct engine_link_watch {
	void (*line)(const char *line, void *user_data);
	void (*connected)(void *user_data);
};

/* Begins at once. Borrows `watch`. */
struct engine_link *engine_link_new(const char *socket_path, const struct engine_link_watch *watch,
				    void *user_data);
void engine_link_free(struct engine_link *link);
/* What is said while nobody listens is lost; what is `kept` (up to a hundred) is said at the next
 * connection. */
void engine_link_send(struct engine_link *link, const char *line, bool kept);
