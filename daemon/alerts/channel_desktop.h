/* channel_desktop: alerts as notifications, through the agents in the users' sessions.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/agents.h"

/* Borrows `agents`; NULL: nothing can be shown, each send is to be tried again. More than `limit`
 * at once become a summary. */
struct channel *channel_desktop_new(struct agents *agents, unsigned limit);
