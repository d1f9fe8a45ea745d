/* metrics: see metrics.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/metrics.h"

#include "daemon/listener.h"
#include "daemon/monitor/exposition.h"
#include "daemon/monitor/metrics_server.h"
#include "daemon/store/outbox.h"
#include "feeds/health.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char *const results[] = {
	[SEND_DONE] = "sent", [SEND_RETRY] = "retry", [SEND_REFUSED] = "refused", [SEND_UNKNOWN] = "unknown", [SEND_AWAY] = "away",
};

struct attempts {
	uint64_t by_result[G_N_ELEMENTS(results)];
};

struct metrics {
	int64_t started_at;
	uint64_t changed, unchanged, failed;       /* polls */
	uint64_t fresh, edited, matched, alerts;   /* articles; alerts raised or grown */
	GHashTable *attempts;                      /* channel to struct attempts */
	char *address;
	struct listener *listener;
	struct metrics_server *server;
	struct metrics_parts parts;
};

/* ---- counting --------------------------------------------------------------------------------------------------- */

struct metrics *metrics_new(void)
{
	struct metrics *m = g_new0(struct metrics, 1);
	m->started_at = g_get_real_time() / G_USEC_PER_SEC;
	m->attempts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return m;
}

static void serve_no_more(struct metrics *m)
{
	g_clear_pointer(&m->server, metrics_server_free);
	g_clear_pointer(&m->listener, listener_free);
	g_clear_pointer(&m->address, g_free);
}

void metrics_free(struct metrics *m)
{
	if (!m)
		return;
	serve_no_more(m);
	g_hash_table_unref(m->attempts);
	g_free(m);
}

void metrics_poll(struct metrics *m, const struct poll_summary *summary)
{
	if (summary->error)
		m->failed++;
	else if (summary->unchanged)
		m->unchanged++;
	else
		m->changed++;
	m->fresh += summary->fresh;
	m->edited += summary->edited;
	m->matched += summary->matched;
	m->alerts += summary->alerts;
}

void metrics_attempt(struct metrics *m, const char *channel, enum send_result result)
{
	struct attempts *attempts = g_hash_table_lookup(m->attempts, channel);

	if (!attempts) {
		attempts = g_new0(struct attempts, 1);
		g_hash_table_insert(m->attempts, g_strdup(channel), attempts);
	}
	attempts->by_result[result]++;
}

/* ---- families --------------------------------------------------------------------------------------------------- */

static void counter(GString *text, const char *name, uint64_t value, const char *help)
{
	exposition_family(text, name, "counter", help);
	exposition_sample(text, name, (double)value, NULL);
}

static void gauge(GString *text, const char *name, double value, const char *help)
{
	exposition_family(text, name, "gauge", help);
	exposition_sample(text, name, value, NULL);
}

static void add_counts(GString *text, const struct metrics *m)
{
	exposition_family(text, "vedetta_polls_total", "counter", "Polls of feeds that ended, by what they came to.");
	exposition_sample(text, "vedetta_polls_total", (double)m->changed, "outcome", "changed", NULL);
	exposition_sample(text, "vedetta_polls_total", (double)m->unchanged, "outcome", "unchanged", NULL);
	exposition_sample(text, "vedetta_polls_total", (double)m->failed, "outcome", "failed", NULL);
	exposition_family(text, "vedetta_articles_total", "counter", "Articles taken from feeds.");
	exposition_sample(text, "vedetta_articles_total", (double)m->fresh, "news", "new", NULL);
	exposition_sample(text, "vedetta_articles_total", (double)m->edited, "news", "edited", NULL);
	counter(text, "vedetta_articles_matched_total", m->matched, "Articles that at least one filter matched.");
	counter(text, "vedetta_alerts_total", m->alerts, "Alerts that were raised or grew.");
}

static void add_attempts(GString *text, const struct metrics *m)
{
	GHashTableIter each;
	void *channel, *value;

	exposition_family(text, "vedetta_delivery_attempts_total", "counter", "Deliveries tried, by channel and answer.");
	g_hash_table_iter_init(&each, m->attempts);
	while (g_hash_table_iter_next(&each, &channel, &value))
		for (size_t i = 0; i < G_N_ELEMENTS(results); i++)
			exposition_sample(text, "vedetta_delivery_attempts_total",
					  (double)((struct attempts *)value)->by_result[i], "channel", channel, "result",
					  results[i], NULL);
}

struct health_count {
	int64_t now;
	unsigned number[FEED_GONE + 1];
};

static void count_health(struct feed *feed, void *data)
{
	struct health_count *count = data;
	count->number[feed_health(feed->state, feed->subscription, count->now)]++;
}

