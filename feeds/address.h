/* address: which network addresses a feed, a redirect or a webhook may lead to (SSRF policy). Decided on the
 * socket address of the connection, after name look-up, so that no spelling and no re-binding gets around it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/socket.h>

/* Networks that may be reached though they are not public. */
struct address_exceptions;

/* `cidrs`: "10.0.0.0/8", "fd00::/8", single addresses; NULL-terminated, may be NULL. NULL with FEED_ERROR_URL
 * naming the one that is none. */
struct address_exceptions *address_exceptions_new(const char *const *cidrs, GError **error);
void address_exceptions_free(struct address_exceptions *exceptions);

/* Only global unicast addresses pass, or those in the exceptions (may be NULL). Addresses with an IPv4 address
 * inside (mapped, compatible, NAT64) are judged by it. NULL if it passes, else the name of the rule that
 * refuses it ("loopback", "private network", …); static.
 * Sources: IANA special-purpose address registries (RFC 6890), RFC 4291, RFC 6052. */
const char *address_refused(const struct sockaddr *address, const struct address_exceptions *exceptions);
/* Ports a feed may be on: 80, 443 and those from 1024. */
bool address_port_allowed(unsigned port);
