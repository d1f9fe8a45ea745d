/* config_paths: where things are.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/config.h"
#include "daemon/nouns/locale.h"

char *config_path(const struct config *config, const char *name)
{
	if (g_path_is_absolute(name))
		return g_strdup(name);
	return g_build_filename(config->directory, name, NULL);
}

/* Beside an uninstalled binary stands the source tree: build/vedetta, ../filters; _build/sub in a distcheck. */
char *config_data_path(const char *name)
{
	const char *const places[] = {".", "..", "../.."};

	for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *source = locale_build_path(places[i]);
		g_autofree char *mark = source ? g_build_filename(source, "configure.ac", NULL) : NULL;
		if (mark && g_file_test(mark, G_FILE_TEST_EXISTS))
			return g_build_filename(source, name, NULL);
	}
	return g_build_filename(PKGDATADIR, name, NULL);
}

char *config_user_agent(const struct config *config)
{
	if (config->user_agent)
		return g_strdup(config->user_agent);
	return g_strdup_printf(PACKAGE "/" VERSION " (+%s)", config->contact);
}

char **config_filter_paths(const struct config *config)
{
	g_autoptr(GStrvBuilder) paths = g_strv_builder_new();
	bool any = false;

	for (char **name = config->filters; *name; name++) {
		g_autofree char *path = config_path(config, *name);
		/* only the default folder may be absent: what the user named must be reported */
		if (g_file_test(path, G_FILE_TEST_EXISTS) || g_strcmp0(*name, "filters") != 0) {
			g_strv_builder_add(paths, path);
			any = true;
		}
	}
	if (!any) {
		g_autofree char *library = config_data_path("filters/library");
		g_strv_builder_add(paths, library);
	}
	return g_strv_builder_end(paths);
}
