/* caretaker: see caretaker.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/caretaker.h"

#include "daemon/canary.h"
#include "daemon/monitor/log.h"
#include "daemon/notify.h"
#include "daemon/store/alerts.h"
#include "daemon/store/outbox.h"
#include "daemon/store/values.h"
#include "daemon/undelivered.h"
#include "feeds/health.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#define TURN_S	      5
#define HEALTH_S      60
#define OUTAGE_TOLD_S 600
#define UPKEEP_S      600
#define PRUNE_ROWS    500
#define PRUNE_PAUSE_S 86400 /* behind a clock that was set, perhaps wrongly: what was deleted does not come back */
#define BACKUP_S      86400
#define BACKUPS_KEPT  3
#define BACKUP_PAGES  256
#define JUMP_S	      120 /* a clock that moved more than this was set */
#define LEDGER_S      (90 * 86400LL)
#define TEXT_MIN_FREE (64LL << 20)

struct caretaker {
	struct caretaker_parts parts;
	guint timer;
	int64_t release_at, health_at, upkeep_at, prune_from;
	bool backing_up;
	struct canary *canary;
	struct undelivered *undelivered;
	int64_t wall_offset;  /* wall clock minus time since boot */
	int64_t sleep_offset; /* time since boot minus time awake */
};

/* ---- telling
 * ----------------------------------------------------------------------------------------------------
 */

static char *told_name(const char *key)
{
	return g_strconcat("told.", key, NULL);
}

static bool is_told(struct caretaker *c, const char *name)
{
	const struct store_batch *batch = pipeline_batch(c->parts.pipeline);
	for (unsigned i = batch->values->len; i >= 2; i -= 2)
		if (g_strcmp0(batch->values->pdata[i - 2], name) == 0)
			return batch->values->pdata[i - 1] != NULL;
	g_autofree char *told = store_value(c->parts.store, name, NULL);
	return told != NULL;
}

/* One key a telling, so that the same trouble a week later is told again. */
static char *delivery_key(const char *key, int64_t now)
{
	return g_strdup_printf("%s.%" PRId64, key, now);
}

void caretaker_tell(struct caretaker *c, const char *key, const char *subject, const char *text,
		    enum priority priority, const char *but)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	g_autofree char *name = told_name(key);
	g_autofree char *full = delivery_key(key, now);
	g_autofree char *since = g_strdup_printf("%" PRId64, now);

	if (is_told(c, name))
		return;
	log_warning("service.alert", "about", key, "subject", subject);
	struct store_batch *batch = pipeline_batch(c->parts.pipeline);
	store_batch_value(batch, name, since);
	alerting_service(c->parts.alerting, full, subject, text, priority, but, batch, now);
}

void caretaker_well(struct caretaker *c, const char *key, const char *subject, const char *but)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	g_autofree char *name = told_name(key);
	g_autofree char *name_of_end = g_strconcat(key, ".well", NULL);
	g_autofree char *full = delivery_key(name_of_end, now);

	if (!is_told(c, name))
		return;
	log_info("service.well", "about", key);
	struct store_batch *batch = pipeline_batch(c->parts.pipeline);
	store_batch_value(batch, name, NULL);
	alerting_service(c->parts.alerting, full, subject, subject, PRIORITY_LOW, but, batch, now);
}

/* ---- deliveries
 * ---------------------------------------------------------------------------------------------------
 */

static void on_stuck(const char *channel, bool stuck, int64_t waiting, int64_t oldest_at,
		     const char *reason, void *data)
{
	struct caretaker *c = *(struct caretaker **)data;
	g_autofree char *key = g_strdup_printf("channel.%s", channel);
	(void)oldest_at;

	if (!c)
		return;
	if (!stuck) {
		g_autofree char *subject = g_strdup_printf(_("Channel %s delivers again"), channel);
		caretaker_well(c, key, subject, NULL);
		return;
	}
	g_autofree char *subject = g_strdup_printf(_("Channel %s does not deliver"), channel);
	g_autofree char *text = g_strdup_printf(
		ngettext(
			"%" PRId64
			" message waits for channel %s: %s. Nothing is lost; it is tried again.",
			"%" PRId64
			" messages wait for channel %s: %s. Nothing is lost; they are tried again.",
			(unsigned long)waiting),
		waiting, channel, reason ? reason : _("no answer"));
	caretaker_tell(c, key, subject, text, PRIORITY_HIGH, channel);
}

static void on_undeliverable(const struct delivery *delivery, const char *reason, void *data)
{
	struct caretaker *c = *(struct caretaker **)data;
	if (c)
		undelivered_add(c->undelivered, delivery, reason,
				g_get_real_time() / G_USEC_PER_SEC);
}

