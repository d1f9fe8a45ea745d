/* worker: see worker.h. The engine's side: a queue, a few documents at the child, replies by the main loop.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/worker.h"

#include "feeds/error.h"
#include "feeds/text_block.h"
#include "feeds/window.h"
#include "feeds/wire.h"
#include "feeds/worker_main.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CPU_LIMIT_S 2        /* for one document */
#define WALL_LIMIT_S 20      /* a stopped child, a machine that swaps */
#define RECYCLE_AFTER 1000   /* documents: what a parser leaks or was talked into ends with the child */
#define READ_STEP (256 * 1024)
#define SOCKET_BUFFER (1 << 20)

struct job {
	enum wire_kind kind;
	GBytes *bytes;
	char *url, *content_type;
	struct parse_options options;
	worker_parsed_fn *parsed;
	worker_page_fn *paged;
	void *user_data;
};

struct worker {
	char *executable;
	int program; /* the executable, held open: after an upgrade the children are still those that go with us; or -1 */
	GQueue jobs;           /* struct job *; those at its head … */
	unsigned at_child;     /* … are at the child, which reads the first of them */
	bool unlimited;        /* the first had no limits of its own: the child was dead before */
	bool freeing;
	GPid pid;
	int fd;
	guint in_source, out_source, wall_timer, start_idle;
	struct window window; /* shared with this child */
	GByteArray *out; /* the frame under way, but for … */
	GBytes *out_rest; /* … the document at its end; NULL: all of it lies in the window */
	size_t out_done;
	GByteArray *in;
	unsigned sent, served; /* by this child */
	uint64_t documents, restarts;
};

static void job_free(struct job *job)
{
	g_bytes_unref(job->bytes);
	g_free(job->url);
	g_free(job->content_type);
	g_free(job);
}

static void answer(struct job *job, struct feed_document *document, struct page *page,
		   const GError *error)
{
	if (job->kind == WIRE_PARSE)
		job->parsed(document, error, job->user_data);
	else
		job->paged(page, error, job->user_data);
	job_free(job);
}

/* ---- the child ------------------------------------------------------------------------------------------- */

static void on_child_ended(GPid pid, gint status, gpointer data)
{
	(void)status, (void)data;
	g_spawn_close_pid(pid);
}

static bool start_child(struct worker *w, GError **error)
{
	int fds[2];
	char by_descriptor[32];
	char *argv[] = {w->program < 0 ? w->executable : by_descriptor, w->executable, WORKER_COMMAND, WORKER_VERSION, NULL};
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
	g_snprintf(by_descriptor, sizeof by_descriptor, "/proc/self/fd/%d", w->program);
	int window = window_open(&w->window);
	/* With the descriptors left open GLib takes posix_spawn(), which copies no page tables; ours are closed at the
	 * exec, and the child closes the rest before it reads anything. */
	bool started = g_spawn_async_with_fds(NULL, argv, NULL,
					      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_LEAVE_DESCRIPTORS_OPEN |
						      G_SPAWN_FILE_AND_ARGV_ZERO |
						      (window < 0 ? G_SPAWN_STDOUT_TO_DEV_NULL : 0),
					      NULL, NULL, &w->pid, fds[1], window, -1, error);
	close(fds[1]);
	if (window >= 0)
		close(window);
	if (!started) {
		close(fds[0]);
		window_close(&w->window);
		w->pid = 0;
		return false;
	}
	g_child_watch_add(w->pid, on_child_ended, NULL);
	w->fd = fds[0];
	w->sent = w->served = 0;
	return true;
}

static void end_child(struct worker *w)
{
	g_clear_handle_id(&w->in_source, g_source_remove);
	g_clear_handle_id(&w->out_source, g_source_remove);
	g_clear_handle_id(&w->wall_timer, g_source_remove);
	if (w->pid)
		kill(w->pid, SIGKILL);
	if (w->fd >= 0)
		close(w->fd);
	w->pid = 0;
	w->fd = -1;
	w->at_child = 0;
	g_byte_array_set_size(w->in, 0);
	g_clear_pointer(&w->out, g_byte_array_unref);
	g_clear_pointer(&w->out_rest, g_bytes_unref);
	window_close(&w->window);
}

/* Seconds of CPU the child may use in all: what it used, and the limit of one document. */
static void arm_cpu_limit(const struct worker *w)
{
	clockid_t clock;
	struct timespec used = {0, 0};
	if (clock_getcpuclockid(w->pid, &clock) == 0)
		clock_gettime(clock, &used);
	const struct rlimit limit = {(rlim_t)used.tv_sec + CPU_LIMIT_S + 1, RLIM_INFINITY};
	prlimit(w->pid, RLIMIT_CPU, &limit, NULL);
}

/* ---- the documents at the child ---------------------------------------------------------------------------- */

static void start_next(struct worker *w);

static gboolean on_idle_start(gpointer data)
{
	struct worker *w = data;
	w->start_idle = 0;
	start_next(w);
	return G_SOURCE_REMOVE;
}

