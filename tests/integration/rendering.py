#!/usr/bin/python3
"""What readers and programs get of hostile articles: read back by parsers that are not ours."""
import email
import email.policy
import html.parser
import json
import os
import random
import re
import struct
import sys
import unicodedata
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
import samples  # noqa: E402
from samples import alert, digest, render  # noqa: E402
from vedetta import run_tests  # noqa: E402

NASTY = [
    "a\r\nBcc: evil@example.org", "a\n\nbody", "=?utf-8?q?=0D=0ABcc:_x?=", "(comment) <x@y> \"q\" \\", "x" * 3000,
    "日本語" * 200, "emoji \U0001f600\U0001f468\u200d\U0001f469", "\u202ertl\u2066x\u2069", "tag\U000e0041\U000e007f",
    "nel\u0085ls\u2028ps\u2029", "<script>alert(1)</script><img src=http://evil.invalid/p.gif onerror=x>",
    "<meta http-equiv=refresh content='0;url=http://evil.invalid'><style>@import 'x'</style><svg onload=x>",
    "</b><a href='http://evil.invalid'>x</a> &lt;b&gt; & &amp; &#60;", "%n %s %1$s {title} {link} $(reboot) `id` ; rm -rf /",
    "\x1b[31mred\x1b]8;;http://evil.invalid\x07x\x1b]52;c;eA==\x07\x9b1m", "quote\"] [x y=\"z\\", "-leading --dash",
    "*bold* _it_ [a](http://evil.invalid) <http://evil.invalid|x> @channel @everyone :smile: ~x~ `c` # h", "\\ud800", "\ufeffbom",
    ".\n.\r\n.\n", "\t tab \x07 bell \x7f", "null", "' OR 1=1 --", "\u200e\u200f\u061c",
]
ALL_FORMS = "html text wrapped short colour record note slack markdown matrix telegram syslog template mime journal".split()
HARM = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\U000e0000-\U000e007f]")


def nasty_messages():
    """As compose lets them through, and as it never would."""
    for text in NASTY:
        fit = HARM.sub("\ufffd", " ".join(text.split()))
        for value in (fit, text):
            message = alert("en")
            message.update(subject=value, filter_title=value, filter=value, outlets=[value, value + "2"])
            message["items"][0].update(title=value, excerpt=value, outlet=value, owner=value, filter_title=value, filter=value,
                                       why=[value, value])
            message["items"][0]["title_spans"] = [0, 1, 2, 5, 1, 3, 5, 99999, 3, 2]
            message["items"][0]["excerpt_spans"] = [1, 2]
            yield value == fit, value, message


def parse(content):
    return email.message_from_bytes(content, policy=email.policy.default)


def every_form_of_every_hostile_text_is_valid_utf8_or_ascii():
    for _, _, message in nasty_messages():
        for form in ALL_FORMS:
            if form != "journal":
                render(message, form).decode("utf-8")


def a_mail_has_one_header_each_and_no_other():
    for fit, value, message in nasty_messages():
        wire = render(message, "mime")
        assert b"\n" not in wire.replace(b"\r\n", b"") and b"\0" not in wire
        assert max(map(len, wire.split(b"\r\n"))) <= 998
        mail = parse(wire)
        names = [name.lower() for name in mail.keys()]
        assert len(names) == len(set(names)) and "bcc" not in names, (value, names)
        assert not mail.defects, (value, mail.defects)
        assert set(names) == {"from", "to", "subject", "date", "message-id", "list-id", "auto-submitted", "importance",
                              "x-auto-response-suppress", "mime-version", "content-type"}, names
        assert "\n" not in mail["Subject"] and "\r" not in mail["Subject"], value
        if fit and len(value) < 300:
            assert mail["Subject"] == value, (mail["Subject"], value)
        for part in mail.iter_parts():
            part.get_content()
            assert not part.defects


def a_mail_is_the_same_at_every_attempt():
    assert render(alert("it"), "mime") == render(alert("it"), "mime")
    first, other = parse(render(alert("it"), "mime")), parse(render(alert("it", key="x.update2.y"), "mime"))
    assert first["Message-ID"] != other["Message-ID"] and first["Date"] == "Sat, 21 Nov 2026 12:00:00 +0000", first["Date"]
    grown = parse(render(alert("it", key="x.update2.y", thread=alert("it")["key"], kind=1), "mime"))
    assert grown["In-Reply-To"] == first["Message-ID"] == grown["References"], grown.items()


