/* batch: building one. See batch.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/batch.h"

static void change_clear(gpointer change)
{
	g_free((char *)((struct delivery_change *)change)->reason);
}

struct store_batch *store_batch_new(void)
{
	struct store_batch *batch = g_new0(struct store_batch, 1);
	batch->feeds = g_ptr_array_new_with_free_func((GDestroyNotify)feed_state_free);
	batch->articles = g_ptr_array_new_with_free_func((GDestroyNotify)article_free);
	batch->seen = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	batch->decisions = g_ptr_array_new_with_free_func((GDestroyNotify)decision_free);
	batch->members = g_array_new(FALSE, TRUE, sizeof(struct story_member));
	batch->alerts = g_ptr_array_new_with_free_func((GDestroyNotify)alert_free);
	batch->deliveries = g_ptr_array_new_with_free_func((GDestroyNotify)delivery_free);
	batch->changes = g_array_new(FALSE, TRUE, sizeof(struct delivery_change));
	g_array_set_clear_func(batch->changes, change_clear);
	batch->values = g_ptr_array_new_with_free_func(g_free);
	batch->digests = g_ptr_array_new_with_free_func(g_free);
	return batch;
}

void store_batch_free(struct store_batch *batch)
{
	if (!batch)
		return;
	g_ptr_array_unref(batch->feeds);
	g_ptr_array_unref(batch->articles);
	g_array_unref(batch->seen);
	g_ptr_array_unref(batch->decisions);
	g_array_unref(batch->members);
	g_ptr_array_unref(batch->alerts);
	g_ptr_array_unref(batch->deliveries);
	g_array_unref(batch->changes);
	g_ptr_array_unref(batch->values);
	g_ptr_array_unref(batch->digests);
	g_free(batch);
}

bool store_batch_empty(const struct store_batch *batch)
{
	return !batch->feeds->len && !batch->articles->len && !batch->seen->len &&
	       !batch->decisions->len && !batch->members->len && !batch->alerts->len &&
	       !batch->deliveries->len && !batch->changes->len && !batch->values->len &&
	       !batch->digests->len;
}

void store_batch_clear(struct store_batch *batch)
{
	g_ptr_array_set_size(batch->feeds, 0);
	g_ptr_array_set_size(batch->articles, 0);
	g_array_set_size(batch->seen, 0);
	g_ptr_array_set_size(batch->decisions, 0);
	g_array_set_size(batch->members, 0);
	g_ptr_array_set_size(batch->alerts, 0);
	g_ptr_array_set_size(batch->deliveries, 0);
	g_array_set_size(batch->changes, 0);
	g_ptr_array_set_size(batch->values, 0);
	g_ptr_array_set_size(batch->digests, 0);
}

void store_batch_feed(struct store_batch *batch, const struct feed_state *state)
{
	g_ptr_array_add(batch->feeds, feed_state_copy(state));
}

void store_batch_change(struct store_batch *batch, int64_t id, enum delivery_state state,
			int64_t due_at, const char *reason)
{
	struct delivery_change change = {id, state, due_at, g_strdup(reason)};
	g_array_append_val(batch->changes, change);
}

void store_batch_value(struct store_batch *batch, const char *name, const char *value)
{
	g_ptr_array_add(batch->values, g_strdup(name));
	g_ptr_array_add(batch->values, g_strdup(value));
}
