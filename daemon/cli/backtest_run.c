/* backtest_run: match, group, count. See backtest.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/backtest.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#define PROGRESS_EACH 64    /* articles */
#define NINE_OF_TEN   1.645 /* standard deviations of a mean at 9 of 10 odds */

struct run {
	struct backtest *b;
	GHashTable *days; /* Julian day → struct backtest_day * */
	backtest_progress_fn *progress;
	void *user_data;
	struct stories *stories[SIDES];
	GHashTable *alerts[SIDES]; /* struct alert_key * → number of the alert, from 1 */
};

/* ---- match -------------------------------------------------------------------------------------
 */

static int32_t local_day(int64_t at, int *hour)
{
	time_t time = (time_t)at;
	struct tm tm;
	GDate date;
	if (!localtime_r(&time, &tm) ||
	    !g_date_valid_dmy((GDateDay)tm.tm_mday, (GDateMonth)(tm.tm_mon + 1),
			      (GDateYear)(tm.tm_year + 1900))) {
		*hour = 0;
		return 1;
	}
	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)tm.tm_mday, (GDateMonth)(tm.tm_mon + 1),
		       (GDateYear)(tm.tm_year + 1900));
	*hour = tm.tm_hour;
	return (int32_t)g_date_get_julian(&date);
}

static struct backtest_day *day_of(struct run *r, int64_t at, int *hour)
{
	int32_t julian = local_day(at, hour);
	struct backtest_day *day = g_hash_table_lookup(r->days, GINT_TO_POINTER(julian));
	if (!day) {
		day = g_new0(struct backtest_day, 1);
		day->day = julian;
		g_hash_table_insert(r->days, GINT_TO_POINTER(julian), day);
	}
	return day;
}

/* Appends what a side finds; the number of findings. */
static unsigned find(struct backtest *b, enum backtest_side side, const struct article *article,
		     const struct match_article *text, uint64_t ref)
{
	GPtrArray *verdicts = matcher_match(b->chosen[side].matcher, text, MATCH_MATCHED_ONLY);
	unsigned before = b->findings->len;
	for (unsigned i = 0; i < verdicts->len; i++) {
		int filter = chosen_index(&b->chosen[side],
					  ((struct verdict *)verdicts->pdata[i])->filter);
		const struct finding finding = {.at = article->first_seen_at,
						.ref = ref,
						.filter = (uint32_t)filter,
						.side = (uint8_t)side};
		if (filter >= 0)
			g_array_append_val(b->findings, finding);
	}
	g_ptr_array_unref(verdicts);
	return b->findings->len - before;
}

static bool on_article(const struct article *article, uint64_t ref, void *data)
{
	struct run *r = data;
	struct backtest *b = r->b;
	unsigned first = b->findings->len, found[SIDES] = {0, 0};
	struct match_article text;
	int hour;

	if (r->progress && b->counts.articles % PROGRESS_EACH == 0) {
		uint64_t done, total;
		replay_progress(b->replay, &done, &total);
		r->progress(done, total, r->user_data);
	}
	b->counts.articles++;
	day_of(r, article->first_seen_at, &hour)->articles++;
	article_to_match(article, article->first_seen_at, &text);
	for (int side = SIDE_NEW; side < (b->compares ? SIDES : SIDE_OLD); side++) {
		found[side] = find(b, (enum backtest_side)side, article, &text, ref);
		b->counts.found[side] += found[side] > 0;
	}
	for (unsigned i = first; i < b->findings->len; i++)
		g_array_index(b->findings, struct finding, i).kept =
			found[SIDE_NEW] && found[SIDE_OLD];
	b->counts.gained += found[SIDE_NEW] && !found[SIDE_OLD] && b->compares;
	b->counts.lost += found[SIDE_OLD] && !found[SIDE_NEW];
	return true;
}

/* ---- group -------------------------------------------------------------------------------------
 */

struct alert_key {
	uint64_t story;
	uint32_t filter;
};

static guint key_hash(gconstpointer data)
{
	const struct alert_key *key = data;
	return g_int64_hash(&key->story) ^ key->filter * 2654435761u;
}

static gboolean key_equal(gconstpointer left, gconstpointer right)
{
	const struct alert_key *a = left, *b = right;
	return a->story == b->story && a->filter == b->filter;
}

static int by_time(gconstpointer left, gconstpointer right)
{
	const struct finding *a = left, *b = right;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->ref != b->ref)
		return a->ref < b->ref ? -1 : 1;
	if (a->side != b->side)
		return a->side < b->side ? -1 : 1;
	return a->filter < b->filter ? -1 : a->filter > b->filter;
}

/* One alert for a filter and a story, however many articles: the rule of the service. */
static void raise_or_join(struct run *r, struct finding *f, const struct story_place *place)
{
	struct backtest_counts *counts = &r->b->counts;
	const struct alert_key key = {place->story, f->filter};
	gpointer known = g_hash_table_lookup(r->alerts[f->side], &key);
	int hour;

	f->kin = (uint8_t)place->kin;
	if (known) {
		f->alert = GPOINTER_TO_UINT(known) - 1;
		return;
	}
	f->alert = counts->alerts[f->side]++;
	g_hash_table_insert(r->alerts[f->side], g_memdup2(&key, sizeof key),
			    GUINT_TO_POINTER(f->alert + 1));
	day_of(r, f->at, &hour)->alerts[f->side]++;
	if (f->side == SIDE_NEW) {
		counts->hours[hour]++;
		g_array_index(counts->by_filter, unsigned, f->filter)++;
	}
}

