/* backtest_list: see backtest_list.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/backtest_list.h"

struct backtest_list {
	const struct backtest *b;
	GArray *places; /* unsigned, of findings of the new side, by alert and time */
	unsigned at;
};

static const struct finding *finding_at(const struct backtest *b, unsigned place)
{
	return &g_array_index(b->findings, struct finding, place);
}

static int by_alert(gconstpointer left, gconstpointer right, gpointer data)
{
	unsigned a = *(const unsigned *)left, b = *(const unsigned *)right;
	uint32_t here = finding_at(data, a)->alert, there = finding_at(data, b)->alert;
	if (here != there)
		return here < there ? -1 : 1;
	return a < b ? -1 : a > b;
}

struct backtest_list *backtest_list_new(const struct backtest *b)
{
	struct backtest_list *list = g_new0(struct backtest_list, 1);
	list->b = b;
	list->places = g_array_new(FALSE, FALSE, sizeof(unsigned));
	for (unsigned i = 0; i < b->findings->len; i++)
		if (finding_at(b, i)->side == SIDE_NEW)
			g_array_append_val(list->places, i);
	g_array_sort_with_data(list->places, by_alert, (gpointer)b);
	return list;
}

void backtest_list_free(struct backtest_list *list)
{
	if (!list)
		return;
	g_array_unref(list->places);
	g_free(list);
}

bool backtest_list_next(struct backtest_list *list, struct backtest_alert *alert)
{
	const unsigned *places = (const unsigned *)(const void *)list->places->data;
	unsigned first = list->at;
	while (list->at < list->places->len && finding_at(list->b, places[list->at])->alert ==
						       finding_at(list->b, places[first])->alert)
		list->at++;
	*alert = (struct backtest_alert){places + first, list->at - first};
	return alert->count > 0;
}

const struct finding *backtest_list_finding(const struct backtest *b,
					    const struct backtest_alert *alert, unsigned i)
{
	return finding_at(b, alert->places[i]);
}

const struct finding *backtest_list_change(const struct backtest *b, enum backtest_side side,
					   unsigned *at)
{
	while (*at < b->findings->len) {
		unsigned here = (*at)++;
		const struct finding *f = finding_at(b, here);
		bool repeated = here && finding_at(b, here - 1)->ref == f->ref &&
				finding_at(b, here - 1)->side == f->side;
		if (f->side == side && !f->kept && !repeated)
			return f;
	}
	return NULL;
}

int backtest_list_counterpart(const struct backtest *b, const struct finding *f)
{
	const struct chosen *here = &b->chosen[f->side],
			    *there = &b->chosen[f->side == SIDE_NEW ? SIDE_OLD : SIDE_NEW];
	int same = chosen_index(there, here->ids->pdata[f->filter]);
	return same < 0 && there->ids->len == 1 ? 0 : same;
}
