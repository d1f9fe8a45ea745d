/* replay: what a backtest reads: the archive, or a file of articles in JSON lines; each article
 * once in any order, and single ones again.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/nouns/article.h"
#include "daemon/store/store.h"

struct replay;

/* Articles of `store` (borrowed) that are from [since, until). */
struct replay *replay_archive(struct store *store, int64_t since, int64_t until);
/* Those of a file; what is no article is said on stderr for `command`, as `match` does. NULL if it
 * cannot be read, or is no file that can be read twice. */
struct replay *replay_file(const char *path, const char *command, int64_t since, int64_t until,
			   GError **error);
void replay_free(struct replay *replay);

/* False ends the walk. `ref` finds the article again; the article is borrowed, its first_seen_at is
 * when it is taken to have come: when it was published, if that is known and was before it was
 * seen. */
typedef bool replay_fn(const struct article *article, uint64_t ref, void *user_data);
/* Walk over all of them, in bounded memory. */
bool replay_each(struct replay *replay, replay_fn *each, void *user_data, GError **error);
/* NULL if it is gone meanwhile. */
struct article *replay_article(struct replay *replay, uint64_t ref);

/* The id of an article as `vedetta why` takes it, or as the file has it. Caller frees. */
char *replay_id(const struct replay *replay, const struct article *article);

/* How far the walk is: articles, or bytes of the file. */
void replay_progress(const struct replay *replay, uint64_t *done, uint64_t *total);
/* What was left out: lines that are no article; articles whose text was pruned; without a date,
 * taken to be of now. */
struct replay_losses {
	unsigned unreadable, textless, undated;
};
struct replay_losses replay_losses(const struct replay *replay);
