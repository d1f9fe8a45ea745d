/* check: configuration, filters, feeds: all mistakes, with their places.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/channels.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/config_check.h"
#include "daemon/secret.h"
#include "daemon/subscriptions.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

static void check_filters(const struct config *config, GPtrArray *problems, unsigned *count)
{
	g_auto(GStrv) paths = config_filter_paths(config);
	g_autoptr(GError) error = NULL;
	unsigned before = problems->len;
	struct filter_set *set = filter_set_load((const char *const *)paths, problems, &error);

	if (!set) {
		if (problems->len == before)
			filter_problem_add(problems, paths[0], 0, 0, true,
					   g_strdup(error->message));
		return;
	}
	*count = filter_set_size(set);
	if (!*count)
		filter_problem_add(problems, paths[0] ? paths[0] : "filters", 0, 0, false,
				   g_strdup(_("no filters; nothing can raise an alert")));
	config_check_filters(config, set, problems);
	filter_set_free(set);
}

static void check_feeds(const struct config *config, GPtrArray *problems, unsigned *count)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *subscriptions = subscriptions_load(config, &error);
	g_autofree char *path = subscriptions_file(config);

	if (!subscriptions) {
		filter_problem_add(problems, NULL, 0, 0, true, g_strdup(error->message));
		return;
	}
	*count = subscriptions->len;
	if (!subscriptions->len)
		filter_problem_add(problems, path, 0, 0, false,
				   g_strdup(_("no feeds; 'vedetta feeds add' and 'vedetta feeds "
					      "catalogue' subscribe")));
	g_ptr_array_unref(subscriptions);
}

/* A credential is there only once the service manager has started the service. */
static bool waits_for_manager(const struct config *config, const char *file)
{
	g_autofree char *path = file ? config_path(config, file) : NULL;
	return path && !strchr(file, '/') && !g_getenv("CREDENTIALS_DIRECTORY") &&
	       !g_file_test(path, G_FILE_TEST_EXISTS);
}

static void add_problem(const struct config *config, unsigned line, bool later, const char *what,
			GPtrArray *problems)
{
	filter_problem_add(
		problems, config->file, line, 0, !later,
		g_strconcat(what,
			    later ? _("; the service manager has to give it as a credential") : "",
			    NULL));
}

/* A service would run without it, and fail at each poll of the feed. */
static void check_credentials(const struct config *config, GPtrArray *problems)
{
	for (unsigned i = 0; i < config->feeds->len; i++) {
		const struct config_feed *feed = config->feeds->pdata[i];
		g_autofree char *path =
			feed->credential_file ? config_path(config, feed->credential_file) : NULL;
		g_autofree char *name = path ? g_path_get_basename(path) : NULL;
		g_autoptr(GError) error = NULL;
		char *secret = path ? secret_read(name, path, &error) : NULL;
		secret_free(secret);
		if (path && !secret) {
			g_prefix_error(&error, _("feed '%s': "), feed->title);
			add_problem(config, feed->line,
				    waits_for_manager(config, feed->credential_file),
				    error->message, problems);
		}
	}
}

static void check_folder(const struct config *config, const struct config_channel *c,
			 GPtrArray *problems)
{
	g_autofree char *path = c->file ? config_path(config, c->file) : NULL;
	g_autofree char *folder = path ? g_path_get_dirname(path) : NULL;
	if (folder && !g_file_test(folder, G_FILE_TEST_IS_DIR))
		filter_problem_add(problems, config->file, c->line, 0, false,
				   g_strdup_printf(_("channel '%s': there is no folder %s"),
						   c->title, folder));
}

/* Opens each as the service would; nothing is sent. */
static void check_channels(const struct config *config, GPtrArray *problems)
{
	for (unsigned i = 0; i < config->channels->len; i++) {
		const struct config_channel *c = config->channels->pdata[i];
		g_autoptr(GError) error = NULL;
		struct channel *channel = channels_open_one(config, c->title, NULL, &error);
		bool later = waits_for_manager(config, c->password_file) ||
			     waits_for_manager(config, c->secret_file) ||
			     waits_for_manager(config, c->token_file);
		if (channel)
			channel->ops->free(channel);
		else
			add_problem(config, c->line, later, error->message, problems);
		check_folder(config, c, problems);
	}
}

static void check_routes(const struct config *config, GPtrArray *problems)
{
	if (!config->routes->len)
		filter_problem_add(
			problems, config->file, 0, 0, false,
			g_strdup(_("no route: alerts are recorded, and nobody is told")));
}

/* Filters that are not in force yet. */
static int check_files(char **paths)
{
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autoptr(GError) error = NULL;
	struct filter_set *set = filter_set_load((const char *const *)paths, problems, &error);

	if (!set && !problems->len)
		filter_problem_add(problems, paths[0], 0, 0, true, g_strdup(error->message));
	unsigned fatal = cli_print_problems(problems);
	if (!fatal)
		printf(_("no mistakes; filters: %u\n"), filter_set_size(set));
	filter_set_free(set);
	return fatal ? EXIT_NO : EXIT_DONE;
}

/* What is in force, or would be if it had no mistake. */
static int check_all(void)
{
	unsigned filters = 0, feeds = 0;
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autoptr(GError) error = NULL;
	struct config *config = config_load(cli_config_option, problems, &error);
	if (!config && !config_problems_fatal(problems)) {
		cli_error("check", "%s", error->message);
		return EXIT_NO;
	}
	if (config) {
		check_credentials(config, problems);
		check_channels(config, problems);
		check_routes(config, problems);
	}
	/* with a mistake in vedetta.conf, the filters and feeds at their usual places */
	struct config *place = config ? config : config_load_defaults(cli_config_option);
	check_filters(place, problems, &filters);
	check_feeds(place, problems, &feeds);
	if (place != config)
		config_free(place);
	unsigned fatal = cli_print_problems(problems);
	if (!fatal)
		printf(_("%s: no mistakes; filters: %u, feeds: %u\n"),
		       config->file ? config->file : _("no vedetta.conf, embedded defaults"),
		       filters, feeds);
	config_free(config);
	return fatal ? EXIT_NO : EXIT_DONE;
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

	if (!cli_options(
		    &argc, &argv, entries, "[FILTER…]",
		    _("Report every mistake in the configuration, the filters and the feeds, as\n"
		      "file:line:column: what, what was expected, nearest name. FILTER: only "
		      "these\n"
		      "filter files or folders, in force or not."),
		    &exit_code))
		return exit_code;
	if (sample && argc > 1) {
		cli_error("check", "%s", _("--sample prints settings, and takes no FILTER"));
		return EXIT_USAGE;
	}
	if (man)
		config_print_man(stdout);
	else if (sample)
		config_print_sample(stdout);
	else
		return argc > 1 ? check_files(argv + 1) : check_all();
	return EXIT_DONE;
}
