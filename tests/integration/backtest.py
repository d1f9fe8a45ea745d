#!/usr/bin/python3
"""`vedetta backtest`: what a filter would have raised, from a file and from the archive; what a change gains and loses."""
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, PATIENCE, FeedServer, Service, closing_all, on_a_terminal, rss, run_tests  # noqa: E402

BRIDGE = ("Crolla il viadotto di Valtorta, due feriti", "Il viadotto della statale di Valtorta è crollato all'alba durante i "
          "lavori di consolidamento: due operai sono rimasti feriti, la procura di Borgomanero ha aperto un'inchiesta "
          "sulla ditta Cementiria e sul collaudo firmato in primavera.")
OTHER_WORDS = ("Valtorta, il viadotto crollato: indagata la ditta Cementiria", "La procura di Borgomanero indaga sulla "
               "Cementiria per il crollo del viadotto di Valtorta: il collaudo della primavera era stato firmato senza "
               "prove di carico. I due operai feriti nel consolidamento sono fuori pericolo.")
HARBOUR = ("Riapre il ponte girevole di Taranto", "Dopo il restauro il ponte girevole torna ad aprirsi alle navi: "
           "migliaia di persone sul lungomare per la prima manovra, applausi e sirene dei rimorchiatori.")
DAM = ("La diga di Pontelungo sarà svuotata", "Il consorzio svuota l'invaso di Pontelungo per rifare le paratoie; "
       "l'acqua tornerà in autunno, gli agricoltori chiedono un indennizzo.")
CHEESE = ("Il formaggio di malga vince a Lione", "La giuria premia un caseificio di montagna: stagionatura in grotta, "
          "latte crudo, due inverni di attesa.")

PLAIN = 'filter "opere" { title = "Opere" when = "viadotto OR ponte" priority = high }\n'
WIDER = 'filter "opere" { title = "Opere" when = "(viadotto AND NOT inchiesta) OR ponte OR diga" }\n'
ENGLISH = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "", "TZ": "UTC"}


def items(*rows):
    """rows: (id, when, outlet, (title, text))"""
    return "".join(json.dumps({"id": n, "published": when, "outlet": outlet, "title": text[0], "body": text[1], "lang": "it"},
                              ensure_ascii=False) + "\n" for n, when, outlet, text in rows)


NEWS = items(("a", "2026-11-02T07:00:00Z", "Gazzetta", BRIDGE), ("e", "2026-11-05T21:00:00Z", "Radio", HARBOUR),
             ("b", "2026-11-02T07:40:00Z", "Corriere", BRIDGE), ("c", "2026-11-02T09:00:00Z", "Giornale", OTHER_WORDS),
             ("d", "2026-11-03T12:00:00Z", "Gazzetta", CHEESE), ("f", "2026-11-05T10:00:00Z", "Voce", DAM))


class Desk(Service):
    """A configuration with one filter in force, and files beside it."""

    def __init__(self, feeds=(), in_force=PLAIN):
        super().__init__(feeds=feeds, filters={"opere": in_force})
        self.write("news.jsonl", NEWS)
        self.write("wider.filter", WIDER)

    def backtest(self, *words, check=0, items="news.jsonl", env=None):
        extra = ["--items", self.path(items)] if items else []
        done = subprocess.run([BINARY, "backtest", "--config", self.folder, *extra, *words], env={**self.environment(),
                              "LC_ALL": "C.UTF-8", "LANGUAGE": "", "TZ": "UTC", **(env or {})}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE * 4)
        assert done.returncode == check, done
        return done

    def rows(self, *words, **options):
        found = {}
        for line in self.backtest("--json", *words, **options).stdout.splitlines():
            row = json.loads(line)
            found.setdefault(row["type"], []).append(row)
        return found