/* The findings from `first` on that are of one article and one side; how many. */
static unsigned group(struct run *r, unsigned first, const struct article *article)
{
	const struct finding *found = &g_array_index(r->b->findings, struct finding, first);
	struct backtest_counts *counts = &r->b->counts;
	struct story_place place;
	unsigned i = first;

	stories_place(r->stories[found->side], article, &place);
	counts->duplicates[found->side] += place.kin == KIN_DUPLICATE;
	counts->joined[found->side] += place.kin == KIN_JOINED;
	for (; i < r->b->findings->len; i++) {
		struct finding *f = &g_array_index(r->b->findings, struct finding, i);
		if (f->ref != found->ref || f->side != found->side)
			break;
		raise_or_join(r, f, &place);
	}
	return i - first;
}

static void group_all(struct run *r)
{
	struct backtest *b = r->b;
	struct article *article = NULL;
	uint64_t ref = 0;

	for (unsigned i = 0; i < b->findings->len;) {
		if (r->progress)
			r->progress(i, b->findings->len, r->user_data);
		const struct finding *f = &g_array_index(b->findings, struct finding, i);
		if (!article || ref != f->ref) {
			article_free(article);
			article = replay_article(b->replay, ref = f->ref);
		}
		if (article)
			i += group(r, i, article);
		else
			g_array_remove_index(b->findings, i); /* deleted meanwhile */
	}
	article_free(article);
}

/* ---- all
 * ----------------------------------------------------------------------------------------- */

static int by_day(gconstpointer left, gconstpointer right)
{
	const struct backtest_day *a = left, *b = right;
	return a->day < b->day ? -1 : a->day > b->day;
}

static void collect_days(struct run *r)
{
	GHashTableIter iter;
	gpointer day;
	g_hash_table_iter_init(&iter, r->days);
	while (g_hash_table_iter_next(&iter, NULL, &day))
		g_array_append_vals(r->b->counts.days, day, 1);
	g_array_sort(r->b->counts.days, by_day);
}

bool backtest_run(struct backtest *b, backtest_progress_fn *progress, void *user_data,
		  GError **error)
{
	struct run r = {.b = b, .progress = progress, .user_data = user_data};

	b->findings = g_array_new(FALSE, FALSE, sizeof(struct finding));
	b->counts.days = g_array_new(FALSE, FALSE, sizeof(struct backtest_day));
	b->counts.by_filter = g_array_new(FALSE, TRUE, sizeof(unsigned));
	g_array_set_size(b->counts.by_filter, b->chosen[SIDE_NEW].ids->len);
	r.days = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	for (int side = 0; side < SIDES; side++) {
		r.stories[side] = stories_new(b->story_window_s);
		r.alerts[side] = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
	}
	bool fine = replay_each(b->replay, on_article, &r, error);
	if (fine) {
		g_array_sort(b->findings, by_time);
		group_all(&r);
		collect_days(&r);
	}
	for (int side = 0; side < SIDES; side++) {
		stories_free(r.stories[side]);
		g_hash_table_unref(r.alerts[side]);
	}
	g_hash_table_unref(r.days);
	return fine;
}

void backtest_clear(struct backtest *b)
{
	g_clear_pointer(&b->findings, g_array_unref);
	g_clear_pointer(&b->counts.days, g_array_unref);
	g_clear_pointer(&b->counts.by_filter, g_array_unref);
	for (int side = 0; side < SIDES; side++)
		if (b->chosen[side].ids)
			chosen_close(&b->chosen[side]);
	replay_free(b->replay);
}

static int by_number(gconstpointer left, gconstpointer right)
{
	unsigned a = *(const unsigned *)left, b = *(const unsigned *)right;
	return a < b ? -1 : a > b;
}

void backtest_forecast(const struct backtest *b, enum backtest_side side, struct forecast *forecast)
{
	unsigned days = b->counts.days->len;
	double sum = 0, squares = 0;

	*forecast = (struct forecast){.days = days};
	if (!days)
		return;
	g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(unsigned));
	for (unsigned i = 0; i < days; i++) {
		unsigned alerts =
			g_array_index(b->counts.days, struct backtest_day, i).alerts[side];
		sum += alerts;
		squares += (double)alerts * alerts;
		g_array_append_val(numbers, alerts);
	}
	g_array_sort(numbers, by_number);
	forecast->mean = sum / days;
	/* of the days themselves, or, if they are few or all alike, of a Poisson process */
	double variance = days > 1 ? (squares - sum * sum / days) / (days - 1) : 0;
	double deviation = sqrt(MAX(variance, MAX(forecast->mean, 1.0 / days)) / days);
	forecast->low = MAX(0, forecast->mean - NINE_OF_TEN * deviation);
	forecast->high = forecast->mean + NINE_OF_TEN * deviation;
	forecast->most = g_array_index(numbers, unsigned, (days * 9 + 9) / 10 - 1);
}

struct verdict *backtest_verdict(struct backtest *b, enum backtest_side side, unsigned filter,
				 const struct article *article)
{
	const struct chosen *chosen = &b->chosen[side];
	struct match_article text;
	struct verdict *found = NULL;

	article_to_match(article, article->first_seen_at, &text);
	GPtrArray *verdicts = matcher_match(chosen->matcher, &text, MATCH_ALL);
	for (unsigned i = 0; i < verdicts->len && !found; i++)
		if (chosen_index(chosen, ((struct verdict *)verdicts->pdata[i])->filter) ==
		    (int)filter)
			found = g_ptr_array_steal_index(verdicts, i);
	g_ptr_array_unref(verdicts);
	return found;
}
