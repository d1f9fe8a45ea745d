/* poller: see poller.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/poller.h"

#include "feeds/url.h"

#define LONGEST_SLEEP_S 30 /* so that a clock that was set is noticed */
#define LATE_S 120         /* called so much later than asked for: the clock jumped */
#define BACK_SPREAD_S 60   /* at least, when the network is back */
#define HELD_SPREAD_S 60   /* after a pause of a host its feeds do not come in one second */
#define START_AT_ONCE 8    /* polls, then what they brought by then is looked at: a near server answers at once */

/* Hung and dead servers hold their places for long: a feed that answered does not stand in line behind them. */
enum standing { PROVEN, UNPROVEN, STANDINGS };

/* A server with polls under way. */
struct poll_host {
	char *name;
	unsigned running;
	GQueue waiting; /* struct feed * */
};

struct poller {
	struct poller_options options;
	/* struct feed *, by next_poll_at; those being polled, and those that wait for their host, stand at the end */
	GSequence *order[STANDINGS];
	GHashTable *hosts;  /* name → struct poll_host * */
	GHashTable *by_url; /* → struct feed * */
	unsigned running;
	int64_t asked_for; /* when poller_turn() said to call again; 0: nothing was said */
	guint timer;
	bool stopped;
};

struct feed *feed_new(struct subscription *subscription, struct feed_state *state)
{
	struct feed *feed = g_new0(struct feed, 1);
	feed->subscription = subscription;
	feed->state = state;
	return feed;
}

void feed_free(struct feed *feed)
{
	if (!feed)
		return;
	subscription_free(feed->subscription);
	feed_state_free(feed->state);
	g_free(feed);
}

static int64_t now_of(const struct poller *poller)
{
	if (poller->options.now)
		return poller->options.now(poller->options.now_data);
	return g_get_real_time() / G_USEC_PER_SEC;
}

static int64_t due(const struct feed *feed)
{
	bool never = feed->polling || feed->waits || feed->joined || feed->subscription->paused || feed->state->gone;
	return never ? INT64_MAX : feed->state->next_poll_at;
}

static int by_due(gconstpointer left, gconstpointer right, gpointer data)
{
	const struct feed *a = left, *b = right;
	(void)data;
	return due(a) < due(b) ? -1 : due(a) > due(b);
}

static void host_free(gpointer data)
{
	struct poll_host *host = data;
	g_queue_clear(&host->waiting);
	g_free(host->name);
	g_free(host);
}

struct poller *poller_new(const struct poller_options *options)
{
	struct poller *poller = g_new0(struct poller, 1);
	poller->options = *options;
	for (int i = 0; i < STANDINGS; i++)
		poller->order[i] = g_sequence_new(NULL);
	poller->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, host_free);
	poller->by_url = g_hash_table_new(g_str_hash, g_str_equal);
	return poller;
}

static void free_feed(gpointer feed, gpointer data)
{
	(void)data;
	feed_free(feed);
}

void poller_free(struct poller *poller)
{
	if (!poller)
		return;
	poller_stop(poller);
	g_hash_table_unref(poller->by_url);
	for (int i = 0; i < STANDINGS; i++) {
		g_sequence_foreach(poller->order[i], free_feed, NULL);
		g_sequence_free(poller->order[i]);
	}
	g_hash_table_unref(poller->hosts);
	g_free(poller);
}

static void spread(const struct poller *poller, struct feed *feed, unsigned over_s)
{
	feed->state->next_poll_at = now_of(poller) + (over_s ? g_random_int_range(0, (int)over_s) : 0);
}

static unsigned late_spread(const struct poller *poller)
{
	return poller->options.late_spread_s ? poller->options.late_spread_s : poller->options.spread_s;
}

void poller_limit(struct poller *poller, unsigned max_parallel, unsigned max_per_host)
{
	poller->options.max_parallel = max_parallel;
	poller->options.max_per_host = max_per_host;
}

static GSequence *order_of(struct poller *poller, const struct feed *feed)
{
	bool proven = feed->state->last_success_at && !feed->state->failures;
	return poller->order[proven ? PROVEN : UNPROVEN];
}

/* Its due time is another one, or how it stands. */
static void resort(struct poller *poller, struct feed *feed)
{
	GSequence *order = order_of(poller, feed);

	if (g_sequence_iter_get_sequence(feed->place) != order)
		g_sequence_move(feed->place, g_sequence_get_end_iter(order));
	g_sequence_sort_changed(feed->place, by_due, NULL);
}

static void resort_all(struct poller *poller)
{
	for (int i = 0; i < STANDINGS; i++)
		g_sequence_sort(poller->order[i], by_due, NULL);
}

/* ---- hosts ---------------------------------------------------------------------------------------------- */

static struct poll_host *host_of(struct poller *poller, const struct feed *feed)
{
	g_autofree char *key = url_host(feed->state->fetch_url);
	struct poll_host *host = g_hash_table_lookup(poller->hosts, key);

