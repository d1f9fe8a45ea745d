#!/usr/bin/python3
"""The network in all its weathers, in a namespace of its own: names that do not resolve or lie, hosts that are not there, packets that
are lost. What the client says in words, what it sends to whom, and a good feed beside it that is read as ever.

Public addresses stand on this namespace's own interfaces: the client runs without any exception to its address policy.
"""
import fcntl
import json
import os
import random
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

INSIDE = "VEDETTA_TEST_NAMESPACE"
if INSIDE not in os.environ:
    enough = "ip link set lo up && mount --bind /dev/null /etc/resolv.conf && test -r /dev/net/tun"
    if subprocess.run(["unshare", "-rnm", "sh", "-c", enough], capture_output=True).returncode != 0:
        print("no network namespaces here")
        sys.exit(77)
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "-rnm", sys.executable, *sys.argv])

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import FeedServer, Service, closing_all, rss, run_tests, wait_for  # noqa: E402

PUBLIC, OTHER, PUBLIC6 = "93.184.216.34", "93.184.216.35", "2a00:1450:4001::34"
NEAR, FAR = "151.1.1.1", "151.1.1.2"  # FAR is NEAR, seen through a line that may lose packets
LOST6 = "2a00:1450:ffff::1"           # on that line too
RESOLVER = "127.0.0.9"
ITEMS = [dict(guid="g%d" % n, title="Notizia %d" % n, link="http://esempio.invalid/%d" % n, text="Testo %d." % n) for n in range(9)]


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


# ---- a line that loses packets -------------------------------------------------------------------------------------------

class Line:
    """A tunnel that sends every packet back with its addresses exchanged, or loses it."""

    def __init__(self):
        self.lost, self.rate, self.random = 0.0, 0, random.Random(5)  # rate: bytes a second; 0: as fast as may be
        self.tun = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.tun, 0x400454CA, struct.pack("16sH22s", b"line", 0x1001, b""))
        threading.Thread(target=self.carry, daemon=True).start()

    def carry(self):
        while True:
            packet = bytearray(os.read(self.tun, 65536))
            if self.rate:
                time.sleep(len(packet) / self.rate)
            if self.random.random() >= self.lost and packet[0] >> 4 == 4:
                packet[12:16], packet[16:20] = packet[16:20], packet[12:16]
                os.write(self.tun, bytes(packet))


# ---- a resolver that answers as it is told ---------------------------------------------------------------------------------

