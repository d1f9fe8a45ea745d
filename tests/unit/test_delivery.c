/* Delivery in virtual time, against channels that do as they are told.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/delivery.h"
#include "daemon/retry.h"
#include "daemon/store/sql.h"
#include "tests/unit/store_fixture.h"

/* A channel with a script: one letter an answer, the last for ever. d done, r retry, n never, u
 * unknown, h hangs. */
struct fake {
	struct channel base;
	const char *script;
	unsigned sends;
	GString *keys; /* of the messages it got, in order */
	unsigned hanging;
	struct {
		send_done_fn *done;
		void *data;
	} hung[4];
};

static void fake_send(struct channel *channel, const struct message *message, const char *recipient,
		      send_done_fn *done, void *user_data)
{
	struct fake *fake = (struct fake *)channel;
	(void)recipient;
	fake->sends++;
	g_string_append_printf(fake->keys, "%s ", message->key);
	char answer = *fake->script;
	if (fake->script[1])
		fake->script++;
	if (answer == 'h') {
		fake->hung[fake->hanging].done = done;
		fake->hung[fake->hanging++].data = user_data;
		return;
	}
	enum send_result result = answer == 'd'	  ? SEND_DONE
				  : answer == 'n' ? SEND_REFUSED
				  : answer == 'u' ? SEND_UNKNOWN
				  : answer == 'a' ? SEND_AWAY
						  : SEND_RETRY;
	done(result, answer == 'n' ? "550 never" : answer == 'd' ? NULL : "451 later", user_data);
}

static void release(struct fake *fake, enum send_result result)
{
	while (fake->hanging) {
		fake->hanging--;
		fake->hung[fake->hanging].done(result, NULL, fake->hung[fake->hanging].data);
	}
}

static const struct channel_ops fake_ops = {.kind = "fake", .send = fake_send};

struct world {
	struct fixture *fixture;
	struct fake log, mail;
	GPtrArray *channels;
	struct delivery_runner *runner;
	int64_t now;
	GString *told;
};

static int64_t world_now(void *user_data)
{
	return ((struct world *)user_data)->now;
}

static void on_attempted(const struct delivery *delivery, enum send_result result,
			 const char *detail, void *user_data)
{
	(void)delivery, (void)result, (void)detail, (void)user_data;
}

static void on_undeliverable(const struct delivery *delivery, const char *reason, void *user_data)
{
	struct world *world = user_data;
	g_string_append_printf(world->told, "undeliverable %s: %s\n", delivery->key, reason);
}

static void on_stuck(const char *channel, bool stuck, int64_t waiting, int64_t oldest_at,
		     const char *reason, void *user_data)
{
	struct world *world = user_data;
	(void)waiting, (void)oldest_at;
	g_string_append_printf(world->told, "%s %s: %s\n", channel, stuck ? "stuck" : "well",
			       reason ? reason : "");
}

static void on_store_failed(const GError *error, void *user_data)
{
	struct world *world = user_data;
	g_string_append_printf(world->told, "store: %s\n",
			       strstr(error->message, "write: ") + strlen("write: "));
}

static const struct delivery_watch watch = {.attempted = on_attempted,
					    .undeliverable = on_undeliverable,
					    .stuck = on_stuck,
					    .store_failed = on_store_failed};

static void make_fake(struct fake *fake, const char *name, const char *script)
{
	fake->base.ops = &fake_ops;
	fake->base.name = g_strdup(name);
	fake->base.max_parallel = 1;
	fake->script = script;
	fake->keys = g_string_new(NULL);
}

static void start_runner(struct world *world)
{
	g_autoptr(GError) error = NULL;
	struct delivery_options options = {.store = world->fixture->store,
					   .channels = world->channels,
					   .watch = &watch,
					   .user_data = world,
					   .now = world_now,
					   .now_data = world};
	world->runner = delivery_runner_new(&options, &error);
	assert_no_error(error);
}

static int set_up(void **state)
{
	struct world *world = g_new0(struct world, 1);
	fixture_set_up((void **)&world->fixture);
	make_fake(&world->log, "log", "d");
	make_fake(&world->mail, "mail", "d");
	world->channels = g_ptr_array_new();
	g_ptr_array_add(world->channels, &world->log);
	g_ptr_array_add(world->channels, &world->mail);
	world->now = 1000000;
	world->told = g_string_new(NULL);
	start_runner(world);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;
	delivery_runner_free(world->runner);
	release(&world->mail, SEND_RETRY);
	g_free(world->log.base.name);
	g_free(world->mail.base.name);
	g_string_free(world->log.keys, TRUE);
	g_string_free(world->mail.keys, TRUE);
	g_string_free(world->told, TRUE);
	g_ptr_array_unref(world->channels);
	fixture_tear_down((void **)&world->fixture);
	g_free(world);
	return 0;
}

