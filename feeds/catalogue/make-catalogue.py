#!/usr/bin/python3
"""Make the catalogue's OPML files from a table of feeds.

usage: make-catalogue.py FEEDS.csv [FOLDER]

The table has the columns name, feed_url, site_url, country, lang, kind, topics, state_media, confidence. Only rows whose
address was verified or seen are taken. Owners are those of OWNERS, by the site's domain; where it says nothing, a site
is its own owner.
"""
import csv
import os
import re
import sys
import urllib.parse
from xml.sax.saxutils import quoteattr

# Publishing houses with several outlets: one independent voice each, whatever the number of mastheads.
OWNERS = {
    "GEDI": "repubblica.it lastampa.it huffingtonpost.it limesonline.com",
    "RCS MediaGroup": "corriere.it elmundo.es",
    "Caltagirone Editore": "ilmessaggero.it ilmattino.it ilgazzettino.it",
    "Gruppo Angelucci": "ilgiornale.it iltempo.it liberoquotidiano.it",
    "RAI": "rainews.it rai.it",
    "MFE": "tgcom24.mediaset.it",
    "Comcast": "tg24.sky.it news.sky.com nbcnews.com",
    "Citynews": "today.it",
    "Blue Media": "ilsecoloxix.it",
    "BBC": "bbc.com bbc.co.uk",
    "Rossiya Segodnya": "ria.ru sputnikglobe.com inosmi.ru",
    "RT": "rt.com russian.rt.com",
    "TASS": "tass.com tass.ru",
    "Federazione Russa": "kremlin.ru en.kremlin.ru mid.ru rg.ru",
    "DPRK": "kcna.kp rodong.rep.kp kcnawatch.org",
    "China Media Group": "cgtn.com",
    "Repubblica Popolare Cinese": "xinhuanet.com people.com.cn chinadaily.com.cn globaltimes.cn english.news.cn",
    "Guardian Media Group": "theguardian.com",
    "News Corp": "wsj.com thetimes.co.uk",
    "Yonhap": "yna.co.kr en.yna.co.kr",
    "KBS": "world.kbs.co.kr kbs.co.kr",
    "Deutsche Welle": "dw.com",
    "Der Spiegel": "spiegel.de",
    "Le Monde": "lemonde.fr",
    "Axel Springer": "politico.eu politico.com",
    "Meduza": "meduza.io",
    "Ukrainska Pravda": "pravda.com.ua",
    "United Nations": "un.org news.un.org press.un.org reliefweb.int who.int iaea.org",
    "USAGM": "rfa.org rferl.org voanews.com",
    "Sightline Media": "defensenews.com militarytimes.com",
    "Nikkei": "ft.com asia.nikkei.com",
    "Daily NK": "dailynk.com dailynk.jp",
    "Confindustria": "ilsole24ore.com radio24.ilsole24ore.com",
    "GMC": "adnkronos.com",
    "SEIF": "ilfattoquotidiano.it",
}

# A first selection for a desk that reads Italian and follows the world.
STARTER = """ANSA Mondo|ANSA (homepage)|AGI Estero|Adnkronos Prima pagina|askanews|Agenzia Nova|la Repubblica Esteri
Corriere della Sera Esteri|La Stampa Esteri|Il Sole 24 Ore Mondo|Il Post Mondo|Il Fatto Quotidiano Mondo|RaiNews|Formiche
ISPI|Analisi Difesa|Vatican News (Italian)|Euronews (Italian)|BBC World|Deutsche Welle World|France 24 (English)
The Guardian World|Al Jazeera|Yonhap North Korea (English)|NK News|38 North|United Nations News|TASS (English)|Kyiv Independent
Meduza (English)""".replace("\n", "|").split("|")

FOLDERS = {
    "agency": "Agencies", "newspaper": "Newspapers", "broadcaster": "Broadcasters", "public broadcaster": "Broadcasters",
    "state media": "State media", "government": "Governments", "international organisation": "International organisations",
    "think tank": "Think tanks", "blog": "Blogs", "aggregator": "Aggregators",
}


def domain(url):
    return re.sub(r"^www\.", "", urllib.parse.urlsplit(url).hostname or "")


def owner_of(row):
    host = domain(row["site_url"] or row["feed_url"])
    for owner, domains in OWNERS.items():
        if any(host == d or host.endswith("." + d) for d in domains.split()):
            return owner
    return ".".join(host.split(".")[-2:]) if not re.search(r"\.(co|com|gov|org|net)\.\w\w$", host) else ".".join(host.split(".")[-3:])


def outline(row, indent):
    fields = [("type", "rss"), ("text", row["name"]), ("xmlUrl", row["feed_url"]), ("title", row["name"]),
              ("htmlUrl", row["site_url"]), ("language", row["lang"]),
              ("category", ",".join(t for t in row["topics"].split(";") if not t.startswith("seed "))),
              ("vedetta:country", row["country"]), ("vedetta:owner", owner_of(row)), ("vedetta:kind", row["kind"]),
              ("vedetta:stateMedia", "true" if row["state_media"] == "yes" else "false"),
              ("vedetta:seen", row["confidence"])]
    return "%s<outline %s/>\n" % (indent, " ".join("%s=%s" % (name, quoteattr(value)) for name, value in fields if value))


def write(path, title, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0" xmlns:vedetta="urn:vedetta:opml:1">\n'
                  "  <head>\n    <title>%s</title>\n  </head>\n  <body>\n" % title)
        for folder in dict.fromkeys(FOLDERS.values()):
            inside = [row for row in rows if FOLDERS[row["kind"]] == folder]
            if inside:
                out.write('    <outline text="%s">\n' % folder)
                out.writelines(outline(row, "      ") for row in inside)
                out.write("    </outline>\n")
        out.write("  </body>\n</opml>\n")
    print("%s: %d feeds" % (path, len(rows)))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
    with open(sys.argv[1], newline="", encoding="utf-8") as source:
        rows = [row for row in csv.DictReader(source)
                if row["confidence"] in ("verified", "seen") and row["feed_url"] and "template" not in row["name"]]
    italian = [row for row in rows if row["country"] == "IT" or row["lang"] == "it"]
    write(os.path.join(folder, "italia.opml"), "Italia", italian)
    write(os.path.join(folder, "mondo.opml"), "Mondo", [row for row in rows if row not in italian])
    first = [row for name in STARTER for row in rows if row["name"] == name]
    for name in STARTER:
        if not any(row["name"] == name for row in first):
            print("no feed named %s" % name, file=sys.stderr)
    write(os.path.join(folder, "starter.opml"), "A first selection", first)


main()
