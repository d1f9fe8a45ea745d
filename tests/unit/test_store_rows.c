/* What goes into the store comes out of it.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/store_fixture.h"

static struct feed_state *sample_feed(void)
{
	struct feed_state *state = feed_state_new("http://feed.example/rss");
	g_free(state->fetch_url);
	state->fetch_url = g_strdup("http://feed.example/rss2");
	state->etag = g_strdup("W/\"\xe9t\xe0\"; DROP TABLE feed;--"); /* bytes, not UTF-8 */
	state->last_modified = g_strdup("Thu, 01 Jan 1970 00:00:00 GMT");
	state->moved_to = g_strdup("http://feed.example/new");
	state->moved_count = 2;
	state->body_hash = UINT64_MAX;
	state->next_poll_at = 1;
	state->last_poll_at = 2;
	state->last_success_at = 3;
	state->last_change_at = 4;
	state->newest_entry_at = 5;
	state->failing_since = 6;
	state->failures = 7;
	state->last_status = 503;
	state->last_error = g_strdup("no answer");
	state->cache_until = 8;
	state->retry_after = 9;
	state->ttl_s = 10;
	state->skip_hours = 0xffffff;
	state->skip_days = 0x7f;
	state->rhythm_s = 1234.5;
	state->gone = true;
	state->baseline_done = true;
	state->title = g_strdup("Titolo");
	state->language = g_strdup("it");
	return state;
}

static void the_state_of_a_feed_comes_back_byte_for_byte(void **state)
{
	struct fixture *fixture = *state;
	struct feed_state *in = sample_feed();
	struct store_batch *batch = store_batch_new();
	store_batch_feed(batch, in);
	store_batch_feed(batch, in); /* the later row wins */
	commit(fixture, batch);
	fixture_reopen(fixture);
	g_autoptr(GPtrArray) feeds = store_feeds_load(fixture->store, NULL);
	assert_int_equal(feeds->len, 1);
	const struct feed_state *out = feeds->pdata[0];
	assert_string_equal(out->url, in->url);
	assert_string_equal(out->fetch_url, in->fetch_url);
	assert_string_equal(out->etag, in->etag);
	assert_string_equal(out->last_modified, in->last_modified);
	assert_string_equal(out->moved_to, in->moved_to);
	assert_string_equal(out->last_error, in->last_error);
	assert_string_equal(out->title, in->title);
	assert_string_equal(out->language, in->language);
	/* All that is not a pointer, compared at once. */
	struct feed_state a = *in, b = *out;
	a.url = b.url = a.fetch_url = b.fetch_url = a.etag = b.etag = NULL;
	a.last_modified = b.last_modified = a.moved_to = b.moved_to = NULL;
	a.last_error = b.last_error = a.title = b.title = a.language = b.language = NULL;
	assert_memory_equal(&a, &b, sizeof a);
	assert_true(store_feed_forget(fixture->store, in->url, NULL));
	g_autoptr(GPtrArray) none = store_feeds_load(fixture->store, NULL);
	assert_int_equal(none->len, 0);
	feed_state_free(in);
}

static void an_article_comes_back_whole(void **state)
{
	struct fixture *fixture = *state;
	struct article *in = sample_article(UINT64_MAX - 1, "'; DELETE FROM article; --%_\"", 1000);
	const char *const categories[] = {"Esteri", "a\nb", NULL};
	in->categories = g_strdupv((char **)categories);
	in->guid = g_strdup("");
	in->author = g_strdup("A. Autrice");
	in->language = g_strdup("it");
	in->owner = g_strdup("Editore");
	in->country = g_strdup("IT");
	in->state_media = true;
	in->published_at = -5;
	struct store_batch *batch = store_batch_new();
	g_ptr_array_add(batch->articles, article_copy(in));
	commit(fixture, batch);
	struct article *out = store_article(fixture->store, in->uid, NULL);
	assert_string_equal(out->title, in->title);
	assert_string_equal(out->body, in->body);
	assert_string_equal(out->guid, "");
	assert_string_equal(out->link, in->link);
	assert_string_equal(out->feed, in->feed);
	assert_string_equal(out->outlet, in->outlet);
	assert_string_equal(out->owner, in->owner);
	assert_string_equal(out->country, in->country);
	assert_string_equal(out->categories[0], "Esteri");
	assert_string_equal(out->categories[1], "a b");
	assert_null(out->categories[2]);
	assert_true(out->state_media);
	assert_int_equal(out->published_at, -5);
	assert_int_equal(out->updated_at, INT64_MIN);
	assert_int_equal(out->content, in->content);
	assert_int_equal(out->first_seen_at, 1000);
	article_free(out);
	article_free(in);
}

