/* filter_file: the text of a filter file, if it is one to trust.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#define FILTER_FILE_MAX (64 << 20) /* bytes */

/* NULL with a fatal problem for what is no regular file, is larger than FILTER_FILE_MAX, holds a
 * NUL byte, or can be written by everybody: who writes a filter decides what is told. Never waits
 * for a pipe. Free the result. */
char *filter_file_text(const char *path, GPtrArray *problems);
/* The paths of a folder's files (*.filter, sorted by name). What is no file, a pipe say, is left
 * out with a warning. NULL with error if the folder cannot be read, or everybody can write into it.
 * Free with g_ptr_array_unref. */
GPtrArray *filter_file_list(const char *folder, GPtrArray *problems, GError **error);
