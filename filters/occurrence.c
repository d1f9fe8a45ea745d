/* occurrence: see occurrence.h. One pass over the words; only words that some pattern waits for
 * cost more. SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/occurrence.h"

#include <stdlib.h>
#include <string.h>

#define MAX_OCCURRENCES 100000 /* an article made of nothing but terms: the budget of one */
#define MAX_TOKENS	400000

struct scan *scan_new(const struct plan *plan)
{
	struct scan *s = g_new0(struct scan, 1);
	s->plan = plan;
	s->tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	s->token_keys = g_array_new(FALSE, FALSE, sizeof(struct range));
	s->keys = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	s->occurrences = g_array_new(FALSE, FALSE, sizeof(struct occurrence));
	s->owner_first = g_array_new(FALSE, TRUE, sizeof(struct range));
	s->owner_seen = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	s->seen = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_array_set_size(s->owner_first, plan->owners->len);
	g_array_set_size(s->owner_seen, plan->owners->len);
	return s;
}

void scan_free(struct scan *s)
{
	if (!s)
		return;
	g_array_unref(s->tokens);
	g_array_unref(s->token_keys);
	g_array_unref(s->keys);
	g_array_unref(s->occurrences);
	g_array_unref(s->owner_first);
	g_array_unref(s->owner_seen);
	g_array_unref(s->seen);
	g_free(s->categories);
	g_free(s);
}

struct range scan_owner(const struct scan *s, uint32_t owner)
{
	if (*PLAN_AT(s->owner_seen, uint32_t, owner) != s->round)
		return (struct range){0, 0};
	return *PLAN_AT(s->owner_first, struct range, owner);
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
	}
}

static void count_capitals(struct scan *s, struct field_text *field)
{
	unsigned capitals = 0;
	for (uint32_t i = 0; i < field->tokens.count; i++)
		capitals += PLAN_AT(s->tokens, struct token, field->tokens.first + i)->capital;
	field->capitals = field->tokens.count > 3 && capitals * 10 > field->tokens.count * 7;
	field->sentences = field->tokens.count
				   ? PLAN_AT(s->tokens, struct token,
					     field->tokens.first + field->tokens.count - 1)
						     ->sentence +
					     1
				   : 0;
}

static void tokenise_fields(struct scan *s)
{
	g_array_set_size(s->tokens, 0);
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
		count_capitals(s, field);
	}
}

static void find_keys(struct scan *s)
{
	g_array_set_size(s->keys, 0);
	g_array_set_size(s->token_keys, s->tokens->len);
	for (int i = 0; i < SCAN_FIELDS; i++) {
		const struct field_text *field = &s->fields[i];
		for (uint32_t t = field->tokens.first;
		     t < field->tokens.first + field->tokens.count; t++) {
			unsigned count;
			const uint32_t *keys =
				lexicon_keys(s->plan->lexicon, s->language, field->text,
					     PLAN_AT(s->tokens, struct token, t), &count);
			*PLAN_AT(s->token_keys, struct range, t) =
				(struct range){s->keys->len, count};
			if (count)
				g_array_append_vals(s->keys, keys, count);
		}
	}
}

/* ---- patterns
 * ----------------------------------------------------------------------------------------------------
 */

static bool token_fits(const struct scan *s, uint32_t token, uint32_t position)
{
	const struct range *have = PLAN_AT(s->token_keys, struct range, token);
	const struct range *want = PLAN_AT(s->plan->positions, struct range, position);
	const uint32_t *keys = (const uint32_t *)(void *)s->keys->data + have->first;
	const uint32_t *wanted =
		(const uint32_t *)(void *)s->plan->position_keys->data + want->first;

	for (uint32_t i = 0; i < have->count; i++)
		for (uint32_t k = 0; k < want->count; k++)
			if (keys[i] == wanted[k])
				return true;
	return false;
}

/* "Kim" of "Kim Kardashian": a capital stands beside it that belongs to the name. Not at the
 * beginning of a sentence, where every word has one, and not in headlines where all do. */
static bool has_other_bearer(const struct scan *s, const struct field_text *field, uint32_t token)
{
	uint32_t last = field->tokens.first + field->tokens.count - 1;
	const struct token *t = PLAN_AT(s->tokens, struct token, token);

	/* German gives every noun a capital */
	if (field->capitals || t->script == SCRIPT_IDEOGRAPH || s->language == LANGUAGE_DE)
		return false;
	if (token < last) {
		const struct token *next = t + 1;
		if (next->capital && next->start == t->end + 1 && field->text[t->end] == ' ')
			return true;
	}
	if (token > field->tokens.first + 1) {
		const struct token *before = t - 1;
		if (before->capital && t->start == before->end + 1 &&
		    field->text[before->end] == ' ' && (before - 1)->sentence == before->sentence)
			return true;
	}
	return false;
}

