/* translit: see translit.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/translit.h"

#include <stdbool.h>
#include <string.h>

/* ---- Cyrillic to Latin --------------------------------------------------------------- */

enum style { STYLE_IT, STYLE_EN, STYLE_FR, STYLE_DE, STYLE_SCIENTIFIC, STYLES };

static const struct {
	gunichar letter;
	const char *latin[STYLES];
} cyrillic[] = {
	{0x430, {"a", "a", "a", "a", "a"}},
	{0x431, {"b", "b", "b", "b", "b"}},
	{0x432, {"v", "v", "v", "w", "v"}},
	{0x433, {"g", "g", "g", "g", "g"}},
	{0x434, {"d", "d", "d", "d", "d"}},
	{0x435, {"e", "e", "e", "e", "e"}},
	{0x451, {"io", "yo", "io", "jo", "ë"}},
	{0x436, {"zh", "zh", "j", "sch", "ž"}},
	{0x437, {"z", "z", "z", "s", "z"}},
	{0x438, {"i", "i", "i", "i", "i"}},
	{0x439, {"i", "y", "ï", "j", "j"}},
	{0x43a, {"k", "k", "k", "k", "k"}},
	{0x43b, {"l", "l", "l", "l", "l"}},
	{0x43c, {"m", "m", "m", "m", "m"}},
	{0x43d, {"n", "n", "n", "n", "n"}},
	{0x43e, {"o", "o", "o", "o", "o"}},
	{0x43f, {"p", "p", "p", "p", "p"}},
	{0x440, {"r", "r", "r", "r", "r"}},
	{0x441, {"s", "s", "s", "s", "s"}},
	{0x442, {"t", "t", "t", "t", "t"}},
	{0x443, {"u", "u", "ou", "u", "u"}},
	{0x444, {"f", "f", "f", "f", "f"}},
	{0x445, {"kh", "kh", "kh", "ch", "ch"}},
	{0x446, {"ts", "ts", "ts", "z", "c"}},
	{0x447, {"ch", "ch", "tch", "tsch", "č"}},
	{0x448, {"sh", "sh", "ch", "sch", "š"}},
	{0x449, {"shch", "shch", "chtch", "schtsch", "šč"}},
	{0x44a, {"", "", "", "", ""}},
	{0x44b, {"y", "y", "y", "y", "y"}},
	{0x44c, {"", "", "", "", ""}},
	{0x44d, {"e", "e", "e", "e", "è"}},
	{0x44e, {"yu", "yu", "iou", "ju", "ju"}},
	{0x44f, {"ya", "ya", "ia", "ja", "ja"}},
	{0x456, {"i", "i", "i", "i", "i"}},
	{0x457, {"i", "i", "ï", "ji", "ï"}},
	{0x454, {"ye", "ye", "ie", "je", "je"}},
	{0x491, {"g", "g", "g", "g", "g"}},
};

static const char *latin_of(gunichar letter, enum style style)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cyrillic); i++)
		if (cyrillic[i].letter == letter)
			return cyrillic[i].latin[style];
	return NULL;
}

static void append_cased(GString *out, const char *part, bool capital)
{
	if (!capital || !*part) {
		g_string_append(out, part);
		return;
	}
	g_string_append_unichar(out, g_unichar_toupper(g_utf8_get_char(part)));
	g_string_append(out, g_utf8_next_char(part));
}

static bool is_vowel(gunichar c)
{
	return c && strchr("aeiouy", c < 0x80 ? (int)g_ascii_tolower((char)c) : 'b') != NULL;
}

/* Endings that the press writes otherwise than letter by letter. */
static void mend_ending(GString *out, enum style style)
{
	static const struct {
		enum style style;
		const char *from, *to;
	} endings[] = {{STYLE_IT, "ii", "ij"},	{STYLE_IT, "yi", "yj"}, {STYLE_EN, "iy", "y"},
		       {STYLE_EN, "yy", "y"},	{STYLE_FR, "iï", "i"},	{STYLE_FR, "yï", "y"},
		       {STYLE_FR, "in", "ine"}, {STYLE_DE, "ij", "i"},	{STYLE_DE, "yj", "y"}};
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
		if (endings[i].style == style && g_str_has_suffix(out->str, endings[i].from)) {
			g_string_truncate(out, out->len - strlen(endings[i].from));
			g_string_append(out, endings[i].to);
			return;
		}
}

