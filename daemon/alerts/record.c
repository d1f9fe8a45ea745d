/* record: see record.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/alerts/record.h"

#include "daemon/alerts/link.h"
#include "daemon/alerts/sanitize.h"

#include <jansson.h>
#include <stdlib.h>

#define ECS_VERSION "8.11"

static const struct {
	const char *name;
	int severity; /* RFC 5424, table 2 */
} priorities[] = {{"low", 6}, {"normal", 5}, {"high", 4}, {"critical", 2}};

static unsigned priority_row(enum priority priority)
{
	return MIN((unsigned)priority, G_N_ELEMENTS(priorities) - 1);
}

const char *record_priority(enum priority priority)
{
	return priorities[priority_row(priority)].name;
}

int record_severity(enum priority priority)
{
	return priorities[priority_row(priority)].severity;
}

char *record_time(int64_t at)
{
	g_autoptr(GDateTime) time = at > INT64_MIN ? g_date_time_new_from_unix_utc(at) : NULL;
	return time ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

/* Once more made fit, whoever wrote the message; NULL leaves the key out. */
static void set_text(json_t *object, const char *key, const char *text)
{
	g_autofree char *clean = text && *text ? sanitize(text, SANITIZE_LINES) : NULL;
	if (clean)
		json_object_set_new(object, key, json_string(clean));
}

static void set_time(json_t *object, const char *key, int64_t at)
{
	g_autofree char *text = record_time(at);
	set_text(object, key, text);
}

static void set_uid(json_t *object, const char *key, uint64_t uid)
{
	char text[17];
	uid_format(uid, text);
	if (uid)
		json_object_set_new(object, key, json_string(text));
}

static void set_texts(json_t *object, const char *key, char *const *texts)
{
	json_t *array = json_array();
	for (; texts && *texts; texts++) {
		g_autofree char *clean = sanitize(*texts, 0);
		json_array_append_new(array, json_string(clean));
	}
	json_object_set_new(object, key, array);
}

static json_t *item_object(const struct message_item *item)
{
	json_t *object = json_object();
	set_uid(object, "article", item->article);
	set_uid(object, "alert", item->alert);
	set_text(object, "filter", item->filter);
	set_text(object, "filter_title", item->filter_title);
	json_object_set_new(object, "priority", json_string(record_priority(item->priority)));
	set_text(object, "title", item->title);
	set_text(object, "excerpt", item->excerpt);
	set_text(object, "link", item->link);
	set_text(object, "outlet", item->outlet);
	set_text(object, "owner", item->owner);
	set_text(object, "country", item->country);
	set_text(object, "language", item->language);
	json_object_set_new(object, "state_media", json_boolean(item->state_media));
	set_time(object, "published", item->published_at);
	json_object_set_new(object, "score", json_real(item->score));
	json_object_set_new(object, "threshold", json_real(item->threshold));
	set_texts(object, "why", item->why);
	return object;
}

static json_t *own_object(const struct message *message, const char *channel, const char *recipient)
{
	json_t *own = json_object(), *items = json_array();
	json_object_set_new(own, "schema", json_integer(RECORD_SCHEMA));
	set_text(own, "kind", delivery_kind_name(message->kind));
	json_object_set_new(own, "priority", json_string(record_priority(message->priority)));
	set_text(own, "channel", channel);
	set_text(own, "recipient", recipient);
	set_uid(own, "alert", message->alert);
	set_uid(own, "story", message->story);
	set_text(own, "thread", message->thread);
	set_text(own, "language", message->language);
	set_text(own, "text", message->text);
	json_object_set_new(own, "articles", json_integer(message->article_count));
	json_object_set_new(own, "owners", json_integer(message->owner_count));
	set_texts(own, "outlets", message->outlets);
	if (message->voices)
		set_texts(own, "voices", message->voices);
	for (unsigned i = 0; i < message->items->len; i++)
		json_array_append_new(items, item_object(message->items->pdata[i]));
	json_object_set_new(own, "items", items);
	return own;
}

static json_t *event_object(const struct message *message)
{
	bool service = message->kind == DELIVERY_SERVICE || message->kind == DELIVERY_TEST;
	json_t *event = json_object();
	json_object_set_new(event, "kind", json_string(service ? "event" : "alert"));
	json_object_set_new(event, "dataset", json_string(PACKAGE ".alert"));
	json_object_set_new(event, "module", json_string(PACKAGE));
	set_text(event, "action", delivery_kind_name(message->kind));
	set_text(event, "id", message->key);
	json_object_set_new(event, "severity", json_integer(record_severity(message->priority)));
	return event;
}

/* url and rule speak of one article and one filter: messages of several have neither. */
static void set_only_article(json_t *root, const struct message *message)
{
	const struct message_item *item =
		message->items->len == 1 ? message->items->pdata[0] : NULL;
	const char *filter = message->filter ? message->filter : item ? item->filter : NULL;
	const char *title = message->filter_title ? message->filter_title
			    : item		  ? item->filter_title
						  : NULL;
	if (filter) {
		json_t *rule = json_object();
		set_text(rule, "id", filter);
		set_text(rule, "name", title);
		json_object_set_new(root, "rule", rule);
	}
	if (item && item->link) {
		g_autofree char *host = link_host(item->link);
		json_t *url = json_object();
		set_text(url, "full", item->link);
		set_text(url, "domain", host);
		json_object_set_new(root, "url", url);
	}
}

char *record_json(const struct message *message, const char *channel, const char *recipient)
{
	json_t *root = json_object();
	set_time(root, "@timestamp", message->created_at);
	json_object_set_new(root, "ecs", json_pack("{ss}", "version", ECS_VERSION));
	set_text(root, "message", message->subject ? message->subject : message->key);
	json_object_set_new(root, "event", event_object(message));
	json_object_set_new(
		root, "observer",
		json_pack("{ssssss}", "vendor", PACKAGE, "product", PACKAGE, "version", VERSION));
	set_only_article(root, message);
	json_object_set_new(root, PACKAGE, own_object(message, channel, recipient));
	char *text = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(6));
	char *copy = g_strdup(text);
	free(text);
	json_decref(root);
	return copy;
}
