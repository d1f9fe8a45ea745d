/* alerting: see alerting.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerting.h"

#include "daemon/again.h"
#include "daemon/alerts/compose.h"
#include "daemon/alerts/route.h"
#include "daemon/alerts/story.h"
#include "daemon/monitor/log.h"
#include "daemon/routes.h"
#include "daemon/store/alerts.h"
#include "daemon/store/outbox.h"
#include "daemon/store/values.h"
#include "daemon/throttle.h"
#include "feeds/identity.h"

#include <string.h>

#define LOOK_AGAIN_S 60
#define RELEASE_MAX 500	  /* held rows looked at in one go */
#define DIGEST_MAX  10000 /* alerts in one digest or summary; more are told in another */

struct alerting {
	const struct config *config;
	const struct filter_set *filters;
	struct store *store;
	struct stories *stories;
	struct routes *routes;
	struct throttles *throttles;
};

/* ---- life cycle -------------------------------------------------------------------------------------------------- */

static bool restore_one(const struct story_member *member, const struct article *article, void *data)
{
	struct alerting *a = data;
	stories_restore(a->stories, article, member->story,
			member->relation == STORY_DUPLICATE ? KIN_DUPLICATE
			: member->relation == STORY_FIRST   ? KIN_FIRST
							    : KIN_JOINED);
	return true;
}

struct alerting *alerting_new(const struct config *config, const struct filter_set *filters,
			      struct store *store, GError **error)
{
	struct alerting *a = g_new0(struct alerting, 1);
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;

	a->store = store;
	a->stories = stories_new(config->story_window);
	alerting_reload(a, config, filters);
	if (!store_stories_each(store, now - config->story_window, restore_one, a, error))
		g_clear_pointer(&a, alerting_free);
	return a;
}

void alerting_reload(struct alerting *a, const struct config *config, const struct filter_set *filters)
{
	a->config = config;
	a->filters = filters;
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	routes_free(a->routes);
	throttles_free(a->throttles);
	a->routes = routes_new(config);
	routes_restore(a->routes, a->store, now);
	a->throttles = throttles_new(config, a->store, now);
}

void alerting_free(struct alerting *a)
{
	if (!a)
		return;
	stories_free(a->stories);
	routes_free(a->routes);
	throttles_free(a->throttles);
	g_free(a);
}

/* ---- group --------------------------------------------------------------------------------------------------------- */

static uint64_t alert_id(const char *filter, uint64_t story)
{
	char text[17];
	uid_format(story, text);
	const char *parts[] = {"alert", filter, text};
	return identity_hash(parts, G_N_ELEMENTS(parts));
}

/* The alert of this filter and story as it is stored or waits in the batch; NULL if there is none. */
static struct alert *known_alert(const struct alerting *a, uint64_t id, const struct store_batch *batch)
{
	for (unsigned i = 0; i < batch->alerts->len; i++) {
		const struct alert *waiting = batch->alerts->pdata[i];
		if (waiting->id != id)
			continue;
		struct alert *copy = g_memdup2(waiting, sizeof *waiting);
		copy->filter = g_strdup(waiting->filter);
		copy->filter_title = g_strdup(waiting->filter_title);
		copy->title = g_strdup(waiting->title);
		return copy;
	}
	return store_alert(a->store, id, NULL);
}

static struct alert *new_alert(const struct alerting *a, uint64_t id, const struct article *article,
			       const struct verdict *v, const struct story_place *place, int64_t now)
{
	struct alert *alert = alert_new();
	const char *title = filter_set_title(a->filters, v->filter);
	alert->id = id;
	alert->story = place->story;
	alert->filter = g_strdup(v->filter);
	alert->filter_title = g_strdup(title ? title : v->filter);
	alert->priority = v->priority;
	alert->raised_at = now;
	alert->title = g_strdup(article->title);
	return alert;
}

static void add_member(struct store_batch *batch, const struct article *article, const struct story_place *place,
		       int64_t now)
{
	const struct story_member member = {
		.story = place->story,
		.article = article->uid,
		.relation = place->kin == KIN_FIRST       ? STORY_FIRST
			    : place->kin == KIN_DUPLICATE ? STORY_DUPLICATE
							  : STORY_JOINED,
		.likeness = place->likeness,
		.joined_at = now,
	};
	g_array_append_val(batch->members, member);
}