static char *cyrillic_to(const char *name, enum style style)
{
	GString *out = g_string_new(NULL);
	for (const char *p = name; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		const char *latin = latin_of(g_unichar_tolower(c), style);
		if (!latin && !g_unichar_isalpha(c)) {
			mend_ending(out, style);
			g_string_append_unichar(out, c);
			continue;
		}
		if (!latin) {
			g_string_free(out, TRUE);
			return NULL;
		}
		append_cased(out, latin, g_unichar_isupper(c));
	}
	mend_ending(out, style);
	return g_string_free(out, FALSE);
}

char *translit_cyrillic(const char *name, const char *language)
{
	static const char *const styles[] = {"it", "en", "fr", "de", "sla"};
	for (size_t i = 0; i < G_N_ELEMENTS(styles); i++)
		if (strcmp(styles[i], language) == 0)
			return cyrillic_to(name, (enum style)i);
	return NULL;
}

/* ---- Latin to Cyrillic --------------------------------------------------------------- */

/* Longest first. At the end of a word: '$'. */
static const struct {
	const char *latin, *letters;
} to_cyrillic[] = {
	{"shch", "щ"},	   {"tsch", "ч"},    {"schk", "шк"}, {"sky$", "ский"}, {"skij$", "ский"},
	{"skiy$", "ский"}, {"ski$", "ский"}, {"tch", "ч"},   {"sch", "ш"},     {"iy$", "ий"},
	{"ij$", "ий"},	   {"yj$", "ый"},    {"ya", "я"},    {"ja", "я"},      {"ia$", "ия"},
	{"yu", "ю"},	   {"ju", "ю"},	     {"yo", "ё"},    {"jo", "ё"},      {"ye", "е"},
	{"je", "е"},	   {"sh", "ш"},	     {"ch", "ч"},    {"zh", "ж"},      {"kh", "х"},
	{"ts", "ц"},	   {"ou", "у"},	     {"ck", "к"},    {"ph", "ф"},      {"y$", "ий"},
	{"š", "ш"},	   {"č", "ч"},	     {"ž", "ж"},     {"ë", "ё"},       {"ï", "й"},
	{"è", "э"},	   {"a", "а"},	     {"b", "б"},     {"c", "ц"},       {"d", "д"},
	{"e", "е"},	   {"f", "ф"},	     {"g", "г"},     {"h", "х"},       {"i", "и"},
	{"j", "й"},	   {"k", "к"},	     {"l", "л"},     {"m", "м"},       {"n", "н"},
	{"o", "о"},	   {"p", "п"},	     {"q", "к"},     {"r", "р"},       {"s", "с"},
	{"t", "т"},	   {"u", "у"},	     {"v", "в"},     {"w", "в"},       {"x", "кс"},
	{"y", "ы"},	   {"z", "з"},
};

/* How many bytes of `at` (lower case) the rule takes; 0: it does not hold here. */
static size_t rule_takes(const char *rule, const char *at)
{
	size_t len = strlen(rule);
	bool end = rule[len - 1] == '$';
	len -= end;
	if (strncmp(rule, at, len) != 0)
		return 0;
	gunichar next = g_utf8_get_char(at + len);
	return end && next && g_unichar_isalpha(next) ? 0 : len;
}

/* "Shoygu", "Sergei": a y or i after a vowel is short. */
static bool is_short_i(const char *word, const char *at)
{
	if (at == word || (*at != 'y' && *at != 'i'))
		return false;
	char before = at[-1];
	char next = at[1];
	return strchr("aeou", before) && !is_vowel((gunichar)next);
}

