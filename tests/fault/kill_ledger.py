#!/usr/bin/python3
"""The crash ledger: the real service against a feed server that writes down what it served, with kill -9 of the engine
or of the parser at random moments, and every sink read back.

The server believes validators: to a client that shows the ETag of version N it serves only what came after N. So
validators that are remembered without their articles lose articles, and the oracle sees it. The mail server now and
then takes a message and drops the line before it says so: the sender must repeat it under the same Message-ID.

Checked at the end: every item of a published version reached every sink; nothing else did (other words, and an item
behind more decoded bytes than max_document allows); whoever got an item twice got it under the same Message-ID or
Idempotency-Key; no more repeats than kills and dropped lines.

  kill_ledger.py [KILLS]     default $KILLS or 50; SEED=N repeats a campaign
"""
import collections
import email
import email.policy
import gzip
import http.server
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import vedetta

FEEDS = 8
WORD = "ledgerword"
TOKEN = re.compile(r"tok[0-9]{7}[a-z]{6}")
FILTER = 'filter "ledger" {\n  title = "Ledger"\n  when = "%s"\n}\n' % WORD


class Feeds:
    """Feeds that grow, and the ledger of what each answer held."""

    def __init__(self, rng):
        self.rng, self.lock = rng, threading.Lock()
        self.items = {n: [] for n in range(FEEDS)}  # (version, token, matches)
        self.version = collections.Counter()
        self.expected, self.forbidden, self.served = set(), set(), collections.Counter()
        self.hooks = []  # (idempotency key, tokens)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.answer(self)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
                with outer.lock:
                    outer.hooks.append((self.headers.get("Idempotency-Key"), set(TOKEN.findall(body))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = vedetta.QuietServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def url(self, path):
        return "http://127.0.0.1:%d/%s" % (self.port, path)

    def grow(self):
        """Publish one to three items in one feed, some of which no filter wants."""
        with self.lock:
            feed = self.rng.randrange(FEEDS)
            self.version[feed] += 1
            for _ in range(self.rng.randint(1, 3)):
                token = "tok%07d%s" % (len(self.expected) + len(self.forbidden),
                                       "".join(self.rng.choices("bcdfghjklmnpqrstvwxz", k=6)))
                matches = self.rng.random() < 0.8
                (self.expected if matches else self.forbidden).add(token)
                self.items[feed].append((self.version[feed], token, matches))

    def words(self):
        """Like nothing else: no two items may look like one story."""
        return " ".join("".join(self.rng.choices("abcdefghilmnopqrstuvz", k=self.rng.randint(5, 9))) for _ in range(30))

    def document(self, items):
        return vedetta.rss([{
            "guid": token, "link": self.url("item/" + token), "title": "%s %s" % (token, self.words()[:40]),
            "text": "%s %s" % (WORD if matches else "", self.words())} for _, token, matches in items])

    def bomb(self):
        """Small on the wire; decoded, its item stands behind 30 MiB."""
        with self.lock:
            token = "tok9999999bombed"
            self.forbidden.add(token)
            text = self.document([(1, token, True)])
        return gzip.compress(text.replace("<item>", " " * (30 << 20) + "<item>").encode(), 9)

    def answer(self, handler):
        headers, status = {}, 200
        if handler.path == "/bomb":
            body, headers = self.bomb(), {"Content-Encoding": "gzip"}
        else:
            feed = int(handler.path.rsplit("/", 1)[1])
            with self.lock:
                match = re.fullmatch(r'"v(\d+)"', handler.headers.get("If-None-Match") or "")
                known = int(match.group(1)) if match else 0
                fresh = [item for item in self.items[feed] if item[0] > known]
                headers["ETag"] = '"v%d"' % self.version[feed]
                self.served.update(item[1] for item in fresh)
                status = 304 if known and known == self.version[feed] else 200
                body = b"" if status == 304 else self.document(fresh).encode()
        try:
            handler.send_response(status)
            handler.send_header("Content-Type", "application/rss+xml")
            for pair in headers.items():
                handler.send_header(*pair)
            if status == 200:
                handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            pass  # the engine was killed

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Mail(vedetta.MailSink):
    """Takes some messages and hangs up before the answer: the outcome is unknown to the sender."""

    def __init__(self, rng):
        super().__init__()
        self.drops, self.rng = 0, rng
        keep = self.controller.handler.handle_DATA

        async def handle_DATA(server, session, envelope):
            answer = await keep(server, session, envelope)
            if self.rng.random() < 0.03:
                self.drops += 1
                server.transport.close()
            return answer

        self.controller.handler.handle_DATA = handle_DATA

    def received(self):
        """(Message-ID, tokens) of each message."""
        for _, _, content in list(self.messages):
            message = email.message_from_bytes(content, policy=email.policy.default)
            body = message.get_body(("plain",))
            text = "%s %s" % (message["Subject"], body.get_content() if body else "")
            yield message["Message-ID"], set(TOKEN.findall(text))


class Ledger:
    def __init__(self, rng):
        self.rng, self.kills, self.rounds = rng, 0, 0
        self.feeds, self.mail = Feeds(rng), Mail(rng)
        self.service = vedetta.Service(
            'backlog = 365d\ninterval_min = 60s\nmax_document = 1MiB\n'
            'channel "log" { type = log file = "alerts.jsonl" retry_min = 1s }\n'
            'channel "mail" { type = email server = "127.0.0.1" port = %d security = none from = "vedetta@example.org"\n'
            '  to = { "reader@example.org" } retry_min = 1s retry_max = 2s allow_networks = { "127.0.0.0/8" } }\n'
            'channel "hook" { type = webhook url = "%s" retry_min = 1s retry_max = 2s\n'
            '  allow_networks = { "127.0.0.0/8" } }\n'
            'route "all" { filters = { "*" } channels = { "log", "mail", "hook" } }\n'
            % (self.mail.port, self.feeds.url("hook")),
            [self.feeds.url("feed/%d" % n) for n in range(FEEDS)] + [self.feeds.url("bomb")], {"ledger": FILTER})

    def start(self):
        """Each start an hour later than the last, so that every feed is due."""
        self.rounds += 1
        return self.service.start(env=self.service.environment(clock="+%dh" % self.rounds))

    def parser(self):
        """Pid of the engine's parser worker, or None."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % pid, encoding="utf-8") as stat:
                    parent = stat.read().rsplit(")", 1)[1].split()[1]
            except OSError:
                continue
            if int(parent) == self.service.process.pid:
                return int(pid)
        return None

    def kill_round(self):
        for _ in range(self.rng.randint(0, 3)):
            self.feeds.grow()
        process = self.start()
        time.sleep(self.rng.random() * self.rng.choice((0.05, 0.3, 0.8)))
        if process.poll() is not None:
            raise AssertionError("the service ended by itself:\n" + self.service.log()[-3000:])
        if self.rng.random() < 0.2:
            pid = self.parser()
            if pid:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                self.kills += 1
            time.sleep(self.rng.random() * 0.2)
        self.service.stop(signal.SIGKILL)
        self.kills += 1

    def lines(self):
        """(key, tokens) of the log channel. A line cut off by a kill is followed by its repeat."""
        for line in self.service.read("alerts.jsonl").splitlines():
            tokens = set(TOKEN.findall(line))
            try:
                json.loads(line)
            except ValueError:
                continue
            yield " ".join(sorted(tokens)), tokens

    def sinks(self):
        with self.feeds.lock:
            hooks = list(self.feeds.hooks)
        return {"mail": list(self.mail.received()), "hook": hooks, "log": list(self.lines())}

    def missing(self):
        return {name: sorted(self.feeds.expected.difference(*[tokens for _, tokens in got]))
                for name, got in self.sinks().items()}

    def drain(self, patience):
        """Run on until all has arrived. A feed that brought little, or whose parser was killed twice, is asked again only after hours."""
        deadline = time.monotonic() + patience
        while any(self.missing().values()) and time.monotonic() < deadline:
            self.rounds += 5
            self.start()
            until = min(deadline, time.monotonic() + 20)
            while any(self.missing().values()) and time.monotonic() < until:
                time.sleep(0.1)
            self.service.stop()

    def verdict(self):
        """(what is wrong, repeats)."""
        wrong = ["%s never got %s (served %d times)" % (name, token, self.feeds.served[token])
                 for name, tokens in self.missing().items() for token in tokens]
        repeats = 0
        for name, got in self.sinks().items():
            keys = collections.defaultdict(list)
            for key, tokens in got:
                for token in tokens:
                    keys[token].append(key)
                    if token in self.feeds.forbidden:
                        wrong.append("%s got %s, which no filter wants" % (name, token))
            wrong += ["%s got %s under %s" % (name, token, sorted(map(str, set(which))))
                      for token, which in keys.items() if len(set(which)) > 1]
            repeats += len(got) - len({key for key, _ in got})
        if repeats > self.kills + self.mail.drops:
            wrong.append("%d repeats after %d kills and %d dropped lines" % (repeats, self.kills, self.mail.drops))
        if ".aside-" in " ".join(os.listdir(self.service.path("state"))):
            wrong.append("the store was given up")
        return wrong, repeats

    def close(self):
        self.service.close()
        self.mail.close()
        self.feeds.close()


def main():
    kills = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("KILLS") or 50)
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    if subprocess.run([vedetta.BINARY, "run", "--help"], capture_output=True).returncode != 0:
        print("SKIP: this build has no service")
        sys.exit(77)
    ledger = Ledger(random.Random(seed))
    try:
        ledger.feeds.grow()
        while ledger.kills < kills:
            ledger.kill_round()
            if ledger.rounds % 50 == 0:
                ledger.drain(60)
        ledger.drain(vedetta.PATIENCE)
        wrong, repeats = ledger.verdict()
        if wrong:
            print("\n".join(wrong[:40]))
            print(ledger.service.log()[-4000:])
        print("kill ledger: %d kills (seed %d), %d lines dropped, %d items, %d wrong, %d repeats"
              % (ledger.kills, seed, ledger.mail.drops, len(ledger.feeds.expected), len(wrong), repeats))
        sys.exit(1 if wrong else 0)
    finally:
        ledger.close()


if __name__ == "__main__":
    main()
