/* engine: see engine.h. The parts, in order of their dependence; engine_free() goes back up the list.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/engine.h"

#include "daemon/caretaker.h"
#include "daemon/channels.h"
#include "daemon/config_check.h"
#include "daemon/control.h"
#include "daemon/monitor/log.h"
#include "daemon/notify.h"
#include "daemon/store/articles.h"
#include "daemon/subscriptions.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>

#define STOP_SECONDS 5 /* a stop waits so long for deliveries under way */

struct engine {
	struct engine_options options;
	struct config *config;
	struct store *store;
	struct filter_set *filters;
	struct matcher *matcher;
	struct worker *worker;
	struct fetcher *fetcher;
	struct control *control;
	GPtrArray *channels;
	struct delivery_runner *delivery;
	struct alerting *alerting;
	struct poller *poller;
	struct pipeline *pipeline;
	struct caretaker *caretaker;

	GMainLoop *loop;
	guint signals[4];
	guint stop_timer;
	bool stopping, fine;
};

/* ---- parts: each builds one, from those above it ------------------------------------------------------------ */

static void on_store_notice(const char *text, void *data)
{
	(void)data;
	log_warning("store.notice", "text", text);
}

static bool open_store(struct engine *e, GError **error)
{
	e->store = store_open(e->config->state_directory, STORE_ENGINE, on_store_notice, e, error);
	return e->store != NULL;
}

/* Filters and matcher of a configuration; outputs untouched on failure. */
static bool load_filters(const struct config *config, struct filter_set **filters,
			 struct matcher **matcher, GError **error)
{
	g_auto(GStrv) paths = config_filter_paths(config);
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	struct filter_set *set = filter_set_load((const char *const *)paths, problems, error);

	if (set && !config_check_filters(config, set, problems)) {
		g_autofree char *first = config_problem_text(config_problems_first(problems));
		g_set_error(error, FILTER_ERROR, FILTER_ERROR_SYNTAX, "%s", first);
		g_clear_pointer(&set, filter_set_free);
	}
	struct matcher *compiled = set ? matcher_new(set, error) : NULL;
	if (!compiled) {
		filter_set_free(set);
		return false;
	}
	for (unsigned i = 0; i < problems->len; i++) {
		g_autofree char *text = config_problem_text(problems->pdata[i]);
		log_warning("filter.warning", "text", text);
	}
	*filters = set;
	*matcher = compiled;
	return true;
}

static bool open_filters(struct engine *e, GError **error)
{
	return load_filters(e->config, &e->filters, &e->matcher, error);
}

static bool start_worker(struct engine *e, GError **error)
{
	e->worker = worker_new("/proc/self/exe", error);
	return e->worker != NULL;
}

static bool open_fetcher(struct engine *e, GError **error)
{
	const struct config *c = e->config;
	g_autofree char *agent = c->user_agent
					 ? g_strdup(c->user_agent)
					 : g_strdup_printf(PACKAGE "/" VERSION " (+%s)", c->contact);
	const struct fetcher_options options = {
		.user_agent = agent,
		.proxy = c->proxy,
		.ca_file = c->ca_file,
		.max_parallel = (unsigned)c->max_parallel,
		.max_per_host = (unsigned)c->max_per_host,
		.host_gap_ms = (unsigned)(c->host_gap * 1000),
		.allow_networks = (const char *const *)c->allow_networks,
	};
	e->fetcher = fetcher_new(&options, error);
	return e->fetcher != NULL;
}

static bool open_control(struct engine *e, GError **error)
{
	e->control = control_new(e->config->runtime_directory, e->store, error);
	return e->control != NULL;
}

static bool open_channels(struct engine *e, GError **error)
{
	e->channels = channels_open(e->config, e->control, error);
	return e->channels != NULL;
}

static bool open_alerting(struct engine *e, GError **error)
{
	e->alerting = alerting_new(e->config, e->filters, e->channels, e->store, error);
	return e->alerting != NULL;
}

