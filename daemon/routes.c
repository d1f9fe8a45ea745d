/* routes: see routes.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/routes.h"

#include "daemon/again.h"
#include "daemon/store/alerts.h"
#include "daemon/store/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_quiet(gpointer data)
{
	struct quiet_hours *q = data;
	g_free(q->name);
	g_time_zone_unref(q->zone);
	g_free(q);
}

static void free_digest(gpointer data)
{
	struct digest_times *d = data;
	g_free(d->name);
	g_free(d->at);
	g_time_zone_unref(d->zone);
	g_free(d);
}

static GTimeZone *zone_of(const char *name)
{
	GTimeZone *zone = name ? g_time_zone_new_identifier(name) : NULL;
	return zone ? zone : g_time_zone_new_local();
}

static int minutes(const char *text)
{
	int hour = 0, minute = 0;
	sscanf(text, "%d:%d", &hour, &minute);
	return hour * 60 + minute;
}

static int by_value(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

static struct quiet_hours *quiet_new(const struct config_quiet *c)
{
	struct quiet_hours *q = g_new0(struct quiet_hours, 1);
	q->name = g_strdup(c->title);
	q->from = (int)c->from;
	q->to = (int)c->to;
	q->zone = zone_of(c->zone);
	q->days = days_parse(c->days);
	q->break_through = c->break_through;
	return q;
}

static struct digest_times *digest_new(const struct config_digest *c)
{
	struct digest_times *d = g_new0(struct digest_times, 1);
	d->name = g_strdup(c->title);
	d->count = g_strv_length(c->at);
	d->at = g_new0(int, d->count + 1);
	for (unsigned i = 0; i < d->count; i++)
		d->at[i] = minutes(c->at[i]);
	qsort(d->at, d->count, sizeof *d->at, by_value);
	d->zone = zone_of(c->zone);
	d->days = days_parse(c->days);
	return d;
}

const char *routes_language(const struct config *config)
{
	const char *const *locale = g_get_language_names();
	const char *language = config->language ? config->language : locale[0];
	return g_str_has_prefix(language, "it") ? "it" : "en";
}

static const struct config_channel *channel_of(const struct config *config, const char *name)
{
	for (unsigned i = 0; i < config->channels->len; i++) {
		const struct config_channel *channel = config->channels->pdata[i];
		if (strcmp(channel->title, name) == 0)
			return channel;
	}
	return NULL;
}

static const struct config_person *person_of(const struct config *config, const char *name)
{
	for (unsigned i = 0; i < config->people->len; i++) {
		const struct config_person *person = config->people->pdata[i];
		if (strcmp(person->title, name) == 0)
			return person;
	}
	return NULL;
}

/* A channel with recipients has one row for each person, or for each address of its own. */
static void add_channel(struct route *route, const struct config *config, const char *name, char *const *people)
{
	const struct config_channel *channel = channel_of(config, name);
	const char *language = routes_language(config);
	unsigned before = route->recipients->len;

	if (!channel)
		return;
	if (channel->type != CHANNEL_EMAIL) {
		route_add_recipient(route, name, "", language);
		return;
	}
	for (; people && *people; people++) {
		const struct config_person *person = person_of(config, *people);
		if (person && person->mail)
			route_add_recipient(route, name, person->mail, person->language ? person->language : language);
	}
	if (route->recipients->len == before)
		for (char **to = channel->to; *to; to++)
			route_add_recipient(route, name, *to, language);
}

static const void *named(const GPtrArray *list, const char *name)
{
	for (unsigned i = 0; name && i < list->len; i++)
		if (strcmp(*(char *const *)list->pdata[i], name) == 0)
			return list->pdata[i];
	return NULL;
}

