/* derive_write: a derivation as a filter file that people read and edit: grouped, every entry with
 * its evidence. SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/derivation.h"
#include "filters/derive.h"
#include "filters/text.h"

#include <string.h>

#define LINE	     110
#define QUOTE	     60 /* bytes of evidence about a name */
#define MAX_LEFT_OUT 40
#define MAX_LABELS   20
#define MAX_DROPPED  100 /* different lines */

struct writing {
	const struct derivation *d;
	GString *out;
};

/* ---- text ---------------------------------------------------------------------------- */

/* As a string of the file: nothing that its language reads as more than a letter. */
static void append_string(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (const char *p = text; *p; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(out, '\\');
		if ((unsigned char)*p >= ' ' && *p != '$')
			g_string_append_c(out, *p);
	}
	g_string_append_c(out, '"');
}

/* A remark is one line. */
static void append_remark(GString *out, const char *text)
{
	for (const char *p = text; *p; p++)
		g_string_append_c(out, (unsigned char)*p < ' ' ? ' ' : *p);
}

/* "…il leader nordcoreano Kim Jong-un…": some words around a place of the cleaned text, on
 * character borders. */
static void append_quote(GString *out, const char *text, const char *at, size_t len)
{
	const char *from = at, *to = at + len;
	size_t around = len < QUOTE ? (QUOTE - len) / 2 : 0;
	while (from > text && from[-1] != '\n' && (size_t)(at - from) < around)
		from--;
	while (from > text && from < at && from[-1] != ' ' && from[-1] != '\n')
		from++;
	while (*to && *to != '\n' && (size_t)(to - at) < len + around)
		to++;
	while (to > at + len && *to && *to != '\n' && *to != ' ')
		to--;
	g_autofree char *part = g_strndup(from, (gsize)(to - from));
	g_strstrip(part);
	g_string_append(out, "«");
	append_remark(out, part);
	g_string_append(out, "»");
}

struct evidence {
	unsigned count, texts;
	double lift;
	bool unheard;
	const struct corpus_unit *first;
	size_t len;
};

static void append_lift(GString *out, const struct evidence *e)
{
	if (e->unheard)
		g_string_append(out, ", not met in other news");
	else
		g_string_append_printf(out, ", %.*f times as often as in other news",
				       e->lift < 10 ? 1 : 0, e->lift);
}

static void append_evidence(struct writing *w, const struct evidence *e)
{
	const struct corpus *corpus = w->d->corpus;
	g_string_append_printf(w->out, "# %u× in %u of %u texts", e->count, e->texts,
			       corpus->texts->len);
	if (reference_tells(w->d->options->reference))
		append_lift(w->out, e);
	if (!w->d->options->without_quotes) {
		g_string_append(w->out, ": ");
		append_quote(w->out, corpus->texts->pdata[e->first->text], e->first->start, e->len);
	}
	g_string_append_c(w->out, '\n');
}

/* ---- entities ------------------------------------------------------------------------ */

struct column {
	GString *out;
	size_t width;
	bool first;
};

static void append_item(struct column *c, const char *text)
{
	GString *item = g_string_new(NULL);
	append_string(item, text);
	if (!c->first)
		g_string_append(c->out, ",");
	size_t width = (size_t)g_utf8_strlen(item->str, -1) + 2;
	if (c->width + width > LINE) {
		g_string_append(c->out, "\n\t\t");
		c->width = 16;
	} else if (!c->first) {
		g_string_append_c(c->out, ' ');
	}
	c->width += width;
	c->first = false;
	g_string_append(c->out, item->str);
	g_string_free(item, TRUE);
}

static void append_list(GString *out, const char *key, const GPtrArray *first,
			const GPtrArray *then)
{
	struct column c = {out, 10 + strlen(key), true};
	g_string_append_printf(out, "\t%s = { ", key);
	for (unsigned i = 0; i < first->len; i++)
		append_item(&c, first->pdata[i]);
	if (then && then->len && first->len) {
		g_string_append(out, ",\n\t\t");
		c.width = 16;
		c.first = true;
	}
	for (unsigned i = 0; then && i < then->len; i++)
		append_item(&c, then->pdata[i]);
	g_string_append(out, " }\n");
}

