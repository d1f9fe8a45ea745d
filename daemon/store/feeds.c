/* feeds: HTTP state of the subscriptions. See articles.h.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/store/articles.h"

#include "daemon/store/connection.h"
#include "daemon/store/rows.h"

int64_t feed_row(struct store *store, const char *url, GError **error)
{
	int64_t id;
	if (!sql_number(store, error, 0, &id, "SELECT id FROM feed WHERE url = ?", "s", url))
		return 0;
	if (id)
		return id;
	if (!sql_run(store, error, "INSERT INTO feed (url) VALUES (?)", "s", url))
		return 0;
	return sqlite3_last_insert_rowid(store->db);
}

bool write_feed(struct store *store, const struct feed_state *state, GError **error)
{
	int64_t feed = feed_row(store, state->url, error);
	return feed &&
	       sql_run(store, error,
		       "INSERT OR REPLACE INTO feed_state VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
		       "?9,"
		       " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24,"
		       " ?25, ?26, ?27, ?28)",
		       "lssssi"
		       "lllllll"
		       "iis"
		       "lll"
		       "iid"
		       "iissss",
		       feed, state->fetch_url, state->etag, state->last_modified, state->moved_to,
		       (int)state->moved_count, state->body_hash, state->next_poll_at,
		       state->last_poll_at, state->last_success_at, state->last_change_at,
		       state->newest_entry_at, state->failing_since, (int)state->failures,
		       state->last_status, state->last_error, state->cache_until,
		       state->retry_after, state->ttl_s, (int)state->skip_hours,
		       (int)state->skip_days, state->rhythm_s, (int)state->gone,
		       (int)state->baseline_done, state->title, state->language,
		       state->validators_url, state->archive_url);
}

static void *read_feed(sqlite3_stmt *row)
{
	struct feed_state *state = feed_state_new((const char *)sqlite3_column_text(row, 0));
	g_free(state->fetch_url);
	state->fetch_url = sql_text(row, 1);
	state->etag = sql_text(row, 2);
	state->last_modified = sql_text(row, 3);
	state->moved_to = sql_text(row, 4);
	state->moved_count = (unsigned)sqlite3_column_int64(row, 5);
	state->body_hash = (uint64_t)sqlite3_column_int64(row, 6);
	state->next_poll_at = sqlite3_column_int64(row, 7);
	state->last_poll_at = sqlite3_column_int64(row, 8);
	state->last_success_at = sqlite3_column_int64(row, 9);
	state->last_change_at = sqlite3_column_int64(row, 10);
	state->newest_entry_at = sqlite3_column_int64(row, 11);
	state->failing_since = sqlite3_column_int64(row, 12);
	state->failures = (unsigned)sqlite3_column_int64(row, 13);
	state->last_status = sqlite3_column_int(row, 14);
	state->last_error = sql_text(row, 15);
	state->cache_until = sqlite3_column_int64(row, 16);
	state->retry_after = sqlite3_column_int64(row, 17);
	state->ttl_s = sqlite3_column_int64(row, 18);
	state->skip_hours = (uint32_t)sqlite3_column_int64(row, 19);
	state->skip_days = (uint8_t)sqlite3_column_int(row, 20);
	state->rhythm_s = sqlite3_column_double(row, 21);
	state->gone = sqlite3_column_int(row, 22);
	state->baseline_done = sqlite3_column_int(row, 23);
	state->title = sql_text(row, 24);
	state->language = sql_text(row, 25);
	state->validators_url = sql_text(row, 26);
	state->archive_url = sql_text(row, 27);
	return state;
}

GPtrArray *store_feeds_load(struct store *store, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(store,
			 sql_query(store, error,
				   "SELECT f.url, s.fetch_url, s.etag, s.last_modified, s.moved_to,"
				   " s.moved_count, s.body_hash, s.next_poll_at, s.last_poll_at,"
				   " s.last_success_at, s.last_change_at, s.newest_entry_at,"
				   " s.failing_since, s.failures, s.last_status, s.last_error,"
				   " s.cache_until, s.retry_after, s.ttl_s, s.skip_hours,"
				   " s.skip_days, s.rhythm_s, s.gone, s.baseline_done, s.title,"
				   " s.language, s.validators_url, s.archive_url FROM feed_state s JOIN feed f ON f.id = s.feed",
				   ""),
			 read_feed, (GDestroyNotify)feed_state_free, error);
}

bool store_feed_forget(struct store *store, const char *url, GError **error)
{
	return store_ready_to_write(store, error) &&
	       sql_run(store, error,
		       "DELETE FROM feed_state WHERE feed = (SELECT id FROM feed WHERE url = ?)",
		       "s", url);
}
