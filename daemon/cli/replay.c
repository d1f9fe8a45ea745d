/* replay: see replay.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/replay.h"

#include "daemon/cli/cli.h"
#include "daemon/cli/items.h"
#include "daemon/store/articles.h"
#include "feeds/identity.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct replay {
	struct store *store;
	FILE *file;
	char *path, *line;
	size_t line_size;
	const char *command;
	int64_t since, until, now;
	uint64_t done, total;
	struct replay_losses losses;
	replay_fn *each;
	void *user_data;
};

static struct replay *replay_new(int64_t since, int64_t until)
{
	struct replay *r = g_new0(struct replay, 1);
	r->since = since;
	r->until = until;
	r->now = g_get_real_time() / G_USEC_PER_SEC;
	return r;
}

void replay_free(struct replay *r)
{
	if (!r)
		return;
	if (r->file)
		fclose(r->file);
	g_free(r->path);
	free(r->line);
	g_free(r);
}

/* ---- the archive ----------------------------------------------------------------------------- */

struct replay *replay_archive(struct store *store, int64_t since, int64_t until)
{
	struct replay *r = replay_new(since, until);
	r->store = store;
	return r;
}

/* When it came: a feed's first poll brings articles of weeks. */
static void set_time(const struct replay *r, struct article *article)
{
	if (article->published_at > 0 &&
	    (article->first_seen_at <= 0 || article->published_at < article->first_seen_at))
		article->first_seen_at = article->published_at;
	else if (article->first_seen_at <= 0)
		article->first_seen_at = r->now;
}

static bool is_wanted(const struct replay *r, const struct article *article)
{
	return article->first_seen_at >= r->since && article->first_seen_at < r->until;
}

static bool on_stored(const struct article *stored, void *data)
{
	struct replay *r = data;
	struct article article = *stored;

	r->done++;
	if (!article.body && !article.title) {
		r->losses.textless++;
		return true;
	}
	set_time(r, &article);
	return !is_wanted(r, &article) || r->each(&article, article.uid, r->user_data);
}

static bool each_stored(struct replay *r, GError **error)
{
	int64_t count = 0;
	if (!store_articles_count(r->store, r->since, INT64_MAX, NULL, &count, error))
		return false;
	r->total = (uint64_t)count;
	/* seen later, but published within the period */
	return store_articles_each(r->store, r->since, INT64_MAX, NULL, on_stored, r, error);
}

/* ---- a file ---------------------------------------------------------------------------------- */

struct replay *replay_file(const char *path, const char *command, int64_t since, int64_t until,
			   GError **error)
{
	FILE *file = fopen(path, "re");
	struct stat about;

	if (!file || fstat(fileno(file), &about) != 0) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", path,
			    g_strerror(errno));
	} else if (!S_ISREG(about.st_mode)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    _("%s: not a file that can be read twice"), path);
	} else {
		struct replay *r = replay_new(since, until);
		r->file = file;
		r->path = g_strdup(path);
		r->command = command;
		r->total = (uint64_t)about.st_size;
		return r;
	}
	if (file)
		fclose(file);
	return NULL;
}

/* The id in the file, or else the place of the line. */
static uint64_t uid_of(const struct item *item, uint64_t ref)
{
	g_autofree char *place = g_strdup_printf("%" PRIu64, ref);
	const char *parts[] = {item->article.id ? "id" : "line",
			       item->article.id ? item->article.id : place};
	return identity_hash(parts, G_N_ELEMENTS(parts));
}

static struct article *article_of(const struct replay *r, const struct item *item, uint64_t ref)
{
	struct article *article = article_new();
	const char *outlet = item_text(item, "outlet");

	article->uid = uid_of(item, ref);
	article->guid = g_strdup(item->article.id);
	article->title = g_strdup(item->article.title);
	article->body = g_strdup(item->article.body);
	article->language = g_strdup(item->article.language);
	article->link = g_strdup(item->article.link);
	article->feed = g_strdup(item->article.feed);
	article->author = g_strdup(item->article.author);
	article->categories = g_strdupv((char **)item->article.categories);
	article->published_at = item->article.published_at;
	article->outlet = g_strdup(outlet ? outlet : item->article.feed);
	article->owner = g_strdup(item_text(item, "owner"));
	article->country = g_strdup(item_text(item, "country"));
	set_time(r, article);
	return article;
}

/* The article of a line of `len` bytes; NULL with *why if it is none. */
static struct article *read_line(const struct replay *r, size_t len, uint64_t ref, char **why)
{
	struct item item;
	if (!item_read(r->line, len, &item, why))
		return NULL;
	struct article *article = article_of(r, &item, ref);
	item_clear(&item);
	return article;
}

static bool take_line(struct replay *r, size_t len, uint64_t ref, unsigned number)
{
	g_autofree char *why = NULL;
	struct article *article = read_line(r, len, ref, &why);
	if (!article) {
		cli_error(r->command, _("%s:%u: no article: %s"), r->path, number, why);
		r->losses.unreadable++;
		return true;
	}
	bool wanted = is_wanted(r, article);
	if (wanted && article->published_at <= 0)
		r->losses.undated++;
	bool on = !wanted || r->each(article, ref, r->user_data);
	article_free(article);
	return on;
}

static bool each_line(struct replay *r, GError **error)
{
	unsigned number = 0;
	ssize_t len = 0;
	bool on = true;

	rewind(r->file);
	while (on && (len = getline(&r->line, &r->line_size, r->file)) >= 0) {
		uint64_t ref = r->done;
		r->done += (uint64_t)len;
		number++;
		if (len > 1)
			on = take_line(r, (size_t)len, ref, number);
	}
	if (ferror(r->file))
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_IO, "%s: %s", r->path,
			    g_strerror(errno));
	return !ferror(r->file);
}

/* ---- both ------------------------------------------------------------------------------------ */

bool replay_each(struct replay *r, replay_fn *each, void *user_data, GError **error)
{
	r->each = each;
	r->user_data = user_data;
	r->done = 0;
	return r->store ? each_stored(r, error) : each_line(r, error);
}

struct article *replay_article(struct replay *r, uint64_t ref)
{
	g_autofree char *why = NULL;
	if (r->store) {
		struct article *article = store_article(r->store, ref, NULL);
		if (article)
			set_time(r, article);
		return article;
	}
	if (fseeko(r->file, (off_t)ref, SEEK_SET) != 0)
		return NULL;
	ssize_t len = getline(&r->line, &r->line_size, r->file);
	return len > 0 ? read_line(r, (size_t)len, ref, &why) : NULL;
}

char *replay_id(const struct replay *r, const struct article *article)
{
	char uid[17];
	uid_format(article->uid, uid);
	return g_strdup(!r->store && article->guid ? article->guid : uid);
}

void replay_progress(const struct replay *r, uint64_t *done, uint64_t *total)
{
	*done = r->done;
	*total = r->total;
}

struct replay_losses replay_losses(const struct replay *r)
{
	return r->losses;
}