def ids_of_strange_keys_stay_apart():
    keys = ["a b", "a_b", "a\r\nb", "a>b", "a.b.", "a..b", ".ab", "è", "x" * 500, "x" * 501, "../../etc/passwd", ""]
    ids = {parse(render(alert("en", key=key), "mime"))["Message-ID"] for key in keys}
    assert len(ids) == len(keys), ids
    assert all(re.fullmatch(r"<[A-Za-z0-9._-]+@[A-Za-z0-9.-]+>", i) for i in ids), ids


class Tags(html.parser.HTMLParser):
    ALLOWED = {"html", "head", "meta", "title", "body", "table", "tr", "td", "div", "span", "a", "mark", "br"}
    ATTRIBUTES = {"style", "href", "lang", "charset", "name", "content", "role", "dir", "width", "cellpadding", "cellspacing", "align"}

    def __init__(self):
        super().__init__()
        self.text, self.marked, self.tag = [], [], []

    def handle_starttag(self, tag, attributes):
        assert tag in self.ALLOWED, tag
        for name, value in attributes:
            assert name in self.ATTRIBUTES, (tag, name)
            assert name != "style" or not re.search(r"url|expression|import|@", value), value
            assert name != "href" or re.match(r"https?://", value), value
            assert not (tag == "meta" and name == "name" and value != "viewport")
        if tag not in ("meta", "br"):
            self.tag.append(tag)

    def handle_endtag(self, tag):
        assert self.tag.pop() == tag, tag

    def handle_data(self, data):
        self.text.append(data)
        if self.tag and self.tag[-1] == "mark":
            self.marked.append(data)


def tags(message):
    page = Tags()
    page.feed(render(message, "html").decode())
    page.close()
    assert not page.tag, page.tag
    return page


def a_page_holds_nothing_that_runs_or_is_fetched():
    for _, value, message in nasty_messages():
        page = tags(message)
        assert not HARM.search("".join(page.text).replace("\n", "")), value
    hostile = alert("en")
    for link in ("javascript:alert(1)", "data:text/html,x", "http://a.invalid/\"onclick=x", "file:///etc/passwd", "HTTP://x", ""):
        hostile["items"][0]["link"] = link
        assert "href" not in render(hostile, "html").decode(), link


def a_page_marks_the_words_that_matched():
    page = tags(digest("it"))
    assert page.marked.count("Khasan") == 2 and "Corea del Nord" in page.marked and "truppe nordcoreane" in page.marked
    text = "".join(page.text)
    for expected in ("Riepilogo: 4 avvisi", "priorità alta", "critico", "Perché: Corea del Nord, mutua difesa, Khasan (punteggio 4,25, soglia 3)",
                     "Anche su: Пример-ТВ (Stato inventato, controllato da uno Stato)", "Ponti & viadotti", "<lievi>"):
        assert expected in text, expected
    assert text.index("Dighe") < text.index("Russia - Corea del Nord") < text.index("Ponti & viadotti")
    english = "".join(tags(digest("en")).text)
    assert "Also in: Primer TV (Invented State, state-controlled)" in english and "Why: " in english


def a_digest_of_ten_thousand_is_a_valid_mail():
    big = digest("en")
    base = big["items"]
    big["items"] = [dict(base[n % len(base)], alert=n + 1, article=n + 1, title="Bridge %d" % n) for n in range(10000)]
    mail = parse(render(big, "mime"))
    plain = mail.get_body(("plain",)).get_content()
    assert "Bridge 0" in plain and "Bridge 9999" in plain and not mail.defects
    short = render(big, "short").decode()
    assert "and 9980 more" in short and len(short) < 10000, short[-200:]


