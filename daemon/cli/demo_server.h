/* demo_server: two feeds with invented news and a mail server, on loopback, for the demonstration.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

struct demo_server;

struct demo_server *demo_server_new(GError **error);
void demo_server_free(struct demo_server *server);
unsigned demo_server_port(const struct demo_server *server);
unsigned demo_server_smtp_port(const struct demo_server *server);
/* Mails accepted so far, and the text of one (caller frees; NULL past the end). */
unsigned demo_server_mails(struct demo_server *server);
char *demo_server_mail(struct demo_server *server, unsigned index);
