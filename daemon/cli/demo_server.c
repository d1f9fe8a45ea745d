/* demo_server: see demo_server.h. One thread a connection, as GIO gives it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/demo_server.h"

#include "daemon/cli/demo_news.h"

#include <gio/gio.h>
#include <stdbool.h>
#include <string.h>

#define DEMO_THREADS 8
#define DEMO_MAIL_MAX (1024 * 1024)

struct demo_server {
	GSocketService *http, *smtp;
	unsigned http_port, smtp_port;
	GMutex lock;
	GPtrArray *mails; /* char * */
};

static bool say(GOutputStream *out, const char *text)
{
	return g_output_stream_write_all(out, text, strlen(text), NULL, NULL, NULL);
}

static gboolean serve_http(GThreadedSocketService *service, GSocketConnection *connection,
			   GObject *source, gpointer data)
{
	GInputStream *raw = g_io_stream_get_input_stream(G_IO_STREAM(connection));
	GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
	g_autoptr(GDataInputStream) in = g_data_input_stream_new(raw);
	g_autofree char *request = g_data_input_stream_read_line(in, NULL, NULL, NULL);

	(void)service, (void)source, (void)data;
	for (;;) {
		g_autofree char *line = g_data_input_stream_read_line(in, NULL, NULL, NULL);
		if (!line || !*g_strchomp(line))
			break;
	}
	g_autofree char *body = request && strstr(request, "/it.rss")    ? demo_news_italian()
				: request && strstr(request, "/en.atom") ? demo_news_english()
									 : NULL;
	g_autofree char *head = g_strdup_printf("HTTP/1.1 %s\r\nContent-Type: application/xml; charset=utf-8\r\n"
						"Content-Length: %zu\r\nConnection: close\r\n\r\n",
						body ? "200 OK" : "404 Not Found", body ? strlen(body) : 0);
	say(out, head);
	say(out, body ? body : "");
	return TRUE;
}

static char *read_mail(GDataInputStream *in)
{
	g_autoptr(GString) mail = g_string_new(NULL);
	for (;;) {
		g_autofree char *line = g_data_input_stream_read_line(in, NULL, NULL, NULL);
		if (!line || mail->len > DEMO_MAIL_MAX)
			return NULL;
		if (strcmp(g_strchomp(line), ".") == 0)
			return g_string_free(g_steal_pointer(&mail), FALSE);
		g_string_append_printf(mail, "%s\n", line[0] == '.' ? line + 1 : line);
	}
}

static void keep_mail(struct demo_server *server, char *mail)
{
	g_mutex_lock(&server->lock);
	g_ptr_array_add(server->mails, mail);
	g_mutex_unlock(&server->lock);
}

static gboolean serve_smtp(GThreadedSocketService *service, GSocketConnection *connection,
			   GObject *source, gpointer data)
{
	GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
	g_autoptr(GDataInputStream) in =
		g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
	bool open = say(out, "220 demo ESMTP\r\n");

	(void)service, (void)source;
	while (open) {
		g_autofree char *line = g_data_input_stream_read_line(in, NULL, NULL, NULL);
		if (!line)
			break;
		if (g_ascii_strncasecmp(line, "DATA", 4) == 0) {
			say(out, "354 go on\r\n");
			char *mail = read_mail(in);
			open = mail && say(out, "250 kept\r\n");
			if (mail)
				keep_mail(data, mail);
		} else if (g_ascii_strncasecmp(line, "QUIT", 4) == 0) {
			say(out, "221 bye\r\n");
			break;
		} else {
			open = say(out, "250 demo\r\n");
		}
	}
	return TRUE;
}

static GSocketService *listen_on_loopback(GCallback serve, struct demo_server *server, unsigned *port,
					  GError **error)
{
	g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
	g_autoptr(GSocketAddress) any = g_inet_socket_address_new(loopback, 0);
	g_autoptr(GSocketAddress) bound = NULL;
	GSocketService *service = g_threaded_socket_service_new(DEMO_THREADS);

	if (!g_socket_listener_add_address(G_SOCKET_LISTENER(service), any, G_SOCKET_TYPE_STREAM,
					   G_SOCKET_PROTOCOL_TCP, NULL, &bound, error)) {
		g_object_unref(service);
		return NULL;
	}
	*port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
	g_signal_connect(service, "run", serve, server);
	g_socket_service_start(service);
	return service;
}

struct demo_server *demo_server_new(GError **error)
{
	struct demo_server *server = g_new0(struct demo_server, 1);
	g_mutex_init(&server->lock);
	server->mails = g_ptr_array_new_with_free_func(g_free);
	server->http = listen_on_loopback(G_CALLBACK(serve_http), server, &server->http_port, error);
	if (server->http)
		server->smtp = listen_on_loopback(G_CALLBACK(serve_smtp), server, &server->smtp_port, error);
	if (!server->smtp)
		g_clear_pointer(&server, demo_server_free);
	return server;
}

static void stop_listening(GSocketService *service)
{
	if (!service)
		return;
	g_socket_service_stop(service);
	g_socket_listener_close(G_SOCKET_LISTENER(service));
	g_object_unref(service);
}

void demo_server_free(struct demo_server *server)
{
	if (!server)
		return;
	stop_listening(server->http);
	stop_listening(server->smtp);
	g_ptr_array_unref(server->mails);
	g_mutex_clear(&server->lock);
	g_free(server);
}

unsigned demo_server_port(const struct demo_server *server)
{
	return server->http_port;
}

unsigned demo_server_smtp_port(const struct demo_server *server)
{
	return server->smtp_port;
}

unsigned demo_server_mails(struct demo_server *server)
{
	g_mutex_lock(&server->lock);
	unsigned count = server->mails->len;
	g_mutex_unlock(&server->lock);
	return count;
}

char *demo_server_mail(struct demo_server *server, unsigned index)
{
	g_mutex_lock(&server->lock);
	char *mail = index < server->mails->len ? g_strdup(server->mails->pdata[index]) : NULL;
	g_mutex_unlock(&server->lock);
	return mail;
}
