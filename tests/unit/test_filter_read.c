/* Filter files: what they say, and where they are wrong.  SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/filter_fixture.h"

#include "filters/filter_data.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

static void a_file_says_everything_a_filter_has(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;
	struct filter_set *set = filter_set_parse(
		"a.filter",
		"entity \"russia\" { kind = country  names = { \"Russia\", \"russo\" } }\n"
		"entity \"kim\" { kind = person side = \"russia\" strength = 0.4 names = { \"Kim "
		"Jong-un\" }\n"
		"  with = { \"Kim\" } not = { \"Kim Kardashian\" } }\n"
		"filter \"f\" {\n title = \"A title\"\n when = '@@russia AND \"a b\"'\n"
		" terms = { \"mutua difesa = 1.2\", \"truppe NEAR/3 Kim = -0.5\" }\n threshold = "
		"1.1\n"
		" priority = low\n raise = { \"high = 1.15\", \"critical = 1.2\" }\n languages = { "
		"\"it\", \"en-GB\" } }\n",
		NULL, &error);
	assert_non_null(set);
	const struct filter *f = filter_set_filter(set, "f");
	assert_string_equal(f->title, "A title");
	assert_int_equal(f->terms->len, 2);
	assert_true(g_array_index(f->terms, struct term, 1).weight == -0.5);
	assert_string_equal(g_array_index(f->terms, struct term, 0).text, "mutua difesa");
	assert_true(f->threshold == 1.1);
	assert_int_equal(f->priority, PRIORITY_LOW);
	assert_int_equal(f->raises->len, 2);
	assert_int_equal(g_array_index(f->raises, struct raise, 1).priority, PRIORITY_CRITICAL);
	assert_string_equal(f->languages[1], "en-GB");
	assert_int_equal(f->line, 4);
	const struct entity *kim = filter_set_entity(set, "kim");
	assert_int_equal(kim->kind, ENTITY_PERSON);
	assert_true(kim->strength == 0.4);
	assert_string_equal(kim->side, "russia");
	assert_string_equal(kim->with[0], "Kim");
	assert_string_equal(kim->not_names[0], "Kim Kardashian");
	assert_string_equal(filter_set_title(set, "f"), "A title");
	assert_string_equal(filter_set_id(set, 0), "f");
	assert_null(filter_set_id(set, 1));
	assert_null(filter_set_title(set, "g"));
	filter_set_free(set);
}

static void unknown_keys_and_blocks_name_the_nearest(void **state)
{
	(void)state;
	assert_problem("filter \"f\" {\n  when = a\n  treshold = 3\n}\n", true, 3, 3, "threshold");
	assert_problem("\n  fliter \"f\" { when = a }\n", true, 2, 3, "filter");
	assert_problem("filter { when = a }\n", true, 1, 1, "needs a name");
	assert_problem("entity \"e\" { kind = persn names = { \"A\" } }\n", true, 1, 14,
		       "did you mean 'person'?");
}

static void blocks_stand_one_after_the_other(void **state)
{
	(void)state;
	assert_problem(
		"filter \"f\" {\n when = a\n entity \"e\" { kind = person names = { \"A\" } }\n}\n",
		true, 3, 2, "a block 'entity' inside filter 'f'");
	assert_problem("entity \"e\" { names = { \"A\" }\n filter \"f\" { when = a } }\n", true, 2,
		       2, "a block 'filter' inside entity 'e'");
	assert_problem("filter “f” { when = a }\n", true, 1, 1, "plain quotation marks");
}

/* libconfuse takes the end of the file for the end of a block, and of a comment. */
static void what_is_left_open_is_told_where_it_begins(void **state)
{
	(void)state;
	assert_problem("filter \"f\" { when = a }\n filter \"g\" {\n when = b\n", true, 2, 2,
		       "no end");
	assert_problem("filter \"f\" { when = a }\n/* filter \"g\" { when = b }\n", true, 2, 1,
		       "no end");
}

static void numbers_and_priorities_are_checked(void **state)
{
	(void)state;
	assert_problem("filter \"f\" { when = a\n threshold = often }", true, 2, 14,
		       "expected a number from 0");
	assert_problem("filter \"f\" { when = a\n priority = urgent }", true, 2, 2,
		       "expected low, normal");
	assert_problem("filter \"f\" {\n terms = { \"a = 1\",\n   \"b = x\" }\n threshold = 1 }",
		       true, 3, 4, "'x': expected a number");
	assert_problem("filter \"f\" {\n terms = { \"a\" }\n threshold = 1 }", true, 2, 12,
		       "expected \"term = weight\"");
	assert_problem("filter \"f\" { when = a\n raise = { \"low = 1\", \"hgh = 3\" } }", true, 2,
		       23, "expected \"high = 3\"");
	assert_problem("filter \"f\" { when = a\n languages = { \"it\", \"xx\" } }", true, 2, 22,
		       "none of it, en");
	assert_problem("entity \"e\" { names = { \"A\" } strength = 2 }", true, 1, 41,
		       "expected a number from 0 to 1");
}

