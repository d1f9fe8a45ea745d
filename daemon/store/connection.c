/* connection: see connection.h and store.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/connection.h"

#include "daemon/store/backup.h"
#include "daemon/store/files.h"
#include "daemon/store/schema.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* An engine waits this long for a command's small edit, then fails and tries again later: it has
 * other work. A command has nothing else to do. */
#define ENGINE_BUSY_MS	2000
#define COMMAND_BUSY_MS 10000
/* Up to this size every page is checked at start; above, the tables that no feed can give back. */
#define CHECK_ALL_BYTES (256 << 20)
#define BACKUPS_KEPT	3

static void notice(struct store *store, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void notice(struct store *store, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	g_autofree char *text = g_strdup_vprintf(format, values);
	va_end(values);
	if (store->notice)
		store->notice(text, store->user_data);
}

static int64_t wall_clock(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

/* One thread has the connection: locks and SQLite's count of its own memory would be a tenth of an insert. */
static void configure_library(void)
{
	static gsize done;
	if (!g_once_init_enter(&done))
		return;
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	g_once_init_leave(&done, 1);
}

static char *still_name(const char *path)
{
	g_autofree char *whole = g_canonicalize_filename(path, NULL);
	g_autofree char *uri = g_filename_to_uri(whole, NULL, NULL);
	return g_strconcat(uri, "?immutable=1", NULL);
}

static bool open_file(struct store *store, GError **error)
{
	if (g_file_test(store->path, G_FILE_TEST_IS_SYMLINK)) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_OPEN,
			    _("%s: a symbolic link, which is not followed; 'state' in the configuration names"
			      " another folder"),
			    store->path);
		return false;
	}
	configure_library();
	bool read = store->mode == STORE_READ;
	g_autofree char *still = store->still ? still_name(store->path) : NULL;
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | (still ? SQLITE_OPEN_URI : 0) |
		    (read			   ? SQLITE_OPEN_READONLY
		     : store->mode == STORE_ENGINE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
						   : SQLITE_OPEN_READWRITE);
	mode_t mask = umask(0077);
	int rc = sqlite3_open_v2(still ? still : store->path, &store->db, flags, NULL);
	umask(mask);
	if (rc != SQLITE_OK)
		return sql_fail(store, rc, "open", error);
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db,
			     store->mode == STORE_ENGINE ? ENGINE_BUSY_MS : COMMAND_BUSY_MS);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (!read && sqlite3_db_readonly(store->db, "main") == 1) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_READONLY, _("%s may not be written"),
			    store->path);
		return false;
	}
	return sql_script(store, "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;", "open",
			  error);
}

/* WAL with synchronous=FULL: over a power cut NORMAL kept 0 of 50 commits, FULL 50 of 50. Asked
 * back, because a pragma that is not understood fails in silence. The page's size counts for a new
 * file only: four articles a page are half as many writes as two. The WAL, emptied, and its shared
 * memory stay when the last connection closes: with them there, who may not write in the folder reads
 * as everybody does, with locks (https://sqlite.org/wal.html, "Read-Only Databases"). */
static bool set_durable(struct store *store, GError **error)
{
	int64_t synchronous;
	bool wal = false;
	int persist = 1;
	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
	if (!sql_script(store,
			"PRAGMA page_size = 8192; PRAGMA synchronous = FULL;"
			"PRAGMA wal_autocheckpoint = 500; PRAGMA cache_size = -600;"
			"PRAGMA journal_size_limit = 67108864;",
			"open", error))
		return false;
	sqlite3_stmt *statement = sql_query(store, error, "PRAGMA journal_mode = WAL", "");
	if (!statement)
		return false;
	int row;
	while ((row = sql_step(store, statement, error)) > 0)
		wal = g_strcmp0((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
	if (row < 0 || !sql_number(store, error, -1, &synchronous, "PRAGMA synchronous", ""))
		return false;
	if (wal && synchronous == 2)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_OPEN,
		    _("%s: the file system does not support the durable mode (WAL, FULL)"),
		    store->path);
	return false;
}

/* One row "ok", or the damage. `sql` is a quick_check. */
static bool check(struct store *store, const char *sql, GError **error)
{
	g_autofree char *damage = NULL;
	sqlite3_stmt *statement = sql_query(store, error, sql, "");
	int row = -1;
	while (statement && (row = sql_step(store, statement, error)) > 0) {
		const char *text = (const char *)sqlite3_column_text(statement, 0);
		if (!damage && g_strcmp0(text, "ok") != 0)
			damage = g_strdup(text);
	}
	if (row < 0)
		return false;
	if (!damage)
		return true;
	store->corrupt = true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_CORRUPT, "%s: %s", store->path, damage);
	return false;
}

