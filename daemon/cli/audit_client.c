/* audit_client: see audit_client.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/audit_client.h"
#include "daemon/cli/folder.h"

#include "daemon/parser_program.h"
#include "daemon/roster.h"

#include <string.h>

#define BEGINNING 1800000000 /* a Friday in January 2027 */
#define ROUND_S	  60	     /* one poll of the real network may not take longer */

static const char conf_text[] = "route \"all\" { filters = { \"*\" } channels = { \"log\" } }\n"
				"channel \"log\" { type = log file = \"alerts.jsonl\" }\n";
static const char filter_text[] = "filter \"notizia\" { when = \"title:notizia\" }\n";

struct audit_client {
	struct audit_client_options options;
	char *folder;
	int64_t now;
	GPtrArray *subscribed; /* char *: addresses */
	GPtrArray *polls;
	struct config *config;
	struct filter_set *filters;
	struct matcher *matcher;
	struct store *store;
	struct worker *worker;
	struct fetcher *fetcher;
	struct alerting *alerting;
	struct host_pauses *pauses;
	struct poller *poller;
	struct pipeline *pipeline;
};

static int64_t now_of(void *data)
{
	return ((const struct audit_client *)data)->now;
}

int64_t audit_client_now(const struct audit_client *client)
{
	return client->now;
}

static void poll_free(gpointer data)
{
	struct audit_poll *poll = data;
	g_free(poll->url);
	g_free(poll->error);
	g_free(poll->moved_to);
	g_free(poll);
}

static void on_ended(const struct poll_summary *summary, void *data)
{
	struct audit_client *client = data;
	struct audit_poll *poll = g_new0(struct audit_poll, 1);

	*poll = (struct audit_poll){
		.at = client->now,
		.url = g_strdup(summary->feed->subscription->url),
		.error = g_strdup(summary->error),
		.status = summary->status,
		.entries = summary->entries,
		.fresh = summary->fresh,
		.edited = summary->edited,
		.alerts = summary->alerts,
		.moved_to = g_strdup(summary->moved_to),
		.unchanged = summary->unchanged,
		.backlog = summary->backlog,
	};
	g_ptr_array_add(client->polls, poll);
}

static int64_t held_until(const struct feed *feed, void *data)
{
	const struct audit_client *client = data;
	return host_pauses_until(client->pauses, feed->state->fetch_url, client->now);
}

static void start_poll(struct feed *feed, void *data)
{
	struct audit_client *client = data;
	pipeline_poll(client->pipeline, feed, false);
}

/* ---- the parts, in the order in which they need each other
 * ------------------------------------------------------- */

static bool open_rules(struct audit_client *client, GError **error)
{
	client->config = config_parse("audit", conf_text, client->folder, NULL, error);
	client->filters =
		client->config ? filter_set_parse("audit", filter_text, NULL, error) : NULL;
	client->matcher = client->filters ? matcher_new(client->filters, error) : NULL;
	return client->matcher != NULL;
}

static bool open_parts(struct audit_client *client, GError **error)
{
	const struct audit_client_options *o = &client->options;
	const char *const networks[] = {o->allow_network ? o->allow_network : "127.0.0.0/8", NULL};
	g_autofree char *agent = config_user_agent(client->config);
	const struct fetcher_options fetcher = {
		.user_agent = agent, .host_gap_ms = o->host_gap_ms, .allow_networks = networks};
	const struct poller_options poller = {
		.max_parallel = 64,
		.max_per_host = 4,
		.spread_s = o->spread_s,
		.late_spread_s = (unsigned)(o->floor_s ? o->floor_s : client->config->interval_min),
		.start = start_poll,
		.held_until = held_until,
		.user_data = client,
		.now = now_of,
		.now_data = client};

	client->store = store_open(client->folder, STORE_ENGINE, NULL, NULL, error);
	client->worker = client->store ? worker_new(parser_program(), error) : NULL;
	client->fetcher = client->worker ? fetcher_new(&fetcher, error) : NULL;
	client->alerting = client->fetcher ? alerting_new(client->config, client->filters,
							  client->store, error)
					   : NULL;
	if (!client->alerting)
		return false;
	client->pauses = host_pauses_new();
	client->poller = poller_new(&poller);
	const struct pipeline_parts parts = {
		.store = client->store,
		.fetcher = client->fetcher,
		.worker = client->worker,
		.matcher = client->matcher,
		.alerting = client->alerting,
		.poller = client->poller,
		.pauses = client->pauses,
		.settings = {.limits = {.floor_s = o->floor_s ? o->floor_s
							      : client->config->interval_min,
					.ceiling_s = o->ceiling_s ? o->ceiling_s
								  : client->config->interval_max},
			     .timeout_ms = o->timeout_ms,
			     .max_bytes = o->max_bytes,
			     .backlog_s = o->backlog_s},
		.ended = on_ended,
		.user_data = client,
		.now = now_of,
		.now_data = client,
	};
	client->pipeline = pipeline_new(&parts);
	return true;
}

static void close_parts(struct audit_client *client)
{
	g_clear_pointer(&client->pipeline, pipeline_free);
	g_clear_pointer(&client->poller, poller_free);
	g_clear_pointer(&client->pauses, host_pauses_free);
	g_clear_pointer(&client->alerting, alerting_free);
	g_clear_pointer(&client->fetcher, fetcher_free);
	g_clear_pointer(&client->worker, worker_free);
	g_clear_pointer(&client->store, store_close);
}

