/* act: what the user does about an alert: ack, snooze, mute.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/store/alerts.h"

#include <glib/gi18n.h>

struct action {
	const char *command;
	enum alert_state state;
	const char *help;
};

static int act(const struct action *action, int argc, char **argv)
{
	g_autofree char *until_text = NULL;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"for", 0, action->state == ALERT_SNOOZED ? 0 : G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING,
		 &until_text, N_("how long: 30m, 4h, 2d (1h if absent)"), "TIME"},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;
	int64_t now = g_get_real_time() / G_USEC_PER_SEC, period = 3600;

	if (!cli_options(&argc, &argv, entries, "ALERT…", action->help, &exit_code))
		return exit_code;
	if (until_text && !cli_period(until_text, &period)) {
		cli_error(action->command, _("--for %s: expected 30m, 4h or 2d"), until_text);
		return EXIT_USAGE;
	}
	if (argc < 2) {
		cli_error(action->command, "%s", _("expected alert ids, as 'vedetta alerts' lists them"));
		return EXIT_USAGE;
	}
	int64_t until = action->state == ALERT_SNOOZED ? now + period : 0;
	struct config *config = cli_config(action->command, &exit_code);
	struct store *store =
		config ? cli_store(action->command, config, STORE_EDIT, &exit_code) : NULL;
	for (int i = 1; store && i < argc; i++) {
		g_autoptr(GError) error = NULL;
		uint64_t id;
		if (!uid_parse(argv[i], &id)) {
			cli_error(action->command, _("'%s' is no alert id (16 hexadecimal digits)"), argv[i]);
			exit_code = EXIT_USAGE;
		} else if (!store_alert_act(store, id, action->state, until, g_get_user_name(), now,
					    &error)) {
			cli_error(action->command, "%s: %s", argv[i], error->message);
			exit_code = EXIT_NO;
		}
	}
	store_close(store);
	config_free(config);
	return exit_code;
}

int cmd_ack(int argc, char **argv)
{
	const struct action action = {"ack", ALERT_ACKNOWLEDGED,
				      _("Acknowledge alerts: nothing more is escalated.")};
	return act(&action, argc, argv);
}

int cmd_snooze(int argc, char **argv)
{
	const struct action action = {"snooze", ALERT_SNOOZED,
				      _("Hold what these alerts say for a while.")};
	return act(&action, argc, argv);
}

int cmd_mute(int argc, char **argv)
{
	const struct action action = {"mute", ALERT_MUTED,
				      _("Mute the stories of these alerts: they raise nothing more.")};
	return act(&action, argc, argv);
}
