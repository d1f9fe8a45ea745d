/* vedetta.conf: values, and every mistake with its place.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config.h"
#include "daemon/config_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static GPtrArray *problems_of(const char *text, struct config **config)
{
	GPtrArray *problems = g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	struct config *parsed = config_parse("vedetta.conf", text, "/etc/vedetta", problems, NULL);
	if (config)
		*config = parsed;
	else
		config_free(parsed);
	return problems;
}

static void assert_problem(const char *text, const char *expected)
{
	g_autoptr(GPtrArray) problems = problems_of(text, NULL);
	assert_true(problems->len > 0);
	g_autofree char *said = config_problem_text(problems->pdata[0]);
	if (!g_str_has_prefix(said, expected))
		fail_msg("said '%s', expected '%s'", said, expected);
}

static void defaults_and_units_are_read(void **state)
{
	struct config *config;
	(void)state;
	g_autoptr(GPtrArray) problems =
		problems_of("interval_min = 20min\nhost_gap=0s\nmax_document = 2MiB\n"
			    "channel \"m\" { type = email server = localhost from = \"a@b\" to = {\"c@d\", \"e@f\"} }\n"
			    "route \"r\" { channels = {\"m\"} throttle = 10/1h priority = high }\n",
			    &config);
	assert_int_equal(problems->len, 0);
	assert_int_equal(config->interval_min, 1200);
	assert_int_equal(config->interval_max, 86400);
	assert_int_equal(config->host_gap, 0);
	assert_int_equal(config->max_document, 2 * 1024 * 1024);
	const struct config_channel *channel = config->channels->pdata[0];
	assert_string_equal(channel->title, "m");
	assert_int_equal(channel->type, CHANNEL_EMAIL);
	assert_string_equal(channel->to[1], "e@f");
	assert_int_equal(channel->retry_max, 4000);
	const struct config_route *route = config->routes->pdata[0];
	assert_int_equal(route->throttle.count, 10);
	assert_int_equal(route->throttle.per_s, 3600);
	assert_int_equal(route->priority, PRIORITY_HIGH);
	assert_string_equal(route->filters[0], "*");
	assert_non_null(route->languages);
	config_free(config);
}

static void embedded_defaults_and_sample_are_fine(void **state)
{
	char *text;
	size_t text_len;
	(void)state;
	g_autoptr(GPtrArray) problems = problems_of(config_defaults(), NULL);
	assert_int_equal(problems->len, 0);
	FILE *out = open_memstream(&text, &text_len);
	config_print_sample(out);
	fclose(out);
	g_autoptr(GPtrArray) sample = problems_of(text, NULL);
	assert_int_equal(sample->len, 0);
	free(text);
}

static void sample_with_every_line_switched_on_parses(void **state)
{
	char *text;
	size_t text_len;
	(void)state;
	FILE *out = open_memstream(&text, &text_len);
	config_print_sample(out);
	fclose(out);
	/* settings with a default are legal as they stand in the sample */
	g_autoptr(GString) on = g_string_new(NULL);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++)
		if ((*line)[0] == '#' && strstr(*line, " = ") && !strstr(*line, "…") && (*line)[1] != ' ')
			g_string_append_printf(on, "%s\n", *line + 1);
	g_autoptr(GPtrArray) problems = problems_of(on->str, NULL);
	if (problems->len)
		fail_msg("%s", config_problem_text(problems->pdata[0]));
	assert_true(on->len > 200);
	free(text);
}

static void a_typo_names_place_and_nearest_key(void **state)
{
	(void)state;
	assert_problem("\n  intervall_min = 15min\n",
		       "vedetta.conf:2:3: unknown setting 'intervall_min'; did you mean 'interval_min'?");
	assert_problem("channel \"x\" {\n\ttype = log\n\tfle = \"y\"\n}\n",
		       "vedetta.conf:3:2: unknown setting 'fle'; did you mean 'file'?");
	assert_problem("rout \"x\" { }\n", "vedetta.conf:1:1: unknown block 'rout'; did you mean 'route'?");
}

