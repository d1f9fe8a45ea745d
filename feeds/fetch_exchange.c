/* fetch_exchange: see fetch_exchange.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/fetch_exchange.h"

#include "feeds/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#define CONNECT_TIMEOUT_MS 10000
#define SLOW_BYTES_PER_S 100
#define SLOW_SECONDS 10
#define MAX_HEADER_BYTES (256 * 1024)
#define MAX_HEADER_VALUE 4096
#define BOMB_RATIO 100            /* decoded to received … */
#define BOMB_FROM (1024 * 1024)   /* … beyond so many decoded bytes */

static const char accept_feeds[] =
	"Accept: application/atom+xml, application/rss+xml, application/feed+json, "
	"application/rdf+xml;q=0.9, application/xml;q=0.9, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1";

static const char *const answer_names[ANSWER_HEADERS] = {
	"etag",	"last-modified", "content-type", "cache-control", "expires", "date",
	"age",	"retry-after",	 "link",	 "im",		  "location",
};

/* ---- what libcurl calls ------------------------------------------------------------------------------------ */

static void keep_header(struct exchange *x, unsigned which, const char *value)
{
	if (which == ANSWER_LINK && x->headers[which]) {
		char *joined = g_strconcat(x->headers[which], ", ", value, NULL);
		g_free(x->headers[which]);
		x->headers[which] = joined;
	} else {
		g_free(x->headers[which]);
		x->headers[which] = g_strdup(value);
	}
}

static void read_header(struct exchange *x, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	if (!colon || memchr(line, 0, len))
		return;
	size_t name_len = (size_t)(colon - line);
	for (unsigned i = 0; i < ANSWER_HEADERS; i++) {
		if (strlen(answer_names[i]) != name_len ||
		    g_ascii_strncasecmp(answer_names[i], line, name_len) != 0)
			continue;
		g_autofree char *value = g_strndup(colon + 1, len - name_len - 1);
		g_strstrip(value);
		if (strlen(value) <= MAX_HEADER_VALUE && !strpbrk(value, "\r\n"))
			keep_header(x, i, value);
	}
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
	struct exchange *x = data;
	size_t len = size * count;

	x->header_bytes += len;
	if (x->header_bytes > MAX_HEADER_BYTES)
		return 0;
	if (len > 5 && memcmp(line, "HTTP/", 5) == 0) /* a 1xx or proxy answer came before */
		for (unsigned i = 0; i < ANSWER_HEADERS; i++)
			g_clear_pointer(&x->headers[i], g_free);
	read_header(x, line, len);
	return len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
	struct exchange *x = data;
	size_t len = size * count;
	curl_off_t received = 0;

	curl_easy_getinfo(x->easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
	size_t decoded = x->body->len + len;
	if (decoded > x->max_bytes ||
	    (decoded > BOMB_FROM && received > 0 && decoded / BOMB_RATIO > (size_t)received)) {
		x->bomb = true;
		return 0;
	}
	g_byte_array_append(x->body, (const guint8 *)bytes, (guint)len);
	return len;
}

static unsigned port_of(const struct sockaddr *address)
{
	char port[8] = "0";
	getnameinfo(address, address->sa_family == AF_INET6 ? 28 : 16, NULL, 0, port, sizeof port,
		    NI_NUMERICSERV);
	return (unsigned)g_ascii_strtoull(port, NULL, 10);
}

static curl_socket_t on_open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct exchange *x = data;
	char host[64] = "?";

	(void)purpose;
	if (!x->allow_private) {
		const char *rule = address_refused(&address->addr, x->exceptions);
		const char *help = rule ? "; allow_networks can allow it" : "";
		if (!rule && !address_port_allowed(port_of(&address->addr)))
			rule = "port below 1024 other than 80 and 443";
		if (rule) {
			getnameinfo(&address->addr, address->addrlen, host, sizeof host, NULL, 0,
				    NI_NUMERICHOST);
			g_free(x->refused);
			x->refused = g_strdup_printf("%s is refused: %s%s", host, rule, help);
			return CURL_SOCKET_BAD;
		}
	}
	if (x->admit) {
		if (x->postponed_us > 0) /* it will all be tried again, when its turn comes */
			return CURL_SOCKET_BAD;
		getnameinfo(&address->addr, address->addrlen, host, sizeof host, NULL, 0, NI_NUMERICHOST);
		x->postponed_us = x->admit(x->admit_data, host);
		if (x->postponed_us > 0)
			return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- set-up ------------------------------------------------------------------------------------------------ */

static void add_header(struct exchange *x, const char *name, const char *value)
{
	g_autofree char *line = g_strdup_printf("%s: %s", name, value);
	x->request_headers = curl_slist_append(x->request_headers, line);
}

/* Validators name an answer of one address: no other one hears of them. */
static void set_validators(struct exchange *x, const char *url, const struct fetch_request *request)
{
	const char *home = request->validators_url ? request->validators_url : request->url;

	x->conditional = (request->etag || request->last_modified) && strcmp(url, home) == 0;
	if (!x->conditional)
		return;
	if (request->etag)
		add_header(x, "If-None-Match", request->etag);
	if (request->last_modified)
		add_header(x, "If-Modified-Since", request->last_modified);
	if (request->delta && request->etag)
		add_header(x, "A-IM", "feed");
}

static void set_headers(struct exchange *x, const char *url, const struct fetch_request *request,
			bool same_origin)
{
	x->request_headers = curl_slist_append(NULL, request->accept ? request->accept : accept_feeds);
	set_validators(x, url, request);
	for (const char *const *line = request->headers; same_origin && line && *line; line++)
		if (!strpbrk(*line, "\r\n"))
			x->request_headers = curl_slist_append(x->request_headers, *line);
	curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->request_headers);
}

static void set_limits(struct exchange *x, unsigned timeout_ms)
{
	CURL *easy = x->easy;
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)MIN(timeout_ms, CONNECT_TIMEOUT_MS));
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES_PER_S);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, ""); /* every coding that is built in */
	/* the cache of names is scanned whole after each transfer: quadratic in hosts */
	curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
}

