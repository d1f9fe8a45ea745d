/* poll_outcome: see poll_outcome.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/poll_outcome.h"

#include "feeds/error.h"
#include "feeds/http_policy.h"
#include "feeds/identity.h"

#include <string.h>

#define MOVES_TO_BELIEVE 3 /* polls in a row that are redirected permanently to the same place */
#define GONE_TO_BELIEVE 3

void poll_outcome_clear(struct poll_outcome *outcome)
{
	g_clear_pointer(&outcome->etag, g_free);
	g_clear_pointer(&outcome->last_modified, g_free);
	g_clear_pointer(&outcome->validators_url, g_free);
	g_clear_pointer(&outcome->permanent_url, g_free);
	g_clear_pointer(&outcome->broken, g_free);
}

static void set(char **place, const char *value)
{
	if (g_strcmp0(*place, value) == 0)
		return;
	g_free(*place);
	*place = g_strdup(value);
}

static void failed(struct feed_state *state, const char *why, int64_t now)
{
	state->failures++;
	if (!state->failing_since)
		state->failing_since = now;
	set(&state->last_error, why);
}

static void fine(struct feed_state *state, int64_t now)
{
	state->gone = false; /* asked by hand, and it is back */
	state->failures = 0;
	state->failing_since = 0;
	state->last_success_at = now;
	set(&state->last_error, NULL);
}

static const struct {
	int status;
	const char *words;
} status_words[] = {
	{401, "the server asks for credentials (401); set credential_file"},
	{403, "the server forbids it (403)"},
	{404, "there is no such page (404)"},
	{410, "the server says it is gone for good (410)"},
	{429, "the server says we ask too often (429)"},
	{503, "the server is not available (503)"},
};

static void failed_status(struct feed_state *state, int status, int64_t now)
{
	for (size_t i = 0; i < G_N_ELEMENTS(status_words); i++)
		if (status_words[i].status == status) {
			failed(state, status_words[i].words, now);
			return;
		}
	if (status >= 300 && status < 400) {
		failed(state, "the server redirects, and asks to wait before it is followed", now);
		return;
	}
	g_autofree char *words = g_strdup_printf("the server answered with status %d", status);
	failed(state, words, now);
}

/* A permanent redirect is believed when some polls in a row lead to the same place and a feed is there; never from
 * https to http (the fetcher does not offer it then). */
static void judge_move(struct feed_state *state, const char *permanent_url, struct poll_outcome *outcome)
{
	if (!permanent_url) {
		state->moved_count = 0;
		set(&state->moved_to, NULL);
		return;
	}
	if (g_strcmp0(state->moved_to, permanent_url) != 0) {
		set(&state->moved_to, permanent_url);
		state->moved_count = 0;
	}
	if (++state->moved_count >= MOVES_TO_BELIEVE) {
		set(&state->fetch_url, permanent_url);
		set(&state->moved_to, NULL);
		state->moved_count = 0;
		outcome->moved = true;
	}
}

static void refresh_validators(struct feed_state *state, const struct fetch_response *response)
{
	if (http_validator_usable(response->etag))
		set(&state->etag, response->etag);
	if (http_validator_usable(response->last_modified))
		set(&state->last_modified, response->last_modified);
}

static void hold_validators(struct poll_outcome *outcome, const struct fetch_response *response)
{
	if (http_validator_usable(response->etag))
		outcome->etag = g_strdup(response->etag);
	if (http_validator_usable(response->last_modified))
		outcome->last_modified = g_strdup(response->last_modified);
	outcome->validators_url = g_strdup(response->final_url);
}

/* The two are one set, of one answer. */
static void keep_validators(struct feed_state *state, const struct poll_outcome *outcome)
{
	set(&state->etag, outcome->etag);
	set(&state->last_modified, outcome->last_modified);
	set(&state->validators_url, outcome->validators_url);
}

/* The server ignores our condition, yet names the document that we have. */
static bool is_same_document(const struct feed_state *state, const struct fetch_response *response,
			     bool conditional, uint64_t body_hash)
{
	if (state->body_hash == body_hash)
		return true;
	return conditional && response->etag && g_strcmp0(state->etag, response->etag) == 0;
}

