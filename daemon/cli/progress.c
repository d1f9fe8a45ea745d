/* progress: see progress.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/progress.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 30
#define PAUSE_US  50000

void progress_start(struct progress_bar *bar)
{
	*bar = (struct progress_bar){.shown = isatty(STDERR_FILENO)};
}

void progress_draw(struct progress_bar *bar, uint64_t done, uint64_t total)
{
	int64_t now = bar->shown ? g_get_monotonic_time() : 0;
	if (!bar->shown || (now < bar->next_us && done < total))
		return;
	unsigned filled = total ? (unsigned)(MIN(done, total) * BAR_WIDTH / total) : BAR_WIDTH;
	fprintf(stderr, "\r[");
	for (unsigned i = 0; i < BAR_WIDTH; i++)
		fputs(i < filled ? "#" : ".", stderr);
	fprintf(stderr, "] %" PRIu64 "/%" PRIu64, done, total);
	fflush(stderr);
	bar->next_us = now + PAUSE_US;
}

void progress_clear(struct progress_bar *bar)
{
	if (bar->shown)
		fputs("\r\033[K", stderr);
	bar->next_us = 0;
}
