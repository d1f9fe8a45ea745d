#!/usr/bin/python3
"""What people read is there in every language of po/, whole and current, and the programs find it."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, SOURCE, FeedServer, Service, closing_all, rss, run_tests  # noqa: E402

BUILD = os.environ.get("top_builddir", ".")
CATALOGUE = os.path.join(SOURCE, "po", "it.po")


def run(*command, **environment):
    env = {k: v for k, v in os.environ.items()
           if not k.startswith("LC_") and k not in ("LANG", "LANGUAGE", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS")}
    env.update(environment)
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)


def fresh_template(folder):
    """The strings of the sources as they are now, whatever po/POTFILES says."""
    template = os.path.join(folder, "all.pot")
    sources = [os.path.join(root, name) for root, _, names in os.walk(os.path.join(SOURCE, "daemon"))
               for name in names if name.endswith((".c", ".h"))]
    done = run("xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=ngettext:1,2",
               "--keyword=g_dngettext:2,3", "--output=" + template, *sorted(sources))
    assert done.returncode == 0 and "warning" not in done.stderr, done.stderr
    return template


def every_string_of_the_sources_is_translated():
    with tempfile.TemporaryDirectory() as folder:
        merged = os.path.join(folder, "it.po")
        done = run("msgmerge", "--quiet", "--no-fuzzy-matching", "--output-file=" + merged, CATALOGUE,
                   fresh_template(folder))
        assert done.returncode == 0, done.stderr
        for attribute in ("--untranslated", "--only-fuzzy"):
            left = run("msgattrib", attribute, "--no-obsolete", "--no-wrap", merged).stdout
            strings = re.findall(r'^msgid "(.+)"', left, re.M)
            assert not strings, "translate these in po/it.po ('make update-po' puts them there): %s" % strings


def every_translation_keeps_the_placeholders_of_its_string():
    done = run("msgfmt", "--check", "--output-file=/dev/null", CATALOGUE)
    assert done.returncode == 0, done.stderr


def potfiles_lists_every_source_with_strings():
    with open(os.path.join(SOURCE, "po", "POTFILES"), encoding="utf-8") as listed:
        names = listed.read().split()
    with tempfile.TemporaryDirectory() as folder, open(fresh_template(folder), encoding="utf-8") as template:
        used = {os.path.relpath(place, SOURCE) for line in template if line.startswith("#: ")
                for place in re.findall(r"(\S+):\d+", line)}
    assert not used - set(names), "'make update-po' adds these to po/POTFILES: %s" % sorted(used - set(names))


TOLD = {"printf", "fprintf", "fputs", "puts", "g_print", "g_printerr", "cli_error", "g_set_error", "g_set_error_literal",
        "g_prefix_error"}
KEPT = {"decision_new", "suppress", "hold", "set_result", "done", "answer", "answer_waiting"}
ENGLISH = {"daemon/config_man.c": "a manual page", "daemon/cli/audit_client.c": "the other end of a pipe"}
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\])*\'|[A-Za-z_]\w*|\S', re.S)
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")


def literals(text):
    """Every string literal, with the names of the calls it stands in."""
    calls, before = [], ""
    for token in TOKEN.findall(text):
        if token.startswith(("/*", "//")):
            continue
        if token == "(":
            calls.append(before)
        elif token == ")" and calls:
            calls.pop()
        elif token == ";":
            calls = []
        elif token[0] == '"':
            yield token[1:-1], set(calls)
        before = token


def sentences(functions):
    for root, _, names in os.walk(os.path.join(SOURCE, "daemon")):
        for name in sorted(names):
            place = os.path.relpath(os.path.join(root, name), SOURCE)
            if not name.endswith(".c") or place in ENGLISH:
                continue
            with open(os.path.join(root, name), encoding="utf-8") as source:
                for text, calls in literals(source.read()):
                    if calls & functions and not calls & {"_", "N_", "ngettext", "g_dngettext"} and SENTENCE.search(
                            re.sub(r"%[-0-9.]*[a-z]+", "", text)):
                        yield place, text


def every_sentence_that_is_printed_is_marked_for_translation():
    unmarked = [p for p in sentences(TOLD) if not p[1].startswith(("feeds ", "filters ", "channel "))]
    assert not unmarked, "mark these with _(): %s" % unmarked


def every_reason_that_the_ledger_keeps_has_words_in_daemon_cli_names():
    with open(os.path.join(SOURCE, "daemon", "cli", "names.c"), encoding="utf-8") as source:
        known = set(re.findall(r'N_\("([^"]*)"\)', source.read()))
    unknown = [p for p in sentences(KEPT) if re.sub(r"%[a-z]+", "%s", p[1]) not in known]
    assert not unknown, "add these to daemon/cli/names.c: %s" % unknown


def every_reason_of_a_verdict_has_words_in_daemon_cli_names():
    def read(*path):
        with open(os.path.join(SOURCE, *path), encoding="utf-8") as source:
            return source.read()

    known = set(re.findall(r'N_\("([^"]*)"\)', re.sub(r'"\s*"', "", read("daemon", "cli", "names.c"))))
    said = re.findall(r'printf\("([^"]*)"', re.sub(r'"\s*"', "", read("filters", "evaluate.c")))
    parts = re.findall(r'^\s*"?[^"]*"([^"]+)", (?:NULL|first|second)\},', read("filters", "pole_score.c"), re.M)
    assert len(said) > 10 and len(parts) > 10, (said, parts)
    said = [re.sub(r"%[-0-9.*]*[a-z]", "%s", text) for text in said] + ["%s " + part for part in parts]
    assert not set(said) - known, "add these to daemon/cli/names.c: %s" % (set(said) - known)


LITERAL = r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*'
PARTS = {"; did you mean '", "into it", "; it stands only at the end of a word", "everybody can write %s (mode %s); run: chmod o-w %s"}
SAID_IN = ("filter_check", "filter_read", "filter_load", "filter_file", "expression", "expression_lexer")


def read_literals(*path):
    with open(os.path.join(SOURCE, *path), encoding="utf-8") as source:
        text = re.sub(r"/\*.*?\*/|^#include.*?$", "", source.read(), flags=re.S | re.M)
    return ["".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', whole)) for whole in re.findall(LITERAL, text)]


def every_mistake_in_a_filter_has_words_in_daemon_cli_problem_words():
    known = set(read_literals("daemon", "cli", "problem_words.c"))
    unknown = set()
    for name in SAID_IN:
        for literal in read_literals("filters", name + ".c"):
            said = re.sub(r"; did you mean '(%s)+'\?$", "", re.sub(r"%[-0-9.*]*l?[a-z]", "%s", literal))
            if SENTENCE.search(said) and not {said, re.sub(r"(%s)+$", "", said)} & (known | PARTS):
                unknown.add(said)
    assert len(known) > 80 and not unknown, "add these to daemon/cli/problem_words.c: %s" % unknown


def italian(environment):
    done = run(BINARY, "--help", **environment)
    assert done.returncode == 0 and "Comandi:" in done.stdout and "prende visione" in done.stdout, done.stdout
    with closing_all(Service(filters={"a": 'filter "a" { when = "x" }\n'})) as (service,):
        done = run(BINARY, "check", "--config", service.folder, **environment)
        assert done.returncode == 0 and "nessun errore; filtri: 1" in done.stdout, done
        with open(os.path.join(service.folder, "vedetta.conf"), "a", encoding="utf-8") as conf:
            conf.write("\nintervall_min = 5min\n")
        done = run(BINARY, "check", "--config", service.folder, **environment)
        assert done.returncode == 1 and "forse 'interval_min'?" in done.stderr, done
        path = os.path.join(service.folder, "wrong.filter")
        with open(path, "w", encoding="utf-8") as wrong:
            wrong.write('filter "f" {\n wen = "x"\n terms = { "ponte -crollo NEAR/2 x = 1" }\n when = "(a b"\n}\n')
        done = run(BINARY, "check", path, **environment)
        assert "wrong.filter:2:2: chiave 'wen' ignota in filter 'f'; forse 'when'?" in done.stderr, done
        assert "wrong.filter:3:19: termine 'ponte -crollo NEAR/2 x = 1': '-crollo': ciò che non deve" in done.stderr, done
        assert "wrong.filter:4:10: questa parentesi non viene mai chiusa" in done.stderr, done


def italian_is_spoken_where_its_locale_was_never_generated():
    italian({"LC_ALL": "it_IT.UTF-8", "LOCPATH": "/nonexistent"})
    italian({"LC_ALL": "C.UTF-8", "LANGUAGE": "it"})


def with_italian_locale(check):
    """In a locale made for this test: in the system's place only root may."""
    if not os.path.exists("/usr/share/i18n/locales/it_IT"):
        print("the Debian package locales is missing: not tried with a real Italian locale")
        return
    folder = tempfile.mkdtemp()
    try:
        made = run("localedef", "-i", "it_IT", "-f", "UTF-8", os.path.join(folder, "it_IT.UTF-8"))
        assert os.path.isdir(os.path.join(folder, "it_IT.UTF-8")), made.stderr
        check({"LC_ALL": "it_IT.UTF-8", "LOCPATH": folder})
    finally:
        shutil.rmtree(folder)


