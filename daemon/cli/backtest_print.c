/* backtest_print: a backtest for people. See backtest.h.  SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "daemon/cli/backtest.h"

#include "daemon/cli/backtest_list.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/highlight.h"
#include "daemon/cli/place.h"

#include <glib/gi18n.h>
#include <stdio.h>

#define PLACES	    2	/* of an article's text that are shown */
#define MEMBERS	    5	/* articles of a story that are named */
#define REASONS	    4	/* lines that say why */
#define BAR_WIDTH   40	/* columns of the plot, where there is room */
#define BESIDE_BAR  27	/* columns: day, alerts, articles */
#define DAYS_SINGLY 45	/* more days than that are drawn by weeks, … */
#define WEEKS_AFTER 400 /* … more than that by months of 30 days */

/* ---- alerts --------------------------------------------------------------------------------- */

static void print_member(const struct article *article, const struct finding *f)
{
	g_autofree char *when = cli_time(f->at);
	g_autofree char *title = cli_text(article->title ? article->title : "", 90);
	g_autofree char *outlet = cli_text(article->outlet ? article->outlet : "", 30);
	printf("    %s %s  %s%s%s\n", f->kin == KIN_DUPLICATE ? "=" : "+", when, outlet,
	       *outlet ? ": " : "", title);
}

static void print_source(const struct article *article, const char *indent)
{
	g_autofree char *outlet = cli_text(article->outlet ? article->outlet : "", 40);
	g_autofree char *link = cli_text(article->link ? article->link : "", 0);
	if (*outlet || *link)
		printf("%s%s%s%s\n", indent, outlet, *outlet && *link ? "  " : "", link);
}

static void print_first(struct backtest *b, const struct article *article, const struct finding *f,
			bool colour)
{
	struct verdict *v = backtest_verdict(b, SIDE_NEW, f->filter, article);
	g_autofree char *when = cli_time(f->at);
	if (!v)
		return;
	printf("%s  %s%-8s%s", when, colour && v->priority >= PRIORITY_HIGH ? "\033[1;31m" : "",
	       cli_name(priority_name(v->priority)), colour ? "\033[0m" : "");
	if (b->chosen[SIDE_NEW].ids->len > 1)
		printf("  %s:", v->filter);
	fputs("  ", stdout);
	highlight_all(stdout, article->title ? article->title : "", v->hits, MATCH_TITLE, colour);
	printf(_("  (%.2f of %.2f)\n"), v->score, v->threshold);
	print_source(article, "    ");
	highlight_places(stdout, article->body ? article->body : "", v->hits, MATCH_BODY, PLACES,
			 "    ", colour);
	verdict_free(v);
}

static void print_alert(struct backtest *b, const struct backtest_alert *alert, bool colour)
{
	unsigned named = MIN(alert->count, MEMBERS + 1);
	for (unsigned i = 0; i < named; i++) {
		const struct finding *f = backtest_list_finding(b, alert, i);
		struct article *article = replay_article(b->replay, f->ref);
		if (article && i == 0)
			print_first(b, article, f, colour);
		else if (article)
			print_member(article, f);
		article_free(article);
	}
	if (alert->count > named)
		printf(ngettext("    and %u more article\n", "    and %u more articles\n",
				alert->count - named),
		       alert->count - named);
}

static void print_alerts(struct backtest *b, unsigned limit, bool colour)
{
	struct backtest_list *list = backtest_list_new(b);
	struct backtest_alert alert;
	unsigned shown = 0, all = b->counts.alerts[SIDE_NEW];

	while ((!limit || shown < limit) && backtest_list_next(list, &alert)) {
		print_alert(b, &alert, colour);
		shown++;
	}
	if (all > shown)
		printf(ngettext("… and %u more alert; --limit=0 lists all\n",
				"… and %u more alerts; --limit=0 lists all\n", all - shown),
		       all - shown);
	if (all)
		putchar('\n');
	backtest_list_free(list);
}

/* ---- difference ------------------------------------------------------------------------------ */

static void print_reasons(const char *label, const GPtrArray *reasons)
{
	for (unsigned i = 0; i < MIN(reasons->len, REASONS); i++) {
		g_autofree char *told = cli_verdict(reasons->pdata[i]);
		g_autofree char *reason = cli_text(told, 160);
		printf("    %s %s\n", i ? "      " : label, reason);
	}
}

