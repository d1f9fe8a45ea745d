/* fetch: see fetch.h. The queue of each host, the redirects, the recycled handles.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/fetch.h"

#include "feeds/error.h"
#include "feeds/fetch_exchange.h"
#include "feeds/fetch_multi.h"
#include "feeds/fetch_places.h"
#include "feeds/http_policy.h"
#include "feeds/limits.h"
#include "feeds/url.h"

#include <string.h>

#define DEFAULT_PARALLEL 64
#define DEFAULT_TIMEOUT_MS 30000
#define MAX_REDIRECTS 5
#define KEEP_US (2 * G_USEC_PER_SEC) /* a host that was asked this short a time ago is asked again soon */
#define HTTP2_FAILURES 3  /* in a row: then HTTP/1.1 for this host */
#define HOSTS_KEPT 20000  /* idle hosts beyond are forgotten, and their pace with them */

/* One host: its pace and what waits for it. */
struct host {
	char *name;
	GQueue waiting; /* struct transfer * */
	unsigned active;
	gint64 next_at_us; /* monotonic: not before */
	unsigned http2_failures;
	bool broken; /* its last exchange failed: the next one takes a new connection */
	long auth; /* CURLAUTH_ bit that it asked for; 0: unknown */
	guint timer;
	struct fetcher *fetcher;
};

struct transfer {
	struct fetcher *fetcher;
	struct host *host;
	struct fetch_request request; /* strings owned */
	char **headers;
	struct address_exceptions *exceptions; /* of its own, or NULL */
	fetch_done_fn *done;
	void *user_data;
	char *url;           /* of this hop */
	char *permanent_url; /* target while all hops were permanent */
	GHashTable *visited; /* set of addresses of earlier hops */
	struct fetch_visit visit; /* of the address it leads to */
	bool permanent;
	unsigned hops, requests;
	uint64_t received;
	gint64 started_us;
	struct exchange exchange;
};

struct fetcher {
	struct fetcher_options options;
	char *user_agent, *proxy, *ca_file;
	struct address_exceptions *exceptions;
	GPtrArray *retired; /* struct address_exceptions *: transfers under way may go by them */
	struct fetch_multi *multi;
	GHashTable *hosts;   /* name → struct host * */
	struct fetch_places *places;
	GHashTable *running; /* set of struct transfer * with an exchange under way */
	GQueue ready;        /* struct host * that may start one more, when a place is free */
	GPtrArray *idle;     /* CURL *: recycled handles */
	unsigned pending;
	guint start_idle;
};

/* ---- transfers ---------------------------------------------------------------------------------------------- */

static void transfer_free(struct transfer *t)
{
	exchange_clear(&t->exchange);
	g_free((char *)t->request.url);
	g_free((char *)t->request.etag);
	g_free((char *)t->request.last_modified);
	g_free((char *)t->request.validators_url);
	g_free((char *)t->request.accept);
	g_free((char *)t->request.user_agent);
	if (t->request.credentials)
		explicit_bzero((char *)t->request.credentials, strlen(t->request.credentials));
	g_free((char *)t->request.credentials);
	g_free((char *)t->request.ca_file);
	g_hash_table_unref(t->visited);
	address_exceptions_free(t->exceptions);
	g_strfreev(t->headers);
	g_free(t->url);
	g_free(t->permanent_url);
	g_free(t);
}

static struct transfer *transfer_new(struct fetcher *fetcher, const struct fetch_request *request)
{
	struct transfer *t = g_new0(struct transfer, 1);
	t->fetcher = fetcher;
	t->request = *request;
	t->request.url = g_strdup(request->url);
	t->request.etag = g_strdup(request->etag);
	t->request.last_modified = g_strdup(request->last_modified);
	t->request.validators_url = g_strdup(request->validators_url);
	t->visited = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	t->request.accept = request->accept ? g_strdup_printf("Accept: %s", request->accept) : NULL;
	t->request.user_agent = g_strdup(request->user_agent);
	t->request.credentials = g_strdup(request->credentials);
	t->request.ca_file = g_strdup(request->ca_file);
	t->headers = g_strdupv((char **)request->headers);
	t->request.headers = (const char *const *)t->headers;
	if (!t->request.timeout_ms)
		t->request.timeout_ms = DEFAULT_TIMEOUT_MS;
	t->url = g_strdup(request->url);
	t->permanent = true;
	return t;
}

