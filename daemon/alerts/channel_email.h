/* channel_email: alerts and digests as mails over SMTP, SMTPS or STARTTLS.
 *
 * One transaction for each delivery, and so an answer for each recipient. Threads talk to the
 * server; the main loop only hears what came of it.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"
#include "daemon/alerts/smtp.h"

struct email_options {
	const char *server, *user, *password;
	unsigned port;
	enum smtp_protection protection;
	const char *ca_file;
	const char *from, *reply_to; /* addresses with or without names */
	const char *instance;	     /* NULL: the host's name */
	unsigned timeout_s;
	char *const *networks; /* CIDR; empty or NULL: any address */
	unsigned max_parallel;
};

/* Copies the options. NULL if an address or a network is none, or if a password would go over an
 * unprotected connection to another machine. Nothing is connected yet. */
struct channel *channel_email_new(const struct email_options *options, GError **error);