static bool check_sound(struct store *store, GError **error)
{
	static const char *const small[] = {
		"PRAGMA quick_check('feed_state')", "PRAGMA quick_check('alert')",
		"PRAGMA quick_check('outbox')",	    "PRAGMA quick_check('story_article')",
		"PRAGMA quick_check('value')",
	};
	struct stat status;
	if (store->corrupt) /* met at work: indexes against tables as well */
		return check(store, "PRAGMA integrity_check(1)", error);
	if (store->clean)
		return true;
	if (stat(store->path, &status) == 0 && status.st_size < CHECK_ALL_BYTES)
		return check(store, "PRAGMA quick_check(1)", error);
	for (size_t i = 0; i < G_N_ELEMENTS(small); i++)
		if (!check(store, small[i], error))
			return false;
	return true;
}

static bool refuse_newer(struct store *store, GError **error)
{
	g_set_error(
		error, STORE_ERROR, STORE_ERROR_NEWER,
		_("%s was written by a newer version of vedetta; install that version, or restore "
		  "a copy from %s/%s made before the upgrade"),
		store->path, store->dir, STORE_BACKUP_FOLDER);
	return false;
}

static bool backup_whole(struct store *store, GError **error)
{
	bool done = false;
	while (!done)
		if (!backup_step(store, 4096, BACKUPS_KEPT, wall_clock(), &done, error))
			return false;
	return true;
}

/* The tables are of this version: made, migrated after a backup, or refused. */
static bool prepare_schema(struct store *store, GError **error)
{
	int64_t id, version, tables;
	if (!sql_number(store, error, 0, &id, "PRAGMA application_id", "") ||
	    !sql_number(store, error, 0, &version, "PRAGMA user_version", "") ||
	    !sql_number(store, error, 0, &tables, "SELECT count(*) FROM sqlite_schema", ""))
		return false;
	if (id != SCHEMA_APPLICATION_ID && (id != 0 || tables != 0)) {
		store->corrupt = true;
		g_set_error(error, STORE_ERROR, STORE_ERROR_CORRUPT,
			    _("%s belongs to another program"), store->path);
		return false;
	}
	if (version > SCHEMA_VERSION)
		return refuse_newer(store, error);
	if (version == SCHEMA_VERSION)
		return true;
	if (store->mode != STORE_ENGINE) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_ABSENT,
			    _("%s is of an older version; start the service once to upgrade it"),
			    store->path);
		return false;
	}
	if (version > 0 && !backup_whole(store, error))
		return false;
	if (!schema_migrate(store, schema_migrations, (unsigned)version, SCHEMA_VERSION, error))
		return false;
	if (version > 0)
		notice(store,
		       _("store upgraded from version %d to %d; the copy from before is in %s/%s"),
		       (int)version, SCHEMA_VERSION, store->dir, STORE_BACKUP_FOLDER);
	return files_sync_folder(store->dir, error);
}

static bool connect_engine(struct store *store, GError **error)
{
	store->clean = files_take_clean(store->dir, store->path);
	if (!open_file(store, error) || !set_durable(store, error) || !check_sound(store, error) ||
	    !prepare_schema(store, error))
		return false;
	store->corrupt = false;
	return true;
}

