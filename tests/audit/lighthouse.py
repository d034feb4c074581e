"""What Lighthouse says of the public pages as a telephone loads them: `make audit`. Takes minutes, keeps nothing.

gunicorn serves a blog of its own, as in production. Each page is loaded `RUNS` times; the medians are what counts. A
page that is wrong in every way comes first: if Lighthouse finds nothing wrong with it, nothing is worth saying.
"""

import contextlib
import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.server import environment, prepare, serving

HERE = Path(__file__).resolve().parent
LIGHTHOUSE = HERE / "node_modules/.bin/lighthouse"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
RUNS = 5
MINUTES = 5
# At least so many points of 100; the shift of the layout is 0.
AIMS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
PAGES = ["home", "60 comments", "a post with a picture", "a year", "search with results"]
# A search's results are kept out of search engines on purpose, and Lighthouse takes that for a fault.
LEFT_OUT = {"search with results": "is-crawlable"}


class Result(NamedTuple):
    scores: dict  # of 100, by the name of the category
    shift: float
    paint: float  # seconds to the largest contentful paint
    faults: list  # the audits that cost points, other than those that measure speed

    def is_good(self):
        return self.shift == 0 and all(self.scores[name] >= aim for name, aim in AIMS.items())


def main():
    with tempfile.TemporaryDirectory(prefix="audit-") as folder:
        env = environment(folder, settings="tests.benchmarks.settings", BENCH_STATIC_ROOT=f"{folder}/static")
        prepare(env)
        from tests.audit.pages import write_blog

        pages = write_blog()
        with serving_a_broken_page() as address:
            print_row("page", ["perf.", "access.", "practices", "seo", "shift", "paint"])
            broken = median([load(address)])
            print_result("(a broken one)", broken)
            if broken.shift == 0 or any(broken.scores[name] >= aim for name, aim in AIMS.items()):
                sys.exit("Lighthouse does not see what is wrong with the page that is broken on purpose.")
        with serving(env, log=f"{folder}/blog.log", workers=2) as server:
            results = {}
            for name in PAGES:
                address = f"http://127.0.0.1:{server.port}{pages[name].path}"
                results[name] = median([load(address, left_out=LEFT_OUT.get(name)) for _ in range(RUNS)])
                print_result(name, results[name])
    for name, audit in LEFT_OUT.items():
        print(f"Left out, since that page is kept out of search engines on purpose: {audit} of “{name}”.")
    if missed := [name for name, result in results.items() if not result.is_good()]:
        sys.exit(f"MISSED on {', '.join(missed)}: {', '.join(f'{name} {aim}' for name, aim in AIMS.items())}, shift 0.")


@contextlib.contextmanager
def serving_a_broken_page():
    """The address of `broken.html`, for the length of a `with`."""

    class Broken(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            is_page = self.path == "/"
            self.send_response(200 if is_page else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            if is_page:
                self.wfile.write((HERE / "broken.html").read_bytes())

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Broken) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def load(address, *, left_out=None):
    """Lighthouse's own report of one load."""
    command = [LIGHTHOUSE, address, "--quiet", "--output=json", f"--only-categories={','.join(AIMS)}"]
    command += ["--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
    command += [f"--skip-audits={left_out}"] if left_out else []
    environ = os.environ | {"CHROME_PATH": CHROMIUM}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60 * MINUTES)
    if done.returncode:
        sys.exit(f"Lighthouse ended with {done.returncode}:\n{done.stderr[-3000:]}")
    report = json.loads(done.stdout)
    if error := report.get("runtimeError"):
        sys.exit(f"Lighthouse could not load {address}: {error['message']}")
    return report


def median(reports):
    def of(value):
        return statistics.median(value(report) for report in reports)

    scores = {name: round(100 * of(lambda report, name=name: report["categories"][name]["score"])) for name in AIMS}
    shift = of(lambda report: report["audits"]["cumulative-layout-shift"]["numericValue"])
    paint = of(lambda report: report["audits"]["largest-contentful-paint"]["numericValue"]) / 1000
    return Result(scores, shift, paint, sorted(set().union(*map(_faults, reports))))


def _faults(report):
    names = [name for name in AIMS if name != "performance"]
    counted = [audit["id"] for name in names for audit in report["categories"][name]["auditRefs"] if audit["weight"]]
    return {name for name in counted if report["audits"][name]["score"] not in (1, None)}


def print_result(name, result):
    measured = [*(f"{score}" for score in result.scores.values()), f"{result.shift:.3f}", f"{result.paint:.2f} s"]
    print_row(name, measured, ", ".join(result.faults))


def print_row(name, measured, more=""):
    print(f"{name:<24}{''.join(f'{value:>10}' for value in measured)}  {more}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
