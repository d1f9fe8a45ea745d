/* parser_worker: the sandboxed child; the engine starts it.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/commands.h"
#include "feeds/worker_main.h"

int cmd_parser_worker(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return worker_main();
}
