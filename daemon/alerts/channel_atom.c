/* channel_atom: see channel_atom.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/alerts/channel_atom.h"

#include "daemon/alerts/layout.h"
#include "daemon/alerts/record.h"
#include "daemon/alerts/render_html.h"
#include "daemon/alerts/sanitize.h"

#include <gio/gio.h>
#include <string.h>

#define MARK	      "<!-- " PACKAGE ": one entry a line; this file is written anew with each alert -->"
#define ENTRY_BEGINS  "<entry><id>"
#define ENTRY_ID_ENDS "</id>"

struct atom {
	struct channel base;
	char *path, *instance;
	GQueue entries; /* char *: lines, newest first */
	bool loaded;
};

static void element(GString *out, const char *name, const char *attributes, const char *text)
{
	g_autofree char *clean = text ? sanitize(text, SANITIZE_LINES) : NULL;
	g_autofree char *escaped = clean ? g_markup_escape_text(clean, -1) : NULL;
	if (escaped && *escaped)
		g_string_append_printf(out, "<%s%s>%s</%s>", name, attributes, escaped, name);
}

static void link_element(GString *out, const char *link)
{
	g_autofree char *fit = sanitize_link(link);
	g_autofree char *escaped = fit ? g_markup_escape_text(fit, -1) : NULL;
	if (escaped)
		g_string_append_printf(out, "<link rel=\"alternate\" href=\"%s\"/>", escaped);
}

static void category(GString *out, const struct message *message)
{
	if (!message->filter)
		return;
	g_autofree char *term = g_markup_escape_text(message->filter, -1);
	g_autofree char *label = g_markup_escape_text(
		message->filter_title ? message->filter_title : message->filter, -1);
	g_string_append_printf(out, "<category term=\"%s\" label=\"%s\"/>", term, label);
}

/* RFC 4287 §4.1.2. A story that grows keeps its id, so that readers show it once. */
static char *entry_line(const struct atom *atom, const struct message *message)
{
	const struct message_item *item =
		message->items->len == 1 ? message->items->pdata[0] : NULL;
	g_autofree char *updated = record_time(message->created_at);
	g_autofree char *published = item ? record_time(item->published_at) : NULL;
	g_autofree char *html = render_html(message);
	g_autofree char *source = item ? layout_source(item, message->language) : NULL;
	char alert[17];
	uid_format(message->alert, alert);
	g_autofree char *id = g_strdup_printf("tag:%s,2026:%s", atom->instance,
					      message->alert ? alert : message->key);
	GString *out = g_string_new("<entry>");
	element(out, "id", "", id);
	element(out, "title", "", message->subject);
	element(out, "updated", "", updated);
	element(out, "published", "", published);
	link_element(out, item ? item->link : NULL);
	category(out, message);
	g_string_append(out, "<author>");
	element(out, "name", "", source && *source ? source : PACKAGE);
	g_string_append(out, "</author>");
	element(out, "summary", "", item ? item->excerpt : message->text);
	g_strdelimit(html, "\n", ' ');
	element(out, "content", " type=\"html\"", html);
	g_string_append(out, "</entry>");
	return g_strdelimit(g_string_free(out, FALSE), "\n", ' ');
}

/* "<entry><id>…</id>" of a line, as far as the id goes. */
static size_t id_len(const char *line)
{
	const char *end = g_str_has_prefix(line, ENTRY_BEGINS) ? strstr(line, ENTRY_ID_ENDS) : NULL;
	return end ? (size_t)(end - line) : 0;
}

static bool load(struct atom *atom, char **detail)
{
	g_autofree char *text = NULL;
	if (atom->loaded || !g_file_test(atom->path, G_FILE_TEST_EXISTS)) {
		atom->loaded = true;
		return true;
	}
	if (!g_file_test(atom->path, G_FILE_TEST_IS_REGULAR) ||
	    !g_file_get_contents(atom->path, &text, NULL, NULL) || (*text && !strstr(text, MARK))) {
		*detail = g_strdup_printf("%s: not a feed of ours", atom->path);
		return false;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line && atom->entries.length < ATOM_ENTRIES; line++)
		if (id_len(*line) && g_str_has_suffix(*line, "</entry>") &&
		    g_utf8_validate(*line, -1, NULL))
			g_queue_push_tail(&atom->entries, g_strdup(*line));
	atom->loaded = true;
	return true;
}

static void take(struct atom *atom, char *line)
{
	size_t len = id_len(line);
	for (GList *each = atom->entries.head, *next; each; each = next) {
		next = each->next;
		if (id_len(each->data) == len && strncmp(each->data, line, len) == 0) {
			g_free(each->data);
			g_queue_delete_link(&atom->entries, each);
		}
	}
	g_queue_push_head(&atom->entries, line);
	while (atom->entries.length > ATOM_ENTRIES)
		g_free(g_queue_pop_tail(&atom->entries));
}

static char *document(const struct atom *atom, int64_t now)
{
	g_autofree char *updated = record_time(now);
	GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" MARK
				    "\n<feed xmlns=\"http://www.w3.org/2005/Atom\">");
	g_autofree char *id = g_strdup_printf("tag:%s,2026:alerts", atom->instance);
	g_autofree char *title = g_strdup_printf(PACKAGE " (%s)", atom->instance);
	element(out, "id", "", id);
	element(out, "title", "", title);
	element(out, "updated", "", updated);
	element(out, "generator", " version=\"" VERSION "\"", PACKAGE);
	g_string_append_c(out, '\n');
	for (const GList *each = atom->entries.head; each; each = each->next) {
		g_string_append(out, each->data);
		g_string_append_c(out, '\n');
	}
	g_string_append(out, "</feed>\n");
	return g_string_free(out, FALSE);
}

static void atom_send(struct channel *channel, const struct message *message, const char *recipient,
		      send_done_fn *done, void *user_data)
{
	struct atom *atom = (struct atom *)channel;
	g_autoptr(GError) error = NULL;
	g_autofree char *detail = NULL;
	(void)recipient;
	if (!load(atom, &detail)) {
		done(SEND_RETRY, detail, user_data);
		return;
	}
	take(atom, entry_line(atom, message));
	g_autofree char *text = document(atom, message->created_at);
	bool written = g_file_set_contents_full(
		atom->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
		0644, &error);
	done(written ? SEND_DONE : SEND_RETRY, written ? NULL : error->message, user_data);
}

static void atom_free(struct channel *channel)
{
	struct atom *atom = (struct atom *)channel;
	g_queue_clear_full(&atom->entries, g_free);
	g_free(atom->path);
	g_free(atom->instance);
	g_free(atom->base.name);
	g_free(atom);
}

static const struct channel_ops ops = {"atom", atom_send, NULL, atom_free};

struct channel *channel_atom_new(const char *path, const char *instance)
{
	struct atom *atom = g_new0(struct atom, 1);
	atom->base.ops = &ops;
	atom->path = g_strdup(path);
	atom->instance = g_strdup(instance && *instance ? instance : g_get_host_name());
	g_queue_init(&atom->entries);
	return &atom->base;
}
