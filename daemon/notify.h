/* notify: tell the service manager how we are (sd_notify and its watchdog); nothing without systemd.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* READY=1, and the watchdog's beat on the default main loop from now on. */
void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);
/* One line for `systemctl status`. */
void notify_status(const char *text);