static void put(struct world *world, const char *key, const char *channel)
{
	struct delivery *delivery = sample_delivery(key, channel, world->now);
	struct message *message = message_new();
	message->key = g_strdup(key);
	message->subject = g_strdup("Oggetto");
	g_free(delivery->payload);
	delivery->payload = message_to_json(message);
	message_free(message);
	commit_delivery(world->fixture, delivery);
}

/* Let `seconds` pass, jumping from one thing to do to the next. */
static void pass(struct world *world, int64_t seconds)
{
	int64_t end = world->now + seconds;
	for (;;) {
		int64_t next = delivery_turn(world->runner);
		if (next > end)
			break;
		world->now = MAX(world->now, next);
	}
	world->now = end;
}

static enum delivery_state state_of(struct world *world, const char *key)
{
	struct delivery *delivery = outbox_by_key(world->fixture->store, key, NULL);
	assert_non_null(delivery);
	enum delivery_state state = delivery->state;
	delivery_free(delivery);
	return state;
}

static void pauses_double_from_five_minutes_to_sixty_seven(void **state)
{
	(void)state;
	const struct retry_policy policy = {0};
	const unsigned expected[] = {300, 600, 1200, 2400, 4000, 4000};
	for (unsigned i = 0; i < G_N_ELEMENTS(expected); i++)
		assert_int_equal(retry_pause_s(&policy, i + 1), expected[i]);
	assert_int_equal(retry_pause_s(&policy, 0), 300);
	assert_int_equal(retry_pause_s(&policy, G_MAXUINT), 4000);
	const struct retry_policy own = {.min_s = 5, .max_s = 60};
	assert_int_equal(retry_pause_s(&own, 3), 20);
	assert_int_equal(retry_pause_s(&own, 30), 60);
}

static void five_days_count_from_the_first_try(void **state)
{
	(void)state;
	const struct retry_policy policy = {0};
	struct delivery delivery = {.attempts = 9, .created_at = 0, .first_tried_at = 1000000};
	int64_t limit = 1000000 + 5 * 86400;
	struct retry_decision last = retry_decide(&policy, &delivery, SEND_RETRY, limit - 10, 0);
	assert_int_equal(last.state, DELIVERY_PENDING);
	assert_int_equal(last.due_at, limit);
	struct retry_decision over = retry_decide(&policy, &delivery, SEND_RETRY, limit, 0);
	assert_int_equal(over.state, DELIVERY_UNDELIVERABLE);
	assert_string_equal(over.result, "expired");
	assert_int_equal(retry_decide(&policy, &delivery, SEND_DONE, limit + 9, 0).state,
			 DELIVERY_SENT);
}

static void what_is_due_is_sent_once(void **state)
{
	struct world *world = *state;
	put(world, "a", "log");
	put(world, "b", "log");
	put(world, "c", "mail");
	pass(world, 10 * 86400);
	assert_string_equal(world->log.keys->str, "a b ");
	assert_string_equal(world->mail.keys->str, "c ");
	assert_int_equal(state_of(world, "c"), DELIVERY_SENT);
	assert_string_equal(world->told->str, "");
}

static void a_hung_channel_delays_nobody(void **state)
{
	struct world *world = *state;
	world->mail.script = "h";
	world->mail.base.max_parallel = 2;
	for (int i = 0; i < 10; i++) {
		g_autofree char *mail = g_strdup_printf("m%d", i);
		g_autofree char *log = g_strdup_printf("l%d", i);
		put(world, mail, "mail");
		put(world, log, "log");
	}
	pass(world, 0);
	assert_int_equal(world->log.sends, 10);
	assert_int_equal(world->mail.sends, 2);
	pass(world, 3600);
	assert_int_equal(world->mail.sends, 2);
}

