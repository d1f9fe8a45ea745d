/* channel_email: see channel_email.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/channel_email.h"

#include "daemon/alerts/mime.h"

#include <curl/curl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#define IDLE_US (5 * G_USEC_PER_SEC) /* a thread waits so long for the next mail, then leaves */
#define EXIT_WAIT_US                                                                               \
	(2 * G_USEC_PER_SEC) /* transfers see within a second that they are cancelled */

/* OpenSSL does not like threads at work while the process ends: the end waits for them, a little. A thread has what
 * OpenSSL keeps for it until it is joined, which is after all of its own code. */
static struct {
	GMutex lock;
	GCond changed;
	unsigned threads;
	GQueue ended; /* GThread *, to be joined by the main thread */
	bool asked;
} alive;

/* What the threads share with the channel; lives as long as the last of both. */
struct postmen {
	gatomicrefcount refs;
	GMutex lock;
	GCond changed;
	GQueue jobs;	  /* struct job *; a reference each */
	unsigned threads; /* running */
	unsigned idle;	  /* of those, waiting for a job */
	unsigned max;
	int cancel;		   /* atomic */
	struct smtp_server server; /* its texts are owned */
	struct address_exceptions *networks;
	char *from; /* bare address */
};

struct email {
	struct channel base;
	struct postmen *postmen;
	GPtrArray *under_way; /* struct job *; a reference each */
	char *from, *reply_to, *instance;
};

/* One mail to one recipient. The main loop owns the upper half, a thread the lower while it has it.
 */
struct job {
	gatomicrefcount refs;
	struct email *email; /* NULL: the channel is gone, nobody waits */
	const struct message *message;
	char *recipient;
	send_done_fn *done;
	void *user_data;
	bool brief;

	struct postmen *postmen;
	GBytes *mail;
	char *to; /* bare address */
	struct smtp_result result;
};

static void wipe(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}

static void postmen_unref(struct postmen *p)
{
	if (!g_atomic_ref_count_dec(&p->refs))
		return;
	g_mutex_clear(&p->lock);
	g_cond_clear(&p->changed);
	g_free((char *)p->server.host);
	g_free((char *)p->server.user);
	wipe((char *)p->server.password);
	g_free((char *)p->server.ca_file);
	address_exceptions_free(p->networks);
	g_free(p->from);
	g_free(p);
}

static void job_unref(void *memory)
{
	struct job *job = memory;
	if (!g_atomic_ref_count_dec(&job->refs))
		return;
	g_free(job->recipient);
	g_clear_pointer(&job->mail, g_bytes_unref);
	g_free(job->to);
	postmen_unref(job->postmen);
	g_free(job);
}

static struct job *job_ref(struct job *job)
{
	g_atomic_ref_count_inc(&job->refs);
	return job;
}

/* ---- in the threads ------------------------------------------------------------------------- */

static gboolean on_result(void *data);

/* The next mail, waiting a while for it; NULL: leave. Who leaves is counted out at once: taking
 * leave of the server may take long, and a new mail must not count on it. */
static struct job *next_job(struct postmen *p)
{
	gint64 until = g_get_monotonic_time() + IDLE_US;
	g_mutex_lock(&p->lock);
	p->idle++;
	while (!p->jobs.length && !g_atomic_int_get(&p->cancel))
		if (!g_cond_wait_until(&p->changed, &p->lock, until))
			break;
	p->idle--;
	struct job *job = g_queue_pop_head(&p->jobs);
	p->threads -= !job;
	g_mutex_unlock(&p->lock);
	return job;
}

static void count_alive(int change)
{
	g_mutex_lock(&alive.lock);
	alive.threads += (unsigned)change;
	g_cond_broadcast(&alive.changed);
	g_mutex_unlock(&alive.lock);
}

/* The last of a thread's own code. */
static void count_ended(void)
{
	g_mutex_lock(&alive.lock);
	g_queue_push_tail(&alive.ended, g_thread_self());
	g_mutex_unlock(&alive.lock);
	count_alive(-1);
}

static void join_ended(void)
{
	GThread *thread;
	do {
		g_mutex_lock(&alive.lock);
		thread = g_queue_pop_head(&alive.ended);
		g_mutex_unlock(&alive.lock);
		if (thread)
			g_thread_join(thread);
	} while (thread);
}

static void wait_for_threads(void)
{
	gint64 until = g_get_monotonic_time() + EXIT_WAIT_US;
	g_mutex_lock(&alive.lock);
	while (alive.threads && g_cond_wait_until(&alive.changed, &alive.lock, until))
		;
	g_mutex_unlock(&alive.lock);
	join_ended();
}

static void *work(void *data)
{
	struct postmen *p = data;
	struct smtp_session *session = smtp_session_new(&p->server);
	struct job *job;
	while ((job = next_job(p))) {
		smtp_send(session, p->from, job->to, job->mail, &p->cancel, &job->result);
		g_idle_add_full(G_PRIORITY_DEFAULT, on_result, job, job_unref);
	}
	smtp_session_free(session);
	postmen_unref(p);
	count_ended();
	return NULL;
}

/* ---- on the main loop ----------------------------------------------------------------------- */

static void answer(struct job *job, enum send_result result, const char *detail)
{
	struct email *email = job->email;
	job_ref(job);
	job->email = NULL;
	g_ptr_array_remove_fast(email->under_way, job);
	job->done(result, detail && *detail ? detail : NULL, job->user_data);
	job_unref(job);
}

