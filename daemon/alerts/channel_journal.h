/* channel_journal: alerts as journal entries with fields of their own, in the journal's native
 * protocol, so that a journal daemon that hangs delays nobody (sd_journal_sendv would wait).
 * https://systemd.io/JOURNAL_NATIVE_PROTOCOL/  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* Message ids; packaging/vedetta.catalog explains them. */
#define JOURNAL_ALERT_ID   "e7a3ad0c1f1d4a4a9f6e2b0f9f5c7b11"
#define JOURNAL_SERVICE_ID "5c1d9a6b0c7e4f5d8f0a3b7d2e6c9a42"

struct channel *channel_journal_new(const char *socket_path);

/* The entry's bytes. Caller frees. */
GString *journal_entry(const struct message *message);