static void mistakes_in_expressions_have_the_place_in_the_file(void **state)
{
	(void)state;
	assert_problem("filter \"f\" {\n  when = 'a AND (b'\n}\n", true, 2, 17,
		       "parenthesis is never closed");
	assert_problem("filter \"f\" {\n  when = \"\\\"x y\\\" AND )\"\n}\n", true, 2, 23,
		       "does not belong");
	assert_problem("filter \"f\" {\n  when = 'a AND\n     @nobody'\n}\n", true, 3, 6,
		       "no entity 'nobody'");
	assert_problem(
		"filter \"f\" {\n  terms = { \"a = 1\", \"perché AND ( = 1\" }\n threshold = 1 }",
		true, 2, 35, "ends where a term");
	assert_problem("filter \"f\" {\n terms = { \"a  b\\\" = 1\" }\n threshold = 1 }", true, 2,
		       17, "quotation mark");
}

static void all_mistakes_come_in_one_run(void **state)
{
	(void)state;
	bool loaded;
	GPtrArray *problems =
		problems_of("filter \"a\" { whne = x }\nfilter \"b\" { when = '@x' }\n"
			    "filter \"c\" { when = '(' }\n",
			    &loaded);
	assert_false(loaded);
	assert_true(problems->len >= 4);
	g_ptr_array_unref(problems);
}

static void broken_syntax_is_reported_with_its_line(void **state)
{
	(void)state;
	bool loaded;
	GPtrArray *problems =
		problems_of("filter \"a\" { when = x }\n\nfilter \"b\" { when = \n", &loaded);
	assert_false(loaded);
	bool found = false;
	for (unsigned i = 0; i < problems->len; i++)
		found = found || ((struct filter_problem *)problems->pdata[i])->line >= 3;
	assert_true(found);
	g_ptr_array_unref(problems);
}

static void nothing_stands_twice(void **state)
{
	(void)state;
	assert_problem("filter \"f\" { when = a }\n filter \"f\" { when = b }", true, 2, 2,
		       "stands twice");
	assert_problem("filter \"f\" { when = a\n when = b }", true, 2, 2, "set again");
	g_autoptr(GString) many = g_string_new(NULL);
	for (int i = 0; i < 40; i++)
		g_string_append_printf(many, "filter \"f%d\" { when = a }\n", i);
	g_string_append(many, "filter \"f0\" { when = b }\n");
	assert_problem(many->str, true, 41, 1, "stands twice; first in test.filter:1");
}

static void lists_may_grow(void **state)
{
	(void)state;
	assert_true(filter_matches("entity \"e\" { names = { \"Alpha\" } names += { \"Beta\" } }\n"
				   "filter \"f\" { when = '@e' }",
				   "en", "", "The Beta version"));
}

static void two_hundred_filters_keep_their_lines(void **state)
{
	(void)state;
	g_autoptr(GString) text = g_string_new("# comment\n");
	for (int i = 0; i < 200; i++)
		g_string_append_printf(text, "filter \"f%d\" { when = w%d } # c\n", i, i);
	g_string_append(text, "  filter \"last\" { when = '@none' }");
	assert_problem(text->str, true, 202, 27, "no entity 'none'");
}

/* ---- includes
 * ---------------------------------------------------------------------------------------------------
 */

static char *folder;

