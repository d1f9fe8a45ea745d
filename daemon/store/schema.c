/* schema: see schema.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/schema.h"

#include "daemon/nouns/alert.h"

/* The numbers of these enums stand in stored rows and in partial indexes. */
G_STATIC_ASSERT(DELIVERY_PENDING == 0 && DELIVERY_HELD == 1 && DELIVERY_SENDING == 2);
G_STATIC_ASSERT(DELIVERY_SENT == 3 && DELIVERY_SUPPRESSED == 4 && DELIVERY_UNDELIVERABLE == 5);
G_STATIC_ASSERT(ALERT_OPEN == 0 && ALERT_ACKNOWLEDGED == 1 && ALERT_SNOOZED == 2);
G_STATIC_ASSERT(ALERT_MUTED == 3 && ALERT_NOT_RELEVANT == 4);
G_STATIC_ASSERT(PRIORITY_LOW == 0 && PRIORITY_CRITICAL == 3);

/* Rows in arrival order with a unique 64-bit hash beside them: at a million articles 205 bytes and
 * 20-25 us a row; a hash or a text as primary key costs several times that. Identities stand apart
 * from texts, which are pruned sooner. */
static const char version_1[] =
	"CREATE TABLE feed (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE);"
	"CREATE TABLE feed_state (feed INTEGER PRIMARY KEY, fetch_url TEXT, etag TEXT,"
	" last_modified TEXT, moved_to TEXT, moved_count INTEGER NOT NULL,"
	" body_hash INTEGER NOT NULL, next_poll_at INTEGER NOT NULL, last_poll_at INTEGER NOT NULL,"
	" last_success_at INTEGER NOT NULL, last_change_at INTEGER NOT NULL,"
	" newest_entry_at INTEGER NOT NULL, failing_since INTEGER NOT NULL,"
	" failures INTEGER NOT NULL, last_status INTEGER NOT NULL, last_error TEXT,"
	" cache_until INTEGER NOT NULL, retry_after INTEGER NOT NULL, ttl_s INTEGER NOT NULL,"
	" skip_hours INTEGER NOT NULL, skip_days INTEGER NOT NULL, rhythm_s REAL NOT NULL,"
	" gone INTEGER NOT NULL, baseline_done INTEGER NOT NULL, title TEXT, language TEXT);"

	"CREATE TABLE source (id INTEGER PRIMARY KEY, outlet TEXT NOT NULL, owner TEXT NOT NULL,"
	" country TEXT NOT NULL, state_media INTEGER NOT NULL,"
	" UNIQUE (outlet, owner, country, state_media));"
	"CREATE TABLE article (id INTEGER PRIMARY KEY, uid INTEGER NOT NULL UNIQUE,"
	" content INTEGER NOT NULL, likeness INTEGER NOT NULL, link_hash INTEGER NOT NULL,"
	" feed INTEGER NOT NULL, source INTEGER NOT NULL, published_at INTEGER,"
	" updated_at INTEGER, first_seen_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL);"
	"CREATE INDEX article_likeness ON article (likeness);"
	"CREATE INDEX article_first_seen ON article (first_seen_at);"
	"CREATE TABLE article_text (id INTEGER PRIMARY KEY, guid TEXT, link TEXT, title TEXT,"
	" body TEXT, author TEXT, language TEXT, categories TEXT);"

	"CREATE TABLE decision (id INTEGER PRIMARY KEY, article INTEGER NOT NULL,"
	" filter TEXT NOT NULL, matched INTEGER NOT NULL, score REAL NOT NULL,"
	" threshold REAL NOT NULL, priority INTEGER NOT NULL, hits TEXT, missing TEXT, path TEXT,"
	" outcome TEXT, alert INTEGER NOT NULL, at INTEGER NOT NULL, UNIQUE (article, filter, at));"
	"CREATE INDEX decision_matched ON decision (at) WHERE matched = 1;"

	"CREATE TABLE story_article (story INTEGER NOT NULL, article INTEGER NOT NULL,"
	" relation INTEGER NOT NULL, likeness REAL NOT NULL, joined_at INTEGER NOT NULL,"
	" PRIMARY KEY (story, article)) WITHOUT ROWID;"
	"CREATE INDEX story_article_article ON story_article (article);"
	"CREATE INDEX story_article_joined ON story_article (joined_at);"

	"CREATE TABLE alert (id INTEGER PRIMARY KEY, uid INTEGER NOT NULL UNIQUE,"
	" story INTEGER NOT NULL, filter TEXT NOT NULL, filter_title TEXT, priority INTEGER NOT "
	"NULL,"
	" state INTEGER NOT NULL, raised_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"
	" snoozed_until INTEGER NOT NULL, article_count INTEGER NOT NULL,"
	" owner_count INTEGER NOT NULL, title TEXT);"
	"CREATE INDEX alert_story ON alert (story, filter);"
	"CREATE INDEX alert_updated ON alert (updated_at);"
	"CREATE INDEX alert_snoozed ON alert (snoozed_until) WHERE state = 2;"
	"CREATE TABLE action (id INTEGER PRIMARY KEY, alert INTEGER NOT NULL, state INTEGER NOT "
	"NULL,"
	" until INTEGER NOT NULL, who TEXT, at INTEGER NOT NULL);"

	/* ready: 0 until due_at has come, so that a queue of a million that wait costs nothing. */
	"CREATE TABLE outbox (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
	" alert INTEGER NOT NULL, channel TEXT NOT NULL, recipient TEXT NOT NULL, route TEXT,"
	" kind INTEGER NOT NULL, state INTEGER NOT NULL, ready INTEGER NOT NULL,"
	" priority INTEGER NOT NULL, created_at INTEGER NOT NULL, due_at INTEGER NOT NULL,"
	" lease_until INTEGER NOT NULL, first_tried_at INTEGER NOT NULL, sent_at INTEGER NOT NULL,"
	" expires_at INTEGER NOT NULL, attempts INTEGER NOT NULL, refusals INTEGER NOT NULL,"
	" reason TEXT, payload TEXT);"
	"CREATE INDEX outbox_queue ON outbox (channel, priority DESC, created_at, id)"
	" WHERE state = 0 AND ready = 1;"
	"CREATE INDEX outbox_wait ON outbox (channel, due_at) WHERE state = 0 AND ready = 0;"
	"CREATE INDEX outbox_live ON outbox (state, channel, created_at) WHERE state < 3;"
	"CREATE INDEX outbox_tried ON outbox (channel, first_tried_at)"
	" WHERE state IN (0, 2) AND first_tried_at > 0;"
	"CREATE INDEX outbox_alert ON outbox (alert);"
	"CREATE INDEX outbox_created ON outbox (channel, created_at);"
	"CREATE TABLE outbox_total (channel TEXT NOT NULL, state INTEGER NOT NULL,"
	" rows INTEGER NOT NULL, PRIMARY KEY (channel, state)) WITHOUT ROWID;"
	"CREATE TRIGGER outbox_added AFTER INSERT ON outbox BEGIN"
	" INSERT INTO outbox_total VALUES (new.channel, new.state, 1)"
	" ON CONFLICT (channel, state) DO UPDATE SET rows = rows + 1; END;"
	"CREATE TRIGGER outbox_moved AFTER UPDATE OF state ON outbox WHEN old.state <> new.state "
	"BEGIN"
	" UPDATE outbox_total SET rows = rows - 1 WHERE channel = old.channel AND state = "
	"old.state;"
	" INSERT INTO outbox_total VALUES (new.channel, new.state, 1)"
	" ON CONFLICT (channel, state) DO UPDATE SET rows = rows + 1; END;"
	"CREATE TRIGGER outbox_removed AFTER DELETE ON outbox BEGIN"
	" UPDATE outbox_total SET rows = rows - 1 WHERE channel = old.channel AND state = "
	"old.state;"
	"END;"
	"CREATE TABLE attempt (id INTEGER PRIMARY KEY, delivery INTEGER NOT NULL,"
	" at INTEGER NOT NULL, result TEXT NOT NULL, detail TEXT);"
	"CREATE INDEX attempt_delivery ON attempt (delivery);"

	"CREATE TABLE mark (article INTEGER NOT NULL, filter TEXT NOT NULL, good INTEGER NOT NULL,"
	" who TEXT, at INTEGER NOT NULL, PRIMARY KEY (article, filter)) WITHOUT ROWID;"
	"CREATE TABLE silence (id INTEGER PRIMARY KEY, filter TEXT, feed TEXT,"
	" story INTEGER NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, author "
	"TEXT,"
	" reason TEXT);"
	"CREATE TABLE digest (period TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE value (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;";

/* Validators are sent only where they came from; an archive document is read once. */
static const char version_2[] = "ALTER TABLE feed_state ADD COLUMN validators_url TEXT;"
				"ALTER TABLE feed_state ADD COLUMN archive_url TEXT;";

/* What a commit adds to this index lies together, feed by feed; ordered by the hash alone every article of a batch
 * made it write a page of its own. */
static const char version_3[] = "DROP INDEX article_likeness;"
				"CREATE INDEX article_likeness ON article (feed, likeness);";

const char *const schema_migrations[SCHEMA_VERSION] = {version_1, version_2, version_3};

bool schema_migrate(struct store *store, const char *const *migrations, unsigned version,
		    unsigned count, GError **error)
{
	if (!sql_begin_write(store, error))
		return false;
	for (unsigned i = version; i < count; i++)
		if (!sql_script(store, migrations[i], "migrate", error)) {
			sql_rollback(store);
			return false;
		}
	/* Pragmas take no bound values; these are our own numbers. Both are part of the
	 * transaction. */
	g_autofree char *identity =
		g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %u;",
				SCHEMA_APPLICATION_ID, count);
	if (!sql_script(store, identity, "migrate", error)) {
		sql_rollback(store);
		return false;
	}
	return sql_commit(store, error);
}
