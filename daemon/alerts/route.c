/* route: see route.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/route.h"

#include <string.h>

#define BURST "burst of "

struct sent {
	int64_t at;
	uint64_t filter; /* hash of its id */
};

static void free_recipient(gpointer data)
{
	struct route_recipient *r = data;
	g_free(r->channel);
	g_free(r->recipient);
	g_free(r->language);
	g_free(r);
}

struct route *route_new(const char *name)
{
	struct route *route = g_new0(struct route, 1);
	route->name = g_strdup(name);
	route->recipients = g_ptr_array_new_with_free_func(free_recipient);
	route->sent = g_array_new(FALSE, FALSE, sizeof(struct sent));
	route->quorum = 1;
	return route;
}

void route_free(struct route *route)
{
	if (!route)
		return;
	g_free(route->name);
	g_strfreev(route->filters);
	g_strfreev(route->languages);
	g_strfreev(route->feeds);
	g_strfreev(route->countries);
	g_strfreev(route->owners);
	g_clear_pointer(&route->zone, g_time_zone_unref);
	g_ptr_array_unref(route->recipients);
	g_array_unref(route->sent);
	g_free(route->escalate_to);
	g_free(route);
}

void route_add_recipient(struct route *route, const char *channel, const char *recipient, const char *language)
{
	struct route_recipient *r = g_new0(struct route_recipient, 1);
	r->channel = g_strdup(channel);
	r->recipient = g_strdup(recipient);
	r->language = g_strdup(language);
	g_ptr_array_add(route->recipients, r);
}

/* ---- matching -------------------------------------------------------------------------------------------------- */

static enum route_answer in_patterns(char *const *patterns, const char *value)
{
	if (!patterns || !*patterns)
		return ROUTE_YES;
	if (!value || !*value)
		return ROUTE_CANNOT_TELL;
	for (; *patterns; patterns++)
		if (g_pattern_match_simple(*patterns, value))
			return ROUTE_YES;
	return ROUTE_NO;
}

/* "it" is for "it-IT" too. */
static enum route_answer in_languages(char *const *languages, const char *language)
{
	if (!languages || !*languages)
		return ROUTE_YES;
	if (!language || !*language)
		return ROUTE_CANNOT_TELL;
	for (; *languages; languages++) {
		size_t len = strlen(*languages);
		if (g_ascii_strncasecmp(*languages, language, len) == 0 && (!language[len] || language[len] == '-'))
			return ROUTE_YES;
	}
	return ROUTE_NO;
}

static enum route_answer both(enum route_answer left, enum route_answer right)
{
	if (left == ROUTE_NO || right == ROUTE_NO)
		return ROUTE_NO;
	return left == ROUTE_CANNOT_TELL || right == ROUTE_CANNOT_TELL ? ROUTE_CANNOT_TELL : ROUTE_YES;
}

static bool in_hours(const struct route *route, int64_t now)
{
	if (route->hours_from == route->hours_to)
		return true;
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now);
	g_autoptr(GDateTime) local = route->zone ? g_date_time_to_timezone(utc, route->zone)
						 : g_date_time_to_local(utc);
	int minute = g_date_time_get_hour(local) * 60 + g_date_time_get_minute(local);
	if (route->hours_from < route->hours_to)
		return minute >= route->hours_from && minute < route->hours_to;
	return minute >= route->hours_from || minute < route->hours_to;
}

static enum route_answer feed_matches(const struct route *route, const struct article *article)
{
	enum route_answer by_address = in_patterns(route->feeds, article->feed);
	if (by_address == ROUTE_YES)
		return ROUTE_YES;
	return in_patterns(route->feeds, article->outlet) == ROUTE_YES ? ROUTE_YES : by_address;
}

enum route_answer route_matches(const struct route *route, const struct routed *routed, int64_t now)
{
	const struct alert *alert = routed->alert;
	const struct article *article = routed->article;

	if (alert->priority < route->at_least || !in_hours(route, now) ||
	    in_patterns(route->filters, alert->filter) != ROUTE_YES ||
	    (route->state_media == STATE_MEDIA_ONLY && !article->state_media) ||
	    (route->state_media == STATE_MEDIA_NONE && article->state_media))
		return ROUTE_NO;
	return both(both(in_languages(route->languages, article->language), feed_matches(route, article)),
		    both(in_patterns(route->countries, article->country), in_patterns(route->owners, article->owner)));
}