static void start_soon(struct worker *w)
{
	if (!w->start_idle && w->at_child < WINDOW_SLOTS && !w->freeing && w->jobs.length > w->at_child)
		w->start_idle = g_idle_add_full(G_PRIORITY_DEFAULT, on_idle_start, w, NULL);
}

/* The child is lost: the document that it was at pays, the others go to a new one. */
static void lose_child(struct worker *w, const char *why)
{
	struct job *blamed = w->at_child && !w->unlimited ? g_queue_pop_head(&w->jobs) : NULL;

	end_child(w);
	w->restarts++;
	if (blamed) {
		GError *error = g_error_new(FEED_ERROR, FEED_ERROR_WORKER, "the parser worker %s", why);
		answer(blamed, NULL, NULL, error);
		g_error_free(error);
	}
	start_soon(w);
}

static gboolean on_wall_limit(gpointer data)
{
	struct worker *w = data;
	w->wall_timer = 0;
	lose_child(w, "took too long and was ended");
	return G_SOURCE_REMOVE;
}

/* The child is at another document now, which has CPU and time of its own. */
static void begin_first(struct worker *w)
{
	g_clear_handle_id(&w->wall_timer, g_source_remove);
	if (!w->at_child)
		return;
	arm_cpu_limit(w);
	w->wall_timer = g_timeout_add_seconds(WALL_LIMIT_S, on_wall_limit, w);
}

