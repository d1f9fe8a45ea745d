/* plan_pattern: texts to patterns, patterns to the index.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#include "filters/plan_builder.h"

#include <string.h>

static bool starts_lower(const char *word)
{
	gunichar c = g_utf8_get_char(word);
	return g_unichar_islower(c);
}

static void add_key(struct plan *plan, struct range *position, uint32_t key)
{
	for (uint32_t i = 0; i < position->count; i++)
		if (*PLAN_AT(plan->position_keys, uint32_t, position->first + i) == key)
			return;
	g_array_append_val(plan->position_keys, key);
	position->count++;
}

static void add_stems(struct plan *plan, struct range *position, const char *word)
{
	add_key(plan, position, lexicon_exact(plan->lexicon, word));
	for (int i = 1; i < LANGUAGES; i++)
		if (language_stemmer((enum language)i))
			add_key(plan, position,
				lexicon_stem(plan->lexicon, word, (enum language)i));
}

/* Long enough that an ending more or less does not make another word. */
#define INFLECTED_MIN 5

static void add_word(struct plan *plan, struct range *position, const char *word,
		     enum text_script script, enum pattern_form form, bool alone)
{
	bool inflected = form == FORM_STEM ||
			 (form == FORM_NAME && starts_lower(word) && script == SCRIPT_OTHER);

	if (script == SCRIPT_IDEOGRAPH)
		add_key(plan, position, lexicon_exact(plan->lexicon, word));
	else if (form == FORM_PREFIX)
		add_key(plan, position, lexicon_prefix(plan->lexicon, word));
	else if (form == FORM_EXACT)
		add_key(plan, position, lexicon_exact(plan->lexicon, word));
	else if (inflected) {
		if (form == FORM_STEM)
			add_stems(plan, position, word);
		else
			add_key(plan, position, lexicon_exact(plan->lexicon, word));
		if (script == SCRIPT_OTHER && strlen(word) >= INFLECTED_MIN)
			add_key(plan, position, lexicon_ending(plan->lexicon, word));
		if (script == SCRIPT_CYRILLIC && g_utf8_strlen(word, -1) >= INFLECTED_MIN)
			add_key(plan, position,
				lexicon_name(plan->lexicon, word,
					     false)); /* Ukrainian has no stemmer */
	} else
		add_key(plan, position, lexicon_name(plan->lexicon, word, !alone));
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

static bool add_pattern(struct plan *plan, const char *text, enum pattern_form form,
			const struct pattern *flags)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
	struct pattern pattern = *flags;

	text_tokenise(text, strlen(text), tokens);
	if (!tokens->len)
		return false;
	pattern.positions = (struct range){plan->positions->len, tokens->len};
	pattern.single = tokens->len == 1;
	for (unsigned i = 0; i < tokens->len; i++) {
		const struct token *token = PLAN_AT(tokens, struct token, i);
		g_autofree char *word = g_strndup(text + token->start, token->end - token->start);
		struct range position = {plan->position_keys->len, 0};
		/* only the last word of a prefix phrase is one */
		bool last = i + 1 == tokens->len;
		add_word(plan, &position, word, token->script,
			 form == FORM_PREFIX && !last ? FORM_EXACT : form, tokens->len == 1);
		g_array_append_val(plan->positions, position);
	}
	const struct token *first = PLAN_AT(tokens, struct token, 0);
	pattern.capital = form == FORM_NAME && first->capital && first->script != SCRIPT_IDEOGRAPH;
	g_array_append_val(plan->patterns, pattern);
	return true;
}

bool plan_add_pattern(struct plan *plan, const char *text, enum pattern_form form,
		      const struct pattern *flags)
{
	g_autofree char *joined = form == FORM_NAME ? without_hyphens(text) : NULL;
	if (joined)
		add_pattern(plan, joined, form, flags);
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

static uint32_t position_uses(const struct plan *plan, const uint32_t *uses, uint32_t position)
{
	const struct range *keys = PLAN_AT(plan->positions, struct range, position);
	uint32_t most = 0;
	for (uint32_t i = 0; i < keys->count; i++)
		most = MAX(most, uses[*PLAN_AT(plan->position_keys, uint32_t, keys->first + i)]);
	return most;
}

/* The word that the fewest patterns share is taken for the rarest. */
static void choose_probe(const struct plan *plan, const uint32_t *uses, struct pattern *pattern)
{
	uint32_t best = UINT32_MAX;
	for (uint32_t i = 0; i < pattern->positions.count; i++) {
		uint32_t count = position_uses(plan, uses, pattern->positions.first + i);
		if (count < best) {
			best = count;
			pattern->probe = (uint16_t)i;
		}
	}
}

static const struct range *probe_keys(const struct plan *plan, const struct pattern *pattern)
{
	return PLAN_AT(plan->positions, struct range, pattern->positions.first + pattern->probe);
}

void plan_index(struct plan *plan)
{
	uint32_t keys = lexicon_size(plan->lexicon);
	g_autofree uint32_t *uses = g_new0(uint32_t, keys + 1);

	for (unsigned i = 0; i < plan->position_keys->len; i++)
		uses[*PLAN_AT(plan->position_keys, uint32_t, i)]++;
	g_array_set_size(plan->by_key, keys);
	for (unsigned i = 0; i < plan->patterns->len; i++) {
		struct pattern *pattern = PLAN_AT(plan->patterns, struct pattern, i);
		choose_probe(plan, uses, pattern);
		const struct range *probe = probe_keys(plan, pattern);
		for (uint32_t k = 0; k < probe->count; k++)
			PLAN_AT(plan->by_key, struct range,
				*PLAN_AT(plan->position_keys, uint32_t, probe->first + k))
				->count++;
	}
	uint32_t total = 0;
	for (uint32_t i = 0; i < keys; i++) {
		struct range *range = PLAN_AT(plan->by_key, struct range, i);
		range->first = total;
		total += range->count;
		range->count = 0;
	}
	g_array_set_size(plan->postings, total);
	for (uint32_t i = 0; i < plan->patterns->len; i++) {
		const struct range *probe =
			probe_keys(plan, PLAN_AT(plan->patterns, struct pattern, i));
		for (uint32_t k = 0; k < probe->count; k++) {
			struct range *range =
				PLAN_AT(plan->by_key, struct range,
					*PLAN_AT(plan->position_keys, uint32_t, probe->first + k));
			*PLAN_AT(plan->postings, uint32_t, range->first + range->count++) = i;
		}
	}
}
