/* worker_child: see worker_child.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/worker_child.h"

#include "feeds/error.h"
#include "feeds/worker_main.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET_BUFFER (1 << 20)

static void on_child_ended(GPid pid, gint status, gpointer data)
{
	(void)status, (void)data;
	g_spawn_close_pid(pid);
}

/* Ours does not block; both take a large document in few pieces. */
static bool open_socket(int fds[2], GError **error)
{
	const int size = SOCKET_BUFFER;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
		g_set_error(error, FEED_ERROR, FEED_ERROR_WORKER, "socketpair: %s", g_strerror(errno));
		return false;
	}
	for (int i = 0; i < 2; i++) {
		setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
		setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	}
	g_unix_set_fd_nonblocking(fds[0], TRUE, NULL);
	return true;
}

bool worker_child_start(struct worker_child *child, const char *executable, int program, GError **error)
{
	int fds[2];
	char by_descriptor[32];
	char *argv[] = {program < 0 ? (char *)executable : by_descriptor, (char *)executable, WORKER_COMMAND,
			WORKER_VERSION, NULL};

	if (!open_socket(fds, error))
		return false;
	g_snprintf(by_descriptor, sizeof by_descriptor, "/proc/self/fd/%d", program);
	int window = window_open(&child->window);
	/* With the descriptors left open GLib takes posix_spawn(), which copies no page tables; ours are closed at the
	 * exec, and the child closes the rest before it reads anything. */
	bool started = g_spawn_async_with_fds(NULL, argv, NULL,
					      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_LEAVE_DESCRIPTORS_OPEN |
						      G_SPAWN_FILE_AND_ARGV_ZERO |
						      (window < 0 ? G_SPAWN_STDOUT_TO_DEV_NULL : 0),
					      NULL, NULL, &child->pid, fds[1], window, -1, error);
	close(fds[1]);
	if (window >= 0)
		close(window);
	child->fd = fds[0];
	if (!started) {
		child->pid = 0;
		worker_child_end(child);
		return false;
	}
	g_child_watch_add(child->pid, on_child_ended, NULL);
	child->cpu_limit = 0;
	if (clock_getcpuclockid(child->pid, &child->cpu_clock) != 0)
		child->cpu_clock = CLOCK_PROCESS_CPUTIME_ID; /* ours: too much, never too little */
	return true;
}

void worker_child_end(struct worker_child *child)
{
	if (child->pid)
		kill(child->pid, SIGKILL);
	if (child->fd >= 0)
		close(child->fd);
	child->pid = 0;
	child->fd = -1;
	window_close(&child->window);
}

void worker_child_limit_cpu(struct worker_child *child, unsigned seconds)
{
	struct timespec used = {0, 0};

	clock_gettime(child->cpu_clock, &used);
	const rlim_t end = (rlim_t)used.tv_sec + seconds + 1;
	const struct rlimit limit = {end, RLIM_INFINITY};
	if (end != child->cpu_limit)
		prlimit(child->pid, RLIMIT_CPU, &limit, NULL);
	child->cpu_limit = end;
}
