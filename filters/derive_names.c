/* derive_names: see derive_names.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derive_names.h"

#include "filters/derive_join.h"
#include "filters/derive_settle.h"
#include "filters/text.h"

#include <math.h>
#include <string.h>

static void group_units(struct grouping *g)
{
	for (uint32_t i = 0; i < g->corpus->units->len; i++) {
		struct corpus_unit *unit = grouping_unit(g, i);
		if (!unit->name)
			continue;
		const struct gazetteer_entry *entry = grouping_bearer(unit->bearers, unit->folded);
		unit->group =
			entry ? grouping_of_entry(g, entry) : grouping_of_key(g, unit->folded);
		g_array_append_val(unit->group->units, i);
	}
}

/* ---- figures ------------------------------------------------------------------------- */

static int by_count(gconstpointer left, gconstpointer right)
{
	const struct name_form *a = left, *b = right;
	return a->count != b->count ? (a->count < b->count) - (a->count > b->count)
				    : strcmp(a->text, b->text);
}

/* "BARI" of a dateline as "Bari". */
static char *with_capitals(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	for (char **word = words; *word; word++) {
		const char *rest = **word ? g_utf8_next_char(*word) : *word;
		g_autofree char *small = g_utf8_strdown(rest, -1);
		char *written = g_strdup_printf("%.*s%s", (int)(rest - *word), *word, small);
		g_free(*word);
		*word = written;
	}
	return g_strjoinv(" ", words);
}

static void write_form(struct name_form *form, const struct corpus_unit *unit)
{
	g_autofree char *text = g_strndup(unit->start, unit->len);
	g_strdelimit(text, "\n", ' ');
	g_free(form->text);
	form->text = unit->dateline ? with_capitals(text) : g_strdup(text);
	form->dateline = unit->dateline;
}

static void add_form(struct name_group *group, const struct corpus_unit *unit)
{
	for (unsigned i = 0; i < group->forms->len; i++) {
		struct name_form *form = &g_array_index(group->forms, struct name_form, i);
		if (strcmp(form->folded, unit->folded) == 0) {
			form->count++;
			if (form->dateline && !unit->dateline)
				write_form(form, unit);
			return;
		}
	}
	struct name_form form = {
		.folded = g_strdup(unit->folded),
		.count = 1,
		.lower_case = unit->lower_name,
		.ambiguous = g_hash_table_contains(group->ambiguous, unit->folded) ||
			     (group->entry && gazetteer_is_ambiguous(group->entry, unit->folded)),
	};
	write_form(&form, unit);
	g_array_append_val(group->forms, form);
}

/* How often ordinary news has the form as a name: the rarest of its words bounds it. */
static double in_one(const struct reference *reference, const struct name_form *form)
{
	g_auto(GStrv) words = g_strsplit(form->text, " ", -1);
	double rarest = -1;
	for (char **word = words; *word; word++) {
		g_autoptr(GString) lower = g_string_new(NULL);
		text_lower(*word, strlen(*word), lower);
		if (!*lower->str)
			continue;
		struct reference_word found = reference_word(reference, lower->str);
		double count = form->lower_case ? found.count : found.capital;
		rarest = rarest < 0 ? count : MIN(rarest, count);
	}
	return MAX(rarest, 0);
}

/* In the language that has it most often: what is news in one is none in another. */
struct usual {
	double rate, tokens;
};

static void look_up(const struct grouping *g, unsigned text, const GArray *forms,
		    struct usual *usual)
{
	const struct reference *reference = CORPUS_TONGUE(g->corpus, text)->reference;
	double seen = 0, tokens = reference_tokens(reference);
	for (unsigned t = 0; t < text; t++)
		if (CORPUS_TONGUE(g->corpus, t)->reference == reference)
			return;
	for (unsigned i = 0; i < forms->len; i++)
		seen += in_one(reference, &g_array_index(forms, struct name_form, i));
	usual->rate = MAX(usual->rate, seen / tokens);
	usual->tokens = MAX(usual->tokens, tokens);
}

static void weigh(const struct grouping *g, struct name_group *group)
{
	g_autoptr(GHashTable) texts = g_hash_table_new(NULL, NULL);
	struct usual usual = {0, 0};

	for (unsigned i = 0; i < group->units->len; i++) {
		const struct corpus_unit *unit =
			grouping_unit(g, g_array_index(group->units, uint32_t, i));
		g_hash_table_add(texts, GUINT_TO_POINTER(unit->text));
		add_form(group, unit);
	}
	g_array_sort(group->forms, by_count);
	for (unsigned t = 0; t < g->corpus->texts->len; t++)
		look_up(g, t, group->forms, &usual);
	group->texts = g_hash_table_size(texts);
	group->unheard = usual.rate <= 0;
	group->lift = group->units->len / MAX(g->corpus->tokens, 1) /
		      (usual.rate + 0.5 / MAX(usual.tokens, 1));
	group->weight = MIN(3, log2(1 + group->lift) / 4) *
			(0.4 + 0.6 * group->texts / g->corpus->texts->len);
	group->id = group->entry
			    ? g_strdup(group->entry->id)
			    : gazetteer_slug(g_array_index(group->forms, struct name_form, 0).text);
}

static int by_weight(gconstpointer left, gconstpointer right)
{
	const struct name_group *a = *(struct name_group *const *)left,
				*b = *(struct name_group *const *)right;
	if (a->weight != b->weight)
		return (a->weight < b->weight) - (a->weight > b->weight);
	return strcmp(a->id, b->id);
}

static void drop_merged(GPtrArray *groups)
{
	unsigned kept = 0;
	for (unsigned i = 0; i < groups->len; i++) {
		struct name_group *group = groups->pdata[i];
		if (grouping_stands(group))
			groups->pdata[kept++] = group;
		else
			grouping_free_group(group);
	}
	g_ptr_array_set_free_func(groups, NULL); /* those behind are gone or moved */
	g_ptr_array_set_size(groups, (int)kept);
	g_ptr_array_set_free_func(groups, grouping_free_group);
}

GPtrArray *names_group(struct corpus *corpus, const struct gazetteer *gazetteer)
{
	struct grouping g = {.corpus = corpus, .gazetteer = gazetteer};
	g.groups = g_ptr_array_new_with_free_func(grouping_free_group);
	g.by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g.by_entry = g_hash_table_new(NULL, NULL);

	group_units(&g);
	join_said(&g);
	settle_kinds(&g);
	join_by_name(&g);
	settle_regions(&g);
	drop_merged(g.groups);
	for (unsigned i = 0; i < g.groups->len; i++)
		weigh(&g, g.groups->pdata[i]);
	g_ptr_array_sort(g.groups, by_weight);
	g_hash_table_unref(g.by_key);
	g_hash_table_unref(g.by_entry);
	return g.groups;
}
