/* engine: see engine.h. The parts, in the order in which each needs those above it; engine_free() goes back up.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/engine.h"

#include "daemon/caretaker.h"
#include "daemon/channels.h"
#include "daemon/config_check.h"
#include "daemon/control.h"
#include "daemon/monitor/log.h"
#include "daemon/network_watch.h"
#include "daemon/notify.h"
#include "daemon/parser_program.h"
#include "daemon/roster.h"
#include "daemon/store/outbox.h"
#include "daemon/subscriptions.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>

#define STOP_SECONDS 5   /* a stop waits so long for deliveries under way */
#define ONCE_SECONDS 120 /* `once` waits so long for deliveries that are due */
#define ONCE_LOOK_MS 20
#define DOCUMENTS_WAITING 4 /* then no more are asked for */
#define BACK_FLOOR_S 60 /* a feed that could not be reached was not asked: interval_min does not count */

struct engine {
	struct engine_options options;
	struct config *config;
	struct store *store;
	struct filter_set *filters;
	struct matcher *matcher;
	struct worker *worker;
	struct fetcher *fetcher;
	struct control *control; /* NULL: no agent can connect */
	GPtrArray *channels;
	struct alerting *alerting;
	struct metrics *metrics;
	struct delivery_runner *delivery;
	struct host_pauses *pauses;
	struct poller *poller;
	struct pipeline *pipeline;
	struct caretaker *caretaker;
	struct network_watch *network;

	GMainLoop *loop;
	guint signals[4];
	guint stop_timer, once_timer;
	gint64 once_deadline;
	unsigned to_poll, polled; /* with `once` */
	bool stopping;
};

/* ---- parts: each is built from those above it ------------------------------------------------------------------ */

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

/* Filters and, unless NULL, matcher of a configuration; outputs untouched on failure. */
static bool load_filters(const struct config *config, struct filter_set **filters, struct matcher **matcher,
			 GError **error)
{
	g_auto(GStrv) paths = config_filter_paths(config);
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	struct filter_set *set = filter_set_load((const char *const *)paths, problems, error);

	if (set && !config_check_filters(config, set, problems)) {
		g_autofree char *first = config_problem_text(config_problems_first(problems));
		g_set_error(error, FILTER_ERROR, FILTER_ERROR_SYNTAX, "%s", first);
		g_clear_pointer(&set, filter_set_free);
	}
	struct matcher *compiled = set && matcher ? matcher_new(set, error) : NULL;
	if (!set || (matcher && !compiled)) {
		filter_set_free(set);
		return false;
	}
	for (unsigned i = 0; i < problems->len; i++) {
		g_autofree char *text = config_problem_text(problems->pdata[i]);
		log_warning("filter.warning", "text", text);
	}
	*filters = set;
	if (matcher)
		*matcher = compiled;
	return true;
}

static bool open_filters(struct engine *e, GError **error)
{
	/* a round of polls that brings nothing new needs no matcher: a third of what starting costs */
	return load_filters(e->config, &e->filters, e->options.once ? NULL : &e->matcher, error);
}

static struct matcher *compile_filters(void *data, GError **error)
{
	struct engine *e = data;
	if (!e->matcher)
		e->matcher = matcher_new(e->filters, error);
	return e->matcher;
}

static bool start_worker(struct engine *e, GError **error)
{
	e->worker = e->options.once ? worker_new_idle(parser_program()) : worker_new(parser_program(), error);
	return e->worker != NULL;
}

/* Documents keep their memory until they are parsed. */
static bool is_parser_busy(void *data)
{
	struct engine *e = data;
	return worker_waiting(e->worker) >= DOCUMENTS_WAITING;
}

/* `agent`: config_user_agent(). */
static struct fetcher_options fetcher_options_of(struct engine *e, const struct config *c, const char *agent)
{
	return (struct fetcher_options){
		.hold = is_parser_busy,
		.hold_data = e,
		.user_agent = agent,
		.proxy = c->proxy,
		.ca_file = c->ca_file,
		.max_parallel = (unsigned)c->max_parallel,
		.max_per_host = (unsigned)c->max_per_host,
		.host_gap_ms = (unsigned)(c->host_gap * 1000),
		.allow_networks = (const char *const *)c->allow_networks,
	};
}