static enum outcome judge_body(struct feed_state *state, const struct fetch_response *response,
			       bool conditional, struct poll_outcome *outcome, int64_t now)
{
	size_t len = response->body ? g_bytes_get_size(response->body) : 0;

	if (len == 0) {
		failed(state, "the server sent an empty document", now);
		return OUTCOME_FAILED;
	}
	outcome->delta = response->status == 226;
	outcome->body_hash = identity_hash_bytes(g_bytes_get_data(response->body, NULL), len);
	hold_validators(outcome, response);
	outcome->permanent_url = g_strdup(response->permanent_url);
	if (!is_same_document(state, response, conditional, outcome->body_hash))
		return OUTCOME_READ;
	keep_validators(state, outcome);
	judge_move(state, response->permanent_url, outcome);
	return OUTCOME_UNCHANGED;
}

static enum outcome judge_gone(struct feed_state *state, int status_before, struct poll_outcome *outcome,
			       int64_t now)
{
	if (status_before != 410) /* other failures before do not count for it */
		state->failures = 0;
	failed_status(state, 410, now);
	if (state->failures < GONE_TO_BELIEVE)
		return OUTCOME_FAILED;
	outcome->told_gone = !state->gone;
	state->gone = true;
	return OUTCOME_GONE;
}

static enum outcome judge_status(struct feed_state *state, const struct fetch_response *response,
				 bool conditional, int status_before, struct poll_outcome *outcome,
				 int64_t now)
{
	switch (response->status) {
	case 200:
	case 226:
		return judge_body(state, response, conditional, outcome, now);
	case 304:
		if (!conditional) {
			failed(state, "the server answered 304 to an unconditional request", now);
			return OUTCOME_FAILED;
		}
		refresh_validators(state, response);
		judge_move(state, response->permanent_url, outcome);
		return OUTCOME_UNCHANGED;
	case 410:
		return judge_gone(state, status_before, outcome, now);
	default:
		failed_status(state, response->status, now);
		return OUTCOME_FAILED;
	}
}

/* A body that broke off may hold whole entries. One that was stopped for its size is refused as a whole. */
static bool may_hold_entries(const struct fetch_response *response, const GError *error)
{
	return response && response->status == 200 && response->body &&
	       !g_error_matches(error, FEED_ERROR, FEED_ERROR_LIMIT);
}

void poll_outcome_answered(struct feed_state *state, const struct fetch_response *response,
			   const GError *error, bool conditional, int64_t now,
			   struct poll_outcome *outcome)
{
	*outcome = (struct poll_outcome){.what = OUTCOME_FAILED};
	int status_before = state->last_status;
	state->last_poll_at = now;
	state->last_status = response ? response->status : 0;
	if (response && response->status) {
		state->retry_after = http_retry_after(response->retry_after, now);
		outcome->capped = state->retry_after == now + HTTP_PAUSE_MAX_S;
		if (response->status == 200 || response->status == 226 || response->status == 304)
			state->cache_until =
				http_fresh_until(response->cache_control, response->expires,
						 response->date, response->age, now);
	}
	if (error && !may_hold_entries(response, error)) {
		failed(state, error->message, now);
		return;
	}
	if (error)
		outcome->broken = g_strdup(error->message);
	outcome->what = judge_status(state, response, conditional, status_before, outcome, now);
	if (outcome->what == OUTCOME_UNCHANGED)
		fine(state, now);
}

/* A login page, a captcha, an error text: called what they are not. */
static void failed_document(struct feed_state *state, const struct poll_outcome *outcome, const GError *error,
			    int64_t now)
{
	const char *why = error ? error->message : "unreadable";

	if (outcome->broken) {
		failed(state, outcome->broken, now);
	} else if (g_error_matches(error, FEED_ERROR, FEED_ERROR_NOT_A_FEED)) {
		g_autofree char *words = g_strdup_printf("not a feed: %s", why);
		failed(state, words, now);
	} else {
		failed(state, why, now);
	}
}

void poll_outcome_parsed(struct feed_state *state, struct poll_outcome *outcome,
			 const struct feed_document *document, bool body_whole, const GError *error,
			 int64_t now)
{
	if (!document) {
		failed_document(state, outcome, error, now);
		return;
	}
	fine(state, now);
	judge_move(state, outcome->permanent_url, outcome);
	state->ttl_s = MAX(document->ttl_s, document->update_period_s);
	state->skip_hours = document->skip_hours;
	state->skip_days = document->skip_days;
	set(&state->title, document->title);
	set(&state->language, document->language);
	if (!document->whole && !body_whole) {
		set(&state->last_error,
		    outcome->broken ? outcome->broken : "the document was cut short; read as far as it came");
		return;
	}
	if (!document->whole)
		return;
	if (document->malformed)
		set(&state->last_error, "the document has errors; what is whole was read");
	keep_validators(state, outcome);
	state->body_hash = outcome->delta ? 0 : outcome->body_hash;
}
