/* Group and route, with a real store: who is told what, and what is kept from whom, and why.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerting.h"
#include "daemon/store/alerts.h"
#include "daemon/store/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define NOW 1767222000

struct desk {
	char *folder;
	struct config *config;
	struct filter_set *filters;
	struct store *store;
	struct alerting *alerting;
	struct store_batch *batch;
	uint64_t uid;
};

static struct desk *open_desk(const char *routes)
{
	struct desk *d = g_new0(struct desk, 1);
	g_autoptr(GError) error = NULL;
	g_autofree char *conf = g_strconcat("state = \"state\"\nchannel \"log\" { type = log }\nchannel \"other\" { type = log file = \"o\" }\n",
					    routes, NULL);
	d->folder = g_dir_make_tmp("vedetta-desk-XXXXXX", NULL);
	d->config = config_parse("test.conf", conf, d->folder, NULL, &error);
	if (error)
		print_message("%s\n", error->message);
	assert_non_null(d->config);
	d->filters = filter_set_parse("test.filter", "filter \"one\" { title = \"One\" when = \"a\" } filter \"two\" { when = \"b\" }",
				      NULL, NULL);
	d->store = store_open(d->folder, STORE_ENGINE, NULL, NULL, NULL);
	d->alerting = alerting_new(d->config, d->filters, d->store, NULL);
	d->batch = store_batch_new();
	return d;
}

static void close_desk(struct desk *d)
{
	g_autofree char *clean = g_strdup_printf("rm -rf '%s'", d->folder);
	alerting_free(d->alerting);
	store_batch_free(d->batch);
	store_close(d->store);
	filter_set_free(d->filters);
	config_free(d->config);
	assert_int_equal(system(clean), 0);
	g_free(d->folder);
	g_free(d);
}

#define FERRY                                                                                                          \
	"Il traghetto Aurora è rimasto incagliato per sei ore davanti al porto di Olbia con 312 passeggeri a bordo; "  \
	"la guardia costiera li ha portati a terra con tre motovedette."

static struct article *report(struct desk *d, const char *outlet, const char *title, const char *body)
{
	struct article *article = article_new();
	article->uid = ++d->uid;
	article->content = article->likeness = d->uid;
	article->feed = g_strdup_printf("http://%s.example/", outlet);
	article->outlet = g_strdup(outlet);
	article->owner = g_strdup(outlet);
	article->language = g_strdup("it");
	article->title = g_strdup(title);
	article->body = g_strdup(body);
	article->published_at = article->first_seen_at = NOW;
	return article;
}

/* Takes the article. The outcome, in words, as the ledger has it. Caller frees. */
static char *take(struct desk *d, struct article *article, const char *filter, enum priority priority, int64_t now)
{
	struct verdict verdict = {.filter = filter, .matched = true, .score = 1, .threshold = 1, .priority = priority};
	g_autoptr(GPtrArray) verdicts = g_ptr_array_new();
	verdict.hits = g_array_new(FALSE, FALSE, sizeof(struct hit));
	verdict.missing = g_ptr_array_new();
	verdict.path = g_ptr_array_new();
	g_ptr_array_add(verdicts, &verdict);
	alerting_take(d->alerting, article, verdicts, d->batch, now);
	const struct decision *decision = d->batch->decisions->pdata[d->batch->decisions->len - 1];
	char *outcome = g_strdup(decision->outcome);
	g_ptr_array_add(d->batch->articles, article);
	assert_true(store_commit(d->store, d->batch, NULL));
	store_batch_clear(d->batch);
	g_array_unref(verdict.hits);
	g_ptr_array_unref(verdict.missing);
	g_ptr_array_unref(verdict.path);
	return outcome;
}

static void release(struct desk *d, int64_t now)
{
	alerting_release(d->alerting, d->batch, now, NULL);
	assert_true(store_commit(d->store, d->batch, NULL));
	store_batch_clear(d->batch);
	assert_true(alerting_released(d->alerting, now, NULL));
}

