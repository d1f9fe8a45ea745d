/* backup: see backup.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/backup.h"

#include "daemon/store/files.h"

#include <glib/gstdio.h>

static void drop(struct store *store)
{
	if (store->backup)
		sqlite3_backup_finish(g_steal_pointer(&store->backup));
	sqlite3_close(g_steal_pointer(&store->backup_db));
	g_clear_pointer(&store->backup_path, g_free);
}

static bool fail(struct store *store, int rc, const char *part, GError **error)
{
	/* The copy's disk is not the store's: it says nothing about the health of the store. */
	g_set_error(error, STORE_ERROR,
		    (rc & 0xff) == SQLITE_FULL ? (int)STORE_ERROR_FULL : (int)STORE_ERROR_IO,
		    "%s: %s", part, sqlite3_errstr(rc));
	drop(store);
	g_unlink(part);
	return false;
}

static bool begin(struct store *store, int64_t now, GError **error)
{
	store->backup_path = files_backup_name(store->dir, now, error);
	if (!store->backup_path)
		return false;
	g_autofree char *part = g_strconcat(store->backup_path, ".part", NULL);
	g_unlink(part);
	int rc = sqlite3_open_v2(part, &store->backup_db,
				 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
				 NULL);
	if (rc != SQLITE_OK)
		return fail(store, rc, part, error);
	store->backup = sqlite3_backup_init(store->backup_db, "main", store->db, "main");
	return store->backup || fail(store, sqlite3_errcode(store->backup_db), part, error);
}

bool backup_step(struct store *store, int pages, unsigned keep, int64_t now, bool *done,
		 GError **error)
{
	*done = false;
	if (!store->backup) {
		drop(store); /* a re-opened store has ended it */
		if (!begin(store, now, error))
			return false;
	}
	g_autofree char *part = g_strconcat(store->backup_path, ".part", NULL);
	int rc = sqlite3_backup_step(store->backup, pages);
	if (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
		return true;
	if (rc != SQLITE_DONE)
		return fail(store, rc, part, error);
	rc = sqlite3_backup_finish(g_steal_pointer(&store->backup));
	if (rc == SQLITE_OK)
		rc = sqlite3_close(g_steal_pointer(&store->backup_db));
	if (rc != SQLITE_OK)
		return fail(store, rc, part, error);
	g_autofree char *name = g_steal_pointer(&store->backup_path);
	*done = true;
	return files_backup_finish(store->dir, part, name, keep, error);
}
