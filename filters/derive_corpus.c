/* derive_corpus: see derive_corpus.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_corpus.h"

#include "filters/function_words.h"
#include "filters/text.h"

#include <string.h>

/* A word that the reference nearly always has in lower case is no name by itself: "Paesi", "Uniti",
 * "Difesa". */
#define RARELY_CAPITAL 0.2
#define OFTEN_CAPITAL  0.5
#define KNOWN_WORD     8
#define COMMON_WORD    3 /* uses in lower case */
#define NAME_WORDS     9
#define SYLLABLE       6 /* bytes */
#define ACRONYM_MAX    3 /* bytes */
#define GLUED_MIN      4 /* bytes */
#define DATELINE_MIN   4 /* bytes: "ROMA" */

/* Head nouns whose names go on over "di", "of": Ministero della Difesa, Bank of England. */
static const char *const heads[] = {
	"repubblica", "ministero",   "citta",	  "guardia",	 "vigili",   "ossezia",
	"partito",    "forum",	     "consiglio", "trattato",	 "carta",    "mare",
	"corte",      "banca",	     "unione",	  "federazione", "corea",    "palazzo",
	"guerra",     "societa",     "agenzia",	  "universita",	 "istituto", "partenariato",
	"accordo",    "commissione", "comitato",  "golfo",	 "stretto",  "isole",
	"porto",      "stato",	     "republic",  "ministry",	 "bank",     "council",
	"court",      "sea",	     "gulf",	  "university",	 "treaty",   "party",
	"union",      "house",	     "club",	  "comune",	 "regione",  "provincia",
	"camera",     "lega",	     "coppa",	  "campionato",	 "procura",  "tribunale",
	"asse",
};
static const char *const links[] = {"di",  "del", "della", "dei", "delle", "dell", "degli", "per",
				    "of",  "the", "de",	   "du",  "des",   "la",   "von",   "van",
				    "der", "al",  "d",	   "gli", "l",	   "il"};

struct extraction {
	struct corpus *corpus;
	enum language language;
	const struct gazetteer *gazetteer;
	const struct reference *reference;
	const char *text;
	GArray *tokens;
	GPtrArray *lower, *folded; /* char *, by token */
	GHashTable *inside;	   /* lower: seen with a capital inside a sentence, of any text */
	GHashTable *small;	   /* lower: seen without one */
	uint32_t text_index;
};

#define TOKEN(x, i) (&g_array_index((x)->tokens, struct token, i))

/* "ministro della Difesa Andrej Belousov": the office ends before the name. */
static const char *const offices[] = {
	"difesa",    "esteri",	   "interni",  "interno", "economia",	"industria",
	"commercio", "giustizia",  "energia",  "salute",  "istruzione", "trasporti",
	"finanze",   "ambiente",   "cultura",  "sport",	  "sicurezza",	"defence",
	"defense",   "finance",	   "interior", "justice", "energy",	"trade",
	"defensa",   "exteriores", "stato",    "state",	  "foreign",
};

