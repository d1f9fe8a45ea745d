#!/usr/bin/python3
"""From feeds to alerts: what is told, what is not, and that a stop changes neither."""
import contextlib
import fcntl
import json
import os
import signal
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import PATIENCE, FeedServer, MailSink, Service, closing_all, rss, run_tests, wait_for  # noqa: E402

FILTER = 'filter "ponte" { title = "Ponte" when = "title:ponte AND NOT dentista" priority = high }\n'
CONF = ('backlog = 365d\nchannel "log" { type = log file = "alerts.jsonl" }\n'
        'route "all" { filters = { "*" } channels = { "log" } }\n')


TEXTS = ["Il consiglio ne discute giovedì.", "Restano aperte le corsie di sinistra fino a Natale.", "Costerà nove milioni.",
         "Gli abitanti protestano da mesi contro il rumore.", "Un anziano ha dato l'allarme.", "La gara è vinta da una ditta francese.",
         "Nessun ferito, molta paura.", "Verrà dipinto di rosso.", "I camion passano dal paese.", "Lo dice l'ingegnere capo."]


def item(n, title, text=None, **more):
    return dict(guid="id-%d" % n, title=title, link="https://esempio.invalid/%d" % n, text=text or TEXTS[n], **more)


def service_on(server, paths=("/a",), conf=CONF, **options):
    return Service(conf, [server.url(p) for p in paths], {"ponte": FILTER}, **options)


def poll(service, *words):
    done = service.command("poll", "--json", *(["--force"] if words else []), *words)
    return [json.loads(line) for line in done.stdout.splitlines()], done


def told(service):
    return [record["vedetta"]["items"][0]["title"] for record in service.alerts()]


def a_match_is_told_once_and_what_does_not_match_is_not():
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server)) as (service,):
        server.put("/a", rss([item(1, "Crolla un ponte sul Po"), item(2, "Ponte dal dentista", "dentista"), item(3, "Altro")]))
        (summary,), _ = poll(service)
        assert (summary["entries"], summary["new"], summary["matched"], summary["alerts"]) == (3, 3, 1, 1), summary
        assert told(service) == ["Crolla un ponte sul Po"]
        (summary,), _ = poll(service, server.url("/a"))
        assert summary["unchanged"] and summary["status"] == 304, summary
        server.put("/a", rss([item(1, "Crolla un ponte sul Po"), item(3, "Altro"), item(4, "Niente")]))
        (summary,), _ = poll(service, server.url("/a"))
        assert summary["new"] == 1 and summary["alerts"] == 0, summary
        assert len(service.alerts()) == 1


def an_edited_article_is_an_update_not_a_new_alert():
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server)) as (service,):
        server.put("/a", rss([item(1, "Crolla un ponte sul Po")]))
        poll(service)
        server.put("/a", rss([item(1, "Crolla un ponte sul Po: due feriti")]))
        (summary,), _ = poll(service, server.url("/a"))
        assert summary["new"] == 0 and summary["edited"] == 1, summary
        assert len(service.alerts()) == 1


def an_article_that_matches_only_after_an_edit_is_told():
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server)) as (service,):
        server.put("/a", rss([item(1, "Notizia in arrivo")]))
        poll(service)
        assert not service.alerts()
        server.put("/a", rss([item(1, "Crolla un ponte sul Po")]))
        poll(service, server.url("/a"))
        assert told(service) == ["Crolla un ponte sul Po"]


def new_ids_for_the_same_articles_are_no_news():
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server)) as (service,):
        items = [item(n, "Ponte numero %d" % n) for n in range(5)]
        server.put("/a", rss(items))
        poll(service)
        before = len(service.alerts())
        server.put("/a", rss([dict(i, guid="new-" + i["guid"]) for i in items]))
        (summary,), _ = poll(service, server.url("/a"))
        assert summary["new"] == 0 and len(service.alerts()) == before, summary


def one_story_told_by_two_outlets_is_one_alert():
    text = ("Il ponte di Esempio è crollato questa notte alle 3.20 durante una piena del fiume Tagliamento; "
            "i vigili del fuoco hanno salvato dodici persone, il sindaco Mario Verdi ha chiuso la strada statale 13.")
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server, ("/a", "/b"))) as (service,):
        server.put("/a", rss([item(1, "Crolla il ponte di Esempio", text)], title="A"))
        server.put("/b", rss([item(9, "Ponte di Esempio crollato nella notte", text)], title="B"))
        poll(service)
        alerts = [json.loads(line) for line in service.command("alerts", "--json", check=0).stdout.splitlines()]
        assert len(alerts) == 1 and alerts[0]["articles"] == 2, alerts
        assert len([r for r in service.alerts() if r["vedetta"]["kind"] == "alert"]) == 1