static void tell_undelivered(const struct delivery *last, unsigned count, const char *reason,
			     void *data)
{
	struct caretaker *c = data;
	const char *recipient = last->recipient && *last->recipient ? last->recipient : "-";
	g_autofree char *key = g_strdup_printf("delivery.%s", last->key);
	g_autofree char *subject =
		count == 1 ? g_strdup_printf(_("A message could not be delivered by %s"),
					     last->channel)
			   : g_strdup_printf(ngettext("%u message could not be delivered by %s",
						      "%u messages could not be delivered by %s",
						      count),
					     count, last->channel);
	g_autofree char *text =
		count == 1
			? g_strdup_printf(_("To %s by channel %s: %s. 'vedetta outbox' shows it."),
					  recipient, last->channel, reason ? reason : "")
			: g_strdup_printf(_("The last of them to %s by channel %s: %s. 'vedetta "
					    "outbox' shows them."),
					  recipient, last->channel, reason ? reason : "");
	caretaker_tell(c, key, subject, text, PRIORITY_HIGH, last->channel);
}

static void on_attempted(const struct delivery *delivery, enum send_result result,
			 const char *detail, void *data)
{
	struct caretaker *c = *(struct caretaker **)data;
	if (c && result == SEND_DONE)
		canary_sent(c->canary, delivery);
	if (c)
		metrics_attempt(c->parts.metrics, delivery->channel, result);
	if (result != SEND_DONE)
		log_warning("delivery.failed", "channel", delivery->channel, "key", delivery->key,
			    "reason", detail);
	else
		log_debug("delivery.sent", "channel", delivery->channel, "key", delivery->key);
}

static void on_store_failed(const GError *error, void *data)
{
	(void)data;
	log_error("outbox.failed", "text", error->message);
}

const struct delivery_watch caretaker_watch = {
	.attempted = on_attempted,
	.undeliverable = on_undeliverable,
	.stuck = on_stuck,
	.store_failed = on_store_failed,
};

/* ---- feeds
 * ----------------------------------------------------------------------------------------------------------
 */

static const char *name_of(const struct feed *feed)
{
	return feed->subscription->title ? feed->subscription->title
	       : feed->state->title	 ? feed->state->title
					 : feed->subscription->url;
}

void caretaker_poll_ended(struct caretaker *c, const struct poll_summary *summary)
{
	if (!summary->moved_to)
		return;
	const char *url = summary->feed->subscription->url;
	g_autofree char *key = g_strdup_printf("moved.%s", summary->moved_to);
	g_autofree char *subject = g_strdup_printf(_("Feed %s has moved"), name_of(summary->feed));
	g_autofree char *text = g_strdup_printf(
		summary->joined ? _("%s\nis now at\n%s\nwhere another feed is polled already; the two are joined.")
				: _("%s\nis now at\n%s\nand polled there. The subscription keeps its old address."),
		url, summary->moved_to);
	caretaker_tell(c, key, subject, text, PRIORITY_LOW, NULL);
}

static char *feed_key(const struct feed *feed)
{
	return g_strdup_printf("feed.%s", feed->subscription->url);
}

static void tell_ill(struct caretaker *c, const struct feed *feed, const char *what, int64_t since)
{
	g_autofree char *key = feed_key(feed);
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_local(since);
	g_autofree char *when = at ? g_date_time_format(at, _("%Y-%m-%d %H:%M")) : g_strdup("?");
	g_autofree char *subject = g_strdup_printf(_("Feed %s: %s"), name_of(feed), what);
	g_autofree char *text = g_strdup_printf(
		_("%s\nsince %s\n%s\nUntil it is back, nothing from it can raise an alert."),
		feed->subscription->url, when,
		feed->state->last_error ? feed->state->last_error : "");
	caretaker_tell(c, key, subject, text, PRIORITY_NORMAL, NULL);
}

struct round {
	struct caretaker *caretaker;
	int64_t now;
	bool outage;
	GHashTable *told; /* names of values: feeds that were told to be ill; NULL: not known */
};

/* Nearly no feed is back from anything: they are not asked for one by one. */
static void say_back(const struct round *round, const struct feed *feed)
{
	g_autofree char *key = feed_key(feed);
	g_autofree char *name = told_name(key);

	if (round->told && !g_hash_table_contains(round->told, name))
		return;
	g_autofree char *subject = g_strdup_printf(_("Feed %s is back"), name_of(feed));
	caretaker_well(round->caretaker, key, subject, NULL);
}

