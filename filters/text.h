/* text: a field of an article as tokens: what is a word, where it stands, which sentence it is in.
 *
 * Words end at blanks, punctuation, apostrophes (dell'Iskander: two) and hyphens (KN-23: two). Han,
 * Kana and Hangul characters are a token each, so that names are found without spaces and before
 * particles. Offsets are bytes of the original text, always on character borders.
 *
 * Not ICU's break iterators (UAX 29), measured by tests/unit/test_borders: on 28 paragraphs in 11
 * languages cut by hand, full of abbreviations, sentences F1 0.935 against 0.811 (0.840 with ICU's
 * lists of abbreviations); on five long Italian articles 213 of ICU's 215 borders are these; every
 * word of ICU's begins one of these; and ICU takes 4 to 12 times as long.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum text_script {
	SCRIPT_OTHER, /* Latin and everything not named here */
	SCRIPT_CYRILLIC,
	SCRIPT_IDEOGRAPH, /* Han, Kana, Hangul: a token a character */
};

struct token {
	uint32_t start, end;  /* bytes */
	uint32_t sentence;    /* counted from 0 within the field */
	uint32_t script : 2;  /* enum text_script */
	uint32_t capital : 1; /* begins with a capital letter */
	uint32_t joined : 1;  /* nothing but a hyphen or apostrophe stands before it */
};

/* Tokens of `text`, appended to `tokens` (GArray of struct token). Linear time. */
void text_tokenise(const char *text, size_t text_len, GArray *tokens);
/* The same on any processor, for tests: text_tokenise() takes its widest registers. */
void text_tokenise_plain(const char *text, size_t text_len, GArray *tokens);

/* Fold one word: lower case, compatibility forms and marks gone (è → e, ё → е, ﬁ → fi), ß → ss,
 * traditional Han → simplified. Appends to `out`. Idempotent. */
void text_fold(const char *word, size_t word_len, GString *out);
/* The whole of a short text, for names; caller frees. */
char *text_folded(const char *text);
/* Lower case with marks kept: what stemmers want. */
void text_lower(const char *word, size_t word_len, GString *out);
