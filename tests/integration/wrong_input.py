#!/usr/bin/python3
"""What users get wrong: one clear line each, nothing lost, the rest goes on."""
import contextlib
import os
import signal
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, PATIENCE, FeedServer, Service, closing_all, dead_mail, rss, run_tests, wait_for  # noqa: E402

FILTER = 'filter "ponte" { title = "Ponte" when = "ponte" }\n'
CONF = ('backlog = 365d\nchannel "log" { type = log file = "alerts.jsonl" }\n'
        'route "all" { filters = { "*" } channels = { "log" } }\n')
NEWS = rss([dict(guid="1", title="Un ponte nuovo", link="https://esempio.invalid/1", text="Inaugurato.")])


@contextlib.contextmanager
def one_alert():
    """A feed's server, and a service that raised an alert of it."""
    with closing_all(FeedServer()) as (server,), closing_all(Service(CONF, [server.url("/a")], {"ponte": FILTER})) as (service,):
        server.put("/a", NEWS)
        service.start()
        wait_for("the alert", service.alerts)
        yield server, service


def line_with(text, *words):
    """The one line that says it."""
    lines = [line for line in text.splitlines() if all(word in line for word in words)]
    assert len(lines) == 1, "expected one line with %r in:\n%s" % (words, text)
    return lines[0]


def refused(service, *words):
    for command in ("check", "poll", "run"):
        done = service.command(command)
        assert done.returncode in (1, 2), (command, done)
        line_with(done.stderr, *words)


def a_typo_in_the_configuration_names_its_line_and_the_nearest_setting():
    with closing_all(Service(CONF + "intervl_min = 5min\n", filters={"ponte": FILTER})) as (service,):
        refused(service, "vedetta.conf:9", "intervl_min", "interval_min")


def a_value_out_of_range_says_what_was_expected():
    with closing_all(Service("interval_min = 5parsec\n" + CONF, filters={"ponte": FILTER})) as (service,):
        refused(service, "vedetta.conf:6", "5parsec")


def every_mistake_is_told_in_one_run():
    with closing_all(Service(CONF + 'backlogg = 1h\nmax_parallel = many\nroute "b" { channels = { "lgo" } }\n',
                             filters={"ponte": FILTER})) as (service,):
        done = service.command("check", check=1)
        for word in ("backlogg", "many", "lgo"):
            assert word in done.stderr, (word, done.stderr)


def mistakes_in_filters_feeds_and_channels_are_told_beside_those_of_the_configuration():
    broken = {"ponte": 'filter "ponte" {\n  when = "ponte AND ("\n}\n'}
    with closing_all(Service("backlogg = 1h\n" + CONF, filters=broken)) as (service,):
        service.write("feeds.opml", "this is not XML")
        done = service.command("check", check=1)
        for word in ("backlogg", "ponte.filter:2", "feeds.opml: line 1"):
            assert word in done.stderr, (word, done.stderr)
    with closing_all(Service(CONF + 'channel "m" { type = email server = "s" from = "a@b" to = { "c@d" } '
                             'password_file = "./nowhere" }\n', filters={"ponte": FILTER})) as (service,):
        line_with(service.command("check", check=1).stderr, "vedetta.conf:9", "channel 'm'", "nowhere")


def a_credential_of_a_feed_that_is_not_there_is_told():
    conf = CONF + "".join('feed "http://%s.example/" { credential_file = "%s" }\n' % pair
                          for pair in (("a", "./nowhere"), ("b", "given-by-systemd"), ("c", "./secret")))
    with closing_all(Service(conf, filters={"ponte": FILTER})) as (service,):
        service.write("secret", "reader:word")
        os.chmod(service.path("secret"), 0o600)
        done = service.command("check", check=1)
        line_with(done.stderr, "vedetta.conf:9", "http://a.example/", "nowhere")
        line_with(done.stderr, "vedetta.conf:10", "http://b.example/", "credential", "(warning)")
        assert "c.example" not in done.stderr, done.stderr


def feeds_without_their_credentials_fail_alone():
    with closing_all(FeedServer()) as (server,):
        urls = [server.url("/%d" % n) for n in range(60)]
        conf = "".join('feed "%s" { credential_file = "./nowhere" }\n' % url for url in urls[1:])
        with closing_all(Service(CONF + conf, urls, {"ponte": FILTER})) as (service,):
            server.put("/0", NEWS)
            service.command("poll")
            assert [record["vedetta"]["items"][0]["title"] for record in service.alerts()] == ["Un ponte nuovo"]
            assert server.count() == 1, server.requests
            listed = service.command("feeds", "list", "--health", "failing").stdout
            assert listed.count("nowhere") == 59, listed


def a_service_without_filters_or_feeds_says_so():
    with closing_all(Service(CONF, filters={})) as (service,):
        os.makedirs(service.path("filters"), exist_ok=True)
        done = service.command("check", check=0)
        line_with(done.stderr, "no filters", "(warning)")
        line_with(done.stderr, "no feeds", "(warning)")
        service.start()
        service.wait_log("engine.no-feeds")
        service.stop()
        line_with(service.log(), "engine.no-filters")


