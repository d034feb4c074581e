"""How the author's desk bears many posts: each tab of its list with 1,000 and with 20,000 of them, as a ratio; and what
the live preview of 2,000 words costs, as a ratio to setting their text.

`make bench` runs it on SQLite; with `DATABASE_URL=postgres://…` it makes two databases there, and drops them.
"""

import json
import sys
import time
from datetime import timedelta

from tests.benchmarks.database import filling
from tests.benchmarks.desk import compare, get, median

FEW, MANY = 1_000, 20_000
AIM = 2
PREVIEW_AIM = 2
STEP = 1_000
PARAGRAPH = (
    "The council met on *Tuesday* to talk about the pool and [its roof](/roof), which has **leaked** since 2019. " * 3
)
LIST = "/admin/posts/post/"


def main():
    few, many = compare("tests.benchmarks.posts", FEW, MANY)
    print(f"\nThe list of posts: milliseconds a page, median; the aim for each is a ratio of {AIM} at most.")
    print(f"{'':44} {FEW:>9,} {MANY:>11,} {'ratio':>7}")
    for name, before in few["pages"].items():
        after = many["pages"][name]
        missed = "  missed" if after > AIM * before else ""
        print(f"{name:44} {before:9.1f} {after:11.1f} {after / before:7.2f}{missed}")
    preview = few["preview"]
    missed = "  missed" if preview > PREVIEW_AIM else ""
    print(
        f"\nA live preview of 2,000 words, against setting their text alone (CPU; aim: {PREVIEW_AIM} at most): "
        f"{preview:.2f}{missed}"
    )


def measure(number):
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with filling():
        client = fill(number)
    print(json.dumps({"pages": _pages(client), "preview": _preview(client)}))


def fill(number):
    """Posts as a blog has them: most are public, some of each other state. Returns a client that may see all."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django.utils import timezone

    from posts.models import Category, Post
    from tests.factories import make_author

    author, now = make_author(), timezone.now()
    categories = [Category.objects.create(name=f"Category {n}") for n in range(20)]
    through, states = Post.categories.through, ["draft", "private", "trash"]
    for first in range(0, number, STEP):
        posts = []
        for n in range(first, first + STEP):
            at = now - timedelta(hours=3 * (number - n))
            status = "published" if n % 10 else states[n // 10 % 3]
            words = {"title": f"Post {n}", "slug": f"post-{n}", "body": PARAGRAPH, "body_html": PARAGRAPH}
            place = {"published_at": at, "permalink": f"/{at:%Y/%m/%d}/post-{n}/"}
            posts.append(Post(author=author, status=status, **words, **place))
        Post.objects.bulk_create(posts)
        filed = [through(post_id=post.pk, category_id=categories[post.pk % 20].pk) for post in posts]
        through.objects.bulk_create(filed)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.create_superuser("bench", password="bench"))
    return client


def _pages(client):
    """{page: median milliseconds}; a search reads every text, and has no ratio to keep."""
    addresses = {
        "all": LIST,
        "all, page 10": f"{LIST}?p=10",
        "published": f"{LIST}?status__exact=published",
        "drafts": f"{LIST}?status__exact=draft",
        "trash": f"{LIST}?status__exact=trash",
        "a category": f"{LIST}?categories__id__exact=3",
    }
    return {name: median(lambda address=address: get(client, address)) for name, address in addresses.items()}


def _preview(client):
    """CPU of the request, by CPU of typeset_here() for the same text."""
    from posts.markup import typeset_here

    def cpu(act):
        act(0)
        start = time.process_time()
        for n in range(1, 11):
            act(n)
        return time.process_time() - start

    text = "\n\n".join(f"## Part {n}\n\n{PARAGRAPH}" if n % 3 == 0 else PARAGRAPH for n in range(34))
    address = f"{LIST}preview/live/"
    asked = cpu(lambda n: client.post(address, {"title": "T", "body": f"{text} {n}"}))
    return asked / cpu(lambda n: typeset_here(f"{text} {n}", "markdown", ""))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
    else:
        main()
