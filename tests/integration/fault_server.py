#!/usr/bin/python3
"""Servers that fail in every way: what the client does, in words, while a good feed beside them is read as ever.

One test a way to fail. The server writes raw bytes; TLS certificates are made on the spot.
"""
import contextlib
import gzip
import hashlib
import json
import os
import shutil
import socket
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import warnings
import zlib

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import Service, closing_all, rss, run_tests  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.1 is what a test offers
ITEMS = [dict(guid="g%d" % n, title="Notizia %d" % n, link="http://esempio.invalid/%d" % n, text="Testo %d." % n) for n in range(9)]
FEED = rss(ITEMS).encode()


def head(status="200 OK", *lines, length=None):
    """length None: of no body at all; False: no such line."""
    out = ["HTTP/1.1 " + status, "Content-Type: application/rss+xml"] + list(lines)
    if length is not None and length is not False:
        out.append("Content-Length: %d" % length)
    return ("\r\n".join(out) + "\r\n\r\n").encode("latin-1")


def answer(body=FEED, *lines, status="200 OK"):
    return head(status, *lines, length=len(body)) + body


class FaultServer:
    """path → bytes to send and close, or a function (connection, head) that does it."""

    def __init__(self, context=None):
        self.answers, self.heads, self.connections, self.closing = {}, [], 0, threading.Event()
        self.context, self.alpn = context, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.2)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.accept)
        self.thread.start()

    def url(self, path="/", host="127.0.0.1"):
        return "%s://%s:%d%s" % ("https" if self.context else "http", host, self.port, path)

    def accept(self):
        while not self.closing.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                continue
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(OSError, ssl.SSLError), connection:
            connection.settimeout(30)
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
                self.alpn.append(connection.selected_alpn_protocol())
            if self.context and self.alpn[-1] == "h2":
                return self.answers["h2"](connection, b"")
            received = b""
            while b"\r\n\r\n" not in received:
                piece = connection.recv(65536)
                if not piece:
                    return
                received += piece
            self.heads.append(received.decode("latin-1"))
            path = received.split(b" ", 2)[1].decode("latin-1")
            what = self.answers.get(path, answer(b"nothing", status="404 Not Found"))
            if callable(what):
                what(connection, received)
            else:
                connection.sendall(what)
                if self.context:
                    connection.unwrap()

    def wait(self):
        self.closing.wait(20)

    def header(self, index, name):
        for line in self.heads[index].split("\r\n"):
            if line.lower().startswith(name.lower() + ":"):
                return line.split(":", 1)[1].strip()
        return None

    def close(self):
        self.closing.set()
        self.thread.join()
        self.listener.close()


def poll(service):
    done = service.command("poll", "--json", "--force")
    assert done.returncode in (0, 1), done  # 1: all feeds failed
    return {row["feed"]: row for row in map(json.loads, done.stdout.splitlines())}, done.stderr


def outcome(what, *polls, conf="", **context):
    """Serve `what` at /bad beside a good feed, poll once for each further answer; the rows of /bad and the server."""
    server = FaultServer(**context)
    with closing_all(server, Service("timeout = 2s\n" + conf, [server.url("/bad"), server.url("/good")])) as (_, service):
        rows = []
        for step in (what, *polls):
            server.answers.update({"/bad": step, "/good": answer()})
            table, _ = poll(service)
            good = table[server.url("/good")]
            assert good.get("error") is None and (good["entries"] == 9 or good["unchanged"]), good
            rows.append(table[server.url("/bad")])
        return rows, server


def fails(words, what, *polls, **options):
    rows, server = outcome(what, *polls, **options)
    error = rows[-1].get("error") or ""
    assert words.lower() in error.lower(), "%r is not in %r" % (words, error)
    return server


def asked(server, index):
    return [h for h in server.heads if h.startswith("GET /bad ")][index]


def keeps_whole_entries(what, least):
    """Entries whose end was seen are taken; the validators of the answer are not."""
    rows, server = outcome(what, what)
    assert rows[0]["new"] >= least and rows[0]["new"] < 9, rows
    assert "If-None-Match" not in asked(server, 1), server.heads
    return rows


CUT = FEED[:FEED.index(b"<guid>g5")]  # five whole entries


# ---- transfers that break -------------------------------------------------------------------------------------------

