/* scenario: the life of an article between the poll and the mark, on the real store and the real
 * delivery, small enough to be broken at every write. One round a poll: feed state, article, alert
 * and outbox rows in one commit; then delivery to a file. What was promised is said on stdout, line
 * by line: acked N      round N was committed sent KEY     the file channel answered "done" for
 * this key It goes on where the stored feed state says, as the service does with validators: a
 * state that is ahead of its articles loses them.
 *
 *   scenario DIR SINK ROUNDS [PAUSE_MS]     run rounds up to ROUNDS, then drain; exit 0 when all is
 * delivered scenario --check DIR                    print "state N", "article N" and "outbox KEY
 * STATE" of what is stored SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/delivery.h"
#include "daemon/store/articles.h"
#include "daemon/store/batch.h"
#include "daemon/store/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FEED "http://feed.example/rss"
/* Attempts at one commit before the run gives up: a fault that lasts must end it, one that passes
 * must not. */
#define TRIES 4

static void say(const char *format, ...) G_GNUC_PRINTF(1, 2);
static void say(const char *format, ...)
{
	va_list values;
	va_start(values, format);
	g_autofree char *text = g_strdup_vprintf(format, values);
	va_end(values);
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		_exit(3);
}

struct file_channel {
	struct channel base;
	int fd;
};

/* One line a message, on the disk before the answer: the mark must not be more durable than the
 * line. */
static void file_send(struct channel *channel, const struct message *message, const char *recipient,
		      send_done_fn *done, void *user_data)
{
	struct file_channel *file = (struct file_channel *)channel;
	g_autofree char *line = g_strdup_printf("%s\n", message->key);
	(void)recipient;
	if (write(file->fd, line, strlen(line)) != (ssize_t)strlen(line) || fsync(file->fd) != 0) {
		done(SEND_RETRY, g_strerror(errno), user_data);
		return;
	}
	say("sent %s\n", message->key);
	done(SEND_DONE, NULL, user_data);
}

static const struct channel_ops file_ops = {.kind = "file", .send = file_send};

static struct article *make_article(unsigned n)
{
	struct article *article = article_new();
	article->uid = n;
	article->feed = g_strdup(FEED);
	article->title = g_strdup_printf("Articolo %u", n);
	article->body = g_strnfill(3000, 'x');
	article->first_seen_at = 1000 + n;
	return article;
}

static struct delivery *make_delivery(unsigned n)
{
	struct delivery *delivery = delivery_new();
	struct message *message = message_new();
	message->key = g_strdup_printf("key-%u", n);
	delivery->key = g_strdup(message->key);
	delivery->channel = g_strdup("file");
	delivery->alert = n;
	delivery->created_at = delivery->due_at = 1000 + n;
	delivery->payload = message_to_json(message);
	message_free(message);
	return delivery;
}

static struct store_batch *make_round(unsigned n)
{
	struct store_batch *batch = store_batch_new();
	struct feed_state *state = feed_state_new(FEED);
	state->etag = g_strdup_printf("%u", n);
	g_ptr_array_add(batch->feeds, state);
	g_ptr_array_add(batch->articles, make_article(n));
	struct alert *alert = alert_new();
	alert->id = alert->story = n;
	alert->filter = g_strdup("f");
	g_ptr_array_add(batch->alerts, alert);
	struct story_member member = {n, n, STORY_FIRST, 1, 1000 + n};
	g_array_append_val(batch->members, member);
	g_ptr_array_add(batch->deliveries, make_delivery(n));
	return batch;
}

static unsigned state_of_feed(struct store *store)
{
	g_autoptr(GPtrArray) feeds = NULL;
	for (int i = 0; i < TRIES && !feeds; i++)
		feeds = store_feeds_load(store, NULL);
	if (!feeds)
		return G_MAXUINT;
	return feeds->len ? (unsigned)atoi(((struct feed_state *)feeds->pdata[0])->etag) : 0;
}

