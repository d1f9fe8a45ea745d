/* derive_phrases: see derive_phrases.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_phrases.h"

#include "filters/text.h"

#include <libstemmer.h>
#include <math.h>
#include <string.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

#define MAX_UNITS   4
#define MIN_LIFT    6
#define MAX_PHRASES 60
#define MAX_WORDS   60
#define WORD_FACTOR 0.35
#define WORD_TEXTS  3
/* From here on two of them are enough: no two have many rare words in common by chance. */
#define MANY_TEXTS   6
#define RARE_LIFT    500 /* of fewer, too, if other news hardly ever has the word */
#define PART_SHARE   0.5 /* of a name's uses in phrases */
#define NUMBER_MAX   32	 /* UTF-16 units of a word that may be a number */
#define WORD_LETTERS 4
#define INSIDE_SHARE                                                                               \
	0.6	       /* of a phrase's uses inside a longer one: the longer one stands for it     \
			*/
#define PASTED_UNITS 8 /* so many units twice: pasted, not said twice */
/* Words go together more often than chance has it; how much, at least, in ordinary news. */
#define ASSOCIATION 20

static const char *const conjunctions[] = {
	"e", "ed", "o", "od", "che", "ma", "and", "or", "that", "but", "et", "ou", "que", "mais",
	"und", "oder", "dass", "y", "u", "pero", "и", "или", "что",
	/* what joins two names, of which the phrase would hold one */
	"tra", "fra", "between", "entre", "zwischen", "между"};

struct counting {
	const struct corpus *corpus;
	const struct gazetteer *gazetteer;
	struct sb_stemmer *stemmers[LANGUAGES]; /* of those that texts are in */
	UNumberFormat *numbers[LANGUAGES];
	GArray *tokens;		 /* double, by text: of all texts in its language */
	GArray *alike;		 /* unsigned, by text: how many texts are in it */
	GPtrArray *keys;	 /* char *, by unit: what equal units share */
	GHashTable *word_counts; /* key -> uses */
	bool *pasted;		 /* by unit */
	GHashTable *by_key;	 /* char * -> struct candidate * */
};

struct candidate {
	struct phrase *phrase;
	GArray *places; /* uint32_t: unit at which it begins */
	GHashTable *wordings;
};

static struct corpus_unit *unit_at(const struct counting *c, uint32_t i)
{
	return CORPUS_UNIT(c->corpus, i);
}

static const struct text_tongue *tongue_at(const struct counting *c, uint32_t i)
{
	return CORPUS_TONGUE(c->corpus, unit_at(c, i)->text);
}

static void phrase_free(void *data)
{
	struct phrase *phrase = data;
	g_free(phrase->text);
	g_free(phrase);
}

static void candidate_free(void *data)
{
	struct candidate *candidate = data;
	if (candidate->phrase)
		phrase_free(candidate->phrase);
	g_array_unref(candidate->places);
	g_hash_table_unref(candidate->wordings);
	g_free(candidate);
}

/* ---- units --------------------------------------------------------------------------- */

static char *unit_key(const struct counting *c, uint32_t i)
{
	const struct corpus_unit *unit = unit_at(c, i);
	struct sb_stemmer *stemmer = c->stemmers[tongue_at(c, i)->language];
	if (unit->group && !unit->lower_name)
		return g_strconcat("@", unit->group->id, NULL);
	if (!stemmer)
		return g_strdup(unit->lower);
	const sb_symbol *stem =
		sb_stemmer_stem(stemmer, (const sb_symbol *)unit->lower, (int)strlen(unit->lower));
	return stem ? g_strndup((const char *)stem, (gsize)sb_stemmer_length(stemmer))
		    : g_strdup(unit->lower);
}

static void make_keys(struct counting *c)
{
	c->keys = g_ptr_array_new_with_free_func(g_free);
	c->word_counts = g_hash_table_new(g_str_hash, g_str_equal);
	for (uint32_t i = 0; i < c->corpus->units->len; i++) {
		char *key = unit_key(c, i);
		unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(c->word_counts, key));
		g_ptr_array_add(c->keys, key);
		g_hash_table_replace(c->word_counts, key, GUINT_TO_POINTER(count + 1));
	}
}

/* A sentence that stands twice would make phrases of all that is in it. */
static void mark_pasted(struct counting *c)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	c->pasted = g_new0(bool, c->corpus->units->len + 1);
	for (uint32_t i = 0; i + PASTED_UNITS <= c->corpus->units->len; i++) {
		g_autoptr(GString) run = g_string_new(NULL);
		for (uint32_t k = i; k < i + PASTED_UNITS; k++)
			g_string_append_c(g_string_append(run, unit_at(c, k)->folded), ' ');
		if (!g_hash_table_add(seen, g_strdup(run->str)))
			memset(c->pasted + i, true, PASTED_UNITS);
	}
}

