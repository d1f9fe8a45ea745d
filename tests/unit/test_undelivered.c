/* What a channel will never get is told at once, and never as a flood.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/undelivered.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void on_tell(const struct delivery *last, unsigned count, const char *reason, void *user_data)
{
	GString *told = user_data;
	g_string_append_printf(told, "%s %u %s %s;", last->channel, count, last->key, reason);
}

static void add(struct undelivered *u, const char *channel, const char *key, int64_t now)
{
	struct delivery *d = delivery_new();
	d->channel = g_strdup(channel);
	d->recipient = g_strdup("anna@example.org");
	d->key = g_strdup(key);
	undelivered_add(u, d, "550 never", now);
	delivery_free(d);
}

static void the_first_is_told_at_once_and_the_rest_of_the_hour_together(void **state)
{
	g_autoptr(GString) told = g_string_new(NULL);
	struct undelivered *u = undelivered_new(on_tell, told);
	(void)state;
	add(u, "mail", "a", 1000);
	assert_string_equal(told->str, "mail 1 a 550 never;");
	for (int i = 0; i < 500; i++)
		add(u, "mail", "b", 1000 + i);
	add(u, "mail", "c", 4599);
	undelivered_turn(u, 4599);
	assert_string_equal(told->str, "mail 1 a 550 never;");
	undelivered_turn(u, 4600);
	assert_string_equal(told->str, "mail 1 a 550 never;mail 501 c 550 never;");
	undelivered_turn(u, 9000);
	add(u, "mail", "d", 9001);
	assert_string_equal(told->str, "mail 1 a 550 never;mail 501 c 550 never;mail 1 d 550 never;");
	undelivered_free(u);
}

static void channels_are_told_apart(void **state)
{
	g_autoptr(GString) told = g_string_new(NULL);
	struct undelivered *u = undelivered_new(on_tell, told);
	(void)state;
	add(u, "mail", "a", 1000);
	add(u, "hook", "b", 1001);
	assert_string_equal(told->str, "mail 1 a 550 never;hook 1 b 550 never;");
	undelivered_free(u);
}

static void a_clock_that_is_set_back_silences_nothing(void **state)
{
	g_autoptr(GString) told = g_string_new(NULL);
	struct undelivered *u = undelivered_new(on_tell, told);
	(void)state;
	add(u, "mail", "a", 1000000);
	add(u, "mail", "b", 10);
	assert_string_equal(told->str, "mail 1 a 550 never;mail 1 b 550 never;");
	undelivered_free(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_is_told_at_once_and_the_rest_of_the_hour_together),
		cmocka_unit_test(channels_are_told_apart),
		cmocka_unit_test(a_clock_that_is_set_back_silences_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