static bool open_fetcher(struct engine *e, GError **error)
{
	g_autofree char *agent = config_user_agent(e->config);
	const struct fetcher_options options = fetcher_options_of(e, e->config, agent);
	e->fetcher = fetcher_new(&options, error);
	return e->fetcher != NULL;
}

/* What waits for a desktop goes as soon as there is one. */
static void on_desktop_ready(void *data)
{
	struct engine *e = data;
	for (unsigned i = 0; e->delivery && i < e->config->channels->len; i++) {
		const struct config_channel *channel = e->config->channels->pdata[i];
		if (channel->type == CHANNEL_DESKTOP)
			delivery_resume(e->delivery, channel->title);
	}
}

/* Without it everything but the desktop works. */
static bool open_control(struct engine *e, GError **error)
{
	g_autoptr(GError) failure = NULL;
	(void)error;
	e->control = control_new(e->config->runtime_directory, e->store, &failure);
	if (e->control)
		control_on_ready(e->control, on_desktop_ready, e);
	else
		log_warning("control.failed", "reason", failure->message, "then", "no desktop notifications");
	return true;
}

static bool open_channels(struct engine *e, GError **error)
{
	e->channels = channels_open(e->config, e->control, error);
	return e->channels != NULL;
}

static bool open_alerting(struct engine *e, GError **error)
{
	e->alerting = alerting_new(e->config, e->filters, e->store, error);
	return e->alerting != NULL;
}

static bool open_delivery(struct engine *e, GError **error)
{
	const struct delivery_options options = {
		.store = e->store,
		.channels = e->channels,
		.watch = &caretaker_watch,
		.user_data = &e->caretaker,
	};
	e->delivery = delivery_runner_new(&options, error);
	return e->delivery != NULL;
}

static void start_poll(struct feed *feed, void *data)
{
	struct engine *e = data;
	pipeline_poll(e->pipeline, feed, e->options.refetch);
}

static bool apply_feeds(struct engine *e, const struct config *config, GError **error)
{
	const struct roster_choice choice = {
		.patterns = e->options.feeds,
		.due_only = e->options.once,
		.named_due = true,
		.force = e->options.force,
		.floor_s = config->interval_min,
		.pauses = e->pauses,
		.left_out = e->options.left_out,
		.user_data = e->options.user_data,
	};
	GPtrArray *subscriptions = subscriptions_load(config, error);
	return subscriptions && roster_apply(e->poller, subscriptions, &choice, e->store, error);
}

static int64_t held_until(const struct feed *feed, void *data)
{
	struct engine *e = data;
	return host_pauses_until(e->pauses, feed->state->fetch_url, g_get_real_time() / G_USEC_PER_SEC);
}

/* More than are transferred: the next one must be there when one ends, so that its connection is kept. */
static unsigned polls_per_host(const struct config *config)
{
	return 2 * (unsigned)config->max_per_host + 2;
}

static bool open_poller(struct engine *e, GError **error)
{
	const struct poller_options options = {
		.max_parallel = (unsigned)e->config->max_parallel,
		.max_per_host = polls_per_host(e->config),
		.spread_s = e->options.once ? 0 : (unsigned)e->config->first_poll_spread,
		.late_spread_s = (unsigned)e->config->interval_min,
		.start = start_poll,
		.held_until = e->options.once ? NULL : held_until,
		.busy = is_parser_busy,
		.user_data = e,
	};
	e->pauses = host_pauses_new();
	e->poller = poller_new(&options);
	if (!apply_feeds(e, e->config, error))
		return false;
	e->to_poll = poller_size(e->poller);
	return true;
}

static struct pipeline_settings settings_of(const struct config *config)
{
	return (struct pipeline_settings){
		.limits = {.floor_s = config->interval_min, .ceiling_s = config->interval_max},
		.timeout_ms = (unsigned)config->timeout * 1000,
		.max_bytes = (size_t)config->max_document,
		.backlog_s = config->backlog,
	};
}

