/* filter_regex: regular expressions of filters: compiled one way everywhere, and tried for
 * slowness. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Steps from one place of the text on before a search is given up (pcre2_set_match_limit): 0.1 ms
 * with JIT. */
#define FILTER_REGEX_LIMIT 100000
/* CPU time of one search, and of all searches in one article. */
#define FILTER_REGEX_US		20000
#define FILTER_REGEX_ARTICLE_US 100000

/* NULL with *why (caller frees) if it is none. Free with pcre2_code_free(). */
pcre2_code *filter_regex_compile(const char *text, char **why);
/* Search like pcre2_match(), within FILTER_REGEX_US and *budget_us of CPU time, which is lowered by
 * what it took. PCRE2_ERROR_MATCHLIMIT if that was not enough: PCRE2's own limit counts anew at
 * each place of the text. `context` has the limit FILTER_REGEX_LIMIT set. */
int filter_regex_search(const pcre2_code *code, const char *text, size_t len,
			pcre2_match_data *data, pcre2_match_context *context, int64_t *budget_us);
/* Whether a search in a few hundred characters made for it already takes more than
 * FILTER_REGEX_LIMIT steps: its time doubles with every character. */
bool filter_regex_is_slow(const pcre2_code *code, const char *text);
/* Whether it is content with nothing: a*. */
bool filter_regex_is_empty(const pcre2_code *code);
