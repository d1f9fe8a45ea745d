/* ledger: see ledger.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store/ledger.h"

#include "daemon/store/connection.h"
#include "daemon/store/rows.h"

#include <jansson.h>

/* A verdict on a huge article may hold thousands of hits; the first tell enough. */
#define HITS_MAX 100

static char *dump(json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6));
	json_decref(json);
	char *copy = g_strdup(text);
	free(text);
	return copy;
}

static char *hits_to_json(const GArray *hits)
{
	json_t *array = json_array();
	for (unsigned i = 0; hits && i < MIN(hits->len, HITS_MAX); i++) {
		const struct hit *hit = &g_array_index(hits, struct hit, i);
		json_array_append_new(array, json_pack("[s?,s,I,I,f]", hit->term,
						       match_field_name(hit->field),
						       (json_int_t)hit->start, (json_int_t)hit->end,
						       hit->weight));
	}
	return dump(array);
}

static char *strings_to_json(const GPtrArray *strings)
{
	if (!strings || !strings->len)
		return NULL;
	json_t *array = json_array();
	for (unsigned i = 0; i < strings->len; i++)
		json_array_append_new(array, json_string(strings->pdata[i]));
	return dump(array);
}

struct decision *decision_new(uint64_t article, const struct verdict *verdict, const char *outcome,
			      int64_t at)
{
	struct decision *decision = g_new0(struct decision, 1);
	decision->article = article;
	decision->outcome = g_strdup(outcome);
	decision->at = at;
	if (!verdict)
		return decision;
	decision->filter = g_strdup(verdict->filter);
	decision->matched = verdict->matched;
	decision->score = verdict->score;
	decision->threshold = verdict->threshold;
	decision->priority = verdict->priority;
	decision->hits = hits_to_json(verdict->hits);
	decision->missing = strings_to_json(verdict->missing);
	decision->path = strings_to_json(verdict->path);
	return decision;
}

void decision_free(struct decision *decision)
{
	if (!decision)
		return;
	g_free(decision->filter);
	g_free(decision->hits);
	g_free(decision->missing);
	g_free(decision->path);
	g_free(decision->outcome);
	g_free(decision);
}

/* SQLite keeps no NaN (it becomes NULL); a score that is none must not fail the poll. */
static double number(double value)
{
	return value == value ? value : 0;
}

bool write_decision(struct store *store, const struct decision *decision, GError **error)
{
	return sql_run(store, error,
		       "INSERT INTO decision (article, filter, matched, score, threshold, priority,"
		       " hits, missing, path, outcome, alert, at)"
		       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		       " ON CONFLICT (article, filter, at) DO NOTHING",
		       "lsiddissssll", decision->article, decision->filter ? decision->filter : "",
		       (int)decision->matched, number(decision->score), number(decision->threshold),
		       (int)decision->priority, decision->hits, decision->missing, decision->path,
		       decision->outcome, decision->alert, decision->at);
}

static void *read_decision(sqlite3_stmt *row)
{
	struct decision *decision = g_new0(struct decision, 1);
	decision->article = (uint64_t)sqlite3_column_int64(row, 0);
	decision->filter = sql_text(row, 1);
	decision->matched = sqlite3_column_int(row, 2);
	decision->score = sqlite3_column_double(row, 3);
	decision->threshold = sqlite3_column_double(row, 4);
	decision->priority = (enum priority)sqlite3_column_int(row, 5);
	decision->hits = sql_text(row, 6);
	decision->missing = sql_text(row, 7);
	decision->path = sql_text(row, 8);
	decision->outcome = sql_text(row, 9);
	decision->alert = (uint64_t)sqlite3_column_int64(row, 10);
	decision->at = sqlite3_column_int64(row, 11);
	return decision;
}

GPtrArray *store_decisions(struct store *store, uint64_t article, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(store,
			 sql_query(store, error,
				   "SELECT article, filter, matched, score, threshold, priority,"
				   " hits, missing, path, outcome, alert, at FROM decision"
				   " WHERE article = ? ORDER BY id DESC",
				   "l", article),
			 read_decision, (GDestroyNotify)decision_free, error);
}

void attempt_free(struct attempt *attempt)
{
	if (!attempt)
		return;
	g_free(attempt->result);
	g_free(attempt->detail);
	g_free(attempt);
}

static void *read_attempt(sqlite3_stmt *row)
{
	struct attempt *attempt = g_new0(struct attempt, 1);
	attempt->delivery = sqlite3_column_int64(row, 0);
	attempt->at = sqlite3_column_int64(row, 1);
	attempt->result = sql_text(row, 2);
	attempt->detail = sql_text(row, 3);
	return attempt;
}

GPtrArray *store_attempts(struct store *store, int64_t delivery, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(store,
			 sql_query(store, error,
				   "SELECT delivery, at, result, detail FROM attempt"
				   " WHERE delivery = ? ORDER BY id",
				   "l", delivery),
			 read_attempt, (GDestroyNotify)attempt_free, error);
}

GPtrArray *store_alerts_of_article(struct store *store, uint64_t article, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(
		store,
		sql_query(store, error,
			  "SELECT " ALERT_COLUMNS " FROM alert WHERE story IN"
			  " (SELECT story FROM story_article WHERE article = ?) ORDER BY id",
			  "l", article),
		read_alert, (GDestroyNotify)alert_free, error);
}

GPtrArray *store_deliveries_of_alert(struct store *store, uint64_t alert, GError **error)
{
	if (!store_ready(store, error))
		return NULL;
	return read_rows(store,
			 sql_query(store, error,
				   "SELECT " DELIVERY_COLUMNS " FROM outbox WHERE alert = ?"
				   " ORDER BY id",
				   "l", alert),
			 read_delivery, (GDestroyNotify)delivery_free, error);
}
