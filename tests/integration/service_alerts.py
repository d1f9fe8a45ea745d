#!/usr/bin/python3
"""What the service tells about itself, through the same channels; once, and again when all is well."""
import contextlib
import datetime
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import FAKETIME, FeedServer, Service, closing_all, dead_mail, rss, run_tests, wait_for  # noqa: E402

FILTER = 'filter "ponte" { title = "Ponte" when = "ponte" }\n'
CONF = ('backlog = 365d\nchannel "log" { type = log file = "alerts.jsonl" }\n'
        'route "all" { filters = { "*" } channels = { "log" } }\n')
NEWS = rss([dict(guid="1", title="Un ponte nuovo", link="https://esempio.invalid/1", text="Inaugurato.")])


def messages(service, kind="service"):
    return [record for record in service.alerts() if record["vedetta"]["kind"] == kind]


def texts(service):
    return "\n".join(record["message"] for record in messages(service))


def a_feed_that_fails_for_a_day_is_told_once_and_its_return_too():
    with closing_all(FeedServer()) as (server,), closing_all(Service(CONF, [(server.url("/a"), {"title": "Eco"})], {"ponte": FILTER})) as (service,):
        server.put("/a", "boom", "text/plain", 500)
        service.command("poll")
        service.start(env=service.environment(clock="+25h"))
        wait_for("the word that the feed is ill", lambda: "Eco" in texts(service))
        service.stop()
        service.start(env=service.environment(clock="+26h"))
        wait_for("the second start", lambda: service.log().count("engine.started") == 2)
        server.put("/a", NEWS)
        service.stop()
        service.start(env=service.environment(clock="+60h"))
        wait_for("the word that the feed is back", lambda: "back" in texts(service))
        assert service.stop() == 0
        assert len(messages(service)) == 2, texts(service)


def a_feed_that_goes_quiet_against_its_own_rhythm_is_told():
    now = datetime.datetime.now(datetime.timezone.utc)
    items = [dict(guid="q%d" % n, title="Cronaca %d" % n, link="https://esempio.invalid/q%d" % n,
                  date=(now - datetime.timedelta(hours=n)).strftime("%a, %d %b %Y %H:%M:%S GMT")) for n in range(10)]
    with closing_all(FeedServer()) as (server,), closing_all(
            Service(CONF, [(server.url("/a"), {"title": "Eco"}), (server.url("/slow"), {"title": "Mensile"})], {"ponte": FILTER})) as (service,):
        server.put("/a", rss(items))
        server.put("/slow", rss([dict(item, date=(now - datetime.timedelta(days=20 * n)).strftime("%a, %d %b %Y %H:%M:%S GMT"))
                                 for n, item in enumerate(items[:4])]))
        service.command("poll", check=0)
        service.start(env=service.environment(clock="+5d"))
        wait_for("the word that the feed is quiet", lambda: "Eco" in texts(service))
        assert "nothing new for unusually long" in texts(service) and "Mensile" not in texts(service), texts(service)
        service.stop()
        server.put("/a", rss([dict(items[0], guid="new", title="Cronaca di oggi")] + items))
        service.start(env=service.environment(clock="+6d"))
        wait_for("the word that it speaks again", lambda: "back" in texts(service))
        assert service.stop() == 0
        assert len(messages(service)) == 2, texts(service)


def many_feeds_behind_one_login_page_are_one_trouble():
    """A captive portal: every host answers with the same page."""
    with closing_all(FeedServer("0.0.0.0")) as (server,):
        hosts = ["127.0.1.%d" % n for n in range(1, 61)]
        urls = ["http://%s:%d/f" % (host, server.port) for host in hosts]
        with closing_all(Service(CONF, urls, {"ponte": FILTER})) as (service,):
            server.put("/f", "<html><head><title>Hotel</title></head><body>Accept the terms</body></html>")
            log = service.command("poll", "--force", check=1).stderr
            assert log.count("network.outage") == 1 and log.count("feed.failed") <= 15, log
            service.start(env=service.environment(clock="+1h x60"))
            wait_for("the word about the network", lambda: "Most feeds" in texts(service))
            assert texts(service).count("Most feeds") == 1 and "does not answer" not in texts(service), texts(service)
            server.put("/f", NEWS)
            service.stop()
            log = service.command("poll", "--force", check=0).stderr
            assert "feed.failed" not in log and "network.outage" not in log, log


def a_feed_that_is_gone_is_told():
    with closing_all(FeedServer()) as (server,), closing_all(Service(CONF, [server.url("/a")], {"ponte": FILTER})) as (service,):
        server.put("/a", "gone", "text/plain", 410)
        for _ in range(3):
            service.command("poll", "--force", server.url("/a"))
        requests = server.count()
        service.command("poll", server.url("/a"))
        assert server.count() == requests, "a feed that is gone was asked again"
        service.start()
        wait_for("the word that it is gone", lambda: "gone for good" in texts(service))
        assert service.stop() == 0


