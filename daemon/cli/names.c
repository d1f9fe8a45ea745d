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

/* Why a filter did or did not match: filters/matcher.c, evaluate.c, pole_score.c. Those that others
 * begin like come first. */
static const char *const verdicts[] = {
	N_("no %s"),
	N_("%s of %s"),
	N_("%s of %s: %s"),
	N_("language unknown"),
	N_("language %s"),
	N_("no name of side %s"),
	N_("no name of pole %s"),
	N_("no %s: it stands in the %s only"),
	N_("no %s: it stands in the title only"),
	N_("no %s: it stands in the body only"),
	N_("no %s: the article is in another language"),
	N_("no %s: the article is older"),
	N_("no %s: the article is younger"),
	N_("no %s: both are there, further apart"),
	N_("no %s: both are there, in no sentence together"),
	N_("NOT %s: it stands in the %s"),
	N_("NOT %s: it stands in the title"),
	N_("NOT %s: it stands in the body"),
	N_("NOT %s: it holds"),
	N_("%s: '%s' is a name of others, too, and no other entity of the filter stands there by a sure one"),
	N_("over the time budget: not all of it was looked at"),
	N_("%s pole %s"),
	N_("%s pole %s for both"),
	N_("%s no more than 1: a pole is missing or doubtful"),
	N_("%s shared places"),
	N_("%s terms"),
	N_("%s both poles in one sentence"),
	N_("%s %s in the title"),
	N_("%s %s in several sentences"),
	N_("%s %s only in passing"),
	N_("%s a list of countries"),
	N_("%s further countries"),
	N_("%s other countries in the title"),
	N_("%s poles far apart"),
	N_("%s poles in one sentence only, each for itself"),
};

const char *cli_name(const char *name)
{
	return name && *name ? _(name) : "";
}

/* What stands in `text` where the parts of a sentence leave room; NULL if it is another sentence.
 * With `number_first` room at the beginning is for a number or an entity: nothing with a blank. */
static char **gaps_of(char *const *parts, const char *text, bool number_first)
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
		if (number_first && i == 1 && !*parts[0] && strchr(gap, ' '))
			return NULL;
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

char *cli_sentence(const char *text, const char *const *table, size_t count)
{
	if (!text || !*text || _(text) != text)
		return g_strdup(cli_name(text));
	for (size_t i = count; i-- > 0;) {
		g_auto(GStrv) parts = g_strsplit(table[i], "%s", -1);
		g_auto(GStrv) gaps = gaps_of(parts, text, table == verdicts);
		if (gaps)
			return fill(_(table[i]), gaps);
	}
	return g_strdup(text);
}

char *cli_reason(const char *reason)
{
	return cli_sentence(reason, sentences, G_N_ELEMENTS(sentences));
}

char *cli_verdict(const char *why)
{
	return cli_sentence(why, verdicts, G_N_ELEMENTS(verdicts));
}
