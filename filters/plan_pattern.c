/* plan_pattern: texts to patterns, patterns to the index.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "filters/plan_builder.h"
#include "filters/sound.h"
#include "filters/translit.h"

#include <string.h>

static bool is_cyrillic(const char *word)
{
	gunichar c = g_utf8_get_char(word);
	return c >= 0x400 && c < 0x530;
}

static bool starts_lower(const char *word)
{
	gunichar c = g_utf8_get_char(word);
	return g_unichar_islower(c);
}

static uint32_t key_of(struct plan *plan, const char *word, enum text_script script,
		       enum pattern_form form, bool alone)
{
	if (script == SCRIPT_IDEOGRAPH || form == FORM_EXACT)
		return lexicon_exact(plan->lexicon, word);
	if (form == FORM_PREFIX)
		return lexicon_prefix(plan->lexicon, word);
	if (form == FORM_STEM)
		return lexicon_stem(plan->lexicon, word, script);
	if (starts_lower(word) && script == SCRIPT_OTHER)
		return lexicon_adjective(plan->lexicon, word);
	if (form == FORM_SOUND)
		return lexicon_sound(plan->lexicon, word, !alone);
	return lexicon_name(plan->lexicon, word, !alone);
}

/* "KN-23" is also written KN23, "Kim Jong-un" Kim Jongun. NULL if no hyphen joins two words. */
static char *without_hyphens(const char *text)
{
	g_autoptr(GString) out = g_string_new(NULL);
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c != '-' && c != 0x2010 && c != 0x2011)
			g_string_append_unichar(out, c);
	}
	return out->len < strlen(text) ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

/* A Russian name as it is written in Korean; NULL if it is none, or so short that other words hold
 * it. */
static char *in_hangul(const char *name)
{
	g_auto(GStrv) words = g_strsplit(name, " ", -1);
	g_autoptr(GString) out = g_string_new(NULL);
	for (char **word = words; *word; word++) {
		g_autofree char *cyrillic =
			is_cyrillic(*word) ? g_strdup(*word) : translit_to_cyrillic(*word);
		g_autofree char *hangul = cyrillic ? sound_hangul(cyrillic) : NULL;
		if (!hangul)
			return NULL;
		g_string_append_printf(out, "%s%s", out->len ? " " : "", hangul);
	}
	glong blanks = (glong)g_strv_length(words) - 1;
	glong syllables = g_utf8_strlen(out->str, -1) - blanks;
	/* Ван И would be 반이, a noun's end and its particle */
	bool telling =
		syllables > 2 || (syllables == 2 && blanks == 0 && g_utf8_strlen(name, -1) >= 5);
	return telling ? g_strdup(out->str) : NULL;
}

static bool add_pattern(struct plan *plan, const char *text, enum pattern_form form,
			const struct pattern *flags)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	struct pattern pattern = *flags;

	text_tokenise(text, strlen(text), tokens);
	if (!tokens->len || tokens->len > PATTERN_MOST_WORDS)
		return false;
	uint32_t at = plan->patterns->len;
	g_array_set_size(plan->patterns, at + PATTERN_NUMBERS);
	for (unsigned i = 0; i < tokens->len; i++) {
		const struct token *token = PLAN_AT(tokens, struct token, i);
		g_autofree char *word = g_strndup(text + token->start, token->end - token->start);
		/* only the last word of a prefix phrase is one */
		bool last = i + 1 == tokens->len;
		uint32_t key =
			key_of(plan, word, token->script,
			       form == FORM_PREFIX && !last ? FORM_EXACT : form, tokens->len == 1);
		g_array_append_val(plan->patterns, key);
	}
	const struct token *first = PLAN_AT(tokens, struct token, 0);
	pattern.capital = (form == FORM_NAME || form == FORM_SOUND) && first->capital &&
			  first->script != SCRIPT_IDEOGRAPH;
	pattern.count = (uint16_t)tokens->len;
	*plan_pattern(plan, at) = pattern;
	return true;
}

bool plan_add_pattern(struct plan *plan, const char *text, enum pattern_form form,
		      const struct pattern *flags)
{
	bool name = form == FORM_NAME || form == FORM_SOUND;
	g_autofree char *joined = name ? without_hyphens(text) : NULL;
	g_autofree char *hangul = form == FORM_SOUND ? in_hangul(text) : NULL;
	if (joined)
		add_pattern(plan, joined, form, flags);
	if (hangul)
		add_pattern(plan, hangul, FORM_NAME, flags);
	return add_pattern(plan, text, form, flags);
}