static char *write_file(const char *name, const char *text)
{
	char *path = g_build_filename(folder, name, NULL);
	g_autofree char *dir = g_path_get_dirname(path);
	g_mkdir_with_parents(dir, 0700);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

static struct filter_set *load(const char *path, GPtrArray *problems)
{
	const char *const paths[] = {path, NULL};
	return filter_set_load(paths, problems, NULL);
}

static void includes_are_relative_and_read_once(void **state)
{
	(void)state;
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_free(write_file("inc/a.filter",
			  "include(\"lib/names.inc\")\nfilter \"a\" { when = '@e' }\n"));
	g_free(write_file("inc/b.filter",
			  "include(\"lib/names.inc\")\nfilter \"b\" { when = '@e' }\n"));
	g_free(write_file("inc/lib/names.inc",
			  "include(\"names.inc\")\nentity \"e\" { names = { \"E\" } }\n"));
	g_autofree char *inc = g_build_filename(folder, "inc", NULL);
	struct filter_set *set = load(inc, problems);
	for (unsigned i = 0; i < problems->len; i++)
		print_error("%s\n", ((struct filter_problem *)problems->pdata[i])->text);
	assert_non_null(set);
	assert_int_equal(filter_set_size(set), 2);
	assert_non_null(filter_set_entity(set, "e"));
	filter_set_free(set);
}

static void mistakes_in_included_files_name_that_file(void **state)
{
	(void)state;
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autofree char *main_file =
		write_file("bad/main.filter", "include(\"part.inc\")\ninclude(\"gone.inc\")\n");
	g_free(write_file("bad/part.inc", "\nfilter \"p\" { wehn = x }\n"));
	assert_null(load(main_file, problems));
	bool inside = false, gone = false;
	for (unsigned i = 0; i < problems->len; i++) {
		const struct filter_problem *p = problems->pdata[i];
		inside = inside ||
			 (g_str_has_suffix(p->file, "part.inc") && p->line == 2 && p->column == 14);
		gone = gone ||
		       (g_str_has_suffix(p->file, "main.filter") && strstr(p->text, "no file"));
	}
	assert_true(inside && gone);
}

static void unreadable_files_are_problems(void **state)
{
	(void)state;
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	assert_null(load("/nonexistent/x.filter", problems));
	assert_int_equal(problems->len, 1);
	assert_null(load("/dev/zero", problems));
	assert_int_equal(problems->len, 2);
}

static void what_everybody_can_write_is_refused(void **state)
{
	(void)state;
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autofree char *path = write_file("open/a.filter", "filter \"a\" { when = a }\n");
	g_autofree char *dir = g_path_get_dirname(path);
	const char *const paths[] = {dir, NULL};
	g_autoptr(GError) error = NULL;
	g_chmod(path, 0666);
	assert_null(load(dir, problems));
	assert_non_null(strstr(((struct filter_problem *)problems->pdata[0])->text, "chmod o-w"));
	g_chmod(path, 0664);
	g_chmod(dir, 0777);
	assert_null(filter_set_load(paths, problems, &error));
	assert_non_null(strstr(error->message, "everybody can write into it"));
	g_chmod(dir, 0700);
	struct filter_set *set = load(dir, problems);
	assert_non_null(set);
	filter_set_free(set);
}

static void what_is_no_file_in_a_folder_is_left_out_of_it(void **state)
{
	(void)state;
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autofree char *path = write_file("pipes/a.filter", "filter \"a\" { when = a }\n");
	g_autofree char *dir = g_path_get_dirname(path);
	g_autofree char *pipe = g_build_filename(dir, "b.filter", NULL);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	struct filter_set *set = load(dir, problems);
	assert_non_null(set);
	assert_int_equal(filter_set_size(set), 1);
	assert_int_equal(problems->len, 1);
	const struct filter_problem *problem = problems->pdata[0];
	assert_false(problem->fatal);
	assert_string_equal(problem->file, pipe);
	filter_set_free(set);
	assert_null(load(pipe, problems)); /* named itself */
}

static void names_hold_nothing_invisible(void **state)
{
	(void)state;
	assert_problem("\nfilter \"a\033[2Jb\" { when = a }\n", true, 2, 1, "control characters");
	assert_problem("filter \"a\u202eb\" { when = a }\n", true, 1, 1, "control characters");
	assert_problem("filter \"\" { when = a }\n", true, 1, 1, "not empty");
	assert_problem("filter \"a\xff\" { when = a }\n", true, 1, 1, "UTF-8");
	assert_problem("entity \"a\x07\" { names = { \"A\" } }\n", true, 1, 1,
		       "control characters");
}

static int make_folder(void **state)
{
	(void)state;
	folder = g_dir_make_tmp("vedetta-filters-XXXXXX", NULL);
	return folder ? 0 : -1;
}

static void remove_tree(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		remove_tree(inner);
	}
	if (dir)
		g_dir_close(dir);
	g_remove(path);
}

static int remove_folder(void **state)
{
	(void)state;
	remove_tree(folder);
	g_free(folder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_says_everything_a_filter_has),
		cmocka_unit_test(unknown_keys_and_blocks_name_the_nearest),
		cmocka_unit_test(blocks_stand_one_after_the_other),
		cmocka_unit_test(what_is_left_open_is_told_where_it_begins),
		cmocka_unit_test(numbers_and_priorities_are_checked),
		cmocka_unit_test(mistakes_in_expressions_have_the_place_in_the_file),
		cmocka_unit_test(all_mistakes_come_in_one_run),
		cmocka_unit_test(broken_syntax_is_reported_with_its_line),
		cmocka_unit_test(nothing_stands_twice),
		cmocka_unit_test(lists_may_grow),
		cmocka_unit_test(two_hundred_filters_keep_their_lines),
		cmocka_unit_test(includes_are_relative_and_read_once),
		cmocka_unit_test(mistakes_in_included_files_name_that_file),
		cmocka_unit_test(unreadable_files_are_problems),
		cmocka_unit_test(what_everybody_can_write_is_refused),
		cmocka_unit_test(what_is_no_file_in_a_folder_is_left_out_of_it),
		cmocka_unit_test(names_hold_nothing_invisible),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
