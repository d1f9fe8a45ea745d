/* datagram: whole messages to a local socket or a UDP port, never waiting.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/channel.h"

struct datagram;

/* `address`: the path of a UNIX datagram socket, or a host for UDP, looked up when first needed. */
struct datagram *datagram_new(const char *address, unsigned port);
/* Sends under way answer SEND_RETRY first. */
void datagram_free(struct datagram *datagram);
/* SEND_DONE once the kernel took it: neither protocol tells more. A receiver that started again is
 * found again. */
void datagram_send(struct datagram *datagram, const void *bytes, size_t len, send_done_fn *done,
		   void *user_data);
