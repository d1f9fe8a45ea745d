/* worker_main: the sandboxed child's loop.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/worker.h"

int worker_main(void)
{
	return 1;
}
