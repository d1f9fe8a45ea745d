/* engine_link: see engine_link.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/agent/engine_link.h"

#include "daemon/alerts/line_link.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PAUSE_MIN_MS 200
#define PAUSE_MAX_MS 10000
#define KEPT_MAX     100

struct engine_link {
	char *path;
	const struct engine_link_watch *watch;
	void *user_data;
	struct line_link *link; /* NULL: not connected */
	GQueue kept;		/* char * */
	guint timer;
	unsigned pause_ms;
};

static gboolean try_connect(void *data);

static void try_later(struct engine_link *e)
{
	if (!e->timer)
		e->timer = g_timeout_add(e->pause_ms, try_connect, e);
	e->pause_ms = MIN(e->pause_ms * 2, PAUSE_MAX_MS);
}

static void on_closed(struct line_link *link, void *user_data)
{
	struct engine_link *e = user_data;
	e->link = NULL;
	line_link_free(link);
	try_later(e);
}

static void on_line(struct line_link *link, const char *line, void *user_data)
{
	struct engine_link *e = user_data;
	(void)link;
	e->pause_ms = PAUSE_MIN_MS; /* an engine that speaks is one */
	e->watch->line(line, e->user_data);
}

static gboolean try_connect(void *data)
{
	struct engine_link *e = data;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	e->timer = 0;
	g_strlcpy(address.sun_path, e->path, sizeof address.sun_path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		if (fd >= 0)
			close(fd);
		try_later(e);
		return G_SOURCE_REMOVE;
	}
	e->link = line_link_new(fd, on_line, on_closed, e);
	line_link_send(e->link, "{\"hello\":\"agent\",\"version\":1}");
	char *line;
	while ((line = g_queue_pop_head(&e->kept))) {
		line_link_send(e->link, line);
		g_free(line);
	}
	e->watch->connected(e->user_data);
	return G_SOURCE_REMOVE;
}

struct engine_link *engine_link_new(const char *socket_path, const struct engine_link_watch *watch,
				    void *user_data)
{
	struct engine_link *e = g_new0(struct engine_link, 1);
	e->path = g_strdup(socket_path);
	e->watch = watch;
	e->user_data = user_data;
	e->pause_ms = PAUSE_MIN_MS;
	g_queue_init(&e->kept);
	e->timer = g_idle_add(try_connect, e);
	return e;
}

void engine_link_free(struct engine_link *e)
{
	if (!e)
		return;
	g_clear_handle_id(&e->timer, g_source_remove);
	line_link_free(e->link);
	g_queue_clear_full(&e->kept, g_free);
	g_free(e->path);
	g_free(e);
}

void engine_link_send(struct engine_link *e, const char *line, bool kept)
{
	if (e->link)
		line_link_send(e->link, line);
	else if (kept && e->kept.length < KEPT_MAX)
		g_queue_push_tail(&e->kept, g_strdup(line));
}
