/* pipeline: see pipeline.h. The steps stand in the order in which a poll goes through them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/pipeline.h"

#include "daemon/intake.h"
#include "daemon/monitor/log.h"
#include "daemon/poll_report.h"
#include "daemon/secret.h"
#include "feeds/error.h"
#include "feeds/poll_outcome.h"
#include "feeds/url.h"

#include <stdlib.h>
#include <string.h>

#define COMMIT_POLLS 24       /* as many ended polls are committed at once … */
#define COMMIT_ARTICLES 160  /* … or so many articles … */
#define COMMIT_MS 200         /* … or what there is after this time, at once if nothing else is to be done */
#define RETRY_COMMIT_S 5
#define PAGES_MAX 5          /* read to close one gap */
#define GAP_LEAST 3          /* entries, all of them new: some may have come and gone between */
#define MISSES_KEPT 20       /* of one article, of those that came close; `vedetta why` works out the others */

struct pipeline {
	struct pipeline_parts parts;
	struct store_batch *batch; /* what became known and is not committed yet */
	GPtrArray *polls;          /* struct poll *: all under way */
	GPtrArray *ended;          /* those of them that wait for the commit */
	guint commit_timer, calm_source;
	struct outage *outage;
	bool store_failed;         /* said once */
};

struct poll {
	struct pipeline *pipeline;  /* NULL: dropped */
	struct feed *feed;
	struct feed_state *state;   /* as it will be once committed */
	struct poll_outcome outcome;
	struct poll_summary summary;
	bool conditional, body_whole;
	GHashTable *pages;          /* set of addresses read to close a gap; NULL: there is none */
	GHashTable *taken;          /* uint64_t *: articles of this poll that are not committed yet */
	int64_t now;                /* when the answer came */
};

static int64_t now_of(const struct pipeline *pipeline)
{
	if (pipeline->parts.now)
		return pipeline->parts.now(pipeline->parts.now_data);
	return g_get_real_time() / G_USEC_PER_SEC;
}

static void settle(struct poll *poll);

static void poll_free(struct poll *poll)
{
	poll_outcome_clear(&poll->outcome);
	g_clear_pointer(&poll->pages, g_hash_table_unref);
	g_clear_pointer(&poll->taken, g_hash_table_unref);
	feed_state_free(poll->state);
	g_free(poll);
}

/* ---- poll, fetch ---------------------------------------------------------------------------------------------- */

static void on_fetched(const struct fetch_response *response, const GError *error, void *data);

static void fail(struct poll *poll, const GError *error)
{
	const struct fetch_response nothing = {0};
	poll_outcome_clear(&poll->outcome);
	poll_outcome_answered(poll->state, &nothing, error, false, poll->now, &poll->outcome);
	settle(poll);
}

/* The poll before ended in a redirect that asked to wait. */
static bool is_redirect(int status) { return status / 100 == 3 && status != 304; }

static bool request(struct poll *poll, const char *page, fetch_done_fn *done, GError **error)
{
	bool conditional = poll->conditional && !page;
	const struct subscription *s = poll->feed->subscription;
	char *credentials = NULL;

	if (s->credential) {
		g_autofree char *name = g_path_get_basename(s->credential);
		credentials = secret_read(name, s->credential, error);
		if (!credentials)
			return false;
	}
	const struct fetch_request request = {
		.url = page ? page : poll->state->fetch_url,
		.etag = conditional ? poll->state->etag : NULL,
		.last_modified = conditional ? poll->state->last_modified : NULL,
		.validators_url = poll->state->validators_url,
		.redirect_waited = is_redirect(poll->state->last_status),
		.user_agent = s->user_agent,
		.headers = (const char *const *)s->headers,
		.credentials = credentials,
		.ca_file = s->ca_file,
		.allow_networks = (const char *const *)s->allow_networks,
		.timeout_ms = poll->pipeline->parts.settings.timeout_ms,
		.max_bytes = poll->pipeline->parts.settings.max_bytes,
		.delta = s->delta && conditional,
	};
	bool started = fetch_start(poll->pipeline->parts.fetcher, &request, done, poll, error);
	secret_free(credentials);
	return started;
}

void pipeline_poll(struct pipeline *pipeline, struct feed *feed, bool force)
{
	struct poll *poll = g_new0(struct poll, 1);
	g_autoptr(GError) error = NULL;

	poll->pipeline = pipeline;
	poll->feed = feed;
	poll->state = feed_state_copy(feed->state);
	poll->summary.feed = feed;
	poll->conditional = !force && (poll->state->etag || poll->state->last_modified);
	poll->now = now_of(pipeline);
	if (force)
		poll->state->body_hash = 0;
	g_ptr_array_add(pipeline->polls, poll);
	if (!request(poll, NULL, on_fetched, &error))
		fail(poll, error);
}