static bool is_conjunction(const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(conjunctions); i++)
		if (*conjunctions[i] == *word && strcmp(conjunctions[i], word) == 0)
			return true;
	return false;
}

/* ---- candidates ---------------------------------------------------------------------- */

static bool usable(const struct counting *c, uint32_t first, unsigned units)
{
	unsigned plain = 0;
	for (uint32_t i = first; i < first + units; i++) {
		const struct corpus_unit *unit = unit_at(c, i);
		if (c->pasted[i] || unit->text != unit_at(c, first)->text ||
		    unit->sentence != unit_at(c, first)->sentence)
			return false;
		if (i > first && (unit->gap || is_conjunction(unit->folded)))
			return false;
		plain += !unit->stop && (!unit->name || unit->lower_name);
	}
	if (unit_at(c, first)->stop || unit_at(c, first + units - 1)->stop)
		return false;
	/* names alone are no phrase; a demonym alone is a name */
	return units == 1 ? !unit_at(c, first)->name &&
				    strlen(unit_at(c, first)->folded) >= WORD_LETTERS
			  : plain > 0;
}

static char *wording(const struct counting *c, uint32_t first, unsigned units)
{
	const struct corpus_unit *from = unit_at(c, first), *to = unit_at(c, first + units - 1);
	char *text = g_strndup(from->start, (gsize)(to->start + to->len - from->start));
	g_strdelimit(text, "\n\"", ' ');
	/* a capital at the beginning of a sentence is none */
	if (!from->name) {
		char *lower = g_strconcat(from->lower, text + from->len, NULL);
		g_free(text);
		text = lower;
	}
	return text;
}

static void count_at(struct counting *c, uint32_t first, unsigned units)
{
	g_autoptr(GString) key = g_string_new(NULL);
	for (uint32_t i = first; i < first + units; i++)
		g_string_append_printf(key, "%s ", (char *)c->keys->pdata[i]);
	struct candidate *candidate = g_hash_table_lookup(c->by_key, key->str);
	if (!candidate) {
		candidate = g_new0(struct candidate, 1);
		candidate->phrase = g_new0(struct phrase, 1);
		candidate->phrase->units = units;
		candidate->phrase->first = unit_at(c, first);
		candidate->places = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		candidate->wordings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		g_hash_table_insert(c->by_key, g_strdup(key->str), candidate);
	}
	for (uint32_t i = first; i < first + units; i++)
		candidate->phrase->name = candidate->phrase->name || unit_at(c, i)->name;
	g_array_append_val(candidate->places, first);
	char *text = wording(c, first, units);
	unsigned uses = GPOINTER_TO_UINT(g_hash_table_lookup(candidate->wordings, text));
	g_hash_table_replace(candidate->wordings, text, GUINT_TO_POINTER(uses + 1));
}

static void count_all(struct counting *c)
{
	for (uint32_t i = 0; i < c->corpus->units->len; i++)
		for (unsigned units = 1; units <= MAX_UNITS && i + units <= c->corpus->units->len;
		     units++)
			if (usable(c, i, units))
				count_at(c, i, units);
}

/* ---- figures ------------------------------------------------------------------------- */

/* How often ordinary news has it, per million of its words, taken as a chance. */
static double expected(const struct counting *c, uint32_t first, unsigned units)
{
	const struct reference *reference = tongue_at(c, first)->reference;
	double total = reference_tokens(reference), chance = 1, rarest = total;
	unsigned counted = 0;
	for (uint32_t i = first; i < first + units; i++) {
		const struct corpus_unit *unit = unit_at(c, i);
		double count = reference_word(reference, unit->lower).count + 0.5;
		if (unit->stop)
			continue;
		rarest = MIN(rarest, count);
		chance *= count / total * (counted++ ? ASSOCIATION : 1);
	}
	return MIN(rarest / total, chance);
}

/* Of all texts in the language of the one at this place. */
static double tokens_beside(const struct counting *c, uint32_t at)
{
	return MAX(g_array_index(c->tokens, double, unit_at(c, at)->text), 1);
}

/* Of a single word, all its endings: the corpus counts them together, too. */
static double expected_word(const struct counting *c, uint32_t at)
{
	const struct reference *reference = tongue_at(c, at)->reference;
	return (reference_family(reference, c->keys->pdata[at], unit_at(c, at)->lower) + 0.5) /
	       reference_tokens(reference);
}

