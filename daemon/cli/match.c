/* match: articles in JSON lines through filters, verdicts in JSON lines.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "filters/filter_set.h"
#include "filters/matcher.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE (8 * 1024 * 1024)

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static char **list_of(const json_t *object, const char *key)
{
	const json_t *list = json_object_get(object, key), *value;
	size_t index;
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	json_array_foreach(list, index, value) {
		if (json_is_string(value))
			g_strv_builder_add(builder, json_string_value(value));
	}
	return g_strv_builder_end(builder);
}

static int64_t time_of(const char *text)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) date = text ? g_date_time_new_from_iso8601(text, utc) : NULL;
	return date ? g_date_time_to_unix(date) : INT64_MIN;
}

static json_t *strings_json(const GPtrArray *list)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < list->len; i++)
		json_array_append_new(array, json_string(list->pdata[i]));
	return array;
}

static json_t *verdict_json(const struct verdict *v)
{
	json_t *hits = json_array();
	for (unsigned i = 0; i < v->hits->len; i++) {
		const struct hit *hit = &g_array_index(v->hits, struct hit, i);
		json_array_append_new(hits, json_pack("{ss ss sI sI sf}", "term", hit->term, "field",
						      match_field_name(hit->field), "start", (json_int_t)hit->start,
						      "end", (json_int_t)hit->end, "weight", hit->weight));
	}
	return json_pack("{ss sb sf sf ss so so so}", "filter", v->filter, "matched", v->matched, "score", v->score,
			 "threshold", v->threshold, "priority", priority_name(v->priority), "hits", hits, "missing",
			 strings_json(v->missing), "path", strings_json(v->path));
}

static void print_verdicts(const json_t *object, struct matcher *matcher, GPtrArray *verdicts)
{
	json_t *list = json_array();
	json_t *id = json_object_get(object, "id");
	for (unsigned i = 0; i < verdicts->len; i++)
		json_array_append_new(list, verdict_json(verdicts->pdata[i]));
	double sure;
	const char *language = matcher_language(matcher, &sure);
	json_t *out = json_pack("{sO ss sf so}", "id", id ? id : json_null(), "lang", language, "lang_sure", sure,
				"verdicts", list);
	char *line = json_dumps(out, JSON_COMPACT | JSON_REAL_PRECISION(6));
	puts(line);
	free(line);
	json_decref(out);
}

static bool match_line(struct matcher *matcher, const char *line, size_t len, bool matched_only, char **why)
{
	json_error_t problem;
	json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, &problem);
	if (!json_is_object(object)) {
		*why = g_strdup(object ? _("not an object") : problem.text);
		json_decref(object);
		return false;
	}
	g_auto(GStrv) categories = list_of(object, "categories");
	const char *title = text_of(object, "title"), *body = text_of(object, "body");
	const struct match_article article = {
		.id = text_of(object, "id"),
		.title = title ? title : "",
		.body = body ? body : "",
		.language = text_of(object, "lang"),
		.link = text_of(object, "link"),
		.feed = text_of(object, "feed"),
		.author = text_of(object, "author"),
		.categories = (const char *const *)categories,
		.published_at = time_of(text_of(object, "published")),
		.now = g_get_real_time() / G_USEC_PER_SEC,
	};
	GPtrArray *verdicts = matcher_match(matcher, &article, matched_only ? MATCH_MATCHED_ONLY : MATCH_ALL);
	if (!matched_only || verdicts->len)
		print_verdicts(object, matcher, verdicts);
	g_ptr_array_unref(verdicts);
	json_decref(object);
	return true;
}

static int match_file(struct matcher *matcher, FILE *in, const char *name, bool matched_only)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	unsigned number = 0;
	int exit_code = EXIT_DONE;

	while ((len = getline(&line, &size, in)) >= 0) {
		g_autofree char *why = NULL;
		number++;
		if (len <= 1)
			continue;
		if (len > MAX_LINE || !match_line(matcher, line, (size_t)len, matched_only, &why)) {
			cli_error("match", _("%s:%u: no article: %s"), name, number, why ? why : _("too long"));
			exit_code = EXIT_NO;
		}
	}
	free(line);
	return exit_code;
}

/* Those named with --filters, else those of the configuration. */
static struct filter_set *load_filters(char **paths, int *exit_code)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) configured = NULL;

	if (!paths) {
		struct config *config = cli_config("match", exit_code);
		if (!config)
			return NULL;
		paths = configured = config_filter_paths(config);
		config_free(config);
	}
	struct filter_set *set = filter_set_load((const char *const *)paths, problems, &error);
	if (!cli_print_problems(problems) && !set)
		cli_error("match", "%s", error->message);
	if (!set)
		*exit_code = EXIT_USAGE;
	return set;
}

int cmd_match(int argc, char **argv)
{
	g_auto(GStrv) paths = NULL;
	gboolean matched = FALSE;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"filters", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, N_("filter file or folder; may be repeated"), "PATH"},
		{"matched", 0, 0, G_OPTION_ARG_NONE, &matched, N_("print only articles and filters that match"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;
	g_autoptr(GError) error = NULL;

	if (!cli_options(&argc, &argv, entries, "[FILE|-]",
			 _("Match articles, one JSON object a line (id, title, body; lang, link, feed, author,\n"
			   "categories, published if known), and print one line of verdicts for each."),
			 &exit_code))
		return exit_code;
	if (argc > 2) {
		cli_error("match", "%s", _("expected one FILE, or - for the standard input"));
		return EXIT_USAGE;
	}
	struct filter_set *set = load_filters(paths, &exit_code);
	if (!set)
		return exit_code;
	struct matcher *matcher = matcher_new(set, &error);
	const char *name = argc > 1 ? argv[1] : "-";
	FILE *in = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	if (!matcher || !in) {
		cli_error("match", "%s: %s", name, matcher ? g_strerror(errno) : error->message);
		exit_code = EXIT_USAGE;
	} else {
		exit_code = match_file(matcher, in, name, matched);
	}
	if (in && in != stdin)
		fclose(in);
	matcher_free(matcher);
	filter_set_free(set);
	return exit_code;
}