static void an_edited_article_keeps_when_it_was_first_seen(void **state)
{
	struct fixture *fixture = *state;
	struct store_batch *batch = store_batch_new();
	g_ptr_array_add(batch->articles, sample_article(1, "Prima", 1000));
	struct article *edited = sample_article(1, "Dopo", 2000);
	edited->content = 99;
	g_ptr_array_add(batch->articles, edited);
	commit(fixture, batch);
	struct article *out = store_article(fixture->store, 1, NULL);
	assert_string_equal(out->title, "Dopo");
	assert_int_equal(out->content, 99);
	assert_int_equal(out->first_seen_at, 1000);
	article_free(out);
}

/* Articles `from` to `to`, with titles that begin with `word`, in one batch. */
static void put_articles(struct fixture *fixture, uint64_t from, uint64_t to, const char *word, int64_t seen_at)
{
	struct store_batch *batch = store_batch_new();
	for (uint64_t uid = from; uid <= to; uid++) {
		g_autofree char *title = g_strdup_printf("%s %d", word, (int)uid);
		struct article *article = sample_article(uid, title, seen_at);
		if (uid % 3 == 0)
			article->categories = g_strsplit("uno due", " ", -1);
		if (uid % 5 == 0) {
			g_free(article->feed);
			article->feed = g_strdup("http://other.example/rss");
		}
		g_ptr_array_add(batch->articles, article);
	}
	commit(fixture, batch);
}

static void assert_article(struct fixture *fixture, uint64_t uid, const char *word, int64_t seen_at)
{
	g_autofree char *title = g_strdup_printf("%s %d", word, (int)uid);
	struct article *article = store_article(fixture->store, uid, NULL);

	assert_non_null(article);
	assert_string_equal(article->title, title);
	assert_string_equal(article->feed, uid % 5 ? "http://feed.example/rss" : "http://other.example/rss");
	assert_int_equal(article->content, uid * 31);
	assert_int_equal(article->first_seen_at, seen_at);
	assert_true((uid % 3 == 0) == (article->categories != NULL));
	article_free(article);
}

static void many_articles_of_a_batch_are_all_kept(void **state)
{
	struct fixture *fixture = *state;
	int64_t count;

	put_articles(fixture, 1, 11, "Primo", 100);
	put_articles(fixture, 20, 27, "Primo", 150);
	for (uint64_t uid = 1; uid <= 27; uid++)
		if (uid <= 11 || uid >= 20)
			assert_article(fixture, uid, "Primo", uid <= 11 ? 100 : 150);
	assert_true(store_articles_count(fixture->store, 0, INT64_MAX, NULL, &count, NULL));
	assert_int_equal(count, 19);
}

static void edited_articles_among_new_ones_are_edited(void **state)
{
	struct fixture *fixture = *state;
	int64_t count;

	put_articles(fixture, 10, 14, "Primo", 100);
	put_articles(fixture, 4, 20, "Secondo", 200); /* the second group of four meets what is known */
	for (uint64_t uid = 4; uid <= 20; uid++)
		assert_article(fixture, uid, "Secondo", uid >= 10 && uid <= 14 ? 100 : 200);
	assert_true(store_articles_count(fixture->store, 0, INT64_MAX, NULL, &count, NULL));
	assert_int_equal(count, 17);
}

