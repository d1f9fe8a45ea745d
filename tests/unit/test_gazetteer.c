/* Names of CLDR and of tables.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/cldr.h"
#include "filters/gazetteer.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uenum.h>
#include <unicode/uloc.h>

static struct gazetteer *with_table(const char *table, GError **error)
{
	g_autofree char *folder = g_dir_make_tmp("vedetta-tables-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "test.tsv", NULL);
	assert_true(g_file_set_contents(path, table, -1, NULL));
	struct gazetteer *g = gazetteer_load(folder, "it", error);
	g_unlink(path);
	g_rmdir(folder);
	return g;
}

static const struct gazetteer_entry *only(const struct gazetteer *g, const char *folded,
					  bool lower_case)
{
	const GPtrArray *found = gazetteer_find(g, folded, lower_case);
	assert_non_null(found);
	assert_int_equal(found->len, 1);
	return found->pdata[0];
}

static bool has(const GPtrArray *names, const char *name)
{
	for (unsigned i = 0; i < names->len; i++)
		if (strcmp(names->pdata[i], name) == 0)
			return true;
	return false;
}

static void cldr_names_countries_and_cities_in_every_script(void **state)
{
	(void)state;
	struct gazetteer *g = gazetteer_load(NULL, "it", NULL);
	const struct gazetteer_entry *country = only(g, "corea del nord", false);
	g_autoptr(GPtrArray) names = gazetteer_all_names(g, country);
	assert_string_equal(country->id, "corea-del-nord");
	assert_string_equal(country->region, "KP");
	assert_true(has(names, "North Korea") && has(names, "КНДР") && has(names, "북한") &&
		    has(names, "朝鲜"));
	const struct gazetteer_entry *city = only(g, "mosca", false);
	g_autoptr(GPtrArray) cities = gazetteer_all_names(g, city);
	assert_string_equal(city->sides[0], "RU");
	assert_true(has(cities, "Moscow") && has(cities, "Москва") && has(cities, "莫斯科"));
	gazetteer_free(g);
}

static void the_language_spoken_in_a_country_gives_its_adjective(void **state)
{
	(void)state;
	static const struct {
		const char *region, *language, *adjective;
	} rows[] = {{"RU", "it", "russo"},
		    {"RU", "en", "russian"},
		    {"RU", "pl", "rosyjski"},
		    {"KP", "it", "nordcoreano"},
		    {"KP", "en", "north korean"},
		    {"KP", "de", "nordkoreanisch"},
		    {"KP", "es", "norcoreano"},
		    {"CN", "fr", "chinois"},
		    {"TR", "de", "turkisch"},
		    {"AT", "it", NULL}, /* tedesco is of others */
		    {"BR", "it", NULL},
		    {"RU", "ko", NULL},
		    {"KP", "ru", NULL}}; /* no word of its name begins like the language */
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *found = cldr_adjective(rows[i].region, rows[i].language);
		if (rows[i].adjective)
			assert_string_equal(found, rows[i].adjective);
		else
			assert_null(found);
	}
}

static void tables_add_demonyms_in_all_endings(void **state)
{
	(void)state;
	struct gazetteer *g = with_table("country\tKP\t-\t-\tnordcoreano|DPRK\n", NULL);
	assert_string_equal(only(g, "nordcoreane", true)->region, "KP");
	assert_string_equal(only(g, "nordcoreani", true)->region, "KP");
	assert_string_equal(only(g, "dprk", false)->region, "KP");
	assert_null(gazetteer_find(g, "scoreani", true));
	gazetteer_free(g);
}

static void ambiguous_names_and_other_bearers_are_told_apart(void **state)
{
	(void)state;
	struct gazetteer *g =
		with_table("# remark\nperson\tKP\t-\tkim\tKim Jong-un|?Kim|!Kim Jong-il\n", NULL);
	const struct gazetteer_entry *kim = only(g, "kim jong un", false);
	assert_true(gazetteer_is_ambiguous(kim, "kim"));
	assert_false(gazetteer_is_ambiguous(kim, "kim jong un"));
	assert_int_equal(kim->not_names->len, 1);
	assert_null(gazetteer_find(g, "kim jong il", false));
	gazetteer_free(g);
}

static void a_city_of_the_table_is_the_one_of_cldr(void **state)
{
	(void)state;
	struct gazetteer *g = with_table("place\tRU\t1\tmoscow\tMosca|Moscou|moscovita\n", NULL);
	const struct gazetteer_entry *city = only(g, "mosca", false);
	assert_true(city == only(g, "moscou", false));
	assert_true(city->strength == 1 && city->zone != NULL);
	gazetteer_free(g);
}

static void topics_are_found_by_any_ending(void **state)
{
	(void)state;
	struct gazetteer *g = with_table("topic\t-\t-\t-\tmunizioni|ammunition|боеприпасы\n", NULL);
	const GPtrArray *topic = gazetteer_topic(g, "munizione");
	assert_non_null(topic);
	assert_true(has(topic, "ammunition"));
	assert_ptr_equal(topic, gazetteer_topic(g, "боеприпасами"));
	assert_null(gazetteer_topic(g, "governo"));
	gazetteer_free(g);
}

/* What ICU says when asked country by country, which takes long. */
static void zones_stand_under_their_countries(void **state)
{
	(void)state;
	g_autoptr(GHashTable) zones = cldr_zones();
	for (const char *const *region = uloc_getISOCountries(); *region; region++) {
		UErrorCode status = U_ZERO_ERROR;
		UEnumeration *own = ucal_openTimeZoneIDEnumeration(
			UCAL_ZONE_TYPE_CANONICAL_LOCATION, *region, NULL, &status);
		const GPtrArray *ours = g_hash_table_lookup(zones, *region);
		assert_int_equal(uenum_count(own, &status), ours ? ours->len : 0);
		for (const char *zone; (zone = uenum_next(own, NULL, &status));)
			assert_true(has(ours, zone));
		uenum_close(own);
	}
}

static void a_broken_row_is_named(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL, country = NULL;
	assert_null(with_table("person\tKP\t-\tkim\tKim\nmostro\tKP\t-\tx\ty\n", &error));
	assert_non_null(strstr(error->message, ":2:"));
	assert_null(with_table("country\tQQ\t-\t-\tnowhere\n", &country));
	assert_non_null(country);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cldr_names_countries_and_cities_in_every_script),
		cmocka_unit_test(the_language_spoken_in_a_country_gives_its_adjective),
		cmocka_unit_test(tables_add_demonyms_in_all_endings),
		cmocka_unit_test(ambiguous_names_and_other_bearers_are_told_apart),
		cmocka_unit_test(a_city_of_the_table_is_the_one_of_cldr),
		cmocka_unit_test(topics_are_found_by_any_ending),
		cmocka_unit_test(zones_stand_under_their_countries),
		cmocka_unit_test(a_broken_row_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
