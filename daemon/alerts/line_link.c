/* line_link: see line_link.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/line_link.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct line_link {
	int fd;
	line_link_line_fn *line;
	line_link_closed_fn *closed;
	void *user_data;
	GString *in, *out;
	guint in_source, out_source, close_source;
	unsigned depth; /* callbacks under way */
	bool freed;
};

static void really_free(struct line_link *link)
{
	g_string_free(link->in, TRUE);
	g_string_free(link->out, TRUE);
	g_free(link);
}

static void detach(struct line_link *link)
{
	g_clear_handle_id(&link->in_source, g_source_remove);
	g_clear_handle_id(&link->out_source, g_source_remove);
	g_clear_handle_id(&link->close_source, g_source_remove);
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
}

void line_link_free(struct line_link *link)
{
	if (!link || link->freed)
		return;
	detach(link);
	link->freed = true;
	if (!link->depth)
		really_free(link);
}

static void leave(struct line_link *link)
{
	if (!--link->depth && link->freed)
		really_free(link);
}

static gboolean on_close(void *data)
{
	struct line_link *link = data;
	link->close_source = 0;
	detach(link);
	link->depth++;
	link->closed(link, link->user_data);
	leave(link);
	return G_SOURCE_REMOVE;
}

/* Later, from the loop: whoever sends must not find its link gone under its feet. */
static void close_soon(struct line_link *link)
{
	if (!link->freed && !link->close_source)
		link->close_source = g_idle_add_full(G_PRIORITY_DEFAULT, on_close, link, NULL);
	g_clear_handle_id(&link->out_source, g_source_remove);
}

/* Whole lines go up; false: the link ends. */
static bool take_lines(struct line_link *link)
{
	char *newline;
	while (!link->freed && (newline = memchr(link->in->str, '\n', link->in->len))) {
		size_t len = (size_t)(newline - link->in->str);
		g_autofree char *line = g_strndup(link->in->str, len);
		bool fine = g_utf8_validate_len(link->in->str, len, NULL);
		g_string_erase(link->in, 0, (gssize)len + 1);
		if (!fine)
			return false;
		if (*line)
			link->line(link, line, link->user_data);
	}
	return link->freed || link->in->len <= LINE_LINK_LINE_MAX;
}

static gboolean on_readable(int fd, GIOCondition condition, void *data)
{
	struct line_link *link = data;
	char buffer[4096];
	ssize_t got = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
	gboolean again = G_SOURCE_CONTINUE;
	(void)condition;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return G_SOURCE_CONTINUE;
	link->depth++;
	if (got > 0)
		g_string_append_len(link->in, buffer, got);
	if (got <= 0 || !take_lines(link)) {
		if (!link->freed)
			link->in_source = 0;
		close_soon(link);
		again = G_SOURCE_REMOVE;
	}
	if (link->freed)
		again = G_SOURCE_REMOVE;
	leave(link);
	return again;
}

static bool flush(struct line_link *link)
{
	while (link->out->len) {
		ssize_t sent =
			send(link->fd, link->out->str, link->out->len, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return errno == EAGAIN;
		g_string_erase(link->out, 0, sent);
	}
	return true;
}

static gboolean on_writable(int fd, GIOCondition condition, void *data)
{
	struct line_link *link = data;
	(void)fd, (void)condition;
	if (flush(link) && link->out->len)
		return G_SOURCE_CONTINUE;
	bool failed = link->out->len > 0;
	link->out_source = 0;
	if (failed)
		close_soon(link);
	return G_SOURCE_REMOVE;
}

void line_link_send(struct line_link *link, const char *text)
{
	if (link->freed || link->fd < 0 || link->close_source)
		return;
	g_string_append(link->out, text);
	g_string_append_c(link->out, '\n');
	if (!flush(link) || link->out->len > LINE_LINK_QUEUE_MAX)
		close_soon(link);
	else if (link->out->len && !link->out_source)
		link->out_source =
			g_unix_fd_add(link->fd, G_IO_OUT | G_IO_HUP | G_IO_ERR, on_writable, link);
}

struct line_link *line_link_new(int fd, line_link_line_fn *line, line_link_closed_fn *closed,
				void *user_data)
{
	struct line_link *link = g_new0(struct line_link, 1);
	link->fd = fd;
	link->line = line;
	link->closed = closed;
	link->user_data = user_data;
	link->in = g_string_new(NULL);
	link->out = g_string_new(NULL);
	link->in_source = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, link);
	return link;
}
