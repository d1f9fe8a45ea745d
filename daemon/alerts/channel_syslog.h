/* channel_syslog: alerts as RFC 5424 records, to the local daemon or by UDP (RFC 5426).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"

/* `facility` by name ("daemon", "local0"); `address`: a socket's path or a host, `port` 0 is 514.
 * NULL if the facility is none. */
struct channel *channel_syslog_new(const char *address, unsigned port, const char *facility,
				   GError **error);

/* The record; its text is cut so that all fits into `max_len` bytes. Caller frees. */
char *syslog_record(const struct message *message, int facility, const char *host, size_t max_len);
