/* rows: see rows.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/rows.h"

static int64_t time_or_none(sqlite3_stmt *statement, int column)
{
	return sqlite3_column_type(statement, column) == SQLITE_NULL
		       ? INT64_MIN
		       : sqlite3_column_int64(statement, column);
}

/* Empty stands for NULL in `source`, whose columns are a key. */
static char *text_or_null(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	return text && *text ? g_strdup(text) : NULL;
}

struct article *read_article(sqlite3_stmt *row, int column)
{
	struct article *article = article_new();
	const char *categories = (const char *)sqlite3_column_text(row, column + 10);
	article->uid = (uint64_t)sqlite3_column_int64(row, column);
	article->content = (uint64_t)sqlite3_column_int64(row, column + 1);
	article->likeness = (uint64_t)sqlite3_column_int64(row, column + 2);
	article->feed = sql_text(row, column + 3);
	article->guid = sql_text(row, column + 4);
	article->link = sql_text(row, column + 5);
	article->title = sql_text(row, column + 6);
	article->body = sql_text(row, column + 7);
	article->author = sql_text(row, column + 8);
	article->language = sql_text(row, column + 9);
	article->categories = categories ? g_strsplit(categories, "\n", -1) : NULL;
	article->published_at = time_or_none(row, column + 11);
	article->updated_at = time_or_none(row, column + 12);
	article->first_seen_at = sqlite3_column_int64(row, column + 13);
	article->outlet = text_or_null(row, column + 14);
	article->owner = text_or_null(row, column + 15);
	article->country = text_or_null(row, column + 16);
	article->state_media = sqlite3_column_int(row, column + 17);
	return article;
}

void *read_whole_article(sqlite3_stmt *row)
{
	return read_article(row, 0);
}

void *read_alert(sqlite3_stmt *row)
{
	struct alert *alert = alert_new();
	alert->id = (uint64_t)sqlite3_column_int64(row, 0);
	alert->story = (uint64_t)sqlite3_column_int64(row, 1);
	alert->filter = sql_text(row, 2);
	alert->filter_title = sql_text(row, 3);
	alert->priority = (enum priority)sqlite3_column_int(row, 4);
	alert->state = (enum alert_state)sqlite3_column_int(row, 5);
	alert->raised_at = sqlite3_column_int64(row, 6);
	alert->updated_at = sqlite3_column_int64(row, 7);
	alert->snoozed_until = sqlite3_column_int64(row, 8);
	alert->article_count = (unsigned)sqlite3_column_int64(row, 9);
	alert->owner_count = (unsigned)sqlite3_column_int64(row, 10);
	alert->title = sql_text(row, 11);
	return alert;
}

void *read_delivery(sqlite3_stmt *row)
{
	struct delivery *delivery = delivery_new();
	delivery->id = sqlite3_column_int64(row, 0);
	delivery->key = sql_text(row, 1);
	delivery->alert = (uint64_t)sqlite3_column_int64(row, 2);
	delivery->channel = sql_text(row, 3);
	delivery->recipient = sql_text(row, 4);
	delivery->route = sql_text(row, 5);
	delivery->kind = (enum delivery_kind)sqlite3_column_int(row, 6);
	delivery->state = (enum delivery_state)sqlite3_column_int(row, 7);
	delivery->priority = (enum priority)sqlite3_column_int(row, 8);
	delivery->created_at = sqlite3_column_int64(row, 9);
	delivery->due_at = sqlite3_column_int64(row, 10);
	delivery->lease_until = sqlite3_column_int64(row, 11);
	delivery->first_tried_at = sqlite3_column_int64(row, 12);
	delivery->sent_at = sqlite3_column_int64(row, 13);
	delivery->expires_at = sqlite3_column_int64(row, 14);
	delivery->attempts = (unsigned)sqlite3_column_int64(row, 15);
	delivery->refusals = (unsigned)sqlite3_column_int64(row, 16);
	delivery->reason = sql_text(row, 17);
	delivery->payload = sql_text(row, 18);
	return delivery;
}

GPtrArray *read_rows(struct store *store, sqlite3_stmt *statement, read_row_fn *read,
		     GDestroyNotify free_row, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
	int row = -1;
	while (statement && (row = sql_step(store, statement, error)) > 0)
		g_ptr_array_add(rows, read(statement));
	return row == 0 ? g_steal_pointer(&rows) : NULL;
}

void *first_row(GPtrArray *rows)
{
	g_autoptr(GPtrArray) owned = rows;
	return owned && owned->len ? g_ptr_array_steal_index(owned, 0) : NULL;
}
