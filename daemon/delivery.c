/* delivery: see delivery.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/delivery.h"

#include "daemon/retry.h"
#include "daemon/store/outbox.h"

#include <glib/gi18n.h>
#include <string.h>

#define STUCK_S	      900
#define STUCK_CHECK_S 60
/* At the start: channels first show how they fare. */
#define STUCK_FIRST_S 10
/* Leases matter only to another process that would take over; one engine releases its own at start.
 */
#define LEASE_S 3600
/* After the outbox could not be read or written. */
#define STORE_PAUSE_S 5

/* A channel and how it fares. Lives as long as sends of it. */
struct lane {
	struct channel *channel; /* not used once the lane has left runner->lanes */
	char *name;
	struct retry_policy policy;
	unsigned busy;	   /* sends under way, or answered and not yet marked */
	unsigned failures; /* in a row */
	int64_t pause_until;
	char *last_error;
	bool stuck; /* told */
	bool away;  /* its reader is: what waits there is no fault */
};

/* One leased delivery until it is marked. */
struct send {
	struct delivery_runner *runner; /* NULL: nobody waits for the answer */
	struct lane *lane;
	struct delivery *delivery;
	struct message *message;
	bool answered;
	enum send_result result;
	char *detail;
	struct retry_decision decision;
};

struct delivery_runner {
	struct delivery_options options;
	GPtrArray *lanes;    /* struct lane * */
	GPtrArray *sends;    /* struct send *, under way: not yet answered */
	GPtrArray *answered; /* struct send *, to be marked */
	GHashTable *unknown; /* names of channels told not to be configured */
	bool started, store_failing, told_drained;
	int64_t stuck_check_at;
	guint wake_source, timer_source;
	void (*drained)(void *);
	void *drained_data;
};

static int64_t clock_now(struct delivery_runner *runner)
{
	return runner->options.now ? runner->options.now(runner->options.now_data)
				   : g_get_real_time() / G_USEC_PER_SEC;
}

static void lane_clear(void *memory)
{
	struct lane *lane = memory;
	g_free(lane->name);
	g_free(lane->last_error);
}

static void lane_unref(void *lane)
{
	g_rc_box_release_full(lane, lane_clear);
}

static struct lane *lane_new(struct channel *channel)
{
	struct lane *lane = g_rc_box_new0(struct lane);
	lane->channel = channel;
	lane->name = g_strdup(channel->name);
	lane->policy = (struct retry_policy){channel->retry_min_s, channel->retry_max_s,
					     channel->lifetime_s};
	return lane;
}

static struct lane *lane_find(struct delivery_runner *runner, const char *name)
{
	for (unsigned i = 0; i < runner->lanes->len; i++)
		if (strcmp(((struct lane *)runner->lanes->pdata[i])->name, name) == 0)
			return runner->lanes->pdata[i];
	return NULL;
}

static void send_free(struct send *send)
{
	lane_unref(send->lane);
	delivery_free(send->delivery);
	message_free(send->message);
	g_free(send->detail);
	g_free(send);
}

/* How a channel fares after an answer. Parallel sends that fail together are one failure of the
 * channel. */
static void lane_answer(struct lane *lane, enum send_result result, const char *detail, int64_t now)
{
	if (result == SEND_DONE || result == SEND_REFUSED) {
		lane->failures = 0;
		lane->pause_until = 0;
		lane->away = false;
		return;
	}
	g_free(lane->last_error);
	lane->last_error = g_strdup(detail);
	lane->away = result == SEND_AWAY;
	if (lane->pause_until > now)
		return;
	if (++lane->failures >= RETRY_CHANNEL_DOWN)
		lane->pause_until =
			now + retry_pause_s(&lane->policy, lane->failures - RETRY_CHANNEL_DOWN + 1);
}

static void settle(struct delivery_runner *runner, struct send *send)
{
	int64_t now = clock_now(runner);
	lane_answer(send->lane, send->result, send->detail, now);
	/* A second after its channel, so that another delivery is the next to probe it: one that
	 * fails for its own sake must not hold up the rest. */
	int64_t not_before = send->lane->pause_until ? send->lane->pause_until + 1 : 0;
	send->decision =
		retry_decide(&send->lane->policy, send->delivery, send->result, now, not_before);
	g_ptr_array_add(runner->answered, send);
	delivery_wake(runner);
}

static void on_answer(enum send_result result, const char *detail, void *user_data)
{
	struct send *send = user_data;
	g_return_if_fail(!send->answered);
	send->answered = true;
	if (!send->runner) {
		send_free(send);
		return;
	}
	send->result = result;
	send->detail = g_strdup(detail);
	g_ptr_array_remove_fast(send->runner->sends, send);
	settle(send->runner, send);
}

