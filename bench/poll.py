#!/usr/bin/python3
"""What one poll of many feeds costs, beside a floor and peers, in one run on one loopback server.

usage: poll.py [FEEDS] [--peers] [--tls]

Prints CPU seconds (user + system, of all processes), peak memory and ratios. The floor is bench/poll_floor. With --peers
newsboat and a Python script with feedparser are measured where they are installed. nginx serves the documents of
bench/documents.py with ETag and gzip. Each figure is the median of runs in which all take turns; a cold poll starts
from nothing each time, and is made once where peers or 10,000 feeds take long.
"""
import contextlib
import ctypes
import glob
import json
import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "tests", "lib")]
import documents  # noqa: E402
import vedetta  # noqa: E402

PR_SET_CHILD_SUBREAPER = 36
LOOK_S = 0.005
START = int(time.time())
BUILD = os.path.dirname(vedetta.BINARY)
LIBRARY = os.path.join(HERE, "..", "filters", "library", "russia-corea-del-nord.filter")


class Nginx:
    def __init__(self, folder, tls):
        self.folder, self.tls = folder, tls
        with socket.socket() as place:
            place.bind(("127.0.0.1", 0))
            self.port = place.getsockname()[1]
        self.ca = os.path.join(folder, "cert.pem")
        extra = ""
        if tls:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                            os.path.join(folder, "key.pem"), "-out", self.ca], check=True, capture_output=True)
            extra = "ssl_certificate %s; ssl_certificate_key %s/key.pem;" % (self.ca, folder)
        with open(os.path.join(folder, "nginx.conf"), "w") as out:
            out.write("worker_processes 1; pid %(f)s/pid; error_log %(f)s/error.log; events { worker_connections 4096; }\n"
                      "http { access_log off; types { application/rss+xml xml; } gzip on; gzip_types application/rss+xml; gzip_comp_level 1;\n"
                      "client_body_temp_path %(f)s/b; proxy_temp_path %(f)s/p; fastcgi_temp_path %(f)s/q; uwsgi_temp_path %(f)s/u; scgi_temp_path %(f)s/s;\n"
                      "server { listen 127.0.0.1:%(p)d%(s)s; %(x)s root %(f)s/www; etag on; } }\n"
                      % dict(f=folder, p=self.port, s=" ssl" if tls else "", x=extra))
        self.process = subprocess.Popen(["nginx", "-c", os.path.join(folder, "nginx.conf"), "-g", "daemon off;"], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("nginx does not listen")

    def url(self, feed):
        return "%s://127.0.0.1:%d/%d.xml" % ("https" if self.tls else "http", self.port, feed)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


def adopt_orphans():
    """What a measured command leaves behind (a worker that it stopped as it ended) becomes a child of this process, so that
    its time is counted too."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        sys.exit("prctl: %s" % os.strerror(ctypes.get_errno()))


def reap_all_but(kept):
    """Wait for every child that is not in `kept`."""
    with open("/proc/self/task/%d/children" % os.getpid()) as children:
        for pid in map(int, children.read().split()):
            if pid not in kept:
                os.waitpid(pid, 0)


def peak_of(pid):
    """MiB: the most that was resident in a process so far; None: it has ended. What wait4() says would begin with this
    program's own, from before the exec."""
    with contextlib.suppress(OSError), open("/proc/%d/status" % pid) as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return None


def measure(argv, env=None, **options):
    """(CPU seconds, peak MiB of the command itself, stdout) of a command and all that it started."""
    with open("/proc/self/task/%d/children" % os.getpid()) as children:
        others = set(map(int, children.read().split()))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = 0
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(argv, stdout=out, stderr=errors, stdin=subprocess.DEVNULL, env=env, **options)
        while process.poll() is None:
            peak = max(peak, peak_of(process.pid) or 0)
            time.sleep(LOOK_S)
        reap_all_but(others)
        out.seek(0)
        errors.seek(0)
        text, complaint = out.read(), errors.read()
    if process.returncode:
        sys.exit("%s ended with %d: %s %s" % (argv[0], process.returncode, text[-500:], complaint[-500:]))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, peak, text


def remove(folder, pattern):
    for path in glob.glob(os.path.join(folder, pattern)):
        os.unlink(path)


class Floor:
    name = "floor"

    def __init__(self, folder, urls, ca):
        self.folder, self.ca = folder, ca
        with open(os.path.join(folder, "urls"), "w") as out:
            out.write("\n".join(urls) + "\n")

    def forget(self):
        remove(self.folder, "floor.db*")

    def poll(self):
        return measure([os.path.join(BUILD, "bench", "poll_floor"), os.path.join(self.folder, "urls"), os.path.join(self.folder, "floor.db")],
                       env=dict(os.environ, FLOOR_CA=self.ca))[:2]


class Vedetta:
    name = "vedetta"

    def __init__(self, folder, urls, ca):
        with open(LIBRARY, encoding="utf-8") as source:
            text = source.read()
        self.service = vedetta.Service('backlog = 1d\nlog_level = error\n%schannel "log" { type = log file = "alerts.jsonl" }\n'
                                       'route "all" { filters = { "*" } channels = { "log" } }\n' % ('ca_file = "%s"\n' % ca if ca else ""),
                                       urls, {"library": text})
        self.service.write("vedetta.conf", self.service.read("vedetta.conf").replace("max_per_host = 8", "max_per_host = 16"))

    def forget(self):
        shutil.rmtree(self.service.path("state"))

    def poll(self):
        cpu, peak, text = measure([vedetta.BINARY, "poll", "--config", self.service.folder, "--json", "--force", "*"], env=self.service.environment())
        lines = [json.loads(line) for line in text.splitlines()]
        self.failed = sum(1 for line in lines if line.get("error"))
        self.counts = "%d polled, %d unchanged, %d new articles, %d failed" % (
            len(lines), sum(line["unchanged"] for line in lines), sum(line["new"] for line in lines), self.failed)
        return cpu, peak

    def close(self):
        self.service.close()


class Newsboat:
    name = "newsboat"

    def __init__(self, folder, urls, ca):
        self.folder = os.path.join(folder, "newsboat")
        os.mkdir(self.folder)
        with open(os.path.join(self.folder, "urls"), "w") as out:
            out.write("\n".join(urls) + "\n")
        with open(os.path.join(self.folder, "config"), "w") as out:
            out.write("reload-threads 64\nssl-verifypeer %s\n" % ("no" if ca else "yes"))

    def poll(self):
        return measure(["newsboat", "-q", "-u", self.folder + "/urls", "-C", self.folder + "/config", "-c", self.folder + "/cache.db", "-x", "reload"])[:2]


SCRIPT = """
import concurrent.futures, sqlite3, sys, feedparser
db = sqlite3.connect(sys.argv[2])
db.execute("create table if not exists feed(url primary key, etag, modified)")
db.execute("create table if not exists item(guid primary key, title, body)")
state = {u: (e, m) for u, e, m in db.execute("select * from feed")}
def get(url):
    etag, modified = state.get(url, (None, None))
    return url, feedparser.parse(url, etag=etag, modified=modified)
with concurrent.futures.ThreadPoolExecutor(32) as pool:
    for url, d in pool.map(get, open(sys.argv[1]).read().split()):
        if d.get("status") == 200:
            db.execute("replace into feed values(?,?,?)", (url, d.get("etag"), d.get("modified")))
            db.executemany("insert or ignore into item values(?,?,?)", [(e.get("id"), e.get("title"), e.get("summary")) for e in d.entries])
db.commit()
"""


class Python:
    name = "python"

    def __init__(self, folder, urls, ca):
        self.folder = folder

    def poll(self):
        return measure(["/usr/bin/python3", "-c", SCRIPT, os.path.join(self.folder, "urls"), os.path.join(self.folder, "python.db")])[:2]


def have_feedparser():
    return subprocess.run(["/usr/bin/python3", "-c", "import feedparser"], capture_output=True).returncode == 0


def publish(folder, made, feeds, version):
    """Write `feeds` (numbers) at a version, each with a new modification time."""
    for feed in feeds:
        path = os.path.join(folder, "www", "%d.xml" % feed)
        with open(path, "w", encoding="utf-8") as out:
            out.write(made.document(feed, START, version))
        stamp = START - 86400 + version * 100
        os.utime(path, (stamp, stamp))


def run_stage(polls, stage, count):
    """{name: (CPU seconds, peak MiB)}"""
    runs = {poll.name: [] for poll in polls}
    for turn in range({"cold": 3 if count <= 2000 else 1, "warm": 5}.get(stage, 1)):
        for poll in polls:
            slow = not hasattr(poll, "forget")
            if turn >= (3 if stage == "warm" else 1) and slow:
                continue
            if stage == "cold" and turn:
                poll.forget()
            runs[poll.name].append(poll.poll())
    return {name: (statistics.median(r[0] for r in of_one), max(r[1] for r in of_one)) for name, of_one in runs.items()}


def main():
    words = [w for w in sys.argv[1:] if not w.startswith("--")]
    count = int(words[0]) if words else int(os.environ.get("FEEDS") or 1000)
    folder = tempfile.mkdtemp(prefix="vedetta-bench-")
    os.chmod(folder, 0o755)
    os.mkdir(os.path.join(folder, "www"))
    made = documents.Documents()
    publish(folder, made, range(count), 0)
    adopt_orphans()
    server = Nginx(folder, "--tls" in sys.argv)
    urls = [server.url(n) for n in range(count)]
    ca = server.ca if server.tls else ""
    makers = [Floor, Vedetta]
    if "--peers" in sys.argv:
        makers += [Newsboat] if shutil.which("newsboat") else []
        makers += [Python] if have_feedparser() and not server.tls else []
    rows = []
    try:
        polls = [make(folder, urls, ca) for make in makers]
        stages = [("cold", 0), ("warm", 0), ("1 %", max(1, count // 100)), ("10 %", max(1, count // 10))]
        for version, (stage, changed) in enumerate(stages):
            publish(folder, made, range(changed), version)
            row = run_stage(polls, stage, count)
            rows.append((stage, row, polls[1].counts))
        print("%d feeds, %s: CPU seconds (peak MiB)" % (count, "TLS" if server.tls else "plain"))
        print("%-6s" % "" + "".join("%18s" % p.name for p in polls) + "   vedetta vs floor" + "".join("  vs %s" % p.name for p in polls[2:]))
        for stage, row, counts in rows:
            ours = row["vedetta"][0]
            print("%-6s" % stage + "".join("%10.3f (%5.1f)" % row[p.name] for p in polls) + "   %.2fx" % (ours / row["floor"][0]) +
                  "".join("  %.1fx less" % (row[p.name][0] / ours) for p in polls[2:]) + "   " + counts)
    finally:
        server.close()
        for poll in polls:
            if hasattr(poll, "close"):
                poll.close()
        shutil.rmtree(folder, ignore_errors=True)


main()
