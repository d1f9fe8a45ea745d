/* notify: see notify.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/notify.h"

#include <glib.h>
#include <stdint.h>

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#include <time.h>

static gboolean beat(gpointer data)
{
	(void)data;
	sd_notify(0, "WATCHDOG=1");
	return G_SOURCE_CONTINUE;
}

void notify_ready(void)
{
	static guint timer;
	uint64_t watchdog_us = 0;

	sd_notify(0, "READY=1");
	if (!timer && sd_watchdog_enabled(0, &watchdog_us) > 0)
		timer = g_timeout_add((guint)(watchdog_us / 3000), beat, NULL);
}

/* Type=notify-reload wants the time of the reload on the monotonic clock. */
void notify_reloading(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT,
		   (gint64)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

void notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void notify_status(const char *text)
{
	sd_notifyf(0, "STATUS=%s", text);
}
#else
void notify_ready(void)
{
}

void notify_reloading(void)
{
}

void notify_stopping(void)
{
}

void notify_status(const char *text)
{
	(void)text;
}
#endif
