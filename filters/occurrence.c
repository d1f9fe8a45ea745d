/* occurrence: see occurrence.h. One pass over the words; only words that some pattern waits for
 * cost more. SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/occurrence.h"

#include "filters/order.h"

#include <stdlib.h>
#include <string.h>

#define MAX_OCCURRENCES 100000 /* an article made of nothing but terms: the budget of one */
#define MAX_TOKENS	400000
#define MAX_WORK	5000000 /* postings: some 50 ms */

/* Gathered before they are followed: their memory comes meanwhile. */
#define CHANCES 128

#define ASKS 128

#define TRIALS 256

/* A class of a word that may want one of the word beside it. */
struct ask {
	const struct key_list *beside;
	uint64_t wish;
	uint32_t class, token;
	int step;
};

/* Two classes side by side that some pattern may wait for. */
struct chance {
	uint64_t hash;
	uint32_t token; /* of the probe */
};

/* A pattern that may stand somewhere. */
struct trial {
	uint32_t pattern;
	uint32_t token; /* of its probe */
};

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
	s->worth = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	s->asks = g_new(struct ask, ASKS);
	s->chances = g_new(struct chance, CHANCES);
	s->trials = g_new(struct trial, TRIALS);
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
	g_array_unref(s->worth);
	g_free(s->asks);
	g_free(s->chances);
	g_free(s->trials);
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
	}
}

static void find_keys(struct scan *s)
{
	struct lexicon *lexicon = s->plan->lexicon;
	lexicon_begin(lexicon, s->language);
	g_array_set_size(s->places, s->tokens->len);
	for (int i = 0; i < SCAN_FIELDS; i++) {
		const struct field_text *field = &s->fields[i];
		uint32_t first = field->tokens.first;
		lexicon_look(lexicon, field->text, field->text_len,
			     PLAN_AT(s->tokens, struct token, first), field->tokens.count,
			     PLAN_AT(s->places, uint32_t, first));
	}
	s->keys = lexicon_keys(lexicon);
	s->lists = lexicon_lists(lexicon);
}

/* ---- patterns
 * ----------------------------------------------------------------------------------------------------
 */

static const struct word_keys *token_keys(const struct scan *s, uint32_t token)
{
	return &s->keys[*PLAN_AT(s->places, uint32_t, token)];
}

static const struct key_list *token_list(const struct scan *s, uint32_t token)
{
	return key_list_at(s->lists, token_keys(s, token)->list);
}

static bool list_has(const struct key_list *list, uint32_t key)
{
	const uint32_t *keys = key_list_keys(list);
	for (unsigned i = 0; i < list->count; i++)
		if (keys[i] == key)
			return true;
	return false;
}

/* Names stand in a headline as all of its words do. Seldom asked, so counted when it is. */
static bool is_in_capitals(struct scan *s, struct field_text *field)
{
	unsigned capitals = 0, count = field->tokens.count;
	for (uint32_t i = 0; !field->counted && i < count; i++)
		capitals += PLAN_AT(s->tokens, struct token, field->tokens.first + i)->capital;
	if (!field->counted)
		field->capitals = count > 3 && capitals * 10 > count * 7;
	field->counted = true;
	return field->capitals;
}

/* "Kim" of "Kim Kardashian": a capital stands beside it that belongs to the name. Not at the
 * beginning of a sentence, where every word has one, and not in headlines where all do. */
static bool has_other_bearer(struct scan *s, struct field_text *field, uint32_t token)
{
	uint32_t last = field->tokens.first + field->tokens.count - 1;
	const struct token *t = PLAN_AT(s->tokens, struct token, token);

	/* German gives every noun a capital */
	if (t->script == SCRIPT_IDEOGRAPH || s->language == LANGUAGE_DE || is_in_capitals(s, field))
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
	struct field_text *field = &s->fields[field_index];
	const struct token *from = PLAN_AT(s->tokens, struct token, first);
	const struct token *to = from + pattern->count - 1;

	if (from->sentence != to->sentence || (pattern->capital && !from->capital))
		return;
	if (s->unordered->len >= MAX_OCCURRENCES) {
		s->cut_short = true;
		return;
	}
	const struct occurrence occurrence = {
		.owner = pattern->owner,
		.start = from->start,
		.end = to->end,
		.token = first - field->tokens.first,
		.tokens = pattern->count,
		.sentence = from->sentence,
		.field = (uint8_t)field_index,
		.ambiguous = pattern->ambiguous,
		.exclusion = pattern->exclusion,
		.other_bearer = pattern->ambiguous && pattern->count == 1 &&
				has_other_bearer(s, field, first),
	};
	g_array_append_val(s->unordered, occurrence);
}

