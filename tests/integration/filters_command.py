#!/usr/bin/python3
"""`vedetta filters list|show|new`: what became of filters, what they look for in words, a template to begin with."""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, PATIENCE, FeedServer, Service, closing_all, rss, run_tests  # noqa: E402

SPANS = '''entity "norgas" { kind = organisation names = { "Norgas", "Норгаз" } with = { "NG" } not = { "Norgas Arena" } }
entity "valdora" { kind = country names = { "Valdora", "valdorese" } }
entity "porto-sarno" { kind = place side = "valdora" names = { "Porto Sarno" } }
filter "gas" {
	title = "Gas di Valdora"
	when = "@@valdora AND (@norgas OR title:gasdotto) AND NOT \\"sagra del vino\\""
	terms = { "arbitrato = 1.5", "prezzo NEAR/4 gas = 1" }
	threshold = 1
	priority = high
	raise = { "critical = 2.5" }
	languages = { "it" }
}
filter "slow" { when = "q*" }
'''


def run(*words, check=0, language=""):
    done = subprocess.run([BINARY, *words], env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": language},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == check, done
    return done


class Desk(Service):
    def filters(self, *words, **options):
        return run("filters", words[0], "--config", self.folder, *words[1:], **options)


def the_list_counts_matches_alerts_and_marks():
    server = FeedServer()
    with closing_all(server, Desk(feeds=[server.url("/feed")], filters={
            "ponti": 'filter "ponti" { title = "Ponti" when = "ponte" priority = high }\n'
                     'filter "dighe" { when = "diga" }\n'})) as (_, desk):
        assert "there is no store" in desk.filters("list").stdout
        assert "matches" not in json.loads(desk.filters("list", "--json").stdout.splitlines()[0])
        server.put("/feed", rss([]))
        desk.command("poll", check=0)
        items = [dict(guid=str(n), title=t, link="http://x.example/%d" % n, text=t) for n, t in enumerate(
            ["Il ponte riapre", "Crolla un ponte a Nord", "Un ponte di libri", "La diga tiene"])]
        server.put("/feed", rss(items))
        desk.command("poll", "--force", check=0)
        for n, word in ((0, "good"), (1, "bad")):
            desk.command("mark", "http://x.example/%d" % n, "--filter", "ponti", word, check=0)
        desk.command("mark", "http://x.example/2", "bad", check=0)   # says nothing of a filter: of each that matched
        desk.command("mark", "http://x.example/1", "good", check=0)  # gives way to the one that names its filter
        rows = {row["id"]: row for row in map(json.loads, desk.filters("list", "--json").stdout.splitlines())}
        ponti = rows["ponti"]
        assert (ponti["matches"], ponti["good"], ponti["bad"]) == (3, 1, 2), rows
        assert rows["dighe"]["matches"] == 1 and rows["dighe"]["good"] == rows["dighe"]["bad"] == 0
        alerts = [json.loads(line) for line in desk.command("alerts", "--json", check=0).stdout.splitlines()]
        assert ponti["alerts"] == sum(alert["filter"] == "ponti" for alert in alerts) > 0, (ponti, alerts)
        assert re.match(r"\d{4}-\d\d-\d\dT", ponti["last_match"])
        out = desk.filters("list", "pon*").stdout
        assert out.startswith("ponti  Ponti  (high)\n    matches 3, alerts ") and "marked good 1, bad 2" in out, out
        assert "dighe" not in out
        desk.filters("list", "nothing", check=1)


def show_says_it_in_words():
    with closing_all(Desk(filters={"gas": SPANS})) as (desk,):
        out = desk.filters("show", "gas").stdout
        lines = out.splitlines()
        assert lines[0] == "gas  Gas di Valdora" and lines[1].endswith("filters/gas.filter:4"), out
        for line in ("  priority high, critical from a score of 2.5", "  threshold 1", "  languages it", "  all of:",
                     "    a name of valdora, or of anyone on its side", "    any of:", "      a name of norgas",
                     "      the word “gasdotto” in any form — only in: title", "    without:",
                     "      the phrase “sagra del vino”, its words in any form",
                     "  +1.5 the word “arbitrato” in any form", "    at most 4 words apart, in either order:",
                     "  norgas (organisation, strength 1)", "    names: Norgas, Норгаз",
                     "    only beside another entity: NG", "    not in: Norgas Arena",
                     "  porto-sarno (place, on the side of valdora, strength 0.7)"):
            assert line in lines or line.startswith("  porto-sarno") or line.startswith("  norgas"), (line, out)
        assert "porto-sarno (place, on the side of valdora" in out and "norgas (organisation" in out, out
        assert not re.search(r"\bslow\b", out)


def show_names_warnings_with_their_places():
    with closing_all(Desk(filters={"gas": SPANS})) as (desk,):
        out = desk.filters("show", "slow").stdout
        assert re.search(r"^  \S+gas\.filter:\d+:\d+: q\*: nearly every article", out, re.M), out
        row = json.loads(desk.filters("show", "--json", "slow").stdout)
        warning = row["warnings"][0]
        line = SPANS.splitlines()[warning["line"] - 1]
        assert line[warning["column"] - 1:].startswith('q*'), (warning, line)


def programs_get_all_of_it():
    with closing_all(Desk(filters={"gas": SPANS})) as (desk,):
        row = json.loads(desk.filters("show", "--json", "gas").stdout)
        assert row["raise"] == {"critical": 2.5} and row["languages"] == ["it"] and row["threshold"] == 1, row
        assert row["when"] == "(@@valdora AND (@norgas OR title:gasdotto) AND NOT \"sagra del vino\")", row["when"]
        assert [term["weight"] for term in row["terms"]] == [1.5, 1]
        assert {e["id"]: e.get("side") for e in row["entities"]} == {
            "valdora": None, "porto-sarno": "valdora", "norgas": None}, row["entities"]


def the_shipped_filter_can_be_shown():
    with closing_all(Service(filters={})) as (desk,):
        os.rmdir(desk.path("filters"))
        out = run("filters", "show", "--config", desk.folder, "*").stdout
        assert "do with each other" in out and re.search(r"names: Corea del Nord, .* and \d+ more", out), out[:2000]
        assert "北韩" in run("filters", "show", "--names", "--config", desk.folder, "*").stdout


def a_file_is_shown_before_it_is_in_force_and_refused_if_wrong():
    with closing_all(Desk(filters={})) as (desk,):
        desk.write("a.filter", 'filter "a" { when = "b" }\n')
        assert "the word “b” in any form" in desk.filters("show", desk.path("a.filter")).stdout
        desk.write("b.filter", 'filter "a" { when = "b OR" }\n')
        assert re.search(r"b\.filter:1:\d+: ", desk.filters("show", desk.path("b.filter"), check=2).stderr)


def checked(desk, text):
    desk.write("filters/new.filter", text)
    done = desk.command("check")
    assert done.returncode == 0, done.stderr
    return done


def a_template_passes_the_check_as_it_is():
    with closing_all(Desk(filters={})) as (desk,):
        for language in ("", "it"):
            for words in ((), ("ponte",), ("mutua difesa", 'l\'acqua "alta"', "C:\\temp", "朝鲜", "a AND b")):
                checked(desk, run("filters", "new", "prova-1", *words, language=language).stdout)
        checked(desk, run("filters", "new", "x", "--title", 'Ponti "e" \\ dighe\n').stdout)
        run("filters", "new", "x", "!!", check=2)  # no letters: can never match


def what_the_template_proposes_is_right_too():
    with closing_all(Desk(filters={})) as (desk,):
        text = run("filters", "new", "prova", "ponte").stdout
        whole = re.sub(r"^(\t?)#(?=[a-z\t}])", r"\1", text, flags=re.M)
        assert whole.count("\n#") < text.count("\n#") and "\n\tnames = " in whole, whole
        done = checked(desk, whole)
        assert "example" in desk.filters("show", "prova").stdout, done


def the_template_finds_its_words():
    with closing_all(Desk(filters={})) as (desk,):
        desk.write("filters/new.filter", run("filters", "new", "prova", "mutua difesa", "ponte").stdout)
        desk.write("items.jsonl", "".join(json.dumps({"id": n, "title": t, "body": "", "lang": "it"}) + "\n" for n, t in
                                          (("1", "Patto di mutua difesa"), ("2", "I ponti di Parigi"), ("3", "La difesa"))))
        out = desk.command("match", desk.path("items.jsonl"), "--matched", check=0).stdout
        assert [json.loads(line)["id"] for line in out.splitlines()] == ["1", "2"], out


def what_match_leaves_out_of_an_article_is_said():
    with closing_all(Desk(filters={"f": 'filter "f" { when = "ponte age<2d" }\n'})) as (desk,):
        rows = [{"id": "1", "title": ["x"], "body": "ponte"}, {"id": "2", "title": "ponte", "categories": "x"},
                {"id": "3", "title": "ponte", "published": "yesterday"}, {"id": "4", "title": "ponte", "published": "2001-02-03"}]
        desk.write("odd.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        done = desk.command("match", desk.path("odd.jsonl"), "--matched", check=0)
        assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["1", "2", "3"], done
        said = re.findall(r"odd\.jsonl:(\d): '(\w+)' is not of its kind", done.stderr)
        assert said == [("1", "title"), ("2", "categories"), ("3", "published")], done


def a_template_never_takes_the_place_of_a_file():
    with closing_all(Desk(filters={})) as (desk,):
        path = desk.path("mine.filter")
        run("filters", "new", "mine", "ponte", "--output", path)
        before = desk.read("mine.filter")
        assert 'filter "mine"' in before
        assert "mine.filter" in run("filters", "new", "other", "-o", path, check=1).stderr
        assert desk.read("mine.filter") == before
        for bad in ("", "-x", "a b", 'a"b', "../x"):
            run("filters", "new", "--", bad, check=2)
        run("filters", "new", check=2)
        run("filters", check=2)


run_tests([the_list_counts_matches_alerts_and_marks, show_says_it_in_words, show_names_warnings_with_their_places,
           programs_get_all_of_it, the_shipped_filter_can_be_shown,
           a_file_is_shown_before_it_is_in_force_and_refused_if_wrong, a_template_passes_the_check_as_it_is,
           what_the_template_proposes_is_right_too, the_template_finds_its_words,
           what_match_leaves_out_of_an_article_is_said,
           a_template_never_takes_the_place_of_a_file])