static void a_server_that_is_down_is_probed_and_then_gets_all(void **state)
{
	struct world *world = *state;
	world->mail.script = "r";
	for (int i = 0; i < 50; i++) {
		g_autofree char *key = g_strdup_printf("m%02d", i);
		put(world, key, "mail");
	}
	pass(world, 2 * 86400);
	/* Three in a row, then one at a time after 300, 600, 1200, 2400 and every 4000 s. */
	assert_in_range(world->mail.sends, 3 + 40, 3 + 4 + 43);
	assert_non_null(strstr(world->told->str, "mail stuck: 451 later"));
	assert_null(strstr(world->told->str, "undeliverable"));
	unsigned before = world->mail.sends;
	world->mail.script = "d";
	pass(world, 2 * 4001);
	assert_int_equal(world->mail.sends - before, 50);
	assert_non_null(strstr(world->told->str, "mail well"));
	for (int i = 0; i < 50; i++) {
		g_autofree char *key = g_strdup_printf("m%02d", i);
		assert_int_equal(state_of(world, key), DELIVERY_SENT);
	}
}

static void one_that_is_back_before_its_failure_is_marked_is_used_at_once(void **state)
{
	struct world *world = *state;
	world->mail.script = "rd";
	put(world, "m1", "mail");
	delivery_turn(world->runner);
	assert_int_equal(world->mail.sends, 1);
	delivery_resume(world->runner, "mail");
	pass(world, 1);
	assert_int_equal(state_of(world, "m1"), DELIVERY_SENT);
}

static void a_reader_who_is_away_is_no_fault_of_the_channel(void **state)
{
	struct world *world = *state;
	world->mail.script = "a";
	put(world, "m1", "mail");
	pass(world, 86400);
	assert_null(strstr(world->told->str, "stuck"));
	world->mail.script = "r";
	pass(world, 86400);
	assert_non_null(strstr(world->told->str, "mail stuck: 451 later"));
	world->mail.script = "d";
	pass(world, 8000);
	assert_int_equal(state_of(world, "m1"), DELIVERY_SENT);
}

static void a_channel_that_says_it_is_back_is_used_at_once(void **state)
{
	struct world *world = *state;
	world->mail.script = "r";
	for (int i = 0; i < 5; i++) {
		g_autofree char *key = g_strdup_printf("m%d", i);
		put(world, key, "mail");
	}
	pass(world, 3600);
	world->mail.script = "d";
	delivery_resume(world->runner, "mail");
	unsigned before = world->mail.sends;
	pass(world, 0);
	assert_int_equal(world->mail.sends - before, 5);
}

static void one_that_fails_for_its_own_sake_holds_up_no_other(void **state)
{
	struct world *world = *state;
	/* Three failures at once mark the channel as down; the probe after the pause is another
	 * row. */
	put(world, "bad", "mail");
	world->mail.script = "rrrd";
	pass(world, 300 + 600 + 1200 + 10);
	put(world, "good", "mail");
	pass(world, 10 * 3600);
	assert_int_equal(state_of(world, "good"), DELIVERY_SENT);
	assert_int_equal(state_of(world, "bad"), DELIVERY_SENT);
}

static void three_times_never_is_quarantine_and_the_queue_moves_on(void **state)
{
	struct world *world = *state;
	world->mail.script = "ndndnd";
	put(world, "bad", "mail");
	put(world, "good", "mail");
	pass(world, 0);
	assert_int_equal(state_of(world, "good"), DELIVERY_SENT);
	assert_int_equal(state_of(world, "bad"), DELIVERY_PENDING);
	world->mail.script = "n";
	pass(world, 3600);
	assert_int_equal(state_of(world, "bad"), DELIVERY_UNDELIVERABLE);
	assert_int_equal(world->mail.sends, 4);
	assert_non_null(strstr(world->told->str, "undeliverable bad: 550 never"));
}

static void an_unknown_outcome_repeats_the_same_key(void **state)
{
	struct world *world = *state;
	world->mail.script = "ud";
	put(world, "k", "mail");
	pass(world, 3600);
	assert_string_equal(world->mail.keys->str, "k k ");
	assert_int_equal(state_of(world, "k"), DELIVERY_SENT);
}

static void after_five_days_it_is_given_up_and_told(void **state)
{
	struct world *world = *state;
	world->mail.script = "r";
	put(world, "k", "mail");
	pass(world, 5 * 86400 - 10);
	assert_int_equal(state_of(world, "k"), DELIVERY_PENDING);
	pass(world, 4010);
	assert_int_equal(state_of(world, "k"), DELIVERY_UNDELIVERABLE);
	assert_non_null(strstr(world->told->str, "undeliverable k: 451 later"));
}

