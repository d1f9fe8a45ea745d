/* mime: a message as the bytes of an Internet mail. Pure: the same message gives the same bytes, so
 * that a repeat is known by its Message-ID and looks the same.
 *
 * Lines end in CRLF and nothing else, bodies are encoded: what reaches DATA holds no bare CR or LF,
 * no lone dot, no line over 998 bytes (RFC 5321 §2.3.8, §4.5.2, §4.5.3.1.6).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/message.h"

struct mime_envelope {
	const char *from;     /* RFC 5322 address with or without a name, UTF-8 */
	const char *to;	      /* the same */
	const char *reply_to; /* may be NULL */
	const char *instance; /* right side of Message-ID and List-Id; NULL: the host's name */
	bool brief;	      /* titles and links of the first stories only, no HTML */
};

/* Caller frees. NULL with G_IO_ERROR_INVALID_ARGUMENT if an address is none. */
GBytes *mime_write(const struct message *message, const struct mime_envelope *envelope,
		   GError **error);

/* The bare address: "a@b.example" of "Anna <a@b.example>"; NULL if the text holds no, or more than
 * one. Caller frees. */
char *mime_address(const char *text);
/* "<key@instance>"; characters that an id may not have are replaced so that different keys stay
 * different (RFC 5322 §3.6.4). Caller frees. */
char *mime_message_id(const char *key, const char *instance);
