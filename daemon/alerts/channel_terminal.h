/* channel_terminal: alerts as text on standard output, for who runs the service in a terminal.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"

/* Colours if it is a terminal and `colour`. A terminal that is held (Ctrl-S) or a pipe that nobody
 * reads delays only this channel. */
struct channel *channel_terminal_new(bool colour);
