/* status: one screen: feeds, last alerts, outbox, store, next polls.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/store/alerts.h"
#include "daemon/store/articles.h"
#include "daemon/canary.h"
#include "daemon/store/outbox.h"
#include "daemon/store/values.h"
#include "daemon/subscriptions.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define LAST_ALERTS 5
#define NEXT_POLLS 5
#define FAILING_FEEDS 8

struct overview {
	struct store_stats stats;
	GPtrArray *feeds;  /* struct feed_state * */
	GPtrArray *alerts; /* struct alert * */
	GPtrArray *outbox; /* struct outbox_count * */
	char *canary;      /* or NULL */
	unsigned fine, failing, gone, never;
	int64_t engine; /* pid, 0: none */
};

static void count_feeds(struct overview *o)
{
	for (unsigned i = 0; i < o->feeds->len; i++) {
		const struct feed_state *state = o->feeds->pdata[i];
		if (state->gone)
			o->gone++;
		else if (!state->last_poll_at)
			o->never++;
		else if (state->failures)
			o->failing++;
		else
			o->fine++;
	}
}

static void free_state(gpointer state) { feed_state_free(state); }

/* The store remembers feeds that are not subscribed any more, and knows none that was not asked yet. */
static GPtrArray *subscribed(GPtrArray *known, const GPtrArray *subscriptions)
{
	g_autoptr(GHashTable) states = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_state);
	GPtrArray *feeds = g_ptr_array_new_with_free_func(free_state);

	g_ptr_array_set_free_func(known, NULL);
	for (unsigned i = 0; i < known->len; i++)
		g_hash_table_replace(states, ((struct feed_state *)known->pdata[i])->url, known->pdata[i]);
	g_ptr_array_unref(known);
	for (unsigned i = 0; i < subscriptions->len; i++) {
		const char *url = ((const struct subscription *)subscriptions->pdata[i])->url;
		gpointer state = NULL;
		g_hash_table_steal_extended(states, url, NULL, &state);
		g_ptr_array_add(feeds, state ? state : feed_state_new(url));
	}
	return feeds;
}

static bool read_overview(const struct config *config, struct store *store, struct overview *o, GError **error)
{
	g_autoptr(GPtrArray) subscriptions = subscriptions_load(config, error);
	const struct alert_query query = {.state = -1, .limit = LAST_ALERTS};
	if (!subscriptions || !store_stats(store, &o->stats, error))
		return false;
	o->feeds = store_feeds_load(store, error);
	if (o->feeds)
		o->feeds = subscribed(o->feeds, subscriptions);
	o->alerts = o->feeds ? store_alerts(store, &query, NULL, error) : NULL;
	o->outbox = o->alerts ? outbox_counts(store, error) : NULL;
	if (o->outbox)
		count_feeds(o);
	o->canary = store_value(store, CANARY_VALUE, NULL);
	return o->outbox != NULL;
}

static int by_next_poll(gconstpointer left, gconstpointer right)
{
	const struct feed_state *a = *(const struct feed_state *const *)left;
	const struct feed_state *b = *(const struct feed_state *const *)right;
	return a->next_poll_at < b->next_poll_at ? -1 : a->next_poll_at > b->next_poll_at;
}

static void print_feeds(struct overview *o)
{
	printf(_("Feeds      %u fine, %u failing, %u gone, %u not polled yet\n"), o->fine, o->failing,
	       o->gone, o->never);
	for (unsigned i = 0, shown = 0; i < o->feeds->len; i++) {
		const struct feed_state *state = o->feeds->pdata[i];
		if (!state->failures || state->gone || ++shown > FAILING_FEEDS)
			continue;
		g_autofree char *url = cli_text(state->url, 60);
		g_autofree char *why = cli_text(state->last_error ? state->last_error : "", 80);
		g_autofree char *next = cli_time(state->next_poll_at);
		printf(_("  failing  %s: %s; next attempt %s\n"), url, why, next);
	}
	if (o->failing > FAILING_FEEDS)
		printf(ngettext("  … and %u more: 'vedetta feeds list --health=failing'\n",
				"  … and %u more: 'vedetta feeds list --health=failing'\n", o->failing - FAILING_FEEDS),
		       o->failing - FAILING_FEEDS);
	g_ptr_array_sort(o->feeds, by_next_poll);
	for (unsigned i = 0, shown = 0; i < o->feeds->len && shown < NEXT_POLLS; i++) {
		const struct feed_state *state = o->feeds->pdata[i];
		if (state->gone || !state->next_poll_at)
			continue;
		g_autofree char *url = cli_text(state->url, cli_room(29, 70));
		g_autofree char *next = cli_time(state->next_poll_at);
		printf(_("  next     %s  %s\n"), next, url);
		shown++;
	}
}

