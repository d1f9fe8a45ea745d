/* filter_stats: what became of each filter, as the ledger, the alerts and the marks tell.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/store/store.h"

struct filter_stats {
	int64_t matches; /* articles of the ledger it matched */
	int64_t alerts;
	int64_t last_match_at; /* 0: never */
	int64_t good, bad;     /* marks; those that name no filter count for each that matched */
};

/* char *id → struct filter_stats *, owned by the table, for each filter that left a trace. */
GHashTable *store_filter_stats(struct store *store, GError **error);
