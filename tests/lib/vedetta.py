"""Helpers of the integration tests: the binary as users run it, a feed server, a mail sink.

Everything listens on loopback, on ports the system picks; every wait is for an event and bounded; what is
started is stopped by its own pid.
"""
import contextlib
import email
import email.policy
import glob
import hashlib
import http.server
import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import tempfile
import termios
import threading
import time

BINARY = os.path.abspath(os.environ.get("VEDETTA", "./vedetta"))  # some tests run it in folders of their own
SOURCE = os.environ.get("top_srcdir", ".")
# Found or not: the Debian package faketime. It moves the wall clock of one process, not the monotonic one.
FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), None)
PATIENCE = float(os.environ.get("VEDETTA_TEST_PATIENCE", "60"))


def wait_for(what, condition, patience=PATIENCE):
    """Until condition() is true; returns what it returned. Fails loudly, saying what it waited for."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("waited %g s in vain for %s" % (patience, what))
        time.sleep(0.02)


def somebody_listens(path):
    """The file of a socket is there a moment before somebody listens."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as peer:
        peer.connect(path)
        return True
    return False


class QuietServer(http.server.ThreadingHTTPServer):
    """A client that was killed is no news."""

    daemon_threads = True
    request_queue_size = 1024  # with Python's 5 a busy machine drops connections that the client holds for open

    def __init__(self, address, handler):
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.connections = 0
        super().__init__(address, handler)

    def get_request(self):
        self.connections += 1
        return super().get_request()

    def handle_error(self, request, client_address):
        pass


class FeedServer:
    """Serves documents by path, with ETags; counts requests and remembers headers."""

    def __init__(self, host="127.0.0.1", port=0):
        self.documents, self.requests, self.lock = {}, [], threading.Lock()
        self.times = []  # of the requests, monotonic
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.answer(self)

            def log_message(self, *args):
                pass

        self.host = host
        self.server = QuietServer((host, port), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def url(self, path):
        return "http://%s:%d%s" % ("127.0.0.1" if self.host == "0.0.0.0" else self.host, self.port, path)

    def put(self, path, body, content_type="application/xml", status=200, headers=()):
        if isinstance(body, str):
            body = body.encode("utf-8")
        with self.lock:
            self.documents[path] = (body, content_type, status, dict(headers))

    def count(self, path=None, status=None):
        with self.lock:
            return sum(1 for p, _, s in self.requests if path in (None, p) and status in (None, s))

    def answer(self, handler):
        with self.lock:
            body, content_type, status, headers = self.documents.get(
                handler.path, (b"not here", "text/plain", 404, {}))
        etag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
        if status == 200 and handler.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        with self.lock:
            self.requests.append((handler.path, dict(handler.headers), status))
            self.times.append(time.monotonic())
        with contextlib.suppress(OSError):
            handler.send_response(status)
            handler.send_header("Content-Type", content_type)
            handler.send_header("ETag", etag)
            for name, value in headers.items():
                handler.send_header(name, value)
            if status != 304:
                handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class MailSink:
    """A real SMTP server (aiosmtpd) that keeps what it accepted."""

    def __init__(self):
        from aiosmtpd.controller import Controller
        self.messages = []
        outer = self

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                outer.messages.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
                return "250 kept"

        class OnAnyPort(Controller):
            def _trigger_server(self):  # connects once to see that it runs: to the port it got, not to 0
                self.port = self.server.sockets[0].getsockname()[1]
                super()._trigger_server()

        self.controller = OnAnyPort(Handler(), hostname="127.0.0.1", port=0, ready_timeout=20)
        self.controller.start()
        self.port = self.controller.port

    def parsed(self):
        return [email.message_from_bytes(content, policy=email.policy.default) for _, _, content in self.messages]

    def close(self):
        self.controller.stop()


def sweep_clocks():
    """libfaketime's shared memory is named after its process. Who was killed or may not remove it (the parser workers) leaves it, and
    the next process of that number may stumble over it."""
    for path in glob.glob("/dev/shm/*faketime_s[eh]m_*"):
        if not os.path.exists("/proc/" + path.rsplit("_", 1)[1]):
            with contextlib.suppress(OSError):
                os.unlink(path)


class Service:
    """A configuration in a temporary folder, and the binary run on it."""

    def __init__(self, conf="", feeds=(), filters=None):
        self.folder = tempfile.mkdtemp(prefix="vedetta-test-")
        self.clocked = False
        self.process, self.log_path = None, os.path.join(self.folder, "service.log")
        os.mkdir(self.path("filters"))
        for name, text in (filters or {}).items():
            self.write("filters/%s.filter" % name, text)
        self.feeds(feeds)
        self.write("vedetta.conf", 'state = "state"\nfirst_poll_spread = 0s\nhost_gap = 0s\nmax_per_host = 8\n'
                   'allow_networks = { "127.0.0.0/8" }\n' + conf)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)

    def read(self, name):
        with contextlib.suppress(FileNotFoundError):
            with open(self.path(name), encoding="utf-8") as source:
                return source.read()
        return ""

    def feeds(self, feeds):
        """feeds: addresses, or (address, attributes) pairs."""
        rows = []
        for feed in feeds:
            url, attributes = feed if isinstance(feed, tuple) else (feed, {})
            extra = "".join(' %s="%s"' % pair for pair in attributes.items())
            rows.append('<outline type="rss" text="%s" xmlUrl="%s"%s/>' % (attributes.get("title", url), url, extra))
        self.write("feeds.opml", '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0"><head><title>t</title>'
                   "</head><body>%s</body></opml>\n" % "".join(rows))

    def environment(self, clock=None):
        """clock: '+8h' or '@2026-11-20 10:00:00', where the process's clock stands, if there is FAKETIME."""
        env = dict(os.environ, XDG_CONFIG_HOME=self.folder, XDG_STATE_HOME=self.folder, XDG_RUNTIME_DIR=self.folder)
        env.pop("NOTIFY_SOCKET", None)
        if clock and FAKETIME:
            self.clocked = True
            env.update(LD_PRELOAD=FAKETIME, FAKETIME=clock, FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1",
                       FAKETIME_NO_CACHE="1")
        return env

    def command(self, *words, check=None, **options):
        """Run `vedetta WORDS --config FOLDER`; the finished process, text output."""
        argv = [BINARY, words[0], "--config", self.folder, *words[1:]]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE * 4,
                              **{"env": self.environment(), **options})
        if check is not None and done.returncode != check:
            raise AssertionError("%r ended with %s, not %s:\n%s%s" % (argv, done.returncode, check, done.stdout, done.stderr))
        return done

    def start(self, *words, env=None):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([BINARY, "run", "--config", self.folder, *words], env=env or self.environment(),
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self.process

    def log(self):
        return self.read("service.log")

    def wait_log(self, text):
        wait_for("the log line %r; log:\n%s" % (text, self.log()[-2000:]), lambda: text in self.log())

    def alerts(self, name="alerts.jsonl"):
        """The lines that are whole: the last may be under way."""
        text = self.read(name)
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].split("\n")[:-1]]

    def stop(self, how=signal.SIGTERM):
        """The exit status; None if it does not run."""
        if not self.process:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(timeout=PATIENCE)
        self.process = None
        return status

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.clocked:
            sweep_clocks()


