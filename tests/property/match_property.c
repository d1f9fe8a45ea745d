/* match_property: on random filter sets and articles the matcher says what the reference says.
 *
 *   match_property [PAIRS [SEED]]      default 6000 pairs, a fixed seed; $VEDETTA_PROPERTY_PAIRS
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/property/reference_match.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARTICLES_PER_SET 20
#define FILTERS_MAX	 7

static GRand *dice;

static int below(int n)
{
	return g_rand_int_range(dice, 0, n);
}

static bool chance(int percent)
{
	return below(100) < percent;
}

static const char *const words[] = {
	"soldato",	"soldati",     "Soldati",     "soldatessa", "truppa",	"truppe",
	"nordcoreano",	"nordcoreane", "Nordcoreani", "missile",    "missili",	"mutua",
	"difesa",	"difese",      "ferrovia",    "ferrovie",   "mosca",	"Mosca",
	"MOSCA",	"russo",       "russi",	      "Russia",	    "citta",	"città",
	"perché",	"a",	       "e",	      "di",	    "la",	"il",
	"che",		"non",	       "è",	      "per",	    "Iskander", "ONU",
	"KN",		"23",	       "KN23",	      "soldier",    "soldiers", "negotiating",
	"negotiations", "railway",     "the",	      "of",	    "to",	"Putin",
	"Putins",	"Soldaten",    "Soldat",      "und",	    "der",	"Straße",
	"Strasse",	"снаряды",     "снарядов",    "снаряд",	    "Путин",	"Путина",
	"Путиным",	"Москва",      "Москве",      "Россия",	    "России",	"РФ",
	"Ким",		"Чен",	       "Ын",	      "Ыном",	    "в",	"снарядів",
	"Київ",		"Києва",       "її",	      "朝鲜",	    "朝鮮",	"朝鲜半岛",
	"俄罗斯",	"俄羅斯",      "在",	      "북한",	    "북한이",	"북한군",
	"김정은",	"러시아",      "위원장",      "Kim",	    "Jong",	"un",
	"Un",		"Jongun",      "Kardashian",  "KIM",	    "Šojgu",	"Sojgu",
	"sojgu",	"U.S.",	       "3.5",
};

static const char *const names[] = {
	"Kim Jong-un", "Kim",	 "Ким Чен Ын",	    "Ким",
	"김정은",      "Mosca",	 "Москва",	    "Putin",
	"Путин",       "Russia", "Россия",	    "РФ",
	"러시아",      "俄罗斯", "russo",	    "nordcoreano",
	"북한",	       "朝鲜",	 "朝鲜半岛",	    "Kim Kardashian",
	"KN-23",       "ONU",	 "Šojgu",	    "Soldaten",
	"Київ",	       "Jong",	 "la mutua difesa", "Nordcoreani",
};

#define PICK(list) ((list)[below(G_N_ELEMENTS(list))])

/* ---- articles
 * -----------------------------------------------------------------------------------------------------
 */

/* "Russia, 朝鲜, Mosca e Ким": what may be a row of countries. */
static void add_row(GString *out)
{
	static const char *const countries[] = {"Russia", "Россия", "朝鲜", "북한"};
	for (int i = 6 + below(6); i > 0; i--)
		g_string_append_printf(out, "%s%s", i % 3 ? PICK(names) : PICK(countries),
				       chance(80) ? ", " : " e ");
}

static char *random_text(int most)
{
	static const char *const gaps[] = {" ",	 " ",  " ",  " ", " ",	 " ", " ",  " ",
					   ". ", ", ", "\n", "-", "'",	 "’", "! ", " — ",
					   "; ", "",   "。", ".", " \"", "‑"};
	GString *out = g_string_new(NULL);
	for (int i = below(most + 1); i > 0; i--) {
		if (chance(3))
			add_row(out);
		g_string_append(out, PICK(words));
		g_string_append(out, PICK(gaps));
	}
	return g_string_free(out, FALSE);
}

struct random_article {
	struct match_article article;
	char *title, *body, *author, *feed, *link;
	char *categories[3];
};

