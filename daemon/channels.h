/* channels: from `channel` blocks to open channels.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"
#include "daemon/config.h"

struct control;

/* Open every channel of the configuration: struct channel *, owned by the array. NULL with the first reason.
 * `control` is the agents' way in, for desktop channels; NULL: no agent can connect. */
GPtrArray *channels_open(const struct config *config, struct control *control, GError **error);
/* The one of that name, for a test of it; free with its ops->free(). NULL with the reason. */
struct channel *channels_open_one(const struct config *config, const char *name, struct control *control,
				  GError **error);
/* NULL if there is none of that name. */
struct channel *channels_find(const GPtrArray *channels, const char *name);
/* Log rotation: every channel re-opens what it writes to. */
void channels_reopen(const GPtrArray *channels);
