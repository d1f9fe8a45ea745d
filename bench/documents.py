"""Feed documents for the benchmarks: RSS and Atom of 20 to 60 items, Italian and English, HTML in their bodies, about
80 KB each. The same number gives the same document.

Italian words come by their frequency from the word list of the source tree; English ones are half common words, half
made up, as no such list is there: what they cost depends on how many different ones there are, not on what they mean.
"""
import bisect
import itertools
import os
import random
import time
from xml.sax.saxutils import escape

ITALIAN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "filters", "reference", "it.tsv")
ENGLISH = ("the of and to in a that for on with as was by at from minister agreement summit troops market said would after talks "
           "police court evidence energy inflation government president election border treaty missile Moscow London week month year "
           "billion according sources “deal” reported announced signed decided").split()
RARE_ENGLISH = 8000
PICTURE = '<img src="https://esempio.invalid/i.jpg" alt="" />'


def italian():
    words, weights = [], []
    with open(ITALIAN, encoding="utf-8") as lines:
        for line in lines:
            parts = line.rstrip("\n").split("\t")
            if len(parts) >= 3 and parts[1].isdigit():
                words.append(parts[0].capitalize() if int(parts[2]) * 2 > int(parts[1]) else parts[0])
                weights.append(int(parts[1]))
    return words, list(itertools.accumulate(weights))


def english():
    rng = random.Random(1)
    syllables = [a + b for a in "b c d f g l m n p r s t v st tr ch".split() for b in "a e i o u er ing ation al".split()]
    rare = sorted({"".join(rng.choice(syllables) for _ in range(rng.randint(2, 3))) for _ in range(RARE_ENGLISH)})
    rng.shuffle(rare)
    weights = [8 * len(rare) // len(ENGLISH) for _ in ENGLISH] + [max(1, len(rare) // (n + 1)) for n in range(len(rare))]
    return ENGLISH + rare, list(itertools.accumulate(weights))


class Writer:
    """Documents of one language."""

    def __init__(self, language, vocabulary):
        self.language, (self.words, self.sums) = language, vocabulary
        self.all = range(len(self.words))

    def sentence(self, rng, least=8, most=24):
        top = self.sums[-1]
        text = " ".join(self.words[bisect.bisect(self.sums, rng.random() * top)] for _ in range(rng.randint(least, most)))
        return escape(text[:1].upper() + text[1:] + ".")

    def body(self, rng):
        out = []
        for _ in range(rng.randint(3, 6)):
            text = " ".join(self.sentence(rng) for _ in range(rng.randint(1, 3)))
            if rng.random() < .5:
                text = text.replace(" ", " <strong>", 1).replace(".", "</strong>.", 1)
            if rng.random() < .4:
                text += ' <a href="https://esempio.invalid/%d?a=1&amp;b=2">%s</a>' % (rng.randrange(10 ** 6), self.sentence(rng, 1, 2))
            out.append("<p>%s&nbsp;&#8217;</p>" % text)
        return "\n".join(out) + PICTURE

    def item(self, rng, when):
        return dict(link="https://esempio.invalid/%d/%d" % (rng.randrange(10 ** 9), rng.randrange(10 ** 6)), when=when,
                    title=self.sentence(rng, 6, 12), summary=self.sentence(rng), html=self.body(rng))

    def items(self, rng, count, newest):
        return [self.item(rng, newest - n * 1800) for n in range(count)]


def rss(items, language, sections):
    held = (lambda text: "<![CDATA[%s]]>" % text) if sections else escape
    out = []
    for i in items:
        when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(i["when"]))
        out.append("<item>\n<title>%s</title>\n<link>%s</link>\n<dc:creator>Redazione</dc:creator>\n<pubDate>%s</pubDate>\n"
                   "<category>Esteri</category>\n<category>Asia</category>\n<guid isPermaLink=\"false\">%s?p=1</guid>\n"
                   "<description>%s</description>\n<content:encoded>%s</content:encoded>\n</item>"
                   % (i["title"], i["link"], when, i["link"], held(i["summary"]), held(i["html"])))
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n<title>Prova</title>\n<link>https://esempio.invalid/</link>\n'
            '<description>x</description>\n<language>%s</language>\n%s\n</channel>\n</rss>\n' % (language, "\n".join(out)))


def atom(items, language):
    out = []
    for i in items:
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(i["when"]))
        out.append('<entry>\n<id>%s</id>\n<title type="html">%s</title>\n<link rel="alternate" type="text/html" href="%s"/>\n<published>%s</published>\n'
                   '<updated>%s</updated>\n<author><name>Redazione</name></author>\n<category term="Esteri"/>\n<summary>%s</summary>\n'
                   '<content type="html">%s</content>\n</entry>'
                   % (i["link"], i["title"], i["link"], when, when, i["summary"], escape(i["html"])))
    return ('<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="%s">\n<title>Prova</title>\n<id>urn:x</id>\n'
            '<updated>2025-11-14T00:00:00Z</updated>\n%s\n</feed>\n' % (language, "\n".join(out)))


class Documents:
    def __init__(self):
        self.writers = Writer("it", italian()), Writer("en", english())

    def document(self, number, newest=1763000000, more=0):
        """A third each: RSS with CDATA sections, RSS with escaped HTML, Atom with escaped HTML. `more`: with three items
        before the others that no other `more` has. `newest`: date of the first, seconds."""
        rng, writer = random.Random(number), self.writers[number % 2]
        items = writer.items(rng, rng.randint(20, 60), newest)
        if more:
            items = writer.items(random.Random(number * 1000 + more), 3, newest) + items
        return atom(items, writer.language) if number % 3 == 2 else rss(items, writer.language, number % 3 == 0)
