/* main: the table of subcommands.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/cli/commands.h"
#include "daemon/nouns/locale.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary; /* NULL: not for people */
} commands[] = {
	{"ack", cmd_ack, N_("acknowledge alerts")},
	{"alerts", cmd_alerts, N_("list what was raised")},
	{"backtest", cmd_backtest, N_("what filters would have raised, and will")},
	{"channel", cmd_channel, N_("send a test message through a channel")},
	{"check", cmd_check, N_("every mistake in the configuration, with its place")},
	{"demo", cmd_demo, N_("show a true alert without any network")},
	{"derive", cmd_derive, N_("example texts to a filter")},
	{"feeds", cmd_feeds, N_("subscriptions: list, add, remove, import, export, catalogue")},
	{"filters", cmd_filters, N_("the filters in force: list, show, new")},
	{"frequencies", cmd_frequencies, N_("count words of ordinary news, for derive")},
	{"mark", cmd_mark, N_("say whether articles were what you look for")},
	{"match", cmd_match, N_("articles through filters, verdicts as JSON")},
	{"mute", cmd_mute, N_("mute the stories of alerts")},
	{"outbox", cmd_outbox, N_("list what waits to be delivered")},
	{"parse", cmd_parse, N_("feed documents to JSON")},
	{"poll", cmd_poll, N_("one round now, with progress")},
	{"run", cmd_run, N_("the service")},
	{"silence", cmd_silence, N_("raise nothing about a filter, a feed or a story for a while")},
	{"snooze", cmd_snooze, N_("hold alerts for a while")},
	{"status", cmd_status, N_("one screen on everything")},
	{"why", cmd_why, N_("say why an article did or did not become an alert")},
	{"parser-worker", cmd_parser_worker, NULL},
};

static void print_help(FILE *out)
{
	fprintf(out, "%s\n\n%s\n", _("Usage: vedetta COMMAND [OPTION…] [ARGUMENT…]"), _("Commands:"));
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (commands[i].summary)
			fprintf(out, "  %-12s %s\n", commands[i].name, _(commands[i].summary));
	fprintf(out, "\n%s\n", _("'vedetta COMMAND --help' tells more about one."));
}

/* A full disk behind "> file" is no success. */
static int finish(const char *command, int exit_code)
{
	bool failed = ferror(stdout) != 0;
	if (fflush(stdout) == 0 && !failed)
		return exit_code;
	fprintf(stderr, _("vedetta %s: the output could not be written in full\n"), command);
	return exit_code == EXIT_DONE ? EXIT_NO : exit_code;
}

int main(int argc, char **argv)
{
	locale_start();
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help(stdout);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("vedetta %s\n", VERSION);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return finish(argv[1], commands[i].run(argc - 1, argv + 1));
	fprintf(stderr, _("vedetta: no command '%s'; 'vedetta --help' lists them\n"), argv[1]);
	return EXIT_USAGE;
}
