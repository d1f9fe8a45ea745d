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

/* An uninstalled binary uses the data of its source tree, which configure named in its folder. */
char *config_data_path(const char *name)
{
	g_autofree char *place = locale_build_path("source-folder"), *source = NULL;

	if (place && g_file_get_contents(place, &source, NULL, NULL))
		return g_build_filename(g_strchomp(source), name, NULL);
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
