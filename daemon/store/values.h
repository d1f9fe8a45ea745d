/* values: small named facts that outlive the process: canary, state of service alerts, throttles,
 * which digest periods are done. The names are their owner's.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "daemon/store/store.h"

/* NULL without error if not set. Free the result. */
char *store_value(struct store *store, const char *name, GError **error);
/* `value` NULL: unset. Inside a batch: store_batch_value(). */
bool store_value_set(struct store *store, const char *name, const char *value, GError **error);
/* Whether this digest period was committed: struct store_batch.digests. */
bool store_digest_done(struct store *store, const char *period, bool *done, GError **error);
/* All names that begin with `prefix` and their values: char *name → char *value, owned by the
 * table. */
GHashTable *store_values(struct store *store, const char *prefix, GError **error);
