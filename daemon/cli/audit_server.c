/* audit_server: see audit_server.h. One thread a connection, as GIO gives it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/audit_server.h"

#include <gio/gio.h>
#include <string.h>

#define THREADS	      64
#define HEAD_MAX      (64 * 1024)
#define TLS_HANDSHAKE 0x16
#define DRIP_US	      20000
#define SLOW_US	      100000
#define SILENCE_S     60 /* a client that waits longer is let go */

struct script {
	unsigned status, flags;
	char *headers;
	GBytes *body;
};

struct audit_server {
	GSocketService *service;
	unsigned port;
	GMutex lock;
	GHashTable *scripts;  /* path → struct script * */
	GPtrArray *requests;  /* struct audit_request * */
	GPtrArray *forgotten; /* of them: still borrowed by somebody */
	unsigned connections;
	unsigned busy, busiest; /* requests without an answer yet */
	GBytes *hello;
	GCancellable *closing;
};

/* ---- the script
 * -------------------------------------------------------------------------------------------------
 */

static void script_free(gpointer data)
{
	struct script *script = data;
	g_free(script->headers);
	g_bytes_unref(script->body);
	g_free(script);
}

static void request_free(gpointer data)
{
	struct audit_request *request = data;
	g_free(request->method);
	g_free(request->path);
	g_free(request->version);
	g_strfreev(request->headers);
	g_free(request->head);
	g_free(request);
}

void audit_server_answer(struct audit_server *server, const char *path,
			 const struct audit_answer *answer)
{
	struct script *script = g_new0(struct script, 1);
	size_t len = answer->body_len ? answer->body_len : answer->body ? strlen(answer->body) : 0;

	script->status = answer->status ? answer->status : 200;
	script->flags = answer->flags;
	script->headers = g_strdup(answer->headers ? answer->headers : "");
	script->body = g_bytes_new(answer->body, len);
	g_mutex_lock(&server->lock);
	g_hash_table_replace(server->scripts, g_strdup(path), script);
	g_mutex_unlock(&server->lock);
}

/* The answer as it is now, copied: the connection's thread works on it without the lock. */
static struct script script_of(struct audit_server *server, const char *path)
{
	struct script copy = {.status = 404};

	g_mutex_lock(&server->lock);
	const struct script *script = g_hash_table_lookup(server->scripts, path);
	if (script)
		copy = (struct script){script->status, script->flags, g_strdup(script->headers),
				       g_bytes_ref(script->body)};
	else
		copy = (struct script){404, 0, g_strdup(""),
				       g_bytes_new_static("nothing here", 12)};
	g_mutex_unlock(&server->lock);
	return copy;
}

/* ---- requests
 * -----------------------------------------------------------------------------------------------------
 */

const char *audit_request_header(const struct audit_request *request, const char *name)
{
	size_t len = strlen(name);
	for (char **line = request ? request->headers : NULL; line && *line; line++)
		if (g_ascii_strncasecmp(*line, name, len) == 0 && (*line)[len] == ':')
			return *line + len + 1 + strspn(*line + len + 1, " ");
	return NULL;
}

static bool header_given(const char *headers, const char *name, const char *value)
{
	g_autofree char *line = g_strdup_printf("%s: %s\r\n", name, value);
	return strstr(headers, line) != NULL;
}

/* ETag decides if it came (RFC 9110 section 13.2.2). */
static bool is_unchanged(const struct audit_request *request, const struct script *script)
{
	const char *etag = audit_request_header(request, "If-None-Match");
	const char *since = audit_request_header(request, "If-Modified-Since");

	if (!(script->flags & AUDIT_CONDITIONAL))
		return false;
	if (etag)
		return header_given(script->headers, "ETag", etag);
	return since && header_given(script->headers, "Last-Modified", since);
}

