#!/usr/bin/python3
"""Commands as people type them: what they print, how they end, what they leave on the disk."""
import json
import os
import pty
import re
import signal
import stat
import subprocess
import sys
import termios
import threading

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, FeedServer, Service, closing_all, on_a_terminal, rss, run_tests, wait_for  # noqa: E402

FILTER = 'filter "ponte" { title = "Ponte" when = "ponte" }\n'
CONF = ('backlog = 365d\nchannel "log" { type = log file = "alerts.jsonl" }\n'
        'route "all" { filters = { "*" } channels = { "log" } }\n')
NEWS = rss([dict(guid="1", title="Un ponte nuovo", link="https://esempio.invalid/1", text="Inaugurato.")])


def with_news():
    server = FeedServer()
    server.put("/a", NEWS)
    service = Service(CONF, [server.url("/a")], {"ponte": FILTER})
    return server, service


def one_is_one_and_two_are_two():
    with closing_all(*with_news()) as (server, service):
        lines = service.command("poll", check=0).stdout.splitlines()
        assert lines[0].endswith(": 1 entry, 1 new, 1 matched, 1 alert"), lines
        assert lines[1] == "1 feed polled: 0 unchanged, 0 failed, 1 new article, 1 alert", lines
        assert service.command("poll", check=0).stdout == (
            "0 feeds polled: 0 unchanged, 0 failed, 0 new articles, 0 alerts\n")


def a_poll_fails_when_all_feeds_failed_or_one_that_was_named():
    with closing_all(*with_news()) as (server, service):
        service.feeds([server.url("/a"), server.url("/nowhere")])
        service.command("poll", check=0)
        service.command("poll", "--force", server.url("/nowhere"), check=1)
        service.command("poll", "--force", server.url("/a"), check=0)
        service.feeds([server.url("/nowhere")])
        service.command("poll", "--force", check=1)


def a_failure_is_told_once_on_a_terminal_and_logged_elsewhere():
    with closing_all(*with_news()) as (server, service):
        service.feeds([server.url("/nowhere")])
        status, seen = on_a_terminal([BINARY, "poll", "--config", service.folder], service.environment())
        assert status == 1 and seen.count("/nowhere") == 1 and "1 failed" in seen, seen
        service.feeds([server.url("/nowhere-else")])
        done = service.command("poll", check=1)
        assert "feed.failed" in done.stderr and done.stdout.count("/nowhere-else") == 1, done


def status_counts_what_is_subscribed_and_not_what_was():
    with closing_all(*with_news()) as (server, service):
        service.command("poll", check=0)
        service.feeds([server.url("/new"), server.url("/newer")])
        feeds = json.loads(service.command("status", "--json", check=0).stdout)["feeds"]
        assert feeds == {"fine": 0, "failing": 0, "gone": 0, "never": 2}, feeds


def status_names_the_process_of_a_service_and_no_other():
    with closing_all(*with_news()) as (server, service):
        process = service.start()
        wait_for("the alert", service.alerts)
        assert json.loads(service.command("status", "--json", check=0).stdout)["pid"] == process.pid
        service.stop(signal.SIGKILL)
        # another process has the number now
        service.write("state/lock", "%d\n" % os.getpid())
        assert json.loads(service.command("status", "--json", check=0).stdout)["pid"] == 0


def a_store_that_cannot_be_read_is_no_empty_one():
    with closing_all(*with_news()) as (server, service):
        service.command("poll", check=0)
        service.write("state/vedetta.db", "no database at all " * 20)
        for words in (("feeds", "list"), ("status",), ("alerts",)):
            done = service.command(*words, check=1)
            assert "vedetta.db" in done.stderr, done


def lines_fit_the_terminal():
    with closing_all(*with_news()) as (server, service):
        server.put("/a", NEWS.replace("Un ponte nuovo", "Un ponte nuovo " + "molto lungo " * 20))
        service.command("poll", check=0)
        for columns in (80, 200):
            for command in ("alerts", "status"):
                master, slave = pty.openpty()
                termios.tcsetwinsize(slave, (24, columns))
                done = subprocess.Popen([BINARY, command, "--config", service.folder], env=service.environment(), stdout=slave)
                os.close(slave)
                assert done.wait(60) == 0
                shown = os.read(master, 65536).decode()
                os.close(master)
                title = next(line for line in shown.splitlines() if "Un ponte" in line)
                assert "…" in title and len(re.sub("\033\\[[0-9;]*m", "", title)) <= columns, (columns, title)


def empty_lists_say_so():
    with closing_all(*with_news()) as (server, service):
        service.feeds([])
        service.command("poll", check=0)
        assert service.command("feeds", "list", check=0).stdout == "0 feeds\n"
        assert service.command("alerts", check=0).stdout == "No alerts.\n"
        assert service.command("outbox", check=0).stdout == "Nothing waits.\n"
        assert service.command("alerts", "--json", check=0).stdout == ""


