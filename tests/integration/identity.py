#!/usr/bin/python3
"""Which article an entry is, through the whole service: whatever a publisher does to ids, titles, order and dates, each article is
told once, and none is lost."""
import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import FeedServer, Service, closing_all, rss, run_tests  # noqa: E402

CONF = 'channel "log" { type = log file = "alerts.jsonl" }\nroute "all" { filters = { "*" } channels = { "log" } }\n'
FILTER = 'filter "all" { title = "All" when = "notizia" }\n'
SUBJECTS = ("Sciopero dei treni a Roma venerdì prossimo", "Kim Jong-un arriva a Vladivostok", "La Juventus vince a Torino",
            "Terremoto in Giappone, allerta tsunami", "Nuovo governo in Portogallo", "Alluvione in Emilia, migliaia di sfollati",
            "Premio Nobel per la chimica", "Borsa di Milano in rialzo", "Eruzione dell'Etna, chiuso l'aeroporto", "Accordo sul gas azero")
TEXTS = ("Fermi autobus, metropolitane, tram per ventiquattro ore.", "Il convoglio blindato ha passato la frontiera di Khasan.",
         "Doppietta del centravanti nel secondo tempo.", "Scossa di magnitudo sette al largo di Honshu.", "Il premier giura davanti al presidente.",
         "Fiumi esondati, strade interrotte, scuole chiuse.", "Premiati tre ricercatori per le proteine.", "Bene banche, energia, automobili.",
         "Cenere vulcanica sulla pista di Catania.", "Forniture per dieci anni attraverso il gasdotto.")


def item(n, **changes):
    made = dict(guid="g%d" % n, title="Notizia: " + SUBJECTS[n], link="http://esempio.invalid/%d" % n, text=TEXTS[n])
    made.update(changes)
    return made


class Feed:
    """A feed of the service; each publish() is one poll of it."""

    def __init__(self, conf="", count=1):
        self.server = FeedServer()
        self.urls = [self.server.url("/f%d" % n) for n in range(count)]
        self.service = Service("backlog = 365d\n" + CONF + conf, self.urls, {"all": FILTER})
        self.log = ""

    def close(self):
        self.service.close()
        self.server.close()

    def publish(self, *items):
        """(new, edited, alerts so far)"""
        document = "".join(items) if items and isinstance(items[0], str) else rss(items)
        for n in range(len(self.urls)):
            self.server.put("/f%d" % n, document)
        done = self.service.command("poll", "--json", "--force", check=0)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.log += done.stderr
        assert all(row.get("error") is None for row in rows), rows
        return sum(row["new"] for row in rows), sum(row["edited"] for row in rows), len(self.told())

    def told(self):
        return [record for record in self.service.alerts() if record["vedetta"]["kind"] == "alert"]


def check(*polls):
    """Pairs of items and what their poll must come to."""
    with closing_all(Feed()) as (feed,):
        for items, expected in polls:
            came = feed.publish(*items)
            assert came == expected, (came, expected, items)
        return feed.log


def ids_that_change_at_every_poll_tell_nothing_again():
    check(*[([item(n, guid="r%d-%d" % (poll, n)) for n in range(4)], (4, 0, 4) if poll == 0 else (0, 0, 4)) for poll in range(5)])


def a_new_article_among_changing_ids_is_told():
    check(([item(n, guid="a%d" % n) for n in range(4)], (4, 0, 4)), ([item(n, guid="b%d" % n) for n in range(5)], (1, 0, 5)))


def an_id_that_is_given_to_another_article_loses_none():
    first, second, third = (item(n, guid="latest") for n in range(3))
    check(([first], (1, 0, 1)), ([second], (1, 0, 2)), ([second, item(9)], (1, 0, 3)), ([third, item(9)], (1, 0, 4)), ([third, first], (0, 0, 4)))


def one_id_for_all_articles_of_a_document_loses_none():
    check(([item(n, guid="feed") for n in range(3)], (3, 0, 3)), ([item(n, guid="feed") for n in range(4)], (1, 0, 4)))


def the_same_article_twice_in_a_document_is_told_once():
    check(([item(1), item(1), item(1, title="Notizia: due volte")], (1, 0, 1)), ([item(1), item(1)], (0, 0, 1)))


def an_edited_title_is_an_update_and_no_news():
    edit = item(1, title="Notizia: Kim Jong-un è arrivato a Vladivostok, l'incontro è cominciato")
    check(([item(1)], (1, 0, 1)), ([edit], (0, 1, 1)), ([edit], (0, 0, 1)), ([item(1)], (0, 1, 1)))


def an_edited_title_that_changes_the_link_is_an_update():
    check(([item(1)], (1, 0, 1)), ([item(1, title="Notizia: l'incontro di Vladivostok", link="http://esempio.invalid/incontro")], (0, 1, 1)))


