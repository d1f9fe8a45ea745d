/* http_policy: what the headers of an answer ask of a client. Pure.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define HTTP_PAUSE_MAX_S (7 * 86400) /* no server may silence a feed for longer */

/* An HTTP date (RFC 9110 §5.6.7, all three forms) to UTC seconds; false if it is none. */
bool http_date(const char *text, int64_t *at);

/* Retry-After (RFC 9110 §10.2.3), seconds or a date, to the UTC second before which nothing is asked. 0 if it
 * is absent, garbage, negative or past. Clamped to now + HTTP_PAUSE_MAX_S. */
int64_t http_retry_after(const char *value, int64_t now);

/* Until when the answer is fresh for a private cache: max-age minus Age, else Expires minus Date
 * (RFC 9111 §4.2). s-maxage is not ours; no-cache and no-store say nothing about when to ask again. 0: not
 * said. Clamped to now + HTTP_PAUSE_MAX_S. */
int64_t http_fresh_until(const char *cache_control, const char *expires, const char *date,
			 const char *age, int64_t now);

/* Whether a value may be sent back in a request header: no control characters, not too long. */
bool http_validator_usable(const char *value);
