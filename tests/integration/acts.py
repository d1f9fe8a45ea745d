#!/usr/bin/python3
"""What people do about alerts, beside a running service: acknowledge, mute, silence."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import FAKETIME, FeedServer, Service, closing_all, rss, run_tests, wait_for  # noqa: E402

FILTER = 'filter "ponte" { title = "Ponte" when = "ponte" }\n'
CONF = ('backlog = 365d\nchannel "log" { type = log file = "alerts.jsonl" }\n'
        'route "all" { filters = { "*" } channels = { "log" } updates = yes }\n')
FIRST = dict(guid="1", title="Crolla il ponte di Esempio sul Tagliamento", link="https://esempio.invalid/1",
             text="Il ponte di Esempio è crollato alle 3.20 durante la piena del Tagliamento; dodici persone salvate dai pompieri.")
SECOND = dict(guid="2", title="Esempio, crollato il ponte sul Tagliamento: dodici salvati", link="https://altro.invalid/2",
              text="I pompieri hanno salvato dodici persone: la piena del Tagliamento ha fatto crollare il ponte di Esempio.")
OTHER = dict(guid="3", title="Un ponte di note", link="https://esempio.invalid/3", text="Concerto di Capodanno in piazza.")


def alerts(service):
    return [json.loads(line) for line in service.command("alerts", "--json", check=0).stdout.splitlines()]


def service_with(server):
    server.put("/a", rss([FIRST], title="Uno"))
    server.put("/b", rss([], title="Due"))
    return Service(CONF, [(server.url("/a"), {"owner": "Uno"}), (server.url("/b"), {"owner": "Due"})], {"ponte": FILTER})


def a_muted_story_tells_no_more_and_the_ledger_says_why():
    with closing_all(FeedServer()) as (server,), closing_all(service_with(server)) as (service,):
        service.command("poll", check=0)
        (alert,) = alerts(service)
        service.command("mute", alert["id"], check=0)
        server.put("/b", rss([SECOND], title="Due"))
        service.command("poll", "--force", check=0)
        assert len(service.alerts()) == 1, service.alerts()
        (alert,) = alerts(service)
        assert alert["articles"] == 2 and alert["state"] == "muted", alert
        assert "muted" in service.command("why", "https://altro.invalid/2", check=0).stdout


def an_update_is_told_while_nobody_muted_it():
    with closing_all(FeedServer()) as (server,), closing_all(service_with(server)) as (service,):
        service.command("poll", check=0)
        server.put("/b", rss([SECOND], title="Due"))
        service.command("poll", "--force", check=0)
        assert [r["vedetta"]["kind"] for r in service.alerts()] == ["alert", "update"], service.alerts()


def acts_work_beside_a_running_service():
    with closing_all(FeedServer()) as (server,), closing_all(service_with(server)) as (service,):
        service.start()
        wait_for("the alert", service.alerts)
        (alert,) = alerts(service)
        service.command("ack", alert["id"], check=0)
        assert alerts(service)[0]["state"] == "acknowledged"
        assert service.command("ack", "0000000000000001").returncode == 1
        assert service.command("ack", "nonsense").returncode == 2
        assert service.stop() == 0


def a_silence_keeps_quiet_until_it_ends():
    with closing_all(FeedServer()) as (server,), closing_all(service_with(server)) as (service,):
        server.put("/a", rss([], title="Uno"))
        service.command("poll", check=0)
        service.command("silence", "--filter", "ponte", "--for", "2h", "--reason", "prova", check=0)
        listed = json.loads(service.command("silence", "--json", check=0).stdout)
        assert listed["filter"] == "ponte" and listed["reason"] == "prova" and listed["author"], listed
        server.put("/a", rss([FIRST], title="Uno"))
        service.command("poll", "--force", check=0)
        assert not service.alerts()
        assert "silenced by" in service.command("outbox", "--json", "--all").stdout + service.command("why", FIRST["link"]).stdout
        service.command("silence", "--end", str(listed["id"]), check=0)
        assert "Nothing" in service.command("silence", check=0).stdout
        server.put("/a", rss([OTHER, FIRST], title="Uno"))
        service.command("poll", "--force", check=0)
        assert len(service.alerts()) == 1
        assert service.command("silence", "--for", "2h").returncode == 2
        assert service.command("silence", "--filter", "x", "--for", "soon").returncode == 2


def outbox_reasons(service):
    return {record["reason"] for record in map(json.loads, service.command("outbox", "--json", "--all").stdout.splitlines())
            if record.get("reason")}


def a_snoozed_story_waits_and_comes_back():
    with closing_all(FeedServer()) as (server,), closing_all(service_with(server)) as (service,):
        service.command("poll", check=0)
        (alert,) = alerts(service)
        service.command("snooze", alert["id"], "--for", "2h", check=0)
        server.put("/b", rss([SECOND], title="Due"))
        service.command("poll", "--force", check=0)
        assert alerts(service)[0]["state"] == "snoozed" and len(service.alerts()) == 1, service.alerts()
        assert "snoozed" in outbox_reasons(service), outbox_reasons(service)
        assert service.command("snooze", alert["id"], "--for", "soon").returncode == 2
        if FAKETIME:
            service.start(env=service.environment(clock="+3h"))
            wait_for("the reminder", lambda: any("Snoozed until now" in r["message"] for r in service.alerts()))
            wait_for("the alert to be open again", lambda: alerts(service)[0]["state"] == "open")
            assert service.stop() == 0


def an_article_that_is_marked_as_bad_ends_its_alert():
    with closing_all(FeedServer()) as (server,), closing_all(service_with(server)) as (service,):
        service.command("poll", check=0)
        service.command("mark", FIRST["link"], "bad", check=0)
        assert alerts(service)[0]["state"] == "not relevant", alerts(service)
        server.put("/b", rss([SECOND], title="Due"))
        service.command("poll", "--force", check=0)
        assert len(service.alerts()) == 1 and "marked as not relevant" in outbox_reasons(service), outbox_reasons(service)


def an_update_names_every_outlet_with_owner_and_language():
    with closing_all(FeedServer()) as (server,), closing_all(service_with(server)) as (service,):
        service.feeds([(server.url("/a"), {"title": "Uno"}), (server.url("/b"), {"title": "Due", "owner": "Casa Editrice", "stateMedia": "true"})])
        service.write("vedetta.conf", 'language = "en"\n' + service.read("vedetta.conf"))
        service.command("poll", check=0)
        server.put("/b", rss([SECOND], title="Due"))
        service.command("poll", "--force", check=0)
        told = service.alerts()[-1]["vedetta"]
        assert told["outlets"] == ["Uno", "Due"], told
        assert told["voices"] == ["Uno (Italian)", "Due (Casa Editrice, state-controlled, Italian)"], told


run_tests([
    a_snoozed_story_waits_and_comes_back,
    an_article_that_is_marked_as_bad_ends_its_alert,
    an_update_names_every_outlet_with_owner_and_language,
    a_muted_story_tells_no_more_and_the_ledger_says_why,
    an_update_is_told_while_nobody_muted_it,
    acts_work_beside_a_running_service,
    a_silence_keeps_quiet_until_it_ends,
])
