/* render_html: a message as an HTML page that mail clients show well: tables and inline styles,
 * nothing that is fetched, nothing that runs.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/message.h"

/* Outside text is escaped, links are http or https only. Caller frees. */
char *render_html(const struct message *message);
