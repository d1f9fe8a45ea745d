/* fetch: download one document over HTTP(S), conditionally.
 *
 * One `struct fetcher` per process; callbacks run on the main loop's thread. Follows redirects itself,
 * checks every address it connects to, counts decoded bytes.
 * Knows nothing of XML, articles or the store.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct fetcher;

struct fetcher_options {
	const char *user_agent; /* "vedetta/<version> (+<contact URL>)" */
	const char *proxy;      /* NULL: none */
	const char *ca_file;    /* NULL: the system's */
	unsigned max_parallel;      /* 0: 64 */
	unsigned max_per_host;      /* 0: 1 */
	unsigned host_gap_ms;       /* least time between two requests to a host, and to an address */
	bool allow_private_networks; /* loopback and private addresses: tests, intranet feeds */
	const char *const *allow_networks; /* CIDR exceptions, NULL-terminated, or NULL */
	bool (*hold)(void *data);  /* asked before a transfer begins: not now. NULL: never */
	void *hold_data;
};

struct fetch_request {
	const char *url;
	const char *etag;          /* sent byte for byte as If-None-Match, or NULL */
	const char *last_modified; /* sent byte for byte as If-Modified-Since, or NULL */
	const char *validators_url; /* the only address the two are sent to; NULL: url */
	bool redirect_waited;      /* a redirect's Retry-After was waited for: follow it now */
	const char *accept;        /* NULL: feed types first */
	const char *user_agent;    /* NULL: the fetcher's */
	const char *const *headers; /* extra "Name: value" lines, or NULL */
	const char *credentials;   /* "user:password" for this URL's origin only, or NULL */
	const char *ca_file;       /* NULL: the fetcher's */
	const char *const *allow_networks; /* CIDR exceptions instead of the fetcher's, or NULL */
	unsigned timeout_ms;       /* whole transfer; 0: 30 000 */
	size_t max_bytes;          /* decoded; 0: 10 MiB */
	bool delta;                /* A-IM: feed (RFC 3229) */
};

/* What came back. Strings are owned by the response and live as long as `done` runs. */
struct fetch_response {
	int status;            /* HTTP status of the last answer; 0 if none came */
	const char *final_url;
	const char *permanent_url; /* target while every hop so far was 301/308, else NULL */
	GBytes *body;          /* decoded; NULL unless 200 or 226, or `whole` false */
	bool conditional;      /* the request it answers carried validators */
	bool whole;            /* the body's end was signalled (length, chunks, TLS close or HTTP/2) */
	const char *etag;      /* bytes as received, or NULL */
	const char *last_modified;
	const char *content_type;
	const char *cache_control;
	const char *expires;
	const char *date;
	const char *age;
	const char *retry_after;
	const char *link;      /* Link headers joined by ", " */
	const char *im;        /* IM header of a 226 */
	unsigned requests;     /* sent, redirects included */
	uint64_t received_bytes; /* on the wire */
};

typedef void fetch_done_fn(const struct fetch_response *response, const GError *error,
			   void *user_data);

struct fetcher *fetcher_new(const struct fetcher_options *options, GError **error);
/* Other options from now on; transfers under way end with those they began with. False, and all as before, with
 * FEED_ERROR_URL naming the network that is none. */
bool fetcher_configure(struct fetcher *fetcher, const struct fetcher_options *options, GError **error);
/* Running transfers are cancelled: their `done` runs with FEED_ERROR_CANCELLED. */
void fetcher_free(struct fetcher *fetcher);

/* Begin downloading request->url and return at once. Copies `request`.
 * `done` runs exactly once, from the main loop, also after fetch_cancel(); a response is there even
 * when `error` is set, as far as it came. Fails at once with FEED_ERROR_URL (not http/https) or
 * FEED_ERROR_REFUSED; later failures reach `done`: FEED_ERROR_TIMEOUT, _TLS, _LIMIT (decoded size),
 * _REFUSED (address policy), _REDIRECT, …
 * HTTP statuses are not errors; a redirect that says Retry-After is one of them, and not followed.
 * Validators are echoed byte for byte (RFC 9110 §13.1). */
bool fetch_start(struct fetcher *fetcher, const struct fetch_request *request, fetch_done_fn *done,
		 void *user_data, GError **error);
/* What was held may begin: to be called when `hold` could say no again. */
void fetcher_go_on(struct fetcher *fetcher);
/* Transfers queued or running. */
unsigned fetcher_pending(const struct fetcher *fetcher);
