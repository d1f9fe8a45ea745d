/* record: a message as one JSON object for programs: the line of the log channel, the body of a
 * webhook.
 *
 * Field names are those of the Elastic Common Schema where it has one (@timestamp, event.*, rule.*,
 * url.*, observer.*), the rest stands under "vedetta". packaging/alert.schema.json describes it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/message.h"

#define RECORD_SCHEMA 1 /* raised when a key changes its meaning or goes */

/* One line of valid UTF-8 without its newline. `channel` and `recipient` say who is told, "" if
 * nobody in particular. Caller frees. */
char *record_json(const struct message *message, const char *channel, const char *recipient);

/* RFC 3339 in UTC; NULL if `at` is no time. Caller frees. */
char *record_time(int64_t at);
/* "low" … "critical". Static. */
const char *record_priority(enum priority priority);
/* Severity as syslog counts it: 5 notice … 2 critical. */
int record_severity(enum priority priority);
