#!/usr/bin/python3
"""How long alerts take to log and webhook: with every channel well, and with mail hung and notifications stopped.

    bench/isolation.py [ALERTS]      after make; prints the median, p99 and longest time from the answer that carried
the news (fetch, parse, match, commit and outbox included) to the line in the file and the request at the server.
"""
import os
import signal
import sys
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get("top_builddir", os.path.join(TOP, "build"))
os.environ.setdefault("VEDETTA", os.path.join(BUILD, "vedetta"))
os.environ.setdefault("VEDETTA_AGENT", os.path.join(BUILD, "vedetta-agent"))
sys.path[:0] = [os.path.join(TOP, "tests", "lib")]
import desktop  # noqa: E402
from smtp_script import HANG, ScriptedSmtp  # noqa: E402
from vedetta import FeedServer, Service, closing_all, rss, wait_for  # noqa: E402
import http.server  # noqa: E402

FILTER = 'filter "ponte" { when = "ponte" priority = normal }\n'
SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo".split()


def name(n):
    return "".join(SYLLABLES[(n * k + k * k) % len(SYLLABLES)] for k in (1, 3, 5, 7)) + str(n)


def items(count):
    return [dict(guid=str(n), title="Ponte %s %s" % (name(n), name(n * 31 + 7)), link="https://esempio.invalid/%d" % n,
                 text="%s %s %s." % (name(n * 17 + 3), name(n * 13 + 5), name(n * 11 + 1))) for n in range(count)]


class Hook:
    def __init__(self):
        self.times, outer = [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                outer.times.append(time.monotonic())
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d/" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def watch(path, times, stop):
    known = 0
    while not stop.is_set():
        if os.path.exists(path):
            with open(path, "rb") as log:
                lines = log.read().count(b"\n")
            now = time.monotonic()
            times.extend([now] * (lines - known))
            known = lines
        stop.wait(0.005)


def show(what, times, begun):
    took = sorted(t - begun for t in times)
    print("  %-8s %4d alerts: median %.2f s, p99 %.2f s, longest %.2f s"
          % (what, len(took), took[len(took) // 2], took[min(len(took) - 1, len(took) * 99 // 100)], took[-1]), flush=True)


def run(count, broken):
    print("mail hung, notification daemon stopped:" if broken else "every channel well:")
    with closing_all(FeedServer(), Hook(), ScriptedSmtp({".": HANG} if broken else {}), desktop.Desktop()) as (
            server, hook, smtp, desk):
        desk.dunst()
        if broken:
            os.kill(desk.daemon.pid, signal.SIGSTOP)
        server.put("/a", rss(items(count)))
        conf = ('backlog = 365d\nchannel "hook" { type = webhook url = "%s" }\nchannel "log" { type = log file = "alerts.jsonl" }\n'
                'channel "d" { type = desktop }\nchannel "mail" { type = email server = "127.0.0.1" port = %d security = none\n'
                ' from = "a@example.org" to = { "b@example.org" } }\n'
                'route "all" { filters = { "*" } channels = { "mail", "d", "log", "hook" } }\n' % (hook.url, smtp.port))
        with closing_all(Service(conf, [server.url("/a")], {"f": FILTER})) as (service,):
            times, stop = [], threading.Event()
            watcher = threading.Thread(target=watch, args=(service.path("alerts.jsonl"), times, stop))
            watcher.start()
            service.start(env=desk.environment(service.environment()))
            wait_for("the poll", lambda: server.count("/a"))
            begun = time.monotonic()
            wait_for("an alert", lambda: times)
            alerts = 0
            while alerts != len(times) or len(hook.times) < len(times):
                alerts = len(times)
                time.sleep(1)
            stop.set()
            watcher.join()
            service.stop()
            show("log", times, begun)
            show("webhook", hook.times, begun)


if __name__ == "__main__":
    for broken in (False, True):
        run(int(sys.argv[1]) if len(sys.argv) > 1 else 200, broken)