/* ---- route --------------------------------------------------------------------------------------------------------- */

struct routing {
	struct alerting *a;
	const struct routed *routed;
	const struct verdict *verdict;
	const GPtrArray *sources;
	struct store_batch *batch;
	int64_t now;
	unsigned round; /* tells updates of one alert apart */
};

/* What one route wants for one reader. */
struct wish {
	const struct route *route;
	const struct route_recipient *to;
	struct route_plan plan;
	const char *reason; /* plan.reason, or NULL */
};

static int eagerness(const struct wish *wish)
{
	return wish->plan.state == DELIVERY_PENDING ? 2 : wish->plan.state == DELIVERY_HELD ? 1 : 0;
}

static bool is_better(const struct wish *left, const struct wish *right)
{
	if (eagerness(left) != eagerness(right))
		return eagerness(left) > eagerness(right);
	return left->plan.due_at < right->plan.due_at;
}

static void throttle(struct alerting *a, struct delivery *d)
{
	int64_t until = throttles_hold(a->throttles, d->channel, d->recipient, d->priority, d->created_at);
	if (!until)
		return;
	d->state = DELIVERY_HELD;
	d->due_at = until;
	g_free(d->reason);
	d->reason = g_strconcat(THROTTLE_REASON, d->channel, NULL);
}

/* Routes may meet at one reader, who is told once, by the route that tells first. What is suppressed is recorded
 * under a key of its own, so that it never stands in the way of a message. */
static void add_delivery(const struct routing *r, const struct wish *wish)
{
	const struct alert *alert = r->routed->alert;
	const struct route_recipient *to = wish->to;
	struct message *message = compose_alert(alert, r->routed->article, r->verdict, r->routed->kind, r->sources,
						to->language, r->now);
	struct delivery *d = delivery_new();

	message->key = compose_key(alert->id, r->routed->kind, r->round, to->channel, to->recipient);
	if (r->routed->kind == DELIVERY_UPDATE)
		message->thread = compose_key(alert->id, DELIVERY_ALERT, 0, to->channel, to->recipient);
	d->key = wish->plan.state == DELIVERY_SUPPRESSED
			 ? g_strdup_printf("%s.not.%s", message->key, wish->route->name)
			 : g_strdup(message->key);
	d->alert = alert->id;
	d->channel = g_strdup(to->channel);
	d->recipient = g_strdup(to->recipient);
	d->route = g_strdup(wish->route->name);
	d->kind = r->routed->kind;
	d->state = wish->plan.state;
	d->priority = alert->priority;
	d->created_at = r->now;
	d->due_at = wish->plan.due_at;
	d->reason = g_strdup(wish->reason);
	if (d->state == DELIVERY_PENDING)
		throttle(r->a, d);
	d->payload = message_to_json(message);
	message_free(message);
	g_ptr_array_add(r->batch->deliveries, d);
}

static struct wish *wish_for(const GArray *wishes, const struct route_recipient *to)
{
	for (unsigned i = 0; i < wishes->len; i++) {
		struct wish *wish = &g_array_index(wishes, struct wish, i);
		if (wish->plan.state != DELIVERY_SUPPRESSED && strcmp(wish->to->channel, to->channel) == 0 &&
		    strcmp(wish->to->recipient, to->recipient) == 0)
			return wish;
	}
	return NULL;
}

static void add_wishes(GArray *wishes, const struct route *route, const struct route_plan *plan, const char *reason)
{
	for (unsigned i = 0; i < route->recipients->len; i++) {
		const struct wish wish = {route, route->recipients->pdata[i], *plan, reason};
		struct wish *other = plan->state == DELIVERY_SUPPRESSED ? NULL : wish_for(wishes, wish.to);
		if (!other)
			g_array_append_val(wishes, wish);
		else if (is_better(&wish, other))
			*other = wish;
	}
}