def one_story_is_one_alert_however_many_tell_it():
    with closing_all(Desk()) as (desk,):
        rows = desk.rows("opere")
        assert [[(a["id"], a["relation"]) for a in alert["articles"]] for alert in rows["alert"]] == [
            [("a", "first"), ("b", "duplicate"), ("c", "joined")], [("e", "first")]], rows["alert"]
        summary = rows["summary"][0]
        new = summary["new"]
        assert (summary["articles"], new["matched"], new["alerts"], new["duplicates"], new["joined"]) == (6, 4, 2, 1, 1)
        assert summary["days"] == [{"day": "2026-11-02", "articles": 3, "alerts": 1},
                                   {"day": "2026-11-03", "articles": 1, "alerts": 0},
                                   {"day": "2026-11-05", "articles": 2, "alerts": 1}], summary["days"]
        assert summary["hours"] == [int(hour in (7, 21)) for hour in range(24)], summary["hours"]
        assert abs(new["forecast"]["alerts_per_day"] - 2 / 3) < 1e-5 and new["forecast"]["most_on_9_of_10_days"] == 1
        assert new["forecast"]["low"] < 2 / 3 < new["forecast"]["high"]
        verdict = rows["alert"][0]["verdict"]
        assert verdict["priority"] == "high" and verdict["path"] == ["viadotto"], verdict
        hit = verdict["hits"][0]
        assert BRIDGE[0].encode()[hit["start"]:hit["end"]] == b"viadotto"


def the_order_of_the_file_does_not_matter():
    with closing_all(Desk()) as (desk,):
        desk.write("reversed.jsonl", "".join(reversed(NEWS.splitlines(keepends=True))))
        assert desk.rows("opere") == desk.rows("opere", items="reversed.jsonl")


def a_change_gains_and_loses_exactly_these_articles_and_says_why():
    with closing_all(Desk()) as (desk,):
        rows = desk.rows(desk.path("wider.filter"), "--against")
        assert [row["id"] for row in rows["gained"]] == ["f"] and [row["id"] for row in rows["lost"]] == ["a", "b"], rows
        assert rows["gained"][0]["now"]["path"] == ["diga"]
        assert rows["gained"][0]["was"]["missing"], rows["gained"]
        assert any("inchiesta" in why for why in rows["lost"][0]["now"]["missing"]), rows["lost"][0]["now"]
        assert rows["lost"][0]["was"]["matched"]
        summary = rows["summary"][0]
        assert (summary["gained"], summary["lost"], summary["old"]["alerts"], summary["new"]["alerts"]) == (1, 2, 2, 3)
        named = desk.rows(desk.path("wider.filter"), "--against", "opere")
        assert named == rows
        back = desk.rows("opere", "--against", desk.path("wider.filter"))
        assert [row["id"] for row in back["lost"]] == ["f"] and [row["id"] for row in back["gained"]] == ["a", "b"]
        out = desk.backtest(desk.path("wider.filter"), "--against").stdout
        assert "1 article is gained:" in out and "2 articles are lost:" in out and "articles gained: 1, lost: 2" in out, out
        assert re.search(r"^\+ 2026-11-05 10:00  La \[diga\] di Pontelungo", out, re.M), out
        assert re.search(r"now: NOT inchiesta: it stands in the body", out), out
        same = desk.backtest("opere", "--against", "opere").stdout
        assert "Both find exactly the same articles." in same, same


def people_read_a_list_plots_and_a_forecast():
    with closing_all(Desk()) as (desk,):
        out = desk.backtest("opere").stdout
        assert re.search(r"^2026-11-02 07:00  high      Crolla il \[viadotto\] di Valtorta", out, re.M), out
        assert "    = 2026-11-02 07:40  Corriere: Crolla il viadotto" in out
        assert "    + 2026-11-02 09:00  Giornale: Valtorta" in out, out
        assert re.search(r"^  2026-11-02    1 █+ \(3\)$", out, re.M) and re.search(r"^  2026-11-03    0  \(1\)$", out, re.M), out
        assert "articles matched: 4; alerts: 2, further reports of their stories: 1, duplicates: 1" in out
        assert "forecast: 0.7 alerts a day" in out, out
        assert "\033" not in out
        assert "… and 1 more alert; --limit=0 lists all" in desk.backtest("opere", "--limit", "1").stdout
        assert "forecast" in desk.backtest("opere", "--limit=0").stdout


def backtest_on_a_terminal(folder, *words, columns=80, **extra):
    status, seen = on_a_terminal([BINARY, "backtest", "--config", folder, *words], {**ENGLISH, **extra}, columns)
    assert status == 0, seen
    return seen