/* ---- parse ---------------------------------------------------------------------------------------------------- */

static void on_parsed(struct feed_document *document, const GError *error, void *data);

/* What a server asks for holds for every feed on it. */
static void note_pause(struct poll *poll, const char *final_url)
{
	const struct feed_state *state = poll->state;
	struct host_pauses *pauses = poll->pipeline->parts.pauses;

	if (state->retry_after <= poll->now || !pauses)
		return;
	host_pauses_note(pauses, state->fetch_url, state->retry_after);
	if (final_url)
		host_pauses_note(pauses, final_url, state->retry_after);
	if (poll->outcome.capped)
		log_warning("feed.pause-capped", "url", state->url, "text", "its server asks for a pause of more than 7 days",
			    "then", "it is asked again after 7 days");
}

static void on_fetched(const struct fetch_response *response, const GError *error, void *data)
{
	struct poll *poll = data;

	if (!poll->pipeline) {
		poll_free(poll);
		return;
	}
	poller_answered(poll->pipeline->parts.poller, poll->feed);
	poll->now = now_of(poll->pipeline);
	poll->summary.status = response->status;
	poll->body_whole = response->whole;
	poll_outcome_answered(poll->state, response, error, response->conditional, poll->now, &poll->outcome);
	note_pause(poll, response->final_url);
	if (poll->outcome.what != OUTCOME_READ) {
		settle(poll);
		return;
	}
	const struct parse_options options = {.url = response->final_url, .content_type = response->content_type};
	worker_parse(poll->pipeline->parts.worker, response->body, &options, on_parsed, poll);
}

/* ---- match, group, route --------------------------------------------------------------------------------------- */

static int by_nearness(const void *left, const void *right)
{
	const struct verdict *a = *(struct verdict *const *)left, *b = *(struct verdict *const *)right;
	double near_a = a->threshold > 0 ? a->score / a->threshold : 0;
	double near_b = b->threshold > 0 ? b->score / b->threshold : 0;
	return near_a < near_b ? 1 : -(near_a > near_b);
}

/* So that `vedetta why` can say what was missing. */
static void remember_misses(struct poll *poll, const struct article *article, GPtrArray *misses)
{
	if (misses->len > MISSES_KEPT)
		qsort(misses->pdata, misses->len, sizeof misses->pdata[0], by_nearness);
	for (unsigned i = 0; i < misses->len && i < MISSES_KEPT; i++)
		g_ptr_array_add(poll->pipeline->batch->decisions,
				decision_new(article->uid, misses->pdata[i], "no match", poll->now));
}

/* At the first poll of a feed its older entries are no news; what would have matched is recorded. With a backlog
 * asked for, an entry without a date counts as young. */
static bool is_backlog(const struct poll *poll, const struct article *article)
{
	int64_t backlog_s = poll->pipeline->parts.settings.backlog_s;
	if (poll->state->baseline_done)
		return false;
	return !backlog_s || (article->published_at != INT64_MIN && article->published_at < poll->now - backlog_s);
}

static void take_matched(struct poll *poll, const struct article *article, const GPtrArray *matched)
{
	struct store_batch *batch = poll->pipeline->batch;

	poll->summary.matched++;
	if (!is_backlog(poll, article)) {
		poll->summary.alerts +=
			alerting_take(poll->pipeline->parts.alerting, article, matched, batch, poll->now);
		return;
	}
	for (unsigned i = 0; i < matched->len; i++)
		g_ptr_array_add(batch->decisions,
				decision_new(article->uid, matched->pdata[i], "backlog of a new feed", poll->now));
}

static void match(struct poll *poll, struct article *article)
{
	struct matcher *matcher = poll->pipeline->parts.matcher;
	struct match_article text;
	g_autoptr(GPtrArray) matched = g_ptr_array_new(), misses = g_ptr_array_new();

	article_to_match(article, poll->now, &text);
	g_autoptr(GPtrArray) verdicts = matcher_match(matcher, &text, MATCH_CLOSE);
	if (!article->language)
		article->language = g_strdup(matcher_language(matcher, NULL));
	for (unsigned i = 0; i < verdicts->len; i++) {
		struct verdict *verdict = verdicts->pdata[i];
		g_ptr_array_add(verdict->matched ? matched : misses, verdict);
	}
	remember_misses(poll, article, misses);
	if (matched->len)
		take_matched(poll, article, matched);
}

