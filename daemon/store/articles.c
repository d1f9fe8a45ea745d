/* articles: see articles.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/articles.h"

#include "daemon/store/connection.h"
#include "daemon/store/rows.h"

/* Texts of this many articles are in memory during a walk. */
#define PAGE 64
/* A listed article is noted as such at most so often: one write a day, not one a poll. */
#define SEEN_NOTE_S 86400

bool write_seen(struct store *store, uint64_t uid, int64_t now, GError **error)
{
	return sql_run(store, error,
		       "UPDATE article SET last_seen_at = ?2 WHERE uid = ?1 AND last_seen_at < ?3",
		       "lll", uid, now, now - SEEN_NOTE_S);
}

static bool look_up(struct store *store, int64_t feed, struct article_lookup *lookup,
		    GError **error)
{
	sqlite3_stmt *row = sql_query(store, error,
				      "SELECT content, first_seen_at, last_seen_at FROM article"
				      " WHERE uid = ?",
				      "l", lookup->uid);
	int found = -1;
	while (row && (found = sql_step(store, row, error)) > 0) {
		lookup->known = true;
		lookup->content = (uint64_t)sqlite3_column_int64(row, 0);
		lookup->first_seen_at = sqlite3_column_int64(row, 1);
		lookup->last_seen_at = sqlite3_column_int64(row, 2);
	}
	if (found < 0)
		return false;
	int64_t alike = 0;
	if (lookup->likeness &&
	    !sql_number(store, error, 0, &alike,
			"SELECT uid FROM article WHERE feed = ? AND likeness = ? AND uid <> ?"
			" ORDER BY id LIMIT 1",
			"lll", feed, lookup->likeness, lookup->uid))
		return false;
	lookup->alike = (uint64_t)alike;
	return true;
}

/* *feed: row of a feed that has articles; 0: none of its articles is known. */
static bool find_feed(struct store *store, const char *url, int64_t *feed, GError **error)
{
	return sql_number(store, error, 0, feed,
			  "SELECT f.id FROM feed f WHERE f.url = ? AND EXISTS"
			  " (SELECT 1 FROM article a WHERE a.feed = f.id)",
			  "s", url);
}

static bool look_up_all(struct store *store, const char *url, struct article_lookup *lookups,
			size_t count, GError **error)
{
	int64_t feed;

	if (!find_feed(store, url, &feed, error))
		return false;
	for (size_t i = 0; i < count; i++) {
		lookups[i].known = false;
		lookups[i].alike = 0;
		if (feed && !look_up(store, feed, &lookups[i], error))
			return false;
	}
	return true;
}

bool store_lookup(struct store *store, const char *feed, struct article_lookup *lookups,
		  size_t count, GError **error)
{
	if (!store_ready(store, error) || !sql_begin_read(store, error))
		return false;
	if (!look_up_all(store, feed, lookups, count, error)) {
		sql_rollback(store);
		return false;
	}
	return sql_end_read(store, error);
}

struct article *store_article(struct store *store, uint64_t uid, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return first_row(read_rows(store,
				   sql_query(store, error,
					     "SELECT " ARTICLE_COLUMNS " FROM" ARTICLE_JOIN
					     "WHERE a.uid = ?",
					     "l", uid),
				   read_whole_article, (GDestroyNotify)article_free, error));
}

GPtrArray *store_article_find(struct store *store, const char *uid_or_link, GError **error)
{
	uint64_t uid = 0;
	bool by_uid = uid_parse(uid_or_link, &uid);
	if (!store_ready(store, error))
		return NULL;
	sqlite3_stmt *rows =
		by_uid ? sql_query(store, error,
				   "SELECT " ARTICLE_COLUMNS " FROM" ARTICLE_JOIN "WHERE a.uid = ?",
				   "l", uid)
		       : sql_query(store, error,
				   "SELECT " ARTICLE_COLUMNS " FROM" ARTICLE_JOIN
				   "WHERE a.link_hash = ?1 AND (t.link = ?2 OR t.link IS NULL)"
				   " ORDER BY a.id DESC",
				   "ls", article_link_hash(uid_or_link), uid_or_link);
	return read_rows(store, rows, read_whole_article, (GDestroyNotify)article_free, error);
}

struct page {
	int64_t after_at, after_id; /* keyset of the next page */
	GPtrArray *articles;
};

static bool read_page(struct store *store, struct page *page, int64_t until, const char *feed,
		      GError **error)
{
	sqlite3_stmt *row =
		sql_query(store, error,
			  "SELECT " ARTICLE_COLUMNS ", a.id FROM" ARTICLE_JOIN
			  "WHERE (a.first_seen_at, a.id) > (?1, ?2) AND a.first_seen_at < ?3"
			  " AND (?4 IS NULL OR f.url = ?4) ORDER BY a.first_seen_at, a.id LIMIT ?5",
			  "lllsi", page->after_at, page->after_id, until, feed, PAGE);
	int found = -1;
	g_ptr_array_set_size(page->articles, 0);
	while (row && (found = sql_step(store, row, error)) > 0) {
		struct article *article = read_article(row, 0);
		page->after_at = article->first_seen_at;
		page->after_id = sqlite3_column_int64(row, ARTICLE_COLUMN_COUNT);
		g_ptr_array_add(page->articles, article);
	}
	return found == 0;
}

bool store_articles_each(struct store *store, int64_t since, int64_t until, const char *feed,
			 store_article_fn *each, void *user_data, GError **error)
{
	g_autoptr(GPtrArray) articles =
		g_ptr_array_new_with_free_func((GDestroyNotify)article_free);
	struct page page = {.after_at = since, .after_id = INT64_MIN, .articles = articles};
	do {
		if (!store_ready(store, error) || !read_page(store, &page, until, feed, error))
			return false;
		for (unsigned i = 0; i < articles->len; i++)
			if (!each(articles->pdata[i], user_data))
				return true;
	} while (articles->len == PAGE);
	return true;
}

bool store_articles_count(struct store *store, int64_t since, int64_t until, const char *feed,
			  int64_t *count, GError **error)
{
	return store_ready(store, error) &&
	       sql_number(store, error, 0, count,
			  "SELECT count(*) FROM article WHERE first_seen_at >= ?1 AND"
			  " first_seen_at < ?2 AND (?3 IS NULL OR"
			  " feed = (SELECT id FROM feed WHERE url = ?3))",
			  "lls", since, until, feed);
}
