/* channel_syslog: see channel_syslog.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/alerts/channel_syslog.h"

#include "daemon/alerts/datagram.h"
#include "daemon/alerts/layout.h"
#include "daemon/alerts/record.h"
#include "daemon/alerts/sanitize.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define RECORD_MAX 2048 /* every receiver should take so much (RFC 5424 §6.1) */
#define VALUE_MAX  300
#define SD_ID	   PACKAGE "@32473" /* the number for examples (RFC 5612): we have none registered */
#define BOM	   "\xef\xbb\xbf"

struct syslog_channel {
	struct channel base;
	int facility;
	char *host;
	struct datagram *datagram;
};

/* RFC 5424, table 1. */
static const struct {
	const char *name;
	int code;
} facilities[] = {
	{"user", 1},	{"mail", 2},	{"daemon", 3},	{"auth", 4},	{"news", 7},
	{"local0", 16}, {"local1", 17}, {"local2", 18}, {"local3", 19}, {"local4", 20},
	{"local5", 21}, {"local6", 22}, {"local7", 23},
};

/* §6.3.3: a quote, a backslash and a closing bracket are escaped. */
static void parameter(GString *out, const char *name, const char *value)
{
	g_autofree char *clean = value && *value ? sanitize_cut(value, VALUE_MAX, 0) : NULL;
	if (!clean)
		return;
	g_string_append_printf(out, " %s=\"", name);
	for (const char *p = clean; *p; p++) {
		if (strchr("\"\\]", *p))
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '"');
}

static void parameters(GString *out, const struct message *message)
{
	const struct message_item *item =
		message->items->len == 1 ? message->items->pdata[0] : NULL;
	char alert[17] = "";
	if (message->alert)
		uid_format(message->alert, alert);
	parameter(out, "key", message->key);
	parameter(out, "alert", alert);
	parameter(out, "filter", message->filter);
	parameter(out, "priority", record_priority(message->priority));
	if (!item)
		return;
	g_autofree char *published = record_time(item->published_at);
	parameter(out, "link", item->link);
	parameter(out, "outlet", item->outlet);
	parameter(out, "owner", item->owner);
	parameter(out, "state_media", item->state_media ? "true" : NULL);
	parameter(out, "published", published);
}

char *syslog_record(const struct message *message, int facility, const char *host, size_t max_len)
{
	g_autofree char *time = record_time(message->created_at);
	GString *out = g_string_new(NULL);
	g_string_printf(out, "<%d>1 %s %s " PACKAGE " %d %s [" SD_ID,
			facility * 8 + record_severity(message->priority), time ? time : "-",
			host && *host ? host : "-", (int)getpid(),
			delivery_kind_name(message->kind));
	parameters(out, message);
	g_string_append(out, "] " BOM);
	size_t room = max_len > out->len + 16 ? max_len - out->len : 16;
	g_autofree char *whole =
		message->text ? g_strdup_printf("%s: %s", message->subject, message->text)
			      : g_strdup(message->subject);
	g_autofree char *text = sanitize_cut(whole, room, 0);
	g_string_append(out, text);
	return g_string_free(out, FALSE);
}

static void syslog_send(struct channel *channel, const struct message *message,
			const char *recipient, send_done_fn *done, void *user_data)
{
	struct syslog_channel *syslog = (struct syslog_channel *)channel;
	g_autofree char *record =
		syslog_record(message, syslog->facility, syslog->host, RECORD_MAX);
	(void)recipient;
	datagram_send(syslog->datagram, record, strlen(record), done, user_data);
}

static void syslog_free(struct channel *channel)
{
	struct syslog_channel *syslog = (struct syslog_channel *)channel;
	datagram_free(syslog->datagram);
	g_free(syslog->host);
	g_free(syslog->base.name);
	g_free(syslog);
}

static const struct channel_ops ops = {"syslog", syslog_send, NULL, syslog_free};

struct channel *channel_syslog_new(const char *address, unsigned port, const char *facility,
				   GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(facilities); i++) {
		if (strcmp(facilities[i].name, facility) != 0)
			continue;
		struct syslog_channel *syslog = g_new0(struct syslog_channel, 1);
		syslog->base.ops = &ops;
		syslog->facility = facilities[i].code;
		syslog->host = g_strdelimit(g_strdup(g_get_host_name()), " \t\r\n", '-');
		syslog->datagram = datagram_new(address, port ? port : 514);
		return &syslog->base;
	}
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
		    _("there is no facility '%s'; expected daemon, user, news, local0 … local7"),
		    facility);
	return NULL;
}