static void append_member_evidence(struct writing *w, const struct member *member)
{
	const struct name_group *group = member->group;
	const struct corpus_unit *first =
		CORPUS_UNIT(w->d->corpus, g_array_index(group->units, uint32_t, 0));
	const struct evidence evidence = {group->units->len, group->texts, group->lift,
					  group->unheard,    first,	   first->len};
	g_string_append_c(w->out, '\t');
	append_evidence(w, &evidence);
}

/* Those of the texts with their evidence; what only the tables know takes two lines, there are
 * hundreds. */
static void append_entity(struct writing *w, const struct member *member)
{
	GString *out = w->out;
	const char *between = member->group ? "\n\t" : "  ";
	g_string_append(out, "entity ");
	append_string(out, member->id);
	g_string_append_printf(out, " {%skind = %s", member->group ? "\n\t" : " ",
			       entity_kind_name(member->kind));
	if (member->side) {
		g_string_append_printf(out, "%sside = ", between);
		append_string(out, member->side->id);
	}
	if (member->strength >= 0)
		g_string_append_printf(out, "%sstrength = %g", between, member->strength);
	g_string_append_c(out, '\n');
	if (member->group)
		append_member_evidence(w, member);
	if (member->found->len || member->known->len)
		append_list(out, "names", member->found, member->known);
	if (member->with->len) {
		if (member->group)
			g_string_append(out, "\t# borne by others too: counts only beside another "
					     "entity of the filter\n");
		append_list(out, "with", member->with, NULL);
	}
	if (member->not_names->len)
		append_list(out, "not", member->not_names, NULL);
	if (!member->group)
		g_string_truncate(out, out->len - 1);
	g_string_append(out, member->group ? "}\n" : " }\n");
}

static void append_section(GString *out, const char *what)
{
	g_string_append_printf(out, "\n# ---- %s ", what);
	for (size_t width = (size_t)g_utf8_strlen(what, -1) + 8; width < LINE; width++)
		g_string_append_c(out, '-');
	g_string_append_c(out, '\n');
}

typedef bool belongs_fn(const struct member *member, const struct name_group *pole);

static bool is_pole_named(const struct member *m, const struct name_group *pole)
{
	return m->group && (m->group == pole || m->side == pole) && !m->shared && !m->rival;
}

static bool is_pole_known(const struct member *m, const struct name_group *pole)
{
	return !m->group && m->side == pole && !m->shared && !m->rival;
}

static bool is_rival(const struct member *m, const struct name_group *pole)
{
	return m->rival && m->side == pole;
}

static bool is_shared(const struct member *m, const struct name_group *pole)
{
	(void)pole;
	return m->shared;
}

static bool is_free(const struct member *m, const struct name_group *pole)
{
	return m->term_weight > 0 && m->group != pole;
}

static void append_members(struct writing *w, const char *what, belongs_fn *belongs,
			   const struct name_group *pole)
{
	bool first = true;
	for (unsigned i = 0; i < w->d->members->len; i++) {
		const struct member *member = w->d->members->pdata[i];
		if ((!member->found->len && !member->known->len && !member->with->len) ||
		    !belongs(member, pole))
			continue;
		if (first)
			append_section(w->out, what);
		first = false;
		append_entity(w, member);
	}
}

static void append_entities(struct writing *w)
{
	for (unsigned p = 0; p < w->d->poles.count; p++) {
		const struct name_group *pole = w->d->poles.poles[p];
		g_autofree char *named =
			g_strdup_printf("%s: who and where, from the texts", pole->id);
		append_members(w, named, is_pole_named, pole);
	}
	append_members(w, "places of both sides", is_shared, NULL);
	append_members(w, "other names of the subject: they support, and are no side", is_free,
		       w->d->poles.count == 1 ? w->d->poles.poles[0] : NULL);
}

static void append_known(struct writing *w)
{
	for (unsigned p = 0; p < w->d->poles.count; p++) {
		const struct name_group *pole = w->d->poles.poles[p];
		g_autofree char *known =
			g_strdup_printf("%s: known to the tables, not in the texts", pole->id);
		append_members(w, known, is_pole_known, pole);
		g_autofree char *rivals = g_strdup_printf(
			"%s: whom it contends with, so told of without its name", pole->id);
		append_members(w, rivals, is_rival, pole);
	}
}

