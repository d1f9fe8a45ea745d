/* filters: the filters in force and what became of them. The table of its subcommands, and the
 * list. SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/filters.h"

#include "daemon/cli/actions.h"
#include "daemon/cli/chosen.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/store/filter_stats.h"
#include "filters/filter_data.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct cli_action actions[] = {
	{"list", filters_list, N_("the filters in force: matches, alerts, marks")},
	{"show", filters_show, N_("a filter in words: rules, names, thresholds, warnings")},
	{"new", filters_new, N_("a template for a new filter")},
};

int cmd_filters(int argc, char **argv)
{
	return cli_actions("filters", actions, G_N_ELEMENTS(actions), argc, argv);
}

/* ---- list --------------------------------------------------------------------------------------
 */

static void print_json(const struct filter *filter, const struct filter_stats *stats)
{
	g_autofree char *last = stats ? cli_time_utc(stats->last_match_at) : NULL;
	json_t *object =
		json_pack("{ss ss ss si ss}", "id", filter->id, "title",
			  filter->title ? filter->title : filter->id, "file", filter->file, "line",
			  (int)filter->line, "priority", priority_name(filter->priority));
	if (stats) {
		json_t *numbers = json_pack(
			"{sI sI sI sI ss*}", "matches", (json_int_t)stats->matches, "alerts",
			(json_int_t)stats->alerts, "good", (json_int_t)stats->good, "bad",
			(json_int_t)stats->bad, "last_match", last);
		json_object_update(object, numbers);
		json_decref(numbers);
	}
	char *line = json_dumps(object, JSON_COMPACT);
	puts(line);
	free(line);
	json_decref(object);
}

static void print_text(const struct filter *filter, const struct filter_stats *stats)
{
	g_autofree char *id = cli_text(filter->id, 40);
	g_autofree char *title = cli_text(filter->title ? filter->title : "", 60);
	g_autofree char *last = cli_time(stats ? stats->last_match_at : 0);

	printf("%s%s%s  (%s)\n", id, *title ? "  " : "", title, cli_name(priority_name(filter->priority)));
	if (!stats)
		return;
	printf(_("    matches %" PRId64 ", alerts %" PRId64 ", last match %s; marked good %" PRId64
		 ", bad %" PRId64 "\n"),
	       stats->matches, stats->alerts, last, stats->good, stats->bad);
}

/* NULL if the service never ran here; then the filters are listed alone. */
static GHashTable *read_stats(const struct config *config, GError **error)
{
	g_autoptr(GError) why = NULL;
	struct store *store = store_open(config->state_directory, STORE_READ, NULL, NULL, &why);
	if (!store) {
		if (!g_error_matches(why, STORE_ERROR, STORE_ERROR_ABSENT))
			g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	GHashTable *stats = store_filter_stats(store, error);
	store_close(store);
	return stats;
}

static int list(const struct config *config, const struct chosen *chosen, bool json)
{
	static const struct filter_stats nothing;
	g_autoptr(GError) error = NULL;
	GHashTable *stats = read_stats(config, &error);

	for (unsigned i = 0; i < chosen->ids->len; i++) {
		const struct filter *filter = filter_set_filter(chosen->set, chosen->ids->pdata[i]);
		const struct filter_stats *of =
			stats ? g_hash_table_lookup(stats, filter->id) : NULL;
		(json ? print_json : print_text)(filter, of ? of : stats ? &nothing : NULL);
	}
	if (error)
		cli_error("filters list", "%s", error->message);
	else if (!stats && !json)
		printf("%s\n", _("No article was matched yet: there is no store."));
	g_clear_pointer(&stats, g_hash_table_unref);
	return error ? EXIT_NO : EXIT_DONE;
}

int filters_list(int argc, char **argv)
{
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("one JSON object a line"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	static const char *const all[] = {"*", NULL};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "[FILTER…]",
			 _("List the filters in force, with the articles they matched, the alerts "
			   "they raised and\n"
			   "what was said about them with 'vedetta mark'. FILTER: id, * allowed."),
			 &exit_code))
		return exit_code;
	struct config *config = cli_config("filters list", &exit_code);
	struct chosen chosen;
	if (!config)
		return exit_code;
	if (chosen_open_in_force(&chosen, "filters list", config,
				 argc > 1 ? (const char *const *)argv + 1 : all, &exit_code))
		exit_code = list(config, &chosen, json);
	chosen_close(&chosen);
	config_free(config);
	return exit_code;
}
