/* worker_main: the sandboxed child's side.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Serve fd 0 until it closes; the exit status. Enters the sandbox before the first byte is read. */
int worker_main(void);