/* ---- dedupe ----------------------------------------------------------------------------------------------------- */

/* The articles of a document to the batch, but those that an earlier page of this poll brought. */
static void take_articles(struct poll *poll, struct intake *intake)
{
	struct store_batch *batch = poll->pipeline->batch;

	for (unsigned i = 0; i < intake->articles->len; i++) {
		struct article *article = intake->articles->pdata[i];
		if (poll->taken && !g_hash_table_add(poll->taken, g_memdup2(&article->uid, sizeof article->uid))) {
			article_free(article);
			continue;
		}
		match(poll, article);
		g_ptr_array_add(batch->articles, article);
		if (g_array_index(intake->news, enum entry_news, i) == ENTRY_NEW)
			poll->summary.fresh++;
		else
			poll->summary.edited++;
	}
	g_ptr_array_set_free_func(intake->articles, NULL);
	g_array_append_vals(batch->seen, intake->seen->data, intake->seen->len);
}

static bool have_matcher(struct pipeline *pipeline, GError **error)
{
	struct pipeline_parts *parts = &pipeline->parts;

	if (!parts->matcher)
		parts->matcher = parts->compile(parts->user_data, error);
	return parts->matcher != NULL;
}

/* `all_new`: nothing in it was known, as after a gap. */
static bool take_document(struct poll *poll, struct feed_document *document, bool *all_new, GError **error)
{
	struct pipeline *pipeline = poll->pipeline;
	struct feed_state *state = poll->state;
	struct intake *intake =
		intake_new(pipeline->parts.store, poll->feed->subscription, document, poll->now, error);
	if (!intake)
		return false;
	if (intake->articles->len && !have_matcher(pipeline, error)) {
		intake_free(intake);
		return false;
	}
	*all_new = state->baseline_done && intake->fresh >= GAP_LEAST && !intake->edited && !intake->seen->len;
	poll->summary.entries += document->entries->len;
	take_articles(poll, intake);
	state->newest_entry_at = MAX(state->newest_entry_at, intake->newest_at);
	if (!poll->pages) {
		poll->summary.backlog = !state->baseline_done && !pipeline->parts.settings.backlog_s;
		schedule_learn(state, intake->fresh, (const int64_t *)(void *)intake->dates->data, intake->dates->len,
			       poll->now);
	}
	state->baseline_done = true;
	poll_report_document(pipeline->parts.store, pipeline->batch, state->url, document, intake, poll->now);
	intake_free(intake);
	return true;
}

/* The store failed, or the filters: as if the feed had not been asked, the same answer is wanted again. */
static void forget(struct poll *poll, const GError *error)
{
	bool of_store = error->domain == STORE_ERROR;

	feed_state_free(poll->state);
	poll->state = feed_state_copy(poll->feed->state);
	poll->summary.error = of_store ? "the store cannot be read" : "the filters cannot be used";
	log_error(of_store ? "store.failed" : "filter.failed", "text", error->message);
}

/* ---- pages: entries that came and went between two polls (RFC 5005) ---------------------------------------------- */

static void on_page_fetched(const struct fetch_response *response, const GError *error, void *data);

/* The page before this document, if it should be read: of the feed's own server, not the archive that was accounted
 * for, never in a circle. */
static const char *page_before(const struct poll *poll, const struct feed_document *document)
{
	const char *url = document->prev_archive_url ? document->prev_archive_url : document->next_url;

	if (!url || document->complete_feed || !url_same_origin(url, poll->state->fetch_url))
		return NULL;
	if (g_strcmp0(url, poll->feed->state->archive_url) == 0 || strcmp(url, poll->state->fetch_url) == 0)
		return NULL;
	if (poll->pages && (g_hash_table_contains(poll->pages, url) || g_hash_table_size(poll->pages) >= PAGES_MAX))
		return NULL;
	return url;
}

/* True: `url` is on its way. */
static bool begin_page(struct poll *poll, const char *url)
{
	if (!poll->pages)
		poll->pages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_hash_table_add(poll->pages, g_strdup(url));
	return request(poll, url, on_page_fetched, NULL);
}

