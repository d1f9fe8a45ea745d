/* secret: passwords and keys from where only we can read them.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The content, without its last line end, of the credential `name` of the service manager ($CREDENTIALS_DIRECTORY)
 * or else of the file at `path`, which must be a plain file of ours (or root's) that nobody else may read. NULL with
 * G_FILE_ERROR naming the file and what is wrong; never its content. Free with secret_free(). */
char *secret_read(const char *name, const char *path, GError **error);
/* Overwrites. NULL is fine. */
void secret_free(char *secret);
