/* filters_show: what a filter looks for, in words, with the warnings about it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/chosen.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/filters.h"
#include "daemon/cli/place.h"
#include "daemon/cli/rule_words.h"
#include "filters/filter_data.h"

#include <glib/gi18n.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_SHOWN 8

struct show {
	const struct filter_set *set;
	const GPtrArray *problems;
	const struct filter *filter;
	GPtrArray *entities; /* const struct entity *, those the filter speaks of */
	bool all_names;
};

/* ---- entities ----------------------------------------------------------------------------------
 */

static void add_entity(struct show *show, const char *id)
{
	struct entity *entity = filter_set_entity(show->set, id);
	if (entity && !g_ptr_array_find(show->entities, entity, NULL))
		g_ptr_array_add(show->entities, entity);
}

static bool is_on_side(const struct filter_set *set, const struct entity *entity, const char *side)
{
	/* sides of sides are few; a circle of them ends here */
	for (unsigned steps = 0; entity && steps < 32; steps++) {
		if (strcmp(entity->id, side) == 0)
			return true;
		entity = entity->side ? filter_set_entity(set, entity->side) : NULL;
	}
	return false;
}

static void add_side(struct show *show, const char *side)
{
	add_entity(show, side);
	for (unsigned i = 0; i < show->set->entities->len; i++) {
		const struct entity *entity = show->set->entities->pdata[i];
		if (is_on_side(show->set, entity, side))
			add_entity(show, entity->id);
	}
}

static void add_node(struct show *show, const struct node *node)
{
	if (node->kind == NODE_ENTITY)
		add_entity(show, node->text);
	if (node->kind == NODE_SIDE)
		add_side(show, node->text);
	for (unsigned i = 0; node->children && i < node->children->len; i++)
		add_node(show, node->children->pdata[i]);
}

static void collect_entities(struct show *show)
{
	for (char **pole = show->filter->poles; *pole; pole++)
		add_side(show, *pole);
	for (char **id = show->filter->shared; *id; id++)
		add_entity(show, *id);
	if (show->filter->when)
		add_node(show, show->filter->when);
	for (unsigned i = 0; i < show->filter->terms->len; i++)
		add_node(show, g_array_index(show->filter->terms, struct term, i).node);
}

/* ---- text --------------------------------------------------------------------------------------
 */

static void print_names(const struct show *show, const char *label, char **names)
{
	unsigned count = g_strv_length(names),
		 shown = show->all_names ? count : MIN(count, NAMES_SHOWN);
	if (!count)
		return;
	printf("    %s", label);
	for (unsigned i = 0; i < shown; i++) {
		g_autofree char *name = cli_text(names[i], 60);
		printf("%s %s", i ? "," : "", name);
	}
	if (count > shown)
		printf(ngettext(" and %u more", " and %u more", count - shown), count - shown);
	putchar('\n');
}

static bool is_pole(const struct filter *filter, const struct entity *entity)
{
	return g_strv_contains((const char *const *)filter->poles, entity->id);
}

static void print_entity(const struct show *show, const struct entity *entity)
{
	printf("  %s (%s", entity->id, cli_name(entity_kind_name(entity->kind)));
	if (is_pole(show->filter, entity))
		printf(", %s", _("pole"));
	else if (g_strv_contains((const char *const *)show->filter->shared, entity->id))
		printf(", %s", _("counts for both poles"));
	else if (entity->side)
		printf(_(", on the side of %s"), entity->side);
	printf(_(", strength %.2g)\n"), entity->strength);
	print_names(show, _("names:"), entity->names);
	print_names(show, _("only beside another entity:"), entity->with);
	print_names(show, _("not in:"), entity->not_names);
}

static void print_decision(const struct filter *filter)
{
	printf(_("  priority %s"), cli_name(priority_name(filter->priority)));
	for (unsigned i = 0; i < filter->raises->len; i++) {
		const struct raise *raise = &g_array_index(filter->raises, struct raise, i);
		printf(_(", %s from a score of %.4g"), cli_name(priority_name(raise->priority)),
		       raise->score);
	}
	putchar('\n');
	if (filter->threshold > 0)
		printf(_("  threshold %.4g\n"), filter->threshold);
	fputs(_("  languages"), stdout);
	if (!*filter->languages)
		printf(" %s", _("all"));
	for (char **tag = filter->languages; *tag; tag++)
		printf(" %s", *tag);
	putchar('\n');
}

static void print_rules(const struct show *show)
{
	const struct filter *filter = show->filter;
	if (*filter->poles)
		printf(_("\nThe article must tell what %s and %s do with each other, as the sum of "
			 "sides and terms says.\n"),
		       filter->poles[0], filter->poles[1] ? filter->poles[1] : _("others"));
	if (filter->when) {
		printf("\n%s\n", _("The article must have"));
		rule_words_print(stdout, filter->when, 1);
	}
	if (!filter->terms->len)
		return;
	printf("\n%s\n", _("What adds to the score"));
	for (unsigned i = 0; i < filter->terms->len; i++) {
		const struct term *term = &g_array_index(filter->terms, struct term, i);
		bool line = !term->node->children || term->node->kind == NODE_OR;
		printf("  %+.4g%s", term->weight, line ? " " : "\n");
		rule_words_print(stdout, term->node, line ? 0 : 2);
	}
}

