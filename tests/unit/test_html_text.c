/* HTML to plain text.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/html_text.h"
#include "tests/fuzz/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

struct row {
	const char *html, *text; /* NULL: nothing is left */
};

static void check(const struct row *rows, size_t count, unsigned flags)
{
	for (size_t i = 0; i < count; i++) {
		g_autofree char *text =
			html_text(rows[i].html, strlen(rows[i].html), flags, 1 << 20);
		oracle_text(text, 1 << 20, flags & HTML_TEXT_ONE_LINE);
		if (g_strcmp0(text, rows[i].text) != 0) {
			print_message("%s\n gave \"%s\", expected \"%s\"\n", rows[i].html,
				      text ? text : "(none)",
				      rows[i].text ? rows[i].text : "(none)");
			fail();
		}
	}
}

static void blocks_are_paragraphs_and_inline_tags_nothing(void **state)
{
	static const struct row rows[] = {
		{"<p>a</p><p>b</p>", "a\nb"},
		{"a<br>b<br/>c", "a\nb\nc"},
		{"H<sub>2</sub>O", "H2O"},
		{"<b>a</b> <i>b</i>", "a b"},
		{"<ul><li>a</li><li>b</li></ul>", "a\nb"},
		{"<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"},
		{"a<img src='x'>b", "a b"},
		{"<h1>T</h1>text", "T\ntext"},
		{" <p> a \n b </p> ", "a b"},
		{"<p></p><div></div>", NULL},
		{"<pre>a\nb</pre>", "a b"},
	};
	(void)state;
	check(rows, G_N_ELEMENTS(rows), 0);
}

static void hidden_content_is_dropped(void **state)
{
	static const struct row rows[] = {
		{"a<script>var x = '<p>';</script>b", "a b"},
		{"a<style>p{}</style>b", "a b"},
		{"<SCRIPT>x</SCRIPT >a", "a"},
		{"<template>x</template>a", "a"},
		{"<!-- x -->a<!--> b", "a b"},
		{"<?php echo 1 ?>a", "a"},
		{"a<script>never closed", "a"},
		{"a<!-- never closed", "a"},
		{"<![CDATA[a]]>", "a]]>"},
	};
	(void)state;
	check(rows, G_N_ELEMENTS(rows), 0);
}

