/* poll: one round now, with progress and a line for every feed.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/cli/progress.h"
#include "daemon/engine.h"
#include "feeds/url_redact.h"

#include <glib/gi18n.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct progress {
	unsigned done, failed, unchanged, fresh, alerts, left_out, total;
	bool json, quiet;
	struct progress_bar bar;
};

static void print_json(const struct poll_summary *s)
{
	json_t *object = json_pack("{ss si ss* sb si si si si si}", "feed", s->feed->subscription->url,
				   "status", s->status, "error", s->error, "unchanged", s->unchanged,
				   "entries", (int)s->entries, "new", (int)s->fresh, "edited",
				   (int)s->edited, "matched", (int)s->matched, "alerts", (int)s->alerts);
	cli_json(stdout, object);
}

static void print_text(const struct poll_summary *s)
{
	g_autofree char *address = url_redact(s->feed->subscription->url);
	g_autofree char *url = cli_text(address, 0);
	g_autofree char *error = cli_text(s->error ? s->error : "", 0);

	if (s->error)
		printf(_("%s: %s\n"), url, error);
	else if (s->unchanged)
		printf(_("%s: unchanged\n"), url);
	else
		printf(ngettext("%s: %u entry, %u new%s, %u matched, %u alerts\n",
				"%s: %u entries, %u new%s, %u matched, %u alerts\n", s->entries),
		       url, s->entries, s->fresh, s->backlog ? _(" (first poll: marked as seen)") : "", s->matched,
		       s->alerts);
}

static void on_ended(const struct poll_summary *summary, void *data)
{
	struct progress *p = data;

	p->done++;
	p->failed += summary->error != NULL;
	p->unchanged += summary->unchanged;
	p->fresh += summary->fresh;
	p->alerts += summary->alerts;
	progress_clear(&p->bar);
	if (p->json)
		print_json(summary);
	else if (!p->quiet || summary->error)
		print_text(summary);
	fflush(stdout);
	progress_draw(&p->bar, p->done, p->total);
}

static void on_left_out(const struct subscription *subscription, const char *why, void *data)
{
	struct progress *p = data;
	g_autofree char *address = url_redact(subscription->url);
	g_autofree char *url = cli_text(address, 0);

	p->left_out++;
	fprintf(stderr, _("%s is not asked: %s\n"), url, cli_name(why));
}

/* Whole documents again, from servers that would have said "unchanged": nobody does that by accident. */
static bool may_refetch(void)
{
	char answer[16] = "";

	if (!isatty(0))
		return true;
	fputs(_("Ask without validators, so that servers send whole documents again? [y/N] "), stderr);
	return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y' || answer[0] == 's');
}

static int poll_round(struct config *config, const struct engine_options *options, struct progress *p)
{
	g_autoptr(GError) error = NULL;
	struct engine *engine = engine_new(config, options, &error);

	if (!engine) {
		cli_error("poll", "%s", error->message);
		return EXIT_NO;
	}
	p->total = engine_feeds(engine);
	bool fine = engine_run(engine);
	engine_free(engine);
	if (p->bar.shown)
		fputs("\n", stderr);
	if (!p->json)
		printf(ngettext("%u feed polled: %u unchanged, %u failed, %u new articles, %u alerts\n",
				"%u feeds polled: %u unchanged, %u failed, %u new articles, %u alerts\n", p->done),
		       p->done, p->unchanged, p->failed, p->fresh, p->alerts);
	return fine ? EXIT_DONE : EXIT_NO;
}

int cmd_poll(int argc, char **argv)
{
	gboolean force = FALSE, refetch = FALSE, json = FALSE, quiet = FALSE;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"force", 0, 0, G_OPTION_ARG_NONE, &force,
		 N_("ask even feeds that are not due; not those whose server asks to wait"), NULL},
		{"refetch", 0, 0, G_OPTION_ARG_NONE, &refetch,
		 N_("like --force, and without validators: whole documents again"), NULL},
		{"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_("only failures and the last line"), NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("one JSON object a feed"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "[FEED…]",
			 _("Poll the feeds that are due, once; deliver what they raise; end. FEED: address or\n"
			   "title, * allowed; named feeds are asked even if not due, if interval_min has passed\n"
		   "since they were asked and their server allows it."),
			 &exit_code))
		return exit_code;
	if (refetch && !may_refetch())
		return EXIT_NO;
	struct config *config = cli_config("poll", &exit_code);
	if (!config)
		return exit_code;
	cli_log_init(config);
	struct progress progress = {.json = json, .quiet = quiet};
	if (!json)
		progress_start(&progress.bar);
	const struct engine_options options = {
		.config_path = cli_config_option,
		.once = true,
		.force = force || refetch,
		.refetch = refetch,
		.feeds = argc > 1 ? (const char *const *)argv + 1 : NULL,
		.ended = on_ended,
		.left_out = on_left_out,
		.user_data = &progress,
	};
	return poll_round(config, &options, &progress);
}