static char *read_head(GInputStream *in)
{
	g_autoptr(GString) head = g_string_new(NULL);
	char byte;

	while (head->len < HEAD_MAX && g_input_stream_read(in, &byte, 1, NULL, NULL) == 1) {
		g_string_append_c(head, byte);
		if (head->len == 1 && byte == TLS_HANDSHAKE)
			break;
		if (g_str_has_suffix(head->str, "\r\n\r\n"))
			return g_string_free(g_steal_pointer(&head), FALSE);
	}
	return head->len ? g_string_free(g_steal_pointer(&head), FALSE) : NULL;
}

static struct audit_request *parse_head(const char *head, unsigned connection, unsigned host)
{
	g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
	g_auto(GStrv) words = g_strsplit(lines[0] ? lines[0] : "", " ", 3);
	GPtrArray *headers = g_ptr_array_new();

	if (g_strv_length(words) != 3) {
		g_ptr_array_unref(headers);
		return NULL;
	}
	for (char **line = lines + 1; *line && **line; line++)
		g_ptr_array_add(headers, g_strdup(*line));
	g_ptr_array_add(headers, NULL);
	struct audit_request *request = g_new0(struct audit_request, 1);
	request->at_us = g_get_monotonic_time();
	request->connection = connection;
	request->host = host;
	request->method = g_strdup(words[0]);
	request->path = g_strdup(words[1]);
	request->version = g_strdup(words[2]);
	request->headers = (char **)g_ptr_array_free(headers, FALSE);
	request->head = g_strdup(head);
	return request;
}

static void note(struct audit_server *server, struct audit_request *request)
{
	g_mutex_lock(&server->lock);
	g_ptr_array_add(server->requests, request);
	server->busy++;
	server->busiest = MAX(server->busiest, server->busy);
	g_mutex_unlock(&server->lock);
}

/* Before the answer goes out: the client may ask again at once. */
static void be_slow(struct audit_server *server, const struct script *script)
{
	if (script->flags & AUDIT_SLOW)
		g_usleep(SLOW_US);
	g_mutex_lock(&server->lock);
	server->busy--;
	g_mutex_unlock(&server->lock);
}

/* ---- answers
 * --------------------------------------------------------------------------------------------------------
 */

static bool write_all(GOutputStream *out, const void *bytes, size_t len)
{
	return g_output_stream_write_all(out, bytes, len, NULL, NULL, NULL);
}

/* Until the client hangs up, or the server closes. */
static void wait_for_end(struct audit_server *server, GInputStream *in)
{
	char rest[256];
	while (g_input_stream_read(in, rest, sizeof rest, server->closing, NULL) > 0)
		continue;
}

static void drip(struct audit_server *server, GOutputStream *out)
{
	while (!g_cancellable_is_cancelled(server->closing) && write_all(out, "x", 1))
		g_usleep(DRIP_US);
}

static bool has_no_body(unsigned status)
{
	return status == 304 || status == 204;
}

static bool send_answer(GOutputStream *out, const struct script *script, unsigned status)
{
	gsize len = 0;
	const void *body = g_bytes_get_data(script->body, &len);
	bool empty = has_no_body(status);
	g_autoptr(GString) head = g_string_new(NULL);

	g_string_append_printf(head, "HTTP/1.1 %u Answer\r\n%s", status, script->headers);
	if (status == 401)
		g_string_append(head, "WWW-Authenticate: Basic realm=\"audit\"\r\n");
	if (!empty && !strstr(script->headers, "Transfer-Encoding:"))
		g_string_append_printf(head, "Content-Length: %zu\r\n", len);
	g_string_append(head, "\r\n");
	if (!empty) /* one write: two small ones would wait for an acknowledgement in between */
		g_string_append_len(head, body,
				    (gssize)(script->flags & AUDIT_CUT ? len / 2 : len));
	return write_all(out, head->str, head->len);
}