static void one_whose_time_is_over_is_not_sent(void **state)
{
	struct world *world = *state;
	struct delivery *delivery = sample_delivery("k", "mail", world->now);
	delivery->expires_at = world->now + 60;
	delivery->due_at = world->now + 120;
	commit_delivery(world->fixture, delivery);
	pass(world, 200);
	assert_int_equal(world->mail.sends, 0);
	assert_int_equal(state_of(world, "k"), DELIVERY_UNDELIVERABLE);
}

static void a_payload_that_cannot_be_read_ends_at_once(void **state)
{
	struct world *world = *state;
	struct delivery *delivery = sample_delivery("k", "mail", world->now);
	g_free(delivery->payload);
	delivery->payload = g_strdup("not json");
	commit_delivery(world->fixture, delivery);
	put(world, "next", "mail");
	pass(world, 0);
	assert_int_equal(state_of(world, "k"), DELIVERY_UNDELIVERABLE);
	assert_int_equal(state_of(world, "next"), DELIVERY_SENT);
}

static void a_crash_before_the_mark_repeats_only_what_was_under_way(void **state)
{
	struct world *world = *state;
	for (int i = 0; i < 20; i++) {
		g_autofree char *key = g_strdup_printf("k%02d", i);
		put(world, key, "log");
	}
	for (unsigned crash = 0; crash < 15; crash++) {
		delivery_turn(world->runner); /* sent, answered, not marked */
		delivery_runner_free(world->runner);
		fixture_reopen(world->fixture);
		start_runner(world);
	}
	pass(world, 10);
	assert_int_equal(world->log.sends, 20 + 15);
	for (int i = 0; i < 20; i++) {
		g_autofree char *key = g_strdup_printf("k%02d", i);
		assert_int_equal(state_of(world, key), DELIVERY_SENT);
	}
}

/* From here on no row of the outbox changes. */
static void seal_outbox(struct world *world)
{
	assert_int_equal(sqlite3_exec(world->fixture->store->db,
				      "CREATE TEMP TRIGGER sealed BEFORE UPDATE ON outbox BEGIN"
				      " SELECT RAISE(ABORT, 'sealed'); END",
				      NULL, NULL, NULL),
			 SQLITE_OK);
}

static void unseal_outbox(struct world *world)
{
	assert_int_equal(
		sqlite3_exec(world->fixture->store->db, "DROP TRIGGER sealed", NULL, NULL, NULL),
		SQLITE_OK);
}

static void what_was_sent_and_cannot_be_marked_is_marked_later_and_not_sent_again(void **state)
{
	struct world *world = *state;
	put(world, "a", "log");
	delivery_turn(world->runner); /* sent, answered, not marked */
	seal_outbox(world);
	put(world, "b", "log");
	for (int turn = 0; turn < 20; turn++) {
		int64_t next = delivery_turn(world->runner);
		assert_in_range(next, world->now + 1, world->now + 60);
		world->now = next;
	}
	assert_string_equal(world->log.keys->str, "a "); /* what cannot be leased is not sent */
	assert_string_equal(world->told->str, "store: sealed\n");
	unseal_outbox(world);
	pass(world, 120);
	assert_string_equal(world->log.keys->str, "a b ");
	assert_int_equal(state_of(world, "a"), DELIVERY_SENT);
	assert_int_equal(state_of(world, "b"), DELIVERY_SENT);
	seal_outbox(world);
	put(world, "c", "log");
	delivery_turn(world->runner);
	assert_string_equal(world->told->str,
			    "store: sealed\nstore: sealed\n"); /* another failure */
	unseal_outbox(world);
}

static void what_is_under_way_while_the_outbox_cannot_be_written_is_sent_once(void **state)
{
	struct world *world = *state;
	world->mail.script = "hd";
	put(world, "m", "mail");
	pass(world, 0);
	seal_outbox(world);
	release(&world->mail, SEND_DONE);
	for (int turn = 0; turn < 5; turn++)
		world->now = delivery_turn(world->runner);
	delivery_channels(world->runner, world->channels); /* a reload meanwhile */
	world->now = delivery_turn(world->runner);
	unseal_outbox(world);
	pass(world, 3600);
	assert_string_equal(world->mail.keys->str, "m ");
	assert_int_equal(state_of(world, "m"), DELIVERY_SENT);
}