def columns(text):
    return sum(0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def the_text_of_a_mail_is_wrapped_where_scripts_allow_and_loses_nothing():
    for message in (samples.world("it"), digest("en"), dict(digest("en"), items=[], text="a " * 100 + "https://esempio.invalid/" + "x/" * 60)):
        whole, wrapped = render(message, "text").decode(), render(message, "wrapped").decode()
        assert "".join(whole.split()) == "".join(wrapped.split())
        links = [word for line in whole.splitlines() for word in line.split() if word.startswith("http")]
        assert all(link in wrapped for link in links) and (links or not message["items"])
        for line in wrapped.splitlines():
            unbroken = max(map(columns, re.split("[ \u3000]|(?<=[^\x00-\x7f])(?=[^\x00-\x7f])", line)))
            assert columns(line) <= 76 or unbroken > 60, line
    heading, rule = re.search("(朝鲜.*)\n(-+)\n", render(samples.world("it"), "wrapped").decode()).groups()
    assert columns(heading) == len(rule)


def texts_from_right_to_left_keep_their_direction_and_dates_their_order():
    page = render(samples.world("it"), "html").decode()
    assert page.count('<div dir="auto" lang="ar"') == 2 and '<span dir="auto">' in page
    assert re.search(r"ebraico · 20 novembre 2026", page) and "table-layout:fixed" in page and "overflow-wrap:anywhere" in page


def a_log_line_is_one_line_of_strict_json():
    for fit, value, message in nasty_messages():
        line = render(message, "record")
        assert b"\n" not in line
        record = json.loads(line, parse_constant=lambda name: 1 / 0)
        assert not HARM.search(line.decode()), value
        if fit:
            assert record["message"] == value and record["rule"]["id"] == value


def a_syslog_record_follows_rfc_5424():
    grammar = re.compile(r'<(\d{1,3})>1 (\S+) (\S{1,255}) (\S{1,48}) (\d{1,128}) (\S{1,32}) '
                         r'\[vedetta@32473((?: [!#-<>-\\^-~]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*)\] \ufeff(.*)')
    for _, value, message in nasty_messages():
        raw = render(message, "syslog")
        assert len(raw) <= 2048 + 32, len(raw)
        match = grammar.fullmatch(raw.decode())
        assert match, (value, raw)
        assert int(match.group(1)) == 3 * 8 + 4 and match.group(6) == "alert"


def journal_fields(entry):
    fields = []
    while entry:
        name, _, rest = entry.partition(b"\n")
        size, = struct.unpack("<Q", rest[:8])
        assert rest[8 + size:9 + size] == b"\n"
        fields.append((name.decode("ascii"), rest[8:8 + size].decode("utf-8")))
        entry = rest[9 + size:]
    return fields


def a_journal_entry_has_only_its_own_fields():
    for _, value, message in nasty_messages():
        fields = journal_fields(render(message, "journal"))
        names = [name for name, _ in fields]
        assert len(names) == len(set(names)) and all(re.fullmatch("[A-Z][A-Z_]*", name) for name in names)
        known = dict(fields)
        assert known["MESSAGE_ID"] == "e7a3ad0c1f1d4a4a9f6e2b0f9f5c7b11" and known["PRIORITY"] == "4"


def every_message_id_is_in_the_catalogue():
    with open(os.path.join(os.environ.get("top_srcdir", "."), "packaging", "vedetta.catalog"), encoding="utf-8") as source:
        ids = re.findall(r"^-- ([0-9a-f]{32})( it)?$", source.read(), re.M)
    service = dict(alert("en"), kind=4, items=[], text="x")
    for message in (alert("en"), service):
        number = dict(journal_fields(render(message, "journal")))["MESSAGE_ID"]
        assert (number, "") in ids and (number, " it") in ids, number


def notification_markup_is_well_formed_and_only_bold():
    for fit, value, message in nasty_messages():
        note = json.loads(render(message, "note"))
        root = xml.etree.ElementTree.fromstring("<x>%s</x>" % note["markup"])
        assert {element.tag for element in root.iter()} <= {"x", "b"}, note["markup"]
        assert "".join(root.itertext()) == note["body"]
        assert len(note["body"].encode()) <= 2048 and len(note["summary"].encode()) <= 160
        assert not HARM.search(note["body"].replace("\n", "")) and not HARM.search(note["summary"])


def texts_are_cut_between_what_people_see_as_characters():
    for cluster in ("e\u0301", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1ee\U0001f1f9", "\u0928\u093f", "\U0001f44d\U0001f3fd", "한", "\u0e01\u0e33"):
        for before in range(4):
            text = "x" * before + cluster * 400
            note = json.loads(render(alert("en", items=[dict(alert("en")["items"][0], title=text, outlet=text)]), "note"))
            for shown in (note["summary"], note["body"].split("\n")[0].split(" · ")[1]):
                kept = shown.removesuffix("…")
                assert shown.endswith("…") and kept == "x" * before + cluster * kept.count(cluster) and kept.count(cluster), shown


def a_body_of_a_megabyte_is_cut():
    note = json.loads(render(alert("en", items=[dict(alert("en")["items"][0], excerpt="<b>&" * (1 << 18))]), "note"))
    assert len(note["body"].encode()) <= 2048 and len(note["markup"]) < 1 << 14


def a_notification_of_a_story_that_grew_says_so_and_keeps_its_alert():
    first, grown = (json.loads(render(alert("it", kind=kind), "note")) for kind in (0, 1))
    assert first["alert"] == grown["alert"] and "la notizia cresce" in grown["body"] and "cresce" not in first["body"]
    assert "Anche su: Primer TV" in grown["body"]


def a_template_is_filled_once_and_stays_json():
    for fit, value, message in nasty_messages():
        filled = json.loads(render(message, "template"))
        if fit:
            assert filled["t"] == value, (filled["t"], value)
        assert filled["all"]["vedetta"]["schema"] == 1


def chat_markup_of_hostile_text_is_inert():
    for _, value, message in nasty_messages():
        link = message["items"][0]["link"]
        slack = render(message, "slack").decode()
        assert re.findall(r"<([^|>]*)", slack) in ([link.replace("&", "&amp;")], []), slack
        for form in ("telegram", "matrix"):
            root = xml.etree.ElementTree.fromstring("<x>%s</x>" % render(message, form).decode().replace("<br>", "<br/>"))
            assert {e.tag for e in root.iter()} <= {"x", "b", "a", "br"}
            assert [e.get("href") for e in root.iter("a")] in ([link], [])
        markdown = render(message, "markdown").decode()
        assert not re.search(r"(?<!\\)@(?:channel|everyone)", markdown), markdown
        assert len(re.findall(r"(?<!\\)\]\(", markdown)) <= 1, markdown
    assert len(render(dict(digest("en"), items=digest("en")["items"] * 200), "telegram")) <= 4096


def a_terminal_gets_no_escape_but_ours():
    ours = re.compile("\x1b\\[(?:0|1|2|1;33)m")
    for _, value, message in nasty_messages():
        assert not HARM.search(render(message, "text").decode()), value
        assert not HARM.search(ours.sub("", render(message, "colour").decode())), value
        assert "\x1b" not in render(message, "text").decode()


def a_link_shows_where_it_leads():
    def domain(link):
        message = alert("en")
        message["items"][0]["link"] = link
        return json.loads(render(message, "record")).get("url", {}).get("domain")
    assert domain("https://www.example.org/x") == "example.org"
    assert domain("https://good.example@evil.invalid/x") == "evil.invalid"
    assert domain("https://xn--80ak6aa92e.com/") == "xn--80ak6aa92e.com" or domain("https://xn--80ak6aa92e.com/") == "аррӏе.com"
    assert domain("https://p\u0430ypal.com/").startswith("xn--"), domain("https://p\u0430ypal.com/")
    assert domain("https://новости.example.org/") == "новости.example.org"


def random_bytes_of_text_break_nothing():
    rng = random.Random(7)
    pool = "".join(NASTY) + "{}[]()<>&|\\\"'`*_~#@:"
    for _ in range(60):
        message = alert(rng.choice(["it", "en"]))
        pick = lambda: "".join(rng.choice(pool) for _ in range(rng.randint(0, 80)))
        message["items"][0].update(title=pick(), excerpt=pick(), outlet=pick(), why=[pick()],
                                   title_spans=[rng.randint(0, 99) for _ in range(4)],
                                   excerpt_spans=[rng.randint(0, 99) for _ in range(6)])
        message["subject"] = pick()
        for form in ("mime", "html", "record", "note", "syslog", "template"):
            out = render(message, form)
            if form == "mime":
                assert not parse(out).defects
            elif form in ("record", "note", "template"):
                json.loads(out)
        tags(message)


if __name__ == "__main__":
    only = sys.argv[1:]
    run_tests([value for name, value in list(globals().items())
               if getattr(value, "__module__", "") == "__main__" and hasattr(value, "__code__")
               and value.__code__.co_argcount == 0 and name != "nasty_messages" and (not only or name in only)])
