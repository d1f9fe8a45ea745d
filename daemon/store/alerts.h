/* alerts: stories, alerts and what people did about them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/alert.h"
#include "daemon/nouns/article.h"
#include "daemon/store/batch.h"
#include "daemon/store/store.h"

/* NULL without error if unknown. */
struct alert *store_alert(struct store *store, uint64_t id, GError **error);
struct alert *store_alert_of(struct store *store, const char *filter, uint64_t story,
			     GError **error);

struct alert_query {
	int64_t since;	     /* updated_at >= since; 0: all */
	int64_t after_rowid; /* for --follow: rows stored later than this one */
	const char *filter;  /* NULL: all */
	int state;	     /* enum alert_state, -1: all */
	enum priority at_least;
	unsigned limit; /* 0: none; the newest */
};
/* Oldest first; struct alert *, owned by the array. *last_rowid (may be NULL): for the next
 * after_rowid. */
GPtrArray *store_alerts(struct store *store, const struct alert_query *query, int64_t *last_rowid,
			GError **error);

/* One step of the walk below; the article is borrowed, its text may be NULL. */
typedef bool store_member_fn(const struct story_member *member, const struct article *article,
			     void *user_data);
/* Every article of every story that had one since `since`, by story, oldest first: what grouping
 * needs after a restart. */
bool store_stories_each(struct store *store, int64_t since, store_member_fn *each, void *user_data,
			GError **error);
/* Articles of one story, oldest first: struct article *, owned by the array. */
GPtrArray *store_story_articles(struct store *store, uint64_t story, GError **error);

/* What a person did. `until` for ALERT_SNOOZED, else 0; `who`: user, reply token, "notification".
 * ALERT_MUTED mutes the story for every filter. False with STORE_ERROR_DATA if there is no such
 * alert. */
bool store_alert_act(struct store *store, uint64_t id, enum alert_state state, int64_t until,
		     const char *who, int64_t now, GError **error);
/* Snoozes that ended by `now` become open again: struct alert *, owned by the array. */
GPtrArray *store_snoozes_end(struct store *store, int64_t now, GError **error);
/* Whether some alert of this story is muted. */
bool store_story_muted(struct store *store, uint64_t story, bool *muted, GError **error);

/* "This article was (not) what filter X is for": read by derive --improve. The last word counts. */
struct mark {
	uint64_t article;
	char *filter; /* "" if not said */
	bool good;
	char *who;
	int64_t at;
};
bool store_mark(struct store *store, uint64_t article, const char *filter, bool good,
		const char *who, int64_t now, GError **error);
GPtrArray *store_marks(struct store *store, const char *filter, GError **error);
void mark_free(struct mark *mark);

/* A silence: what matches raises nothing between starts_at and ends_at, and the ledger says so. */
struct silence {
	int64_t id;
	char *filter; /* NULL: every */
	char *feed;
	uint64_t story; /* 0: every */
	int64_t starts_at, ends_at;
	char *author, *reason;
};
void silence_free(struct silence *silence);
bool store_silence_add(struct store *store, struct silence *silence, GError **error); /* sets id */
bool store_silence_end(struct store *store, int64_t id, int64_t now, GError **error);
/* In force at `now`, or later. */
GPtrArray *store_silences(struct store *store, int64_t now, GError **error);
