/* control: the engine's UNIX socket, where desktop agents connect; and the agent that the engine
 * runs itself in a user's session.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/agents.h"
#include "daemon/store/store.h"

#include <glib.h>

struct control;

/* Listen on `directory`/control.sock, made with its folder if absent; a socket nobody listens on is
 * replaced. What users do about alerts goes to `store` (borrowed; NULL: it is refused). NULL with
 * the reason if another process listens there. */
struct control *control_new(const char *directory, struct store *store, GError **error);
/* Channels made with it must be freed before. */
void control_free(struct control *control);

/* An agent came, or its notification daemon or user is back: what waits for the desktop may go. */
void control_on_ready(struct control *control, void (*ready)(void *user_data), void *user_data);
/* A user acted on an alert, and the store knows it. */
void control_on_act(struct control *control,
		    void (*acted)(const struct agent_act *act, void *user_data), void *user_data);
/* Run `vedetta-agent` as a child while the control lives, again when it ends; nothing outside a
 * desktop session. */
void control_run_agent(struct control *control);

/* For desktop channels. Borrowed. */
struct agents *control_agents(struct control *control);
/* The socket's path. Borrowed. */
const char *control_path(const struct control *control);