static unsigned count(struct desk *d, const char *channel, enum delivery_state state)
{
	const struct outbox_query query = {.channel = channel, .state = (int)state, .kind = -1};
	g_autoptr(GPtrArray) list = outbox_list(d->store, &query, NULL);
	return list->len;
}

static char *reason_of(struct desk *d, enum delivery_state state)
{
	const struct outbox_query query = {.state = (int)state, .kind = -1};
	g_autoptr(GPtrArray) list = outbox_list(d->store, &query, NULL);
	return list->len ? g_strdup(((const struct delivery *)list->pdata[0])->reason) : NULL;
}

static uint64_t only_alert(struct desk *d)
{
	const struct alert_query query = {.state = -1};
	g_autoptr(GPtrArray) alerts = store_alerts(d->store, &query, NULL, NULL);
	assert_int_equal(alerts->len, 1);
	return ((const struct alert *)alerts->pdata[0])->id;
}

static void send_all(struct desk *d, int64_t now)
{
	static const struct outbox_claim claims[] = {{"log", 100}, {"other", 100}};
	g_autoptr(GPtrArray) leased = g_ptr_array_new_with_free_func((GDestroyNotify)delivery_free);
	assert_true(outbox_turn(d->store, NULL, 0, claims, 2, now, 60, leased, NULL));
	for (unsigned i = 0; i < leased->len; i++) {
		const struct outbox_result sent = {.id = ((const struct delivery *)leased->pdata[i])->id, .state = DELIVERY_SENT, .due_at = now, .result = "sent"};
		assert_true(outbox_turn(d->store, &sent, 1, NULL, 0, now, 60, leased, NULL));
	}
}

static struct desk *desk_with(const char *settings)
{
	g_autofree char *route = g_strdup_printf("route \"r\" { filters = { \"*\" } channels = { \"log\" } %s }\n", settings);
	return open_desk(route);
}

static void a_quorum_waits_for_independent_owners(void **state)
{
	struct desk *d = desk_with("quorum = 3");
	(void)state;
	g_autofree char *first = take(d, report(d, "uno", "Traghetto Aurora incagliato a Olbia", FERRY), "one", PRIORITY_NORMAL, NOW);
	assert_string_equal(first, "below the quorum of its routes");
	g_free(take(d, report(d, "due", "Olbia, paura", "(Agenzia) " FERRY), "one", PRIORITY_NORMAL, NOW + 1));
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 0);
	g_free(take(d, report(d, "tre", "Olbia, il traghetto Aurora s'incaglia: salvi i passeggeri",
						 "Sei ore davanti al porto di Olbia, poi la guardia costiera ha portato a terra i 312 passeggeri."), "one", PRIORITY_NORMAL, NOW + 2));
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 0);
	g_free(take(d, report(d, "quattro", "Aurora incagliata a Olbia, passeggeri salvi con le motovedette",
						"La guardia costiera è intervenuta con motovedette per i passeggeri del traghetto incagliato al porto."), "one", PRIORITY_NORMAL, NOW + 3));
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	close_desk(d);
}

static void what_one_state_controls_is_one_voice(void **state)
{
	struct desk *d = desk_with("quorum = 2");
	static const char *const titles[] = {"Traghetto Aurora incagliato a Olbia", "Olbia, il traghetto Aurora s'incaglia: salvi i passeggeri"};
	static const char *const bodies[] = {FERRY, "Sei ore davanti al porto di Olbia, poi la guardia costiera ha portato a terra i 312 passeggeri."};
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct article *article = report(d, i ? "tass" : "ria", titles[i], bodies[i]);
		article->state_media = true;
		article->country = g_strdup("RU");
		g_free(take(d, article, "one", PRIORITY_NORMAL, NOW + i));
	}
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 0);
	close_desk(d);
}

