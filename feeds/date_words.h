/* date_words: words in dates: months in many languages, zones as letters.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* 1 to 12, or 0. `lower` has its ASCII letters in lower case; accents and the case of others are
 * passed over. */
int date_word_month(const char *lower, size_t len);

/* Of three letters in lower case. */
int date_word_english_month(const char *word);

/* "cet", "est"…: seconds east of UTC. */
bool date_word_zone(const char *lower, int *zone_s);
