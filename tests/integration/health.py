#!/usr/bin/python3
"""How each feed is: every word of `feeds list` reached by a server that gives cause for it, and what else the list says."""
import datetime
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, FAKETIME, FeedServer, Service, closing_all, rss, run_tests  # noqa: E402


def days_ago(days):
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)
    return at.strftime("%a, %d %b %Y %H:%M:%S GMT")


def items(newest_days, gap_days=0.05, count=8):
    return [dict(guid="g%d" % n, title="Notizia %d" % n, link="http://esempio.invalid/%d" % n, date=days_ago(newest_days + n * gap_days))
            for n in range(count)]


def listed(service, days_later=0):
    env = service.environment(clock="+%dd" % days_later if days_later else None)
    done = subprocess.run([BINARY, "feeds", "list", "--json", "--config", service.folder], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return {row["url"].rsplit("/", 1)[1]: row for row in map(json.loads, done.stdout.splitlines())}


def every_word_has_its_cause():
    with closing_all(FeedServer()) as (server,):
        server.put("/fresh", rss(items(0.01)))
        server.put("/stale", rss(items(40)))
        server.put("/failing", "boom", status=500)
        server.put("/page", "<html><body>log in</body></html>")
        for status in (401, 403, 429):
            server.put("/blocked%d" % status, "no", status=status)
        server.put("/gone", "gone", status=410)
        names = ["fresh", "stale", "failing", "page", "blocked401", "blocked403", "blocked429", "gone"]
        conf = 'feed "%s" { paused = true }\n' % server.url("/paused")
        with closing_all(Service(conf, [server.url("/" + name) for name in names])) as (service,):
            assert {row["health"] for name, row in listed(service).items() if name != "paused"} == {"unpolled"}
            for _ in range(3):
                service.command("poll", "--force", check=0)
            rows = listed(service)
            assert {name: row["health"] for name, row in rows.items()} == {
                "fresh": "fresh", "stale": "stale", "failing": "failing", "page": "failing", "blocked401": "blocked",
                "blocked403": "blocked", "blocked429": "blocked", "gone": "gone", "paused": "paused"}, rows
            assert "500" in rows["failing"]["error"] and "not a feed" in rows["page"]["error"] and "410" in rows["gone"]["error"]
            assert "429" in rows["blocked429"]["error"] and "credential_file" in rows["blocked401"]["error"]
            for name in ("fresh", "stale"):
                assert rows[name]["newest"] and rows[name]["rhythm_s"] > 0 and rows[name]["next_poll"], rows[name]
            assert rows["fresh"].get("error") is None


def a_failing_feed_that_is_back_is_fresh_again():
    with closing_all(FeedServer()) as (server,), closing_all(Service(feeds=[server.url("/a")])) as (service,):
        server.put("/a", "boom", status=500)
        service.command("poll", "--force", check=1)
        assert listed(service)["a"]["health"] == "failing"
        server.put("/a", rss(items(0.01)))
        service.command("poll", "--force", check=0)
        assert listed(service)["a"]["health"] == "fresh" and listed(service)["a"].get("error") is None


def a_feed_falls_silent_and_then_stale_with_time_alone():
    if not FAKETIME:
        print("     (faketime is not installed)")
        return
    with closing_all(FeedServer()) as (server,), closing_all(Service(feeds=[server.url("/a")])) as (service,):
        server.put("/a", rss(items(0.01)))
        service.command("poll", check=0)
        words = [listed(service, days)["a"]["health"] for days in (0, 1, 4, 35)]
        assert words == ["fresh", "fresh", "silent", "stale"], words


def the_list_chooses_by_word_and_counts():
    with closing_all(FeedServer()) as (server,), closing_all(Service(feeds=[server.url("/a"), server.url("/b")])) as (service,):
        server.put("/a", rss(items(0.01)))
        server.put("/b", "boom", status=500)
        service.command("poll", check=0)
        assert "/b" in service.command("feeds", "list", "--health", "failing").stdout
        assert "/a" not in service.command("feeds", "list", "--health", "failing").stdout
        text = service.command("feeds", "list").stdout
        assert "fresh" in text and "failing" in text and "500" in text, text


run_tests([every_word_has_its_cause, a_failing_feed_that_is_back_is_fresh_again, a_feed_falls_silent_and_then_stale_with_time_alone,
           the_list_chooses_by_word_and_counts])
