/* sandbox: after this the process can compute, and read and write what is open; nothing else.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Close every descriptor but 0, 1, 2; no new privileges, no core, no files, no memory beyond a limit, Landlock
 * (where the kernel has it) and a seccomp list whose every other call kills. Cannot be undone.
 * CPU time is limited from outside, for each document. */
bool sandbox_enter(GError **error);
