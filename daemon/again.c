/* again: see again.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/again.h"

#include "daemon/alerts/message.h"
#include "daemon/alerts/words.h"
#include "daemon/store/alerts.h"

#include <inttypes.h>
#include <string.h>

#define LOOK_BACK_S (7 * 86400) /* what nobody acknowledged in a week is not urgent any more */

/* The message of `from`, told again under a key of its own to `channel` and `recipient`. */
static void repeat(struct store_batch *batch, const struct delivery *from, const char *route,
		   const char *channel, const char *recipient, const char *suffix,
		   enum word subject, int64_t now)
{
	struct message *message = message_from_json(from->payload, NULL);
	if (!message)
		return;
	g_autofree char *old_subject = message->subject;
	g_autofree char *old_key = message->key;
	const char *prefix = word(message->language, subject);
	g_autofree char *reader = g_strconcat(channel, "/", recipient, NULL);
	message->subject = g_strdup_printf("%s: %s", prefix, old_subject ? old_subject : "");
	message->key =
		g_strdup_printf("%016" PRIx64 ".%s.%08x", from->alert, suffix, g_str_hash(reader));
	if (!message->thread && strcmp(from->channel, channel) == 0 &&
	    strcmp(from->recipient, recipient) == 0)
		message->thread = g_strdup(old_key);
	message->kind = DELIVERY_UPDATE;
	message->created_at = now;

	struct delivery *d = delivery_new();
	d->key = g_strdup(message->key);
	d->alert = from->alert;
	d->channel = g_strdup(channel);
	d->recipient = g_strdup(recipient);
	d->route = g_strdup(route);
	d->kind = DELIVERY_UPDATE;
	d->state = DELIVERY_PENDING;
	d->priority = from->priority;
	d->created_at = d->due_at = now;
	d->payload = message_to_json(message);
	g_ptr_array_add(batch->deliveries, d);
	message_free(message);
}

/* ---- escalation
 * --------------------------------------------------------------------------------------------------
 */

static const struct delivery *told_by(const GPtrArray *deliveries, const char *route)
{
	for (unsigned i = 0; i < deliveries->len; i++) {
		const struct delivery *d = deliveries->pdata[i];
		bool told = d->state != DELIVERY_SUPPRESSED ||
			    g_strcmp0(d->reason, TOLD_IN_DIGEST) == 0;
		if (d->kind == DELIVERY_ALERT && told && g_strcmp0(d->route, route) == 0)
			return d;
	}
	return NULL;
}

static bool is_escalated(const GPtrArray *deliveries, const char *route)
{
	for (unsigned i = 0; i < deliveries->len; i++)
		if (g_strcmp0(((const struct delivery *)deliveries->pdata[i])->route, route) == 0)
			return true;
	return false;
}

static void escalate(struct store *store, const struct alert *alert, const struct route *from,
		     const struct route *to, struct store_batch *batch, int64_t now)
{
	g_autoptr(GPtrArray) deliveries = store_deliveries_of_alert(store, alert->id, NULL);
	const struct delivery *first = deliveries ? told_by(deliveries, from->name) : NULL;

	/* held for the night: the time to answer begins when it is told */
	if (!first || first->state == DELIVERY_HELD ||
	    MAX(first->sent_at, first->due_at) + from->escalate_s > now ||
	    is_escalated(deliveries, to->name))
		return;
	for (unsigned i = 0; i < to->recipients->len; i++) {
		const struct route_recipient *r = to->recipients->pdata[i];
		g_autofree char *suffix = g_strdup_printf("escalation.%s", to->name);
		repeat(batch, first, to->name, r->channel, r->recipient, suffix,
		       WORD_NOT_ACKNOWLEDGED, now);
	}
}

bool again_escalate(struct store *store, const struct routes *routes, struct store_batch *batch,
		    int64_t now, GError **error)
{
	for (unsigned i = 0; i < routes->list->len; i++) {
		const struct route *from = routes->list->pdata[i];
		const struct route *to =
			from->escalate_to ? routes_find(routes, from->escalate_to) : NULL;
		const struct alert_query query = {.since = now - LOOK_BACK_S,
						  .state = ALERT_OPEN,
						  .at_least = from->at_least};
		if (!to)
			continue;
		g_autoptr(GPtrArray) open = store_alerts(store, &query, NULL, error);
		if (!open)
			return false;
		for (unsigned k = 0; k < open->len; k++)
			escalate(store, open->pdata[k], from, to, batch, now);
	}
	return true;
}

/* ---- snoozes
 * --------------------------------------------------------------------------------------------------------
 */

static void remind(struct store *store, const struct alert *alert, struct store_batch *batch,
		   int64_t now)
{
	g_autoptr(GPtrArray) deliveries = store_deliveries_of_alert(store, alert->id, NULL);
	g_autofree char *suffix = g_strdup_printf("snooze%" PRId64, alert->snoozed_until);

	for (unsigned i = 0; deliveries && i < deliveries->len; i++) {
		const struct delivery *d = deliveries->pdata[i];
		if (d->kind == DELIVERY_ALERT && d->state == DELIVERY_SENT)
			repeat(batch, d, d->route, d->channel, d->recipient, suffix,
			       WORD_SNOOZE_OVER, now);
	}
}

bool again_remind(struct store *store, struct store_batch *batch, int64_t now, GError **error)
{
	const struct alert_query query = {.state = ALERT_SNOOZED};
	g_autoptr(GPtrArray) snoozed = store_alerts(store, &query, NULL, error);
	if (!snoozed)
		return false;
	for (unsigned i = 0; i < snoozed->len; i++) {
		const struct alert *alert = snoozed->pdata[i];
		if (alert->snoozed_until <= now)
			remind(store, alert, batch, now);
	}
	return true;
}

bool again_wake(struct store *store, int64_t now, GError **error)
{
	g_autoptr(GPtrArray) woken = store_snoozes_end(store, now, error);
	return woken != NULL;
}
