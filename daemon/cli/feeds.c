/* feeds: subscriptions. The table of its subcommands, and those that only edit the file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/actions.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/feeds_file.h"
#include "daemon/cli/place.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

static const struct cli_action actions[] = {
	{"list", feeds_list, N_("the feeds, how each is, when it is asked next")},
	{"add", feeds_add, N_("subscribe to a feed, or to the feed of a site")},
	{"remove", feeds_remove, N_("end subscriptions")},
	{"import", feeds_import, N_("subscribe to what an OPML file lists")},
	{"export", feeds_export, N_("the subscriptions as OPML")},
	{"discover", feeds_discover, N_("the feeds that a page points to")},
	{"audit", feeds_audit, N_("does this client keep the rules of a well-behaved one?")},
	{"catalogue", feeds_catalogue, N_("the shipped catalogue, by country, language, kind, topic")},
};

int cmd_feeds(int argc, char **argv)
{
	return cli_actions("feeds", actions, G_N_ELEMENTS(actions), argc, argv);
}

/* ---- remove ------------------------------------------------------------------------------------------------------ */

static unsigned remove_matching(struct opml *opml, const char *pattern)
{
	g_autoptr(GPtrArray) subscriptions = opml_subscriptions(opml, NULL);
	unsigned removed = 0;

	for (unsigned i = 0; i < subscriptions->len; i++) {
		const struct subscription *s = subscriptions->pdata[i];
		if (!g_pattern_match_simple(pattern, s->url) && !(s->title && g_pattern_match_simple(pattern, s->title)))
			continue;
		g_autofree char *title = cli_text(s->title ? s->title : "", 60);
		g_autofree char *url = cli_text(s->url, 0);
		printf(_("removed %s%s%s\n"), url, *title ? "  " : "", title);
		removed += opml_remove(opml, s->url);
	}
	return removed;
}

int feeds_remove(int argc, char **argv)
{
	const GOptionEntry entries[] = {CLI_CONFIG_ENTRY, G_OPTION_ENTRY_NULL};
	int exit_code = EXIT_DONE;
	struct feeds_file file;
	unsigned removed = 0;

	if (!cli_options(&argc, &argv, entries, "FEED…",
			 _("End subscriptions. FEED: address or title, * allowed. What was read stays in the archive."),
			 &exit_code))
		return exit_code;
	if (argc < 2) {
		cli_error("feeds remove", "%s", _("expected addresses or titles of feeds"));
		return EXIT_USAGE;
	}
	if (!feeds_file_open(&file, "feeds remove", &exit_code))
		return exit_code;
	for (int i = 1; i < argc; i++) {
		unsigned here = remove_matching(file.opml, argv[i]);
		if (!here) {
			cli_error("feeds remove", _("no feed has the address or title '%s'"), argv[i]);
			exit_code = EXIT_NO;
		}
		removed += here;
	}
	if (removed && !feeds_file_save(&file, "feeds remove"))
		exit_code = EXIT_NO;
	feeds_file_close(&file);
	return exit_code;
}

/* ---- import, export ------------------------------------------------------------------------------------------------ */

static bool import_file(struct feeds_file *file, const char *path, const char *folder)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) dropped = g_ptr_array_new_with_free_func(g_free);
	struct opml *other = NULL;
	unsigned added = 0;

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		g_set_error(&error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "%s", _("no such file"));
	else
		other = opml_load(path, &error);
	if (!other) {
		cli_error("feeds import", "%s: %s", path, error->message);
		return false;
	}
	g_autoptr(GPtrArray) subscriptions = opml_subscriptions(other, dropped);
	for (unsigned i = 0; i < subscriptions->len; i++) {
		struct subscription *s = subscriptions->pdata[i];
		if (folder) {
			g_autofree char *below = s->folder ? g_strconcat(folder, "/", s->folder, NULL) : g_strdup(folder);
			g_free(s->folder);
			s->folder = g_steal_pointer(&below);
		}
		added += opml_add(file->opml, s);
	}
	for (unsigned i = 0; i < dropped->len; i++)
		cli_error("feeds import", _("%s: left out '%s': only http and https feeds are polled"), path,
			  (const char *)dropped->pdata[i]);
	printf(ngettext("%s: %u feed added, %u known already, %u left out\n",
			"%s: %u feeds added, %u known already, %u left out\n", added),
	       path, added, subscriptions->len - added, dropped->len);
	opml_free(other);
	return true;
}

int feeds_import(int argc, char **argv)
{
	g_autofree char *folder = NULL;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"folder", 0, 0, G_OPTION_ARG_STRING, &folder, N_("put them into this folder; '/' between levels"), "NAME"},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;
	struct feeds_file file;

	if (!cli_options(&argc, &argv, entries, "FILE…",
			 _("Subscribe to what OPML files list. Folders are kept; commands and other schemes are\n"
			   "left out and named."),
			 &exit_code))
		return exit_code;
	if (argc < 2) {
		cli_error("feeds import", "%s", _("expected OPML files"));
		return EXIT_USAGE;
	}
	if (!feeds_file_open(&file, "feeds import", &exit_code))
		return exit_code;
	for (int i = 1; i < argc; i++)
		if (!import_file(&file, argv[i], folder))
			exit_code = EXIT_NO;
	if (!feeds_file_save(&file, "feeds import"))
		exit_code = EXIT_NO;
	feeds_file_close(&file);
	return exit_code;
}

int feeds_export(int argc, char **argv)
{
	const GOptionEntry entries[] = {CLI_CONFIG_ENTRY, G_OPTION_ENTRY_NULL};
	int exit_code = EXIT_DONE;
	struct feeds_file file;

	if (!cli_options(&argc, &argv, entries, "[FILE]",
			 _("Write the subscriptions as OPML, to stdout if there is no FILE."), &exit_code))
		return exit_code;
	if (!feeds_file_open(&file, "feeds export", &exit_code))
		return exit_code;
	g_autoptr(GError) error = NULL;
	opml_clean(file.opml);
	g_autofree char *text = opml_text(file.opml);
	if (argc < 2) {
		fputs(text, stdout);
	} else if (!cli_write_file(argv[1], text, &error)) {
		cli_error("feeds export", "%s", error->message);
		exit_code = EXIT_NO;
	}
	feeds_file_close(&file);
	return exit_code;
}
