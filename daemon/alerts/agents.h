/* agents: the desktop agents that are connected, and what they are asked and answer.
 *
 * An agent runs in a user's session and owns the talk with its notification daemon, which may hang.
 * Lines are JSON: agent:  {"hello": "agent", "version": 1}            it is there
 *           {"answer": KEY, "result": "done" | "retry" | "away" | "unknown",
 *                           "detail": TEXT}
 *           {"back": true}                               its daemon or user is back: send again
 *           {"act": "ack" | "mute" | "not-relevant", "alert": ID, "article": ID, "filter": NAME}
 *   engine: what desktop_note() says, to each agent; {"bye": "replaced"} to an older one of the
 * same user SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"
#include "daemon/alerts/line_link.h"

#include <sys/types.h>

struct agents;

/* What a user did about an alert, through a button. */
struct agent_act {
	enum alert_state state;
	uint64_t alert, article;
	const char *filter; /* may be NULL */
	uid_t user;
};
struct agents_watch {
	void (*act)(const struct agent_act *act, void *user_data);
	/* What waits for the desktop may be tried now. */
	void (*ready)(void *user_data);
};

/* Borrows `watch`. */
struct agents *agents_new(const struct agents_watch *watch, void *user_data);
void agents_free(struct agents *agents);

/* A line of a peer that may be an agent; false if it is not understood. */
bool agents_line(struct agents *agents, struct line_link *link, uid_t user, const char *line);
/* The peer is gone; what it had not answered is tried again. */
void agents_gone(struct agents *agents, struct line_link *link);
unsigned agents_count(const struct agents *agents);
/* Has this peer said that it is an agent? */
bool agents_have(const struct agents *agents, const struct line_link *link);

/* Ask every agent to show `note`; `done` runs once, with the first that did, or after five seconds.
 * Answers SEND_RETRY at once if there is none. `owner` is for agents_cancel(). */
void agents_show(struct agents *agents, const char *key, const char *note, send_done_fn *done,
		 void *user_data, const void *owner);
/* Everything of `owner` answers SEND_RETRY now. */
void agents_cancel(struct agents *agents, const void *owner);
