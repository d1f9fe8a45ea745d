/* The parser worker seen from the engine, with children that die of some documents: this program is
 * its own child, a true one but for those. SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/error.h"
#include "feeds/parse.h"
#include "feeds/text_block.h"
#include "feeds/window.h"
#include "feeds/wire.h"
#include "feeds/worker.h"
#include "feeds/worker_main.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- the child: the linker puts this before feed_parse_into() ---- */

struct feed_document *__real_feed_parse_into(struct text_block *block, const void *bytes,
					     size_t bytes_len, const struct parse_options *options,
					     GError **error);
struct feed_document *__wrap_feed_parse_into(struct text_block *block, const void *bytes,
					     size_t bytes_len, const struct parse_options *options,
					     GError **error);

static bool says(const char *bytes, size_t bytes_len, const char *word)
{
	return bytes_len == strlen(word) && memcmp(bytes, word, bytes_len) == 0;
}

/* Three fifths of a second of CPU. */
static void work(void)
{
	struct timespec now, start;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < 600);
}

/* No CPU is used, and nothing said. */
static void wait_for_ever(void)
{
	char bytes[WIRE_HEAD];
	while (read(STDIN_FILENO, bytes, sizeof bytes) > 0)
		;
	_exit(1);
}

static void say_error_in(unsigned slot)
{
	const struct wire_head head = {.kind = WIRE_ERROR, .slot = slot};
	unsigned char bytes[WIRE_HEAD];

	wire_put_head(bytes, &head);
	if (write(STDIN_FILENO, bytes, sizeof bytes) != sizeof bytes)
		_exit(1);
}

struct feed_document *__wrap_feed_parse_into(struct text_block *block, const void *bytes,
					     size_t bytes_len, const struct parse_options *options,
					     GError **error)
{
	static bool dies_next;
	volatile bool burning = says(bytes, bytes_len, "burn");

	if (dies_next || says(bytes, bytes_len, "die"))
		_exit(1);
	while (burning)
		;
	if (says(bytes, bytes_len, "work"))
		work();
	if (says(bytes, bytes_len, "hang"))
		wait_for_ever();
	if (says(bytes, bytes_len, "nonsense") &&
	    write(STDIN_FILENO, "\xff\xff\xff\xff\xff\xff", 6) != 6)
		_exit(1);
	if (says(bytes, bytes_len, "other slot"))
		say_error_in(WINDOW_SLOTS - 1);
	dies_next = says(bytes, bytes_len, "die next");
	return __real_feed_parse_into(block, bytes, bytes_len, options, error);
}

/* ---- the engine ---- */

struct asking {
	GMainLoop *loop;
	GString *told; /* a title, or '!', for each answer */
	char *why;     /* the last '!' */
	unsigned left;
	bool wait_for_death;
};

static void on_parsed(struct feed_document *document, const GError *error, void *data)
{
	struct asking *asking = data;
	siginfo_t ended;

	if (document)
		g_string_append_printf(asking->told, "%s ", document->title);
	else
		g_string_append(asking->told, error->code == FEED_ERROR_WORKER ? "! " : "? ");
	if (!document && error->code == FEED_ERROR_WORKER) {
		g_free(asking->why);
		asking->why = g_strdup(error->message);
	}
	feed_document_free(document);
	if (asking->wait_for_death)
		waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT);
	asking->wait_for_death = false;
	if (--asking->left == 0)
		g_main_loop_quit(asking->loop);
}

static void ask(struct worker *worker, struct asking *asking, const char *text, size_t text_len)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, text_len);
	asking->left++;
	worker_parse(worker, bytes, NULL, on_parsed, asking);
}

static char *feed_titled(const char *title)
{
	return g_strdup_printf("<rss><channel><title>%s</title></channel></rss>", title);
}

/* What the child knows by its name, and feeds of one letter. */
static void ask_words(struct worker *worker, struct asking *asking, const char *const *words)
{
	for (; *words; words++) {
		g_autofree char *feed =
			strlen(*words) == 1 ? feed_titled(*words) : g_strdup(*words);
		ask(worker, asking, feed, strlen(feed));
	}
}

