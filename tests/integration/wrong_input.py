#!/usr/bin/python3
"""What users get wrong: one clear line each, nothing lost, the rest goes on."""
import contextlib
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, PATIENCE, FeedServer, Service, closing_all, dead_mail, rss, run_tests, wait_for  # noqa: E402

FILTER = 'filter "ponte" { title = "Ponte" when = "ponte" }\n'
CONF = ('backlog = 365d\nchannel "log" { type = log file = "alerts.jsonl" }\n'
        'route "all" { filters = { "*" } channels = { "log" } }\n')
NEWS = rss([dict(guid="1", title="Un ponte nuovo", link="https://esempio.invalid/1", text="Inaugurato.")])


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


def who_may_only_read_reads_what_a_service_left():
    with closing_all(FeedServer()) as (server,), closing_all(Service(CONF, [server.url("/a")], {"ponte": FILTER})) as (service,):
        def ask(*words):
            return subprocess.run([*prefix, BINARY, *words, "--config", service.folder], env=service.environment(), text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)

        server.put("/a", NEWS)
        service.start()
        wait_for("the alert", service.alerts)
        with only_readable(service.path("state")) as prefix:  # the service has its files open
            assert "Un ponte nuovo" in ask("alerts").stdout
        assert service.stop() == 0
        before = sorted(os.listdir(service.path("state")))
        with only_readable(service.path("state")) as prefix:
            for words in ["alerts"], ["alerts", "--json"], ["status"], ["why", "https://esempio.invalid/1"], ["feeds", "list"], ["outbox"]:
                done = ask(*words)
                assert done.returncode == 0 and not done.stderr, (words, done)
            assert "Un ponte nuovo" in ask("alerts").stdout
            line_with(ask("outbox", "retry", "1").stderr, "vedetta.db may not be written")
        assert sorted(os.listdir(service.path("state"))) == before


def who_may_only_read_is_told_when_a_service_was_killed_and_its_files_are_torn_apart():
    with closing_all(FeedServer()) as (server,), closing_all(Service(CONF, [server.url("/a")], {"ponte": FILTER})) as (service,):
        server.put("/a", NEWS)
        service.start()
        wait_for("the alert", service.alerts)
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
    a_service_without_filters_or_feeds_says_so,
    an_unknown_filter_in_a_route_is_named_with_the_nearest,
    a_mistake_in_a_filter_is_told_with_its_place,
    filters_are_checked_before_they_are_in_force,
    a_state_folder_that_cannot_be_one_is_refused,
    a_second_instance_is_refused_with_the_pid_of_the_first,
    who_may_only_read_reads_what_a_service_left,
    who_may_only_read_is_told_when_a_service_was_killed_and_its_files_are_torn_apart,
    a_dead_mail_server_delays_no_other_channel_and_loses_nothing,
    a_feeds_file_that_is_no_opml_is_refused_with_its_name,
    unknown_commands_and_options_end_with_2,
])
