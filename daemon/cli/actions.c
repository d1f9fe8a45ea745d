/* actions: see actions.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/actions.h"

#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void print_usage(FILE *out, const char *command, const struct cli_action *actions,
			size_t count)
{
	fprintf(out, _("Usage: vedetta %s ACTION [OPTION…] [ARGUMENT…]\n\n"), command);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "  %-10s %s\n", actions[i].name, _(actions[i].summary));
	fprintf(out, _("\n'vedetta %s ACTION --help' tells more about one.\n"), command);
}

/* `vedetta feeds --config X list` is `vedetta feeds list --config X`. */
static int find_action(const struct cli_action *actions, size_t count, int argc, char **argv,
		       size_t *which)
{
	for (int i = 1; i < argc; i++)
		for (size_t k = 0; k < count; k++)
			if (strcmp(argv[i], actions[k].name) == 0) {
				*which = k;
				return i;
			}
	return 0;
}

int cli_actions(const char *command, const struct cli_action *actions, size_t count, int argc,
		char **argv)
{
	size_t which = 0;
	int at = find_action(actions, count, argc, argv, &which);

	if (!at) {
		bool help = argc > 1 && (strcmp(argv[argc - 1], "--help") == 0 ||
					 strcmp(argv[argc - 1], "-h") == 0);
		if (help || argc < 2)
			print_usage(help ? stdout : stderr, command, actions, count);
		else
			cli_error(command, _("no action '%s'; 'vedetta %s --help' lists them"), argv[argc - 1],
				  command);
		return help ? EXIT_DONE : EXIT_USAGE;
	}
	g_autofree char *name = g_strdup_printf("%s %s", command, actions[which].name);
	memmove(argv + 1, argv, (size_t)at * sizeof *argv);
	argv[1] = name;
	return actions[which].run(argc - 1, argv + 1);
}
