/* smtp: hand one mail for one recipient to a server, waiting for it: for threads, not for the main
 * loop.
 *
 * libcurl (7.88) waits inside the call for the answer to the end of DATA and to QUIT, in its multi
 * interface too, and a transfer taken out of a multi would send the end of DATA behind half a mail.
 * So each transfer has a thread, and is ended through its progress callback.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"
#include "feeds/address.h"

#include <glib.h>

enum smtp_protection { SMTP_WITH_STARTTLS, SMTP_WITH_TLS, SMTP_UNPROTECTED };

struct smtp_server {
	const char *host;
	unsigned port; /* 0: 587, or 465 with TLS */
	enum smtp_protection protection;
	const char *user, *password; /* NULL: no authentication */
	const char *ca_file;	     /* NULL: the system's */
	unsigned timeout_s; /* until the mail is handed over; then RFC 5321 §4.5.3.2.6 holds */
	const struct address_exceptions *networks; /* NULL: any address */
};

struct smtp_result {
	enum send_result result;
	bool too_large; /* refused for its size: a shorter one may pass */
	char detail[512];
};

/* A connection to a server, kept for the next mail. */
struct smtp_session;
struct smtp_session *smtp_session_new(const struct smtp_server *server); /* borrows `server` */
/* Takes leave of the server; may take as long as it does. */
void smtp_session_free(struct smtp_session *session);

/* Send. Ends early with SEND_RETRY, or SEND_UNKNOWN once the mail is handed over, when *cancel
 * becomes 1 (atomic). */
void smtp_send(struct smtp_session *session, const char *from, const char *to, GBytes *mail,
	       int *cancel, struct smtp_result *result);
