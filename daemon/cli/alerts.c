/* alerts: what was raised.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/store/alerts.h"

#include <glib/gi18n.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#define FOLLOW_PAUSE_S 1
#define BEFORE_TITLE 46 /* columns: id, time, priority */

static void print_json(const struct alert *alert, struct store *store)
{
	char id[17], story[17];
	g_autofree char *raised = cli_time_utc(alert->raised_at);
	g_autofree char *updated = cli_time_utc(alert->updated_at);
	g_autoptr(GPtrArray) articles = store_story_articles(store, alert->story, NULL);
	json_t *list = json_array();

	for (unsigned i = 0; articles && i < articles->len; i++) {
		const struct article *article = articles->pdata[i];
		char uid[17];
		uid_format(article->uid, uid);
		json_array_append_new(list,
				      json_pack("{ss ss* ss* ss* ss*}", "id", uid, "title",
						article->title, "link", article->link, "outlet",
						article->outlet, "language", article->language));
	}
	uid_format(alert->id, id);
	uid_format(alert->story, story);
	json_t *object = json_pack("{ss ss ss ss* ss ss ss* ss* ss* si si so}", "id", id, "story",
				   story, "filter", alert->filter, "filter_title",
				   alert->filter_title, "priority", priority_name(alert->priority),
				   "state", alert_state_name(alert->state), "title", alert->title,
				   "raised_at", raised, "updated_at", updated, "articles",
				   (int)alert->article_count, "owners", (int)alert->owner_count,
				   "list", list);
	cli_json(stdout, object);
}

static void print_text(const struct alert *alert, bool colour)
{
	char id[17];
	g_autofree char *when = cli_time(alert->raised_at);
	g_autofree char *filter =
		cli_text(alert->filter_title ? alert->filter_title : alert->filter, 40);
	g_autofree char *whole = g_strdup_printf("%s: %s", filter, alert->title ? alert->title : "");
	g_autofree char *title = cli_text(whole, cli_room(BEFORE_TITLE, 140));
	g_autofree char *priority = cli_column(cli_name(priority_name(alert->priority)), 8);

	uid_format(alert->id, id);
	printf("%s  %s  %s%s%s  %s", id, when,
	       colour && alert->priority >= PRIORITY_HIGH ? "\033[1;31m" : "", priority,
	       colour ? "\033[0m" : "", title);
	if (alert->article_count > 1)
		printf(ngettext("  [%u articles, %u owner]", "  [%u articles, %u owners]", alert->owner_count),
		       alert->article_count, alert->owner_count);
	if (alert->state != ALERT_OPEN)
		printf("  (%s)", cli_name(alert_state_name(alert->state)));
	putchar('\n');
}

static bool print_alerts(struct store *store, struct alert_query *query, bool json, unsigned *count, GError **error)
{
	bool colour = cli_colour(stdout);
	g_autoptr(GPtrArray) alerts = store_alerts(store, query, &query->after_rowid, error);
	if (!alerts)
		return false;
	for (unsigned i = 0; i < alerts->len; i++) {
		if (json)
			print_json(alerts->pdata[i], store);
		else
			print_text(alerts->pdata[i], colour);
	}
	*count = alerts->len;
	fflush(stdout);
	return true;
}

int cmd_alerts(int argc, char **argv)
{
	gboolean json = FALSE, follow = FALSE;
	g_autofree char *since = NULL, *filter = NULL;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"since", 0, 0, G_OPTION_ARG_STRING, &since, N_("from then on: 30d, 12h, 2026-11-20"), "WHEN"},
		{"filter", 0, 0, G_OPTION_ARG_STRING, &filter, N_("of one filter"), "ID"},
		{"follow", 'f', 0, G_OPTION_ARG_NONE, &follow, N_("go on as alerts come"), NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("one JSON object a line"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	struct alert_query query = {.state = -1};

	if (!cli_options(&argc, &argv, entries, NULL, _("List the alerts that were raised."), &exit_code))
		return exit_code;
	if (since && !cli_since(since, now, &query.since)) {
		cli_error("alerts", _("--since %s: expected 30d, 12h or a date"), since);
		return EXIT_USAGE;
	}
	struct config *config = cli_config("alerts", &exit_code);
	struct store *store = config ? cli_store("alerts", config, STORE_READ, &exit_code) : NULL;
	g_autoptr(GError) error = NULL;
	query.filter = filter;
	if (store) {
		unsigned count = 0;
		bool fine = print_alerts(store, &query, json, &count, &error);
		if (fine && !count && !json && !follow)
			puts(_("No alerts."));
		while (fine && follow && !ferror(stdout)) {
			sleep(FOLLOW_PAUSE_S);
			fine = print_alerts(store, &query, json, &count, &error);
		}
		if (!fine) {
			cli_error("alerts", "%s", error->message);
			exit_code = EXIT_NO;
		}
	}
	store_close(store);
	config_free(config);
	return exit_code;
}
