/* channel_webhook: alerts as HTTP requests, signed, under an idempotency key.
 *
 * A request carries Idempotency-Key (the same at every attempt) and, with a secret,
 * Vedetta-Signature: sha256=HMAC-SHA256(secret, body) in hexadecimal. Redirects are not followed,
 * 64 KiB of an answer are read. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"
#include "daemon/alerts/webhook_body.h"

struct webhook_options {
	struct webhook_target target;
	const char *secret;    /* HMAC key, or NULL */
	char *const *headers;  /* "Name: value" */
	char *const *networks; /* CIDR: addresses beside the public ones */
	const char *ca_file;
	const char *user_agent;
	unsigned timeout_s;
};

/* Copies the options. NULL if one is wrong; nothing is connected. */
struct channel *channel_webhook_new(const struct webhook_options *options, GError **error);
