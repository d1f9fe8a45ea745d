/* store_fixture: a store in a folder of its own, and rows to put in it. For the tests of
 * daemon/store and of what stands on it.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "daemon/store/alerts.h"
#include "daemon/store/articles.h"
#include "daemon/store/batch.h"
#include "daemon/store/outbox.h"
#include "daemon/store/store.h"
#include "daemon/store/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

struct fixture {
	char *dir;
	struct store *store;
	GString *notices;
};

static inline void note(const char *text, void *user_data)
{
	struct fixture *fixture = user_data;
	g_string_append_printf(fixture->notices, "%s\n", text);
}

static inline void assert_no_error(GError *error)
{
	if (error)
		fail_msg("%s", error->message);
}

static inline struct store *fixture_open(struct fixture *fixture, enum store_mode mode)
{
	g_autoptr(GError) error = NULL;
	struct store *store = store_open(fixture->dir, mode, note, fixture, &error);
	assert_no_error(error);
	assert_non_null(store);
	return store;
}

static inline void fixture_reopen(struct fixture *fixture)
{
	store_close(fixture->store);
	fixture->store = fixture_open(fixture, STORE_ENGINE);
}

static inline int fixture_set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);
	fixture->dir = g_dir_make_tmp("vedetta-store-XXXXXX", NULL);
	fixture->notices = g_string_new(NULL);
	fixture->store = fixture_open(fixture, STORE_ENGINE);
	*state = fixture;
	return 0;
}

static inline void remove_folder(const char *path)
{
	g_autoptr(GDir) entries = g_dir_open(path, 0, NULL);
	const char *name;
	while (entries && (name = g_dir_read_name(entries))) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		if (g_file_test(child, G_FILE_TEST_IS_DIR))
			remove_folder(child);
		else
			g_unlink(child);
	}
	g_rmdir(path);
}

static inline int fixture_tear_down(void **state)
{
	struct fixture *fixture = *state;
	store_close(fixture->store);
	remove_folder(fixture->dir);
	g_string_free(fixture->notices, TRUE);
	g_free(fixture->dir);
	g_free(fixture);
	return 0;
}

static inline struct article *sample_article(uint64_t uid, const char *title, int64_t seen_at)
{
	struct article *article = article_new();
	article->uid = uid;
	article->content = uid * 31;
	article->likeness = uid * 17;
	article->feed = g_strdup("http://feed.example/rss");
	article->link = g_strdup_printf("http://feed.example/%" G_GINT64_MODIFIER "x", uid);
	article->title = g_strdup(title);
	article->body = g_strdup("Il testo.\nSeconda riga.");
	article->outlet = g_strdup("Esempio");
	article->first_seen_at = seen_at;
	return article;
}

static inline struct delivery *sample_delivery(const char *key, const char *channel, int64_t at)
{
	struct delivery *delivery = delivery_new();
	delivery->key = g_strdup(key);
	delivery->channel = g_strdup(channel);
	delivery->recipient = g_strdup("");
	delivery->priority = PRIORITY_NORMAL;
	delivery->created_at = at;
	delivery->due_at = at;
	delivery->payload = g_strdup("{}");
	return delivery;
}

static inline void commit(struct fixture *fixture, struct store_batch *batch)
{
	g_autoptr(GError) error = NULL;
	if (!store_commit(fixture->store, batch, &error))
		fail_msg("%s", error->message);
	store_batch_free(batch);
}

static inline void commit_delivery(struct fixture *fixture, struct delivery *delivery)
{
	struct store_batch *batch = store_batch_new();
	batch->now = delivery->created_at;
	g_ptr_array_add(batch->deliveries, delivery);
	commit(fixture, batch);
}
