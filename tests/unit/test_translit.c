/* Names in other scripts.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/translit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static void assert_text(char *made, const char *wanted)
{
	assert_non_null(made);
	assert_string_equal(made, wanted);
	g_free(made);
}

static void cyrillic_becomes_what_each_press_writes(void **state)
{
	(void)state;
	assert_text(translit_cyrillic("Шойгу", "en"), "Shoygu");
	assert_text(translit_cyrillic("Шойгу", "fr"), "Choïgou");
	assert_text(translit_cyrillic("Шойгу", "sla"), "Šojgu");
	assert_text(translit_cyrillic("Лавров", "de"), "Lawrow");
	assert_text(translit_cyrillic("Путин", "fr"), "Poutine");
	assert_text(translit_cyrillic("Захарова", "it"), "Zakharova");
}

static void press_and_scientific_latin_become_the_same_cyrillic(void **state)
{
	(void)state;
	assert_text(translit_to_cyrillic("Šojgu"), "Шойгу");
	assert_text(translit_to_cyrillic("Shoygu"), "Шойгу");
	assert_text(translit_to_cyrillic("Shoigu"), "Шойгу");
	assert_text(translit_to_cyrillic("Čekušov"), "Чекушов");
	assert_text(translit_to_cyrillic("Chekushov"), "Чекушов");
	assert_text(translit_to_cyrillic("Denis Manturov"), "Денис Мантуров");
	assert_text(translit_to_cyrillic("Zelensky"), "Зеленский");
}

static void hangul_goes_both_ways(void **state)
{
	(void)state;
	assert_text(translit_hangul("김정은"), "Kim Jong Un");
	assert_text(translit_hangul("최선희"), "Choe Son Hui");
	assert_text(translit_to_hangul("Kim Jong Un"), "김정은");
	assert_text(translit_to_hangul("Kim Jong-un"), "김정은");
	assert_text(translit_to_hangul("Shin Wonsik"), "신원식");
}

static void what_is_no_name_of_the_script_is_left_alone(void **state)
{
	(void)state;
	assert_null(translit_to_hangul("Kim Kardashian"));
	assert_null(translit_to_hangul("Kim"));
	assert_null(translit_hangul("Kim"));
	assert_null(translit_cyrillic("金正恩", "it"));
	assert_null(translit_to_cyrillic("金正恩"));
	assert_null(translit_cyrillic("Путин", "xx"));
}

static void a_country_decides_which_scripts_are_tried(void **state)
{
	(void)state;
	g_autoptr(GPtrArray) none = translit_names("Marta Bellandi", "IT");
	g_autoptr(GPtrArray) russian = translit_names("Manturov", "RU");
	assert_int_equal(none->len, 0);
	assert_true(russian->len >= 2);
	assert_string_equal(russian->pdata[0], "Мантуров");
	for (unsigned i = 0; i < russian->len; i++)
		assert_string_not_equal(russian->pdata[i], "Manturov");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cyrillic_becomes_what_each_press_writes),
		cmocka_unit_test(press_and_scientific_latin_become_the_same_cyrillic),
		cmocka_unit_test(hangul_goes_both_ways),
		cmocka_unit_test(what_is_no_name_of_the_script_is_left_alone),
		cmocka_unit_test(a_country_decides_which_scripts_are_tried),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