static void add_occurrence(struct scan *s, int field_index, const struct pattern *pattern,
			   uint32_t first)
{
	const struct field_text *field = &s->fields[field_index];
	const struct token *from = PLAN_AT(s->tokens, struct token, first);
	const struct token *to = from + pattern->positions.count - 1;

	if (from->sentence != to->sentence || (pattern->capital && !from->capital))
		return;
	if (s->occurrences->len >= MAX_OCCURRENCES) {
		s->cut_short = true;
		return;
	}
	const struct occurrence occurrence = {
		.owner = pattern->owner,
		.start = from->start,
		.end = to->end,
		.token = first - field->tokens.first,
		.tokens = pattern->positions.count,
		.sentence = from->sentence,
		.field = (uint8_t)field_index,
		.ambiguous = pattern->ambiguous,
		.exclusion = pattern->exclusion,
		.other_bearer =
			pattern->ambiguous && pattern->single && has_other_bearer(s, field, first),
	};
	g_array_append_val(s->occurrences, occurrence);
}

static void try_pattern(struct scan *s, int field_index, uint32_t index, uint32_t token)
{
	const struct field_text *field = &s->fields[field_index];
	const struct pattern *pattern = PLAN_AT(s->plan->patterns, struct pattern, index);
	uint32_t end = field->tokens.first + field->tokens.count;

	if (token - field->tokens.first < pattern->probe ||
	    token - pattern->probe + pattern->positions.count > end)
		return;
	uint32_t first = token - pattern->probe;
	for (uint32_t i = 0; i < pattern->positions.count; i++)
		if (i != pattern->probe && !token_fits(s, first + i, pattern->positions.first + i))
			return;
	add_occurrence(s, field_index, pattern, first);
}

static void find_patterns(struct scan *s)
{
	g_array_set_size(s->occurrences, 0);
	for (int i = 0; i < SCAN_FIELDS; i++) {
		const struct field_text *field = &s->fields[i];
		for (uint32_t t = field->tokens.first;
		     t < field->tokens.first + field->tokens.count; t++) {
			const struct range *keys = PLAN_AT(s->token_keys, struct range, t);
			for (uint32_t k = 0; k < keys->count; k++) {
				uint32_t key = *PLAN_AT(s->keys, uint32_t, keys->first + k);
				const struct range *waiting =
					PLAN_AT(s->plan->by_key, struct range, key);
				for (uint32_t p = 0; p < waiting->count; p++)
					try_pattern(s, i,
						    *PLAN_AT(s->plan->postings, uint32_t,
							     waiting->first + p),
						    t);
			}
		}
	}
}

/* ---- order
 * -------------------------------------------------------------------------------------------------------
 */

static int by_owner_and_place(const void *left, const void *right)
{
	const struct occurrence *a = left, *b = right;
	if (a->owner != b->owner)
		return a->owner < b->owner ? -1 : 1;
	if (a->field != b->field)
		return a->field < b->field ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->end < b->end ? 1 : a->end > b->end ? -1 : a->ambiguous - b->ambiguous;
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

static void order(struct scan *s)
{
	struct occurrence *all = (struct occurrence *)(void *)s->occurrences->data;
	uint32_t count = s->occurrences->len;

	if (count)
		qsort(all, count, sizeof *all, by_owner_and_place);
	g_array_set_size(s->seen, 0);
	for (uint32_t i = 0; i < count;) {
		uint32_t end = i, owner = all[i].owner;
		while (end < count && all[end].owner == owner)
			end++;
		uint32_t kept = clean_owner(all + i, end - i);
		if (kept) {
			*PLAN_AT(s->owner_first, struct range, owner) = (struct range){i, kept};
			*PLAN_AT(s->owner_seen, uint32_t, owner) = s->round;
			g_array_append_val(s->seen, owner);
		}
		i = end;
	}
}

void scan_article(struct scan *s, const struct match_article *article)
{
	s->article = article;
	s->round++;
	s->cut_short = false;
	s->language = language_decide(article->language, article->title, article->body,
				      &s->language_sure);
	set_fields(s);
	tokenise_fields(s);
	find_keys(s);
	find_patterns(s);
	order(s);
}