static void a_channel_that_is_not_configured_is_told(void **state)
{
	struct world *world = *state;
	put(world, "k", "renamed");
	pass(world, 86400);
	assert_string_equal(world->told->str,
			    "renamed stuck: the configuration names no such channel\n");
}

static void a_reload_keeps_what_waits(void **state)
{
	struct world *world = *state;
	g_autoptr(GPtrArray) fewer = g_ptr_array_new();
	g_ptr_array_add(fewer, &world->log);
	world->mail.script = "h";
	put(world, "m", "mail");
	pass(world, 0);
	delivery_channels(world->runner, fewer);
	release(&world->mail, SEND_RETRY); /* as channel free does */
	pass(world, 10);
	assert_int_equal(state_of(world, "m"), DELIVERY_PENDING);
	delivery_channels(world->runner, world->channels);
	world->mail.script = "d";
	pass(world, 3600);
	assert_int_equal(state_of(world, "m"), DELIVERY_SENT);
}

static void set_true(void *user_data)
{
	*(bool *)user_data = true;
}

static void stopping_waits_for_what_is_under_way_and_takes_nothing_new(void **state)
{
	struct world *world = *state;
	bool drained = false;
	world->mail.script = "h";
	put(world, "a", "mail");
	put(world, "b", "mail");
	delivery_turn(world->runner);
	delivery_stop(world->runner, set_true, &drained);
	delivery_turn(world->runner);
	assert_false(drained);
	release(&world->mail, SEND_DONE);
	delivery_turn(world->runner);
	assert_true(drained);
	assert_int_equal(state_of(world, "a"), DELIVERY_SENT);
	assert_int_equal(state_of(world, "b"), DELIVERY_PENDING);
}

static void the_clock_set_back_a_year_delays_by_one_pause(void **state)
{
	struct world *world = *state;
	world->mail.script = "rrrrd";
	put(world, "a", "mail");
	pass(world, 700);
	world->now -= 365 * 86400;
	pass(world, 2 * 4100);
	assert_int_equal(state_of(world, "a"), DELIVERY_SENT);
}

static gboolean quit(gpointer loop)
{
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

static void loop_drained(void *loop)
{
	quit(loop);
}

static void the_main_loop_runs_it(void **state)
{
	struct world *world = *state;
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	delivery_start(world->runner);
	put(world, "a", "log");
	put(world, "b", "log");
	delivery_wake(world->runner);
	while (world->log.sends < 2)
		g_main_context_iteration(NULL, TRUE);
	delivery_stop(world->runner, loop_drained, loop);
	g_main_loop_run(loop);
	assert_int_equal(state_of(world, "b"), DELIVERY_SENT);
}

#define in_a_world(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pauses_double_from_five_minutes_to_sixty_seven),
		cmocka_unit_test(five_days_count_from_the_first_try),
		in_a_world(what_is_due_is_sent_once),
		in_a_world(a_hung_channel_delays_nobody),
		in_a_world(a_server_that_is_down_is_probed_and_then_gets_all),
		in_a_world(one_that_is_back_before_its_failure_is_marked_is_used_at_once),
		in_a_world(a_reader_who_is_away_is_no_fault_of_the_channel),
		in_a_world(a_channel_that_says_it_is_back_is_used_at_once),
		in_a_world(one_that_fails_for_its_own_sake_holds_up_no_other),
		in_a_world(three_times_never_is_quarantine_and_the_queue_moves_on),
		in_a_world(an_unknown_outcome_repeats_the_same_key),
		in_a_world(after_five_days_it_is_given_up_and_told),
		in_a_world(one_whose_time_is_over_is_not_sent),
		in_a_world(a_payload_that_cannot_be_read_ends_at_once),
		in_a_world(a_crash_before_the_mark_repeats_only_what_was_under_way),
		in_a_world(what_was_sent_and_cannot_be_marked_is_marked_later_and_not_sent_again),
		in_a_world(what_is_under_way_while_the_outbox_cannot_be_written_is_sent_once),
		in_a_world(a_channel_that_is_not_configured_is_told),
		in_a_world(a_reload_keeps_what_waits),
		in_a_world(stopping_waits_for_what_is_under_way_and_takes_nothing_new),
		in_a_world(the_clock_set_back_a_year_delays_by_one_pause),
		in_a_world(the_main_loop_runs_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
