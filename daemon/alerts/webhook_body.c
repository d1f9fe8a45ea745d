/* webhook_body: see webhook_body.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/alerts/webhook_body.h"

#include "daemon/alerts/layout.h"
#include "daemon/alerts/link.h"
#include "daemon/alerts/markup.h"
#include "daemon/alerts/record.h"
#include "daemon/alerts/render_text.h"
#include "daemon/alerts/words.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define JSON_TYPE	"application/json"
#define BODY_BUDGET	16000 /* bytes of a chat message */
#define TELEGRAM_BUDGET 3500  /* of 4096 characters */
#define NTFY_BUDGET	3500  /* of 4096 bytes */

static char *dump(json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);
	char *copy = g_strdup(text);
	free(text);
	json_decref(object);
	return copy;
}

static const struct message_item *only_item(const struct message *message)
{
	return message->items->len == 1 ? message->items->pdata[0] : NULL;
}

/* ---- templates ------------------------------------------------------------------------------ */

static char *field_key(const struct message *m)
{
	return g_strdup(m->key);
}
static char *field_kind(const struct message *m)
{
	return g_strdup(delivery_kind_name(m->kind));
}
static char *field_subject(const struct message *m)
{
	return g_strdup(m->subject);
}
static char *field_text(const struct message *m)
{
	return render_text(m, 0);
}
static char *field_brief(const struct message *m)
{
	return markup_brief(m, MARKUP_PLAIN, BODY_BUDGET);
}
static char *field_filter(const struct message *m)
{
	return g_strdup(m->filter);
}
static char *field_filter_title(const struct message *m)
{
	return g_strdup(m->filter_title);
}
static char *field_priority(const struct message *m)
{
	return g_strdup(record_priority(m->priority));
}
static char *field_language(const struct message *m)
{
	return g_strdup(m->language);
}
static char *field_time(const struct message *m)
{
	return record_time(m->created_at);
}
static char *field_articles(const struct message *m)
{
	return g_strdup_printf("%u", m->article_count);
}
static char *field_owners(const struct message *m)
{
	return g_strdup_printf("%u", m->owner_count);
}
static char *field_json(const struct message *m)
{
	return record_json(m, "", "");
}

static char *field_alert(const struct message *m)
{
	char text[17] = "";
	if (m->alert)
		uid_format(m->alert, text);
	return g_strdup(text);
}

static char *field_story(const struct message *m)
{
	char text[17] = "";
	if (m->story)
		uid_format(m->story, text);
	return g_strdup(text);
}

static char *field_title(const struct message *m)
{
	const struct message_item *item = only_item(m);
	return g_strdup(item ? item->title : m->subject);
}

static char *field_link(const struct message *m)
{
	const struct message_item *item = only_item(m);
	return g_strdup(item ? item->link : NULL);
}

static char *field_outlet(const struct message *m)
{
	const struct message_item *item = only_item(m);
	return item ? layout_source(item, m->language) : NULL;
}

static char *field_excerpt(const struct message *m)
{
	const struct message_item *item = only_item(m);
	return g_strdup(item ? item->excerpt : m->text);
}

static char *field_why(const struct message *m)
{
	const struct message_item *item = only_item(m);
	return item ? layout_why(item, m->language) : NULL;
}

static char *field_published(const struct message *m)
{
	const struct message_item *item = only_item(m);
	return item ? record_time(item->published_at) : NULL;
}

static const struct {
	const char *name;
	char *(*value)(const struct message *message); /* NULL is an empty text */
} fields[] = {
	{"alert", field_alert},
	{"articles", field_articles},
	{"brief", field_brief},
	{"excerpt", field_excerpt},
	{"filter", field_filter},
	{"filter_title", field_filter_title},
	{"json", field_json},
	{"key", field_key},
	{"kind", field_kind},
	{"language", field_language},
	{"link", field_link},
	{"outlet", field_outlet},
	{"owners", field_owners},
	{"priority", field_priority},
	{"published", field_published},
	{"story", field_story},
	{"subject", field_subject},
	{"text", field_text},
	{"time", field_time},
	{"title", field_title},
	{"why", field_why},
};

/* The name between the braces at `open`, NULL if they hold none. */
static char *place_at(const char *open)
{
	size_t len = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz_");
	return len && open[1 + len] == '}' ? g_strndup(open + 1, len) : NULL;
}

static int field_index(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (strcmp(fields[i].name, name) == 0)
			return (int)i;
	return -1;
}

static bool is_json(const char *template)
{
	const char *start = template + strspn(template, " \t\r\n");
	return *start == '[' || (*start == '{' && !place_at(start));
}

