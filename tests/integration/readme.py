#!/usr/bin/python3
"""What the README shows is what happens: its configuration, its filter, its commands and their output."""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, PATIENCE, SOURCE, FeedServer, Service, closing_all, rss, run_tests  # noqa: E402

with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as source:
    README = source.read()

ENGLISH_WORDS = {"LC_ALL": "C.UTF-8", "LANGUAGE": ""}
ENGLISH = {**os.environ, **ENGLISH_WORDS}
ENGLISH.pop("DISPLAY", None)


def block(first_word):
    """The indented block whose first line begins with a word."""
    found = re.search(r"^((?:    %s.*\n)(?:    .*\n|\n(?=    ))*)" % re.escape(first_word), README, re.M)
    return re.sub(r"^    ", "", found.group(1), flags=re.M)


def the_sample_configuration_has_no_mistake():
    with closing_all(Service(block('channel "mail"'), filters={"a": 'filter "a" { when = "x" }\n'})) as (service,):
        done = service.command("check")
        assert done.returncode == 0, done.stderr


def the_sample_filter_has_no_mistake():
    with closing_all(Service(feeds=["http://127.0.0.1:9/"], filters={"a": block('filter "')})) as (service,):
        done = service.command("check")
        assert done.returncode == 0 and not done.stderr, done.stderr


def shape(line):
    """A line without what differs from run to run: numbers, ids, dates, quotations of the texts."""
    line = re.sub(r"\b[0-9a-f]{16}\b", "ID", line.strip().lstrip("* "))
    line = re.sub(r"\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d", "DATE", line)
    return re.sub(r"\d+([.,]\d+)?", "N", line)


def shown_under(command, prompt="$ "):
    """The lines that the README shows under a command, without those that say that something is left out."""
    lines = block(prompt + command).splitlines()[1:]
    return [line for line in lines if line.strip() and "…" not in line and not line.startswith("$ ")]


def assert_shown(lines, output):
    real = {shape(line) for line in output.splitlines()}
    for line in lines:
        assert shape(line) in real, "the README shows a line that is not printed any more: %r\n%s" % (line, output)


def the_demonstration_prints_what_it_shows():
    done = subprocess.run([BINARY, "demo"], env=ENGLISH, capture_output=True, text=True, timeout=PATIENCE * 2)
    assert done.returncode == 0, done
    lines = block("A feed server with invented news").splitlines()
    assert len(lines) > 8, lines
    assert_shown([line for line in lines if line.strip() and "…" not in line and not line.startswith("  Why:")], done.stdout)
    assert any(shape(line).startswith("Why:") for line in done.stdout.splitlines()), done.stdout


ALERT = dict(guid="1", title="Mosca e Pyongyang firmano: truppe nordcoreane in Russia", link="https://esempio.invalid/1",
             text="L'accordo tra la Russia e la Corea del Nord, firmato da Vladimir Putin e Kim Jong-un, prevede munizioni e soldati.")
NEARLY = dict(guid="2", title="Seul: nuovo lancio di Pyongyang nel mar del Giappone", link="https://esempio.invalid/2",
              text="La Corea del Nord ha lanciato un missile balistico a corto raggio.")
OTHER = dict(guid="3", title="Approvato il bilancio della Regione", link="https://esempio.invalid/3", text="Più fondi ai treni.")


def a_poll_and_its_reasons_look_as_it_shows():
    with open(os.path.join(SOURCE, "filters", "library", "russia-corea-del-nord.filter"), encoding="utf-8") as library:
        filters = {"russia-corea-del-nord": library.read()}
    with closing_all(FeedServer()) as (server,):
        server.put("/a", rss([ALERT, NEARLY, OTHER]))
        server.put("/b", "", status=503)
        with closing_all(Service("backlog = 365d\n", [server.url("/a"), server.url("/b")], filters)) as (service,):
            done = service.command("poll", env=dict(service.environment(), **ENGLISH_WORDS))
            assert_shown(shown_under("vedetta poll"), done.stdout + done.stderr)
            done = service.command("why", NEARLY["link"], check=0, env=dict(service.environment(), **ENGLISH_WORDS))
            assert_shown(shown_under("vedetta why"), done.stdout)


def its_lists_of_feeds_are_taken():
    words = re.search(r"^    \$ vedetta (feeds catalogue .*)$", README, re.M).group(1).split()
    with closing_all(Service()) as (service,):
        done = service.command(*words[:2], *words[2:], check=0)
        added = service.read("feeds.opml").count("xmlUrl")
        assert added > 0, done.stdout
        service.write("other-reader.opml", service.read("feeds.opml"))
        service.feeds([])
        assert "vedetta feeds import other-reader.opml" in README
        service.command("feeds", "import", service.path("other-reader.opml"), check=0)
        assert service.read("feeds.opml").count("xmlUrl") == added
        service.command("feeds", "add", "--unseen", "https://www.example.org/", check=0)


def a_derived_filter_is_reported_as_it_shows():
    words = re.search(r"^    \$ vedetta (derive .*)$", README, re.M).group(1).split()
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "energy.filter")
        words = [os.path.join(SOURCE, "tests", "integration", "examples", "energy") if word == "my-articles/"
                 else target if word.endswith(".filter") else word for word in words]
        done = subprocess.run([BINARY, *words], env=ENGLISH, capture_output=True, text=True, timeout=PATIENCE * 2)
        assert done.returncode == 0 and os.path.exists(target), done
        lines = [line for line in shown_under("vedetta derive") if line.startswith(("Held out", "False alerts"))]
        assert len(lines) == 2, lines
        assert_shown(lines, done.stdout + done.stderr)


def every_make_target_of_the_papers_exists():
    with open(os.path.join(SOURCE, "HACKING.md"), encoding="utf-8") as hacking, \
            open(os.path.join(SOURCE, "Makefile.am"), encoding="utf-8") as makefile:
        papers, rules = README + hacking.read(), makefile.read()
    named = {word for words in re.findall(r"`make -C build([^`]*)`", papers) for word in words.split() if re.fullmatch("[a-z-]+", word)}
    standard = {"check", "install", "distcheck", "installcheck", "uninstall"}
    own = set(re.findall(r"^([a-z][a-z-]+):(?!=)", rules, re.M))
    assert len(named) > 10 and named <= own | standard, named - own - standard
    campaigns = {name for name in own if not name.startswith(("install-", "uninstall-", "all-"))
                 and not name.endswith(("-local", "-files", "-catalogues"))}
    assert campaigns <= named, "HACKING.md does not tell of: %s" % sorted(campaigns - named)


def every_command_it_names_exists():
    for name in set(re.findall(r"vedetta ([a-z]+)\b", README)) - {"alert"}:
        with closing_all(Service()) as (service,):
            assert service.command(name, "--help").returncode == 0, name


run_tests([the_sample_configuration_has_no_mistake, the_sample_filter_has_no_mistake, the_demonstration_prints_what_it_shows,
           a_poll_and_its_reasons_look_as_it_shows, its_lists_of_feeds_are_taken, a_derived_filter_is_reported_as_it_shows,
           every_make_target_of_the_papers_exists, every_command_it_names_exists])
