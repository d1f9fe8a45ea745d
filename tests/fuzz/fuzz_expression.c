/* fuzz_expression: any text as an expression. Oracle: what is understood has a canonical form that
 * is understood as the same; mistakes have a place inside the text.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "filters/expression.h"
#include "tests/fuzz/oracle.h"
#include "tests/fuzz/targets.h"

#include <string.h>

static unsigned lines_of(const char *text)
{
	unsigned lines = 1;
	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static void check(const char *text, const struct origin *origin, bool term)
{
	struct origin failed = {NULL, 0, 0};
	const struct origin plain = {NULL, 1, 1};
	g_autoptr(GError) error = NULL;
	struct node *node = term ? expression_parse_term(text, origin, &failed, &error)
				 : expression_parse(text, origin, &failed, &error);
	if (!node) {
		MUST(error && error->message && g_utf8_validate(error->message, -1, NULL));
		MUST(failed.line >= 1 && failed.column >= 1 &&
		     failed.line <= lines_of(text) + lines_of(origin->raw ? origin->raw : ""));
		return;
	}
	g_autofree char *form = expression_text(node);
	node_free(node);
	struct node *again = expression_parse(form, &plain, &failed, &error);
	if (!again)
		g_printerr("%s\n-> %s\n-> %s\n", text, form, error->message);
	MUST(again);
	g_autofree char *same = expression_text(again);
	node_free(again);
	MUST(strcmp(form, same) == 0);
}

void fuzz_expression(const uint8_t *bytes, size_t bytes_len)
{
	g_autofree char *raw = g_strndup((const char *)bytes, bytes_len);
	g_autofree char *text = g_utf8_make_valid(raw, -1);
	g_autofree char *quoted = g_strdup_printf("\"%s", text);
	const struct origin plain = {NULL, 1, 1}, in_quotes = {quoted, 1, 1};

	check(text, &plain, false);
	check(text, &in_quotes, false);
	check(text, &plain, true);
}
