/* The log channel: what is on the disk after each answer.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "daemon/alerts/channel_log.h"
#include "daemon/alerts/compose.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char *folder, *path;
	struct channel *channel;
};

static void use(struct fixture *f, const char *path)
{
	if (f->channel)
		f->channel->ops->free(f->channel);
	f->channel = channel_log_new(path);
	f->channel->name = g_strdup("log");
}

static int setup(void **state)
{
	struct fixture *f = g_new0(struct fixture, 1);
	f->folder = g_dir_make_tmp("vedetta-log-XXXXXX", NULL);
	f->path = g_build_filename(f->folder, "alerts.jsonl", NULL);
	use(f, f->path);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	g_autofree char *old = g_strconcat(f->path, ".1", NULL);
	f->channel->ops->free(f->channel);
	g_unlink(f->path);
	g_unlink(old);
	g_rmdir(f->folder);
	g_free(f->path);
	g_free(f->folder);
	g_free(f);
	return 0;
}

struct answer {
	unsigned count;
	enum send_result result;
	char detail[200];
};

static void on_answer(enum send_result result, const char *detail, void *user_data)
{
	struct answer *answer = user_data;
	answer->count++;
	answer->result = result;
	g_strlcpy(answer->detail, detail ? detail : "", sizeof answer->detail);
}

static enum send_result tell(struct fixture *f, const char *key)
{
	struct answer answer = {0};
	struct message *message = compose_text(DELIVERY_TEST, key, "subject", "text",
					       PRIORITY_NORMAL, "en", 1795262400);
	channel_send(f->channel, message, "", on_answer, &answer);
	message_free(message);
	assert_int_equal(answer.count, 1);
	assert_true(answer.result == SEND_DONE || *answer.detail);
	return answer.result;
}

static char *content(const char *path)
{
	char *text = NULL;
	g_file_get_contents(path, &text, NULL, NULL);
	return text ? text : g_strdup("");
}

static unsigned lines(const char *path)
{
	g_autofree char *text = content(path);
	unsigned count = 0;
	for (const char *p = text; (p = strchr(p, '\n')); p++)
		count++;
	return count;
}

static void assert_has(const char *path, const char *key, bool expected)
{
	g_autofree char *text = content(path);
	assert_int_equal(strstr(text, key) != NULL, expected);
}

static void one_line_for_each_alert(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(tell(f, "first"), SEND_DONE);
	assert_int_equal(tell(f, "second"), SEND_DONE);
	assert_int_equal(lines(f->path), 2);
}

static void rotation_by_rename_is_seen_before_the_next_line(void **state)
{
	struct fixture *f = *state;
	g_autofree char *old = g_strconcat(f->path, ".1", NULL);
	tell(f, "first");
	assert_int_equal(g_rename(f->path, old), 0);
	assert_int_equal(tell(f, "second"), SEND_DONE);
	assert_has(old, "first", true);
	assert_has(old, "second", false);
	assert_has(f->path, "second", true);
}

static void rotation_by_copytruncate_leaves_no_hole(void **state)
{
	struct fixture *f = *state;
	tell(f, "first");
	assert_int_equal(truncate(f->path, 0), 0);
	assert_int_equal(tell(f, "second"), SEND_DONE);
	g_autofree char *text = content(f->path);
	assert_int_equal(text[0], '{');
	assert_int_equal(lines(f->path), 1);
}

static void reopen_makes_the_file_anew(void **state)
{
	struct fixture *f = *state;
	tell(f, "first");
	g_unlink(f->path);
	f->channel->ops->reopen(f->channel);
	assert_int_equal(tell(f, "second"), SEND_DONE);
	assert_int_equal(lines(f->path), 1);
}

static void a_line_that_a_power_cut_left_half_is_taken_back(void **state)
{
	struct fixture *f = *state;
	g_file_set_contents(f->path, "{\"@timestamp\":1}\n{\"@timestamp\":\"2026-1", -1, NULL);
	assert_int_equal(tell(f, "whole"), SEND_DONE);
	assert_int_equal(lines(f->path), 2);
	assert_has(f->path, "2026-1", true); /* of the new line */
	assert_has(f->path, "\"2026-1{", false);
}

static void somebody_elses_last_line_is_kept(void **state)
{
	struct fixture *f = *state;
	g_file_set_contents(f->path, "a note without an end", -1, NULL);
	assert_int_equal(tell(f, "whole"), SEND_DONE);
	assert_has(f->path, "a note without an end\n{", true);
}

static void a_full_disk_is_tried_again(void **state)
{
	struct fixture *f = *state;
	use(f, "/dev/full");
	assert_int_equal(tell(f, "first"), SEND_RETRY);
}

static void a_folder_that_is_not_there_is_tried_again(void **state)
{
	struct fixture *f = *state;
	use(f, "/nonexistent/alerts.jsonl");
	assert_int_equal(tell(f, "first"), SEND_RETRY);
}

static void a_pipe_that_nobody_reads_is_tried_again_at_once(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(mkfifo(f->path, 0600), 0);
	assert_int_equal(tell(f, "first"), SEND_RETRY);
	int reader = open(f->path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(tell(f, "second"), SEND_DONE);
	char buffer[65536];
	assert_true(read(reader, buffer, sizeof buffer) > 0);
	unsigned taken = 0;
	while (taken < 10000 && tell(f, "more") == SEND_DONE)
		taken++;
	assert_in_range(taken, 1, 9999); /* a full pipe is no reason to wait */
	close(reader);
}

/* As many bytes as the kernel lets us write: the line after that is cut. */
static void a_line_that_is_cut_off_is_taken_back(void **state)
{
	struct fixture *f = *state;
	struct rlimit before, limit;
	struct stat status, after;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(tell(f, "first"), SEND_DONE);
	assert_int_equal(stat(f->path, &status), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){(rlim_t)status.st_size + 20, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	enum send_result result = tell(f, "second");
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(result, SEND_RETRY);
	assert_int_equal(stat(f->path, &after), 0);
	assert_int_equal(after.st_size, status.st_size);
	assert_int_equal(tell(f, "second"), SEND_DONE);
	assert_int_equal(lines(f->path), 2);
}

static void the_file_is_not_for_everybody(void **state)
{
	struct fixture *f = *state;
	struct stat status;
	mode_t before = umask(0);
	tell(f, "first");
	umask(before);
	assert_int_equal(stat(f->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0640);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_line_for_each_alert),
		TEST(rotation_by_rename_is_seen_before_the_next_line),
		TEST(rotation_by_copytruncate_leaves_no_hole),
		TEST(reopen_makes_the_file_anew),
		TEST(a_line_that_a_power_cut_left_half_is_taken_back),
		TEST(somebody_elses_last_line_is_kept),
		TEST(a_full_disk_is_tried_again),
		TEST(a_folder_that_is_not_there_is_tried_again),
		TEST(a_pipe_that_nobody_reads_is_tried_again_at_once),
		TEST(a_line_that_is_cut_off_is_taken_back),
		TEST(the_file_is_not_for_everybody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