static void a_lookup_tells_known_changed_and_alike(void **state)
{
	struct fixture *fixture = *state;
	struct store_batch *batch = store_batch_new();
	g_ptr_array_add(batch->articles, sample_article(1, "Uno", 1000));
	struct article *elsewhere = sample_article(9, "Altrove", 1000);
	elsewhere->likeness = 4444;
	g_free(elsewhere->feed);
	elsewhere->feed = g_strdup("http://other.example/");
	g_ptr_array_add(batch->articles, elsewhere);
	commit(fixture, batch);
	struct article_lookup lookups[] = {{.uid = 1, .likeness = 17},
					   {.uid = 2, .likeness = 17},
					   {.uid = 3, .likeness = 4444}};
	assert_true(store_lookup(fixture->store, "http://feed.example/rss", lookups, 3, NULL));
	assert_true(lookups[0].known);
	assert_int_equal(lookups[0].content, 31);
	assert_int_equal(lookups[0].alike, 0); /* itself is not another */
	assert_false(lookups[1].known);
	assert_int_equal(lookups[1].alike, 1); /* same link and title under a new id */
	assert_false(lookups[2].known);
	assert_int_equal(lookups[2].alike, 0); /* another feed's */
}

static void an_article_is_found_by_id_or_link(void **state)
{
	struct fixture *fixture = *state;
	struct store_batch *batch = store_batch_new();
	g_ptr_array_add(batch->articles, sample_article(0xabc, "Uno", 1000));
	commit(fixture, batch);
	g_autoptr(GPtrArray) by_link =
		store_article_find(fixture->store, "http://feed.example/abc", NULL);
	g_autoptr(GPtrArray) by_uid = store_article_find(fixture->store, "0000000000000abc", NULL);
	g_autoptr(GPtrArray) none =
		store_article_find(fixture->store, "http://feed.example/%", NULL);
	assert_int_equal(by_link->len, 1);
	assert_int_equal(by_uid->len, 1);
	assert_int_equal(none->len, 0);
}

struct walk {
	unsigned count, limit;
	int64_t last_at;
};

static bool count_article(const struct article *article, void *user_data)
{
	struct walk *walk = user_data;
	assert_true(article->first_seen_at >= walk->last_at);
	walk->last_at = article->first_seen_at;
	return ++walk->count < walk->limit;
}

static void the_archive_is_walked_in_order_of_time(void **state)
{
	struct fixture *fixture = *state;
	struct store_batch *batch = store_batch_new();
	struct walk walk = {.limit = 1000};
	int64_t expected;
	for (uint64_t uid = 300; uid >= 1; uid--) /* stored in another order */
		g_ptr_array_add(batch->articles,
				sample_article(uid, "T", (int64_t)(1000 + uid / 2)));
	commit(fixture, batch);
	assert_true(store_articles_count(fixture->store, 1000, 1100, NULL, &expected, NULL));
	assert_int_equal(expected, 199);
	assert_true(
		store_articles_each(fixture->store, 1000, 1100, NULL, count_article, &walk, NULL));
	assert_int_equal(walk.count, expected);
}

static void a_walk_ends_when_told(void **state)
{
	struct fixture *fixture = *state;
	struct store_batch *batch = store_batch_new();
	struct walk walk = {.limit = 250};
	for (uint64_t uid = 1; uid <= 300; uid++)
		g_ptr_array_add(batch->articles,
				sample_article(uid, "T", (int64_t)(1000 + uid / 3)));
	commit(fixture, batch);
	assert_true(store_articles_each(fixture->store, 0, INT64_MAX, NULL, count_article, &walk,
					NULL));
	assert_int_equal(walk.count, 250);
	walk.count = 0;
	assert_true(store_articles_each(fixture->store, 0, INT64_MAX, "http://no.example/",
					count_article, &walk, NULL));
	assert_int_equal(walk.count, 0);
}