static void random_article(struct random_article *a)
{
	static const char *const languages[] = {"it", "en", "de", "ru", "uk",
						"ko", "zh", NULL, NULL, "xx"};
	*a = (struct random_article){.title = random_text(8),
				     .body = random_text(chance(20) ? 120 : 30),
				     .author = random_text(2),
				     .feed = random_text(2),
				     .link = random_text(3),
				     .categories = {random_text(2), random_text(2), NULL}};
	a->article = (struct match_article){
		.title = a->title,
		.body = a->body,
		.author = chance(70) ? a->author : NULL,
		.feed = chance(70) ? a->feed : NULL,
		.link = a->link,
		.language = PICK(languages),
		.categories = chance(60) ? (const char *const *)a->categories : NULL,
		.published_at = chance(20) ? INT64_MIN : 1000000 - below(200000),
		.now = chance(90) ? 1000000 : 0};
}

static void clear_article(struct random_article *a)
{
	g_free(a->title);
	g_free(a->body);
	g_free(a->author);
	g_free(a->feed);
	g_free(a->link);
	g_free(a->categories[0]);
	g_free(a->categories[1]);
}

/* ---- filters
 * ------------------------------------------------------------------------------------------------------
 */

static void add_phrase(GString *out)
{
	g_string_append_c(out, '"');
	for (int i = 1 + below(3); i > 0; i--)
		g_string_append_printf(out, "%s%s", PICK(words), i > 1 ? " " : "");
	g_string_append_c(out, '"');
}

static void add_positional(GString *out)
{
	switch (below(7)) {
	case 0:
	case 1:
		add_phrase(out);
		break;
	case 2:
		g_string_append_printf(out, "=%s", PICK(words));
		break;
	case 3:
		g_string_append_printf(out, "%s*", PICK(words));
		break;
	case 4:
		g_string_append_printf(out, "@e%d", below(5));
		break;
	case 5:
		g_string_append_printf(out, "@@e%d", below(5));
		break;
	default:
		g_string_append(out, PICK(words));
	}
}

static void add_pair(GString *out)
{
	add_positional(out);
	for (int i = chance(25) ? 2 : 1; i > 0; i--) {
		if (chance(40))
			g_string_append(out, " SENTENCE ");
		else
			g_string_append_printf(out, " NEAR/%d ", 1 + below(6));
		if (chance(20)) {
			g_string_append_c(out, '(');
			add_positional(out);
			g_string_append(out, " OR ");
			add_positional(out);
			g_string_append_c(out, ')');
		} else {
			add_positional(out);
		}
	}
}

static void add_special(GString *out, int filter)
{
	static const char *const others[] = {"lang:it",	      "lang:ru",	"lang:en",
					     "age<1d",	      "age>12h",	"/mis+il[ei]/",
					     "/\\bKN-?\\d+/", "/снаряд(ов|ы)/", "title:/Mosca/"};
	static const char *const fields[] = {
		"title:", "body:", "author:", "category:", "feed:", "link:"};
	if (filter && chance(25)) {
		g_string_append_printf(out, "filter:f%d", below(filter));
	} else if (chance(50)) {
		g_string_append(out, PICK(others));
	} else {
		g_string_append(out, PICK(fields));
		add_positional(out);
	}
}

static void add_expression(GString *out, int depth, int filter)
{
	int kind = depth ? below(9) : 6 + below(3);
	int parts = 2 + below(2);
	switch (kind) {
	case 0:
	case 1:
	case 2:
		g_string_append_c(out, '(');
		for (int i = 0; i < parts; i++) {
			g_string_append(out, !i ? "" : kind == 2 ? " OR " : " AND ");
			add_expression(out, depth - 1, filter);
		}
		g_string_append_c(out, ')');
		break;
	case 3:
		g_string_append(out, "NOT (");
		add_expression(out, depth - 1, filter);
		g_string_append_c(out, ')');
		break;
	case 4:
		g_string_append_printf(out, "min(%d; ", 1 + below(parts));
		for (int i = 0; i < parts; i++) {
			g_string_append(out, i ? ", " : "");
			add_expression(out, depth - 1, filter);
		}
		g_string_append_c(out, ')');
		break;
	case 5:
		add_special(out, filter);
		break;
	case 6:
		g_string_append_c(out, '(');
		add_pair(out);
		g_string_append_c(out, ')');
		break;
	default:
		add_positional(out);
	}
}