static void a_story_muted_for_one_filter_is_muted_for_all(void **state)
{
	struct desk *d = desk_with("updates = yes");
	(void)state;
	g_free(take(d, report(d, "uno", "Traghetto Aurora incagliato a Olbia", FERRY), "one", PRIORITY_NORMAL, NOW));
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	assert_true(store_alert_act(d->store, only_alert(d), ALERT_MUTED, 0, "test", NOW + 1, NULL));
	g_autofree char *outcome = take(d, report(d, "due", "Olbia, il traghetto Aurora s'incaglia: salvi i passeggeri",
						  "Sei ore davanti al porto di Olbia, poi la guardia costiera ha portato a terra i 312 passeggeri."), "two", PRIORITY_HIGH, NOW + 2);
	assert_string_equal(outcome, "suppressed");
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	g_autofree char *why = reason_of(d, DELIVERY_SUPPRESSED);
	assert_string_equal(why, "the story is muted");
	close_desk(d);
}

static void a_silence_suppresses_and_says_whose_it_is(void **state)
{
	struct desk *d = desk_with("");
	struct silence silence = {.filter = g_strdup("one"), .starts_at = NOW - 1, .ends_at = NOW + 100, .author = g_strdup("Anna")};
	(void)state;
	assert_true(store_silence_add(d->store, &silence, NULL));
	g_free(take(d, report(d, "uno", "Traghetto Aurora incagliato", FERRY), "one", PRIORITY_NORMAL, NOW));
	g_autofree char *why = reason_of(d, DELIVERY_SUPPRESSED);
	assert_string_equal(why, "silenced by Anna");
	g_free(take(d, report(d, "uno", "Altra cosa del tutto", "Un testo che non c'entra con niente di quanto sta sopra, davvero."), "one", PRIORITY_NORMAL, NOW + 101));
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	g_free(silence.filter);
	g_free(silence.author);
	close_desk(d);
}

static void a_throttle_records_what_it_keeps_back(void **state)
{
	struct desk *d = desk_with("throttle = \"2/1h\"");
	(void)state;
	for (int i = 0; i < 4; i++) {
		g_autofree char *text = g_strdup_printf("parola%da altra%db terza%dc quarta%dd quinta%de sesta%df", i, i, i, i, i, i);
		g_free(take(d, report(d, "uno", text, text), "one", PRIORITY_NORMAL, NOW + i));
	}
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 2);
	assert_int_equal(count(d, "log", DELIVERY_SUPPRESSED), 2);
	g_autofree char *why = reason_of(d, DELIVERY_SUPPRESSED);
	assert_true(g_str_has_prefix(why, "throttle"));
	close_desk(d);
}

static void a_burst_becomes_one_summary(void **state)
{
	struct desk *d = desk_with("burst = \"3/10min\"");
	(void)state;
	for (int i = 0; i < 500; i++) {
		g_autofree char *text = g_strdup_printf("parola%da altra%db terza%dc quarta%dd quinta%de sesta%df", i, i, i, i, i, i);
		g_free(take(d, report(d, "uno", text, text), "one", PRIORITY_NORMAL, NOW));
	}
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 3);
	assert_int_equal(count(d, "log", DELIVERY_HELD), 497);
	release(d, NOW + 601);
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 4);
	assert_int_equal(count(d, "log", DELIVERY_HELD), 0);
	close_desk(d);
}

/* An article like no other. */
static void take_other(struct desk *d, unsigned n, enum priority priority, int64_t now)
{
	g_autofree char *text = g_strdup_printf("parola%ua altra%ub terza%uc quarta%ud quinta%ue sesta%uf", n, n, n, n, n, n);
	g_free(take(d, report(d, "uno", text, text), "one", priority, now));
}

static void a_burst_that_comes_in_slowly_is_one_summary(void **state)
{
	struct desk *d = desk_with("burst = \"3/10min\"");
	(void)state;
	for (unsigned i = 0; i < 60; i++)
		take_other(d, i, PRIORITY_NORMAL, NOW + 10 * i);
	for (int64_t now = NOW; now <= NOW + 700; now += 60)
		release(d, now);
	assert_int_equal(count(d, "log", DELIVERY_HELD), 0);
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 4);
	close_desk(d);
}