static void check_feed(struct feed *feed, void *data)
{
	const struct round *round = data;
	struct caretaker *c = round->caretaker;
	const struct feed_state *state = feed->state;
	int64_t silent = feed_silent_since(state, round->now);

	if (feed->subscription->paused || !state->last_poll_at)
		return;
	if (state->gone) {
		tell_ill(c, feed, _("gone for good"), state->failing_since);
	} else if (state->failing_since &&
		   round->now - state->failing_since >= c->parts.config->health_silence) {
		if (round->outage) /* told for all of them */
			return;
		tell_ill(c, feed, _("does not answer"), state->failing_since);
	} else if (silent && !state->failing_since) {
		tell_ill(c, feed, _("nothing new for unusually long"), state->last_change_at);
	} else if (!state->failing_since && !silent) {
		say_back(round, feed);
	}
}

static void count_feed(struct feed *feed, void *data)
{
	unsigned *counts = data;
	counts[0]++;
	counts[1] += feed->state->failing_since != 0;
}

/* One word for all, and not of every hiccup. */
static void check_outage(struct caretaker *c, const char *cause, int64_t since, int64_t now)
{
	if (!cause) {
		caretaker_well(c, "network", _("Feeds answer again"), NULL);
		return;
	}
	if (now - since < OUTAGE_TOLD_S)
		return;
	g_autofree char *text = g_strdup_printf(_("Most feeds fail in the same way: %s.\n"
						  "Is the network there, and does it want a login?"),
						cause);
	caretaker_tell(c, "network", _("Most feeds cannot be read"), text, PRIORITY_HIGH, NULL);
}

static void check_health(struct caretaker *c, int64_t now)
{
	int64_t since = 0;
	const char *cause = pipeline_outage(c->parts.pipeline, &since);
	g_autoptr(GHashTable) told = store_values(c->parts.store, "told.feed.", NULL);
	struct round round = {c, now, cause != NULL, told};
	unsigned counts[2] = {0};

	check_outage(c, cause, since, now);
	poller_each(c->parts.poller, check_feed, &round);
	poller_each(c->parts.poller, count_feed, counts);
	g_autofree char *status = g_strdup_printf(
		ngettext("%u feed, failing: %u", "%u feeds, failing: %u", counts[0]), counts[0],
		counts[1]);
	notify_status(status);
}

/* ---- store
 * ------------------------------------------------------------------------------------------------------------
 */

static void prune(struct caretaker *c, int64_t now)
{
	g_autoptr(GError) error = NULL;
	bool more = false;
	const struct store_retention retention = {
		.text_before = now - c->parts.config->retention,
		.identity_before = now - 2 * c->parts.config->retention,
		.ledger_before = now - MAX(c->parts.config->retention, LEDGER_S),
		.outbox_before = now - c->parts.config->retention,
		.max_rows = PRUNE_ROWS,
	};
	if (!store_prune(c->parts.store, &retention, &more, &error))
		log_warning("store.prune-failed", "text", error->message);
	else if (more)
		c->upkeep_at = now;
}

static void check_space(struct caretaker *c)
{
	struct store_space space;
	store_space(c->parts.store, &space);
	if (space.disk_free_bytes >= 0 && space.disk_free_bytes < TEXT_MIN_FREE)
		caretaker_tell(c, "store.space", _("The disk of the store is almost full"),
			       _("Less than 64 MiB are free. When it is full, polling waits; "
				 "nothing is lost."),
			       PRIORITY_HIGH, NULL);
	else
		caretaker_well(c, "store.space", _("The disk of the store has space again"), NULL);
	c->backing_up = c->backing_up ||
			g_get_real_time() / G_USEC_PER_SEC - store_backup_at(c->parts.store) > BACKUP_S;
}

static void back_up(struct caretaker *c, int64_t now)
{
	g_autoptr(GError) error = NULL;
	bool done = false;
	if (!store_backup_step(c->parts.store, BACKUP_PAGES, BACKUPS_KEPT, now, &done, &error)) {
		log_warning("store.backup-failed", "text", error->message);
		done = true;
	}
	c->backing_up = !done;
}

/* ---- clocks
 * -------------------------------------------------------------------------------------------------------------
 */

static int64_t seconds_of(clockid_t id)
{
	struct timespec at;
	return clock_gettime(id, &at) == 0 ? at.tv_sec : 0;
}

static void read_clocks(int64_t *wall_offset, int64_t *sleep_offset)
{
	int64_t boot = seconds_of(CLOCK_BOOTTIME);
	*wall_offset = seconds_of(CLOCK_REALTIME) - boot;
	*sleep_offset = boot - seconds_of(CLOCK_MONOTONIC);
}

