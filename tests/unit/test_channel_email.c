/* What the mail channel answers before it talks to a server.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/channel_email.h"
#include "daemon/alerts/message.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

struct answers {
	unsigned count;
	enum send_result last;
};

static void note(enum send_result result, const char *detail, void *user_data)
{
	struct answers *answers = user_data;
	assert_non_null(detail);
	answers->count++;
	answers->last = result;
}

/* What is freed from now on is overwritten at once: glibc keeps the first seven pieces of each small size as they are. */
static void overwrite_what_is_freed(void)
{
	void *pieces[1032 / 16][7];

	for (size_t size = 0; size < G_N_ELEMENTS(pieces); size++)
		for (size_t n = 0; n < 7; n++)
			pieces[size][n] = g_malloc(24 + 16 * size);
	for (size_t size = 0; size < G_N_ELEMENTS(pieces); size++)
		for (size_t n = 0; n < 7; n++)
			g_free(pieces[size][n]);
	mallopt(M_PERTURB, 0x5a);
}

/* As one that waits in the outbox since a configuration that was not checked as this one is. */
static void a_recipient_that_is_no_address_is_refused_once_and_never(void **state)
{
	(void)state;
	const struct email_options options = {
		.server = "127.0.0.1", .port = 1, .protection = SMTP_UNPROTECTED, .from = "v@example.org", .max_parallel = 1};
	struct channel *channel = channel_email_new(&options, NULL);
	struct message *message = message_new();
	struct answers answers = {0};

	assert_non_null(channel);
	message->key = g_strdup("k");
	message->subject = g_strdup("Un ponte");
	overwrite_what_is_freed();
	channel->ops->send(channel, message, "nobody at all", note, &answers);
	assert_int_equal(answers.count, 1);
	assert_int_equal(answers.last, SEND_REFUSED);
	channel->ops->free(channel);
	assert_int_equal(answers.count, 1);
	message_free(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recipient_that_is_no_address_is_refused_once_and_never),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