static void asking_init(struct asking *asking)
{
	*asking = (struct asking){.loop = g_main_loop_new(NULL, FALSE), .told = g_string_new(NULL)};
}

static void asking_finish(struct asking *asking)
{
	g_main_loop_unref(asking->loop);
	g_string_free(asking->told, TRUE);
	g_free(asking->why);
}

/* Children of a worker that is gone, so that the next one's are the only ones. */
static void reap_children(void)
{
	siginfo_t ended;
	while (waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT) == 0)
		g_main_context_iteration(NULL, TRUE);
}

static unsigned count_of(char c, const char *text)
{
	unsigned count = 0;
	for (; *text; text++)
		count += *text == c;
	return count;
}

/* A document that kills kills two children where the first was dead before the engine knew that it
 * had begun: as many restarts more as documents are lost. */
static void assert_answers(const char *executable, const char *const *words, bool wait_for_death,
			   const char *expected, uint64_t least_restarts)
{
	struct worker *worker = worker_new_idle(executable);
	struct asking asking;
	uint64_t documents, restarts;

	asking_init(&asking);
	asking.wait_for_death = wait_for_death;
	ask_words(worker, &asking, words);
	g_main_loop_run(asking.loop);
	worker_counts(worker, &documents, &restarts);
	assert_string_equal(asking.told->str, expected);
	assert_in_range(restarts, least_restarts, least_restarts + count_of('!', expected));
	assert_int_equal(worker_waiting(worker), 0);
	worker_free(worker);
	reap_children();
	asking_finish(&asking);
}

#define PATIENCE_S 120 /* a lost answer is waited for no longer */
#define SELF	   "/proc/self/exe"

static void answers_come_in_the_order_of_the_documents(void **state)
{
	(void)state;
	assert_answers(SELF, (const char *const[]){"a", "no feed", "b", "c", NULL}, false,
		       "a ? b c ", 0);
}

static void a_document_that_kills_loses_only_itself(void **state)
{
	(void)state;
	assert_answers(SELF, (const char *const[]){"a", "die", "b", "c", NULL}, false, "a ! b c ",
		       1);
	assert_answers(SELF, (const char *const[]){"die", "a", "die", "die", "b", NULL}, false,
		       "! a ! ! b ", 3);
	assert_answers(SELF, (const char *const[]){"a", "nonsense", "b", "c", NULL}, false,
		       "a ! b c ", 1);
}

static void a_document_that_takes_for_ever_loses_only_itself(void **state)
{
	(void)state;
	assert_answers(SELF, (const char *const[]){"a", "burn", "b", "c", NULL}, false, "a ! b c ",
		       1);
}

/* Stopped, or waiting for what never comes: the CPU's limit does not end it. */
static void a_document_that_hangs_loses_only_itself(void **state)
{
	(void)state;
	struct worker *worker = worker_new_idle(SELF);
	struct asking asking;
	uint64_t documents, restarts;

	worker_limit_wall(worker, 500);
	asking_init(&asking);
	ask_words(worker, &asking, (const char *const[]){"a", "hang", "b", "c", NULL});
	g_main_loop_run(asking.loop);
	assert_string_equal(asking.told->str, "a ! b c ");
	assert_string_equal(asking.why, "the parser worker took too long and was ended");
	worker_counts(worker, &documents, &restarts);
	assert_int_equal(documents, 3);
	assert_in_range(restarts, 1, 2);
	worker_free(worker);
	reap_children();
	asking_finish(&asking);
}

/* Together more than one document may use. */
static void documents_that_take_long_do_not_pay_for_each_other(void **state)
{
	(void)state;
	assert_answers(SELF, (const char *const[]){"work", "work", "work", "work", "work", "work", NULL}, false,
		       "? ? ? ? ? ? ", 0);
}

static void an_answer_in_the_slot_of_another_document_is_refused(void **state)
{
	(void)state;
	assert_answers(SELF, (const char *const[]){"other slot", "a", NULL}, false, "! a ", 2);
}

