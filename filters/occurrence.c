/* occurrence: see occurrence.h. Words, their keys, what of the plan stands there, in order.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/occurrence.h"

#include "filters/order.h"
#include "filters/pattern_search.h"

#include <stdlib.h>
#include <string.h>

#define MAX_TOKENS 400000

/* ---- owners that occur: few, so that their table is always at hand; who asks, asks for others
 * mostly
 * -----------------------------------------------------------------------------------------------------
 */

/* Room for so many. */
static void clear_found(struct scan *s, uint32_t count)
{
	const struct found nobody = {NONE, {0, 0}};
	for (s->found_bits = 4; UINT64_C(1) << s->found_bits < UINT64_C(4) * count;)
		s->found_bits++;
	g_array_set_size(s->found, 1u << s->found_bits);
	struct found *all = (struct found *)(void *)s->found->data;
	for (unsigned i = 0; i < s->found->len; i++)
		all[i] = nobody;
}

/* ---- the state
 * -----------------------------------------------------------------------------------------------------
 */

struct scan *scan_new(const struct plan *plan)
{
	struct scan *s = g_new0(struct scan, 1);
	s->plan = plan;
	s->tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	/* with room, so that there is an address to count from though there are no words */
	s->places = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), 1);
	s->search = search_new();
	s->occurrences = g_array_new(FALSE, FALSE, sizeof(struct occurrence));
	s->unordered = g_array_new(FALSE, FALSE, sizeof(struct occurrence));
	s->owners = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	s->found = g_array_new(FALSE, FALSE, sizeof(struct found));
	s->seen = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	clear_found(s, 0);
	return s;
}

void scan_free(struct scan *s)
{
	if (!s)
		return;
	g_array_unref(s->tokens);
	g_array_unref(s->places);
	search_free(s->search);
	g_array_unref(s->occurrences);
	g_array_unref(s->unordered);
	g_array_unref(s->owners);
	g_array_unref(s->found);
	g_array_unref(s->seen);
	g_free(s->categories);
	g_free(s);
}

/* ---- words
 * ------------------------------------------------------------------------------------------------------
 */

static void set_fields(struct scan *s)
{
	const struct match_article *a = s->article;
	const char *texts[SCAN_FIELDS] = {
		[MATCH_TITLE] = a->title, [MATCH_BODY] = a->body, [MATCH_AUTHOR] = a->author,
		[MATCH_FEED] = a->feed,	  [MATCH_LINK] = a->link,
	};
	g_clear_pointer(&s->categories, g_free);
	if (a->categories)
		texts[MATCH_CATEGORY] = s->categories = g_strjoinv("\n", (char **)a->categories);
	for (int i = 0; i < SCAN_FIELDS; i++) {
		s->fields[i].text = texts[i] ? texts[i] : "";
		s->fields[i].text_len = strlen(s->fields[i].text);
		s->fields[i].tokens = (struct range){0, 0};
		s->fields[i].counted = false;
	}
}

static void tokenise_fields(struct scan *s)
{
	g_array_set_size(s->tokens, SCAN_GAP);
	for (int i = 0; i < SCAN_FIELDS; i++) {
		struct field_text *field = &s->fields[i];
		if (!(s->plan->fields >> i & 1) && i != MATCH_TITLE && i != MATCH_BODY)
			continue;
		field->tokens.first = s->tokens->len;
		if (s->tokens->len < MAX_TOKENS)
			text_tokenise(field->text, field->text_len, s->tokens);
		else
			s->cut_short = true;
		field->tokens.count = s->tokens->len - field->tokens.first;
		g_array_set_size(s->tokens, s->tokens->len + SCAN_GAP);
	}
}

static void find_keys(struct scan *s)
{
	struct lexicon *lexicon = s->plan->lexicon;
	lexicon_begin(lexicon, s->language);
	g_array_set_size(s->places, s->tokens->len);
	uint32_t *places = PLAN_AT(s->places, uint32_t, 0);
	memset(places, 0, SCAN_GAP * sizeof *places);
	for (int i = 0; i < SCAN_FIELDS; i++) {
		const struct field_text *field = &s->fields[i];
		uint32_t first = field->tokens.first, count = field->tokens.count;
		if (!first)
			continue;
		lexicon_look(lexicon, field->text, field->text_len,
			     PLAN_AT(s->tokens, struct token, first), count, places + first);
		memset(places + first + count, 0, SCAN_GAP * sizeof *places);
	}
	s->keys = lexicon_keys(lexicon);
	s->lists = lexicon_lists(lexicon);
}

