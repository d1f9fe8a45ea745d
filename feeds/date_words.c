/* date_words: see date_words.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/date_words.h"

#include <glib.h>
#include <string.h>

#include "feeds/date_names.h"

/* Lower case, decomposed, without marks: "Février" and "FEVRIER" are one. */
static char *fold(const char *word)
{
	g_autofree char *lower = g_utf8_strdown(word, -1);
	g_autofree char *decomposed = g_utf8_normalize(lower, -1, G_NORMALIZE_DEFAULT);
	GString *out = g_string_new(NULL);

	for (const char *at = decomposed ? decomposed : lower; *at; at = g_utf8_next_char(at))
		if (!g_unichar_ismark(g_utf8_get_char(at)))
			g_string_append_unichar(out, g_utf8_get_char(at));
	return g_string_free(out, FALSE);
}

static GHashTable *month_table(void)
{
	static GHashTable *table;

	if (!g_once_init_enter(&table))
		return table;
	GHashTable *made = g_hash_table_new(g_str_hash, g_str_equal);
	for (size_t language = 0; language < G_N_ELEMENTS(month_names); language++) {
		for (int month = 0; month < 12; month++) {
			g_auto(GStrv) names = g_strsplit(month_names[language][month], " ", -1);
			for (char **name = names; *name; name++) {
				char *folded = fold(*name);
				if (*folded && !g_hash_table_contains(made, folded))
					g_hash_table_insert(made, folded,
							    GINT_TO_POINTER(month + 1));
				else
					g_free(folded);
			}
		}
	}
	g_once_init_leave(&table, made);
	return table;
}

int date_word_english_month(const char *word)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int month = 0; month < 12; month++)
		if (memcmp(word, names + month * 3, 3) == 0)
			return month + 1;
	return 0;
}

int date_word_month(const char *lower, size_t len)
{
	g_autofree char *folded = NULL;

	if (len == 3) {
		int month = date_word_english_month(lower);
		if (month)
			return month;
	}
	if (g_str_is_ascii(lower))
		return GPOINTER_TO_INT(g_hash_table_lookup(month_table(), lower));
	if (!g_utf8_validate(lower, (gssize)len, NULL))
		return 0;
	folded = fold(lower);
	return GPOINTER_TO_INT(g_hash_table_lookup(month_table(), folded));
}

bool date_word_zone(const char *lower, int *zone_s)
{
	for (size_t i = 0; i < G_N_ELEMENTS(zone_names); i++) {
		if (strcmp(lower, zone_names[i].name) == 0) {
			*zone_s = zone_names[i].minutes * 60;
			return true;
		}
	}
	return false;
}
