/* mark: "this article was, or was not, what the filter is for"; derive --improve reads it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/chosen.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/store/alerts.h"
#include "daemon/store/articles.h"

#include <glib/gi18n.h>
#include <string.h>

/* As the button "not relevant" does it: what was raised because of the article is told no more. */
static bool end_alerts(struct store *store, uint64_t article, const char *filter, int64_t now,
		       GError **error)
{
	g_autoptr(GPtrArray) alerts = store_alerts_of_article(store, article, error);
	for (unsigned i = 0; alerts && i < alerts->len; i++) {
		const struct alert *alert = alerts->pdata[i];
		if ((!filter || strcmp(filter, alert->filter) == 0) &&
		    !store_alert_act(store, alert->id, ALERT_NOT_RELEVANT, 0, g_get_user_name(),
				     now, error))
			return false;
	}
	return alerts != NULL;
}

static bool mark_one(struct store *store, const char *operand, const char *filter, bool good)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) found = store_article_find(store, operand, &error);
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;

	if (found && !found->len)
		cli_error("mark", _("%s: no such article"), operand);
	for (unsigned i = 0; found && i < found->len && !error; i++) {
		uint64_t uid = ((struct article *)found->pdata[i])->uid;
		if (store_mark(store, uid, filter, good, g_get_user_name(), now, &error) && !good)
			end_alerts(store, uid, filter, now, &error);
	}
	if (error)
		cli_error("mark", "%s: %s", operand, error->message);
	return found && found->len && !error;
}

int cmd_mark(int argc, char **argv)
{
	g_autofree char *filter = NULL;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"filter", 'f', 0, G_OPTION_ARG_STRING, &filter,
		 N_("which filter this is about (every one if absent)"), "ID"},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "ARTICLE… good|bad",
			 _("Say whether articles were what you look for. ARTICLE is an id or a "
			   "link, as 'vedetta why' "
			   "takes it.\n'vedetta derive --improve FILTER' proposes changes from "
			   "what was marked; the last "
			   "word on an article counts."),
			 &exit_code))
		return exit_code;
	const char *word = argc > 2 ? argv[argc - 1] : "";
	bool good = strcmp(word, "good") == 0;
	if (!good && strcmp(word, "bad") != 0) {
		cli_error("mark", "%s", _("expected articles and then good or bad"));
		return EXIT_USAGE;
	}
	struct config *config = cli_config("mark", &exit_code);
	if (config && filter && !chosen_is_filter("mark", config, filter)) {
		config_free(config);
		return EXIT_NO;
	}
	struct store *store = config ? cli_store("mark", config, STORE_EDIT, &exit_code) : NULL;
	for (int i = 1; store && i < argc - 1; i++)
		if (!mark_one(store, argv[i], filter, good))
			exit_code = EXIT_NO;
	store_close(store);
	config_free(config);
	return exit_code;
}
