#!/usr/bin/python3
"""No verdict of `vedetta feeds audit` that cannot fail: for each rule of the client a bug is planted in a copy of the sources, and its row
must say "broken"; the rows of sound sources are what the integration tests demand.

  rule_plants.py [R01…]     run by `make rule-plants`; some minutes
"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from planted_tree import PlantedTree  # noqa: E402

EXCHANGE, FETCH, OUTCOME, SCHEDULE = "feeds/fetch_exchange.c", "feeds/fetch.c", "feeds/poll_outcome.c", "feeds/schedule.c"
PIPELINE, POLLER, POLICY, ADD = "daemon/pipeline.c", "daemon/poller.c", "feeds/http_policy.c", "daemon/cli/feeds_add.c"

# rule, what the bug is, file, text as it is (it must occur once), text with the bug; or several of both
PLANTS = (
    ("R01", "Last-Modified is not sent", EXCHANGE, "if (request->last_modified)\n", "if (request->last_modified && !request->etag)\n"),
    ("R02", "weak ETags are sent as strong ones", EXCHANGE, '"If-None-Match", request->etag);',
     '"If-None-Match", request->etag[0] == \'W\' ? request->etag + 2 : request->etag);'),
    ("R02", "the date is written anew", EXCHANGE, '"If-Modified-Since", request->last_modified);',
     '"If-Modified-Since", request->last_modified[0] == \'T\' ? "Tue, 01 Jan 2030 00:00:00 GMT" : request->last_modified);'),
    ("R03", "an old ETag stays beside a new date", OUTCOME, "set(&state->etag, outcome->etag);",
     "if (outcome->etag)\n\t\tset(&state->etag, outcome->etag);"),
    ("R04", "the ETag is not read from the store", "daemon/store/feeds.c", "state->etag = sql_text(row, 2);", "state->etag = NULL;"),
    ("R05", "a failure drops the ETag", OUTCOME, "\tstate->failures++;\n", "\tstate->failures++;\n\tset(&state->etag, NULL);\n"),
    ("R06", "the ETag of a 304 is ignored", OUTCOME, "if (http_validator_usable(response->etag))\n\t\tset(",
     "if (!response->etag)\n\t\tset("),
    ("R07", "validators go to every address", EXCHANGE, " && strcmp(url, home) == 0;", " && url && home;"),
    ("R08", "the same body is read again", OUTCOME, "if (state->body_hash == body_hash)", "if (state->body_hash == 1)"),
    ("R08", "the same ETag is read again", OUTCOME, "return conditional && response->etag && g_strcmp0(state->etag, response->etag) == 0;",
     "return conditional && !response;"),
    ("R09", "now and then a whole document", PIPELINE, "poll->conditional = !force &&",
     "static unsigned polled;\n\tpoll->conditional = ++polled % 40 && !force &&"),
    ("R10", "dates are not understood", POLICY, "return http_date(value, &number) ? clamp(number, now) : 0;", "return 0;"),
    ("R10", "only 429 counts", OUTCOME, "state->retry_after = http_retry_after(response->retry_after, now);",
     "state->retry_after = response->status == 429 ? http_retry_after(response->retry_after, now) : 0;"),
    ("R11", "only the feed itself waits", "daemon/host_pauses.c", "return end <= now ? 0 : end;", "return end <= now ? 0 : 0;"),
    ("R11", "a start forgets the pauses", "daemon/roster.c", "\t\tif (state->retry_after)\n", "\t\tif (!state)\n"),
    ("R11", "no cap", "feeds/http_policy.h", "(7 * 86400)", "(70000 * 86400LL)"),
    ("R12", "429 pauses ten minutes", SCHEDULE, "TOO_MANY_FIRST_S     3600", "TOO_MANY_FIRST_S     600"),
    ("R12", "429 does not double", SCHEDULE, "return back_off(TOO_MANY_FIRST_S, state->failures, FAILURE_MAX_S);", "return TOO_MANY_FIRST_S;"),
    ("R13", "freshness of a 304 is ignored", OUTCOME, " || response->status == 226 || response->status == 304)", " || response->status == 226)"),
    ("R13", "Age is ignored", POLICY, "seconds(age, &spent);", "spent = 0;"),
    ("R14", "hours to skip are ignored", SCHEDULE, "return past_skips(state, next, chance);", "return past_skips ? next : 0;"),
    ("R14", "ttl is ignored", SCHEDULE, "MAX(interval, MIN(state->ttl_s, DOCUMENT_PAUSE_MAX_S))", "MAX(interval, 0)"),
    ("R15", "every feed at the floor", SCHEDULE, "return within((int64_t)(current_gap(state) / POLLS_PER_ENTRY), low, high);",
     "return within((int64_t)(0 * current_gap(state)), low, high);"),
    ("R16", "no jitter", SCHEDULE, "#define JITTER		     0.2", "#define JITTER		     0.0"),
    ("R17", "no gap between requests to a host", FETCH,
     "t->host->next_at_us = now + f->options.host_gap_ms * G_GINT64_CONSTANT(1000);", "t->host->next_at_us = now;"),
    ("R17", "no gap between names of one address", FETCH,
     "\t\t\t\t  options->host_gap_ms * G_GINT64_CONSTANT(1000));", "\t\t\t\t  0 * options->host_gap_ms);"),
    ("R17", "several at once", FETCH, "host->active >= f->options.max_per_host ||", "host->active >= 4 ||"),
    ("R18", "a start forgets due times", POLLER, "if (feed->state->next_poll_at < now_of(poller))\n\t\tspread(poller, feed, poller->options.spread_s);",
     "spread(poller, feed, poller->options.spread_s);"),
    ("R18", "a first start asks all at once", POLLER, "spread(poller, feed, poller->options.spread_s);", "spread(poller, feed, 0);"),
    ("R19", "a new feed is asked twice", PIPELINE, "poll->summary.unchanged = poll->outcome.what == OUTCOME_UNCHANGED;",
     "poll->summary.unchanged = poll->outcome.what == OUTCOME_UNCHANGED;\n\tif (!poll->feed->state->last_poll_at)\n\t\tstate->next_poll_at = poll->now;"),
    ("R20", "what a page points to is asked too", ADD, "\t\tadd(a, feeds->pdata[i], NULL);\n\treturn true;",
     "\t{\n\t\tg_autofree char *url = g_strdup(feeds->pdata[i]);\n\t\tadd(a, url, NULL);\n\t\tlook_clear(&a->look);\n\t\tlook_at(&a->look, url);\n"
     "\t\tbreak;\n\t}\n\treturn true;"),
    ("R21", "a refresh by hand is always obeyed", "daemon/roster.c", "if (state->last_poll_at + floor_s > now && ", "if (floor_s < 0 && "),
    ("R21", "--force goes over Retry-After", "daemon/roster.c", ("if (MAX(state->retry_after,", "\tremember_pauses(states, choice->pauses);"),
     ("if (!choice->force && MAX(state->retry_after,", "\tif (!choice->force)\n\t\tremember_pauses(states, choice->pauses);")),
    ("R22", "after a sleep all at once", POLLER, "now - LATE_S > poller->asked_for)", "now < LATE_S)"),
    ("R30", "another method", EXCHANGE, "curl_easy_setopt(easy, CURLOPT_URL, url);",
     'curl_easy_setopt(easy, CURLOPT_URL, url);\n\tcurl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "POST");'),
    ("R31", "round every cache", EXCHANGE, "\tset_validators(x, url, request);", '\tadd_header(x, "Cache-Control", "no-cache");\n\tset_validators(x, url, request);'),
    ("R31", "a parameter of its own", EXCHANGE, "curl_easy_setopt(easy, CURLOPT_URL, url);",
     'g_autofree char *busted = g_strconcat(url, strchr(url, \'?\') ? "&_=1" : "", NULL);\n\tcurl_easy_setopt(easy, CURLOPT_URL, busted);'),
    ("R32", "cookies come back", EXCHANGE, "curl_easy_setopt(easy, CURLOPT_URL, url);",
     'curl_easy_setopt(easy, CURLOPT_URL, url);\n\tcurl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");'),
    ("R33", "a Referer", EXCHANGE, "curl_easy_setopt(easy, CURLOPT_URL, url);",
     "curl_easy_setopt(easy, CURLOPT_URL, url);\n\tcurl_easy_setopt(easy, CURLOPT_REFERER, url);"),
    ("R34", "a browser's name", EXCHANGE, "request->user_agent ? request->user_agent : settings->user_agent);",
     'request->user_agent ? request->user_agent : "Mozilla/5.0 (X11; Linux x86_64)");'),
    ("R34", "a feed's own name is not logged", "daemon/roster.c", 'log_info("feed.user-agent"', 'log_debug("feed.user-agent"'),
    ("R35", "anything is as good as a feed", EXCHANGE, '"Accept: application/atom+xml, ', '"Accept: */*, application/atom+xml, '),
    ("R36", "bombs are read", EXCHANGE, "\t\tx->bomb = true;\n\t\treturn 0;\n", "\t\tx->bomb = false;\n"),
    ("R36", "codings are not decoded", EXCHANGE, "curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, \"\");",
     "curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, \"\");\n\tcurl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);"),
    ("R37", "a connection for each request", FETCH, "(long)!more);", "1L);"),
    ("R37", "HTTP/1.0", EXCHANGE, "settings->http1 ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS", "settings->http1 ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_1_0"),
    ("R37", "TLS 1.1 is offered", EXCHANGE, "(long)CURL_SSLVERSION_TLSv1_2);",
     '(long)CURL_SSLVERSION_TLSv1_1);\n\tcurl_easy_setopt(x->easy, CURLOPT_SSL_CIPHER_LIST, "ALL:@SECLEVEL=0");'),
    ("R38", "an address is guessed", ADD, "\tif (!feeds->len) {\n",
     '\tif (!feeds->len) {\n\t\tg_autofree char *guess = g_strconcat(typed, "/feed", NULL);\n\t\tlook_clear(&a->look);\n\t\tlook_at(&a->look, guess);\n'),
    ("R38", "keys are logged", "feeds/url_redact.c", 'if (!strstr(text, "://"))', "if (*text)"),
    ("R39", "the icon is fetched too", PIPELINE, "\tif (!request(poll, NULL, on_fetched, &error))\n",
     '\tg_autofree char *icon = url_resolve(feed->subscription->url, "/icon.ico");\n'
     "\tconst struct fetch_request extra = {.url = icon};\n"
     "\tfetch_start(pipeline->parts.fetcher, &extra, ignore_answer, NULL, NULL);\n"
     "\tif (!request(poll, NULL, on_fetched, &error))\n"),
    ("R40", "redirects without end", FETCH, "#define MAX_REDIRECTS 5", "#define MAX_REDIRECTS 50"),
    ("R40", "every network is allowed", EXCHANGE, "const char *rule = address_refused(&address->addr, x->exceptions);",
     "const char *rule = NULL;"),
    ("R40", "passwords follow redirects", FETCH, "t->hops == 0 || url_same_origin(t->url, t->request.url)", "t->hops < 99"),
    ("R40", "no limit of size", EXCHANGE, "if (decoded > x->max_bytes ||", "if (decoded > 100 * x->max_bytes ||"),
    ("R40", "no limit of time", EXCHANGE, "curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);",
     "curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms * 20);"),
    ("R50", "the first 301 is believed", OUTCOME, "#define MOVES_TO_BELIEVE 3", "#define MOVES_TO_BELIEVE 1"),
    ("R50", "a page is believed", OUTCOME, "\toutcome->permanent_url = g_strdup(response->permanent_url);\n",
     "\toutcome->permanent_url = g_strdup(response->permanent_url);\n\tjudge_move(state, response->permanent_url, outcome);\n"),
    ("R51", "302 is believed", FETCH, "t->permanent && (status == 301 || status == 308) &&", "t->permanent && status &&"),
    ("R52", "both are asked", POLLER, "feed->joined = g_hash_table_lookup(owners, feed->state->fetch_url) != feed;", "feed->joined = false;"),
    ("R53", "the first 410 is believed", OUTCOME, "#define GONE_TO_BELIEVE 3", "#define GONE_TO_BELIEVE 1"),
    ("R53", "asked all the same", POLLER, " || feed->state->gone;", ";"),
    ("R54", "404 daily for ever", SCHEDULE, "#define ABSENT_MAX_S	     (7 * 86400)", "#define ABSENT_MAX_S	     86400"),
    ("R54", "401 like any failure", SCHEDULE, "#define LOGIN_S		     (30 * 86400)", "#define LOGIN_S		     86400"),
    ("R55", "no doubling", SCHEDULE, "pause *= 2;", "pause += 1;"),
    ("R55", "never again after three", SCHEDULE, "\tif (state->failures)\n\t\tinterval =",
     "\tif (state->failures > 3)\n\t\treturn INT64_MAX;\n\tif (state->failures)\n\t\tinterval ="),
    ("R56", "a page is an empty feed", OUTCOME, "\t\tfailed_document(state, outcome, error, now);\n\t\treturn;",
     "\t\tif (outcome->broken)\n\t\t\tfailed_document(state, outcome, error, now);\n\t\tfine(state, now);\n\t\treturn;"),
    ("R57", "pages are added", ADD, "\tif (!feeds->len) {\n", "\tif (!feeds->len) {\n\t\tadd(a, typed, NULL);\n"),
    ("R57", "nothing of the page is shown", ADD, "#define SHOWN_LINES 4", "#define SHOWN_LINES 0"),
    ("R58", "failures are not logged", "daemon/poll_report.c", 'log_warning("feed.failed"', 'log_debug("feed.failed"'),
    ("R58", "the list does not know why", OUTCOME, "\tset(&state->last_error, why);", '\tset(&state->last_error, why ? "failed" : NULL);'),
    ("R59", "what is absent is forgotten", "daemon/intake.c", "known[i] = (struct identity_known){.known = lookups[i].known,",
     "known[i] = (struct identity_known){.known = lookups[i].known && count > forgotten,"),
    ("R60", "A-IM to everybody", PIPELINE, ".delta = s->delta && conditional,", ".delta = conditional,"),
    ("R60", "the ETag of a 226 is not kept", OUTCOME, "\tkeep_validators(state, outcome);\n\tstate->body_hash = outcome->delta ? 0",
     "\tif (!outcome->delta)\n\t\tkeep_validators(state, outcome);\n\tstate->body_hash = outcome->delta ? 0"),
    ("R61", "200 is no answer to A-IM", OUTCOME, "\tif (len == 0) {\n", "\tif (len == 0 || (conditional && response->status == 200)) {\n"),
    ("R62", "pages without end", PIPELINE, "#define PAGES_MAX 5", "#define PAGES_MAX 15"),
    ("R62", "archives again and again", PIPELINE, "\tstate->archive_url = g_strdup(document->prev_archive_url);", "\tstate->archive_url = NULL;"),
    ("R62", "pages of other hosts", PIPELINE, " || !url_same_origin(url, poll->state->fetch_url))", ")"),
    ("R63", "a new guid is a new article", "feeds/identity.c", "return identity->likeness && known->alike ? ENTRY_RENAMED : ENTRY_NEW;",
     "return identity->likeness && known->alike ? ENTRY_NEW : ENTRY_NEW;"),
    ("R63", "an edit is a new article", "feeds/identity.c", "ENTRY_KNOWN : ENTRY_EDITED;", "ENTRY_KNOWN : ENTRY_NEW;"),
    ("R64", "the backlog alerts", PIPELINE, "\tif (poll->state->baseline_done)\n\t\treturn false;\n", "\tif (poll->now)\n\t\treturn false;\n"),
    ("R64", "'backlog' is ignored", PIPELINE, "\treturn !backlog_s || (", "\treturn backlog_s >= 0 || ("),
)
# What a plant needs elsewhere in its file to compile.
BESIDE = {
    "ignore_answer": ("void pipeline_poll(struct pipeline *pipeline, struct feed *feed, bool force)\n",
                      "static void ignore_answer(const struct fetch_response *r, const GError *e, void *d)\n{\n\t(void)r, (void)e, (void)d;\n}\n\n"),
    "forgotten": ("struct intake *intake_new(", "static size_t forgotten;\n"),
}


def planted(text, old, new, path):
    if isinstance(old, tuple):
        for pair in zip(old, new):
            text = planted(text, *pair, path)
        return text
    if text.count(old) != 1:
        sys.exit("%s: %r occurs %d times; the plant is out of date" % (path, old, text.count(old)))
    text = text.replace(old, new)
    for name, (place, addition) in BESIDE.items():
        if name in new and name not in old:
            text = text.replace(place, addition + place, 1)
    if "forgotten" in new:  # … since the last document without entries
        text = text.replace("\tidentity_of_entries(subscription->url,", "\tif (!count)\n\t\tforgotten = SIZE_MAX;\n\tidentity_of_entries(subscription->url,")
    return text


def kept(where, rule):
    done = subprocess.run(["nice", os.path.join(where, "vedetta"), "feeds", "audit", rule, "--json"], capture_output=True, text=True, timeout=600)
    lines = done.stdout.splitlines()
    if not lines:  # the planted bug may crash the audit: that is seen too
        return False, "ended with %d" % done.returncode
    row = json.loads(lines[-1])
    broken = [part for part in row["evidence"].split("; ") if part.startswith("BROKEN")]
    return row["kept"], (broken or [row["evidence"]])[0]


def main():
    rules = sorted({plant[0] for plant in PLANTS})
    wanted = [rule.upper() for rule in sys.argv[1:]] or rules
    caught = missed = 0
    seen = set()
    with PlantedTree(["vedetta"], "-O0") as tree:
        for rule, what, name, old, new in PLANTS:
            if rule not in wanted:
                continue
            with tree.planted([(name, lambda text: planted(text, old, new, name))]):
                still, said = kept(tree.build_folder, rule)
            caught, missed = caught + (not still), missed + still
            seen.add(rule)
            print("%s %s: %s: %s" % ("MISS" if still else "ok  ", rule, what, said[:150]), flush=True)
    print("planted bugs: %d of %d caught, over %d rules" % (caught, caught + missed, len(seen)))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
