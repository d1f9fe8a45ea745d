/* channel_desktop: see channel_desktop.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/channel_desktop.h"

#include "daemon/alerts/desktop_note.h"

struct desktop {
	struct channel base;
	struct agents *agents;
	unsigned limit;
};

static void desktop_send(struct channel *channel, const struct message *message,
			 const char *recipient, send_done_fn *done, void *user_data)
{
	struct desktop *desktop = (struct desktop *)channel;
	(void)recipient;
	if (!desktop->agents) {
		done(SEND_RETRY, "no desktop agent can connect", user_data);
		return;
	}
	g_autofree char *note = desktop_note(message, desktop->limit);
	agents_show(desktop->agents, message->key, note, done, user_data, desktop);
}

static void desktop_free(struct channel *channel)
{
	struct desktop *desktop = (struct desktop *)channel;
	if (desktop->agents)
		agents_cancel(desktop->agents, desktop);
	g_free(desktop->base.name);
	g_free(desktop);
}

static const struct channel_ops ops = {"desktop", desktop_send, NULL, desktop_free};

struct channel *channel_desktop_new(struct agents *agents, unsigned limit)
{
	struct desktop *desktop = g_new0(struct desktop, 1);
	desktop->base.ops = &ops;
	desktop->agents = agents;
	desktop->limit = limit;
	return &desktop->base;
}