/* It ends without having been sent: expired, or its text cannot be read back. */
static void end_unsent(struct delivery_runner *runner, struct send *send, const char *result,
		       const char *why)
{
	send->answered = true;
	send->result = SEND_REFUSED;
	send->detail = g_strdup(why);
	send->decision = (struct retry_decision){
		.state = DELIVERY_UNDELIVERABLE, .due_at = clock_now(runner), .result = result};
	g_ptr_array_add(runner->answered, send);
	delivery_wake(runner);
}

static void start_send(struct delivery_runner *runner, struct delivery *delivery)
{
	g_autoptr(GError) error = NULL;
	struct send *send = g_new0(struct send, 1);
	send->runner = runner;
	send->lane = g_rc_box_acquire(lane_find(runner, delivery->channel));
	send->delivery = delivery;
	send->lane->busy++;
	if (delivery->expires_at && delivery->expires_at <= clock_now(runner)) {
		end_unsent(runner, send, "expired",
			   delivery->reason ? delivery->reason : _("its time was over"));
		return;
	}
	send->message = message_from_json(delivery->payload ? delivery->payload : "", &error);
	if (!send->message) {
		end_unsent(runner, send, "refused", error ? error->message : "");
		return;
	}
	g_ptr_array_add(runner->sends, send);
	channel_send(send->lane->channel, send->message, delivery->recipient, on_answer, send);
}

/* How many more a channel may take now. */
static unsigned free_slots(const struct lane *lane, unsigned being_marked, int64_t now)
{
	unsigned parallel = lane->failures >= RETRY_CHANNEL_DOWN
				    ? 1 /* a probe */
				    : MAX(lane->channel->max_parallel, 1);
	unsigned busy = lane->busy - being_marked;
	return lane->pause_until > now || busy >= parallel ? 0 : parallel - busy;
}

static GArray *results_of(const GPtrArray *answered)
{
	GArray *results = g_array_new(FALSE, TRUE, sizeof(struct outbox_result));
	for (unsigned i = 0; i < answered->len; i++) {
		const struct send *send = answered->pdata[i];
		struct outbox_result result = {
			.id = send->delivery->id,
			.state = send->decision.state,
			.due_at = send->decision.due_at,
			.refused = send->decision.refused,
			.result = send->decision.result,
			.reason = send->detail,
		};
		g_array_append_val(results, result);
	}
	return results;
}

static GArray *claims_of(struct delivery_runner *runner, int64_t now)
{
	GArray *claims = g_array_new(FALSE, TRUE, sizeof(struct outbox_claim));
	for (unsigned i = 0; !runner->drained && i < runner->lanes->len; i++) {
		const struct lane *lane = runner->lanes->pdata[i];
		unsigned being_marked = 0;
		for (unsigned j = 0; j < runner->answered->len; j++)
			being_marked += ((struct send *)runner->answered->pdata[j])->lane == lane;
		struct outbox_claim claim = {lane->name, free_slots(lane, being_marked, now)};
		if (claim.count)
			g_array_append_val(claims, claim);
	}
	return claims;
}

static void tell_marked(struct delivery_runner *runner, struct send *send)
{
	const struct delivery_watch *watch = runner->options.watch;
	void *user_data = runner->options.user_data;
	send->lane->busy--;
	send->delivery->state = send->decision.state;
	send->delivery->due_at = send->decision.due_at;
	if (!watch)
		return;
	if (watch->attempted)
		watch->attempted(send->delivery, send->result, send->detail, user_data);
	if (watch->undeliverable && send->decision.state == DELIVERY_UNDELIVERABLE)
		watch->undeliverable(send->delivery,
				     send->detail ? send->detail : send->decision.result,
				     user_data);
}

static void store_failed(struct delivery_runner *runner, const GError *error)
{
	const struct delivery_watch *watch = runner->options.watch;
	if (!runner->store_failing && watch && watch->store_failed)
		watch->store_failed(error, runner->options.user_data);
	runner->store_failing = true;
}

/* Mark what was answered and lease what may go, in one transaction: a commit is paid once a turn,
 * and a crash before it repeats no more than what was answered since the last. */
static bool exchange(struct delivery_runner *runner, int64_t now, GPtrArray *leased)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) results = results_of(runner->answered);
	g_autoptr(GArray) claims = claims_of(runner, now);
	g_autoptr(GPtrArray) marked = NULL;
	if (!results->len && !claims->len)
		return true;
	if (!outbox_turn(runner->options.store, (const struct outbox_result *)(void *)results->data,
			 results->len, (const struct outbox_claim *)(void *)claims->data,
			 claims->len, now, LEASE_S, leased, &error)) {
		store_failed(runner, error);
		return false;
	}
	runner->store_failing = false;
	/* Callbacks may wake or reload us: the list is ours before they run. */
	marked = g_ptr_array_new_with_free_func((GDestroyNotify)send_free);
	while (runner->answered->len)
		g_ptr_array_add(marked, g_ptr_array_steal_index(runner->answered, 0));
	for (unsigned i = 0; i < marked->len; i++)
		tell_marked(runner, marked->pdata[i]);
	return true;
}