static void a_verdict_is_kept_with_its_evidence(void **state)
{
	struct fixture *fixture = *state;
	struct hit hit = {"mutua \"difesa\"", MATCH_TITLE, 3, 9, 1.25};
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof hit);
	g_array_append_val(hits, hit);
	g_autoptr(GPtrArray) missing = g_ptr_array_new();
	g_ptr_array_add(missing, (char *)"2.4 of 3.0");
	struct verdict verdict = {
		.filter = "f", .score = 2.4, .threshold = 3, .hits = hits, .missing = missing};
	struct store_batch *batch = store_batch_new();
	g_ptr_array_add(batch->decisions, decision_new(5, &verdict, "below threshold", 77));
	g_ptr_array_add(batch->decisions, decision_new(5, &verdict, "below threshold", 77));
	commit(fixture, batch);
	g_autoptr(GPtrArray) decisions = store_decisions(fixture->store, 5, NULL);
	assert_int_equal(decisions->len, 1); /* a batch repeated after an error adds nothing */
	const struct decision *decision = decisions->pdata[0];
	assert_string_equal(decision->hits, "[[\"mutua \\\"difesa\\\"\",\"title\",3,9,1.25]]");
	assert_string_equal(decision->missing, "[\"2.4 of 3.0\"]");
	assert_string_equal(decision->outcome, "below threshold");
	assert_null(decision->path);
}

static struct alert *sample_alert(uint64_t id, const char *filter, uint64_t story)
{
	struct alert *alert = alert_new();
	alert->id = id;
	alert->story = story;
	alert->filter = g_strdup(filter);
	alert->title = g_strdup("Titolo");
	alert->raised_at = alert->updated_at = 1000;
	alert->article_count = alert->owner_count = 1;
	return alert;
}

static void put_alert(struct fixture *fixture, struct alert *alert)
{
	struct store_batch *batch = store_batch_new();
	g_ptr_array_add(batch->alerts, alert);
	commit(fixture, batch);
}

static void an_alert_grows_and_keeps_what_people_did(void **state)
{
	struct fixture *fixture = *state;
	put_alert(fixture, sample_alert(1, "f", 10));
	assert_true(store_alert_act(fixture->store, 1, ALERT_ACKNOWLEDGED, 0, "me", 5, NULL));
	struct alert *grown = sample_alert(1, "f", 10);
	grown->article_count = 4;
	grown->updated_at = 2000;
	put_alert(fixture, grown);
	struct alert *alert = store_alert_of(fixture->store, "f", 10, NULL);
	assert_int_equal(alert->article_count, 4);
	assert_int_equal(alert->raised_at, 1000);
	assert_int_equal(alert->state, ALERT_ACKNOWLEDGED);
	alert_free(alert);
}

static void muting_a_story_mutes_it_for_every_filter(void **state)
{
	struct fixture *fixture = *state;
	bool muted;
	put_alert(fixture, sample_alert(1, "f", 10));
	put_alert(fixture, sample_alert(2, "g", 10));
	put_alert(fixture, sample_alert(3, "f", 11));
	assert_true(store_alert_act(fixture->store, 1, ALERT_MUTED, 0, "me", 5, NULL));
	assert_true(store_story_muted(fixture->store, 10, &muted, NULL));
	assert_true(muted);
	assert_true(store_story_muted(fixture->store, 11, &muted, NULL));
	assert_false(muted);
	struct alert *other = store_alert(fixture->store, 2, NULL);
	assert_int_equal(other->state, ALERT_MUTED);
	alert_free(other);
}

static void a_snooze_ends(void **state)
{
	struct fixture *fixture = *state;
	put_alert(fixture, sample_alert(1, "f", 10));
	assert_true(store_alert_act(fixture->store, 1, ALERT_SNOOZED, 100, "me", 5, NULL));
	g_autoptr(GPtrArray) early = store_snoozes_end(fixture->store, 99, NULL);
	g_autoptr(GPtrArray) due = store_snoozes_end(fixture->store, 100, NULL);
	g_autoptr(GPtrArray) again = store_snoozes_end(fixture->store, 101, NULL);
	assert_int_equal(early->len, 0);
	assert_int_equal(due->len, 1);
	assert_int_equal(again->len, 0);
}

