/* channel_webhook: see channel_webhook.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/channel_webhook.h"

#include "daemon/alerts/sanitize.h"
#include "feeds/address.h"
#include "feeds/fetch_multi.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_MAX	  (64 * 1024)
#define DETAIL_MAX	  200
#define CONNECT_TIMEOUT_S 10

struct webhook {
	struct channel base;
	struct webhook_target target; /* its texts are owned */
	char *secret, *ca_file, *user_agent;
	char **headers;
	unsigned timeout_s;
	struct address_exceptions *networks;
	struct fetch_multi *multi;
	GPtrArray *under_way; /* struct post * */
};

struct post {
	struct webhook *webhook;
	struct webhook_request request;
	CURL *easy;
	struct curl_slist *headers;
	GString *answer;
	char error[CURL_ERROR_SIZE];
	const char *refused_address; /* static */
	send_done_fn *done;
	void *user_data;
};

static void wipe(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}

static void post_free(void *memory)
{
	struct post *post = memory;
	curl_easy_cleanup(post->easy);
	curl_slist_free_all(post->headers);
	webhook_request_clear(&post->request);
	g_string_free(post->answer, TRUE);
	g_free(post);
}

static size_t on_answer(char *bytes, size_t size, size_t count, void *data)
{
	struct post *post = data;
	size_t len = size * count, room = ANSWER_MAX - post->answer->len;
	g_string_append_len(post->answer, bytes, (gssize)MIN(len, room));
	return len <= room ? len : 0; /* the rest is not waited for: the status is known */
}

static curl_socket_t on_open(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct post *post = data;
	(void)purpose;
	post->refused_address = address_refused(&address->addr, post->webhook->networks);
	if (post->refused_address)
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- what came of it ------------------------------------------------------------------------ */

/* By status: what is about this message is refused, what is about the service or our rights is
 * tried again. */
static enum send_result judge_status(long status)
{
	static const long about_the_message[] = {400, 406, 409, 411, 413, 414, 415, 422, 431, 451};
	if (status >= 200 && status < 300)
		return SEND_DONE;
	for (size_t i = 0; i < G_N_ELEMENTS(about_the_message); i++)
		if (status == about_the_message[i])
			return SEND_REFUSED;
	return SEND_RETRY;
}

static char *describe(const struct post *post, CURLcode code, long status)
{
	g_autofree char *answer = sanitize_cut(post->answer->str, DETAIL_MAX, 0);
	if (post->refused_address)
		return g_strdup_printf("%s: not in allow_networks", post->refused_address);
	if (status >= 300 && status < 400)
		return g_strdup_printf("HTTP %ld: redirects are not followed", status);
	if (status)
		return g_strdup_printf("HTTP %ld%s%s", status, *answer ? ": " : "", answer);
	return g_strdup(*post->error ? post->error : curl_easy_strerror(code));
}

static void on_done(CURL *easy, CURLcode code, void *user_data)
{
	struct webhook *webhook = user_data;
	struct post *post = NULL;
	long status = 0, sent = 0;
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&post);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
	/* a long answer was cut off by us */
	bool answered = status >= 200 && (code == CURLE_OK || code == CURLE_WRITE_ERROR);
	enum send_result result = answered ? judge_status(status)
				  : sent   ? SEND_UNKNOWN
					   : SEND_RETRY;
	g_autofree char *detail = describe(post, code, answered ? status : 0);
	g_ptr_array_remove_fast(webhook->under_way, post);
	post->done(result, detail, post->user_data);
	post_free(post);
}

/* ---- sending -------------------------------------------------------------------------------- */

static void add_header(struct post *post, const char *name, const char *value)
{
	g_autofree char *header = g_strdup_printf("%s: %s", name, value);
	post->headers = curl_slist_append(post->headers, header);
}

static void set_headers(struct post *post, const char *key)
{
	const struct webhook *webhook = post->webhook;
	add_header(post, "Content-Type", post->request.content_type);
	add_header(post, "Idempotency-Key", key);
	add_header(post, "Expect", "");
	for (char **header = webhook->headers; header && *header; header++)
		post->headers = curl_slist_append(post->headers, *header);
	if (webhook->secret) {
		g_autofree char *digest = g_compute_hmac_for_string(
			G_CHECKSUM_SHA256, (const guchar *)webhook->secret, strlen(webhook->secret),
			post->request.body, -1);
		g_autofree char *value = g_strconcat("sha256=", digest, NULL);
		add_header(post, "Vedetta-Signature", value);
	}
	if (post->request.bearer && webhook->target.token) {
		char *value = g_strconcat("Bearer ", webhook->target.token, NULL);
		add_header(post, "Authorization", value);
		wipe(value);
	}
}

