"""A dry run while others write: it says what the import would do, and nobody waits for it."""

import json

import pytest

pytestmark = [pytest.mark.faults, pytest.mark.seed]

SOURCE = "corpora/import/exports/themeunittestdata.wordpress.xml"


def test_a_dry_run_needs_no_lock_and_says_what_the_import_then_does(blog, shared):
    export = str(shared / SOURCE)
    blog.prepare()
    empty = blog.rows("SELECT COUNT(*) FROM posts_post")

    # Whoever writes now would wait until the time is over, and fail.
    with blog.locked_for_writing():
        tried = json.loads(blog.manage("import_wordpress", "--dry-run", "--json", export))
    assert blog.rows("SELECT COUNT(*) FROM posts_post") == empty
    done = json.loads(blog.manage("import_wordpress", "--json", export))

    assert tried == done
    assert blog.rows("SELECT COUNT(*) FROM posts_post") > empty
    # Again, where each post and comment is here: PostgreSQL locks rows.
    with blog.locked_for_writing():
        tried = json.loads(blog.manage("import_wordpress", "--dry-run", "--overwrite", "--json", export))
    assert tried == json.loads(blog.manage("import_wordpress", "--overwrite", "--json", export))
