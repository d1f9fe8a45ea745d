#!/usr/bin/python3
# seeds.py DIR: write seed inputs and dictionaries for the fuzz targets, a folder for each. All of it is
# made here: formats crossed with encodings and with ways of being broken.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import struct
import sys

WORDS = ["Perché la città è già così", "Москва и Пхеньян подписали договор", "김정은 위원장", "朝鲜和俄罗斯",
         "Überraschung – „Zitat“", "L’accordo & il «patto»", "北朝鮮とロシア", "اتفاق"]
DATES = """Fri, 14 Nov 2025 09:30:00 GMT
Fri, 14 Nov 2025 09:30:00 +0100
ven, 14 nov 2025 09:30:00 +0100
14 novembre 2025, ore 9:30
Venerdì 14 novembre 2025 - 9.30
14/11/2025 09:30
11/14/2025 9:30 PM
2025-11-14T09:30:00Z
2025-11-14T09:30:00.123+01:00
2025-11-14T09:30+0100
20251114T093000Z
20251114
2025-318
2025-11
1763112600
1763112600000
Friday, 14-Nov-25 09:30:00 GMT
Fri Nov 14 09:30:00 2025
Fri, 14 Nov 25 09:30 EST
14 Nov 2025 24:00:00 Z
Fri, 31 Dec 2016 23:59:60 GMT
Fri, 14 Nov 2025 09:30:00 +9999
Thu, 01 Jan 1970 00:00:00 +0000
2025년 11월 14일 오전 09:30
2025年11月14日 09:30
14 ноября 2025 09:30
14. November 2025 09:30
14 février 2025 à 09h30
14 de noviembre de 2025
14 Nov,2025 9:3:0 GMT+9
0000-00-00T00:00:00Z
ore, 01 Jan 1970 00:00:00 +0000
Sat, 29 Feb 2025 00:00:00 GMT""".split("\n")
URLS = """http://example.org
https://Example.ORG:443/A/../b/./c?x=1&y=%C3%A8#f
HTTP://user:secret@example.org:8080/
//other.example/path
/absolute/path
../up/./down
?q=only
#fragment
http:example.org/x
http:/example.org
http://[::1]/
http://[2001:db8::1]:80/a
http://xn--caff-dma.example/
http://caffè.example/perché?q=già
http://example.org/a b\\c
javascript:alert(1)
data:text/html,x
file:///etc/passwd
http://
http://:80/
http://exa mple.org/
tag:example.org,2025:1
10.0.0.0/8
fd00::/8
::ffff:127.0.0.1
http://example.org/base/
\thttp://exa\tmple.org/\r""".split("\n")
HTML = """<p>Uno</p><p>due<br>tre</p>
<a href="x>y" title='a>b'>link</a> text
&egrave;&nbsp;&#8217;&#x2019;&#146;&bogus; &amp;lt;b&amp;gt; &#0; &#1114112;
<script>var a = "</p>";</script>dopo<style>p{}</style>
<!-- a --> b <!--> c <!-- d
<![CDATA[ x < y ]]>
<ul><li>a</li><li>b</li></ul><table><tr><td>1</td><td>2</td></tr></table>
H<sub>2</sub>O 1 < 2 && 3 > 2
<img src=x onerror=alert(1)//><svg/onload=1><iframe src=javascript:1>
<p title="never closed
\u202eevil\u202c \u200bzero\ufeff width \U000e0041
<template>hidden</template><noscript>shown</noscript>
</p></div></ <//> <?php echo 1 ?>""".split("\n")
HTTP = """200
"abc"
Fri, 14 Nov 2025 09:30:00 GMT
120
max-age=3600, public
Fri, 21 Nov 2025 09:30:00 GMT
Fri, 21 Nov 2025 08:30:00 GMT
10
https://example.org/new
304
W/"a b"

Fri, 21 Nov 2025 12:00:00 GMT
s-maxage=5, max-age="7200"
0
garbage
-1

429
\t"x"
x
99999999999999999999
no-cache
-1

1e18
""".split("\n")
JSON = ["""{"version":"https://jsonfeed.org/version/1.1","title":"Prova \\u00e8","home_page_url":"https://example.org/",
"language":"it","authors":[{"name":"Anna"}],"items":[{"id":"1","url":"https://example.org/1","title":"Uno",
"content_html":"<p>Testo &egrave;</p>","summary":"S","date_published":"2025-11-14T09:30:00Z","tags":["a","b"],
"attachments":[{"url":"https://example.org/a.mp3"}]},{"id":2,"content_text":"due"},{"id":null,"external_url":"x"}]}""",
        """{"version":"https://jsonfeed.org/version/1","title":"x","author":{"name":"B"},"items":[]}""",
        """{"version":"http://jsonfeed.org/version/1","items":[1,"a",null,{},[{"id":"z"}]]}""",
        """{"items":[{"title":{"a":1},"tags":"x","authors":[1,{"name":2}],"date_published":1e999}],"version":
"https://jsonfeed.org/version/1.1","title":"\\ud800 \\u0000"}""",
        "{" * 40 + "}" * 40, "\ufeff{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{}]}"]