static void append_value(GString *out, const char *value, bool json)
{
	if (!json) {
		g_string_append(out, value);
		return;
	}
	char *quoted = dump(json_pack("[s]", value)); /* ["…"] */
	g_string_append_len(out, quoted + 2, (gssize)strlen(quoted) - 4);
	g_free(quoted);
}

char *webhook_fill(const char *template, const struct message *message)
{
	GString *out = g_string_new(NULL);
	bool json = is_json(template);
	for (const char *at = template; *at;) {
		g_autofree char *name = *at == '{' ? place_at(at) : NULL;
		int index = name ? field_index(name) : -1;
		if (index < 0) {
			g_string_append_c(out, *at++);
			continue;
		}
		g_autofree char *value = fields[index].value(message);
		/* {json} is an object by itself */
		append_value(out, value ? value : "", json && strcmp(name, "json") != 0);
		at += strlen(name) + 2;
	}
	return g_string_free(out, FALSE);
}

static bool check_template(const char *template, GError **error)
{
	for (const char *at = strchr(template, '{'); at; at = strchr(at + 1, '{')) {
		g_autofree char *name = place_at(at);
		if (!name || field_index(name) >= 0)
			continue;
		GString *known = g_string_new(NULL);
		for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
			g_string_append_printf(known, "%s%s", i ? ", " : "", fields[i].name);
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
			    _("the template names {%s}; there is %s"), name, known->str);
		g_string_free(known, TRUE);
		return false;
	}
	return true;
}

/* ---- presets -------------------------------------------------------------------------------- */

static void make_json(const struct webhook_target *t, const struct message *m,
		      struct webhook_request *r)
{
	r->body = record_json(m, t->channel, "");
	r->url = g_strdup(t->url);
}

/* https://docs.ntfy.sh/publish/#publish-as-json: to the root, the topic inside. */
static void make_ntfy(const struct webhook_target *t, const struct message *m,
		      struct webhook_request *r)
{
	static const int levels[] = {2, 3, 4, 5}; /* by enum priority */
	const struct message_item *item = only_item(m);
	g_autofree char *brief = markup_brief(m, MARKUP_PLAIN, NTFY_BUDGET);
	g_autofree char *root = g_strdup(t->url);
	char *slash = strrchr(root, '/');
	const char *topic = t->target ? t->target : slash ? slash + 1 : "";
	json_t *body =
		json_pack("{sssssssi}", "topic", topic, "title", m->subject ? m->subject : "",
			  "message", brief, "priority", levels[MIN((unsigned)m->priority, 3)]);
	if (item && item->link) {
		json_object_set_new(body, "click", json_string(item->link));
		json_object_set_new(body, "actions",
				    json_pack("[{ssssss}]", "action", "view", "label",
					      word(m->language, WORD_OPEN), "url", item->link));
	}
	r->body = dump(body);
	if (!t->target && slash)
		slash[1] = '\0';
	r->url = g_steal_pointer(&root);
}

static void make_slack(const struct webhook_target *t, const struct message *m,
		       struct webhook_request *r)
{
	g_autofree char *brief = markup_brief(m, MARKUP_SLACK, BODY_BUDGET);
	json_t *body = json_pack("{sssbsb}", "text", brief, "unfurl_links", 0, "unfurl_media", 0);
	if (t->target)
		json_object_set_new(body, "channel", json_string(t->target));
	r->body = dump(body);
	r->url = g_strdup(t->url);
}

static void make_mattermost(const struct webhook_target *t, const struct message *m,
			    struct webhook_request *r)
{
	g_autofree char *brief = markup_brief(m, MARKUP_MARKDOWN, BODY_BUDGET);
	json_t *body = json_pack("{ssss}", "text", brief, "username", PACKAGE);
	if (t->target)
		json_object_set_new(body, "channel", json_string(t->target));
	r->body = dump(body);
	r->url = g_strdup(t->url);
}

/* Client-server API, §"Sending events": the transaction id makes a repeat one message. */
static void make_matrix(const struct webhook_target *t, const struct message *m,
			struct webhook_request *r)
{
	g_autofree char *plain = markup_brief(m, MARKUP_PLAIN, BODY_BUDGET);
	g_autofree char *html = markup_brief(m, MARKUP_MATRIX, BODY_BUDGET);
	g_autofree char *room = g_uri_escape_string(t->target, NULL, FALSE);
	g_autofree char *transaction = g_uri_escape_string(m->key, NULL, FALSE);
	size_t len = strlen(t->url);
	r->method = "PUT";
	r->body = dump(json_pack("{ssssssss}", "msgtype", "m.text", "body", plain, "format",
				 "org.matrix.custom.html", "formatted_body", html));
	r->url = g_strdup_printf("%.*s/_matrix/client/v3/rooms/%s/send/m.room.message/%s",
				 (int)(len && t->url[len - 1] == '/' ? len - 1 : len), t->url, room,
				 transaction);
	r->bearer = true;
}

