/* undelivered: see undelivered.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/undelivered.h"

#include <string.h>

#define PAUSE_S 3600

/* One channel. */
struct channel_failures {
	int64_t told_at;
	unsigned waiting;
	struct delivery *last; /* of the waiting; NULL: none */
	char *reason;
};

struct undelivered {
	undelivered_tell_fn *tell;
	void *user_data;
	GHashTable *channels; /* name -> struct channel_failures * */
};

static void failures_free(gpointer data)
{
	struct channel_failures *f = data;
	delivery_free(f->last);
	g_free(f->reason);
	g_free(f);
}

struct undelivered *undelivered_new(undelivered_tell_fn *tell, void *user_data)
{
	struct undelivered *u = g_new0(struct undelivered, 1);
	u->tell = tell;
	u->user_data = user_data;
	u->channels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, failures_free);
	return u;
}

void undelivered_free(struct undelivered *u)
{
	if (!u)
		return;
	g_hash_table_unref(u->channels);
	g_free(u);
}

/* What the message about it names. */
static struct delivery *essence(const struct delivery *delivery)
{
	struct delivery *copy = delivery_new();
	copy->key = g_strdup(delivery->key);
	copy->channel = g_strdup(delivery->channel);
	copy->recipient = g_strdup(delivery->recipient);
	return copy;
}

static bool is_time(const struct channel_failures *f, int64_t now)
{
	return !f->told_at || now - f->told_at >= PAUSE_S || now < f->told_at;
}

static void tell(struct undelivered *u, struct channel_failures *f, int64_t now)
{
	f->told_at = now;
	u->tell(f->last, f->waiting, f->reason, u->user_data);
	f->waiting = 0;
	g_clear_pointer(&f->last, delivery_free);
}

void undelivered_add(struct undelivered *u, const struct delivery *delivery, const char *reason,
		     int64_t now)
{
	struct channel_failures *f = g_hash_table_lookup(u->channels, delivery->channel);
	if (!f) {
		f = g_new0(struct channel_failures, 1);
		g_hash_table_insert(u->channels, g_strdup(delivery->channel), f);
	}
	f->waiting++;
	delivery_free(f->last);
	f->last = essence(delivery);
	g_free(f->reason);
	f->reason = g_strdup(reason);
	if (is_time(f, now))
		tell(u, f, now);
}

void undelivered_turn(struct undelivered *u, int64_t now)
{
	GHashTableIter iter;
	gpointer f;
	g_hash_table_iter_init(&iter, u->channels);
	while (g_hash_table_iter_next(&iter, NULL, &f))
		if (((struct channel_failures *)f)->waiting && is_time(f, now))
			tell(u, f, now);
}
