/* The outbox: leased once, marked once, in order.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/unit/store_fixture.h"

#include "daemon/store/connection.h"

#include <unistd.h>

static GPtrArray *turn(struct fixture *fixture, const struct outbox_result *result,
		       const char *channel, unsigned count, int64_t now)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *leased = g_ptr_array_new_with_free_func((GDestroyNotify)delivery_free);
	struct outbox_claim claim = {channel, count};
	if (!outbox_turn(fixture->store, result, result ? 1 : 0, &claim, channel ? 1 : 0, now, 60,
			 leased, &error))
		fail_msg("%s", error->message);
	return leased;
}

static const char *key_of(GPtrArray *deliveries, unsigned i)
{
	return i < deliveries->len ? ((struct delivery *)deliveries->pdata[i])->key : "";
}

static void a_key_is_stored_once(void **state)
{
	struct fixture *fixture = *state;
	struct store_stats stats;
	commit_delivery(fixture, sample_delivery("k", "log", 10));
	commit_delivery(fixture, sample_delivery("k", "log", 20));
	assert_true(store_stats(fixture->store, &stats, NULL));
	assert_int_equal(stats.outbox[DELIVERY_PENDING], 1);
	struct delivery *delivery = outbox_by_key(fixture->store, "k", NULL);
	assert_int_equal(delivery->created_at, 10);
	delivery_free(delivery);
}

static void priority_goes_first_then_age(void **state)
{
	struct fixture *fixture = *state;
	struct delivery *urgent = sample_delivery("urgent", "log", 30);
	urgent->priority = PRIORITY_CRITICAL;
	commit_delivery(fixture, sample_delivery("new", "log", 20));
	commit_delivery(fixture, sample_delivery("old", "log", 10));
	commit_delivery(fixture, urgent);
	g_autoptr(GPtrArray) leased = turn(fixture, NULL, "log", 9, 100);
	assert_string_equal(key_of(leased, 0), "urgent");
	assert_string_equal(key_of(leased, 1), "old");
	assert_string_equal(key_of(leased, 2), "new");
}

static void what_is_leased_is_not_leased_again(void **state)
{
	struct fixture *fixture = *state;
	commit_delivery(fixture, sample_delivery("k", "log", 10));
	g_autoptr(GPtrArray) first = turn(fixture, NULL, "log", 9, 100);
	g_autoptr(GPtrArray) second = turn(fixture, NULL, "log", 9, 1000000);
	assert_int_equal(first->len, 1);
	assert_int_equal(second->len, 0);
	const struct delivery *delivery = first->pdata[0];
	assert_int_equal(delivery->attempts, 1);
	assert_int_equal(delivery->first_tried_at, 100);
}

static void a_lease_of_a_dead_engine_is_released(void **state)
{
	struct fixture *fixture = *state;
	unsigned count;
	commit_delivery(fixture, sample_delivery("k", "log", 10));
	g_ptr_array_unref(turn(fixture, NULL, "log", 9, 100));
	fixture_reopen(fixture);
	assert_true(outbox_release(fixture->store, 200, &count, NULL));
	assert_int_equal(count, 1);
	g_autoptr(GPtrArray) again = turn(fixture, NULL, "log", 9, 200);
	assert_string_equal(key_of(again, 0), "k");
	assert_int_equal(((struct delivery *)again->pdata[0])->attempts, 2);
	assert_int_equal(((struct delivery *)again->pdata[0])->first_tried_at, 100);
}

static void a_retry_waits_until_it_is_due(void **state)
{
	struct fixture *fixture = *state;
	int64_t due;
	commit_delivery(fixture, sample_delivery("k", "log", 10));
	g_autoptr(GPtrArray) leased = turn(fixture, NULL, "log", 9, 100);
	struct outbox_result result = {.id = ((struct delivery *)leased->pdata[0])->id,
				       .state = DELIVERY_PENDING,
				       .due_at = 400,
				       .refused = true,
				       .result = "refused",
				       .reason = "550 no"};
	g_autoptr(GPtrArray) now = turn(fixture, &result, "log", 9, 100);
	assert_int_equal(now->len, 0);
	assert_true(outbox_next_due(fixture->store, "log", &due, NULL));
	assert_int_equal(due, 400);
	g_autoptr(GPtrArray) early = turn(fixture, NULL, "log", 9, 399);
	assert_int_equal(early->len, 0);
	g_autoptr(GPtrArray) later = turn(fixture, NULL, "log", 9, 400);
	assert_int_equal(later->len, 1);
	assert_int_equal(((struct delivery *)later->pdata[0])->refusals, 1);
	g_autoptr(GPtrArray) attempts = store_attempts(fixture->store, result.id, NULL);
	assert_int_equal(attempts->len, 1);
	assert_string_equal(((struct attempt *)attempts->pdata[0])->detail, "550 no");
}

static void a_held_delivery_waits_for_its_release(void **state)
{
	struct fixture *fixture = *state;
	struct delivery *held = sample_delivery("k", "mail", 10);
	held->state = DELIVERY_HELD;
	held->due_at = 50;
	commit_delivery(fixture, held);
	g_autoptr(GPtrArray) none = turn(fixture, NULL, "mail", 9, 100);
	assert_int_equal(none->len, 0);
	struct outbox_query query = {.state = DELIVERY_HELD, .kind = -1, .due_before = 100};
	g_autoptr(GPtrArray) due = outbox_list(fixture->store, &query, NULL);
	assert_int_equal(due->len, 1);
	struct store_batch *batch = store_batch_new();
	batch->now = 100;
	store_batch_change(batch, ((struct delivery *)due->pdata[0])->id, DELIVERY_PENDING, 100,
			   "quiet hours ended");
	commit(fixture, batch);
	g_autoptr(GPtrArray) released = turn(fixture, NULL, "mail", 9, 100);
	assert_int_equal(released->len, 1);
}

static void what_has_ended_cannot_be_changed(void **state)
{
	struct fixture *fixture = *state;
	commit_delivery(fixture, sample_delivery("k", "log", 10));
	g_autoptr(GPtrArray) leased = turn(fixture, NULL, "log", 9, 100);
	int64_t id = ((struct delivery *)leased->pdata[0])->id;
	struct outbox_result sent = {
		.id = id, .state = DELIVERY_SENT, .due_at = 100, .result = "sent"};
	g_ptr_array_unref(turn(fixture, &sent, NULL, 0, 101));
	struct store_batch *batch = store_batch_new();
	store_batch_change(batch, id, DELIVERY_PENDING, 0, NULL);
	commit(fixture, batch);
	struct delivery *delivery = outbox_by_key(fixture->store, "k", NULL);
	assert_int_equal(delivery->state, DELIVERY_SENT);
	assert_int_equal(delivery->sent_at, 101);
	delivery_free(delivery);
	g_autoptr(GError) error = NULL;
	assert_false(outbox_retry(fixture->store, id, 200, &error));
}

static void an_undeliverable_one_is_retried_by_hand(void **state)
{
	struct fixture *fixture = *state;
	commit_delivery(fixture, sample_delivery("k", "log", 10));
	g_autoptr(GPtrArray) leased = turn(fixture, NULL, "log", 9, 100);
	int64_t id = ((struct delivery *)leased->pdata[0])->id;
	struct outbox_result end = {.id = id, .state = DELIVERY_UNDELIVERABLE, .result = "refused"};
	g_ptr_array_unref(turn(fixture, &end, NULL, 0, 101));
	assert_true(outbox_retry(fixture->store, id, 200, NULL));
	g_autoptr(GPtrArray) again = turn(fixture, NULL, "log", 9, 200);
	assert_int_equal(again->len, 1);
}

static void counts_follow_every_change_of_state(void **state)
{
	struct fixture *fixture = *state;
	for (int i = 0; i < 10; i++) {
		g_autofree char *key = g_strdup_printf("k%d", i);
		commit_delivery(fixture, sample_delivery(key, i < 5 ? "log" : "mail", 10 + i));
	}
	g_autoptr(GPtrArray) leased = turn(fixture, NULL, "log", 3, 100);
	struct outbox_result sent = {.id = ((struct delivery *)leased->pdata[0])->id,
				     .state = DELIVERY_SENT,
				     .result = "sent"};
	g_ptr_array_unref(turn(fixture, &sent, NULL, 0, 101));
	g_autoptr(GPtrArray) counts = outbox_counts(fixture->store, NULL);
	assert_int_equal(counts->len, 4);
	const int64_t expected[] = {2, 2, 1, 5};
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(((struct outbox_count *)counts->pdata[i])->count, expected[i]);
	assert_int_equal(((struct outbox_count *)counts->pdata[3])->oldest_at, 15);
	int64_t since;
	assert_true(outbox_count_since(fixture->store, NULL, "mail", 17, &since, NULL));
	assert_int_equal(since, 3);
}

static void the_clock_set_back_delays_nobody_for_years(void **state)
{
	struct fixture *fixture = *state;
	int64_t due;
	struct delivery *delivery = sample_delivery("k", "log", 1000000);
	delivery->due_at = 2000000;
	commit_delivery(fixture, delivery);
	assert_true(outbox_clamp(fixture->store, 1000, 4000, NULL));
	assert_true(outbox_next_due(fixture->store, "log", &due, NULL));
	assert_int_equal(due, 5000);
}

static long resident_kib(void)
{
	long pages = 0, resident = 0;
	FILE *statm = fopen("/proc/self/statm", "r");
	assert_non_null(statm);
	assert_int_equal(fscanf(statm, "%ld %ld", &pages, &resident), 2);
	fclose(statm);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* A backlog costs disk, not memory, and its head is found at once. */
