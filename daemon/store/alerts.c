/* alerts: stories and alerts. See alerts.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/alerts.h"

#include "daemon/store/connection.h"
#include "daemon/store/rows.h"

#include <glib/gi18n.h>

/* Members of stories in memory during a walk. */
#define PAGE 256

const char *story_relation_name(enum story_relation relation)
{
	static const char *const names[] = {[STORY_FIRST] = "first",
					    [STORY_DUPLICATE] = "duplicate",
					    [STORY_JOINED] = "joined"};
	return (unsigned)relation < G_N_ELEMENTS(names) ? names[relation] : "";
}

bool write_member(struct store *store, const struct story_member *member, GError **error)
{
	return sql_run(store, error, "INSERT OR IGNORE INTO story_article VALUES (?, ?, ?, ?, ?)",
		       "llidl", member->story, member->article, (int)member->relation,
		       member->likeness == member->likeness ? member->likeness : 0.0,
		       member->joined_at);
}

bool write_alert(struct store *store, const struct alert *alert, GError **error)
{
	return sql_run(store, error,
		       "INSERT INTO alert (" ALERT_COLUMNS ")"
		       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		       " ON CONFLICT (uid) DO UPDATE SET filter_title = excluded.filter_title,"
		       " priority = max(priority, excluded.priority),"
		       " updated_at = max(updated_at, excluded.updated_at),"
		       " article_count = max(article_count, excluded.article_count),"
		       " owner_count = max(owner_count, excluded.owner_count)",
		       "llssiillliis", alert->id, alert->story, alert->filter ? alert->filter : "",
		       alert->filter_title, (int)alert->priority, (int)alert->state,
		       alert->raised_at, alert->updated_at, alert->snoozed_until,
		       (int)alert->article_count, (int)alert->owner_count, alert->title);
}

struct alert *store_alert(struct store *store, uint64_t id, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return first_row(
		read_rows(store,
			  sql_query(store, error,
				    "SELECT " ALERT_COLUMNS " FROM alert WHERE uid = ?", "l", id),
			  read_alert, (GDestroyNotify)alert_free, error));
}

struct alert *store_alert_of(struct store *store, const char *filter, uint64_t story,
			     GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return first_row(read_rows(store,
				   sql_query(store, error,
					     "SELECT " ALERT_COLUMNS " FROM alert"
					     " WHERE story = ? AND filter = ? ORDER BY id",
					     "ls", story, filter),
				   read_alert, (GDestroyNotify)alert_free, error));
}

GPtrArray *store_alerts(struct store *store, const struct alert_query *query, int64_t *last_rowid,
			GError **error)
{
	int64_t after = query->after_rowid; /* last_rowid may be the same place */
	if (!store_ready(store, error))
		return NULL;
	/* Before the rows: one stored in between is listed twice rather than never. */
	if (last_rowid && !sql_number(store, error, 0, last_rowid, "SELECT max(id) FROM alert", ""))
		return NULL;
	return read_rows(
		store,
		sql_query(
			store, error,
			"SELECT * FROM (SELECT " ALERT_COLUMNS ", id FROM alert"
			" WHERE updated_at >= ?1 AND id > ?2 AND (?3 IS NULL OR filter = ?3)"
			" AND (?4 < 0 OR state = ?4) AND priority >= ?5 ORDER BY id DESC LIMIT ?6)"
			" ORDER BY id",
			"llsiil", query->since, after, query->filter, query->state,
			(int)query->at_least, query->limit ? (int64_t)query->limit : (int64_t)-1),
		read_alert, (GDestroyNotify)alert_free, error);
}

struct member_row {
	struct story_member member;
	struct article *article;
};

static void member_row_free(struct member_row *row)
{
	article_free(row->article);
	g_free(row);
}

static void *read_member(sqlite3_stmt *statement)
{
	struct member_row *row = g_new0(struct member_row, 1);
	row->member.story = (uint64_t)sqlite3_column_int64(statement, 0);
	row->member.article = (uint64_t)sqlite3_column_int64(statement, 1);
	row->member.relation = (enum story_relation)sqlite3_column_int(statement, 2);
	row->member.likeness = sqlite3_column_double(statement, 3);
	row->member.joined_at = sqlite3_column_int64(statement, 4);
	row->article = read_article(statement, 5);
	return row;
}