static void acting_on_an_unknown_alert_is_an_error(void **state)
{
	struct fixture *fixture = *state;
	g_autoptr(GError) error = NULL;
	assert_false(store_alert_act(fixture->store, 42, ALERT_MUTED, 0, "me", 5, &error));
	assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_DATA));
	assert_true(store_healthy(fixture->store, NULL));
}

static bool count_member(const struct story_member *member, const struct article *article,
			 void *user_data)
{
	unsigned *count = user_data;
	assert_int_equal(member->article, article->uid);
	assert_true(member->story != 20);
	++*count;
	return true;
}

static void recent_stories_come_back_with_their_articles(void **state)
{
	struct fixture *fixture = *state;
	struct store_batch *batch = store_batch_new();
	for (uint64_t uid = 1; uid <= 600; uid++) {
		struct story_member member = {uid <= 500 ? 10 : 20, uid, STORY_JOINED, 0.5,
					      uid <= 500 ? 5000 - (int64_t)uid : 10};
		g_ptr_array_add(batch->articles, sample_article(uid, "T", member.joined_at));
		g_array_append_val(batch->members, member);
	}
	commit(fixture, batch);
	unsigned count = 0;
	assert_true(store_stories_each(fixture->store, 4990, count_member, &count, NULL));
	assert_int_equal(count, 500); /* the old members of a story that is alive too */
	g_autoptr(GPtrArray) articles = store_story_articles(fixture->store, 20, NULL);
	assert_int_equal(articles->len, 100);
}

static void why_leads_from_the_article_to_its_deliveries(void **state)
{
	struct fixture *fixture = *state;
	struct store_batch *batch = store_batch_new();
	struct story_member member = {10, 1, STORY_FIRST, 1, 1000};
	struct delivery *delivery = sample_delivery("k", "log", 1000);
	delivery->alert = 77;
	g_ptr_array_add(batch->articles, sample_article(1, "T", 1000));
	g_array_append_val(batch->members, member);
	g_ptr_array_add(batch->alerts, sample_alert(77, "f", 10));
	g_ptr_array_add(batch->deliveries, delivery);
	commit(fixture, batch);
	g_autoptr(GPtrArray) alerts = store_alerts_of_article(fixture->store, 1, NULL);
	assert_int_equal(alerts->len, 1);
	g_autoptr(GPtrArray) deliveries = store_deliveries_of_alert(fixture->store, 77, NULL);
	assert_int_equal(deliveries->len, 1);
}

static void marks_silences_values_and_digests_are_kept(void **state)
{
	struct fixture *fixture = *state;
	bool done;
	assert_true(store_mark(fixture->store, 1, "f", true, "me", 1, NULL));
	assert_true(store_mark(fixture->store, 1, "f", false, "me", 2, NULL));
	g_autoptr(GPtrArray) marks = store_marks(fixture->store, NULL, NULL);
	assert_int_equal(marks->len, 1);
	assert_false(((struct mark *)marks->pdata[0])->good);
	struct silence silence = {.filter = (char *)"f",
				  .starts_at = 10,
				  .ends_at = 100,
				  .author = (char *)"me",
				  .reason = (char *)"elections"};
	assert_true(store_silence_add(fixture->store, &silence, NULL));
	assert_true(store_silence_end(fixture->store, silence.id, 50, NULL));
	g_autoptr(GPtrArray) before = store_silences(fixture->store, 49, NULL);
	g_autoptr(GPtrArray) after = store_silences(fixture->store, 50, NULL);
	assert_int_equal(before->len, 1);
	assert_int_equal(after->len, 0);
	struct store_batch *batch = store_batch_new();
	store_batch_value(batch, "canary.last", "5");
	store_batch_value(batch, "canaryx", "6");
	g_ptr_array_add(batch->digests, g_strdup("mail/2026-11-20T07:30"));
	commit(fixture, batch);
	assert_true(store_digest_done(fixture->store, "mail/2026-11-20T07:30", &done, NULL));
	assert_true(done);
	assert_true(store_digest_done(fixture->store, "mail/2026-11-21T07:30", &done, NULL));
	assert_false(done);
	g_autoptr(GHashTable) values = store_values(fixture->store, "canary.", NULL);
	assert_int_equal(g_hash_table_size(values), 1);
	assert_true(store_value_set(fixture->store, "canary.last", NULL, NULL));
	assert_null(store_value(fixture->store, "canary.last", NULL));
}