static void set_tls(struct exchange *x, const char *ca_file)
{
	curl_easy_setopt(x->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	/* Debian's default folder makes libcurl parse the whole bundle at every handshake */
	curl_easy_setopt(x->easy, CURLOPT_CAPATH, NULL);
	if (ca_file)
		curl_easy_setopt(x->easy, CURLOPT_CAINFO, ca_file);
}

void exchange_prepare(struct exchange *x, CURL *easy, const char *url,
		      const struct fetch_request *request, const struct exchange_settings *settings,
		      unsigned timeout_ms, bool same_origin)
{
	x->easy = easy;
	x->body = g_byte_array_new();
	x->header_bytes = 0;
	x->bomb = false;
	x->postponed_us = 0;
	x->curl_error[0] = 0;
	curl_easy_reset(easy);
	set_limits(x, timeout_ms);
	set_tls(x, request->ca_file ? request->ca_file : settings->ca_file);
	set_headers(x, url, request, same_origin);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_USERAGENT,
			 request->user_agent ? request->user_agent : settings->user_agent);
	curl_easy_setopt(easy, CURLOPT_PROXY, settings->proxy ? settings->proxy : "");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
			 (long)(settings->http1 ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
	if (request->credentials && same_origin) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, settings->auth);
		curl_easy_setopt(easy, CURLOPT_USERPWD, request->credentials);
	}
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, x->curl_error);
	if (!settings->proxy) { /* a proxy must filter itself: its own address is the administrator's */
		curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
		curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, x);
	}
}

void exchange_clear(struct exchange *x)
{
	for (unsigned i = 0; i < ANSWER_HEADERS; i++)
		g_clear_pointer(&x->headers[i], g_free);
	g_clear_pointer(&x->body, g_byte_array_unref);
	g_clear_pointer(&x->refused, g_free);
	g_clear_pointer(&x->request_headers, curl_slist_free_all);
}

/* ---- errors ------------------------------------------------------------------------------------------------- */

static const struct {
	CURLcode result;
	enum feed_error code;
	const char *words;
} failures[] = {
	{CURLE_COULDNT_RESOLVE_HOST, FEED_ERROR_RESOLVE, "the host name cannot be resolved"},
	{CURLE_COULDNT_RESOLVE_PROXY, FEED_ERROR_RESOLVE, "the proxy's name cannot be resolved"},
	{CURLE_COULDNT_CONNECT, FEED_ERROR_CONNECT, "no connection"},
	{CURLE_OPERATION_TIMEDOUT, FEED_ERROR_TIMEOUT, "took too long"},
	{CURLE_PEER_FAILED_VERIFICATION, FEED_ERROR_TLS, "the server's certificate is not trusted"},
	{CURLE_SSL_CONNECT_ERROR, FEED_ERROR_TLS, "no TLS connection"},
	{CURLE_SSL_CERTPROBLEM, FEED_ERROR_TLS, "a certificate problem"},
	{CURLE_SSL_CACERT_BADFILE, FEED_ERROR_TLS, "the file of certificate authorities is unreadable"},
	{CURLE_SSL_CIPHER, FEED_ERROR_TLS, "no common TLS cipher"},
	/* what libcurl says of a header line over 100 KB */
	{CURLE_OUT_OF_MEMORY, FEED_ERROR_LIMIT, "a header of the answer is too long, or memory is short"},
	{CURLE_PARTIAL_FILE, FEED_ERROR_PROTOCOL, "the answer was cut short"},
	{CURLE_RECV_ERROR, FEED_ERROR_PROTOCOL, "the connection broke"},
	{CURLE_SEND_ERROR, FEED_ERROR_PROTOCOL, "the connection broke"},
	{CURLE_GOT_NOTHING, FEED_ERROR_PROTOCOL, "the server closed the connection without an answer"},
	{CURLE_BAD_CONTENT_ENCODING, FEED_ERROR_PROTOCOL, "the answer's compression is broken"},
	{CURLE_UNSUPPORTED_PROTOCOL, FEED_ERROR_URL, "not an http or https address"},
	{CURLE_URL_MALFORMAT, FEED_ERROR_URL, "not an address"},
};

GError *exchange_error(const struct exchange *x, CURLcode result)
{
	if (result == CURLE_OK)
		return NULL;
	if (x->refused && result == CURLE_COULDNT_CONNECT)
		return g_error_new(FEED_ERROR, FEED_ERROR_REFUSED, "address %s", x->refused);
	if (x->bomb)
		return g_error_new(FEED_ERROR, FEED_ERROR_LIMIT,
				   "the document is over the limit of %zu bytes, or a compression bomb",
				   x->max_bytes);
	if (x->header_bytes > MAX_HEADER_BYTES)
		return g_error_new(FEED_ERROR, FEED_ERROR_LIMIT, "the answer's headers are over %d bytes",
				   MAX_HEADER_BYTES);
	const char *detail = x->curl_error[0] ? x->curl_error : curl_easy_strerror(result);
	for (size_t i = 0; i < G_N_ELEMENTS(failures); i++)
		if (failures[i].result == result)
			return g_error_new(FEED_ERROR, (gint)failures[i].code, "%s (%s)",
					   failures[i].words, detail);
	return g_error_new(FEED_ERROR, FEED_ERROR_PROTOCOL, "%s", detail);
}