/* All routes that match; true if one of them delivers, now or later. */
static bool route_alert(const struct routing *r, const char **outcome)
{
	g_autoptr(GArray) wishes = g_array_new(FALSE, FALSE, sizeof(struct wish));
	g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func(g_free);
	bool delivers = false, matched = false, below_quorum = false;

	for (unsigned i = 0; i < r->a->routes->list->len; i++) {
		struct route *route = r->a->routes->list->pdata[i];
		struct route_plan plan;
		if (routes_is_escalation(r->a->routes, route->name) ||
		    route_matches(route, r->routed, r->now) == ROUTE_NO)
			continue;
		if (r->routed->alert->owner_count < route->quorum) {
			below_quorum = true;
			continue;
		}
		matched = true;
		route_plan(route, r->routed, r->now, &plan);
		delivers = delivers || plan.state != DELIVERY_SUPPRESSED;
		g_ptr_array_add(reasons, plan.reason);
		add_wishes(wishes, route, &plan, plan.reason);
	}
	for (unsigned i = 0; i < wishes->len; i++)
		add_delivery(r, &g_array_index(wishes, struct wish, i));
	if (!matched)
		*outcome = below_quorum ? "below the quorum of its routes" : "no route is for it";
	else if (!delivers)
		*outcome = "suppressed";
	return delivers;
}

static char *silence_of(const struct alerting *a, const struct alert *alert, const struct article *article,
			int64_t now)
{
	g_autoptr(GPtrArray) silences = store_silences(a->store, now, NULL);
	for (unsigned i = 0; silences && i < silences->len; i++) {
		const struct silence *s = silences->pdata[i];
		if (s->starts_at <= now && now < s->ends_at &&
		    (!s->filter || strcmp(s->filter, alert->filter) == 0) &&
		    (!s->feed || g_strcmp0(s->feed, article->feed) == 0) && (!s->story || s->story == alert->story))
			return g_strdup_printf("silenced by %s", s->author ? s->author : "somebody");
	}
	return NULL;
}

static bool is_quorum_reached_now(const struct alerting *a, const struct alert *alert, unsigned owners_before)
{
	for (unsigned i = 0; i < a->routes->list->len; i++) {
		const struct route *route = a->routes->list->pdata[i];
		if (owners_before < route->quorum && alert->owner_count >= route->quorum)
			return true;
	}
	return false;
}

/* Whether this article was part of an alert of the filter before: it was edited since. */
static bool is_edited(const struct alerting *a, const struct article *article, const char *filter,
		      const struct story_place *place)
{
	if (place->known)
		return true;
	g_autoptr(GPtrArray) alerts = store_alerts_of_article(a->store, article->uid, NULL);
	for (unsigned i = 0; alerts && i < alerts->len; i++)
		if (strcmp(((const struct alert *)alerts->pdata[i])->filter, filter) == 0)
			return true;
	return false;
}

/* The alert of this verdict as it is from now on, and what is news about it. */
struct growth {
	struct alert *alert;
	bool known;  /* raised before */
	bool edited; /* by an article that counted already */
	bool told;   /* first, more voices, or more important: worth a message */
	bool first;
};

static struct growth grow(struct alerting *a, const struct article *article, const struct verdict *v,
			  const struct story_place *place, const struct store_batch *batch, int64_t now)
{
	uint64_t id = alert_id(v->filter, place->story);
	struct alert *alert = known_alert(a, id, batch);
	struct growth g = {.known = alert != NULL};
	bool muted = false;

	g.edited = is_edited(a, article, v->filter, place) && (g.known || !place->known);
	if (!alert)
		alert = new_alert(a, id, article, v, place, now);
	unsigned owners_before = g.known ? alert->owner_count : 0;
	bool raised = g.known && v->priority > alert->priority;
	if (store_story_muted(a->store, place->story, &muted, NULL) && muted)
		alert->state = ALERT_MUTED;
	alert->article_count = place->articles;
	alert->owner_count = MAX(place->owners, 1);
	alert->priority = MAX(alert->priority, v->priority);
	alert->updated_at = now;
	g.alert = alert;
	g.first = !g.known || is_quorum_reached_now(a, alert, owners_before);
	/* an alert grows quietly: only another independent voice, or more weight, is told */
	g.told = !g.known || raised ||
		 (!g.edited && place->kin != KIN_DUPLICATE && (g.first || alert->owner_count > owners_before));
	return g;
}