class Resolver:
    """name → dict of lists by type, a function that gives one, or what goes wrong: nxdomain, servfail, silent, slow."""

    CODES = {"servfail": 2, "nxdomain": 3}

    def __init__(self):
        self.names, self.asked = {}, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((RESOLVER, 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            query, peer = self.socket.recvfrom(512)
            labels, at = [], 12
            while query[at]:
                labels.append(query[at + 1:at + 1 + query[at]].decode())
                at += query[at] + 1
            name, (kind,) = ".".join(labels), struct.unpack(">H", query[at + 1:at + 3])
            self.asked.append(name)
            what = self.names.get(name, "nxdomain")
            what = what(kind) if callable(what) else what
            if what == "slow":
                threading.Timer(1.0, self.answer, (query, at + 5, peer, kind, {"A": [PUBLIC]})).start()
            elif what != "silent":
                self.answer(query, at + 5, peer, kind, what)

    def answer(self, query, end, peer, kind, what):
        code = self.CODES.get(what, 0) if isinstance(what, str) else 0
        records = what.get({1: "A", 28: "AAAA"}.get(kind), []) if isinstance(what, dict) else []
        family = socket.AF_INET if kind == 1 else socket.AF_INET6
        reply = query[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(records), 0, 0) + query[12:end]
        for address in records:
            data = socket.inet_pton(family, address)
            reply += b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 0, len(data)) + data
        self.socket.sendto(reply, peer)


def prepare():
    ip("link", "set", "lo", "up")
    for address in (PUBLIC, OTHER, "10.1.2.3", "169.254.169.254"):
        ip("addr", "add", address + "/32", "dev", "lo")
    ip("-6", "addr", "add", PUBLIC6 + "/128", "dev", "lo", "nodad")
    ip("-6", "addr", "add", "fd00::7/128", "dev", "lo", "nodad")
    line, resolver = Line(), Resolver()
    ip("addr", "add", NEAR + "/24", "dev", "line")
    ip("link", "set", "line", "up")
    ip("-6", "route", "add", LOST6 + "/128", "dev", "line")
    for kind, net in (("unreachable", "93.1.1.0/24"), ("prohibit", "93.1.2.0/24"), ("blackhole", "93.1.3.0/24")):
        ip("route", "add", kind, net)
    with tempfile.NamedTemporaryFile("w", delete=False) as conf:
        conf.write("nameserver %s\noptions timeout:1 attempts:2\n" % RESOLVER)
    os.chmod(conf.name, 0o644)
    subprocess.run(["mount", "--bind", conf.name, "/etc/resolv.conf"], check=True)
    os.unlink(conf.name)
    return line, resolver


LINE, DNS = prepare()


class Server(FeedServer):
    """A feed server on any address of the namespace; counts connections too."""

    def __init__(self, host=PUBLIC, port=0):
        super().__init__(host, port)

    @property
    def connections(self):
        return self.server.connections

    def url(self, path, host=None):
        host = host or self.host
        return "http://%s:%d%s" % ("[%s]" % host if ":" in host else host, self.port, path)


def service(feeds, conf=""):
    made = Service(feeds=feeds)
    made.write("vedetta.conf", 'state = "state"\nfirst_poll_spread = 0s\nhost_gap = 0s\nmax_per_host = 8\ntimeout = 4s\n' + conf)
    return made


def poll(made):
    done = made.command("poll", "--json", "--force")
    assert done.returncode in (0, 1), done  # 1: all feeds failed
    return {row["feed"]: row for row in map(json.loads, done.stdout.splitlines())}


def beside_a_good_feed(bad, conf="", polls=1):
    """Rows of `bad` (address), polled beside a feed that must be read each time."""
    with closing_all(Server()) as (server,), closing_all(service([bad, server.url("/good")], conf)) as (made,):
        server.put("/good", rss(ITEMS))
        rows = []
        for _ in range(polls):
            table = poll(made)
            good = table[server.url("/good")]
            assert good.get("error") is None and (good["new"] == 9 or good["unchanged"]), good
            rows.append(table[bad])
        return rows


def fails(words, bad, **options):
    (row,) = beside_a_good_feed(bad, **options)
    assert re.search(words, row.get("error") or ""), row


# ---- names --------------------------------------------------------------------------------------------------------------

def a_name_that_does_not_exist_is_told_in_words():
    fails("name cannot be resolved", "http://nowhere.test:8080/f")


def a_resolver_that_fails_is_told_in_words():
    DNS.names["broken.test"] = "servfail"
    fails("name cannot be resolved", "http://broken.test:8080/f")


def a_resolver_that_is_silent_delays_nobody_else():
    DNS.names.update({"silent%d.test" % n: "silent" for n in range(100)})
    with closing_all(Server()) as (server,):
        server.put("/good", rss(ITEMS))
        feeds = ["http://silent%d.test:8080/f" % n for n in range(100)] + [server.url("/good")]
        with closing_all(service(feeds)) as (made,):
            made.start()
            wait_for("the good feed's poll", lambda: server.count("/good"))
            wait_for("names that are looked up", lambda: any(name.startswith("silent") for name in DNS.asked))
            threads = len(os.listdir("/proc/%d/task" % made.process.pid))
            assert threads < 100, threads  # at most one for each of the transfers at once
            # the log tells of the first few, and then that they are one trouble
            wait_for("all hundred failures", lambda: made.command("feeds", "list", "--json").stdout.count('"health":"failing"') >= 100)
            assert made.stop() == 0


def a_resolver_that_is_slow_is_waited_for():
    with closing_all(Server()) as (server,):
        DNS.names["slow.test"] = lambda kind: "slow" if kind == 1 else {}
        server.put("/f", rss(ITEMS))
        with closing_all(service([server.url("/f", "slow.test")])) as (made,):
            (row,) = poll(made).values()
            assert row["new"] == 9, row


def failures_of_names_back_off():
    with closing_all(service(["http://nowhere.test:8080/f"])) as (made,):
        waits = []
        for _ in range(4):
            poll(made)
            listed = json.loads(made.command("feeds", "list", "--json", check=0).stdout)
            waits.append(listed["next_poll"])
        # with jitter: the second wait may be shorter than the first
        assert waits[-1] == max(waits) and listed["health"] == "failing", (waits, listed)


# ---- hosts --------------------------------------------------------------------------------------------------------------

def a_port_where_nobody_listens_is_told_in_words():
    fails("no connection", "http://%s:1999/f" % OTHER)


def networks_without_a_way_are_told_in_words():
    for host in ("93.1.1.1", "93.1.2.1", "93.1.3.1"):
        fails("no connection", "http://%s:8080/f" % host)


def packets_that_vanish_are_given_up():
    LINE.lost = 1.0
    try:
        fails("took too long", "http://%s:8080/f" % FAR)
    finally:
        LINE.lost = 0.0


def a_third_of_the_packets_lost_is_no_failure():
    LINE.lost = 0.3
    try:
        with closing_all(Server(NEAR)) as (server,), closing_all(service([server.url("/f", FAR)])) as (made,):
            server.put("/f", rss([dict(item, text="Testo. " * 400) for item in ITEMS]))
            made.write("vedetta.conf", made.read("vedetta.conf").replace("timeout = 4s", "timeout = 60s"))
            (row,) = poll(made).values()
            assert row.get("error") is None and row["new"] == 9, row
    finally:
        LINE.lost = 0.0


def a_slow_line_is_no_failure():
    LINE.rate = 8000  # 64 kbit/s
    try:
        with closing_all(Server(NEAR)) as (server,), closing_all(service([server.url("/f", FAR)])) as (made,):
            made.write("vedetta.conf", made.read("vedetta.conf").replace("timeout = 4s", "timeout = 60s"))
            server.put("/f", rss([dict(item, text="Testo. " * 200) for item in ITEMS]))
            (row,) = poll(made).values()
            assert row.get("error") is None and row["new"] == 9, row
    finally:
        LINE.rate = 0


# ---- two families of addresses ----------------------------------------------------------------------------------------------

def read_over(host, names, conf=""):
    """A feed of `host`, named by `names`: polled thrice, each time from there."""
    with closing_all(Server(host)) as (server,):
        DNS.names["both.test"] = names
        server.put("/f", rss(ITEMS))
        with closing_all(service([server.url("/f", "both.test")], conf)) as (made,):
            for n in range(3):
                (row,) = poll(made).values()
                assert row.get("error") is None and (row["new"] == 9 or row["unchanged"]), row
        assert server.count("/f") == 3


def broken_ipv6_is_gone_round():
    read_over(PUBLIC, {"AAAA": [LOST6], "A": [PUBLIC]})


def broken_ipv4_is_gone_round():
    LINE.lost = 1.0
    try:
        read_over(PUBLIC6, {"AAAA": [PUBLIC6], "A": [FAR]})
    finally:
        LINE.lost = 0.0


def a_server_that_is_only_on_ipv6_is_read():
    read_over(PUBLIC6, {"AAAA": [PUBLIC6]})


def of_several_addresses_one_that_answers_is_found():
    read_over(OTHER, {"A": ["93.1.1.1", OTHER]})


def a_family_that_lost_the_race_once_may_win_the_next():
    """The pace of an address: its turn ends with the transfer, though another address of the name answered."""
    with closing_all(Server(PUBLIC)) as (four,):
        DNS.names["both.test"] = {"AAAA": [LOST6], "A": [PUBLIC]}
        feeds = [four.url("/%d" % n, "both.test") for n in range(5)]
        with closing_all(service(feeds)) as (made,):
            made.write("vedetta.conf", made.read("vedetta.conf").replace("host_gap = 0s", "host_gap = 1s").replace("max_per_host = 8\n", ""))
            for n in range(5):
                four.put("/%d" % n, rss(ITEMS), headers=(("Connection", "close"),))
            made.start()
            wait_for("the first request", four.count)
            ip("-6", "addr", "add", LOST6 + "/128", "dev", "lo", "nodad")
            try:
                with closing_all(Server(LOST6, four.port)) as (six,):
                    for n in range(5):
                        six.put("/%d" % n, rss(ITEMS), headers=(("Connection", "close"),))
                    wait_for("all requests", lambda: four.count() + six.count() >= 5)
                    assert made.stop() == 0
                    assert four.count() + six.count() == 5 and six.count() >= 1, (four.count(), six.count())
            finally:
                ip("-6", "addr", "del", LOST6 + "/128", "dev", "lo")


# ---- addresses that are refused, whatever led to them --------------------------------------------------------------------------

def refused(rule, feeds, host, setup=None):
    """A canary listens at `host`; it must hear nothing. `feeds` by its port."""
    with closing_all(Server(), Server(host)) as (outer, canary):
        canary.put("/f", rss(ITEMS))
        if setup:
            setup(outer, canary)
        with closing_all(service([feeds(outer, canary)])) as (made,):
            (row,) = poll(made).values()
            assert rule in (row.get("error") or "") and "allow_networks" in row["error"], row
        assert canary.connections == 0, canary.requests


def names_of_private_addresses_are_refused():
    for rule, host in (("loopback", "127.0.0.1"), ("private network", "10.1.2.3"), ("link-local", "169.254.169.254"),
                       ("loopback", "::1"), ("private network", "fd00::7")):
        DNS.names["inside.test"] = {"AAAA" if ":" in host else "A": [host]}
        refused(rule, lambda _, canary: canary.url("/f", "inside.test"), host)


def a_mapped_address_in_a_name_is_refused():
    DNS.names["inside.test"] = {"AAAA": ["::ffff:127.0.0.1"]}
    refused("loopback", lambda _, canary: canary.url("/f", "inside.test"), "127.0.0.1")


def a_redirect_to_a_name_of_a_private_address_is_refused():
    DNS.names["inside.test"] = {"A": ["10.1.2.3"]}
    refused("private network", lambda outer, _: outer.url("/out"), "10.1.2.3",
            lambda outer, canary: outer.put("/out", "", status=302, headers=(("Location", canary.url("/f", "inside.test")),)))


def a_name_that_changes_its_address_between_redirects_is_refused():
    """Rebinding: public for the first request, this machine for the second."""
    with closing_all(Server(PUBLIC)) as (outer,), closing_all(Server("127.0.0.1", outer.port)) as (canary,):
        DNS.names["rebinding.test"] = lambda kind: {"A": ["127.0.0.1" if outer.count() else PUBLIC]}
        outer.put("/a", "", status=302, headers=(("Location", outer.url("/f", "rebinding.test")),))
        canary.put("/f", rss(ITEMS))
        with closing_all(service([outer.url("/a", "rebinding.test")])) as (made,):
            (row,) = poll(made).values()
            # the connection that is open goes on to the public address; a new one is refused
            assert "loopback" in (row.get("error") or "") or outer.count("/f") == 1, row
            (row,) = poll(made).values()
            assert "loopback" in (row.get("error") or ""), row
        assert canary.connections == 0, canary.requests


def a_name_of_a_public_and_a_private_address_reaches_the_public_one_alone():
    with closing_all(Server(PUBLIC)) as (outer,), closing_all(Server("127.0.0.1", outer.port)) as (canary,):
        DNS.names["two.test"] = {"A": ["127.0.0.1", PUBLIC]}
        for server in (outer, canary):
            server.put("/f", rss(ITEMS))
        with closing_all(service([outer.url("/f", "two.test")])) as (made,):
            poll(made)
        assert canary.connections == 0, canary.requests


def public_addresses_need_no_exception():
    for host in (PUBLIC, PUBLIC6):
        with closing_all(Server(host)) as (server,), closing_all(service([server.url("/f")])) as (made,):
            server.put("/f", rss(ITEMS))
            (row,) = poll(made).values()
            assert row["new"] == 9, row


def an_exception_opens_its_network_for_its_feed_alone():
    with closing_all(Server("10.1.2.3")) as (server,):
        for path in ("/own", "/other"):
            server.put(path, rss(ITEMS))
        with closing_all(service([server.url("/other")])) as (made,):
            made.write("vedetta.conf", made.read("vedetta.conf") + 'feed "%s" { allow_networks = { "10.1.2.0/24" } }\n' % server.url("/own"))
            table = poll(made)
            assert table[server.url("/own")]["new"] == 9 and "private network" in table[server.url("/other")]["error"], table
        assert server.count("/other") == 0


run_tests([test for name, test in list(globals().items())
           if callable(test) and getattr(test, "__module__", "") == "__main__" and not isinstance(test, type) and
           name not in ("ip", "prepare", "service", "poll", "beside_a_good_feed", "fails", "read_over", "refused") and
           (len(sys.argv) < 2 or name in sys.argv[1:])])
