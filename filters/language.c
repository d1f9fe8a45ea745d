/* language: see language.h. Scripts first, then counts of function words.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/language.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unicode/uloc.h>

#define FIRST_BYTES    500  /* of the body: enough to see that it is the language declared … */
#define SAMPLE_BYTES   1500 /* … or to tell which it is */
#define MIN_WORDS      2    /* function words before a detected language is believed … */
#define OVERRULE_WORDS 8    /* … and before it overrules a declared one, or confirms it */
#define OVERRULE_SURE  0.6
#define CONFIRM_SURE   0.4

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

void language_home(enum language language, char region[4])
{
	char likely[ULOC_FULLNAME_CAPACITY];
	UErrorCode status = U_ZERO_ERROR;
	*region = '\0';
	/* news in these comes from everywhere */
	if (language == LANGUAGE_NONE || language == LANGUAGE_EN || language == LANGUAGE_ES ||
	    language == LANGUAGE_PT || language == LANGUAGE_AR)
		return;
	uloc_addLikelySubtags(language_tag(language), likely, sizeof likely, &status);
	uloc_getCountry(likely, region, 4, &status);
	if (U_FAILURE(status))
		*region = '\0';
}

const char *language_stemmer(enum language language)
{
	return languages[language].stemmer;
}

/* Function words packed into integers, in a table made once. A word stands at one of two places;
 * what stands there says whose it is: a place in `voices`, one byte for each language. So a word is
 * counted without a branch on what it is, which cannot be foreseen. */
#define TABLE_SLOTS 1024 /* a power of two; three times the words */
#define VOICES	    256
#define VOICE_WORDS 4 /* of eight bytes: 32 languages at most */
G_STATIC_ASSERT(LANGUAGES <= VOICE_WORDS * 8);
static uint64_t table_words[TABLE_SLOTS];
static uint8_t table_voices[TABLE_SLOTS];
static uint64_t voices[VOICES][VOICE_WORDS]; /* the first: nobody's */
static unsigned voice_count = 1;

static inline size_t first_place(uint64_t word)
{
	return (word * 0x9e3779b97f4a7c15u) >> 54;
}

static inline size_t second_place(uint64_t word)
{
	return (word * 0xd6e8feb86659fd93u) >> 54;
}

static inline unsigned voice_of(uint64_t word)
{
	size_t first = first_place(word), second = second_place(word);
	return (unsigned)((0u - (table_words[first] == word)) & table_voices[first]) |
	       ((0u - (table_words[second] == word)) & table_voices[second]);
}

/* The voice of these languages. */
static uint8_t find_voice(const uint64_t *bytes)
{
	for (unsigned i = 1; i < voice_count; i++)
		if (memcmp(voices[i], bytes, sizeof voices[i]) == 0)
			return (uint8_t)i;
	g_assert(voice_count < VOICES);
	memcpy(voices[voice_count], bytes, sizeof voices[voice_count]);
	return (uint8_t)voice_count++;
}

/* What stood there moves to its other place, and so on: with a third of the places taken the way is
 * short. */
static void place_word(uint64_t word, uint8_t voice)
{
	size_t at = first_place(word);
	for (unsigned moves = 0; voice; moves++) {
		g_assert(moves < TABLE_SLOTS);
		uint64_t other = table_words[at];
		uint8_t others = table_voices[at];
		table_words[at] = word;
		table_voices[at] = voice;
		word = other;
		voice = others;
		at = at == first_place(word) ? second_place(word) : first_place(word);
	}
}

static void add_voice(uint64_t word, int language)
{
	uint64_t bytes[VOICE_WORDS];
	unsigned voice = voice_of(word);
	memcpy(bytes, voices[voice], sizeof bytes);
	((uint8_t *)bytes)[language] = 1;
	uint8_t now = find_voice(bytes);
	if (!voice)
		place_word(word, now);
	else if (table_words[first_place(word)] == word)
		table_voices[first_place(word)] = now;
	else
		table_voices[second_place(word)] = now;
}

/* The first bytes as a number, in lower case as far as it is ASCII; the same for all words of one
 * spelling. */
static uint64_t pack(const char *word, size_t len, const char *end)
{
	uint64_t packed = 0;
	if (word + sizeof packed <= end)
		memcpy(&packed, word, sizeof packed);
	else
		memcpy(&packed, word, len);
	packed |= 0x2020202020202020u;
	/* no branch on the length, which cannot be foreseen; no word is empty */
	size_t beyond = sizeof packed - MIN(len, sizeof packed);
	return packed & GUINT64_TO_LE(UINT64_MAX >> beyond * 8);
}

static void add_words(int language)
{
	g_auto(GStrv) words = g_strsplit(languages[language].words, " ", -1);
	for (char **word = words; *word; word++) {
		size_t len = strlen(*word);
		add_voice(pack(*word, len, *word + len), language);
	}
}

static void make_table(void)
{
	static gsize made;
	if (!g_once_init_enter(&made))
		return;
	for (int i = 1; i < LANGUAGES; i++)
		if (languages[i].words && *languages[i].words)
			add_words(i);
	g_once_init_leave(&made, 1);
}

struct census {
	unsigned words[LANGUAGES];
	unsigned latin, cyrillic, ukrainian, han, kana, hangul, arabic;
};

static void count_ideograph(struct census *census, gunichar c)
{
	if (c >= 0x1100 && (c < 0x1200 || (c >= 0xac00 && c < 0xd7b0)))
		census->hangul++;
	else if (c >= 0x3040 && c < 0x3100)
		census->kana++;
	else
		census->han++;
}

static void count_cyrillic(struct census *census, const char *word, size_t len)
{
	census->cyrillic += (unsigned)len / 2;
	for (const char *p = word; p < word + len; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		census->ukrainian +=
			c == 0x456 || c == 0x457 || c == 0x454 || c == 0x491 || c == 0x406;
	}
}