/* One verdict to its alert. */
static void take_verdict(struct alerting *a, const struct article *article, const struct verdict *v,
			 const struct story_place *place, const GPtrArray *sources, struct store_batch *batch, int64_t now)
{
	struct growth g = grow(a, article, v, place, batch, now);
	const char *outcome = g.edited			     ? "edited; told before"
			      : !g.known		     ? "alert"
			      : place->kin == KIN_DUPLICATE ? "duplicate of an article in the story"
							     : "joined story";

	if (g.edited && !g.known) {
		/* of a story that is over: nothing to tell again */
		g_ptr_array_add(batch->decisions, decision_new(article->uid, v, outcome, now));
		alert_free(g.alert);
		return;
	}
	g_autofree char *silenced = silence_of(a, g.alert, article, now);
	const struct routed routed = {g.alert, article, g.first ? DELIVERY_ALERT : DELIVERY_UPDATE, silenced};
	const struct routing routing = {a,	 &routed, v,   sources,
					batch, now,	  g.first ? 0 : g.alert->owner_count * 4 + g.alert->priority};
	if (g.told)
		route_alert(&routing, &outcome);
	struct decision *decision = decision_new(article->uid, v, outcome, now);
	decision->alert = g.alert->id;
	g_ptr_array_add(batch->decisions, decision);
	g_ptr_array_add(batch->alerts, g.alert);
}

unsigned alerting_take(struct alerting *a, const struct article *article, const GPtrArray *verdicts,
		       struct store_batch *batch, int64_t now)
{
	struct story_place place;
	stories_place(a->stories, article, &place);
	g_autoptr(GPtrArray) sources = stories_outlets(a->stories, place.story);
	add_member(batch, article, &place, now);
	for (unsigned i = 0; i < verdicts->len; i++)
		take_verdict(a, article, verdicts->pdata[i], &place, sources, batch, now);
	return verdicts->len;
}

/* ---- service messages ------------------------------------------------------------------------------------------------ */

static void add_text_delivery(struct store_batch *batch, const struct route_recipient *to, const struct message *message,
			      int64_t now)
{
	struct delivery *d = delivery_new();
	d->key = g_strdup(message->key);
	d->channel = g_strdup(to->channel);
	d->recipient = g_strdup(to->recipient);
	d->route = g_strdup("");
	d->kind = message->kind;
	d->state = DELIVERY_PENDING;
	d->priority = message->priority;
	d->created_at = d->due_at = now;
	d->payload = message_to_json(message);
	g_ptr_array_add(batch->deliveries, d);
}

void alerting_service(struct alerting *a, const char *key, const char *subject, const char *text,
		      enum priority priority, const char *but, struct store_batch *batch, int64_t now)
{
	for (unsigned i = 0; i < a->routes->service->len; i++) {
		const struct route_recipient *to = a->routes->service->pdata[i];
		if (but && strcmp(but, to->channel) == 0)
			continue;
		g_autofree char *full = g_strdup_printf("service.%s.%s.%x", key, to->channel, g_str_hash(to->recipient));
		struct message *message =
			compose_text(DELIVERY_SERVICE, full, subject, text, priority, to->language, now);
		add_text_delivery(batch, to, message, now);
		message_free(message);
	}
}

/* ---- release ----------------------------------------------------------------------------------------------------------- */

/* Held deliveries of one channel, recipient and reason whose time has come together. */
struct group {
	char *channel, *recipient, *reason;
	int64_t due_at;
	GPtrArray *deliveries; /* borrowed */
};

static void group_free(gpointer data)
{
	struct group *group = data;
	g_free(group->channel);
	g_free(group->recipient);
	g_free(group->reason);
	g_ptr_array_unref(group->deliveries);
	g_free(group);
}

static struct group *group_of(GPtrArray *groups, const struct delivery *d)
{
	for (unsigned i = 0; i < groups->len; i++) {
		struct group *group = groups->pdata[i];
		if (strcmp(group->channel, d->channel) == 0 && strcmp(group->recipient, d->recipient) == 0 &&
		    g_strcmp0(group->reason, d->reason) == 0)
			return group;
	}
	struct group *group = g_new0(struct group, 1);
	group->channel = g_strdup(d->channel);
	group->recipient = g_strdup(d->recipient);
	group->reason = g_strdup(d->reason);
	group->due_at = d->due_at;
	group->deliveries = g_ptr_array_new();
	g_ptr_array_add(groups, group);
	return group;
}

static bool becomes_digest(const struct group *group)
{
	return group->deliveries->len > 1 || g_str_has_prefix(group->reason ? group->reason : "", "digest ");
}

