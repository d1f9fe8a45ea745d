/* language: see language.h. Scripts first, then counts of function words.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/language.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SAMPLE_BYTES   800 /* of the body: enough to tell */
#define LONGEST_WORD   8   /* bytes: of the function words below */
#define MIN_WORDS      2    /* function words before a detected language is believed … */
#define OVERRULE_WORDS 8    /* … and before it overrules a declared one */

static const struct {
	const char *tag, *stemmer, *words;
} languages[LANGUAGES] = {
	[LANGUAGE_NONE] = {"", NULL, ""},
	[LANGUAGE_IT] = {"it", "italian",
			 "il lo gli della del dei delle nel nella che è sono per con una non più "
			 "anche alla dal dalla "
			 "sul sulla tra ha hanno di da e"},
	[LANGUAGE_EN] = {"en", "english",
			 "the of and to in is for that on with as are was by at from it has have "
			 "be an its this will"},
	[LANGUAGE_FR] = {"fr", "french",
			 "le les des du et est une dans pour que qui sur au aux avec par pas plus "
			 "son ce cette sont de la"},
	[LANGUAGE_DE] = {"de", "german",
			 "der die das und ist nicht ein eine den dem des mit für von zu auf im "
			 "sich auch nach bei wird"},
	[LANGUAGE_ES] = {"es", "spanish",
			 "el los las del y es en que por con una para se su como más al ha sobre "
			 "este de la"},
	[LANGUAGE_PT] =
		{"pt", "portuguese",
		 "o os do da dos das e em não que para com uma por no na ao mais foi são um é"},
	[LANGUAGE_NL] = {"nl", "dutch",
			 "de het een van en in is op te dat voor met zijn niet aan er ook door"},
	[LANGUAGE_RU] = {"ru", "russian", NULL},
	[LANGUAGE_UK] = {"uk", NULL, NULL},
	[LANGUAGE_PL] = {"pl", NULL,
			 "w i na z do nie się jest że to o po od dla przez są jak oraz"},
	[LANGUAGE_RO] = {"ro", "romanian",
			 "și de la în a cu pe din care este nu un o pentru sunt mai"},
	[LANGUAGE_HU] = {"hu", "hungarian",
			 "a az és hogy nem is egy van volt meg már csak ezt mint szerint"},
	[LANGUAGE_SV] = {"sv", "swedish",
			 "och att det som en är på för av med den inte till har om ett"},
	[LANGUAGE_DA] = {"da", "danish",
			 "og at det er en af til på for med den ikke der har som et"},
	[LANGUAGE_NO] = {"no", "norwegian",
			 "og det er på av til for med som ikke har en den ble etter"},
	[LANGUAGE_FI] = {"fi", "finnish",
			 "ja on ei että se oli joka mutta myös kun hän ovat mukaan"},
	[LANGUAGE_TR] = {"tr", "turkish",
			 "ve bir bu için ile de da olarak daha gibi çok kadar sonra"},
	[LANGUAGE_AR] = {"ar", "arabic", NULL},
	[LANGUAGE_ZH] = {"zh", NULL, NULL},
	[LANGUAGE_KO] = {"ko", NULL, NULL},
	[LANGUAGE_JA] = {"ja", NULL, NULL},
};

enum language language_of_tag(const char *tag)
{
	char primary[4] = "";
	size_t len = tag ? strcspn(tag, "-_") : 0;

	if (len < 2 || len > 3)
		return LANGUAGE_NONE;
	for (size_t i = 0; i < len; i++)
		primary[i] = g_ascii_tolower(tag[i]);
	if (strcmp(primary, "nb") == 0 || strcmp(primary, "nn") == 0)
		return LANGUAGE_NO;
	for (int i = 1; i < LANGUAGES; i++)
		if (strcmp(languages[i].tag, primary) == 0)
			return (enum language)i;
	return LANGUAGE_NONE;
}

const char *language_tag(enum language language)
{
	return languages[language].tag;
}

const char *language_list(void)
{
	return "it, en, fr, de, es, pt, nl, ru, uk, pl, ro, hu, sv, da, no, fi, tr, ar, zh, ko, ja";
}

const char *language_stemmer(enum language language)
{
	return languages[language].stemmer;
}

/* word → bit set of languages it is a function word of; made once. */
static GHashTable *function_words(void)
{
	static GHashTable *table;
	static gsize once;
	if (!g_once_init_enter(&once))
		return table;
	table = g_hash_table_new(g_str_hash, g_str_equal);
	for (int i = 1; i < LANGUAGES; i++) {
		if (!languages[i].words)
			continue;
		char **words = g_strsplit(languages[i].words, " ", -1);
		for (char **word = words; *word; word++) {
			guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(table, *word));
			g_hash_table_insert(table, *word, GUINT_TO_POINTER(bits | 1u << i));
			if (bits) /* the key of the other language stays */
				g_free(*word);
		}
		g_free(words); /* the words stay: they are the keys */
	}
	g_once_init_leave(&once, 1);
	return table;
}