/* ---- order
 * -------------------------------------------------------------------------------------------------------
 */

static int by_place(const void *left, const void *right)
{
	const struct occurrence *a = left, *b = right;
	if (a->field != b->field)
		return a->field < b->field ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	/* Хасан is as ambiguous as the filter says, though it sounds like Khasan, which is not */
	return a->end < b->end ? 1 : a->end > b->end ? -1 : b->ambiguous - a->ambiguous;
}

static bool overlap(const struct occurrence *a, const struct occurrence *b)
{
	return a->field == b->field && a->start < b->end && b->start < a->end;
}

/* Mark (tokens = 0) what overlaps an exclusion: one that began before, then one that begins later.
 */
static void drop_excluded(struct occurrence *all, uint32_t count)
{
	const struct occurrence *reach = NULL; /* the exclusion so far that ends last */
	for (uint32_t i = 0; i < count; i++) {
		if (all[i].exclusion &&
		    (!reach || reach->field != all[i].field || reach->end < all[i].end))
			reach = &all[i];
		if (reach && overlap(&all[i], reach))
			all[i].tokens = 0;
	}
	reach = NULL; /* the exclusion that begins first of those behind */
	for (uint32_t i = count; i-- > 0;) {
		if (reach && overlap(&all[i], reach))
			all[i].tokens = 0;
		if (all[i].exclusion)
			reach = &all[i];
	}
}

/* Names inside an exclusion of their entity go, and the exclusions; so do names inside longer ones
 * of the same entity and repetitions. */
static uint32_t clean_owner(struct occurrence *all, uint32_t count)
{
	uint32_t kept = 0;
	bool exclusions = false;
	for (uint32_t i = 0; i < count; i++)
		exclusions = exclusions || all[i].exclusion;
	if (exclusions)
		drop_excluded(all, count);
	for (uint32_t i = 0; i < count; i++) {
		if (!all[i].tokens)
			continue;
		if (kept && overlap(&all[kept - 1], &all[i]) &&
		    all[kept - 1].start <= all[i].start && all[i].end <= all[kept - 1].end)
			continue;
		all[kept++] = all[i];
	}
	return kept;
}

/* By owner; those of one as they were found. */
static void group_by_owner(struct scan *s)
{
	uint32_t count = s->unordered->len;
	const struct occurrence *found = (const struct occurrence *)(void *)s->unordered->data;

	g_array_set_size(s->owners, count);
	g_array_set_size(s->occurrences, count);
	uint64_t *owners = (uint64_t *)(void *)s->owners->data;
	struct occurrence *ordered = (struct occurrence *)(void *)s->occurrences->data;
	for (uint64_t i = 0; i < count; i++)
		owners[i] = (uint64_t)found[i].owner << 32 | i;
	order_numbers(s->owners);
	for (uint32_t i = 0; i < count; i++)
		ordered[i] = found[(uint32_t)owners[i]];
}

static void order(struct scan *s)
{
	group_by_owner(s);
	struct occurrence *all = (struct occurrence *)(void *)s->occurrences->data;
	uint32_t count = s->occurrences->len;

	g_array_set_size(s->seen, 0);
	clear_found(s, count);
	for (uint32_t i = 0; i < count;) {
		uint32_t end = i, owner = all[i].owner;
		while (end < count && all[end].owner == owner)
			end++;
		if (end - i > 1)
			qsort(all + i, end - i, sizeof *all, by_place);
		uint32_t kept = clean_owner(all + i, end - i);
		if (kept) {
			*scan_find(s, owner) = (struct found){owner, {i, kept}};
			g_array_append_val(s->seen, owner);
		}
		i = end;
	}
}

static void decide_language(struct scan *s)
{
	struct language_sample samples[2];
	for (int i = MATCH_TITLE; i <= MATCH_BODY; i++)
		samples[i] = (struct language_sample){
			s->fields[i].text, s->fields[i].text_len,
			PLAN_AT(s->tokens, struct token, s->fields[i].tokens.first),
			s->fields[i].tokens.count};
	s->language = language_of_tokens(s->article->language, samples, 2, &s->language_sure);
}

void scan_article(struct scan *s, const struct match_article *article)
{
	s->article = article;
	s->round++;
	s->cut_short = false;
	s->work = 0;
	set_fields(s);
	tokenise_fields(s);
	decide_language(s);
	find_keys(s);
	search_patterns(s);
	order(s);
}