static void on_poll_ended(const struct poll_summary *summary, void *data)
{
	struct engine *e = data;
	e->polled++;
	metrics_poll(e->metrics, summary);
	if (e->caretaker)
		caretaker_poll_ended(e->caretaker, summary);
	if (e->options.ended)
		e->options.ended(summary, e->options.user_data);
}

static bool open_pipeline(struct engine *e, GError **error)
{
	const struct pipeline_parts parts = {
		.store = e->store,
		.fetcher = e->fetcher,
		.worker = e->worker,
		.matcher = e->matcher,
		.compile = compile_filters,
		.alerting = e->alerting,
		.poller = e->poller,
		.pauses = e->pauses,
		.delivery = e->delivery,
		.settings = settings_of(e->config),
		.ended = on_poll_ended,
		.failures_told = e->options.failures_told,
		.user_data = e,
	};
	(void)error;
	e->pipeline = pipeline_new(&parts);
	return true;
}

static bool open_caretaker(struct engine *e, GError **error)
{
	const struct caretaker_parts parts = {
		.config = e->config,
		.store = e->store,
		.alerting = e->alerting,
		.poller = e->poller,
		.pipeline = e->pipeline,
		.delivery = e->delivery,
		.worker = e->worker,
		.metrics = e->metrics,
	};
	(void)error;
	e->caretaker = caretaker_new(&parts);
	return true;
}

/* Without it everything goes on. */
static void serve_metrics(struct engine *e)
{
	const struct metrics_parts parts = {
		.store = e->store, .poller = e->poller, .worker = e->worker, .pipeline = e->pipeline};
	g_autoptr(GError) error = NULL;
	if (!metrics_serve(e->metrics, e->options.once ? NULL : e->config->metrics, &parts, &error))
		log_warning("metrics.failed", "reason", error->message, "then", "figures are served nowhere");
}

static bool open_metrics(struct engine *e, GError **error)
{
	(void)error;
	serve_metrics(e);
	return true;
}

static void on_network_back(int64_t since, void *data)
{
	struct engine *e = data;
	g_autofree char *feeds =
		g_strdup_printf("%u", poller_network_back(e->poller, since, BACK_FLOOR_S));
	log_info("network.back", "feeds-asked-soon", feeds);
}

/* One round of polls does not outlive a change of the network. */
static bool open_network(struct engine *e, GError **error)
{
	(void)error;
	if (!e->options.once)
		e->network = network_watch_new(on_network_back, e);
	return true;
}

static void close_network(struct engine *e) { network_watch_free(e->network); }

static void close_store(struct engine *e) { store_close(e->store); }
static void close_filters(struct engine *e)
{
	matcher_free(e->matcher);
	filter_set_free(e->filters);
}
static void stop_worker(struct engine *e) { worker_free(e->worker); }
static void close_fetcher(struct engine *e) { fetcher_free(e->fetcher); }
static void close_control(struct engine *e) { control_free(e->control); }
static void close_channels(struct engine *e) { g_clear_pointer(&e->channels, g_ptr_array_unref); }
static void close_metrics(struct engine *e) { metrics_serve(e->metrics, NULL, NULL, NULL); }
static void close_alerting(struct engine *e) { alerting_free(e->alerting); }
static void close_delivery(struct engine *e) { g_clear_pointer(&e->delivery, delivery_runner_free); }
static void close_poller(struct engine *e)
{
	poller_free(e->poller);
	host_pauses_free(e->pauses);
}
static void close_pipeline(struct engine *e) { pipeline_free(e->pipeline); }
static void close_caretaker(struct engine *e) { g_clear_pointer(&e->caretaker, caretaker_free); }

