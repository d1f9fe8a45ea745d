#!/usr/bin/python3
"""`vedetta feeds`: subscriptions as users edit them."""
import json
import os
import sys
import xml.etree.ElementTree as tree

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import FeedServer, Service, closing_all, rss, run_tests  # noqa: E402

OURS = "{urn:vedetta:opml:1}"


def urls(service):
    return [o.get("xmlUrl") for o in tree.fromstring(service.read("feeds.opml")).iter("outline") if o.get("xmlUrl")]


def a_feed_is_added_with_its_own_title_and_removed_again():
    with closing_all(FeedServer(), Service()) as (server, service):
        server.put("/feed", rss([], title="L'Eco del Test"))
        service.command("feeds", "add", server.url("/feed"), "--folder", "Prova/Due", check=0)
        assert urls(service) == [server.url("/feed")]
        assert "L'Eco del Test" in service.read("feeds.opml")
        listed = json.loads(service.command("feeds", "list", "--json", check=0).stdout)
        assert listed["folder"] == "Prova/Due" and listed["health"] == "unpolled", listed
        service.command("feeds", "remove", "L'Eco*", check=0)
        assert urls(service) == []
        assert service.command("feeds", "remove", "nothing").returncode == 1


def the_feed_behind_a_page_is_found_with_one_request():
    with closing_all(FeedServer(), Service()) as (server, service):
        server.put("/", '<html><head><title>x</title><link rel="alternate" type="application/rss+xml" href="/news.xml">'
                   '<link rel="stylesheet" href="/s.css"></head><body>y</body></html>', "text/html")
        service.command("feeds", "add", server.url("/"), check=0)
        assert urls(service) == [server.url("/news.xml")]
        assert server.count() == 1, server.requests


def a_link_header_points_to_the_feed():
    with closing_all(FeedServer(), Service()) as (server, service):
        server.put("/", "<html><body>y</body></html>", "text/html",
                   headers=(("Link", '</atom.xml>; rel="alternate"; type="application/atom+xml"'),))
        assert service.command("feeds", "discover", server.url("/"), check=0).stdout.strip() == server.url("/atom.xml")


def of_several_feeds_the_user_chooses():
    with closing_all(FeedServer(), Service()) as (server, service):
        server.put("/", '<link rel=alternate type=application/rss+xml href=a.xml><link rel=alternate '
                   'type=application/atom+xml href=b.xml>', "text/html")
        done = service.command("feeds", "add", server.url("/"), check=1)
        assert "/a.xml" in done.stderr and "/b.xml" in done.stderr
        assert urls(service) == []
        service.command("feeds", "add", "--all", server.url("/"), check=0)
        assert len(urls(service)) == 2


def what_is_no_feed_and_points_to_none_is_refused_in_words():
    with closing_all(FeedServer(), Service()) as (server, service):
        server.put("/page", "<html><body>only text</body></html>", "text/html")
        assert "points to none" in service.command("feeds", "add", server.url("/page"), check=1).stderr
        assert "404" in service.command("feeds", "add", server.url("/absent"), check=1).stderr
        assert "not an http" in service.command("feeds", "add", "ftp://example.org/feed", check=1).stderr
        assert urls(service) == []


