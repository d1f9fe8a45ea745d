#!/usr/bin/python3
"""What reading feeds costs, beside libxml2's push parser and peers, in one run on generated documents.

usage: parse.py [DOCUMENTS] [--rounds N] [--peers]

Prints CPU (user + system) a way, the median of the rounds, which take turns, and its ratio to the floor. The documents are
RSS and Atom of 20 to 60 items, Italian and English, HTML in their bodies. --peers: Python's feedparser, libmrss and
gofeed on a tenth of the documents, where they are installed.
"""
import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from xml.sax.saxutils import escape

HERE = os.path.dirname(os.path.abspath(__file__))
VEDETTA = os.path.abspath(os.environ.get("VEDETTA", "build/vedetta"))
BUILD = os.path.dirname(VEDETTA)
# one letter in about a hundred is not ASCII, as in Italian feeds; hardly any in English ones
LANGUAGES = (
    "il lo la di che si per una ma se da del con non nel anche dopo prima contro governo ministro accordo alleanza missili elezioni "
    "economia guerra pace trattato vertice delegazione parlamento settimana tribunale inchiesta presidente sindaco lavoro scuola "
    "Roma Mosca Milano Europa presentato approvato firmato annunciato deciso secondo fonti è città già perché dell’energia".split(),
    "the of and to in a that for on with as was by at from minister agreement summit troops market said would after talks police court "
    "evidence energy inflation government president election border treaty missile Pyongyang Moscow London week month year billion "
    "according sources “deal” reported announced signed decided".split())
words = LANGUAGES[0]


def sentence(rng, least=8, most=24):
    return " ".join(rng.choice(words) for _ in range(rng.randint(least, most))).capitalize() + "."


def body(rng):
    out = []
    for _ in range(rng.randint(3, 6)):
        text = escape(" ".join(sentence(rng) for _ in range(rng.randint(1, 3))))
        if rng.random() < .5:
            text = text.replace(" ", " <strong>", 1).replace(".", "</strong>.", 1)
        if rng.random() < .4:
            text += ' <a href="https://esempio.invalid/%d?a=1&amp;b=2">%s</a>' % (rng.randrange(10 ** 6), rng.choice(words))
        out.append("<p>%s&nbsp;&#8217;</p>" % text)
    return "\n".join(out) + '<img src="https://esempio.invalid/i.jpg" alt="" />'


def rss(rng, sections):
    held = (lambda text: "<![CDATA[%s]]>" % text) if sections else escape
    items = []
    for n in range(rng.randint(20, 60)):
        html, link = body(rng), "https://esempio.invalid/%d/%d" % (rng.randrange(10 ** 6), n)
        when = time.strftime("%a, %d %b %Y %H:%M:%S +0100", time.gmtime(1763000000 - n * 1800))
        items.append("<item>\n<title>%s</title>\n<link>%s</link>\n<dc:creator>Redazione</dc:creator>\n<pubDate>%s</pubDate>\n"
                     "<category>Esteri</category>\n<category>Asia</category>\n<guid isPermaLink=\"false\">%s?p=1</guid>\n"
                     "<description>%s</description>\n<content:encoded>%s</content:encoded>\n</item>"
                     % (escape(sentence(rng, 6, 12)), link, when, link, held(sentence(rng)), held(html)))
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n<title>Prova</title>\n<link>https://esempio.invalid/</link>\n'
            '<description>x</description>\n<language>it</language>\n%s\n</channel>\n</rss>\n' % "\n".join(items))


def atom(rng):
    entries = []
    for n in range(rng.randint(20, 60)):
        link = "https://esempio.invalid/%d/%d" % (rng.randrange(10 ** 6), n)
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1763000000 - n * 1800))
        entries.append('<entry>\n<id>%s</id>\n<title type="html">%s</title>\n<link rel="alternate" type="text/html" href="%s"/>\n<published>%s</published>\n'
                       '<updated>%s</updated>\n<author><name>Redazione</name></author>\n<category term="Esteri"/>\n<summary>%s</summary>\n'
                       '<content type="html">%s</content>\n</entry>'
                       % (link, escape(sentence(rng, 6, 12)), link, when, when, escape(sentence(rng)), escape(body(rng))))
    return ('<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="it">\n<title>Prova</title>\n<id>urn:x</id>\n'
            '<updated>2025-11-14T00:00:00Z</updated>\n%s\n</feed>\n' % "\n".join(entries))


def generate(folder, count):
    """A third each: RSS with CDATA sections, RSS with escaped HTML, Atom with escaped HTML."""
    global words
    files = []
    for n in range(count):
        rng, words = random.Random(n), LANGUAGES[n % 2]
        text = atom(rng) if n % 3 == 2 else rss(rng, n % 3 == 0)
        files.append(os.path.join(folder, "%05d.xml" % n))
        with open(files[-1], "w", encoding="utf-8") as out:
            out.write(text)
    return files


def ask(argv, files):
    out = subprocess.run(argv + files, stdout=subprocess.PIPE, check=True, env=dict(os.environ, VEDETTA=VEDETTA))
    return json.loads(out.stdout)


