/* stories: what placing an article costs, by how many are in the window.
 *
 *   stories FILE.jsonl…
 *
 * Each line has lang, title and body. Articles are put together from runs of words of one language,
 * so that all are about the same things, as what filters match is. A tenth repeats the text of a
 * line. SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/story.h"

#include <jansson.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define PLACED	  300
#define FEW_LINES 50 /* of a language: what is put together from them is all the same */

static GRand *dice;

static unsigned below(unsigned n)
{
	return (unsigned)g_rand_int_range(dice, 0, (gint32)n);
}

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static bool has_words(const json_t *item, const char *key)
{
	const char *text = json_string_value(json_object_get(item, key));
	return text && strchr(text, ' ');
}

/* language → GPtrArray of json_t * */
static void read_lines(const char *path, GHashTable *by_language)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		json_t *item = json_loads(*line, 0, NULL);
		const char *language = json_string_value(json_object_get(item, "lang"));
		if (!language || !has_words(item, "title") || !has_words(item, "body"))
			continue;
		if (!g_hash_table_contains(by_language, language))
			g_hash_table_insert(by_language, g_strdup(language), g_ptr_array_new());
		g_ptr_array_add(g_hash_table_lookup(by_language, language), item);
	}
}

static const char *some(const GPtrArray *items, const char *key)
{
	const char *text = json_string_value(json_object_get(items->pdata[below(items->len)], key));
	return text ? text : "";
}

/* `words` of them, in runs of three to six. */
static char *mixture(const GPtrArray *items, const char *key, unsigned words)
{
	GString *text = g_string_new(NULL);

	while (words) {
		g_auto(GStrv) parts = g_strsplit(some(items, key), " ", -1);
		unsigned count = g_strv_length(parts), run = 3 + below(4);
		for (unsigned at = below(count); at < count && run && words; at++, run--, words--)
			g_string_append_printf(text, "%s ", parts[at]);
	}
	return g_string_free(text, FALSE);
}

static struct article *make_article(GHashTable *by_language, uint64_t uid)
{
	guint count;
	g_autofree gpointer *languages = g_hash_table_get_keys_as_array(by_language, &count);
	const char *language = languages[below(count)];
	const GPtrArray *items = g_hash_table_lookup(by_language, language);
	struct article *article = article_new();

	article->uid = uid;
	article->language = g_strdup(language);
	article->outlet = g_strdup_printf("outlet %u", below(200));
	article->owner = g_strdup(article->outlet);
	article->title = mixture(items, "title", 8 + below(6));
	article->body =
		below(10) ? mixture(items, "body", 30 + below(120)) : g_strdup(some(items, "body"));
	article->first_seen_at = 1000;
	return article;
}

static gboolean is_poor(gpointer language, gpointer items, gpointer data)
{
	(void)language, (void)data;
	return ((GPtrArray *)items)->len < FEW_LINES;
}

static void measure(GHashTable *by_language, unsigned window)
{
	struct stories *stories = stories_new(48 * 3600);
	unsigned kinds[3] = {0};
	double spent = 0;
	uint64_t uid = 1;
	struct mallinfo2 before = mallinfo2();

	for (; uid <= window; uid++) {
		struct article *article = make_article(by_language, uid);
		stories_restore(stories, article, uid, KIN_FIRST);
		article_free(article);
	}
	struct mallinfo2 after = mallinfo2();
	for (; uid <= window + PLACED; uid++) {
		struct article *article = make_article(by_language, uid);
		struct story_place place;
		double start = cpu_us();
		stories_place(stories, article, &place);
		spent += cpu_us() - start;
		kinds[place.kin]++;
		article_free(article);
	}
	printf("%6u in the window: %8.1f us CPU an article, %6.1f MB (%u first, %u duplicates, %u "
	       "joined)\n",
	       window, spent / PLACED,
	       (double)(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / 1e6,
	       kinds[0], kinds[1], kinds[2]);
	fflush(stdout);
	stories_free(stories);
}

int main(int argc, char **argv)
{
	static const unsigned windows[] = {100, 1000, 10000, 50000};
	GHashTable *by_language = g_hash_table_new(g_str_hash, g_str_equal);

	dice = g_rand_new_with_seed(7);
	for (int i = 1; i < argc; i++)
		read_lines(argv[i], by_language);
	g_hash_table_foreach_remove(by_language, is_poor, NULL);
	if (!g_hash_table_size(by_language)) {
		fprintf(stderr,
			"usage: stories FILE.jsonl... (lang, title, body; %d of a language or "
			"more)\n",
			FEW_LINES);
		return 2;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(windows); i++)
		measure(by_language, windows[i]);
	return 0;
}