def import_keeps_folders_and_our_attributes_and_drops_commands():
    with closing_all(Service()) as (service,):
        service.write("other.opml", '<opml version="1.1" xmlns:vedetta="urn:vedetta:opml:1"><body><outline text="Agenzie">'
                      '<outline type="rss" text="Uno" xmlUrl="http://uno.example/f" vedetta:owner="Casa" vedetta:country="IT"'
                      ' vedetta:stateMedia="true" category="world,defence" custom="kept"/>'
                      '<outline text="cmd" xmlUrl="|rm -rf /"/><outline text="e" xmlUrl="exec:/bin/true"/></outline>'
                      '<outline text="Due" xmlUrl="https://due.example/f"/><outline text="Due bis" xmlUrl="https://DUE.example/f"/>'
                      '</body></opml>')
        done = service.command("feeds", "import", service.path("other.opml"), check=0)
        assert "2 feeds added" in done.stdout and "rm -rf" in done.stderr and "exec:" in done.stderr, done
        service.command("feeds", "export", service.path("out.opml"), check=0)
        out = tree.fromstring(service.read("out.opml"))
        folder = out.find("body/outline")
        one = folder.find("outline")
        assert folder.get("text") == "Agenzie" and one.get("xmlUrl") == "http://uno.example/f"
        assert one.get(OURS + "owner") == "Casa" and one.get(OURS + "country") == "IT" and one.get(OURS + "stateMedia") == "true"
        assert one.get("category") == "world,defence"
        assert "rm -rf" not in service.read("out.opml") and "exec:" not in service.read("out.opml")
        again = service.command("feeds", "import", service.path("out.opml"), check=0)
        assert "0 feeds added, 2 known" in again.stdout


def an_edit_leaves_what_we_do_not_know_untouched():
    with closing_all(Service()) as (service,):
        service.write("feeds.opml", '<?xml version="1.0"?><opml version="2.0"><head><title>mine</title><dateCreated>then</dateCreated>'
                      '</head><body><!-- a note --><outline text="A" xmlUrl="http://a.example/" custom="1"/></body></opml>')
        service.command("feeds", "add", "--unseen", "http://b.example/feed", check=0)
        text = service.read("feeds.opml")
        assert "a note" in text and 'custom="1"' in text and "dateCreated" in text and "http://b.example/feed" in text


def broken_opml_is_refused_with_its_line():
    with closing_all(Service()) as (service,):
        service.write("broken.opml", "<opml>\n<body>\n<outline text='x'\n</body></opml>")
        done = service.command("feeds", "import", service.path("broken.opml"), check=1)
        assert "line" in done.stderr, done.stderr
        service.write("rss.xml", rss([]))
        assert "not an OPML" in service.command("feeds", "import", service.path("rss.xml"), check=1).stderr
        assert "no such file" in service.command("feeds", "import", service.path("absent.opml"), check=1).stderr
        bomb = "<!DOCTYPE o [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
            "<!ENTITY %s '%s'>" % (chr(98 + i), ("&%s;" % chr(97 + i)) * 10) for i in range(9)) + "]><opml><body><outline text='&j;'/></body></opml>"
        service.write("bomb.opml", bomb)
        service.command("feeds", "import", service.path("bomb.opml"))
        assert len(service.read("feeds.opml")) < 100000


def the_catalogue_says_owner_language_and_state_control():
    with closing_all(Service()) as (service,):
        done = service.command("feeds", "catalogue", "--json", check=0)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(rows) > 300
        for row in rows:
            assert row["owner"] and row["language"] and row["country"] and isinstance(row["state_media"], bool), row
        state = service.command("feeds", "catalogue", "--country", "RU", "--only-state-media", check=0)
        assert "controlled by a state" in state.stdout
        service.command("feeds", "catalogue", "--country", "KP", "--add")
        before = len(urls(service))
        service.command("feeds", "catalogue", "--topic", "north korea", "--language", "en", "--add", check=0)
        assert len(urls(service)) > before
        assert service.command("feeds", "catalogue", "nosuchoutlet").returncode == 1


def rows_of(service, *words):
    done = service.command("feeds", "catalogue", "--json", *words)
    return [json.loads(line) for line in done.stdout.splitlines()]