/* ---- the filter ---------------------------------------------------------------------- */

static char *topic_text(const struct phrase *phrase)
{
	GString *any = g_string_new("(");
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < phrase->topic->len; i++) {
		const char *name = phrase->topic->pdata[i];
		if (!derivation_plain(name) || !g_hash_table_add(seen, text_folded(name)))
			continue;
		g_string_append_printf(any, strchr(name, ' ') ? "%s\"%s\"" : "%s%s",
				       any->len > 1 ? " OR " : "", name);
	}
	g_string_append_c(any, ')');
	return g_string_free(any, FALSE);
}

/* Of a country all that belongs to it. */
static bool is_whole_side(const struct derivation *d, const struct member *member)
{
	return d->poles.count == 1 && member->group == d->poles.poles[0] &&
	       member->kind == ENTITY_COUNTRY;
}

char *derivation_term_text(const struct derivation *d, const struct derived_term *term)
{
	if (term->member)
		return g_strdup_printf(is_whole_side(d, term->member) ? "@@%s" : "@%s",
				       term->member->id);
	if (!term->phrase)
		return NULL;
	return term->phrase->topic && !d->options->without_languages ? topic_text(term->phrase)
								     : g_strdup(term->phrase->text);
}

struct term_list {
	struct writing *w;
	bool first;
};

static void begin_term(struct term_list *list)
{
	g_string_append(list->w->out, list->first ? "\n" : ",\n");
	list->first = false;
}

static void append_weight(struct term_list *list, const struct derived_term *term)
{
	g_autofree char *text = derivation_term_text(list->w->d, term);
	g_autofree char *weighed = g_strdup_printf("%s = %g", text, term->weight);
	g_string_append(list->w->out, "\t\t");
	append_string(list->w->out, weighed);
}

static void append_phrase(struct term_list *list, const struct derived_term *term)
{
	struct writing *w = list->w;
	const struct phrase *phrase = term->phrase;
	const struct evidence evidence = {phrase->count,   phrase->texts, phrase->lift,
					  phrase->unheard, phrase->first, strlen(phrase->text)};
	begin_term(list);
	g_string_append(w->out, "\t\t");
	append_evidence(w, &evidence);
	append_weight(list, term);
}

static void append_words(GString *out, const struct gazetteer_section *section)
{
	for (char **word = section->words; *word; word++)
		if (derivation_plain(*word))
			g_string_append_printf(out, strchr(*word, ' ') ? "%s\"%s\"" : "%s%s",
					       g_str_has_suffix(out->str, "; ") ? "" : ", ", *word);
}

static void append_section_term(struct term_list *list, const struct derived_term *term)
{
	GString *out = list->w->out;
	g_autoptr(GString) some = g_string_new("min(2; ");
	begin_term(list);
	g_string_append(out, "\t\t# the texts are not of these sections:");
	for (unsigned i = 0; i < term->sections->len; i++) {
		const struct gazetteer_section *section = term->sections->pdata[i];
		g_string_append_printf(out, "%s %s", i ? "," : "", section->id);
		append_words(some, section);
	}
	g_string_append_printf(some, ") = %g", term->weight);
	g_string_append(out, "\n\t\t");
	append_string(out, some->str);
}

static void append_terms(struct writing *w)
{
	struct term_list list = {w, true};
	g_string_append(w->out, "\tterms = {");
	for (unsigned i = 0; i < w->d->terms->len; i++) {
		const struct derived_term *term =
			&g_array_index(w->d->terms, struct derived_term, i);
		if (term->phrase)
			append_phrase(&list, term);
		else if (term->sections)
			append_section_term(&list, term);
		if (!term->member)
			continue;
		begin_term(&list);
		append_weight(&list, term);
	}
	g_string_append(w->out, "\n\t}\n");
}

/* One of those that hardly any other news has: sums of ordinary words reach any threshold in a long
 * article. */