static void wrong_values_say_what_was_expected(void **state)
{
	(void)state;
	assert_problem("interval_min = fast\n", "vedetta.conf:1:1: interval_min = 'fast': expected a duration");
	assert_problem("interval_min = 1s\n", "vedetta.conf:1:1: interval_min = '1s': expected");
	assert_problem("max_parallel = 1e99\n", "vedetta.conf:1:1: max_parallel");
	assert_problem("channel \"x\" { type = pigeon }\n", "vedetta.conf:1:15: type = 'pigeon': expected one of terminal");
	assert_problem("digest \"d\" { at = {\"25:00\"} }\n", "vedetta.conf:1:14: at = '25:00'");
	assert_problem("digest \"d\" { zone = \"Mars/Base\" }\n", "vedetta.conf:1:14: zone = 'Mars/Base'");
	assert_problem("language = \"a\xe8\"\n", "vedetta.conf:1:1: language");
	assert_problem("contact = \"javascript:x\"\n", "vedetta.conf:1:1: contact");
	assert_problem("contact = \"http://a b/\"\n", "vedetta.conf:1:1: contact");
	assert_problem("max_parallel = 3.7\n", "vedetta.conf:1:1: max_parallel");
	assert_problem("max_parallel = 0x10\n", "vedetta.conf:1:1: max_parallel");
	assert_problem("allow_networks = { \"10.0.0.0/8\", \"foo\" }\n",
		       "vedetta.conf:1:1: allow_networks = 'foo': expected networks");
	assert_problem("language = fr\n", "vedetta.conf:1:1: language = 'fr': expected one of it, en");
	assert_problem("log_level = loud\n", "vedetta.conf:1:1: log_level = 'loud': expected one of error");
	assert_problem("user_agent = \"a\\r\\nX: y\"\n", "vedetta.conf:1:1: user_agent");
	assert_problem("quiet \"q\" { days = { mon, funday } }\n",
		       "vedetta.conf:1:13: days = 'funday': expected one of mon");
	assert_problem("route \"r\" { channels = { c } hours = \"8-20x\" }\n", "vedetta.conf:1: route");
	assert_problem("person \"p\" { mail = \"a@b\\nBcc: c@d\" }\n", "vedetta.conf:1: person 'p' needs mail");
	assert_problem("channel \"w\" { type = webhook url = \"http://h/\" headers = { \"no header\" } }\n",
		       "vedetta.conf:1:48: headers = 'no header': expected headers");
}

static void what_a_block_cannot_do_without_is_named(void **state)
{
	(void)state;
	assert_problem("channel \"x\" { }\n", "vedetta.conf:1:1: channel 'x' needs type");
	assert_problem("channel \"m\" { type = email server = s from = \"a@b\" }\n"
		       "route \"r\" { channels = { m } }\n",
		       "vedetta.conf:2: route 'r' sends mail to nobody");
	assert_problem("feed \"example\" { }\n", "vedetta.conf:1: feed 'example' is not an http or https address");
	assert_problem("ca_file = \"/nowhere/at/all.pem\"\n", "vedetta.conf: ca_file: /nowhere/at/all.pem:");
	assert_problem("include(\"/etc/hosts\")\n", "vedetta.conf:1: include is for filter files");
}

/* libconfuse takes the end of the file for the end of a block, and of a comment. */
static void what_is_left_open_is_told_where_it_begins(void **state)
{
	(void)state;
	assert_problem("timeout = 9s\nchannel \"l\" {\n type = log\n", "vedetta.conf:2:1: what begins here has no end");
	assert_problem("timeout = 9s\n /* all off\ninterval_min = 1h\n", "vedetta.conf:2:2: what begins here has no end");
}

