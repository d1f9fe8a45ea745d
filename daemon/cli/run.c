/* run: the service in the foreground.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/engine.h"

#include <glib/gi18n.h>

int cmd_run(int argc, char **argv)
{
	const GOptionEntry entries[] = {CLI_CONFIG_ENTRY, G_OPTION_ENTRY_NULL};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, NULL,
			 _("Poll, match and alert until told to stop (SIGTERM). SIGHUP reads the configuration\n"
			   "again. Lines on stderr say what happens; 'vedetta status' gives an overview."),
			 &exit_code))
		return exit_code;
	struct config *config = cli_config("run", &exit_code);
	if (!config)
		return exit_code;
	engine_log_init(config);
	const struct engine_options options = {.config_path = cli_config_option};
	g_autoptr(GError) error = NULL;
	struct engine *engine = engine_new(config, &options, &error);
	if (!engine) {
		cli_error("run", "%s", error->message);
		return EXIT_NO;
	}
	exit_code = engine_run(engine) ? EXIT_DONE : EXIT_NO;
	engine_free(engine);
	return exit_code;
}