struct census {
	unsigned words[LANGUAGES];
	unsigned latin, cyrillic, ukrainian, han, kana, hangul, arabic;
};

static void count_letter(struct census *census, gunichar c)
{
	if (c < 0x250)
		census->latin++;
	else if (c >= 0x400 && c < 0x530) {
		census->cyrillic++;
		census->ukrainian +=
			c == 0x456 || c == 0x457 || c == 0x454 || c == 0x491 || c == 0x406;
	} else if (c >= 0x600 && c < 0x700)
		census->arabic++;
	else if (c >= 0x3040 && c < 0x3100)
		census->kana++;
	else if (c >= 0x3400 && c < 0xa000)
		census->han++;
	else if (c >= 0xac00 && c < 0xd7b0)
		census->hangul++;
}

static void count_word(struct census *census, GHashTable *table, const char *start, const char *end)
{
	char word[LONGEST_WORD + 1];
	size_t len = (size_t)(end - start);
	if (len == 0 || len > LONGEST_WORD)
		return;
	for (size_t i = 0; i < len; i++)
		word[i] = g_ascii_tolower(start[i]);
	word[len] = 0;
	guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(table, word));
	while (bits) {
		census->words[g_bit_nth_lsf(bits, -1)]++;
		bits &= bits - 1;
	}
}

static void count_text(struct census *census, const char *text, size_t limit)
{
	GHashTable *table = function_words();
	const char *word = text, *p = text;

	while (*p && (size_t)(p - text) < limit) {
		unsigned char byte = (unsigned char)*p;
		const char *next = byte < 0x80 ? p + 1 : g_utf8_next_char(p);
		gunichar c = byte < 0x80 ? byte : g_utf8_get_char(p);
		if (byte < 0x80 ? (byte | 0x20u) - 'a' < 26u : g_unichar_isalpha(c)) {
			count_letter(census, c);
		} else {
			count_word(census, table, word, p);
			word = next;
		}
		p = next;
	}
	if (word < p)
		count_word(census, table, word, p);
}

static enum language by_script(const struct census *c, double *sure)
{
	unsigned all = c->latin + c->cyrillic + c->han + c->kana + c->hangul + c->arabic;
	const struct {
		unsigned count;
		enum language language;
	} scripts[] = {
		{c->hangul * 2, LANGUAGE_KO},
		{c->kana ? (c->kana + c->han) * 2 : 0, LANGUAGE_JA},
		{c->kana ? 0 : c->han * 2, LANGUAGE_ZH},
		{c->cyrillic, c->ukrainian * 50 > c->cyrillic ? LANGUAGE_UK : LANGUAGE_RU},
		{c->arabic, LANGUAGE_AR},
	};
	for (size_t i = 0; all && i < G_N_ELEMENTS(scripts); i++)
		if (scripts[i].count * 2 > all) {
			*sure = MIN(1.0, (double)scripts[i].count / all);
			return scripts[i].language;
		}
	return LANGUAGE_NONE;
}

static enum language by_words(const struct census *c, double *sure, unsigned *words)
{
	enum language best = LANGUAGE_NONE;
	unsigned second = 0;
	for (int i = 1; i < LANGUAGES; i++) {
		if (c->words[i] > c->words[best]) {
			second = c->words[best];
			best = (enum language)i;
		} else if (c->words[i] > second) {
			second = c->words[i];
		}
	}
	*words = c->words[best];
	*sure = *words ? (double)(*words - second) / *words : 0;
	return *words >= MIN_WORDS && *words > second ? best : LANGUAGE_NONE;
}

enum language language_decide(const char *declared, const char *title, const char *body,
			      double *sure)
{
	struct census census = {.latin = 0};
	enum language said = language_of_tag(declared), found;
	double certainty = 0;
	unsigned words = 0;

	count_text(&census, title, SAMPLE_BYTES);
	count_text(&census, body, SAMPLE_BYTES);
	found = by_script(&census, &certainty);
	if (found == LANGUAGE_NONE) {
		found = by_words(&census, &certainty, &words);
		bool cyrillic_said =
			said >= LANGUAGE_AR || said == LANGUAGE_RU || said == LANGUAGE_UK;
		if (said && !(cyrillic_said && census.latin > 20) &&
		    !(words >= OVERRULE_WORDS && certainty > 0.6))
			found = said;
	} else if (found == LANGUAGE_RU && said == LANGUAGE_UK) {
		found = said;
	}
	if (sure)
		*sure = found && found == said ? 1.0 : certainty;
	return found;
}