static void add_feeds(GString *text, const struct metrics_parts *parts, int64_t now)
{
	struct health_count count = {.now = now};

	poller_each(parts->poller, count_health, &count);
	exposition_family(text, "vedetta_feeds", "gauge", "Feeds that are subscribed, by health.");
	for (int health = 0; health <= FEED_GONE; health++)
		exposition_sample(text, "vedetta_feeds", count.number[health], "health", feed_health_name(health), NULL);
	gauge(text, "vedetta_polls_running", poller_running(parts->poller), "Polls under way.");
	gauge(text, "vedetta_outage", pipeline_outage(parts->pipeline, NULL) != NULL,
	      "1 while most hosts that are asked fail in the same way.");
}

static bool is_waiting(enum delivery_state state)
{
	return state == DELIVERY_PENDING || state == DELIVERY_HELD || state == DELIVERY_SENDING;
}

static void add_outbox(GString *text, const GPtrArray *counts, int64_t now)
{
	exposition_family(text, "vedetta_outbox_deliveries", "gauge", "Deliveries in the outbox, by channel and state.");
	for (unsigned i = 0; i < counts->len; i++) {
		const struct outbox_count *c = counts->pdata[i];
		exposition_sample(text, "vedetta_outbox_deliveries", (double)c->count, "channel", c->channel, "state",
				  delivery_state_name(c->state), NULL);
	}
	exposition_family(text, "vedetta_outbox_oldest_seconds", "gauge", "Age of the oldest delivery that waits.");
	for (unsigned i = 0; i < counts->len; i++) {
		const struct outbox_count *c = counts->pdata[i];
		if (is_waiting(c->state))
			exposition_sample(text, "vedetta_outbox_oldest_seconds", (double)MAX(0, now - c->oldest_at), "channel",
					  c->channel, "state", delivery_state_name(c->state), NULL);
	}
}

static void add_store(GString *text, const struct metrics_parts *parts, int64_t now)
{
	g_autoptr(GPtrArray) counts = outbox_counts(parts->store, NULL);
	struct store_space space;

	gauge(text, "vedetta_store_healthy", counts && store_healthy(parts->store, NULL), "1 while the store can be read and written.");
	store_space(parts->store, &space);
	gauge(text, "vedetta_store_bytes", (double)(space.file_bytes + space.wal_bytes), "Size of the store, its log included.");
	if (space.disk_free_bytes >= 0)
		gauge(text, "vedetta_store_free_bytes", (double)space.disk_free_bytes, "Space left where the store is.");
	if (counts)
		add_outbox(text, counts, now);
}

static void add_worker(GString *text, const struct metrics_parts *parts)
{
	uint64_t documents = 0, restarts = 0;

	worker_counts(parts->worker, &documents, &restarts);
	counter(text, "vedetta_parser_documents_total", documents, "Documents that the parser read.");
	counter(text, "vedetta_parser_restarts_total", restarts, "Parsers that died and were replaced.");
}

/* By the names that every exporter uses; of this process, not of the parser. */
static void add_process(GString *text, const struct metrics *m)
{
	struct rusage used;
	unsigned long pages = 0;
	FILE *statm = fopen("/proc/self/statm", "re");

	if (statm && fscanf(statm, "%*u %lu", &pages) != 1)
		pages = 0;
	if (statm)
		fclose(statm);
	getrusage(RUSAGE_SELF, &used);
	exposition_family(text, "process_cpu_seconds_total", "counter", "CPU time of the service, user and system.");
	exposition_sample(text, "process_cpu_seconds_total",
			  (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
				  (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
			  NULL);
	gauge(text, "process_resident_memory_bytes", (double)pages * (double)sysconf(_SC_PAGESIZE), "Resident memory of the service.");
	gauge(text, "process_start_time_seconds", (double)m->started_at, "When the service began, in seconds since 1970.");
}

char *metrics_text(const struct metrics *m, const struct metrics_parts *parts, int64_t now)
{
	GString *text = g_string_new(NULL);

	exposition_family(text, "vedetta_build_info", "gauge", "The version that runs.");
	exposition_sample(text, "vedetta_build_info", 1, "version", PACKAGE_VERSION, NULL);
	add_feeds(text, parts, now);
	add_counts(text, m);
	add_attempts(text, m);
	add_store(text, parts, now);
	add_worker(text, parts);
	add_process(text, m);
	return g_string_free(text, FALSE);
}

/* ---- serving ----------------------------------------------------------------------------------------------------- */

static char *text_now(void *data)
{
	const struct metrics *m = data;
	return metrics_text(m, &m->parts, g_get_real_time() / G_USEC_PER_SEC);
}

bool metrics_serve(struct metrics *m, const char *address, const struct metrics_parts *parts, GError **error)
{
	if (parts)
		m->parts = *parts;
	if (g_strcmp0(address, m->address) == 0)
		return true;
	serve_no_more(m);
	if (!address)
		return true;
	m->listener = listener_new(address, error);
	m->server = m->listener ? metrics_server_new(listener_fd(m->listener), text_now, m, error) : NULL;
	if (!m->server) {
		serve_no_more(m);
		return false;
	}
	m->address = g_strdup(address);
	return true;
}
