/* filter_fixture: filters from a text, one article, and what came of it.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include "filters/filter_set.h"
#include "filters/matcher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

struct bench {
	struct filter_set *set;
	struct matcher *matcher;
	GPtrArray *verdicts;
};

static inline void bench_open(struct bench *b, const char *text)
{
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	g_autoptr(GError) error = NULL;
	b->set = filter_set_parse("test.filter", text, problems, &error);
	if (error)
		print_error("%s\n%s\n", text, error->message);
	assert_non_null(b->set);
	b->matcher = matcher_new(b->set, &error);
	assert_non_null(b->matcher);
	b->verdicts = NULL;
}

static inline void bench_close(struct bench *b)
{
	g_clear_pointer(&b->verdicts, g_ptr_array_unref);
	matcher_free(b->matcher);
	filter_set_free(b->set);
}

static inline void assert_sane_verdict(const struct verdict *v, const struct match_article *a)
{
	const char *texts[] = {
		[MATCH_TITLE] = a->title, [MATCH_BODY] = a->body, [MATCH_AUTHOR] = a->author,
		[MATCH_CATEGORY] = NULL,  [MATCH_FEED] = a->feed, [MATCH_LINK] = a->link};
	for (unsigned i = 0; i < v->hits->len; i++) {
		const struct hit *hit = &g_array_index(v->hits, struct hit, i);
		assert_non_null(hit->term);
		assert_true(hit->start <= hit->end);
		const char *text = hit->field < G_N_ELEMENTS(texts) ? texts[hit->field] : NULL;
		if (!text)
			continue;
		assert_true(hit->end <= strlen(text));
		assert_true(
			g_utf8_validate(text + hit->start, (gssize)(hit->end - hit->start), NULL));
	}
	assert_true(!v->matched || v->missing->len == 0);
}

/* The verdict of the filter, MATCH_ALL; belongs to the bench. */
static inline const struct verdict *
judge_article(struct bench *b, const struct match_article *article, const char *filter)
{
	g_clear_pointer(&b->verdicts, g_ptr_array_unref);
	b->verdicts = matcher_match(b->matcher, article, MATCH_ALL);
	const struct verdict *found = NULL;
	for (unsigned i = 0; i < b->verdicts->len; i++) {
		const struct verdict *v = b->verdicts->pdata[i];
		assert_sane_verdict(v, article);
		if (strcmp(v->filter, filter) == 0)
			found = v;
	}
	assert_non_null(found);
	/* the quick way says the same */
	GPtrArray *matched = matcher_match(b->matcher, article, MATCH_MATCHED_ONLY);
	bool listed = false;
	for (unsigned i = 0; i < matched->len; i++)
		listed = listed ||
			 strcmp(((struct verdict *)matched->pdata[i])->filter, filter) == 0;
	assert_int_equal(listed, found->matched);
	g_ptr_array_unref(matched);
	return found;
}

/* Whether filter f of `filters` matches an article. */
static inline bool filter_matches(const char *filters, const char *language, const char *title,
				  const char *body)
{
	struct bench b;
	const struct match_article article = {
		.title = title, .body = body, .language = language, .published_at = INT64_MIN};
	bench_open(&b, filters);
	bool matched = judge_article(&b, &article, "f")->matched;
	bench_close(&b);
	return matched;
}

/* The same with only `when` given. Apostrophes in it must be escaped. */
static inline bool when_matches(const char *when, const char *language, const char *title,
				const char *body)
{
	g_autofree char *filters = g_strdup_printf("filter \"f\" { when = '%s' }", when);
	return filter_matches(filters, language, title, body);
}

/* The problems of a text, "line:column: text" each; ownership to the caller. */
static inline GPtrArray *problems_of(const char *text, bool *loaded)
{
	GPtrArray *problems = g_ptr_array_new_with_free_func((GDestroyNotify)filter_problem_free);
	struct filter_set *set = filter_set_parse("test.filter", text, problems, NULL);
	*loaded = set != NULL;
	filter_set_free(set);
	return problems;
}

static inline void assert_problem(const char *text, bool fatal, unsigned line, unsigned column,
				  const char *part)
{
	bool loaded, found = false;
	GPtrArray *problems = problems_of(text, &loaded);
	for (unsigned i = 0; i < problems->len; i++) {
		const struct filter_problem *p = problems->pdata[i];
		if (p->fatal == fatal && p->line == line && p->column == column &&
		    strstr(p->text, part))
			found = true;
	}
	if (!found) {
		print_error("not found: %u:%u: %s\nin\n%s\nbut:\n", line, column, part, text);
		for (unsigned i = 0; i < problems->len; i++) {
			const struct filter_problem *p = problems->pdata[i];
			print_error("  %s %u:%u: %s\n", p->fatal ? "mistake" : "warning", p->line,
				    p->column, p->text);
		}
	}
	assert_true(found);
	assert_int_equal(loaded, !fatal);
	g_ptr_array_unref(problems);
}
