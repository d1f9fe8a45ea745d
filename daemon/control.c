/* control: see control.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/control.h"

#include "daemon/agent_process.h"
#include "daemon/listener.h"
#include "daemon/monitor/log.h"
#include "daemon/store/alerts.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEERS_MAX 32

struct peer {
	struct control *control;
	struct line_link *link;
	uid_t user;
};

struct control {
	char *path;
	struct listener *listener;
	guint source;
	struct store *store;
	struct agents *agents;
	GPtrArray *peers; /* struct peer * */
	struct agent_process *agent;
	void (*ready)(void *user_data);
	void *ready_data;
	void (*acted)(const struct agent_act *act, void *user_data);
	void *acted_data;
};

/* ---- what users do -------------------------------------------------------------------------- */

static char *user_name(uid_t user)
{
	struct passwd entry, *found = NULL;
	char buffer[4096];
	return getpwuid_r(user, &entry, buffer, sizeof buffer, &found) == 0 && found
		       ? g_strdup(found->pw_name)
		       : g_strdup_printf("uid %u", (unsigned)user);
}

static void on_act(const struct agent_act *act, void *user_data)
{
	struct control *control = user_data;
	g_autoptr(GError) error = NULL;
	g_autofree char *who = user_name(act->user);
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	bool done = control->store &&
		    store_alert_act(control->store, act->alert, act->state, 0, who, now, &error);
	if (done && act->state == ALERT_NOT_RELEVANT && act->article)
		done = store_mark(control->store, act->article, act->filter ? act->filter : "",
				  false, who, now, &error);
	if (error)
		log_warning("alert.act_failed", "who", who, "reason", error->message);
	else if (done)
		log_info("alert.act", "who", who, "state", alert_state_name(act->state));
	if (done && control->acted)
		control->acted(act, control->acted_data);
}

static void on_ready(void *user_data)
{
	struct control *control = user_data;
	if (control->ready)
		control->ready(control->ready_data);
}

static const struct agents_watch watch = {on_act, on_ready};

/* ---- peers ---------------------------------------------------------------------------------- */

static void peer_free(void *memory)
{
	struct peer *peer = memory;
	line_link_free(peer->link);
	g_free(peer);
}

static void on_closed(struct line_link *link, void *user_data)
{
	struct peer *peer = user_data;
	agents_gone(peer->control->agents, link);
	g_ptr_array_remove(peer->control->peers, peer);
}

static void on_line(struct line_link *link, const char *line, void *user_data)
{
	struct peer *peer = user_data;
	if (!agents_line(peer->control->agents, link, peer->user, line))
		line_link_send(link, "{\"error\":\"not understood\"}");
}

/* Of those who have not said that they are agents the oldest goes: it may be gone already, or idle,
 * and neither may keep an agent out. */
static bool make_room(struct control *control)
{
	if (control->peers->len < PEERS_MAX)
		return true;
	for (unsigned i = 0; i < control->peers->len; i++) {
		struct peer *peer = control->peers->pdata[i];
		if (!agents_have(control->agents, peer->link)) {
			g_ptr_array_remove_index(control->peers, i);
			return true;
		}
	}
	return false;
}

static gboolean on_connection(int fd, GIOCondition condition, void *data)
{
	struct control *control = data;
	struct ucred credentials = {.uid = (uid_t)-1};
	socklen_t len = sizeof credentials;
	int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	(void)condition;
	if (connection < 0)
		return G_SOURCE_CONTINUE;
	if (!make_room(control) ||
	    getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &len) != 0) {
		close(connection);
		return G_SOURCE_CONTINUE;
	}
	struct peer *peer = g_new0(struct peer, 1);
	peer->control = control;
	peer->user = credentials.uid;
	peer->link = line_link_new(connection, on_line, on_closed, peer);
	g_ptr_array_add(control->peers, peer);
	return G_SOURCE_CONTINUE;
}

/* ---- life cycle ----------------------------------------------------------------------------- */

struct control *control_new(const char *directory, struct store *store, GError **error)
{
	struct control *control = g_new0(struct control, 1);
	control->path = g_build_filename(directory, "control.sock", NULL);
	control->store = store;
	control->agents = agents_new(&watch, control);
	control->peers = g_ptr_array_new_with_free_func(peer_free);
	g_mkdir_with_parents(directory, 0700);
	control->listener = listener_new(control->path, error);
	if (!control->listener) {
		control_free(control);
		return NULL;
	}
	control->source = g_unix_fd_add(listener_fd(control->listener), G_IO_IN, on_connection, control);
	return control;
}

void control_free(struct control *control)
{
	if (!control)
		return;
	agent_process_free(control->agent);
	g_clear_handle_id(&control->source, g_source_remove);
	listener_free(control->listener);
	g_ptr_array_unref(control->peers);
	agents_free(control->agents);
	g_free(control->path);
	g_free(control);
}

void control_on_ready(struct control *control, void (*ready)(void *user_data), void *user_data)
{
	control->ready = ready;
	control->ready_data = user_data;
}

void control_on_act(struct control *control,
		    void (*acted)(const struct agent_act *act, void *user_data), void *user_data)
{
	control->acted = acted;
	control->acted_data = user_data;
}

void control_run_agent(struct control *control)
{
	if (!control->agent)
		control->agent = agent_process_new(control->path);
}

struct agents *control_agents(struct control *control)
{
	return control->agents;
}

const char *control_path(const struct control *control)
{
	return control->path;
}
