/* match: the matcher beside Hyperscan, on the same articles in one run.
 *
 *   match FILTERS SENTENCES [ARTICLES]
 *
 * SENTENCES: a file, one sentence a line (bench/sentences.py makes one). Articles of 2.7 KB are put
 * together from them; filters have 1-6 alternatives of 1-4 words, a fifth of them with AND, NEAR or
 * NOT, made of words of the sentences and of 40,000 names that do not occur there: filters mostly
 * wait (see alternative()). Hyperscan searches the same words as literals in the raw text: no
 * folding, no inflection, no expressions. Everything is included for the matcher: language, tokens,
 * folding, stems, evaluation, verdicts with their spans. SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <config.h>

#include "filters/filter_set.h"
#include "filters/matcher.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef BENCH_HYPERSCAN
#include <hs/hs.h>
#endif

#define ARTICLE_BYTES	2700
#define ROUNDS		5
#define NAMES		40000
#define COMMON		40 /* times in the sentences: more, and a word says nothing */
#define FRESH_PER_MILLE 15 /* words of a live day that were never seen before */

static GRand *dice;

static int below(unsigned n)
{
	return g_rand_int_range(dice, 0, (gint32)n);
}

static double cpu(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double resident_mb(void)
{
	unsigned long size = 0, pages = 0;
	malloc_trim(0);
	FILE *in = fopen("/proc/self/statm", "re");
	if (!in || fscanf(in, "%lu %lu", &size, &pages) != 2)
		pages = 0;
	if (in)
		fclose(in);
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

/* ---- articles
 * -----------------------------------------------------------------------------------------------------
 */

struct corpus {
	char **sentences;
	unsigned count;
	GHashTable *frequency; /* word → how often */
	GPtrArray *words;      /* as they stand there */
	char **names;
};

static unsigned long strspn_letters(const char *word)
{
	unsigned long count = 0;
	for (const char *p = word; *p && g_unichar_isalpha(g_utf8_get_char(p));
	     p = g_utf8_next_char(p))
		count++;
	return count;
}

static void count_words(struct corpus *c)
{
	c->words = g_ptr_array_new();
	c->frequency = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < c->count; i++) {
		g_auto(GStrv) words = g_strsplit_set(c->sentences[i], " ,.;:\"'()", -1);
		for (char **w = words; *w; w++) {
			if (!strpbrk(*w, "=*@/!?#{}\\-&$[]%+") &&
			    g_utf8_strlen(*w, -1) == (glong)strspn_letters(*w))
				g_ptr_array_add(c->words, g_strdup(*w));
			guint n = GPOINTER_TO_UINT(g_hash_table_lookup(c->frequency, *w));
			g_hash_table_insert(c->frequency, g_strdup(*w), GUINT_TO_POINTER(n + 1));
		}
	}
}

static void corpus_read(struct corpus *c, const char *path)
{
	g_autofree char *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL) || !g_utf8_validate(text, -1, NULL)) {
		fprintf(stderr, "match: cannot read %s\n", path);
		exit(2);
	}
	c->sentences = g_strsplit(g_strstrip(text), "\n", -1);
	c->count = g_strv_length(c->sentences);
	if (c->count < 100) {
		fprintf(stderr, "match: %s: too few sentences\n", path);
		exit(2);
	}
	count_words(c);
}

static void append_syllables(GString *out, int syllables)
{
	static const char consonants[] = "bcdfglmnprstvz", vowels[] = "aeiou";
	for (int i = 0; i < syllables; i++) {
		g_string_append_c(out, consonants[below(sizeof consonants - 1)]);
		g_string_append_c(out, vowels[below(sizeof vowels - 1)]);
		if (below(3) == 0)
			g_string_append_c(out, "nrlst"[below(5)]);
	}
}

static void make_names(struct corpus *c)
{
	c->names = g_new0(char *, NAMES + 1);
	for (int i = 0; i < NAMES; i++) {
		g_autoptr(GString) name = g_string_new(NULL);
		append_syllables(name, 3 + below(2));
		name->str[0] = g_ascii_toupper(name->str[0]);
		c->names[i] = g_strdup(name->str);
	}
}