def rss(text, head='<?xml version="1.0"?>'):
    return f"""{head}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>{text}</title><link>https://example.org/</link><language>it</language><ttl>60</ttl>
<atom:link rel="self" href="https://example.org/feed"/><skipHours><hour>3</hour></skipHours>
<item><title>{text}</title><link>/uno</link><guid isPermaLink="false">id-1</guid><description>&lt;p&gt;{text}&lt;/p&gt;
</description><content:encoded><![CDATA[<p>{text}</p><p>&egrave;</p>]]></content:encoded><dc:creator>Anna</dc:creator>
<category>esteri</category><pubDate>Fri, 14 Nov 2025 09:30:00 +0100</pubDate><enclosure url="https://example.org/a.mp3"/></item>
<item><title>Due</title><link>https://example.org/2?a=1&amp;b=2</link><source url="https://o.example">Altro</source>
<media:group><media:title>m</media:title></media:group></item></channel></rss>"""


def rdf(text, head='<?xml version="1.0"?>'):
    return f"""{head}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="https://example.org/"><title>{text}</title><sy:updatePeriod>hourly</sy:updatePeriod></channel>
<item rdf:about="https://example.org/1"><title>{text}</title><link>https://example.org/1</link><dc:date>2025-11-14</dc:date>
<description>{text}</description></item></rdf:RDF>"""


def atom(text, head='<?xml version="1.0"?>'):
    return f"""{head}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="it" xml:base="https://example.org/b/">
<title type="html">{text} &amp;amp; &lt;b&gt;x&lt;/b&gt;</title><link href="./"/><link rel="self" href="f"/><id>urn:1</id>
<entry xml:base="c/"><id>urn:2</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{text}<br/><i>x</i></div></title>
<link href="d"/><updated>2025-11-14T09:30:00Z</updated><published>2025-11-13T09:30:00+01:00</published>
<author><name>{text}</name></author><category term="a" label="A"/><summary>{text}</summary><content type="html">&lt;p&gt;{text}</content>
<source><title>Altro</title></source></entry><entry><content type="text/plain" mode="base64">Y2lhbw==</content></entry></feed>"""


def old_atom(text, head='<?xml version="1.0"?>'):
    return f"""{head}<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title mode="escaped">{text}</title><entry><title>{text}</title>
<issued>2003-12-13T08:29:29-04:00</issued><modified>2003-12-13T18:30:02Z</modified><link rel="alternate" href="https://example.org/1"/>
<content type="application/xhtml+xml" mode="xml"><p>{text}</p></content></entry></feed>"""


def rss_091(text, head='<?xml version="1.0"?>'):
    return f"""{head}<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://example.org/rss-0.91.dtd"
[<!ENTITY mio "{text}">]><rss version="0.91"><channel><title>&mio; &agrave;</title><item><title>{text} & <b>b</b></title>
<link>http://example.org/a?b=1&c=2</link><description>x<br>y</description></item></channel></rss>"""


