/* check: configuration, filters, feeds: all mistakes, with their places.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/config_check.h"
#include "daemon/subscriptions.h"

#include <glib/gi18n.h>
#include <stdio.h>

static void check_filters(const struct config *config, GPtrArray *problems, unsigned *count)
{
	g_auto(GStrv) paths = config_filter_paths(config);
	g_autoptr(GError) error = NULL;
	unsigned before = problems->len;
	struct filter_set *set = filter_set_load((const char *const *)paths, problems, &error);

	if (!set) {
		if (problems->len == before)
			config_problem_add(problems, paths[0], 0, 0, true, g_strdup(error->message));
		return;
	}
	*count = filter_set_size(set);
	config_check_filters(config, set, problems);
	filter_set_free(set);
}

static void check_feeds(const struct config *config, GPtrArray *problems, unsigned *count)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *subscriptions = subscriptions_load(config, &error);

	if (!subscriptions) {
		g_autofree char *path = config_path(config, config->feeds_file);
		config_problem_add(problems, path, 0, 0, true, g_strdup(error->message));
		return;
	}
	*count = subscriptions->len;
	g_ptr_array_unref(subscriptions);
}

int cmd_check(int argc, char **argv)
{
	gboolean sample = FALSE, man = FALSE;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"sample", 0, 0, G_OPTION_ARG_NONE, &sample,
		 N_("print a sample vedetta.conf with every setting"), NULL},
		{"man", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &man, NULL, NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;
	unsigned filters = 0, feeds = 0;

	if (!cli_options(&argc, &argv, entries, NULL,
			 _("Report every mistake in the configuration, the filters and the feeds, as\n"
			   "file:line:column: what, what was expected, nearest name."),
			 &exit_code))
		return exit_code;
	if (man) {
		config_print_man(stdout);
		return EXIT_DONE;
	}
	if (sample) {
		config_print_sample(stdout);
		return EXIT_DONE;
	}
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autoptr(GError) error = NULL;
	struct config *config = config_load(cli_config_option, problems, &error);
	if (!config && !config_problems_fatal(problems)) {
		cli_error("check", "%s", error->message);
		return EXIT_NO;
	}
	if (config) {
		check_filters(config, problems, &filters);
		check_feeds(config, problems, &feeds);
	}
	unsigned fatal = cli_print_problems(problems);
	if (!fatal)
		printf(_("%s: no mistakes; filters: %u, feeds: %u\n"),
		       config->file ? config->file : _("no vedetta.conf, embedded defaults"), filters, feeds);
	config_free(config);
	return fatal ? EXIT_NO : EXIT_DONE;
}
