#!/usr/bin/python3
"""Figures for Prometheus: that they are true, in its format, and that nobody who asks for them slowly, often, wrongly or
from elsewhere does harm."""
import contextlib
import os
import re
import resource
import signal
import socket
import stat
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, FeedServer, Service, closing_all, rss, run_tests, wait_for  # noqa: E402

if b"libmicrohttpd" not in subprocess.run(["ldd", BINARY], capture_output=True).stdout:
    print("SKIP: built without metrics")
    sys.exit(77)

FILTER = 'filter "ponte" { title = "Ponti" when = "ponte" }\n'
CONF = ('backlog = 365d\nchannel "log" { type = log file = "alerts.jsonl" }\n'
        'channel "a \\"b\\" \\\\ c" { type = webhook url = "%s" retry_min = 300s allow_networks = { "127.0.0.0/8" } }\n'
        'route "all" { filters = { "*" } channels = { "log", "a \\"b\\" \\\\ c" } }\n')
# The text format 0.0.4: a head or a sample.
HEAD = re.compile(r"# (HELP|TYPE) ([a-z_]+) (.+)")
LABEL = r'[a-z_]+="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(r"([a-z_]+)(?:\{(%s(?:,%s)*)\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)" % (LABEL, LABEL))


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


def connect(address):
    if isinstance(address, str):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(60)
        peer.connect(address)
        return peer
    return socket.create_connection(("127.0.0.1", address), timeout=60)


def ask(address, request="GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"):
    """(status, headers, body) of an answer."""
    with connect(address) as peer:
        peer.sendall(request.encode())
        answer = b""
        while part := peer.recv(65536):
            answer += part
    head, _, body = answer.decode().partition("\r\n\r\n")
    return int(head.split()[1]), head.lower(), body


def figures(body):
    """{name with labels: value}; every line must be of the format, each sample of a family that was announced, none twice."""
    found, types = {}, {}
    assert body.endswith("\n")
    for line in body.splitlines():
        head, sample = HEAD.fullmatch(line), SAMPLE.fullmatch(line)
        assert head or sample, line
        if head and head[1] == "TYPE":
            assert head[3] in ("counter", "gauge") and head[2] not in types, line
            types[head[2]] = head[3]
        elif sample:
            assert sample[1] in types, line
            assert (types[sample[1]] == "counter") == sample[1].endswith("_total"), line
            key = line.rsplit(" ", 1)[0]
            assert key not in found, line
            found[key] = float(sample[3])
    return found


@contextlib.contextmanager
def running(metrics=None):
    """The service, its feed server, and where the figures are."""
    with closing_all(FeedServer()) as (server,):
        items = [dict(guid="%d" % n, title="Crolla un ponte" if n == 0 else "Segreto %d" % n, link="https://esempio.invalid/%d" % n,
                      text="ponte" if n == 0 else "altro") for n in range(3)]
        server.put("/good", rss(items))
        server.put("/broken", "no", status=500)
        address = metrics or free_port()
        conf = 'metrics = "%s"\n' % (address if metrics else "127.0.0.1:%d" % address)
        with closing_all(Service(conf + CONF % server.url("/refused"), [server.url("/good"), server.url("/broken")], {"f": FILTER})) as (service,):
            if metrics:
                address = service.path(metrics)
                service.write("vedetta.conf", service.read("vedetta.conf").replace('"%s"' % metrics, '"%s"' % address))
            service.start()
            service.wait_log("engine.started")
            yield service, server, address


def when(address, condition):
    """Who finds the kernel's queue full asks again."""
    def look():
        try:
            found = figures(ask(address)[2])
        except OSError:
            return None
        return found if condition(found) else None
    return wait_for("figures", look)


def figures_are_true_and_in_the_format():
    with running() as (service, server, port):
        polled = lambda f: f['vedetta_polls_total{outcome="changed"}'] + f['vedetta_polls_total{outcome="failed"}'] == 2
        found = when(port, lambda f: polled(f) and f.get('vedetta_delivery_attempts_total{channel="log",result="sent"}') == 1
                     and f.get('vedetta_delivery_attempts_total{channel="a \\"b\\" \\\\ c",result="retry"}', 0)
                     + f.get('vedetta_delivery_attempts_total{channel="a \\"b\\" \\\\ c",result="refused"}', 0) >= 1)
        assert found['vedetta_polls_total{outcome="changed"}'] == found['vedetta_polls_total{outcome="failed"}'] == 1, found
        assert found['vedetta_feeds{health="failing"}'] == 1 and found['vedetta_feeds{health="gone"}'] == 0, found
        assert sum(value for key, value in found.items() if key.startswith("vedetta_feeds{")) == 2
        assert found['vedetta_articles_total{news="new"}'] == 3 and found["vedetta_articles_matched_total"] == 1, found
        assert found["vedetta_alerts_total"] == 1 and found["vedetta_store_healthy"] == 1, found
        assert found['vedetta_outbox_deliveries{channel="log",state="sent"}'] == 1, found
        assert found["vedetta_store_bytes"] > 4096 and found["vedetta_parser_documents_total"] == 1, found
        assert found["process_resident_memory_bytes"] > 1 << 20 and abs(found["process_start_time_seconds"] - time.time()) < 600
        status, head, body = ask(port)
        assert status == 200 and "content-type: text/plain; version=0.0.4" in head, head
        assert "127.0.0.1" not in body and "/good" not in body and "Segreto" not in body and "ponte" not in body
        assert ask(port, "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")[2] == ""


def a_socket_is_for_its_group():
    with running("figures.sock") as (service, _, path):
        mode = os.stat(path).st_mode
        assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o660, oct(mode)
        assert "vedetta_build_info" in ask(path)[2]
        service.stop()
        assert not os.path.exists(path)


