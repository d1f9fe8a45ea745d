#!/usr/bin/python3
"""Webhook, syslog, journal, Atom and terminal: what arrives, and what each answer means; that a channel which hangs
delays no other."""
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
import desktop  # noqa: E402
from smtp_script import HANG, ScriptedSmtp, certificate  # noqa: E402
from vedetta import BINARY, FeedServer, Service, closing_all, rss, run_tests, wait_for  # noqa: E402

FILTER = 'filter "ponte" { title = "Ponti & viadotti" when = "ponte" priority = high }\n'


class Hook:
    """An HTTP server that answers as told and keeps the requests. answers: (status, headers, body) or a function of the
    number of the request; body may be a callable that writes by itself."""

    def __init__(self, answer=(204, {}, b""), tls=None):
        self.answer, self.requests, self.lock, self.released = answer, [], threading.Lock(), threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with outer.lock:
                    outer.requests.append((self.command, self.path, dict(self.headers), body))
                    number = len(outer.requests)
                status, headers, content = outer.answer(number) if callable(outer.answer) else outer.answer
                if status is HANG:
                    outer.released.wait()
                    return
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    if not callable(content):
                        self.send_header("Content-Length", str(len(content)))
                        self.end_headers()
                        self.wfile.write(content)
                    else:
                        self.send_header("Connection", "close")
                        self.end_headers()
                        content(self.wfile)
                        self.close_connection = True

            do_PUT = do_GET = do_POST

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.server.daemon_threads = True
        self.url = "http%s://127.0.0.1:%d/hook" % ("s" if tls else "", self.server.server_address[1])
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def hook(url, extra=""):
    return 'channel "hook" { type = webhook url = "%s" retry_min = 1s retry_max = 1s %s }\n' % (url, extra)


def test_of(conf, name="hook", files=(), service=None):
    with closing_all(service or Service(conf)) as (service,):
        for path, text, mode in files:
            service.write(path, text)
            os.chmod(service.path(path), mode)
        done = service.command("channel", "test", name)
        return done.returncode, done.stdout + done.stderr


def answered(answer, extra=""):
    with closing_all(Hook(answer)) as (server,):
        return test_of(hook(server.url, extra)) + (server,)


def article(n=1, title="Crolla un ponte sul Po", text='Il ponte "vecchio" & altro.'):
    return dict(guid="id-%d" % n, title=title, link="https://esempio.invalid/%d?a=1&b=2" % n, text=text)


@contextlib.contextmanager
def engine(conf, names, items=None, env=None, start=True):
    with closing_all(FeedServer()) as (server,):
        server.put("/a", rss(items or [article()], "Gazzetta"))
        with closing_all(Service("backlog = 365d\n" + conf + 'route "all" { filters = { "*" } channels = { %s } }\n' %
                                 ", ".join('"%s"' % n for n in names), [server.url("/a")], {"f": FILTER})) as (service,):
            if start:
                service.start(env=env)
            yield service, server


# -- webhook

def a_webhook_gets_the_record_under_its_key_and_signed():
    with closing_all(Hook()) as (server,):
        conf = hook(server.url, 'secret_file = "key" headers = { "X-Team: desk" }')
        with engine(conf, ["hook"], start=False) as (service, _):
            service.write("key", "s3cret\n")
            os.chmod(service.path("key"), 0o600)
            service.start()
            wait_for("a request", lambda: server.requests)
            service.stop()
        method, path, headers, body = server.requests[0]
    assert (method, path) == ("POST", "/hook") and headers["Content-Type"] == "application/json"
    assert headers["Vedetta-Signature"] == "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    record = json.loads(body)
    assert headers["Idempotency-Key"] == record["event"]["id"] and headers["X-Team"] == "desk"
    assert record["vedetta"]["items"][0]["title"] == "Crolla un ponte sul Po" and headers["User-Agent"].startswith("vedetta/")


def a_repeat_has_the_same_key_and_the_same_bytes():
    with closing_all(Hook(lambda n: (503, {}, b"later") if n == 1 else (200, {}, b"ok"))) as (server,):
        with engine(hook(server.url), ["hook"]) as (service, _):
            wait_for("the repeat", lambda: len(server.requests) == 2)
            service.stop()
        first, second = server.requests
        assert first[2]["Idempotency-Key"] == second[2]["Idempotency-Key"] and first[3] == second[3]


def statuses_of_a_webhook_are_told_apart():
    for status, word in ((200, "sent"), (202, "sent"), (500, "not sent now"), (503, "not sent now"), (429, "not sent now"),
                         (408, "not sent now"), (401, "not sent now"), (404, "not sent now"), (400, "refused"),
                         (413, "refused"), (422, "refused")):
        code, said, _ = answered((status, {}, b"because"))
        assert ": " + word in said and code == (0 if word == "sent" else 1), (status, said)


