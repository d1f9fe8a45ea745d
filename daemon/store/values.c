/* values: see values.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/values.h"

#include "daemon/store/connection.h"
#include "daemon/store/rows.h"

bool write_value(struct store *store, const char *name, const char *value, GError **error)
{
	if (!value)
		return sql_run(store, error, "DELETE FROM value WHERE name = ?", "s", name);
	return sql_run(store, error, "INSERT OR REPLACE INTO value VALUES (?, ?)", "ss", name,
		       value);
}

bool write_digest(struct store *store, const char *period, int64_t now, GError **error)
{
	return sql_run(store, error, "INSERT OR IGNORE INTO digest VALUES (?, ?)", "sl", period,
		       now);
}

bool store_value_set(struct store *store, const char *name, const char *value, GError **error)
{
	return store_ready_to_write(store, error) && write_value(store, name, value, error);
}

char *store_value(struct store *store, const char *name, GError **error)
{
	char *value = NULL;
	if (!store_ready(store, error))
		return NULL;
	sqlite3_stmt *row =
		sql_query(store, error, "SELECT value FROM value WHERE name = ?", "s", name);
	while (row && sql_step(store, row, error) > 0)
		value = sql_text(row, 0);
	return value;
}

GHashTable *store_values(struct store *store, const char *prefix, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	g_autoptr(GHashTable) values =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	/* A range of the key, not LIKE: a prefix may hold its special characters. */
	sqlite3_stmt *row = sql_query(store, error,
				      "SELECT name, value FROM value WHERE name >= ?1 AND"
				      " substr(name, 1, length(?1)) = ?1",
				      "s", prefix);
	int found = -1;
	while (row && (found = sql_step(store, row, error)) > 0)
		g_hash_table_insert(values, sql_text(row, 0), sql_text(row, 1));
	return found == 0 ? g_steal_pointer(&values) : NULL;
}

bool store_digest_done(struct store *store, const char *period, bool *done, GError **error)
{
	int64_t count;
	if (!store_ready(store, error) ||
	    !sql_number(store, error, 0, &count, "SELECT count(*) FROM digest WHERE period = ?",
			"s", period))
		return false;
	*done = count > 0;
	return true;
}
