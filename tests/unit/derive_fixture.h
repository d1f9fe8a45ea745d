/* derive_fixture: tables, ordinary news and what is derived from some texts beside them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "filters/derivation.h"
#include "filters/derive.h"
#include "filters/derive_fit.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static const char *const table = "country\tKP\t-\t-\tnordcoreano|RPDC|?regime di Kim\n"
				 "country\tRU\t-\t-\trusso\n"
				 "country\tUA\t-\t-\tucraino\n"
				 "person\tKP\t-\tkim-jong-un\tKim Jong-un|Ким Чен Ын|?Kim\n"
				 "person\tRU\t-\tputin\tVladimir Putin|Putin|Путин\n"
				 "person\tRU\t-\tpeskov\tPeskov|Песков\n"
				 "place\tRU,KP\t-\tkhasan\tKhasan|Хасан\n"
				 "place\tRU,KP\t-\ttumangang\tTumangang\n"
				 "place\tRU,UA\t0.6\tdonbass\tDonbass\n"
				 "place\tUA\t-\tkharkiv\tKharkiv\n"
				 "section\t-\t-\tsport\tcalcio|torneo|atleta|tennis\n"
				 "section\t-\t-\tshow\tromanzo|pellicola\n"
				 "country\tCN\t-\t-\tRepubblica Popolare Cinese\n"
				 "organisation\t-\t-\tonu\tUN|Onu\n"
				 "organisation\tIT\t-\tfarnesina\tFarnesina\n"
				 "topic\t-\t-\t-\tmunizioni|ammunition|artillery shells|Munition\n";

struct world {
	struct gazetteer *gazetteer;
	struct reference *reference;
	struct derive_options options;
};

static inline int open_world(void **state)
{
	struct world *w = g_new0(struct world, 1);
	g_autofree char *folder = g_dir_make_tmp("vedetta-tables-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "test.tsv", NULL);
	g_file_set_contents(path, table, -1, NULL);
	w->gazetteer = gazetteer_load(folder, "it", NULL);
	g_unlink(path);
	g_rmdir(folder);
	w->reference = reference_new();
	for (int i = 0; i < 200; i++)
		reference_add(
			w->reference,
			"Il governo ha detto che il ministro della difesa parla oggi con la Cina e "
			"con i paesi alleati del nuovo accordo sulla visita del presidente.");
	w->options = (struct derive_options){
		.gazetteer = w->gazetteer, .reference = w->reference, .language = LANGUAGE_IT};
	*state = w;
	return w->gazetteer ? 0 : -1;
}

static inline int close_world(void **state)
{
	struct world *w = *state;
	gazetteer_free(w->gazetteer);
	reference_free(w->reference);
	g_free(w);
	return 0;
}

static inline struct derivation *derived(struct world *w, const char *const *texts)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new(),
			     labels = g_ptr_array_new_with_free_func(g_free);
	for (unsigned i = 0; texts[i]; i++) {
		g_ptr_array_add(all, (gpointer)texts[i]);
		g_ptr_array_add(labels, g_strdup_printf("%u.txt", i + 1));
	}
	return derive(all, labels, &w->options);
}

static inline const struct name_group *group_with(const struct derivation *d, const char *form)
{
	for (unsigned i = 0; i < d->groups->len; i++) {
		const struct name_group *group = d->groups->pdata[i];
		for (unsigned k = 0; k < group->forms->len; k++)
			if (strcmp(g_array_index(group->forms, struct name_form, k).text, form) ==
			    0)
				return group;
	}
	return NULL;
}

static inline const struct member *member_called(const struct derivation *d, const char *id)
{
	for (unsigned i = 0; i < d->members->len; i++)
		if (strcmp(((struct member *)d->members->pdata[i])->id, id) == 0)
			return d->members->pdata[i];
	return NULL;
}

static inline bool has_phrase(const struct derivation *d, const char *text)
{
	for (unsigned i = 0; i < d->phrases->len; i++)
		if (strcmp(((struct phrase *)d->phrases->pdata[i])->text, text) == 0)
			return true;
	return false;
}

static inline bool warned(const struct derivation *d, const char *part)
{
	for (unsigned i = 0; i < d->warnings->len; i++)
		if (strstr(d->warnings->pdata[i], part))
			return true;
	return false;
}
