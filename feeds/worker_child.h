/* worker_child: the process of the parser worker, its socket, its window and its limits. Knows nothing of documents.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/window.h"

#include <glib.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <time.h>

struct worker_child {
	GPid pid; /* 0: there is none */
	int fd;   /* the socket, our end, which does not block; -1: there is none */
	struct window window; /* shared with this child */
	clockid_t cpu_clock;  /* the child's … */
	rlim_t cpu_limit;     /* … and where it ends; 0: nowhere yet */
};

/* `program`: the executable, held open with O_PATH, or -1: then it is looked for by its name. FEED_ERROR_WORKER or GLib's
 * own error if it cannot be started. */
bool worker_child_start(struct worker_child *child, const char *executable, int program, GError **error);
/* At once. Nothing happens if there is none. */
void worker_child_end(struct worker_child *child);
/* From now on it may use `seconds` of CPU, or up to one more: the system counts whole ones. */
void worker_child_limit_cpu(struct worker_child *child, unsigned seconds);
