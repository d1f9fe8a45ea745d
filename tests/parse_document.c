/* parse_document: a feed document to neutral JSON, in process: for conformance runs and measuring
 * without the sandbox.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/parse.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void set_text(json_t *object, const char *name, const char *text)
{
	if (text)
		json_object_set_new(object, name, json_string(text));
}

static void set_date(json_t *object, const char *name, int64_t seconds)
{
	g_autoptr(GDateTime) date =
		seconds == FEED_NO_DATE ? NULL : g_date_time_new_from_unix_utc(seconds);
	g_autofree char *text = date ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : NULL;

	set_text(object, name, text);
}

static json_t *entry_json(const struct feed_entry *entry)
{
	json_t *object = json_object();

	set_text(object, "id", entry->id);
	set_text(object, "link", entry->link);
	set_text(object, "title", entry->title);
	set_text(object, "summary", entry->summary);
	set_text(object, "content", entry->content);
	set_text(object, "author", entry->author);
	set_text(object, "language", entry->language);
	set_text(object, "source", entry->source);
	set_text(object, "enclosure", entry->enclosure);
	set_date(object, "published", entry->published_at);
	set_date(object, "updated", entry->updated_at);
	if (entry->categories) {
		json_t *list = json_array();
		for (char **name = entry->categories; *name; name++)
			json_array_append_new(list, json_string(*name));
		json_object_set_new(object, "categories", list);
	}
	return object;
}

static json_t *document_json(const struct feed_document *document)
{
	json_t *root = json_object(), *feed = json_object(), *items = json_array();

	json_object_set_new(root, "parse", json_string("ok"));
	json_object_set_new(feed, "format", json_string(feed_format_name(document->format)));
	set_text(feed, "title", document->title);
	set_text(feed, "link", document->link);
	set_text(feed, "language", document->language);
	set_text(feed, "self", document->self_url);
	json_object_set_new(feed, "whole", json_boolean(document->whole));
	json_object_set_new(feed, "malformed", json_boolean(document->malformed));
	json_object_set_new(root, "feed", feed);
	for (guint i = 0; i < document->entries->len; i++)
		json_array_append_new(items, entry_json(document->entries->pdata[i]));
	json_object_set_new(root, "items", items);
	return root;
}

static json_t *read_file(const char *path, const struct parse_options *options, int repeat)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = NULL;
	struct feed_document *document = NULL;
	gsize len;
	json_t *json;

	if (g_file_get_contents(path, &bytes, &len, &error)) {
		document = feed_parse(bytes, len, options, &error);
		for (int i = 1; document && i < repeat; i++) {
			feed_document_free(document);
			document = feed_parse(bytes, len, options, NULL);
		}
	}
	json = document ? document_json(document)
			: json_pack("{s:s, s:s}", "parse", "error", "error", error->message);
	feed_document_free(document);
	json_object_set_new(json, "file", json_string(path));
	return json;
}

int main(int argc, char **argv)
{
	struct parse_options options = {.keep_truncated = true};
	gboolean batch = FALSE, quiet = FALSE;
	int repeat = 1, max_entries = 0, failures = 0;
	g_auto(GStrv) files = NULL;
	g_autofree char *url = NULL, *content_type = NULL;
	const GOptionEntry entries[] = {
		{"url", 0, 0, G_OPTION_ARG_STRING, &url, "Base of relative links", "URL"},
		{"content-type", 0, 0, G_OPTION_ARG_STRING, &content_type, "HTTP header", "TYPE"},
		{"batch", 0, 0, G_OPTION_ARG_NONE, &batch, "Errors are lines too", NULL},
		{"max-entries", 0, 0, G_OPTION_ARG_INT, &max_entries, "Entries kept", "N"},
		{"repeat", 0, 0, G_OPTION_ARG_INT, &repeat, "Parse each file N times", "N"},
		{"quiet", 0, 0, G_OPTION_ARG_NONE, &quiet, "Print nothing", NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, "FILE…"},
		{0},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, NULL) || !files)
		return 2;
	options.url = url;
	options.content_type = content_type;
	options.max_entries = (unsigned)max_entries;
	for (char **file = files; *file; file++) {
		json_t *json = read_file(*file, &options, repeat);
		bool failed = strcmp(json_string_value(json_object_get(json, "parse")), "ok") != 0;
		failures += failed;
		if (failed)
			fprintf(stderr, "%s: %s\n", *file,
				json_string_value(json_object_get(json, "error")));
		if (!quiet && (batch || !failed)) {
			json_dumpf(json, stdout, JSON_COMPACT);
			putchar('\n');
		}
		json_decref(json);
	}
	return failures && !batch;
}
