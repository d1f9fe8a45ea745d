/* derive_print: see derive_print.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/derive_print.h"

#include "daemon/cli/cli.h"

#include <glib/gi18n.h>
#include <jansson.h>
#include <stdlib.h>

/* ---- for people ---------------------------------------------------------------------- */

static void print_held_out(FILE *out, const struct derivation *d, const struct derive_report *r)
{
	if (!r->held_out->len) {
		fprintf(out, "%s\n", _("Held out: nothing, one text leaves none to derive from."));
		return;
	}
	fprintf(out,
		_("Held out: derived from the others, the filter finds %u of %u texts, %u by title "
		  "and lead alone.\n"),
		r->found, r->held_out->len, r->lead_found);
	if (r->held_out->len < d->originals->len)
		fprintf(out, _("  (of %u texts some were tried, evenly spread)\n"),
			d->originals->len);
	for (unsigned i = 0; i < r->held_out->len; i++) {
		const struct held_out *row = &g_array_index(r->held_out, struct held_out, i);
		g_autofree char *label = cli_text(row->label, 40);
		fprintf(out, "  %-7s %5.2f  %-7s %5.2f  / %.2f  %s\n",
			row->found ? _("found") : _("MISSED"), row->score,
			row->lead_found ? _("lead") : _("not"), row->lead_score, row->threshold,
			label);
	}
}

static void print_background(FILE *out, const struct derive_report *r)
{
	if (!r->background) {
		fprintf(out, "%s\n",
			_("False alerts: not measured; give other news with --background."));
		return;
	}
	fprintf(out, _("False alerts: %u of %u items of other news (%.2f in 1000).\n"),
		r->false_alerts, r->background, 1000.0 * r->false_alerts / r->background);
	for (unsigned i = 0; i < r->alerts->len; i++) {
		g_autofree char *line = cli_text(r->alerts->pdata[i], 100);
		fprintf(out, "  %s\n", line);
	}
}

void derive_print_report(FILE *out, const struct derivation *d, const struct derive_report *r)
{
	fprintf(out, "%s: ", d->id);
	if (d->poles.count == 2)
		fprintf(out, _("two sides, %s and %s"), d->poles.poles[0]->id,
			d->poles.poles[1]->id);
	else if (d->poles.count == 1)
		fprintf(out, _("one side, %s"), d->poles.poles[0]->id);
	else
		fprintf(out, "%s", _("no side"));
	fprintf(out, _("; %u entities, %u phrases and words, threshold %.2f.\n"), d->members->len,
		d->phrases->len, d->threshold);
	print_held_out(out, d, r);
	print_background(out, r);
	fprintf(out, "%s\n", _("Most telling:"));
	for (unsigned i = 0; i < r->telling->len; i++) {
		const struct telling *t = &g_array_index(r->telling, struct telling, i);
		g_autofree char *term = cli_text(t->term, 60);
		fprintf(out, "  %4.2f  %s (%u×, %u)\n", t->weight, term, t->count, t->texts);
	}
}

/* ---- for programs -------------------------------------------------------------------- */

static json_t *strings(const GPtrArray *list)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < list->len; i++)
		json_array_append_new(array, json_string(list->pdata[i]));
	return array;
}

static json_t *entities_json(const struct derivation *d)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < d->members->len; i++) {
		const struct member *m = d->members->pdata[i];
		json_t *row = json_pack("{ss ss so so so}", "id", m->id, "kind",
					entity_kind_name(m->kind), "found", strings(m->found),
					"known", strings(m->known), "ambiguous", strings(m->with));
		if (m->side)
			json_object_set_new(row, "side", json_string(m->side->id));
		if (m->group) {
			json_object_set_new(row, "count", json_integer(m->group->units->len));
			json_object_set_new(row, "texts", json_integer(m->group->texts));
			json_object_set_new(row, "lift", json_real(m->group->lift));
			json_object_set_new(row, "weight", json_real(m->group->weight));
		}
		json_array_append_new(array, row);
	}
	return array;
}

/* Every bearer of a name in the texts, whether the filter uses it or not. */
static json_t *groups_json(const struct derivation *d)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < d->groups->len; i++) {
		const struct name_group *group = d->groups->pdata[i];
		json_t *forms = json_array();
		for (unsigned k = 0; k < group->forms->len; k++)
			json_array_append_new(
				forms,
				json_string(g_array_index(group->forms, struct name_form, k).text));
		json_t *row = json_pack("{ss ss so si si sf sf}", "id", group->id, "kind",
					entity_kind_name(group->kind), "forms", forms, "count",
					(int)group->units->len, "texts", (int)group->texts, "lift",
					group->lift, "weight", group->weight);
		if (group->region)
			json_object_set_new(row, "country", json_string(group->region));
		json_array_append_new(array, row);
	}
	return array;
}

