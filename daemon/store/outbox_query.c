/* outbox_query: looking at the outbox. See outbox.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/outbox.h"

#include "daemon/store/connection.h"
#include "daemon/store/rows.h"

/* Asked every turn. Which index serves is said here: SQLite, left to itself, took one that holds all that was ever
 * sent by the channel, 3700 pages a second after 2000 messages. */
bool outbox_next_due(struct store *store, const char *channel, int64_t *due_at, GError **error)
{
	int64_t ready;
	if (!store_ready(store, error) ||
	    !sql_number(
		    store, error, 0, &ready,
		    "SELECT 1 FROM outbox INDEXED BY outbox_queue WHERE channel = ? AND state = 0"
		    " AND ready = 1 LIMIT 1",
		    "s", channel))
		return false;
	if (ready) {
		*due_at = 0;
		return true;
	}
	return sql_number(store, error, INT64_MAX, due_at,
			  "SELECT min(due_at) FROM outbox INDEXED BY outbox_wait WHERE channel = ?"
			  " AND state = 0 AND ready = 0",
			  "s", channel);
}

static void outbox_count_free(struct outbox_count *count)
{
	g_free(count->channel);
	g_free(count);
}

static void *read_count(sqlite3_stmt *row)
{
	struct outbox_count *count = g_new0(struct outbox_count, 1);
	count->channel = sql_text(row, 0);
	count->state = (enum delivery_state)sqlite3_column_int(row, 1);
	count->count = sqlite3_column_int64(row, 2);
	count->oldest_at = sqlite3_column_int64(row, 3);
	return count;
}

GPtrArray *outbox_counts(struct store *store, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(store,
			 sql_query(store, error,
				   "SELECT channel, state, rows, CASE WHEN state < 3 THEN"
				   " (SELECT min(o.created_at) FROM outbox o WHERE o.state < 3 AND"
				   " o.state = t.state AND o.channel = t.channel) END"
				   " FROM outbox_total t WHERE rows > 0 ORDER BY channel, state",
				   ""),
			 read_count, (GDestroyNotify)outbox_count_free, error);
}

GPtrArray *outbox_stuck(struct store *store, int64_t before, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(
		store,
		sql_query(
			store, error,
			"SELECT channel, 0, (SELECT sum(rows) FROM outbox_total u WHERE"
			" u.channel = n.channel AND u.state IN (0, 2)), oldest FROM"
			" (SELECT channel, (SELECT min(o.first_tried_at) FROM outbox o WHERE"
			" o.channel = t.channel AND o.state IN (0, 2) AND o.first_tried_at > 0) AS"
			" oldest FROM (SELECT DISTINCT channel FROM outbox_total) t) n"
			" WHERE oldest < ?",
			"l", before),
		read_count, (GDestroyNotify)outbox_count_free, error);
}

GPtrArray *outbox_list(struct store *store, const struct outbox_query *query, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(
		store,
		sql_query(store, error,
			  "SELECT " DELIVERY_COLUMNS " FROM outbox WHERE id > ?1"
			  " AND (?2 IS NULL OR channel = ?2) AND (?3 IS NULL OR route = ?3)"
			  " AND (?4 IS NULL OR recipient = ?4) AND (?5 < 0 OR state = ?5)"
			  " AND (?6 < 0 OR kind = ?6) AND (?7 = 0 OR due_at <= ?7)"
			  " AND created_at >= ?8 ORDER BY id LIMIT ?9",
			  "lsssiilli", query->after_id, query->channel, query->route,
			  query->recipient, query->state, query->kind, query->due_before,
			  query->created_since, query->limit ? (int)query->limit : 1000),
		read_delivery, (GDestroyNotify)delivery_free, error);
}

bool outbox_count_since(struct store *store, const char *filter, const char *channel, int64_t since,
			int64_t *count, GError **error)
{
	return store_ready(store, error) &&
	       sql_number(store, error, 0, count,
			  "SELECT count(*) FROM outbox o WHERE o.created_at >= ?3 AND o.state <> 4"
			  " AND o.channel IN (SELECT channel FROM outbox_total)"
			  " AND (?2 IS NULL OR o.channel = ?2) AND (?1 IS NULL OR EXISTS"
			  " (SELECT 1 FROM alert a WHERE a.uid = o.alert AND a.filter = ?1))",
			  "ssl", filter, channel, since);
}

struct delivery *outbox_by_key(struct store *store, const char *key, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return first_row(read_rows(
		store,
		sql_query(store, error, "SELECT " DELIVERY_COLUMNS " FROM outbox WHERE key = ?",
			  "s", key),
		read_delivery, (GDestroyNotify)delivery_free, error));
}

static void *read_name(sqlite3_stmt *row)
{
	return sql_text(row, 0);
}

GPtrArray *outbox_channels(struct store *store, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(store,
			 sql_query(store, error,
				   "SELECT DISTINCT channel FROM outbox_total ORDER BY channel",
				   ""),
			 read_name, g_free, error);
}
