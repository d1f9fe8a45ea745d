/* What an answer makes of the state of a feed.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "feeds/error.h"
#include "feeds/poll_outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#define NOW INT64_C(1763700000)

static struct feed_state *state_of_feed;

static int set_up(void **state)
{
	(void)state;
	state_of_feed = feed_state_new("https://e.example/feed");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	feed_state_free(state_of_feed);
	return 0;
}

/* What the parser makes of the body. */
enum reading { NO_FEED, CUT, CUT_BY_SERVER, WHOLE };

/* One poll; returns what came of it. */
static struct poll_outcome poll(struct fetch_response response, const char *body,
				enum reading reading)
{
	struct poll_outcome outcome;
	bool conditional = state_of_feed->etag || state_of_feed->last_modified;

	response.body = body ? g_bytes_new(body, strlen(body)) : NULL;
	poll_outcome_answered(state_of_feed, &response, NULL, conditional, NOW, &outcome);
	if (outcome.what == OUTCOME_READ) {
		struct feed_document *document = reading == NO_FEED ? NULL : feed_document_new();
		GError *error = reading == NO_FEED
					? g_error_new_literal(FEED_ERROR, FEED_ERROR_NOT_A_FEED,
							      "the root element is <html>")
					: NULL;
		if (document)
			document->whole = reading == WHOLE;
		poll_outcome_parsed(state_of_feed, &outcome, document, reading >= CUT_BY_SERVER,
				    error, NOW);
		feed_document_free(document);
		g_clear_error(&error);
	}
	if (response.body)
		g_bytes_unref(response.body);
	poll_outcome_clear(&outcome);
	return outcome;
}

static struct poll_outcome answer(int status)
{
	return poll((struct fetch_response){.status = status}, NULL, NO_FEED);
}

static void take_validators(void)
{
	poll((struct fetch_response){.status = 200,
				     .etag = "W/\"a b\"",
				     .last_modified = "odd  date"},
	     "body", WHOLE);
}

static void assert_validators(const char *etag, const char *last_modified)
{
	assert_int_equal(g_strcmp0(state_of_feed->etag, etag), 0);
	assert_int_equal(g_strcmp0(state_of_feed->last_modified, last_modified), 0);
}

static void validators_of_a_whole_document_are_kept_byte_for_byte(void **state)
{
	(void)state;
	take_validators();
	assert_validators("W/\"a b\"", "odd  date");
	assert_int_not_equal(state_of_feed->body_hash, 0);
	assert_int_equal(state_of_feed->last_success_at, NOW);
}

static void the_two_validators_are_one_set(void **state)
{
	(void)state;
	take_validators();
	poll((struct fetch_response){.status = 200, .etag = "\"new\""}, "other", WHOLE);
	assert_validators("\"new\"", NULL);
	poll((struct fetch_response){.status = 200}, "third", WHOLE);
	assert_validators(NULL, NULL);
}

static void failures_leave_validators_alone(void **state)
{
	static const int statuses[] = {0,   301, 400, 401, 403, 404, 408,
				       410, 429, 451, 500, 502, 503};
	struct poll_outcome outcome;
	(void)state;
	take_validators();
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		assert_int_equal(answer(statuses[i]).what, OUTCOME_FAILED);
		assert_validators("W/\"a b\"", "odd  date");
		assert_non_null(state_of_feed->last_error);
	}
	GError *error = g_error_new_literal(FEED_ERROR, FEED_ERROR_TIMEOUT, "took too long");
	poll_outcome_answered(state_of_feed, &(struct fetch_response){0}, error, true, NOW,
			      &outcome);
	assert_int_equal(outcome.what, OUTCOME_FAILED);
	assert_string_equal(state_of_feed->last_error, "took too long");
	poll_outcome_answered(state_of_feed, NULL, error, true, NOW, &outcome);
	g_clear_error(&error);
	assert_validators("W/\"a b\"", "odd  date");
	assert_int_equal(state_of_feed->failures,
			 G_N_ELEMENTS(statuses) + 2 - 7 /* since the 410 */);
	assert_int_equal(state_of_feed->failing_since, NOW);
}

