/* alerting: group and route: from matched articles to what is committed: story members, alerts, outbox rows.
 * Binds stories and routes to the configuration and the store.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/config.h"
#include "daemon/nouns/article.h"
#include "daemon/store/batch.h"
#include "daemon/store/store.h"

struct alerting;

/* `filters` is for titles; both must outlive the alerting or be replaced by alerting_reload(). NULL with the
 * reason if the store cannot be read. */
struct alerting *alerting_new(const struct config *config, const struct filter_set *filters,
			      struct store *store, GError **error);
void alerting_free(struct alerting *alerting);
/* Other routes and filters from now on; stories stay. */
void alerting_reload(struct alerting *alerting, const struct config *config, const struct filter_set *filters);

/* Group `article` by its verdicts (struct verdict *, those that matched) and route what results; rows are added
 * to `batch`. The outcome in words goes to each verdict's decision. Returns the alerts raised or grown. */
unsigned alerting_take(struct alerting *alerting, const struct article *article, const GPtrArray *verdicts,
		       struct store_batch *batch, int64_t now);
/* A message about the service itself, through the service channels except `but` (may be NULL): added to `batch`.
 * `key` makes repetitions one. */
void alerting_service(struct alerting *alerting, const char *key, const char *subject, const char *text,
		      enum priority priority, const char *but, struct store_batch *batch, int64_t now);
/* Held deliveries whose time has come: digests and summaries are composed, the others released; escalations of what
 * nobody acknowledged. Rows and changes are added to `batch`. Returns when to call again (UTC seconds). */
int64_t alerting_release(struct alerting *alerting, struct store_batch *batch, int64_t now, GError **error);
/* What alerting_release() added for `now` was committed: snoozes that ended are over. */
bool alerting_released(struct alerting *alerting, int64_t now, GError **error);
