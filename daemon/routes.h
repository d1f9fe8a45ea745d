/* routes: from the configuration's blocks to routes with their quiet hours, digests and recipients.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/alerts/route.h"
#include "daemon/config.h"
#include "daemon/store/store.h"

struct routes {
	GPtrArray *list;    /* struct route *, in the order of the file */
	GPtrArray *quiets;  /* struct quiet_hours * */
	GPtrArray *digests; /* struct digest_times * */
	GPtrArray *service; /* struct route_recipient *: who hears about the service itself */
};

struct routes *routes_new(const struct config *config);
void routes_free(struct routes *routes);
/* What the outbox says was sent lately: a restart is no way round throttles. */
void routes_restore(struct routes *routes, struct store *store, int64_t now);
struct route *routes_find(const struct routes *routes, const char *name);
/* Whether another route escalates to this one: it then delivers nothing by itself. */
bool routes_is_escalation(const struct routes *routes, const char *name);
/* The language of messages: "it" or "en". */
const char *routes_language(const struct config *config);