static void a_batch_is_committed_whole_or_not_at_all(void **state)
{
	struct fixture *fixture = *state;
	g_autoptr(GError) error = NULL;
	struct store_batch *batch = store_batch_new();
	struct delivery *broken = sample_delivery("k", "log", 1);
	g_clear_pointer(&broken->channel, g_free); /* breaks NOT NULL, last of all */
	g_ptr_array_add(batch->articles, sample_article(1, "T", 1));
	g_ptr_array_add(batch->deliveries, broken);
	assert_false(store_commit(fixture->store, batch, &error));
	assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_DATA));
	assert_null(store_article(fixture->store, 1, NULL));
	broken->channel = g_strdup("log");
	commit(fixture, batch); /* the same batch again */
	struct article *article = store_article(fixture->store, 1, NULL);
	assert_non_null(article);
	article_free(article);
}

static void retention_removes_what_is_old_and_ended(void **state)
{
	struct fixture *fixture = *state;
	struct store_batch *batch = store_batch_new();
	batch->now = 500000;
	for (uint64_t uid = 1; uid <= 100; uid++)
		g_ptr_array_add(batch->articles, sample_article(uid, "T", (int64_t)uid * 1000));
	uint64_t listed = 3;
	g_array_append_val(batch->seen, listed);
	struct delivery *waiting = sample_delivery("waits", "mail", 1);
	g_ptr_array_add(batch->deliveries, waiting);
	struct delivery *ended = sample_delivery("ended", "mail", 1);
	ended->state = DELIVERY_SUPPRESSED;
	g_ptr_array_add(batch->deliveries, ended);
	commit(fixture, batch);
	struct store_retention retention = {.text_before = 50500,
					    .identity_before = 20500,
					    .ledger_before = 100,
					    .outbox_before = 100,
					    .max_rows = 7};
	bool more = true;
	unsigned calls = 0;
	while (more) {
		assert_true(store_prune(fixture->store, &retention, &more, NULL));
		assert_true(++calls < 100);
	}
	struct store_stats stats;
	assert_true(store_stats(fixture->store, &stats, NULL));
	assert_int_equal(stats.texts, 50);
	assert_int_equal(stats.articles, 81); /* 1 to 20 went, but 3 is still listed */
	assert_int_equal(stats.outbox[DELIVERY_PENDING], 1);
	assert_int_equal(stats.outbox[DELIVERY_SUPPRESSED], 0);
	assert_true(calls > 10);
}

#define with_store(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_store(the_state_of_a_feed_comes_back_byte_for_byte),
		with_store(an_article_comes_back_whole),
		with_store(an_edited_article_keeps_when_it_was_first_seen),
		with_store(many_articles_of_a_batch_are_all_kept),
		with_store(edited_articles_among_new_ones_are_edited),
		with_store(a_lookup_tells_known_changed_and_alike),
		with_store(an_article_is_found_by_id_or_link),
		with_store(the_archive_is_walked_in_order_of_time),
		with_store(a_walk_ends_when_told),
		with_store(a_verdict_is_kept_with_its_evidence),
		with_store(an_alert_grows_and_keeps_what_people_did),
		with_store(muting_a_story_mutes_it_for_every_filter),
		with_store(a_snooze_ends),
		with_store(acting_on_an_unknown_alert_is_an_error),
		with_store(recent_stories_come_back_with_their_articles),
		with_store(why_leads_from_the_article_to_its_deliveries),
		with_store(marks_silences_values_and_digests_are_kept),
		with_store(a_batch_is_committed_whole_or_not_at_all),
		with_store(retention_removes_what_is_old_and_ended),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