static bool has_budget(struct scan *s)
{
	if (s->work < MAX_WORK && s->unordered->len < MAX_OCCURRENCES)
		return true;
	s->cut_short = true;
	return false;
}

/* All words of a pattern. */
static void try_pattern(struct scan *s, int field_index, const struct trial *trial)
{
	const struct field_text *field = &s->fields[field_index];
	const struct pattern *pattern = plan_pattern(s->plan, trial->pattern);
	const uint32_t *keys = pattern_keys(pattern);
	uint32_t place = trial->token - field->tokens.first;

	if (place < pattern->probe || place - pattern->probe + pattern->count > field->tokens.count)
		return;
	uint32_t first = trial->token - pattern->probe;
	for (uint32_t i = 0; pattern->count > 1 && i < pattern->count; i++)
		if (!list_has(token_list(s, first + i), keys[i]))
			return;
	add_occurrence(s, field_index, pattern, first);
}

static void try_all(struct scan *s, int field)
{
	s->work += s->trial_count;
	for (unsigned i = 0; i < s->trial_count; i++)
		__builtin_prefetch(plan_pattern(s->plan, s->trials[i].pattern));
	for (unsigned i = 0; i < s->trial_count && has_budget(s); i++)
		try_pattern(s, field, &s->trials[i]);
	s->trial_count = 0;
}

static void add_singles(struct scan *s, int field, uint32_t token, uint32_t key)
{
	const uint32_t *first = PLAN_AT(s->plan->single_first, uint32_t, key);
	for (uint32_t i = first[0]; i < first[1] && has_budget(s); i++) {
		if (s->trial_count == TRIALS)
			try_all(s, field);
		s->trials[s->trial_count++] =
			(struct trial){*PLAN_AT(s->plan->singles, uint32_t, i), token};
	}
}

/* Whether the third word that a posting names may stand there: answered for any posting, without a
 * branch. */
static inline bool may_have_third(const struct scan *s, const struct field_text *field,
				  const struct posting *posting, uint32_t token)
{
	/* before the first token it is a huge number: there is no room there either */
	uint32_t place = token - field->tokens.first + posting->place - POSTING_PROBE;
	bool inside = place < field->tokens.count;
	uint64_t mask = token_keys(s, field->tokens.first + (inside ? place : 0))->mask;
	return (mask >> posting->bit & 1) & inside;
}

/* The patterns of the pair that a chance is of. Some postings are looked at together, be they of
 * the pair or not: how many there are cannot be foreseen. */
static void take_chance(struct scan *s, int field, const struct chance *chance)
{
	const uint32_t *bucket =
		PLAN_AT(s->plan->buckets, uint32_t, pair_bucket(s->plan, chance->hash));
	const struct posting *posting = PLAN_AT(s->plan->postings, struct posting, bucket[0]);
	uint32_t check = pair_check(chance->hash), count = bucket[1] - bucket[0];

	s->work += count;
	for (uint32_t from = 0; from < count; from += POSTINGS_AT_ONCE) {
		if (s->trial_count + POSTINGS_AT_ONCE > TRIALS)
			try_all(s, field);
		unsigned trials = s->trial_count;
		for (uint32_t i = from; i < from + POSTINGS_AT_ONCE; i++, posting++) {
			bool mine = (i < count) & (posting->check == check);
			s->trials[trials] = (struct trial){posting->pattern, chance->token};
			trials +=
				mine & may_have_third(s, &s->fields[field], posting, chance->token);
		}
		s->trial_count = trials;
	}
}

/* First all words of the Bloom filter, then the buckets of those left, then their postings: each
 * time several are on their way from memory at once. */
static void take_chances(struct scan *s, int index)
{
	const uint32_t *buckets = (const uint32_t *)(void *)s->plan->buckets->data;
	struct chance *chances = s->chances;
	unsigned left = 0;
	for (unsigned i = 0; i < s->chance_count; i++) {
		struct chance chance = chances[i];
		chances[left] = chance;
		left += pair_is_wanted(s->plan, chance.hash);
	}
	for (unsigned i = 0; i < left; i++)
		__builtin_prefetch(&buckets[pair_bucket(s->plan, chances[i].hash)]);
	for (unsigned i = 0; i < left; i++)
		__builtin_prefetch(PLAN_AT(s->plan->postings, struct posting,
					   buckets[pair_bucket(s->plan, chances[i].hash)]));
	for (unsigned i = 0; i < left && has_budget(s); i++)
		take_chance(s, index, &chances[i]);
	s->chance_count = 0;
}