def reasons_are_told_in_italian_with_the_names_in_them():
    conf = 'backlog = 365d\nchannel "log" { type = log }\nroute "desk" { filters = { "*" } channels = { "log" } mode = log }\n'
    with closing_all(FeedServer()) as (server,):
        server.put("/a", rss([dict(guid="1", title="Crolla un ponte", link="https://esempio.invalid/1", text="x")]))
        with closing_all(Service(conf, [server.url("/a")], {"ponte": 'filter "ponte" { when = "ponte" }\n'
                                                         'filter "fiume" { when = "ponte fiume" }\n'})) as (service,):
            service.command("poll", check=0)
            for command in (("outbox", "--all"), ("why", "https://esempio.invalid/1")):
                done = run(BINARY, *command, "--config", service.folder, LC_ALL="C.UTF-8", LANGUAGE="it",
                           **{k: v for k, v in service.environment().items() if k.startswith("XDG_")})
                assert command[0] == "outbox" or "nessun riscontro per fiume" in done.stdout, done.stdout
                assert "soppresso" in done.stdout and "la regola desk registra soltanto" in done.stdout, done
            assert "route desk only records" in service.command("outbox", "--all").stdout


def italian_is_spoken_in_an_italian_locale():
    with_italian_locale(italian)


def the_demonstration_is_italian_in_an_italian_locale():
    def check(environment):
        done = run(BINARY, "demo", **environment)
        assert done.returncode == 0, done
        assert "Lo stesso avviso come riga di log" in done.stdout and "Perché:" in done.stdout, done.stdout
        assert "The same alert" not in done.stdout, done.stdout
    with_italian_locale(check)


