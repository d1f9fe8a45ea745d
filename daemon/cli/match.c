/* match: articles in JSON lines through filters, verdicts in JSON lines.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/items.h"
#include "daemon/cli/place.h"
#include "daemon/cli/verdict_json.h"
#include "filters/filter_set.h"
#include "filters/matcher.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	cli_json(stdout, out);
}

static bool match_line(struct matcher *matcher, const char *line, size_t len, bool matched_only, char **why,
		       const char **odd)
{
	struct item item;
	if (!item_read(line, len, &item, why))
		return false;
	*odd = item.odd;
	item.article.now = g_get_real_time() / G_USEC_PER_SEC;
	GPtrArray *verdicts = matcher_match(matcher, &item.article, matched_only ? MATCH_MATCHED_ONLY : MATCH_ALL);
	if (!matched_only || verdicts->len)
		print_verdicts(item.object, matcher, verdicts);
	g_ptr_array_unref(verdicts);
	item_clear(&item);
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
		const char *odd = NULL;
		number++;
		if (len <= 1)
			continue;
		if (!match_line(matcher, line, (size_t)len, matched_only, &why, &odd)) {
			cli_error("match", _("%s:%u: no article: %s"), name, number, why);
			exit_code = EXIT_NO;
		}
		if (odd)
			cli_error("match", _("%s:%u: '%s' is not of its kind and was left out"), name, number, odd);
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
