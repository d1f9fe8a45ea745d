/* What several desktop agents answer, together.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/agents.h"

#include <glib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct desk {
	struct agents *agents;
	struct line_link *links[3];
	int far_ends[3];
	GString *told; /* of each answer: its result and why */
	unsigned acts, ready;
};

static void on_act(const struct agent_act *act, void *user_data)
{
	struct desk *desk = user_data;
	assert_int_equal(act->state, ALERT_MUTED);
	assert_int_equal(act->alert, 0x12);
	desk->acts++;
}

static void on_ready(void *user_data)
{
	((struct desk *)user_data)->ready++;
}

static void on_line(struct line_link *link, const char *line, void *user_data)
{
	(void)link, (void)line, (void)user_data;
}

static void on_closed(struct line_link *link, void *user_data)
{
	(void)link, (void)user_data;
}

static void on_shown(enum send_result result, const char *detail, void *user_data)
{
	static const char *const names[] = {[SEND_DONE] = "done",
					    [SEND_RETRY] = "retry",
					    [SEND_REFUSED] = "refused",
					    [SEND_UNKNOWN] = "unknown",
					    [SEND_AWAY] = "away"};
	g_string_append_printf(((struct desk *)user_data)->told, "%s%s%s;", names[result],
			       detail ? " " : "", detail ? detail : "");
}

static void say(struct desk *desk, unsigned agent, const char *line)
{
	agents_line(desk->agents, desk->links[agent], 1000 + agent, line);
}

static int set_up(void **state)
{
	static const struct agents_watch watch = {on_act, on_ready};
	struct desk *desk = g_new0(struct desk, 1);
	desk->agents = agents_new(&watch, desk);
	desk->told = g_string_new(NULL);
	for (int i = 0; i < 3; i++) {
		int fds[2];
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
		desk->links[i] = line_link_new(fds[0], on_line, on_closed, NULL);
		desk->far_ends[i] = fds[1];
	}
	*state = desk;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;
	agents_free(desk->agents);
	for (int i = 0; i < 3; i++) {
		line_link_free(desk->links[i]);
		close(desk->far_ends[i]);
	}
	g_string_free(desk->told, TRUE);
	g_free(desk);
	return 0;
}

/* The first two are agents, and asked. */
static void ask_two(struct desk *desk)
{
	say(desk, 0, "{\"hello\": \"agent\", \"version\": 1}");
	say(desk, 1, "{\"hello\": \"agent\", \"version\": 1}");
	assert_int_equal(agents_count(desk->agents), 2);
	agents_show(desk->agents, "k", "{}", on_shown, desk, NULL);
}

static void the_first_desktop_that_shows_it_is_enough(void **state)
{
	struct desk *desk = *state;
	ask_two(desk);
	say(desk, 1, "{\"answer\": \"k\", \"result\": \"done\"}");
	say(desk, 0, "{\"answer\": \"k\", \"result\": \"retry\"}");
	assert_string_equal(desk->told->str, "done;");
}

static void all_are_waited_for_and_the_worst_is_told(void **state)
{
	struct desk *desk = *state;
	ask_two(desk);
	say(desk, 0, "{\"answer\": \"k\", \"result\": \"retry\", \"detail\": \"no daemon\"}");
	assert_string_equal(desk->told->str, "");
	say(desk, 1, "{\"answer\": \"k\", \"result\": \"away\"}");
	assert_string_equal(desk->told->str, "retry no daemon;");
}

/* What one says twice, or says and leaves, was taken for the answer of two, and what the other
 * showed for a repeat. */
static void who_answered_does_not_answer_for_another(void **state)
{
	struct desk *desk = *state;
	ask_two(desk);
	say(desk, 0, "{\"answer\": \"k\", \"result\": \"away\"}");
	say(desk, 0, "{\"answer\": \"k\", \"result\": \"away\"}");
	agents_gone(desk->agents, desk->links[0]);
	assert_string_equal(desk->told->str, "");
	say(desk, 1, "{\"answer\": \"k\", \"result\": \"done\"}");
	assert_string_equal(desk->told->str, "done;");
}

static void who_was_not_asked_does_not_answer(void **state)
{
	struct desk *desk = *state;
	ask_two(desk);
	say(desk, 2, "{\"hello\": \"agent\", \"version\": 1}");
	say(desk, 2, "{\"answer\": \"k\", \"result\": \"done\"}");
	agents_gone(desk->agents, desk->links[2]);
	say(desk, 0, "{\"answer\": \"k\", \"result\": \"away\"}");
	assert_string_equal(desk->told->str, "");
	agents_gone(desk->agents, desk->links[1]);
	assert_string_equal(desk->told->str, "unknown the desktop agent went away;");
}

static void nothing_waits_for_a_desk_that_is_not_there_or_closes(void **state)
{
	struct desk *desk = *state;
	agents_show(desk->agents, "k", "{}", on_shown, desk, NULL);
	assert_string_equal(desk->told->str, "retry no desktop agent is connected;");
	g_string_truncate(desk->told, 0);
	ask_two(desk);
	agents_show(desk->agents, "k", "{}", on_shown, desk, NULL);
	assert_string_equal(desk->told->str, "retry it is being shown already;");
	g_string_truncate(desk->told, 0);
	agents_show(desk->agents, "other", "{}", on_shown, desk, desk);
	agents_cancel(desk->agents, desk);
	assert_string_equal(desk->told->str, "retry the channel was closed;");
}

static void lines_that_say_nothing_do_nothing(void **state)
{
	static const char *const lines[] = {"",
					    "[]",
					    "null",
					    "{",
					    "{\"hello\": 1}",
					    "{\"hello\": \"agent\", \"hello\": \"agent\"}",
					    "{\"answer\": \"k\", \"result\": \"done\"}",
					    "{\"act\": \"mute\", \"alert\": \"0000000000000012\"}"};
	struct desk *desk = *state;
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		assert_false(agents_line(desk->agents, desk->links[0], 1000, lines[i]));
	assert_int_equal(agents_count(desk->agents), 0);
	ask_two(desk);
	say(desk, 0, "{\"answer\": \"k\"}");
	say(desk, 0, "{\"answer\": \"k\", \"result\": 7}");
	say(desk, 0, "{\"answer\": \"nobody asked\", \"result\": \"done\"}");
	say(desk, 0, "{\"act\": \"mute\", \"alert\": \"not an id\"}");
	say(desk, 0, "{\"act\": \"mute\"}");
	say(desk, 0, "{\"act\": \"explode\", \"alert\": \"0000000000000012\"}");
	assert_int_equal(desk->acts, 0);
	say(desk, 0, "{\"act\": \"mute\", \"alert\": \"0000000000000012\", \"article\": \"x\"}");
	assert_int_equal(desk->acts, 1);
	assert_string_equal(desk->told->str, "");
	unsigned before = desk->ready;
	say(desk, 0, "{\"back\": true}");
	assert_int_equal(desk->ready, before + 1);
}

#define with_desk(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_desk(the_first_desktop_that_shows_it_is_enough),
		with_desk(all_are_waited_for_and_the_worst_is_told),
		with_desk(who_answered_does_not_answer_for_another),
		with_desk(who_was_not_asked_does_not_answer),
		with_desk(nothing_waits_for_a_desk_that_is_not_there_or_closes),
		with_desk(lines_that_say_nothing_do_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
