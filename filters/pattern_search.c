/* pattern_search: see pattern_search.h. One pass over the words; only words that some pattern waits
 * for cost more. What lies wide apart in memory is gathered first and fetched together.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/pattern_search.h"

#define MAX_OCCURRENCES 100000	/* an article made of nothing but terms: the budget of one */
#define MAX_WORK	5000000 /* postings: some 50 ms */

/* Gathered before they are followed, those of all fields together: their memory comes meanwhile. */
#define CHANCES 512
#define ASKS	256
#define TRIALS	256

/* A class of a word that may want one of the classes, which are several, of the word beside it. */
struct ask {
	const struct word_keys *beside;
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

struct search {
	GArray *worth; /* uint32_t: words at which a pattern may stand */
	struct ask asks[ASKS];
	struct chance chances[CHANCES];
	struct trial trials[TRIALS];
	unsigned ask_count, chance_count, trial_count;
};

struct search *search_new(void)
{
	struct search *search = g_new(struct search, 1);
	*search = (struct search){.worth = g_array_new(FALSE, FALSE, sizeof(uint32_t))};
	return search;
}

void search_free(struct search *search)
{
	if (!search)
		return;
	g_array_unref(search->worth);
	g_free(search);
}

/* ---- occurrences
 * -------------------------------------------------------------------------------------------------
 */

static const struct word_keys *token_keys(const struct scan *s, uint32_t token)
{
	return &s->keys[*PLAN_AT(s->places, uint32_t, token)];
}

static const struct key_list *token_list(const struct scan *s, uint32_t token)
{
	return key_list_at(s->lists, word_keys_list(token_keys(s, token)));
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

static int field_of(const struct scan *s, uint32_t token)
{
	int field = 0;
	while (token - s->fields[field].tokens.first >= s->fields[field].tokens.count)
		field++;
	return field;
}

static void add_occurrence(struct scan *s, const struct pattern *pattern, uint32_t first)
{
	int field_index = field_of(s, first);
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

/* ---- trials
 * ------------------------------------------------------------------------------------------------------
 */

static bool has_budget(struct scan *s)
{
	if (s->work < MAX_WORK && s->unordered->len < MAX_OCCURRENCES)
		return true;
	s->cut_short = true;
	return false;
}

/* All words of a pattern. One that goes beyond its field has a gap among its words. */
static void try_pattern(struct scan *s, const struct trial *trial)
{
	const struct pattern *pattern = plan_pattern(s->plan, trial->pattern);
	const uint32_t *keys = pattern_keys(pattern);
	uint32_t first = trial->token - pattern->probe;

	if (trial->token < pattern->probe || first + pattern->count > s->tokens->len)
		return;
	for (uint32_t i = 0; pattern->count > 1 && i < pattern->count; i++)
		if (!list_has(token_list(s, first + i), keys[i]))
			return;
	add_occurrence(s, pattern, first);
}

static void try_all(struct scan *s)
{
	s->work += s->search->trial_count;
	for (unsigned i = 0; i < s->search->trial_count; i++) {
		__builtin_prefetch(plan_pattern(s->plan, s->search->trials[i].pattern));
		__builtin_prefetch(token_list(s, s->search->trials[i].token));
	}
	for (unsigned i = 0; i < s->search->trial_count && has_budget(s); i++)
		try_pattern(s, &s->search->trials[i]);
	s->search->trial_count = 0;
}

static void add_singles(struct scan *s, uint32_t token, uint32_t key)
{
	const uint32_t *first = PLAN_AT(s->plan->single_first, uint32_t, key);
	for (uint32_t i = first[0]; i < first[1] && has_budget(s); i++) {
		if (s->search->trial_count == TRIALS)
			try_all(s);
		s->search->trials[s->search->trial_count++] =
			(struct trial){*PLAN_AT(s->plan->singles, uint32_t, i), token};
	}
}

/* ---- pairs
 * -------------------------------------------------------------------------------------------------------
 */

/* The patterns of the pair that a chance is of. Some postings are looked at together, be they of
 * the pair or not: how many there are cannot be foreseen. */
static void take_chance(struct scan *s, const struct chance *chance)
{
	struct range range = pair_postings(s->plan, chance->hash);
	const struct posting *posting = PLAN_AT(s->plan->postings, struct posting, range.first);
	const uint32_t check = pair_check(chance->hash), count = range.count, token = chance->token;
	/* from here on the third words lie */
	const uint32_t *places = PLAN_AT(s->places, uint32_t, token - POSTING_PROBE);
	const struct word_keys *keys = s->keys;

	s->work += count;
	for (uint32_t from = 0; from < count; from += POSTINGS_AT_ONCE) {
		if (s->search->trial_count + POSTINGS_AT_ONCE > TRIALS)
			try_all(s);
		struct trial *trial = &s->search->trials[s->search->trial_count];
		for (uint32_t i = from; i < from + POSTINGS_AT_ONCE; i++, posting++) {
			bool mine = (i < count) & (posting->check == check);
			*trial = (struct trial){posting->pattern, token};
			trial += mine & (keys[places[posting->place]].mask >> posting->bit & 1);
		}
		s->search->trial_count = (unsigned)(trial - s->search->trials);
	}
}

/* First all groups, then the postings of those left: each time several are on their way from memory
 * at once. */
static void take_chances(struct scan *s)
{
	struct chance *chances = s->search->chances;
	unsigned left = 0;
	for (unsigned i = 0; i < s->search->chance_count; i++)
		__builtin_prefetch(pair_group(s->plan, chances[i].hash));
	for (unsigned i = 0; i < s->search->chance_count; i++) {
		struct chance chance = chances[i];
		chances[left] = chance;
		left += pair_is_wanted(pair_group(s->plan, chance.hash), chance.hash);
	}
	for (unsigned i = 0; i < left; i++)
		__builtin_prefetch(PLAN_AT(s->plan->postings, struct posting,
					   pair_postings(s->plan, chances[i].hash).first));
	for (unsigned i = 0; i < left && has_budget(s); i++)
		take_chance(s, &chances[i]);
	s->search->chance_count = 0;
}

static inline void add_chance(struct scan *s, uint64_t hash, uint32_t token, bool wanted)
{
	s->search->chances[s->search->chance_count] = (struct chance){hash, token};
	s->search->chance_count += wanted;
}

/* The classes beside a word that one of its own may want: those that the wish names. */
static void take_asks(struct scan *s)
{
	for (unsigned i = 0; i < s->search->ask_count; i++) {
		const struct ask *ask = &s->search->asks[i];
		const struct key_list *list = key_list_at(s->lists, word_keys_list(ask->beside));
		for (unsigned k = 0; k < list->classes; k++) {
			if (s->search->chance_count == CHANCES)
				take_chances(s);
			add_chance(s, pair_hash(ask->class, list->class[k], ask -> step),
				   ask->token, ask->wish & class_bit(list->class[k]));
		}
		s->work += list->classes;
	}
	s->search->ask_count = 0;
}

static inline bool is_special(const struct word_keys *word)
{
	return (word->class == CLASSES_MANY) | (word_keys_single(word) != 0);
}

/* What is being gathered: at hand while many words are looked at. */
struct gathering {
	struct chance *chance;
	struct ask *ask;
};

/* Without branches on what is asked for, which cannot be foreseen. */
static inline void ask_beside(struct gathering *g, const struct ask *ask, bool wanted)
{
	wanted &= (ask->wish & ask->beside->mask) != 0;
	bool many = ask->beside->class == CLASSES_MANY;
	*g->chance =
		(struct chance){pair_hash(ask->class, ask->beside->class, ask->step), ask->token};
	g->chance += wanted & !many;
	*g->ask = *ask;
	g->ask += wanted & many;
}

/* What a class of a word wants beside it. */
static inline void ask_both(struct gathering *g, const struct word_keys *keys,
			    const uint32_t *places, uint32_t token, uint32_t class,
			    const struct class_wish *wish, bool wanted)
{
	ask_beside(g, &(struct ask){&keys[places[token + 1]], wish->behind, class, token, 1},
		   wanted);
	ask_beside(g, &(struct ask){&keys[places[token - 1]], wish->before, class, token, -1},
		   wanted);
}

/* Room for what so many classes may ask for. */
static struct gathering make_room(struct scan *s, unsigned classes)
{
	if (s->search->ask_count + 2 * classes >= ASKS)
		take_asks(s);
	if (s->search->chance_count + 2 * classes >= CHANCES)
		take_chances(s);
	return (struct gathering){&s->search->chances[s->search->chance_count],
				  &s->search->asks[s->search->ask_count]};
}

static void keep(struct scan *s, const struct gathering *g)
{
	s->search->chance_count = (unsigned)(g->chance - s->search->chances);
	s->search->ask_count = (unsigned)(g->ask - s->search->asks);
}

/* Of a word whose keys are of several classes, or wanted alone. */
static void find_more(struct scan *s, uint32_t token)
{
	const struct key_list *list = token_list(s, token);
	const uint32_t *keys = key_list_keys(list);
	const struct class_wish *wish = key_list_wishes(list);

	for (unsigned k = 0; k < list->singles; k++)
		add_singles(s, token, keys[k]);
	for (unsigned k = 0; k < list->wishes; k++) {
		struct gathering g = make_room(s, 1);
		ask_both(&g, s->keys, PLAN_AT(s->places, uint32_t, 0), token, list->class[k],
			 &wish[k], true);
		keep(s, &g);
	}
	s->work += list->wishes;
}

#define BLOCK 64

/* What some pattern waits for of the keys of some words, BLOCK at most. */
static void find_chances(struct scan *s, const uint32_t *worth, unsigned count)
{
	const uint32_t *places = PLAN_AT(s->places, uint32_t, 0);
	const struct word_keys *keys = s->keys;
	uint32_t special[BLOCK];
	unsigned specials = 0;
	struct gathering g = make_room(s, BLOCK);

	for (unsigned i = 0; i < count; i++) {
		const struct word_keys *word = &keys[places[worth[i]]];
		bool more = is_special(word);
		special[specials] = worth[i];
		specials += more;
		__builtin_prefetch(key_list_at(s->lists, more ? word_keys_list(word) : 0));
		ask_both(&g, keys, places, worth[i], word->class, &word->wish, !more);
	}
	keep(s, &g);
	s->work += count;
	for (unsigned i = 0; i < specials && has_budget(s); i++)
		find_more(s, special[i]);
}

static inline bool is_worth(const struct word_keys *word, uint64_t before, uint64_t behind)
{
	return ((word->wish.before & before) | (word->wish.behind & behind) |
		word_keys_single(word)) != 0;
}

/* The words that a pattern may begin to be found at: the masks say at once where none can be, as no
 * neighbour is what one wants. */
static uint32_t find_worth(struct scan *s)
{
	const uint32_t *places = PLAN_AT(s->places, uint32_t, 0);
	const struct word_keys *keys = s->keys, *word = keys;
	uint32_t found = 0, end = s->places->len - SCAN_GAP;
	uint64_t before = 0;

	g_array_set_size(s->search->worth, s->places->len);
	uint32_t *worth = PLAN_AT(s->search->worth, uint32_t, 0);
	for (uint32_t i = SCAN_GAP - 1; i < end; i++) {
		const struct word_keys *behind = &keys[places[i + 1]];
		worth[found] = i;
		found += is_worth(word, before, behind->mask);
		before = word->mask;
		word = behind;
	}
	return found;
}

void search_patterns(struct scan *s)
{
	uint32_t count = find_worth(s);
	const uint32_t *worth = PLAN_AT(s->search->worth, uint32_t, 0);

	g_array_set_size(s->unordered, 0);
	for (uint32_t i = 0; i < count && has_budget(s); i += BLOCK)
		find_chances(s, worth + i, MIN(BLOCK, count - i));
	take_asks(s);
	take_chances(s);
	try_all(s);
}