static void hand_over(struct postmen *p, struct job *job)
{
	g_mutex_lock(&p->lock);
	g_queue_push_tail(&p->jobs, job_ref(job));
	bool more = p->jobs.length > p->idle && p->threads < p->max;
	p->threads += more;
	g_cond_signal(&p->changed);
	g_mutex_unlock(&p->lock);
	if (!more)
		return;
	join_ended();
	g_atomic_ref_count_inc(&p->refs);
	count_alive(1);
	if (g_thread_try_new("smtp", work, p, NULL)) /* its reference: join_ended()'s */
		return;
	g_mutex_lock(&p->lock); /* no thread to be had: those that run take it, or the next try */
	p->threads--;
	bool stranded = !p->threads && g_queue_remove(&p->jobs, job);
	g_mutex_unlock(&p->lock);
	postmen_unref(p);
	count_alive(-1);
	if (stranded) {
		answer(job, SEND_RETRY, "no thread can be started");
		job_unref(job);
	}
}

/* The mail's bytes; false: answered. */
static bool write_mail(struct job *job)
{
	const struct email *email = job->email;
	const struct mime_envelope envelope = {email->from, job->recipient, email->reply_to,
					       email->instance, job->brief};
	g_autoptr(GError) error = NULL;
	g_clear_pointer(&job->mail, g_bytes_unref);
	job->mail = mime_write(job->message, &envelope, &error);
	if (job->mail)
		return true;
	answer(job, SEND_REFUSED, error->message); /* with it the job may be gone */
	return false;
}

static gboolean on_result(void *data)
{
	struct job *job = data;
	if (!job->email)
		return G_SOURCE_REMOVE;
	if (job->result.too_large && !job->brief) {
		job->brief = true; /* rather the titles than nothing */
		if (write_mail(job))
			hand_over(job->postmen, job);
		return G_SOURCE_REMOVE;
	}
	answer(job, job->result.result, job->result.detail);
	return G_SOURCE_REMOVE;
}

static void email_send(struct channel *channel, const struct message *message,
		       const char *recipient, send_done_fn *done, void *user_data)
{
	struct email *email = (struct email *)channel;
	struct job *job = g_new0(struct job, 1);
	g_atomic_ref_count_init(&job->refs);
	g_atomic_ref_count_inc(&email->postmen->refs);
	job->postmen = email->postmen;
	job->email = email;
	job->message = message;
	job->recipient = g_strdup(recipient);
	job->to = mime_address(recipient);
	job->done = done;
	job->user_data = user_data;
	g_ptr_array_add(email->under_way, job);
	if (write_mail(job))
		hand_over(email->postmen, job);
}

static void email_free(struct channel *channel)
{
	struct email *email = (struct email *)channel;
	struct postmen *p = email->postmen;
	g_atomic_int_set(&p->cancel, 1);
	while (email->under_way->len)
		answer(email->under_way->pdata[0], SEND_RETRY, "the channel was closed");
	g_mutex_lock(&p->lock);
	struct job *job;
	while ((job = g_queue_pop_head(&p->jobs)))
		job_unref(job);
	g_cond_broadcast(&p->changed);
	g_mutex_unlock(&p->lock);
	postmen_unref(p);
	g_ptr_array_unref(email->under_way);
	g_free(email->from);
	g_free(email->reply_to);
	g_free(email->instance);
	g_free(email->base.name);
	g_free(email);
}

static const struct channel_ops ops = {"email", email_send, NULL, email_free};

static bool is_here(const char *server)
{
	return strcmp(server, "localhost") == 0 || strcmp(server, "::1") == 0 ||
	       g_str_has_prefix(server, "127.");
}

static bool check(const struct email_options *o, GError **error)
{
	const char *const addresses[] = {o->from, o->reply_to};
	for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
		g_autofree char *bare = addresses[i] ? mime_address(addresses[i]) : g_strdup("");
		if (!bare) {
			g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
				    _("'%s' is no mail address"), addresses[i]);
			return false;
		}
	}
	if (o->user && o->protection == SMTP_UNPROTECTED && !is_here(o->server)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
			    _("a password does not go to %s unprotected: security = starttls or tls"),
			    o->server);
		return false;
	}
	return true;
}

static struct postmen *postmen_new(const struct email_options *o,
				   struct address_exceptions *networks)
{
	struct postmen *p = g_new0(struct postmen, 1);
	g_atomic_ref_count_init(&p->refs);
	g_mutex_init(&p->lock);
	g_cond_init(&p->changed);
	p->max = MAX(o->max_parallel, 1);
	p->networks = networks;
	p->from = mime_address(o->from);
	p->server = (struct smtp_server){
		.host = g_strdup(o->server),
		.port = o->port,
		.protection = o->protection,
		.user = g_strdup(o->user),
		.password = g_strdup(o->password),
		.ca_file = g_strdup(o->ca_file),
		.timeout_s = o->timeout_s ? o->timeout_s : 60,
		.networks = networks,
	};
	return p;
}

struct channel *channel_email_new(const struct email_options *o, GError **error)
{
	struct address_exceptions *networks = NULL;
	if (!check(o, error))
		return NULL;
	if (o->networks && *o->networks) {
		networks = address_exceptions_new((const char *const *)o->networks, error);
		if (!networks)
			return NULL;
	}
	curl_global_init(CURL_GLOBAL_DEFAULT); /* before any thread */
	if (!alive.asked)
		alive.asked = atexit(wait_for_threads) == 0;
	struct email *email = g_new0(struct email, 1);
	email->base.ops = &ops;
	email->postmen = postmen_new(o, networks);
	email->under_way = g_ptr_array_new_with_free_func(job_unref);
	email->from = g_strdup(o->from);
	email->reply_to = g_strdup(o->reply_to);
	email->instance = g_strdup(o->instance);
	return &email->base;
}
