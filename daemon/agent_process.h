/* agent_process: the desktop agent as a child of the engine, in a user's session.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

struct agent_process;

/* Run vedetta-agent on the engine's socket, and again after it ended, later each time. NULL where
 * there is no desktop session ($DBUS_SESSION_BUS_ADDRESS) or no such program. The child ends with
 * us. */
struct agent_process *agent_process_new(const char *socket_path);
void agent_process_free(struct agent_process *process);