static void a_night_of_thousands_is_one_message(void **state)
{
	struct desk *d = open_desk("quiet \"q\" { from = \"22:00\" to = \"07:00\" zone = \"UTC\" }\n"
				   "route \"r\" { filters = { \"*\" } channels = { \"log\", \"other\" } quiet = \"q\" }\n");
	(void)state;
	assert_int_equal(NOW % 86400, 82800); /* 23:00 */
	for (unsigned i = 0; i < 1200; i++)
		take_other(d, i, PRIORITY_NORMAL, NOW + i);
	for (int64_t now = NOW + 8 * 3600 - 10; now < NOW + 9 * 3600; now += 5)
		release(d, now);
	assert_int_equal(count(d, "log", DELIVERY_HELD) + count(d, "other", DELIVERY_HELD), 0);
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	assert_int_equal(count(d, "other", DELIVERY_PENDING), 1);
	close_desk(d);
}

/* The keys of what waits for a channel, in the order of the outbox. */
static char *pending_keys(struct desk *d, const char *channel)
{
	const struct outbox_query query = {.channel = channel, .state = DELIVERY_PENDING, .kind = -1};
	g_autoptr(GPtrArray) list = outbox_list(d->store, &query, NULL);
	GString *keys = g_string_new(NULL);
	for (unsigned i = 0; i < list->len; i++)
		g_string_append_printf(keys, "%s ", ((const struct delivery *)list->pdata[i])->key);
	return g_string_free(keys, FALSE);
}

#define TWO_DIGESTS                                                                                                    \
	"digest \"d\" { at = { \"07:30\" } zone = \"UTC\" }\n"                                                          \
	"digest \"e\" { at = { \"07:30\" } zone = \"UTC\" }\n"                                                          \
	"route \"d\" { filters = { \"one\" } channels = { \"log\" } mode = digest digest = \"d\" }\n"                   \
	"route \"e\" { filters = { \"two\" } channels = { \"log\" } mode = digest digest = \"e\" }\n"

static void a_digest_that_was_due_while_nothing_ran_comes_once(void **state)
{
	struct desk *d = open_desk(TWO_DIGESTS);
	(void)state;
	take_other(d, 1, PRIORITY_NORMAL, NOW);
	take_other(d, 2, PRIORITY_NORMAL, NOW + 1);
	alerting_free(d->alerting);
	d->alerting = alerting_new(d->config, d->filters, d->store, NULL);
	for (int64_t now = NOW + 3 * 86400; now < NOW + 4 * 86400; now += 1800)
		release(d, now);
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	assert_int_equal(count(d, "log", DELIVERY_HELD), 0);
	close_desk(d);
}

static void a_digest_that_a_crash_took_is_made_again_under_the_same_key(void **state)
{
	struct desk *d = open_desk(TWO_DIGESTS);
	(void)state;
	take_other(d, 1, PRIORITY_NORMAL, NOW);
	take_other(d, 2, PRIORITY_NORMAL, NOW + 1);
	alerting_release(d->alerting, d->batch, NOW + 86400, NULL);
	assert_int_equal(d->batch->deliveries->len, 1);
	g_autofree char *lost = g_strconcat(((const struct delivery *)d->batch->deliveries->pdata[0])->key, " ", NULL);
	store_batch_clear(d->batch); /* killed before the commit */
	alerting_free(d->alerting);
	d->alerting = alerting_new(d->config, d->filters, d->store, NULL);
	release(d, NOW + 86500);
	g_autofree char *keys = pending_keys(d, "log");
	assert_string_equal(keys, lost);
	close_desk(d);
}