def an_unknown_word_is_refused_and_an_unknown_name_found_nowhere():
    with closing_all(*with_news()) as (server, service):
        service.command("poll", check=0)
        alert = json.loads(service.command("alerts", "--json").stdout)["id"]
        for words, code, said in (
                (("feeds", "list", "--health=fine"), 2, "fresh"),
                (("feeds", "list", "nobody"), 1, ""),
                (("feeds", "frob"), 2, "frob"),
                (("snooze", "--for=2020-01-01", alert), 2, "2020-01-01"),
                (("snooze", "--for=0m", alert), 2, "0m"),
                (("snooze", "--for=15min", alert), 0, ""),
                (("silence", "--filter=ponte"), 2, "--for"),
                (("silence", "--filter=nobody", "--for=1h"), 1, "nobody"),
                (("silence", "--feed=http://nobody/", "--for=1h"), 1, "http://nobody/"),
                (("silence", "--filter=ponte", "--for=1week"), 0, ""),
                (("outbox", "retry", "x"), 2, "numbers")):
            done = service.command(*words, check=code)
            assert said in done.stderr, (words, done)


def what_could_not_be_written_is_a_failure():
    with closing_all(*with_news()) as (server, service), open("/dev/full", "w", encoding="ascii") as full:
        service.command("poll", check=0)
        for words in (("alerts",), ("alerts", "--json"), ("feeds", "list"), ("status",), ("check", "--sample")):
            done = subprocess.run([BINARY, words[0], "--config", service.folder, *words[1:]], env=service.environment(),
                                  stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
            assert done.returncode == 1 and "could not be written" in done.stderr, (words, done)


def utf8_is_typed_and_read_without_a_locale():
    with closing_all(*with_news()) as (server, service):
        service.command("poll", check=0)
        argv = [BINARY, "silence", "--config", service.folder, "--filter=ponte", "--for=1h", "--reason=però ☃"]
        done = subprocess.run(argv, env={**service.environment(), "LC_ALL": "C"}, capture_output=True, timeout=60)
        assert done.returncode == 0 and "però ☃" in done.stdout.decode(), done


def the_feeds_file_keeps_its_mode_and_its_symbolic_link():
    with closing_all(*with_news()) as (server, service):
        os.rename(service.path("feeds.opml"), service.path("elsewhere.opml"))
        os.symlink("elsewhere.opml", service.path("feeds.opml"))
        os.chmod(service.path("elsewhere.opml"), 0o600)
        service.command("feeds", "add", "--unseen", "http://127.0.0.1:9/b", check=0)
        assert os.path.islink(service.path("feeds.opml"))
        assert stat.S_IMODE(os.stat(service.path("elsewhere.opml")).st_mode) == 0o600
        assert "127.0.0.1:9/b" in service.read("elsewhere.opml")


def a_pipe_is_written_to_and_not_replaced():
    with closing_all(*with_news()) as (server, service):
        os.mkfifo(service.path("pipe"))
        read = []

        def reader():
            with open(service.path("pipe"), encoding="utf-8") as pipe:
                read.append(pipe.read())
        thread = threading.Thread(target=reader)
        thread.start()
        service.command("feeds", "export", service.path("pipe"), check=0)
        thread.join(60)
        assert read and "<opml" in read[0] and stat.S_ISFIFO(os.stat(service.path("pipe")).st_mode)


def a_running_service_polls_what_was_added():
    with closing_all(*with_news()) as (server, service):
        service.start()
        wait_for("the alert", service.alerts)
        server.put("/b", NEWS.replace("ponte nuovo", "ponte vecchio").replace(">1<", ">2<"))
        done = service.command("feeds", "add", "--unseen", server.url("/b"), check=0)
        assert str(service.process.pid) in done.stdout, done
        wait_for("a poll of what was added", lambda: server.count("/b"))
        service.stop()


run_tests([
    one_is_one_and_two_are_two,
    a_failure_is_told_once_on_a_terminal_and_logged_elsewhere,
    a_poll_fails_when_all_feeds_failed_or_one_that_was_named,
    status_counts_what_is_subscribed_and_not_what_was,
    status_names_the_process_of_a_service_and_no_other,
    a_store_that_cannot_be_read_is_no_empty_one,
    lines_fit_the_terminal,
    empty_lists_say_so,
    an_unknown_word_is_refused_and_an_unknown_name_found_nowhere,
    what_could_not_be_written_is_a_failure,
    utf8_is_typed_and_read_without_a_locale,
    the_feeds_file_keeps_its_mode_and_its_symbolic_link,
    a_pipe_is_written_to_and_not_replaced,
    a_running_service_polls_what_was_added,
])
