/* sql: the connection, its cached statements, its errors. Only for the files of this room.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/store/store.h"

#include <sqlite3.h>

struct store {
	char *dir;
	char *path;
	enum store_mode mode;
	int lock_fd;
	sqlite3 *db;		/* NULL: to be opened again */
	GHashTable *statements; /* const char *sql, by address → sqlite3_stmt * */
	store_notice_fn *notice;
	void *user_data;
	bool broken;  /* the disk failed: open again before anything else */
	bool corrupt; /* and move the file aside if a full check agrees */
	bool still;   /* read as a file that nobody changes */
	bool clean;   /* closed in good order before: not read through at this start */
	char *reason; /* why the last write failed; NULL: it did not */
	/* upkeep */
	int64_t prune_cursors[4];
	bool pruning;
	sqlite3 *backup_db;
	sqlite3_backup *backup;
	char *backup_path;
};

/* Error for `rc`, "what: SQLite's words", remembered in the store. Always false. */
bool sql_fail(struct store *store, int rc, const char *what, GError **error);

/* A cached statement without its values. `sql` is a literal. NULL on error. */
sqlite3_stmt *sql_prepare(struct store *store, GError **error, const char *sql);
/* Values of the parameters after the first `skipped` ones; `types` as in sql_query(). */
void sql_bind(sqlite3_stmt *statement, int skipped, const char *types, ...);
/* A cached statement, bound and ready to step. `sql` is a literal. `types` has a letter for each
 * value: i int, l int64_t or uint64_t, t time of which INT64_MIN is NULL, d double, s const char * or NULL. NULL on
 * error. */
sqlite3_stmt *sql_query(struct store *store, GError **error, const char *sql, const char *types,
			...);
/* 1 a row, 0 the end, -1 an error; after 0 and -1 the statement is reset. */
int sql_step(struct store *store, sqlite3_stmt *statement, GError **error);
/* Run to the end, ignoring rows. */
bool sql_run(struct store *store, GError **error, const char *sql, const char *types, ...);
/* First column of the first row; `missing` if there is none or it is NULL. */
bool sql_number(struct store *store, GError **error, int64_t missing, int64_t *number,
		const char *sql, const char *types, ...);
/* Several statements without values or results: schema and pragmas. */
bool sql_script(struct store *store, const char *script, const char *what, GError **error);

bool sql_begin_read(struct store *store, GError **error);
bool sql_end_read(struct store *store, GError **error);
bool sql_begin_write(struct store *store, GError **error);
/* Rolls back if it cannot commit. */
bool sql_commit(struct store *store, GError **error);
void sql_rollback(struct store *store);

/* Copy of a text column, or NULL. */
char *sql_text(sqlite3_stmt *statement, int column);
void sql_close(struct store *store);
