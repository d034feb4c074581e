"""Fills a blog on SQLite and one on the PostgreSQL of `DATABASE_URL`, and keeps their backups beside this file."""

import json
import os
import sys
import tempfile
from pathlib import Path

from tests.faults.blog import Blog

HERE = Path(__file__).parent


def make(version, **options):
    with tempfile.TemporaryDirectory() as folder, Blog(Path(folder), **options) as blog:
        blog.manage("demo")
        blog.python("from tests.upgrades.fill import fill; fill()")
        facts = blog.python("from tests.upgrades.look import facts; print(json.dumps(facts()))")
        target = HERE / f"{version}-{'sqlite' if blog.is_sqlite else 'postgresql'}.zip"
        target.unlink(missing_ok=True)
        target.with_suffix(".json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
        blog.manage("backup", str(target))
    print(f"{target} and its .json are made: {target.stat().st_size:,} bytes.")


if __name__ == "__main__":
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.exit("DATABASE_URL has to name a PostgreSQL server: the files are made for both kinds of database.")
    make(sys.argv[1], always_sqlite=True)
    make(sys.argv[1])
