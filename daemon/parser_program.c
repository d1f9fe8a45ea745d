/* parser_program: see parser_program.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/parser_program.h"

#include <glib.h>

#define NAME "vedetta-parser"

static char *usable(char *path)
{
	if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
		return path;
	g_free(path);
	return NULL;
}

/* The two folders that the configuration named, wherever all of it was put: below the root of a package, moved as a
 * whole. What they have in common is not looked at. */
static char *installed_with(const char *folder)
{
	static const char bin[] = BINDIR, libexec[] = PKGLIBEXECDIR;
	size_t common = 0;

	for (size_t i = 0; bin[i] && bin[i] == libexec[i]; i++)
		if (bin[i] == '/')
			common = i;
	if (!g_str_has_suffix(folder, bin + common))
		return NULL;
	g_autofree char *root = g_strndup(folder, strlen(folder) - strlen(bin + common));
	return usable(g_strconcat(root, libexec + common, "/" NAME, NULL));
}

static char *find(void)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *folder = g_path_get_dirname(self ? self : ".");
	char *found = self ? usable(g_build_filename(folder, NAME, NULL)) : NULL;

	if (!found)
		found = installed_with(folder);
	return found ? found : g_strdup("/proc/self/exe");
}

const char *parser_program(void)
{
	static char *program;

	if (!program)
		program = find();
	return program;
}
