#!/usr/bin/python3
"""Pictures to look at: tests/look.py FOLDER renders a digest and an alert in a browser and notifications in dunst, in
Italian and English. Needs chromium, dunst, Xvfb and ImageMagick."""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import desktop  # noqa: E402
import samples  # noqa: E402
from vedetta import FeedServer, Service, closing_all, rss, wait_for  # noqa: E402

FILTERS = ('filter "rk" { title = "%s" when = "(Russia OR Mosca OR Moscow) AND Khasan" priority = high }\n'
           'filter "p" { title = "%s" when = "ponte OR bridge" priority = critical }\n')
TITLES = {"it": ("Russia - Corea del Nord", "Ponti & viadotti"), "en": ("Russia - North Korea", "Bridges & viaducts")}
DUNST = (' font = DejaVu Sans 11\n markup = full\n format = "<b>%s</b>\\n%b"\n width = 480\n height = 300\n'
         ' origin = top-right\n offset = 15x15\n')


# as wide as a desk's client shows it, in a client that darkens pages, as narrow as a telephone
LOOKS = (("", 760, []), ("-dark", 760, ["--enable-features=WebContentsForceDark"]), ("-narrow", 500, []))


def pages(folder, language):
    for name, message, height in (("digest", samples.digest(language), 900), ("alert", samples.alert(language), 420),
                                  ("world", samples.world(language), 1800)):
        page = os.path.join(folder, "%s-%s.html" % (name, language))
        with open(page, "wb") as out:
            out.write(samples.render(message, "html"))
        with open(os.path.join(folder, "%s-%s.txt" % (name, language)), "wb") as out:
            out.write(samples.render(message, "wrapped"))
        for suffix, width, options in LOOKS:
            picture(page, page.replace(".html", suffix + ".png"), width, height if width > 600 else height * 3 // 2, options)


def picture(page, image, width, height, options):
    with tempfile.TemporaryDirectory(prefix="vedetta-look-") as profile:
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--user-data-dir=" + profile, *options,
                        "--screenshot=" + image, "--window-size=%d,%d" % (width, height), "file://" + page],
                       check=True, capture_output=True, timeout=120)


def local_news(language):
    return [(title, excerpt) for _, _, _, articles in samples.NEWS[language] for title, _, _, _, _, excerpt, _, _ in articles]


def popups(folder, language, name, news, expected):
    items = [dict(guid=str(n), title=title, text=text, link="https://esempio.invalid/%d" % n)
             for n, (title, text) in enumerate(news)]
    with closing_all(FeedServer(), desktop.Desktop()) as (server, desk):
        desk.screen("900x1400x24")
        desk.dunst(DUNST)
        server.put("/a", rss(items, "Agenzia Esempio", language))
        conf = ('backlog = 365d\nlanguage = "%s"\nchannel "d" { type = desktop away_limit = 20 }\nfeed "%s" { name = "Agenzia Esempio"\n'
                'owner = "Stato Esempio" state_media = yes }\nroute "r" { filters = { "*" } channels = { "d" } }\n'
                % (language, server.url("/a")))
        with closing_all(Service(conf, [server.url("/a")], {"f": FILTERS % TITLES[language]})) as (service,):
            env = desk.environment(service.environment())
            service.start(env=env)
            wait_for("the popups", lambda: len(desk.shown()) >= expected)
            subprocess.run(["import", "-window", "root", os.path.join(folder, "%s-%s.png" % (name, language))], env=env,
                           check=True, timeout=60)
            service.stop()


if __name__ == "__main__":
    os.makedirs(sys.argv[1], exist_ok=True)
    for language in ("it", "en"):
        pages(sys.argv[1], language)
        popups(sys.argv[1], language, "notification", local_news(language), 2)
        popups(sys.argv[1], language, "notification-world", [(title, text + " Mosca Khasan.") for _, title, _, text, _ in samples.WORLD],
               len(samples.WORLD))
