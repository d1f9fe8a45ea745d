/* again: telling an alert once more: to the next in line when nobody acknowledged it, and when its snooze ended.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/routes.h"
#include "daemon/store/batch.h"

/* Reason of deliveries that were folded into a digest or summary. */
#define TOLD_IN_DIGEST "told in a digest"

/* Open alerts that a route delivered longer ago than its escalate_after go to the route it escalates to, once. */
bool again_escalate(struct store *store, const struct routes *routes, struct store_batch *batch, int64_t now,
		    GError **error);
/* Alerts whose snooze ended by `now` are told again to whom they were told. The batch must be committed before
 * again_wake(). */
bool again_remind(struct store *store, struct store_batch *batch, int64_t now, GError **error);
/* They are open from now on. */
bool again_wake(struct store *store, int64_t now, GError **error);