/* Without the room that the array kept to grow: documents wait for the parser, many at once. */
static GBytes *to_bytes(GByteArray *array)
{
	gsize len = 0;
	guint8 *bytes = g_byte_array_steal(array, &len);

	g_byte_array_unref(array);
	return g_bytes_new_take(g_realloc(bytes, len), len);
}

static void answer(struct transfer *t, int status, bool whole, const GError *error)
{
	struct exchange *x = &t->exchange;
	struct fetch_response response = {
		.status = status,
		.final_url = t->url,
		.permanent_url = t->permanent ? t->permanent_url : NULL,
		.whole = whole,
		.conditional = x->conditional,
		.etag = x->headers[ANSWER_ETAG],
		.last_modified = x->headers[ANSWER_LAST_MODIFIED],
		.content_type = x->headers[ANSWER_CONTENT_TYPE],
		.cache_control = x->headers[ANSWER_CACHE_CONTROL],
		.expires = x->headers[ANSWER_EXPIRES],
		.date = x->headers[ANSWER_DATE],
		.age = x->headers[ANSWER_AGE],
		.retry_after = x->headers[ANSWER_RETRY_AFTER],
		.link = x->headers[ANSWER_LINK],
		.im = x->headers[ANSWER_IM],
		.requests = t->requests,
		.received_bytes = t->received,
	};
	if (x->body && x->body->len)
		response.body = to_bytes(g_steal_pointer(&x->body));
	t->fetcher->pending--;
	t->done(&response, error, t->user_data);
	g_clear_pointer(&response.body, g_bytes_unref);
	transfer_free(t);
}

static void fail(struct transfer *t, enum feed_error code, const char *text)
{
	GError *error = g_error_new_literal(FEED_ERROR, (gint)code, text);
	answer(t, 0, false, error);
	g_error_free(error);
}

/* ---- hosts --------------------------------------------------------------------------------------------------- */

static void host_free(gpointer data)
{
	struct host *host = data;
	g_clear_handle_id(&host->timer, g_source_remove);
	g_queue_clear(&host->waiting);
	g_free(host->name);
	g_free(host);
}

static gboolean is_idle(gpointer key, gpointer value, gpointer now)
{
	const struct host *host = value;
	(void)key;
	return !host->active && !host->waiting.length && !host->timer && !host->http2_failures &&
	       host->next_at_us <= *(gint64 *)now;
}

static struct host *find_host(struct fetcher *f, const char *name)
{
	struct host *host = g_hash_table_lookup(f->hosts, name);
	if (host)
		return host;
	if (g_hash_table_size(f->hosts) >= HOSTS_KEPT) {
		gint64 now = g_get_monotonic_time();
		g_hash_table_foreach_remove(f->hosts, is_idle, &now);
	}
	host = g_new0(struct host, 1);
	host->name = g_strdup(name);
	host->fetcher = f;
	g_queue_init(&host->waiting);
	g_hash_table_insert(f->hosts, host->name, host);
	return host;
}

static void start_ready(struct fetcher *f);
static void offer(struct host *host);

static gboolean on_gap_over(gpointer data)
{
	struct host *host = data;
	host->timer = 0;
	offer(host);
	start_ready(host->fetcher);
	return G_SOURCE_REMOVE;
}

/* Into the queue of hosts that may start, when the host's own pace allows it. */
static void offer(struct host *host)
{
	struct fetcher *f = host->fetcher;
	gint64 wait_us = host->next_at_us - g_get_monotonic_time();

	if (!host->waiting.length || host->active >= f->options.max_per_host || host->timer)
		return;
	if (wait_us > 0)
		host->timer = g_timeout_add((guint)(wait_us / 1000 + 1), on_gap_over, host);
	else if (!g_queue_find(&f->ready, host))
		g_queue_push_tail(&f->ready, host);
}

/* ---- exchanges ------------------------------------------------------------------------------------------------ */

/* What the host asked for before, so that one request is enough. Else over TLS the password is sent at once; without,
 * the server says first whether it takes a digest. */
static long login_method(const struct transfer *t)
{
	if (t->host->auth)
		return t->host->auth;
	return g_str_has_prefix(t->url, "https:") ? (long)CURLAUTH_BASIC : (long)(CURLAUTH_BASIC | CURLAUTH_DIGEST);
}

