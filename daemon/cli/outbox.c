/* outbox: what waits to be delivered, and why.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/nouns/article.h"
#include "daemon/store/outbox.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static void print_json(const struct delivery *d)
{
	char alert[17];
	g_autofree char *created = cli_time_utc(d->created_at), *due = cli_time_utc(d->due_at),
			*sent = cli_time_utc(d->sent_at);
	uid_format(d->alert, alert);
	json_t *object = json_pack(
		"{sI ss ss* ss ss ss* ss ss ss ss* ss* ss* si ss*}", "id", (json_int_t)d->id, "key",
		d->key, "alert", d->alert ? alert : NULL, "channel", d->channel, "recipient",
		d->recipient, "route", d->route, "kind", delivery_kind_name(d->kind), "state",
		delivery_state_name(d->state), "priority", priority_name(d->priority), "created_at",
		created, "due_at", due, "sent_at", sent, "attempts", (int)d->attempts, "reason",
		d->reason);
	cli_json(stdout, object);
}

static void print_text(const struct delivery *d)
{
	g_autofree char *due = cli_time(d->due_at);
	g_autofree char *to = cli_text(d->recipient ? d->recipient : "", 30);
	g_autofree char *told = cli_reason(d->reason);
	g_autofree char *reason = cli_text(told, 80);
	g_autofree char *state = cli_column(cli_name(delivery_state_name(d->state)), 13);
	g_autofree char *kind = cli_column(cli_name(delivery_kind_name(d->kind)), 8);
	g_autofree char *channel = cli_column(d->channel, 12);
	printf(_("%6" PRId64 "  %s  %s  %s %s  due %s  tries %u%s%s\n"), d->id, state, kind, channel, to, due,
	       d->attempts, *reason ? "  " : "", reason);
}

static bool list(struct store *store, bool all, bool json, GError **error)
{
	struct outbox_query query = {.state = -1, .kind = -1};
	unsigned shown = 0;

	for (;;) {
		g_autoptr(GPtrArray) page = outbox_list(store, &query, error);
		if (!page)
			return false;
		for (unsigned i = 0; i < page->len; i++) {
			const struct delivery *d = page->pdata[i];
			query.after_id = d->id;
			if (!all && (d->state == DELIVERY_SENT || d->state == DELIVERY_SUPPRESSED))
				continue;
			shown++;
			if (json)
				print_json(d);
			else
				print_text(d);
		}
		if (!page->len)
			break;
	}
	if (!shown && !json)
		puts(all ? _("Nothing was to be delivered yet.") : _("Nothing waits."));
	return true;
}

static bool retry(struct store *store, char **ids, GError **error)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	for (; *ids; ids++)
		if (!outbox_retry(store, g_ascii_strtoll(*ids, NULL, 10), now, error))
			return false;
	return true;
}

static bool are_numbers(char **ids)
{
	for (; *ids; ids++)
		if (!**ids || strspn(*ids, "0123456789") != strlen(*ids))
			return false;
	return true;
}

int cmd_outbox(int argc, char **argv)
{
	gboolean json = FALSE, all = FALSE;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"all", 'a', 0, G_OPTION_ARG_NONE, &all, N_("sent and suppressed ones too"), NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("one JSON object a line"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "[retry ID…]",
			 _("List the deliveries that wait, are held, or failed; 'retry' makes some due now."),
			 &exit_code))
		return exit_code;
	bool retrying = argc > 1 && strcmp(argv[1], "retry") == 0;
	if ((argc > 1 && !retrying) || (retrying && argc < 3)) {
		cli_error("outbox", "%s", _("expected nothing, or: retry ID…"));
		return EXIT_USAGE;
	}
	struct config *config = cli_config("outbox", &exit_code);
	struct store *store =
		config ? cli_store("outbox", config, retrying ? STORE_EDIT : STORE_READ, &exit_code) : NULL;
	g_autoptr(GError) error = NULL;
	if (retrying && !are_numbers(argv + 2)) {
		cli_error("outbox", "%s", _("expected numbers of deliveries; 'vedetta outbox' lists them"));
		exit_code = EXIT_USAGE;
	} else if (store && !(retrying ? retry(store, argv + 2, &error) : list(store, all, json, &error))) {
		cli_error("outbox", "%s", error->message);
		exit_code = EXIT_NO;
	}
	store_close(store);
	config_free(config);
	return exit_code;
}
