/* commit: a batch in one transaction. See batch.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/batch.h"

#include "daemon/store/connection.h"
#include "daemon/store/rows.h"

static bool write_polled(struct store *store, const struct store_batch *batch, int64_t now, GError **error)
{
	for (unsigned i = 0; i < batch->feeds->len; i++)
		if (!write_feed(store, batch->feeds->pdata[i], error))
			return false;
	if (!write_articles(store, batch->articles, error))
		return false;
	for (unsigned i = 0; i < batch->seen->len; i++)
		if (!write_seen(store, g_array_index(batch->seen, uint64_t, i), now, error))
			return false;
	for (unsigned i = 0; i < batch->decisions->len; i++)
		if (!write_decision(store, batch->decisions->pdata[i], error))
			return false;
	return true;
}

static bool write_alerts(struct store *store, const struct store_batch *batch, int64_t now,
			 GError **error)
{
	for (unsigned i = 0; i < batch->members->len; i++)
		if (!write_member(store, &g_array_index(batch->members, struct story_member, i),
				  error))
			return false;
	for (unsigned i = 0; i < batch->alerts->len; i++)
		if (!write_alert(store, batch->alerts->pdata[i], error))
			return false;
	for (unsigned i = 0; i < batch->deliveries->len; i++)
		if (!write_delivery(store, batch->deliveries->pdata[i], now, error))
			return false;
	for (unsigned i = 0; i < batch->changes->len; i++)
		if (!write_change(store, &g_array_index(batch->changes, struct delivery_change, i),
				  now, error))
			return false;
	return true;
}

static bool write_rest(struct store *store, const struct store_batch *batch, int64_t now,
		       GError **error)
{
	for (unsigned i = 0; i + 1 < batch->values->len; i += 2)
		if (!write_value(store, batch->values->pdata[i], batch->values->pdata[i + 1],
				 error))
			return false;
	for (unsigned i = 0; i < batch->digests->len; i++)
		if (!write_digest(store, batch->digests->pdata[i], now, error))
			return false;
	return true;
}

bool store_commit(struct store *store, const struct store_batch *batch, GError **error)
{
	int64_t now = batch->now ? batch->now : g_get_real_time() / G_USEC_PER_SEC;
	if (store_batch_empty(batch))
		return true;
	if (!store_ready_to_write(store, error) || !sql_begin_write(store, error))
		return false;
	if (!write_polled(store, batch, now, error) || !write_alerts(store, batch, now, error) ||
	    !write_rest(store, batch, now, error)) {
		sql_rollback(store);
		return false;
	}
	return sql_commit(store, error);
}