static void a_long_backlog_is_drained_in_bounded_memory(void **state)
{
	struct fixture *fixture = *state;
	const unsigned rows = 20000;
	struct store_batch *batch = store_batch_new();
	batch->now = 1;
	for (unsigned i = 0; i < rows; i++) {
		g_autofree char *key = g_strdup_printf("k%06u", i);
		g_ptr_array_add(batch->deliveries, sample_delivery(key, "log", 1));
	}
	commit(fixture, batch);
	long before = resident_kib();
	struct outbox_result result = {0};
	for (unsigned i = 0; i < rows; i += 100) {
		g_autoptr(GPtrArray) leased =
			turn(fixture, result.id ? &result : NULL, "log", 100, 100);
		g_autofree char *key = g_strdup_printf("k%06u", i);
		assert_string_equal(key_of(leased, 0), key);
		result = (struct outbox_result){.id = ((struct delivery *)leased->pdata[0])->id,
						.state = DELIVERY_SENT,
						.result = "sent"};
	}
#ifndef VEDETTA_SANITIZERS /* they keep what was freed */
	assert_true(resident_kib() - before < 16 * 1024);
#else
	(void)before;
#endif
}

static int count_call(void *calls)
{
	++*(unsigned *)calls;
	return 0;
}

/* In hundreds of SQLite's steps. */
static unsigned effort(struct fixture *fixture, int64_t now)
{
	unsigned calls = 0;
	int64_t due;
	sqlite3_progress_handler(fixture->store->db, 100, count_call, &calls);
	assert_true(outbox_next_due(fixture->store, "log", &due, NULL));
	assert_true(outbox_hasten(fixture->store, "log", now, NULL));
	assert_true(outbox_release(fixture->store, now, NULL, NULL));
	g_autoptr(GPtrArray) leased = turn(fixture, NULL, "log", 9, now);
	assert_int_equal(leased->len, 0);
	sqlite3_progress_handler(fixture->store->db, 0, NULL, NULL);
	return calls;
}

/* Months of messages lie in the table; every turn asks what is due. */
static void what_was_sent_costs_a_turn_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct store_batch *batch = store_batch_new();
	batch->now = 1;
	for (unsigned i = 0; i < 3000; i++) {
		g_autofree char *key = g_strdup_printf("k%06u", i);
		struct delivery *delivery = sample_delivery(key, "log", 1);
		delivery->state = DELIVERY_SENT;
		g_ptr_array_add(batch->deliveries, delivery);
	}
	commit(fixture, batch);
	assert_in_range(effort(fixture, 100), 0, 20);
}

#define with_store(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_store(a_key_is_stored_once),
		with_store(priority_goes_first_then_age),
		with_store(what_is_leased_is_not_leased_again),
		with_store(a_lease_of_a_dead_engine_is_released),
		with_store(a_retry_waits_until_it_is_due),
		with_store(a_held_delivery_waits_for_its_release),
		with_store(what_has_ended_cannot_be_changed),
		with_store(an_undeliverable_one_is_retried_by_hand),
		with_store(counts_follow_every_change_of_state),
		with_store(the_clock_set_back_delays_nobody_for_years),
		with_store(a_long_backlog_is_drained_in_bounded_memory),
		with_store(what_was_sent_costs_a_turn_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