static void on_page_parsed(struct feed_document *document, const GError *error, void *data)
{
	struct poll *poll = data;
	bool all_new = false;
	const char *before = NULL;

	(void)error;
	if (!poll->pipeline) {
		feed_document_free(document);
		poll_free(poll);
		return;
	}
	fetcher_go_on(poll->pipeline->parts.fetcher);
	if (document && take_document(poll, document, &all_new, NULL) && all_new)
		before = page_before(poll, document);
	if (!before || !begin_page(poll, before))
		settle(poll);
	feed_document_free(document);
}

static void on_page_fetched(const struct fetch_response *response, const GError *error, void *data)
{
	struct poll *poll = data;

	if (!poll->pipeline) {
		poll_free(poll);
	} else if (error || response->status != 200 || !response->body) {
		settle(poll); /* what the feed itself said is enough */
	} else {
		const struct parse_options options = {.url = response->final_url, .content_type = response->content_type};
		worker_parse(poll->pipeline->parts.worker, response->body, &options, on_page_parsed, poll);
	}
}

/* All entries are new: older ones may have been missed. True: a page is on its way. */
static bool close_gap(struct poll *poll, const struct feed_document *document)
{
	const char *before = page_before(poll, document);

	if (!before || !begin_page(poll, before))
		return false;
	log_info("feed.gap", "url", poll->state->url, "then", "older pages are read");
	return true;
}

/* RFC 5005 section 4: archive documents do not change; what was listed by now needs no second look. */
static void remember_archive(struct feed_state *state, const struct feed_document *document)
{
	if (!document->whole || !document->prev_archive_url)
		return;
	g_free(state->archive_url);
	state->archive_url = g_strdup(document->prev_archive_url);
}

static void on_parsed(struct feed_document *document, const GError *error, void *data)
{
	struct poll *poll = data;
	g_autoptr(GError) store_error = NULL;
	bool all_new = false, more = false;

	if (!poll->pipeline) {
		feed_document_free(document);
		poll_free(poll);
		return;
	}
	fetcher_go_on(poll->pipeline->parts.fetcher);
	poll_outcome_parsed(poll->state, &poll->outcome, document, poll->body_whole, error, poll->now);
	if (document && (document->prev_archive_url || document->next_url))
		poll->taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	if (document && !take_document(poll, document, &all_new, &store_error)) {
		forget(poll, store_error);
	} else if (document) {
		more = all_new && !poll->outcome.delta && close_gap(poll, document);
		remember_archive(poll->state, document);
	}
	feed_document_free(document);
	if (!more)
		settle(poll);
}

/* ---- commit ----------------------------------------------------------------------------------------------------- */

static gboolean on_commit_timer(gpointer data)
{
	struct pipeline *pipeline = data;
	pipeline->commit_timer = 0;
	pipeline_flush(pipeline, NULL);
	return G_SOURCE_REMOVE;
}

static void stop_timers(struct pipeline *pipeline)
{
	g_clear_handle_id(&pipeline->commit_timer, g_source_remove);
	g_clear_handle_id(&pipeline->calm_source, g_source_remove);
}

static bool more_under_way(const struct pipeline *pipeline)
{
	return pipeline->polls->len > pipeline->ended->len;
}

/* The poller had its turn: it may have begun more. */
static gboolean on_calm(gpointer data)
{
	struct pipeline *pipeline = data;
	pipeline->calm_source = 0;
	if (!more_under_way(pipeline))
		pipeline_flush(pipeline, NULL);
	return G_SOURCE_REMOVE;
}

static void commit_soon(struct pipeline *pipeline)
{
	bool full = pipeline->ended->len >= COMMIT_POLLS || pipeline->batch->articles->len >= COMMIT_ARTICLES;

	if (pipeline->store_failed)
		return; /* its timer runs */
	if (full) {
		pipeline_flush(pipeline, NULL);
		return;
	}
	if (!pipeline->commit_timer)
		pipeline->commit_timer = g_timeout_add(COMMIT_MS, on_commit_timer, pipeline);
	if (!pipeline->calm_source && !more_under_way(pipeline))
		pipeline->calm_source = g_idle_add_full(G_PRIORITY_LOW, on_calm, pipeline, NULL);
}

/* What the poll came to is known; its feed's state joins the batch. */
static void settle(struct poll *poll)
{
	struct pipeline *pipeline = poll->pipeline;
	struct feed_state *state = poll->state;

	if (poll->outcome.what == OUTCOME_UNCHANGED)
		schedule_learn(state, 0, NULL, 0, poll->now);
	state->next_poll_at = schedule_next(state, poll->feed->subscription, &pipeline->parts.settings.limits, poll->now,
					    g_random_double());
	poll->summary.unchanged = poll->outcome.what == OUTCOME_UNCHANGED;
	if (state->failures)
		poll->summary.error = state->last_error;
	poll->summary.moved_to = poll->outcome.moved ? state->fetch_url : NULL;
	poll->summary.gone = poll->outcome.told_gone;
	poll_report_end(pipeline->outage, state, &poll->outcome, pipeline->parts.failures_told, poll->now);
	store_batch_feed(pipeline->batch, state);
	g_ptr_array_add(pipeline->ended, poll);
	commit_soon(pipeline);
}

