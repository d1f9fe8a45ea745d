/* outbox: rows in, leased, marked. See outbox.h; the look-ups are in outbox_query.c.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/outbox.h"

#include "daemon/store/connection.h"
#include "daemon/store/rows.h"

#include <glib/gi18n.h>
#include <inttypes.h>

/* Waiting rows whose time has come, moved to the queue at once: the rest the next turn, so that the
 * release of a night's messages holds the main loop for milliseconds. */
#define PROMOTE_MAX 2000

bool write_delivery(struct store *store, const struct delivery *delivery, int64_t now,
		    GError **error)
{
	return sql_run(store, error,
		       "INSERT INTO outbox (key, alert, channel, recipient, route, kind, state,"
		       " ready, priority, created_at, due_at, lease_until, first_tried_at, sent_at,"
		       " expires_at, attempts, refusals, reason, payload) VALUES (?1, ?2, ?3, ?4,"
		       " ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, 0, ?12, 0, 0, ?13, ?14)"
		       " ON CONFLICT (key) DO NOTHING",
		       "slsssiiiilllss", delivery->key, delivery->alert, delivery->channel,
		       delivery->recipient ? delivery->recipient : "", delivery->route,
		       (int)delivery->kind, (int)delivery->state, (int)(delivery->due_at <= now),
		       (int)delivery->priority, delivery->created_at, delivery->due_at,
		       delivery->expires_at, delivery->reason, delivery->payload);
}

bool write_change(struct store *store, const struct delivery_change *change, int64_t now,
		  GError **error)
{
	return sql_run(store, error,
		       "UPDATE outbox SET state = ?2, due_at = ?3, ready = ?4,"
		       " reason = coalesce(?5, reason) WHERE id = ?1 AND state IN (0, 1)",
		       "lilis", change->id, (int)change->state, change->due_at,
		       (int)(change->due_at <= now), change->reason);
}

static bool mark(struct store *store, const struct outbox_result *result, int64_t now,
		 GError **error)
{
	return sql_run(store, error,
		       "UPDATE outbox SET state = ?2, due_at = ?3, ready = ?4, lease_until = 0,"
		       " sent_at = iif(?2 = 3, ?5, sent_at), refusals = refusals + ?6,"
		       " reason = ?7 WHERE id = ?1",
		       "lililis", result->id, (int)result->state, result->due_at,
		       (int)(result->due_at <= now), now, (int)result->refused, result->reason) &&
	       sql_run(store, error,
		       "INSERT INTO attempt (delivery, at, result, detail) VALUES (?, ?, ?, ?)",
		       "llss", result->id, now, result->result ? result->result : "",
		       result->reason);
}

static bool lease(struct store *store, struct delivery *delivery, int64_t now, unsigned lease_s,
		  GError **error)
{
	delivery->state = DELIVERY_SENDING;
	delivery->attempts++;
	delivery->lease_until = now + lease_s;
	if (!delivery->first_tried_at)
		delivery->first_tried_at = now;
	return sql_run(store, error,
		       "UPDATE outbox SET state = 2, attempts = ?2, lease_until = ?3,"
		       " first_tried_at = ?4 WHERE id = ?1",
		       "lill", delivery->id, (int)delivery->attempts, delivery->lease_until,
		       delivery->first_tried_at);
}

static bool claim(struct store *store, const struct outbox_claim *want, int64_t now,
		  unsigned lease_s, GPtrArray *leased, GError **error)
{
	if (!want->count)
		return true;
	if (!sql_run(
		    store, error,
		    "UPDATE outbox SET ready = 1 WHERE id IN (SELECT id FROM outbox"
		    " INDEXED BY outbox_wait WHERE state = 0 AND ready = 0 AND channel = ?"
		    " AND due_at <= ? ORDER BY due_at LIMIT ?)",
		    "sli", want->channel, now, PROMOTE_MAX))
		return false;
	g_autoptr(GPtrArray) rows =
		read_rows(store,
			  sql_query(store, error,
				    "SELECT " DELIVERY_COLUMNS " FROM outbox INDEXED BY outbox_queue"
				    " WHERE channel = ? AND state = 0 AND ready = 1"
				    " ORDER BY priority DESC, created_at, id LIMIT ?",
				    "si", want->channel, (int)want->count),
			  read_delivery, (GDestroyNotify)delivery_free, error);
	if (!rows)
		return false;
	for (unsigned i = 0; i < rows->len; i++)
		if (!lease(store, rows->pdata[i], now, lease_s, error))
			return false;
	while (rows->len)
		g_ptr_array_add(leased, g_ptr_array_steal_index(rows, 0));
	return true;
}

bool outbox_turn(struct store *store, const struct outbox_result *results, size_t result_count,
		 const struct outbox_claim *claims, size_t claim_count, int64_t now,
		 unsigned lease_s, GPtrArray *leased, GError **error)
{
	unsigned before = leased->len;
	bool ok = store_ready_to_write(store, error) && sql_begin_write(store, error);
	if (!ok)
		return false;
	for (size_t i = 0; ok && i < result_count; i++)
		ok = mark(store, &results[i], now, error);
	for (size_t i = 0; ok && i < claim_count; i++)
		ok = claim(store, &claims[i], now, lease_s, leased, error);
	if (!ok)
		sql_rollback(store);
	else
		ok = sql_commit(store, error);
	if (!ok)
		g_ptr_array_set_size(leased, (int)before);
	return ok;
}

bool outbox_release(struct store *store, int64_t now, unsigned *count, GError **error)
{
	if (!store_ready_to_write(store, error) ||
	    !sql_run(store, error,
		     "UPDATE outbox INDEXED BY outbox_live SET state = 0, ready = 1, due_at = ?,"
		     " lease_until = 0 WHERE state = 2 AND state < 3",
		     "l", now))
		return false;
	if (count)
		*count = (unsigned)sqlite3_changes(store->db);
	return true;
}

bool outbox_clamp(struct store *store, int64_t now, unsigned max_wait_s, GError **error)
{
	int64_t latest = now + max_wait_s;
	return store_ready_to_write(store, error) &&
	       sql_run(store, error,
		       "UPDATE outbox SET due_at = ?1 WHERE state = 0 AND ready = 0 AND due_at > ?1"
		       " AND channel IN (SELECT channel FROM outbox_total WHERE rows > 0)",
		       "l", latest);
}

bool outbox_hasten(struct store *store, const char *channel, int64_t now, GError **error)
{
	return store_ready_to_write(store, error) &&
	       sql_run(store, error,
		       "UPDATE outbox INDEXED BY outbox_wait SET due_at = ?2, ready = 1"
		       " WHERE state = 0 AND ready = 0 AND channel = ?1",
		       "sl", channel, now);
}

bool outbox_retry(struct store *store, int64_t id, int64_t now, GError **error)
{
	if (!store_ready_to_write(store, error) ||
	    !sql_run(store, error,
		     "UPDATE outbox SET state = 0, ready = 1, due_at = ?2, refusals = 0,"
		     " first_tried_at = 0, expires_at = 0, reason = NULL"
		     " WHERE id = ?1 AND state IN (0, 1, 4, 5)",
		     "ll", id, now))
		return false;
	if (sqlite3_changes(store->db) > 0)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_DATA,
		    _("no delivery %" PRId64 " that could be sent again"), id);
	return false;
}
