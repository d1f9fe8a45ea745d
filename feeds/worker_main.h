/* worker_main: the sandboxed child's side.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "config.h"

/* The child's arguments: another version may speak another language on the wire. */
#define WORKER_COMMAND "parser-worker"
#define WORKER_VERSION VERSION

/* All that the child does. Returns its exit status; end without exit handlers, which in the sandbox may not do what
 * they want to. `version`: the argument behind the command, or NULL. */
int worker_main(const char *version);