/* It is committed: what was learnt holds from now on. */
static void end(struct pipeline *pipeline, struct poll *poll)
{
	struct feed *feed = poll->feed;

	feed_state_free(feed->state);
	feed->state = g_steal_pointer(&poll->state);
	if (poll->summary.moved_to)
		poller_join(pipeline->parts.poller);
	poll->summary.joined = feed->joined;
	if (pipeline->parts.ended)
		pipeline->parts.ended(&poll->summary, pipeline->parts.user_data);
	poller_done(pipeline->parts.poller, feed);
	g_ptr_array_remove_fast(pipeline->polls, poll);
	poll_free(poll);
}

/* The disk is full or gone: nothing is forgotten, nothing more is asked, the same batch is tried again. */
static void commit_failed(struct pipeline *pipeline, const GError *error)
{
	if (!pipeline->store_failed)
		log_error("store.failed", "text", error->message, "then", "polling waits; tried again every 5 s");
	pipeline->store_failed = true;
	if (!pipeline->commit_timer)
		pipeline->commit_timer = g_timeout_add_seconds(RETRY_COMMIT_S, on_commit_timer, pipeline);
}

bool pipeline_flush(struct pipeline *pipeline, GError **error)
{
	g_autoptr(GError) why = NULL;

	stop_timers(pipeline);
	if (!pipeline->ended->len && store_batch_empty(pipeline->batch))
		return true;
	pipeline->batch->now = now_of(pipeline);
	if (!store_commit(pipeline->parts.store, pipeline->batch, &why)) {
		commit_failed(pipeline, why);
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	if (pipeline->store_failed)
		log_info("store.recovered");
	pipeline->store_failed = false;
	bool deliveries = pipeline->batch->deliveries->len > 0;
	store_batch_clear(pipeline->batch);
	g_autoptr(GPtrArray) ended = g_steal_pointer(&pipeline->ended);
	pipeline->ended = g_ptr_array_new();
	for (unsigned i = 0; i < ended->len; i++)
		end(pipeline, ended->pdata[i]);
	if (deliveries && pipeline->parts.delivery)
		delivery_wake(pipeline->parts.delivery);
	return true;
}

/* ---- life cycle --------------------------------------------------------------------------------------------------- */

struct pipeline *pipeline_new(const struct pipeline_parts *parts)
{
	struct pipeline *pipeline = g_new0(struct pipeline, 1);
	pipeline->parts = *parts;
	pipeline->batch = store_batch_new();
	pipeline->polls = g_ptr_array_new();
	pipeline->ended = g_ptr_array_new();
	pipeline->outage = outage_new();
	return pipeline;
}

static bool waits_for_commit(const struct pipeline *pipeline, const struct poll *poll)
{
	return g_ptr_array_find(pipeline->ended, poll, NULL);
}

void pipeline_free(struct pipeline *pipeline)
{
	if (!pipeline)
		return;
	stop_timers(pipeline);
	for (unsigned i = 0; i < pipeline->polls->len; i++) {
		struct poll *poll = pipeline->polls->pdata[i];
		if (waits_for_commit(pipeline, poll))
			poll_free(poll);
		else
			poll->pipeline = NULL; /* its fetch or parse answers when cancelled, and frees it */
	}
	g_ptr_array_unref(pipeline->polls);
	g_ptr_array_unref(pipeline->ended);
	store_batch_free(pipeline->batch);
	outage_free(pipeline->outage);
	g_free(pipeline);
}

void pipeline_use(struct pipeline *pipeline, struct matcher *matcher, const struct pipeline_settings *settings)
{
	pipeline->parts.matcher = matcher;
	pipeline->parts.settings = *settings;
}

struct store_batch *pipeline_batch(struct pipeline *pipeline)
{
	if (!pipeline->commit_timer)
		commit_soon(pipeline);
	return pipeline->batch;
}

const char *pipeline_outage(const struct pipeline *pipeline, int64_t *since)
{
	return outage_cause(pipeline->outage, since);
}