static void a_304_refreshes_what_it_repeats(void **state)
{
	(void)state;
	take_validators();
	struct poll_outcome outcome = poll((struct fetch_response){.status = 304,
								   .etag = "\"n\"",
								   .cache_control = "max-age=60"},
					   NULL, WHOLE);
	assert_int_equal(outcome.what, OUTCOME_UNCHANGED);
	assert_validators("\"n\"", "odd  date");
	assert_int_equal(state_of_feed->cache_until, NOW + 60);
}

static void a_304_that_nobody_asked_for_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(answer(304).what, OUTCOME_FAILED);
	assert_int_equal(state_of_feed->failures, 1);
}

static void the_same_body_is_unchanged(void **state)
{
	(void)state;
	take_validators();
	struct poll_outcome outcome =
		poll((struct fetch_response){.status = 200, .etag = "\"2\""}, "body", WHOLE);
	assert_int_equal(outcome.what, OUTCOME_UNCHANGED);
	assert_validators("\"2\"", NULL);
}

static void a_cut_document_leaves_no_validators(void **state)
{
	(void)state;
	take_validators();
	struct poll_outcome outcome =
		poll((struct fetch_response){.status = 200, .etag = "\"2\""}, "bod", CUT);
	assert_int_equal(outcome.what, OUTCOME_READ);
	assert_validators("W/\"a b\"", "odd  date");
	assert_int_equal(state_of_feed->failures, 0);
	/* so that the whole one is read, not taken for known */
	outcome = poll((struct fetch_response){.status = 200, .etag = "\"2\""}, "bod", WHOLE);
	assert_int_equal(outcome.what, OUTCOME_READ);
	assert_validators("\"2\"", NULL);
}

static void a_document_that_its_server_cut_leaves_no_validators(void **state)
{
	(void)state;
	take_validators();
	poll((struct fetch_response){.status = 200, .etag = "\"2\""}, "bod", CUT_BY_SERVER);
	assert_validators("W/\"a b\"", "odd  date");
}

static void a_body_that_broke_off_is_still_read(void **state)
{
	struct fetch_response response = {.status = 200, .body = g_bytes_new_static("x", 1)};
	GError *error = g_error_new_literal(FEED_ERROR, FEED_ERROR_PROTOCOL, "broke off");
	struct poll_outcome outcome;
	(void)state;
	poll_outcome_answered(state_of_feed, &response, error, false, NOW, &outcome);
	assert_int_equal(outcome.what, OUTCOME_READ);
	poll_outcome_clear(&outcome);
	g_bytes_unref(response.body);
	g_clear_error(&error);
}

static void a_page_is_not_an_empty_feed(void **state)
{
	(void)state;
	take_validators();
	uint64_t hash = state_of_feed->body_hash;
	poll((struct fetch_response){.status = 200, .etag = "\"page\""}, "<html>", NO_FEED);
	assert_int_equal(state_of_feed->failures, 1);
	assert_string_equal(state_of_feed->last_error, "not a feed: the root element is <html>");
	assert_validators("W/\"a b\"", "odd  date");
	assert_int_equal(state_of_feed->body_hash, hash);
}

static void an_empty_body_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(poll((struct fetch_response){.status = 200}, "", WHOLE).what,
			 OUTCOME_FAILED);
	assert_int_equal(answer(200).what, OUTCOME_FAILED);
}

static void success_forgives_everything(void **state)
{
	(void)state;
	answer(500);
	answer(503);
	take_validators();
	assert_int_equal(state_of_feed->failures, 0);
	assert_int_equal(state_of_feed->failing_since, 0);
	assert_null(state_of_feed->last_error);
}

static struct poll_outcome redirected(const char *to, const char *body, enum reading reading)
{
	return poll((struct fetch_response){.status = 200, .permanent_url = to}, body, reading);
}