char *translit_to_cyrillic(const char *name)
{
	g_autofree char *lower = g_utf8_strdown(name, -1);
	GString *out = g_string_new(NULL);
	bool capital = true;

	for (const char *p = lower; *p;) {
		gunichar c = g_utf8_get_char(p);
		if (!g_unichar_isalpha(c)) {
			g_string_append_unichar(out, c == 0x2019 ? '\'' : c);
			p = g_utf8_next_char(p);
			capital = true;
			continue;
		}
		size_t taken = is_short_i(lower, p) ? 1 : 0;
		const char *letters = "й";
		for (size_t i = 0; !taken && i < G_N_ELEMENTS(to_cyrillic); i++) {
			taken = rule_takes(to_cyrillic[i].latin, p);
			letters = to_cyrillic[i].letters;
		}
		if (!taken) {
			g_string_free(out, TRUE);
			return NULL;
		}
		append_cased(out, letters, capital);
		capital = false;
		p += taken;
	}
	return g_string_free(out, FALSE);
}

/* ---- Hangul -------------------------------------------------------------------------- */

#define HANGUL_FIRST 0xac00
#define HANGUL_LAST  0xd7a3
#define VOWELS	     21
#define TAILS	     28

static const char *const leads[] = {"k",  "kk", "n", "d",  "tt", "r", "m", "p", "pp", "s",
				    "ss", "",	"j", "jj", "ch", "k", "t", "p", "h"};
static const char *const vowels[] = {"a",  "ae", "ya", "yae", "o",  "e",  "yo",
				     "ye", "o",	 "wa", "wae", "oe", "yo", "u",
				     "wo", "we", "wi", "yu",  "u",  "ui", "i"};
static const char *const tails[] = {"",	 "k",  "k", "k", "n", "n", "n", "t", "l", "k",
				    "m", "l",  "l", "l", "p", "l", "m", "p", "p", "t",
				    "t", "ng", "t", "t", "k", "t", "p", "t"};

char *translit_hangul(const char *name)
{
	GString *out = g_string_new(NULL);
	for (const char *p = name; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == ' ')
			continue;
		if (c < HANGUL_FIRST || c > HANGUL_LAST) {
			g_string_free(out, TRUE);
			return NULL;
		}
		unsigned index = c - HANGUL_FIRST;
		g_autofree char *syllable =
			g_strconcat(leads[index / (VOWELS * TAILS)], vowels[index / TAILS % VOWELS],
				    tails[index % TAILS], NULL);
		if (out->len)
			g_string_append_c(out, ' ');
		append_cased(out, syllable, true);
	}
	return g_string_free(out, FALSE);
}

/* Syllables of names: romanisation does not tell ㅓ from ㅗ nor ㅡ from ㅜ, use does. Surnames
 * first. */
static const struct {
	const char *latin, *hangul;
	bool surname;
} syllables[] = {
	{"kim", "김", true},	{"gim", "김", true},	{"ri", "리", true},
	{"lee", "이", true},	{"yi", "이", true},	{"pak", "박", true},
	{"park", "박", true},	{"choe", "최", true},	{"choi", "최", true},
	{"jong", "정", true},	{"jung", "정", true},	{"jeong", "정", true},
	{"jo", "조", true},	{"cho", "조", true},	{"kang", "강", true},
	{"yun", "윤", true},	{"yoon", "윤", true},	{"jang", "장", true},
	{"rim", "림", true},	{"im", "임", true},	{"han", "한", true},
	{"o", "오", true},	{"oh", "오", true},	{"so", "서", true},
	{"seo", "서", true},	{"shin", "신", true},	{"sin", "신", true},
	{"kwon", "권", true},	{"hwang", "황", true},	{"an", "안", true},
	{"ahn", "안", true},	{"song", "송", true},	{"ryu", "류", true},
	{"yu", "유", true},	{"hong", "홍", true},	{"jon", "전", true},
	{"ko", "고", true},	{"mun", "문", true},	{"moon", "문", true},
	{"yang", "양", true},	{"paek", "백", true},	{"ho", "허", true},
	{"no", "노", true},	{"ro", "로", true},	{"nam", "남", true},
	{"thae", "태", true},	{"tae", "태", false},	{"un", "은", false},
	{"eun", "은", false},	{"il", "일", false},	{"sung", "성", false},
	{"yo", "여", false},	{"son", "선", false},	{"sun", "선", false},
	{"hui", "희", false},	{"hee", "희", false},	{"hyo", "효", false},
	{"myung", "명", false}, {"myong", "명", false}, {"chol", "철", false},
	{"chul", "철", false},	{"ryong", "룡", false}, {"yong", "영", false},
	{"young", "영", false}, {"hyon", "현", false},	{"hyun", "현", false},
	{"su", "수", false},	{"soo", "수", false},	{"gil", "길", false},
	{"kil", "길", false},	{"chon", "천", false},	{"kwang", "광", false},
	{"gwang", "광", false}, {"hak", "학", false},	{"hwa", "화", false},
	{"guk", "국", false},	{"kuk", "국", false},	{"min", "민", false},
	{"ju", "주", false},	{"ae", "애", false},	{"jae", "재", false},
	{"sik", "식", false},	{"won", "원", false},	{"bok", "복", false},
	{"pok", "복", false},	{"chang", "창", false}, {"tok", "덕", false},
	{"hun", "훈", false},	{"dong", "동", false},	{"sang", "상", false},
	{"ung", "웅", false},	{"ok", "옥", false},	{"mi", "미", false},
	{"kyong", "경", false}, {"gyong", "경", false}, {"in", "인", false},
	{"yol", "열", false},	{"suk", "석", false},	{"sok", "석", false},
	{"ki", "기", false},	{"gi", "기", false},	{"bong", "봉", false},
	{"pong", "봉", false},	{"rak", "락", false},	{"u", "우", false},
};