/* What it died of may have been the end of another's time. */
static bool is_child_dead(const struct worker *w)
{
	siginfo_t ended = {0};
	return waitid(P_PID, (id_t)w->pid, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid;
}

/* `rest` is a copy: in the window the child could still change it. */
static bool finish_first(struct worker *w, enum wire_kind kind, struct text_block *rest)
{
	size_t rest_len;
	const unsigned char *bytes = (unsigned char *)text_block_bytes(rest, &rest_len);
	struct job *job = g_queue_peek_head(&w->jobs);
	struct feed_document *document = NULL;
	struct page *page = NULL;
	g_autoptr(GError) error = NULL;

	if (kind == WIRE_ERROR)
		error = wire_unpack_error(bytes, rest_len);
	else if (kind == WIRE_DOCUMENT && job->kind == WIRE_PARSE)
		document = wire_unpack_document(rest);
	else if (kind == WIRE_PAGE_DONE && job->kind == WIRE_PAGE)
		page = wire_unpack_page(bytes, rest_len);
	if (!document && !page && !error)
		return false;
	g_queue_pop_head(&w->jobs);
	w->at_child--;
	w->documents++;
	begin_first(w);
	w->unlimited = w->at_child && is_child_dead(w);
	if (++w->served >= RECYCLE_AFTER)
		end_child(w);
	else if (w->jobs.length > w->at_child)
		start_next(w);
	answer(job, document, page, error);
	start_soon(w);
	return true;
}

/* A whole frame answers the first document; anything else is a broken child. False: there is none now. */
static bool take_frame(struct worker *w)
{
	struct wire_head head;

	if (w->in->len < WIRE_HEAD)
		return false;
	/* nor does a sound one answer before it was asked to the end */
	bool sane = w->at_child > (w->out ? 1 : 0) && wire_head(w->in->data, WIRE_MAX_REPLY, &head) &&
		    (!head.in_window || w->window.bytes);
	if (!sane) {
		lose_child(w, "answered with nonsense and was ended");
		return false;
	}
	size_t behind = head.in_window ? 0 : head.rest_len;
	if (w->in->len < WIRE_HEAD + behind)
		return false;
	struct text_block *rest = text_block_new(head.in_window ? window_reply(&w->window, w->served)
							       : w->in->data + WIRE_HEAD,
						head.rest_len);
	g_byte_array_remove_range(w->in, 0, (guint)(WIRE_HEAD + behind));
	bool taken = finish_first(w, head.kind, rest);
	if (!taken)
		lose_child(w, "answered with nonsense and was ended");
	text_block_unref(rest);
	return taken;
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer data)
{
	struct worker *w = data;
	guint len = w->in->len;

	(void)condition;
	g_byte_array_set_size(w->in, len + READ_STEP);
	ssize_t got = recv(fd, w->in->data + len, READ_STEP, MSG_DONTWAIT);
	g_byte_array_set_size(w->in, len + (got > 0 ? (guint)got : 0));
	if (got > 0) {
		guint source = w->in_source;
		while (source == w->in_source && take_frame(w))
			;
		return source == w->in_source ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
	}
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return G_SOURCE_CONTINUE;
	w->in_source = 0;
	lose_child(w, "died on this document");
	return G_SOURCE_REMOVE;
}

/* What is left of the frame: its head, then the document. */
static ssize_t send_some(const struct worker *w)
{
	size_t len = 0, done = w->out_done;
	char *bytes = w->out_rest ? (char *)g_bytes_get_data(w->out_rest, &len) : NULL;
	size_t head = done < w->out->len ? w->out->len - done : 0, past = done - (w->out->len - head);
	struct iovec parts[2] = {{w->out->data + w->out->len - head, head}, {bytes + past, len - past}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

	return sendmsg(w->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static size_t frame_len(const struct worker *w)
{
	return w->out->len + (w->out_rest ? g_bytes_get_size(w->out_rest) : 0);
}

static gboolean on_writable(gint fd, GIOCondition condition, gpointer data)
{
	struct worker *w = data;
	size_t len = frame_len(w);

	(void)fd, (void)condition;
	while (w->out_done < len) {
		ssize_t put = send_some(w);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			break; /* full: go on when it is not; dead: the reading side says so */
		w->out_done += (size_t)put;
	}
	if (w->out_done < len && errno == EAGAIN)
		return G_SOURCE_CONTINUE;
	w->out_source = 0;
	g_clear_pointer(&w->out, g_byte_array_unref);
	g_clear_pointer(&w->out_rest, g_bytes_unref);
	start_soon(w);
	return G_SOURCE_REMOVE;
}

static void send_frame(struct worker *w, const struct job *job)
{
	size_t len;
	const void *bytes = g_bytes_get_data(job->bytes, &len);
	GByteArray *out = w->out = wire_pack_request(job->kind, len, &job->options);

	w->out_done = 0;
	if (window_fits(&w->window, out->len - WIRE_HEAD + len)) {
		unsigned char *slot = window_request(&w->window, w->sent);
		memcpy(slot, out->data + WIRE_HEAD, out->len - WIRE_HEAD);
		if (len)
			memcpy(slot + out->len - WIRE_HEAD, bytes, len);
		out->data[0] |= WIRE_IN_WINDOW;
		g_byte_array_set_size(out, WIRE_HEAD);
	} else {
		w->out_rest = g_bytes_ref(job->bytes);
	}
	w->sent++;
	if (!w->in_source)
		w->in_source = g_unix_fd_add(w->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, w);
	/* most documents fit into the socket's buffer */
	if (on_writable(w->fd, G_IO_OUT, w) == G_SOURCE_CONTINUE)
		w->out_source = g_unix_fd_add(w->fd, G_IO_OUT, on_writable, w);
}

static bool may_send(const struct worker *w)
{
	return !w->out && w->at_child < WINDOW_SLOTS && w->jobs.length > w->at_child && w->sent < RECYCLE_AFTER;
}

static void start_next(struct worker *w)
{
	g_autoptr(GError) error = NULL;

	if (w->fd < 0 && w->jobs.length && !start_child(w, &error)) {
		answer(g_queue_pop_head(&w->jobs), NULL, NULL, error);
		start_soon(w);
		return;
	}
	while (may_send(w)) {
		struct job *job = g_queue_peek_nth(&w->jobs, w->at_child++);
		if (w->at_child == 1) {
			w->unlimited = false;
			begin_first(w);
		}
		send_frame(w, job);
	}
}

/* ---- public ----------------------------------------------------------------------------------------------- */

struct worker *worker_new_idle(const char *executable)
{
	struct worker *w = g_new0(struct worker, 1);
	w->executable = g_strdup(executable);
	w->program = open(executable, O_PATH | O_CLOEXEC);
	w->fd = -1;
	w->in = g_byte_array_new();
	g_queue_init(&w->jobs);
	return w;
}

struct worker *worker_new(const char *executable, GError **error)
{
	struct worker *w = worker_new_idle(executable);
	if (!start_child(w, error))
		g_clear_pointer(&w, worker_free);
	return w;
}

void worker_free(struct worker *w)
{
	struct job *job;

	if (!w)
		return;
	w->freeing = true;
	g_clear_handle_id(&w->start_idle, g_source_remove);
	end_child(w);
	GError *error = g_error_new_literal(FEED_ERROR, FEED_ERROR_CANCELLED, "cancelled");
	while ((job = g_queue_pop_head(&w->jobs)))
		answer(job, NULL, NULL, error);
	g_error_free(error);
	g_byte_array_unref(w->in);
	if (w->program >= 0)
		close(w->program);
	g_free(w->executable);
	g_free(w);
}

static struct job *add_job(struct worker *w, enum wire_kind kind, GBytes *bytes,
			   const struct parse_options *options, void *user_data)
{
	struct job *job = g_new0(struct job, 1);
	job->kind = kind;
	job->bytes = g_bytes_ref(bytes);
	if (options) {
		job->options = *options;
		job->options.url = job->url = g_strdup(options->url);
		job->options.content_type = job->content_type = g_strdup(options->content_type);
	}
	job->user_data = user_data;
	g_queue_push_tail(&w->jobs, job);
	start_soon(w);
	return job;
}

void worker_parse(struct worker *w, GBytes *bytes, const struct parse_options *options,
		  worker_parsed_fn *done, void *user_data)
{
	add_job(w, WIRE_PARSE, bytes, options, user_data)->parsed = done;
}

void worker_page(struct worker *w, GBytes *bytes, const struct parse_options *options,
		 worker_page_fn *done, void *user_data)
{
	add_job(w, WIRE_PAGE, bytes, options, user_data)->paged = done;
}

unsigned worker_waiting(const struct worker *w)
{
	return w->jobs.length;
}

void worker_counts(const struct worker *w, uint64_t *documents, uint64_t *restarts)
{
	*documents = w->documents;
	*restarts = w->restarts;
}
