/* alert: see alert.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/nouns/alert.h"

const char *alert_state_name(enum alert_state state)
{
	static const char *const names[] = {
		[ALERT_OPEN] = "open",   [ALERT_ACKNOWLEDGED] = "acknowledged",
		[ALERT_SNOOZED] = "snoozed", [ALERT_MUTED] = "muted",
		[ALERT_NOT_RELEVANT] = "not relevant",
	};
	return (unsigned)state < G_N_ELEMENTS(names) ? names[state] : "";
}

struct alert *alert_new(void)
{
	return g_new0(struct alert, 1);
}

void alert_free(struct alert *alert)
{
	if (!alert)
		return;
	g_free(alert->filter);
	g_free(alert->filter_title);
	g_free(alert->title);
	g_free(alert);
}

const char *delivery_state_name(enum delivery_state state)
{
	static const char *const names[] = {
		[DELIVERY_PENDING] = "pending", [DELIVERY_HELD] = "held",
		[DELIVERY_SENDING] = "sending", [DELIVERY_SENT] = "sent",
		[DELIVERY_SUPPRESSED] = "suppressed",
		[DELIVERY_UNDELIVERABLE] = "undeliverable",
	};
	return (unsigned)state < G_N_ELEMENTS(names) ? names[state] : "";
}

const char *delivery_kind_name(enum delivery_kind kind)
{
	static const char *const names[] = {
		[DELIVERY_ALERT] = "alert",     [DELIVERY_UPDATE] = "update",
		[DELIVERY_DIGEST] = "digest",   [DELIVERY_SUMMARY] = "summary",
		[DELIVERY_SERVICE] = "service", [DELIVERY_TEST] = "test",
	};
	return (unsigned)kind < G_N_ELEMENTS(names) ? names[kind] : "";
}

struct delivery *delivery_new(void)
{
	return g_new0(struct delivery, 1);
}

void delivery_free(struct delivery *delivery)
{
	if (!delivery)
		return;
	g_free(delivery->key);
	g_free(delivery->channel);
	g_free(delivery->recipient);
	g_free(delivery->route);
	g_free(delivery->reason);
	g_free(delivery->payload);
	g_free(delivery);
}
