/* article_write: new and edited articles to their rows, several in a statement.  See rows.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/rows.h"

/* Articles written by one statement: opening its tables and closing them again is a third of its
 * cost. */
#define GROUP	      4
#define GROUP_OF(row) row ", " row ", " row ", " row
#define INTO_ARTICLE(rows)                                                                         \
	"INSERT OR IGNORE INTO article (id, uid, content, likeness, link_hash, feed, source,"      \
	" published_at, updated_at, first_seen_at, last_seen_at) VALUES " rows
#define ARTICLE_ROW	"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#define INTO_TEXT(rows) "INSERT OR REPLACE INTO article_text VALUES " rows
#define TEXT_ROW	"(?, ?, ?, ?, ?, ?, ?, ?)"

/* The rows that an article refers to. Articles come feed by feed: those of the one before serve
 * again. */
struct article_refs {
	const struct article *of; /* NULL: none yet in this transaction */
	int64_t feed, source;
};

/* FNV-1a, 64 bits (Fowler, Noll, Vo): links are looked up by it, as a text index would be three
 * times as big. */
uint64_t article_link_hash(const char *link)
{
	uint64_t hash = 0xcbf29ce484222325u;
	for (; link && *link; link++)
		hash = (hash ^ (unsigned char)*link) * 0x100000001b3u;
	return hash;
}

static int64_t source_row(struct store *store, const struct article *article, GError **error)
{
	const char *outlet = article->outlet ? article->outlet : "";
	const char *owner = article->owner ? article->owner : "";
	const char *country = article->country ? article->country : "";
	int64_t id;
	if (!sql_number(store, error, 0, &id,
			"SELECT id FROM source WHERE outlet = ? AND owner = ? AND country = ?"
			" AND state_media = ?",
			"sssi", outlet, owner, country, (int)article->state_media))
		return 0;
	if (id)
		return id;
	if (!sql_run(store, error,
		     "INSERT INTO source (outlet, owner, country, state_media) VALUES (?, ?, ?, ?)",
		     "sssi", outlet, owner, country, (int)article->state_media))
		return 0;
	return sqlite3_last_insert_rowid(store->db);
}

/* Categories are one-line texts; a stray line end must not make two of one. */
static char *join_categories(char **categories)
{
	if (!categories || !*categories)
		return NULL;
	GString *text = g_string_new(NULL);
	for (; *categories; categories++) {
		g_autofree char *line = g_strdelimit(g_strdup(*categories), "\n", ' ');
		g_string_append_printf(text, "%s%s", text->len ? "\n" : "", line);
	}
	return g_string_free(text, FALSE);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || g_strcmp0(a, b) == 0;
}

static bool find_refs(struct store *store, const struct article *article, struct article_refs *refs,
		      GError **error)
{
	const struct article *before = refs->of;

	refs->of = article;
	if (!before || !same_text(before->feed, article->feed))
		refs->feed = feed_row(store, article->feed ? article->feed : "", error);
	if (!before || !same_text(before->outlet, article->outlet) ||
	    !same_text(before->owner, article->owner) ||
	    !same_text(before->country, article->country) ||
	    before->state_media != article->state_media)
		refs->source = source_row(store, article, error);
	return refs->feed && refs->source;
}

static bool edit_article(struct store *store, const struct article *article,
			 const struct article_refs *refs, int64_t *id, GError **error)
{
	return sql_run(store, error,
		       "UPDATE article SET content = ?2, likeness = ?3, link_hash = ?4, source = "
		       "?5,"
		       " published_at = ?6, updated_at = ?7, last_seen_at = max(last_seen_at, ?8)"
		       " WHERE uid = ?1",
		       "lllllttl", article->uid, article->content, article->likeness,
		       article_link_hash(article->link), refs->source, article->published_at,
		       article->updated_at, article->first_seen_at) &&
	       sql_number(store, error, 0, id, "SELECT id FROM article WHERE uid = ?", "l",
			  article->uid);
}

/* 1 or GROUP articles from row `id` on. *added: rows that were not known. */
static bool add_articles(struct store *store, const struct article *const *articles, int count,
			 int64_t id, struct article_refs *refs, int *added, GError **error)
{
	sqlite3_stmt *rows = sql_prepare(store, error,
					 count == GROUP ? INTO_ARTICLE(GROUP_OF(ARTICLE_ROW))
							: INTO_ARTICLE(ARTICLE_ROW));
	for (int i = 0; rows && i < count; i++) {
		const struct article *article = articles[i];
		if (!find_refs(store, article, refs, error))
			return false;
		sql_bind(rows, 11 * i, "lllllllttll", id + i, article->uid, article->content,
			 article->likeness, article_link_hash(article->link), refs->feed,
			 refs->source, article->published_at, article->updated_at,
			 article->first_seen_at, article->first_seen_at);
	}
	if (!rows || sql_step(store, rows, error) != 0)
		return false;
	*added = sqlite3_changes(store->db);
	return true;
}

/* As many texts, of those rows. */
static bool write_texts(struct store *store, const struct article *const *articles, int count,
			int64_t id, GError **error)
{
	char *categories[GROUP] = {NULL};
	sqlite3_stmt *rows = sql_prepare(
		store, error, count == GROUP ? INTO_TEXT(GROUP_OF(TEXT_ROW)) : INTO_TEXT(TEXT_ROW));

	for (int i = 0; rows && i < count; i++) {
		const struct article *article = articles[i];
		categories[i] = join_categories(article->categories);
		sql_bind(rows, 8 * i, "lsssssss", id + i, article->guid, article->link,
			 article->title, article->body, article->author, article->language,
			 categories[i]);
	}
	bool written = rows && sql_step(store, rows, error) == 0;
	for (int i = 0; i < GROUP; i++)
		g_free(categories[i]);
	return written;
}

/* `next`: the row of a new one. */
static bool write_article(struct store *store, const struct article *article, int64_t *next,
			  struct article_refs *refs, GError **error)
{
	int64_t id = *next;
	int added;

	if (!add_articles(store, &article, 1, id, refs, &added, error))
		return false;
	*next += added;
	return (added || edit_article(store, article, refs, &id, error)) &&
	       write_texts(store, &article, 1, id, error);
}

bool write_articles(struct store *store, const GPtrArray *articles, GError **error)
{
	struct article_refs refs = {NULL, 0, 0};
	const struct article *const *all = (const struct article *const *)articles->pdata;
	int added = GROUP;
	int64_t next = 0;
	unsigned i = 0;

	if (articles->len && !sql_number(store, error, 0, &next, "SELECT max(id) FROM article", ""))
		return false;
	for (next++; i + GROUP <= articles->len; i += GROUP) {
		if (!add_articles(store, all + i, GROUP, next, &refs, &added, error))
			return false;
		if (added < GROUP)
			break;
		if (!write_texts(store, all + i, GROUP, next, error))
			return false;
		next += GROUP;
	}
	/* Of a group with one that is known the others are there now, some in rows from `next` on.
	 */
	next += added < GROUP ? GROUP : 0;
	for (; i < articles->len; i++)
		if (!write_article(store, all[i], &next, &refs, error))
			return false;
	return true;
}
