/* worker: see worker.h. The engine's side: a queue, a few documents at the child, replies by the main loop.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/worker.h"

#include "feeds/error.h"
#include "feeds/text_block.h"
#include "feeds/wire.h"
#include "feeds/worker_child.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define CPU_LIMIT_S   2	    /* for one document */
#define WALL_LIMIT_MS 20000 /* a stopped child, a machine that swaps */
#define RECYCLE_AFTER 1000  /* documents: what a parser leaks or was talked into ends with the child */
#define READ_STEP     (256 * 1024)

struct job {
	enum wire_kind kind;
	GBytes *bytes;
	char *url, *content_type;
	struct parse_options options;
	worker_parsed_fn *parsed;
	worker_page_fn *paged;
	void *user_data;
	unsigned slot; /* of the window, where the child has it; or WIRE_BEHIND */
};

struct answer {
	struct job *job;
	struct feed_document *document;
	struct page *page;
	GError *error;
};

struct worker {
	char *executable;
	int program; /* the executable, held open: after an upgrade the children are still those that go with us; or -1 */
	GQueue jobs;       /* struct job *; those at its head … */
	unsigned at_child; /* … are at the child, which reads them in turn */
	unsigned slots;    /* of the window, those in use, a bit each */
	bool by_itself;    /* the child has one, and had no other when that was sent */
	unsigned suspects; /* so many at the head were at a child that died: each goes by itself */
	bool freeing;
	struct worker_child child;
	gint64 since; /* when it was last known to get on */
	unsigned wall_limit_ms;
	guint in_source, out_source, wall_timer, start_idle;
	GByteArray *out;  /* heads under way; or one with what comes behind it, but for … */
	GBytes *out_rest; /* … the document itself */
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

static void give(const struct answer *answer)
{
	struct job *job = answer->job;

	if (job->kind == WIRE_PARSE)
		job->parsed(answer->document, answer->error, job->user_data);
	else
		job->paged(answer->page, answer->error, job->user_data);
	if (answer->error)
		g_error_free(answer->error);
	job_free(job);
}

static void fail(struct job *job, GError *error)
{
	give(&(struct answer){.job = job, .error = error});
}

/* ---- the child ------------------------------------------------------------------------------------------- */

static gboolean on_readable(gint fd, GIOCondition condition, gpointer data);

static bool start_child(struct worker *w, GError **error)
{
	if (!worker_child_start(&w->child, w->executable, w->program, error))
		return false;
	w->in_source = g_unix_fd_add(w->child.fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, w);
	w->sent = w->served = 0;
	return true;
}

static void end_child(struct worker *w)
{
	g_clear_handle_id(&w->in_source, g_source_remove);
	g_clear_handle_id(&w->out_source, g_source_remove);
	g_clear_handle_id(&w->wall_timer, g_source_remove);
	worker_child_end(&w->child);
	w->at_child = w->slots = 0;
	g_byte_array_set_size(w->in, 0);
	g_byte_array_set_size(w->out, 0);
	w->out_done = 0;
	g_clear_pointer(&w->out_rest, g_bytes_unref);
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

/* For another document at the child. */
static bool is_room(const struct worker *w)
{
	return w->at_child < (w->suspects ? 1 : WINDOW_SLOTS) && w->jobs.length > w->at_child &&
	       w->sent < RECYCLE_AFTER;
}

static bool may_send(const struct worker *w)
{
	return is_room(w) && !w->out->len;
}

static void start_soon(struct worker *w)
{
	if (!w->start_idle && !w->freeing && w->jobs.length && (w->child.fd < 0 || may_send(w)))
		w->start_idle = g_idle_add_full(G_PRIORITY_DEFAULT, on_idle_start, w, NULL);
}

/* The child is lost. A document that it had by itself pays; of several nobody knows which it was, they go to the
 * next child one by one. */
static void lose_child(struct worker *w, const char *why)
{
	struct job *blamed = w->at_child == 1 && w->by_itself ? g_queue_pop_head(&w->jobs) : NULL;

	if (!blamed)
		w->suspects = MAX(w->suspects, w->at_child);
	else if (w->suspects)
		w->suspects--;
	end_child(w);
	w->restarts++;
	if (blamed)
		fail(blamed, g_error_new(FEED_ERROR, FEED_ERROR_WORKER, "the parser worker %s", why));
	start_soon(w);
}

/* One timer for as long as there is something to do: it sees whether the child got on since it was set. */
static gboolean on_wall_limit(gpointer data)
{
	struct worker *w = data;
	gint64 left = w->since + w->wall_limit_ms * 1000LL - g_get_monotonic_time();

	w->wall_timer = 0;
	if (!w->at_child)
		return G_SOURCE_REMOVE;
	if (left <= 0)
		lose_child(w, "took too long and was ended");
	else
		w->wall_timer = g_timeout_add((guint)(left / 1000) + 1, on_wall_limit, w);
	return G_SOURCE_REMOVE;
}

/* The child is at another document now, which has CPU and time of its own. */
static void set_limits(struct worker *w)
{
	worker_child_limit_cpu(&w->child, CPU_LIMIT_S);
	w->since = g_get_monotonic_time();
	if (!w->wall_timer)
		w->wall_timer = g_timeout_add(w->wall_limit_ms + 1, on_wall_limit, w);
}

/* ---- questions ------------------------------------------------------------------------------------------- */

/* What is left: heads, then the document behind the last. */
static ssize_t send_some(const struct worker *w)
{
	size_t len = 0, done = w->out_done;
	char *bytes = w->out_rest ? (char *)g_bytes_get_data(w->out_rest, &len) : NULL;
	size_t head = done < w->out->len ? w->out->len - done : 0, past = done - (w->out->len - head);
	struct iovec parts[2] = {{w->out->data + w->out->len - head, head}, {bytes + past, len - past}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

	return sendmsg(w->child.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static size_t out_len(const struct worker *w)
{
	return w->out->len + (w->out_rest ? g_bytes_get_size(w->out_rest) : 0);
}

/* False: the socket is full. */
static bool write_out(struct worker *w)
{
	size_t len = out_len(w);

	while (w->out_done < len) {
		ssize_t put = send_some(w);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0 && errno == EAGAIN)
			return false;
		if (put < 0)
			break; /* dead: the reading side says so */
		w->out_done += (size_t)put;
	}
	w->out_done = 0;
	g_byte_array_set_size(w->out, 0);
	g_clear_pointer(&w->out_rest, g_bytes_unref);
	return true;
}

static gboolean on_writable(gint fd, GIOCondition condition, gpointer data)
{
	struct worker *w = data;

	(void)fd, (void)condition;
	if (!write_out(w))
		return G_SOURCE_CONTINUE;
	w->out_source = 0;
	start_soon(w);
	return G_SOURCE_REMOVE;
}

/* Lays the request into a free slot. False: it does not fit. */
static bool lay_down(struct worker *w, struct job *job, const GByteArray *frame)
{
	size_t head = frame->len - WIRE_HEAD, len;
	const void *bytes = g_bytes_get_data(job->bytes, &len);

	job->slot = WIRE_BEHIND;
	if (!window_fits(&w->child.window, head + len))
		return false;
	/* the first: what never held a document takes no memory */
	job->slot = (unsigned)__builtin_ctz(~w->slots);
	w->slots |= 1U << job->slot;
	unsigned char *slot = window_slot(&w->child.window, job->slot);
	memcpy(slot, frame->data + WIRE_HEAD, head);
	if (len)
		memcpy(slot + head, bytes, len);
	return true;
}

/* Adds the request to what is sent next. False: it goes by itself, later. */
static bool ask(struct worker *w, struct job *job)
{
	size_t len = g_bytes_get_size(job->bytes);
	g_autoptr(GByteArray) frame = wire_pack_request(job->kind, len, &job->options);

	if (lay_down(w, job, frame)) {
		const struct wire_head head = {job->kind, job->slot, frame->len - WIRE_HEAD + len};
		wire_put_head(frame->data, &head);
		g_byte_array_append(w->out, frame->data, WIRE_HEAD);
	} else {
		if (w->out->len)
			return false;
		g_byte_array_append(w->out, frame->data, frame->len);
		w->out_rest = g_bytes_ref(job->bytes);
	}
	w->at_child++;
	w->sent++;
	return true;
}

/* As many as may go, those in the window at once. */
static void send_documents(struct worker *w)
{
	bool idle = w->at_child == 0;

	while (may_send(w)) {
		while (is_room(w) && !w->out_rest && ask(w, g_queue_peek_nth(&w->jobs, w->at_child)))
			;
		/* most documents fit into the socket's buffer */
		if (!write_out(w))
			w->out_source = g_unix_fd_add(w->child.fd, G_IO_OUT, on_writable, w);
		w->by_itself = idle && w->at_child == 1;
	}
	if (idle && w->at_child)
		set_limits(w);
}

static void start_next(struct worker *w)
{
	GError *error = NULL;

	if (w->child.fd < 0 && w->jobs.length && !start_child(w, &error)) {
		fail(g_queue_pop_head(&w->jobs), error);
		start_soon(w);
	} else if (w->child.fd >= 0) {
		send_documents(w);
	}
}

/* ---- answers --------------------------------------------------------------------------------------------- */

enum taken { NONE_YET, TAKEN, NONSENSE };

/* Documents that the child was not asked to the end. */
static unsigned unsent(const struct worker *w)
{
	size_t left = w->out->len ? w->out->len - w->out_done : 0;
	return w->out_rest ? 1 : (unsigned)((left + WIRE_HEAD - 1) / WIRE_HEAD);
}

/* `rest` is a copy: in the window the child could still change it. */
static bool unpack(struct answer *answer, enum wire_kind kind, struct text_block *rest)
{
	size_t rest_len;
	const unsigned char *bytes = (unsigned char *)text_block_bytes(rest, &rest_len);

	if (kind == WIRE_ERROR)
		answer->error = wire_unpack_error(bytes, rest_len);
	else if (kind == WIRE_DOCUMENT && answer->job->kind == WIRE_PARSE)
		answer->document = wire_unpack_document(rest);
	else if (kind == WIRE_PAGE_DONE && answer->job->kind == WIRE_PAGE)
		answer->page = wire_unpack_page(bytes, rest_len);
	return answer->document || answer->page || answer->error;
}

/* A whole frame answers the first document; anything else is a broken child. */
static enum taken take_answer(struct worker *w, struct answer *answer)
{
	struct wire_head head;
	struct job *job = g_queue_peek_head(&w->jobs);

	if (w->in->len < WIRE_HEAD)
		return NONE_YET;
	/* nor does a sound one answer before it was asked */
	if (w->at_child <= unsent(w) || !wire_head(w->in->data, WIRE_MAX_REPLY, &head) ||
	    (head.slot != WIRE_BEHIND && head.slot != job->slot))
		return NONSENSE;
	bool in_window = head.slot != WIRE_BEHIND;
	size_t behind = in_window ? 0 : head.rest_len;
	if (w->in->len < WIRE_HEAD + behind)
		return NONE_YET;
	struct text_block *rest = text_block_new(
		in_window ? window_slot(&w->child.window, head.slot) : w->in->data + WIRE_HEAD, head.rest_len);
	g_byte_array_remove_range(w->in, 0, (guint)(WIRE_HEAD + behind));
	*answer = (struct answer){.job = job};
	bool sane = unpack(answer, head.kind, rest);
	text_block_unref(rest);
	if (!sane)
		return NONSENSE;
	g_queue_pop_head(&w->jobs);
	w->at_child--;
	if (job->slot != WIRE_BEHIND)
		w->slots &= ~(1U << job->slot);
	w->served++;
	w->documents++;
	w->suspects -= w->suspects ? 1 : 0;
	return TAKEN;
}

/* Before anybody hears of the answers the child gets more to do. */
static void take_answers(struct worker *w)
{
	struct answer answers[WINDOW_SLOTS];
	enum taken last = NONE_YET;
	unsigned count = 0;

	while (count < G_N_ELEMENTS(answers) && (last = take_answer(w, &answers[count])) == TAKEN)
		count++;
	if (last != NONSENSE && count) {
		if (w->at_child)
			set_limits(w);
		if (w->served >= RECYCLE_AFTER)
			end_child(w);
		else
			send_documents(w);
	}
	for (unsigned i = 0; i < count; i++)
		give(&answers[i]);
	start_soon(w);
	if (last == NONSENSE)
		lose_child(w, "answered with nonsense and was ended");
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer data)
{
	struct worker *w = data;
	guint len = w->in->len, source = w->in_source;

	(void)condition;
	g_byte_array_set_size(w->in, len + READ_STEP);
	ssize_t got = recv(fd, w->in->data + len, READ_STEP, MSG_DONTWAIT);
	int code = errno;
	g_byte_array_set_size(w->in, len + (got > 0 ? (guint)got : 0));
	if (got > 0)
		take_answers(w);
	else if (got == 0 || (code != EAGAIN && code != EINTR))
		lose_child(w, "died on this document");
	return source == w->in_source ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* ---- public ----------------------------------------------------------------------------------------------- */

struct worker *worker_new_idle(const char *executable)
{
	struct worker *w = g_new0(struct worker, 1);
	w->executable = g_strdup(executable);
	w->program = open(executable, O_PATH | O_CLOEXEC);
	w->child.fd = -1;
	w->wall_limit_ms = WALL_LIMIT_MS;
	w->in = g_byte_array_new();
	w->out = g_byte_array_new();
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
	while ((job = g_queue_pop_head(&w->jobs)))
		fail(job, g_error_new_literal(FEED_ERROR, FEED_ERROR_CANCELLED, "cancelled"));
	g_byte_array_unref(w->in);
	g_byte_array_unref(w->out);
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

void worker_limit_wall(struct worker *w, unsigned limit_ms)
{
	w->wall_limit_ms = limit_ms;
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
