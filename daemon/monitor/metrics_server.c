/* metrics_server: see metrics_server.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/monitor/metrics_server.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#ifndef HAVE_MICROHTTPD

struct metrics_server *metrics_server_new(int fd, metrics_text_fn *text, void *user_data, GError **error)
{
	(void)fd, (void)text, (void)user_data;
	g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("this vedetta was built without metrics"));
	return NULL;
}

void metrics_server_free(struct metrics_server *server) { (void)server; }

#else

#include "daemon/monitor/exposition.h"
#include "daemon/monitor/log.h"

#include <errno.h>
#include <glib-unix.h>
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define CONNECTIONS_MAX 16                 /* of a further one the oldest makes room */
#define CONNECTION_S 10                    /* from its first byte to its last */
#define CONNECTION_BYTES ((size_t)16 << 10) /* a request is a few hundred bytes */
#define SNAPSHOT_US (2 * G_USEC_PER_SEC)

struct metrics_server {
	struct MHD_Daemon *daemon;
	metrics_text_fn *text;
	void *user_data;
	guint source, timer;
	GQueue open; /* struct limit *, oldest first */
	char *snapshot;
	gint64 taken_at; /* monotonic */
};

/* ---- answers -------------------------------------------------------------------------------------------------- */

static const char *snapshot(struct metrics_server *server)
{
	gint64 now = g_get_monotonic_time();

	if (!server->snapshot || now - server->taken_at > SNAPSHOT_US) {
		g_free(server->snapshot);
		server->snapshot = server->text(server->user_data);
		server->taken_at = now;
	}
	return server->snapshot;
}

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *type, const char *text)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	enum MHD_Result queued = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return queued;
}

/* A name that resolves to this machine only for those who want to read from it would pass by address alone. */
static bool is_our_name(struct MHD_Connection *connection)
{
	const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
	if (!host || strcmp(host, "") == 0)
		return true;
	g_autofree char *url = g_strdup_printf("http://%s/", host);
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	if (!uri)
		return false;
	g_autoptr(GInetAddress) address = g_inet_address_new_from_string(g_uri_get_host(uri));
	return address ? g_inet_address_get_is_loopback(address) : g_ascii_strcasecmp(g_uri_get_host(uri), "localhost") == 0;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *path, const char *method,
				  const char *version, const char *body, size_t *body_len, void **request)
{
	static int begun;
	(void)version, (void)body;

	if (!*request) { /* headers only: the answer is for the second call */
		*request = &begun;
		return MHD_YES;
	}
	if (*body_len) {
		*body_len = 0;
		return MHD_YES;
	}
	if (!is_our_name(connection))
		return reply(connection, MHD_HTTP_MISDIRECTED_REQUEST, "text/plain", "not a name of this machine\n");
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return reply(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain", "GET /metrics\n");
	if (strcmp(path, "/metrics") != 0)
		return reply(connection, MHD_HTTP_NOT_FOUND, "text/plain", "GET /metrics\n");
	return reply(connection, MHD_HTTP_OK, EXPOSITION_TYPE, snapshot(data));
}

/* ---- the time of a connection ---------------------------------------------------------------------------------- */

struct limit {
	struct metrics_server *server;
	int fd;
	guint timer;
};

/* The daemon sees the end of the connection, and closes it. */
static void cut(struct limit *limit)
{
	g_clear_handle_id(&limit->timer, g_source_remove);
	g_queue_remove(&limit->server->open, limit);
	shutdown(limit->fd, SHUT_RDWR);
}

static gboolean on_too_long(gpointer data)
{
	struct limit *limit = data;
	limit->timer = 0;
	cut(limit);
	return G_SOURCE_REMOVE;
}

static struct limit *limit_new(struct metrics_server *server, struct MHD_Connection *connection)
{
	struct limit *limit = g_new0(struct limit, 1);
	limit->server = server;
	limit->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	limit->timer = g_timeout_add_seconds(CONNECTION_S, on_too_long, limit);
	g_queue_push_tail(&server->open, limit);
	if (server->open.length > CONNECTIONS_MAX)
		cut(server->open.head->data);
	return limit;
}

static void limit_free(struct limit *limit)
{
	g_clear_handle_id(&limit->timer, g_source_remove);
	g_queue_remove(&limit->server->open, limit);
	g_free(limit);
}

static void on_connection(void *data, struct MHD_Connection *connection, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		*context = limit_new(data, connection);
	else if (*context)
		g_clear_pointer((struct limit **)context, limit_free);
}

/* ---- on the main loop ------------------------------------------------------------------------------------------ */

static void run(struct metrics_server *server);

static gboolean on_timer(gpointer data)
{
	struct metrics_server *server = data;
	server->timer = 0;
	run(server);
	return G_SOURCE_REMOVE;
}

static unsigned connections(const struct metrics_server *server)
{
	return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections;
}

static void run(struct metrics_server *server)
{
	unsigned before = connections(server);
	MHD_UNSIGNED_LONG_LONG ms;

	MHD_run(server->daemon);
	g_clear_handle_id(&server->timer, g_source_remove);
	if (connections(server) < before) /* whether it may accept again it looks only when it begins */
		server->timer = g_timeout_add(0, on_timer, server);
	else if (MHD_get_timeout(server->daemon, &ms) == MHD_YES)
		server->timer = g_timeout_add((guint)MIN(ms, 1000), on_timer, server);
}

static gboolean on_ready(int fd, GIOCondition condition, gpointer data)
{
	(void)fd, (void)condition;
	run(data);
	return G_SOURCE_CONTINUE;
}

G_GNUC_PRINTF(2, 0) static void on_log(void *data, const char *format, va_list arguments)
{
	char text[256];
	(void)data;
	vsnprintf(text, sizeof text, format, arguments);
	log_debug("metrics.server", "text", g_strchomp(text));
}

struct metrics_server *metrics_server_new(int fd, metrics_text_fn *text, void *user_data, GError **error)
{
	struct metrics_server *server = g_new0(struct metrics_server, 1);

	server->text = text;
	server->user_data = user_data;
	server->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)(2 * CONNECTIONS_MAX),
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_END);
	if (!server->daemon) {
		int cause = errno;
		g_free(server);
		g_set_error(error, G_IO_ERROR, (int)g_io_error_from_errno(cause), _("figures cannot be served: %s"),
			    g_strerror(cause));
		return NULL;
	}
	int events = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	server->source = g_unix_fd_add(events, G_IO_IN, on_ready, server);
	return server;
}

void metrics_server_free(struct metrics_server *server)
{
	if (!server)
		return;
	g_clear_handle_id(&server->source, g_source_remove);
	g_clear_handle_id(&server->timer, g_source_remove);
	MHD_quiesce_daemon(server->daemon); /* else it would close the caller's socket */
	MHD_stop_daemon(server->daemon);
	g_free(server->snapshot);
	g_free(server);
}

#endif