def a_redirect_is_not_followed():
    with closing_all(Hook()) as (other,):
        code, said, server = answered((302, {"Location": other.url}, b""))
        assert code == 1 and "redirects are not followed" in said and not other.requests, said
        assert len(server.requests) == 1


def a_huge_answer_is_not_read_to_its_end():
    def endless(out):
        with contextlib.suppress(OSError):
            while True:
                out.write(b"x" * 65536)
    code, said, _ = answered((200, {}, endless))
    assert code == 0 and len(said) < 1000, said


def a_webhook_that_hangs_may_have_been_delivered():
    code, said, _ = answered((HANG, {}, b""), "timeout = 3s")
    assert code == 1 and "perhaps sent" in said, said


def a_reload_while_a_webhook_hangs_sends_the_same_once_more():
    with closing_all(Hook(lambda n: (HANG, {}, b"") if n == 1 else (204, {}, b""))) as (server,):
        with engine(hook(server.url), ["hook"]) as (service, _):
            wait_for("a request", lambda: server.requests)
            service.process.send_signal(signal.SIGHUP)
            service.wait_log("engine.reloaded")
            wait_for("the repeat", lambda: len(server.requests) == 2)
            assert service.stop() == 0
            service.start()
            wait_for("the second start", lambda: service.log().count("engine.started") == 2)
            assert service.stop() == 0
        first, second = server.requests  # and no third
        assert first[2]["Idempotency-Key"] == second[2]["Idempotency-Key"] and first[3] == second[3]


def a_webhook_nobody_listens_on_is_tried_again():
    server = Hook()
    server.close()
    code, said = test_of(hook(server.url))
    assert code == 1 and "not sent now" in said, said


def a_private_address_must_be_allowed():
    with closing_all(Hook()) as (server,):
        conf = hook(server.url)
        service = Service(conf)
        text = service.read("vedetta.conf").replace('allow_networks = { "127.0.0.0/8" }\n', "")
        service.write("vedetta.conf", text)
        code, said = test_of(conf, service=service)
        assert code == 1 and "allow_networks" in said and not server.requests, said
        service = Service(conf)
        service.write("vedetta.conf", text.replace("type = webhook", 'type = webhook allow_networks = { "127.0.0.1" }'))
        assert test_of(conf, service=service)[0] == 0


def a_webhooks_certificate_is_checked():
    with closing_all(Service()) as (scratch,):
        context, authority = certificate(scratch.folder)
        with closing_all(Hook(tls=context)) as (server,):
            code, said = test_of(hook(server.url))
            assert code == 1 and "not sent now" in said and not server.requests, said
            assert test_of(hook(server.url, 'ca_file = "%s"' % authority))[0] == 0


def presets_speak_to_their_services():
    token = [("token", "t0ken\n", 0o600)]
    shown = {}
    for preset, extra in (("ntfy", 'target = "news"'), ("slack", ""), ("mattermost", ""), ("alertmanager", ""),
                          ("matrix", 'target = "!room:example.org" token_file = "token"'),
                          ("telegram", 'target = "-100123" token_file = "token"')):
        with closing_all(Hook((200, {}, b"{}"))) as (server,):
            conf = hook(server.url.replace("/hook", "" if preset in ("matrix", "telegram", "alertmanager") else "/hook"),
                        'preset = "%s" %s' % (preset, extra))
            with engine(conf, ["hook"], start=False) as (service, _):
                service.write(*token[0][:2])
                os.chmod(service.path("token"), 0o600)
                service.start()
                wait_for(preset, lambda: server.requests)
                service.stop()
                assert "t0ken" not in service.log()
            shown[preset] = server.requests[0]
    read = {name: json.loads(request[3]) for name, request in shown.items()}
    link = "https://esempio.invalid/1?a=1&b=2"
    assert read["ntfy"]["topic"] == "news" and read["ntfy"]["click"] == link and read["ntfy"]["priority"] == 4, read["ntfy"]
    assert "<https://esempio.invalid/1?a=1&amp;b=2|Crolla un ponte sul Po>" in read["slack"]["text"], read["slack"]
    assert "[Crolla un ponte sul Po](<%s>)" % link in read["mattermost"]["text"], read["mattermost"]
    method, path, headers, _ = shown["matrix"]
    assert method == "PUT" and path.startswith("/_matrix/client/v3/rooms/%21room%3Aexample.org/send/m.room.message/"), path
    assert path.endswith(headers["Idempotency-Key"]) and headers["Authorization"] == "Bearer t0ken"
    assert read["matrix"]["format"] == "org.matrix.custom.html" and "<b>ponte</b>" in read["matrix"]["formatted_body"]
    method, path, headers, _ = shown["telegram"]
    assert path == "/bott0ken/sendMessage" and "Authorization" not in headers and read["telegram"]["chat_id"] == "-100123"
    assert read["telegram"]["parse_mode"] == "HTML" and "<b>ponte</b>" in read["telegram"]["text"]
    (alert,), path = read["alertmanager"], shown["alertmanager"][1]
    assert path == "/api/v2/alerts" and alert["labels"]["alertname"] == "VedettaAlert" and alert["generatorURL"] == link
    assert alert["labels"]["severity"] == "high" and alert["labels"]["filter"] == "ponte"