/* Of the files that the filter and its entities stand in. */
static bool concerns(const struct show *show, const struct filter_problem *problem)
{
	if (strcmp(problem->file, show->filter->file) == 0)
		return true;
	for (unsigned i = 0; i < show->entities->len; i++)
		if (strcmp(problem->file,
			   ((const struct entity *)show->entities->pdata[i])->file) == 0)
			return true;
	return false;
}

static void print_problems(const struct show *show)
{
	bool any = false;
	for (unsigned i = 0; i < show->problems->len; i++) {
		const struct filter_problem *problem = show->problems->pdata[i];
		g_autofree char *told = cli_problem(problem->text);
		g_autofree char *text = cli_text(told, 0);
		if (!concerns(show, problem))
			continue;
		if (!any)
			printf("\n%s\n", _("Warnings"));
		any = true;
		printf("  %s:%u:%u: %s\n", problem->file, problem->line, problem->column, text);
	}
}

static void print_text(struct show *show)
{
	const struct filter *filter = show->filter;
	g_autofree char *title = cli_text(filter->title ? filter->title : "", 0);

	printf("%s%s%s\n  %s:%u\n", filter->id, *title ? "  " : "", title, filter->file, filter->line);
	print_decision(filter);
	print_rules(show);
	if (show->entities->len)
		printf("\n%s\n", _("Entities"));
	for (unsigned i = 0; i < show->entities->len; i++)
		print_entity(show, show->entities->pdata[i]);
	print_problems(show);
}

/* ---- JSON --------------------------------------------------------------------------------------
 */

static json_t *strings_json(char **list)
{
	json_t *array = json_array();
	for (; *list; list++)
		json_array_append_new(array, json_string(*list));
	return array;
}

static json_t *entities_json(const struct show *show)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < show->entities->len; i++) {
		const struct entity *e = show->entities->pdata[i];
		json_array_append_new(
			array, json_pack("{ss ss ss* sf so so so}", "id", e->id, "kind",
					 entity_kind_name(e->kind), "side", e->side, "strength",
					 e->strength, "names", strings_json(e->names), "with",
					 strings_json(e->with), "not", strings_json(e->not_names)));
	}
	return array;
}

static json_t *terms_json(const struct filter *filter)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < filter->terms->len; i++) {
		const struct term *term = &g_array_index(filter->terms, struct term, i);
		g_autofree char *text = expression_text(term->node);
		json_array_append_new(array,
				      json_pack("{ss sf}", "term", text, "weight", term->weight));
	}
	return array;
}

static json_t *problems_json(const struct show *show)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < show->problems->len; i++) {
		const struct filter_problem *problem = show->problems->pdata[i];
		if (concerns(show, problem))
			json_array_append_new(
				array, json_pack("{ss si si ss}", "file", problem->file, "line",
						 (int)problem->line, "column", (int)problem->column,
						 "text", problem->text));
	}
	return array;
}

static void print_json(struct show *show)
{
	const struct filter *f = show->filter;
	g_autofree char *when = f->when ? expression_text(f->when) : NULL;
	json_t *raises = json_object();
	for (unsigned i = 0; i < f->raises->len; i++) {
		const struct raise *raise = &g_array_index(f->raises, struct raise, i);
		json_object_set_new(raises, priority_name(raise->priority),
				    json_real(raise->score));
	}
	json_t *object = json_pack(
		"{ss ss ss si ss sf so so ss* so so so so so}", "id", f->id, "title",
		f->title ? f->title : f->id, "file", f->file, "line", (int)f->line, "priority",
		priority_name(f->priority), "threshold", f->threshold, "raise", raises, "languages",
		strings_json(f->languages), "when", when, "terms", terms_json(f), "poles",
		strings_json(f->poles), "shared", strings_json(f->shared), "entities",
		entities_json(show), "warnings", problems_json(show));
	char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
	puts(line);
	free(line);
	json_decref(object);
}

static void show_all(const struct chosen *chosen, bool json, bool names)
{
	for (unsigned i = 0; i < chosen->ids->len; i++) {
		struct show show = {.set = chosen->set,
				    .problems = chosen->problems,
				    .filter = filter_set_filter(chosen->set, chosen->ids->pdata[i]),
				    .entities = g_ptr_array_new(),
				    .all_names = names};
		collect_entities(&show);
		if (i && !json)
			putchar('\n');
		(json ? print_json : print_text)(&show);
		g_ptr_array_unref(show.entities);
	}
}

int filters_show(int argc, char **argv)
{
	gboolean json = FALSE, names = FALSE;
	const GOptionEntry entries[] = {
		CLI_CONFIG_ENTRY,
		{"names", 0, 0, G_OPTION_ARG_NONE, &names, N_("every name of every entity"), NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("one JSON object a line"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	int exit_code = EXIT_DONE;

	if (!cli_options(&argc, &argv, entries, "FILTER…",
			 _("Say in words what filters look for: rules, entities and their names, "
			   "thresholds, and\n"
			   "the warnings about them. FILTER: a file, or the id of a filter in "
			   "force, * allowed."),
			 &exit_code))
		return exit_code;
	if (argc < 2) {
		cli_error("filters show", "%s",
			  _("expected a filter file, or the id of a filter in force"));
		return EXIT_USAGE;
	}
	struct config *config = cli_config("filters show", &exit_code);
	struct chosen chosen = {0};
	if (!config)
		return exit_code;
	if (chosen_open(&chosen, "filters show", config, (const char *const *)argv + 1, &exit_code))
		show_all(&chosen, json, names);
	chosen_close(&chosen);
	config_free(config);
	return exit_code;
}