def a_configuration_that_is_refused_is_told():
    with closing_all(FeedServer()) as (server,), closing_all(Service(CONF, [server.url("/a")], {"ponte": FILTER})) as (service,):
        server.put("/a", NEWS)
        process = service.start()
        wait_for("the alert", service.alerts)
        good = service.read("vedetta.conf")
        service.write("vedetta.conf", good + "nonsense = 1\n")
        process.send_signal(1)
        wait_for("the word that it was refused", lambda: "refused" in texts(service))
        service.write("vedetta.conf", good)
        process.send_signal(1)
        wait_for("the word that it is in force", lambda: "in force again" in texts(service))
        assert service.stop() == 0


def a_channel_that_is_stuck_is_told_by_another():
    conf = CONF + dead_mail()
    with closing_all(FeedServer()) as (server,), closing_all(Service(conf, [server.url("/a")], {"ponte": FILTER})) as (service,):
        server.put("/a", NEWS)
        service.start()
        service.wait_log("delivery.failed channel=mail")
        service.stop()
        service.start(env=service.environment(clock="+2h"))
        wait_for("the word that mail is stuck", lambda: "mail" in texts(service))
        assert service.stop() == 0


def start_with_a_clock(service):
    """The clock of the service alone, by a file that is read at each look at it."""
    service.write("clock", "+0\n")
    env = service.environment(clock="+0")
    del env["FAKETIME"]
    service.start(env=dict(env, FAKETIME_TIMESTAMP_FILE=service.path("clock")))
    service.wait_log("engine.started")


def set_clock(service, jump):
    service.write("clock.new", jump + "\n")
    os.rename(service.path("clock.new"), service.path("clock"))


def a_clock_that_is_set_is_told_and_the_log_says_by_how_much():
    for jump, said in (("+3h", "10800 s"), ("-3h", "-10800 s")):
        with closing_all(Service(CONF, [], {"ponte": FILTER})) as (service,):
            start_with_a_clock(service)
            set_clock(service, jump)
            wait_for("the word that the clock was set", lambda: "clock was set" in texts(service))
            moved = re.search(r"clock.jumped by=\"?(-?\d+) s", service.log())
            assert moved and abs(int(moved.group(1)) - int(said.split()[0])) < 60, service.log()
            assert service.stop() == 0


def the_canary_goes_the_whole_way():
    with closing_all(Service(CONF + 'canary = 1h\ncanary_channel = "log"\n', [], {"ponte": FILTER})) as (service,):
        service.start()
        service.wait_log("canary.arrived")
        wait_for("its delivery", lambda: messages(service, "test"))
        assert service.stop() == 0
        assert "Canary" in service.command("status", check=0).stdout
        assert "canary" in Service.read(service, "alerts.jsonl")


def a_clock_that_is_set_years_ahead_deletes_nothing_at_once():
    def texts_kept():
        with contextlib.closing(sqlite3.connect(service.path("state/vedetta.db"))) as store:
            return store.execute("SELECT count(*) FROM article_text").fetchone()[0]

    with closing_all(FeedServer()) as (server,), closing_all(Service(CONF, [server.url("/a")], {"ponte": FILTER})) as (service,):
        server.put("/a", NEWS)
        start_with_a_clock(service)
        wait_for("the article", texts_kept)
        set_clock(service, "+2000d")
        service.wait_log("clock.jumped")
        assert service.stop() == 0
        assert texts_kept()


def a_clock_that_is_set_back_does_not_silence_the_canary():
    with closing_all(Service(CONF + 'canary = 1h\ncanary_channel = "log"\n', [], {"ponte": FILTER})) as (service,):
        start_with_a_clock(service)
        service.wait_log("canary.arrived")
        set_clock(service, "-3h")
        wait_for("another canary", lambda: service.log().count("canary.arrived") == 2)
        assert service.stop() == 0


def a_clock_that_is_set_forward_does_not_make_the_canary_late():
    conf = CONF + dead_mail().split("route")[0] + 'canary = 1h\ncanary_channel = "mail"\n'
    with closing_all(Service(conf, [], {"ponte": FILTER})) as (service,):
        start_with_a_clock(service)
        service.wait_log("delivery.failed channel=mail key=canary")
        set_clock(service, "+3h")
        service.wait_log("clock.jumped")
        assert service.stop() == 0
        assert "canary.overdue" not in service.log(), service.log()


def a_canary_without_a_channel_is_refused():
    with closing_all(Service(CONF + "canary = 1h\n", [], {"ponte": FILTER})) as (service,):
        assert "canary_channel" in service.command("check", check=1).stderr


run_tests([
    *([a_feed_that_fails_for_a_day_is_told_once_and_its_return_too, a_feed_that_goes_quiet_against_its_own_rhythm_is_told, many_feeds_behind_one_login_page_are_one_trouble,
       a_channel_that_is_stuck_is_told_by_another, a_clock_that_is_set_is_told_and_the_log_says_by_how_much,
       a_clock_that_is_set_years_ahead_deletes_nothing_at_once,
       a_clock_that_is_set_back_does_not_silence_the_canary, a_clock_that_is_set_forward_does_not_make_the_canary_late] if FAKETIME else []),
    a_feed_that_is_gone_is_told,
    a_configuration_that_is_refused_is_told,
    the_canary_goes_the_whole_way,
    a_canary_without_a_channel_is_refused,
])