def reset(connection, _):
    connection.sendall(head("200 OK", 'ETag: "x"', length=len(FEED)) + CUT)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def a_reset_in_the_body_keeps_whole_entries():
    # what had not been read when the reset came is lost: none of it may be believed, or all that was whole
    rows, server = outcome(reset, reset)
    assert rows[0]["new"] in range(0, 6) and "If-None-Match" not in asked(server, 1), rows


def a_short_body_keeps_whole_entries():
    keeps_whole_entries(head("200 OK", 'ETag: "x"', length=len(FEED)) + CUT, 5)


def an_early_close_without_length_keeps_whole_entries():
    keeps_whole_entries(head("200 OK", 'ETag: "x"') + CUT, 5)


def a_truncated_chunk_keeps_whole_entries():
    keeps_whole_entries(head("200 OK", 'ETag: "x"', "Transfer-Encoding: chunked") + b"%x\r\n" % len(FEED) + CUT, 5)


def a_bad_chunk_keeps_whole_entries():
    keeps_whole_entries(head("200 OK", 'ETag: "x"', "Transfer-Encoding: chunked") + b"%x\r\n" % len(CUT) + CUT + b"\r\nzz\r\nrest", 5)


def a_content_length_that_is_too_small_is_not_read_past():
    rows = keeps_whole_entries(head("200 OK", 'ETag: "x"', length=len(CUT)) + FEED, 5)
    assert rows[0]["new"] == 5


def a_content_length_that_is_too_big_is_a_short_body():
    rows, _ = outcome(head("200 OK", 'ETag: "x"', length=len(FEED) + 100) + FEED)
    assert rows[0]["new"] == 9, rows


def an_answer_without_bytes_fails():
    fails("without an answer", b"")


# ---- slow and endless -----------------------------------------------------------------------------------------------

def drip(prefix, piece, pause=0.05):
    def send(connection, _):
        connection.sendall(prefix)
        for _ in range(400):
            connection.sendall(piece)
            threading.Event().wait(pause)
    return send


def slow_headers_are_given_up():
    fails("too long", drip(b"HTTP/1.1 200 OK\r\nX-", b"a"))