static bool one_of(const char *const *list, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

static bool begins_sentence(const struct extraction *x, unsigned i)
{
	if (i == 0 || TOKEN(x, i)->sentence != TOKEN(x, i - 1)->sentence)
		return true;
	/* after a quotation mark or colon a capital says as little */
	const char *p = x->text + TOKEN(x, i - 1)->end, *end = x->text + TOKEN(x, i)->start;
	g_autofree char *between = g_strndup(p, (gsize)(end - p));
	return strpbrk(between, ":\"«(") || strstr(between, "“") || strstr(between, "–") ||
	       strstr(between, "•");
}

/* Whether punctuation stands between two tokens. */
static bool parted(const struct extraction *x, unsigned left, unsigned right)
{
	const char *end = x->text + TOKEN(x, right)->start;
	/* "Juventus - Milan": a dash between blanks parts */
	if (end - (x->text + TOKEN(x, left)->end) >= 3 && end[-1] == ' ' &&
	    x->text[TOKEN(x, left)->end] == ' ')
		for (const char *p = x->text + TOKEN(x, left)->end; p < end; p++)
			if (*p == '-')
				return true;
	for (const char *p = x->text + TOKEN(x, left)->end; p < end; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (!g_unichar_isspace(c) && c != '-' && c != '\'' && c != 0x2019 && c != 0x2010)
			return true;
	}
	return TOKEN(x, left)->sentence != TOKEN(x, right)->sentence;
}

/* All of one text; the next may say whether its capitals make names. */
struct read_text {
	GArray *tokens;
	GPtrArray *lower, *folded;
	GHashTable *small;
};

static void read_text_clear(void *data)
{
	struct read_text *text = data;
	g_array_unref(text->tokens);
	g_ptr_array_unref(text->lower);
	g_ptr_array_unref(text->folded);
	g_hash_table_unref(text->small);
}

static void look_at(struct extraction *x, unsigned index, const struct read_text *text)
{
	x->text_index = index;
	x->text = x->corpus->texts->pdata[index];
	x->language = CORPUS_TONGUE(x->corpus, index)->language;
	x->reference = CORPUS_TONGUE(x->corpus, index)->reference;
	x->tokens = text->tokens;
	x->lower = text->lower;
	x->folded = text->folded;
	x->small = text->small;
}

static void read_tokens(struct extraction *x)
{
	text_tokenise(x->text, strlen(x->text), x->tokens);
	for (unsigned i = 0; i < x->tokens->len; i++) {
		const struct token *token = TOKEN(x, i);
		GString *lower = g_string_new(NULL), *folded = g_string_new(NULL);
		text_lower(x->text + token->start, token->end - token->start, lower);
		text_fold(x->text + token->start, token->end - token->start, folded);
		if (!token->capital)
			g_hash_table_add(x->small, g_strdup(lower->str));
		else if (!begins_sentence(x, i))
			g_hash_table_add(x->inside, g_strdup(lower->str));
		g_ptr_array_add(x->lower, g_string_free(lower, FALSE));
		g_ptr_array_add(x->folded, g_string_free(folded, FALSE));
	}
}

/* "Un" is not the UN, "Us" not the US: short names must be written as the gazetteer writes them. */
static bool is_only_acronym(const struct extraction *x, unsigned at, const GPtrArray *bearers)
{
	const struct token *token = TOKEN(x, at);
	size_t len = token->end - token->start;
	if (len > ACRONYM_MAX || token->script == SCRIPT_IDEOGRAPH)
		return false;
	for (unsigned i = 0; i < bearers->len; i++) {
		const struct gazetteer_entry *entry = bearers->pdata[i];
		const GPtrArray *lists[] = {entry->names, entry->with};
		for (size_t l = 0; l < G_N_ELEMENTS(lists); l++)
			for (unsigned k = 0; k < lists[l]->len; k++) {
				const char *name = lists[l]->pdata[k];
				if (strlen(name) == len &&
				    strncmp(name, x->text + token->start, len) == 0)
					return false;
			}
	}
	return true;
}

/* "regime di Kim" before "Jong-un": its last word begins a name of its own. */
static bool ends_in_another(const struct extraction *x, unsigned at, unsigned n)
{
	unsigned last = at + n - 1;
	return n > 1 && !TOKEN(x, at)->capital && TOKEN(x, last)->capital &&
	       TOKEN(x, last)->script != SCRIPT_IDEOGRAPH && last + 1 < x->tokens->len &&
	       TOKEN(x, last + 1)->capital && !parted(x, last, last + 1);
}

/* The longest name of the gazetteer that begins here: how many tokens, 0 for none. */
static unsigned known_name(const struct extraction *x, unsigned at, const GPtrArray **bearers,
			   bool *lower_case)
{
	g_autoptr(GString) key = g_string_new(NULL);
	unsigned longest = 0;
	*lower_case = !TOKEN(x, at)->capital && TOKEN(x, at)->script != SCRIPT_IDEOGRAPH;
	for (unsigned n = 1; n <= GAZETTEER_WORDS && at + n <= x->tokens->len; n++) {
		unsigned i = at + n - 1;
		if (n > 1 && parted(x, i - 1, i))
			break;
		if (n > 1 && !(TOKEN(x, i)->script == SCRIPT_IDEOGRAPH && TOKEN(x, i)->joined))
			g_string_append_c(key, ' ');
		g_string_append(key, x->folded->pdata[i]);
		const GPtrArray *found = gazetteer_find(x->gazetteer, key->str, *lower_case);
		if (found && (n > 1 || !is_only_acronym(x, at, found)) &&
		    !ends_in_another(x, at, n)) {
			longest = n;
			*bearers = found;
		}
	}
	return longest;
}

static bool is_stop(const struct extraction *x, unsigned i)
{
	return function_word(x->language, x->folded->pdata[i]) ||
	       reference_is_stop(x->reference, x->lower->pdata[i]);
}

static bool all_capitals(const struct extraction *x, unsigned i)
{
	g_autofree char *word =
		g_strndup(x->text + TOKEN(x, i)->start, TOKEN(x, i)->end - TOKEN(x, i)->start);
	g_autofree char *upper = g_utf8_strup(word, -1);
	return TOKEN(x, i)->capital && strcmp(word, upper) == 0;
}

/* A heading in capitals: no capital tells anything there. */
static bool is_shouted(const struct extraction *x, unsigned at)
{
	unsigned first = at, end = at, capitals = 0, words = 0;
	while (first > 0 && TOKEN(x, first - 1)->sentence == TOKEN(x, at)->sentence)
		first--;
	while (end < x->tokens->len && TOKEN(x, end)->sentence == TOKEN(x, at)->sentence)
		end++;
	for (unsigned i = first; i < end; i++) {
		words += TOKEN(x, i)->end - TOKEN(x, i)->start > 2;
		capitals += TOKEN(x, i)->end - TOKEN(x, i)->start > 2 && all_capitals(x, i);
	}
	return words >= 3 && capitals * 10 >= words * 6;
}

/* "BARI - ", "LUSSEMBURGO.", "SANAA/WASHINGTON - ": where an article was written. */
static bool is_dateline(const struct extraction *x, unsigned at, unsigned n)
{
	const char *start = x->text + TOKEN(x, at)->start;
	const char *end = x->text + TOKEN(x, at + n - 1)->end;
	const char *line = strchr(end, '\n');
	if (at + n >= x->tokens->len || end - start < DATELINE_MIN ||
	    (start > x->text && start[-1] != '\n') ||
	    (line && x->text + TOKEN(x, at + n)->start > line))
		return false;
	for (unsigned i = at; i < at + n; i++)
		if (!all_capitals(x, i))
			return false;
	while (*end == ' ')
		end++;
	return strchr("-./:(", *end) || g_str_has_prefix(end, "–") || g_str_has_prefix(end, "—");
}

static bool is_name_word(const struct extraction *x, unsigned i)
{
	const char *lower = x->lower->pdata[i];
	if (!TOKEN(x, i)->capital || TOKEN(x, i)->script == SCRIPT_IDEOGRAPH)
		return false;
	if (is_stop(x, i) || (all_capitals(x, i) && is_shouted(x, i)))
		return false;
	if (!begins_sentence(x, i))
		return true;
	if (g_hash_table_contains(x->small, lower))
		return false;
	struct reference_word word = reference_word(x->reference, lower);
	if (word.count >= 3 && word.capital < OFTEN_CAPITAL * word.count)
		return false;
	return g_hash_table_contains(x->inside, lower) || word.count >= 3 || is_dateline(x, i, 1) ||
	       (i + 1 < x->tokens->len && TOKEN(x, i + 1)->capital && !parted(x, i, i + 1));
}

static bool is_rarely_name(const struct extraction *x, unsigned i)
{
	struct reference_word word = reference_word(x->reference, x->lower->pdata[i]);
	return (word.count >= KNOWN_WORD && word.capital <= RARELY_CAPITAL * word.count) ||
	       TOKEN(x, i)->end - TOKEN(x, i)->start < 3;
}

/* "Ministero della Difesa": how many more tokens. */
static unsigned after_links(const struct extraction *x, unsigned first, unsigned next)
{
	unsigned i = next;
	if (!one_of(heads, G_N_ELEMENTS(heads), x->folded->pdata[first]))
		return 0;
	while (i < x->tokens->len && i < next + 2 && !parted(x, i - 1, i) &&
	       !TOKEN(x, i)->capital && one_of(links, G_N_ELEMENTS(links), x->folded->pdata[i]))
		i++;
	if (i == next || i >= x->tokens->len || parted(x, i - 1, i) || !TOKEN(x, i)->capital)
		return 0;
	return i + 1 - next;
}

static bool is_country(const struct extraction *x, const char *folded)
{
	const GPtrArray *bearers = gazetteer_find(x->gazetteer, folded, false);
	for (unsigned i = 0; bearers && i < bearers->len; i++)
		if (((struct gazetteer_entry *)bearers->pdata[i])->kind == ENTITY_COUNTRY)
			return true;
	return false;
}

/* "Russia-Ucraina", "RPDC-Russia": two names, joined. */
static bool is_pair(const struct extraction *x, unsigned left, unsigned right)
{
	return TOKEN(x, right)->joined &&
	       (is_country(x, x->folded->pdata[left]) || is_country(x, x->folded->pdata[right]));
}

static bool is_office(const struct extraction *x, unsigned at)
{
	return at > 0 && !TOKEN(x, at - 1)->capital && at + 1 < x->tokens->len &&
	       TOKEN(x, at + 1)->capital && !parted(x, at, at + 1) &&
	       one_of(links, G_N_ELEMENTS(links), x->folded->pdata[at - 1]) &&
	       one_of(offices, G_N_ELEMENTS(offices), x->folded->pdata[at]);
}

/* "Kim Jong-un": a small syllable after a hyphen belongs to a name that has two words already. */
static bool is_small_syllable(const struct extraction *x, unsigned at, unsigned n)
{
	const struct token *token = TOKEN(x, at + n);
	return n >= 2 && token->joined && token->end - token->start <= SYLLABLE &&
	       x->text[token->start - 1] == '-' && !g_ascii_isdigit(x->text[token->start]);
}

/* "al-Mandab", "el-Mandeb": a small article, tied to the word it belongs to. */
static bool is_tied_article(const struct extraction *x, unsigned at)
{
	static const char *const articles[] = {"al", "el", "as", "ash", "an",
					       "ar", "at", "ad", "az"};
	return at + 1 < x->tokens->len && !TOKEN(x, at)->capital && TOKEN(x, at + 1)->capital &&
	       TOKEN(x, at + 1)->joined && x->text[TOKEN(x, at + 1)->start - 1] == '-' &&
	       one_of(articles, G_N_ELEMENTS(articles), x->folded->pdata[at]);
}

static unsigned in_lower_case(const struct extraction *x, unsigned at)
{
	struct reference_word word = reference_word(x->reference, x->lower->pdata[at]);
	return word.count - MIN(word.capital, word.count);
}

/* "presidente del Consiglio Paolo Gentiloni", "in Parlamento Nicola Fratoianni": an ordinary word
 * with a capital, and then somebody's name, of words that ordinary news has with capitals only. */
static bool stands_before_a_name(const struct extraction *x, unsigned at, unsigned n)
{
	if (n < 3 || at == 0 || TOKEN(x, at - 1)->capital != begins_sentence(x, at - 1) ||
	    !is_stop(x, at - 1) || in_lower_case(x, at) < COMMON_WORD ||
	    gazetteer_find(x->gazetteer, x->folded->pdata[at + 1], false))
		return false;
	for (unsigned i = at + 1; i < at + n; i++)
		if (!TOKEN(x, i)->capital || in_lower_case(x, i))
			return false;
	return true;
}

/* A run of words with capitals: how many tokens; 0: no name. */
static unsigned capital_run(const struct extraction *x, unsigned at)
{
	unsigned n = 1, more;
	if (is_tied_article(x, at) && !is_stop(x, at + 1))
		n = 2;
	else if (!is_name_word(x, at) || is_office(x, at))
		return 0;
	for (;;) {
		unsigned i = at + n;
		if (n >= NAME_WORDS || (i < x->tokens->len && is_pair(x, i - 1, i)))
			break;
		/* a stop word with a capital between or after others belongs to the name: Kim Jong
		 * Un */
		if (i < x->tokens->len && !parted(x, i - 1, i) &&
		    (TOKEN(x, i)->capital || is_small_syllable(x, at, n) ||
		     (TOKEN(x, i)->joined && g_ascii_isdigit(x->text[TOKEN(x, i)->start]))))
			n++;
		else if (i < x->tokens->len && is_tied_article(x, i) && !parted(x, i - 1, i))
			n += 2;
		else if ((more = after_links(x, at, i)))
			n += more;
		else
			break;
	}
	if (stands_before_a_name(x, at, n))
		n = 1;
	/* "viceministro dell'Industria" */
	if (n == 1 && at > 0 && one_of(offices, G_N_ELEMENTS(offices), x->folded->pdata[at]) &&
	    one_of(links, G_N_ELEMENTS(links), x->folded->pdata[at - 1]))
		return 0;
	/* German gives every noun a capital: two of them, or none */
	if (n == 1 && x->language == LANGUAGE_DE)
		return 0;
	return n == 1 && is_rarely_name(x, at) ? 0 : n;
}

/* "Stati Unitihanno": a page has glued the next word to a known name of several. How many bytes of
 * the run belong to that word; 0: none. */
static uint32_t glued_word(const struct extraction *x, unsigned at, unsigned n,
			   const GPtrArray **bearers)
{
	const struct token *last = TOKEN(x, at + n - 1);
	const char *word = x->text + last->start, *end = x->text + last->end;
	if (n < 2 || end - word < 2 * GLUED_MIN ||
	    reference_word(x->reference, x->lower->pdata[at + n - 1]).count)
		return 0;
	g_autoptr(GString) key = g_string_new(NULL);
	for (unsigned i = at; i + 1 < at + n; i++)
		g_string_append_printf(key, "%s ", (char *)x->folded->pdata[i]);
	size_t head = key->len;
	for (const char *cut = end - GLUED_MIN; cut >= word + GLUED_MIN; cut--) {
		if ((*cut & 0xC0) == 0x80) /* inside a character */
			continue;
		g_autofree char *rest = g_utf8_strdown(cut, end - cut);
		g_string_truncate(key, head);
		text_fold(word, (size_t)(cut - word), key);
		const GPtrArray *found = gazetteer_find(x->gazetteer, key->str, false);
		if (found && reference_word(x->reference, rest).count) {
			*bearers = found;
			return (uint32_t)(end - cut);
		}
	}
	return 0;
}

static void add_unit(struct extraction *x, unsigned at, unsigned n, const GPtrArray *bearers,
		     bool name, bool lower_case)
{
	const struct token *first = TOKEN(x, at), *last = TOKEN(x, at + n - 1);
	struct corpus_unit unit = {
		.start = x->text + first->start,
		.len = last->end - first->start - (name ? glued_word(x, at, n, &bearers) : 0),
		.text = x->text_index,
		.sentence = x->corpus->sentences + first->sentence,
		.name = name,
		.lower_name = lower_case,
		.dateline = name && is_dateline(x, at, n),
		.gap = at > 0 && parted(x, at - 1, at),
	};
	unit.bearers = bearers; /* of the whole, or without what is glued to it */
	GString *lower = g_string_new(NULL);
	text_lower(unit.start, unit.len, lower);
	unit.lower = g_string_free(lower, FALSE);
	g_autofree char *copy = g_strndup(unit.start, unit.len);
	unit.folded = text_folded(copy);
	unit.stop = !name && (is_stop(x, at) || g_ascii_isdigit(*unit.lower));
	g_array_append_val(x->corpus->units, unit);
}

static void extract(struct extraction *x)
{
	for (unsigned i = 0; i < x->tokens->len;) {
		const GPtrArray *bearers = NULL;
		bool lower_case = false;
		unsigned known = known_name(x, i, &bearers, &lower_case), run = capital_run(x, i);
		/* a longer run is another's name: "Kim Hyo Myung", "Corea Times" */
		bool by_run = run > known && !(known > 1);
		if (by_run)
			bearers = NULL;
		unsigned n = MAX(by_run ? run : known, 1);
		add_unit(x, i, n, bearers, known || run, lower_case && known);
		i += n;
	}
	if (x->tokens->len)
		x->corpus->sentences += TOKEN(x, x->tokens->len - 1)->sentence + 1;
	x->corpus->tokens += x->tokens->len;
}

static void unit_clear(void *data)
{
	struct corpus_unit *unit = data;
	g_free(unit->lower);
	g_free(unit->folded);
}

/* A text in another language has other function words, other words that are rare, other endings. */
static GArray *decide_tongues(const GPtrArray *texts, const struct tongues *tongues)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct text_tongue));
	for (unsigned i = 0; i < texts->len; i++) {
		struct text_tongue tongue = {tongues->language, tongues->reference};
		enum language own = tongues->others
					    ? language_decide(NULL, "", texts->pdata[i], NULL)
					    : tongues->language;
		if (own != tongues->language && tongues->others[own])
			tongue = (struct text_tongue){own, tongues->others[own]};
		g_array_append_val(all, tongue);
	}
	return all;
}