/* Some words that nobody has seen. */
static char *with_fresh_words(const char *body)
{
	g_auto(GStrv) words = g_strsplit(body, " ", -1);
	for (char **w = words; *w; w++) {
		if (below(1000) >= FRESH_PER_MILLE)
			continue;
		g_autoptr(GString) fresh = g_string_new(NULL);
		append_syllables(fresh, 4);
		g_free(*w);
		*w = g_strdup(fresh->str);
	}
	return g_strjoinv(" ", words);
}

static void make_articles(const struct corpus *c, struct match_article *articles, unsigned count,
			  bool fresh)
{
	for (unsigned i = 0; i < count; i++) {
		GString *body = g_string_new(NULL);
		while (body->len < ARTICLE_BYTES)
			g_string_append_printf(body, "%s ", c->sentences[below(c->count)]);
		articles[i] = (struct match_article){.title = c->sentences[below(c->count)],
						     .published_at = 1};
		char *text = g_string_free(body, FALSE);
		articles[i].body = fresh ? with_fresh_words(text) : g_strdup(text);
		g_free(text);
	}
}

/* ---- filters
 * ------------------------------------------------------------------------------------------------------
 */

/* Some words in a row of a sentence, none of them a common one if it stands alone; false if the
 * place is no good. */
static bool take_words(const struct corpus *c, unsigned wanted, GString *out)
{
	g_auto(GStrv) words = g_strsplit_set(c->sentences[below(c->count)], " ", -1);
	unsigned all = g_strv_length(words),
		 first = all > wanted ? (unsigned)below(all - wanted) : 0, letters = 0;
	if (all < wanted)
		return false;
	g_string_truncate(out, 0);
	for (unsigned i = first; i < first + wanted; i++) {
		if (!*words[i] || strpbrk(words[i], ",.;:\"'()=*@/!?#{}\\-&$") ||
		    strstr(words[i], "\xe2\x80") || strstr(words[i], "\xc2"))
			return false;
		g_string_append_printf(out, "%s%s", i > first ? " " : "", words[i]);
		letters += strlen(words[i]);
	}
	guint seen = GPOINTER_TO_UINT(g_hash_table_lookup(c->frequency, out->str));
	return wanted > 1 ? letters >= 10 : letters >= 6 && seen <= 1;
}

/* A word as it stands in some sentence: the frequent ones often; with `telling`, none of the most
 * frequent. */
static const char *any_word(const struct corpus *c, bool telling)
{
	for (;;) {
		const char *word = c->words->pdata[below(c->words->len)];
		guint seen = GPOINTER_TO_UINT(g_hash_table_lookup(c->frequency, word));
		if (strlen(word) > (telling ? 3 : 1) && !(telling && seen > COMMON))
			return word;
	}
}

/* A single word is a name that does not occur; several words are words of the sentences, put
 * together at random, the first and the last none of the common ones ("ministro della difesa"). One
 * alternative in four hundred is taken as it stands there; others come up by chance. */
static void alternative(const struct corpus *c, GString *out)
{
	unsigned wanted = 1 + (unsigned)below(4);
	if (below(400) == 0) {
		for (int tries = 0; tries < 50; tries++)
			if (take_words(c, wanted, out))
				return;
	}
	g_string_truncate(out, 0);
	for (unsigned i = 0; i < wanted; i++) {
		bool inner = i > 0 && i + 1 < wanted;
		g_string_append_printf(out, "%s%s", i ? " " : "",
				       wanted == 1 ? c->names[below(NAMES)] : any_word(c, !inner));
	}
}