static void learn_login(const struct transfer *t, CURL *easy)
{
	long offered = 0;

	if (!t->request.credentials)
		return;
	curl_easy_getinfo(easy, CURLINFO_HTTPAUTH_AVAIL, &offered);
	if (offered & (long)CURLAUTH_DIGEST)
		t->host->auth = (long)CURLAUTH_DIGEST;
	else if (offered & (long)CURLAUTH_BASIC)
		t->host->auth = (long)CURLAUTH_BASIC;
}

/* Before a connection is opened. */
static gint64 admit(void *data, const char *address)
{
	struct transfer *t = data;
	const struct fetcher_options *options = &t->fetcher->options;

	return fetch_places_admit(t->fetcher->places, &t->visit, address, options->max_per_host,
				  options->host_gap_ms * G_GINT64_CONSTANT(1000));
}

static void start_exchange(struct transfer *t)
{
	struct fetcher *f = t->fetcher;
	gint64 now = g_get_monotonic_time();
	const struct exchange_settings settings = {
		.user_agent = f->user_agent,
		.proxy = f->proxy,
		.ca_file = f->ca_file,
		.http1 = t->host->http2_failures >= HTTP2_FAILURES,
		.auth = login_method(t),
	};
	CURL *easy = f->idle->len ? g_ptr_array_steal_index_fast(f->idle, f->idle->len - 1)
				  : curl_easy_init();

	if (!t->started_us)
		t->started_us = now;
	gint64 spent_ms = (now - t->started_us) / 1000;
	unsigned left_ms = spent_ms < t->request.timeout_ms ? t->request.timeout_ms - (unsigned)spent_ms : 1;
	t->exchange.exceptions = t->exceptions ? t->exceptions : f->exceptions;
	if (f->options.host_gap_ms) {
		t->exchange.admit = admit;
		t->exchange.admit_data = t;
	}
	t->exchange.allow_private = f->options.allow_private_networks;
	t->exchange.max_bytes = t->request.max_bytes ? t->request.max_bytes : FEED_MAX_DOCUMENT;
	exchange_prepare(&t->exchange, easy, t->url, &t->request, &settings, left_ms,
			 t->hops == 0 || url_same_origin(t->url, t->request.url));
	curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
	/* a kept connection to a host that nothing more is wanted of would only be evicted, at a cost for each other */
	bool more = t->host->waiting.length || now - t->host->next_at_us < KEEP_US;
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, (long)!more);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, (long)t->host->broken);
	t->requests++;
	t->host->active++;
	t->host->next_at_us = now + f->options.host_gap_ms * G_GINT64_CONSTANT(1000);
	g_hash_table_add(f->running, t);
	fetch_multi_add(f->multi, easy);
}

static bool is_held(const struct fetcher *f)
{
	return f->options.hold && f->options.hold(f->options.hold_data);
}

static void start_ready(struct fetcher *f)
{
	while (f->ready.length && g_hash_table_size(f->running) < f->options.max_parallel && !is_held(f)) {
		struct host *host = g_queue_pop_head(&f->ready);
		struct transfer *t = g_queue_pop_head(&host->waiting);
		if (t)
			start_exchange(t);
		offer(host);
	}
}

static void enqueue(struct transfer *t, struct host *host)
{
	t->host = host;
	g_queue_push_tail(&host->waiting, t);
	offer(host);
}

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* To the next hop; false, with the transfer answered, if it may not go there. */
static void follow(struct transfer *t, int status)
{
	g_autofree char *location = g_strdup(t->exchange.headers[ANSWER_LOCATION]);
	g_autofree char *target = location && *location ? url_resolve(t->url, location) : NULL;
	bool https_lost = target && g_str_has_prefix(t->url, "https:") && g_str_has_prefix(target, "http:");

	if (!target) {
		fail(t, FEED_ERROR_REDIRECT, "redirected to nowhere, or to another scheme than http and https");
		return;
	}
	g_hash_table_add(t->visited, g_strdup(t->url));
	if (++t->hops > MAX_REDIRECTS || g_hash_table_contains(t->visited, target)) {
		fail(t, FEED_ERROR_REDIRECT, "redirected in a loop, or more than 5 times");
		return;
	}
	t->permanent = t->permanent && (status == 301 || status == 308) && !https_lost;
	g_free(t->url);
	t->url = g_steal_pointer(&target);
	if (t->permanent) {
		g_free(t->permanent_url);
		t->permanent_url = g_strdup(t->url);
	}
	g_autofree char *name = url_host(t->url);
	exchange_clear(&t->exchange);
	if (*name)
		enqueue(t, find_host(t->fetcher, name));
	else
		fail(t, FEED_ERROR_REDIRECT, "redirected to an address without a host");
}

