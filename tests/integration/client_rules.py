#!/usr/bin/python3
"""The rules of a well-behaved client, by number: all of them on the audit's own server, and those about the service on
the service as users run it: over kill -9, restarts, reloads, the network's end."""
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, FAKETIME, PATIENCE, FeedServer, Service, closing_all, rss, run_tests, wait_for  # noqa: E402

RULES = [*range(1, 10), *range(10, 23), *range(30, 41), *range(50, 60), *range(60, 65)]
ITEMS = [dict(guid="g%d" % n, title="Notizia %d" % n, link="http://esempio.invalid/%d" % n, text="Testo %d." % n) for n in range(3)]
# The shortest floor that the configuration takes, so that the service itself polls twice within a test.
SOON = "interval_min = 60s\ninterval_max = 300s\n"


def requests(server, path):
    return [headers for p, headers, _ in server.requests if p == path]


def poll(service, *words):
    done = service.command("poll", "--json", *words)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def the_audit_keeps_every_rule():
    done = subprocess.run([BINARY, "feeds", "audit", "--json"], capture_output=True, text=True, timeout=PATIENCE * 10)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    broken = [row for row in rows if not row["kept"]]
    assert not broken and done.returncode == 0, broken or done.stderr
    assert [int(row["rule"][1:]) for row in rows] == RULES
    for row in rows:
        assert row["evidence"] and row["what"], row


