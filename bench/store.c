/* bench/store: what the store costs at size: articles in, look-ups, a long backlog drained in
 * bounded memory. store DIR ARTICLES DELIVERIES        SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/delivery.h"
#include "daemon/store/articles.h"
#include "daemon/store/batch.h"
#include "daemon/store/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define POLL 30 /* articles a poll, as in a newspaper's feed */

static double seconds(clockid_t id)
{
	struct timespec at;
	clock_gettime(id, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static long peak_kib(void)
{
	g_autofree char *status = NULL;
	const char *peak = NULL;
	if (g_file_get_contents("/proc/self/status", &status, NULL, NULL))
		peak = strstr(status, "VmHWM:");
	return peak ? atol(peak + strlen("VmHWM:")) : 0;
}

/* Spread over all 64 bits, as a hash is (splitmix64). */
static uint64_t mix(uint64_t n)
{
	n += 0x9e3779b97f4a7c15u;
	n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9u;
	n = (n ^ (n >> 27)) * 0x94d049bb133111ebu;
	return n ^ (n >> 31);
}

static void die(GError *error)
{
	fprintf(stderr, "%s\n", error ? error->message : "failed");
	exit(1);
}

static struct article *make_article(unsigned n)
{
	struct article *article = article_new();
	article->uid = mix(n);
	article->content = mix(n + 1);
	article->likeness = mix(n + 2);
	article->feed = g_strdup_printf("http://feed.example/%u", n / POLL % 366);
	article->link = g_strdup_printf("http://feed.example/articolo/%u", n);
	article->title = g_strdup("Un titolo di lunghezza comune per un articolo");
	article->body = g_strnfill(400, 'x');
	article->first_seen_at = 1000 + n;
	return article;
}

static void put_articles(struct store *store, unsigned count)
{
	g_autoptr(GError) error = NULL;
	double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	for (unsigned n = 0; n < count;) {
		struct store_batch *batch = store_batch_new();
		for (unsigned i = 0; i < POLL && n < count; i++, n++)
			g_ptr_array_add(batch->articles, make_article(n));
		if (!store_commit(store, batch, &error))
			die(error);
		store_batch_free(batch);
	}
	printf("articles in, %d a commit: %.1f us each (CPU %.1f)\n", POLL,
	       (seconds(CLOCK_MONOTONIC) - wall) / count * 1e6,
	       (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / count * 1e6);
}

static void look_up(struct store *store, unsigned count)
{
	struct article_lookup lookups[POLL];
	unsigned done = 0, known = 0;
	double wall = seconds(CLOCK_MONOTONIC);
	for (; done < 200000; done += POLL) {
		for (unsigned i = 0; i < POLL; i++) {
			unsigned n = (unsigned)(mix(done + i) % (2 * (uint64_t)count));
			lookups[i] = (struct article_lookup){.uid = mix(n), .likeness = mix(n + 2)};
		}
		if (!store_lookup(store, "http://feed.example/0", lookups, POLL, NULL))
			die(NULL);
		for (unsigned i = 0; i < POLL; i++)
			known += lookups[i].known;
	}
	printf("look-ups of identity and likeness, %d a transaction: %.2f us each, %.0f %% known\n",
	       POLL, (seconds(CLOCK_MONOTONIC) - wall) / done * 1e6, 100.0 * known / done);
}

static void put_deliveries(struct store *store, unsigned count)
{
	g_autoptr(GError) error = NULL;
	double wall = seconds(CLOCK_MONOTONIC);
	struct message *message = message_new();
	message->key = g_strdup("k");
	g_autofree char *payload = message_to_json(message);
	message_free(message);
	for (unsigned n = 0; n < count;) {
		struct store_batch *batch = store_batch_new();
		batch->now = 1;
		for (unsigned i = 0; i < 100 && n < count; i++, n++) {
			struct delivery *delivery = delivery_new();
			delivery->key = g_strdup_printf("key-%u", n);
			delivery->channel = g_strdup("sink");
			delivery->created_at = delivery->due_at = 1;
			delivery->payload = g_strdup(payload);
			g_ptr_array_add(batch->deliveries, delivery);
		}
		if (!store_commit(store, batch, &error))
			die(error);
		store_batch_free(batch);
	}
	printf("deliveries in, 100 a commit: %.1f us each\n",
	       (seconds(CLOCK_MONOTONIC) - wall) / count * 1e6);
}

static unsigned sent;

static void sink_send(struct channel *channel, const struct message *message, const char *recipient,
		      send_done_fn *done, void *user_data)
{
	(void)channel, (void)message, (void)recipient;
	sent++;
	done(SEND_DONE, NULL, user_data);
}

static void drain(struct store *store, unsigned count)
{
	static const struct channel_ops ops = {.kind = "sink", .send = sink_send};
	struct channel sink = {.ops = &ops, .name = (char *)"sink", .max_parallel = 1};
	g_autoptr(GPtrArray) channels = g_ptr_array_new();
	g_ptr_array_add(channels, &sink);
	struct delivery_options options = {.store = store, .channels = channels};
	double wall = seconds(CLOCK_MONOTONIC);
	struct delivery_runner *runner = delivery_runner_new(&options, NULL);
	while (sent < count)
		delivery_turn(runner);
	delivery_turn(runner);
	delivery_runner_free(runner);
	printf("backlog of %u drained, each marked before the next: %.1f us each\n", count,
	       (seconds(CLOCK_MONOTONIC) - wall) / count * 1e6);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	g_autoptr(GError) error = NULL;
	unsigned articles = (unsigned)atoi(argv[2]), deliveries = (unsigned)atoi(argv[3]);
	struct store *store = store_open(argv[1], STORE_ENGINE, NULL, NULL, &error);
	if (!store)
		die(error);
	put_articles(store, articles);
	look_up(store, articles);
	put_deliveries(store, deliveries);
	drain(store, deliveries);
	struct store_stats stats;
	if (!store_stats(store, &stats, &error))
		die(error);
	printf("file %.0f MiB; peak of memory %ld KiB\n", (double)stats.space.file_bytes / 1048576,
	       peak_kib());
	store_close(store);
	return 0;
}