/* A redirect may ask for time too (RFC 9110 section 10.2.3). */
static bool asks_to_wait(const struct transfer *t)
{
	const char *value = t->exchange.headers[ANSWER_RETRY_AFTER];
	return !t->request.redirect_waited && http_retry_after(value, g_get_real_time() / G_USEC_PER_SEC) > 0;
}

/* Too early for its address: back to the head of its host's queue, until its turn. */
static void postpone(struct transfer *t, gint64 wait_us)
{
	struct host *host = t->host;

	t->requests--;
	if (t->hops == 0)
		t->started_us = 0;
	exchange_clear(&t->exchange);
	host->next_at_us = MAX(host->next_at_us, g_get_monotonic_time() + wait_us);
	g_queue_push_head(&host->waiting, t);
}

/* Of several addresses one may be too early and the others without an answer. */
static bool is_postponed(const struct transfer *t, CURLcode result)
{
	return t->exchange.postponed_us > 0 &&
	       (result == CURLE_COULDNT_CONNECT || (result == CURLE_OPERATION_TIMEDOUT && !t->exchange.header_bytes));
}

static bool signalled_end(CURL *easy, CURLcode result)
{
	curl_off_t length = -1;
	long version = 0;
	curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
	return result == CURLE_OK && (length >= 0 || version >= CURL_HTTP_VERSION_1_1);
}

/* GOAWAY, a stream that breaks off, silence: after the TLS handshake, before any answer. libcurl does not tell then
 * which protocol was chosen; to fall back to HTTP/1.1 where it was that already changes nothing. */
static bool is_http2_failure(CURL *easy, CURLcode result)
{
	curl_off_t handshake_us = 0;

	if (result == CURLE_HTTP2 || result == CURLE_HTTP2_STREAM)
		return true;
	curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &handshake_us);
	return handshake_us > 0 &&
	       (result == CURLE_PARTIAL_FILE || result == CURLE_RECV_ERROR || result == CURLE_SEND_ERROR ||
		result == CURLE_GOT_NOTHING || result == CURLE_OPERATION_TIMEDOUT);
}

static void judge_http2(struct host *host, CURL *easy, CURLcode result)
{
	if (is_http2_failure(easy, result))
		host->http2_failures++;
	else if (result == CURLE_OK && host->http2_failures < HTTP2_FAILURES)
		host->http2_failures = 0;
}

static void on_exchange_done(CURL *easy, CURLcode result, void *data)
{
	struct fetcher *f = data;
	struct transfer *t = NULL;
	long status = 0;
	curl_off_t received = 0;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&t);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
	bool whole = signalled_end(easy, result);
	struct host *host = t->host;
	g_autoptr(GError) error = exchange_error(&t->exchange, result);

	t->received += (uint64_t)received;
	judge_http2(host, easy, result);
	host->broken = result != CURLE_OK;
	learn_login(t, easy);
	fetch_places_leave(&t->visit);
	host->active--;
	g_hash_table_remove(f->running, t);
	g_ptr_array_add(f->idle, easy);
	bool early = is_postponed(t, result);
	if (!early)
		t->visit.turn_us = 0;
	if (early)
		postpone(t, t->exchange.postponed_us);
	else if (!error && is_redirect((int)status) && !asks_to_wait(t))
		follow(t, (int)status);
	else
		answer(t, (int)status, whole, error);
	offer(host);
	start_ready(f);
}

/* ---- public ---------------------------------------------------------------------------------------------------- */

static void free_exceptions(gpointer exceptions)
{
	address_exceptions_free(exceptions);
}