static double plain_lift(const struct counting *c, const struct candidate *candidate)
{
	uint32_t first = g_array_index(candidate->places, uint32_t, 0);
	const struct reference *reference = tongue_at(c, first)->reference;
	double best = 0;
	for (uint32_t i = first; i < first + candidate->phrase->units; i++) {
		const struct corpus_unit *unit = unit_at(c, i);
		if (unit->stop || unit->name)
			continue;
		double usual = reference_word(reference, unit->lower).count + 0.5;
		unsigned count =
			GPOINTER_TO_UINT(g_hash_table_lookup(c->word_counts, c->keys->pdata[i]));
		best = MAX(best,
			   count / tokens_beside(c, first) / (usual / reference_tokens(reference)));
	}
	return best;
}

static double likelihood(double count, double tokens, double other, double other_tokens)
{
	double all = (count + other) / (tokens + other_tokens);
	double sum = count * log(count / (tokens * all));
	if (other > 0)
		sum += other * log(other / (other_tokens * all));
	return 2 * sum * (count / tokens < other / other_tokens ? -1 : 1);
}

static void weigh(const struct counting *c, struct candidate *candidate)
{
	struct phrase *phrase = candidate->phrase;
	g_autoptr(GHashTable) texts = g_hash_table_new(NULL, NULL);
	uint32_t first = g_array_index(candidate->places, uint32_t, 0);
	double tokens = tokens_beside(c, first);
	double others = reference_tokens(tongue_at(c, first)->reference);

	for (unsigned i = 0; i < candidate->places->len; i++)
		g_hash_table_add(
			texts,
			GUINT_TO_POINTER(
				unit_at(c, g_array_index(candidate->places, uint32_t, i))->text));
	double usual = phrase->units == 1 && !phrase->topic ? expected_word(c, first)
							    : expected(c, first, phrase->units);
	phrase->count = candidate->places->len;
	phrase->texts = g_hash_table_size(texts);
	phrase->plain_lift = plain_lift(c, candidate);
	phrase->lift = phrase->count / tokens / MAX(usual, 0.5 / others);
	phrase->unheard = usual <= 0.5 / others;
	double llr = likelihood(phrase->count, tokens, usual * others, others);
	phrase->score = llr * sqrt((double)phrase->texts / c->corpus->texts->len) *
			MIN(1, log2(MAX(phrase->lift, 1)) / 6) * (1 + 0.15 * (phrase->units - 1));
	if (phrase->units == 1)
		phrase->score *= WORD_FACTOR;
}

/* "direttamente", "rapidement": adverbs tell no subject. */
static bool is_adverb(const struct counting *c, const struct corpus_unit *unit)
{
	static const struct {
		enum language language;
		const char *ending;
	} endings[] = {{LANGUAGE_IT, "mente"},
		       {LANGUAGE_ES, "mente"},
		       {LANGUAGE_PT, "mente"},
		       {LANGUAGE_FR, "ement"},
		       {LANGUAGE_EN, "ly"}};
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
		if (endings[i].language == CORPUS_TONGUE(c->corpus, unit->text)->language &&
		    g_str_has_suffix(unit->folded, endings[i].ending))
			return true;
	return false;
}

/* "cento", "ventuno", "fifty": of no subject. */
static bool is_number(const struct counting *c, const struct corpus_unit *unit)
{
	UNumberFormat *format = c->numbers[CORPUS_TONGUE(c->corpus, unit->text)->language];
	UChar word[NUMBER_MAX];
	UErrorCode status = U_ZERO_ERROR;
	int32_t len, end = 0;
	u_strFromUTF8(word, G_N_ELEMENTS(word), &len, unit->lower, -1, &status);
	if (!format || U_FAILURE(status) || len >= (int32_t)G_N_ELEMENTS(word))
		return false;
	unum_parseDouble(format, word, len, &end, &status);
	return U_SUCCESS(status) && end == len;
}

/* "cent of the voting", always before "rights": the window ends in the middle of what is said. */
static bool is_cut(const struct counting *c, const struct candidate *candidate)
{
	const char *all = NULL;
	if (candidate->phrase->units < MAX_UNITS)
		return false;
	for (unsigned k = 0; k < candidate->places->len; k++) {
		uint32_t first = g_array_index(candidate->places, uint32_t, k);
		uint32_t next = first + candidate->phrase->units;
		if (next >= c->corpus->units->len || unit_at(c, next)->gap ||
		    unit_at(c, next)->stop ||
		    unit_at(c, next)->sentence != unit_at(c, first)->sentence)
			return false;
		const char *key = c->keys->pdata[next];
		if (all && strcmp(all, key) != 0)
			return false;
		all = key;
	}
	return all != NULL;
}

