/* A year of alerts in virtual time, over both changes of daylight saving: quiet hours, digests,
 * throttles, escalation. Nothing is lost, nothing is told twice, nothing at the wrong hour.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerting.h"
#include "daemon/alerts/message.h"
#include "daemon/store/alerts.h"
#include "daemon/store/ledger.h"
#include "daemon/store/outbox.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define YEAR_BEGINS 1767222000 /* 2026-01-01 00:00 in Rome */
#define STEP_S	    1200
#define YEAR_S	    (365 * 86400)
#define ESCALATE_S  1800

static const char conf[] =
	"state = \"state\"\nstory_window = 1h\n"
	"channel \"mail\" { type = log file = \"mail\" }\n"
	"channel \"paper\" { type = log file = \"paper\" }\n"
	"channel \"chat\" { type = log file = \"chat\" }\n"
	"channel \"phone\" { type = log file = \"phone\" }\n"
	"quiet \"night\" { from = \"22:00\" to = \"07:00\" zone = \"Europe/Rome\" break_through = "
	"critical }\n"
	"digest \"early\" { at = { \"07:30\" } zone = \"Europe/Rome\" }\n"
	"route \"desk\" { filters = { \"*\" } channels = { \"mail\" } priority = high quiet = "
	"\"night\"\n"
	"  escalate_to = \"boss\" escalate_after = 30min }\n"
	"route \"morning\" { filters = { \"*\" } channels = { \"paper\" } mode = digest digest = "
	"\"early\" }\n"
	"route \"chat\" { filters = { \"*\" } channels = { \"chat\" } throttle = \"3/6h\" }\n"
	"route \"boss\" { filters = { \"*\" } channels = { \"phone\" } }\n";

/* One alert as raised, and what became of it. */
struct raised {
	uint64_t id;
	int64_t at, acknowledged_at; /* 0: never */
	enum priority priority;
	unsigned mail, paper, chat, phone;
	int64_t mail_at, phone_at;
};

struct year {
	char *folder;
	struct config *config;
	struct filter_set *filters;
	struct store *store;
	struct alerting *alerting;
	struct store_batch *batch;
	GArray *raised;	     /* struct raised */
	GHashTable *by_id;   /* uint64_t → index + 1 */
	GHashTable *keys;    /* delivered keys */
	GHashTable *digests; /* local dates with a digest */
	GRand *random;
	GTimeZone *zone;
	unsigned repeats, night, wrong_time, digests_a_day;
};

static struct raised *find(struct year *y, uint64_t id)
{
	unsigned place = GPOINTER_TO_UINT(g_hash_table_lookup(y->by_id, &id));
	return place ? &g_array_index(y->raised, struct raised, place - 1) : NULL;
}

static int local_minute(const struct year *y, int64_t at, char **date)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at);
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, y->zone);
	if (date)
		*date = g_date_time_format(local, "%F");
	return g_date_time_get_hour(local) * 60 + g_date_time_get_minute(local);
}

static void commit(struct year *y)
{
	g_autoptr(GError) error = NULL;
	if (store_batch_empty(y->batch))
		return;
	assert_true(store_commit(y->store, y->batch, &error));
	store_batch_clear(y->batch);
}

/* ---- what arrives
 * --------------------------------------------------------------------------------------------- */

static void count_item(struct year *y, const char *channel, uint64_t alert, int64_t now)
{
	struct raised *r = find(y, alert);
	assert_non_null(r);
	if (strcmp(channel, "mail") == 0) {
		r->mail++;
		r->mail_at = now;
	} else if (strcmp(channel, "paper") == 0) {
		r->paper++;
	} else if (strcmp(channel, "chat") == 0) {
		r->chat++;
	} else {
		r->phone++;
		r->phone_at = now;
	}
}

static void check_hour(struct year *y, const struct delivery *d, int64_t now)
{
	g_autofree char *date = NULL;
	int minute = local_minute(y, now, &date);
	bool night = minute >= 22 * 60 || minute < 7 * 60;

	if (strcmp(d->channel, "mail") == 0 && night && d->priority < PRIORITY_CRITICAL)
		y->night++;
	if (strcmp(d->channel, "paper") != 0)
		return;
	if (minute < 7 * 60 + 30 || minute >= 7 * 60 + 30 + STEP_S / 60)
		y->wrong_time++;
	if (!g_hash_table_add(y->digests, g_steal_pointer(&date)))
		y->digests_a_day++;
}