static void append_core(struct writing *w)
{
	g_autoptr(GString) any = g_string_new(NULL);
	for (unsigned i = 0; i < w->d->terms->len; i++) {
		const struct derived_term *term =
			&g_array_index(w->d->terms, struct derived_term, i);
		if (!term->core)
			continue;
		g_autofree char *text = derivation_term_text(w->d, term);
		g_string_append_printf(any, strchr(text, ' ') ? "%s\"%s\"" : "%s%s",
				       any->len ? " OR " : "", text);
	}
	if (!any->len)
		return;
	g_string_append(w->out, "\t# one of these must be there: hardly any other news has them\n"
				"\twhen = ");
	append_string(w->out, any->str);
	g_string_append_c(w->out, '\n');
}

static void append_filter(struct writing *w)
{
	const struct derivation *d = w->d;
	GString *out = w->out;
	bool any = false;

	append_section(out, "the filter");
	g_string_append(out, "filter ");
	append_string(out, d->id);
	g_string_append(out, " {\n\ttitle = ");
	append_string(out, d->title);
	g_string_append_c(out, '\n');
	if (d->poles.count == 2) {
		g_string_append(out, "\t# both sides must be there\n\tpoles = { ");
		append_string(out, d->poles.poles[0]->id);
		g_string_append(out, ", ");
		append_string(out, d->poles.poles[1]->id);
		g_string_append(out, " }\n");
	}
	for (unsigned i = 0; i < d->members->len; i++) {
		const struct member *member = d->members->pdata[i];
		if (!member->shared || d->poles.count != 2)
			continue;
		g_string_append(out, any ? ", " : "\tshared = { ");
		append_string(out, member->id);
		any = true;
	}
	g_string_append(out, any ? " }\n" : "");
	if (d->poles.count < 2)
		append_core(w);
	if (d->terms->len) {
		append_terms(w);
		if (d->why_threshold)
			g_string_append_printf(out, "\t# %s\n", d->why_threshold);
	}
	if (d->terms->len || d->poles.count == 2)
		g_string_append_printf(out, "\tthreshold = %.2f\n", d->threshold);
	g_string_append(out, "\tpriority = normal\n}\n");
}

/* ---- remarks ------------------------------------------------------------------------- */

static void append_labels(struct writing *w)
{
	const GPtrArray *labels = w->d->labels;
	size_t width = 0;
	for (unsigned i = 0; i < MIN(labels->len, MAX_LABELS); i++) {
		size_t len = (size_t)g_utf8_strlen(labels->pdata[i], -1) + 2;
		if (!i || width + len > LINE) {
			g_string_append(w->out, i ? ",\n#   " : "#   ");
			width = 4;
		} else {
			g_string_append(w->out, ", ");
		}
		width += len;
		append_remark(w->out, labels->pdata[i]);
	}
	if (labels->len > MAX_LABELS)
		g_string_append_printf(w->out, " and %u more", labels->len - MAX_LABELS);
	g_string_append_c(w->out, '\n');
}

static void append_head(struct writing *w)
{
	const struct derivation *d = w->d;
	GString *out = w->out;
	g_string_append(out, "# ");
	append_remark(out, d->title);
	g_string_append_printf(out, "\n# Derived from %u texts, %.0f words in %u sentences%s",
			       d->corpus->texts->len, d->corpus->tokens, d->corpus->sentences,
			       d->options->without_quotes ? ".\n" : ":\n");
	if (!d->options->without_quotes)
		append_labels(w);
	g_string_append(out, "# Meant to be read and edited: what the filter asks for; who and "
			     "where, each under its evidence;\n# what the tables add; what was "
			     "left out. Delete what does not belong.\n");
	if (!reference_tells(d->options->reference))
		g_string_append(out, "# Too little of other news was counted in this language: "
				     "what is rare cannot be told.\n");
	if (d->poles.count == 2)
		g_string_append_printf(out,
				       "# Two sides: %s in %u of %u sentences, %s in %u, both in "
				       "%u (Jaccard %.2f; next pair "
				       "%.2f), in %.0f %% of the texts.\n",
				       d->poles.poles[0]->id, d->poles.sentences[0], d->poles.all,
				       d->poles.poles[1]->id, d->poles.sentences[1], d->poles.both,
				       d->poles.jaccard, d->poles.next, 100 * d->poles.coverage);
	else if (d->poles.count == 1)
		g_string_append_printf(
			out, "# Named most: %s in %u of %u sentences, in %.0f %% of the texts.\n",
			d->poles.poles[0]->id, d->poles.sentences[0], d->poles.all,
			100 * d->poles.coverage);
	else
		g_string_append(out, "# Nothing is named in nearly all of the texts, and often.\n");
	for (unsigned i = 0; i < d->warnings->len; i++) {
		g_string_append(out, "# WARNING: ");
		append_remark(out, d->warnings->pdata[i]);
		g_string_append_c(out, '\n');
	}
}