def a_template_is_the_body():
    with closing_all(Hook()) as (server,):
        template = r'template = "{\"text\": \"{title} <{link}>\", \"why\": \"{why}\", \"p\": \"{priority}\"}"'
        with engine(hook(server.url, template), ["hook"]) as (service, _):
            wait_for("a request", lambda: server.requests)
            service.stop()
        body = json.loads(server.requests[0][3])
        assert body["text"] == "Crolla un ponte sul Po <https://esempio.invalid/1?a=1&b=2>" and body["p"] == "high", body


def mistakes_of_a_webhook_are_said_at_the_start():
    for extra, words in (('template = "{titel}"', ("{titel}", "there is")), ('preset = "matrix"', ("target",)),
                         ('headers = { "no colon" }', ("no colon", "Name: value")), ('secret_file = "absent"', ("absent",))):
        code, said = test_of(hook("https://example.org/", extra))
        assert code == 2 and all(word in said for word in words), (extra, said)


# -- syslog and journal

def datagrams(path):
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(path)
    receiver.settimeout(30)
    return receiver


def a_syslog_record_reaches_the_local_daemon_also_after_it_started_again():
    with closing_all(Service()) as (scratch,):
        path = scratch.path("log.sock")
        conf = 'channel "s" { type = syslog address = "%s" facility = local3 }\n' % path
        code, said = test_of(conf, "s")
        assert code == 1 and "not sent now" in said, said
        with closing_all(datagrams(path)) as (receiver,):
            assert test_of(conf, "s")[0] == 0
            record = receiver.recv(65536).decode()
        assert re.match(r"<157>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \S+ vedetta \d+ test \[vedetta@32473 key=", record), record


def a_syslog_record_goes_by_udp():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(30)
    with closing_all(receiver):
        conf = 'channel "s" { type = syslog address = "127.0.0.1" port = %d }\n' % receiver.getsockname()[1]
        with engine(conf, ["s"]) as (service, _):
            record = receiver.recv(65536).decode()
            service.stop()
    assert record.startswith("<28>1 ") and 'filter="ponte"' in record and record.endswith("Crolla un ponte sul Po"), record
    assert 'link="https://esempio.invalid/1?a=1&b=2"' in record
    code, said = test_of(conf, "s")
    assert code == 1 and "not sent now" in said, said


def a_syslog_facility_that_is_none_is_said():
    code, said = test_of('channel "s" { type = syslog facility = nonsense }\n', "s")
    assert code == 2 and "facility" in said, said


def a_journal_entry_reaches_the_journal_and_a_full_socket_delays_nobody():
    with closing_all(Service()) as (scratch,):
        path = scratch.path("journal.sock")
        with closing_all(datagrams(path)) as (receiver,):
            conf = 'channel "j" { type = journal address = "%s" }\n' % path
            with engine(conf, ["j"]) as (service, _):
                entry = receiver.recv(1 << 20)
                service.stop()
            assert b"MESSAGE_ID\n\x20\0\0\0\0\0\0\0e7a3ad0c1f1d4a4a9f6e2b0f9f5c7b11\n" in entry, entry
            assert b"VEDETTA_LINK\n" in entry
            sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            sender.setblocking(False)
            with closing_all(sender), contextlib.suppress(BlockingIOError):
                sender.connect(path)
                while True:
                    sender.send(b"x" * 1000)
            code, said = test_of(conf, "j")
            assert code == 1 and "not sent now" in said, said


# -- Atom, terminal

ATOM = "{http://www.w3.org/2005/Atom}"