bool store_stories_each(struct store *store, int64_t since, store_member_fn *each, void *user_data,
			GError **error)
{
	int64_t after_story = INT64_MIN, after_article = INT64_MIN;
	for (;;) {
		if (!store_ready(store, error))
			return false;
		g_autoptr(GPtrArray) rows = read_rows(
			store,
			sql_query(store, error,
				  "SELECT m.story, m.article, m.relation, m.likeness, m.joined_at,"
				  " " ARTICLE_COLUMNS " FROM story_article m"
				  " JOIN article a ON a.uid = m.article" ARTICLE_REST
				  " WHERE m.story IN (SELECT story FROM story_article"
				  " WHERE joined_at >= ?1) AND (m.story, m.article) > (?2, ?3)"
				  " ORDER BY m.story, m.article LIMIT ?4",
				  "llli", since, after_story, after_article, PAGE),
			read_member, (GDestroyNotify)member_row_free, error);
		if (!rows)
			return false;
		for (unsigned i = 0; i < rows->len; i++) {
			const struct member_row *row = rows->pdata[i];
			if (!each(&row->member, row->article, user_data))
				return true;
		}
		if (rows->len < PAGE)
			return true;
		const struct member_row *last = rows->pdata[rows->len - 1];
		after_story = (int64_t)last->member.story;
		after_article = (int64_t)last->member.article;
	}
}

GPtrArray *store_story_articles(struct store *store, uint64_t story, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(
		store,
		sql_query(store, error,
			  "SELECT " ARTICLE_COLUMNS
			  " FROM story_article m JOIN article a ON a.uid = m.article" ARTICLE_REST
			  " WHERE m.story = ?"
			  " ORDER BY m.joined_at, a.id",
			  "l", story),
		read_whole_article, (GDestroyNotify)article_free, error);
}

static bool act(struct store *store, uint64_t id, enum alert_state state, int64_t until,
		const char *who, int64_t now, GError **error)
{
	/* A muted story is muted for every filter that raised it. */
	if (!sql_run(store, error,
		     "UPDATE alert SET state = ?2, snoozed_until = ?3 WHERE uid = ?1 OR"
		     " (?2 = 3 AND story = (SELECT story FROM alert WHERE uid = ?1))",
		     "lil", id, (int)state, until))
		return false;
	if (sqlite3_changes(store->db) == 0) {
		char text[17];
		uid_format(id, text);
		g_set_error(error, STORE_ERROR, STORE_ERROR_DATA, _("no alert %s"), text);
		return false;
	}
	return sql_run(store, error,
		       "INSERT INTO action (alert, state, until, who, at) VALUES (?, ?, ?, ?, ?)",
		       "lilsl", id, (int)state, until, who, now);
}

bool store_alert_act(struct store *store, uint64_t id, enum alert_state state, int64_t until,
		     const char *who, int64_t now, GError **error)
{
	if (!store_ready_to_write(store, error) || !sql_begin_write(store, error))
		return false;
	if (!act(store, id, state, state == ALERT_SNOOZED ? until : 0, who, now, error)) {
		sql_rollback(store);
		return false;
	}
	return sql_commit(store, error);
}

GPtrArray *store_snoozes_end(struct store *store, int64_t now, GError **error)
{
	if (!store_ready_to_write(store, error))
		return NULL;
	return read_rows(
		store,
		sql_query(store, error,
			  "UPDATE alert SET state = 0, snoozed_until = 0"
			  " WHERE state = 2 AND snoozed_until <= ? RETURNING " ALERT_COLUMNS,
			  "l", now),
		read_alert, (GDestroyNotify)alert_free, error);
}

bool store_story_muted(struct store *store, uint64_t story, bool *muted, GError **error)
{
	int64_t count;
	if (!store_ready(store, error) ||
	    !sql_number(store, error, 0, &count,
			"SELECT count(*) FROM alert WHERE story = ? AND state = 3", "l", story))
		return false;
	*muted = count > 0;
	return true;
}