/* The filters as a file; their alternatives, each once for Hyperscan, in `literals`. */
static char *make_filters(const struct corpus *c, unsigned count, GPtrArray *literals)
{
	static const char *const joints[] = {" AND ", " NEAR/5 ", " AND NOT "};
	GString *out = g_string_new(NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	for (unsigned i = 0; i < count; i++) {
		g_string_append_printf(out, "filter \"f%u\" { when = '", i);
		for (int k = 0, all = 1 + below(6); k < all; k++) {
			alternative(c, text);
			g_string_append_printf(out, "%s\"%s\"", k ? " OR " : "", text->str);
			g_ptr_array_add(literals, g_strdup(text->str));
			if (below(5) != 0)
				continue;
			const char *left = literals->pdata[literals->len - 1];
			do /* required and excluded at once is a mistake */
				alternative(c, text);
			while (g_ascii_strcasecmp(text->str, left) == 0);
			g_string_append_printf(out, "%s\"%s\"", joints[below(3)], text->str);
			g_ptr_array_add(literals, g_strdup(text->str));
		}
		g_string_append(out, "' }\n");
	}
	return g_string_free(out, FALSE);
}

/* ---- engines
 * ------------------------------------------------------------------------------------------------------
 */

struct figures {
	double read_s, compile_s, warm_s, memory_mb, us, fresh_us, matches;
};

static double once(struct matcher *matcher, const struct match_article *articles, unsigned count,
		   double *matches)
{
	unsigned long found = 0;
	double start = cpu();
	for (unsigned i = 0; i < count; i++) {
		GPtrArray *verdicts = matcher_match(matcher, &articles[i], MATCH_MATCHED_ONLY);
		found += verdicts->len;
		g_ptr_array_unref(verdicts);
	}
	*matches = (double)found / count;
	return (cpu() - start) * 1e6 / count;
}

struct vedetta {
	struct filter_set *set;
	struct matcher *matcher;
};

static void vedetta_open(struct vedetta *v, const char *text, const struct match_article *article,
			 struct figures *f)
{
	double memory = resident_mb(), start = cpu();
	g_autoptr(GError) error = NULL;
	v->set = filter_set_parse("bench", text, NULL, &error);
	if (!v->set) {
		fprintf(stderr, "match: %s\n", error->message);
		exit(1);
	}
	f->read_s = cpu() - start;
	start = cpu();
	v->matcher = matcher_new(v->set, &error);
	f->compile_s = cpu() - start;
	start = cpu();
	g_ptr_array_unref(matcher_match(
		v->matcher, article, MATCH_MATCHED_ONLY)); /* what is left to the first article */
	f->warm_s = cpu() - start;
	f->memory_mb = resident_mb() - memory;
}

static void vedetta_close(struct vedetta *v)
{
	matcher_free(v->matcher);
	filter_set_free(v->set);
}

#ifdef BENCH_HYPERSCAN
struct hyperscan {
	hs_database_t *database;
	hs_scratch_t *scratch;
};

static bool hyperscan_open(struct hyperscan *h, const GPtrArray *literals, struct figures *f)
{
	unsigned count = literals->len;
	g_autofree unsigned *flags = g_new0(unsigned, count), *ids = g_new0(unsigned, count);
	g_autofree size_t *lens = g_new0(size_t, count);
	hs_compile_error_t *error = NULL;
	size_t size = 0, scratch = 0;
	double start = cpu();

	for (unsigned i = 0; i < count; i++) {
		ids[i] = i;
		flags[i] = HS_FLAG_SINGLEMATCH;
		lens[i] = strlen(literals->pdata[i]);
	}
	if (hs_compile_lit_multi((const char *const *)literals->pdata, flags, ids, lens, count,
				 HS_MODE_BLOCK, NULL, &h->database, &error) != HS_SUCCESS ||
	    hs_alloc_scratch(h->database, &h->scratch) != HS_SUCCESS)
		return false;
	f->compile_s = cpu() - start;
	hs_database_size(h->database, &size);
	hs_scratch_size(h->scratch, &scratch);
	f->memory_mb = (double)(size + scratch) / 1e6;
	return true;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
		    void *data)
{
	(void)id;
	(void)from;
	(void)to;
	(void)flags;
	++*(unsigned long *)data;
	return 0;
}

static double scan_once(struct hyperscan *h, const struct match_article *articles, unsigned count,
			double *matches)
{
	unsigned long found = 0;
	double start = cpu();
	for (unsigned i = 0; i < count; i++) {
		hs_scan(h->database, articles[i].title, (unsigned)strlen(articles[i].title), 0,
			h->scratch, on_match, &found);
		hs_scan(h->database, articles[i].body, (unsigned)strlen(articles[i].body), 0,
			h->scratch, on_match, &found);
	}
	*matches = (double)found / count;
	return (cpu() - start) * 1e6 / count;
}
#endif

/* ---- the run
 * ------------------------------------------------------------------------------------------------------
 */

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return a < b ? -1 : a > b;
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof *values, by_value);
	return values[ROUNDS / 2];
}