def numbers_in_files_keep_their_point_in_an_italian_locale():
    def check(environment):
        done = run(BINARY, "derive", os.path.join(SOURCE, "tests", "integration", "examples", "energy"), **environment)
        assert done.returncode == 0, done
        assert re.search(r"^\s*threshold = \d+\.\d+$", done.stdout, re.M), done.stdout
        with closing_all(Service(filters={"a": done.stdout})) as (service,):
            done = run(BINARY, "check", "--config", service.folder, **environment)
            assert done.returncode == 0, done
    with_italian_locale(check)


def english_is_spoken_without_a_locale():
    done = run(BINARY, "--help", LC_ALL="C")
    assert "Commands:" in done.stdout, done.stdout
    done = run(BINARY, "--help", LC_ALL="xx_XX.UTF-8")
    assert "Commands:" in done.stdout, done.stdout


run_tests([every_string_of_the_sources_is_translated, every_sentence_that_is_printed_is_marked_for_translation,
           every_reason_that_the_ledger_keeps_has_words_in_daemon_cli_names,
           every_reason_of_a_verdict_has_words_in_daemon_cli_names,
           every_mistake_in_a_filter_has_words_in_daemon_cli_problem_words,
           every_translation_keeps_the_placeholders_of_its_string,
           potfiles_lists_every_source_with_strings, italian_is_spoken_where_its_locale_was_never_generated,
           reasons_are_told_in_italian_with_the_names_in_them, italian_is_spoken_in_an_italian_locale, the_demonstration_is_italian_in_an_italian_locale,
           numbers_in_files_keep_their_point_in_an_italian_locale, english_is_spoken_without_a_locale])
