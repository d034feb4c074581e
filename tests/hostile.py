"""What tests of hostile requests ask for, and how."""

import json
from urllib.parse import unquote_to_bytes

from posts.models import Category, Tag
from tests.factories import make_comment, make_post


def one_of_everything():
    """A blog with one of everything; returns the public addresses by name."""
    category, tag = Category.objects.create(name="News"), Tag.objects.create(name="Drains")
    post = make_post(slug="known")
    post.categories.add(category)
    post.tags.add(tag)
    page = make_post(slug="about", kind="page")
    make_comment(post=post)
    return {
        "home": "/",
        "post": post.get_absolute_url(),
        "page": page.get_absolute_url(),
        "year": "/2026/",
        "month": "/2026/03/",
        "day": "/2026/03/14/",
        "category": category.get_absolute_url(),
        "tag": tag.get_absolute_url(),
        "author": post.author.get_absolute_url(),
        "feed": "/feed/",
        "comments feed": "/comments/feed/",
        "robots": "/robots.txt",
        "login": "/accounts/login/",
        "unknown": "/nothing-here/",
    }


def cases(shared, *names):
    """What stands in these files of the corpora of texts."""
    for name in names:
        with (shared / f"corpora/text/{name}.jsonl").open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def get(client, address, **environ):
    """Asks for an address as it stands on the request's first line, which Django's client would tidy up."""
    path, _, query = address.partition("?")
    path_info = unquote_to_bytes(path.encode("utf-8", "surrogatepass")).decode("latin-1")
    query = query.encode("utf-8", "surrogatepass").decode("latin-1")
    return client.get("/", PATH_INFO=path_info, QUERY_STRING=query, **environ)
