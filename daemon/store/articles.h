/* articles: the archive, and which articles are known already.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/article.h"
#include "daemon/store/store.h"
#include "feeds/subscription.h"

/* All rows of what is known about feeds' servers: struct feed_state *, owned by the array. */
GPtrArray *store_feeds_load(struct store *store, GError **error);
/* Forget a feed's HTTP state; its articles stay known. */
bool store_feed_forget(struct store *store, const char *url, GError **error);

struct article_lookup {
	uint64_t uid, likeness; /* in */
	bool known;		/* this uid is stored; then … */
	uint64_t content;
	int64_t first_seen_at, last_seen_at;
	uint64_t alike; /* oldest other uid of the same feed with this likeness; 0: none */
};
/* Answer for a whole feed in one read transaction (2 us a row at a million articles). Ids are scoped to their feed: of one
 * without articles nothing is asked. */
bool store_lookup(struct store *store, const char *feed, struct article_lookup *lookups,
		  size_t count, GError **error);

/* One article with its text; NULL without error if unknown. A pruned text is NULL. */
struct article *store_article(struct store *store, uint64_t uid, GError **error);
/* By uid in hexadecimal, or by link; newest first. struct article *, owned by the array. */
GPtrArray *store_article_find(struct store *store, const char *uid_or_link, GError **error);

/* False ends the walk. The article is borrowed. */
typedef bool store_article_fn(const struct article *article, void *user_data);
/* Every article first seen in [since, until), oldest first, in bounded memory. The callback may
 * call other functions of the store. `feed` NULL: all. */
bool store_articles_each(struct store *store, int64_t since, int64_t until, const char *feed,
			 store_article_fn *each, void *user_data, GError **error);
/* How many store_articles_each() will visit: for a progress bar. */
bool store_articles_count(struct store *store, int64_t since, int64_t until, const char *feed,
			  int64_t *count, GError **error);
