"""The programs that read pages as machines do, each as a function: HTML in, what it makes of it out.

`make pages` installs those of npm beside this file; java, node and w3m are Debian's.
"""

import json
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE.parents[1] / "static"
VNU = HERE / "node_modules/vnu-jar/build/dist/vnu.jar"
MINUTES = 5


def faults_of(pages):
    """What the Nu HTML checker finds wrong in {name: HTML}, and in the style sheets and the icon: a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        styles = [STATIC / "tokens.css", *(STATIC / "site").glob("*.css")]
        names = _write(pages, folder) | {str(file): file.name for file in [*styles, STATIC / "icon.svg"]}
        options = ["--format", "json", "--exit-zero-always", "--stdout", "--also-check-css", "--also-check-svg"]
        told = json.loads(_run("java", "-jar", VNU, *options, *names))
    found = []
    for message in told["messages"]:
        file = message.get("url", "").removeprefix("file:")
        if message["type"] != "info" and not _is_a_view_transition(file, message):
            found.append(f"{names.get(file, file)}: {message['message']} {message.get('extract', '')}".strip())
    return found


def text_of(html):
    """The page as w3m shows it, on one line: what is read, in the order in which it is read."""
    return " ".join(_run("w3m", "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", stdin=html).split())


def articles_of(pages):
    """{name: {"title", "byline", "text"}} of {name: HTML}, as Firefox's reader mode makes them."""
    with tempfile.TemporaryDirectory() as folder:
        names = _write(pages, folder)
        read = json.loads(_run("node", HERE / "read.mjs", *names))
    return {names[file]: article for file, article in read.items()}


def _is_a_view_transition(file, message):
    """The checker's CSS is older than css-view-transitions-1, and takes what follows them for errors as well."""
    if not file.endswith(".css"):
        return False
    line = Path(file).read_text().splitlines()[message["lastLine"] - 1]
    return "view-transition" in line and message["message"].startswith("CSS: ")


def _write(pages, folder):
    """Writes each page to a file; {path: name}."""
    names = {}
    for number, (name, html) in enumerate(pages.items()):
        file = Path(folder, f"{number}.html")
        file.write_text(html, encoding="utf-8")
        names[str(file)] = name
    return names


def _run(*command, stdin=None):
    done = subprocess.run(
        [str(part) for part in command],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=60 * MINUTES,
    )
    if done.returncode:
        raise RuntimeError(
            f"{command[0]} ended with {done.returncode} (`make pages` installs it): {done.stderr[-2000:]}"
        )
    return done.stdout