/* Why one side found it and the other did not. */
static void print_change(struct backtest *b, const struct finding *f, bool colour)
{
	struct article *article = replay_article(b->replay, f->ref);
	enum backtest_side here = (enum backtest_side)f->side,
			   there = here == SIDE_NEW ? SIDE_OLD : SIDE_NEW;
	g_autofree char *when = cli_time(f->at);
	if (!article)
		return;
	struct verdict *found = backtest_verdict(b, here, f->filter, article);
	int other = backtest_list_counterpart(b, f);
	struct verdict *missed =
		other >= 0 ? backtest_verdict(b, there, (unsigned)other, article) : NULL;

	printf("%s%c%s %s  ",
	       !colour		  ? ""
	       : here == SIDE_NEW ? "\033[1;32m"
				  : "\033[1;31m",
	       here == SIDE_NEW ? '+' : '-', colour ? "\033[0m" : "", when);
	if (found)
		highlight_all(stdout, article->title ? article->title : "", found->hits,
			      MATCH_TITLE, colour);
	putchar('\n');
	print_source(article, "    ");
	if (found) {
		highlight_places(stdout, article->body ? article->body : "", found->hits,
				 MATCH_BODY, PLACES, "    ", colour);
		print_reasons(here == SIDE_NEW ? _("now:") : _("was:"), found->path);
	}
	if (missed)
		print_reasons(here == SIDE_NEW ? _("was:") : _("now:"), missed->missing);
	verdict_free(found);
	verdict_free(missed);
	article_free(article);
}

static void print_changes(struct backtest *b, enum backtest_side side, const char *title,
			  bool colour)
{
	const struct finding *f;
	unsigned at = 0;

	printf("%s\n", title);
	while ((f = backtest_list_change(b, side, &at)))
		print_change(b, f, colour);
	putchar('\n');
}

static void print_difference(struct backtest *b, bool colour)
{
	g_autofree char *gained = g_strdup_printf(
		ngettext("%u article is gained:", "%u articles are gained:", b->counts.gained),
		b->counts.gained);
	g_autofree char *lost = g_strdup_printf(
		ngettext("%u article is lost:", "%u articles are lost:", b->counts.lost),
		b->counts.lost);
	if (b->counts.gained)
		print_changes(b, SIDE_NEW, gained, colour);
	if (b->counts.lost)
		print_changes(b, SIDE_OLD, lost, colour);
	if (!b->counts.gained && !b->counts.lost)
		printf("%s\n\n", _("Both find exactly the same articles."));
}

/* ---- plots ------------------------------------------------------------------------------------
 */

static void print_bar(unsigned value, unsigned most, unsigned columns)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	unsigned width = most ? value * columns * 8 / most : 0;
	if (value && !width)
		width = 1;
	for (unsigned i = 0; i < width / 8; i++)
		fputs("█", stdout);
	fputs(eighths[width % 8], stdout);
}

static char *day_name(int32_t julian)
{
	char text[32];
	GDate date;
	g_date_clear(&date, 1);
	g_date_set_julian(&date, (guint32)julian);
	g_date_strftime(text, sizeof text, "%Y-%m-%d", &date);
	return g_strdup(text);
}

/* One row a day, or several days a row where there are many. */
static GArray *rows_of(const GArray *days, unsigned span)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct backtest_day));
	for (unsigned i = 0; i < days->len; i++) {
		struct backtest_day day = g_array_index(days, struct backtest_day, i);
		struct backtest_day *last =
			rows->len ? &g_array_index(rows, struct backtest_day, rows->len - 1) : NULL;
		int32_t first = g_array_index(days, struct backtest_day, 0).day;
		day.day = first + (day.day - first) / (int32_t)span * (int32_t)span;
		if (!last || last->day != day.day) {
			g_array_append_val(rows, day);
			continue;
		}
		last->articles += day.articles;
		for (int side = 0; side < SIDES; side++)
			last->alerts[side] += day.alerts[side];
	}
	return rows;
}

