/* fuzz_filter_file: any bytes as a filter file, and what it makes of an article. Oracle: either a
 * set or a reason; every problem has a text; what was loaded compiles or says why; spans lie inside
 * the article; the quick way and the one with all details agree. Nothing is read from disk: input
 * with an include is passed over. SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/filter_set.h"
#include "filters/matcher.h"
#include "tests/fuzz/oracle.h"
#include "tests/fuzz/targets.h"

#include <string.h>

static const struct match_article article = {
	.title = "Kim Jong-un a Mosca: a b c",
	.body = "Il leader della Corea del Nord, Ким Чен Ын, parla di truppe nordcoreane e "
		"missili. 김정은이 朝鲜. alfa beta",
	.author = "Maria Rossi",
	.link = "https://example.org/a-b",
	.feed = "https://example.org/feed",
	.language = "it",
	.published_at = 1000000,
	.now = 1000100};

static void check_hits(const struct verdict *v)
{
	const char *texts[] = {article.title, article.body, article.author,
			       NULL,	      article.feed, article.link};
	for (unsigned i = 0; i < v->hits->len; i++) {
		const struct hit *hit = &g_array_index(v->hits, struct hit, i);
		MUST(hit->term && hit->start <= hit->end && hit->field < G_N_ELEMENTS(texts));
		MUST(!texts[hit->field] || hit->end <= strlen(texts[hit->field]));
	}
	MUST(!v->matched || v->missing->len == 0);
}

static void check_matcher(const struct filter_set *set)
{
	g_autoptr(GError) error = NULL;
	struct matcher *matcher = matcher_new(set, &error);
	if (!matcher) {
		MUST(error);
		return;
	}
	unsigned matched = 0;
	g_autoptr(GPtrArray) all = matcher_match(matcher, &article, MATCH_ALL);
	g_autoptr(GPtrArray) quick = matcher_match(matcher, &article, MATCH_MATCHED_ONLY);
	MUST(all->len == filter_set_size(set));
	for (unsigned i = 0; i < all->len; i++) {
		check_hits(all->pdata[i]);
		matched += ((struct verdict *)all->pdata[i])->matched;
	}
	MUST(matched == quick->len || matcher_cut_short(matcher));
	matcher_free(matcher);
}

void fuzz_filter_file(const uint8_t *bytes, size_t bytes_len)
{
	g_autofree char *text = g_strndup((const char *)bytes, bytes_len);
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autoptr(GError) error = NULL;

	if (strstr(text, "include") ||
	    strstr(text, "poles")) /* poles bring the countries of the world: slow */
		return;
	struct filter_set *set = filter_set_parse("fuzz", text, problems, &error);
	MUST(!set == !!error);
	for (unsigned i = 0; i < problems->len; i++)
		MUST(((struct filter_problem *)problems->pdata[i])->text);
	if (set)
		check_matcher(set);
	filter_set_free(set);
}
