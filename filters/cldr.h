/* cldr: names of countries and of the cities of time zones, as ICU carries them (Unicode CLDR).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Languages of the press that names are taken from. */
#define CLDR_LANGUAGES 14
extern const char *const cldr_languages[CLDR_LANGUAGES];

/* Name of a country (ISO code) in a language; NULL if CLDR has none. Free it. */
char *cldr_country(const char *region, const char *language);
/* Its adjective, folded, guessed from the name of the language spoken there, where the two are alike:
 * "russo", "nordkoreanisch", "north korean"; NULL where they are not. Free it. */
char *cldr_adjective(const char *region, const char *language);
/* Time zones: ISO code of a country to GPtrArray of char *. Unref it. */
GHashTable *cldr_zones(void);

/* Names of cities in one language. */
struct cldr_cities;
struct cldr_cities *cldr_cities_open(const char *language);
/* Exemplar city of a zone (UTS 35, pattern VVV); NULL if there is none. Free it. */
char *cldr_cities_name(struct cldr_cities *cities, const char *zone);
void cldr_cities_close(struct cldr_cities *cities);
