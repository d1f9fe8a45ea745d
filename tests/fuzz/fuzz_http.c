/* fuzz_http: what headers ask of a client, and what an answer makes of a feed's state. Oracle: no
 * pause is in the past or longer than allowed; validators are kept byte for byte or not at all; the
 * next poll is never before now.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/error.h"
#include "feeds/http_policy.h"
#include "feeds/poll_outcome.h"
#include "feeds/schedule.h"
#include "tests/fuzz/oracle.h"
#include "tests/fuzz/targets.h"

#include <string.h>

#define NOW INT64_C(1763700000)

static void check_pause(int64_t until)
{
	MUST(until == 0 || (until > NOW && until <= NOW + HTTP_PAUSE_MAX_S));
}

static void check_state(const struct feed_state *state)
{
	const struct schedule_limits limits = {900, 86400};

	check_pause(state->retry_after);
	check_pause(state->cache_until);
	MUST(!state->etag || http_validator_usable(state->etag));
	MUST(!state->last_modified || http_validator_usable(state->last_modified));
	int64_t next = schedule_next(state, NULL, &limits, NOW, 0.5);
	MUST(next >= NOW + limits.floor_s && next <= NOW + 366 * 86400);
}

/* Lines: status, ETag, Last-Modified, Retry-After, Cache-Control, Expires, Date, Age, Location. */
enum { STATUS, ETAG, MODIFIED, RETRY, CACHE, EXPIRES, DATE, AGE, MOVED, LINES };

static void poll(struct feed_state *state, char **line, bool conditional)
{
	struct fetch_response response = {
		.status = (int)(g_ascii_strtoull(line[STATUS], NULL, 10) % 1000),
		.etag = line[ETAG],
		.last_modified = line[MODIFIED],
		.retry_after = line[RETRY],
		.cache_control = line[CACHE],
		.expires = line[EXPIRES],
		.date = line[DATE],
		.age = line[AGE],
		.permanent_url = *line[MOVED] ? line[MOVED] : NULL,
	};
	struct poll_outcome outcome;

	response.body = g_bytes_new(line[AGE], strlen(line[AGE]));
	poll_outcome_answered(state, &response, NULL, conditional, NOW, &outcome);
	if (outcome.what == OUTCOME_READ) {
		struct feed_document *document = feed_document_new();
		document->whole = true;
		poll_outcome_parsed(state, &outcome, document, true, NULL, NOW);
		MUST(!http_validator_usable(line[ETAG]) || g_strcmp0(state->etag, line[ETAG]) == 0);
		feed_document_free(document);
	}
	MUST((outcome.what == OUTCOME_FAILED || outcome.what == OUTCOME_GONE) ==
	     (state->failures > 0));
	check_state(state);
	poll_outcome_clear(&outcome);
	g_bytes_unref(response.body);
}

void fuzz_http(const uint8_t *bytes, size_t bytes_len)
{
	g_autofree char *text = g_strndup((const char *)bytes, bytes_len);
	g_auto(GStrv) lines = g_strsplit(text, "\n", LINES * 3);
	char *nothing = (char *)"";
	char *line[LINES * 3];
	guint count = g_strv_length(lines);
	struct feed_state *state = feed_state_new("https://example.org/feed");

	for (guint i = 0; i < G_N_ELEMENTS(line); i++)
		line[i] = i < count ? lines[i] : nothing;
	check_pause(http_retry_after(text, NOW));
	check_pause(http_fresh_until(text, text, text, text, NOW));
	for (int i = 0; i < 3; i++)
		poll(state, line + i * LINES, i > 0);
	feed_state_free(state);
}