static void arrive(struct year *y, const struct delivery *d, int64_t now)
{
	struct message *message = message_from_json(d->payload, NULL);
	assert_non_null(message);
	if (!g_hash_table_add(y->keys, g_strdup(d->key)))
		y->repeats++;
	check_hour(y, d, now);
	for (unsigned i = 0; i < message->items->len; i++)
		count_item(y, d->channel,
			   ((const struct message_item *)message->items->pdata[i])->alert, now);
	message_free(message);
}

static void deliver(struct year *y, int64_t now)
{
	static const struct outbox_claim claims[] = {
		{"mail", 50}, {"paper", 50}, {"chat", 50}, {"phone", 50}};
	g_autoptr(GPtrArray) leased = g_ptr_array_new_with_free_func((GDestroyNotify)delivery_free);
	g_autoptr(GArray) results = g_array_new(FALSE, TRUE, sizeof(struct outbox_result));
	assert_true(outbox_turn(y->store, NULL, 0, claims, G_N_ELEMENTS(claims), now, 60, leased,
				NULL));
	for (unsigned i = 0; i < leased->len; i++) {
		const struct delivery *d = leased->pdata[i];
		const struct outbox_result result = {
			.id = d->id, .state = DELIVERY_SENT, .due_at = now, .result = "sent"};
		arrive(y, d, now);
		g_array_append_val(results, result);
	}
	if (results->len)
		assert_true(outbox_turn(y->store,
					(const struct outbox_result *)(void *)results->data,
					results->len, NULL, 0, now, 60, leased, NULL));
}

/* ---- what happens
 * ---------------------------------------------------------------------------------------------- */

static void raise_alert(struct year *y, unsigned n, int64_t now)
{
	static const char *const filters[] = {"one", "two", "three"};
	g_autofree char *words = g_strdup_printf("wa%uxq wb%uyq wc%uzq wd%ukq we%ujq wf%uhq wg%ufq",
						 n, n, n, n, n, n, n);
	struct article *article = article_new();
	struct verdict verdict = {.filter = filters[g_rand_int_range(y->random, 0, 3)],
				  .matched = true,
				  .score = 1,
				  .threshold = 1};
	const struct decision *decision;
	g_autoptr(GPtrArray) verdicts = g_ptr_array_new();

	verdict.hits = g_array_new(FALSE, FALSE, sizeof(struct hit));
	verdict.missing = g_ptr_array_new();
	verdict.path = g_ptr_array_new();
	verdict.priority = (enum priority)g_rand_int_range(y->random, 0, 4);
	article->uid = 1000 + n;
	article->content = article->likeness = n + 1;
	article->feed = g_strdup("http://feed.example/");
	article->title = g_strdup(words);
	article->body = g_strdup(words);
	article->link = g_strdup_printf("http://feed.example/%u", n);
	article->outlet = g_strdup("Outlet");
	article->language = g_strdup("it");
	article->published_at = article->first_seen_at = now;
	g_ptr_array_add(verdicts, &verdict);
	alerting_take(y->alerting, article, verdicts, y->batch, now);
	decision = y->batch->decisions->pdata[y->batch->decisions->len - 1];
	const struct raised r = {.id = decision->alert,
				 .at = now,
				 .priority = verdict.priority,
				 .acknowledged_at = g_rand_boolean(y->random) ? now + STEP_S : 0};
	g_array_append_val(y->raised, r);
	g_hash_table_insert(y->by_id, g_memdup2(&r.id, sizeof r.id),
			    GUINT_TO_POINTER(y->raised->len));
	g_ptr_array_add(y->batch->articles, article);
	g_array_unref(verdict.hits);
	g_ptr_array_unref(verdict.missing);
	g_ptr_array_unref(verdict.path);
	commit(y);
}

static void acknowledge(struct year *y, unsigned *from, int64_t now)
{
	for (unsigned i = *from; i < y->raised->len; i++) {
		const struct raised *r = &g_array_index(y->raised, struct raised, i);
		if (r->acknowledged_at && r->acknowledged_at <= now)
			assert_true(store_alert_act(y->store, r->id, ALERT_ACKNOWLEDGED, 0, "test",
						    now, NULL));
		if (r->at + STEP_S <= now)
			*from = i + 1;
	}
}

static void live(struct year *y)
{
	unsigned n = 0, acknowledged = 0;
	int64_t next = YEAR_BEGINS + 3600;
	/* two days more, so that what is held in the last night comes out */
	for (int64_t now = YEAR_BEGINS; now < YEAR_BEGINS + YEAR_S + 2 * 86400; now += STEP_S) {
		while (next <= now && now < YEAR_BEGINS + YEAR_S) {
			raise_alert(y, n++, now);
			next += g_rand_int_range(y->random, 0, 8)
					? g_rand_int_range(y->random, 1, 13 * 3600)
					: 60;
		}
		acknowledge(y, &acknowledged, now);
		alerting_release(y->alerting, y->batch, now, NULL);
		commit(y);
		deliver(y, now);
	}
}

