/* marks: what people said about articles, and the silences they set. See alerts.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/alerts.h"

#include "daemon/store/connection.h"
#include "daemon/store/rows.h"

bool store_mark(struct store *store, uint64_t article, const char *filter, bool good,
		const char *who, int64_t now, GError **error)
{
	return store_ready_to_write(store, error) &&
	       sql_run(store, error, "INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?, ?)", "lsisl",
		       article, filter ? filter : "", (int)good, who, now);
}

void mark_free(struct mark *mark)
{
	if (!mark)
		return;
	g_free(mark->filter);
	g_free(mark->who);
	g_free(mark);
}

static void *read_mark(sqlite3_stmt *row)
{
	struct mark *mark = g_new0(struct mark, 1);
	mark->article = (uint64_t)sqlite3_column_int64(row, 0);
	mark->filter = sql_text(row, 1);
	mark->good = sqlite3_column_int(row, 2);
	mark->who = sql_text(row, 3);
	mark->at = sqlite3_column_int64(row, 4);
	return mark;
}

GPtrArray *store_marks(struct store *store, const char *filter, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(store,
			 sql_query(store, error,
				   "SELECT article, filter, good, who, at FROM mark"
				   " WHERE ?1 IS NULL OR filter = ?1 OR filter = '' ORDER BY at",
				   "s", filter),
			 read_mark, (GDestroyNotify)mark_free, error);
}

void silence_free(struct silence *silence)
{
	if (!silence)
		return;
	g_free(silence->filter);
	g_free(silence->feed);
	g_free(silence->author);
	g_free(silence->reason);
	g_free(silence);
}

bool store_silence_add(struct store *store, struct silence *silence, GError **error)
{
	if (!store_ready_to_write(store, error) ||
	    !sql_run(store, error,
		     "INSERT INTO silence (filter, feed, story, starts_at, ends_at, author, reason)"
		     " VALUES (?, ?, ?, ?, ?, ?, ?)",
		     "sslllss", silence->filter, silence->feed, silence->story, silence->starts_at,
		     silence->ends_at, silence->author, silence->reason))
		return false;
	silence->id = sqlite3_last_insert_rowid(store->db);
	return true;
}

bool store_silence_end(struct store *store, int64_t id, int64_t now, GError **error)
{
	return store_ready_to_write(store, error) &&
	       sql_run(store, error, "UPDATE silence SET ends_at = min(ends_at, ?2) WHERE id = ?1",
		       "ll", id, now);
}

static void *read_silence(sqlite3_stmt *row)
{
	struct silence *silence = g_new0(struct silence, 1);
	silence->id = sqlite3_column_int64(row, 0);
	silence->filter = sql_text(row, 1);
	silence->feed = sql_text(row, 2);
	silence->story = (uint64_t)sqlite3_column_int64(row, 3);
	silence->starts_at = sqlite3_column_int64(row, 4);
	silence->ends_at = sqlite3_column_int64(row, 5);
	silence->author = sql_text(row, 6);
	silence->reason = sql_text(row, 7);
	return silence;
}

GPtrArray *store_silences(struct store *store, int64_t now, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(store,
			 sql_query(store, error,
				   "SELECT id, filter, feed, story, starts_at, ends_at, author,"
				   " reason FROM silence WHERE ends_at > ? ORDER BY id",
				   "l", now),
			 read_silence, (GDestroyNotify)silence_free, error);
}
