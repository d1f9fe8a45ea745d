/* verdict_json: see verdict_json.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cli/verdict_json.h"

static json_t *strings_json(const GPtrArray *list)
{
	json_t *array = json_array();
	for (unsigned i = 0; i < list->len; i++)
		json_array_append_new(array, json_string(list->pdata[i]));
	return array;
}

json_t *verdict_json(const struct verdict *v)
{
	json_t *hits = json_array();
	for (unsigned i = 0; i < v->hits->len; i++) {
		const struct hit *hit = &g_array_index(v->hits, struct hit, i);
		json_array_append_new(hits, json_pack("{ss ss sI sI sf}", "term", hit->term,
						      "field", match_field_name(hit->field),
						      "start", (json_int_t)hit->start, "end",
						      (json_int_t)hit->end, "weight", hit->weight));
	}
	return json_pack("{ss sb sf sf ss so so so}", "filter", v->filter, "matched", v->matched,
			 "score", v->score, "threshold", v->threshold, "priority",
			 priority_name(v->priority), "hits", hits, "missing",
			 strings_json(v->missing), "path", strings_json(v->path));
}