/* What tables know in other languages needs less evidence: that it is worth a row says something.
 */
#define TOPIC_LIFT 2

/* Of a language that two of ten texts are in, both must say it. */
static unsigned least_texts(const struct counting *c, const struct phrase *phrase)
{
	unsigned all = c->corpus->texts->len;
	unsigned alike = g_array_index(c->alike, unsigned, phrase->first->text);
	return all >= MANY_TEXTS || phrase->lift >= RARE_LIFT
		       ? MIN(all, 2)
		       : MIN(WORD_TEXTS, MAX(alike, MIN(all, 2)));
}

static bool qualifies(const struct counting *c, const struct candidate *candidate)
{
	const struct phrase *phrase = candidate->phrase;
	unsigned all = c->corpus->texts->len;
	if (phrase->topic && phrase->plain_lift >= TOPIC_LIFT)
		return true;
	if (phrase->count < 2 || phrase->lift < MIN_LIFT || phrase->score <= 0 ||
	    is_cut(c, candidate))
		return false;
	if (phrase->units == 1)
		return phrase->texts >= least_texts(c, phrase) && !is_adverb(c, phrase->first) &&
		       !is_number(c, phrase->first);
	return phrase->texts >= MIN(2, all);
}

static int by_length(gconstpointer left, gconstpointer right)
{
	const struct candidate *a = *(struct candidate *const *)left,
			       *b = *(struct candidate *const *)right;
	if (a->phrase->units != b->phrase->units)
		return (a->phrase->units < b->phrase->units) -
		       (a->phrase->units > b->phrase->units);
	return (a->phrase->first > b->phrase->first) - (a->phrase->first < b->phrase->first);
}

static int by_score(gconstpointer left, gconstpointer right)
{
	const struct phrase *a = *(struct phrase *const *)left, *b = *(struct phrase *const *)right;
	if ((a->units == 1) != (b->units == 1))
		return a->units == 1 ? 1 : -1;
	if (a->score != b->score)
		return (a->score < b->score) - (a->score > b->score);
	return strcmp(a->text, b->text);
}

static char *usual_wording(const struct candidate *candidate)
{
	const char *best = NULL;
	unsigned most = 0;
	GHashTableIter iter;
	gpointer text, uses;
	g_hash_table_iter_init(&iter, candidate->wordings);
	while (g_hash_table_iter_next(&iter, &text, &uses)) {
		unsigned count = GPOINTER_TO_UINT(uses);
		if (!best || count > most || (count == most && strcmp(text, best) < 0)) {
			best = text;
			most = count;
		}
	}
	return g_strdup(best);
}

/* Longest first; each kept one covers its units. */
static GPtrArray *keep_longest(const struct counting *c)
{
	g_autoptr(GPtrArray) candidates = g_ptr_array_new();
	g_autofree bool *covered = g_new0(bool, c->corpus->units->len + 1);
	GPtrArray *kept = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, c->by_key);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct candidate *candidate = value;
		if (candidate->places->len < 2)
			continue;
		candidate->phrase->text = usual_wording(candidate);
		g_autofree char *folded = text_folded(candidate->phrase->text);
		candidate->phrase->topic = gazetteer_topic(c->gazetteer, folded);
		weigh(c, candidate);
		if (qualifies(c, candidate))
			g_ptr_array_add(candidates, candidate);
	}
	g_ptr_array_sort(candidates, by_length);
	for (unsigned i = 0; i < candidates->len; i++) {
		struct candidate *candidate = candidates->pdata[i];
		unsigned inside = 0;
		for (unsigned k = 0; k < candidate->places->len; k++)
			inside += covered[g_array_index(candidate->places, uint32_t, k)];
		if (inside >= INSIDE_SHARE * candidate->places->len && !candidate->phrase->topic)
			continue;
		for (unsigned k = 0; k < candidate->places->len && candidate->phrase->units > 1;
		     k++)
			memset(covered + g_array_index(candidate->places, uint32_t, k), true,
			       candidate->phrase->units);
		g_ptr_array_add(kept, candidate);
	}
	return kept;
}

