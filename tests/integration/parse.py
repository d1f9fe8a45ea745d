#!/usr/bin/python3
"""vedetta parse: documents through the sandboxed worker, as users and benchmarks call it."""
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, SOURCE, run_tests  # noqa: E402

RSS = ('<rss version="2.0"><channel><title>Prova</title><link>https://example.org/</link><item><title>Perché &amp; come</title>'
       '<link>/uno?a=1&amp;b=2</link><guid isPermaLink="false">id-1</guid><description>&lt;p&gt;a&lt;/p&gt;&lt;p&gt;b&lt;/p&gt;</description>'
       '<pubDate>Fri, 14 Nov 2025 10:00:00 +0100</pubDate><category>Esteri</category></item></channel></rss>')
JSON_FEED = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Prova", "items": [{"id": "1", "title": "Uno"}]})


def parse(*args, stdin=None):
    return subprocess.run([BINARY, "parse", *args], capture_output=True, timeout=120, input=stdin)


class Documents:
    """Files with these bytes, in a folder that goes away."""

    def __init__(self, *documents):
        self.folder = tempfile.TemporaryDirectory()
        self.paths = []
        for n, document in enumerate(documents):
            self.paths.append(os.path.join(self.folder.name, "%03d" % n))
            with open(self.paths[-1], "wb") as out:
                out.write(document if isinstance(document, bytes) else document.encode())

    def __enter__(self):
        return self.paths

    def __exit__(self, *_):
        self.folder.cleanup()


def one_document_is_one_json_object():
    with Documents(RSS) as paths:
        done = parse("--url", "https://example.org/feed.xml", *paths)
    assert done.returncode == 0 and not done.stderr, done
    answer = json.loads(done.stdout)
    assert answer["parse"] == "ok"
    assert answer["feed"] == {"format": "rss2.0", "title": "Prova", "link": "https://example.org/", "language": None}
    item = answer["items"][0]
    assert item["title"] == "Perché & come" and item["id"] == "id-1" and item["summary"] == "a\nb"
    assert item["link"] == "https://example.org/uno?a=1&b=2"
    assert item["published"] == "2025-11-14T09:00:00Z" and item["categories"] == ["Esteri"]


def json_feeds_live_in_the_sandbox_too():
    with Documents(JSON_FEED) as paths:
        done = parse(*paths)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["items"][0]["title"] == "Uno"


def regions_of_the_time_zone_database_need_no_files():
    dates = {"14 Jul 2025 10:00:00 Europe/Rome": "2025-07-14T08:00:00Z", "14 Nov 2025 10:00:00 America/New_York": "2025-11-14T15:00:00Z",
             "14 Nov 2025 10:00:00 Asia/Pyongyang": "2025-11-14T01:00:00Z", "14 Nov 2025 10:00:00 Nowhere/Land": "2025-11-14T10:00:00Z"}
    for date, expected in dates.items():
        with Documents(RSS.replace("Fri, 14 Nov 2025 10:00:00 +0100", date)) as paths:
            done = parse(*paths)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["items"][0]["published"] == expected, date


def the_standard_input_is_a_file():
    done = parse("-", stdin=RSS.encode())
    assert done.returncode == 0 and json.loads(done.stdout)["feed"]["title"] == "Prova"


def the_content_type_decides_the_encoding():
    with Documents(b"<rss><channel><title>\xcc\xee\xf1\xea\xe2\xe0</title></channel></rss>") as paths:
        done = parse("--content-type", "text/xml; charset=windows-1251", *paths)
    assert json.loads(done.stdout)["feed"]["title"] == "Москва"


def what_is_no_feed_is_refused_with_the_reason():
    with Documents("<html><body>x</body></html>") as paths:
        done = parse(*paths)
    assert done.returncode == 1 and not done.stdout
    assert b"<html>" in done.stderr, done.stderr
    assert parse("/nowhere/at/all").returncode == 1
    assert parse().returncode == 2


def a_batch_says_for_each_file_what_came_of_it():
    with Documents(RSS, "no feed", JSON_FEED, "") as paths:
        done = parse("--batch", *paths, "/nowhere/at/all")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == paths + ["/nowhere/at/all"]
    assert [line["parse"] for line in lines] == ["ok", "error", "ok", "error", "error"], lines
    assert all(line["error"] for line in lines if line["parse"] == "error")


