/* Which article an entry is, told by scenarios over a small memory of our own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#define FEED "https://e.example/feed"
#define MOST 40

struct line {
	const char *id, *link, *title, *body;
};

/* What a store would remember. */
static GHashTable *contents;   /* uid -> content */
static GHashTable *likenesses; /* likeness -> uid */
static bool migrated;

static int set_up(void **state)
{
	(void)state;
	contents = g_hash_table_new(NULL, NULL);
	likenesses = g_hash_table_new(NULL, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	g_hash_table_unref(contents);
	g_hash_table_unref(likenesses);
	return 0;
}

#define KEY(number) GSIZE_TO_POINTER((gsize)(number))

static GPtrArray *entries_of(const struct line *lines, size_t count)
{
	GPtrArray *entries = g_ptr_array_new_with_free_func((GDestroyNotify)feed_entry_free);
	for (size_t i = 0; i < count; i++) {
		struct feed_entry *entry = feed_entry_new();
		entry->id = g_strdup(lines[i].id);
		entry->link = g_strdup(lines[i].link);
		entry->title = g_strdup(lines[i].title);
		entry->summary = g_strdup(lines[i].body);
		g_ptr_array_add(entries, entry);
	}
	return entries;
}

static void remember(const struct identity *identity, enum entry_news news)
{
	if (news == ENTRY_RENAMED || news == ENTRY_REPEATED)
		return;
	g_hash_table_insert(contents, KEY(identity->uid), KEY(identity->content));
	if (identity->likeness)
		g_hash_table_insert(likenesses, KEY(identity->likeness), KEY(identity->uid));
}

/* A poll of the document; a letter for each entry: New, Known, Edited, repeated (r), Moved to
 * another id. */
static const char *poll(const struct line *lines, size_t count)
{
	static const char letters[] = {[ENTRY_NEW] = 'N',
				       [ENTRY_KNOWN] = 'K',
				       [ENTRY_EDITED] = 'E',
				       [ENTRY_REPEATED] = 'r',
				       [ENTRY_RENAMED] = 'M'};
	static char answer[MOST + 1];
	g_autoptr(GPtrArray) entries = entries_of(lines, count);
	struct identity identities[MOST];
	struct identity_known known[MOST];
	enum entry_news news[MOST];

	identity_of_entries(FEED, entries, identities);
	for (size_t i = 0; i < count; i++) {
		gpointer content = NULL, uid;
		known[i].known = g_hash_table_lookup_extended(contents, KEY(identities[i].uid),
							      NULL, &content);
		known[i].content = (uint64_t)GPOINTER_TO_SIZE(content);
		uid = g_hash_table_lookup(likenesses, KEY(identities[i].likeness));
		known[i].alike = uid && uid != KEY(identities[i].uid);
	}
	migrated = identity_judge(identities, known, count, news);
	for (size_t i = 0; i < count; i++) {
		remember(&identities[i], news[i]);
		answer[i] = letters[news[i]];
	}
	answer[count] = '\0';
	return answer;
}

#define POLL(expected, ...)                                                                        \
	do {                                                                                       \
		const struct line lines_[] = {__VA_ARGS__};                                        \
		assert_string_equal(poll(lines_, G_N_ELEMENTS(lines_)), expected);                 \
	} while (0)

static void a_guid_goes_before_the_link(void **state)
{
	(void)state;
	POLL("N", {"1", "http://e.example/a", "A", "x"});
	POLL("K", {"1", "http://e.example/b", "A", "x"});
	POLL("N", {"2", "http://e.example/a", "B", "x"});
}

static void without_a_guid_the_link_without_one_the_title(void **state)
{
	(void)state;
	POLL("NN", {NULL, "http://e.example/a", "A", "x"}, {NULL, NULL, "B", "x"});
	POLL("EK", {NULL, "http://e.example/a", "A changed", "x"}, {NULL, NULL, "B", "x"});
	POLL("N", {NULL, NULL, "B changed", "x"});
	POLL("N", {NULL, NULL, NULL, "only text"});
	POLL("K", {NULL, NULL, NULL, "only text"});
	POLL("K", {"", NULL, NULL, "only text"});
}

static void trifles_of_a_link_do_not_make_an_article(void **state)
{
	static const char *const same[] = {
		"https://e.example/a?x=1",
		"http://e.example/a?x=1#comments",
		"http://www.e.example/a?x=1",
		"http://e.example/a?x=1&utm_source=rss&utm_medium=feed",
		"http://e.example/a?fbclid=z&x=1&gclid=y",
		"http://e.example/a?&x=1&",
	};
	(void)state;
	POLL("N", {NULL, "http://e.example/a?x=1", "A", "x"});
	for (size_t i = 0; i < G_N_ELEMENTS(same); i++)
		POLL("K", {NULL, same[i], "A", "x"});
	POLL("N", {NULL, "http://e.example/a?x=2", "A", "x"});
	POLL("N", {NULL, "http://e.example/a", "A", "x"});
}

static void a_title_edit_is_an_update(void **state)
{
	(void)state;
	POLL("N", {"1", "http://e.example/a", "Prima", "x"});
	POLL("E", {"1", "http://e.example/a", "Seconda", "x"});
	POLL("K", {"1", "http://e.example/a", "Seconda", "x"});
	POLL("E", {"1", "http://e.example/a-seconda", "Seconda", "altro"});
}

static void guids_that_change_every_time_are_no_news(void **state)
{
	(void)state;
	POLL("NN", {"r1", "http://e.example/a", "A", "x"}, {"r2", "http://e.example/b", "B", "x"});
	POLL("MM", {"r3", "http://e.example/a", "A", "x"}, {"r4", "http://e.example/b", "B", "x"});
	POLL("NMM", {"r7", "http://e.example/c", "C", "x"}, {"r5", "http://e.example/a", "A", "x"},
	     {"r6", "http://e.example/b", "B", "x"});
}

static void one_guid_for_all_items_loses_none(void **state)
{
	(void)state;
	POLL("NNN", {"feed", "http://e.example/a", "A", "x"},
	     {"feed", "http://e.example/b", "B", "x"}, {"feed", "http://e.example/c", "C", "x"});
	POLL("NKK", {"feed", "http://e.example/d", "D", "x"},
	     {"feed", "http://e.example/a", "A", "x"}, {"feed", "http://e.example/b", "B", "x"});
	/* the last one alone: its guid would do again, but it is known by what it is */
	POLL("M", {"feed", "http://e.example/a", "A", "x"});
	POLL("NN", {"0", NULL, "Uno", "x"}, {"0", NULL, "Due", "y"});
}

static void the_same_item_twice_is_one(void **state)
{
	(void)state;
	POLL("Nr", {"1", "http://e.example/a", "A", "x"}, {"1", "http://e.example/a", "A", "x"});
	POLL("Kr", {"1", "http://e.example/a", "A", "x"},
	     {"1", "http://www.e.example/a?utm_x=1", "A!", "y"});
}

static void what_vanishes_and_returns_is_known(void **state)
{
	(void)state;
	POLL("NN", {"1", "http://e.example/a", "A", "x"}, {"2", "http://e.example/b", "B", "x"});
	POLL("K", {"2", "http://e.example/b", "B", "x"});
	POLL("KK", {"2", "http://e.example/b", "B", "x"}, {"1", "http://e.example/a", "A", "x"});
}

static void order_says_nothing(void **state)
{
	(void)state;
	POLL("NNN", {"1", NULL, "A", "x"}, {"2", NULL, "B", "x"}, {"3", NULL, "C", "x"});
	POLL("KKK", {"3", NULL, "C", "x"}, {"2", NULL, "B", "x"}, {"1", NULL, "A", "x"});
}

static void a_site_that_moved_is_told_once_and_alerts_nothing(void **state)
{
	(void)state;
	POLL("NNNN", {"1", "http://e.example/a", "A", "x"}, {"2", "http://e.example/b", "B", "x"},
	     {"3", "http://e.example/c", "C", "x"}, {"4", "http://e.example/d", "D", "x"});
	assert_false(migrated);
	POLL("MMMM", {"n1", "https://www.e.example/a", "A", "x"},
	     {"n2", "https://www.e.example/b", "B", "x"},
	     {"n3", "https://www.e.example/c", "C", "x"},
	     {"n4", "https://www.e.example/d", "D", "x"});
	assert_true(migrated);
}

static void a_few_new_guids_are_no_migration(void **state)
{
	(void)state;
	POLL("NNNN", {"1", "http://e.example/a", "A", "x"}, {"2", "http://e.example/b", "B", "x"},
	     {"3", "http://e.example/c", "C", "x"}, {"4", "http://e.example/d", "D", "x"});
	POLL("MKKK", {"n1", "http://e.example/a", "A", "x"}, {"2", "http://e.example/b", "B", "x"},
	     {"3", "http://e.example/c", "C", "x"}, {"4", "http://e.example/d", "D", "x"});
	assert_false(migrated);
	POLL("MM", {"m1", "http://e.example/a", "A", "x"}, {"m2", "http://e.example/b", "B", "x"});
	assert_false(migrated);
}

/* In the store's index: one page a feed, not one an article. */
static void identities_of_a_feed_are_neighbours(void **state)
{
	const struct line lines[] = {{"a", "http://e.example/a", "A", "x"}, {NULL, "http://e.example/b", "B", "x"},
				   {NULL, NULL, "C", "x"}};
	g_autoptr(GPtrArray) entries = entries_of(lines, G_N_ELEMENTS(lines));
	struct identity identities[G_N_ELEMENTS(lines)];

	(void)state;
	identity_of_entries(FEED, entries, identities);
	for (unsigned i = 1; i < G_N_ELEMENTS(lines); i++) {
		assert_true(identities[i].uid != identities[0].uid);
		assert_true(identities[i].uid >> 48 == identities[0].uid >> 48);
	}
	assert_true(identities[1].by_link == identities[1].uid); /* without an id */
}

static void feeds_do_not_share_identities(void **state)
{
	const struct line line = {"1", "http://e.example/a", "A", "x"};
	g_autoptr(GPtrArray) entries = entries_of(&line, 1);
	struct identity here, there;
	(void)state;
	identity_of_entries(FEED, entries, &here);
	identity_of_entries("https://o.example/feed", entries, &there);
	assert_true(here.uid != there.uid);
	assert_true(here.content == there.content);
	assert_true(here.uid && here.content && here.likeness);
}

static void hashes_do_not_run_together(void **state)
{
	const char *ab_c[] = {"ab", "c"}, *a_bc[] = {"a", "bc"}, *null_x[] = {NULL, "x"},
		   *empty_x[] = {"", "x"};
	(void)state;
	assert_true(identity_hash(ab_c, 2) != identity_hash(a_bc, 2));
	assert_true(identity_hash(null_x, 2) == identity_hash(empty_x, 2));
	assert_true(identity_hash_bytes("", 0) != 0);
}

static void an_id_that_is_given_out_anew_is_another_article(void **state)
{
	static const struct {
		const char *link, *title, *body, *link2, *title2, *body2;
		bool another;
	} rows[] = {
		{"http://e.example/1", "Kim Jong-un in visita a Vladivostok",
		 "Il treno blindato è arrivato.", "http://e.example/2",
		 "Sciopero dei treni a Roma venerdì", "Fermi metro, autobus, tram.", true},
		{"http://e.example/1", "金正恩访问俄罗斯远东地区", "会谈持续三小时",
		 "http://e.example/2", "上海股市今日大幅上涨", "投资者情绪好转", true},
		/* an edit: the link follows the title, the text stays */
		{"http://e.example/kim-a-vladivostok", "Kim Jong-un in visita a Vladivostok",
		 "Il treno blindato è arrivato alla stazione.",
		 "http://e.example/kim-incontra-putin", "L'incontro con Putin",
		 "Il treno blindato è arrivato alla stazione di Khasan.", false},
		/* or the title, and the text is new */
		{"http://e.example/1", "Terremoto in Giappone, allerta tsunami",
		 "Prime notizie dalla costa.", "http://e.example/2",
		 "Terremoto in Giappone: oltre cento vittime", "I soccorsi scavano ancora.", false},
		/* the same link is the same article, whatever it says */
		{"http://e.example/1", "Una cosa del tutto diversa oggi",
		 "Testo uno due tre quattro", "https://www.e.example/1?utm_source=x",
		 "Nessuna parola resta uguale", "Altro ancora", false},
		/* too few words to tell */
		{"http://e.example/1", "Ultime", "", "http://e.example/2", "Sport", "", false},
		{NULL, "Kim Jong-un in visita a Vladivostok", "x", "http://e.example/2",
		 "Sciopero dei treni a Roma venerdì", "y", false},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct line line = {"id", rows[i].link2, rows[i].title2, rows[i].body2};
		g_autoptr(GPtrArray) entries = entries_of(&line, 1);
		bool another = identity_is_another(entries->pdata[0], rows[i].link, rows[i].title,
						   rows[i].body);
		if (another != rows[i].another)
			print_message("row %zu: %d\n", i, another);
		assert_true(another == rows[i].another);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_guid_goes_before_the_link),
		CASE(without_a_guid_the_link_without_one_the_title),
		CASE(trifles_of_a_link_do_not_make_an_article),
		CASE(a_title_edit_is_an_update),
		CASE(guids_that_change_every_time_are_no_news),
		CASE(one_guid_for_all_items_loses_none),
		CASE(the_same_item_twice_is_one),
		CASE(what_vanishes_and_returns_is_known),
		CASE(order_says_nothing),
		CASE(a_site_that_moved_is_told_once_and_alerts_nothing),
		CASE(a_few_new_guids_are_no_migration),
		CASE(feeds_do_not_share_identities),
		CASE(an_id_that_is_given_out_anew_is_another_article),
		CASE(identities_of_a_feed_are_neighbours),
		CASE(hashes_do_not_run_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