def wrong_requests_get_an_answer():
    with running() as (_, _, port):
        for request, wanted in (
                ("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
                ("GET /metrics/../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
                ("POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc", 405),
                ("DELETE /metrics HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % port, 405),
                ("GET /metrics HTTP/1.1\r\nHost: rebound.example\r\n\r\n", 421),
                ("GET /metrics HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n", 421),
                ("GET /metrics HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200),
                ("GET /metrics HTTP/1.0\r\n\r\n", 200),
                ("GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n" % ("x" * 100000), (413, 431, 414))):
            try:
                status = ask(port, request)[0]
            except (ConnectionError, IndexError):  # cut off while it still spoke
                assert isinstance(wanted, tuple), request[:80]
                continue
            assert status in (wanted if isinstance(wanted, tuple) else (wanted,)), (request[:80], status)


def slow_and_many_askers_delay_nobody():
    """A thousand connections, most of which never end their request: the service polls and delivers on, holds few of them, and
    who asks properly gets an answer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2048)), hard))
    with running() as (service, server, port):
        crowd = []
        for n in range(1000):
            peer = socket.socket()
            crowd.append(peer)
            peer.setblocking(False)
            peer.connect_ex(("127.0.0.1", port))
            with contextlib.suppress(OSError):
                peer.send(b"GET /metrics HTTP/1.1\r\nHost: loc" + b"alhost\r\n\r\n" * (n % 4 == 0))
        server.put("/late", rss([dict(guid="late", title="Un altro ponte", link="https://esempio.invalid/late", text="ponte crolla tardi")]))
        service.feeds([server.url("/good"), server.url("/late")])
        service.process.send_signal(signal.SIGHUP)
        wait_for("the alert of a feed that was added", lambda: "altro ponte" in service.read("alerts.jsonl"))
        found = when(port, lambda f: f["vedetta_alerts_total"] >= 1)
        assert found["vedetta_store_healthy"] == 1
        fds = len(os.listdir("/proc/%d/fd" % service.process.pid))
        assert fds < 60, fds
        for peer in crowd:
            peer.close()


def silent_askers_make_room():
    """Who says nothing makes room for who speaks, and ends in time."""
    with running() as (_, _, port), contextlib.ExitStack() as crowd:
        silent = [crowd.enter_context(connect(port)) for _ in range(24)]
        assert ask(port)[0] == 200
        silent[12].setblocking(False)
        try:
            raise AssertionError("one of the sixteen youngest was cut off: %r" % silent[12].recv(1))
        except BlockingIOError:
            silent[12].settimeout(60)
        for peer in silent:
            assert peer.recv(1) == b""
        assert ask(port)[0] == 200


def a_drip_of_bytes_is_cut_off():
    with running() as (_, _, port):
        with connect(port) as peer:
            peer.settimeout(0.2)
            began = time.monotonic()

            def ended():
                try:
                    peer.sendall(b"G")
                    return peer.recv(1) == b""
                except socket.timeout:
                    return False
                except OSError:
                    return True
            wait_for("the end of a connection that never says anything", ended)
            assert time.monotonic() - began > 1


def nobody_elsewhere_can_connect():
    with running() as (_, _, port):
        assert ask(port)[0] == 200
        away = "ip link set lo up && exec %s -c 'import socket; socket.create_connection((\"127.0.0.1\", %d), 5)'" % (sys.executable, port)
        done = subprocess.run(["unshare", "-rn", "sh", "-c", away], capture_output=True, text=True)
        if "Operation not permitted" in done.stderr:
            return
        assert done.returncode != 0 and "ConnectionRefusedError" in done.stderr, done.stderr
    with closing_all(Service()) as (service,):
        for address, words in (("0.0.0.0:9471", "other machines"), ("192.0.2.7:9471", "other machines"), ("[::]:9471", "other machines"),
                               ("localhost", "expected 127.0.0.1:9471"), ("127.0.0.1:99999", "not an address"), ("::1:80", "not an address"),
                               ("127.0.0.1:", "not an address"), ("/" + "x" * 200, "too long")):
            service.write("vedetta.conf", 'metrics = "%s"\n' % address)
            done = service.command("check", check=1)
            assert words in done.stderr + done.stdout and "vedetta.conf" in done.stderr + done.stdout, done.stdout + done.stderr


def a_place_that_is_taken_stops_nothing_and_a_reload_moves():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with closing_all(Service('metrics = "127.0.0.1:%d"\n' % port)) as (service,):
            service.start()
            service.wait_log("engine.started")
            assert "metrics.failed" in service.log() and "served nowhere" in service.log()
            other = free_port()
            service.write("vedetta.conf", service.read("vedetta.conf").replace(str(port), str(other)))
            service.process.send_signal(signal.SIGHUP)
            service.wait_log("engine.reloaded")
            assert ask(other)[0] == 200
            service.write("vedetta.conf", service.read("vedetta.conf").replace("metrics", "# metrics"))
            service.process.send_signal(signal.SIGHUP)
            wait_for("the second reload", lambda: service.log().count("engine.reloaded") == 2)
            try:
                ask(other)
                raise AssertionError("figures are served still")
            except ConnectionRefusedError:
                pass
            assert service.stop() == 0


run_tests([
    figures_are_true_and_in_the_format,
    a_socket_is_for_its_group,
    wrong_requests_get_an_answer,
    slow_and_many_askers_delay_nobody,
    silent_askers_make_room,
    a_drip_of_bytes_is_cut_off,
    nobody_elsewhere_can_connect,
    a_place_that_is_taken_stops_nothing_and_a_reload_moves,
])
