#!/usr/bin/python3
"""What reading feeds costs, beside libxml2's push parser and peers, in one run on generated documents.

usage: parse.py [DOCUMENTS] [--rounds N] [--peers]

Prints CPU (user + system) a way, the median of the rounds, which take turns, and its ratio to the floor, of the documents
of bench/documents.py. The sandbox is measured twice: where the system puts engine and parser, and with both on one CPU, which
saves what it costs to wake another one. --peers: Python's feedparser, libmrss and gofeed on a tenth of the documents, where they are
installed.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import documents  # noqa: E402

VEDETTA = os.path.abspath(os.environ.get("VEDETTA", "build/vedetta"))
BUILD = os.path.dirname(VEDETTA)


def generate(folder, count):
    made, files = documents.Documents(), []
    for n in range(count):
        files.append(os.path.join(folder, "%05d.xml" % n))
        with open(files[-1], "w", encoding="utf-8") as out:
            out.write(made.document(n))
    return files


def stay_on_one_cpu():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def ask(argv, files, **options):
    parser = os.path.join(BUILD, "vedetta-parser")
    out = subprocess.run(argv + files, stdout=subprocess.PIPE, check=True, env=dict(os.environ, PARSER=parser), **options)
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
    ways = {"floor: push SAX, events": "events", "push SAX, texts copied": "texts", "vedetta, in process": "whole",
            "vedetta, in its sandbox": "worker"}
    one_cpu = {"the same on one CPU": "worker"}
    folder = tempfile.mkdtemp()
    try:
        files = generate(folder, o.documents)
        size = sum(os.path.getsize(f) for f in files)
        print("%d documents, %.1f MB" % (len(files), size / 1e6))
        runs = {name: [] for name in [*ways, *one_cpu]}
        for _ in range(o.rounds):
            for name, way in ways.items():
                runs[name].append(ask([program, way], files))
            for name, way in one_cpu.items():
                runs[name].append(ask([program, way], files, preexec_fn=stay_on_one_cpu))
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
