/* rows: what each table's file offers to the commit. All run inside its transaction.
 * Only for the files of this room.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/store/batch.h"
#include "daemon/store/sql.h"

bool write_feed(struct store *store, const struct feed_state *state, GError **error);
bool write_articles(struct store *store, const GPtrArray *articles, GError **error);
/* What the column link_hash holds of a link, which may be NULL. */
uint64_t article_link_hash(const char *link);
bool write_seen(struct store *store, uint64_t uid, int64_t now, GError **error);
bool write_decision(struct store *store, const struct decision *decision, GError **error);
bool write_member(struct store *store, const struct story_member *member, GError **error);
bool write_alert(struct store *store, const struct alert *alert, GError **error);
bool write_delivery(struct store *store, const struct delivery *delivery, int64_t now,
		    GError **error);
bool write_change(struct store *store, const struct delivery_change *change, int64_t now,
		  GError **error);
bool write_value(struct store *store, const char *name, const char *value, GError **error);
bool write_digest(struct store *store, const char *period, int64_t now, GError **error);

/* Row of `feed` for a subscription's address, made if it is new; 0 on error. */
int64_t feed_row(struct store *store, const char *url, GError **error);

/* The columns of a joined article, in the order read_article() expects. */
#define ARTICLE_COLUMNS                                                                            \
	"a.uid, a.content, a.likeness, f.url, t.guid, t.link, t.title, t.body, t.author,"          \
	" t.language, t.categories, a.published_at, a.updated_at, a.first_seen_at, s.outlet,"      \
	" s.owner, s.country, s.state_media"
#define ARTICLE_REST                                                                               \
	" JOIN feed f ON f.id = a.feed JOIN source s ON s.id = a.source"                           \
	" LEFT JOIN article_text t ON t.id = a.id "
#define ARTICLE_JOIN	     " article a" ARTICLE_REST
#define ARTICLE_COLUMN_COUNT 18
struct article *read_article(sqlite3_stmt *statement, int column);
void *read_whole_article(sqlite3_stmt *statement); /* the same from column 0 */

#define ALERT_COLUMNS                                                                              \
	"uid, story, filter, filter_title, priority, state, raised_at, updated_at, snoozed_until," \
	" article_count, owner_count, title"
void *read_alert(sqlite3_stmt *statement); /* struct alert * */

#define DELIVERY_COLUMNS                                                                           \
	"id, key, alert, channel, recipient, route, kind, state, priority, created_at, due_at,"    \
	" lease_until, first_tried_at, sent_at, expires_at, attempts, refusals, reason, payload"
void *read_delivery(sqlite3_stmt *statement); /* struct delivery * */

/* All rows of a query, each by `read`; NULL on error. */
typedef void *read_row_fn(sqlite3_stmt *statement);
GPtrArray *read_rows(struct store *store, sqlite3_stmt *statement, read_row_fn *read,
		     GDestroyNotify free_row, GError **error);
/* The first row, taken out of `rows`, which it frees; NULL if there is none. */
void *first_row(GPtrArray *rows);