def the_catalogue_is_chosen_by_country_language_kind_topic_owner_and_state():
    """Each choice gives exactly the rows that say so, and never all of them."""
    with closing_all(Service()) as (service,):
        everything = rows_of(service)
        topics = {topic for row in everything for topic in row["topics"].split(", ")}
        choices = [(["--" + key, value], lambda row, key=key, value=value: row.get(key) == value)
                   for key in ("country", "language", "kind") for value in sorted({row[key] for row in everything})]
        choices += [(["--topic", topic], lambda row, topic=topic: topic in row["topics"].split(", ")) for topic in sorted(topics)[:12]]
        choices += [(["--no-state-media"], lambda row: not row["state_media"]), (["--only-state-media"], lambda row: row["state_media"]),
                    (["--country", "IT", "--kind", "agency"], lambda row: row["country"] == "IT" and row["kind"] == "agency"),
                    (["rai"], lambda row: "rai" in (row["title"] + " " + row["url"] + " " + row["owner"]).lower())]
        assert len(choices) > 40, len(choices)
        for words, says_so in choices:
            wanted = [row["url"] for row in everything if says_so(row)]
            assert [row["url"] for row in rows_of(service, *words)] == wanted and 0 < len(wanted) < len(everything), words
        assert len({row["url"] for row in everything}) == len(everything)


def what_is_taken_from_the_catalogue_keeps_all_that_it_says():
    with closing_all(Service()) as (service,):
        wanted = {row["url"]: row for row in rows_of(service, "--country", "RU")}
        service.command("feeds", "catalogue", "--country", "RU", "--add", check=0)
        assert sorted(urls(service)) == sorted(wanted)
        for line in service.command("feeds", "list", "--json", check=0).stdout.splitlines():
            row = json.loads(line)
            for key in ("owner", "language", "country", "kind", "state_media"):
                assert row[key] == wanted[row["url"]][key], (key, row)
        again = service.command("feeds", "catalogue", "--country", "RU", "--add", check=0).stdout
        assert "0 feeds added, %d known already" % len(wanted) in again, again


def nested_folders_and_every_attribute_of_ours_survive_export_and_import():
    outline = ('<outline text="Mondo"><outline text="Asia"><outline text="Corea"><outline type="rss" text="Uno" xmlUrl="http://uno.example/f"'
               ' htmlUrl="http://uno.example/" language="ko" category="world,defence" vedetta:owner="Casa &amp; C." vedetta:country="KP"'
               ' vedetta:kind="agency" vedetta:stateMedia="true"/></outline></outline></outline>')
    with closing_all(Service(), Service()) as (one, two):
        one.write("in.opml", '<opml version="2.0" xmlns:vedetta="urn:vedetta:opml:1"><body>%s</body></opml>' % outline)
        one.command("feeds", "import", one.path("in.opml"), check=0)
        one.command("feeds", "export", one.path("out.opml"), check=0)
        two.command("feeds", "import", one.path("out.opml"), check=0)
        lists = [json.loads(s.command("feeds", "list", "--json", check=0).stdout) for s in (one, two)]
        assert lists[0] == lists[1] and lists[1]["folder"] == "Mondo/Asia/Corea", lists
        for key, value in dict(owner="Casa & C.", country="KP", kind="agency", language="ko", state_media=True).items():
            assert lists[1][key] == value, (key, lists[1])


def a_link_header_alone_is_added_with_one_request():
    with closing_all(FeedServer(), Service()) as (server, service):
        server.put("/", "<html><body>y</body></html>", "text/html", headers=(("Link", '</atom.xml>; rel="alternate"; type="application/atom+xml"'),))
        service.command("feeds", "add", server.url("/"), check=0)
        assert urls(service) == [server.url("/atom.xml")] and server.count() == 1, server.requests


run_tests([
    a_feed_is_added_with_its_own_title_and_removed_again,
    the_feed_behind_a_page_is_found_with_one_request,
    a_link_header_points_to_the_feed,
    of_several_feeds_the_user_chooses,
    what_is_no_feed_and_points_to_none_is_refused_in_words,
    import_keeps_folders_and_our_attributes_and_drops_commands,
    an_edit_leaves_what_we_do_not_know_untouched,
    broken_opml_is_refused_with_its_line,
    the_catalogue_says_owner_language_and_state_control,
    the_catalogue_is_chosen_by_country_language_kind_topic_owner_and_state,
    what_is_taken_from_the_catalogue_keeps_all_that_it_says,
    nested_folders_and_every_attribute_of_ours_survive_export_and_import,
    a_link_header_alone_is_added_with_one_request,
])
