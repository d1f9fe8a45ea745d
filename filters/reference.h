/* reference: how often words occur in ordinary news, and how often with a capital inside a
 * sentence.
 *
 * File: UTF-8, TAB between columns; lines beginning with '#' are remarks, of which one says "#
 * tokens N …". Columns: word in lower case, count, count with a capital inside a sentence,
 * sentences it occurs in. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct reference;

struct reference_word {
	unsigned count, capital, sentences;
};

struct reference *reference_new(void);
void reference_free(struct reference *reference);
/* NULL with a GFileError, or G_FILE_ERROR_INVAL with the line for a file of another format. */
struct reference *reference_load(const char *path, GError **error);
/* Count the words of a text. */
void reference_add(struct reference *reference, const char *text);
/* As a file; free the result. Words by falling count, then by bytes. `source` stands in the head.
 */
char *reference_write(const struct reference *reference, const char *source);

/* Tokens to reckon with: those counted, but no fewer than make a word's absence tell something. */
double reference_tokens(const struct reference *reference);
/* Whether enough was counted for a word's absence to tell something. */
bool reference_tells(const struct reference *reference);
/* `word` in lower case; zeros if it never occurs. */
struct reference_word reference_word(const struct reference *reference, const char *word);
/* Count the words of a stem together, for reference_family(); `algorithm`: of Snowball, or NULL. */
void reference_read_stems(struct reference *reference, const char *algorithm);
/* How often any word of this stem occurs; of `word` alone if no stems were read. */
unsigned reference_family(const struct reference *reference, const char *stem, const char *word);
/* Whether the word only joins others: frequent, never a name. */
bool reference_is_stop(const struct reference *reference, const char *word);
