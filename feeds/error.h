/* error: why a feed could not be fetched or read.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#define FEED_ERROR (feed_error_quark())
GQuark feed_error_quark(void);

enum feed_error {
	FEED_ERROR_NOT_A_FEED, /* HTML, plain text, another XML vocabulary */
	FEED_ERROR_MALFORMED,  /* nothing could be read of it */
	FEED_ERROR_EMPTY,      /* no bytes */
	FEED_ERROR_LIMIT,      /* over one of the limits of feeds/limits.h */
	FEED_ERROR_HOSTILE,    /* entity bomb, deep nesting and the like */
	FEED_ERROR_WORKER,     /* the parser worker died on it */
	FEED_ERROR_URL,        /* not an http or https address */
	FEED_ERROR_REFUSED,    /* address policy */
	FEED_ERROR_RESOLVE,
	FEED_ERROR_CONNECT,
	FEED_ERROR_TLS,
	FEED_ERROR_TIMEOUT,
	FEED_ERROR_PROTOCOL,
	FEED_ERROR_REDIRECT,
	FEED_ERROR_CANCELLED,
};
