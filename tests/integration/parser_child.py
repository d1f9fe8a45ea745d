#!/usr/bin/python3
"""A parsing child that stands still, or is killed: which document pays, that no other does, and that people are told why."""
import json
import os
import signal
import sys
import threading

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import PATIENCE, FeedServer, Service, children, closing_all, rss, run_tests, wait_for  # noqa: E402


class HoldingServer(FeedServer):
    """Answers nobody before it is told to."""

    def __init__(self):
        self.answers = threading.Event()
        super().__init__()

    def answer(self, handler):
        self.answers.wait(PATIENCE)
        super().answer(handler)


def health(service):
    rows = map(json.loads, service.command("feeds", "list", "--json", check=0).stdout.splitlines())
    return {row["url"].rsplit("/", 1)[1]: row for row in rows}


def the_parser(service):
    return wait_for("a parsing child", lambda: children(service.process.pid, "vedetta-parser"))[0]


def a_child_that_stands_still_costs_its_document():
    reason = "the parser worker took too long and was ended"
    with closing_all(HoldingServer()) as (server,), closing_all(Service(feeds=[server.url("/first")])) as (service,):
        server.put("/first", rss([dict(guid="1", title="Uno")]))
        server.put("/second", rss([dict(guid="2", title="Due")]))
        process = service.start()
        child = the_parser(service)
        os.kill(child, signal.SIGSTOP)
        server.answers.set()
        wait_for("the first feed's failure", lambda: health(service)["first"]["health"] == "failing")
        assert health(service)["first"]["error"] == reason, health(service)
        assert "feed.failed" in service.log() and reason in service.log(), service.log()
        assert reason in service.command("feeds", "list", check=0).stdout
        service.feeds([server.url("/first"), server.url("/second")])
        process.send_signal(signal.SIGHUP)
        wait_for("the second feed", lambda: health(service).get("second", {}).get("health") == "fresh")
        assert children(process.pid, "vedetta-parser") not in ([], [child])
        assert service.stop() == 0


def a_child_that_is_killed_while_it_waits_costs_nothing():
    with closing_all(HoldingServer()) as (server,), closing_all(Service(feeds=[server.url("/first")])) as (service,):
        server.put("/first", rss([dict(guid="1", title="Uno")]))
        process = service.start()
        child = the_parser(service)
        os.kill(child, signal.SIGKILL)
        wait_for("its end", lambda: child not in children(process.pid, "vedetta-parser"))
        server.answers.set()
        wait_for("the feed", lambda: health(service)["first"]["health"] == "fresh")
        assert the_parser(service) != child and "feed.failed" not in service.log()
        assert service.stop() == 0


run_tests([
    a_child_that_stands_still_costs_its_document,
    a_child_that_is_killed_while_it_waits_costs_nothing,
])