/* True: the connection goes on. */
static bool serve(struct audit_server *server, struct audit_request *request, GInputStream *in,
		  GOutputStream *out)
{
	struct script script = script_of(server, request->path);
	bool go_on = false;
	gsize len = 0;

	bool stranger =
		script.flags & AUDIT_LOGIN && !audit_request_header(request, "Authorization");
	request->status = stranger ? 401 : is_unchanged(request, &script) ? 304 : script.status;
	unsigned status = request->status;
	note(server, request);
	be_slow(server, &script);
	if (script.flags & AUDIT_SILENT) {
		wait_for_end(server, in);
	} else if (script.flags & AUDIT_RAW) {
		const void *bytes = g_bytes_get_data(script.body, &len);
		write_all(out, bytes, len);
		if (script.flags & AUDIT_DRIP)
			drip(server, out);
	} else {
		go_on = send_answer(out, &script, status) && !(script.flags & AUDIT_CUT);
	}
	g_free(script.headers);
	g_bytes_unref(script.body);
	return go_on;
}

/* A TLS 1.1 ServerHello: what an outdated server would say. */
static const unsigned char old_hello[] = {
	0x16, 3,  2,  0,  42, 2,  0,  0,  38, 3,  2,  1,  2,	3,    4,  5,
	6,    7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18,	19,   20, 21,
	22,   23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 0,  0xc0, 0x13, 0,
};

static void answer_hello(struct audit_server *server, char first, GInputStream *in,
			 GOutputStream *out)
{
	unsigned char bytes[4096] = {(unsigned char)first};
	/* a ClientHello comes in one piece; more than what is there would be waited for */
	gsize there = g_buffered_input_stream_get_available(G_BUFFERED_INPUT_STREAM(in));
	gssize len = g_input_stream_read(in, bytes + 1, MIN(there, sizeof bytes - 1), NULL, NULL);

	g_mutex_lock(&server->lock);
	g_clear_pointer(&server->hello, g_bytes_unref);
	server->hello = g_bytes_new(bytes, len > 0 ? (gsize)len + 1 : 1);
	g_mutex_unlock(&server->lock);
	write_all(out, old_hello, sizeof old_hello);
	wait_for_end(server, in);
}

static unsigned host_of(GSocketConnection *connection)
{
	g_autoptr(GSocketAddress) local = g_socket_connection_get_local_address(connection, NULL);
	const guint8 *bytes = local ? g_inet_address_to_bytes(g_inet_socket_address_get_address(
					      G_INET_SOCKET_ADDRESS(local)))
				    : NULL;
	return bytes ? bytes[3] - 1u : 0;
}

static gboolean on_connection(GThreadedSocketService *service, GSocketConnection *connection,
			      GObject *source, gpointer data)
{
	struct audit_server *server = data;
	g_autoptr(GInputStream) in =
		g_buffered_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
	GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
	bool go_on = true;

	(void)service, (void)source;
	g_socket_set_timeout(g_socket_connection_get_socket(connection), SILENCE_S);
	g_tcp_connection_set_graceful_disconnect(G_TCP_CONNECTION(connection), FALSE);
	g_mutex_lock(&server->lock);
	unsigned number = ++server->connections;
	g_mutex_unlock(&server->lock);
	while (go_on) {
		g_autofree char *head = read_head(in);
		struct audit_request *request =
			head ? parse_head(head, number, host_of(connection)) : NULL;
		if (head && head[0] == TLS_HANDSHAKE)
			answer_hello(server, head[0], in, out);
		go_on = request && serve(server, request, in, out);
	}
	return TRUE;
}

/* ---- life cycle
 * --------------------------------------------------------------------------------------------------
 */

/* The first host takes any port, the others the same. */
static bool listen_on(struct audit_server *server, unsigned host, GError **error)
{
	g_autofree char *name = g_strdup_printf("127.0.0.%u", host + 1);
	g_autoptr(GSocketAddress) wanted =
		g_inet_socket_address_new_from_string(name, server->port);
	g_autoptr(GSocketAddress) bound = NULL;

	if (!g_socket_listener_add_address(G_SOCKET_LISTENER(server->service), wanted,
					   G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
					   &bound, error))
		return false;
	server->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
	return true;
}

