/* parser_worker: the sandboxed child, where its own program (feeds/parser_main.c) is missing.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/commands.h"
#include "feeds/worker_main.h"

#include <unistd.h>

int cmd_parser_worker(int argc, char **argv)
{
	_exit(worker_main(argc > 1 ? argv[1] : NULL));
}
