/* Datagrams to a local socket: receivers that come, go and are full.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/alerts/datagram.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char *folder, *path;
	struct datagram *datagram;
};

static int setup(void **state)
{
	struct fixture *f = g_new0(struct fixture, 1);
	f->folder = g_dir_make_tmp("vedetta-datagram-XXXXXX", NULL);
	f->path = g_build_filename(f->folder, "socket", NULL);
	f->datagram = datagram_new(f->path, 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	datagram_free(f->datagram);
	g_unlink(f->path);
	g_rmdir(f->folder);
	g_free(f->path);
	g_free(f->folder);
	g_free(f);
	return 0;
}

static int receiver(const struct fixture *f)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	g_unlink(f->path);
	g_strlcpy(address.sun_path, f->path, sizeof address.sun_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

struct answer {
	unsigned count;
	enum send_result result;
};

static void on_answer(enum send_result result, const char *detail, void *user_data)
{
	struct answer *answer = user_data;
	answer->count++;
	answer->result = result;
	assert_true(result == SEND_DONE || detail);
}

static enum send_result put(struct fixture *f, const char *text)
{
	struct answer answer = {0};
	datagram_send(f->datagram, text, strlen(text), on_answer, &answer);
	assert_int_equal(answer.count, 1);
	return answer.result;
}

static void assert_got(int fd, const char *text)
{
	char buffer[64] = "";
	assert_int_equal(recv(fd, buffer, sizeof buffer - 1, MSG_DONTWAIT), (int)strlen(text));
	assert_string_equal(buffer, text);
}

static void a_receiver_that_is_absent_is_tried_again(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(put(f, "one"), SEND_RETRY);
	int fd = receiver(f);
	assert_int_equal(put(f, "two"), SEND_DONE);
	assert_got(fd, "two");
	close(fd);
}

static void a_receiver_that_started_again_gets_the_next(void **state)
{
	struct fixture *f = *state;
	int old = receiver(f);
	assert_int_equal(put(f, "one"), SEND_DONE);
	close(old);
	int fd = receiver(f);
	assert_int_equal(put(f, "two"), SEND_DONE);
	assert_got(fd, "two");
	close(fd);
}

static void a_receiver_that_does_not_read_is_not_waited_for(void **state)
{
	struct fixture *f = *state;
	int fd = receiver(f);
	unsigned taken = 0;
	while (taken < 100000 && put(f, "more") == SEND_DONE)
		taken++;
	assert_in_range(taken, 1, 99999);
	assert_got(fd, "more");
	assert_int_equal(put(f, "again"), SEND_DONE);
	close(fd);
}

static void one_that_is_too_long_is_refused(void **state)
{
	struct fixture *f = *state;
	int fd = receiver(f);
	g_autofree char *text = g_strnfill(16 * 1024 * 1024, 'x');
	assert_int_equal(put(f, text), SEND_REFUSED);
	close(fd);
}

static void what_waits_for_a_look_up_is_answered_when_it_is_freed(void **state)
{
	struct answer answer = {0};
	struct datagram *datagram = datagram_new("syslog.nowhere.invalid", 514);
	(void)state;
	datagram_send(datagram, "one", 3, on_answer, &answer);
	assert_int_equal(answer.count, 0);
	datagram_free(datagram);
	assert_int_equal(answer.count, 1);
	assert_int_equal(answer.result, SEND_RETRY);
	while (g_main_context_iteration(NULL, FALSE))
		;
	assert_int_equal(answer.count, 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_receiver_that_is_absent_is_tried_again),
		TEST(a_receiver_that_started_again_gets_the_next),
		TEST(a_receiver_that_does_not_read_is_not_waited_for),
		TEST(one_that_is_too_long_is_refused),
		TEST(what_waits_for_a_look_up_is_answered_when_it_is_freed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