def the_backlog_of_a_new_feed_is_marked_as_seen():
    conf = CONF.replace("backlog = 365d", "")
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server, conf=conf)) as (service,):
        server.put("/a", rss([item(1, "Vecchio ponte")]))
        (summary,), _ = poll(service)
        assert summary["matched"] == 1 and summary["alerts"] == 0, summary
        server.put("/a", rss([item(2, "Nuovo ponte"), item(1, "Vecchio ponte")]))
        poll(service, server.url("/a"))
        assert told(service) == ["Nuovo ponte"]
        why = service.command("why", "https://esempio.invalid/1", check=0).stdout
        assert "backlog" in why, why


def why_says_what_was_missing():
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server)) as (service,):
        server.put("/a", rss([item(2, "Ponte dal dentista", "dentista")]))
        poll(service)
        why = service.command("why", "https://esempio.invalid/2", check=0).stdout
        assert "dentista" in why and "NOT" in why, why


def a_feed_that_fails_delays_no_other_and_recovers():
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server, ("/bad", "/html", "/a"))) as (service,):
        server.put("/bad", "boom", "text/plain", 500)
        server.put("/html", "<html><body>no feed</body></html>", "text/html")
        server.put("/a", rss([item(1, "Un ponte")]))
        summaries, done = poll(service)
        errors = {s["feed"]: s.get("error") for s in summaries}
        assert "500" in errors[server.url("/bad")] and errors[server.url("/html")] and not errors[server.url("/a")], errors
        assert told(service) == ["Un ponte"]
        server.put("/bad", rss([item(5, "Altro ponte")]))
        poll(service, server.url("/bad"))
        assert told(service) == ["Un ponte", "Altro ponte"]


def a_service_that_is_stopped_and_started_tells_nothing_twice_and_loses_nothing():
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server)) as (service,):
        server.put("/a", rss([item(1, "Primo ponte")]))
        service.start()
        wait_for("the first alert", service.alerts)
        assert service.stop() == 0
        server.put("/a", rss([item(2, "Secondo ponte"), item(1, "Primo ponte")]))
        poll(service, server.url("/a"))
        service.start()
        wait_for("the second start", lambda: service.log().count("engine.started") == 2)
        assert service.stop() == 0
        assert told(service) == ["Primo ponte", "Secondo ponte"]


def reload_takes_all_or_nothing():
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server)) as (service,):
        server.put("/a", rss([item(1, "Primo ponte")]))
        server.put("/b", rss([item(7, "Una galleria")]))
        process = service.start()
        wait_for("the first alert", service.alerts)
        service.write("filters/galleria.filter", 'filter "galleria" { when = "gallria AND (" }\n')
        process.send_signal(1)
        service.wait_log("engine.reload-refused")
        service.write("filters/galleria.filter", 'filter "galleria" { when = "galleria" }\n')
        service.feeds([server.url("/a"), server.url("/b")])
        process.send_signal(1)
        service.wait_log("engine.reloaded")
        wait_for("the alert of the new feed and filter", lambda: "Una galleria" in json.dumps(service.alerts()))
        assert service.stop() == 0


def signals_while_the_service_starts_wait_for_it():
    """It waits for the lock of its store, which seems to be held by a process that is gone."""
    def asks_for_the_lock(pid):
        with contextlib.suppress(OSError):
            return any(os.readlink("/proc/%d/fd/%s" % (pid, fd)).endswith("state/lock") for fd in os.listdir("/proc/%d/fd" % pid))

    for sent, expected in ((signal.SIGHUP, "engine.reloaded"), (signal.SIGTERM, "engine.stopped")):
        with closing_all(FeedServer()) as (server,), closing_all(service_on(server)) as (service,):
            os.mkdir(service.path("state"))
            with open(service.path("state/lock"), "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                process = service.start()
                wait_for("it to ask for the lock", lambda: asks_for_the_lock(process.pid))
                process.send_signal(sent)
            service.wait_log(expected)
            status = service.stop() if sent == signal.SIGHUP else process.wait(PATIENCE)
            assert "engine.started" in service.log() and status == 0, (status, service.log())


def a_mail_arrives_with_a_stable_message_id():
    with closing_all(FeedServer(), MailSink()) as (server, mail):
        conf = CONF + ('channel "mail" { type = email server = "127.0.0.1" port = %d security = none from = "v@example.org" '
                       'to = { "a@example.org" } }\nroute "mail" { filters = { "*" } channels = { "mail" } }\n' % mail.port)
        with closing_all(service_on(server, conf=conf)) as (service,):
            server.put("/a", rss([item(1, "Crolla un ponte à Łódź")]))
            poll(service)
            (message,) = mail.parsed()
            assert "ponte" in message["Subject"] and message["Message-ID"] and message["Auto-Submitted"], message
            kinds = [part.get_content_type() for part in message.walk()]
            assert "text/plain" in kinds and "text/html" in kinds, kinds


def feeds_that_moved_to_one_address_are_polled_as_one():
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server, ("/b", "/a"))) as (service,):
        server.put("/x", rss([item(1, "Un ponte")]))
        for path in "/a", "/b":
            server.put(path, "", status=301, headers={"Location": server.url("/x")})
        for _ in range(3):  # what says so three times has moved
            service.command("poll", "--force", check=0)
        before = server.count()
        env = dict(service.environment(), MALLOC_PERTURB_="165")  # what was freed is not there any more
        polled = [json.loads(line)["feed"] for line in service.command("poll", "--force", "--json", env=env, check=0).stdout.splitlines()]
        assert polled == [server.url("/a")] and server.count() == before + 1, (polled, server.requests[before:])


