/* backtest: what filters would have raised from the articles of the archive, or of a file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/backtest.h"

#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/cli/progress.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define LISTED 50 /* alerts, unless the user says how many */

struct request {
	char *since, *until, *items, *other;
	gboolean compare, json;
	gint limit;
	int64_t from, to;
};

/* --against OTHER, or alone: the filters of the same ids that are in force. */
static struct request *asked;
static gboolean on_against(const char *name, const char *value, gpointer data, GError **error)
{
	(void)name;
	(void)data;
	(void)error;
	asked->compare = TRUE;
	g_free(asked->other);
	asked->other = g_strdup(value);
	return TRUE;
}

static void draw(uint64_t done, uint64_t total, void *data)
{
	progress_draw(data, done, total);
}

static bool period(struct request *request)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	request->from = 0;
	request->to = INT64_MAX;
	if (request->since && !cli_since(request->since, now, &request->from)) {
		cli_error("backtest", _("--since %s: expected 30d, 12h or a date"), request->since);
		return false;
	}
	if (request->until && !cli_since(request->until, now, &request->to)) {
		cli_error("backtest", _("--until %s: expected 30d, 12h or a date"), request->until);
		return false;
	}
	return true;
}

/* What is tried, and what it is compared with. */
static bool open_filters(struct backtest *b, const struct request *request,
			 const struct config *config, const char *const *names, int *exit_code)
{
	if (!chosen_open(&b->chosen[SIDE_NEW], "backtest", config, names, exit_code))
		return false;
	b->compares = request->compare;
	if (!b->compares)
		return true;
	const char *const one[] = {request->other, NULL};
	g_autoptr(GPtrArray) same = g_ptr_array_new();
	for (unsigned i = 0; i < b->chosen[SIDE_NEW].ids->len; i++)
		g_ptr_array_add(same, b->chosen[SIDE_NEW].ids->pdata[i]);
	g_ptr_array_add(same, NULL);
	if (request->other)
		return chosen_open(&b->chosen[SIDE_OLD], "backtest", config, one, exit_code);
	return chosen_open_in_force(&b->chosen[SIDE_OLD], "backtest", config,
				    (const char *const *)same->pdata, exit_code);
}

static bool open_replay(struct backtest *b, const struct request *request,
			const struct config *config, struct store **store, int *exit_code)
{
	g_autoptr(GError) error = NULL;
	if (request->items) {
		b->replay =
			replay_file(request->items, "backtest", request->from, request->to, &error);
		if (!b->replay)
			cli_error("backtest", "%s", error->message);
		*exit_code = b->replay ? *exit_code : EXIT_USAGE;
	} else if ((*store = cli_store("backtest", config, STORE_READ, exit_code))) {
		b->replay = replay_archive(*store, request->from, request->to);
	}
	return b->replay != NULL;
}

static int run(struct backtest *b, const struct request *request)
{
	g_autoptr(GError) error = NULL;
	struct progress_bar bar;

	progress_start(&bar);
	bool fine = backtest_run(b, draw, &bar, &error);
	progress_clear(&bar);
	if (!fine) {
		cli_error("backtest", "%s", error->message);
		return EXIT_NO;
	}
	if (request->json)
		backtest_print_json(b, (unsigned)request->limit);
	else
		backtest_print(b, (unsigned)request->limit);
	return replay_losses(b->replay).unreadable ? EXIT_NO : EXIT_DONE;
}

static int backtest(const struct request *request, const char *const *names)
{
	int exit_code = EXIT_DONE;
	struct backtest b = {0};
	struct store *store = NULL;
	struct config *config = cli_config("backtest", &exit_code);
	if (!config)
		return exit_code;
	b.story_window_s = config->story_window;
	if (open_filters(&b, request, config, names, &exit_code) &&
	    open_replay(&b, request, config, &store, &exit_code))
		exit_code = run(&b, request);
	backtest_clear(&b);
	store_close(store);
	config_free(config);
	return exit_code;
}

int cmd_backtest(int argc, char **argv)
{
	struct request request = {.limit = LISTED};
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"since", 0, 0, G_OPTION_ARG_STRING, &request.since,
		 N_("articles from then on: 30d, 12h, 2026-11-20"), "WHEN"},
		{"until", 0, 0, G_OPTION_ARG_STRING, &request.until,
		 N_("articles before: 12h, 2026-11-20"), "WHEN"},
		{"items", 0, 0, G_OPTION_ARG_FILENAME, &request.items,
		 N_("articles of this file, as 'vedetta match' takes them, instead of the archive"),
		 "FILE"},
		{"against", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, on_against,
		 N_("compare with a filter file or a filter in force; alone: with the one of the "
		    "same id"),
		 "FILTER"},
		{"limit", 0, 0, G_OPTION_ARG_INT, &request.limit,
		 N_("list so many alerts; 0: all (50 if not said)"), "N"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &request.json,
		 N_("JSON objects: alerts, differences, a summary"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	asked = &request;
	bool fine = cli_options(&argc, &argv, entries, "FILTER…",
				_("Say what filters would have raised from the articles that are "
				  "stored, and what they\n"
				  "will: alerts by story as the service groups them, by day and by "
				  "hour, with a forecast.\n"
				  "FILTER: a filter file, or the id of a filter in force. "
				  "--against says exactly which\n"
				  "articles are gained and lost, and why. Routes, quorums and "
				  "silences are left aside."),
				&exit_code);
	if (fine && (argc < 2 || request.limit < 0)) {
		cli_error("backtest", "%s",
			  argc < 2 ? _("expected a filter file, or the id of a filter in force")
				   : _("--limit: expected 0 or more"));
		exit_code = EXIT_USAGE;
	} else if (fine && !period(&request)) {
		exit_code = EXIT_USAGE;
	} else if (fine) {
		exit_code = backtest(&request, (const char *const *)argv + 1);
	}
	g_free(request.since);
	g_free(request.until);
	g_free(request.items);
	g_free(request.other);
	return exit_code;
}
