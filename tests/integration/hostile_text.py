#!/usr/bin/python3
"""What a hostile feed or server says, from the feed to every place where somebody reads it: commands, log, channels, files;
and secrets, that must be read nowhere."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from smtp_script import ScriptedSmtp, certificate  # noqa: E402
from vedetta import BINARY, SOURCE, FeedServer, Service, closing_all, run_tests, wait_for  # noqa: E402

FILTER = 'filter "ponte" { title = "Ponti" when = "ponte" priority = high }\n'
HARM = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029\U000e0000-\U000e007f]")
HOSTILE = [
    "\x1b[31mrosso\x1b[2J", "\x1b]8;;http://evil.invalid\x07qui\x1b]8;;\x07", "\x1b]52;c;ZXZpbA==\x07", "\x9b31m\x90q\x9c", "a\rb\x08\x08c",
    "fine\nlevel=error event=forged", 'x" level="error', "{\"forged\": true}", "riga\u2028altra\u2029terza\u0085quarta",
    "\u202etset\u202c \u2066x\u2069 \u200f", "tag\U000e0041\U000e007f", "%n%s%1$s%999999d", "{title} {link} {json}", "$(touch pwned) `touch pwned`; touch pwned",
    "| touch pwned", "--help -rf -o/tmp/x", "'; DROP TABLE article; --", "\" OR \"\"=\"", "% _ [a-z] ^x* NEAR/2 MATCH", "=cmd|' /C calc'!A0",
    "../../../etc/passwd", "/etc/passwd", "CON", ".bashrc", "x" * 4096, "\r\nBcc: evil@example.org", "=?utf-8?q?=0D=0ABcc:_x?=",
    "<script>x</script>", "&lt;img src=x&gt;", "]]>", "\ufeffbom",
]
MARK = "Ponte %d: "


def cdata(text):
    """As XML carries it; what XML cannot carry is left to numbers, which parsers of feeds let through."""
    out = []
    for c in text:
        if c in "&<>" or ord(c) < 32 and c not in "\t" or ord(c) in range(0x7f, 0xa0):
            out.append("&#%d;" % ord(c))
        else:
            out.append(c)
    return "".join(out)


def feed():
    items = []
    for n, text in enumerate(HOSTILE):
        items.append("<item><title>%s</title><guid isPermaLink=\"false\">%s</guid><dc:creator>%s</dc:creator><category>%s</category>"
                     "<link>https://esempio.invalid/%d/%s</link><description>%s ponte %s.</description></item>"
                     % (cdata(MARK % n + text), cdata(text), cdata(text), cdata(text), n,
                        cdata(text[:40].replace(" ", "%20")), cdata(text), "abcdefghijklmnopqrstuvwxyz0123456789"[n] * 40))
    return ('<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
            "<title>%s</title><language>it</language>%s</channel></rss>" % (cdata("".join(HOSTILE[:4])), "".join(items)))


CONF = ('backlog = 365d\nlog_level = "debug"\nchannel "log" { type = log file = "alerts.jsonl" }\n'
        'channel "a" { type = atom file = "alerts.atom" }\nchannel "t" { type = terminal }\n'
        'route "all" { filters = { "*" } channels = { "log", "a", "t" } }\n')


class polled:
    """A service that has taken the hostile feed; what it wrote lies there."""

    def __enter__(self):
        self.server = FeedServer()
        self.server.put("/a", feed())
        self.server.put("/broken", "<rss>" + HOSTILE[0], status=200)
        self.service = Service(CONF, [(self.server.url("/a"), {"title": "Eco %s \u202e{title}"}), self.server.url("/broken")],
                               {"ponte": FILTER})
        self.said = self.service.command("poll")
        return self.service

    def __exit__(self, *_):
        self.service.close()
        self.server.close()


def check_plain(what, text):
    found = HARM.search(text.replace("\n", ""))
    assert not found, "%s: %r" % (what, text[max(0, found.start() - 60):found.end() + 60])


def every_command_prints_it_without_controls():
    with polled() as service:
        link = service.alerts()[0]["url"]["full"]
        for words in (["alerts"], ["alerts", "--json"], ["outbox"], ["outbox", "--json"], ["status"], ["status", "--json"],
                      ["feeds", "list"], ["feeds", "list", "--json"], ["why", link], ["why", "--json", link], ["check"]):
            done = service.command(*words)
            assert done.returncode in (0, 1), (words, done.stderr)
            check_plain(words, done.stdout + done.stderr)
            if "--json" in words:
                for line in done.stdout.splitlines():
                    json.loads(line)
        assert len(service.command("alerts", "--json").stdout.splitlines()) >= len(HOSTILE) / 2


def the_log_of_the_service_has_one_line_an_event():
    with polled() as service:
        for form in ("text", "json"):
            service.write("vedetta.conf", service.read("vedetta.conf") + 'log_format = "%s"\n' % form)
            service.command("poll", "--force")
            done = service.command("poll", "--force")
            check_plain("log", done.stderr)
            for line in done.stderr.splitlines():
                if form == "json" and line.startswith("{"):
                    assert "event" in json.loads(line), line
            assert "\nlevel=error event=forged" not in done.stderr


def titles_come_back_as_they_were_but_for_controls():
    """Through the parser, the store and two channels: nothing is interpreted on the way, nothing else lost."""
    with polled() as service:
        titles = {record["vedetta"]["items"][0]["title"] for record in service.alerts() if record["vedetta"].get("items")}
        atom = xml.etree.ElementTree.fromstring(service.read("alerts.atom").encode())
        entries = [e.findtext("{http://www.w3.org/2005/Atom}title") for e in atom.iter("{http://www.w3.org/2005/Atom}entry")]
    assert entries
    for title in list(titles) + entries:
        check_plain("title", title)
    for n, text in enumerate(HOSTILE):
        if HARM.search(text) or len(text) > 300 or "\n" in text or "<" in text or "&" in text or "\ufeff" in text:
            continue
        expected = (MARK % n + text).strip()
        assert any(expected in t for t in titles), (expected, sorted(titles)[:5])


def nothing_is_written_beside_the_services_own_files():
    with polled() as service:
        files = {os.path.relpath(os.path.join(folder, name), service.folder)
                 for folder, _, names in os.walk(service.folder) for name in names}
    known = re.compile(r"(vedetta\.conf|feeds\.opml|alerts\.(jsonl|atom)|filters/ponte\.filter|state/(vedetta\.db(-wal|-shm)?|clean|[a-z.-]*lock"
                       r"|alerts\.[a-z]*|backup.*)|service\.log)")
    strange = [name for name in files if not known.fullmatch(name)]
    assert not strange, strange
    assert not os.path.exists("pwned")


def nothing_is_run():
    """Every execve of the service and its children is its own binary or its parser, by the descriptor that holds it."""
    if not shutil.which("strace"):
        print("     strace is not installed: not looked at")
        return
    with closing_all(FeedServer()) as (server,), closing_all(Service(CONF, [server.url("/a")], {"ponte": FILTER})) as (service,):
        server.put("/a", feed())
        trace = service.path("trace")
        done = subprocess.run(["strace", "-f", "-qq", "-e", "trace=execve,openat", "-o", trace, BINARY, "poll", "--config", service.folder],
                              env=service.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240)
        calls = re.findall(r'execve\("([^"]*)"', service.read("trace"))
        held = re.findall(r'openat\(AT_FDCWD, "([^"]*)", [^)]*O_PATH[^)]*\) = (\d+)', service.read("trace"))
        if not calls:
            print("     strace may not trace here: not looked at")
            return
        assert service.alerts(), done
    parser = os.path.join(os.path.dirname(os.path.realpath(BINARY)), "vedetta-parser")
    own = {BINARY} | {"/proc/self/fd/" + fd for path, fd in held if path == parser}
    assert set(calls) == own and len(own) == 2, (calls, held)


def no_function_that_runs_a_shell_is_linked():
    if not shutil.which("nm"):
        print("     nm is not installed: not looked at")
        return
    for program in (BINARY, os.environ.get("VEDETTA_AGENT", "")):
        if os.path.exists(program):
            symbols = subprocess.run(["nm", "-D", "--undefined-only", program], capture_output=True, text=True, check=True).stdout
            assert symbols and not re.search(r" (system|popen|execlp|execvp|wordexp|g_spawn_command_line\w*)(@|\n)", symbols), symbols


def no_sql_is_put_together_from_texts():
    """Statements are compiled in one place, from literals; what comes from outside is bound."""
    compiling, printed = [], []
    for folder, _, names in os.walk(os.path.join(SOURCE, "daemon")):
        for name in names:
            if name.endswith(".c"):
                with open(os.path.join(folder, name), encoding="utf-8") as source:
                    text = source.read()
                if re.search(r"sqlite3_(prepare|exec)", text):
                    compiling.append(name)
                printed += re.findall(r'printf[^;]*"[^"]*\b(?:SELECT|INSERT|UPDATE|DELETE)\b[^;]*;', text)
    assert compiling == ["sql.c"] and not printed, (compiling, printed)


def a_channel_that_runs_a_command_does_not_exist():
    for kind in ("exec", "command", "pipe", "script"):
        with closing_all(Service('channel "x" { type = %s }\n' % kind)) as (service,):
            assert service.command("check").returncode == 1


def what_a_mail_server_says_stays_on_its_line():
    answer = "550 5.1.1 \x1b[31mno\x1b]0;x\x07 such\x9b user \u202egnp\r\n"
    with closing_all(FeedServer(), ScriptedSmtp({"RCPT": answer.rstrip()})) as (server, smtp):
        server.put("/a", feed())
        conf = CONF + ('channel "mail" { type = email server = "127.0.0.1" port = %d security = none from = "a@example.org"\n'
                       ' to = { "b@example.org" } retry_min = 1s retry_max = 1s }\n' % smtp.port)
        conf = conf.replace('"log", "a", "t"', '"log", "mail"')
        with closing_all(Service(conf, [server.url("/a")], {"ponte": FILTER})) as (service,):
            done = service.command("poll")
            check_plain("poll", done.stdout + done.stderr)
            for words in (["outbox"], ["outbox", "--json"], ["channel", "test", "mail"]):
                said = service.command(*words)
                check_plain(words, said.stdout + said.stderr)
                assert "such" in said.stdout, said


SECRETS = {"password": "gr0ssesGeheimnis", "token": "t0kenT0ken", "hmac": "schl0ssSchl0ss", "credential": "leser:w0rtW0rt"}


def no_secret_is_read_anywhere():
    """Password, token, key and credential of a feed after a full run: not in log, store, arguments, environment, output."""
    import http.server
    import threading

    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(500)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass
    hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=hook.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    folder = tempfile.mkdtemp(prefix="vedetta-tls-")
    try:
        context, authority = certificate(folder)
        answers = {"EHLO": "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN", "credentials": "535 5.7.8 wrong password"}
        with closing_all(FeedServer(), ScriptedSmtp(answers, context)) as (server, smtp):
            server.put("/a", feed())
            conf = CONF + ('channel "mail" { type = email server = "127.0.0.1" port = %d from = "a@example.org" to = { "b@example.org" }\n'
                           ' user = "anna" password_file = "password" ca_file = "%s" retry_min = 1s retry_max = 1s }\n'
                           'channel "hook" { type = webhook url = "http://127.0.0.1:%d/" secret_file = "hmac" token_file = "token"\n'
                           ' retry_min = 1s retry_max = 1s }\nfeed "%s" { credential_file = "credential" }\n'
                           % (smtp.port, authority, hook.server_address[1], server.url("/a")))
            conf = conf.replace('"log", "a", "t"', '"log", "mail", "hook"')
            with closing_all(Service(conf, [server.url("/a")], {"ponte": FILTER})) as (service,):
                for name, text in SECRETS.items():
                    service.write(name, text + "\n")
                    os.chmod(service.path(name), 0o600)
                process = service.start()
                wait_for("an attempt to log in", lambda: any(c.startswith("AUTH") for c in smtp.commands))
                service.wait_log("delivery.failed channel=mail")
                service.wait_log("delivery.failed channel=hook")
                places = {"arguments and environment": b""}
                for pid in descendants(process.pid):
                    for name in ("cmdline", "environ"):
                        with open("/proc/%d/%s" % (pid, name), "rb") as source:
                            places["arguments and environment"] += source.read()
                for words in (["status"], ["outbox", "--json"], ["feeds", "list", "--json"], ["check"], ["channel", "test", "mail"],
                              ["channel", "test", "hook"], ["poll", "--force"]):
                    done = service.command(*words)
                    places[" ".join(words)] = (done.stdout + done.stderr).encode()
                assert service.stop() == 0
                for folder_, _, names in os.walk(service.folder):
                    for name in names:
                        if name not in SECRETS:
                            with open(os.path.join(folder_, name), "rb") as source:
                                places[name] = source.read()
                for request in server.requests:
                    assert "w0rtW0rt" not in json.dumps(request[1])
    finally:
        hook.shutdown()
        hook.server_close()
        thread.join()
        shutil.rmtree(folder)
    assert "vedetta.db" in places and "service.log" in places, list(places)
    for place, content in places.items():
        for text in SECRETS.values():
            assert text.split(":")[-1].encode() not in content, (place, text)


def descendants(pid):
    found = [pid]
    for child in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % child, encoding="utf-8") as stat:
                if int(stat.read().rsplit(")", 1)[1].split()[1]) in found:
                    found.append(int(child))
        except OSError:
            pass
    return found


if __name__ == "__main__":
    only = sys.argv[1:]
    run_tests([value for name, value in list(globals().items())
               if getattr(value, "__module__", "") == "__main__" and hasattr(value, "__code__")
               and value.__code__.co_argcount == 0 and "_" in name and (not only or name in only)])