static bool commit_round(struct store *store, unsigned n)
{
	g_autoptr(GError) error = NULL;
	struct store_batch *batch = make_round(n);
	const char *patience = getenv("SCENARIO_PATIENCE");
	int tries = patience ? atoi(patience) * 20 : TRIES;
	bool ok = false;
	for (int i = 0; i < tries && !ok; i++) {
		g_clear_error(&error);
		ok = store_commit(store, batch, &error);
		if (!ok && patience) {
			say("error %s\n", error->message);
			g_usleep(50000);
		}
	}
	if (ok)
		say("acked %u\n", n);
	else
		say("error %s\n", error->message);
	store_batch_free(batch);
	return ok;
}

static int64_t far_now; /* each turn a pause later, so that retries are due */

static int64_t scenario_now(void *unused)
{
	(void)unused;
	return far_now;
}

/* Lines begin anew: a power cut may have left half of one. */
static int open_sink(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0 && write(fd, "\n", 1) != 1) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool waits(struct store *store)
{
	g_autoptr(GPtrArray) counts = outbox_counts(store, NULL);
	bool some = !counts;
	for (unsigned i = 0; counts && i < counts->len; i++) {
		const struct outbox_count *count = counts->pdata[i];
		some |= count->state == DELIVERY_PENDING || count->state == DELIVERY_SENDING;
	}
	return some;
}

static int run(const char *dir, const char *sink, unsigned rounds, unsigned pause_ms)
{
	g_autoptr(GError) error = NULL;
	struct file_channel file = {.base = {.ops = &file_ops,
					     .name = (char *)"file",
					     .max_parallel = 1,
					     .retry_min_s = 1,
					     .retry_max_s = 1}};
	g_autoptr(GPtrArray) channels = g_ptr_array_new();
	struct store *store = store_open(dir, STORE_ENGINE, NULL, NULL, &error);
	if (!store) {
		say("error %s\n", error->message);
		return 1;
	}
	far_now = g_get_real_time() / G_USEC_PER_SEC;
	file.fd = open_sink(sink);
	g_ptr_array_add(channels, &file);
	struct delivery_options options = {
		.store = store, .channels = channels, .now = scenario_now};
	struct delivery_runner *runner = NULL;
	for (int i = 0; i < TRIES && !runner; i++)
		runner = delivery_runner_new(&options, NULL);
	unsigned n = state_of_feed(store);
	bool ok = runner && file.fd >= 0 && n != G_MAXUINT;
	while (ok && n < rounds) {
		ok = commit_round(store, ++n);
		delivery_turn(runner);
		delivery_turn(runner);
		if (pause_ms)
			g_usleep(pause_ms * 1000);
	}
	for (unsigned i = 0; ok && i < 40 + 4 * rounds && waits(store); i++) {
		delivery_turn(runner);
		far_now += i % 4 == 3 ? 10 : 0;
	}
	ok = ok && !waits(store);
	delivery_runner_free(runner);
	store_close(store);
	close(file.fd);
	return ok ? 0 : 1;
}

static bool say_article(const struct article *article, void *user_data)
{
	(void)user_data;
	say("article %u\n", (unsigned)article->uid);
	return true;
}

static int check(const char *dir)
{
	g_autoptr(GError) error = NULL;
	struct store *store = store_open(dir, STORE_ENGINE, NULL, NULL, &error);
	if (!store) {
		say("error %s\n", error->message);
		return 1;
	}
	say("state %u\n", state_of_feed(store));
	store_articles_each(store, 0, INT64_MAX, NULL, say_article, NULL, NULL);
	struct outbox_query query = {.state = -1, .kind = -1, .limit = 1000000};
	g_autoptr(GPtrArray) rows = outbox_list(store, &query, NULL);
	for (unsigned i = 0; rows && i < rows->len; i++) {
		const struct delivery *delivery = rows->pdata[i];
		say("outbox %s %s\n", delivery->key, delivery_state_name(delivery->state));
	}
	store_close(store);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--check") == 0)
		return check(argv[2]);
	if (argc < 4)
		return 2;
	return run(argv[1], argv[2], (unsigned)atoi(argv[3]),
		   argc > 4 ? (unsigned)atoi(argv[4]) : 0);
}