static void values_before_a_syntax_error_are_checked(void **state)
{
	(void)state;
	g_autoptr(GPtrArray) problems = problems_of("log_level = loud\ntimeout = 12 parsecs\nbacklog = 5m\n", NULL);
	g_autofree char *first = config_problem_text(problems->pdata[0]);
	assert_non_null(strstr(first, "log_level = 'loud'"));
	assert_true(problems->len >= 3);
}

static void a_file_without_channels_and_routes_has_the_embedded_ones(void **state)
{
	struct config *config;
	(void)state;
	g_autoptr(GPtrArray) problems = problems_of("interval_min = 20min\n", &config);
	assert_int_equal(problems->len, 0);
	assert_true(config->channels->len >= 2);
	assert_int_equal(config->routes->len, 1);
	config_free(config);
	g_autoptr(GPtrArray) none = problems_of("channel \"l\" { type = log }\n", &config);
	assert_int_equal(none->len, 0);
	assert_int_equal(config->channels->len, 1);
	assert_int_equal(config->routes->len, 0);
	config_free(config);
}

static void all_mistakes_are_told_in_one_run(void **state)
{
	(void)state;
	g_autoptr(GPtrArray) problems = problems_of("interval_min = x\nfoo = 1\nbar \"t\" { a = {1,2} }\n"
						    "channel \"m\" { type = email }\nchannel \"m\" { type = log }\n"
						    "route \"r\" { channels = {\"mm\"} quiet = night }\n",
						    NULL);
	g_autoptr(GString) all = g_string_new(NULL);
	for (unsigned i = 0; i < problems->len; i++) {
		g_autofree char *text = config_problem_text(problems->pdata[i]);
		g_string_append_printf(all, "%s\n", text);
	}
	assert_non_null(strstr(all->str, "vedetta.conf:1:1: interval_min"));
	assert_non_null(strstr(all->str, "vedetta.conf:2:1: unknown setting 'foo'"));
	assert_non_null(strstr(all->str, "vedetta.conf:3:1: unknown block 'bar'"));
	assert_non_null(strstr(all->str, "vedetta.conf:5:1: channel 'm' stands twice; first on line 4"));
	assert_non_null(strstr(all->str, "route 'r' names channel 'mm', which is not there; did you mean 'm'?"));
	assert_non_null(strstr(all->str, "route 'r' names quiet block 'night', which is not there"));
}

static void a_syntax_error_has_its_line(void **state)
{
	(void)state;
	assert_problem("contact = \"http://x\"\nchannel \"x\" {\n type = { log }\n}\n", "vedetta.conf:3");
}

static void crlf_bom_and_comments_are_read(void **state)
{
	struct config *config;
	(void)state;
	g_autoptr(GPtrArray) problems = problems_of(
		"\xef\xbb\xbf# a\r\nhost_gap = 2s # b\r\n/* c\r\n = { */ timeout = 10s\r\n// d\r\n", &config);
	assert_int_equal(problems->len, 0);
	assert_int_equal(config->host_gap, 2);
	assert_int_equal(config->timeout, 10);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_and_units_are_read),
		cmocka_unit_test(embedded_defaults_and_sample_are_fine),
		cmocka_unit_test(sample_with_every_line_switched_on_parses),
		cmocka_unit_test(a_typo_names_place_and_nearest_key),
		cmocka_unit_test(wrong_values_say_what_was_expected),
		cmocka_unit_test(what_a_block_cannot_do_without_is_named),
		cmocka_unit_test(what_is_left_open_is_told_where_it_begins),
		cmocka_unit_test(values_before_a_syntax_error_are_checked),
		cmocka_unit_test(a_file_without_channels_and_routes_has_the_embedded_ones),
		cmocka_unit_test(all_mistakes_are_told_in_one_run),
		cmocka_unit_test(a_syntax_error_has_its_line),
		cmocka_unit_test(crlf_bom_and_comments_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