def articles_that_vanish_and_return_are_known():
    all_of_them = [item(n) for n in range(5)]
    check((all_of_them, (5, 0, 5)), (all_of_them[:1], (0, 0, 5)), ([], (0, 0, 5)), (all_of_them[1:], (0, 0, 5)), (all_of_them, (0, 0, 5)))


def the_order_of_entries_says_nothing():
    all_of_them, shuffled = [item(n) for n in range(6)], [item(n) for n in range(6)]
    random.Random(3).shuffle(shuffled)
    check((all_of_them, (6, 0, 6)), (all_of_them[::-1], (0, 0, 6)), (shuffled, (0, 0, 6)), ([item(7)] + shuffled, (1, 0, 7)))


def entries_without_ids_go_by_their_links_and_without_links_by_title_and_date():
    bare = [item(n, guid=None) for n in range(3)]
    tracked = [dict(i, link=i["link"].replace("http://", "https://www.") + "?utm_source=rss#top") for i in bare]
    check((bare, (3, 0, 3)), (tracked, (0, 0, 3)))
    dated = [item(n, guid=None, link=None, date="Mon, 02 Nov 2026 0%d:00:00 GMT" % n) for n in range(3)]
    check((dated, (3, 0, 3)), (dated[::-1], (0, 0, 3)), (dated + [item(5, guid=None, link=None)], (1, 0, 4)))


def a_guid_that_lies_about_being_a_link_is_an_id_all_the_same():
    document = ('<rss version="2.0"><channel><title>x</title><item><guid isPermaLink="true">not a link</guid><title>Notizia: %s</title>'
                '<link>http://esempio.invalid/1</link></item></channel></rss>')
    check(([document % SUBJECTS[1]], (1, 0, 1)), ([document % (SUBJECTS[1] + " oggi")], (0, 1, 1)))


def a_site_that_moved_tells_nothing_and_says_so_once():
    before, after = [item(n) for n in range(8)], [item(n, guid="https://www.esempio.invalid/?p=%d" % n) for n in range(8)]
    with closing_all(Feed()) as (feed,):
        assert feed.publish(*before) == (8, 0, 8)
        assert feed.publish(*after) == (0, 0, 8)
        assert feed.publish(*after[::-1]) == (0, 0, 8)
        assert feed.publish(*after, item(9)) == (1, 0, 9)
        assert feed.log.count("feed.renamed") == 1, feed.log


def a_few_new_ids_are_no_move():
    log = check(([item(n) for n in range(8)], (8, 0, 8)), ([item(0, guid="n0"), item(1, guid="n1")] + [item(n) for n in range(2, 8)], (0, 0, 8)))
    assert "feed.renamed" not in log


def no_date_hides_an_article():
    odd = ("Thu, 01 Jan 1970 00:00:00 GMT", "Sat, 01 Jan 2099 00:00:00 GMT", "0001-01-01T00:00:00Z", "Fri, 31 Dec 9999 23:59:59 GMT", "ieri",
           "", "lun, 2 nov 2026 08:00:00 +0100", "31 Dec 69 12:00:00 GMT")
    with closing_all(Feed()) as (feed,):
        feed.publish(item(9))
        assert feed.publish(item(9), *[item(n, date=date) for n, date in enumerate(odd)]) == (len(odd), 0, len(odd) + 1)
        import datetime
        now = datetime.datetime.now(datetime.timezone.utc)
        listed = json.loads(feed.service.command("feeds", "list", "--json", check=0).stdout)
        newest = datetime.datetime.fromisoformat(listed["newest"].replace("Z", "+00:00"))
        assert newest <= now, listed


def an_article_of_thirty_feeds_is_one_alert():
    with closing_all(Feed(count=30)) as (feed,):
        assert feed.publish(item(1)) == (30, 0, 1), feed.told()


def errors_of_a_document_are_noted_once_a_day():
    broken = rss([item(n) for n in range(4)]).replace("<link>http://esempio.invalid/2", "<br><link>http://esempio.invalid/2").replace("Il convoglio", "Il & convoglio")
    with closing_all(Feed()) as (feed,):
        for n in range(3):
            new, _, _ = feed.publish(broken + " " * n)
            assert new == (0 if n else 4), new
        assert feed.log.count("feed.errors") == 1, feed.log
        assert "errors" in json.loads(feed.service.command("feeds", "list", "--json", check=0).stdout)["error"]


def a_first_poll_of_a_full_feed_is_no_storm():
    with closing_all(Feed()) as (feed,):
        feed.service.write("vedetta.conf", feed.service.read("vedetta.conf").replace("backlog = 365d\n", ""))
        assert feed.publish(*[item(n) for n in range(9)]) == (9, 0, 0)
        assert feed.publish(*[item(n) for n in range(10)]) == (1, 0, 1)


run_tests([test for name, test in list(globals().items())
           if callable(test) and getattr(test, "__module__", "") == "__main__" and not isinstance(test, type) and
           name not in ("item", "check") and (len(sys.argv) < 2 or name in sys.argv[1:])])
