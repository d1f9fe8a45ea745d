/* why: the decision ledger of one article.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/place.h"
#include "daemon/store/articles.h"
#include "daemon/store/ledger.h"

#include <glib/gi18n.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *parsed(const char *text)
{
	json_t *value = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
	return value ? value : json_array();
}

static json_t *decision_json(const struct decision *d)
{
	char alert[17];
	g_autofree char *at = cli_time_utc(d->at);
	uid_format(d->alert, alert);
	return json_pack("{ss sb sf sf ss so so so ss* ss* ss*}", "filter", d->filter, "matched",
			 d->matched, "score", d->score, "threshold", d->threshold, "priority",
			 priority_name(d->priority), "hits", parsed(d->hits), "missing",
			 parsed(d->missing), "path", parsed(d->path), "outcome", d->outcome,
			 "alert", d->alert ? alert : NULL, "at", at);
}

static json_t *delivery_json(struct store *store, const struct delivery *d)
{
	g_autoptr(GPtrArray) attempts = store_attempts(store, d->id, NULL);
	json_t *list = json_array();
	for (unsigned i = 0; attempts && i < attempts->len; i++) {
		const struct attempt *attempt = attempts->pdata[i];
		g_autofree char *at = cli_time_utc(attempt->at);
		json_array_append_new(list, json_pack("{ss* ss ss*}", "at", at, "result",
						      attempt->result, "detail", attempt->detail));
	}
	return json_pack("{sI ss ss ss ss* so}", "id", (json_int_t)d->id, "channel", d->channel,
			 "recipient", d->recipient, "state", delivery_state_name(d->state),
			 "reason", d->reason, "attempts", list);
}

static json_t *deliveries_json(struct store *store, uint64_t article)
{
	g_autoptr(GPtrArray) alerts = store_alerts_of_article(store, article, NULL);
	json_t *list = json_array();
	for (unsigned i = 0; alerts && i < alerts->len; i++) {
		const struct alert *alert = alerts->pdata[i];
		g_autoptr(GPtrArray) deliveries = store_deliveries_of_alert(store, alert->id, NULL);
		for (unsigned j = 0; deliveries && j < deliveries->len; j++)
			json_array_append_new(list, delivery_json(store, deliveries->pdata[j]));
	}
	return list;
}

/* What the ledger does not hold is worked out again, by the filters in force now. */
struct filters_now {
	struct filter_set *set;
	struct matcher *matcher; /* NULL: no filters can be read */
};

static void filters_open(struct filters_now *now, const struct config *config)
{
	g_auto(GStrv) paths = config_filter_paths(config);
	now->set = filter_set_load((const char *const *)paths, NULL, NULL);
	now->matcher = now->set ? matcher_new(now->set, NULL) : NULL;
}

static void filters_close(struct filters_now *now)
{
	matcher_free(now->matcher);
	filter_set_free(now->set);
}

static bool is_decided(const GPtrArray *decisions, const char *filter)
{
	for (unsigned i = 0; decisions && i < decisions->len; i++)
		if (g_strcmp0(((const struct decision *)decisions->pdata[i])->filter, filter) == 0)
			return true;
	return false;
}

static void add_undecided(json_t *list, const struct filters_now *now,
			  const struct article *article, const GPtrArray *decisions)
{
	struct match_article text;
	if (!now->matcher || !article->body)
		return;
	article_to_match(article, article->first_seen_at, &text);
	g_autoptr(GPtrArray) verdicts = matcher_match(now->matcher, &text, MATCH_NEAR);
	for (unsigned i = 0; i < verdicts->len; i++) {
		const struct verdict *v = verdicts->pdata[i];
		if (is_decided(decisions, v->filter))
			continue;
		struct decision *d =
			decision_new(article->uid, v, v->matched ? "would match now" : "no match",
				     article->first_seen_at);
		json_t *object = decision_json(d);
		json_object_set_new(object, "worked_out_now", json_true());
		json_array_append_new(list, object);
		decision_free(d);
	}
}

static json_t *article_json(struct store *store, const struct article *article,
			    const struct filters_now *now)
{
	char uid[17];
	g_autofree char *published = cli_time_utc(article->published_at),
			*seen = cli_time_utc(article->first_seen_at);
	g_autoptr(GPtrArray) decisions = store_decisions(store, article->uid, NULL);
	json_t *list = json_array();

	uid_format(article->uid, uid);
	for (unsigned i = 0; decisions && i < decisions->len; i++)
		json_array_append_new(list, decision_json(decisions->pdata[i]));
	add_undecided(list, now, article, decisions);
	return json_pack("{ss ss* ss* ss ss* ss* ss* so so}", "id", uid, "title", article->title,
			 "link", article->link, "feed", article->feed, "language",
			 article->language, "published", published, "first_seen", seen, "decisions",
			 list, "deliveries", deliveries_json(store, article->uid));
}

/* Without `known`, which was printed already. */
static void print_strings(const char *label, const json_t *list, const char *known)
{
	size_t index;
	const json_t *value;
	json_array_foreach(list, index, value)
	{
		if (g_strcmp0(json_string_value(value), known) == 0)
			continue;
		g_autofree char *told = cli_verdict(json_string_value(value));
		g_autofree char *shown = cli_text(told, 0);
		printf("      %s %s\n", label, shown);
	}
}

