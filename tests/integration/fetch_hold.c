/* A fetcher that is held begins no transfer; what waits begins when it may go on. A server on the
 * loopback counts what it was asked.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/fetch.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_S 60

/* ---- the server: a thread of its own, one connection after the other ---- */

struct server {
	GThread *thread;
	int fd; /* listens */
	unsigned port;
	gint requests[256]; /* by the last letter of the path */
};

static void serve(struct server *server, int fd)
{
	static const char reply[] =
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
	char text[4096], *end;
	ssize_t len = recv(fd, text, sizeof text - 1, 0);

	text[MAX(len, 0)] = '\0';
	end = strstr(text, " HTTP/1.1\r\n");
	if (end > text)
		g_atomic_int_inc(&server->requests[(guchar)end[-1]]);
	if (send(fd, reply, strlen(reply), MSG_NOSIGNAL) > 0)
		shutdown(fd, SHUT_WR);
}

static gpointer serve_all(gpointer data)
{
	struct server *server = data;
	int fd;

	while ((fd = accept(server->fd, NULL, NULL)) >= 0) {
		serve(server, fd);
		close(fd);
	}
	return NULL;
}

static void server_start(struct server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;

	memset(server, 0, sizeof *server);
	server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server->fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(server->fd, SOMAXCONN), 0);
	assert_int_equal(getsockname(server->fd, (struct sockaddr *)&address, &len), 0);
	server->port = ntohs(address.sin_port);
	server->thread = g_thread_new("server", serve_all, server);
}

static void server_stop(struct server *server)
{
	shutdown(server->fd, SHUT_RDWR); /* accept() returns */
	g_thread_join(server->thread);
	close(server->fd);
}

static int asked(struct server *server, char letter)
{
	return g_atomic_int_get(&server->requests[(guchar)letter]);
}

/* ---- the fetchers ---- */

struct side {
	struct fetcher *fetcher;
	struct server *server;
	bool held;
	int hold_after; /* answers; then it is held again; 0: not */
	int done;
};

static bool is_held(void *data)
{
	return ((struct side *)data)->held;
}

static void side_open(struct side *side, struct server *server, unsigned max_parallel)
{
	const struct fetcher_options options = {
		.user_agent = "test",
		.allow_private_networks = true,
		.max_parallel = max_parallel,
		.max_per_host = 8,
		.hold = is_held,
		.hold_data = side,
	};

	*side = (struct side){.server = server};
	side->fetcher = fetcher_new(&options, NULL);
	assert_non_null(side->fetcher);
}

static void on_done(const struct fetch_response *response, const GError *error, void *data)
{
	struct side *side = data;

	assert_null(error);
	assert_int_equal(response->status, 200);
	if (++side->done == side->hold_after)
		side->held = true;
}

static void fetch(struct side *side, char letter)
{
	g_autofree char *url =
		g_strdup_printf("http://127.0.0.1:%u/%c", side->server->port, letter);
	const struct fetch_request request = {.url = url};

	assert_true(fetch_start(side->fetcher, &request, on_done, side, NULL));
}

static gboolean on_patience_over(gpointer data)
{
	(void)data;
	fail_msg("nothing came within %d s", PATIENCE_S);
	return G_SOURCE_REMOVE;
}

static void wait_for(const struct side *side, int done)
{
	guint timer = g_timeout_add_seconds(PATIENCE_S, on_patience_over, NULL);

	while (side->done < done)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timer);
}

/* What another fetcher asks for now comes behind all that has been begun: the server takes one
 * connection after the other, in their order. */
static void let_pass(struct server *server)
{
	struct side other;

	side_open(&other, server, 1);
	for (int i = 1; i <= 3; i++) {
		fetch(&other, 'o');
		wait_for(&other, i);
	}
	fetcher_free(other.fetcher);
}

static void nothing_begins_while_it_is_held(void **state)
{
	struct server server;
	struct side side;

	(void)state;
	server_start(&server);
	side_open(&side, &server, 8);
	side.held = true;
	for (int i = 0; i < 3; i++)
		fetch(&side, 'h');
	let_pass(&server);
	fetcher_go_on(side.fetcher); /* too early: it is asked again */
	let_pass(&server);
	assert_int_equal(asked(&server, 'o'), 6);
	assert_int_equal(asked(&server, 'h'), 0);
	assert_int_equal(fetcher_pending(side.fetcher), 3);
	side.held = false;
	fetcher_go_on(side.fetcher);
	wait_for(&side, 3);
	assert_int_equal(asked(&server, 'h'), 3);
	fetcher_free(side.fetcher);
	server_stop(&server);
}

static void the_end_of_a_transfer_begins_none_while_it_is_held(void **state)
{
	struct server server;
	struct side side;

	(void)state;
	server_start(&server);
	side_open(&side, &server, 1);
	side.hold_after = 2;
	for (int i = 0; i < 4; i++)
		fetch(&side, 'h');
	wait_for(&side, 2);
	let_pass(&server);
	assert_int_equal(asked(&server, 'h'), 2);
	assert_int_equal(side.done, 2);
	side.held = false;
	fetcher_go_on(side.fetcher);
	wait_for(&side, 4);
	assert_int_equal(fetcher_pending(side.fetcher), 0);
	fetcher_free(side.fetcher);
	server_stop(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_begins_while_it_is_held),
		cmocka_unit_test(the_end_of_a_transfer_begins_none_while_it_is_held),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
