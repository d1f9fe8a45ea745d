/* demonym: see demonym.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/demonym.h"

#include <stdbool.h>
#include <string.h>

#define BASE_MIN   4 /* letters of a base that takes any ending */
#define SHORT_BASE 3 /* of one that takes only endings of so many letters: cin-ese */
#define WORD_MAX   64

static const char *const endings[] = {
	"o",	 "a",	  "i",	    "e",      "no",	"na",	"ni",	  "ne",	 "ano", "ana",
	"ani",	 "ane",	  "iano",   "iana",   "iani",	"iane", "ese",	  "esi", "ino", "ina",
	"ini",	 "ine",	  "eno",    "ena",    "eni",	"n",	"an",	  "ian", "ish", "s",
	"isch",	 "ische", "ischen", "ischer", "isches", "er",	"ern",	  "en",	 "ais", "aise",
	"aises", "ois",	  "oise",   "ien",    "ienne",	"iens", "iennes", "es",	 "esa", "eses",
	"ense",	 "enses", "io",	    "ia",     "os",	"as",
};

/* Bases that with a mere vowel make another word: libero, gamba, romano, franco, malto, colomba. */
static const char *const false_bases[] = {"liber",  "gamb", "roman", "franc", "malt",
					  "colomb", "cub",  "ton",   "man"};

static const char *const compass[] = {"nord", "sud", "north", "south", "norte", "sur"};

static const char *compass_in(const char *word, size_t len)
{
	for (size_t i = 0; i < G_N_ELEMENTS(compass); i++)
		if (strlen(compass[i]) == len && strncmp(compass[i], word, len) == 0)
			return compass[i];
	return NULL;
}

/* "corea del nord" -> "nordcorea"; NULL if the name has several words and none is a point of the
 * compass. */
static char *joined_name(const char *country)
{
	g_auto(GStrv) words = g_strsplit(country, " ", -1);
	const char *point = NULL, *head = NULL;
	if (!words[0] || !words[1])
		return g_strdup(country);
	for (char **word = words; *word; word++) {
		const char *found = compass_in(*word, strlen(*word));
		if (found)
			point = found;
		else if (!head || strlen(*word) > strlen(head))
			head = *word;
	}
	return point && head ? g_strconcat(point, head, NULL) : NULL;
}

static void add_base(GHashTable *bases, const char *name, size_t len, gpointer bearer)
{
	g_autofree char *base = g_strndup(name, len);
	if (len >= SHORT_BASE && !g_hash_table_contains(bases, base))
		g_hash_table_insert(bases, g_steal_pointer(&base), bearer);
}

void demonym_add(GHashTable *bases, const char *country, gpointer bearer)
{
	g_autofree char *name = joined_name(country);
	size_t len = name ? strlen(name) : 0;
	if (!len || len >= WORD_MAX)
		return;
	add_base(bases, name, len, bearer);
	/* Russia, russo; Bolivia, boliviano */
	while (len > SHORT_BASE && strchr("aeiouy", name[len - 1])) {
		len--;
		add_base(bases, name, len, bearer);
	}
}

static bool is_ending(const char *text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
		if (strcmp(endings[i], text) == 0)
			return true;
	return false;
}

static bool is_false(const char *base, const char *ending)
{
	for (size_t i = 0; strlen(ending) == 1 && i < G_N_ELEMENTS(false_bases); i++)
		if (strcmp(false_bases[i], base) == 0)
			return true;
	return false;
}

gpointer demonym_find(GHashTable *bases, const char *word)
{
	size_t len = strlen(word);
	if (len >= WORD_MAX)
		return NULL;
	for (size_t base = len - (len > 0); base >= SHORT_BASE; base--) {
		g_autofree char *part = g_strndup(word, base);
		gpointer bearer = g_hash_table_lookup(bases, part);
		if (bearer && is_ending(word + base) && !is_false(part, word + base) &&
		    (base >= BASE_MIN || len - base >= SHORT_BASE))
			return bearer;
	}
	return NULL;
}
