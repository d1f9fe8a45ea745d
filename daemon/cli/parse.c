/* parse: feed documents to neutral JSON, through the sandboxed worker.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/parser_program.h"
#include "feeds/limits.h"
#include "feeds/worker.h"

#include <glib/gi18n.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parsing {
	GMainLoop *loop;
	struct worker *worker;
	struct parse_options options;
	char **files;
	bool batch;
	int exit_code;
};

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *date_or_null(int64_t at)
{
	g_autoptr(GDateTime) date = at == FEED_NO_DATE ? NULL : g_date_time_new_from_unix_utc(at);
	g_autofree char *text = date ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : NULL;
	return text_or_null(text);
}

static json_t *entry_json(const struct feed_entry *entry)
{
	json_t *categories = json_array();
	for (char **category = entry->categories; category && *category; category++)
		json_array_append_new(categories, json_string(*category));
	return json_pack("{so so so so so so so so so so so}", "id", text_or_null(entry->id), "link",
			 text_or_null(entry->link), "title", text_or_null(entry->title), "summary",
			 text_or_null(entry->summary), "content", text_or_null(entry->content),
			 "author", text_or_null(entry->author), "language",
			 text_or_null(entry->language), "source", text_or_null(entry->source),
			 "published", date_or_null(entry->published_at), "updated",
			 date_or_null(entry->updated_at), "categories", categories);
}

static json_t *document_json(const struct feed_document *document)
{
	json_t *items = json_array();
	for (unsigned i = 0; i < document->entries->len; i++)
		json_array_append_new(items, entry_json(document->entries->pdata[i]));
	return json_pack("{ss s{ss so so so} sb so}", "parse", "ok", "feed", "format",
			 feed_format_name(document->format), "title", text_or_null(document->title),
			 "link", text_or_null(document->link), "language",
			 text_or_null(document->language), "malformed", document->malformed, "items",
			 items);
}

static void print_json(struct parsing *p, json_t *object)
{
	if (p->batch)
		json_object_set_new(object, "file", json_string(*p->files));
	cli_json(stdout, object);
	fflush(stdout);
}

static void start_file(struct parsing *p);

static void on_parsed(struct feed_document *document, const GError *error, void *data)
{
	struct parsing *p = data;

	if (document) {
		print_json(p, document_json(document));
	} else {
		p->exit_code = EXIT_NO;
		if (p->batch)
			print_json(p, json_pack("{ss ss}", "parse", "error", "error", error->message));
		else
			cli_error("parse", "%s: %s", *p->files, error->message);
	}
	feed_document_free(document);
	p->files++;
	start_file(p);
}

static GBytes *read_document(const char *path, GError **error)
{
	char *text;
	size_t len;
	if (strcmp(path, "-") != 0) {
		if (!g_file_get_contents(path, &text, &len, error))
			return NULL;
		return g_bytes_new_take(text, len);
	}
	GString *all = g_string_new(NULL);
	char part[65536];
	while ((len = fread(part, 1, sizeof part, stdin)) > 0 && all->len <= FEED_MAX_DOCUMENT)
		g_string_append_len(all, part, (gssize)len);
	return g_string_free_to_bytes(all);
}

static void start_file(struct parsing *p)
{
	g_autoptr(GError) error = NULL;

	if (!*p->files) {
		g_main_loop_quit(p->loop);
		return;
	}
	GBytes *bytes = read_document(*p->files, &error);
	if (!bytes) {
		on_parsed(NULL, error, p);
		return;
	}
	worker_parse(p->worker, bytes, &p->options, on_parsed, p);
	g_bytes_unref(bytes);
}

int cmd_parse(int argc, char **argv)
{
	g_autofree char *url = NULL, *content_type = NULL;
	gboolean batch = FALSE;
	const GOptionEntry entries[] = {
		{"url", 0, 0, G_OPTION_ARG_STRING, &url, N_("where the document came from: base of relative links"), "URL"},
		{"content-type", 0, 0, G_OPTION_ARG_STRING, &content_type, N_("its HTTP Content-Type"), "TYPE"},
		{"batch", 0, 0, G_OPTION_ARG_NONE, &batch, N_("many files, a line for each, errors too"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;
	g_autoptr(GError) error = NULL;

	if (!cli_options(&argc, &argv, entries, "FILE…",
			 _("Read feed documents (RSS, Atom, RDF, JSON Feed) and print what they say as JSON.\n"
			   "FILE - is the standard input. Exit 1 with the reason if one cannot be read."),
			 &exit_code))
		return exit_code;
	if (argc < 2 || (argc > 2 && !batch)) {
		cli_error("parse", "%s", _("expected one FILE, or --batch FILE…"));
		return EXIT_USAGE;
	}
	struct parsing parsing = {.options = {.url = url,
					      .content_type = content_type,
					      .max_entries = FEED_MAX_ENTRIES_EVER,
					      .keep_truncated = true},
				  .files = argv + 1,
				  .batch = batch,
				  .loop = g_main_loop_new(NULL, FALSE)};
	parsing.worker = worker_new(parser_program(), &error);
	if (!parsing.worker) {
		cli_error("parse", "%s", error->message);
		return EXIT_NO;
	}
	start_file(&parsing);
	if (*parsing.files)
		g_main_loop_run(parsing.loop);
	worker_free(parsing.worker);
	g_main_loop_unref(parsing.loop);
	return parsing.exit_code;
}