static void an_answer_before_the_question_is_refused(void **state)
{
	(void)state;
	g_autofree char *large = g_strnfill(8 << 20, 'x'); /* more than the socket takes at once */

	g_setenv("SAYS_AT_ONCE", "1", TRUE);
	assert_answers(SELF, (const char *const[]){large, NULL}, false, "! ", 1);
	g_unsetenv("SAYS_AT_ONCE");
}

/* The child was dead before the engine could give the next one its own time. */
static void a_document_that_had_no_time_of_its_own_is_read_by_the_next_child(void **state)
{
	(void)state;
	assert_answers(SELF, (const char *const[]){"a", "die next", "b", "c", NULL}, true,
		       "a ? b c ", 1);
}

static void a_child_that_never_works_answers_each_with_an_error(void **state)
{
	(void)state;
	assert_answers("/bin/false", (const char *const[]){"a", "b", "c", NULL}, false, "! ! ! ",
		       3);
	assert_answers("/nowhere/vedetta", (const char *const[]){"a", "b", NULL}, false, "? ? ", 0);
}

static void more_than_a_child_reads_goes_on_in_the_next(void **state)
{
	(void)state;
	struct worker *worker = worker_new_idle(SELF);
	struct asking asking;
	GString *expected = g_string_new(NULL);
	uint64_t documents, restarts;

	asking_init(&asking);
	for (int i = 0; i < 2500; i++) {
		g_autofree char *title = g_strdup_printf("%d", i), *feed = feed_titled(title);
		ask(worker, &asking, feed, strlen(feed));
		g_string_append_printf(expected, "%d ", i);
	}
	g_main_loop_run(asking.loop);
	worker_counts(worker, &documents, &restarts);
	assert_string_equal(asking.told->str, expected->str);
	assert_int_equal(documents, 2500);
	assert_int_equal(restarts, 0);
	worker_free(worker);
	asking_finish(&asking);
	g_string_free(expected, TRUE);
}

/* Not in the window, neither the question nor the answer. */
static void large_documents_come_between_small_ones(void **state)
{
	(void)state;
	struct worker *worker = worker_new_idle(SELF);
	struct asking asking;
	g_autofree char *text = g_strnfill(200000, 'x'), *a = feed_titled("a"),
			*b = feed_titled("b");
	g_autofree char *item = g_strdup_printf("<item><description>%s</description></item>", text);
	g_autofree char *many =
		g_strdup_printf("c</title>%s%s%s%s<title>d", item, item, item, item);
	g_autofree char *large = feed_titled(many);

	asking_init(&asking);
	for (int i = 0; i < 3; i++) {
		ask(worker, &asking, a, strlen(a));
		ask(worker, &asking, large, strlen(large));
		ask(worker, &asking, large, strlen(large));
		ask(worker, &asking, b, strlen(b));
	}
	g_main_loop_run(asking.loop);
	assert_string_equal(asking.told->str, "a c c b a c c b a c c b ");
	worker_free(worker);
	asking_finish(&asking);
}

/* ---- the child alone ---- */

static int start_alone(struct window *window, pid_t *pid)
{
	int fds[2], memory = window_open(window);

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	*pid = fork();
	if (*pid == 0) {
		dup2(fds[1], STDIN_FILENO);
		dup2(memory, STDOUT_FILENO);
		execl(SELF, SELF, WORKER_COMMAND, WORKER_VERSION, (char *)NULL);
		_exit(1);
	}
	close(fds[1]);
	close(memory);
	return fds[0];
}

