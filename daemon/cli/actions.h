/* actions: commands that have commands of their own: `vedetta feeds list`. SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include <stddef.h>

struct cli_action {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0]: "feeds list" */
	const char *summary;
};

/* Run the one that argv names, or say which there are. `command`: "feeds". */
int cli_actions(const char *command, const struct cli_action *actions, size_t count, int argc,
		char **argv);