static UNumberFormat *words_of_numbers(enum language language)
{
	UErrorCode status = U_ZERO_ERROR;
	UNumberFormat *format =
		language == LANGUAGE_NONE
			? NULL
			: unum_open(UNUM_SPELLOUT, NULL, 0, language_tag(language), NULL, &status);
	if (U_FAILURE(status))
		return NULL;
	if (format) /* "cento" and a soft hyphen and "mila", it writes */
		unum_setAttribute(format, UNUM_LENIENT_PARSE, 1);
	return format;
}

static void read_tongues(struct counting *c)
{
	unsigned texts = c->corpus->texts->len;
	double tokens[LANGUAGES] = {0};
	unsigned count[LANGUAGES] = {0};
	for (uint32_t i = 0; i < c->corpus->units->len; i++)
		tokens[tongue_at(c, i)->language]++;
	c->tokens = g_array_new(FALSE, FALSE, sizeof(double));
	c->alike = g_array_new(FALSE, FALSE, sizeof(unsigned));
	for (unsigned t = 0; t < texts; t++) {
		enum language language = CORPUS_TONGUE(c->corpus, t)->language;
		const char *algorithm = language_stemmer(language);
		if (count[language]++)
			continue;
		if (algorithm)
			c->stemmers[language] = sb_stemmer_new(algorithm, "UTF_8");
		c->numbers[language] = words_of_numbers(language);
	}
	/* one language: names of several words count by their words, as the reference counts */
	for (unsigned t = 0; t < texts; t++) {
		enum language language = CORPUS_TONGUE(c->corpus, t)->language;
		double own = tokens[language] * c->corpus->tokens / MAX(c->corpus->units->len, 1);
		g_array_append_val(c->tokens, own);
		g_array_append_val(c->alike, count[language]);
	}
}

GPtrArray *phrases_find(const struct corpus *corpus, const struct gazetteer *gazetteer)
{
	struct counting c = {.corpus = corpus, .gazetteer = gazetteer};
	GPtrArray *phrases = g_ptr_array_new_with_free_func(phrase_free);
	unsigned long_ones = 0, words = 0;

	read_tongues(&c);
	c.by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, candidate_free);
	make_keys(&c);
	mark_pasted(&c);
	count_all(&c);
	g_autoptr(GPtrArray) kept = keep_longest(&c);
	for (unsigned i = 0; i < kept->len; i++) {
		struct candidate *candidate = kept->pdata[i];
		g_ptr_array_add(phrases, g_steal_pointer(&candidate->phrase));
	}
	g_ptr_array_sort(phrases, by_score);
	for (unsigned i = 0; i < phrases->len;) {
		const struct phrase *phrase = phrases->pdata[i];
		unsigned *count = phrase->units == 1 ? &words : &long_ones;
		if ((*count)++ < (phrase->units == 1 ? MAX_WORDS : MAX_PHRASES) ||
		    (phrase->topic && phrase->units == 1))
			i++;
		else
			g_ptr_array_remove_index(phrases, i);
	}
	g_hash_table_unref(c.word_counts);
	g_ptr_array_unref(c.keys);
	g_free(c.pasted);
	g_hash_table_unref(c.by_key);
	g_array_unref(c.tokens);
	g_array_unref(c.alike);
	for (unsigned l = 0; l < LANGUAGES; l++) {
		sb_stemmer_delete(c.stemmers[l]);
		unum_close(c.numbers[l]);
	}
	return phrases;
}

/* ---- names that are part of a phrase --------------------------------------------------- */

static bool holds(const struct phrase *phrase, const struct name_group *group)
{
	for (unsigned i = 0; i < phrase->units; i++)
		if (phrase->first[i].group == group)
			return true;
	return false;
}

static bool is_part(const struct corpus *corpus, const struct name_group *group,
		    const GPtrArray *phrases)
{
	const struct corpus_unit *first =
		CORPUS_UNIT(corpus, g_array_index(group->units, uint32_t, 0));
	struct reference_word word =
		reference_word(CORPUS_TONGUE(corpus, first->text)->reference, first->lower);
	unsigned inside = 0;
	if (group->entry || strchr(first->folded, ' ') || word.count <= word.capital)
		return false;
	for (unsigned i = 0; i < phrases->len; i++) {
		const struct phrase *phrase = phrases->pdata[i];
		if (phrase->units > 1 && holds(phrase, group))
			inside += phrase->count;
	}
	return inside >= PART_SHARE * group->units->len;
}

void phrases_take_names(const struct corpus *corpus, const GPtrArray *groups,
			const GPtrArray *phrases)
{
	for (unsigned i = 0; i < groups->len; i++) {
		struct name_group *group = groups->pdata[i];
		group->in_phrase = is_part(corpus, group, phrases);
	}
}