static void check_clocks(struct caretaker *c, int64_t now)
{
	int64_t wall_offset, sleep_offset;
	read_clocks(&wall_offset, &sleep_offset);
	int64_t jumped = wall_offset - c->wall_offset, slept = sleep_offset - c->sleep_offset;
	c->wall_offset = wall_offset;
	c->sleep_offset = sleep_offset;

	if (llabs(jumped) < JUMP_S && slept < JUMP_S)
		return;
	poller_clock_jumped(c->parts.poller, c->parts.config->interval_max);
	c->release_at = c->health_at = c->upkeep_at = 0;
	if (llabs(jumped) < JUMP_S)
		return;
	c->prune_from = now + PRUNE_PAUSE_S;
	g_autofree char *by = g_strdup_printf("%" PRId64 " s", jumped);
	log_warning("clock.jumped", "by", by);
	outbox_clamp(c->parts.store, now, 4000, NULL);
	g_autofree char *key = g_strdup_printf("clock.%" PRId64, now);
	g_autofree char *text = g_strdup_printf(_("The clock of this machine was moved by %s. "
						  "Times of alerts near it may be wrong."),
						by);
	caretaker_tell(c, key, _("The clock was set"), text, PRIORITY_LOW, NULL);
}

/* ---- canary
 * -------------------------------------------------------------------------------------------------------------
 */

static struct store_batch *canary_batch(void *data)
{
	struct caretaker *c = data;
	return pipeline_batch(c->parts.pipeline);
}

static void on_canary(bool arrived, int64_t ms, void *data)
{
	struct caretaker *c = data;
	g_autofree char *took = g_strdup_printf("%" PRId64, ms);
	if (arrived) {
		log_info("canary.arrived", "ms", took);
		caretaker_well(c, "canary", _("The canary arrives again"), NULL);
		return;
	}
	log_error("canary.overdue", "ms", took);
	caretaker_tell(c, "canary", _("The canary did not arrive"),
		       _("An article of our own was published a minute ago and was not delivered. "
			 "Alerts may be late."),
		       PRIORITY_HIGH, c->parts.config->canary_channel);
}

/* ---- turns
 * ----------------------------------------------------------------------------------------------------------------
 */

/* What was released must be committed before it is asked for again. */
static void release(struct caretaker *c, int64_t now)
{
	g_autoptr(GError) error = NULL;
	if (!pipeline_flush(c->parts.pipeline, NULL))
		return;
	c->release_at =
		alerting_release(c->parts.alerting, pipeline_batch(c->parts.pipeline), now, &error);
	if (error)
		log_warning("release.failed", "text", error->message);
	if (pipeline_flush(c->parts.pipeline, NULL) &&
	    !alerting_released(c->parts.alerting, now, NULL))
		log_warning("release.failed", "text", "snoozes could not be ended");
}

void caretaker_turn(struct caretaker *c, int64_t now)
{
	check_clocks(c, now);
	if (now >= c->release_at)
		release(c, now);
	if (now >= c->health_at) {
		c->health_at = now + HEALTH_S;
		check_health(c, now);
	}
	if (now >= c->upkeep_at) {
		c->upkeep_at = now + UPKEEP_S;
		check_space(c);
		if (now >= c->prune_from)
			prune(c, now);
	}
	if (c->backing_up)
		back_up(c, now);
	undelivered_turn(c->undelivered, now);
	canary_turn(c->canary, c->parts.config->canary_channel, c->parts.config->canary, now);
}

static gboolean on_timer(gpointer data)
{
	caretaker_turn(data, g_get_real_time() / G_USEC_PER_SEC);
	return G_SOURCE_CONTINUE;
}

struct caretaker *caretaker_new(const struct caretaker_parts *parts)
{
	struct caretaker *c = g_new0(struct caretaker, 1);
	c->parts = *parts;
	const struct canary_parts canary = {parts->worker, canary_batch, on_canary, c};
	c->canary = canary_new(&canary);
	c->undelivered = undelivered_new(tell_undelivered, c);
	read_clocks(&c->wall_offset, &c->sleep_offset);
	c->upkeep_at = g_get_real_time() / G_USEC_PER_SEC + TURN_S * 6;
	c->timer = g_timeout_add_seconds(TURN_S, on_timer, c);
	return c;
}

void caretaker_free(struct caretaker *c)
{
	if (!c)
		return;
	g_clear_handle_id(&c->timer, g_source_remove);
	canary_free(c->canary);
	undelivered_free(c->undelivered);
	g_free(c);
}

void caretaker_reload(struct caretaker *c, const struct config *config)
{
	c->parts.config = config;
}