static void print_alerts(const struct overview *o)
{
	printf(_("Alerts     %" PRId64 ", %" PRId64 " open\n"), o->stats.alerts,
	       o->stats.open_alerts);
	for (unsigned i = o->alerts->len; i-- > 0;) {
		const struct alert *alert = o->alerts->pdata[i];
		g_autofree char *when = cli_time(alert->raised_at);
		g_autofree char *title = cli_text(alert->title ? alert->title : "", cli_room(20, 80));
		printf("  %s  %s\n", when, title);
	}
}

static void print_outbox(const struct overview *o)
{
	bool any = false;
	for (unsigned i = 0; i < o->outbox->len; i++) {
		const struct outbox_count *c = o->outbox->pdata[i];
		if (c->state == DELIVERY_SENT || c->state == DELIVERY_SUPPRESSED)
			continue;
		g_autofree char *oldest = cli_time(c->oldest_at);
		printf(_("Outbox     %s: %" PRId64 " %s, oldest of %s\n"), c->channel, c->count,
		       cli_name(delivery_state_name(c->state)), oldest);
		any = true;
	}
	if (!any)
		puts(_("Outbox     nothing waits"));
}

/* "12 1795246197": milliseconds it took, when it was published. */
static void print_canary(const struct overview *o)
{
	char *end;
	if (!o->canary)
		return;
	int64_t ms = g_ascii_strtoll(o->canary, &end, 10);
	g_autofree char *when = cli_time(g_ascii_strtoll(end, NULL, 10));
	printf(_("Canary     %" PRId64 " ms from publication to delivery, %s\n"), ms, when);
}

static void print_text(const struct config *config, struct overview *o)
{
	if (o->engine)
		printf(_("Service    runs as process %" PRId64 "\n"), o->engine);
	else
		puts(_("Service    does not run"));
	print_feeds(o);
	print_alerts(o);
	print_outbox(o);
	print_canary(o);
	g_autofree char *size = g_format_size((guint64)o->stats.space.file_bytes);
	int64_t free_bytes = o->stats.space.disk_free_bytes;
	g_autofree char *free_size =
		free_bytes >= 0 ? g_format_size((guint64)free_bytes) : g_strdup("?");
	printf(ngettext("Store      %" PRId64 " article, %s in %s, %s free\n",
			"Store      %" PRId64 " articles, %s in %s, %s free\n", (unsigned long)o->stats.articles),
	       o->stats.articles, size, config->state_directory, free_size);
}

static void print_json(const struct config *config, const struct overview *o)
{
	json_t *waiting = json_object();
	for (unsigned i = 0; i < o->outbox->len; i++) {
		const struct outbox_count *c = o->outbox->pdata[i];
		json_t *channel = json_object_get(waiting, c->channel);
		if (!channel)
			json_object_set_new(waiting, c->channel, channel = json_object());
		json_object_set_new(channel, delivery_state_name(c->state), json_integer(c->count));
	}
	json_t *object = json_pack("{sI s{si si si si} sI sI sI so sI sI ss}", "pid",
				   (json_int_t)o->engine, "feeds", "fine", (int)o->fine, "failing",
				   (int)o->failing, "gone", (int)o->gone, "never", (int)o->never,
				   "alerts", (json_int_t)o->stats.alerts, "open_alerts",
				   (json_int_t)o->stats.open_alerts, "articles",
				   (json_int_t)o->stats.articles, "outbox", waiting, "store_bytes",
				   (json_int_t)o->stats.space.file_bytes, "disk_free_bytes",
				   (json_int_t)o->stats.space.disk_free_bytes, "state",
				   config->state_directory);
	cli_json(stdout, object);
}

int cmd_status(int argc, char **argv)
{
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("one JSON object"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;
	struct overview overview = {.engine = 0};
	g_autoptr(GError) error = NULL;

	if (!cli_options(&argc, &argv, entries, NULL,
			 _("Feeds by state, last alerts, what waits, the store, the next polls."), &exit_code))
		return exit_code;
	struct config *config = cli_config("status", &exit_code);
	struct store *store = config ? cli_store("status", config, STORE_READ, &exit_code) : NULL;
	if (store && read_overview(config, store, &overview, &error)) {
		overview.engine = cli_engine_pid(config);
		if (json)
			print_json(config, &overview);
		else
			print_text(config, &overview);
	} else if (store) {
		cli_error("status", "%s", error->message);
		exit_code = EXIT_NO;
	}
	g_clear_pointer(&overview.feeds, g_ptr_array_unref);
	g_clear_pointer(&overview.alerts, g_ptr_array_unref);
	g_clear_pointer(&overview.outbox, g_ptr_array_unref);
	g_free(overview.canary);
	store_close(store);
	config_free(config);
	return exit_code;
}
