/* channel_log: alerts as JSON lines in a file, for programs that watch.
 *
 * A line counts as delivered once it is on the disk. Rotation by rename is seen before the next
 * line, by copytruncate needs nothing.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"

/* The file is opened, or created 0640, with the first line. Only an own line that was cut off by a
 * power cut is ever taken back. */
struct channel *channel_log_new(const char *path);