ENCODINGS = ["utf-8", "utf-8-sig", "iso-8859-1", "windows-1252", "iso-8859-15", "koi8-r", "windows-1251", "utf-16", "utf-16-be", "utf-32",
             "shift_jis", "euc-kr", "gb18030", "big5", "windows-1255", "cp037"]
BREAKS = [lambda d: d[:len(d) * 2 // 3], lambda d: d.replace(b"</item>", b"", 1), lambda d: d.replace(b"</title>", b"", 1),
          lambda d: b"<br />Warning: x in <b>y</b>\n" + d, lambda d: b"\n\n " + d, lambda d: d + b"<!-- x --><script>1</script>",
          lambda d: d.replace(b"&lt;", b"<"), lambda d: d.replace(b"&amp;", b"&"), lambda d: d.replace(b'"', b"'", 1),
          lambda d: d.replace(b"uno", b"u\0n\x0bo\xff"), lambda d: d.replace(b"xmlns:dc", b"xmlns:cd"), lambda d: d.swapcase(),
          lambda d: d.replace(b"<item", b"<item a=1 a=2 b"), lambda d: d.replace(b"]]>", b""), lambda d: d * 2,
          lambda d: d.replace(b"\n", b"\r\n"), lambda d: d.replace(b" <", b"\r<"),
          lambda d: d.replace(b"<title>", b"<title>a<!-- - -->\rb<![CDATA[ &lt;b> ]] ]]>"),
          lambda d: d.replace(b"</title>", b"&#8217;&#x41;&mio;]]</title>"),
          lambda d: d.replace(b"</title>", b"&#0;]]></title>"),
          lambda d: d.replace(b"</title>", b"</title><content>u\rd<![CDATA[ &lt;b> ]]></content>")]


def feeds():
    makers = [rss, rdf, atom, old_atom, rss_091]
    for i, maker in enumerate(makers):
        for text in WORDS:
            yield maker(text).encode()
        for j, how in enumerate(BREAKS):
            yield how(maker(WORDS[(i + j) % len(WORDS)]).encode())
        for j, encoding in enumerate(ENCODINGS):
            text = WORDS[j % len(WORDS)].encode(encoding, "ignore").decode(encoding)
            yield maker(text, f'<?xml version="1.0" encoding="{encoding}"?>').encode(encoding, "ignore")
    for text in JSON:
        yield text.encode()
    yield b'<rss><channel><item><title>' + b"<b>" * 70 + b"</title></item></channel></rss>"
    yield b"<html><body><p>no feed</p></body></html>"
    yield b""
    yield b"<?xm<?xml"
    yield b'<CHANNEL HREF="https://example.org/" LASTMOD="1998-11-05T16:00"><TITLE>c</TITLE><ITEM HREF="1" LASTMOD="1998-11-05"><TITLE>i</TITLE><ABSTRACT>a</ABSTRACT></ITEM></CHANNEL>'


PAGES = ["""<!DOCTYPE html><html lang="it"><head><meta charset="utf-8"><title>Prova &egrave;</title><base href="/b/">
<link rel="alternate" type="application/rss+xml" title="RSS" href="feed.xml"><link rel="alternate" type="application/atom+xml" href="//o.example/a">
<link rel=alternate type=application/feed+json href=/j></head><body><article><h1>T</h1><p>Uno <b>due</b></p><script>x</script></article>
<nav>menu</nav></body></html>""", "<title>x</title><p>y", "<link rel='alternate' type='application/rss+xml' href='javascript:1'>",
         "<html><body>" + "<div>" * 300 + "x"]


def wire():
    def text(t):
        return struct.pack("<I", 0xffffffff) if t is None else struct.pack("<I", len(t.encode())) + t.encode() + b"\0"

    def placed(make):
        """What make(place) gives, behind the texts that it names."""
        texts = bytearray()

        def place(t):
            if t is None:
                return struct.pack("<I", 0xffffffff)
            texts.extend(text(t))
            return struct.pack("<I", len(texts) - len(t.encode()) - 1)
        members = make(place)
        return bytes(texts) + members + struct.pack("<I", len(texts))

    def document(place, entries):
        out = struct.pack("<I", 8) + b"".join(place(t) for t in ("Titolo", "https://example.org/", "it", None, None, None, None))
        out += struct.pack("<qqIBBBBI", 3600, 0, 7, 1, 0, 1, 0, 0) + struct.pack("<I", entries)
        for _ in range(entries):
            out += b"".join(place(t) for t in ("1", "https://example.org/1", "Uno è", "s", "c", None, "it", None, None))
            out += struct.pack("<I", 2) + place("a") + place("b") + struct.pack("<qqB", 1763000000, -2 ** 63, 0)
        return out
    for entries in (0, 2):
        yield placed(lambda place: document(place, entries))
    yield text("https://example.org/") + text("text/xml") + struct.pack("<II", 10, 1) + b"<rss/>"
    yield struct.pack("<I", 2) + text("no feed")
    yield placed(lambda place: place("Titolo") + place("testo") + place("it") + struct.pack("<I", 1) + place("https://example.org/feed"))
    yield struct.pack("<BI", 3, 10)


FILTERS = ["""entity "corea" { kind = country names = { "Corea del Nord", "nordcoreano", "朝鲜", "북한" } not = { "朝鲜半岛" } }
entity "kim" { kind = person side = "corea" strength = 0.7 names = { "Kim Jong-un", "Ким Чен Ын" } with = { "Kim" } }
filter "a" { title = "A" when = '@@corea AND ("truppe nordcoreane" OR missil* NEAR/5 =Mosca) AND NOT title:/spor[tc]/'
  terms = { "alfa = 1.5", "min(2; a, b, c) = -0.5" } threshold = 1 priority = high raise = { "critical = 3" } languages = { "it" } }
""", """filter "b" { when = "filter:c AND age<2d" }\n# c\nfilter "c" { when = 'a SENTENCE b' }""",
           """filter "d" { terms = { "a = 1", "\\"b c\\" NEAR/3 d = 2" } threshold = 2 }""", "filter { } entity x {"]
EXPRESSIONS = ["a AND (b OR NOT c) NEAR/3 \"d e\"", "min(2; a, b*, =C, @x, @@y)", "title:(a OR body:b) lang:it age<2d", "/a\\/b(c+)?/ OR filter:x",
               "a NEAR b SENTENCE c NEAR/7 d", "((((", "=\"x y\" NOT NOT z", "Šojgu 朝鲜 북한 Шойгу", "link:https://a/b feed:\"c d\""]
TEXTS = WORDS + ["dell'Iskander, KN-23. Šojgu! Ma 3.5 U.S. «No.» Poi", "\u1107\u116e\u11a8\u1112\u1161\u11ab 북한", "e\u0301 \u0301 ﬁ Ǆ İı ß ſ",
                 "朝。鲜，ー プーチン", "שויגו شويغو Σοϊγκού შოიგუ Շոյգու Шойгу", "a" * 300, "x\u200dy \U0001f680 \u202e z"]


DICTIONARIES = {
    "filter_file": ["filter \\\"", "entity \\\"", "when = '", "terms = { ", "threshold = ", "names = { ", "with = { ", "not = { ", "kind = person",
                    " AND ", " OR ", "NOT ", " NEAR/", "raise = { ", "languages = { ", "side = ", "strength = ", "/*", "*/", "+= ", "}"],
    "expression": [" AND ", " OR ", "NOT ", " NEAR/5 ", " SENTENCE ", "min(2; ", "@@", "title:", "filter:", "age<2d", "/", "\\\"", "*", "=", "lang:"],
    "tokeniser": ["\\xe1\\x84\\x87", "\\xe1\\x85\\xae", "\\xcc\\x81", "\\xe2\\x80\\x99", "\\xef\\xac\\x81", "\\xc3\\xa8", "\\xd0\\xa8", "-", "'", ". A", "\\x0a",
                  "\\xe6\\x9c\\x9d", "\\xea\\xb9\\x80", "\\xd8\\xb4", "\\xd7\\xa9"],
    "page": ["<link rel=alternate", "type=\\\"application/rss+xml\\\"", "href=", "<title>", "<base href=", "<p>", "</p>", "<article>", "<script>"],
    "wire": ["\\xff\\xff\\xff\\xff", "\\x00\\x00\\x00\\x00", "https://", "\\x01\\x00\\x00\\x00"],
    "feed": ["<rss version=\\\"2.0\\\">", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "<guid>", "<description>",
             "<content:encoded>", "<![CDATA[", "]]>", "<!--", "-->", "<!DOCTYPE", "<!ENTITY", "&egrave;", "&#x", "&amp;", "<entry>",
             "</entry>", "<feed xmlns=\\\"http://www.w3.org/2005/Atom\\\">", "type=\\\"xhtml\\\"", "type=\\\"html\\\"", "xml:base=", "xml:lang=",
             "<?xml version=\\\"1.0\\\" encoding=\\\"", "\\xef\\xbb\\xbf", "\\xff\\xfe", "\\x00", "<pubDate>", "<dc:date>", "mode=\\\"base64\\\"",
             "<rdf:RDF", "<media:group>", "<skipHours>", "href=", "rel=\\\"self\\\"", "<br>", "</channel></rss>"],
    "json": ["\\\"version\\\":", "\\\"https://jsonfeed.org/version/1.1\\\"", "\\\"items\\\":[", "{\\\"id\\\":", "\\\"content_html\\\":",
             "\\\"content_text\\\":", "\\\"date_published\\\":", "\\\"tags\\\":[", "\\\"authors\\\":[{\\\"name\\\":", "\\\\u0000", "\\\\ud83d", "null",
             "\\\"url\\\":", "\\\"title\\\":", "\\\"summary\\\":", "\\\"attachments\\\":[", "1e999"],
    "html": ["<p>", "</p>", "<br>", "<script>", "</script>", "<style", "<!--", "-->", "<![CDATA[", "&nbsp;", "&egrave", "&#", "&#x", "\\\"",
             "<td>", "<template>", "\\xe2\\x80\\xae", "\\xc2\\xa0", "\\xef\\xbb\\xbf"],
    "date": ["Mon,", "Jan", "novembre", "GMT", "+01:00", "T", "Z", ":30", "PM", "EST", "2025", "-", "/", "ore ", "\\xec\\x9b\\x94",
             "\\xe5\\xb9\\xb4"],
    "url": ["http://", "https:", "//", "/../", "/./", "?", "#", "@", ":80", "[::1]", "%2e", "\\\\", "javascript:", "/8"],
    "http": ["200", "304", "429", "410", "max-age=", "W/\\\"", ", ", "no-cache", "GMT", "Fri, 21 Nov 2025 09:30:00 GMT", "99999999999"],
}


def main():
    out = sys.argv[1]
    seeds = {"filter_file": [t.encode() for t in FILTERS], "expression": [t.encode() for t in EXPRESSIONS],
             "tokeniser": [t.encode() for t in TEXTS], "feed": list(feeds()), "json": [t.encode() for t in JSON], "html": [t.encode("utf-8", "surrogatepass") for t in HTML],
             "page": [t.encode() for t in PAGES], "wire": list(wire()),
             "date": [t.encode() for t in DATES],
             "url": [t.encode() for t in URLS] + [("https://example.org/a/b\n" + t).encode() for t in URLS]
             + [bytes([0] * 10 + [255, 255, 127, 0, 0, 1]), bytes([0, 100, 255, 155] + [0] * 8 + [10, 0, 0, 1]), bytes([32, 1] + [7] * 14)],
             "http": ["\n".join(HTTP).encode()] + ["\n".join([s] + HTTP[1:9]).encode() for s in ("200", "304", "410", "404", "503", "226")]}
    for target, inputs in seeds.items():
        os.makedirs(os.path.join(out, target), exist_ok=True)
        for i, data in enumerate(inputs):
            with open(os.path.join(out, target, "%03d" % i), "wb") as f:
                f.write(data)
        with open(os.path.join(out, target + ".dict"), "w") as f:
            f.writelines('"%s"\n' % word for word in DICTIONARIES[target])


main()