	if (!host) {
		host = g_new0(struct poll_host, 1);
		host->name = g_steal_pointer(&key);
		g_queue_init(&host->waiting);
		g_hash_table_insert(poller->hosts, host->name, host);
	}
	return host;
}

/* True: it may begin. Else it waits at its host. */
static bool enter(struct poller *poller, struct feed *feed)
{
	struct poll_host *host = host_of(poller, feed);

	feed->host = host;
	if (!poller->options.max_per_host || host->running < poller->options.max_per_host) {
		host->running++;
		return true;
	}
	feed->waits = true;
	g_queue_push_tail(&host->waiting, feed);
	resort(poller, feed);
	return false;
}

/* Who waited is due now, behind those elsewhere that were due before. True: somebody did. */
static bool wake_waiting(struct poller *poller, struct poll_host *host)
{
	int64_t now = now_of(poller);
	unsigned most = poller->options.max_per_host ? poller->options.max_per_host : UINT_MAX;
	unsigned free_places = most - MIN(host->running, most);
	bool woken = free_places && host->waiting.length;

	while (free_places && host->waiting.length) {
		struct feed *feed = g_queue_pop_head(&host->waiting);
		feed->waits = false;
		feed->host = NULL;
		feed->state->next_poll_at = MAX(feed->state->next_poll_at, now);
		free_places -= feed->state->next_poll_at == now;
		resort(poller, feed);
	}
	if (!host->running && !host->waiting.length)
		g_hash_table_remove(poller->hosts, host->name);
	return woken;
}

static bool leave(struct poller *poller, struct feed *feed)
{
	struct poll_host *host = g_steal_pointer(&feed->host);

	if (!host)
		return false;
	if (feed->waits)
		g_queue_remove(&host->waiting, feed);
	else
		host->running--;
	feed->waits = false;
	return wake_waiting(poller, host);
}

void poller_answered(struct poller *poller, struct feed *feed)
{
	if (leave(poller, feed))
		poller_run(poller);
}

/* ---- feeds ---------------------------------------------------------------------------------------------- */

void poller_add(struct poller *poller, struct feed *feed)
{
	if (feed->state->next_poll_at < now_of(poller))
		spread(poller, feed, poller->options.spread_s);
	feed->place = g_sequence_insert_sorted(order_of(poller, feed), feed, by_due, NULL);
	g_hash_table_insert(poller->by_url, feed->subscription->url, feed);
	poller_run(poller);
}

static void drop(struct poller *poller, struct feed *feed)
{
	g_sequence_remove(feed->place);
	leave(poller, feed);
	feed_free(feed);
}

void poller_remove(struct poller *poller, struct feed *feed)
{
	g_hash_table_remove(poller->by_url, feed->subscription->url);
	feed->removed = true;
	if (!feed->polling)
		drop(poller, feed);
}

struct choice {
	struct poller *poller;
	GHashTable *urls;
};

static gboolean is_unwanted(gpointer key, gpointer value, gpointer data)
{
	const struct choice *choice = data;
	struct feed *feed = value;
	if (g_hash_table_contains(choice->urls, key))
		return FALSE;
	feed->removed = true;
	if (!feed->polling)
		drop(choice->poller, feed);
	return TRUE;
}

void poller_keep_only(struct poller *poller, GHashTable *urls)
{
	struct choice choice = {poller, urls};
	g_hash_table_foreach_remove(poller->by_url, is_unwanted, &choice);
}

void poller_resubscribe(struct poller *poller, struct feed *feed, struct subscription *subscription)
{
	g_hash_table_replace(poller->by_url, subscription->url, feed);
	subscription_free(feed->subscription);
	feed->subscription = subscription;
	resort(poller, feed);
	poller_run(poller);
}

void poller_ask_now(struct poller *poller, struct feed *feed)
{
	feed->state->next_poll_at = now_of(poller);
	if (!feed->polling)
		resort(poller, feed);
	poller_run(poller);
}

void poller_done(struct poller *poller, struct feed *feed)
{
	poller->running--;
	feed->polling = false;
	if (feed->removed) {
		drop(poller, feed);
	} else {
		resort(poller, feed); /* first: others are sorted in beside it */
		leave(poller, feed);
	}
	poller_run(poller);
}

/* Also brings forward what is due later than `latest`. */
static void spread_overdue(struct poller *poller, int64_t now, int64_t latest)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, poller->by_url);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct feed *feed = value;
		if (feed->state->next_poll_at < now)
			spread(poller, feed, late_spread(poller));
		else
			feed->state->next_poll_at = MIN(feed->state->next_poll_at, latest);
	}
	resort_all(poller);
}

static bool is_held(struct poller *poller, struct feed *feed, int64_t now)
{
	int64_t until = poller->options.held_until ? poller->options.held_until(feed, poller->options.user_data) : 0;
	if (until <= now)
		return false;
	feed->state->next_poll_at = until + g_random_int_range(0, HELD_SPREAD_S);
	resort(poller, feed);
	return true;
}