static void two_digests_that_are_due_at_once_are_two_messages(void **state)
{
	struct desk *d = open_desk(TWO_DIGESTS);
	(void)state;
	take_other(d, 1, PRIORITY_NORMAL, NOW);
	g_free(take(d, report(d, "due", "Altra cosa del tutto", "Un testo che non somiglia a nessuno di quelli."), "two", PRIORITY_NORMAL, NOW));
	release(d, NOW + 86400);
	release(d, NOW + 86400);
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 2);
	g_autofree char *keys = pending_keys(d, "log");
	g_auto(GStrv) each = g_strsplit(keys, " ", 2);
	assert_null(strstr(each[1], each[0]));
	close_desk(d);
}

static void a_throttle_outlives_a_restart(void **state)
{
	struct desk *d = desk_with("throttle = \"2/1h\"");
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	(void)state;
	take_other(d, 1, PRIORITY_NORMAL, now);
	take_other(d, 2, PRIORITY_NORMAL, now);
	alerting_free(d->alerting);
	d->alerting = alerting_new(d->config, d->filters, d->store, NULL);
	take_other(d, 3, PRIORITY_NORMAL, now + 1);
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 2);
	take_other(d, 4, PRIORITY_NORMAL, now + 3601);
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 3);
	close_desk(d);
}

static void a_channel_that_is_throttled_gets_the_rest_as_one_summary(void **state)
{
	struct desk *d = open_desk("channel \"few\" { type = log file = \"few\" throttle = \"2/1h\" }\n"
				   "route \"r\" { filters = { \"*\" } channels = { \"few\", \"log\" } }\n");
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	(void)state;
	for (unsigned i = 0; i < 5; i++)
		take_other(d, i, PRIORITY_NORMAL, now + i);
	take_other(d, 5, PRIORITY_CRITICAL, now + 5);
	assert_int_equal(count(d, "few", DELIVERY_PENDING), 3);
	assert_int_equal(count(d, "few", DELIVERY_HELD), 3);
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 6);
	alerting_free(d->alerting);
	d->alerting = alerting_new(d->config, d->filters, d->store, NULL);
	take_other(d, 6, PRIORITY_NORMAL, now + 100);
	assert_int_equal(count(d, "few", DELIVERY_HELD), 4);
	g_autofree char *why = reason_of(d, DELIVERY_HELD);
	assert_string_equal(why, "throttle of few");
	release(d, now + 3599);
	assert_int_equal(count(d, "few", DELIVERY_HELD), 4);
	release(d, now + 3600);
	assert_int_equal(count(d, "few", DELIVERY_HELD), 0);
	assert_int_equal(count(d, "few", DELIVERY_PENDING), 4);
	close_desk(d);
}

static void a_snooze_ends_with_a_reminder(void **state)
{
	struct desk *d = desk_with("");
	(void)state;
	g_free(take(d, report(d, "uno", "Traghetto Aurora incagliato", FERRY), "one", PRIORITY_NORMAL, NOW));
	send_all(d, NOW);
	assert_true(store_alert_act(d->store, only_alert(d), ALERT_SNOOZED, NOW + 3600, "test", NOW, NULL));
	release(d, NOW + 3599);
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 0);
	release(d, NOW + 3600);
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	release(d, NOW + 3660);
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	close_desk(d);
}

static void routes_that_meet_at_one_reader_tell_once_and_by_the_faster(void **state)
{
	struct desk *d = open_desk("digest \"d\" { at = { \"07:30\" } zone = \"Europe/Rome\" }\n"
				   "route \"slow\" { filters = { \"*\" } channels = { \"log\", \"other\" } mode = digest digest = \"d\" }\n"
				   "route \"fast\" { filters = { \"*\" } channels = { \"log\" } priority = high }\n");
	(void)state;
	g_free(take(d, report(d, "uno", "Traghetto Aurora incagliato", FERRY), "one", PRIORITY_HIGH, NOW));
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	assert_int_equal(count(d, "log", DELIVERY_HELD), 0);
	assert_int_equal(count(d, "other", DELIVERY_HELD), 1);
	close_desk(d);
}