/* ---- planning ---------------------------------------------------------------------------------------------------- */

static uint64_t filter_hash(const char *filter)
{
	return (uint64_t)g_str_hash(filter) + 1;
}

static unsigned sent_since(const struct route *route, int64_t since, uint64_t filter)
{
	unsigned count = 0;
	for (unsigned i = 0; i < route->sent->len; i++) {
		const struct sent *sent = &g_array_index(route->sent, struct sent, i);
		count += sent->at > since && (!filter || sent->filter == filter);
	}
	return count;
}

static void note_sent(struct route *route, const char *filter, int64_t now)
{
	int64_t oldest = now - (int64_t)MAX(route->throttle_s, route->burst_s);
	const struct sent sent = {now, filter_hash(filter)};
	unsigned old = 0;
	while (old < route->sent->len && g_array_index(route->sent, struct sent, old).at <= oldest)
		old++;
	if (old)
		g_array_remove_range(route->sent, 0, old);
	g_array_append_val(route->sent, sent);
}

static void suppress(struct route_plan *plan, char *reason)
{
	plan->state = DELIVERY_SUPPRESSED;
	plan->reason = reason;
}

static void hold(struct route_plan *plan, int64_t until, char *reason)
{
	plan->state = DELIVERY_HELD;
	plan->due_at = MAX(plan->due_at, until);
	g_free(plan->reason);
	plan->reason = reason;
}

static bool is_suppressed(const struct route *route, const struct routed *routed, int64_t now,
			  struct route_plan *plan)
{
	const struct alert *alert = routed->alert;
	bool throttled = route->throttle_count &&
			 sent_since(route, now - route->throttle_s, filter_hash(alert->filter)) >= route->throttle_count;

	if (routed->silenced)
		suppress(plan, g_strdup(routed->silenced));
	else if (alert->state == ALERT_MUTED)
		suppress(plan, g_strdup("the story is muted"));
	else if (alert->state == ALERT_NOT_RELEVANT)
		suppress(plan, g_strdup("marked as not relevant"));
	else if (route->when == ROUTE_RECORD)
		suppress(plan, g_strdup_printf("route %s only records", route->name));
	else if (routed->kind == DELIVERY_UPDATE && !route->updates)
		suppress(plan, g_strdup_printf("route %s tells no updates", route->name));
	else if (routed->kind == DELIVERY_UPDATE && alert->state == ALERT_ACKNOWLEDGED)
		suppress(plan, g_strdup("the alert was acknowledged"));
	else if (throttled)
		suppress(plan, g_strdup_printf("throttle: %u alerts of this filter in %u s", route->throttle_count,
					       route->throttle_s));
	return plan->state == DELIVERY_SUPPRESSED;
}

void route_plan(struct route *route, const struct routed *routed, int64_t now, struct route_plan *plan)
{
	const struct alert *alert = routed->alert;
	*plan = (struct route_plan){.state = DELIVERY_PENDING, .due_at = now};

	if (is_suppressed(route, routed, now, plan))
		return;
	if (alert->state == ALERT_SNOOZED && alert->snoozed_until > now)
		hold(plan, alert->snoozed_until, g_strdup("snoozed"));
	if (route->when == ROUTE_IN_DIGEST && route->digest)
		hold(plan, digest_next(route->digest, now), g_strdup_printf("digest %s", route->digest->name));
	int64_t quiet_end = route->quiet && (int)alert->priority < route->quiet->break_through
				    ? quiet_until(route->quiet, now)
				    : 0;
	if (quiet_end)
		hold(plan, quiet_end, g_strdup_printf("quiet %s", route->quiet->name));
	note_sent(route, alert->filter, now);
	if (plan->state == DELIVERY_PENDING && route->burst_count &&
	    sent_since(route, now - route->burst_s, 0) > route->burst_count) {
		/* one summary for the whole burst, however long it takes to come in */
		if (route->burst_until <= now)
			route->burst_until = now + route->burst_s;
		hold(plan, route->burst_until, g_strdup_printf(BURST "%s", route->name));
		plan->summarise = true;
	}
}

void route_restore(struct route *route, const char *filter, const struct delivery *delivery)
{
	note_sent(route, filter, delivery->created_at);
	if (delivery->state == DELIVERY_HELD && delivery->reason && g_str_has_prefix(delivery->reason, BURST))
		route->burst_until = MAX(route->burst_until, delivery->due_at);
}
