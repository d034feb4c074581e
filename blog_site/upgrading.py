"""The steps that new code needs before it serves: `manage.py upgrade` runs them, in this order, as often as one likes.

Each returns what it did, in a line; one that finds nothing to do says so. The blog may be running meanwhile, with the
former code.
"""

import hashlib
import os
from importlib.metadata import version
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from blog_site import health
from blog_site.models import DoneStep
from blog_site.search import index

NOTHING = "nothing to do"
TEXTS = "texts"
# What the stored HTML of a text depends on.
RULES = [
    *("posts/markup.py", "posts/writing", "posts/words.py", "posts/costly_text.py"),
    *("comments/rendering.py", "comments/plain.py", "comments/folding.py", "comments/scripts.py"),
]
LIBRARIES = ["Markdown", "Pygments", "latex2mathml", "beautifulsoup4", "bleach", "nh3"]


def check_settings():
    """Errors end the upgrade before anything is changed."""
    messages = checks.run_checks(include_deployment_checks=not settings.DEBUG)
    serious = [message for message in messages if message.is_serious() and not message.is_silenced()]
    if serious:
        raise CommandError("\n".join(map(str, serious)))
    warnings = [message for message in messages if not message.is_silenced()]
    return "; ".join(f"warning: {message.msg}" for message in warnings) or "no problems"


def migrate():
    executor = MigrationExecutor(connection)
    wanted = [str(step) for step, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    # Also where there is none: it makes what has to be there after each, the index of the search for one.
    call_command("migrate", verbosity=0, interactive=False)
    return f"{len(wanted)} applied: {', '.join(wanted)}" if wanted else NOTHING


def make_search_index():
    """`migrate` has made it, if it could."""
    with connection.cursor() as cursor:
        made = index.asked_by(cursor) is index.of(connection)
    return "is there" if made else "could not be made: the search reads every text (see the log)"


def collect_static_files():
    if settings.DEBUG:
        return "not needed with DEBUG"
    if Path(settings.STATIC_ROOT).exists() and not os.access(settings.STATIC_ROOT, os.W_OK):
        return "left as they came with the image"
    output = StringIO()
    call_command("collectstatic", interactive=False, verbosity=1, stdout=output)
    return output.getvalue().strip().splitlines()[-1].replace(f" to '{settings.STATIC_ROOT}'", "").rstrip(".")


def render_texts():
    """Computes the stored HTML anew where its rules are others than those it was made by."""
    rules = fingerprint_of_rules()
    if DoneStep.is_done(TEXTS, rules):
        return NOTHING
    output = StringIO()
    call_command("rerender", stdout=output)
    DoneStep.note(TEXTS, rules)
    return ", ".join(output.getvalue().strip().splitlines())


def fingerprint_of_rules():
    digest = hashlib.sha256()
    for name in RULES:
        path = Path(settings.BASE_DIR, name)
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    digest.update(repr([(name, version(name)) for name in LIBRARIES]).encode())
    return digest.hexdigest()


def look_at_health():
    """What `/healthz` says."""
    return "; ".join(health.problems()) or "ok"


STEPS = {
    "settings": check_settings,
    "migrations": migrate,
    "search index": make_search_index,
    "static files": collect_static_files,
    TEXTS: render_texts,
    "health": look_at_health,
}