/* Corrupt or foreign: keep it under another name, then the newest backup that is sound, else
 * nothing. */
static bool replace(struct store *store, const char *why, GError **error)
{
	sql_close(store);
	g_autofree char *aside = files_move_aside(store->path, wall_clock(), error);
	if (!aside)
		return false;
	if (g_file_test(aside, G_FILE_TEST_EXISTS))
		notice(store, _("the store could not be used (%s); it was moved to %s"), why,
		       aside);
	else
		notice(store, _("the store could not be used (%s)"), why);
	g_autoptr(GPtrArray) backups = files_backups(store->dir);
	for (unsigned i = 0; i < backups->len; i++) {
		g_autoptr(GError) local = NULL;
		store->corrupt = true; /* check every page */
		if (files_identify(backups->pdata[i], SCHEMA_APPLICATION_ID, SCHEMA_VERSION) ==
			    FILE_OURS &&
		    files_restore(backups->pdata[i], store->path, &local) &&
		    connect_engine(store, &local)) {
			notice(store,
			       _("the store was restored from %s; alerts since then may repeat"),
			       (char *)backups->pdata[i]);
			return true;
		}
		sql_close(store);
		if (local && !g_error_matches(local, STORE_ERROR, STORE_ERROR_CORRUPT)) {
			g_propagate_error(error, g_steal_pointer(&local));
			return false;
		}
		g_autofree char *wal = g_strconcat(store->path, "-wal", NULL);
		g_unlink(store->path);
		g_unlink(wal);
	}
	store->corrupt = false;
	notice(store, _("no backup was found; the store begins empty, and what the feeds list now "
			"counts as seen"));
	return connect_engine(store, error);
}

static bool open_engine(struct store *store, GError **error)
{
	g_autoptr(GError) local = NULL;
	switch (files_identify(store->path, SCHEMA_APPLICATION_ID, SCHEMA_VERSION)) {
	case FILE_NEWER:
		return refuse_newer(store, error);
	case FILE_FOREIGN:
		return replace(store, _("not a store of vedetta"), error);
	case FILE_EMPTY:
	case FILE_ABSENT: {
		/* The first start, unless there are copies of what was here. */
		g_autoptr(GPtrArray) backups = files_backups(store->dir);
		if (backups->len > 0)
			return replace(store, _("the file is empty or missing"), error);
		break;
	}
	case FILE_OURS:
	case FILE_UNREADABLE:
		break;
	}
	if (connect_engine(store, &local))
		return true;
	if (!g_error_matches(local, STORE_ERROR, STORE_ERROR_CORRUPT)) {
		g_propagate_error(error, g_steal_pointer(&local));
		return false;
	}
	return replace(store, local->message, error);
}

static bool open_beside(struct store *store, GError **error)
{
	switch (files_identify(store->path, SCHEMA_APPLICATION_ID, SCHEMA_VERSION)) {
	case FILE_ABSENT:
	case FILE_EMPTY:
		g_set_error(error, STORE_ERROR, STORE_ERROR_ABSENT,
			    _("there is no store in %s yet; it is made by 'vedetta run'"),
			    store->dir);
		return false;
	case FILE_NEWER:
		return refuse_newer(store, error);
	default:
		break;
	}
	return open_file(store, error) && prepare_schema(store, error) &&
	       (store->mode == STORE_READ || set_durable(store, error));
}

static bool needs_files_beside(const GError *error)
{
	return g_error_matches(error, STORE_ERROR, STORE_ERROR_READONLY) ||
	       g_error_matches(error, STORE_ERROR, STORE_ERROR_OPEN);
}

/* A copy, or a store on a medium that nobody writes, lacks the files that a database in WAL mode wants beside it even to
 * be read, and who may not write in its folder cannot make them. It is read as one that stays as it is, without locks
 * (https://sqlite.org/uri.html, immutable); should an engine begin with it after all, the next operation opens it anew. The
 * engine writes into its WAL first, and into the file at its first checkpoint. */
