/* expression_lexer: the words of an expression, and where they stand in their file. Knows nothing
 * of what they mean together.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/expression.h"

#include <stdbool.h>

struct expression_lexer {
	const char *start, *p; /* the text; what is left of it */
	struct origin origin;
	bool quoted; /* by expression_parse_term(): one mark more in front than the file has */
	GError **error;
	const char *failed_at; /* of the first mistake */
	const char *located;   /* the last place that was asked for, and its line and column */
	struct origin place;
};

/* Line and column of a place in the text. */
struct origin expression_lexer_locate(struct expression_lexer *lexer, const char *at);
/* Note a mistake, FILTER_ERROR_SYNTAX: the first one counts. Returns NULL. */
void *expression_lexer_fail(struct expression_lexer *lexer, const char *at, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* Bytes of the first characters of what is left, for messages: "%.*s". */
int expression_lexer_first_characters(const char *at, long count);

void expression_lexer_skip_blank(struct expression_lexer *lexer);
bool expression_lexer_is_word_end(char c);
/* Take a keyword in capitals that stands alone. */
bool expression_lexer_take_keyword(struct expression_lexer *lexer, const char *keyword);
/* Take "NEAR/5": the distance; 0 if something else stands here. */
unsigned expression_lexer_take_near(struct expression_lexer *lexer);
/* Take a word up to its end; caller frees, as with the next two. */
char *expression_lexer_bare(struct expression_lexer *lexer);
/* Take what stands between the quotation marks that begin here; NULL after a mistake. */
char *expression_lexer_quoted(struct expression_lexer *lexer);
/* The same of a regular expression between slashes. */
char *expression_lexer_regex(struct expression_lexer *lexer);