uint32_t plan_add_owner(struct plan *plan, uint32_t entity)
{
	struct owner owner = {.entity = entity};
	g_array_append_val(plan->owners, owner);
	return plan->owners->len - 1;
}

/* ---- the index
 * ------------------------------------------------------------------------------------------------
 */

/* Every pattern, by where it begins; uint32_t. */
static GArray *all_patterns(const struct plan *plan)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (uint32_t at = 0; at < plan->patterns->len;) {
		g_array_append_val(all, at);
		at += PATTERN_NUMBERS + plan_pattern(plan, at)->count;
	}
	return all;
}

static uint32_t class_at(const struct plan *plan, const struct pattern *pattern, uint32_t i)
{
	return key_class(&plan->index, pattern_keys(pattern)[i]);
}

/* The word whose class the fewest patterns share is taken for the rarest. */
static void choose_probe(const struct plan *plan, const uint32_t *uses, struct pattern *pattern)
{
	uint32_t best = UINT32_MAX;
	for (uint32_t i = 0; i < pattern->count; i++) {
		uint32_t count = uses[class_at(plan, pattern, i)];
		if (count < best) {
			best = count;
			pattern->probe = i & ((1u << 12) - 1);
		}
	}
}

/* Whichever is rarer of two places of a pattern, as steps from its probe; 0 if there is neither. */
static int rarer(const struct plan *plan, const uint32_t *uses, const struct pattern *pattern,
		 int a, int b)
{
	int at_a = (int)pattern->probe + a, at_b = (int)pattern->probe + b;
	bool has_a = at_a >= 0 && at_a < (int)pattern->count,
	     has_b = at_b >= 0 && at_b < (int)pattern->count;
	if (!has_a || !has_b)
		return has_a ? a : has_b ? b : 0;
	return uses[class_at(plan, pattern, (uint32_t)at_b)] <
			       uses[class_at(plan, pattern, (uint32_t)at_a)]
		       ? b
		       : a;
}

static uint32_t class_beside(const struct plan *plan, const struct pattern *pattern, int step)
{
	return class_at(plan, pattern, (uint32_t)((int)pattern->probe + step));
}

void plan_sum_up(GArray *counts)
{
	uint32_t total = 0;
	for (uint32_t i = 0; i < counts->len; i++) {
		uint32_t *count = PLAN_AT(counts, uint32_t, i);
		total += *count;
		*count = total;
	}
}

/* Patterns of one word by their key. */
static void index_singles(struct plan *plan, const GArray *all)
{
	uint32_t total = 0;
	g_array_set_size(plan->single_first, lexicon_size(plan->lexicon) + 1);
	for (uint32_t i = 0; i < all->len; i++) {
		const struct pattern *pattern = plan_pattern(plan, *PLAN_AT(all, uint32_t, i));
		if (pattern->count != 1)
			continue;
		++*PLAN_AT(plan->single_first, uint32_t, *pattern_keys(pattern));
		total++;
	}
	plan_sum_up(plan->single_first);
	g_array_set_size(plan->singles, total);
	for (uint32_t i = all->len; i-- > 0;) {
		uint32_t begin = *PLAN_AT(all, uint32_t, i);
		const struct pattern *pattern = plan_pattern(plan, begin);
		if (pattern->count != 1)
			continue;
		uint32_t at = --*PLAN_AT(plan->single_first, uint32_t, *pattern_keys(pattern));
		*PLAN_AT(plan->singles, uint32_t, at) = begin;
	}
}

/* For so many postings. */
static void make_pairs(struct plan *plan, uint32_t count)
{
	plan->pair_bits = 4;
	while (UINT64_C(1) << (plan->pair_bits + PAIR_BUCKETS) < count)
		plan->pair_bits++;
	g_array_set_size(plan->pairs, (1u << plan->pair_bits) + 1);
	g_array_set_size(plan->postings, count + POSTINGS_AT_ONCE);
}

/* From how many postings the buckets have to where they begin; in `begins` then stands where each
 * ends. */