static void three_permanent_redirects_in_a_row_move_a_feed(void **state)
{
	(void)state;
	assert_false(redirected("https://n.example/f", "1", WHOLE).moved);
	assert_false(redirected("https://n.example/f", "2", WHOLE).moved);
	assert_string_equal(state_of_feed->fetch_url, "https://e.example/feed");
	assert_true(redirected("https://n.example/f", "2", WHOLE).moved); /* unchanged counts */
	assert_string_equal(state_of_feed->fetch_url, "https://n.example/f");
	assert_string_equal(state_of_feed->url, "https://e.example/feed");
	assert_int_equal(state_of_feed->moved_count, 0);
}

static void redirects_that_disagree_or_stop_move_nothing(void **state)
{
	(void)state;
	redirected("https://n.example/f", "1", WHOLE);
	redirected("https://n.example/f", "2", WHOLE);
	redirected("https://o.example/f", "3", WHOLE);
	redirected("https://n.example/f", "4", WHOLE);
	redirected("https://n.example/f", "5", WHOLE);
	poll((struct fetch_response){.status = 200}, "6", WHOLE);
	assert_false(redirected("https://n.example/f", "7", WHOLE).moved);
	assert_string_equal(state_of_feed->fetch_url, "https://e.example/feed");
}

static void a_redirect_to_no_feed_moves_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_false(redirected("https://login.example/", "<html>", NO_FEED).moved);
	assert_string_equal(state_of_feed->fetch_url, "https://e.example/feed");
	assert_int_equal(state_of_feed->moved_count, 0);
}

static void gone_is_believed_the_third_time_and_told_once(void **state)
{
	struct poll_outcome outcome;
	(void)state;
	answer(500);
	answer(500);
	assert_int_equal(answer(410).what, OUTCOME_FAILED); /* other failures do not count */
	assert_int_equal(answer(410).what, OUTCOME_FAILED);
	assert_false(state_of_feed->gone);
	outcome = answer(410);
	assert_int_equal(outcome.what, OUTCOME_GONE);
	assert_true(outcome.told_gone);
	assert_true(state_of_feed->gone);
	assert_false(answer(410).told_gone);
	take_validators();
	assert_false(state_of_feed->gone);
}

static void retry_after_is_taken_from_any_answer(void **state)
{
	(void)state;
	poll((struct fetch_response){.status = 429, .retry_after = "7200"}, NULL, NO_FEED);
	assert_int_equal(state_of_feed->retry_after, NOW + 7200);
	answer(503);
	assert_int_equal(state_of_feed->retry_after, 0);
}

static void a_delta_is_read_and_never_taken_for_the_whole(void **state)
{
	(void)state;
	take_validators();
	struct poll_outcome outcome =
		poll((struct fetch_response){.status = 226, .etag = "\"d\""}, "delta", WHOLE);
	assert_int_equal(outcome.what, OUTCOME_READ);
	assert_true(outcome.delta);
	assert_validators("\"d\"", NULL);
	assert_int_equal(state_of_feed->body_hash, 0);
}

static void validators_that_would_inject_headers_are_not_kept(void **state)
{
	(void)state;
	poll((struct fetch_response){.status = 200, .etag = "x\r\nEvil: 1", .last_modified = "ok"},
	     "b", WHOLE);
	assert_validators(NULL, "ok");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(validators_of_a_whole_document_are_kept_byte_for_byte),
		CASE(the_two_validators_are_one_set),
		CASE(failures_leave_validators_alone),
		CASE(a_304_refreshes_what_it_repeats),
		CASE(a_304_that_nobody_asked_for_is_an_error),
		CASE(the_same_body_is_unchanged),
		CASE(a_cut_document_leaves_no_validators),
		CASE(a_document_that_its_server_cut_leaves_no_validators),
		CASE(a_body_that_broke_off_is_still_read),
		CASE(a_page_is_not_an_empty_feed),
		CASE(an_empty_body_is_an_error),
		CASE(success_forgives_everything),
		CASE(three_permanent_redirects_in_a_row_move_a_feed),
		CASE(redirects_that_disagree_or_stop_move_nothing),
		CASE(a_redirect_to_no_feed_moves_nothing),
		CASE(gone_is_believed_the_third_time_and_told_once),
		CASE(retry_after_is_taken_from_any_answer),
		CASE(a_delta_is_read_and_never_taken_for_the_whole),
		CASE(validators_that_would_inject_headers_are_not_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