static json_t *phrases_json(const struct derivation *d)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < d->phrases->len; i++) {
		const struct phrase *p = d->phrases->pdata[i];
		json_array_append_new(array,
				      json_pack("{ss si si si sf sf}", "text", p->text, "units",
						(int)p->units, "count", (int)p->count, "texts",
						(int)p->texts, "lift", p->lift, "score", p->score));
	}
	return array;
}

static json_t *sections_json(const GPtrArray *sections)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < sections->len; i++) {
		const struct gazetteer_section *section = sections->pdata[i];
		json_array_append_new(array, json_string(section->id));
	}
	return array;
}

static json_t *terms_json(const struct derivation *d)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < d->terms->len; i++) {
		const struct derived_term *t = &g_array_index(d->terms, struct derived_term, i);
		json_t *name = t->sections
				       ? sections_json(t->sections)
				       : json_string(t->phrase ? t->phrase->text : t->member->id);
		const char *kind = t->phrase ? "phrase" : t->sections ? "sections" : "entity";
		json_array_append_new(array, json_pack("{so sf}", kind, name, "weight", t->weight));
	}
	return array;
}

static json_t *dropped_json(const struct derivation *d)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < d->dropped->len; i++) {
		const struct dropped_line *line =
			&g_array_index(d->dropped, struct dropped_line, i);
		json_array_append_new(array,
				      json_pack("{ss ss ss}", "text", d->labels->pdata[line->text],
						"why", line->why, "line", line->line));
	}
	return array;
}

static json_t *poles_json(const struct derivation *d)
{
	json_t *array = json_array();
	for (unsigned p = 0; p < d->poles.count; p++)
		json_array_append_new(array, json_string(d->poles.poles[p]->id));
	return array;
}

static json_t *held_out_json(const struct derive_report *r)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < r->held_out->len; i++) {
		const struct held_out *row = &g_array_index(r->held_out, struct held_out, i);
		json_array_append_new(array,
				      json_pack("{ss sb sf sb sf sf}", "text", row->label, "found",
						row->found, "score", row->score, "lead_found",
						row->lead_found, "lead_score", row->lead_score,
						"threshold", row->threshold));
	}
	return array;
}

static json_t *telling_json(const struct derive_report *r)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < r->telling->len; i++) {
		const struct telling *t = &g_array_index(r->telling, struct telling, i);
		json_array_append_new(array, json_pack("{ss sf si si}", "term", t->term, "weight",
						       t->weight, "count", (int)t->count, "texts",
						       (int)t->texts));
	}
	return array;
}

void derive_print_json(FILE *out, const struct derivation *d, const struct derive_report *r)
{
	json_t *all = json_pack(
		"{ss ss so sf sf sf so so so so so so so s{si si so} so}", "id", d->id, "title",
		d->title, "poles", poles_json(d), "jaccard", d->poles.jaccard, "next_jaccard",
		d->poles.next, "threshold", d->threshold, "entities", entities_json(d), "names",
		groups_json(d), "phrases", phrases_json(d), "terms", terms_json(d), "dropped",
		dropped_json(d), "warnings", strings(d->warnings), "held_out", held_out_json(r),
		"background", "items", (int)r->background, "false_alerts", (int)r->false_alerts,
		"alerts", strings(r->alerts), "telling", telling_json(r));
	cli_json(out, all);
}

/* ---- names alone
 * --------------------------------------------------------------------------------- */

static json_t *name_json(const struct corpus *corpus, const struct corpus_unit *unit)
{
	size_t start = (size_t)(unit->start - (const char *)corpus->texts->pdata[unit->text]);
	g_autofree char *text = g_strndup(unit->start, unit->len);
	json_t *row = json_pack("{ss sI sI ss ss}", "name", text, "start", (json_int_t)start, "end",
				(json_int_t)(start + unit->len), "entity", unit->group->id, "kind",
				entity_kind_name(unit->group->kind));
	if (unit->group->region)
		json_object_set_new(row, "country", json_string(unit->group->region));
	return row;
}

void derive_print_names(FILE *out, const struct corpus *corpus, const GPtrArray *labels)
{
	g_autoptr(GPtrArray) lists = g_ptr_array_new();
	for (unsigned t = 0; t < corpus->texts->len; t++)
		g_ptr_array_add(lists, json_array());
	for (unsigned i = 0; i < corpus->units->len; i++) {
		const struct corpus_unit *unit = CORPUS_UNIT(corpus, i);
		if (unit->group)
			json_array_append_new(lists->pdata[unit->text], name_json(corpus, unit));
	}
	for (unsigned t = 0; t < corpus->texts->len; t++) {
		json_t *line =
			json_pack("{ss so}", "text", labels->pdata[t], "names", lists->pdata[t]);
		cli_json(out, line);
	}
}