static void lay_buckets(struct plan *plan, uint32_t *begins)
{
	const unsigned buckets = 1u << PAIR_BUCKETS;
	uint32_t at = 0;
	for (uint32_t i = 0; i < plan->pairs->len; i++) {
		struct pair_group *group = PLAN_AT(plan->pairs, struct pair_group, i);
		group->first = at;
		for (unsigned k = 0; i + 1 < plan->pairs->len && k < buckets; k++) {
			uint32_t *count = &begins[i * buckets + k];
			group->steps |= MIN(at - group->first, PAIR_FAR) << k * 4;
			at += *count;
			*count = at;
		}
	}
}

/* The probe with the rarer one of its neighbours: a step from it. */
static uint64_t hash_of(const struct plan *plan, const uint32_t *uses,
			const struct pattern *pattern, int *step)
{
	*step = rarer(plan, uses, pattern, 1, -1);
	return pair_hash(class_beside(plan, pattern, 0), class_beside(plan, pattern, *step), *step);
}

/* The bucket of a pair, of all there are. */
static uint32_t bucket_of(const struct plan *plan, uint64_t hash)
{
	return (uint32_t)(hash >> (64 - PAIR_BUCKETS - plan->pair_bits));
}

static void add_posting(struct plan *plan, const uint32_t *uses, uint32_t *ends, uint32_t begin)
{
	const struct pattern *pattern = plan_pattern(plan, begin);
	int step;
	uint64_t hash = hash_of(plan, uses, pattern, &step);
	int third = rarer(plan, uses, pattern, -step, 2 * step);
	const struct posting posting = {
		.check = pair_check(hash),
		.place = (unsigned)(third + POSTING_PROBE) & 7,
		.bit = class_number(class_beside(plan, pattern, third)) & 63,
		.pattern = begin,
	};
	struct class_wish *wish =
		PLAN_AT(plan->wishes, struct class_wish, class_beside(plan, pattern, 0));

	/* filled from behind: the bucket begins where the last one of it was put */
	*PLAN_AT(plan->postings, struct posting, --ends[bucket_of(plan, hash)]) = posting;
	pair_group(plan, hash)->bloom |= pair_bloom(hash);
	*(step > 0 ? &wish->behind : &wish->before) |= class_bit(class_beside(plan, pattern, step));
}

/* Patterns of several words by their pairs. */
static void index_pairs(struct plan *plan, const GArray *all, const uint32_t *uses)
{
	int step;

	make_pairs(plan, all->len - plan->singles->len);
	g_autofree uint32_t *buckets =
		g_new0(uint32_t, UINT64_C(1) << (plan->pair_bits + PAIR_BUCKETS));
	for (uint32_t i = 0; i < all->len; i++) {
		struct pattern *pattern = plan_pattern(plan, *PLAN_AT(all, uint32_t, i));
		if (pattern->count == 1)
			continue;
		choose_probe(plan, uses, pattern);
		buckets[bucket_of(plan, hash_of(plan, uses, pattern, &step))]++;
	}
	lay_buckets(plan, buckets);
	for (uint32_t i = all->len; i-- > 0;)
		if (plan_pattern(plan, *PLAN_AT(all, uint32_t, i))->count > 1)
			add_posting(plan, uses, buckets, *PLAN_AT(all, uint32_t, i));
}

/* Twice as many classes as keys at most: few that have nothing to do with each other fall together.
 */
static void make_classes(struct plan *plan)
{
	unsigned bits = 1;
	while (UINT64_C(1) << bits < lexicon_size(plan->lexicon) && bits < 31)
		bits++;
	g_array_set_size(plan->wishes, 1u << bits);
	plan->index.hashes = lexicon_hashes(plan->lexicon);
	plan->index.shift = 32 - bits;
}

void plan_index(struct plan *plan)
{
	make_classes(plan);
	g_autofree uint32_t *uses = g_new0(uint32_t, plan->wishes->len);
	g_autoptr(GArray) all = all_patterns(plan);
	for (unsigned i = 0; i < all->len; i++) {
		const struct pattern *pattern = plan_pattern(plan, *PLAN_AT(all, uint32_t, i));
		for (unsigned k = 0; k < pattern->count; k++)
			uses[class_at(plan, pattern, k)]++;
	}
	index_singles(plan, all);
	index_pairs(plan, all, uses);
	plan->index.wishes = (const struct class_wish *)(void *)plan->wishes->data;
	plan->index.singles = (const uint32_t *)(void *)plan->single_first->data;
	lexicon_set_index(plan->lexicon, &plan->index);
}
