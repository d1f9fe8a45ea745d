/* audit_server: an HTTP server on loopback that answers as it is told and writes down every request.
 *
 * Runs in threads of its own; every function may be called from the main thread at any time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define AUDIT_HOSTS 8 /* 127.0.0.1 … on one port: as many hosts */

enum audit_flags {
	AUDIT_CONDITIONAL = 1, /* 304 if a validator among `headers` comes back byte for byte */
	AUDIT_RAW = 2,         /* `body` is the whole answer, status line included; then close */
	AUDIT_SILENT = 4,      /* no answer at all until the client hangs up */
	AUDIT_CUT = 8,         /* half of the body, then close */
	AUDIT_LOGIN = 32,      /* 401 with a Basic challenge to who sends no Authorization */
	AUDIT_DRIP = 16,       /* one byte of the body at a time, never ending */
	AUDIT_SLOW = 64,       /* a tenth of a second passes before the answer */
};

struct audit_answer {
	unsigned status;
	const char *headers; /* lines ended by CRLF, or NULL */
	const void *body;    /* or NULL */
	size_t body_len;     /* 0: `body` is a string */
	unsigned flags;
};

struct audit_request {
	gint64 at_us;        /* monotonic, when its head was complete */
	unsigned connection; /* counted from 1 */
	unsigned host;       /* index of the address it came to */
	char *method, *path, *version;
	char **headers;      /* "Name: value" */
	char *head;          /* the whole, as received */
	unsigned status;     /* that it was answered with */
};

struct audit_server;

struct audit_server *audit_server_new(GError **error);
void audit_server_free(struct audit_server *server);
unsigned audit_server_port(const struct audit_server *server);
/* http://127.0.0.(1+host):PORT/path. Caller frees. */
char *audit_server_url(const struct audit_server *server, unsigned host, const char *path);

/* From now on `path` (its query included) is answered so, on every host. 404 for others. Copies. */
void audit_server_answer(struct audit_server *server, const char *path, const struct audit_answer *answer);
/* Forget answers and requests. */
void audit_server_reset(struct audit_server *server);
/* Forget requests. */
void audit_server_forget(struct audit_server *server);

/* Requests for `path`, or all if NULL. */
unsigned audit_server_count(struct audit_server *server, const char *path);
/* The index-th of them; index -1 is the last. NULL if there is none. Valid until a reset or forget. */
const struct audit_request *audit_server_request(struct audit_server *server, const char *path, int index);
unsigned audit_server_connections(struct audit_server *server);
/* The most requests that waited for their answers at one time. */
unsigned audit_server_busiest(struct audit_server *server);
/* The first bytes that came on the last connection that did not speak HTTP (a TLS ClientHello); NULL if none. */
GBytes *audit_server_hello(struct audit_server *server);

/* Value of a header, NULL if absent. Owned by the request. */
const char *audit_request_header(const struct audit_request *request, const char *name);
