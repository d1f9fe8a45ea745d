/* Adjectives guessed from countries' names.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/demonym.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static int open_bases(void **state)
{
	static const char *const countries[] = {
		"corea del nord", "corea del sud", "russia",	  "bolivia", "cina",  "iran",
		"ucraina",	  "france",	   "stati uniti", "kenya",   "egypt", "liberia"};
	GHashTable *bases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(countries); i++)
		demonym_add(bases, countries[i], (gpointer)countries[i]);
	*state = bases;
	return 0;
}

static int close_bases(void **state)
{
	g_hash_table_unref(*state);
	return 0;
}

static void adjectives_in_all_endings_lead_to_their_country(void **state)
{
	assert_string_equal(demonym_find(*state, "russo"), "russia");
	assert_string_equal(demonym_find(*state, "russe"), "russia");
	assert_string_equal(demonym_find(*state, "boliviani"), "bolivia");
	assert_string_equal(demonym_find(*state, "cinese"), "cina");
	assert_string_equal(demonym_find(*state, "iraniana"), "iran");
	assert_string_equal(demonym_find(*state, "ucraino"), "ucraina");
	assert_string_equal(demonym_find(*state, "egyptian"), "egypt");
}

static void points_of_the_compass_stand_before_the_name(void **state)
{
	assert_string_equal(demonym_find(*state, "nordcoreane"), "corea del nord");
	assert_string_equal(demonym_find(*state, "sudcoreano"), "corea del sud");
	assert_null(demonym_find(*state, "coreano"));
}

static void other_words_are_nobodys(void **state)
{
	assert_null(demonym_find(*state, "russare"));
	assert_null(demonym_find(*state, "cin"));
	assert_null(demonym_find(*state, "cine"));
	assert_null(demonym_find(*state, "libero"));
	assert_null(demonym_find(*state, "stati"));
	assert_null(demonym_find(*state, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adjectives_in_all_endings_lead_to_their_country),
		cmocka_unit_test(points_of_the_compass_stand_before_the_name),
		cmocka_unit_test(other_words_are_nobodys),
	};
	return cmocka_run_group_tests(tests, open_bases, close_bases);
}