def an_unknown_filter_in_a_route_is_named_with_the_nearest():
    with closing_all(Service(CONF.replace('"*"', '"pnte"'), filters={"ponte": FILTER})) as (service,):
        refused(service, "vedetta.conf:", "pnte", "ponte")


def a_mistake_in_a_filter_is_told_with_its_place():
    with closing_all(Service(CONF, filters={"ponte": 'filter "ponte" {\n  when = "ponte AND ("\n}\n'})) as (service,):
        refused(service, "ponte.filter:2")


def filters_are_checked_before_they_are_in_force():
    with closing_all(Service(CONF, filters={"ponte": FILTER})) as (service,):
        service.write("new.filter", 'filter "diga" {\n  when = "diga AND"\n}\n')
        said = service.command("check", service.path("new.filter"), check=1).stderr
        line_with(said, "new.filter:2")
        assert said.count("new.filter:") == 1, said  # what could not be read is no filter without a rule
        service.write("new.filter", 'filter "diga" {\n  when = "diga"\n}\n')
        assert "no mistakes; filters: 1" in service.command("check", service.path("new.filter"), check=0).stdout
        line_with(service.command("check", service.path("none.filter"), check=1).stderr, "none.filter")
        line_with(service.command("check", "--sample", service.path("new.filter"), check=2).stderr, "--sample")
        service.command("check", check=0)


def a_state_folder_that_cannot_be_one_is_refused():
    with closing_all(Service(CONF, filters={"ponte": FILTER})) as (service,):
        service.write("state", "a file")
        done = service.command("run")
        assert done.returncode == 1
        line_with(done.stderr, service.path("state"))


def a_second_instance_is_refused_with_the_pid_of_the_first():
    with closing_all(FeedServer()) as (server,), closing_all(Service(CONF, [server.url("/a")], {"ponte": FILTER})) as (service,):
        server.put("/a", NEWS)
        first = service.start()
        wait_for("the alert", service.alerts)
        for command in ("run", "poll"):
            done = service.command(command)
            assert done.returncode == 1
            line_with(done.stderr, str(first.pid))
        assert service.stop() == 0


@contextlib.contextmanager
def only_readable(folder):
    """… for everybody; and what a command begins with, so that this holds for root too."""
    files = [os.path.join(folder, name) for name in os.listdir(folder)]
    for path in files:
        os.chmod(path, 0o555 if os.path.isdir(path) else 0o444)
    os.chmod(folder, 0o555)
    try:
        yield ["setpriv", "--bounding-set=-dac_override", "--"] if os.geteuid() == 0 else []
    finally:
        os.chmod(folder, 0o755)