bool fetcher_configure(struct fetcher *f, const struct fetcher_options *options, GError **error)
{
	struct address_exceptions *exceptions = address_exceptions_new(options->allow_networks, error);
	if (!exceptions)
		return false;
	if (f->exceptions)
		g_ptr_array_add(f->retired, f->exceptions);
	f->exceptions = exceptions;
	f->options = *options;
	g_free(f->user_agent);
	g_free(f->proxy);
	g_free(f->ca_file);
	f->user_agent = g_strdup(options->user_agent);
	f->proxy = g_strdup(options->proxy);
	f->ca_file = g_strdup(options->ca_file);
	if (!f->options.max_parallel)
		f->options.max_parallel = DEFAULT_PARALLEL;
	if (!f->options.max_per_host)
		f->options.max_per_host = 1;
	curl_multi_setopt(fetch_multi_handle(f->multi), CURLMOPT_MAXCONNECTS, (long)f->options.max_parallel);
	return true;
}

struct fetcher *fetcher_new(const struct fetcher_options *options, GError **error)
{
	struct fetcher *f = g_new0(struct fetcher, 1);
	f->retired = g_ptr_array_new_with_free_func(free_exceptions);
	f->multi = fetch_multi_new(on_exchange_done, f);
	if (!fetcher_configure(f, options, error)) {
		fetch_multi_free(f->multi);
		g_ptr_array_unref(f->retired);
		g_free(f);
		return NULL;
	}
	f->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, host_free);
	f->places = fetch_places_new();
	f->running = g_hash_table_new(NULL, NULL);
	f->idle = g_ptr_array_new_with_free_func(curl_easy_cleanup);
	g_queue_init(&f->ready);
	return f;
}

static void cancel_all(struct fetcher *f)
{
	GHashTableIter iter;
	gpointer key, value;
	GList *transfers = g_hash_table_get_keys(f->running);

	for (GList *at = transfers; at; at = at->next) {
		struct transfer *t = at->data;
		fetch_multi_remove(f->multi, t->exchange.easy);
		g_ptr_array_add(f->idle, t->exchange.easy);
	}
	g_hash_table_iter_init(&iter, f->hosts);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		struct host *host = value;
		while (host->waiting.length)
			transfers = g_list_prepend(transfers, g_queue_pop_head(&host->waiting));
	}
	for (GList *at = transfers; at; at = at->next)
		fail(at->data, FEED_ERROR_CANCELLED, "cancelled");
	g_list_free(transfers);
}

void fetcher_free(struct fetcher *f)
{
	if (!f)
		return;
	g_clear_handle_id(&f->start_idle, g_source_remove);
	cancel_all(f);
	g_queue_clear(&f->ready);
	g_hash_table_unref(f->running);
	g_hash_table_unref(f->hosts);
	fetch_places_free(f->places);
	g_ptr_array_unref(f->idle);
	fetch_multi_free(f->multi);
	address_exceptions_free(f->exceptions);
	g_ptr_array_unref(f->retired);
	g_free(f->user_agent);
	g_free(f->proxy);
	g_free(f->ca_file);
	g_free(f);
}

static gboolean on_start_idle(gpointer data)
{
	struct fetcher *f = data;
	f->start_idle = 0;
	start_ready(f);
	return G_SOURCE_REMOVE;
}

bool fetch_start(struct fetcher *f, const struct fetch_request *request, fetch_done_fn *done,
		 void *user_data, GError **error)
{
	g_autofree char *name = url_host(request->url);
	if (!url_is_http(request->url) || !*name || strlen(request->url) > FEED_MAX_URL) {
		g_set_error(error, FEED_ERROR, FEED_ERROR_URL, "'%.200s' is not an http or https address",
			    request->url);
		return false;
	}
	struct address_exceptions *exceptions = NULL;
	if (request->allow_networks && *request->allow_networks &&
	    !(exceptions = address_exceptions_new(request->allow_networks, error)))
		return false;
	struct transfer *t = transfer_new(f, request);
	t->exceptions = exceptions;
	t->request.allow_networks = NULL;
	t->done = done;
	t->user_data = user_data;
	f->pending++;
	enqueue(t, find_host(f, name));
	if (f->ready.length && !f->start_idle)
		f->start_idle = g_idle_add_full(G_PRIORITY_DEFAULT, on_start_idle, f, NULL);
	return true;
}

void fetcher_go_on(struct fetcher *f)
{
	start_ready(f);
}

unsigned fetcher_pending(const struct fetcher *f)
{
	return f->pending;
}
