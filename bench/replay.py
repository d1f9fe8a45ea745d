#!/usr/bin/python3
"""Replay captured feeds through the whole service, over loopback, and say what it raised.

usage: replay.py series FOLDER             successive polls of one feed a folder: each item once, no alert twice
       replay.py streams FOLDER [FILTER] [--stories]
                                           days of items of many outlets (DAY.jsonl.gz, TRUTH.tsv): alerts a day, verdict
                                           on every row of TRUTH; --stories lists what was folded into each story

Series of feed documents may stand in subfolders, one file a poll, named in order. The captures themselves are not part
of the project. VEDETTA names the binary; libfaketime puts each day at its date.
"""
import collections
import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "lib"))
import vedetta  # noqa: E402

CONF = ('backlog = 30d\nlog_level = warning\nchannel "log" { type = log file = "alerts.jsonl" }\n'
        'route "all" { filters = { "*" } channels = { "log" } }\n')
LIBRARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "filters", "library", "russia-corea-del-nord.filter")
# Everything matches: so that each item can be counted once.
EVERYTHING = 'filter "all" { title = "All" when = "/./" }\n'


def poll_at(service, when):
    env = dict(service.environment(clock=when and "@" + when), TZ="UTC")
    done = subprocess.run([vedetta.BINARY, "poll", "--config", service.folder, "--json", "--force"], env=env, capture_output=True,
                          text=True, timeout=600)
    if done.returncode:
        sys.exit("poll failed: %s" % done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def fresh_records(service, seen):
    records = service.alerts()
    fresh = records[len(seen):]
    seen.extend(fresh)
    return fresh


# ---- series ----------------------------------------------------------------------------------------------------

def guids(document):
    return re.findall(rb"<guid[^>]*>(.*?)</guid>", document, re.S)


def series(folder):
    wrong = 0
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if not os.path.isdir(path):
            continue
        with vedetta.closing_all(vedetta.FeedServer()) as (server,):
            with vedetta.closing_all(vedetta.Service(CONF, [server.url("/feed")], {"all": EVERYTHING})) as (service,):
                ids, new, edited, polls = set(), 0, 0, 0
                for poll in sorted(os.listdir(path)):
                    with open(os.path.join(path, poll), "rb") as source:
                        document = source.read()
                    ids.update(guids(document))
                    server.put("/feed", document, "application/rss+xml")
                    stamp = re.match(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", poll)
                    (summary,) = poll_at(service, "%s-%s-%s %s:%s:%s" % stamp.groups() if stamp else "")
                    new, edited, polls = new + summary["new"], edited + summary["edited"], polls + 1
                told = collections.Counter(item["article"] for record in service.alerts() for item in record["vedetta"]["items"]
                                           if record["vedetta"]["kind"] == "alert")
                again = sum(1 for count in told.values() if count > 1)
                alerts = len({(r["vedetta"]["alert"]) for r in service.alerts()})
                right = new == len(ids) and not again
                wrong += not right
                print("%-36s %2d polls, %4d ids, %4d articles, %2d edits, %4d alerts, %d told twice  %s" %
                      (name, polls, len(ids), new, edited, alerts, again, "ok" if right else "WRONG"))
    return wrong


# ---- streams ---------------------------------------------------------------------------------------------------

def slug(outlet):
    return "/" + re.sub(r"[^a-z0-9]+", "-", outlet.lower())


def truth(folder):
    rows = {}
    with open(os.path.join(folder, "TRUTH.tsv"), encoding="utf-8") as source:
        next(source)
        for line in source:
            day, number, outlet, kind, why = line.rstrip("\n").split("\t")
            rows[(day, int(number))] = (kind, outlet, why)
    return rows


def publish(server, day, lines):
    outlets = collections.defaultdict(list)
    for number, line in enumerate(lines, 1):
        item = json.loads(line)
        outlets[item["source"]].append({
            "guid": "%s-%d" % (day, number), "title": item["title"], "link": "https://captures.invalid/%s/%d" % (day, number),
            "text": item["description"], "date": item["date"], "author": item["author"]})
    for outlet, items in outlets.items():
        server.put(slug(outlet), vedetta.rss(items, title=outlet.replace("&", "&amp;")), "application/rss+xml")
    return outlets


def list_stories(service):
    """What was folded: the first article of each story, and those that joined it, with how and how like."""
    store = sqlite3.connect("file:%s?mode=ro" % service.path("state/vedetta.db"), uri=True)
    rows = store.execute("SELECT m.story, m.relation, m.likeness, t.title, s.outlet FROM story_article m JOIN article a ON a.uid = m.article"
                         " JOIN article_text t ON t.id = a.id JOIN source s ON s.id = a.source"
                         " ORDER BY m.story, m.joined_at, m.relation").fetchall()
    stories = collections.defaultdict(list)
    for story, relation, likeness, title, outlet in rows:
        stories[story].append((relation, likeness, title, outlet))
    folded = [members for members in stories.values() if len(members) > 1]
    for members in folded:
        print()
        for relation, likeness, title, outlet in sorted(members):
            print("  %-9s %.2f  %s (%s)" % (("first", "duplicate", "joined")[relation], likeness, title, outlet))
    print("\n%d articles matched, %d stories, %d of them of several articles" % (len(rows), len(stories), len(folded)))


def streams(folder, path):
    with open(path, encoding="utf-8") as source:
        text = source.read()
    rows, days = truth(folder), sorted(n[:10] for n in os.listdir(folder) if n.endswith(".jsonl.gz"))
    with vedetta.closing_all(vedetta.FeedServer()) as (server,):
        with vedetta.closing_all(vedetta.Service(CONF, [], {"subject": text})) as (service,):
            known, seen, told, items = set(), [], {}, 0
            for day in days:
                with gzip.open(os.path.join(folder, day + ".jsonl.gz"), "rt", encoding="utf-8") as source:
                    lines = source.readlines()
                for documents in list(server.documents):
                    server.put(documents, vedetta.rss([]), "application/rss+xml")
                known |= {(slug(outlet), outlet) for outlet in publish(server, day, lines)}
                service.feeds([(server.url(p), {"title": o.replace("&", "&amp;"), "owner": o.replace("&", "&amp;")}) for p, o in sorted(known)])
                summaries = poll_at(service, day + " 23:59:00")
                items += sum(s["new"] for s in summaries)
                fresh = fresh_records(service, seen)
                for record in fresh:
                    for item in record["vedetta"]["items"]:
                        number = int(item["link"].rsplit("/", 1)[1])
                        told.setdefault((day, number), (record["vedetta"]["kind"], item["title"]))
                print("%s  %4d items  %2d alerts" % (day, sum(s["new"] for s in summaries), len(fresh)))
            print("%d items in %d days: %d messages, %.2f a day" % (items, len(days), len(seen), len(seen) / len(days)))
            wrong = 0
            for (day, number), (kind, outlet, why) in sorted(rows.items()):
                raised = (day, number) in told
                bad = (kind == "subject" and not raised) or (kind == "off" and raised)
                wrong += bad
                print("%s %4d  %-8s %-7s %s  (%s: %s)" % (day, number, kind, "ALERT" if raised else "-", "WRONG" if bad else "ok", outlet, why))
            for place, (kind, title) in sorted(told.items()):
                if place not in rows:
                    print("%s %4d  outside TRUTH, %s: %s" % (*place, kind, title))
            if "--stories" in sys.argv:
                list_stories(service)
            return wrong


if len(sys.argv) < 3 or sys.argv[1] not in ("series", "streams"):
    sys.exit(__doc__)
words = [w for w in sys.argv[2:] if not w.startswith("--")]
sys.exit(1 if (series(words[0]) if sys.argv[1] == "series" else streams(words[0], words[1] if len(words) > 1 else LIBRARY)) else 0)
