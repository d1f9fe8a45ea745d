/* backtest_json: a backtest for programs. See backtest.h.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/cli/backtest.h"
#include "daemon/cli/backtest_list.h"
#include "daemon/cli/place.h"
#include "daemon/cli/verdict_json.h"

#include <stdio.h>
#include <stdlib.h>

static void print_line(json_t *object)
{
	char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
	puts(line);
	free(line);
	json_decref(object);
}

static json_t *article_json(const struct backtest *b, const struct article *article,
			    const struct finding *f)
{
	g_autofree char *at = cli_time_utc(f->at), *id = replay_id(b->replay, article);
	return json_pack("{ss ss* ss* ss* ss*}", "id", id, "title", article->title, "link",
			 article->link, "outlet", article->outlet, "at", at);
}

static void set_verdict(json_t *object, const char *key, struct verdict *v)
{
	if (v)
		json_object_set_new(object, key, verdict_json(v));
	verdict_free(v);
}

static void print_alert(struct backtest *b, const struct backtest_alert *alert)
{
	static const char *const kins[] = {
		[KIN_FIRST] = "first", [KIN_DUPLICATE] = "duplicate", [KIN_JOINED] = "joined"};
	json_t *list = json_array(), *object = json_pack("{ss}", "type", "alert");

	for (unsigned i = 0; i < alert->count; i++) {
		const struct finding *f = backtest_list_finding(b, alert, i);
		struct article *article = replay_article(b->replay, f->ref);
		if (!article)
			continue;
		json_t *row = article_json(b, article, f);
		json_object_set_new(row, "relation", json_string(kins[f->kin]));
		json_array_append_new(list, row);
		if (i == 0) {
			g_autofree char *at = cli_time_utc(f->at);
			json_object_set_new(object, "filter",
					    json_string(b->chosen[SIDE_NEW].ids->pdata[f->filter]));
			json_object_set_new(object, "at", json_string(at ? at : ""));
			set_verdict(object, "verdict",
				    backtest_verdict(b, SIDE_NEW, f->filter, article));
		}
		article_free(article);
	}
	json_object_set_new(object, "articles", list);
	print_line(object);
}

static void print_changes(struct backtest *b, enum backtest_side side)
{
	const struct finding *f;
	enum backtest_side there = side == SIDE_NEW ? SIDE_OLD : SIDE_NEW;
	unsigned at = 0;

	while ((f = backtest_list_change(b, side, &at))) {
		struct article *article = replay_article(b->replay, f->ref);
		int other = backtest_list_counterpart(b, f);
		if (!article)
			continue;
		json_t *object = article_json(b, article, f);
		json_object_set_new(object, "type",
				    json_string(side == SIDE_NEW ? "gained" : "lost"));
		set_verdict(object, side == SIDE_NEW ? "now" : "was",
			    backtest_verdict(b, side, f->filter, article));
		if (other >= 0)
			set_verdict(object, side == SIDE_NEW ? "was" : "now",
				    backtest_verdict(b, there, (unsigned)other, article));
		print_line(object);
		article_free(article);
	}
}

static json_t *side_json(const struct backtest *b, enum backtest_side side)
{
	const struct backtest_counts *c = &b->counts;
	struct forecast f;
	backtest_forecast(b, side, &f);
	return json_pack("{si si si si s{si sf sf sf si}}", "matched", (int)c->found[side],
			 "alerts", (int)c->alerts[side], "joined", (int)c->joined[side],
			 "duplicates", (int)c->duplicates[side], "forecast", "days", (int)f.days,
			 "alerts_per_day", f.mean, "low", f.low, "high", f.high,
			 "most_on_9_of_10_days", (int)f.most);
}

static json_t *days_json(const struct backtest *b)
{
	json_t *list = json_array();
	for (unsigned i = 0; i < b->counts.days->len; i++) {
		const struct backtest_day *day =
			&g_array_index(b->counts.days, struct backtest_day, i);
		GDate date;
		g_date_clear(&date, 1);
		g_date_set_julian(&date, (guint32)day->day);
		g_autofree char *name =
			g_strdup_printf("%04u-%02u-%02u", g_date_get_year(&date),
					(unsigned)g_date_get_month(&date), g_date_get_day(&date));
		json_array_append_new(list, json_pack("{ss si si}", "day", name, "articles",
						      (int)day->articles, "alerts",
						      (int)day->alerts[SIDE_NEW]));
	}
	return list;
}

static void print_summary(const struct backtest *b)
{
	const struct replay_losses losses = replay_losses(b->replay);
	json_t *hours = json_array(), *filters = json_object();

	for (int hour = 0; hour < 24; hour++)
		json_array_append_new(hours, json_integer(b->counts.hours[hour]));
	for (unsigned i = 0; i < b->counts.by_filter->len; i++)
		json_object_set_new(filters, b->chosen[SIDE_NEW].ids->pdata[i],
				    json_integer(g_array_index(b->counts.by_filter, unsigned, i)));
	json_t *object =
		json_pack("{ss si si si si so so so so}", "type", "summary", "articles",
			  (int)b->counts.articles, "unreadable", (int)losses.unreadable,
			  "without_text", (int)losses.textless, "without_date", (int)losses.undated,
			  "new", side_json(b, SIDE_NEW), "alerts_by_filter", filters, "days",
			  days_json(b), "hours", hours);
	if (b->compares) {
		json_object_set_new(object, "old", side_json(b, SIDE_OLD));
		json_object_set_new(object, "gained", json_integer(b->counts.gained));
		json_object_set_new(object, "lost", json_integer(b->counts.lost));
	}
	print_line(object);
}

void backtest_print_json(struct backtest *b, unsigned limit)
{
	struct backtest_list *list = backtest_list_new(b);
	struct backtest_alert alert;
	for (unsigned shown = 0; (!limit || shown < limit) && backtest_list_next(list, &alert);
	     shown++)
		print_alert(b, &alert);
	backtest_list_free(list);
	if (b->compares) {
		print_changes(b, SIDE_NEW);
		print_changes(b, SIDE_OLD);
	}
	print_summary(b);
}