/* One message for the whole group; its parts are marked as told in it. */
static void release_as_digest(const struct group *group, struct store_batch *batch, int64_t now)
{
	g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	const struct delivery *first = group->deliveries->pdata[0];
	enum delivery_kind kind = g_str_has_prefix(group->reason ? group->reason : "", "digest ") ? DELIVERY_DIGEST
												 : DELIVERY_SUMMARY;
	for (unsigned i = 0; i < group->deliveries->len; i++) {
		const struct delivery *d = group->deliveries->pdata[i];
		struct message *message = message_from_json(d->payload, NULL);
		if (message)
			g_ptr_array_add(messages, message);
		store_batch_change(batch, d->id, DELIVERY_SUPPRESSED, now, TOLD_IN_DIGEST);
	}
	const struct message *sample = messages->len ? messages->pdata[0] : NULL;
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, first->id);
	const char *parts[] = {"digest", group->channel, group->recipient, group->reason, id};
	g_autofree char *key = g_strdup_printf("%s.%016" G_GINT64_MODIFIER "x", delivery_kind_name(kind),
					       identity_hash(parts, G_N_ELEMENTS(parts)));
	struct message *digest = compose_digest(messages, kind, key, sample ? sample->language : "en", now);
	const struct route_recipient to = {group->channel, group->recipient, NULL};
	add_text_delivery(batch, &to, digest, now);
	message_free(digest);
}

static GPtrArray *due_groups(const GPtrArray *held)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
	for (unsigned i = 0; i < held->len; i++)
		g_ptr_array_add(group_of(groups, held->pdata[i])->deliveries, held->pdata[i]);
	return groups;
}

/* One digest for all of a group, also of that which lies beyond what was looked at. `rest` keeps the rows. */
static bool complete_group(struct alerting *a, struct group *group, int64_t now, GPtrArray *rest, GError **error)
{
	const struct delivery *last = group->deliveries->pdata[group->deliveries->len - 1];
	struct outbox_query query = {.channel = group->channel,
				     .recipient = group->recipient,
				     .state = DELIVERY_HELD,
				     .kind = -1,
				     .due_before = now,
				     .after_id = last->id,
				     .limit = RELEASE_MAX};
	for (bool more = true; more && group->deliveries->len < DIGEST_MAX;) {
		g_autoptr(GPtrArray) rows = outbox_list(a->store, &query, error);
		if (!rows)
			return false;
		more = rows->len == RELEASE_MAX;
		while (rows->len) {
			struct delivery *d = g_ptr_array_steal_index(rows, 0);
			query.after_id = d->id;
			g_ptr_array_add(rest, d);
			if (g_strcmp0(d->reason, group->reason) == 0)
				g_ptr_array_add(group->deliveries, d);
		}
	}
	return true;
}

int64_t alerting_release(struct alerting *a, struct store_batch *batch, int64_t now, GError **error)
{
	const struct outbox_query query = {
		.state = DELIVERY_HELD, .kind = -1, .due_before = now, .limit = RELEASE_MAX};
	g_autoptr(GPtrArray) held = outbox_list(a->store, &query, error);
	if (!held)
		return now + LOOK_AGAIN_S;
	g_autoptr(GPtrArray) rest = g_ptr_array_new_with_free_func((GDestroyNotify)delivery_free);
	g_autoptr(GPtrArray) groups = due_groups(held);
	for (unsigned i = 0; i < groups->len; i++) {
		struct group *group = groups->pdata[i];
		const struct delivery *only = group->deliveries->pdata[0];
		if (held->len == RELEASE_MAX && !complete_group(a, group, now, rest, error))
			return now + LOOK_AGAIN_S;
		if (becomes_digest(group))
			release_as_digest(group, batch, now);
		else
			store_batch_change(batch, only->id, DELIVERY_PENDING, now, NULL);
	}
	if (!again_escalate(a->store, a->routes, batch, now, error) || !again_remind(a->store, batch, now, error))
		return now + LOOK_AGAIN_S;
	return held->len == RELEASE_MAX ? now : now + LOOK_AGAIN_S;
}

bool alerting_released(struct alerting *a, int64_t now, GError **error)
{
	return again_wake(a->store, now, error);
}