struct articles {
	struct match_article *known, *fresh;
	unsigned count;
};

/* Rounds of both engines in turn, so that a busy moment of the machine strikes both. */
static void measure(const struct corpus *c, unsigned filters, const struct articles *a, bool peer,
		    struct figures *v, struct figures *h)
{
	g_autoptr(GPtrArray) literals = g_ptr_array_new_with_free_func(g_free);
	char *text = make_filters(c, filters, literals);
	double known[ROUNDS], fresh[ROUNDS], theirs[ROUNDS] = {0};
	struct vedetta vedetta;

	vedetta_open(&vedetta, text, &a->known[0], v);
#ifdef BENCH_HYPERSCAN
	struct hyperscan hyperscan = {NULL, NULL};
	peer = peer && hyperscan_open(&hyperscan, literals, h);
#endif
	for (int i = 0; i < ROUNDS; i++) {
		known[i] = once(vedetta.matcher, a->known, a->count, &v->matches);
#ifdef BENCH_HYPERSCAN
		if (peer)
			theirs[i] = scan_once(&hyperscan, a->known, a->count, &h->matches);
#endif
		fresh[i] = once(vedetta.matcher, a->fresh, a->count, &v->matches);
	}
	v->us = median(known);
	v->fresh_us = median(fresh);
	h->us = peer ? median(theirs) : 0;
	vedetta_close(&vedetta);
#ifdef BENCH_HYPERSCAN
	hs_free_scratch(hyperscan.scratch);
	hs_free_database(hyperscan.database);
#endif
	g_free(text);
}

static void report(unsigned filters, const struct articles *a, const struct figures *v,
		   const struct figures *h)
{
	printf("filters %u, articles %u of %d bytes, %.1f matches an article\n", filters, a->count,
	       ARTICLE_BYTES, v->matches);
	printf("vedetta    %7.1f us an article, %7.1f with 1.5 %% words never seen, compile %.2f s "
	       "(+ %.2f s first "
	       "article, + %.2f s reading the file), %.1f MB\n",
	       v->us, v->fresh_us, v->compile_s, v->warm_s, v->read_s, v->memory_mb);
	if (h->us <= 0)
		return;
	printf("hyperscan  %7.1f us an article, compile %.2f s, %.1f MB, %.1f literals seen an "
	       "article\n",
	       h->us, h->compile_s, h->memory_mb, h->matches);
	printf("vs hyperscan %.1fx\n", h->us / v->us);
}

int main(int argc, char **argv)
{
	if (argc < 3 || atoi(argv[1]) < 1) {
		fprintf(stderr, "usage: match FILTERS SENTENCES [ARTICLES]\n");
		return 2;
	}
	unsigned filters = (unsigned)atoi(argv[1]);
	struct corpus corpus;
	struct articles a = {.count = argc > 3 ? (unsigned)MAX(1, atoi(argv[3])) : 10000};
	struct figures v = {0}, h = {0}, small = {0}, none = {0};

	dice = g_rand_new_with_seed(42);
	corpus_read(&corpus, argv[2]);
	make_names(&corpus);
	a.known = g_new0(struct match_article, a.count);
	a.fresh = g_new0(struct match_article, a.count);
	make_articles(&corpus, a.known, a.count, false);
	make_articles(&corpus, a.fresh, a.count, true);
	if (filters >= 1000)
		measure(&corpus, filters / 100, &a, false, &small, &none);
	measure(&corpus, filters, &a, true, &v, &h);
	report(filters, &a, &v, &h);
	if (filters >= 1000)
		printf("growth t(%u)/t(%u) = %.1f\n", filters, filters / 100, v.us / small.us);
	return 0;
}