static const char *syllable_of(const char *word, size_t len, bool surname)
{
	for (size_t i = 0; i < G_N_ELEMENTS(syllables); i++)
		if (strlen(syllables[i].latin) == len &&
		    strncmp(syllables[i].latin, word, len) == 0 &&
		    (syllables[i].surname || !surname))
			return syllables[i].hangul;
	return NULL;
}

/* One syllable, or two written together ("jongun", "wonsik"). */
static bool append_word(GString *out, const char *word, bool surname)
{
	size_t len = strlen(word);
	const char *one = syllable_of(word, len, surname);
	if (one) {
		g_string_append(out, one);
		return true;
	}
	for (size_t cut = 2; !surname && cut + 2 <= len; cut++) {
		const char *left = syllable_of(word, cut, false),
			   *right = syllable_of(word + cut, len - cut, false);
		if (left && right) {
			g_string_append_printf(out, "%s%s", left, right);
			return true;
		}
	}
	return false;
}

char *translit_to_hangul(const char *name)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);
	g_auto(GStrv) words = g_strsplit_set(lower, " -", -1);
	GString *out = g_string_new(NULL);
	unsigned count = g_strv_length(words);
	bool all = count >= 2 && count <= 3;

	for (unsigned i = 0; all && i < count; i++)
		all = append_word(out, words[i], i == 0);
	if (!all) {
		g_string_free(out, TRUE);
		return NULL;
	}
	return g_string_free(out, FALSE);
}

/* ---- all ----------------------------------------------------------------------------- */

static void add(GPtrArray *names, const char *origin, char *name)
{
	bool known = !name || !*name || strcmp(name, origin) == 0;
	for (unsigned i = 0; !known && i < names->len; i++)
		known = strcmp(names->pdata[i], name) == 0;
	if (known)
		g_free(name);
	else
		g_ptr_array_add(names, name);
}

static bool is_one_of(const char *region, const char *const *list)
{
	return region && g_strv_contains(list, region);
}

GPtrArray *translit_names(const char *name, const char *region)
{
	static const char *const slavic[] = {"RU", "UA", "BY", "BG", NULL};
	static const char *const korean[] = {"KP", "KR", NULL};
	static const char *const languages[] = {"it", "en", "fr", "de", "sla"};
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	gunichar first = g_utf8_get_char(name);
	g_autofree char *letters = NULL;

	if (first >= HANGUL_FIRST && first <= HANGUL_LAST) {
		add(names, name, translit_hangul(name));
		return names;
	}
	if (is_one_of(region, korean))
		add(names, name, translit_to_hangul(name));
	if (first >= 0x400 && first < 0x500)
		letters = g_strdup(name);
	else if (is_one_of(region, slavic))
		letters = translit_to_cyrillic(name);
	if (!letters)
		return names;
	add(names, name, g_strdup(letters));
	for (size_t i = 0; i < G_N_ELEMENTS(languages); i++)
		add(names, name, translit_cyrillic(letters, languages[i]));
	return names;
}