static void set_options(struct post *post)
{
	const struct webhook *webhook = post->webhook;
	CURL *easy = post->easy;
	curl_easy_setopt(easy, CURLOPT_PRIVATE, post);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, post->error);
	curl_easy_setopt(easy, CURLOPT_URL, post->request.url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, webhook->user_agent);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, post->request.method);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post->request.body);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(post->request.body));
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, post->headers);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)webhook->timeout_s);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, post);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_answer);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, post);
	if (webhook->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, webhook->ca_file);
}

static void webhook_send(struct channel *channel, const struct message *message,
			 const char *recipient, send_done_fn *done, void *user_data)
{
	struct webhook *webhook = (struct webhook *)channel;
	struct post *post = g_new0(struct post, 1);
	struct webhook_target target = webhook->target;
	(void)recipient;
	target.channel = channel->name;
	post->webhook = webhook;
	post->done = done;
	post->user_data = user_data;
	post->answer = g_string_new(NULL);
	post->easy = curl_easy_init();
	webhook_request_make(&target, message, &post->request);
	set_headers(post, message->key);
	if (post->easy)
		set_options(post);
	if (post->easy && fetch_multi_add(webhook->multi, post->easy)) {
		g_ptr_array_add(webhook->under_way, post);
		return;
	}
	post_free(post);
	done(SEND_RETRY, "libcurl does not take the request", user_data);
}

static void webhook_free(struct channel *channel)
{
	struct webhook *webhook = (struct webhook *)channel;
	for (unsigned i = 0; i < webhook->under_way->len; i++) {
		struct post *post = webhook->under_way->pdata[i];
		fetch_multi_remove(webhook->multi, post->easy);
		post->done(SEND_RETRY, "the channel was closed", post->user_data);
		post_free(post);
	}
	g_ptr_array_unref(webhook->under_way);
	fetch_multi_free(webhook->multi);
	address_exceptions_free(webhook->networks);
	g_free((char *)webhook->target.preset);
	g_free((char *)webhook->target.template);
	g_free((char *)webhook->target.url);
	g_free((char *)webhook->target.target);
	wipe((char *)webhook->target.token);
	wipe(webhook->secret);
	g_free(webhook->ca_file);
	g_free(webhook->user_agent);
	g_strfreev(webhook->headers);
	g_free(webhook->base.name);
	g_free(webhook);
}

static const struct channel_ops ops = {"webhook", webhook_send, NULL, webhook_free};

/* RFC 9110 §5.1, §5.5: a token, a colon, no line ends. */
static bool is_header(const char *header)
{
	const char *colon = strchr(header, ':');
	if (!colon || colon == header)
		return false;
	for (const char *p = header; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f || (p < colon && *p == ' '))
			return false;
	return true;
}

struct channel *channel_webhook_new(const struct webhook_options *o, GError **error)
{
	if (!webhook_check(&o->target, error))
		return NULL;
	for (char *const *header = o->headers; header && *header; header++)
		if (!is_header(*header)) {
			g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
				    _("'%s' is no header; expected \"Name: value\""), *header);
			return NULL;
		}
	struct address_exceptions *networks =
		address_exceptions_new((const char *const *)o->networks, error);
	if (!networks)
		return NULL;
	struct webhook *webhook = g_new0(struct webhook, 1);
	webhook->base.ops = &ops;
	webhook->networks = networks;
	webhook->target.preset = g_strdup(o->target.preset);
	webhook->target.template = g_strdup(o->target.template);
	webhook->target.url = g_strdup(o->target.url);
	webhook->target.target = g_strdup(o->target.target);
	webhook->target.token = g_strdup(o->target.token);
	webhook->secret = g_strdup(o->secret);
	webhook->ca_file = g_strdup(o->ca_file);
	webhook->user_agent = g_strdup(o->user_agent);
	webhook->headers = g_strdupv((char **)o->headers);
	webhook->timeout_s = o->timeout_s ? o->timeout_s : 60;
	webhook->under_way = g_ptr_array_new();
	webhook->multi = fetch_multi_new(on_done, webhook);
	return &webhook->base;
}