/* ---- the verdict
 * --------------------------------------------------------------------------------------------------
 */

static unsigned suppressed_in_chat(struct year *y, uint64_t alert)
{
	g_autoptr(GPtrArray) deliveries = store_deliveries_of_alert(y->store, alert, NULL);
	unsigned count = 0;
	for (unsigned i = 0; i < deliveries->len; i++) {
		const struct delivery *d = deliveries->pdata[i];
		count += strcmp(d->channel, "chat") == 0 && d->state == DELIVERY_SUPPRESSED &&
			 d->reason && g_str_has_prefix(d->reason, "throttle");
	}
	return count;
}

static bool is_right(struct year *y, const struct raised *r)
{
	bool important = r->priority >= PRIORITY_HIGH;
	bool answered = r->acknowledged_at != 0;
	unsigned phone = important && !answered ? 1 : 0;
	/* an alert may be acknowledged before a quiet night lets it be told */
	bool right = r->mail == (important ? 1 : 0) && r->paper == 1 &&
		     r->chat + suppressed_in_chat(y, r->id) == 1 && r->phone == phone &&
		     (!phone || r->phone_at >= r->mail_at + ESCALATE_S);
	if (!right)
		printf("alert at %" PRId64
		       " priority %s%s: mail %u, paper %u, chat %u (+%u), phone %u\n",
		       r->at, priority_name(r->priority), answered ? ", acknowledged" : "", r->mail,
		       r->paper, r->chat, suppressed_in_chat(y, r->id), r->phone);
	return right;
}

static void judge(struct year *y)
{
	unsigned wrong = 0, throttled = 0, phoned = 0;
	for (unsigned i = 0; i < y->raised->len; i++) {
		const struct raised *r = &g_array_index(y->raised, struct raised, i);
		wrong += !is_right(y, r);
		throttled += r->chat == 0;
		phoned += r->phone;
	}
	printf("%u alerts, %u digests, %u throttled, %u escalated; %u wrong, %u twice, %u at "
	       "night, %u digests at a wrong time\n",
	       y->raised->len, g_hash_table_size(y->digests), throttled, phoned, wrong, y->repeats,
	       y->night, y->wrong_time);
	assert_int_equal(wrong, 0);
	assert_int_equal(y->repeats, 0);
	assert_int_equal(y->night, 0);
	assert_int_equal(y->wrong_time, 0);
	assert_int_equal(y->digests_a_day, 0);
	assert_true(throttled > 0 && phoned > 0 && g_hash_table_size(y->digests) > 300);
}

static void a_year_loses_nothing_tells_nothing_twice_and_keeps_the_hours(void **state)
{
	struct year y = {0};
	g_autoptr(GError) error = NULL;
	(void)state;

	y.folder = g_dir_make_tmp("vedetta-year-XXXXXX", NULL);
	y.config = config_parse("year.conf", conf, y.folder, NULL, &error);
	if (error)
		print_message("%s\n", error->message);
	assert_non_null(y.config);
	y.filters = filter_set_parse("year.filter",
				     "filter \"one\" { when = \"a\" } filter \"two\" { when = "
				     "\"b\" } filter \"three\" { when = \"c\" }",
				     NULL, NULL);
	y.store = store_open(y.folder, STORE_ENGINE, NULL, NULL, NULL);
	y.alerting = alerting_new(y.config, y.filters, y.store, NULL);
	y.batch = store_batch_new();
	y.raised = g_array_new(FALSE, TRUE, sizeof(struct raised));
	y.by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	y.keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	y.digests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	y.random = g_rand_new_with_seed(20260101);
	y.zone = g_time_zone_new_identifier("Europe/Rome");
	live(&y);
	judge(&y);

	alerting_free(y.alerting);
	store_batch_free(y.batch);
	store_close(y.store);
	filter_set_free(y.filters);
	config_free(y.config);
	g_array_unref(y.raised);
	g_hash_table_unref(y.by_id);
	g_hash_table_unref(y.keys);
	g_hash_table_unref(y.digests);
	g_rand_free(y.random);
	g_time_zone_unref(y.zone);
	g_autofree char *clean = g_strdup_printf("rm -rf '%s'", y.folder);
	assert_int_equal(system(clean), 0);
	g_free(y.folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_year_loses_nothing_tells_nothing_twice_and_keeps_the_hours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
