/* upkeep: backup, retention, statistics. See store.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/store.h"

#include "daemon/store/backup.h"
#include "daemon/store/connection.h"
#include "daemon/store/files.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

bool store_backup_step(struct store *store, int pages, unsigned keep, int64_t now, bool *done,
		       GError **error)
{
	return store_ready_to_write(store, error) &&
	       backup_step(store, pages, keep, now, done, error);
}

/* Each table is walked by row number, a window a call; what may go in the window goes. An index on
 * the age of a million rows would cost more than this reads. ?1 and ?2: the window, ?3: the limit
 * of age. */
static const struct prune {
	const char *newest; /* row number of the last row */
	const char *sql;
	size_t limit; /* offset in struct store_retention */
} prunes[] = {
	{"SELECT max(id) FROM article_text",
	 "DELETE FROM article_text WHERE id > ?1 AND id <= ?2 AND id IN"
	 " (SELECT id FROM article WHERE id > ?1 AND id <= ?2 AND first_seen_at < ?3)",
	 offsetof(struct store_retention, text_before)},
	/* With its place in a story; a text that outlives its identity goes with it. */
	{"SELECT max(id) FROM article",
	 "DELETE FROM article WHERE id > ?1 AND id <= ?2 AND last_seen_at < ?3 AND NOT EXISTS"
	 " (SELECT 1 FROM article_text t WHERE t.id = article.id)",
	 offsetof(struct store_retention, identity_before)},
	{"SELECT max(id) FROM decision",
	 "DELETE FROM decision WHERE id > ?1 AND id <= ?2 AND at < ?3",
	 offsetof(struct store_retention, ledger_before)},
	{"SELECT max(id) FROM outbox",
	 "DELETE FROM outbox WHERE id > ?1 AND id <= ?2 AND state >= 3 AND created_at < ?3",
	 offsetof(struct store_retention, outbox_before)},
};

static bool prune_window(struct store *store, const struct prune *prune, int64_t *cursor,
			 const struct store_retention *retention, bool *more, GError **error)
{
	int64_t before, last;
	memcpy(&before, (const char *)retention + prune->limit, sizeof before);
	int64_t end = *cursor + (retention->max_rows ? retention->max_rows : 10000);
	if (!sql_number(store, error, 0, &last, prune->newest, "") ||
	    !sql_run(store, error, prune->sql, "lll", *cursor, end, before))
		return false;
	*cursor = end < last ? end : 0;
	*more |= *cursor != 0;
	return true;
}

bool store_prune(struct store *store, const struct store_retention *retention, bool *more,
		 GError **error)
{
	int64_t cursors[G_N_ELEMENTS(prunes)];
	G_STATIC_ASSERT(sizeof cursors == sizeof store->prune_cursors);
	bool again = false;
	if (!store_ready_to_write(store, error) || !sql_begin_write(store, error))
		return false;
	memcpy(cursors, store->prune_cursors, sizeof cursors);
	for (size_t i = 0; i < G_N_ELEMENTS(prunes); i++)
		/* A table that is through waits for the others. */
		if ((store->prune_cursors[i] || !store->pruning) &&
		    !prune_window(store, &prunes[i], &cursors[i], retention, &again, error)) {
			sql_rollback(store);
			return false;
		}
	if (!again &&
	    (!sql_run(store, error,
		      "DELETE FROM attempt WHERE delivery NOT IN (SELECT id FROM outbox)", "") ||
	     !sql_run(store, error,
		      "DELETE FROM story_article WHERE joined_at < ? AND article NOT IN"
		      " (SELECT uid FROM article)",
		      "l", retention->identity_before) ||
	     !sql_run(store, error, "DELETE FROM digest WHERE at < ?", "l",
		      retention->ledger_before))) {
		sql_rollback(store);
		return false;
	}
	if (!sql_commit(store, error))
		return false;
	memcpy(store->prune_cursors, cursors, sizeof cursors);
	*more = store->pruning = again;
	return true;
}

static bool count_outbox(struct store *store, struct store_stats *stats, GError **error)
{
	sqlite3_stmt *row = sql_query(
		store, error, "SELECT state, sum(rows) FROM outbox_total GROUP BY state", "");
	int found = -1;
	while (row && (found = sql_step(store, row, error)) > 0) {
		int state = sqlite3_column_int(row, 0);
		if (state >= 0 && state < (int)G_N_ELEMENTS(stats->outbox))
			stats->outbox[state] = sqlite3_column_int64(row, 1);
	}
	return found == 0;
}

static bool count_rows(struct store *store, struct store_stats *stats, GError **error)
{
	const struct {
		const char *sql;
		int64_t *number;
	} counts[] = {
		{"SELECT count(*) FROM feed_state", &stats->feeds},
		{"SELECT count(*) FROM article", &stats->articles},
		{"SELECT count(*) FROM article_text", &stats->texts},
		{"SELECT count(*) FROM decision", &stats->decisions},
		{"SELECT count(*) FROM decision WHERE matched = 1", &stats->matched},
		{"SELECT count(*) FROM alert", &stats->alerts},
		{"SELECT count(*) FROM alert WHERE state = 0", &stats->open_alerts},
		{"SELECT count(DISTINCT story) FROM story_article", &stats->stories},
		{"SELECT min(created_at) FROM outbox WHERE state < 3 AND state = 0",
		 &stats->oldest_pending_at},
		{"SELECT max(first_seen_at) FROM article", &stats->newest_article_at},
		{"SELECT max(updated_at) FROM alert", &stats->newest_alert_at},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
		if (!sql_number(store, error, 0, counts[i].number, counts[i].sql, ""))
			return false;
	return true;
}

void store_space(const struct store *store, struct store_space *space)
{
	struct stat status;
	struct statvfs disk;
	*space = (struct store_space){.disk_free_bytes = -1};
	if (stat(store->path, &status) == 0)
		space->file_bytes = status.st_size;
	space->wal_bytes = MAX(files_wal_bytes(store->path), 0);
	if (statvfs(store->dir, &disk) == 0)
		space->disk_free_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
}

int64_t store_backup_at(const struct store *store)
{
	g_autoptr(GPtrArray) backups = files_backups(store->dir);
	int64_t at = backups->len ? files_backup_time(backups->pdata[0]) : 0;
	return at <= g_get_real_time() / G_USEC_PER_SEC ? at : 0;
}

bool store_stats(struct store *store, struct store_stats *stats, GError **error)
{
	struct store_stats found = {0};
	if (!store_ready(store, error) || !count_rows(store, &found, error) ||
	    !count_outbox(store, &found, error))
		return false;
	store_space(store, &found.space);
	found.backup_at = store_backup_at(store);
	*stats = found;
	return true;
}