def colours_and_the_bar_are_for_terminals():
    with closing_all(Desk()) as (desk,):
        seen = backtest_on_a_terminal(desk.folder, "--items", desk.path("news.jsonl"), "opere")
        assert "\033[1;33mviadotto\033[0m" in seen and re.search(r"\r\[[#.]{30}\] \d+/\d+", seen), seen
        plain = backtest_on_a_terminal(desk.folder, "--items", desk.path("news.jsonl"), "opere", NO_COLOR="1")
        assert "\033[1" not in plain and "[viadotto]" in plain, plain
        done = desk.backtest("opere")
        assert not done.stderr, done.stderr


def the_plot_fits_the_terminal():
    with closing_all(Desk()) as (desk,):
        for columns, most in ((80, 40), (50, 23)):
            seen = backtest_on_a_terminal(desk.folder, "--items", desk.path("news.jsonl"), "opere", columns=columns)
            rows = re.findall(r"^  2026-11-0\d .*$", seen.replace("\r", ""), re.M)
            assert len(rows) == 3 and max(row.count("█") for row in rows) == most, (columns, rows)
            assert max(len(row) for row in rows) <= columns, (columns, rows)


def a_period_leaves_out_what_is_outside():
    with closing_all(Desk()) as (desk,):
        assert desk.rows("opere", "--since", "2026-11-03")["summary"][0]["articles"] == 3
        assert desk.rows("opere", "--until", "2026-11-03")["summary"][0]["articles"] == 3
        found = desk.rows("opere", "--since", "2026-11-02", "--until", "2026-11-02T08:00:00")
        assert [a["id"] for alert in found["alert"] for a in alert["articles"]] == ["a", "b"], found


def the_archive_is_replayed_and_left_as_it_is():
    with closing_all(FeedServer()) as (server,):
        texts = [("a", BRIDGE, "Mon, 02 Nov 2026 07:00:00 GMT"), ("b", BRIDGE, "Mon, 02 Nov 2026 07:40:00 GMT"),
                 ("d", CHEESE, "Tue, 03 Nov 2026 12:00:00 GMT"), ("e", HARBOUR, "Thu, 05 Nov 2026 21:00:00 GMT")]
        server.put("/feed", rss([dict(guid=n, title=t[0], text=t[1], date=d, link="http://x.example/" + n)
                                 for n, t, d in texts]))
        with closing_all(Desk(feeds=[server.url("/feed")])) as (desk,):
            desk.command("poll", check=0)
            with open(desk.path("state/vedetta.db"), "rb") as store:
                before = store.read()
            rows = desk.rows("opere", items=None)
            assert rows["summary"][0]["articles"] == 4 and rows["summary"][0]["new"]["alerts"] == 2, rows
            links = [[a["link"][-1] for a in alert["articles"]] for alert in rows["alert"]]
            assert links == [["a", "b"], ["e"]], links
            article = rows["alert"][0]["articles"][0]
            assert json.loads(desk.command("why", "--json", article["id"], check=0).stdout)["title"] == BRIDGE[0]
            assert desk.rows("opere", "--since", "2026-11-03", items=None)["summary"][0]["articles"] == 2
            wider = desk.rows(desk.path("wider.filter"), "--against", items=None)
            assert [row["link"][-1] for row in wider["lost"]] == ["a", "b"] and "gained" not in wider, wider
            with open(desk.path("state/vedetta.db"), "rb") as store:
                assert store.read() == before


def several_filters_are_told_apart():
    with closing_all(Desk()) as (desk,):
        desk.write("two.filter", 'filter "dighe" { when = "diga" }\nfilter "ponti" { when = "ponte" }\n')
        rows = desk.rows(desk.path("two.filter"))
        assert rows["summary"][0]["alerts_by_filter"] == {"dighe": 1, "ponti": 1}, rows["summary"]
        assert [alert["filter"] for alert in rows["alert"]] == ["dighe", "ponti"]
        desk.write("filters/dighe.filter", 'filter "dighe" { when = "diga" }\n')
        assert len(desk.rows("*")["summary"][0]["alerts_by_filter"]) == 2
        # of a file only its own filters count, not those it includes
        desk.write("three.filter", 'include("two.filter")\nfilter "malga" { when = "malga AND NOT filter:dighe" }\n')
        assert desk.rows(desk.path("three.filter"))["summary"][0]["alerts_by_filter"] == {"malga": 1}