def on_a_terminal(argv, env, columns=80):
    """The exit status of a program whose three streams are one terminal, and all that it showed there."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, columns))
    process = subprocess.Popen(argv, env=env, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    seen = b""
    with contextlib.suppress(OSError):  # nobody has the other end any more
        while part := os.read(master, 65536):
            seen += part
    os.close(master)
    return process.wait(timeout=PATIENCE), seen.decode()


@contextlib.contextmanager
def closing_all(*things):
    try:
        yield things
    finally:
        for thing in reversed(things):
            thing.close()


def children(parent, name):
    """Pids of the processes of that name which this one started and which live."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open("/proc/%s/stat" % pid, encoding="utf-8") as stat:
                text = stat.read()
            if int(text.rsplit(")", 1)[1].split()[1]) == parent and "(%s)" % name[:15] in text and ") Z" not in text:
                found.append(int(pid))
    return found


def dead_mail():
    """Configuration of a channel whose mail server is not there, and a route to it."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    return ('channel "mail" { type = email server = "127.0.0.1" port = %d security = none from = "v@example.org" '
            'to = { "a@example.org" } }\nroute "mail" { filters = { "*" } channels = { "mail" } }\n' % port)


def rss(items, title="Test", language="it"):
    """items: dicts with guid, title, link, text, date."""
    out = ['<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
           "<channel><title>%s</title><language>%s</language>" % (title, language)]
    escape = lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
    for item in items:
        out.append("<item>")
        for key, name in (("guid", "guid"), ("title", "title"), ("link", "link"), ("text", "description"),
                          ("date", "pubDate"), ("author", "dc:creator")):
            if item.get(key):
                out.append("<%s>%s</%s>" % (name, escape(item[key]), name))
        out.append("</item>")
    return "".join(out) + "</channel></rss>"


def run_tests(tests):
    """Run functions, print their names, close with the count; the exit status."""
    import sys
    import traceback
    failed = 0
    for test in tests:
        try:
            test()
            print("ok   %s" % test.__name__, flush=True)
        except Exception:
            failed += 1
            print("FAIL %s" % test.__name__, flush=True)
            traceback.print_exc()
    print("%d passed, %d failed" % (len(tests) - failed, failed))
    sys.exit(1 if failed else 0)
