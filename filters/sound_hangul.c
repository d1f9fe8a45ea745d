/* sound_hangul: see sound.h. A Russian name as Korean newspapers write it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/sound.h"
#include "filters/text.h"

#include <string.h>

/* Initial consonants in the order of Unicode: ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ; vowels
 * ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ. */
enum { G, N = 2, D, R = 5, M, B, S = 9, NONE_INITIAL = 11, J, CH = 14, K, T, P, H };
enum { VA, VYA = 2, VE = 5, VYE = 7, VO = 8, VYO = 12, VU, VYU = 17, VEU, VI = 20 };
enum { FINAL_N = 4, FINAL_L = 8, FINAL_M = 16 };

static const struct {
	const char *letter;
	int initial, alone; /* alone: the vowel it takes before another consonant or at the end */
	int voiceless; /* its initial there at the end and before voiceless consonants, or -1 */
} consonants[] = {
	{"б", B, VEU, P},   {"в", B, VEU, P},  {"г", G, VEU, K},  {"д", D, VEU, -1},
	{"ж", J, VEU, -1},  {"з", J, VEU, S},  {"к", K, VEU, -1}, {"л", R, VEU, -1},
	{"м", M, VEU, -1},  {"н", N, VEU, -1}, {"п", P, VEU, -1}, {"р", R, VEU, -1},
	{"с", S, VEU, -1},  {"т", T, VEU, -1}, {"ф", P, VEU, -1}, {"х", H, VEU, -1},
	{"ц", CH, VEU, -1}, {"ч", CH, VI, -1}, {"ш", S, VI, -1},  {"щ", S, VI, -1},
};

static const struct {
	const char *letter;
	int after_consonant, alone, after_sh;
} vowels[] = {
	{"а", VA, VA, VYA},   {"е", VE, VYE, VYE},  {"ё", VYO, VYO, VYO}, {"и", VI, VI, VI},
	{"о", VO, VO, VYO},   {"у", VU, VU, VYU},   {"ы", VI, VI, VI},	  {"э", VE, VE, VYE},
	{"ю", VYU, VYU, VYU}, {"я", VYA, VYA, VYA},
};

struct hangul {
	GString *out;
	bool open; /* a consonant may still be put under the last syllable */
	bool bare; /* the last one has no vowel of its own: only л may stand under it */
};

static void put(struct hangul *h, int initial, int vowel)
{
	g_string_append_unichar(h->out, (gunichar)(0xac00 + (initial * 21 + vowel) * 28));
	h->open = true;
	h->bare = false;
}

/* Under the syllable before. */
static bool put_final(struct hangul *h, int final)
{
	if (!h->open)
		return false;
	const char *last = g_utf8_find_prev_char(h->out->str, h->out->str + h->out->len);
	gunichar c = g_utf8_get_char(last) + (gunichar) final;
	g_string_truncate(h->out, (gsize)(last - h->out->str));
	g_string_append_unichar(h->out, c);
	h->open = false;
	return true;
}

static int find_vowel(const char *p)
{
	for (size_t i = 0; i < G_N_ELEMENTS(vowels); i++)
		if (strncmp(p, vowels[i].letter, 2) == 0)
			return (int)i;
	return -1;
}

static int find_consonant(const char *p)
{
	for (size_t i = 0; i < G_N_ELEMENTS(consonants); i++)
		if (strncmp(p, consonants[i].letter, 2) == 0)
			return (int)i;
	return -1;
}

static void put_consonant(struct hangul *h, int i, const char *next)
{
	int initial = consonants[i].initial, vowel = *next ? find_vowel(next) : -1,
	    after = find_consonant(next);
	bool hiss = initial == S && consonants[i].alone == VI;

	if (vowel >= 0) {
		if (strncmp(consonants[i].letter, "л", 2) == 0 && (h->open || h->bare)) {
			h->open = true;
			put_final(h, FINAL_L);
		}
		put(h, initial, hiss ? vowels[vowel].after_sh : vowels[vowel].after_consonant);
		return;
	}
	const char *letter = consonants[i].letter;
	if ((strcmp(letter, "н") == 0 && put_final(h, FINAL_N)) ||
	    (strcmp(letter, "м") == 0 && put_final(h, FINAL_M)) ||
	    (strcmp(letter, "л") == 0 && put_final(h, FINAL_L)))
		return;
	bool voiceless = !*next || (after >= 0 && strstr("кпстфхцчшщ", consonants[after].letter));
	put(h, voiceless && consonants[i].voiceless >= 0 ? consonants[i].voiceless : initial,
	    consonants[i].alone);
	h->open = false;
	h->bare = true;
}

char *sound_hangul(const char *cyrillic)
{
	g_autoptr(GString) lower = g_string_new(NULL);
	struct hangul h = {.out = g_string_new(NULL)};

	text_lower(cyrillic, strlen(cyrillic), lower);
	for (const char *p = lower->str; *p;) {
		const char *next = g_utf8_next_char(p);
		int vowel = find_vowel(p), consonant = find_consonant(p);
		if (vowel >= 0) {
			put(&h, NONE_INITIAL, vowels[vowel].alone);
			p = next;
			continue;
		}
		if (consonant >= 0) {
			while (g_str_has_prefix(next, "ь") || g_str_has_prefix(next, "ъ"))
				next = g_utf8_next_char(next);
			put_consonant(&h, consonant, next);
			p = consonant >= 0 && *next && find_vowel(next) >= 0
				    ? g_utf8_next_char(next)
				    : next;
			continue;
		}
		if (strncmp(p, "й", strlen("й")) == 0 && h.out->len) {
			bool after_i = g_str_has_suffix(lower->str, "ий") && !*next;
			if (!after_i)
				put(&h, NONE_INITIAL, VI);
			p = next;
			continue;
		}
		g_string_free(h.out, TRUE);
		return NULL;
	}
	return g_string_free(h.out, FALSE);
}