def the_audit_takes_rules_by_number_and_refuses_others():
    done = subprocess.run([BINARY, "feeds", "audit", "R35", "r01"], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0 and re.findall(r"^R\d\d  PASS", done.stdout, re.M) == ["R01  PASS", "R35  PASS"], done.stdout
    assert subprocess.run([BINARY, "feeds", "audit", "R99"], capture_output=True, timeout=PATIENCE).returncode == 2


def R04_validators_outlive_kill_9():
    with closing_all(FeedServer()) as (server,), closing_all(Service(SOON, [server.url("/a")])) as (service,):
        server.put("/a", rss(ITEMS))
        service.start()
        wait_for("the first poll", lambda: server.count("/a"))
        wait_for("its commit", lambda: '"status":200' in service.command("feeds", "list", "--json").stdout)
        service.stop(signal.SIGKILL)
        poll(service, "--force")
        first, second = requests(server, "/a")[:2]
        assert "If-None-Match" not in first and "If-None-Match" in second, server.requests


def R09_a_refetch_is_confirmed_on_a_terminal():
    with closing_all(FeedServer()) as (server,), closing_all(Service(feeds=[server.url("/a")])) as (service,):
        server.put("/a", rss(ITEMS))
        poll(service)
        for typed, wanted in ((b"n\n", 1), (b"y\n", 2)):
            main, side = pty.openpty()
            process = subprocess.Popen([BINARY, "poll", "--config", service.folder, "--refetch"], stdin=side, stdout=subprocess.DEVNULL,
                                       stderr=side, env=service.environment())
            os.close(side)
            select.select([main], [], [], PATIENCE)
            os.write(main, typed)
            process.wait(timeout=PATIENCE)
            os.close(main)
            assert server.count("/a") == wanted, (typed, server.count())
        assert "If-None-Match" not in requests(server, "/a")[1]


def R11_a_pause_outlives_kill_9_and_holds_for_the_host():
    with closing_all(FeedServer()) as (server,), closing_all(Service(SOON, [server.url("/a")])) as (service,):
        server.put("/a", "slow down", status=429, headers=(("Retry-After", "7200"),))
        server.put("/b", rss(ITEMS))
        service.start()
        wait_for("the 429", lambda: server.count("/a"))
        wait_for("its commit", lambda: "429" in service.command("feeds", "list", "--json").stdout)
        service.stop(signal.SIGKILL)
        service.feeds([server.url("/a"), server.url("/b")])
        rows, said = poll(service, "--force")
        assert not rows and said.count("Retry-After") == 2, (rows, said)
        service.start()
        wait_for("the second start", lambda: service.log().count("engine.started") == 2)
        service.stop()
        assert server.count("/a") == 1 and server.count("/b") == 0, server.requests


def R17_a_host_of_ten_thousand_feeds_is_asked_one_by_one_and_delays_nobody():
    """… with the pace of the configuration as it comes: one connection and a gap."""
    with closing_all(FeedServer(), FeedServer("127.0.0.2")) as (big, small):
        paths = ["/%d" % n for n in range(10000)]
        for path in paths:
            big.put(path, rss(ITEMS))
        small.put("/a", rss(ITEMS))
        with closing_all(Service(feeds=[big.url(p) for p in paths] + [small.url("/a")])) as (service,):
            service.write("vedetta.conf", 'state = "state"\nfirst_poll_spread = 0s\nallow_networks = { "127.0.0.0/8" }\n')
            service.start()
            wait_for("the feed elsewhere", small.count)
            assert big.count() <= 20, big.count()
            wait_for("some of the many", lambda: big.count() >= 4)
            rss_kib = int(re.search(r"VmRSS:\s+(\d+)", open("/proc/%d/status" % service.process.pid).read()).group(1))
            assert rss_kib < 256 * 1024, rss_kib
            assert service.stop() == 0
            times = sorted(big.times)
            assert min(b - a for a, b in zip(times, times[1:])) > 0.5, times  # a second is wanted; the machine may be busy


def R18_ten_restarts_ask_nothing_again():
    with closing_all(FeedServer()) as (server,):
        paths = ["/%d" % n for n in range(10)]
        for path in paths:
            server.put(path, rss(ITEMS))
        with closing_all(Service(feeds=[server.url(p) for p in paths])) as (service,):
            for n in range(10):
                service.start()
                wait_for("start %d" % n, lambda: service.log().count("engine.started") == n + 1)
                wait_for("the commits of the first start", lambda: json.loads(
                    service.command("status", "--json", check=0).stdout)["feeds"]["fine"] == 10)
                service.stop()
            assert server.count() == 10, server.count()


def R20_adding_a_feed_asks_once():
    with closing_all(FeedServer(), Service()) as (server, service):
        server.put("/feed", rss(ITEMS))
        service.command("feeds", "add", server.url("/feed"), check=0)
        assert server.count() == 1


def R21_a_refresh_by_hand_keeps_the_limits():
    with closing_all(FeedServer()) as (server,), closing_all(Service(feeds=[server.url("/a")])) as (service,):
        server.put("/a", rss(ITEMS))
        for _ in range(3):
            poll(service, server.url("/a"))
        assert server.count() == 1
        poll(service, "--force", server.url("/a"))
        assert server.count() == 2 and "If-None-Match" in requests(server, "/a")[1]


def R22_a_sleep_of_eight_hours_is_no_burst():
    if not FAKETIME:
        print("     (faketime is not installed)")
        return
    with closing_all(FeedServer()) as (server,):
        paths = ["/%d" % n for n in range(40)]
        for path in paths:
            server.put(path, rss(ITEMS))
        with closing_all(Service(feeds=[server.url(p) for p in paths])) as (service,):
            poll(service)
            before = server.count()
            # eight hours later everything is due; the start spreads it
            service.write("vedetta.conf", service.read("vedetta.conf").replace("first_poll_spread = 0s", "first_poll_spread = 60s"))
            service.start(env=service.environment(clock="+8h"))
            try:
                wait_for("the first of the due feeds", lambda: server.count() > before)
            except AssertionError as error:
                raise AssertionError(service.log() + service.command("feeds", "list").stdout) from error
            assert server.count() - before < 20, server.count() - before


def R32_a_cookie_only_where_configured():
    with closing_all(FeedServer()) as (server,):
        conf = 'feed "%s" { headers = { "Cookie: member=1" } }\n' % server.url("/member")
        with closing_all(Service(conf, [server.url("/a")])) as (service,):
            for path in ("/a", "/member"):
                server.put(path, rss(ITEMS), headers=(("Set-Cookie", "id=7"),))
            poll(service)
            poll(service, "--force")
            assert all("Cookie" not in h for h in requests(server, "/a"))
            assert [h["Cookie"] for h in requests(server, "/member")] == ["member=1"] * 2


def R34_one_user_agent_and_overrides_are_logged():
    with closing_all(FeedServer()) as (server,):
        conf = 'feed "%s" { user_agent = "desk/1" }\n' % server.url("/own")
        with closing_all(Service(conf, [server.url("/a"), server.url("/b")])) as (service,):
            for path in ("/a", "/b", "/own"):
                server.put(path, rss(ITEMS))
            _, log = poll(service)
            agents = {requests(server, p)[0]["User-Agent"] for p in ("/a", "/b")}
            assert len(agents) == 1 and re.fullmatch(r"vedetta/\S+ \(\+https?://\S+\)", agents.pop())
            assert requests(server, "/own")[0]["User-Agent"] == "desk/1" and "feed.user-agent" in log


def R38_keys_in_addresses_stay_out_of_the_log():
    secret = "QuestoNonSiDice"
    with closing_all(FeedServer()) as (server,):
        path = "/f?id=1&apikey=" + secret
        server.put(path, rss(ITEMS))
        urls = [server.url(path), server.url("/gone?token=" + secret), server.url("/x").replace("//", "//user:%s@" % secret)]
        for form in ("text", "json"):
            with closing_all(Service("log_level = debug\nlog_format = %s\n" % form, [u.replace("&", "&amp;") for u in urls])) as (service,):
                done = service.command("poll")
                assert secret not in done.stderr and secret not in done.stdout, done
                service.start()
                wait_for("a start", lambda: "engine.started" in service.log())
                service.stop()
                assert secret not in service.log()
        assert server.count(path) >= 1


def R40_proxies_are_asked_for_every_address():
    with closing_all(FeedServer()) as (proxy,):
        proxy.put("http://news.invalid/feed", rss(ITEMS))
        conf = 'proxy = "http://127.0.0.1:%d"\n' % proxy.port
        with closing_all(Service(conf, ["http://news.invalid/feed"])) as (service,):
            (row,), _ = poll(service)
            assert row["new"] == 3, row
            (row,), _ = poll(service, "--force")
            assert row["unchanged"], row


def R50_a_move_is_believed_and_told():
    with closing_all(FeedServer()) as (server,), closing_all(Service('channel "log" { type = log file = "alerts.jsonl" }\n',
                                                                    [server.url("/old")])) as (service,):
        server.put("/old", "", status=301, headers=(("Location", "/new"),))
        server.put("/new", rss(ITEMS))
        for _ in range(4):
            poll(service, "--force")
        assert server.count("/old") == 3 and server.count("/new") == 4
        assert sum("/new" in json.dumps(a) for a in service.alerts()) == 1, service.alerts()
        assert json.loads(service.command("feeds", "list", "--json").stdout)["fetch_url"] == server.url("/new")


def R53_gone_is_told_and_not_asked():
    with closing_all(FeedServer()) as (server,), closing_all(Service(feeds=[server.url("/a")])) as (service,):
        server.put("/a", "gone", status=410)
        log = "".join(poll(service, "--force")[1] for _ in range(6))
        assert server.count() == 3 and log.count("feed.gone") == 1, (server.count(), log)
        assert json.loads(service.command("feeds", "list", "--json").stdout)["health"] == "gone"


def R54_credentials_are_asked_for_and_used_at_once():
    with closing_all(FeedServer()) as (server,):
        server.put("/a", "who are you?", status=401, headers=(("WWW-Authenticate", 'Basic realm="x"'),))
        with closing_all(Service(feeds=[server.url("/a")])) as (service,):
            (row,), _ = poll(service)
            assert "credential_file" in row["error"]
            assert poll(service)[0] == []
            service.write("secret", "user:password\n")
            os.chmod(service.path("secret"), 0o600)
            service.write("vedetta.conf", service.read("vedetta.conf") + 'feed "%s" { credential_file = "secret" }\n' % server.url("/a"))
            server.put("/a", rss(ITEMS))
            service.start()
            wait_for("a request once there are credentials", lambda: server.count("/a") >= 2)
            service.stop()


def R58_every_failure_reaches_screen_log_and_list():
    with closing_all(FeedServer()) as (server,), closing_all(Service(feeds=[server.url("/a")])) as (service,):
        server.put("/a", "boom", status=500)
        (row,), log = poll(service)
        listed = json.loads(service.command("feeds", "list", "--json").stdout)
        assert "500" in row["error"] and "500" in listed["error"] and re.search(r"feed\.failed .*500", log)


# ---- the network goes and comes back ------------------------------------------------------------------------------------

AWAY = r"""
set -e
ip link set lo up
ip link add near type veth peer name far
ip addr add 10.9.8.7/24 dev near
ip link set far up
ip link set near down
"$@" &
service=$!
trap 'kill $service' EXIT
wait_for() { n=0; until grep -q "$1" "$LOG"; do n=$((n + 1)); [ $n -lt 600 ] || { echo "no $1"; exit 1; }; sleep 0.1; done; }
wait_for feed.failed
ip link set near up
ip route add default via 10.9.8.1
wait_for network.back
"""


def feeds_that_failed_for_lack_of_network_are_asked_soon_when_it_is_back():
    probe = subprocess.run(["unshare", "-rn", "ip", "link", "add", "near", "type", "veth", "peer", "name", "far"], capture_output=True)
    if probe.returncode != 0:
        print("     (no network namespaces here)")
        return
    with closing_all(Service('allow_networks = { "10.9.8.0/24" }\n', ["http://10.9.8.9/feed"])) as (service,):
        text = service.read("vedetta.conf").replace('allow_networks = { "127.0.0.0/8" }\n', "")
        service.write("vedetta.conf", text)
        env = dict(service.environment(), LOG=service.log_path, DBUS_SYSTEM_BUS_ADDRESS="unix:path=/nonexistent",
                   GIO_USE_NETWORK_MONITOR="netlink")
        with open(service.log_path, "wb") as log:
            done = subprocess.run(["unshare", "-rn", "sh", "-c", AWAY, "sh", BINARY, "run", "--config", service.folder], env=env, stdout=log,
                                  stderr=log, timeout=PATIENCE * 3)
        assert done.returncode == 0, service.log()
        assert re.search(r"network\.back feeds-asked-soon=1", service.log())


run_tests([test for name, test in list(globals().items())
           if callable(test) and (name.startswith(("R0", "R1", "R2", "R3", "R4", "R5", "R6", "the_audit", "feeds_that"))) and
           (len(sys.argv) < 2 or name in sys.argv[1:])])
