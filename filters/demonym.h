/* demonym: adjectives of countries that no table has, guessed from the country's name: boliviano,
 * nordcoreano. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Make the bases of a country's name (folded) lead to `bearer`; several may share one, the first
 * keeps it. */
void demonym_add(GHashTable *bases, const char *country, gpointer bearer);
/* Whose adjective the word (folded) may be; NULL: nobody's. */
gpointer demonym_find(GHashTable *bases, const char *word);