/* Feeds in the slots from the first on, asked for at once. */
static void ask_alone(int fd, struct window *window, unsigned count)
{
	unsigned char heads[WINDOW_SLOTS * WIRE_HEAD];

	for (unsigned i = 0; i < count; i++) {
		g_autofree char *feed = feed_titled("a");
		g_autoptr(GByteArray) frame = wire_pack_request(WIRE_PARSE, strlen(feed), NULL);
		size_t options_len = frame->len - WIRE_HEAD;
		unsigned char *slot = window_slot(window, i);
		memcpy(slot, frame->data + WIRE_HEAD, options_len);
		memcpy(slot + options_len, feed, strlen(feed));
		wire_put_head(heads + i * WIRE_HEAD, &(struct wire_head){WIRE_PARSE, i, options_len + strlen(feed)});
	}
	assert_int_equal(send(fd, heads, count * WIRE_HEAD, 0), count * WIRE_HEAD);
}

/* `count` answers, `least` of them or more at first. */
static void assert_said(int fd, unsigned count, unsigned least)
{
	unsigned char heads[WINDOW_SLOTS * WIRE_HEAD];
	struct wire_head head;

	ssize_t got = recv(fd, heads, count * WIRE_HEAD, 0);
	assert_in_range(got, least * WIRE_HEAD, count * WIRE_HEAD);
	size_t left = count * WIRE_HEAD - (size_t)got;
	assert_int_equal(left ? recv(fd, heads + got, left, MSG_WAITALL) : 0, left);
	for (unsigned i = 0; i < count; i++) {
		assert_true(wire_head(heads + i * WIRE_HEAD, WIRE_MAX_REPLY, &head));
		assert_int_equal(head.kind, WIRE_DOCUMENT);
		assert_int_equal(head.slot, i);
	}
}

static void answers_are_said_together_when_half_are_there_or_none_is_asked_for(void **state)
{
	(void)state;
	const unsigned half = WINDOW_SLOTS / 2;
	struct window window;
	pid_t pid;
	int fd = start_alone(&window, &pid), status;

	for (unsigned round = 0; round < 3; round++) {
		ask_alone(fd, &window, 1);
		assert_said(fd, 1, 1);
		ask_alone(fd, &window, half + 1);
		assert_said(fd, half + 1, half);
	}
	close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	window_close(&window);
}

static void on_cancelled(struct feed_document *document, const GError *error, void *data)
{
	assert_null(document);
	assert_int_equal(error->code, FEED_ERROR_CANCELLED);
	++*(int *)data;
}

static void who_goes_leaves_no_document_without_an_answer(void **state)
{
	(void)state;
	struct worker *worker = worker_new(SELF, NULL);
	g_autoptr(GBytes) bytes = g_bytes_new("burn", 4);
	int cancelled = 0;

	for (int i = 0; i < 5; i++)
		worker_parse(worker, bytes, NULL, on_cancelled, &cancelled);
	g_main_context_iteration(NULL, FALSE);
	worker_free(worker);
	assert_int_equal(cancelled, 5);
}

int main(int argc, char **argv)
{
	alarm(PATIENCE_S);
	if (argc > 1 && g_getenv("SAYS_AT_ONCE")) {
		say_error_in(WIRE_BEHIND);
		pause();
	}
	if (argc > 1)
		_exit(worker_main(argc > 2 ? argv[2] : NULL));
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_in_the_order_of_the_documents),
		cmocka_unit_test(a_document_that_kills_loses_only_itself),
		cmocka_unit_test(a_document_that_takes_for_ever_loses_only_itself),
		cmocka_unit_test(a_document_that_hangs_loses_only_itself),
		cmocka_unit_test(documents_that_take_long_do_not_pay_for_each_other),
		cmocka_unit_test(an_answer_in_the_slot_of_another_document_is_refused),
		cmocka_unit_test(an_answer_before_the_question_is_refused),
		cmocka_unit_test(a_document_that_had_no_time_of_its_own_is_read_by_the_next_child),
		cmocka_unit_test(a_child_that_never_works_answers_each_with_an_error),
		cmocka_unit_test(more_than_a_child_reads_goes_on_in_the_next),
		cmocka_unit_test(large_documents_come_between_small_ones),
		cmocka_unit_test(answers_are_said_together_when_half_are_there_or_none_is_asked_for),
		cmocka_unit_test(who_goes_leaves_no_document_without_an_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