def an_atom_feed_keeps_what_it_held_and_is_valid():
    conf = 'instance = "example.org"\nchannel "a" { type = atom file = "alerts.atom" }\n'
    with engine(conf, ["a"], start=False) as (service, server):
        service.command("poll", check=0)
        server.put("/a", rss([article(), article(2, "Riaperto un <ponte> a Pisa", "Festa al ponte di Pisa.")], "Gazzetta"))
        service.command("poll", "--force", check=0)
        feed = xml.etree.ElementTree.fromstring(service.read("alerts.atom").encode())
        again = subprocess.run([BINARY, "parse", service.path("alerts.atom")], capture_output=True, text=True, timeout=60)
    entries = feed.findall(ATOM + "entry")
    assert len(entries) == 2 and feed.findtext(ATOM + "id") == "tag:example.org,2026:alerts"
    assert "Riaperto" in entries[0].findtext(ATOM + "title") and "Crolla" in entries[1].findtext(ATOM + "title")
    for entry in entries:
        assert entry.findtext(ATOM + "updated") and entry.findtext(ATOM + "author/" + ATOM + "name")
        assert entry.find(ATOM + "link").get("href").startswith("https://esempio.invalid/")
    assert again.returncode == 0 and "Crolla" in again.stdout, again


def another_file_is_not_overwritten_by_the_atom_channel():
    service = Service('channel "a" { type = atom file = "notes.xml" }\n')
    with closing_all(service):
        service.write("notes.xml", "<notes/>\n")
        done = service.command("channel", "test", "a")
        assert done.returncode == 1 and "not a feed of ours" in done.stdout, done.stdout
        assert service.read("notes.xml") == "<notes/>\n"


def the_terminal_shows_text_without_colours_in_a_pipe():
    with engine('channel "t" { type = terminal }\n', ["t"]) as (service, _):
        service.wait_log("* Crolla un ponte sul Po")
        service.stop()
        assert "\x1b" not in service.log() and "https://esempio.invalid/1?a=1&b=2" in service.log()


def a_terminal_pipe_that_nobody_reads_delays_nobody():
    read, write = os.pipe()
    with engine('channel "t" { type = terminal }\nchannel "log" { type = log file = "alerts.jsonl" }\n', ["t", "log"],
                [article(n, "Ponte numero %d a %s" % (n, "abcdefghij"[n] * 6), "Ponte %s." % ("klmnopqrst"[n] * 3000))
                 for n in range(10)], start=False) as (service, _):
        while True:  # full, but for a little
            os.set_blocking(write, False)
            try:
                os.write(write, b"x" * 4096)
            except BlockingIOError:
                break
        os.set_blocking(write, True)
        process = subprocess.Popen([BINARY, "run", "--config", service.folder], env=service.environment(),
                                   stdin=subprocess.DEVNULL, stdout=write, stderr=subprocess.DEVNULL)
        try:
            wait_for("the log lines", lambda: len(service.alerts()) >= 3)
            assert "terminal" in service.command("outbox", "--json").stdout or '"t"' in service.command("outbox", "--json").stdout
        finally:
            process.terminate()
            process.wait(60)
            os.close(read)
            os.close(write)


# -- isolation

def with_mail_hung_and_notifications_stopped_log_and_webhook_are_not_delayed():
    """Deliveries of fifty stories: each reaches log and webhook while mail and desktop stand still."""
    words = ("acqua fuoco terra aria legno ferro oro argento rame piombo stagno zinco vetro sabbia argilla calce gesso marmo "
             "granito basalto tufo ardesia quarzo sale zolfo carbone torba resina sughero canapa lino cotone seta lana miele "
             "cera olio aceto vino grano orzo avena riso mais farro fieno paglia foglia ramo radice").split()
    items = [article(n, "Ponte di %s: %s" % (w, w[::-1] * 2), "%s %s %d." % (w * 3, w[::-1] * 4, n * 7919))
             for n, w in enumerate(words)]
    with closing_all(Hook(), ScriptedSmtp({".": HANG}), desktop.Desktop()) as (server, smtp, desk):
        desk.scripted("slow")
        conf = (hook(server.url) + 'channel "log" { type = log file = "alerts.jsonl" }\nchannel "d" { type = desktop }\n'
                'channel "mail" { type = email server = "127.0.0.1" port = %d security = none from = "a@example.org"\n'
                ' to = { "b@example.org" } }\n' % smtp.port)
        with engine(conf, ["mail", "d", "log", "hook"], items, start=False) as (service, _):
            service.start(env=desk.environment(service.environment()))
            begun = time.monotonic()
            wait_for("the log", lambda: len(service.alerts()) >= 25)
            wait_for("the webhook", lambda: len(server.requests) >= len(service.alerts()))
            took = time.monotonic() - begun
            wait_for("the mail server to hang", lambda: smtp.mails)
            waiting = service.command("outbox", "--json").stdout
            assert '"mail"' in waiting and '"d"' in waiting, waiting[:500]
            print("     %d alerts in log and webhook %.2f s after the start" % (len(service.alerts()), took))
            service.stop()


if __name__ == "__main__":
    only = sys.argv[1:]
    run_tests([value for name, value in list(globals().items())
               if getattr(value, "__module__", "") == "__main__" and hasattr(value, "__code__")
               and value.__code__.co_argcount == 0 and "_" in name and (not only or name in only)])