def entries_beyond_the_limit_are_told_once_a_day():
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server)) as (service,):
        many = "".join("<item><guid>%d</guid></item>" % n for n in range(2500))
        server.put("/a", '<rss version="2.0"><channel><title>T</title>%s</channel></rss>' % many)
        (summary,), done = poll(service)
        assert summary["entries"] == 2000 and "feed.cut" in done.stderr and "left-out=500" in done.stderr, done
        server.put("/a", '<rss version="2.0"><channel><title>T</title>%s</channel></rss>' % (many + many[:30]))
        _, done = poll(service, server.url("/a"))
        assert "feed.cut" not in done.stderr, done


def a_refused_address_says_what_can_allow_it_if_anything_can():
    allowed = "allow_networks can allow it"
    with closing_all(Service(CONF, ["http://127.0.0.1:9/feed", "http://10.0.0.1:8080/feed"])) as (service,):
        lines = [json.loads(line) for line in service.command("poll", "--json", check=1).stdout.splitlines()]
        errors = {line["feed"]: line["error"] for line in lines}
        assert "port below 1024" in errors["http://127.0.0.1:9/feed"] and allowed not in errors["http://127.0.0.1:9/feed"], errors
        assert allowed in errors["http://10.0.0.1:8080/feed"], errors


def reload_takes_what_feeds_are_fetched_by_and_the_log():
    with closing_all(FeedServer()) as (server,), closing_all(service_on(server)) as (service,):
        conf = service.read("vedetta.conf")
        assert "allow_networks" in conf, conf
        server.put("/a", rss([item(1, "Crolla un ponte sul Po")]))
        server.put("/b", rss([item(2, "Un altro ponte")]))
        service.write("vedetta.conf", "\n".join(line for line in conf.splitlines() if "allow_networks" not in line))
        service.start()
        service.wait_log("is refused: loopback")
        service.write("vedetta.conf", conf + 'log_level = warning\nuser_agent = "another/1"\nmax_parallel = 3\n')
        service.feeds([server.url("/a"), server.url("/b")])
        service.process.send_signal(signal.SIGHUP)
        wait_for("the alert", lambda: told(service) == ["Un altro ponte"])
        assert all(headers.get("User-Agent") == "another/1" for _, headers, _ in server.requests), server.requests
        assert service.stop() == 0
        assert "engine.reloaded" not in service.log() and "engine.stopped" not in service.log(), service.log()


run_tests([
    a_match_is_told_once_and_what_does_not_match_is_not,
    an_edited_article_is_an_update_not_a_new_alert,
    an_article_that_matches_only_after_an_edit_is_told,
    new_ids_for_the_same_articles_are_no_news,
    one_story_told_by_two_outlets_is_one_alert,
    the_backlog_of_a_new_feed_is_marked_as_seen,
    why_says_what_was_missing,
    a_feed_that_fails_delays_no_other_and_recovers,
    a_service_that_is_stopped_and_started_tells_nothing_twice_and_loses_nothing,
    reload_takes_all_or_nothing,
    signals_while_the_service_starts_wait_for_it,
    a_mail_arrives_with_a_stable_message_id,
    feeds_that_moved_to_one_address_are_polled_as_one,
    entries_beyond_the_limit_are_told_once_a_day,
    reload_takes_what_feeds_are_fetched_by_and_the_log,
    a_refused_address_says_what_can_allow_it_if_anything_can,
])
