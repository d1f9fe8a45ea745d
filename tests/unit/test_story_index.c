/* Stories by the index and by a look at every report of the window: the same.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/story.h"
#include "daemon/alerts/story_likeness.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define WINDOW_S 3600
#define ARTICLES 3000
#define AT_ONCE	 60 /* articles between two steps of the clock, a fifth of the window each */

/* ---- articles: of a few subjects, some of one event, some the text of another -----------------
 */

static const char *const sentences[][12] = {
	{"it",
	 "Il traghetto Aurora è rimasto incagliato davanti al porto di Olbia con 312 passeggeri.",
	 "La guardia costiera li ha portati a terra con tre motovedette, nessuno è ferito.",
	 "Le compagnie aumentano i biglietti per l'estate e a Olbia protestano gli albergatori.",
	 "Il ministro Lavrov e il governatore Kozhemyako hanno inaugurato a Khasan il ponte lungo "
	 "830 metri.",
	 "La procura di Tempio indaga il comandante del traghetto per naufragio colposo.",
	 "Il sindaco di Olbia chiede al ministero dei trasporti un incontro sulle corse invernali.",
	 "Il maltempo ferma i collegamenti con la Corsica, mare forza otto sulle Bocche di "
	 "Bonifacio."},
	{"en", "The ferry Aurora ran aground off the port of Olbia with 312 passengers on board.",
	 "Three patrol boats of the coast guard brought everybody ashore, nobody was hurt.",
	 "The minister, Sergei Lavrov, opened the 830 metre bridge of Khasan with governor "
	 "Kozhemyako.",
	 "Shipping companies raise their summer fares while hotel owners in Olbia complain.",
	 "Prosecutors investigate the captain of the ferry, who says that his instruments had "
	 "failed."},
	{"ru",
	 "Вчера министр Лавров и губернатор Кожемяко открыли мост длиной 830 метров в Хасане.",
	 "Паром Аврора сел на мель у порта Ольбия, на борту были 312 пассажиров.",
	 "Береговая охрана вывезла людей на трёх катерах, никто не пострадал.",
	 "Отели Сардинии жалуются на цены паромных компаний и ждут ответа министерства."},
	{NULL, "Bridge Khasan Lavrov Kozhemyako Olbia 830 312.",
	 "海上警备队救出三百名乘客，无人受伤，渡轮搁浅在港口外。"},
};

static GRand *dice;

static unsigned below(unsigned n)
{
	return (unsigned)g_rand_int_range(dice, 0, (gint32)n);
}

static const char *sentence(const char *const *of)
{
	unsigned count = 1;
	while (count < 12 && of[count])
		count++;
	return of[1 + below(count - 1)];
}

/* A word that nobody wrote before; the first of them are the most frequent. */
static void add_word(GString *text, unsigned n, bool name)
{
	n *= 2654435761U;
	g_string_append_printf(text, "%s%c%ct%cn%c ", name ? "di X" : "l", 'a' + n % 26,
			       'a' + n / 26 % 26, 'a' + n / 676 % 26, 'b' + n / 17576 % 25);
}

/* Its words but for a third, and others between them. */
static void add_sentence(GString *text, const char *sentence)
{
	g_auto(GStrv) words = g_strsplit(sentence, " ", -1);

	for (char **word = words; *word; word++) {
		if (below(3))
			g_string_append_printf(text, "%s ", *word);
		if (below(3) == 0)
			add_word(text, below(1 + below(300)), false);
	}
}

/* What only this event has. */
static void add_event(GString *text, unsigned event, bool names)
{
	for (unsigned i = 0; i < 5; i++)
		add_word(text, 1000 + event * 5 + i, names);
}

static struct article *make_article(uint64_t uid, int64_t at, const GPtrArray *before)
{
	const char *const *of = sentences[below(10) ? below(3) : 3];
	struct article *a = article_new();
	GString *title = g_string_new(NULL), *body = g_string_new(NULL);

	for (unsigned i = below(2); i; i--)
		add_sentence(title, sentence(of));
	for (unsigned i = below(4); i; i--)
		add_sentence(body, sentence(of));
	unsigned event = (unsigned)uid / 16 + below(4);
	for (unsigned i = below(3); i; i--) {
		add_event(title, event, false);
		add_event(body, event, below(2));
	}
	if (before->len && below(4) == 0) {
		const struct article *copied =
			before->pdata[before->len - 1 - below(MIN(before->len, 200))];
		g_string_append_printf(body, "%s ", copied->body);
	}
	g_string_truncate(title, title->len * (5 - below(3)) / 5);
	a->uid = uid;
	a->language = g_strdup(of[0]);
	a->outlet = below(20) ? g_strdup_printf("outlet %u", below(9)) : NULL;
	a->owner = g_strdup(a->outlet);
	a->title = g_utf8_make_valid(title->str, -1);
	a->body = g_string_free(body, FALSE);
	a->first_seen_at = at;
	g_string_free(title, TRUE);
	return a;
}