struct corpus *corpus_new(GPtrArray *texts, const struct tongues *tongues,
			  const struct gazetteer *gazetteer)
{
	struct corpus *corpus = g_new0(struct corpus, 1);
	g_autoptr(GArray) read = g_array_new(FALSE, FALSE, sizeof(struct read_text));
	struct extraction x = {.corpus = corpus, .gazetteer = gazetteer};

	g_array_set_clear_func(read, read_text_clear);
	corpus->texts = texts;
	corpus->tongues = decide_tongues(texts, tongues);
	corpus->units = g_array_new(FALSE, FALSE, sizeof(struct corpus_unit));
	g_array_set_clear_func(corpus->units, unit_clear);
	x.inside = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < texts->len; i++) {
		struct read_text text = {
			g_array_new(FALSE, FALSE, sizeof(struct token)),
			g_ptr_array_new_with_free_func(g_free),
			g_ptr_array_new_with_free_func(g_free),
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		};
		g_array_append_val(read, text);
		look_at(&x, i, &text);
		read_tokens(&x);
	}
	for (unsigned i = 0; i < texts->len; i++) {
		look_at(&x, i, &g_array_index(read, struct read_text, i));
		extract(&x);
	}
	g_hash_table_unref(x.inside);
	return corpus;
}

void corpus_free(struct corpus *corpus)
{
	if (!corpus)
		return;
	g_array_unref(corpus->units);
	g_array_unref(corpus->tongues);
	g_ptr_array_unref(corpus->texts);
	g_free(corpus);
}