static void references_are_characters(void **state)
{
	static const struct row rows[] = {
		{"&egrave;&#232;&#xE8;&#XE8;", "èèèè"},
		{"&eacute &copy", "é ©"},
		{"a&nbsp;b", "a b"},
		{"&lt;b&gt; &amp;amp;", "<b> &amp;"},
		{"&#8217;&#146;&#x92;", "’’’"},
		{"&bogus; &; & &&", "&bogus; &; & &&"},
		{"&#0;&#xD800;&#1114112;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"&#xD83D;&#xDE00; &#55357;&#56832;", "😀 😀"},
		{"&hellip;&rarr;&NotEqualTilde;", "…→≂̸"},
		{"AT&T R&D ?a=1&b=2", "AT&T R&D ?a=1&b=2"},
	};
	(void)state;
	check(rows, G_N_ELEMENTS(rows), 0);
}

static void odd_markup_is_read_as_browsers_do(void **state)
{
	static const struct row rows[] = {
		{"1 < 2 and 3 > 2", "1 < 2 and 3 > 2"},
		{"<3", "<3"},
		{"a <b", "a"},
		{"<a title='x>y'>z</a>", "z"},
		{"<a title=\"x>y>z</a>w", "y>zw"},
		{"</p></div>a", "a"},
		{"</>a<//>b", "a b"},
		{"<svg/onload=alert(1)>x", "x"},
		{"<p title=\"never closed", NULL},
		{"<unknown-tag>a</unknown-tag>b", "ab"},
	};
	(void)state;
	check(rows, 2, 0);
	check(rows + 2, 2, 0);
	check(rows + 5, 1, 0);
	check(rows + 7, 3, 0);
}

static void a_title_is_one_line(void **state)
{
	static const struct row rows[] = {
		{"<p>a</p><p>b</p>", "a b"},
		{" a\r\n\tb ", "a b"},
	};
	(void)state;
	check(rows, G_N_ELEMENTS(rows), HTML_TEXT_ONE_LINE);
}

static void literal_text_keeps_its_marks_and_lines(void **state)
{
	static const struct row rows[] = {
		{"a <b> &amp;\nc", "a <b> &amp;\nc"},
		{"a\n\n\n b", "a\nb"},
	};
	(void)state;
	check(rows, G_N_ELEMENTS(rows), HTML_TEXT_LITERAL);
}

static void marks_that_trick_readers_go(void **state)
{
	static const struct row rows[] = {
		{"a\u202eb\u202c\u2066c\u2069", "abc"},
		{"a\ufeffb\u00adc\u2060d", "abcd"},
		{"a\U000e0041b\U0001ffffc\U0007fffed", "abcd"},
		{"a\u00a0\u2003\u3000b", "a b"},
		{"a\x01\x1b[31mb\x7f", "a[31mb"},
		{"a\xc2\x92"
		 "b",
		 "a’b"},
		{"a\xc2\x85"
		 "b",
		 "a b"},
		{"a\u2028b\u2029c", "a b\nc"},
		{"👨\u200d👩", "👨\u200d👩"},
	};
	(void)state;
	check(rows, G_N_ELEMENTS(rows), 0);
}

static void the_limit_cuts_between_characters(void **state)
{
	const char *html = "<p>è</p><p>è&egrave;</p>";
	static const char *const cuts[] = {NULL, NULL, "è", "è", "è", "è\nè", "è\nè", "è\nèè"};
	(void)state;
	for (size_t max = 0; max < G_N_ELEMENTS(cuts); max++) {
		g_autofree char *text = html_text(html, strlen(html), 0, max);
		assert_int_equal(g_strcmp0(text, cuts[max]), 0);
	}
}

static void many_open_quotes_cost_linear_time(void **state)
{
	GString *html = g_string_new(NULL);
	(void)state;
	for (int i = 0; i < 100000; i++)
		g_string_append(html, "<a href=\"");
	g_autofree char *text = html_text(html->str, html->len, 0, 1 << 20);
	oracle_text(text, 1 << 20, false);
	g_string_free(html, TRUE);
}

/* Long runs are read in blocks, short ones by the byte. */
static void assert_same_in_long_runs(const char *middle)
{
	static const char letters[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	g_autofree char *brief = g_strdup_printf("a%sa", middle);
	g_autofree char *lengthy = g_strdup_printf("%sa%sa%s", letters, middle, letters);
	g_autofree char *of_brief = html_text(brief, strlen(brief), 0, 1000);
	g_autofree char *of_lengthy = html_text(lengthy, strlen(lengthy), 0, 1000);
	g_autofree char *expected = g_strconcat(letters, of_brief, letters, NULL);

	assert_string_equal(of_lengthy, expected);
}

static void every_character_means_the_same_in_a_long_run(void **state)
{
	(void)state;
	for (gunichar c = 1; c < 0xe1000; c = c == 0xd7ff ? 0xe000 : c == 0x1ffff ? 0xdff00 : c + 1) {
		char bytes[16] = "", spaced[24];
		bytes[g_unichar_to_utf8(c, bytes)] = '\0';
		if (c == '<' || c == '&')
			continue;
		assert_same_in_long_runs(bytes);
		g_snprintf(spaced, sizeof(spaced), " %s %s", bytes, bytes);
		assert_same_in_long_runs(spaced);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_means_the_same_in_a_long_run),
		cmocka_unit_test(blocks_are_paragraphs_and_inline_tags_nothing),
		cmocka_unit_test(hidden_content_is_dropped),
		cmocka_unit_test(references_are_characters),
		cmocka_unit_test(odd_markup_is_read_as_browsers_do),
		cmocka_unit_test(a_title_is_one_line),
		cmocka_unit_test(literal_text_keeps_its_marks_and_lines),
		cmocka_unit_test(marks_that_trick_readers_go),
		cmocka_unit_test(the_limit_cuts_between_characters),
		cmocka_unit_test(many_open_quotes_cost_linear_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