struct audit_server *audit_server_new(GError **error)
{
	struct audit_server *server = g_new0(struct audit_server, 1);

	g_mutex_init(&server->lock);
	server->service = g_threaded_socket_service_new(THREADS);
	server->scripts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, script_free);
	server->requests = g_ptr_array_new_with_free_func(request_free);
	server->forgotten = g_ptr_array_new_with_free_func(request_free);
	server->closing = g_cancellable_new();
	for (unsigned host = 0; host < AUDIT_HOSTS; host++)
		if (!listen_on(server, host, error)) {
			audit_server_free(server);
			return NULL;
		}
	g_signal_connect(server->service, "run", G_CALLBACK(on_connection), server);
	g_socket_service_start(server->service);
	return server;
}

/* Threads may still sit in a connection that the client keeps open: the memory stays theirs, the
 * process is about to end. */
void audit_server_free(struct audit_server *server)
{
	if (!server)
		return;
	g_cancellable_cancel(server->closing);
	g_socket_service_stop(server->service);
	g_socket_listener_close(G_SOCKET_LISTENER(server->service));
	g_object_unref(server->service);
}

unsigned audit_server_port(const struct audit_server *server)
{
	return server->port;
}

char *audit_server_url(const struct audit_server *server, unsigned host, const char *path)
{
	return g_strdup_printf("http://127.0.0.%u:%u%s", host + 1, server->port, path);
}

void audit_server_forget(struct audit_server *server)
{
	g_mutex_lock(&server->lock);
	g_ptr_array_extend_and_steal(server->forgotten, server->requests);
	server->requests = g_ptr_array_new_with_free_func(request_free);
	server->connections = 0;
	server->busiest = 0;
	g_clear_pointer(&server->hello, g_bytes_unref);
	g_mutex_unlock(&server->lock);
}

void audit_server_reset(struct audit_server *server)
{
	audit_server_forget(server);
	g_mutex_lock(&server->lock);
	g_hash_table_remove_all(server->scripts);
	g_mutex_unlock(&server->lock);
}

static bool is_for(const struct audit_request *request, const char *path)
{
	return !path || strcmp(request->path, path) == 0;
}

unsigned audit_server_count(struct audit_server *server, const char *path)
{
	unsigned count = 0;
	g_mutex_lock(&server->lock);
	for (unsigned i = 0; i < server->requests->len; i++)
		count += is_for(server->requests->pdata[i], path);
	g_mutex_unlock(&server->lock);
	return count;
}

const struct audit_request *audit_server_request(struct audit_server *server, const char *path,
						 int index)
{
	const struct audit_request *found = NULL;
	int seen = 0;

	g_mutex_lock(&server->lock);
	for (unsigned i = 0; i < server->requests->len; i++) {
		if (!is_for(server->requests->pdata[i], path))
			continue;
		if (index < 0 || seen == index)
			found = server->requests->pdata[i];
		if (seen++ == index)
			break;
	}
	g_mutex_unlock(&server->lock);
	return found;
}

unsigned audit_server_connections(struct audit_server *server)
{
	g_mutex_lock(&server->lock);
	unsigned count = server->connections;
	g_mutex_unlock(&server->lock);
	return count;
}

unsigned audit_server_busiest(struct audit_server *server)
{
	g_mutex_lock(&server->lock);
	unsigned count = server->busiest;
	g_mutex_unlock(&server->lock);
	return count;
}

GBytes *audit_server_hello(struct audit_server *server)
{
	g_mutex_lock(&server->lock);
	GBytes *hello = server->hello ? g_bytes_ref(server->hello) : NULL;
	g_mutex_unlock(&server->lock);
	return hello;
}
