#!/usr/bin/python3
"""`vedetta derive`, `mark`, `frequencies`: example texts to a filter, and what readers say of it back into it."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, PATIENCE, SOURCE, FeedServer, Service, closing_all, rss, run_tests  # noqa: E402

EXAMPLES = os.path.join(SOURCE, "tests", "integration", "examples")


class Folder:
    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="vedetta-derive-")

    def write(self, name, text, mode="w"):
        path = os.path.join(self.path, name)
        with open(path, mode, **({} if "b" in mode else {"encoding": "utf-8"})) as out:
            out.write(text)
        return path

    def close(self):
        shutil.rmtree(self.path, ignore_errors=True)


def vedetta(*words, check=0):
    done = subprocess.run([BINARY, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=PATIENCE * 4, env=dict(os.environ, LC_ALL="C.UTF-8"))
    assert check is None or done.returncode == check, done
    return done


def examples(name):
    return os.path.join(EXAMPLES, name)


def without_remarks(text):
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def matched(flt, folder, *articles):
    lines = folder.write("articles.jsonl", "".join(
        json.dumps({"id": str(n), "title": title, "body": body}) + "\n" for n, (title, body) in enumerate(articles)))
    out = vedetta("match", "--filters", flt, lines).stdout
    return [any(v["matched"] for v in json.loads(line)["verdicts"]) for line in out.splitlines()]


def an_energy_dispute_becomes_a_filter_of_one_side():
    with closing_all(Folder()) as (folder,):
        flt = os.path.join(folder.path, "energy.filter")
        report = json.loads(vedetta("derive", examples("energy"), "-o", flt, "--json").stdout)
        entities = {e["id"]: e for e in report["entities"]}
        assert report["poles"] == ["valdora"], report["poles"]
        assert set(entities["bellandi"]["found"]) == {"Bellandi", "Marta Bellandi"}
        assert "norgas" in entities and "porto-sarno" in entities
        assert "contratto di fornitura" in [p["text"] for p in report["phrases"]]
        assert [row["found"] for row in report["held_out"]] == [True] * 5
        assert report["background"]["items"] > 50 and report["background"]["false_alerts"] == 0
        assert len(report["telling"]) == 10 and not report["warnings"]
        assert matched(flt, folder,
                       ("Valdora, udienza rinviata", "Gli avvocati di Norgas chiedono tempo sul contratto di fornitura; "
                        "il collegio di arbitrato decide sul prezzo del gas."),
                       ("Valdora, sagra del vino", "Tre giorni di festa e musica nelle cantine."),
                       ("Gas, prezzo in calo", "Le forniture dall'Algeria tornano regolari.")) == [True, False, False]


def page_furniture_reaches_no_name_and_no_phrase():
    with closing_all(Folder()) as (folder,):
        flt = os.path.join(folder.path, "energy.filter")
        vedetta("derive", examples("energy"), "-o", flt)
        with open(flt, encoding="utf-8") as lines:
            text = lines.read()
        said = without_remarks(text)
        for furniture in ("newsletter", "Embed", "Getty", "Condividi", "Leggi anche", "caldaia", "Luca Ferri"):
            assert furniture not in said, furniture
            assert furniture in text or furniture == "caldaia", furniture  # listed as dropped


def the_sale_of_a_club_becomes_a_filter_too():
    with closing_all(Folder()) as (folder,):
        flt = os.path.join(folder.path, "club.filter")
        out = vedetta("derive", examples("club"), "-o", flt, "--report").stdout
        assert "one side, atletico-mirandese" in out and "5 of 5" in out, out
        assert matched(flt, folder,
                       ("Atletico Mirandese, Halcyon chiude la cessione", "Ceduta la quota di maggioranza del club."),
                       ("L'Atletico Mirandese pareggia in trasferta", "Gol di testa al novantesimo."),
                       ("Il fondo compra una banca", "Ceduta la quota di maggioranza.")) == [True, False, False]


def two_countries_that_meet_become_two_sides():
    with closing_all(Folder()) as (folder,):
        flt = os.path.join(folder.path, "alliance.filter")
        report = json.loads(vedetta("derive", examples("alliance"), "-o", flt, "--json").stdout)
        assert sorted(report["poles"]) == ["argentina", "brasile"], report["poles"]
        # in languages that no example is in
        assert matched(flt, folder,
                       ("Brazil and Argentina open the railway", "Milei and Lula met at the border."),
                       ("Бразилия и Аргентина открыли железную дорогу", "Лула и Милей встретились на границе."),
                       ("Brazil beats Chile", "Two goals in the first half.")) == [True, True, False]


def a_law_on_asylum_becomes_a_filter_without_what_stands_around_it():
    with closing_all(Folder()) as (folder,):
        flt = os.path.join(folder.path, "migration.filter")
        report = json.loads(vedetta("derive", examples("migration"), "-o", flt, "--json").stdout)
        entities = {e["id"]: e for e in report["entities"]}
        phrases = {p["text"] for p in report["phrases"]}
        assert report["poles"] == ["approdi"] and not report["warnings"], report
        assert entities["livia-corvara"]["kind"] == "person"
        assert set(entities["rocco-ammirata"]["found"]) == {"Rocco Ammirata", "Ammirata"}
        assert {"centri di trattenimento", "domande di asilo", "procedure di frontiera"} <= phrases, phrases
        assert [row["found"] and row["lead_found"] for row in report["held_out"]] == [True] * 5
        assert report["background"]["false_alerts"] == 0
        with open(flt, encoding="utf-8") as lines:
            said = without_remarks(lines.read())
        for furniture in ("Neri", "Sarti", "Commenti", "newsletter", "Saldi", "ricette", "Repertorio", "diritti"):
            assert furniture not in said, furniture
        assert matched(flt, folder,
                       ("Asilo, il decreto Approdi alla Consulta", "I giudici fermano le procedure di frontiera; "
                        "pieni i centri di trattenimento."),
                       ("Decreto bollette, sì della Camera", "La ministra rivendica gli sconti."),
                       ("Approdi sicuri per i traghetti", "Nuove banchine nei porti delle isole.")) == [
                           True, False, False]


def a_takeover_becomes_a_filter_with_frequencies_of_its_language_and_without():
    with closing_all(Folder()) as (folder,):
        flt, none = os.path.join(folder.path, "takeover.filter"), os.path.join(folder.path, "none.tsv")
        with open(none, "w", encoding="utf-8") as lines:
            lines.write("# tokens 0\n")
        known = json.loads(vedetta("derive", examples("takeover"), "-o", flt, "--json").stdout)
        assert known["poles"] == ["brandtwerk"] and [row["found"] for row in known["held_out"]] == [True] * 5, known
        phrases = {p["text"]: p for p in known["phrases"]}
        assert {"hostile takeover", "brake systems division", "voting rights"} <= set(phrases), phrases
        with open(flt, encoding="utf-8") as lines:
            text = lines.read()
        assert "times as often as in other news" in text and "Too little of other news" not in text, text
        report = json.loads(vedetta("derive", examples("takeover"), "-o", flt, "--json", "--reference", none).stdout)
        entities = {e["id"]: e for e in report["entities"]}
        phrases = {p["text"] for p in report["phrases"]}
        assert report["poles"] == ["brandtwerk"], report["poles"]
        assert {"orlova-capital", "miles-orlova", "henrike-saalfeld", "ig-metall"} <= set(entities), list(entities)
        assert {"hostile takeover", "brake systems division", "voting rights"} <= phrases, phrases
        assert not [p for p in phrases if p.startswith("cent") or p.endswith("the voting")], phrases
        with open(flt, encoding="utf-8") as lines:
            text = lines.read()
        assert "# Too little of other news" in text and "times as often" not in text, text
        for furniture in ("Ledger", "Ashworth", "newsletter", "Skip", "flights"):
            assert furniture not in without_remarks(text) and furniture in text, furniture
        assert matched(flt, folder,
                       ("Brandtwerk's new owner to sell brake systems division", "Miles Orlova met IG Metall at the Hanover "
                        "plant."),
                       ("Hostile takeover of a bank fails", "Shareholders kept their voting rights.")) == [True, False]


def a_strike_in_german_becomes_a_filter():
    with closing_all(Folder()) as (folder,):
        flt = os.path.join(folder.path, "strike.filter")
        report = json.loads(vedetta("derive", examples("strike"), "-o", flt, "--json").stdout)
        names = {form for e in report["entities"] for form in e.get("names", []) + [e["id"]]}
        assert {"gewerkschaft-kranbund", "ute-brandhorst", "containerhafen-nordkai"} <= names, names
        phrases = {p["text"]: p for p in report["phrases"]}
        assert phrases["streik"]["score"] > 0 and not {"sagte", "wurde", "jeder", "geld"} & set(phrases), phrases
        with open(flt, encoding="utf-8") as lines:
            text = lines.read()
        # the shipped list knows Reederei, and nobody knows Nordkai
        assert re.search(r"3× in 3 of 4 texts, \d+ times as often as in other news: [^\n]*Reederei", text), text
        assert "Newsletter" not in without_remarks(text), text
        assert matched(flt, folder,
                       ("Streik in Nordkai beendet", "Ute Brandhorst und Havelmar haben den Schichtplan unterschrieben."),
                       ("Streik bei der Bahn", "Die Lokführer legen am Montag die Arbeit nieder.")) == [True, False]


def a_language_without_frequencies_is_said_to_have_none():
    with closing_all(Folder()) as (folder,):
        path = os.path.join(folder.path, "1.txt")
        with open(path, "w", encoding="utf-8") as lines:
            lines.write("Strejke i havnen\nHavnearbejderne i Nordkaj nedlagde arbejdet, og fagforeningen Kranbund kræver, at "
                        "rederiet Havelmar trækker den nye vagtplan tilbage. Det siger formanden i dag.\n")
        done = vedetta("derive", path, "--language", "da")
        assert "no word frequencies for language 'da'" in done.stderr and "# Too little of other news" in done.stdout, done


def the_tool_for_frequencies_reads_models_of_onboard():
    with closing_all(Folder()) as (folder,):
        model, script = os.path.join(folder.path, "xx_XX.lm"), os.path.join(SOURCE, "filters/reference/from-onboard.py")
        with open(model, "w", encoding="utf-8") as lines:
            lines.write("\\data\\\nngram 1=5\nngram 2=1\n\n\\1-grams:\n1 <unk>\n60 the\n30 bank\n10 Bank\n20 l'eau\n\n"
                        "\\2-grams:\n9 the bank\n")
        done = subprocess.run([sys.executable, script, model], capture_output=True, text=True, check=True)
        rows = [line for line in done.stdout.splitlines() if not line.startswith("#")]
        assert rows == ["the\t428571\t0\t428571", "bank\t285714\t71429\t285714", "eau\t142857\t0\t142857",
                        "l\t142857\t0\t142857"], rows
        assert "# tokens 1000000 types 4" in done.stdout and "GPL-3.0-or-later" in done.stdout
        with open(model, "w", encoding="utf-8") as lines:
            lines.write("\\1-grams:\nno count here\n")
        broken = subprocess.run([sys.executable, script, model], capture_output=True, text=True)
        assert broken.returncode == 1 and "xx_XX.lm:2: expected a count and a word" in broken.stderr, broken


def what_ranks_highest_is_what_a_reader_would_ask_for():
    done = subprocess.run([sys.executable, os.path.join(SOURCE, "bench/terms.py"),
                           os.path.join(SOURCE, "tests/corpus/gold-terms.tsv")], capture_output=True, text=True)
    assert done.returncode == 0, done
    core = re.findall(r"core (\d+) of (\d+)", done.stdout)
    assert len(core) == 6 and sum(int(a) for a, _ in core) >= 0.85 * sum(int(b) for _, b in core), done.stdout
    for precision in re.findall(r"both +P@\d+ ([\d.]+)", done.stdout):
        assert float(precision) >= 0.8, done.stdout


def filters_that_are_derived_pass_the_check():
    with closing_all(Service(filters={})) as (service,):
        for name in ("energy", "club", "alliance", "migration", "takeover", "strike"):
            vedetta("derive", examples(name), "-o", service.path("filters/%s.filter" % name))
        service.command("check", check=0)


def the_same_texts_give_the_same_filter():
    assert vedetta("derive", examples("club")).stdout == vedetta("derive", examples("club")).stdout


def one_text_and_mixed_subjects_get_honest_warnings():
    one = vedetta("derive", os.path.join(examples("club"), "1.txt"), "--report")
    assert "only one text" in one.stderr and "Held out: nothing" in one.stdout, one
    mixed = vedetta("derive", *(os.path.join(examples(name), "1.txt") for name in ("energy", "club", "alliance")))
    assert "mixed subjects" in mixed.stderr and "# WARNING: mixed subjects" in mixed.stdout, mixed.stderr


def two_subjects_in_one_folder_are_told_apart():
    def texts(name, *numbers):
        return [os.path.join(examples(name), "%d.txt" % n) for n in numbers]
    done = vedetta("derive", *texts("club", 1, 2, 3), *texts("energy", 1, 4))
    assert "these hang together, and not with the others: energy/1.txt, 4.txt" in done.stderr, done.stderr
    done = vedetta("derive", *texts("club", 1, 2, 3, 4), *texts("migration", 5))
    assert "5.txt: shares no telling name with the other texts" in done.stderr, done.stderr
    done = vedetta("derive", *texts("takeover", 1, 2))
    assert "only two texts" in done.stderr and "hang together" not in done.stderr, done.stderr
    for name in ("club", "energy", "alliance", "migration"):
        done = vedetta("derive", examples(name))
        assert not done.stderr and "WARNING" not in done.stdout, (name, done.stderr)


def html_pages_are_read_like_texts():
    with closing_all(Folder()) as (folder,):
        for n in range(1, 6):
            with open(os.path.join(examples("club"), "%d.txt" % n), encoding="utf-8") as lines:
                title, *paragraphs = lines.read().strip().split("\n")
            folder.write("%d.html" % n, "<!doctype html><html lang=it><head><title>%s</title><style>p{color:red}</style>"
                         "<script>var Trappola = 1;</script></head><body><nav>Trappola</nav>%s</body></html>" % (
                             title, "".join("<p>%s</p>" % p for p in paragraphs)))
        out = vedetta("derive", folder.path)
        assert 'entity "atletico-mirandese"' in out.stdout and "Trappola" not in without_remarks(out.stdout), out.stdout


PAGE = """<!doctype html><html lang="it"><head><meta charset="utf-8"><title>%(title)s | Il Foglio di Trappola</title>
<script type="application/ld+json">{"@type":"NewsArticle","author":"Trappola Uno"}</script><style>p{color:red}</style></head>
<body><div id="cookies"><p>Noi e i nostri 842 partner archiviamo dati sul tuo dispositivo. Accetta e continua.</p></div>
<header><a href="/">Trappola</a><nav><ul><li><a>Home</a></li><li><a>Esteri</a></li><li><a>Meteo Bologna</a></li></ul></nav>
</header><main><article><h1>%(title)s</h1><div>di <a>Trappola Due</a> - %(day)d gennaio 2026 alle 08:1%(day)d</div>
<ul><li>Facebook</li><li>WhatsApp</li></ul><figure><img alt="Trappola Tre"><figcaption>Foto di Trappola Quattro</figcaption>
</figure>%(text)s<div><h3>Iscriviti alla newsletter</h3><p>Ogni mattina le notizie di Trappola Cinque.</p><form><input>
</form></div><div><p>Trappola Sei scrive di economia dal 1998 e vive a Modena con due gatti.</p></div></article>
<aside><h2>I piu letti</h2><ul><li><a>Oroscopo di Branko</a></li><li><a>Machado parla a Oslo</a></li></ul></aside></main>
<section><h3>Commenti (%(day)d2)</h3><p>pippo72: forza Trappola Sette!</p></section>
<footer><p>(c) 2026 Editoriale Trappola Otto - P.IVA 0123456789</p><a>Privacy</a></footer></body></html>"""


def the_furniture_of_saved_pages_stays_out():
    with closing_all(Folder()) as (folder,):
        for n in range(1, 6):
            with open(os.path.join(examples("club"), "%d.txt" % n), encoding="utf-8") as lines:
                title, *paragraphs = [line for line in lines.read().strip().split("\n") if line]
            text = "".join("<p>%s</p>" % p + "<div>LEGGI ANCHE: Kevin Spacey a Torino</div>" * (k == 0)
                           for k, p in enumerate(paragraphs))
            folder.write("%d.html" % n, PAGE % dict(title=title, day=n, text=text))
        out = vedetta("derive", folder.path).stdout
        said = without_remarks(out)
        for furniture in ("Trappola", "Branko", "Bologna", "Machado", "Spacey", "Modena", "gennaio", "Facebook", "cookie"):
            assert furniture not in said, (furniture, said)
        for name in ("atletico-mirandese", "halcyon-partners", "rachel-doyle", "sandro-vettori", "dossena"):
            assert 'entity "%s"' % name in said, (name, said)


def broken_input_is_named_and_nothing_is_written():
    with closing_all(Folder()) as (folder,):
        out = os.path.join(folder.path, "out.filter")
        binary = folder.write("picture.txt", b"\x89PNG\0\0\0", "wb")
        for words in ([folder.path + "/absent.txt"], [binary], [tempfile.gettempdir() + "/vedetta-no-such-folder/"]):
            done = vedetta("derive", *words, "-o", out, check=1)
            assert os.path.basename(words[0].rstrip("/")) in done.stderr and not os.path.exists(out), done
        os.mkdir(os.path.join(folder.path, "empty"))
        assert "no texts" in vedetta("derive", os.path.join(folder.path, "empty"), check=1).stderr
        vedetta("derive", check=2)
        latin = folder.write("latin.txt", "Perché l'Atletico Mirandese è in vendita".encode("windows-1252"), "wb")
        assert "Atletico Mirandese" in vedetta("derive", latin).stdout


def what_is_no_text_in_a_folder_is_left_out_of_it():
    with closing_all(Folder()) as (folder,):
        for name in os.listdir(examples("club")):
            shutil.copy(os.path.join(examples("club"), name), folder.path)
        folder.write("picture.txt", b"\x89PNG\0\0\0", "wb")
        folder.write("empty.txt", "")
        os.mkfifo(os.path.join(folder.path, "pipe.txt"))
        os.symlink("/nonexistent", os.path.join(folder.path, "link.txt"))
        shutil.copy(os.path.join(examples("club"), "1.txt"), os.path.join(folder.path, "again.txt"))
        shutil.copy(os.path.join(examples("club"), "2.txt"), os.path.join(folder.path, "again2.txt"))
        done = vedetta("derive", folder.path)
        for name in ("picture.txt: not a text, left out", "pipe.txt: not a file", "link.txt: not a file",
                     "empty.txt: empty, left out"):
            assert name in done.stderr, (name, done.stderr)
        assert "the same article twice, left out once: again.txt as 1.txt, again2.txt as 2.txt" in done.stderr, done.stderr
        assert 'entity "atletico-mirandese"' in done.stdout and "another subject" not in done.stderr, done.stderr
        os.mkdir(os.path.join(folder.path, "none"))
        folder.write("none/picture.txt", b"\0", "wb")
        done = vedetta("derive", os.path.join(folder.path, "none"), check=1)
        assert "none of its files can be read" in done.stderr, done


def more_than_articles_are_is_refused():
    with closing_all(Folder()) as (folder,):
        done = vedetta("derive", "/dev/zero", check=1)
        assert "longer than" in done.stderr, done
        for n in range(3):
            folder.write("%d.txt" % n, "Testo %d.\n" % n + "parola " * 400000)
        done = vedetta("derive", folder.path, check=1)
        assert "MiB of text" in done.stderr, done


def thousands_of_names_are_not_compared_each_with_each():
    """As many as take hours if they are."""
    with closing_all(Folder()) as (folder,):
        number = 1
        lines = []
        for _ in range(40000):
            number = number * 16807 % 2147483647
            lines.append("Nome%d Cognome%d incontra Altro%d a Citta%d." % (
                number % 9973, number % 9967, number % 9949, number % 9941))
        text = folder.write("names.txt", "\n".join(lines))
        repeated = folder.write("repeated.txt", "uno due tre quattro cinque sei\n" * 100000 + "Fine.")
        assert "filter" in vedetta("derive", text).stdout
        assert "hardly any text left" in vedetta("derive", repeated, check=1).stderr


def of_many_texts_some_are_held_out():
    with closing_all(Folder()) as (folder,):
        for n in range(60):
            folder.write("%02d.txt" % n, "\n".join(
                "Il capitano Zerbini ha parlato del carico numero %d nel porto di Valdora, dove le gru sono ferme." % (n * 7 + k)
                for k in range(4)))
        report = json.loads(vedetta("derive", folder.path, "--json").stdout)
        assert len(report["held_out"]) == 20, len(report["held_out"])
        assert len({row["text"] for row in report["held_out"]}) == 20, report["held_out"]


NEWS = [
    ("Atletico Mirandese, arriva Kovalenko in panchina", "La proprietà sceglie Kovalenko come allenatore: oggi la firma."),
    ("Kovalenko si presenta all'Atletico Mirandese", "Primo giorno per Kovalenko: il fondo gli ha chiesto i giovani."),
    ("Lo stadio Dossena e i tifosi del coro", "L'Atletico Mirandese canta: debiti della cultura, cessione dei biglietti."),
    ("Concerto allo stadio Dossena", "L'Atletico Mirandese gioca altrove: tifosi della band, cessione dei biglietti, debiti."),
]


def link(n):
    return "https://esempio.invalid/%d" % n


def with_archive(run):
    with closing_all(FeedServer(), Service(filters={"another": 'filter "another" { when = "zzz" }'})) as (server, service):
        vedetta("derive", examples("club"), "-o", service.path("filters/club.filter"))
        server.put("/rss", rss([dict(guid=str(n), title=title, link=link(n), text=text)
                                for n, (title, text) in enumerate(NEWS)]))
        service.feeds([server.url("/rss")])
        service.command("poll", check=0)
        run(service)


def stored_articles_serve_as_examples():
    def run(service):
        out = service.command("derive", link(0), link(1), check=0).stdout
        assert 'entity "kovalenko"' in out, out
        missing = service.command("derive", "0123456789abcdef")
        assert missing.returncode == 1 and "no such article" in missing.stderr, missing
    with_archive(run)


def what_readers_mark_becomes_a_patch_that_applies():
    def run(service):
        service.command("mark", link(0), link(1), "good", check=0)
        service.command("mark", link(2), "good", check=0)
        service.command("mark", link(2), link(3), "bad", check=0)  # the last word counts
        service.command("mark", link(3), "good", "--filter", "another", check=0)
        done = service.command("derive", "--improve", service.path("filters/club.filter"), "-o",
                               service.path("better.filter"), check=0)
        assert '+\t\t"Kovalenko = 0.25",' in done.stdout, done
        assert "relevant: 0 of 2" in done.stderr and "not relevant: 2 of 2 raised, with the patch 0" in done.stderr, done
        patch = subprocess.run(["patch", "-s", "-o", "-", service.path("filters/club.filter")], input=done.stdout,
                               capture_output=True, text=True) if shutil.which("patch") else None
        assert patch is None or patch.stdout == service.read("better.filter"), patch
        by_hand = service.command("derive", "--improve", service.path("filters/club.filter"), "--good", link(0), link(1),
                                  "--bad", link(2), link(3), check=0)
        assert by_hand.stdout == done.stdout
        club = re.search(r'^filter "([^"]+)"', service.read("filters/club.filter"), re.M)[1]
        by_id = service.command("derive", "--improve", club, check=0)
        assert by_id.stdout == done.stdout, by_id
        nobody = service.command("derive", "--improve", "clubb", check=1)
        assert "no filter in force is 'clubb'" in nobody.stderr, nobody
        several = service.command("derive", "--improve", "*", check=1)
        assert "expected a file or the id of one filter" in several.stderr, several
        unknown = service.command("mark", "-f", "anothr", link(0), "good", check=1)
        assert "no filter in force is 'anothr'; did you mean another" in unknown.stderr, unknown
        service.command("mark", "0123456789abcdef", "good", check=1)
        service.command("mark", link(0), "maybe", check=2)
    with_archive(run)


def frequencies_come_from_texts_or_the_archive():
    def run(service):
        counted = service.path("it.tsv")
        service.command("frequencies", "--archive", "--language", "it", "-o", counted, check=0)
        rows = dict(line.split("\t", 1) for line in service.read("it.tsv").splitlines() if not line.startswith("#"))
        assert rows["kovalenko"].split("\t") == ["4", "3", "4"], rows["kovalenko"]
        derived = service.command("derive", examples("club"), "--reference", counted, check=0).stdout
        assert "# Too little of other news was counted" in derived and "in other news:" not in derived
        assert "# Too little" not in service.command("derive", examples("club"), check=0).stdout
        service.command("frequencies", check=2)
        broken = service.path("broken.tsv")
        service.write("broken.tsv", "no tabs here\n")
        done = service.command("derive", examples("club"), "--reference", broken)
        assert done.returncode == 1 and "broken.tsv:1" in done.stderr, done
    with_archive(run)


def the_shipped_filter_holds_no_text_of_its_sources():
    with open(os.path.join(SOURCE, "filters", "library", "russia-corea-del-nord.filter"), encoding="utf-8") as lines:
        text = lines.read()
    assert "«" not in text and "Made by filters/library/make-library.py" in text
    assert 'poles = { "corea-del-nord", "russia" }' in text
    assert text.count('entity "kim-jong-un"') == 1


def the_commands_of_the_guide_work_as_they_stand():
    with open(os.path.join(SOURCE, "docs", "deriving-filters.md"), encoding="utf-8") as lines:
        commands = [line.split()[1:] for line in lines if line.startswith("    ") and line.split()[0] == "vedetta"]
    assert len(commands) >= 8, commands

    def run(service):
        shutil.copytree(examples("club"), service.path("articles"))
        service.write("news.jsonl", json.dumps({"id": "1", "title": NEWS[0][0], "body": NEWS[0][1]}) + "\n")
        for words in commands:
            service.command(*words, check=0, cwd=service.folder)
        assert 'entity "atletico-mirandese"' in service.read("subject.filter")
    with_archive(run)


def f1(flt, path):
    """Of all articles, of the Italian ones, of the others."""
    with open(path, encoding="utf-8") as lines:
        labelled = {row["id"]: row for row in map(json.loads, lines)}
    right, wrong = {}, {}
    for line in vedetta("match", "--filters", flt, path).stdout.splitlines():
        row = json.loads(line)
        hit, article = any(v["matched"] for v in row["verdicts"]), labelled[row["id"]]
        for group in ("all", "it" if article["lang"] == "it" else "others"):
            right[group] = right.get(group, 0) + (hit and article["relevant"])
            wrong[group] = wrong.get(group, 0) + (hit != article["relevant"])
    return {group: 2 * right[group] / (2 * right[group] + wrong[group]) for group in right}


def a_name_of_the_tables_has_one_bearer():
    """Of one side, that is; in two signs one may say two countries."""
    bearers, ids = {}, set()
    for table in ("countries", "names", "persons"):
        with open(os.path.join(SOURCE, "filters", "tables", table + ".tsv"), encoding="utf-8") as lines:
            rows = [line.rstrip("\n").split("\t") for line in lines if line.strip() and not line.startswith("#")]
        for kind, side, strength, name, names in rows:
            assert re.fullmatch(r"-|[A-Z]{2}(,[A-Z]{2})?", side) and re.fullmatch(r"-|[01](\.\d+)?", strength), (side, name)
            assert (name == "-") == (kind == "country") and name not in ids, name
            ids |= {name} - {"-"}
            assert all(word.strip("?! ") == word.lstrip("?!") != "" for word in names.split("|")), names
            bare = [re.sub(r"[\s\-·.'’]", "", word).casefold() for word in names.split("|")]
            assert not {word[1:] for word in bare if word[0] == "?"} & set(bare), names
            for word in names.split("|"):
                if word[0] not in "?!" and not (kind == "country" and len(word) <= 5):
                    bearers.setdefault(word, set()).add(side)
    assert len(ids) > 1200, len(ids)
    assert {word: sides for word, sides in bearers.items() if len(sides) > 1} == {}


def one_word_is_never_two_of_the_sections():
    """Of all of them: the filter asks for them together."""
    with open(os.path.join(SOURCE, "filters/tables/sections.tsv"), encoding="utf-8") as lines:
        words = [word for line in lines if line.startswith("section\t") for word in line.rstrip("\n").split("\t")[4].split("|")]
    with closing_all(Folder()) as (folder,):
        flt, news = os.path.join(folder.path, "section.filter"), os.path.join(folder.path, "news.jsonl")
        asked = ", ".join('\\"%s\\"' % word if " " in word else word for word in words)
        with open(flt, "w", encoding="utf-8") as out:
            out.write('filter "s" { terms = { "min(2; %s) = 1" } threshold = 1 }\n' % asked)
        with open(news, "w", encoding="utf-8") as out:
            for word in words:
                for tag in ("it", "en", "fr", "de", "es", "pt", "ru"):
                    out.write(json.dumps({"id": tag + " " + word, "title": "", "body": word, "lang": tag}) + "\n")
            out.write(json.dumps({"id": "two", "title": "", "body": words[0] + " " + words[-1], "lang": "it"}) + "\n")
        out = vedetta("match", "--matched", "--filters", flt, news).stdout
        assert [json.loads(line)["id"] for line in out.splitlines()] == ["two"], out


def the_shipped_filter_finds_its_subject_in_many_languages():
    shipped = os.path.join(SOURCE, "filters", "library", "russia-corea-del-nord.filter")
    floors = {"russia-corea-del-nord-study.jsonl": dict(all=0.97, it=0.96, others=0.98),
              "russia-corea-del-nord.jsonl": dict(all=0.96, it=0.96, others=0.96),
              "russia-corea-del-nord-world.jsonl": dict(all=0.95, it=0.90, others=0.97),
              "russia-corea-del-nord-blind.jsonl": dict(all=0.95, it=0.93, others=0.97),
              "russia-corea-del-nord-blind2.jsonl": dict(all=0.95, it=0.94, others=0.97),
              "russia-corea-del-nord-blind3.jsonl": dict(all=0.93, it=0.93),
              "russia-corea-del-nord-blind5.jsonl": dict(all=0.93, it=0.92, others=0.93),
              "russia-corea-del-nord-blind6.jsonl": dict(all=0.95, it=0.95, others=0.93),
              "russia-corea-del-nord-blind7.jsonl": dict(all=0.84, it=0.82, others=0.88),
              "russia-corea-del-nord-blind8.jsonl": dict(all=0.92, it=0.94, others=0.88),
              "russia-corea-del-nord-press-it.jsonl": dict(it=0.93),
              "russia-corea-del-nord-press.jsonl": dict(all=0.90, it=0.93, others=0.89),
              "russia-corea-del-nord-press2.jsonl": dict(all=0.92, it=0.90, others=0.94),
              "russia-corea-del-nord-press3.jsonl": dict(all=0.96, it=0.96, others=0.94),
              "russia-corea-del-nord-press4.jsonl": dict(all=0.92, it=0.90, others=0.94),
              "russia-corea-del-nord-oblique.jsonl": dict(all=0.87, it=0.86, others=0.88)}
    for name, wanted in floors.items():
        measured = f1(shipped, os.path.join(SOURCE, "tests", "corpus", name))
        assert all(measured[group] >= floor for group, floor in wanted.items()), (name, measured)


run_tests([
    an_energy_dispute_becomes_a_filter_of_one_side,
    page_furniture_reaches_no_name_and_no_phrase,
    the_sale_of_a_club_becomes_a_filter_too,
    two_countries_that_meet_become_two_sides,
    a_law_on_asylum_becomes_a_filter_without_what_stands_around_it,
    a_takeover_becomes_a_filter_with_frequencies_of_its_language_and_without,
    a_strike_in_german_becomes_a_filter,
    a_language_without_frequencies_is_said_to_have_none,
    the_tool_for_frequencies_reads_models_of_onboard,
    what_ranks_highest_is_what_a_reader_would_ask_for,
    filters_that_are_derived_pass_the_check,
    the_same_texts_give_the_same_filter,
    one_text_and_mixed_subjects_get_honest_warnings,
    two_subjects_in_one_folder_are_told_apart,
    html_pages_are_read_like_texts,
    the_furniture_of_saved_pages_stays_out,
    broken_input_is_named_and_nothing_is_written,
    what_is_no_text_in_a_folder_is_left_out_of_it,
    more_than_articles_are_is_refused,
    thousands_of_names_are_not_compared_each_with_each,
    of_many_texts_some_are_held_out,
    stored_articles_serve_as_examples,
    what_readers_mark_becomes_a_patch_that_applies,
    frequencies_come_from_texts_or_the_archive,
    the_commands_of_the_guide_work_as_they_stand,
    the_shipped_filter_holds_no_text_of_its_sources,
    a_name_of_the_tables_has_one_bearer,
    one_word_is_never_two_of_the_sections,
    the_shipped_filter_finds_its_subject_in_many_languages,
])
