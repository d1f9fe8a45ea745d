/* What of a document libxml2 need not see.  SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/skeleton.h"

/* The skeleton, then a '|' and the text of each letter in it; NULL if there is none. */
static char *shape(const char *text)
{
	struct skeleton skeleton = {0};
	const struct skeleton_piece *piece;
	g_autoptr(GHashTable) entities = g_hash_table_new(g_str_hash, g_str_equal);
	GString *out = g_string_new(NULL);
	bool made = skeleton_make(&skeleton, text, strlen(text)), first = true;

	g_hash_table_insert(entities, "mio", "<io>");
	if (made)
		g_string_append(out, skeleton.tags->str);
	while (made && (piece = skeleton_take(&skeleton))) {
		if (first)
			g_string_append_c(out, '|');
		skeleton_read(piece, entities, out);
		first = piece->last;
	}
	skeleton_finish(&skeleton);
	return g_string_free(out, !made);
}

static void assert_shape(const char *text, const char *expected)
{
	g_autofree char *found = shape(text);
	if (expected)
		assert_non_null(found);
	else
		assert_null(found);
	if (expected)
		assert_string_equal(found, expected);
}

static void text_between_tags_is_one_letter(void **state)
{
	(void)state;
	assert_shape("<a><b>uno</b><c/>due</a>", "<a><b>x</b><c/>x</a>|uno|due");
	assert_shape("<a>u<!-- - c -->n<![CDATA[o & <b>]]></a>", "<a>x</a>|uno & <b>");
	assert_shape("\n<a b='>' c=\"/>\"> </a>\n", "<a b='>' c=\"/>\">x</a>\n| ");
	assert_shape("<a></a>", "<a></a>");
	assert_shape("<a/>", "<a/>");
}

static void references_and_line_ends_are_read(void **state)
{
	(void)state;
	assert_shape("<a>&lt;p&gt; &#8217;&#x41;&egrave;&mio;&boh;</a>",
		     "<a>x</a>|<p> ’Aè<io>&boh;");
	assert_shape("<a>u\r\nd\rt<![CDATA[\r\n&lt;]]></a>", "<a>x</a>|u\nd\nt\n&lt;");
	assert_shape("<a>[1] ]] ></a>", "<a>x</a>|[1] ]] >");
}

static void what_is_not_plainly_well_formed_has_none(void **state)
{
	static const char *const texts[] = {
		"",
		"a",
		"<",
		"x<a></a>",
		"<a>& b</a>",
		"<a>&b</a>",
		"<a>&#;</a>",
		"<a>&#0;</a>",
		"<a>&#x110000;</a>",
		"<a>&#X41;</a>",
		"<a>]]></a>",
		"<a><![CDATA[x]]</a>",
		"<a><!-- - -- --></a>",
		"<a><!-- x</a>",
		"<a><?php 1 ?></a>",
		"<a><!DOCTYPE x></a>",
		"<a><b>",
		"<a b='></a>",
		"<a>&\xc3\xa8;</a>",
		"<?xml?><a></a>",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		assert_shape(texts[i], NULL);
}

static void what_follows_the_root_stays(void **state)
{
	(void)state;
	assert_shape("<a>1</a> junk & <b>", "<a>x</a> junk & <b>|1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_between_tags_is_one_letter),
		cmocka_unit_test(references_and_line_ends_are_read),
		cmocka_unit_test(what_is_not_plainly_well_formed_has_none),
		cmocka_unit_test(what_follows_the_root_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
