/* folder: see folder.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/folder.h"

#include <glib/gstdio.h>

void folder_remove(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		if (g_file_test(inner, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(inner, G_FILE_TEST_IS_SYMLINK))
			folder_remove(inner);
		else
			g_unlink(inner);
	}
	if (dir)
		g_dir_close(dir);
	g_rmdir(path);
}