def terminals_are_sent_no_commands():
    with Documents("<rss><channel><title>a\xc2\x9d0;x\xc2\x90 \x1b[31mb</title></channel></rss>".encode("latin-1")) as paths:
        done = parse(*paths)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout and b"\xc2\x9d" not in done.stdout and b"\xc2\x90" not in done.stdout, done.stdout


def every_seed_of_the_fuzzers_gets_a_sound_answer():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, os.path.join(SOURCE, "tests", "fuzz", "seeds.py"), folder], check=True)
        files = sorted(os.path.join(folder, kind, name) for kind in ("feed", "json", "html", "page", "wire")
                       for name in os.listdir(os.path.join(folder, kind)))
        done = parse("--batch", *files)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == files
    for line in lines:
        assert line["parse"] == "ok" or "worker" not in line["error"], line
    assert sum(line["parse"] == "ok" for line in lines) > 180


def of_length(len_, text):
    """A feed of `len_` bytes whose item says `text`, filled up where nobody reads."""
    around = '<rss version="2.0"><channel><title>%s</title><!--%s--><item><guid>1</guid><description>%s</description></item></channel></rss>'
    return around % (len_, "x" * (len_ - len(around % (len_, "", text))), text)


def documents_of_any_size_come_through():
    window, request = 1 << 20, 5 + 2 * 4 + 2 * 4
    lens = [2000, window - request - 1000] + list(range(window - request - 40, window - request + 41, 4)) + [window, window + 1, 3 << 20, 2000]
    with Documents(*[of_length(len_, "parola " * 20) for len_ in lens]) as paths:
        done = parse("--batch", *paths)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["feed"]["title"] for line in lines] == [str(len_) for len_ in lens], done
    assert all(line["items"][0]["summary"] == ("parola " * 20).strip() for line in lines)


def answers_of_any_size_come_through():
    counts = [1, 9, 10, 11, 12, 40, 1]
    item = "<item><guid>%d</guid><description>" + "a" * 100000 + "</description></item>"
    with Documents(*['<rss version="2.0"><channel><title>T</title>%s</channel></rss>' % "".join(item % n for n in range(count)) for count in counts]) as paths:
        done = parse("--batch", *paths)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [[i["id"] for i in line["items"]] for line in lines] == [[str(n) for n in range(count)] for count in counts]
    assert all(i["summary"] == "a" * 100000 for line in lines for i in line["items"])


def a_hostile_document_costs_itself_alone():
    bomb = '<!DOCTYPE r [<!ENTITY a "x">' + "".join('<!ENTITY a%d "&a%d;&a%d;">' % (n + 1, n, n) for n in range(40)) + "]><rss>&a40;</rss>"
    attributes = "<rss><channel><item " + " ".join("a%d=''" % n for n in range(100000)) + "/></channel></rss>"
    deep = "<rss><channel><item>" + "<b>" * 200000
    entity = '<!DOCTYPE r [<!ENTITY x SYSTEM "file://%s">]><rss><channel><title>[&x;]</title></channel></rss>' % os.path.abspath(__file__)
    with Documents(RSS, bomb, RSS, attributes, RSS, deep, RSS, entity, RSS, b"<" * (11 << 20), RSS) as paths:
        done = parse("--batch", *paths)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["parse"] for line in lines[0::2]] == ["ok"] * 6, lines
    assert [line["parse"] for line in lines[1::2]] == ["error", "error", "error", "ok", "error"], lines[1::2]
    assert lines[7]["feed"]["title"] == "[]"


run_tests([one_document_is_one_json_object, json_feeds_live_in_the_sandbox_too, the_standard_input_is_a_file,
           regions_of_the_time_zone_database_need_no_files,
           the_content_type_decides_the_encoding, what_is_no_feed_is_refused_with_the_reason,
           a_batch_says_for_each_file_what_came_of_it, terminals_are_sent_no_commands,
           documents_of_any_size_come_through, answers_of_any_size_come_through,
           every_seed_of_the_fuzzers_gets_a_sound_answer, a_hostile_document_costs_itself_alone])
