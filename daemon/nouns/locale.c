/* locale: see locale.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon/nouns/locale.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>

/* config.status is what configure leaves in every build tree and nothing installs. */
char *locale_build_path(const char *path)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *directory = g_path_get_dirname(self ? self : "");
	g_autofree char *mark = g_build_filename(directory, "config.status", NULL);

	return g_file_test(mark, G_FILE_TEST_EXISTS) ? g_build_filename(directory, path, NULL) : NULL;
}

/* The environment asks for a locale that was never generated here, as LANG=it_IT.UTF-8 over ssh or in a
 * container. gettext needs only its name to find messages, but none at all in a process whose locale is "C". */
static void borrow_locale(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	setlocale(LC_ALL, "C.UTF-8");
	for (unsigned i = 0; i < G_N_ELEMENTS(variables); i++) {
		const char *wanted = g_getenv(variables[i]);
		if (wanted && *wanted) {
			const char *language = g_getenv("LANGUAGE");
			g_setenv("LANGUAGE", wanted, !language || !*language);
			return;
		}
	}
}

void locale_start(void)
{
	g_autofree char *built = locale_build_path("po");

	if (!setlocale(LC_ALL, ""))
		borrow_locale();
	/* cron and ssh without a locale: what is typed and printed is UTF-8 all the same */
	if (strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0)
		setlocale(LC_CTYPE, "C.UTF-8");
	/* filter files and logs hold numbers with a point, and printf writes them */
	setlocale(LC_NUMERIC, "C");
	bindtextdomain(PACKAGE, built ? built : LOCALEDIR);
	bind_textdomain_codeset(PACKAGE, "UTF-8");
	textdomain(PACKAGE);
}