static bool open_delivery(struct engine *e, GError **error)
{
	const struct delivery_options options = {
		.store = e->store,
		.channels = e->channels,
		.watch = caretaker_delivery_watch(),
		.user_data = e->caretaker,
	};
	e->delivery = delivery_runner_new(&options, error);
	return e->delivery != NULL;
}

static void start_poll(struct feed *feed, void *data)
{
	struct engine *e = data;
	pipeline_poll(e->pipeline, feed, e->options.force);
}

static bool wanted(const struct engine *e, const struct subscription *s)
{
	if (!e->options.feeds)
		return true;
	for (const char *const *pattern = e->options.feeds; *pattern; pattern++)
		if (g_pattern_match_simple(*pattern, s->url) ||
		    (s->title && g_pattern_match_simple(*pattern, s->title)))
			return true;
	return false;
}

static GHashTable *known_states(struct engine *e, GError **error)
{
	g_autoptr(GPtrArray) rows = store_feeds_load(e->store, error);
	if (!rows)
		return NULL;
	GHashTable *states = g_hash_table_new(g_str_hash, g_str_equal);
	g_ptr_array_set_free_func(rows, NULL);
	for (unsigned i = 0; i < rows->len; i++) {
		struct feed_state *state = rows->pdata[i];
		g_hash_table_insert(states, state->url, state);
	}
	return states;
}

/* Add what is new, remove what is gone, keep the rest polling as it was. */
static void set_feeds(struct engine *e, GPtrArray *subscriptions, GHashTable *states)
{
	g_autoptr(GHashTable) now = g_hash_table_new(g_str_hash, g_str_equal);
	g_ptr_array_set_free_func(subscriptions, NULL);
	for (unsigned i = 0; i < subscriptions->len; i++) {
		struct subscription *s = subscriptions->pdata[i];
		struct feed *known = poller_find(e->poller, s->url);
		gpointer state = NULL;
		if (!wanted(e, s)) {
			subscription_free(s);
			continue;
		}
		if (known) {
			subscription_free(known->subscription);
			known->subscription = s;
			poller_renamed(e->poller, known);
		} else {
			g_hash_table_steal_extended(states, s->url, NULL, &state);
			poller_add(e->poller,
				   feed_new(s, state ? state : feed_state_new(s->url)));
		}
		g_hash_table_add(now, s->url);
	}
	poller_keep_only(e->poller, now);
}

static void free_states(GHashTable *states)
{
	GHashTableIter iter;
	gpointer state;
	g_hash_table_iter_init(&iter, states);
	while (g_hash_table_iter_next(&iter, NULL, &state))
		feed_state_free(state);
	g_hash_table_unref(states);
}

static bool load_feeds(struct engine *e, GError **error)
{
	g_autoptr(GPtrArray) subscriptions = subscriptions_load(e->config, error);
	GHashTable *states = subscriptions ? known_states(e, error) : NULL;
	if (!states)
		return false;
	set_feeds(e, subscriptions, states);
	free_states(states);
	return true;
}

static bool open_poller(struct engine *e, GError **error)
{
	const struct poller_options options = {
		.max_parallel = (unsigned)e->config->max_parallel,
		.spread_s = e->options.once ? 0 : (unsigned)e->config->first_poll_spread,
		.start = start_poll,
		.user_data = e,
	};
	e->poller = poller_new(&options);
	return load_feeds(e, error);
}

static bool open_pipeline(struct engine *e, GError **error)
{
	const struct pipeline_parts parts = {
		.store = e->store,
		.fetcher = e->fetcher,
		.worker = e->worker,
		.matcher = e->matcher,
		.alerting = e->alerting,
		.poller = e->poller,
		.delivery = e->delivery,
		.limits = {.floor_s = e->config->interval_min, .ceiling_s = e->config->interval_max},
		.backlog_s = e->config->backlog,
		.ended = e->options.ended,
		.user_data = e->options.user_data,
	};
	(void)error;
	e->pipeline = pipeline_new(&parts);
	return true;
}

static bool open_caretaker(struct engine *e, GError **error)
{
	(void)error;
	e->caretaker = caretaker_new(e->config, e->store, e->alerting, e->poller);
	return true;
}

static void close_store(struct engine *e) { store_close(e->store); }