static const struct part {
	bool (*open)(struct engine *engine, GError **error);
	void (*close)(struct engine *engine); /* also of a part that was not opened */
} parts[] = {
	{open_store, close_store},
	{open_filters, close_filters},
	{start_worker, stop_worker},
	{open_fetcher, close_fetcher},
	{open_control, close_control},
	{open_channels, close_channels},
	{open_alerting, close_alerting},
	{open_delivery, close_delivery},
	{open_poller, close_poller},
	{open_pipeline, close_pipeline},
	{open_caretaker, close_caretaker},
	{open_metrics, close_metrics},
	{open_network, close_network},
};

void engine_log_init(const struct config *config)
{
	enum log_level level = LOG_LEVEL_INFO;
	enum log_format format = LOG_FORMAT_TEXT;

	log_level_parse(config->log_level, &level);
	log_format_parse(config->log_format, &format);
	log_init(level, format);
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(e->signals); i++)
		g_clear_handle_id(&e->signals[i], g_source_remove);
	g_clear_handle_id(&e->stop_timer, g_source_remove);
	g_clear_handle_id(&e->once_timer, g_source_remove);
	for (size_t i = G_N_ELEMENTS(parts); i-- > 0;)
		parts[i].close(e);
	metrics_free(e->metrics);
	g_main_loop_unref(e->loop);
	config_free(e->config);
	g_free(e);
}

unsigned engine_feeds(const struct engine *e) { return e->to_poll; }

/* ---- stop --------------------------------------------------------------------------------------------------------- */

static void on_drained(void *data)
{
	struct engine *e = data;
	g_main_loop_quit(e->loop);
}

static gboolean on_stop_timer(gpointer data)
{
	struct engine *e = data;
	e->stop_timer = 0;
	g_main_loop_quit(e->loop);
	return G_SOURCE_REMOVE;
}

static void stop(struct engine *e)
{
	if (e->stopping)
		return;
	e->stopping = true;
	notify_stopping();
	poller_stop(e->poller);
	pipeline_flush(e->pipeline, NULL);
	e->stop_timer = g_timeout_add_seconds(STOP_SECONDS, on_stop_timer, e);
	delivery_stop(e->delivery, on_drained, e);
}

static gboolean on_stop_signal(gpointer data)
{
	stop(data);
	return G_SOURCE_CONTINUE;
}

/* ---- reload: all of it or nothing ---------------------------------------------------------------------------------- */

struct reload {
	struct config *config;
	struct filter_set *filters;
	struct matcher *matcher;
	GPtrArray *channels;
};

static bool prepare(struct engine *e, struct reload *new, GError **error)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);

	new->config = config_load(e->options.config_path, problems, error);
	if (!new->config) {
		const struct filter_problem *first = config_problems_first(problems);
		g_autofree char *text = first ? config_problem_text(first) : NULL;
		if (text)
			g_prefix_error(error, "%s; ", text);
		return false;
	}
	if (!load_filters(new->config, &new->filters, &new->matcher, error))
		return false;
	new->channels = channels_open(new->config, e->control, error);
	return new->channels && apply_feeds(e, new->config, error);
}

static void discard(struct reload *rest)
{
	g_clear_pointer(&rest->channels, g_ptr_array_unref);
	matcher_free(rest->matcher);
	filter_set_free(rest->filters);
	config_free(rest->config);
}

/* Everything new takes the place of everything old, which is left in `new`. */
static void exchange(struct engine *e, struct reload *new)
{
	struct reload old = {e->config, e->filters, e->matcher, e->channels};
	const struct pipeline_settings settings = settings_of(new->config);
	g_autofree char *agent = config_user_agent(new->config);
	const struct fetcher_options options = fetcher_options_of(e, new->config, agent);

	pipeline_flush(e->pipeline, NULL);
	e->config = new->config;
	e->filters = new->filters;
	e->matcher = new->matcher;
	e->channels = new->channels;
	alerting_reload(e->alerting, e->config, e->filters);
	pipeline_use(e->pipeline, e->matcher, &settings);
	caretaker_reload(e->caretaker, e->config);
	delivery_channels(e->delivery, e->channels);
	fetcher_configure(e->fetcher, &options, NULL); /* its networks were checked with the configuration */
	poller_limit(e->poller, (unsigned)e->config->max_parallel, polls_per_host(e->config));
	engine_log_init(e->config);
	serve_metrics(e);
	if (strcmp(e->config->state_directory, old.config->state_directory) != 0 ||
	    strcmp(e->config->runtime_directory, old.config->runtime_directory) != 0)
		log_warning("engine.reload-later", "setting", "state", "then", "it is in force after the next start");
	*new = old;
}