def what_is_no_article_is_said_and_the_rest_goes_on():
    with closing_all(Desk()) as (desk,):
        desk.write("bad.jsonl", NEWS + "{broken\n\n[1]\n" + json.dumps({"id": "z", "title": "Un ponte", "body": ""}) + "\n")
        done = desk.backtest("opere", items="bad.jsonl", check=1)
        assert "bad.jsonl:7: no article" in done.stderr and "bad.jsonl:9: no article: not an object" in done.stderr, done
        assert "2 lines were no articles" in done.stdout and "1 article has no date and counts for today" in done.stdout
        desk.write("empty.jsonl", "")
        out = desk.backtest("opere", items="empty.jsonl").stdout
        assert "0 articles looked at" in out and "forecast" not in out, out


def wrong_words_are_answered():
    with closing_all(Desk()) as (desk,):
        done = desk.backtest("oper", check=1)
        assert "no filter in force is 'oper'; did you mean opere" in done.stderr, done.stderr
        desk.backtest(check=2)
        desk.backtest("opere", "--since", "yesterday", check=2)
        desk.backtest("opere", "--limit", "-1", check=2)
        desk.backtest("opere", desk.path("wider.filter"), check=2)
        assert "missing.jsonl" in desk.backtest("opere", items="missing.jsonl", check=2).stderr
        desk.write("broken.filter", 'filter "x" { when = "a AND" }\n')
        assert "broken.filter:1:" in desk.backtest(desk.path("broken.filter"), check=2).stderr
        desk.write("other.filter", 'filter "neu" { when = "ponte" }\n')
        assert "no filter in force is 'neu'" in desk.backtest(desk.path("other.filter"), "--against", check=1).stderr
        pipe = desk.path("pipe")
        os.mkfifo(pipe)
        keep = os.open(pipe, os.O_RDWR)
        assert "not a file that can be read twice" in desk.backtest("opere", items="pipe", check=2).stderr
        os.close(keep)
        assert desk.backtest("opere", items=None, check=1).stderr  # no store yet


def a_file_of_many_articles_takes_little_memory():
    if "ASAN_OPTIONS" in os.environ:
        print("     (sanitizers keep what was freed)")
        return
    with closing_all(Desk()) as (desk,):
        peaks = []
        for count in (2000, 40000):
            with open(desk.path("many.jsonl"), "w", encoding="utf-8") as out:
                for n in range(count):
                    out.write(json.dumps({"id": str(n), "title": "Cronaca %d" % n, "body": CHEESE[1] * 3,
                                          "published": "2026-11-%02dT08:00:00Z" % (n % 20 + 1)}) + "\n")
            with tempfile.NamedTemporaryFile() as times:
                subprocess.run([sys.executable, "-c", "import resource, subprocess, sys\n"
                                "subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)\n"
                                "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))",
                                times.name, BINARY, "backtest", "--config", desk.folder, "--items",
                                desk.path("many.jsonl"), "opere"], env=ENGLISH, check=True, timeout=PATIENCE * 4)
                peaks.append(int(times.read()))
        assert peaks[1] < peaks[0] + 4096, "%d KiB for 2,000 articles, %d for 40,000" % tuple(peaks)


run_tests([one_story_is_one_alert_however_many_tell_it, the_order_of_the_file_does_not_matter,
           a_change_gains_and_loses_exactly_these_articles_and_says_why, people_read_a_list_plots_and_a_forecast,
           colours_and_the_bar_are_for_terminals, the_plot_fits_the_terminal, a_period_leaves_out_what_is_outside,
           the_archive_is_replayed_and_left_as_it_is, several_filters_are_told_apart,
           what_is_no_article_is_said_and_the_rest_goes_on, wrong_words_are_answered,
           a_file_of_many_articles_takes_little_memory])
