/* fetch_exchange: one request and its answer over libcurl; redirects and queues are the fetcher's.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "feeds/address.h"
#include "feeds/fetch.h"

#include <curl/curl.h>

/* The headers of the answer that matter, by name. */
enum answer_header {
	ANSWER_ETAG,
	ANSWER_LAST_MODIFIED,
	ANSWER_CONTENT_TYPE,
	ANSWER_CACHE_CONTROL,
	ANSWER_EXPIRES,
	ANSWER_DATE,
	ANSWER_AGE,
	ANSWER_RETRY_AFTER,
	ANSWER_LINK,
	ANSWER_IM,
	ANSWER_LOCATION,
	ANSWER_HEADERS, /* count */
};

struct exchange {
	CURL *easy;
	struct curl_slist *request_headers;
	const struct address_exceptions *exceptions; /* borrowed; NULL: none */
	bool allow_private;
	size_t max_bytes;
	char *headers[ANSWER_HEADERS]; /* bytes as received, outer blanks gone; NULL */
	GByteArray *body;
	size_t header_bytes;
	bool conditional; /* validators were sent */
	/* Whether an address may be connected to now: 0, or for how many microseconds it must wait. May be NULL. */
	gint64 (*admit)(void *data, const char *address);
	void *admit_data;
	gint64 postponed_us; /* what it said */
	bool bomb;        /* over max_bytes, or over 100:1 */
	char *refused;    /* rule of the address policy that stopped it, with the address */
	char curl_error[CURL_ERROR_SIZE];
};

/* What does not change between exchanges of one fetcher. */
struct exchange_settings {
	const char *user_agent, *proxy, *ca_file;
	bool http1; /* HTTP/2 failed here before */
	long auth;  /* CURLAUTH_ bits to log in with */
};

/* Fill a fresh or recycled handle for `url`. The exchange must not move while it runs. */
void exchange_prepare(struct exchange *exchange, CURL *easy, const char *url,
		      const struct fetch_request *request, const struct exchange_settings *settings,
		      unsigned timeout_ms, bool same_origin);
/* Free what the exchange holds, not the handle. */
void exchange_clear(struct exchange *exchange);
/* What ended it, in words. NULL if it is an HTTP answer. */
GError *exchange_error(const struct exchange *exchange, CURLcode result);