/* The classes beside a word that one of its own may want: those that the wish names. */
static void take_asks(struct scan *s, int field)
{
	for (unsigned i = 0; i < s->ask_count; i++) {
		const struct ask *ask = &s->asks[i];
		const uint32_t *beside = ask->beside->class;
		for (unsigned k = 0; k < ask->beside->classes; k++) {
			uint64_t hash = pair_hash(ask->class, beside[k], ask->step);
			pair_fetch(s->plan, hash);
			if (s->chance_count == CHANCES)
				take_chances(s, field);
			s->chances[s->chance_count] = (struct chance){hash, ask->token};
			s->chance_count += (ask->wish & class_bit(beside[k])) != 0;
		}
		s->work += ask->beside->classes;
	}
	s->ask_count = 0;
}

static inline void add_ask(struct scan *s, const struct ask *ask, const struct word_keys *beside)
{
	s->asks[s->ask_count] = *ask;
	s->ask_count += (ask->wish & beside->mask) != 0;
}

/* What some pattern waits for of the keys of a word. */
static void find_chances(struct scan *s, int field, uint32_t token, const struct word_keys *before,
			 const struct word_keys *behind)
{
	const struct key_list *list = token_list(s, token);
	const struct key_list *list_before = key_list_at(s->lists, before->list);
	const struct key_list *list_behind = key_list_at(s->lists, behind->list);
	const uint32_t *keys = key_list_keys(list);
	const struct class_wish *wish = key_list_wishes(list);

	for (unsigned k = 0; k < list->singles; k++)
		add_singles(s, field, token, keys[k]);
	for (unsigned k = 0; k < list->wishes; k++, wish++) {
		if (s->ask_count + 2 > ASKS)
			take_asks(s, field);
		add_ask(s, &(struct ask){list_behind, wish->behind, list->class[k], token, 1},
			behind);
		add_ask(s, &(struct ask){list_before, wish->before, list->class[k], token, -1},
			before);
	}
	s->work += list->wishes;
}

static inline bool is_worth(const struct word_keys *word, uint64_t before, uint64_t behind)
{
	return ((word->before & before) | (word->behind & behind) | word->single) != 0;
}

/* The words of a field that a pattern may begin to be found at: the masks say at once where none
 * can be, as no neighbour is what one wants. */
static uint32_t find_worth(struct scan *s, const struct field_text *field)
{
	const uint32_t *places = PLAN_AT(s->places, uint32_t, field->tokens.first);
	const struct word_keys *keys = s->keys;
	uint32_t found = 0, count = field->tokens.count;

	g_array_set_size(s->worth, count);
	if (!count)
		return 0;
	uint32_t *worth = (uint32_t *)(void *)s->worth->data;
	const struct word_keys *word = &keys[places[0]];
	uint64_t before = 0;
	for (uint32_t i = 0; i + 1 < count; i++) {
		const struct word_keys *behind = &keys[places[i + 1]];
		worth[found] = i;
		found += is_worth(word, before, behind->mask);
		before = word->mask;
		word = behind;
	}
	worth[found] = count - 1;
	return found + is_worth(word, before, 0);
}

#define AHEAD 4

/* Of a word and its neighbours. */
static void fetch_lists(const struct scan *s, const struct field_text *field, uint32_t token)
{
	uint32_t first = field->tokens.first, last = first + field->tokens.count - 1;
	__builtin_prefetch(token_list(s, token));
	__builtin_prefetch(token_list(s, MIN(token + 1, last)));
	__builtin_prefetch(token_list(s, MAX(token, first + 1) - 1));
}

static void try_field(struct scan *s, int index)
{
	const struct field_text *field = &s->fields[index];
	uint32_t count = find_worth(s, field), first = field->tokens.first;
	const uint32_t *worth = (const uint32_t *)(const void *)s->worth->data;

	for (uint32_t i = 0; i < count && has_budget(s); i++) {
		uint32_t at = worth[i];
		if (i + AHEAD < count)
			fetch_lists(s, field, first + worth[i + AHEAD]);
		find_chances(s, index, first + at, at ? token_keys(s, first + at - 1) : s->keys,
			     at + 1 < field->tokens.count ? token_keys(s, first + at + 1)
							  : s->keys);
	}
	take_asks(s, index);
	take_chances(s, index);
	try_all(s, index);
}

static void find_patterns(struct scan *s)
{
	g_array_set_size(s->unordered, 0);
	for (int i = 0; i < SCAN_FIELDS; i++)
		try_field(s, i);
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
	find_patterns(s);
	order(s);
}