def asker(service, prefix):
    def ask(*words):
        return subprocess.run([*prefix, BINARY, *words, "--config", service.folder], env=service.environment(), text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    return ask


READERS = ["alerts"], ["alerts", "--json"], ["status"], ["why", "https://esempio.invalid/1"], ["feeds", "list"], ["outbox"]


def who_may_only_read_reads_what_a_service_left():
    with one_alert() as (_, service):
        with only_readable(service.path("state")) as prefix:  # the service has its files open
            assert "Un ponte nuovo" in asker(service, prefix)("alerts").stdout
        assert service.stop() == 0
        for beside in ["vedetta.db-wal", "vedetta.db-shm"], []:  # as the service leaves it; as a copy has it
            assert os.path.getsize(service.path("state/vedetta.db-wal")) == 0
            for name in {"vedetta.db-wal", "vedetta.db-shm"}.difference(beside):
                os.unlink(service.path("state/" + name))
            before = sorted(os.listdir(service.path("state")))
            with only_readable(service.path("state")) as prefix:
                ask = asker(service, prefix)
                for words in READERS:
                    done = ask(*words)
                    assert done.returncode == 0 and not done.stderr, (words, done)
                assert "Un ponte nuovo" in ask("alerts").stdout
                line_with(ask("outbox", "retry", "1").stderr, "vedetta.db may not be written")
            assert sorted(os.listdir(service.path("state"))) == before


def who_may_only_read_reads_while_a_service_comes_and_goes():
    if os.geteuid() != 0:
        print("     not root, so the service has no more rights than who reads: not looked at")
        return
    with one_alert() as (server, service):
        assert service.stop() == 0
        ended, wrong, rounds = threading.Event(), [], []

        def read_on():
            known = 1
            while not ended.is_set():
                for words in READERS:
                    done = ask(*words)
                    if done.returncode or done.stderr:
                        wrong.append((words, done.returncode, done.stderr))
                    if words == ["alerts", "--json"]:
                        known, before = done.stdout.count("\n"), known
                        if known < before:
                            wrong.append("%d alerts after %d" % (known, before))
                rounds.append(known)

        with only_readable(service.path("state")) as prefix:
            ask = asker(service, prefix)
            reader = threading.Thread(target=read_on)
            reader.start()
            try:
                for n in range(2, 8):
                    server.put("/a", rss([dict(guid=str(k), title="Ponte numero %d%d%d, %s" % (n, n, n, "parola" * n), link="https://esempio.invalid/%d" % k,
                                               text="Testo %d " % k * 2000) for k in range(n)]))
                    service.command("poll", "--force", check=0)
                    service.start()
                    wait_for("the start", lambda: service.log().count("engine.started") == n)
                    wait_for("a whole round of questions", lambda seen=len(rounds): len(rounds) > seen + 1)
                    assert service.stop() == 0
            finally:
                ended.set()
                reader.join()
        assert not wrong, wrong[:3]
        assert rounds[-1] > 1, rounds


def who_follows_a_store_that_nobody_wrote_sees_what_a_service_writes_then():
    if os.geteuid() != 0:
        return
    with one_alert() as (server, service):
        assert service.stop() == 0
        for name in "vedetta.db-wal", "vedetta.db-shm":
            os.unlink(service.path("state/" + name))
        with only_readable(service.path("state")) as prefix, open(service.path("followed"), "wb") as out:
            follower = subprocess.Popen([*prefix, BINARY, "alerts", "--follow", "--json", "--config", service.folder],
                                        env=service.environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=out)
            try:
                wait_for("the first alert", lambda: "Un ponte nuovo" in service.read("followed"))
                server.put("/a", rss([dict(guid="9", title="Crolla il ponte di Ivrea", link="https://esempio.invalid/9", text="Due feriti.")]))
                service.command("poll", "--force", check=0)
                wait_for("the second alert", lambda: "Ivrea" in service.read("followed"))
            finally:
                follower.kill()
                follower.wait()


def who_may_only_read_is_told_when_a_service_was_killed_and_its_files_are_torn_apart():
    with one_alert() as (_, service):
        service.stop(signal.SIGKILL)
        os.unlink(service.path("state/vedetta.db-shm"))
        with only_readable(service.path("state")) as prefix:
            done = subprocess.run([*prefix, BINARY, "alerts", "--config", service.folder], env=service.environment(), text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
        assert done.returncode == 1, done
        line_with(done.stderr, "vedetta.db", "not closed in good order")


def a_dead_mail_server_delays_no_other_channel_and_loses_nothing():
    conf = CONF + dead_mail()
    with closing_all(FeedServer()) as (server,), closing_all(Service(conf, [server.url("/a")], {"ponte": FILTER})) as (service,):
        server.put("/a", NEWS)
        service.start()
        wait_for("the alert in the log", service.alerts)
        service.wait_log("delivery.failed channel=mail")
        assert service.stop() == 0
        line_with(service.log(), "delivery.failed", "channel=mail")
        outbox = service.command("outbox", check=0).stdout
        assert "mail" in outbox and "pending" in outbox, outbox


def a_feeds_file_that_is_no_opml_is_refused_with_its_name():
    with closing_all(Service(CONF, filters={"ponte": FILTER})) as (service,):
        service.write("feeds.opml", "this is not XML")
        refused(service, "feeds.opml", "line 1")


def unknown_commands_and_options_end_with_2():
    with closing_all(Service(CONF, filters={"ponte": FILTER})) as (service,):
        assert service.command("check", "--nonsense").returncode == 2
        assert service.command("nonsense").returncode == 2
        assert service.command("feeds", "nonsense").returncode == 2
        assert service.command("ack").returncode == 2
        for command in ("alerts", "run", "silence", "status"):
            done = service.command(command, "extra", check=2)
            line_with(done.stderr, "extra", command)


run_tests([
    a_typo_in_the_configuration_names_its_line_and_the_nearest_setting,
    a_value_out_of_range_says_what_was_expected,
    every_mistake_is_told_in_one_run,
    mistakes_in_filters_feeds_and_channels_are_told_beside_those_of_the_configuration,
    a_credential_of_a_feed_that_is_not_there_is_told,
    feeds_without_their_credentials_fail_alone,
    a_service_without_filters_or_feeds_says_so,
    an_unknown_filter_in_a_route_is_named_with_the_nearest,
    a_mistake_in_a_filter_is_told_with_its_place,
    filters_are_checked_before_they_are_in_force,
    a_state_folder_that_cannot_be_one_is_refused,
    a_second_instance_is_refused_with_the_pid_of_the_first,
    who_may_only_read_reads_what_a_service_left,
    who_may_only_read_reads_while_a_service_comes_and_goes,
    who_follows_a_store_that_nobody_wrote_sees_what_a_service_writes_then,
    who_may_only_read_is_told_when_a_service_was_killed_and_its_files_are_torn_apart,
    a_dead_mail_server_delays_no_other_channel_and_loses_nothing,
    a_feeds_file_that_is_no_opml_is_refused_with_its_name,
    unknown_commands_and_options_end_with_2,
])
