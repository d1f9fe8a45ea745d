/* url: addresses in feeds: cleaned, resolved, only http and https survive.
 * Text only: no look-ups, no address policy.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Resolve `reference` against `base` (RFC 3986 section 5.2; `base` may be NULL) the way browsers read
 * it: outer white space and inner line breaks dropped, spaces and non-ASCII bytes percent-encoded,
 * scheme and host in lower case, default port dropped, dot segments removed.
 * Returns an absolute http or https address that the caller frees, or NULL for everything else
 * (other schemes, no host, over FEED_MAX_URL, relative without a base). */
char *url_resolve(const char *base, const char *reference);

/* The same for xml:base: what a nested relative base means under `base`. NULL if nothing usable. */
char *url_resolve_base(const char *base, const char *reference);

/* Is it an absolute address that url_resolve() would give back as it is, whatever the base? Some that it
 * would are not told. */
bool url_is_normal(const char *text, size_t len);

/* Do both lead to the same scheme, host and port? */
bool url_same_origin(const char *left, const char *right);

/* Does it begin with http:// or https:// and name a host? */
bool url_is_http(const char *url);
/* The host of an address, in lower case, without user and port; "" if there is none. Cheap: at every poll. Caller frees. */
char *url_host(const char *url);
