/* sql: see sql.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/sql.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

G_DEFINE_QUARK(vedetta - store - error, store_error)

static enum store_error error_code(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STORE_ERROR_BUSY;
	case SQLITE_FULL:
		return STORE_ERROR_FULL;
	case SQLITE_READONLY:
		return STORE_ERROR_READONLY;
	case SQLITE_IOERR:
		return STORE_ERROR_IO;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return STORE_ERROR_CORRUPT;
	case SQLITE_CANTOPEN:
		return STORE_ERROR_OPEN;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
		return STORE_ERROR_DATA;
	default:
		return STORE_ERROR_OTHER;
	}
}

bool sql_fail(struct store *store, int rc, const char *what, GError **error)
{
	enum store_error code = error_code(rc);
	int system_errno = store->db ? sqlite3_system_errno(store->db) : 0;
	/* A full disk may show as a failed write of the shared-memory file. */
	if (code == STORE_ERROR_IO && (system_errno == ENOSPC || system_errno == EDQUOT))
		code = STORE_ERROR_FULL;
	if (code == STORE_ERROR_IO || code == STORE_ERROR_OPEN || code == STORE_ERROR_READONLY ||
	    code == STORE_ERROR_CORRUPT || (rc & 0xff) == SQLITE_IOERR)
		store->broken = true;
	if (code == STORE_ERROR_CORRUPT)
		store->corrupt = true;
	const char *words = store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(rc);
	g_autofree char *text = system_errno && code != STORE_ERROR_BUSY && code != STORE_ERROR_DATA
					? g_strdup_printf("%s: %s: %s (%s)", store->path, what,
							  words, g_strerror(system_errno))
					: g_strdup_printf("%s: %s: %s", store->path, what, words);
	g_set_error_literal(error, STORE_ERROR, (int)code, text);
	if (code != STORE_ERROR_DATA) {
		g_free(store->reason);
		store->reason = g_steal_pointer(&text);
	}
	return false;
}

static void bind(sqlite3_stmt *statement, int skipped, const char *types, va_list values)
{
	for (int i = skipped + 1; *types; types++, i++) {
		const char *text;
		int64_t time;
		switch (*types) {
		case 'i':
			sqlite3_bind_int64(statement, i, va_arg(values, int));
			break;
		case 'l':
			sqlite3_bind_int64(statement, i, va_arg(values, int64_t));
			break;
		case 't':
			time = va_arg(values, int64_t);
			if (time != INT64_MIN)
				sqlite3_bind_int64(statement, i, time);
			else
				sqlite3_bind_null(statement, i);
			break;
		case 'd':
			sqlite3_bind_double(statement, i, va_arg(values, double));
			break;
		case 's':
			/* Borrowed: statements are reset before their values go away. */
			text = va_arg(values, const char *);
			sqlite3_bind_text(statement, i, text, -1, SQLITE_STATIC);
			break;
		default:
			g_assert_not_reached();
		}
	}
}

sqlite3_stmt *sql_prepare(struct store *store, GError **error, const char *sql)
{
	sqlite3_stmt *statement = g_hash_table_lookup(store->statements, sql);
	if (!statement) {
		int rc = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
					    &statement, NULL);
		if (rc != SQLITE_OK) {
			sql_fail(store, rc, "prepare", error);
			return NULL;
		}
		g_hash_table_insert(store->statements, (char *)sql, statement);
	}
	return statement;
}

void sql_bind(sqlite3_stmt *statement, int skipped, const char *types, ...)
{
	va_list values;
	va_start(values, types);
	bind(statement, skipped, types, values);
	va_end(values);
}

static sqlite3_stmt *query(struct store *store, GError **error, const char *sql, const char *types,
			   va_list values)
{
	sqlite3_stmt *statement = sql_prepare(store, error, sql);

	if (!statement)
		return NULL;
	g_assert((int)strlen(types) == sqlite3_bind_parameter_count(statement));
	bind(statement, 0, types, values);
	return statement;
}

sqlite3_stmt *sql_query(struct store *store, GError **error, const char *sql, const char *types,
			...)
{
	va_list values;
	va_start(values, types);
	sqlite3_stmt *statement = query(store, error, sql, types, values);
	va_end(values);
	return statement;
}

int sql_step(struct store *store, sqlite3_stmt *statement, GError **error)
{
	int rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		sql_fail(store, rc, sqlite3_stmt_readonly(statement) ? "read" : "write", error);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

static bool run(struct store *store, sqlite3_stmt *statement, GError **error)
{
	int row;
	if (!statement)
		return false;
	while ((row = sql_step(store, statement, error)) > 0)
		;
	return row == 0;
}

bool sql_run(struct store *store, GError **error, const char *sql, const char *types, ...)
{
	va_list values;
	va_start(values, types);
	bool ok = run(store, query(store, error, sql, types, values), error);
	va_end(values);
	return ok;
}

bool sql_number(struct store *store, GError **error, int64_t missing, int64_t *number,
		const char *sql, const char *types, ...)
{
	va_list values;
	va_start(values, types);
	sqlite3_stmt *statement = query(store, error, sql, types, values);
	va_end(values);
	if (!statement)
		return false;
	int64_t result = missing;
	int row = sql_step(store, statement, error);
	if (row > 0 && sqlite3_column_type(statement, 0) != SQLITE_NULL)
		result = sqlite3_column_int64(statement, 0);
	if (row > 0 && !run(store, statement, error))
		row = -1;
	if (row < 0)
		return false;
	*number = result;
	return true;
}

bool sql_script(struct store *store, const char *script, const char *what, GError **error)
{
	int rc = sqlite3_exec(store->db, script, NULL, NULL, NULL);
	return rc == SQLITE_OK || sql_fail(store, rc, what, error);
}

bool sql_begin_read(struct store *store, GError **error)
{
	return sql_run(store, error, "BEGIN", "");
}

bool sql_end_read(struct store *store, GError **error)
{
	if (sql_run(store, error, "COMMIT", ""))
		return true;
	sql_rollback(store);
	return false;
}

bool sql_begin_write(struct store *store, GError **error)
{
	/* Immediate: two writers wait for each other here, not half-way. */
	return sql_run(store, error, "BEGIN IMMEDIATE", "");
}

bool sql_commit(struct store *store, GError **error)
{
	if (!sql_run(store, error, "COMMIT", "")) {
		sql_rollback(store);
		return false;
	}
	g_clear_pointer(&store->reason, g_free);
	return true;
}

void sql_rollback(struct store *store)
{
	/* A full disk or a failed write has rolled back already. */
	if (store->db && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

char *sql_text(sqlite3_stmt *statement, int column)
{
	return g_strdup((const char *)sqlite3_column_text(statement, column));
}

void sql_close(struct store *store)
{
	g_hash_table_remove_all(store->statements);
	if (store->backup)
		sqlite3_backup_finish(g_steal_pointer(&store->backup));
	sqlite3_close(g_steal_pointer(&store->backup_db));
	sqlite3_close(g_steal_pointer(&store->db));
}