static bool is_member(const struct derivation *d, const struct name_group *group)
{
	for (unsigned i = 0; i < d->members->len; i++)
		if (((struct member *)d->members->pdata[i])->group == group)
			return true;
	return false;
}

static void append_left_out(struct writing *w)
{
	unsigned count = 0;
	append_section(w->out, "left out");
	bool tells = reference_tells(w->d->options->reference);
	g_string_append(w->out, tells ? "# names that say little of the subject (uses, times as "
					"often as in other news):\n#"
				      : "# names that say little of the subject (uses):\n#");
	for (unsigned i = 0; i < w->d->groups->len && count < MAX_LEFT_OUT; i++) {
		const struct name_group *group = w->d->groups->pdata[i];
		if (is_member(w->d, group))
			continue;
		g_string_append_printf(w->out, "%s %s (%u", count && count % 6 == 0 ? "\n#" : "",
				       g_array_index(group->forms, struct name_form, 0).text,
				       group->units->len);
		if (tells)
			g_string_append_printf(w->out, ", %.*f", group->lift < 10 ? 1 : 0,
					       group->lift);
		g_string_append_c(w->out, ')');
		count++;
	}
	g_string_append(w->out, count ? "\n" : " none\n");
}

/* A line of furniture, however often. */
struct furniture {
	const struct dropped_line *line;
	unsigned count;
};

static GArray *furniture_of(const GArray *dropped)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct furniture));
	g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
	for (unsigned i = 0; i < dropped->len; i++) {
		const struct dropped_line *line = &g_array_index(dropped, struct dropped_line, i);
		gpointer at = g_hash_table_lookup(places, line->line);
		if (at) {
			g_array_index(all, struct furniture, GPOINTER_TO_UINT(at) - 1).count++;
			continue;
		}
		struct furniture one = {line, 1};
		g_array_append_val(all, one);
		g_hash_table_insert(places, line->line, GUINT_TO_POINTER(all->len));
	}
	return all;
}

static void append_furniture(struct writing *w)
{
	static const char *const whys[] = {"off the subject", "label", "cue", "site", "repeated"};
	g_autoptr(GArray) all = furniture_of(w->d->dropped);
	unsigned shown = 0;
	g_string_append_printf(w->out, "# lines taken for page furniture: %u, %u different\n",
			       w->d->dropped->len, all->len);
	for (size_t k = 0; k < G_N_ELEMENTS(whys) && !w->d->options->without_quotes; k++)
		for (unsigned i = 0; i < all->len; i++) {
			const struct furniture *one = &g_array_index(all, struct furniture, i);
			if (strcmp(one->line->why, whys[k]) != 0 || shown++ >= MAX_DROPPED)
				continue;
			g_string_append_printf(w->out, "#   %s, %s", whys[k],
					       (char *)w->d->labels->pdata[one->line->text]);
			if (one->count > 1)
				g_string_append_printf(w->out, " and %u more", one->count - 1);
			g_autofree char *part = g_utf8_substring(
				one->line->line, 0, MIN(g_utf8_strlen(one->line->line, -1), QUOTE));
			g_string_append(w->out, ": ");
			append_remark(w->out, part);
			g_string_append(w->out,
					strlen(part) < strlen(one->line->line) ? "…\n" : "\n");
		}
	if (shown > MAX_DROPPED)
		g_string_append_printf(w->out, "#   and %u more\n", shown - MAX_DROPPED);
}

char *derivation_write(const struct derivation *d)
{
	struct writing w = {d, g_string_new(NULL)};
	append_head(&w);
	if (derivation_useful(d))
		append_filter(&w);
	append_entities(&w);
	append_known(&w);
	append_left_out(&w);
	append_furniture(&w);
	return g_string_free(w.out, FALSE);
}