static void an_edit_tells_nothing_again_even_after_the_window(void **state)
{
	struct desk *d = desk_with("updates = yes");
	(void)state;
	struct article *first = report(d, "uno", "Traghetto Aurora incagliato", FERRY);
	struct article *edited = article_copy(first);
	g_free(take(d, first, "one", PRIORITY_NORMAL, NOW));
	edited->content++;
	struct article *much_later = article_copy(edited);
	much_later->content++;
	much_later->first_seen_at = NOW + 30 * 86400;
	g_autofree char *outcome = take(d, edited, "one", PRIORITY_NORMAL, NOW + 10);
	g_autofree char *later = take(d, much_later, "one", PRIORITY_NORMAL, NOW + 30 * 86400);
	assert_string_equal(outcome, "edited; told before");
	assert_string_equal(later, "edited; told before");
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	close_desk(d);
}

static void a_higher_priority_is_told_to_whom_it_reaches_now(void **state)
{
	struct desk *d = desk_with("priority = high updates = yes");
	(void)state;
	g_free(take(d, report(d, "uno", "Traghetto Aurora incagliato a Olbia", FERRY), "one", PRIORITY_NORMAL, NOW));
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 0);
	g_free(take(d, report(d, "due", "Olbia, il traghetto Aurora s'incaglia: salvi i passeggeri",
			      "Sei ore davanti al porto di Olbia, poi la guardia costiera ha portato a terra i 312 passeggeri."), "one", PRIORITY_HIGH, NOW + 1));
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	close_desk(d);
}

static void stories_are_known_after_a_restart(void **state)
{
	struct desk *d = desk_with("");
	(void)state;
	g_free(take(d, report(d, "uno", "Traghetto Aurora incagliato a Olbia", FERRY), "one", PRIORITY_NORMAL, g_get_real_time() / G_USEC_PER_SEC));
	alerting_free(d->alerting);
	d->alerting = alerting_new(d->config, d->filters, d->store, NULL);
	struct article *copy = report(d, "due", "Olbia, paura", FERRY);
	g_autofree char *outcome = take(d, copy, "one", PRIORITY_NORMAL, g_get_real_time() / G_USEC_PER_SEC);
	assert_string_equal(outcome, "duplicate of an article in the story");
	assert_int_equal(count(d, "log", DELIVERY_PENDING), 1);
	close_desk(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quorum_waits_for_independent_owners),
		cmocka_unit_test(what_one_state_controls_is_one_voice),
		cmocka_unit_test(a_story_muted_for_one_filter_is_muted_for_all),
		cmocka_unit_test(a_silence_suppresses_and_says_whose_it_is),
		cmocka_unit_test(a_throttle_records_what_it_keeps_back),
		cmocka_unit_test(a_burst_becomes_one_summary),
		cmocka_unit_test(a_burst_that_comes_in_slowly_is_one_summary),
		cmocka_unit_test(a_night_of_thousands_is_one_message),
		cmocka_unit_test(a_digest_that_was_due_while_nothing_ran_comes_once),
		cmocka_unit_test(a_digest_that_a_crash_took_is_made_again_under_the_same_key),
		cmocka_unit_test(two_digests_that_are_due_at_once_are_two_messages),
		cmocka_unit_test(a_throttle_outlives_a_restart),
		cmocka_unit_test(a_channel_that_is_throttled_gets_the_rest_as_one_summary),
		cmocka_unit_test(a_snooze_ends_with_a_reminder),
		cmocka_unit_test(routes_that_meet_at_one_reader_tell_once_and_by_the_faster),
		cmocka_unit_test(an_edit_tells_nothing_again_even_after_the_window),
		cmocka_unit_test(a_higher_priority_is_told_to_whom_it_reaches_now),
		cmocka_unit_test(stories_are_known_after_a_restart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
