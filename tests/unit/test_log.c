/* log lines: one line per event whatever comes in.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/monitor/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *captured(enum log_format format, const char *value)
{
	char path[] = "/tmp/vedetta-log-XXXXXX";
	int file = mkstemp(path), saved = dup(2);
	char *text = NULL;

	fflush(stderr);
	dup2(file, 2);
	log_init(LOG_LEVEL_INFO, format);
	log_info("feed.failed", "error", value, "absent", NULL);
	log_debug("not.shown");
	fflush(stderr);
	dup2(saved, 2);
	close(saved);
	close(file);
	g_file_get_contents(path, &text, NULL, NULL);
	unlink(path);
	return text;
}

static void outside_text_cannot_start_a_line(void **state)
{
	(void)state;
	g_autofree char *text = captured(LOG_FORMAT_TEXT, "a\nb\x1b[31m \"c\" \xff");
	assert_non_null(strstr(text, "error=\"a\\u000ab\\u001b[31m \\\"c\\\" \xef\xbf\xbd\"\n"));
	assert_int_equal(strchr(text, '\n') - text + 1, strlen(text));
}

static void json_line_is_strict_json(void **state)
{
	(void)state;
	g_autofree char *text = captured(LOG_FORMAT_JSON, "a\nb\x1b \xff");
	json_t *object = json_loads(text, 0, NULL);
	assert_non_null(object);
	assert_string_equal(json_string_value(json_object_get(object, "event.action")), "feed.failed");
	assert_string_equal(json_string_value(json_object_get(object, "error")), "a\nb\x1b \xef\xbf\xbd");
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outside_text_cannot_start_a_line),
		cmocka_unit_test(json_line_is_strict_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