/* A word whose first byte is none of ASCII. */
static void count_script(struct census *census, const struct token *t, const char *word, size_t len)
{
	unsigned char first = (unsigned char)*word;
	if (t->script == SCRIPT_IDEOGRAPH)
		count_ideograph(census, g_utf8_get_char(word));
	else if (t->script == SCRIPT_CYRILLIC)
		count_cyrillic(census, word, len);
	else if (first - 0xc3u < 7u)
		census->latin += (unsigned)len;
	else if (first - 0xd8u < 4u)
		census->arabic += (unsigned)len / 2;
}

#define BATCH UINT8_MAX /* words: a voice counts up to that */

/* What is counted stays in registers: so no word waits for the one before it. */
static void count_words(struct census *census, const struct token *tokens, unsigned count,
			const char *text, const char *end)
{
	uint64_t sums[VOICE_WORDS] = {0};
	size_t latin = 0;

	for (unsigned i = 0; i < count; i++) {
		const char *word = text + tokens[i].start;
		size_t len = tokens[i].end - tokens[i].start;
		/* longer words are nobody's: so no branch on what cannot be foreseen */
		unsigned mine = 0u - (len <= sizeof(uint64_t));
		const uint64_t *voice = voices[voice_of(pack(word, len, end)) & mine];
		for (unsigned k = 0; k < VOICE_WORDS; k++)
			sums[k] += voice[k];
		/* words of ASCII begin with a letter or a digit */
		if (G_LIKELY((unsigned char)*word < 0x80))
			latin += len & (0u - (size_t)(*word >= 0x40));
		else
			count_script(census, &tokens[i], word, len);
	}
	census->latin += (unsigned)latin;
	for (unsigned i = 0; i < LANGUAGES; i++)
		census->words[i] += ((const uint8_t *)sums)[i];
}

/* The first token that begins there or later. */
static unsigned first_from(const struct language_sample *sample, size_t from)
{
	unsigned low = 0, high = sample->count;
	while (low < high) {
		unsigned middle = low + (high - low) / 2;
		if (sample->tokens[middle].start < from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Tokens that begin in some bytes of each text. */
static void count_samples(struct census *census, const struct language_sample *samples,
			  unsigned count, size_t from, size_t until)
{
	for (unsigned s = 0; s < count; s++) {
		const struct language_sample *sample = &samples[s];
		unsigned last = first_from(sample, until);
		for (unsigned at = first_from(sample, from); at < last; at += BATCH)
			count_words(census, sample->tokens + at, MIN(BATCH, last - at),
				    sample->text, sample->text + sample->text_len);
	}
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

/* What feeds declare is true as a rule, and a third of the sample shows it. */
static bool confirms(const struct census *census, enum language said)
{
	double sure = 0;
	unsigned words = 0;
	return said != LANGUAGE_NONE && by_script(census, &sure) == LANGUAGE_NONE &&
	       by_words(census, &sure, &words) == said && words >= OVERRULE_WORDS &&
	       sure > CONFIRM_SURE;
}

/* What would overrule a declaration: more of the text would say the same. */
static bool is_clear(const struct census *census)
{
	double sure = 0;
	unsigned words = 0;
	return by_script(census, &sure) == LANGUAGE_NONE &&
	       by_words(census, &sure, &words) != LANGUAGE_NONE && words >= OVERRULE_WORDS &&
	       sure > OVERRULE_SURE;
}

enum language language_of_tokens(const char *declared, const struct language_sample *samples,
				 unsigned count, double *sure)
{
	struct census census = {.latin = 0};
	enum language said = language_of_tag(declared), found;
	double certainty = 0;
	unsigned words = 0;

	make_table();
	count_samples(&census, samples, count, 0, FIRST_BYTES);
	if (confirms(&census, said)) {
		if (sure)
			*sure = 1.0;
		return said;
	}
	if (!is_clear(&census))
		count_samples(&census, samples, count, FIRST_BYTES, SAMPLE_BYTES);
	found = by_script(&census, &certainty);
	if (found == LANGUAGE_NONE) {
		found = by_words(&census, &certainty, &words);
		bool cyrillic_said =
			said >= LANGUAGE_AR || said == LANGUAGE_RU || said == LANGUAGE_UK;
		if (said && !(cyrillic_said && census.latin > 20) &&
		    !(words >= OVERRULE_WORDS && certainty > OVERRULE_SURE))
			found = said;
	} else if (found == LANGUAGE_RU && said == LANGUAGE_UK) {
		found = said;
	}
	if (sure)
		*sure = !found ? 0 : found == said ? 1.0 : certainty;
	return found;
}

/* The bytes of a text that the sample is taken from, on a character's border. */
static size_t sample_len(const char *text)
{
	size_t len = strnlen(text, SAMPLE_BYTES + 256);
	while (len > SAMPLE_BYTES && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

enum language language_decide(const char *declared, const char *title, const char *body,
			      double *sure)
{
	const char *texts[] = {title, body};
	struct language_sample samples[2];
	GArray *tokens[2];

	for (int i = 0; i < 2; i++) {
		tokens[i] = g_array_new(FALSE, FALSE, sizeof(struct token));
		samples[i] = (struct language_sample){.text = texts[i],
						      .text_len = sample_len(texts[i])};
		text_tokenise(texts[i], samples[i].text_len, tokens[i]);
		samples[i].tokens = (const struct token *)(void *)tokens[i]->data;
		samples[i].count = tokens[i]->len;
	}
	enum language found = language_of_tokens(declared, samples, 2, sure);
	g_array_unref(tokens[0]);
	g_array_unref(tokens[1]);
	return found;
}
