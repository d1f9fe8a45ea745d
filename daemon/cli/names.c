/* names: words that lower rooms and the ledger hold in English, in the user's language.
 * JSON keeps the English words: programs read them.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"

#include <glib/gi18n.h>

/* For xgettext alone: feeds/, filters/ and daemon/nouns/ know no gettext, and the ledger is read by
 * people of several languages. What is missing here is shown in English. */
static const char *const names[] G_GNUC_UNUSED = {
	/* feed_health_name() */
	N_("unpolled"), N_("paused"), N_("fresh"), N_("silent"), N_("stale"), N_("failing"),
	N_("blocked"), N_("gone"),
	/* priority_name() */
	N_("low"), N_("normal"), N_("high"), N_("critical"),
	/* alert_state_name() */
	N_("open"), N_("acknowledged"), N_("snoozed"), N_("muted"), N_("not relevant"),
	/* delivery_state_name(), delivery_kind_name() */
	N_("pending"), N_("held"), N_("sending"), N_("sent"), N_("suppressed"), N_("undeliverable"),
	N_("alert"), N_("update"), N_("digest"), N_("summary"), N_("service"), N_("test"),
	/* outcomes of decisions, reasons of deliveries */
	N_("no match"), N_("would match now"), N_("backlog of a new feed"), N_("edited; told before"),
	N_("duplicate of an article in the story"), N_("joined story"),
	N_("below the quorum of its routes"), N_("no route is for it"), N_("the story is muted"),
	N_("marked as not relevant"), N_("the alert was acknowledged"),
	/* what keeps a feed from being polled */
	N_("its server asks to wait (Retry-After)"),
	N_("its server says that nothing is new yet (Cache-Control, Expires); --force asks all the same"),
	N_("it was asked a short while ago (interval_min); --force asks all the same"),
};

const char *cli_name(const char *name)
{
	return name && *name ? _(name) : "";
}
