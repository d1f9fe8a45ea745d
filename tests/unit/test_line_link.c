/* Lines over a socket, and peers that do not keep to them.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/alerts/line_link.h"

#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct talk {
	struct line_link *link;
	int peer; /* our end of it, which does not block */
	GString *lines;
	unsigned closed;
	bool ends_at_a_line; /* the owner frees the link in the callback */
};

static void on_line(struct line_link *link, const char *line, void *user_data)
{
	struct talk *talk = user_data;
	assert_ptr_equal(link, talk->link);
	g_string_append_printf(talk->lines, "%s|", line);
	if (talk->ends_at_a_line)
		g_clear_pointer(&talk->link, line_link_free);
}

static void on_closed(struct line_link *link, void *user_data)
{
	struct talk *talk = user_data;
	assert_ptr_equal(link, talk->link);
	talk->closed++;
}

static int set_up(void **state)
{
	struct talk *talk = g_new0(struct talk, 1);
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	g_unix_set_fd_nonblocking(fds[0], TRUE, NULL);
	g_unix_set_fd_nonblocking(fds[1], TRUE, NULL);
	talk->peer = fds[1];
	talk->lines = g_string_new(NULL);
	talk->link = line_link_new(fds[0], on_line, on_closed, talk);
	*state = talk;
	return 0;
}

static int tear_down(void **state)
{
	struct talk *talk = *state;
	line_link_free(talk->link);
	if (talk->peer >= 0)
		close(talk->peer);
	g_string_free(talk->lines, TRUE);
	g_free(talk);
	return 0;
}

/* What is ready now, and no more. */
static void run(void)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void say(struct talk *talk, const char *bytes, size_t len)
{
	assert_int_equal(write(talk->peer, bytes, len), len);
	run();
}

static void lines_come_whole_however_they_are_sent(void **state)
{
	struct talk *talk = *state;
	say(talk, "one\ntw", 6);
	say(talk, "o", 1);
	assert_string_equal(talk->lines->str, "one|");
	say(talk, "\n\n\nè\n", 6);
	assert_string_equal(talk->lines->str, "one|two|è|");
	assert_int_equal(talk->closed, 0);
}

static void a_peer_that_speaks_no_lines_of_text_is_left(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} wrong[] = {{"\xff\n", 2}, {"a\0b\n", 4}, {"\xed\xa0\x80\n", 4}};
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		struct talk *talk = *state;
		say(talk, wrong[i].bytes, wrong[i].len);
		assert_int_equal(talk->closed, 1);
		assert_string_equal(talk->lines->str, "");
		tear_down(state);
		set_up(state);
	}
}

static void a_line_without_end_is_left(void **state)
{
	struct talk *talk = *state;
	g_autofree char *part = g_strnfill(4096, 'x');
	for (size_t sent = 0; sent <= LINE_LINK_LINE_MAX; sent += 4096)
		say(talk, part, 4096);
	assert_int_equal(talk->closed, 1);
	assert_string_equal(talk->lines->str, "");
}

static void a_peer_that_goes_is_told_once(void **state)
{
	struct talk *talk = *state;
	close(talk->peer);
	talk->peer = -1;
	run();
	line_link_send(talk->link, "too late");
	run();
	assert_int_equal(talk->closed, 1);
}

static void a_link_may_be_freed_by_its_own_line(void **state)
{
	struct talk *talk = *state;
	talk->ends_at_a_line = true;
	say(talk, "one\ntwo\nthree\n", 14);
	assert_string_equal(talk->lines->str, "one|");
	assert_int_equal(talk->closed, 0);
}

/* More than the socket takes waits, and comes in its order. */
static void a_peer_that_reads_late_gets_all(void **state)
{
	struct talk *talk = *state;
	g_autoptr(GString) expected = g_string_new(NULL), got = g_string_new(NULL);
	g_autofree char *text = g_strnfill(1000, 'y');
	char buffer[5000];
	ssize_t part;

	for (unsigned i = 0; i < 900; i++) {
		g_autofree char *line = g_strdup_printf("%u %s", i, text);
		line_link_send(talk->link, line);
		g_string_append_printf(expected, "%s\n", line);
	}
	while (got->len < expected->len) {
		while ((part = read(talk->peer, buffer, sizeof buffer)) > 0)
			g_string_append_len(got, buffer, part);
		run();
	}
	assert_true(g_string_equal(got, expected));
	assert_int_equal(talk->closed, 0);
}

static void a_peer_that_never_reads_is_left_and_not_within_a_send(void **state)
{
	struct talk *talk = *state;
	g_autofree char *text = g_strnfill(100000, 'z');
	for (unsigned i = 0; i < 100; i++) {
		line_link_send(talk->link, text);
		assert_int_equal(talk->closed, 0);
	}
	run();
	assert_int_equal(talk->closed, 1);
}

#define in_a_talk(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	alarm(120); /* what is lost is waited for no longer */
	const struct CMUnitTest tests[] = {
		in_a_talk(lines_come_whole_however_they_are_sent),
		in_a_talk(a_peer_that_speaks_no_lines_of_text_is_left),
		in_a_talk(a_line_without_end_is_left),
		in_a_talk(a_peer_that_goes_is_told_once),
		in_a_talk(a_link_may_be_freed_by_its_own_line),
		in_a_talk(a_peer_that_reads_late_gets_all),
		in_a_talk(a_peer_that_never_reads_is_left_and_not_within_a_send),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