static bool open_to_read(struct store *store, GError **error)
{
	g_autoptr(GError) local = NULL;
	store->still = false;
	if (open_beside(store, &local))
		return true;
	if (!needs_files_beside(local) || access(store->path, R_OK) != 0 || access(store->dir, W_OK) == 0) {
		g_propagate_error(error, g_steal_pointer(&local));
		return false;
	}
	if (files_wal_bytes(store->path) > 0) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_READONLY,
			    _("%s was not closed in good order, and who may not write in its folder cannot read what was"
			      " written last; start the service, or ask as its user"),
			    store->path);
		return false;
	}
	sql_close(store);
	store->still = true;
	return open_beside(store, error);
}

static bool open_in_mode(struct store *store, GError **error)
{
	switch (store->mode) {
	case STORE_ENGINE:
		return open_engine(store, error);
	case STORE_READ:
		return open_to_read(store, error);
	default:
		return open_beside(store, error);
	}
}

/* Read as one that stays as it is, and somebody began to write; not within a transaction. */
static bool is_overtaken(const struct store *store)
{
	return store->still && sqlite3_txn_state(store->db, NULL) == SQLITE_TXN_NONE &&
	       files_wal_bytes(store->path) >= 0;
}

bool store_ready(struct store *store, GError **error)
{
	if (store->db && !store->broken && !is_overtaken(store))
		return true;
	sql_close(store);
	store->broken = false;
	if (open_in_mode(store, error)) {
		store->broken = false;
		return true;
	}
	sql_close(store);
	return false;
}

bool store_ready_to_write(struct store *store, GError **error)
{
	g_assert(store->mode != STORE_READ);
	return store_ready(store, error);
}

static void close_folder(struct store *store, const char *dir)
{
	unsigned mode = 0;
	if (!files_close_folder(dir, &mode))
		notice(store, _("everybody can write into %s (mode %04o), and so change what the service writes"), dir,
		       mode);
	else if (mode)
		notice(store, _("everybody could write into %s (mode %04o); now only its owner and group can"), dir, mode);
}

struct store *store_open(const char *dir, enum store_mode mode, store_notice_fn *notice_fn,
			 void *user_data, GError **error)
{
	struct store *store = g_new0(struct store, 1);
	store->dir = g_strdup(dir);
	store->path = g_build_filename(dir, STORE_FILE, NULL);
	store->mode = mode;
	store->lock_fd = -1;
	store->notice = notice_fn;
	store->user_data = user_data;
	store->statements = g_hash_table_new_full(NULL, NULL, NULL,
						  (GDestroyNotify)(void (*)(void))sqlite3_finalize);
	if (mode == STORE_ENGINE && (store->lock_fd = files_lock(dir, error)) < 0) {
		store_close(store);
		return NULL;
	}
	if (mode == STORE_ENGINE)
		close_folder(store, dir);
	if (!store_ready(store, error)) {
		store_close(store);
		return NULL;
	}
	return store;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	bool fine = store->mode == STORE_ENGINE && store->db && !store->corrupt && !store->reason;
	sql_close(store);
	if (fine)
		files_note_clean(store->dir, store->path);
	g_hash_table_unref(store->statements);
	if (store->lock_fd >= 0)
		close(store->lock_fd);
	g_free(store->backup_path);
	g_free(store->reason);
	g_free(store->path);
	g_free(store->dir);
	g_free(store);
}

const char *store_dir(const struct store *store)
{
	return store->dir;
}

bool store_healthy(const struct store *store, const char **reason)
{
	if (reason)
		*reason = store->reason;
	return !store->reason && store->db;
}

bool store_probe(struct store *store, GError **error)
{
	if (!store_ready_to_write(store, error) || !sql_begin_write(store, error))
		return false;
	/* A page is really written: a begin alone succeeds on a full disk. */
	if (!sql_run(store, error,
		     "INSERT INTO value VALUES ('store.probe', strftime('%s', 'now'))"
		     " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
		     "")) {
		sql_rollback(store);
		return false;
	}
	return sql_commit(store, error);
}