static gboolean on_reload_signal(gpointer data)
{
	struct engine *e = data;
	struct reload new = {0};
	g_autoptr(GError) error = NULL;

	notify_reloading();
	if (prepare(e, &new, &error)) {
		exchange(e, &new);
		log_info("engine.reloaded");
		caretaker_well(e->caretaker, "reload", _("The configuration is in force again"), NULL);
	} else {
		log_error("engine.reload-refused", "reason", error->message, "then", "the configuration in force stays");
		caretaker_tell(e->caretaker, "reload", _("The new configuration was refused"), error->message,
			       PRIORITY_HIGH, NULL);
	}
	discard(&new);
	channels_reopen(e->channels);
	notify_ready();
	return G_SOURCE_CONTINUE;
}

/* ---- start and run ------------------------------------------------------------------------------------------------- */

struct engine *engine_new(struct config *config, const struct engine_options *options, GError **error)
{
	struct engine *e = g_new0(struct engine, 1);

	e->options = *options;
	e->config = config;
	e->loop = g_main_loop_new(NULL, FALSE);
	e->metrics = metrics_new();
	/* first: what comes while the parts open waits for the loop, and ends nobody */
	e->signals[0] = g_unix_signal_add(SIGTERM, on_stop_signal, e);
	e->signals[1] = g_unix_signal_add(SIGINT, on_stop_signal, e);
	e->signals[2] = g_unix_signal_add(SIGHUP, on_reload_signal, e);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		if (!parts[i].open(e, error)) {
			engine_free(e);
			return NULL;
		}
	return e;
}

static bool anything_due(struct engine *e)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	const struct outbox_query pending = {.state = DELIVERY_PENDING, .kind = -1, .due_before = now + 1, .limit = 1};
	const struct outbox_query sending = {.state = DELIVERY_SENDING, .kind = -1, .limit = 1};
	g_autoptr(GPtrArray) waiting = outbox_list(e->store, &pending, NULL);
	g_autoptr(GPtrArray) leased = outbox_list(e->store, &sending, NULL);
	return (waiting && waiting->len) || (leased && leased->len);
}

/* `once`: until every poll is committed and what is due was delivered. */
static gboolean on_once_timer(gpointer data)
{
	struct engine *e = data;

	if (e->polled < e->to_poll)
		return G_SOURCE_CONTINUE;
	if (!e->once_deadline)
		e->once_deadline = g_get_monotonic_time() + ONCE_SECONDS * G_USEC_PER_SEC;
	if (anything_due(e) && g_get_monotonic_time() < e->once_deadline)
		return G_SOURCE_CONTINUE;
	e->once_timer = 0;
	stop(e);
	return G_SOURCE_REMOVE;
}

bool engine_run(struct engine *e)
{
	if (e->options.once)
		e->once_timer = g_timeout_add(ONCE_LOOK_MS, on_once_timer, e);
	g_autofree char *feeds = g_strdup_printf("%u", poller_size(e->poller));
	g_autofree char *filters = g_strdup_printf("%u", filter_set_size(e->filters));
	log_info("engine.started", "feeds", feeds, "filters", filters, "state", e->config->state_directory);
	if (!filter_set_size(e->filters))
		log_warning("engine.no-filters", "text", "there are no filters; nothing can raise an alert");
	if (!e->options.once && !poller_size(e->poller))
		log_warning("engine.no-feeds", "text", "no feed is subscribed; 'vedetta feeds add' subscribes");
	delivery_start(e->delivery);
	poller_run(e->poller);
	if (!e->options.once)
		notify_ready();
	g_main_loop_run(e->loop);
	log_info("engine.stopped");
	return !e->options.once || e->polled == e->to_poll;
}