def headers_without_end_are_given_up():
    def send(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for n in range(100000):
            connection.sendall(b"X-%d: %s\r\n" % (n, b"y" * 200))
    fails("header", send)


def a_byte_at_a_time_is_given_up():
    fails("too long", drip(head("200 OK"), b" "))


def no_answer_is_given_up():
    fails("too long", lambda connection, _: threading.Event().wait(6))


def an_endless_body_is_stopped_at_the_limit():
    def send(connection, _):
        connection.sendall(head("200 OK"))
        while True:
            connection.sendall(b"<!-- -->" * 8192)
    fails("limit", send, conf="max_document = 1MiB\n")


# ---- heads that are wrong -------------------------------------------------------------------------------------------

def headers_over_256_kib_are_refused():
    fails("header", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300 * 1024 + b"\r\n\r\n" + FEED)


def ten_thousand_headers_are_refused():
    fails("header", b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%05d: %s\r\n" % (n, b"v" * 30) for n in range(10000)) + b"\r\n" + FEED)


def a_header_without_colon_harms_nobody():
    rows, _ = outcome(b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: %d\r\n\r\n" % len(FEED) + FEED)
    assert rows[0].get("error") or rows[0]["new"] == 9, rows


def a_nul_in_a_header_harms_nobody():
    rows, server = outcome(b'HTTP/1.1 200 OK\r\nETag: "a\0b"\r\nContent-Length: %d\r\n\r\n' % len(FEED) + FEED, answer())
    assert "\0" not in asked(server, -1), server.heads


def a_carriage_return_in_an_etag_is_not_sent_back():
    rows, server = outcome(answer(FEED, 'ETag: "a\rX-Evil: 1"'), answer())
    assert "X-Evil" not in asked(server, -1), server.heads


def a_huge_etag_is_not_sent_back():
    rows, server = outcome(answer(FEED, 'ETag: "%s"' % ("e" * 5000)), answer())
    assert rows[0]["new"] == 9 and "If-None-Match" not in asked(server, 1), rows


def a_weak_etag_is_sent_back_as_it_is():
    _, server = outcome(answer(FEED, 'ETag: W/"abc"'), answer())
    assert 'If-None-Match: W/"abc"\r\n' in asked(server, 1)


def no_status_line_is_no_answer():
    fails("", b"ICY nonsense\r\n\r\n" + FEED)


def http_0_9_is_refused():
    fails("HTTP/0.9", FEED)


# ---- statuses that make no sense ------------------------------------------------------------------------------------

def a_304_that_nobody_asked_for_is_a_failure_and_asked_in_full_next():
    rows, server = outcome(head("304 Not Modified"), answer())
    assert "304" in rows[0]["error"] and rows[1]["new"] == 9, rows
    assert "If-None-Match" not in asked(server, 1)


def a_304_with_a_body_is_unchanged():
    rows, _ = outcome(answer(FEED, 'ETag: "a"'), head("304 Not Modified", length=5) + b"body!")
    assert rows[1]["unchanged"], rows


def a_204_is_no_empty_feed():
    fails("204", head("204 No Content"))


def a_status_beyond_all_ranges_is_a_failure():
    fails("", answer(status="999 Whatever"))


# ---- codings --------------------------------------------------------------------------------------------------------

def coded(coding, body):
    return answer(body, "Content-Encoding: " + coding)


BLANKS = b"<rss>" + b" " * (40 << 20)


def a_gzip_bomb_is_stopped():
    fails("limit", coded("gzip", gzip.compress(BLANKS, 9)))


def a_deflate_bomb_is_stopped():
    fails("limit", coded("deflate", zlib.compress(BLANKS, 9)))


def a_brotli_bomb_is_stopped():
    try:
        import brotli
    except ImportError:
        print("     (the module brotli is not installed)")
        return
    fails("limit", coded("br", brotli.compress(BLANKS)))


def a_zstd_bomb_is_stopped():
    run = struct.pack("<I", (128 << 10) << 3 | 1 << 1)[:3]  # a block that repeats one byte (RFC 8878, 3.1.1.2)
    last = struct.pack("<I", (128 << 10) << 3 | 1 << 1 | 1)[:3]
    fails("limit", coded("zstd", b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", 40 << 20) + (run + b" ") * 319 + last + b" "))


def a_nested_bomb_is_stopped():
    fails("limit", coded("gzip, gzip", gzip.compress(gzip.compress(BLANKS, 9), 9)))


def six_codings_are_refused():
    body = FEED
    for _ in range(6):
        body = gzip.compress(body)
    fails("", coded(", ".join(["gzip"] * 6), body))


def a_truncated_gzip_keeps_whole_entries():
    import random
    noise = "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyz ", k=200000))
    items = ITEMS[:5] + [dict(ITEMS[5], text=noise)] + ITEMS[6:]
    body = gzip.compress(rss(items).encode())
    rows, server = outcome(head("200 OK", 'ETag: "x"', "Content-Encoding: gzip", length=len(body)) + body[:len(body) // 2], answer())
    assert rows[0]["new"] == 5 and "If-None-Match" not in asked(server, 1), rows


def plain_text_that_is_called_gzip_fails_in_words():
    fails("compression", coded("gzip", FEED))


def gzip_that_is_called_plain_is_read_or_refused():
    rows, _ = outcome(answer(gzip.compress(FEED)))
    assert rows[0].get("error") or rows[0]["new"] == 9, rows


def an_unknown_coding_is_refused():
    fails("", coded("snappy", FEED))


def garbage_behind_gzip_harms_nobody():
    rows, _ = outcome(coded("gzip", gzip.compress(FEED) + b"garbage"))
    assert rows[0].get("error") or rows[0]["new"] == 9, rows


# ---- redirects ------------------------------------------------------------------------------------------------------

def to(location, status="302 Found"):
    return head(status, "Location: " + location, length=0)


def a_redirect_to_itself_is_a_loop():
    assert len([h for h in fails("loop", to("/bad")).heads if "/bad" in h]) == 1


def a_redirect_without_location_fails():
    fails("nowhere", head("301 Moved", length=0))


def a_redirect_to_another_scheme_is_refused():
    for target in ("file:///etc/passwd", "gopher://127.0.0.1/x", "ftp://127.0.0.1/x", "data:text/xml,%3Crss/%3E"):
        fails("scheme", to(target))


def a_redirect_is_relative_to_where_it_stands():
    rows, server = outcome(to("good?x=1"))
    assert any(h.startswith("GET /good?x=1 ") for h in server.heads)


# ---- addresses: nothing is sent to who is not allowed ------------------------------------------------------------------

def addresses_of_this_machine_are_refused_in_every_spelling():
    with closing_all(FaultServer()) as (server,):
        server.answers["/x"] = answer()
        hosts = ("127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
                 "0.0.0.0", "0", "[::]", "a.localhost", "127.0.0.1.")
        feeds = ["http://%s:%d/x" % (host, server.port) for host in hosts] + [
            "http://169.254.169.254/latest/meta-data/", "http://10.1.2.3:8080/x", "http://[fd00::1]:8080/x", "http://[64:ff9b::7f00:1]:%d/x" % server.port,
            "http://[2002:7f00:1::]:%d/x" % server.port, "http://224.0.0.1:8080/", "http://100.64.1.1:8080/"]
        with closing_all(Service("timeout = 3s\n", feeds)) as (service,):
            service.write("vedetta.conf", 'state = "state"\nfirst_poll_spread = 0s\nhost_gap = 0s\ntimeout = 3s\n')
            table, _ = poll(service)
            assert len(table) >= len(feeds) - 3, (len(table), len(feeds))  # some spellings are one address once cleaned
            for feed, row in table.items():
                assert row.get("error"), row
            refused = sum("refused" in row["error"] for row in table.values())
            assert refused >= len(table) - 3, [row["error"] for row in table.values()]
        assert server.connections == 0, server.heads


def a_redirect_into_a_private_network_sends_nothing():
    with closing_all(FaultServer(), FaultServer()) as (outer, inner):
        # the outer one is allowed by its address alone
        outer.answers["/f"] = to("http://127.0.0.2:%d/secret" % inner.port)
        with closing_all(Service(feeds=[outer.url("/f")])) as (service,):
            service.write("vedetta.conf", 'state = "state"\nfirst_poll_spread = 0s\nallow_networks = { "127.0.0.1/32" }\n')
            table, _ = poll(service)
            assert "loopback" in table[outer.url("/f")]["error"], table
        assert inner.connections == 0


# ---- TLS ------------------------------------------------------------------------------------------------------------

class Certificates:
    """An authority of our own, and what it signed."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="vedetta-tls-")
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                     "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem")

    def openssl(self, *words, before=()):
        # faketime fails where a killed process of the same number left its shared memory: the next has another number
        for _ in range(20 if before else 1):
            done = subprocess.run([*before, "openssl", *words], cwd=self.folder, capture_output=True, text=True)
            if done.returncode == 0:
                return
        raise AssertionError(done.stdout + done.stderr)

    def path(self, name):
        return os.path.join(self.folder, name)

    def leaf(self, name, alternative="IP:127.0.0.1", before=(), digest="-sha256"):
        with open(self.path(name + ".ext"), "w") as out:
            out.write("subjectAltName=%s\n" % alternative)
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=%s" % name, "-keyout", name + ".key", "-out", name + ".csr")
        self.openssl("x509", "-req", digest, "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "7", "-days", "2",
                     "-extfile", name + ".ext", "-out", name + ".pem", before=before)
        return name

    def context(self, name, change=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")  # of the server: the client's own rules are under test
        context.load_cert_chain(self.path(name + ".pem"), self.path(name + ".key"))
        if change:
            change(context)
        return context

    def close(self):
        shutil.rmtree(self.folder)


def tls(name="good", trust=True, change=None, words=None, leaf=None, body=None):
    """Poll a TLS server with that certificate; `words` the error, None: it is read."""
    with closing_all(Certificates()) as (made,):
        if name != "authority":
            made.leaf(name, **(leaf or {}))
        else:
            shutil.copy(made.path("ca.pem"), made.path("authority.pem"))
            shutil.copy(made.path("ca.key"), made.path("authority.key"))
        with closing_all(FaultServer(made.context(name, change))) as (server,):
            url = server.url("/f")
            server.answers["/f"] = body or answer()
            trusted = 'ca_file = "%s"' % made.path("ca.pem") if trust else ""
            with closing_all(Service('timeout = 3s\nfeed "%s" { %s }\n' % (url, trusted))) as (service,):
                table, log = poll(service)
                row = table[url]
        if words is None:
            assert row["new"] == 9, row
        else:
            error = row.get("error") or ""
            assert words.lower() in error.lower() and "feed.failed" in log, row
            assert not server.heads, "something was asked for: %r" % server.heads


def a_certificate_of_the_feeds_own_authority_is_trusted():
    tls()


def a_certificate_of_an_unknown_authority_is_refused():
    tls(trust=False, words="certificate is not trusted")


def a_certificate_for_another_host_is_refused():
    tls("other", leaf=dict(alternative="DNS:other.example"), words="certificate is not trusted")


def an_expired_certificate_is_refused():
    if not shutil.which("faketime"):
        print("     (faketime is not installed)")
        return
    tls("old", leaf=dict(before=("faketime", "2020-01-01")), words="expired")


def a_self_signed_certificate_is_refused():
    tls("authority", trust=False, words="certificate is not trusted")


def a_sha1_certificate_is_refused():
    tls("sha1", leaf=dict(digest="-sha1"), words="certificate")


def tls_1_1_is_refused():
    def old(context):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    tls(change=old, words="TLS")


def a_server_that_demands_a_certificate_of_ours_is_refused_in_words():
    def demand(context):
        context.verify_mode = ssl.CERT_REQUIRED
    with closing_all(Certificates()) as (made,):
        made.leaf("good")

        def change(context):
            demand(context)
            context.load_verify_locations(made.path("ca.pem"))
        with closing_all(FaultServer(made.context("good", change))) as (server,):
            with closing_all(Service('timeout = 3s\nfeed "%s" { ca_file = "%s" }\n' % (server.url("/f"), made.path("ca.pem")))) as (service,):
                table, _ = poll(service)
                error = table[server.url("/f")].get("error") or ""
                assert "certificate" in error.lower() or "connection" in error.lower(), table


def a_truncated_tls_stream_keeps_whole_entries():
    def cut(connection, _):
        connection.sendall(head("200 OK", 'ETag: "x"') + CUT)
        connection.shutdown(socket.SHUT_RDWR)  # without close_notify
    with closing_all(Certificates()) as (made,):
        made.leaf("good")
        with closing_all(FaultServer(made.context("good"))) as (server,):
            url = server.url("/f")
            server.answers["/f"] = cut
            with closing_all(Service('timeout = 3s\nfeed "%s" { ca_file = "%s" }\n' % (url, made.path("ca.pem")))) as (service,):
                first, _ = poll(service)
                poll(service)
            assert first[url]["new"] == 5, first
            assert server.header(1, "If-None-Match") is None


def no_password_goes_from_https_to_http():
    with closing_all(Certificates()) as (made,):
        made.leaf("good")
        with closing_all(FaultServer(made.context("good")), FaultServer()) as (secure, plain):
            secure.answers["/f"] = to(plain.url("/open"), "301 Moved")
            plain.answers["/open"] = answer()
            with closing_all(Service('feed "%s" { ca_file = "%s" credential_file = "secret" headers = { "X-Key: 1" } }\n'
                                     % (secure.url("/f"), made.path("ca.pem")))) as (service,):
                service.write("secret", "user:password")
                os.chmod(service.path("secret"), 0o600)
                for _ in range(4):
                    poll(service)
                listed = json.loads(service.command("feeds", "list", "--json", check=0).stdout)
            assert secure.header(0, "Authorization") and plain.header(0, "Authorization") is None
            assert secure.header(0, "X-Key") == "1" and plain.header(0, "X-Key") is None
            assert listed.get("fetch_url") in (None, secure.url("/f")), listed  # https is never given up for good
            assert len(secure.heads) == 4


# ---- HTTP/2 ---------------------------------------------------------------------------------------------------------

def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


SETTINGS = frame(4, 0, 0)


def http2(fault):
    """Five feeds of one server whose HTTP/2 is broken: three fail, then HTTP/1.1 reads the others."""
    def offer(context):
        context.set_alpn_protocols(["h2", "http/1.1"])
    with closing_all(Certificates()) as (made,):
        made.leaf("good")
        with closing_all(FaultServer(made.context("good", offer))) as (server,):
            server.answers["h2"] = fault
            blocks = "".join('feed "%s" { ca_file = "%s" }\n' % (server.url("/%d" % n), made.path("ca.pem")) for n in range(5))
            for n in range(5):
                server.answers["/%d" % n] = answer()
            with closing_all(Service()) as (service,):
                service.write("vedetta.conf", 'state = "state"\nfirst_poll_spread = 0s\nhost_gap = 0s\nmax_per_host = 1\ntimeout = 1s\n'
                              'allow_networks = { "127.0.0.0/8" }\n' + blocks)
                table, _ = poll(service)
        errors = [row for row in table.values() if row.get("error")]
        read = [row for row in table.values() if row["new"] == 9]
        assert len(errors) == 3 and len(read) == 2, table
        assert "http/1.1" not in server.alpn[:3], server.alpn


def after(piece):
    def send(connection, _):
        connection.recv(65536)
        connection.sendall(SETTINGS + piece)
        with contextlib.suppress(OSError):
            connection.recv(65536)
    return send


def http2_goaway_leads_back_to_http_1_1():
    http2(after(frame(7, 0, 0, struct.pack(">II", 0, 2))))


def http2_reset_streams_lead_back_to_http_1_1():
    http2(after(frame(3, 0, 1, struct.pack(">I", 2))))


def http2_garbage_leads_back_to_http_1_1():
    http2(after(b"\xff" * 40))


def http2_that_breaks_off_leads_back_to_http_1_1():
    http2(lambda connection, _: connection.recv(65536))


def http2_silence_leads_back_to_http_1_1():
    def silent(connection, _):
        connection.sendall(SETTINGS)
        threading.Event().wait(4)
    http2(silent)


def http2_huge_headers_lead_back_to_http_1_1():
    http2(after(frame(4, 1, 0) + frame(1, 0, 1, b"\x00\x01x" + b"\x7f\xff\xff\xff\x0f" + b"v" * 16000) + frame(9, 4, 1, b"\x00" * 16000)))


def http2_push_leads_back_to_http_1_1():
    http2(after(frame(4, 1, 0) + frame(5, 4, 1, struct.pack(">I", 2) + b"\x82\x84\x86")))  # the client forbade it in its settings


def http2_that_ends_in_the_body_keeps_whole_entries():
    def offer(context):
        context.set_alpn_protocols(["h2"])

    def cut(connection, _):
        connection.recv(65536)
        connection.sendall(SETTINGS + frame(4, 1, 0) + frame(1, 4, 1, b"\x88\x40\x04etag\x03\"x\"") + frame(0, 0, 1, CUT))
        connection.shutdown(socket.SHUT_RDWR)
    with closing_all(Certificates()) as (made,):
        made.leaf("good")
        with closing_all(FaultServer(made.context("good", offer))) as (server,):
            server.answers["h2"] = cut
            url = server.url("/f")
            with closing_all(Service('timeout = 3s\nfeed "%s" { ca_file = "%s" }\n' % (url, made.path("ca.pem")))) as (service,):
                table, _ = poll(service)
                # only what had arrived when the end came: none of it, or whole entries; nothing is kept to ask with
                assert table[url]["new"] in range(0, 6), table
                stored = sqlite3.connect("file:%s?mode=ro" % service.path("state/vedetta.db"), uri=True)
                assert stored.execute("SELECT etag FROM feed_state").fetchall() == [(None,)]
                stored.close()


# ---- proxies and passwords --------------------------------------------------------------------------------------------

def tunnel(connection, received):
    """What a proxy does with CONNECT."""
    host, port = received.split(b" ", 2)[1].decode().rsplit(":", 1)
    with socket.create_connection((host, int(port))) as other:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        pump = threading.Thread(target=copy, args=(other, connection), daemon=True)
        pump.start()
        copy(connection, other)
        pump.join(timeout=10)


def copy(source, target):
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


def https_goes_through_a_proxy_as_a_tunnel():
    with closing_all(Certificates()) as (made,):
        made.leaf("good")
        with closing_all(FaultServer(made.context("good")), FaultServer()) as (server, proxy):
            proxy.answers["127.0.0.1:%d" % server.port] = tunnel
            server.answers["/f"] = answer()
            conf = 'proxy = "http://127.0.0.1:%d"\nfeed "%s" { ca_file = "%s" }\n' % (proxy.port, server.url("/f"), made.path("ca.pem"))
            with closing_all(Service(conf)) as (service,):
                table, _ = poll(service)
            assert table[server.url("/f")]["new"] == 9, table
            assert proxy.heads[0].startswith("CONNECT 127.0.0.1:%d " % server.port) and len(proxy.heads) == 1, proxy.heads


def a_proxy_that_is_not_there_is_told_in_words():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        conf = 'proxy = "http://127.0.0.1:%d"\n' % place.getsockname()[1]
        with closing_all(FaultServer()) as (server,), closing_all(Service(conf, [server.url("/f")])) as (service,):
            server.answers["/f"] = answer()
            table, _ = poll(service)
            assert "no connection" in table[server.url("/f")]["error"] and not server.heads, table


def proxies_of_the_environment_are_not_used():
    with closing_all(FaultServer(), FaultServer()) as (server, proxy):
        server.answers["/f"] = answer()
        with closing_all(Service(feeds=[server.url("/f")])) as (service,):
            sound, at = service.environment, "http://127.0.0.1:%d" % proxy.port
            service.environment = lambda *words, **named: dict(sound(*words, **named), http_proxy=at, HTTP_PROXY=at, ALL_PROXY=at, no_proxy="")
            table, _ = poll(service)
        assert table[server.url("/f")]["new"] == 9 and not proxy.heads, proxy.heads


def a_password_is_sent_as_a_digest_where_the_server_wants_one():
    def fields(text):
        return dict(part.strip().split("=", 1) for part in text.split(",") if "=" in part)

    def login(connection, received):
        given = [line for line in received.decode("latin-1").split("\r\n") if line.lower().startswith("authorization:")]
        if not given or "Digest" not in given[0]:
            connection.sendall(answer(b"who?", 'WWW-Authenticate: Digest realm="r", nonce="abc123", qop="auth", algorithm=MD5',
                                      status="401 Unauthorized"))
            return
        f = {name: value.strip('"') for name, value in fields(given[0].split("Digest", 1)[1]).items()}
        md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
        right = md5(":".join((md5("user:r:pass word"), "abc123", f["nc"], f["cnonce"], "auth", md5("GET:" + f["uri"]))))
        connection.sendall(answer() if f["response"] == right and f["username"] == "user" else answer(b"wrong", status="403 Forbidden"))
    with closing_all(FaultServer()) as (server,):
        server.answers["/f"] = login
        with closing_all(Service('feed "%s" { credential_file = "secret" }\n' % server.url("/f"))) as (service,):
            service.write("secret", "user:pass word")
            os.chmod(service.path("secret"), 0o600)
            table, log = poll(service)
        assert table[server.url("/f")]["new"] == 9, table
        assert "pass word" not in log and not any("dXNlcjpwYXNzIHdvcmQ" in h for h in server.heads), server.heads


# ---- documents (the rows of hostile documents that reach beyond the parser) ----------------------------------------------

def external_entities_are_never_opened():
    with closing_all(FaultServer()) as (canary,), tempfile.NamedTemporaryFile("w") as secret:
        secret.write("CANARY-IN-A-FILE")
        secret.flush()
        for system in ("file://" + secret.name, canary.url("/entity"), secret.name):
            document = ('<!DOCTYPE rss [<!ENTITY x SYSTEM "%s"><!ENTITY %% p SYSTEM "%s">%%p;]>' % (system, canary.url("/p"))).encode() + \
                FEED.split(b"?>", 1)[1].replace(b"Notizia 3", b"&x;")
            with closing_all(FaultServer()) as (server,):
                server.answers["/f"] = answer(document)
                with closing_all(Service(feeds=[server.url("/f")])) as (service,):
                    poll(service)
                    stored = open(service.path("state/vedetta.db"), "rb").read()
                    with contextlib.suppress(FileNotFoundError):
                        stored += open(service.path("state/vedetta.db-wal"), "rb").read()
            assert b"CANARY" not in stored
        assert canary.connections == 0


def includes_and_stylesheets_are_never_fetched():
    with closing_all(FaultServer()) as (canary,):
        include = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="%s" parse="text"/>' % canary.url("/i").encode()
        for document in (b'<?xml-stylesheet type="text/xsl" href="%s"?>' % canary.url("/s").encode() + FEED.split(b"?>", 1)[1],
                         FEED.replace(b"</channel>", include + b"</channel>"),
                         b'<!DOCTYPE rss SYSTEM "%s">' % canary.url("/dtd").encode() + FEED.split(b"?>", 1)[1]):
            rows, _ = outcome(answer(document))
            assert rows[0]["new"] == 9, rows
        assert canary.connections == 0, canary.heads


def hostile_json_costs_one_poll_at_most():
    begin = b'{"version":"https://jsonfeed.org/version/1.1","title":"x",'
    item = b'"items":[{"id":"1","title":"Notizia","url":"http://esempio.invalid/1"}]}'
    keys = b",".join(b'"k%d":1' % n for n in range(300000))
    for document, new in ((begin + keys + b"," + item, (0, 1)), (begin + b'"title":"y","title":"z",' + item, (0, 1)),
                          (begin + b'"n":' + b"9" * (11 << 20) + b"," + item, (0,)), (begin + b'"a":1e9999,' + item, (0,)),
                          (begin + b'"a":NaN,' + item, (0,)), (begin + b'"a":"\\ud800",' + item, (0,)), (b"\xef\xbb\xbf" + begin + item, (1,)),
                          (begin + item + b"garbage", (0, 1)), (begin + b'"a":"\\u0000",' + item, (1,)), (begin + b'"a":"\0",' + item, (0, 1)),
                          (begin + b'"a":' + b"[" * 10000 + b"]" * 10000 + b"," + item, (0,)),
                          (begin + b'"items":[{"id":{},"title":[],"url":7,"content_text":"c"}]}', (0, 1))):
        rows, _ = outcome(answer(document), answer())
        assert rows[0]["new"] in new and rows[1]["new"] == 9, (document[:120], rows)


def entity_bombs_are_refused_and_cost_one_poll():
    lines = "".join('<!ENTITY e%d "%s">' % (n, "&e%d;" % (n - 1) * 10) for n in range(1, 12))
    laughs = '<!DOCTYPE rss [<!ENTITY e0 "ha">%s]><rss version="2.0"><channel><item><title>&e11;</title></item></channel></rss>' % lines
    loop = '<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]><rss version="2.0"><channel><item><title>&a;</title></item></channel></rss>'
    square = '<!DOCTYPE rss [<!ENTITY a "%s">]><rss version="2.0"><channel><item><title>%s</title></item></channel></rss>' % ("x" * 50000, "&a;" * 20000)
    for document in (laughs, loop, square):
        rows, _ = outcome(answer(document.encode()), answer())
        assert rows[0]["new"] <= 1 and rows[1]["new"] == 9, rows


def documents_beyond_every_measure_cost_one_poll():
    depth = b"<rss version='2.0'><channel>" + b"<a>" * 200000
    attributes = b"<rss version='2.0'><channel " + b" ".join(b"a%d='1'" % n for n in range(100000)) + b"/></rss>"
    names = b"<rss version='2.0'><channel><" + b"n" * 200000 + b"/></channel></rss>"
    comment = b"<rss version='2.0'><channel><!--" + b"c" * (6 << 20)
    spaces = b"<rss version='2.0' " + b" ".join(b"xmlns:n%d='u:%d'" % (n, n) for n in range(30000)) + b"><channel/></rss>"
    deep_json = b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * 10000
    for document in (depth, attributes, names, comment, spaces, deep_json):
        rows, _ = outcome(answer(document), answer())
        assert rows[0]["new"] == 0 and rows[1]["new"] == 9, rows


def ten_thousand_entries_are_cut_and_no_storm():
    items = [dict(guid="m%d" % n, title="Massa %d" % n, link="http://esempio.invalid/m%d" % n) for n in range(10000)]
    rows, _ = outcome(answer(rss(items).encode()))
    assert rows[0]["entries"] == 2000 and rows[0]["alerts"] == 0, rows


# ---- the matrix rows in one place --------------------------------------------------------------------------------------

run_tests([test for name, test in list(globals().items())
           if callable(test) and getattr(test, "__module__", "") == "__main__" and not isinstance(test, type) and
           name not in ("head", "answer", "poll", "outcome", "fails", "asked", "keeps_whole_entries", "reset", "drip", "coded", "to",
                        "tls", "frame", "http2", "after", "tunnel", "copy") and
           (len(sys.argv) < 2 or name in sys.argv[1:])])
