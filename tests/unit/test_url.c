/* Addresses in feeds.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/limits.h"
#include "feeds/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static void assert_resolves(const char *base, const char *reference, const char *expected)
{
	g_autofree char *url = url_resolve(base, reference);
	if (g_strcmp0(url, expected) == 0)
		return;
	print_message("\"%s\" under \"%s\" gave \"%s\", expected \"%s\"\n", reference,
		      base ? base : "(none)", url ? url : "(none)", expected ? expected : "(none)");
	fail();
}

static void references_resolve_as_in_rfc_3986(void **state)
{
	/* section 5.4, without the schemes that we do not take */
	static const char *const rows[][2] = {
		{"g", "http://a/b/c/g"},
		{"./g", "http://a/b/c/g"},
		{"g/", "http://a/b/c/g/"},
		{"/g", "http://a/g"},
		{"//g", "http://g/"},
		{"?y", "http://a/b/c/d;p?y"},
		{"g?y", "http://a/b/c/g?y"},
		{"#s", "http://a/b/c/d;p?q#s"},
		{"g#s", "http://a/b/c/g#s"},
		{"g?y#s", "http://a/b/c/g?y#s"},
		{";x", "http://a/b/c/;x"},
		{"g;x?y#s", "http://a/b/c/g;x?y#s"},
		{".", "http://a/b/c/"},
		{"./", "http://a/b/c/"},
		{"..", "http://a/b/"},
		{"../g", "http://a/b/g"},
		{"../..", "http://a/"},
		{"../../g", "http://a/g"},
		{"../../../g", "http://a/g"},
		{"/./g", "http://a/g"},
		{"/../g", "http://a/g"},
		{"g.", "http://a/b/c/g."},
		{"..g", "http://a/b/c/..g"},
		{"./../g", "http://a/b/g"},
		{"./g/.", "http://a/b/c/g/"},
		{"g/./h", "http://a/b/c/g/h"},
		{"g/../h", "http://a/b/c/h"},
		{"g?y/./x", "http://a/b/c/g?y/./x"},
		{"g#s/../x", "http://a/b/c/g#s/../x"},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_resolves("http://a/b/c/d;p?q", rows[i][0], rows[i][1]);
}

static void addresses_are_cleaned_as_browsers_do(void **state)
{
	static const char *const rows[][2] = {
		{" http://e.example/ ", "http://e.example/"},
		{"http://e.example", "http://e.example/"},
		{"HTTP://E.Example:80/A", "http://e.example/A"},
		{"https://e.example:443/", "https://e.example/"},
		{"https://e.example:80/", "https://e.example:80/"},
		{"http://e.example:/", "http://e.example/"},
		{"http://e.example:8080", "http://e.example:8080/"},
		{"http://e.exa\nmple/a\tb", "http://e.example/ab"},
		{"http://e.example/a b", "http://e.example/a%20b"},
		{"http://e.example\\a\\b?c\\d", "http://e.example/a/b?c\\d"},
		{"http://e.example/perché?q=già", "http://e.example/perch%C3%A9?q=gi%C3%A0"},
		{"http:e.example/x", "http://e.example/x"},
		{"http:/e.example/x", "http://e.example/x"},
		{"http:///e.example/x", "http://e.example/x"},
		{"http://user:pw@e.example/", "http://user:pw@e.example/"},
		{"http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"},
		{"http://e.example/%41%zz", "http://e.example/%41%zz"},
		{"http://e.example/a\"<b>", "http://e.example/a%22%3Cb%3E"},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_resolves(NULL, rows[i][0], rows[i][1]);
}

static void only_http_survives(void **state)
{
	static const char *const rows[] = {"javascript:alert(1)",
					   " JavaScript:alert(1)",
					   "java\nscript:alert(1)",
					   "data:text/html,x",
					   "vbscript:x",
					   "file:///etc/passwd",
					   "ftp://e.example/",
					   "mailto:a@b.example",
					   "tag:e.example,2025:1",
					   "urn:isbn:1",
					   "about:blank",
					   "",
					   "   ",
					   "http://",
					   "http:///",
					   "http://:80/",
					   "http://e.example:99999/",
					   "http://e.example:x/",
					   "http://[::1/",
					   "http://[x]/",
					   "http://a b/",
					   "http://a<b/",
					   "http://e%2eexample/"};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_resolves("http://base.example/", rows[i], NULL);
}

static void without_a_base_a_path_leads_nowhere(void **state)
{
	(void)state;
	assert_resolves(NULL, "/a", NULL);
	assert_resolves(NULL, "a", NULL);
	assert_resolves(NULL, "//e.example/", NULL);
	assert_resolves("not a base", "a", NULL);
}

static void long_addresses_are_none(void **state)
{
	g_autofree char *long_path = g_strnfill(FEED_MAX_URL, 'a');
	g_autofree char *wide = g_strnfill(FEED_MAX_URL - 20, ' ');
	(void)state;
	assert_resolves("http://e.example/", long_path, NULL);
	memcpy(wide, "x", 1);
	wide[FEED_MAX_URL - 21] = 'y';
	assert_resolves("http://e.example/", wide, NULL); /* three bytes for a space */
}

static void http_is_told_from_the_rest(void **state)
{
	(void)state;
	assert_true(url_is_http("http://e.example"));
	assert_true(url_is_http("HTTPS://e.example/x"));
	assert_false(url_is_http("http://"));
	assert_false(url_is_http("http:x"));
	assert_false(url_is_http("ftp://e.example"));
	assert_false(url_is_http(""));
}

static void the_host_of_an_address_is_found_cheaply(void **state)
{
	static const char *const rows[][2] = {
		{"http://Example.ORG/feed", "example.org"},
		{"https://user:pass@example.org:8443/a@b", "example.org"},
		{"http://[2A00::1]:8080/x", "[2a00::1]"},
		{"http://example.org?x=http://other.example/", "example.org"},
		{"http://example.org#x", "example.org"},
		{"http://127.0.0.1:80", "127.0.0.1"},
		{"example.org/x", "example.org"},
		{"", ""},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *host = url_host(rows[i][0]);
		assert_string_equal(host, rows[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_host_of_an_address_is_found_cheaply),
		cmocka_unit_test(references_resolve_as_in_rfc_3986),
		cmocka_unit_test(addresses_are_cleaned_as_browsers_do),
		cmocka_unit_test(only_http_survives),
		cmocka_unit_test(without_a_base_a_path_leads_nowhere),
		cmocka_unit_test(long_addresses_are_none),
		cmocka_unit_test(http_is_told_from_the_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
