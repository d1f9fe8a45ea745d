#!/usr/bin/python3
"""Notifications: what is shown, bursts, buttons, and every way in which a notification daemon can fail."""
import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
import desktop  # noqa: E402
from vedetta import FeedServer, MailSink, PATIENCE, Service, children, closing_all, rss, run_tests, wait_for  # noqa: E402

FILTER = ('filter "ponte" { title = "Ponti & viadotti" when = "ponte" priority = normal }\n'
          'filter "diga" { title = "Dighe" when = "diga" priority = critical }\n')
WORDS = ("acqua fuoco terra aria legno ferro oro argento rame piombo stagno zinco vetro sabbia argilla calce gesso marmo "
         "granito basalto tufo ardesia quarzo sale zolfo carbone torba resina sughero canapa lino cotone seta lana").split()


def item(n, title, text="Il ponte è lungo.", **more):
    return dict(guid="id-%d" % n, title=title, link="https://esempio.invalid/%d?a=1&b=2" % n, text=text, **more)


def stories(count, start=0):
    """Articles on a bridge that have nothing else in common."""
    pick = lambda n, step: WORDS[(n * step + n // len(WORDS)) % len(WORDS)]
    return [item(n, "Ponte %d: %s e %s" % (n, pick(n, 1), pick(n, 7)),
                 "Numero %d. %s %s %s %d." % (n, pick(n, 3) * 2, pick(n, 5) * 2, pick(n, 11) * 2, n * 7919))
            for n in range(start, start + count)]


@contextlib.contextmanager
def running(desk, server, extra="retry_min = 1s retry_max = 1s", conf="", start=True, env=None):
    service = Service('backlog = 365d\nstory_window = 1h\n'
                      'channel "desktop" { type = desktop %s }\n'
                      'channel "log" { type = log file = "alerts.jsonl" max_parallel = 64 }\n%s'
                      'route "all" { filters = { "*" } channels = { "desktop", "log" } }\n' % (extra, conf),
                      [server.url("/a")], {"f": FILTER})
    environment = dict(desk.environment(service.environment()), **(env or {}))
    service.environment = lambda: environment
    with closing_all(service):
        if start:
            service.start()
        yield service


def waiting(service):
    done = service.command("outbox", "--json")
    return [line for line in done.stdout.splitlines() if '"desktop"' in line]


def one(title="Crolla un ponte sul Po", text="Il <b>ponte</b> & altro."):
    return rss([item(1, title, text)], "Gazzetta")


def alert_ids(service):
    return [record["vedetta"]["alert"] for record in service.alerts() if record["event"]["action"] == "alert"]


# -- what is shown

def an_article_becomes_a_notification_with_its_buttons():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        server.put("/a", one())
        with running(desk, server) as service:
            wait_for("a notification", desk.calls)
            wait_for("no delivery left", lambda: not waiting(service))
        call, = desk.calls()
        assert call["app"] == "vedetta" and call["summary"] == "Crolla un ponte sul Po", call
        assert "Ponti &amp; viadotti · Gazzetta" in call["body"] and "<b>ponte</b>" in call["body"], call["body"]
        assert call["actions"][::2] == ["default", "open", "ack", "mute", "not-relevant"], call["actions"]
        assert call["hints"]["urgency"] == 1


def without_markup_and_actions_it_is_plain_text():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted("plain")
        server.put("/a", one(text='Il ponte <img src="http://evil.invalid/x"> & "altro".'))
        with running(desk, server):
            wait_for("a notification", desk.calls)
        call, = desk.calls()
        assert "&amp;" not in call["body"] and "<" not in call["body"] and "Ponti & viadotti" in call["body"], call
        assert not call["actions"]


def markup_in_an_article_stays_text():
    nasty = "Ponte </b><a href='http://evil.invalid'>x</a> &lt;img src=y&gt; " + "lungo " * 2000
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        server.put("/a", rss([item(1, "Ponte <i>a</i> \u202etset", nasty.replace("&", "&amp;"))]))
        with running(desk, server):
            wait_for("a notification", desk.calls)
        call, = desk.calls()
        markup = call["body"].replace("<b>", "").replace("</b>", "")
        assert "<" not in markup and "\u202e" not in call["summary"] and len(call["body"].encode()) < 4096, call
        assert call["body"].count("<b>") == call["body"].count("</b>")


def a_critical_alert_is_urgent():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        server.put("/a", rss([item(1, "Cede una diga", "La diga.")]))
        with running(desk, server):
            wait_for("a notification", desk.calls)
        assert desk.calls()[0]["hints"]["urgency"] == 2


def on_screen(desk):
    closed = {call["id"] for call in desk.calls("CloseNotification")}
    return list({call["id"]: call for call in desk.calls() if call["id"] not in closed}.values())


def counted(shown):
    """How many alerts a notification is of. Those that were written before the agent was there count as missed."""
    found = re.fullmatch(r"(\d+) alerts(,? .*)?", shown["summary"])
    return int(found.group(1)) if found else 1


def a_burst_becomes_one_summary():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        server.put("/a", rss(stories(500)))
        with running(desk, server) as service:
            # the articles of a long document are committed in parts: between two of them nothing waits
            wait_for("all articles", lambda: json.loads(service.command("status", "--json").stdout or "{}").get("articles") == 500)
            wait_for("all deliveries", lambda: service.command("outbox", "--json", check=0).stdout == "")
            alerts = len(service.alerts())
            wait_for("all of them on the screen", lambda: sum(map(counted, on_screen(desk))) == alerts)
        shown = on_screen(desk)
        largest = max(shown, key=counted)
        assert alerts > 100 and counted(largest) > 5 and largest["body"].count("•") == 5, (alerts, largest)
        # one; a few on a machine that stood still for the ten seconds that end a burst
        assert len(shown) <= 3, shown
        opened = {call["id"] for call in desk.calls()}
        assert len(opened) <= 6 * len(shown), opened  # five, and the summary that grows


GROWTH = [("Traghetto Aurora incagliato a Olbia", "Il traghetto Aurora con 312 passeggeri si è incagliato davanti al porto di "
           "Olbia per il vento; il ponte è chiuso."),
          ("Olbia, il traghetto Aurora s'incaglia: salvi i passeggeri", "Sei ore davanti al porto di Olbia sul ponte, poi la "
           "guardia costiera ha portato a terra i 312 passeggeri dell'Aurora.")]


def a_story_that_grows_replaces_its_notification_and_continues_its_mail():
    with closing_all(FeedServer(), desktop.Desktop(), MailSink()) as (server, desk, sink):
        desk.scripted()
        conf = ('channel "mail" { type = email server = "127.0.0.1" port = %d security = none from = "a@example.org"\n'
                'to = { "b@example.org" } }\nfeed "%s" { owner = "Uno" }\nfeed "%s" { owner = "Due" }\n'
                % (sink.port, server.url("/a"), server.url("/b")))
        for n, path in enumerate(("/a", "/b")):
            server.put(path, rss([item(n, *GROWTH[n])], "Testata %d" % n))
        with running(desk, server, conf=conf, start=False) as service:
            service.feeds([server.url("/a"), server.url("/b")])
            text = service.read("vedetta.conf").replace('"desktop", "log" }', '"desktop", "log", "mail" } updates = yes')
            service.write("vedetta.conf", text)
            service.start()
            wait_for("the alert and its update", lambda: len(desk.calls()) == 2)
            wait_for("two mails", lambda: len(sink.messages) == 2)
        first, grown = desk.calls()
        assert grown["replaces"] == first["id"] == grown["id"] and "the story grows" in grown["body"], desk.calls()
        assert "Testata" in grown["body"]
        mails = sorted(sink.parsed(), key=lambda mail: "In-Reply-To" in mail)
        assert mails[1]["In-Reply-To"] == mails[0]["Message-ID"] == mails[1]["References"], [m.items() for m in mails]


# -- buttons

def buttons_reach_the_store():
    for button, state in (("ack", "acknowledged"), ("mute", "muted"), ("not-relevant", "not relevant")):
        with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
            desk.scripted()
            server.put("/a", one())
            with running(desk, server) as service:
                wait_for("a notification", desk.calls)
                wait_for("no delivery left", lambda: not waiting(service))
                desk.press(desk.calls()[0]["id"], button)
                wait_for(state, lambda: "state=%s" % state.split()[0] in service.log().replace('"', ""))
                assert state.split()[0] in service.command("alerts", "--json").stdout
                wait_for("the notification to close", lambda: desk.calls("CloseNotification"))


def open_gives_the_link_to_the_browser_as_one_argument():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        applications = desk.path("share/applications")
        os.makedirs(applications)
        desk.write("browser.sh", '#!/bin/sh\nfor word; do printf "%%s\\n" "$word"; done >%s\n' % desk.path("opened"))
        os.chmod(desk.path("browser.sh"), 0o755)
        desk.write("share/applications/b.desktop", "[Desktop Entry]\nType=Application\nName=b\nExec=%s %%u\n"
                   "MimeType=x-scheme-handler/https;\n" % desk.path("browser.sh"))
        desk.write("share/applications/mimeapps.list", "[Default Applications]\nx-scheme-handler/https=b.desktop\n")
        env = {"XDG_DATA_HOME": desk.path("share"), "XDG_DATA_DIRS": desk.path("share")}
        server.put("/a", rss([dict(guid="1", title="Ponte", text="ponte",
                                   link="https://esempio.invalid/$(touch${IFS}x)?a=1&b=%20;`id`")]))
        with running(desk, server, env=env) as service:
            wait_for("a notification", desk.calls)
            wait_for("no delivery left", lambda: not waiting(service))
            desk.press(desk.calls()[0]["id"], "open")
            opened = wait_for("the browser", lambda: os.path.exists(desk.path("opened")) and open(desk.path("opened")).read())
        link = opened.splitlines()
        assert len(link) == 1 and link[0].startswith("https://esempio.invalid/$(touch"), opened


# -- daemons that fail

def without_a_daemon_it_waits_and_comes_as_soon_as_there_is_one():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        server.put("/a", one())
        with running(desk, server, "retry_min = 60s retry_max = 60s") as service:
            wait_for("the log line", service.alerts)
            wait_for("a failed attempt", lambda: "not provided" in service.command("outbox", "--json").stdout)
            desk.scripted()
            wait_for("the notification", desk.calls)
            wait_for("no delivery left", lambda: not waiting(service))
        assert len(desk.calls()) == 1


def a_daemon_that_the_bus_can_start_is_started():
    with closing_all(Service()) as (scratch,):
        calls = scratch.path("calls.jsonl")
        command = "%s %s %s" % (sys.executable, desktop.SCRIPTED, calls)
        services = [("org.freedesktop.Notifications", command)]
        with closing_all(FeedServer(), desktop.Desktop(services)) as (server, desk):
            server.put("/a", one())
            with running(desk, server) as service:
                wait_for("no delivery left", lambda: service.alerts() and not waiting(service))
            assert "Crolla un ponte" in scratch.read("calls.jsonl")


def a_daemon_that_cannot_be_started_is_tried_again():
    services = [("org.freedesktop.Notifications", "/bin/false")]
    with closing_all(FeedServer(), desktop.Desktop(services)) as (server, desk):
        server.put("/a", one())
        with running(desk, server) as service:
            wait_for("the log line", service.alerts)
            wait_for("a failed attempt", lambda: '"attempts"' in service.command("outbox", "--json").stdout)
            assert waiting(service)


def a_daemon_that_answers_with_an_error_is_tried_again():
    for mode in ("error", "excess"):
        with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
            desk.scripted(mode)
            server.put("/a", one())
            with running(desk, server) as service:
                wait_for("a refusal", lambda: desk.calls("refused"))
                desk.stop_daemon()
                desk.scripted()
                wait_for("the notification", desk.calls)
                wait_for("no delivery left", lambda: not waiting(service))


def a_slow_daemon_shows_it_once():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted("slow")
        server.put("/a", one())
        with running(desk, server) as service:
            wait_for("the first call", desk.calls)
            wait_for("the deadline", lambda: "does not answer" in service.command("outbox", "--json").stdout)
            desk.daemon.stdin.write(b"go\n")
            desk.daemon.stdin.flush()
            wait_for("no delivery left", lambda: not waiting(service))
        first, *rest = desk.calls()
        assert all(call["replaces"] == first["id"] for call in rest), desk.calls()


def a_daemon_that_starts_again_gets_new_notifications():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        server.put("/a", one())
        with running(desk, server) as service:
            wait_for("a notification", desk.calls)
            wait_for("no delivery left", lambda: not waiting(service))
            desk.stop_daemon()
            os.unlink(desk.path("calls.jsonl"))
            desk.scripted()
            service.stop()
            server.put("/a", rss([item(2, "Un ponte nuovo a Pisa", "Ponte nuovissimo.")]))
            service.command("poll", "--force", check=0)
            service.start()
            wait_for("another", desk.calls)
        assert desk.calls()[0]["replaces"] == 0


def without_a_bus_it_waits_for_one():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.stop_bus()
        server.put("/a", one())
        with running(desk, server, "retry_min = 60s retry_max = 60s") as service:
            wait_for("a failed attempt", lambda: "no session bus" in service.command("outbox", "--json").stdout)
            assert service.alerts()
            desk.start_bus()
            desk.scripted()
            wait_for("the notification", desk.calls)
            wait_for("no delivery left", lambda: not waiting(service))


def a_bus_that_dies_is_found_again():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        server.put("/a", one())
        with running(desk, server) as service:
            wait_for("a notification", desk.calls)
            wait_for("no delivery left", lambda: not waiting(service))
            agent, = children(service.process.pid, "vedetta-agent")
            desk.stop_bus()
            desk.stop_daemon()
            desk.start_bus()
            desk.scripted()
            # pressed on the new bus: nobody but the old agent listens
            resend(service)
            wait_for("the notification again", lambda: len(desk.calls()) == 2)
            assert children(service.process.pid, "vedetta-agent") == [agent]
        assert desk.calls()[1]["replaces"] == 0, desk.calls()[1]


def resend(service):
    """As if the desktop had not been reached: its deliveries wait again, and the engine looks."""
    with contextlib.closing(sqlite3.connect(service.path("state/vedetta.db"), timeout=30)) as db:
        changed = db.execute("UPDATE outbox SET state = 0, due_at = 0 WHERE channel = 'desktop'").rowcount
        db.commit()
    assert changed
    service.process.send_signal(signal.SIGHUP)


# -- the user is away, the agent or the engine is

@contextlib.contextmanager
def locked(count):
    """A desktop that was locked when COUNT stories came, and is open again when all were told."""
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        desk.lock(True)
        wait_for("the lock", desk.locked)
        server.put("/a", rss(stories(count)))
        with running(desk, server, "retry_min = 60s retry_max = 60s") as service:
            wait_for("held back", lambda: "locked" in service.command("outbox", "--json").stdout)
            assert not desk.calls()
            desk.lock(False)
            wait_for("no delivery left", lambda: not waiting(service))
            yield service, desk


def what_comes_while_the_session_is_locked_is_told_after():
    with locked(8) as (service, desk):
        assert desk.calls()[-1]["summary"] == "8 alerts while you were away", desk.calls()[-1]


def a_few_that_came_while_it_was_locked_say_when():
    with locked(2) as (service, desk):
        shown = {call["summary"]: call["body"] for call in desk.calls()}
        assert len(shown) == 2 and all(body.startswith("While you were away: ") for body in shown.values()), shown


def a_critical_alert_comes_through_a_locked_session():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        desk.lock(True)
        wait_for("the lock", desk.locked)
        server.put("/a", rss([item(1, "Cede una diga", "La diga.")]))
        with running(desk, server):
            wait_for("a notification", desk.calls)


def a_session_that_is_locked_later_holds_back_too():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        server.put("/a", rss(stories(1)))
        with running(desk, server, "retry_min = 60s retry_max = 60s") as service:
            wait_for("a notification", desk.calls)
            wait_for("no delivery left", lambda: not waiting(service))
            desk.lock(True)
            # the agent may hear of it after the first one
            wait_for("held back", lambda: resend(service) or "locked" in service.command("outbox", "--json").stdout)
            desk.lock(False)
            wait_for("no delivery left", lambda: not waiting(service))


def an_agent_that_is_killed_is_started_again():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        server.put("/a", one())
        with running(desk, server) as service:
            wait_for("a notification", desk.calls)
            agents = children(service.process.pid, "vedetta-agent")
            assert len(agents) == 1, agents
            os.kill(agents[0], signal.SIGKILL)
            wait_for("another agent", lambda: [pid for pid in children(service.process.pid, "vedetta-agent") if pid != agents[0]])


def an_agent_ends_with_its_engine():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        server.put("/a", one())
        with running(desk, server) as service:
            wait_for("a notification", desk.calls)
            agent, = children(service.process.pid, "vedetta-agent")
            service.stop(signal.SIGKILL)
            wait_for("the agent's end", lambda: not os.path.exists("/proc/%d" % agent))


def of_two_agents_of_one_user_the_newer_stays():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.scripted()
        server.put("/a", one())
        with running(desk, server) as service:
            wait_for("a notification", desk.calls)
            older, = children(service.process.pid, "vedetta-agent")
            newer = subprocess.Popen([os.environ["VEDETTA_AGENT"], "--socket", service.path("vedetta/control.sock")],
                                     env=service.environment(), stdin=subprocess.DEVNULL)
            try:
                wait_for("the older one's end", lambda: not children(service.process.pid, "vedetta-agent"))
                assert newer.poll() is None and older
            finally:
                newer.terminate()
                newer.wait(PATIENCE)


# -- dunst

def dunst_shows_it():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.dunst()
        server.put("/a", one())
        with running(desk, server) as service:
            wait_for("a popup", desk.shown)
            wait_for("no delivery left", lambda: not waiting(service))
        assert desk.shown() == ["Crolla un ponte sul Po"]


def a_stopped_dunst_delays_nobody_and_shows_it_once_when_it_goes_on():
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.dunst()
        server.put("/a", one())
        os.kill(desk.daemon.pid, signal.SIGSTOP)
        with running(desk, server) as service:
            wait_for("the log line", service.alerts)
            wait_for("the deadline", lambda: "does not answer" in service.command("outbox", "--json").stdout)
            os.kill(desk.daemon.pid, signal.SIGCONT)
            wait_for("no delivery left", lambda: not waiting(service))
            wait_for("a popup", desk.shown)
            count = subprocess.run(["dunstctl", "count", "displayed"], env=desk.environment(), capture_output=True,
                                   text=True, timeout=PATIENCE).stdout.strip()
        assert count == "1", count


if __name__ == "__main__":
    if not desktop.available():
        print("dbus-daemon, dunst or Xvfb is not installed: skipped")
        sys.exit(77)
    if not os.path.exists(os.environ["VEDETTA_AGENT"]):
        print("built --without-desktop: skipped")
        sys.exit(77)
    only = sys.argv[1:]
    run_tests([value for name, value in list(globals().items())
               if getattr(value, "__module__", "") == "__main__" and hasattr(value, "__code__")
               and value.__code__.co_argcount == 0 and "_" in name and (not only or name in only)])
