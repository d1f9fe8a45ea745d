#!/usr/bin/python3
"""vedetta-filter(5) says what filters do: each of its examples is checked, and matched against the articles that stand
beside it in comments of the page:

   .\\" + [FILTER:] TITLE | TEXT [{"lang": …}]    matches
   .\\" - [FILTER:] TITLE | TEXT                  does not
   .\\" when: EXPRESSION                          is refused

Examples are literal blocks, which are whole files, and the items of EXPRESSIONS."""
import datetime
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, PATIENCE, SOURCE, Service, closing_all, run_tests  # noqa: E402

NAMES = '''entity "cementiria" { kind = organisation names = { "Cementiria" } }
entity "norvegia" { kind = country names = { "Norvegia" } }
entity "oslo" { kind = place side = "norvegia" names = { "Oslo" } }
filter "bridges" { when = "ponte" }
'''


def plain(text):
    """What mdoc prints for a line of the page."""
    return text.replace("\\(dq", '"').replace("\\e", "\\").replace("\\&", "")


def page():
    with open(os.path.join(SOURCE, "docs", "vedetta-filter.5"), encoding="utf-8") as lines:
        return lines.read()


def verdict_lines(lines):
    """(matches, what stands before a colon or None, article) of the comments that lines begin with"""
    for line in lines:
        found = re.match(r'\.\\" ([+-]) (?:([\w-]+): )?(.*?) \|(.*)$', line)
        if not found:
            if line.startswith(".\\\" +") or line.startswith(".\\\" -"):
                raise AssertionError("not understood: %s" % line)
            return
        sign, name, title, rest = found.groups()
        extra = re.search(r"\{.*\}$", rest)
        article = dict(id="x", title=title, body=rest[:extra.start()].strip() if extra else rest.strip(), lang="it")
        article.update(json.loads(extra.group()) if extra else {})
        if article.get("published") == "now":
            article["published"] = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield sign == "+", name, article


def blocks():
    """Whole files: (text, verdicts)"""
    for found in re.finditer(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed\n", page(), re.M | re.S):
        yield plain(found.group(1)), list(verdict_lines(page()[found.end():].splitlines()))


def expressions():
    """Items: (expression, verdicts)"""
    part = re.search(r"^\.Sh EXPRESSIONS\n(.*?)^\.El\n", page(), re.M | re.S).group(1)
    for item in re.finditer(r"^\.It Li (.*)\n((?:(?!\.It Li ).*\n)*)", part, re.M):
        comments = [line for line in item.group(2).splitlines() if line.startswith('.\\"')]
        yield plain(item.group(1)), list(verdict_lines(comments))


def refused():
    return re.findall(r'^\.\\" when: (.*)$', page(), re.M)


def example(expression):
    return NAMES + 'filter "example" { when = "%s" }\n' % expression.replace("\\", "\\\\").replace('"', '\\"')


def check(desk, text):
    desk.write("filters/page.filter", text)
    return desk.command("check")


def verdicts(desk, article):
    desk.write("article.jsonl", json.dumps(article) + "\n")
    done = subprocess.run([BINARY, "match", "--filters", desk.path("filters"), desk.path("article.jsonl")],
                          capture_output=True, text=True, timeout=PATIENCE, check=True)
    return {v["filter"]: v for v in json.loads(done.stdout)["verdicts"]}


def judge(desk, text, rows, default):
    done = check(desk, text)
    assert done.returncode == 0 and "page.filter" not in done.stderr, (text, done.stderr)
    wrong = []
    for matches, name, article in rows:
        v = verdicts(desk, article)[name or default]
        if v["matched"] != matches:
            wrong.append("%s %s, but %s" % ("+" if matches else "-", article, v))
    return ["%s: %s" % (text, line) for line in wrong]


def whole_files_of_the_page_do_what_it_says():
    found, wrong = list(blocks()), []
    assert len(found) >= 5 and all(rows for _, rows in found), len(found)
    with closing_all(Service(filters={})) as (desk,):
        for text, rows in found:
            assert {matches for matches, _, _ in rows} == {True, False}, text
            wrong += judge(desk, text, rows, None)
    assert not wrong, "\n".join(wrong)


def expressions_of_the_page_do_what_it_says():
    found, wrong = list(expressions()), []
    assert len(found) >= 25, len(found)
    with closing_all(Service(filters={})) as (desk,):
        for expression, rows in found:
            assert {matches for matches, _, _ in rows} == {True, False}, expression
            wrong += judge(desk, example(expression), rows, "example")
    assert not wrong, "\n".join(wrong)


def mistakes_of_the_page_are_refused_with_their_place():
    found = refused()
    assert len(found) >= 15, len(found)
    with closing_all(Service(filters={})) as (desk,):
        for expression in found:
            done = check(desk, example(expression))
            assert done.returncode == 1 and re.search(r"page\.filter:5:\d+: ", done.stderr), (expression, done)


def every_kind_of_expression_is_on_the_page():
    """The grammar stands at the head of its parser: nothing there that the page leaves out."""
    text = " ".join(expression for expression, _ in expressions())
    for mark in ('"', "=", "*", "@", "@@", "/", "filter:", "age<", "title:", "author:", "category:", "link:", "lang:",
                 "AND", "OR", "NOT", "NEAR/", "SENTENCE", "min(", "title:("):
        assert mark in text, mark
    for field in re.findall(r'\{"(\w+:)", 1u', open(os.path.join(SOURCE, "filters", "expression.c"), encoding="utf-8").read()):
        assert field[:-1] in page(), field


def every_setting_of_a_block_is_on_the_page_and_no_other():
    with open(os.path.join(SOURCE, "filters", "filter_read.c"), encoding="utf-8") as source:
        code = source.read()
    for block, section in (("entity", "ENTITIES"), ("filter", "FILTERS")):
        table = re.search(r"cfg_opt_t %s_options\[\] = \{(.*?)\};" % block, code, re.S).group(1)
        part = re.search(r"^\.Sh %s\n(.*?)^\.Sh " % section, page(), re.M | re.S).group(1)
        there = set(re.findall(r"^\.It Ic (\w+) No =", part, re.M))
        assert there == set(re.findall(r'CFG_STR(?:_LIST)?\("(\w+)"', table)), (block, there)


run_tests([whole_files_of_the_page_do_what_it_says, expressions_of_the_page_do_what_it_says,
           mistakes_of_the_page_are_refused_with_their_place, every_kind_of_expression_is_on_the_page,
           every_setting_of_a_block_is_on_the_page_and_no_other])
