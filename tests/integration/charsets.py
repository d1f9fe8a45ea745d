#!/usr/bin/python3
"""Every encoding under every label, right, wrong and absent: accents and scripts must come out exact. Through `vedetta parse`."""
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, run_tests  # noqa: E402

ITALIAN = "È già così: perché l'Università non è più una città qualunque, né il caffè costerà di più; lunedì però sì, ùltimo, naïve"
TYPOGRAPHIC = ITALIAN + " — «qui» costa 5 € … l’“altro”"
RUSSIAN = "Ким Чен Ын прибыл во Владивосток на бронепоезде, сообщили в Кремле"
CHINESE = "金正恩访问俄罗斯远东地区并与普京会谈"
TRADITIONAL = "金正恩訪問俄羅斯遠東地區並與普京會談"
JAPANESE = "金正恩総書記がロシアを訪問し、プーチン大統領と会談した"
KOREAN = "김정은 국무위원장이 러시아를 방문해 푸틴 대통령과 회담했다"


def document(text, label):
    prolog = '<?xml version="1.0"%s?>' % (' encoding="%s"' % label if label else "")
    return (prolog + '<rss version="2.0"><channel><title>Prova</title>'
            + "".join("<item><guid>%d</guid><title>%s</title><description>%s</description></item>" % (n, text, text) for n in range(3))
            + "</channel></rss>")


def title(data, content_type=None):
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(data)
        file.flush()
        words = ["--content-type", content_type] if content_type else []
        done = subprocess.run([BINARY, "parse", *words, file.name], capture_output=True, timeout=60)
    if done.returncode:
        return "refused: " + done.stderr.decode()
    entries = json.loads(done.stdout)["items"]
    assert len(entries) == 3, len(entries)
    return entries[0]["title"]


def check(cases):
    wrong = ["%s: %r" % (what, got) for what, text, data, content_type in cases if (got := title(data, content_type)) != text]
    assert not wrong, "%d of %d wrong:\n%s" % (len(wrong), len(cases), "\n".join(wrong))
    print("     (%d documents)" % len(cases))


MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-32-le": b"\xff\xfe\0\0", "utf-32-be": b"\0\0\xfe\xff"}
SCRIPTS = ((RUSSIAN, ("koi8-r", "windows-1251", "iso-8859-5", "utf-8")), (CHINESE, ("gb2312", "gbk", "gb18030", "utf-8")),
           (TRADITIONAL, ("big5", "utf-8")), (JAPANESE, ("shift_jis", "euc-jp", "iso-2022-jp", "utf-8")), (KOREAN, ("euc-kr", "utf-8")))


def a_right_declaration_is_believed():
    cases = [("prolog %s" % e, t, document(t, e).encode(e), None) for t, es in SCRIPTS for e in es]
    cases += [("prolog %s" % e, ITALIAN, document(ITALIAN, e).encode(e), None) for e in ("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252")]
    cases += [("prolog windows-1252", TYPOGRAPHIC, document(TYPOGRAPHIC, "windows-1252").encode("windows-1252"), None)]
    check(cases)


def a_header_of_the_server_is_believed():
    cases = [("header %s" % e, t, document(t, None).encode(e), "text/xml; charset=" + e) for t, es in SCRIPTS for e in es]
    cases += [("header %s" % e, ITALIAN, document(ITALIAN, None).encode(e), 'application/rss+xml;charset="%s"' % e.upper())
              for e in ("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252")]
    cases += [("header %s against prolog" % e, ITALIAN, document(ITALIAN, "koi8-r").encode(e), "text/xml; charset=" + e)
              for e in ("utf-8", "iso-8859-1", "windows-1252")]
    check(cases)


def a_byte_order_mark_goes_before_everything():
    check([("mark %s, label %s" % (e, label), t, mark + document(t, label).encode(e), kind)
           for e, mark in MARKS.items() for t in (TYPOGRAPHIC, KOREAN)
           for label, kind in ((None, None), ("iso-8859-1", None), ("utf-8", "text/xml; charset=windows-1252"))])


def wide_characters_are_seen_without_a_mark():
    check([("%s, label %s" % (e, label), t, document(t, label).encode(e), None)
           for e in MARKS if e != "utf-8" for t in (TYPOGRAPHIC, CHINESE) for label in (None, "utf-8", "utf-16")])


def bytes_are_seen_through_wrong_labels_and_without_any():
    utf_8, latin = document(TYPOGRAPHIC, "utf-8").encode(), document(TYPOGRAPHIC, None).encode("windows-1252")
    check([("utf-8 without a label", TYPOGRAPHIC, document(TYPOGRAPHIC, None).encode(), None),
           ("windows-1252 without a label", TYPOGRAPHIC, latin, None),
           ("windows-1252 that is called utf-8", TYPOGRAPHIC, document(TYPOGRAPHIC, "utf-8").encode("windows-1252"), None),
           ("windows-1252 that its server calls utf-8", TYPOGRAPHIC, latin, "text/xml; charset=utf-8"),
           ("windows-1252 that is called iso-8859-1", TYPOGRAPHIC, document(TYPOGRAPHIC, "iso-8859-1").encode("windows-1252"), None),
           ("windows-1252 that is called us-ascii", TYPOGRAPHIC, document(TYPOGRAPHIC, "us-ascii").encode("windows-1252"), None),
           ("utf-8 that is called iso-8859-1", TYPOGRAPHIC, document(TYPOGRAPHIC, "iso-8859-1").encode(), None),
           ("utf-8 that its server calls iso-8859-1", TYPOGRAPHIC, utf_8, "text/xml; charset=iso-8859-1"),
           ("utf-8 that is called us-ascii", TYPOGRAPHIC, document(TYPOGRAPHIC, "us-ascii").encode(), None),
           ("utf-8 under an unknown label", TYPOGRAPHIC, document(TYPOGRAPHIC, "x-unheard-of").encode(), None),
           ("windows-1252 under an unknown label", TYPOGRAPHIC, document(TYPOGRAPHIC, "x-unheard-of").encode("windows-1252"), None),
           ("utf-8 that is called EBCDIC", TYPOGRAPHIC, document(TYPOGRAPHIC, "ebcdic-cp-us").encode(), None),
           ("utf-8 that is called utf-16", TYPOGRAPHIC, document(TYPOGRAPHIC, "utf-16").encode(), None),
           ("utf-8, the label in quotes and blanks", TYPOGRAPHIC, utf_8, "text/xml; charset = ' UTF8 '")])


run_tests([a_right_declaration_is_believed, a_header_of_the_server_is_believed, a_byte_order_mark_goes_before_everything,
           wide_characters_are_seen_without_a_mark, bytes_are_seen_through_wrong_labels_and_without_any])
