#!/usr/bin/python3
"""Answers that are small on the wire and huge decoded, or have no end: stopped at the limit on decoded bytes, in
little memory. A document just below the limit is taken."""
import gzip
import http.server
import os
import subprocess
import sys
import threading

FETCH = os.path.join(os.path.abspath(os.environ.get("top_builddir", ".")), "tests/fault/fetch_once")
LIMIT = 1 << 20
MEMORY_KIB = 64 << 10


def deflate(mebibytes, times=1):
    data = b"<rss>" + b" " * (mebibytes << 20)
    for _ in range(times):
        data = gzip.compress(data, 9)
    return data


#          path       encoding      body, None for one without end        what is said
CASES = (("/gzip", "gzip", deflate(40), "limit"),
         ("/nested", "gzip, gzip", deflate(400, 2), "limit"),
         ("/plain", None, b"x" * (LIMIT + 1), "limit"),
         ("/endless", None, None, "limit"),
         ("/below", "gzip", gzip.compress(os.urandom(LIMIT - 1)), "took %d" % (LIMIT - 1)))


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        _, encoding, body, _ = next(case for case in CASES if case[0] == self.path)
        self.send_response(200)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        try:
            self.wfile.write(body or b"x" * 65536)
            while body is None:
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass  # hung up on, as it should be

    def log_message(self, *args):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    failed = 0
    for path, _, _, expected in CASES:
        done = subprocess.run([FETCH, "http://127.0.0.1:%d%s" % (server.server_address[1], path), str(LIMIT)],
                              capture_output=True, text=True, timeout=120)
        said, peak = (done.stdout.splitlines() + ["", ""])[:2]
        memory = int(peak[5:] or 10**9)
        wrong = said != expected or memory > MEMORY_KIB
        failed += wrong
        print("%s %s: %s, %s KiB" % ("FAIL" if wrong else "ok  ", path, said, peak))
    server.shutdown()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
