#!/usr/bin/python3
"""The engine's socket: who may speak there, and that nobody who speaks nonsense, too much or not at all does harm."""
import contextlib
import json
import os
import socket
import stat
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import FeedServer, Service, closing_all, rss, run_tests, somebody_listens, wait_for  # noqa: E402

FILTER = 'filter "ponte" { title = "Ponti" when = "ponte" priority = high }\n'
CONF = ('backlog = 365d\nchannel "d" { type = desktop retry_min = 1s retry_max = 1s }\n'
        'channel "log" { type = log file = "alerts.jsonl" }\nroute "all" { filters = { "*" } channels = { "d", "log" } }\n')
HELLO = {"hello": "agent", "version": 1}


class Peer:
    def __init__(self, service):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(service.path("vedetta/control.sock"))
        self.socket.settimeout(30)
        self.source = self.socket.makefile("rb")

    def say(self, line):
        self.socket.sendall(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n")

    def hear(self):
        line = self.source.readline()
        return json.loads(line) if line else None

    def close(self):
        self.source.close()
        self.socket.close()


class running:
    """A service without an agent of its own, that has one alert to show."""

    def __enter__(self):
        self.server = FeedServer()
        self.server.put("/a", rss([dict(guid="1", title="Crolla un ponte", link="https://esempio.invalid/1", text="ponte")]))
        self.service = Service(CONF, [self.server.url("/a")], {"f": FILTER})
        env = dict(self.service.environment(), DBUS_SESSION_BUS_ADDRESS="")
        del env["DBUS_SESSION_BUS_ADDRESS"]
        self.service.environment = lambda: env
        self.service.start()
        wait_for("who listens at the socket", lambda: somebody_listens(self.service.path("vedetta/control.sock")))
        return self.service

    def __exit__(self, *_):
        self.service.close()
        self.server.close()


def alive(service):
    assert service.process.poll() is None, service.log()
    with closing_all(Peer(service)) as (peer,):
        peer.say({"what": 1})
        assert peer.hear() == {"error": "not understood"}


def the_socket_is_not_for_everybody():
    with running() as service:
        mode = stat.S_IMODE(os.stat(service.path("vedetta/control.sock")).st_mode)
        assert mode == 0o660 and stat.S_IMODE(os.stat(service.path("vedetta")).st_mode) == 0o700, oct(mode)


def an_agent_is_asked_and_its_answer_counts():
    with running() as service, closing_all(Peer(service)) as (peer,):
        peer.say(HELLO)
        note = peer.hear()
        assert note["summary"] == "Crolla un ponte" and note["link"] == "https://esempio.invalid/1", note
        peer.say({"answer": note["show"], "result": "done"})
        wait_for("no delivery left", lambda: '"d"' not in service.command("outbox", "--json").stdout)


def an_agent_that_says_retry_or_goes_away_is_asked_again():
    with running() as service:
        with closing_all(Peer(service)) as (peer,):
            peer.say(HELLO)
            first = peer.hear()
            peer.say({"answer": first["show"], "result": "retry", "detail": "later\x1b[31m"})
            assert peer.hear()["show"] == first["show"]
        with closing_all(Peer(service)) as (peer,):
            peer.say(HELLO)
            assert peer.hear()["show"] == first["show"]


def an_agent_that_never_answers_delays_nobody():
    with running() as service, closing_all(Peer(service)) as (peer,):
        peer.say(HELLO)
        assert peer.hear()["show"]
        wait_for("the log line", service.alerts)
        wait_for("the deadline", lambda: "does not answer" in service.command("outbox", "--json").stdout)
        alive(service)


def nonsense_is_refused_and_harms_nobody():
    with running() as service:
        for line in (b"\n", b"{}\n", b"[]\n", b"null\n", b"x" * 1000 + b"\n", b"{\"hello\":\n", b"[" * 5000 + b"\n", b"\0\n",
                     b"{\"hello\":1,\"answer\":[],\"act\":{}}\n", b"{\"answer\":\"x\",\"result\":\"done\"}\n", b"\xff\xfe\n"):
            with closing_all(Peer(service)) as (peer,):
                peer.say(line)
        alive(service)
        with closing_all(Peer(service)) as (peer,):
            peer.say(HELLO)
            for line in ({"answer": "nothing", "result": "done"}, {"answer": 1}, {"act": "ack", "alert": "zz"},
                         {"act": "format", "alert": "0" * 16}, {"act": "ack", "alert": "f" * 16}, {"back": True}, {"answer": ""}):
                peer.say(line)
        alive(service)


def who_did_not_say_hello_can_do_nothing():
    with running() as service:
        wait_for("the log line", service.alerts)
        alert = service.alerts()[0]["vedetta"]["alert"]
        with closing_all(Peer(service)) as (peer,):
            peer.say({"act": "mute", "alert": alert})
            assert peer.hear() == {"error": "not understood"}
        assert "muted" not in service.command("alerts", "--json").stdout


def a_line_without_end_and_bytes_that_are_no_text_end_the_connection():
    with running() as service:
        for bytes_ in (b"x" * (1 << 17), b"\xff\xff\n"):
            with closing_all(Peer(service)) as (peer,):
                try:
                    peer.say(bytes_)
                    assert peer.hear() is None
                except (BrokenPipeError, ConnectionResetError):
                    pass
        alive(service)


def many_connections_harm_nobody():
    with running() as service:
        peers = []
        for _ in range(100):
            try:
                peers.append(Peer(service))
            except OSError:
                break
        for peer in peers:
            peer.close()
        alive(service)


def connections_that_say_nothing_keep_no_agent_out():
    with running() as service, contextlib.ExitStack() as held:
        idle = [held.enter_context(closing_all(Peer(service)))[0] for _ in range(40)]
        agent = held.enter_context(closing_all(Peer(service)))[0]
        agent.say(HELLO)
        show = agent.hear()["show"]
        assert idle[0].hear() is None  # the oldest made room
        for _ in range(40):
            held.enter_context(closing_all(Peer(service)))
        alive(service)
        agent.say({"answer": show, "result": "done"})
        wait_for("no delivery left", lambda: '"d"' not in service.command("outbox", "--json").stdout)


def a_socket_that_nobody_serves_is_replaced_one_that_is_served_is_not():
    with running() as service:
        wait_for("the log line", service.alerts)
        service.process.kill()
        service.process.wait()
        service.start()
        wait_for("the socket again", lambda: somebody_listens(service.path("vedetta/control.sock")))
        other = Service('channel "d" { type = desktop }\n')
        with closing_all(other):
            other.environment = lambda: dict(service.environment(), XDG_STATE_HOME=other.folder)
            other.start()
            other.wait_log("control.failed")
        alive(service)


if __name__ == "__main__":
    only = sys.argv[1:]
    run_tests([value for name, value in list(globals().items())
               if getattr(value, "__module__", "") == "__main__" and hasattr(value, "__code__")
               and value.__code__.co_argcount == 0 and "_" in name and (not only or name in only)])