static void tell_stuck(struct delivery_runner *runner, const char *channel, bool stuck,
		       int64_t waiting, int64_t oldest_at, const char *reason)
{
	const struct delivery_watch *watch = runner->options.watch;
	if (watch && watch->stuck)
		watch->stuck(channel, stuck, waiting, oldest_at, reason, runner->options.user_data);
}

static const struct outbox_count *count_of(const GPtrArray *counts, const char *channel)
{
	for (unsigned i = 0; i < counts->len; i++)
		if (strcmp(((struct outbox_count *)counts->pdata[i])->channel, channel) == 0)
			return counts->pdata[i];
	return NULL;
}

/* Deliveries to a channel that the configuration does not name any more wait for ever: say so,
 * once. */
static void check_unknown(struct delivery_runner *runner, int64_t before, GError **error)
{
	g_autoptr(GPtrArray) counts = outbox_counts(runner->options.store, error);
	for (unsigned i = 0; counts && i < counts->len; i++) {
		const struct outbox_count *count = counts->pdata[i];
		if (count->state == DELIVERY_PENDING && count->oldest_at < before &&
		    !lane_find(runner, count->channel) &&
		    g_hash_table_add(runner->unknown, g_strdup(count->channel)))
			tell_stuck(runner, count->channel, true, count->count, count->oldest_at,
				   _("the configuration names no such channel"));
	}
}

static void check_stuck(struct delivery_runner *runner, int64_t now)
{
	g_autoptr(GError) error = NULL;
	int64_t before = now - (runner->options.stuck_s ? runner->options.stuck_s : STUCK_S);
	g_autoptr(GPtrArray) counts = outbox_stuck(runner->options.store, before, &error);
	for (unsigned i = 0; counts && i < runner->lanes->len; i++) {
		struct lane *lane = runner->lanes->pdata[i];
		const struct outbox_count *count = count_of(counts, lane->name);
		bool stuck = count != NULL && !lane->away;
		if (stuck == lane->stuck)
			continue;
		lane->stuck = stuck;
		tell_stuck(runner, lane->name, stuck, stuck ? count->count : 0,
			   stuck ? count->oldest_at : 0, stuck ? lane->last_error : NULL);
	}
	if (counts)
		check_unknown(runner, before, &error);
	if (error)
		store_failed(runner, error);
}

/* The clock was set back, perhaps while we did not run: nobody waits longer than the longest pause.
 */
static void clamp(struct delivery_runner *runner, int64_t now)
{
	g_autoptr(GError) error = NULL;
	unsigned longest = RETRY_MAX_S;
	for (unsigned i = 0; i < runner->lanes->len; i++) {
		struct lane *lane = runner->lanes->pdata[i];
		longest = MAX(longest, lane->policy.max_s);
		if (lane->pause_until > now + retry_pause_s(&lane->policy, G_MAXUINT))
			lane->pause_until = now;
	}
	if (!outbox_clamp(runner->options.store, now, longest + 1, &error))
		store_failed(runner, error);
}

/* When a channel with room has something to do. */
static int64_t next_due(struct delivery_runner *runner, int64_t now)
{
	int64_t next = INT64_MAX;
	for (unsigned i = 0; i < runner->lanes->len; i++) {
		const struct lane *lane = runner->lanes->pdata[i];
		int64_t due;
		if (lane->pause_until <= now && !free_slots(lane, 0, now))
			continue; /* its answers wake us */
		g_autoptr(GError) error = NULL;
		if (!outbox_next_due(runner->options.store, lane->name, &due, &error)) {
			store_failed(runner, error);
			return now + STORE_PAUSE_S;
		}
		if (due != INT64_MAX)
			next = MIN(next, MAX(due, lane->pause_until));
	}
	return next;
}

static void check_drained(struct delivery_runner *runner)
{
	void (*drained)(void *) = runner->drained;
	if (!drained || runner->told_drained || runner->sends->len || runner->answered->len)
		return;
	runner->told_drained = true;
	drained(runner->drained_data);
}

int64_t delivery_turn(struct delivery_runner *runner)
{
	int64_t now = clock_now(runner);
	g_autoptr(GPtrArray) leased = g_ptr_array_new();
	if (now >= runner->stuck_check_at || runner->stuck_check_at > now + STUCK_CHECK_S) {
		runner->stuck_check_at = now + STUCK_CHECK_S;
		clamp(runner, now);
		check_stuck(runner, now);
	}
	if (!exchange(runner, now, leased))
		return now + STORE_PAUSE_S;
	for (unsigned i = 0; i < leased->len; i++)
		start_send(runner, leased->pdata[i]);
	check_drained(runner);
	if (runner->answered->len)
		return now;
	if (runner->drained)
		return INT64_MAX;
	return MIN(next_due(runner, now), runner->stuck_check_at);
}

