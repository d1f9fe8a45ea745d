/* channel_terminal: see channel_terminal.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/channel_terminal.h"

#include "daemon/alerts/render_text.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct terminal {
	struct channel base;
	bool colour;
	int fd; /* a description of its own, non-blocking; or standard output itself */
	bool is_socket;
};

/* O_NONBLOCK belongs to the open file, which the shell shares: terminals and pipes are opened anew.
 * Plain files do not block, and their offset must stay shared. */
static void open_output(struct terminal *terminal)
{
	struct stat status = {0};
	fstat(STDOUT_FILENO, &status);
	terminal->is_socket = S_ISSOCK(status.st_mode);
	terminal->fd = STDOUT_FILENO;
	if (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode)) {
		int fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		if (fd >= 0)
			terminal->fd = fd;
	}
}

static enum send_result put(struct terminal *terminal, const char *text, size_t len)
{
	size_t at = 0;
	while (at < len) {
		ssize_t written = terminal->is_socket ? send(terminal->fd, text + at, len - at,
							     MSG_DONTWAIT | MSG_NOSIGNAL)
						      : write(terminal->fd, text + at, len - at);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return at ? SEND_UNKNOWN : SEND_RETRY;
		at += (size_t)written;
	}
	return SEND_DONE;
}

static void terminal_send(struct channel *channel, const struct message *message,
			  const char *recipient, send_done_fn *done, void *user_data)
{
	struct terminal *terminal = (struct terminal *)channel;
	g_autofree char *text = render_text(message, terminal->colour ? RENDER_COLOUR : 0);
	g_autofree char *block = g_strconcat(text, "\n", NULL);
	(void)recipient;
	errno = 0;
	enum send_result result = put(terminal, block, strlen(block));
	done(result, result == SEND_DONE ? NULL : g_strerror(errno), user_data);
}

static void terminal_free(struct channel *channel)
{
	struct terminal *terminal = (struct terminal *)channel;
	if (terminal->fd != STDOUT_FILENO)
		close(terminal->fd);
	g_free(terminal->base.name);
	g_free(terminal);
}

static const struct channel_ops ops = {"terminal", terminal_send, NULL, terminal_free};

struct channel *channel_terminal_new(bool colour)
{
	struct terminal *terminal = g_new0(struct terminal, 1);
	terminal->base.ops = &ops;
	open_output(terminal);
	terminal->colour = colour && isatty(terminal->fd);
	return &terminal->base;
}