static void add_names(GString *out, const char *key, int most)
{
	int count = below(most + 1);
	if (!count)
		return;
	g_string_append_printf(out, " %s = { ", key);
	for (int i = 0; i < count; i++)
		g_string_append_printf(out, "%s\"%s\"", i ? ", " : "", PICK(names));
	g_string_append(out, " }");
}

/* Persons and places are not among them: the reference knows nothing of sounds
 * (tests/unit/test_names does). */
static void add_entities(GString *out)
{
	static const char *const kinds[] = {"country", "treaty", "other", "weapon", "country"};
	for (int i = 0; i < 5; i++) {
		g_string_append_printf(out, "entity \"e%d\" { kind = %s", i, kinds[i]);
		if (chance(40) && i)
			g_string_append_printf(out, " side = \"e%d\"", below(i));
		if (chance(30))
			g_string_append_printf(out, " strength = 0.%d", 1 + below(9));
		g_string_append_printf(out, " names += { \"%s\" }", PICK(names));
		add_names(out, "with", 2);
		if (chance(40))
			add_names(out, "not", 2);
		g_string_append(out, " }\n");
	}
}

static void add_quoted(GString *out, const char *text)
{
	for (const char *p = text; *p; p++)
		g_string_append_printf(out, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
}

static void add_terms(GString *out, bool simple, int filter)
{
	int count = 1 + below(4);
	g_string_append(out, " terms = { ");
	for (int i = 0; i < count; i++) {
		g_autoptr(GString) term = g_string_new(NULL);
		if (simple)
			add_positional(term);
		else
			add_expression(term, 1, filter);
		g_string_append(out, i ? ", \"" : "\"");
		add_quoted(out, term->str);
		g_string_append_printf(out, " = %s\"", below(4) ? "0.5" : below(2) ? "1" : "-0.25");
	}
	g_string_append(out, " }");
}

static void add_filter(GString *out, int index, bool poles)
{
	g_string_append_printf(out, "filter \"f%d\" {", index);
	if (poles) {
		g_string_append_printf(out, " poles = { \"e0\"%s }", chance(80) ? ", \"e4\"" : "");
		if (chance(50))
			g_string_append_printf(out, " shared = { \"e%d\"%s }", 1 + below(2),
					       chance(50) ? ", \"e3\"" : "");
		if (chance(60))
			add_terms(out, true, index);
		g_string_append_printf(out, " threshold = %s", below(2) ? "1.55" : "0.7");
	} else if (chance(35)) {
		add_terms(out, false, index);
		g_string_append_printf(out, " threshold = 0.%d", 2 + below(7));
	}
	if (chance(60) || !strchr(out->str + out->len - 3, '.')) {
		g_autoptr(GString) when = g_string_new(NULL);
		add_expression(when, 3, index);
		g_string_append(out, " when = \"");
		add_quoted(out, when->str);
		g_string_append_c(out, '"');
	}
	if (chance(15))
		g_string_append(out, " languages = { \"it\", \"ru\" }");
	g_string_append(out, " }\n");
}

static struct filter_set *random_set(char **text)
{
	for (;;) {
		GString *out = g_string_new(NULL);
		bool poles = chance(6); /* they bring the countries of the world: slow to compile */
		add_entities(out);
		for (int i = 0, count = 1 + below(FILTERS_MAX); i < count; i++)
			add_filter(out, i, poles && chance(50));
		*text = g_string_free(out, FALSE);
		struct filter_set *set = filter_set_parse("random", *text, NULL, NULL);
		if (set)
			return set;
		g_free(*text); /* a contradiction, mostly */
	}
}

/* ---- the comparison
 * ------------------------------------------------------------------------------------------------
 */

static void show(const char *what, const char *text, const struct match_article *a,
		 const char *filter)
{
	printf("%s: filter %s\n%s\nlang %s\ntitle: %s\nbody: %s\nauthor: %s\nfeed: %s\nlink: %s\n",
	       what, filter, text, a->language ? a->language : "-", a->title, a->body,
	       a->author ? a->author : "-", a->feed ? a->feed : "-", a->link);
	for (const char *const *c = a->categories; c && *c; c++)
		printf("category: %s\n", *c);
}

static bool hits_are_inside(const struct verdict *v, const struct match_article *a)
{
	const char *texts[] = {a->title, a->body, a->author, NULL, a->feed, a->link};
	for (unsigned i = 0; i < v->hits->len; i++) {
		const struct hit *hit = &g_array_index(v->hits, struct hit, i);
		const char *text = hit->field < G_N_ELEMENTS(texts) ? texts[hit->field] : NULL;
		if (!hit->term || hit->start > hit->end)
			return false;
		if (text &&
		    (hit->end > strlen(text) ||
		     !g_utf8_validate(text + hit->start, (gssize)(hit->end - hit->start), NULL)))
			return false;
	}
	return true;
}

static bool listed(const GPtrArray *verdicts, const char *filter)
{
	for (unsigned i = 0; i < verdicts->len; i++)
		if (strcmp(((struct verdict *)verdicts->pdata[i])->filter, filter) == 0)
			return true;
	return false;
}

/* A score of nothing comes close to no threshold. */
static bool is_close(const struct verdict *v)
{
	return v->matched || (v->score > 0 && v->score >= MATCH_CLOSE_SHARE * v->threshold);
}

static unsigned matches, looked;

static bool agree(struct matcher *matcher, const struct filter_set *set,
		  const struct match_article *a, const char *text)
{
	struct reference *reference = reference_new(set, a);
	g_autoptr(GPtrArray) quick = matcher_match(matcher, a, MATCH_MATCHED_ONLY);
	g_autoptr(GPtrArray) close = matcher_match(matcher, a, MATCH_CLOSE);
	g_autoptr(GPtrArray) near = matcher_match(matcher, a, MATCH_NEAR);
	g_autoptr(GPtrArray) all = matcher_match(matcher, a, MATCH_ALL);
	bool fine = all->len == set->filters->len;

	for (unsigned i = 0; fine && i < set->filters->len; i++) {
		const struct filter *f = set->filters->pdata[i];
		const struct verdict *v = all->pdata[i];
		double score;
		bool expected = reference_matches(reference, f, &score);
		bool on_edge =
			fabs(score - f->threshold) < 1e-9 && fabs(v->score - f->threshold) < 1e-9;
		fine = (expected == v->matched || on_edge) &&
		       (isnan(score) || fabs(score - v->score) < 1e-9) &&
		       listed(quick, f->id) == v->matched && (!v->matched || listed(near, f->id)) &&
		       listed(close, f->id) == (listed(near, f->id) && is_close(v)) &&
		       hits_are_inside(v, a);
		matches += v->matched;
		looked++;
		if (!fine) {
			show("they differ", text, a, f->id);
			printf("reference %d %g; matcher %d %g, quick %d\n", expected, score,
			       v->matched, v->score, listed(quick, f->id));
		}
	}
	reference_free(reference);
	return fine;
}

int main(int argc, char **argv)
{
	const char *asked = argc > 1 ? argv[1] : getenv("VEDETTA_PROPERTY_PAIRS");
	int pairs = asked ? atoi(asked) : 6000, done = 0;
	guint32 seed = argc > 2 ? (guint32)strtoul(argv[2], NULL, 10) : 20261121;

	dice = g_rand_new_with_seed(seed);
	while (done < pairs) {
		g_autofree char *text = NULL;
		struct filter_set *set = random_set(&text);
		struct matcher *matcher = matcher_new(set, NULL);
		for (int i = 0; i < ARTICLES_PER_SET; i++, done++) {
			struct random_article a;
			random_article(&a);
			bool fine = agree(matcher, set, &a.article, text);
			clear_article(&a);
			if (!fine) {
				printf("pair %d, seed %u\n", done, seed);
				return EXIT_FAILURE;
			}
		}
		matcher_free(matcher);
		filter_set_free(set);
	}
	g_rand_free(dice);
	printf("%d pairs of filter set and article, %u verdicts, %u of them matches: matcher and "
	       "reference agree\n",
	       done, looked, matches);
	/* a run in which next to nothing matches, or everything, shows nothing */
	return matches * 20 > looked && matches * 20 < looked * 19 ? EXIT_SUCCESS : EXIT_FAILURE;
}
