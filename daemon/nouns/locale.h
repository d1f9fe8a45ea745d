/* locale: the language and customs of who sits before a program.
 * Messages to others (mails, notifications) follow their readers instead: daemon/alerts/words.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Take the locale of the environment and open its message catalogue: the installed one, or beside an uninstalled
 * binary the one in the build tree. A locale that this machine does not have becomes C.UTF-8 with the messages of its language.
 * Numbers keep their decimal point, whatever the language.
 * Call once, first in main(). */
void locale_start(void);

/* `path` below the folder of a binary in its build tree; NULL if the binary is installed. Caller frees. */
char *locale_build_path(const char *path);
