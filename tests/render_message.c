/* render_message FORM: a message as the outbox keeps it (JSON on standard input) as a reader gets
 * it, on standard output. For tests that read the result back, and for looking at it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/channel_journal.h"
#include "daemon/alerts/channel_syslog.h"
#include "daemon/alerts/desktop_note.h"
#include "daemon/alerts/markup.h"
#include "daemon/alerts/mime.h"
#include "daemon/alerts/record.h"
#include "daemon/alerts/render_html.h"
#include "daemon/alerts/render_text.h"
#include "daemon/alerts/webhook_body.h"

#include <stdio.h>
#include <string.h>

static char *html(const struct message *m)
{
	return render_html(m);
}
static char *plain(const struct message *m)
{
	return render_text(m, 0);
}
static char *wrapped(const struct message *m)
{
	return render_text(m, RENDER_WRAP);
}
static char *brief(const struct message *m)
{
	return render_text(m, RENDER_SHORT);
}
static char *colour(const struct message *m)
{
	return render_text(m, RENDER_COLOUR);
}
static char *record(const struct message *m)
{
	return record_json(m, "log", "");
}
static char *note(const struct message *m)
{
	return desktop_note(m, 5);
}
static char *slack(const struct message *m)
{
	return markup_brief(m, MARKUP_SLACK, 16000);
}
static char *markdown(const struct message *m)
{
	return markup_brief(m, MARKUP_MARKDOWN, 16000);
}
static char *telegram(const struct message *m)
{
	return markup_brief(m, MARKUP_TELEGRAM, 3500);
}
static char *matrix(const struct message *m)
{
	return markup_brief(m, MARKUP_MATRIX, 16000);
}
static char *syslog5424(const struct message *m)
{
	return syslog_record(m, 3, "host", 2048);
}
static char *template(const struct message *m)
{
	return webhook_fill("{\"t\": \"{title}\", \"w\": \"{why}\", \"all\": {json}}", m);
}

static const struct {
	const char *name;
	char *(*render)(const struct message *message);
} forms[] = {
	{"html", html},	    {"text", plain},	    {"short", brief},	    {"colour", colour},
	{"record", record}, {"note", note},	    {"slack", slack},	    {"markdown", markdown},
	{"matrix", matrix}, {"telegram", telegram}, {"syslog", syslog5424}, {"template", template},
	{"wrapped", wrapped},
};

static GBytes *mime(const struct message *message)
{
	const struct mime_envelope envelope = {"Vedetta <vedetta@example.org>", "anna@example.org",
					       NULL, "example.org", false};
	return mime_write(message, &envelope, NULL);
}

static GBytes *journal(const struct message *message)
{
	return g_string_free_to_bytes(journal_entry(message));
}

static GBytes *render(const struct message *message, const char *form)
{
	if (strcmp(form, "mime") == 0)
		return mime(message);
	if (strcmp(form, "journal") == 0)
		return journal(message);
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
		if (strcmp(forms[i].name, form) == 0) {
			char *text = forms[i].render(message);
			return g_bytes_new_take(text, strlen(text));
		}
	return NULL;
}

int main(int argc, char **argv)
{
	g_autoptr(GString) json = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	char buffer[65536];
	size_t got;
	while ((got = fread(buffer, 1, sizeof buffer, stdin)))
		g_string_append_len(json, buffer, (gssize)got);
	struct message *message = message_from_json(json->str, &error);
	g_autoptr(GBytes) bytes = message && argc == 2 ? render(message, argv[1]) : NULL;
	if (!bytes) {
		fprintf(stderr, "render_message: %s\n",
			error ? error->message : "unknown form, or refused");
		return 1;
	}
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);
	fwrite(data, 1, len, stdout);
	message_free(message);
	return 0;
}
