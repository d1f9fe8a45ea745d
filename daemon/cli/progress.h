/* progress: a bar on the standard error, for commands that take a while.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress_bar {
	bool shown;	 /* false: draws nothing */
	int64_t next_us; /* monotonic: not drawn more often than the eye sees */
};

/* Shown if the standard error is a terminal. */
void progress_start(struct progress_bar *bar);
void progress_draw(struct progress_bar *bar, uint64_t done, uint64_t total);
/* Make room for a line of output. */
void progress_clear(struct progress_bar *bar);
