/* Routes from texts to keys: every one laid is followed, no other.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filters/word_routes.h"

#include <string.h>

static void lay(struct word_routes *routes, const char *text, uint32_t key)
{
	word_routes_lay(routes, text, strlen(text), key);
}

/* "3 1": the keys as they come. */
static char *follow(const struct word_routes *routes, const char *text)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	GString *out = g_string_new(NULL);
	word_routes_follow(routes, text, strlen(text), keys);
	for (unsigned i = 0; i < keys->len; i++)
		g_string_append_printf(out, "%s%u", i ? " " : "", g_array_index(keys, uint32_t, i));
	return g_string_free(out, FALSE);
}

static void assert_follows(const struct word_routes *routes, const char *text, const char *keys)
{
	g_autofree char *found = follow(routes, text);
	assert_string_equal(found, keys);
}

static void nothing_is_found_before_it_is_settled(void **state)
{
	struct word_routes *routes = word_routes_new();
	(void)state;
	assert_follows(routes, "=ponte", "");
	lay(routes, "=ponte", 7);
	assert_follows(routes, "=ponte", "");
	word_routes_settle(routes);
	assert_follows(routes, "=ponte", "7");
	word_routes_settle(routes);
	assert_follows(routes, "=ponte", "7");
	word_routes_free(routes);
}

static void the_last_laid_comes_first_and_each_key_once(void **state)
{
	struct word_routes *routes = word_routes_new();
	(void)state;
	lay(routes, "~pont", 1);
	lay(routes, "~pont", 2);
	lay(routes, "~pont", 1);
	word_routes_settle(routes);
	lay(routes, "~pont", 3);
	word_routes_settle(routes);
	assert_follows(routes, "~pont", "3 1 2");
	word_routes_free(routes);
}

static void every_byte_and_the_length_count(void **state)
{
	static const char *const others[] = {"",
					     "=",
					     "=abcdefg",
					     "=abcdefgh",
					     "=abcdefghi",
					     "=bbcdefghijklmno",
					     "~abcdefghijklmno",
					     "=abcdefghijklmnp",
					     "=abcdefghijklmnoo"};
	struct word_routes *routes = word_routes_new();
	(void)state;
	lay(routes, "=abcdefghijklmno", 1);
	word_routes_lay(routes, "=a\0", 3, 2); /* as long as said */
	word_routes_settle(routes);
	assert_follows(routes, "=abcdefghijklmno", "1");
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		assert_follows(routes, others[i], "");
	assert_follows(routes, "=a", "");
	word_routes_free(routes);
}

static void many_in_several_settlements_are_all_found_and_no_others(void **state)
{
	enum { COUNT = 20000, STEP = 6000 };
	struct word_routes *routes = word_routes_new();
	char text[32], key[32];
	(void)state;
	for (uint32_t i = 0; i < COUNT; i++) {
		g_snprintf(text, sizeof text, "n%u", i * 2);
		lay(routes, text, i);
		if (i % STEP == STEP - 1)
			word_routes_settle(routes);
	}
	word_routes_settle(routes);
	for (uint32_t i = 0; i < COUNT * 2; i++) {
		g_snprintf(text, sizeof text, "n%u", i);
		g_snprintf(key, sizeof key, "%u", i / 2);
		assert_follows(routes, text, i % 2 ? "" : key);
	}
	word_routes_free(routes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_found_before_it_is_settled),
		cmocka_unit_test(the_last_laid_comes_first_and_each_key_once),
		cmocka_unit_test(every_byte_and_the_length_count),
		cmocka_unit_test(many_in_several_settlements_are_all_found_and_no_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