static void run_turn(struct delivery_runner *runner);

static gboolean on_timer(gpointer user_data)
{
	struct delivery_runner *runner = user_data;
	runner->timer_source = 0;
	run_turn(runner);
	return G_SOURCE_REMOVE;
}

static gboolean on_wake(gpointer user_data)
{
	struct delivery_runner *runner = user_data;
	runner->wake_source = 0;
	run_turn(runner);
	return G_SOURCE_REMOVE;
}

static void run_turn(struct delivery_runner *runner)
{
	int64_t next = delivery_turn(runner);
	int64_t wait_s = CLAMP(next - clock_now(runner), 0, STUCK_CHECK_S);
	g_clear_handle_id(&runner->timer_source, g_source_remove);
	if (wait_s == 0 && !runner->store_failing)
		delivery_wake(runner);
	else
		runner->timer_source =
			g_timeout_add_seconds((guint)MAX(wait_s, 1), on_timer, runner);
}

void delivery_wake(struct delivery_runner *runner)
{
	/* While the store fails the timer decides: answers would otherwise spin. */
	if (runner->started && !runner->wake_source && !runner->store_failing)
		runner->wake_source = g_idle_add_full(G_PRIORITY_DEFAULT, on_wake, runner, NULL);
}

void delivery_start(struct delivery_runner *runner)
{
	runner->started = true;
	delivery_wake(runner);
}

void delivery_stop(struct delivery_runner *runner, void (*drained)(void *), void *user_data)
{
	runner->drained = drained;
	runner->drained_data = user_data;
	delivery_wake(runner);
}

void delivery_resume(struct delivery_runner *runner, const char *channel)
{
	g_autoptr(GError) error = NULL;
	struct lane *lane = lane_find(runner, channel);
	if (!lane)
		return;
	lane->failures = 0;
	lane->pause_until = 0;
	/* what failed a moment ago and is not marked yet waits no more than what is */
	for (unsigned i = 0; i < runner->answered->len; i++) {
		struct send *send = runner->answered->pdata[i];
		if (send->lane == lane && send->decision.state == DELIVERY_PENDING)
			send->decision.due_at = clock_now(runner);
	}
	if (!outbox_hasten(runner->options.store, channel, clock_now(runner), &error))
		store_failed(runner, error);
	delivery_wake(runner);
}

void delivery_channels(struct delivery_runner *runner, GPtrArray *channels)
{
	GPtrArray *old = runner->lanes;
	runner->lanes = g_ptr_array_new_with_free_func(lane_unref);
	for (unsigned i = 0; i < channels->len; i++)
		g_ptr_array_add(runner->lanes, lane_new(channels->pdata[i]));
	for (unsigned i = 0; old && i < old->len; i++) {
		const struct lane *before = old->pdata[i];
		struct lane *lane = lane_find(runner, before->name);
		if (lane)
			lane->stuck = before->stuck;
	}
	if (old)
		g_ptr_array_unref(old);
	g_hash_table_remove_all(runner->unknown);
	delivery_wake(runner);
}

struct delivery_runner *delivery_runner_new(const struct delivery_options *options, GError **error)
{
	int64_t now =
		options->now ? options->now(options->now_data) : g_get_real_time() / G_USEC_PER_SEC;
	if (!outbox_release(options->store, now, NULL, error))
		return NULL;
	struct delivery_runner *runner = g_new0(struct delivery_runner, 1);
	runner->options = *options;
	runner->sends = g_ptr_array_new();
	runner->answered = g_ptr_array_new_with_free_func((GDestroyNotify)send_free);
	runner->unknown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	delivery_channels(runner, options->channels);
	runner->stuck_check_at = now + STUCK_FIRST_S;
	clamp(runner, now);
	return runner;
}

void delivery_runner_free(struct delivery_runner *runner)
{
	if (!runner)
		return;
	/* Their channels still hold them: the answers come to nobody. */
	for (unsigned i = 0; i < runner->sends->len; i++)
		((struct send *)runner->sends->pdata[i])->runner = NULL;
	g_clear_handle_id(&runner->timer_source, g_source_remove);
	g_clear_handle_id(&runner->wake_source, g_source_remove);
	g_ptr_array_unref(runner->sends);
	g_ptr_array_unref(runner->answered);
	g_ptr_array_unref(runner->lanes);
	g_hash_table_unref(runner->unknown);
	g_free(runner);
}
