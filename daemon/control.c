/* control: see control.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/control.h"

#include "daemon/agent_process.h"
#include "daemon/monitor/log.h"
#include "daemon/store/alerts.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define PEERS_MAX 32

struct peer {
	struct control *control;
	struct line_link *link;
	uid_t user;
};

struct control {
	char *path;
	int fd;
	guint source;
	dev_t device; /* of the socket's file, so that only our own is removed */
	ino_t inode;
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

static gboolean on_connection(int fd, GIOCondition condition, void *data)
{
	struct control *control = data;
	struct ucred credentials = {.uid = (uid_t)-1};
	socklen_t len = sizeof credentials;
	int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	(void)condition;
	if (connection < 0)
		return G_SOURCE_CONTINUE;
	if (control->peers->len >= PEERS_MAX ||
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

/* ---- the socket ----------------------------------------------------------------------------- */

static bool address_of(const char *path, struct sockaddr_un *address, GError **error)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) < sizeof address->sun_path) {
		memcpy(address->sun_path, path, strlen(path) + 1);
		return true;
	}
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG,
		    _("%s: too long a path for a socket"), path);
	return false;
}

static bool is_served(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int served = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
	bool busy = fd >= 0 && !served && errno == EAGAIN;
	if (fd >= 0)
		close(fd);
	return served || busy;
}

static bool listen_at(struct control *control, GError **error)
{
	struct sockaddr_un address;
	struct stat status;
	if (!address_of(control->path, &address, error))
		return false;
	if (is_served(&address)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
			    _("%s: another vedetta listens there"), control->path);
		return false;
	}
	unlink(control->path);
	control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* agents of the group may connect, where the folder lets them */
	mode_t before = umask(0117);
	bool bound = control->fd >= 0 &&
		     bind(control->fd, (struct sockaddr *)&address, sizeof address) == 0 &&
		     listen(control->fd, 8) == 0;
	int cause = errno;
	umask(before);
	if (!bound) {
		g_set_error(error, G_IO_ERROR, (int)g_io_error_from_errno(cause), "%s: %s",
			    control->path, g_strerror(cause));
		return false;
	}
	if (stat(control->path, &status) == 0) {
		control->device = status.st_dev;
		control->inode = status.st_ino;
	}
	return true;
}

struct control *control_new(const char *directory, struct store *store, GError **error)
{
	struct control *control = g_new0(struct control, 1);
	control->path = g_build_filename(directory, "control.sock", NULL);
	control->fd = -1;
	control->store = store;
	control->agents = agents_new(&watch, control);
	control->peers = g_ptr_array_new_with_free_func(peer_free);
	g_mkdir_with_parents(directory, 0700);
	if (!listen_at(control, error)) {
		control_free(control);
		return NULL;
	}
	control->source = g_unix_fd_add(control->fd, G_IO_IN, on_connection, control);
	return control;
}

void control_free(struct control *control)
{
	struct stat status;
	if (!control)
		return;
	agent_process_free(control->agent);
	g_clear_handle_id(&control->source, g_source_remove);
	if (control->fd >= 0)
		close(control->fd);
	if (control->inode && stat(control->path, &status) == 0 &&
	    status.st_ino == control->inode && status.st_dev == control->device)
		unlink(control->path);
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
