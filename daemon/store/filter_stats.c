/* filter_stats: see filter_stats.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/filter_stats.h"

#include "daemon/store/connection.h"
#include "daemon/store/sql.h"

/* Each row: filter, then two numbers. */
typedef void take_row_fn(struct filter_stats *stats, int64_t first, int64_t second);

static void take_matches(struct filter_stats *stats, int64_t articles, int64_t last)
{
	stats->matches = articles;
	stats->last_match_at = last;
}

static void take_alerts(struct filter_stats *stats, int64_t alerts, int64_t unused)
{
	(void)unused;
	stats->alerts = alerts;
}

static void take_marks(struct filter_stats *stats, int64_t good, int64_t all)
{
	stats->good = good;
	stats->bad = all - good;
}

static struct filter_stats *stats_of(GHashTable *table, char *id)
{
	struct filter_stats *stats = g_hash_table_lookup(table, id);
	if (stats) {
		g_free(id);
		return stats;
	}
	stats = g_new0(struct filter_stats, 1);
	g_hash_table_insert(table, id, stats);
	return stats;
}

static bool read_into(struct store *store, GHashTable *table, sqlite3_stmt *row, take_row_fn *take,
		      GError **error)
{
	int found = -1;
	while (row && (found = sql_step(store, row, error)) > 0)
		take(stats_of(table, sql_text(row, 0)), sqlite3_column_int64(row, 1),
		     sqlite3_column_int64(row, 2));
	return found == 0;
}

/* The last word on an article and a filter is the one row of `mark`; one that names no filter gives
 * way to one that does. */
#define MARKS                                                                                      \
	"SELECT filter, sum(good), count(*) FROM"                                                  \
	" (SELECT article, filter, good FROM mark WHERE filter <> '' UNION ALL"                    \
	"  SELECT DISTINCT m.article, d.filter, m.good FROM mark m"                                \
	"  JOIN decision d ON d.article = m.article AND d.matched = 1 WHERE m.filter = ''"         \
	"  AND NOT EXISTS (SELECT 1 FROM mark n WHERE n.article = m.article"                       \
	"                  AND n.filter = d.filter)) GROUP BY filter"

GHashTable *store_filter_stats(struct store *store, GError **error)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (store_ready(store, error) &&
	    read_into(store, table,
		      sql_query(store, error,
				"SELECT filter, count(DISTINCT article), max(at) FROM decision"
				" WHERE matched = 1 GROUP BY filter",
				""),
		      take_matches, error) &&
	    read_into(store, table,
		      sql_query(store, error,
				"SELECT filter, count(*), 0 FROM alert GROUP BY filter", ""),
		      take_alerts, error) &&
	    read_into(store, table, sql_query(store, error, MARKS, ""), take_marks, error))
		return table;
	g_hash_table_unref(table);
	return NULL;
}
