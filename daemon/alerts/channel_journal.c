/* channel_journal: see channel_journal.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/alerts/channel_journal.h"

#include "daemon/alerts/datagram.h"
#include "daemon/alerts/layout.h"
#include "daemon/alerts/record.h"
#include "daemon/alerts/sanitize.h"

#include <string.h>

#define VALUE_MAX 8192

struct journal {
	struct channel base;
	struct datagram *datagram;
};

/* The binary form: a value may hold line ends, and cannot become another field. */
static void field(GString *out, const char *name, const char *value)
{
	g_autofree char *clean =
		value && *value ? sanitize_cut(value, VALUE_MAX, SANITIZE_LINES) : NULL;
	if (!clean)
		return;
	guint64 len = GUINT64_TO_LE((guint64)strlen(clean));
	g_string_append(out, name);
	g_string_append_c(out, '\n');
	g_string_append_len(out, (const char *)&len, sizeof len);
	g_string_append(out, clean);
	g_string_append_c(out, '\n');
}

static void number(GString *out, const char *name, guint64 value)
{
	g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, value);
	field(out, name, text);
}

static void uid(GString *out, const char *name, uint64_t value)
{
	char text[17] = "";
	if (value)
		uid_format(value, text);
	field(out, name, text);
}

static void article_fields(GString *out, const struct message_item *item, const char *language)
{
	g_autofree char *published = record_time(item->published_at);
	g_autofree char *why = layout_why(item, language);
	uid(out, "VEDETTA_ARTICLE", item->article);
	field(out, "VEDETTA_LINK", item->link);
	field(out, "VEDETTA_OUTLET", item->outlet);
	field(out, "VEDETTA_OWNER", item->owner);
	field(out, "VEDETTA_LANGUAGE", item->language);
	field(out, "VEDETTA_STATE_MEDIA", item->state_media ? "1" : "0");
	field(out, "VEDETTA_PUBLISHED", published);
	field(out, "VEDETTA_WHY", why);
}

GString *journal_entry(const struct message *message)
{
	GString *out = g_string_new(NULL);
	bool service = message->kind == DELIVERY_SERVICE || message->kind == DELIVERY_TEST;
	g_autofree char *text = message->text
					? g_strdup_printf("%s: %s", message->subject, message->text)
					: g_strdup(message->subject);
	field(out, "MESSAGE", text);
	field(out, "MESSAGE_ID", service ? JOURNAL_SERVICE_ID : JOURNAL_ALERT_ID);
	number(out, "PRIORITY", (guint64)record_severity(message->priority));
	field(out, "SYSLOG_IDENTIFIER", PACKAGE);
	field(out, "VEDETTA_KEY", message->key);
	field(out, "VEDETTA_KIND", delivery_kind_name(message->kind));
	field(out, "VEDETTA_PRIORITY", record_priority(message->priority));
	uid(out, "VEDETTA_ALERT", message->alert);
	uid(out, "VEDETTA_STORY", message->story);
	field(out, "VEDETTA_FILTER", message->filter);
	field(out, "VEDETTA_FILTER_TITLE", message->filter_title);
	number(out, "VEDETTA_ARTICLES", message->article_count);
	number(out, "VEDETTA_OWNERS", message->owner_count);
	if (message->items->len == 1)
		article_fields(out, message->items->pdata[0], message->language);
	return out;
}

static void journal_send(struct channel *channel, const struct message *message,
			 const char *recipient, send_done_fn *done, void *user_data)
{
	struct journal *journal = (struct journal *)channel;
	GString *entry = journal_entry(message);
	(void)recipient;
	datagram_send(journal->datagram, entry->str, entry->len, done, user_data);
	g_string_free(entry, TRUE);
}

static void journal_free(struct channel *channel)
{
	struct journal *journal = (struct journal *)channel;
	datagram_free(journal->datagram);
	g_free(journal->base.name);
	g_free(journal);
}

static const struct channel_ops ops = {"journal", journal_send, NULL, journal_free};

struct channel *channel_journal_new(const char *socket_path)
{
	struct journal *journal = g_new0(struct journal, 1);
	journal->base.ops = &ops;
	journal->datagram = datagram_new(socket_path, 0);
	return &journal->base;
}