/* ---- life cycle
 * ----------------------------------------------------------------------------------------------------
 */

struct audit_client *audit_client_new(const struct audit_client_options *options, GError **error)
{
	g_autofree char *folder = g_dir_make_tmp("vedetta-audit-XXXXXX", error);
	if (!folder)
		return NULL;
	struct audit_client *client = g_new0(struct audit_client, 1);
	if (options)
		client->options = *options;
	client->folder = g_steal_pointer(&folder);
	client->now = BEGINNING;
	client->subscribed = g_ptr_array_new_with_free_func(g_free);
	client->polls = g_ptr_array_new_with_free_func(poll_free);
	if (!open_rules(client, error) || !open_parts(client, error))
		g_clear_pointer(&client, audit_client_free);
	return client;
}

void audit_client_free(struct audit_client *client)
{
	if (!client)
		return;
	close_parts(client);
	matcher_free(client->matcher);
	filter_set_free(client->filters);
	config_free(client->config);
	folder_remove(client->folder);
	g_ptr_array_unref(client->subscribed);
	g_ptr_array_unref(client->polls);
	g_free(client->folder);
	g_free(client);
}

/* ---- feeds
 * -----------------------------------------------------------------------------------------------------------
 */

static bool apply(struct audit_client *client, GError **error)
{
	const struct roster_choice everything = {.pauses = client->pauses};
	GPtrArray *subscriptions = g_ptr_array_new();

	for (unsigned i = 0; i < client->subscribed->len; i++)
		g_ptr_array_add(subscriptions, subscription_new(client->subscribed->pdata[i]));
	return roster_apply(client->poller, subscriptions, &everything, client->store, error);
}

struct subscription *audit_client_subscribe(struct audit_client *client, const char *url)
{
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(client->subscribed, g_strdup(url));
	if (!apply(client, &error))
		g_printerr("%s\n", error->message);
	struct feed *feed = poller_find(client->poller, url);
	return feed ? feed->subscription : NULL;
}

struct feed_state *audit_client_state(const struct audit_client *client, const char *url)
{
	struct feed *feed = poller_find(client->poller, url);
	return feed ? feed->state : NULL;
}

bool audit_client_restart(struct audit_client *client)
{
	g_autoptr(GError) error = NULL;

	close_parts(client);
	if (open_parts(client, &error) && apply(client, &error))
		return true;
	g_printerr("%s\n", error ? error->message : "no store");
	return false;
}

/* ---- time
 * ------------------------------------------------------------------------------------------------------------
 */

static gboolean on_tick(gpointer data)
{
	(void)data;
	return G_SOURCE_CONTINUE;
}

/* Until no poll is under way. The network's time is real, the clock stands. */
static void settle(struct audit_client *client)
{
	gint64 deadline = g_get_monotonic_time() + ROUND_S * G_USEC_PER_SEC;
	guint tick = g_timeout_add(20, on_tick, NULL);

	while (poller_running(client->poller) && g_get_monotonic_time() < deadline) {
		g_main_context_iteration(NULL, TRUE);
		pipeline_flush(client->pipeline, NULL);
		poller_turn(client->poller);
	}
	g_source_remove(tick);
}

void audit_client_turn(struct audit_client *client)
{
	for (;;) {
		poller_turn(client->poller);
		if (!poller_running(client->poller))
			return;
		settle(client);
	}
}

void audit_client_run(struct audit_client *client, int64_t seconds, unsigned max_polls)
{
	int64_t end = client->now + seconds;
	unsigned before = client->polls->len;

	while (client->now < end && (!max_polls || client->polls->len - before < max_polls)) {
		int64_t next = poller_turn(client->poller);
		if (poller_running(client->poller)) {
			settle(client);
			continue;
		}
		client->now = MIN(end, MAX(next, client->now + 1));
	}
}

void audit_client_jump(struct audit_client *client, int64_t seconds)
{
	client->now += seconds;
}

const struct audit_poll *audit_client_poll(struct audit_client *client, const char *url)
{
	struct feed *feed = poller_find(client->poller, url);
	unsigned before = client->polls->len;

	if (!feed)
		return NULL;
	poller_ask_now(client->poller, feed);
	audit_client_turn(client);
	for (unsigned i = client->polls->len; i-- > before;) {
		const struct audit_poll *poll = client->polls->pdata[i];
		if (strcmp(poll->url, url) == 0)
			return poll;
	}
	return NULL;
}

static void ask_now(struct feed *feed, void *data)
{
	feed->state->next_poll_at = ((const struct audit_client *)data)->now;
}

void audit_client_poll_all(struct audit_client *client)
{
	poller_each(client->poller, ask_now, client);
	poller_clock_jumped(client->poller, 0);
	audit_client_turn(client);
}

int64_t audit_client_messages(const struct audit_client *client)
{
	struct store_stats stats;
	int64_t count = 0;

	if (!store_stats(client->store, &stats, NULL))
		return -1;
	for (size_t i = 0; i < G_N_ELEMENTS(stats.outbox); i++)
		count += stats.outbox[i];
	return count;
}

const GPtrArray *audit_client_polls(const struct audit_client *client)
{
	return client->polls;
}