/* ---- the window, looked through ----------------------------------------------------------------
 */

struct report {
	uint64_t story;
	enum story_kin kin;
	const struct article *article;
	struct features features;
};

struct window {
	GArray *reports; /* struct report, oldest first */
	struct story_terms *terms;
};

static struct report *report(const struct window *w, unsigned i)
{
	return &g_array_index(w->reports, struct report, i);
}

/* Now and then the terms are counted anew: nothing must show what was before. */
static void forget(struct window *w, int64_t before)
{
	unsigned old = 0;

	for (; old < w->reports->len && report(w, old)->article->first_seen_at < before; old++)
		features_clear(&report(w, old)->features);
	if (!old && w->reports->len % 8)
		return;
	g_array_remove_range(w->reports, 0, old);
	story_terms_free(w->terms);
	w->terms = story_terms_new();
	for (unsigned i = 0; i < w->reports->len; i++)
		story_terms_add(w->terms, &report(w, i)->features, i,
				report(w, i)->kin != KIN_DUPLICATE);
}

static bool is_like_most(const struct window *w, uint64_t story, const struct features *f)
{
	int like = 0;

	for (unsigned i = 0; i < w->reports->len; i++) {
		const struct report *r = report(w, i);
		if (r->story == story && r->kin != KIN_DUPLICATE &&
		    r->features.language == f->language)
			like += likeness_of_events(w->terms, &r->features, f) > 0 ? 1 : -1;
	}
	return like >= 0;
}

static void place(struct window *w, const struct article *a, struct story_place *best)
{
	struct report own = {a->uid, KIN_FIRST, a, {0}};

	forget(w, a->first_seen_at - WINDOW_S);
	features_init(&own.features, a);
	*best = (struct story_place){.story = a->uid, .kin = KIN_FIRST};
	for (unsigned i = 0; i < w->reports->len; i++) {
		const struct report *r = report(w, i);
		bool one_outlet = g_strcmp0(r->article->outlet, a->outlet) == 0;
		enum story_kin kin;
		double likeness = likeness_kinship(w->terms, &r->features, &own.features,
						   one_outlet, MAY_REPEAT | MAY_JOIN, &kin);
		bool nearer = best->kin == KIN_FIRST ||
			      (kin == best->kin ? likeness > best->likeness : kin == KIN_DUPLICATE);
		if (likeness > 0 && nearer)
			*best = (struct story_place){
				.story = r->story, .kin = kin, .likeness = likeness};
	}
	if (best->kin == KIN_JOINED && !is_like_most(w, best->story, &own.features))
		*best = (struct story_place){.story = a->uid, .kin = KIN_FIRST};
	own.story = best->story;
	own.kin = best->kin;
	story_terms_add(w->terms, &own.features, w->reports->len, own.kin != KIN_DUPLICATE);
	g_array_append_val(w->reports, own);
	for (unsigned i = 0; i < w->reports->len; i++)
		best->articles += report(w, i)->story == best->story;
}

static void stories_are_those_of_a_look_at_every_report(void **state)
{
	(void)state;
	g_autoptr(GPtrArray) articles =
		g_ptr_array_new_with_free_func((GDestroyNotify)article_free);
	struct stories *stories = stories_new(WINDOW_S);
	struct window window = {g_array_new(FALSE, FALSE, sizeof(struct report)),
				story_terms_new()};
	unsigned kinds[3] = {0};

	dice = g_rand_new_with_seed(11);
	for (unsigned i = 0; i < ARTICLES; i++) {
		struct article *a =
			make_article(i + 1, 100000 + i / AT_ONCE * (WINDOW_S / 5), articles);
		struct story_place found, expected;
		g_ptr_array_add(articles, a);
		stories_place(stories, a, &found);
		place(&window, a, &expected);
		assert_int_equal(found.story, expected.story);
		assert_int_equal(found.kin, expected.kin);
		assert_true(found.likeness == expected.likeness);
		assert_int_equal(found.articles, expected.articles);
		kinds[found.kin]++;
	}
	print_message("%u first, %u duplicates, %u joined\n", kinds[0], kinds[1], kinds[2]);
	for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
		assert_in_range(kinds[i], ARTICLES / 20, ARTICLES);
	forget(&window, INT64_MAX);
	g_array_unref(window.reports);
	story_terms_free(window.terms);
	stories_free(stories);
	g_rand_free(dice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stories_are_those_of_a_look_at_every_report),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