/* The words of the article that a hit stands for; NULL if the text was pruned or is another now. */
static char *quoted(const struct article *article, const char *field, size_t start, size_t end)
{
	const char *text = strcmp(field, "title") == 0	? article->title
			   : strcmp(field, "body") == 0 ? article->body
							: NULL;
	if (!text || end > strlen(text) || start >= end)
		return NULL;
	g_autofree char *words = g_strndup(text + start, end - start);
	return cli_text(words, 60);
}

static const char *field_name(const char *field)
{
	return strcmp(field, "title") == 0  ? _("in the title")
	       : strcmp(field, "body") == 0 ? _("in the text")
					    : field;
}

static void print_hit(const struct article *article, const json_t *hit)
{
	const char *term, *field;
	json_int_t start, end;
	double weight;
	if (json_unpack((json_t *)hit, "[ssIIF]", &term, &field, &start, &end, &weight) != 0)
		return;
	g_autofree char *words = quoted(article, field, (size_t)start, (size_t)end);
	g_autofree char *shown = cli_text(term, 60);
	printf("      %s", _("counted:"));
	if (words)
		printf(_(" “%s” as"), words);
	printf(" %s %s", shown, field_name(field));
	if (weight != 0)
		printf("  %+.2f", weight);
	putchar('\n');
}

static void print_decision(const struct article *article, const json_t *d)
{
	const char *outcome = json_string_value(json_object_get(d, "outcome"));
	size_t index;
	const json_t *hit;

	g_autofree char *filter = cli_text(json_string_value(json_object_get(d, "filter")), 0);
	printf(_("  %s %s  %.2f of %.2f%s%s\n"),
	       json_is_true(json_object_get(d, "matched")) ? "+" : "-", filter,
	       json_number_value(json_object_get(d, "score")),
	       json_number_value(json_object_get(d, "threshold")), outcome ? "  → " : "",
	       outcome ? cli_name(outcome) : "");
	json_array_foreach(json_object_get(d, "hits"), index, hit) print_hit(article, hit);
	print_strings(_("rule:"), json_object_get(d, "path"), NULL);
	g_autofree char *sum =
		g_strdup_printf("%.2f of %.2f", json_number_value(json_object_get(d, "score")),
				json_number_value(json_object_get(d, "threshold")));
	print_strings(_("missing:"), json_object_get(d, "missing"), sum);
}

static void print_delivery(const json_t *d)
{
	g_autofree char *told = cli_reason(json_string_value(json_object_get(d, "reason")));
	g_autofree char *reason = cli_text(told, 0);
	const char *recipient = json_string_value(json_object_get(d, "recipient"));
	size_t index;
	const json_t *attempt;

	printf("  %s%s%s: %s%s%s\n", json_string_value(json_object_get(d, "channel")),
	       *recipient ? " " : "", recipient,
	       cli_name(json_string_value(json_object_get(d, "state"))), *reason ? ", " : "", reason);
	json_array_foreach(json_object_get(d, "attempts"), index, attempt)
	{
		const char *detail = json_string_value(json_object_get(attempt, "detail"));
		g_autofree char *in_words = cli_reason(detail);
		g_autofree char *shown = cli_text(in_words, 0);
		printf("      %s %s %s%s\n", json_string_value(json_object_get(attempt, "at")),
		       cli_name(json_string_value(json_object_get(attempt, "result"))), detail ? "- " : "",
		       shown);
	}
}

static void print_text(const struct article *article, const json_t *object)
{
	size_t index;
	const json_t *row;
	g_autofree char *title = cli_text(article->title ? article->title : "", 0);
	g_autofree char *link = cli_text(article->link ? article->link : "", 0);

	printf("%s  %s\n  %s\n", json_string_value(json_object_get(object, "id")), title, link);
	if (!json_array_size(json_object_get(object, "decisions")))
		printf("  %s\n", _("No filter found anything in it."));
	json_array_foreach(json_object_get(object, "decisions"), index, row)
		print_decision(article, row);
	json_array_foreach(json_object_get(object, "deliveries"), index, row) print_delivery(row);
}

static int explain(struct store *store, const struct filters_now *now, const char *what, bool json)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) articles = store_article_find(store, what, &error);

	if (!articles || !articles->len) {
		cli_error("why", "%s",
			  articles
				  ? _("no article has this id or link; it was never seen in a feed")
				  : error->message);
		return EXIT_NO;
	}
	for (unsigned i = 0; i < articles->len; i++) {
		json_t *object = article_json(store, articles->pdata[i], now);
		if (json) {
			cli_json(stdout, object);
		} else {
			print_text(articles->pdata[i], object);
			json_decref(object);
		}
	}
	return EXIT_DONE;
}

int cmd_why(int argc, char **argv)
{
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("one JSON object a line"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "ARTICLE-OR-LINK",
			 _("Say why an article did or did not become an alert: every verdict, what "
			   "counted,\n"
			   "what was suppressed, every attempt to deliver."),
			 &exit_code))
		return exit_code;
	if (argc != 2) {
		cli_error("why", "%s", _("expected one article id or link"));
		return EXIT_USAGE;
	}
	struct config *config = cli_config("why", &exit_code);
	struct store *store = config ? cli_store("why", config, STORE_READ, &exit_code) : NULL;
	if (store) {
		struct filters_now now;
		filters_open(&now, config);
		exit_code = explain(store, &now, argv[1], json);
		filters_close(&now);
	}
	store_close(store);
	config_free(config);
	return exit_code;
}
