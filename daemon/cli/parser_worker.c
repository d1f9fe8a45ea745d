/* parser_worker: the sandboxed child; the engine starts it.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/commands.h"
#include "feeds/worker_main.h"

#include <unistd.h>

int cmd_parser_worker(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	/* No exit handlers: inside the sandbox those of a sanitizer wait for ever for what they may not do. */
	_exit(worker_main());
}
