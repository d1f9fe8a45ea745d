/* webhook_body: what a webhook is sent: by a preset for a known service, or by a template. Pure.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/message.h"

struct webhook_target {
	const char *preset;   /* "json", "ntfy", …; NULL: json */
	const char *template; /* instead of a preset, or NULL */
	const char *url, *target, *token;
	const char *channel; /* its name */
};

struct webhook_request {
	const char *method; /* static */
	char *url;	    /* may hold a token: not for logs */
	char *body;
	const char *content_type; /* static */
	bool bearer;		  /* the token goes into an Authorization header */
};

/* Whether preset, its target and the template's fields are right. */
bool webhook_check(const struct webhook_target *target, GError **error);
/* Clear with webhook_request_clear(). */
void webhook_request_make(const struct webhook_target *target, const struct message *message,
			  struct webhook_request *request);
void webhook_request_clear(struct webhook_request *request);

/* A template's body. {subject}, {title}, {link} and the other names of the table in webhook_body.c
 * are replaced, once: what comes in is not looked at again. In a template that begins with a brace
 * or bracket the values are written as the inside of JSON strings. Caller frees. */
char *webhook_fill(const char *template, const struct message *message);
