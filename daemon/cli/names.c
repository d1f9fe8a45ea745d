/* names: words that lower rooms and the ledger hold in English, in the user's language.
 * JSON keeps the English words: programs read them.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"

#include <glib/gi18n.h>
#include <string.h>

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
	/* entity_kind_name() */
	N_("person"), N_("place"), N_("country"), N_("organisation"), N_("weapon"), N_("treaty"), N_("other"),
	/* outcomes of decisions, reasons of deliveries */
	N_("no match"), N_("would match now"), N_("backlog of a new feed"), N_("edited; told before"),
	N_("duplicate of an article in the story"), N_("joined story"),
	N_("below the quorum of its routes"), N_("no route is for it"), N_("the story is muted"),
	N_("marked as not relevant"), N_("the alert was acknowledged"),
	/* what came of attempts to deliver */
	N_("retry"), N_("refused"), N_("unknown"), N_("expired"),
	N_("no desktop agent is connected"), N_("no desktop agent can connect"), N_("the desktop agent went away"),
	N_("the desktop agent does not answer"), N_("it is being shown already"), N_("the session is locked"),
	N_("no session bus"), N_("the notification daemon does not answer"), N_("the channel was closed"),
	N_("no thread can be started"), N_("libcurl does not take the request"), N_("the store cannot be read"),
	N_("the filters cannot be used"),
	/* what keeps a feed from being polled */
	N_("its server asks to wait (Retry-After)"),
	N_("its server says that nothing is new yet (Cache-Control, Expires); --force asks all the same"),
	N_("it was asked a short while ago (interval_min); --force asks all the same"),
};

/* The same with a name or a number inside, whatever stands for %s. */
static const char *const sentences[] = {
	N_("silenced by %s"),
	N_("route %s only records"),
	N_("route %s tells no updates"),
	N_("throttle: %s alerts of this filter in %s s"),
	N_("digest %s"),
	N_("quiet %s"),
	N_("burst of %s"),
	N_("throttle of %s"),
	N_("%s: not in allow_networks"),
	N_("%s: not in allow_networks (%s)"),
	N_("%s: no answer in time"),
	N_("%s: no answer in time after the mail was handed over"),
	N_("HTTP %s: redirects are not followed"),
	N_("%s: not a feed of ours"),
};

const char *cli_name(const char *name)
{
	return name && *name ? _(name) : "";
}

/* What stands in `text` where the parts of a sentence leave room; NULL if it is another sentence. */
static char **gaps_of(char *const *parts, const char *text)
{
	g_autoptr(GStrvBuilder) gaps = g_strv_builder_new();
	if (!g_str_has_prefix(text, parts[0]))
		return NULL;
	text += strlen(parts[0]);
	for (unsigned i = 1; parts[i]; i++) {
		const char *end = parts[i + 1]			      ? strstr(text, parts[i])
				  : g_str_has_suffix(text, parts[i]) ? text + strlen(text) - strlen(parts[i])
								      : NULL;
		if (!end)
			return NULL;
		g_autofree char *gap = g_strndup(text, (gsize)(end - text));
		g_strv_builder_add(gaps, gap);
		text = end + strlen(parts[i]);
	}
	return g_strv_builder_end(gaps);
}

static char *fill(const char *sentence, char *const *gaps)
{
	g_auto(GStrv) parts = g_strsplit(sentence, "%s", -1);
	GString *out = g_string_new(parts[0]);
	for (unsigned i = 0; parts[i] && parts[i + 1]; i++)
		g_string_append_printf(out, "%s%s", gaps[i] ? gaps[i] : "", parts[i + 1]);
	return g_string_free(out, FALSE);
}

char *cli_reason(const char *reason)
{
	if (!reason || !*reason || _(reason) != reason)
		return g_strdup(cli_name(reason));
	for (size_t i = G_N_ELEMENTS(sentences); i-- > 0;) {
		g_auto(GStrv) parts = g_strsplit(sentences[i], "%s", -1);
		g_auto(GStrv) gaps = gaps_of(parts, reason);
		if (gaps)
			return fill(_(sentences[i]), gaps);
	}
	return g_strdup(reason);
}