static void print_days(const struct backtest *b)
{
	const GArray *days = b->counts.days;
	unsigned count = days->len, most = 0;
	unsigned span = count <= DAYS_SINGLY ? 1 : count <= WEEKS_AFTER ? 7 : 30;
	unsigned columns = MIN(BAR_WIDTH, cli_room(BESIDE_BAR, BAR_WIDTH));
	g_autoptr(GArray) rows = rows_of(days, span);

	for (unsigned i = 0; i < rows->len; i++)
		most = MAX(most, g_array_index(rows, struct backtest_day, i).alerts[SIDE_NEW]);
	printf("%s\n", span == 1   ? _("Alerts a day (of so many articles):")
		       : span == 7 ? _("Alerts a week (of so many articles):")
				   : _("Alerts in 30 days (of so many articles):"));
	for (unsigned i = 0; i < rows->len; i++) {
		const struct backtest_day *day = &g_array_index(rows, struct backtest_day, i);
		g_autofree char *name = day_name(day->day);
		printf("  %s %4u ", name, day->alerts[SIDE_NEW]);
		print_bar(day->alerts[SIDE_NEW], most, columns);
		printf(" (%u)\n", day->articles);
	}
	putchar('\n');
}

static void print_hours(const struct backtest *b)
{
	static const char *const levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	unsigned most = 0;
	for (int hour = 0; hour < 24; hour++)
		most = MAX(most, b->counts.hours[hour]);
	printf("%s\n  ", _("Alerts by hour of the day:"));
	for (int hour = 0; hour < 24; hour++) {
		unsigned value = b->counts.hours[hour];
		fputs(!value ? "·" : levels[value * 7 / most], stdout);
		fputs(hour % 6 == 5 && hour < 23 ? " " : "", stdout);
	}
	fputs("\n  0      6      12     18\n\n", stdout);
}

/* ---- counts ------------------------------------------------------------------------------------
 */

static void print_side(const struct backtest *b, enum backtest_side side)
{
	const struct backtest_counts *c = &b->counts;
	printf(_("articles matched: %u; alerts: %u, further reports of their stories: %u, "
		 "duplicates: %u\n"),
	       c->found[side], c->alerts[side], c->joined[side], c->duplicates[side]);
}

static void print_forecast(const struct backtest *b, enum backtest_side side)
{
	struct forecast f;
	backtest_forecast(b, side, &f);
	if (f.days)
		printf(ngettext("forecast: %.1f alerts a day (%.1f to %.1f, from %u day); on 9 of "
				"10 days at most %u\n",
				"forecast: %.1f alerts a day (%.1f to %.1f, from %u days); on 9 of "
				"10 days at most %u\n",
				f.days),
		       f.mean, f.low, f.high, f.days, f.most);
}

static void print_by_filter(const struct backtest *b)
{
	const struct chosen *chosen = &b->chosen[SIDE_NEW];
	for (unsigned i = 0; chosen->ids->len > 1 && i < chosen->ids->len; i++) {
		unsigned alerts = g_array_index(b->counts.by_filter, unsigned, i);
		printf(ngettext("  %s: %u alert\n", "  %s: %u alerts\n", alerts),
		       (const char *)chosen->ids->pdata[i], alerts);
	}
}

static void print_losses(const struct replay_losses *losses)
{
	if (losses->unreadable)
		printf(ngettext("%u line was no article\n", "%u lines were no articles\n",
				losses->unreadable),
		       losses->unreadable);
	if (losses->textless)
		printf(ngettext("%u article was left out: its text is no longer kept\n",
				"%u articles were left out: their texts are no longer kept\n",
				losses->textless),
		       losses->textless);
	if (losses->undated)
		printf(ngettext("%u article has no date and counts for today\n",
				"%u articles have no date and count for today\n", losses->undated),
		       losses->undated);
}

void backtest_print(struct backtest *b, unsigned limit)
{
	const struct replay_losses losses = replay_losses(b->replay);
	bool colour = cli_colour(stdout);

	print_alerts(b, limit, colour);
	if (b->compares)
		print_difference(b, colour);
	if (b->counts.alerts[SIDE_NEW]) {
		print_days(b);
		print_hours(b);
	}
	printf(ngettext("%u article looked at\n", "%u articles looked at\n", b->counts.articles),
	       b->counts.articles);
	print_losses(&losses);
	print_side(b, SIDE_NEW);
	print_by_filter(b);
	print_forecast(b, SIDE_NEW);
	if (b->compares) {
		printf("%s\n  ", _("the filter it is compared with:"));
		print_side(b, SIDE_OLD);
		fputs("  ", stdout);
		print_forecast(b, SIDE_OLD);
		printf(_("articles gained: %u, lost: %u\n"), b->counts.gained, b->counts.lost);
	}
}
