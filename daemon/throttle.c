/* throttle: see throttle.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/throttle.h"

#include "daemon/store/outbox.h"

#include <string.h>

/* One reader of one channel. */
struct reader {
	GArray *told;  /* int64_t: when, oldest first, not older than the rate's time */
	int64_t until; /* what is over waits for this; past: nothing waits */
};

struct throttles {
	GHashTable *rates;   /* channel -> const struct rate *, of the configuration */
	GHashTable *readers; /* "channel/recipient" -> struct reader * */
};

static void reader_free(gpointer data)
{
	struct reader *reader = data;
	g_array_unref(reader->told);
	g_free(reader);
}

static struct reader *reader_of(struct throttles *t, const char *channel, const char *recipient)
{
	g_autofree char *name = g_strconcat(channel, "/", recipient ? recipient : "", NULL);
	struct reader *reader = g_hash_table_lookup(t->readers, name);
	if (!reader) {
		reader = g_new0(struct reader, 1);
		reader->told = g_array_new(FALSE, FALSE, sizeof(int64_t));
		g_hash_table_insert(t->readers, g_steal_pointer(&name), reader);
	}
	return reader;
}

static void forget_before(struct reader *reader, int64_t oldest)
{
	unsigned old = 0;
	while (old < reader->told->len && g_array_index(reader->told, int64_t, old) <= oldest)
		old++;
	if (old)
		g_array_remove_range(reader->told, 0, old);
}

/* A restart is no way round the limit. */
static void restore(struct throttles *t, const char *channel, const struct rate *rate,
		    struct store *store, int64_t now)
{
	struct outbox_query query = {.channel = channel,
				     .state = -1,
				     .kind = -1,
				     .created_since = now - (int64_t)rate->per_s};
	for (;;) {
		g_autoptr(GPtrArray) rows = outbox_list(store, &query, NULL);
		for (unsigned i = 0; rows && i < rows->len; i++) {
			const struct delivery *d = rows->pdata[i];
			struct reader *reader = reader_of(t, channel, d->recipient);
			query.after_id = d->id;
			if (!d->alert || d->state == DELIVERY_SUPPRESSED)
				continue;
			if (d->state != DELIVERY_HELD)
				g_array_append_val(reader->told, d->created_at);
			else if (d->reason && g_str_has_prefix(d->reason, THROTTLE_REASON))
				reader->until = MAX(reader->until, d->due_at);
		}
		if (!rows || !rows->len)
			return;
	}
}

struct throttles *throttles_new(const struct config *config, struct store *store, int64_t now)
{
	struct throttles *t = g_new0(struct throttles, 1);
	t->rates = g_hash_table_new(g_str_hash, g_str_equal);
	t->readers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, reader_free);
	for (unsigned i = 0; i < config->channels->len; i++) {
		const struct config_channel *channel = config->channels->pdata[i];
		if (!channel->throttle.count)
			continue;
		g_hash_table_insert(t->rates, channel->title, (gpointer)&channel->throttle);
		restore(t, channel->title, &channel->throttle, store, now);
	}
	return t;
}

void throttles_free(struct throttles *t)
{
	if (!t)
		return;
	g_hash_table_unref(t->rates);
	g_hash_table_unref(t->readers);
	g_free(t);
}

int64_t throttles_hold(struct throttles *t, const char *channel, const char *recipient,
		       enum priority priority, int64_t now)
{
	const struct rate *rate = g_hash_table_lookup(t->rates, channel);
	if (!rate)
		return 0;
	struct reader *reader = reader_of(t, channel, recipient);
	forget_before(reader, now - (int64_t)rate->per_s);
	bool full = reader->until > now || reader->told->len >= rate->count;
	if (!full || priority >= PRIORITY_CRITICAL) {
		g_array_append_val(reader->told, now);
		return 0;
	}
	/* all that waits is released together: when the first of those that filled the limit is old
	 * enough */
	if (reader->until <= now)
		reader->until = MAX(g_array_index(reader->told, int64_t, 0) + (int64_t)rate->per_s,
				    now + 1);
	return reader->until;
}