FEEDPARSER = """
import json, resource, sys, feedparser
data = [open(f, 'rb').read() for f in sys.argv[1:]]
def cpu():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime
start, items = cpu(), 0
for d in data:
    items += len(feedparser.parse(d).entries)
print(json.dumps({'items': items, 'bytes': sum(map(len, data)), 'cpu_s': cpu() - start}))
"""

MRSS = r"""
#include <mrss.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
static double cpu(void){struct rusage u;getrusage(RUSAGE_SELF,&u);return u.ru_utime.tv_sec+u.ru_stime.tv_sec+(u.ru_utime.tv_usec+u.ru_stime.tv_usec)/1e6;}
int main(int argc,char**argv){unsigned long items=0,bytes=0;double all=0;
for(int i=1;i<argc;i++){FILE*f=fopen(argv[i],"rb");fseek(f,0,SEEK_END);long n=ftell(f);rewind(f);char*b=malloc(n+1);if(fread(b,1,n,f)!=(size_t)n)return 1;fclose(f);bytes+=n;
double s=cpu();mrss_t*m=NULL;if(mrss_parse_buffer(b,n,&m)==MRSS_OK){for(mrss_item_t*t=m->item;t;t=t->next)items++;mrss_free(m);}all+=cpu()-s;free(b);}
printf("{\"items\": %lu, \"bytes\": %lu, \"cpu_s\": %f}\n",items,bytes,all);return 0;}
"""

GOFEED = """
package main
import ("bytes"; "fmt"; "os"; "syscall"; "github.com/mmcdole/gofeed")
func cpu() float64 { var u syscall.Rusage; syscall.Getrusage(syscall.RUSAGE_SELF, &u)
  return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6 }
func main() { var data [][]byte; size, items := 0, 0
  for _, name := range os.Args[1:] { b, err := os.ReadFile(name); if err != nil { panic(err) }; data = append(data, b); size += len(b) }
  start := cpu()
  for _, b := range data { feed, err := gofeed.NewParser().Parse(bytes.NewReader(b)); if err == nil { items += len(feed.Items) } }
  fmt.Printf("{\\"items\\": %d, \\"bytes\\": %d, \\"cpu_s\\": %f}\\n", items, size, cpu()-start) }
"""


def built(folder, name, source, argv, env=None):
    """A peer's program, or None if it cannot be built here."""
    if not shutil.which(argv[0]):
        return None
    with open(os.path.join(folder, name), "w") as out:
        out.write(source)
    done = subprocess.run(argv, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, **(env or {})))
    return [os.path.join(folder, "peer-" + name.split(".")[0])] if done.returncode == 0 else None


def peers(folder):
    ways = {}
    if subprocess.run([sys.executable, "-c", "import feedparser"], stderr=subprocess.DEVNULL).returncode == 0:
        ways["Python feedparser"] = [sys.executable, "-c", FEEDPARSER]
    ways["libmrss"] = built(folder, "mrss.c", MRSS, ["cc", "-O2", "-o", "peer-mrss", "mrss.c", "-lmrss", "-lnxml"])
    ways["gofeed"] = built(folder, "gofeed.go", GOFEED, ["go", "build", "-o", "peer-gofeed", "gofeed.go"],
                           {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "", "GOCACHE": os.path.join(folder, "go")})
    for name in [n for n, argv in ways.items() if not argv]:
        print("%s: not installed" % name)
        del ways[name]
    return ways


def report(results, floor):
    base = floor["cpu_s"] / floor["items"]
    print("%-28s %9s %9s %10s %8s" % ("way", "items", "MB/s", "us/item", "ratio"))
    for name, result in results.items():
        each = result["cpu_s"] / result["items"]
        print("%-28s %9d %9.1f %10.2f %7.2fx" % (name, result["items"], result["bytes"] / result["cpu_s"] / 1e6, each * 1e6, each / base))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("documents", nargs="?", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--peers", action="store_true")
    o = options.parse_args()
    program = os.path.join(BUILD, "bench", "parse")
    ways = {"floor: push SAX, events": "events", "push SAX, texts copied": "texts", "vedetta, in process": "whole", "vedetta, in its sandbox": "worker"}
    folder = tempfile.mkdtemp()
    try:
        files = generate(folder, o.documents)
        size = sum(os.path.getsize(f) for f in files)
        print("%d documents, %.1f MB" % (len(files), size / 1e6))
        runs = {name: [] for name in ways}
        for _ in range(o.rounds):
            for name, way in ways.items():
                runs[name].append(ask([program, way], files))
        results = {}
        for name, of_way in runs.items():
            results[name] = dict(of_way[0], cpu_s=statistics.median(r["cpu_s"] for r in of_way))
        if o.peers:
            for name, argv in peers(folder).items():
                results[name] = ask(argv, files[:max(1, len(files) // 10)])
        report(results, results["floor: push SAX, events"])
    finally:
        shutil.rmtree(folder)


main()