/* https://core.telegram.org/bots/api#sendmessage: the token is part of the path. */
static void make_telegram(const struct webhook_target *t, const struct message *m,
			  struct webhook_request *r)
{
	g_autofree char *brief = markup_brief(m, MARKUP_TELEGRAM, TELEGRAM_BUDGET);
	size_t len = strlen(t->url);
	r->body = dump(json_pack("{sssssss{sb}}", "chat_id", t->target, "text", brief, "parse_mode",
				 "HTML", "link_preview_options", "is_disabled", 1));
	r->url = g_strdup_printf("%.*s/bot%s/sendMessage",
				 (int)(len && t->url[len - 1] == '/' ? len - 1 : len), t->url,
				 t->token);
	r->bearer = false;
}

/* Alertmanager API v2, POST /alerts: labels are the identity, so only what stays goes there. */
static void make_alertmanager(const struct webhook_target *t, const struct message *m,
			      struct webhook_request *r)
{
	const struct message_item *item = only_item(m);
	g_autofree char *starts = record_time(m->created_at);
	g_autofree char *brief = markup_brief(m, MARKUP_PLAIN, BODY_BUDGET);
	g_autofree char *alert = field_alert(m);
	json_t *labels = json_pack("{ssssssss}", "alertname", "VedettaAlert", "severity",
				   record_priority(m->priority), "filter",
				   m->filter ? m->filter : "", "alert", *alert ? alert : m->key);
	json_t *notes =
		json_pack("{ssss}", "summary", m->subject ? m->subject : "", "description", brief);
	json_t *body = json_pack("{soso}", "labels", labels, "annotations", notes);
	if (starts)
		json_object_set_new(body, "startsAt", json_string(starts));
	if (item && item->link)
		json_object_set_new(body, "generatorURL", json_string(item->link));
	r->body = dump(json_pack("[o]", body));
	g_autoptr(GUri) uri =
		g_uri_parse(t->url, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
	const char *path = uri ? g_uri_get_path(uri) : "/x";
	size_t len = strlen(t->url);
	r->url = *path && strcmp(path, "/") != 0
			 ? g_strdup(t->url)
			 : g_strdup_printf("%.*s/api/v2/alerts", (int)(len - strlen(path)), t->url);
}

static const struct {
	const char *name;
	void (*make)(const struct webhook_target *target, const struct message *message,
		     struct webhook_request *request);
	bool needs_target, needs_token;
} presets[] = {
	{"json", make_json, false, false},
	{"ntfy", make_ntfy, false, false},
	{"slack", make_slack, false, false},
	{"mattermost", make_mattermost, false, false},
	{"matrix", make_matrix, true, true},
	{"telegram", make_telegram, true, true},
	{"alertmanager", make_alertmanager, false, false},
};

static int preset_index(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(presets); i++)
		if (strcmp(presets[i].name, name ? name : "json") == 0)
			return (int)i;
	return -1;
}

bool webhook_check(const struct webhook_target *t, GError **error)
{
	int index = preset_index(t->preset);
	if (t->template)
		return check_template(t->template, error);
	if (index < 0) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
			    _("there is no preset '%s'"), t->preset);
		return false;
	}
	if ((presets[index].needs_target && !t->target) ||
	    (presets[index].needs_token && !t->token)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
			    _("preset '%s' needs target and token_file"), t->preset);
		return false;
	}
	return true;
}

void webhook_request_make(const struct webhook_target *t, const struct message *message,
			  struct webhook_request *r)
{
	*r = (struct webhook_request){
		.method = "POST", .content_type = JSON_TYPE, .bearer = t->token != NULL};
	if (!t->template) {
		presets[preset_index(t->preset)].make(t, message, r);
		return;
	}
	r->body = webhook_fill(t->template, message);
	r->url = g_strdup(t->url);
	r->content_type = is_json(t->template) ? JSON_TYPE : "text/plain; charset=utf-8";
}

void webhook_request_clear(struct webhook_request *r)
{
	if (r->url)
		explicit_bzero(r->url, strlen(r->url));
	g_clear_pointer(&r->url, g_free);
	g_clear_pointer(&r->body, g_free);
}