/* NULL: none is; the next one is then. */
static struct feed *first_due(struct poller *poller, int64_t now, int64_t *next)
{
	for (int i = 0; i < STANDINGS; i++) {
		GSequenceIter *first = g_sequence_get_begin_iter(poller->order[i]);
		if (g_sequence_iter_is_end(first))
			continue;
		struct feed *feed = g_sequence_get(first);
		if (due(feed) <= now)
			return feed;
		*next = MIN(*next, due(feed));
	}
	return NULL;
}

static bool may_start(const struct poller *poller)
{
	const struct poller_options *o = &poller->options;
	return !poller->stopped && poller->running < o->max_parallel && !(o->busy && o->busy(o->user_data));
}

/* *at_most: so many more may be started. */
static int64_t turn(struct poller *poller, unsigned *at_most)
{
	int64_t now = now_of(poller);

	if (poller->asked_for && now - LATE_S > poller->asked_for) /* asked_for may be INT64_MAX */
		spread_overdue(poller, now, INT64_MAX);
	poller->asked_for = 0;
	while (*at_most && may_start(poller)) {
		int64_t next = INT64_MAX;
		struct feed *feed = first_due(poller, now, &next);
		if (!feed)
			return poller->asked_for = next;
		if (is_held(poller, feed, now) || !enter(poller, feed))
			continue;
		feed->polling = true;
		poller->running++;
		resort(poller, feed);
		--*at_most;
		poller->options.start(feed, poller->options.user_data);
	}
	return INT64_MAX;
}

int64_t poller_turn(struct poller *poller)
{
	unsigned at_most = UINT_MAX;
	return turn(poller, &at_most);
}

static gboolean on_timer(gpointer data)
{
	struct poller *poller = data;
	unsigned at_most = START_AT_ONCE;
	poller->timer = 0;
	int64_t next = turn(poller, &at_most);
	if (!at_most)
		poller_run(poller);
	if (!poller->stopped && !poller->timer && next != INT64_MAX) {
		int64_t now = now_of(poller), wait = CLAMP(next - now, 1, LONGEST_SLEEP_S);
		poller->asked_for = now + wait;
		poller->timer = g_timeout_add_seconds((guint)wait, on_timer, poller);
	}
	return G_SOURCE_REMOVE;
}

void poller_run(struct poller *poller)
{
	if (poller->stopped || poller->options.now)
		return;
	g_clear_handle_id(&poller->timer, g_source_remove);
	poller->timer = g_idle_add(on_timer, poller);
}

void poller_stop(struct poller *poller)
{
	poller->stopped = true;
	g_clear_handle_id(&poller->timer, g_source_remove);
}

void poller_clock_jumped(struct poller *poller, int64_t longest_s)
{
	int64_t now = now_of(poller);

	spread_overdue(poller, now, now + longest_s);
	poller_run(poller);
}

unsigned poller_network_back(struct poller *poller, int64_t since, int64_t floor_s)
{
	int64_t now = now_of(poller);
	unsigned spread_s = MAX(poller->options.spread_s, BACK_SPREAD_S), count = 0;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, poller->by_url);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct feed_state *state = ((struct feed *)value)->state;
		if (!state->failures || state->last_status || state->last_poll_at < since)
			continue;
		int64_t soon = MAX(now + g_random_int_range(0, (int)spread_s), state->last_poll_at + floor_s);
		if (state->next_poll_at > soon) {
			state->next_poll_at = soon;
			count++;
		}
	}
	resort_all(poller);
	poller_run(poller);
	return count;
}

/* The one that is subscribed at the very address is polled, or else the first by name. */
static void claim(gpointer key, gpointer value, gpointer data)
{
	GHashTable *owners = data;
	struct feed *feed = value, *other = g_hash_table_lookup(owners, feed->state->fetch_url);
	bool at_home = g_strcmp0(key, feed->state->fetch_url) == 0;
	bool other_at_home = other && g_strcmp0(other->subscription->url, other->state->fetch_url) == 0;

	if (!other || at_home || (!other_at_home && g_strcmp0(key, other->subscription->url) < 0))
		g_hash_table_replace(owners, feed->state->fetch_url, feed);
}

void poller_join(struct poller *poller)
{
	g_autoptr(GHashTable) owners = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_foreach(poller->by_url, claim, owners);
	g_hash_table_iter_init(&iter, poller->by_url);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct feed *feed = value;
		feed->joined = g_hash_table_lookup(owners, feed->state->fetch_url) != feed;
	}
	resort_all(poller);
}

struct feed *poller_find(const struct poller *poller, const char *url)
{
	return g_hash_table_lookup(poller->by_url, url);
}

void poller_each(struct poller *poller, void (*each)(struct feed *, void *), void *user_data)
{
	GHashTableIter iter;
	gpointer value;
	g_hash_table_iter_init(&iter, poller->by_url);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		each(value, user_data);
}

unsigned poller_size(const struct poller *poller)
{
	return g_hash_table_size(poller->by_url);
}

unsigned poller_running(const struct poller *poller)
{
	return poller->running;
}