static struct route *route_from(const struct routes *routes, const struct config *config, const struct config_route *c)
{
	struct route *r = route_new(c->title);
	r->filters = g_strdupv(c->filters);
	r->languages = g_strdupv(c->languages);
	r->feeds = g_strdupv(c->feeds);
	r->countries = g_strdupv(c->countries);
	r->owners = g_strdupv(c->owners);
	r->at_least = (enum priority)c->priority;
	r->state_media = (enum route_state_media)c->state_media;
	r->zone = zone_of(c->zone);
	r->when = (enum route_when)c->mode;
	r->quiet = named(routes->quiets, c->quiet);
	r->digest = named(routes->digests, c->digest);
	r->throttle_count = c->throttle.count;
	r->throttle_s = c->throttle.per_s;
	r->burst_count = c->burst.count;
	r->burst_s = c->burst.per_s;
	r->quorum = (unsigned)c->quorum;
	r->updates = c->updates;
	r->escalate_to = g_strdup(c->escalate_to);
	r->escalate_s = (unsigned)c->escalate_after;
	if (c->hours) {
		g_auto(GStrv) ends = g_strsplit(c->hours, "-", 2);
		r->hours_from = minutes(ends[0]);
		r->hours_to = ends[1] ? minutes(ends[1]) : r->hours_from;
	}
	for (char **channel = c->channels; *channel; channel++)
		add_channel(r, config, *channel, c->people);
	return r;
}

static void add_service(struct routes *routes, const struct config *config)
{
	struct route *route = route_new("");
	bool chosen = *config->service_channels != NULL;
	for (char **name = config->service_channels; *name; name++)
		add_channel(route, config, *name, NULL);
	for (unsigned i = 0; !chosen && i < config->channels->len; i++)
		add_channel(route, config, ((const struct config_channel *)config->channels->pdata[i])->title, NULL);
	routes->service = g_ptr_array_ref(route->recipients);
	route_free(route);
}

static void free_route(gpointer route)
{
	route_free(route);
}

struct routes *routes_new(const struct config *config)
{
	struct routes *routes = g_new0(struct routes, 1);
	routes->list = g_ptr_array_new_with_free_func(free_route);
	routes->quiets = g_ptr_array_new_with_free_func(free_quiet);
	routes->digests = g_ptr_array_new_with_free_func(free_digest);
	for (unsigned i = 0; i < config->quiets->len; i++)
		g_ptr_array_add(routes->quiets, quiet_new(config->quiets->pdata[i]));
	for (unsigned i = 0; i < config->digests->len; i++)
		g_ptr_array_add(routes->digests, digest_new(config->digests->pdata[i]));
	for (unsigned i = 0; i < config->routes->len; i++)
		g_ptr_array_add(routes->list, route_from(routes, config, config->routes->pdata[i]));
	add_service(routes, config);
	return routes;
}

void routes_free(struct routes *routes)
{
	if (!routes)
		return;
	g_ptr_array_unref(routes->list);
	g_ptr_array_unref(routes->quiets);
	g_ptr_array_unref(routes->digests);
	g_ptr_array_unref(routes->service);
	g_free(routes);
}

static void restore_route(struct route *route, struct store *store, int64_t since)
{
	struct outbox_query query = {.route = route->name, .state = -1, .kind = -1, .created_since = since};
	uint64_t last = 0;
	for (;;) {
		g_autoptr(GPtrArray) rows = outbox_list(store, &query, NULL);
		for (unsigned i = 0; rows && i < rows->len; i++) {
			const struct delivery *d = rows->pdata[i];
			query.after_id = d->id;
			/* a row for each reader; what a digest told was suppressed under a reason of its own */
			if (!d->alert || d->alert == last ||
			    (d->state == DELIVERY_SUPPRESSED && g_strcmp0(d->reason, TOLD_IN_DIGEST) != 0))
				continue;
			last = d->alert;
			struct alert *alert = store_alert(store, d->alert, NULL);
			if (alert)
				route_restore(route, alert->filter, d);
			alert_free(alert);
		}
		if (!rows || !rows->len)
			return;
	}
}

void routes_restore(struct routes *routes, struct store *store, int64_t now)
{
	for (unsigned i = 0; i < routes->list->len; i++) {
		struct route *route = routes->list->pdata[i];
		if (route->throttle_count || route->burst_count)
			restore_route(route, store, now - (int64_t)MAX(route->throttle_s, route->burst_s));
	}
}

struct route *routes_find(const struct routes *routes, const char *name)
{
	return (struct route *)named(routes->list, name);
}

bool routes_is_escalation(const struct routes *routes, const char *name)
{
	for (unsigned i = 0; i < routes->list->len; i++)
		if (g_strcmp0(((const struct route *)routes->list->pdata[i])->escalate_to, name) == 0)
			return true;
	return false;
}
