"""Renders a text that may take long in a process of its own, which is stopped when its time is up.

Python-Markdown is quadratic on dozens of patterns and recursive on others, and no list of patterns is ever whole. A
text that could take a web server's thread more than half a second is therefore given to `python -m posts.costly_text`:
however it was written, it costs so many seconds of one processor and so much memory, and nobody else waits for it.
"""

import json
import re
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Semaphore

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LENGTH = 20_000  # characters: longer Markdown may always take long
# Markdown's quadratic patterns cost about 0.3 µs for each mark and each character of the text.
MARKS_BY_CHARACTERS = 1_500_000
MARK = re.compile(r"[][(){}<>*_`$\\|&!:\n]")
# Of these each costs the same, however many there are.
SIMPLE = re.compile(r"\[[^][\n]{1,200}\]\([^()\s]{1,300}\)|`[^`\n]{1,200}`|(\*{1,2})\b[^*\n]{1,200}\b\1")
HTML_LENGTH = 40_000  # characters: what HTML costs grows with little more than its length

# Seconds of a processor. Prose takes 4 µs a character, a table or a text full of code and formulas 35.
LEAST_SECONDS = 0.5
CHARACTERS_A_SECOND = 15_000
MOST_SECONDS = 15
PATIENCE = 3  # times as long by the clock, where others are at work
STARTING = 20  # seconds by the clock
MEMORY = 1536 * 1024 * 1024  # bytes
# Where nothing is saved: seconds of a processor, and by the clock for its turn and for its process.
HASTE_SECONDS, HASTE_WAIT = 3, 8
# What a text that is set depends on, besides itself.
SETTINGS = ("LANGUAGE_CODE", "LOCALE_PATHS", "SITE_URL", "USE_I18N")

# One at a time for each process of the web server.
_turn = Semaphore()
# The texts that took too long in this haste; None where there is time.
_late: ContextVar[set[str] | None] = ContextVar("late", default=None)

REFUSED = _(
    "Nothing was saved, because this text takes too long to format or is nested too deeply. Look for hundreds of "
    "brackets, tags or quotation marks (>) in a row, mark code as code, or split the text into two posts."
)


class NotRendered(Exception):
    """It takes too long, or more memory than it may."""


@contextmanager
def in_haste():
    """Within it a text is set for somebody who is still writing it, or opens it: what takes more than a few seconds
    stays as it is written. It is asked so often that a server would have no time for anything else.

    Not an argument, since Django's forms ask `Model.clean()` in between, which takes none.
    """
    token = _late.set(set())
    try:
        yield
    finally:
        _late.reset(token)


def late():
    """The texts that are not to be tried again in this haste; None where there is time."""
    return _late.get()


def is_risky(text, body_format):
    """True of a text that might take more than half a second; looks at it for a few milliseconds."""
    if body_format == "html":
        return len(text) > HTML_LENGTH
    return len(text) > LENGTH or len(text) * len(MARK.findall(SIMPLE.sub("", text))) > MARKS_BY_CHARACTERS


def refuse(field):
    """Raises ValidationError for a field whose text was not rendered."""
    raise ValidationError({field: ValidationError(REFUSED, code="not_rendered")})


def seconds_for(text):
    """How many seconds of a processor a text may take."""
    return min(LEAST_SECONDS + len(text) / CHARACTERS_A_SECOND, MOST_SECONDS)


def render(text, body_format, language):
    """The fields of a markup.Typeset, made by another process. Raises NotRendered."""
    is_hasty = _late.get() is not None
    seconds = min(seconds_for(text), HASTE_SECONDS) if is_hasty else seconds_for(text)
    asked = {
        "settings": {name: getattr(settings, name) for name in SETTINGS},
        "text": [text, body_format, language],
        "seconds": seconds,
    }
    wait = HASTE_WAIT if is_hasty else STARTING + PATIENCE * seconds
    if not _turn.acquire(timeout=wait):
        raise NotRendered("others are waiting")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "posts.costly_text"],
            input=json.dumps(asked, default=str).encode(),
            stdout=subprocess.PIPE,
            cwd=settings.BASE_DIR,
            timeout=wait,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise NotRendered(str(error)) from error
    finally:
        _turn.release()
    return json.loads(done.stdout)


def main():
    """Answers one request on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin.buffer)
    settings.configure(**asked["settings"])

    from django.apps import apps

    apps.populate([])
    from posts import markup

    signal.setitimer(signal.ITIMER_PROF, asked["seconds"])
    made = markup.typeset_here(*asked["text"])
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
