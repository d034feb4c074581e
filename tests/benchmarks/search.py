"""How the readers' search bears many documents: with 1,000 posts and comments, and with 100,000, as a ratio.

`make bench` runs it on SQLite; with `DATABASE_URL=postgres://…` it makes two databases there, and drops them.
Wall time of the whole page, since most of it is spent in the database.
"""

import json
import random
import sys
from collections import Counter
from datetime import timedelta
from itertools import accumulate

from tests.benchmarks.database import filling
from tests.benchmarks.desk import compare, get, median

FEW, MANY = 1_000, 100_000
AIM = 3
STEP = 2_000
POSTS = 0.3  # of the documents; the rest are comments under them


def main():
    few, many = compare("tests.benchmarks.search", FEW, MANY)
    print(f"\nThe search: milliseconds a page; the aim for each is a ratio of {AIM} at most.")
    print(f"{'':44} {FEW:>9,} {MANY:>11,} {'ratio':>7}")
    for name, before in few.items():
        after = many[name]
        missed = "  missed" if after > AIM * before else ""
        print(f"{name:44} {before:9.1f} {after:11.1f} {after / before:7.2f}{missed}")


def measure(number):
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with filling():
        fill(number)
    print(json.dumps(_pages()))


def fill(number):
    """Posts and comments of a blog: some words often, most of them seldom; more words, the more is written."""
    from django.utils import timezone

    from comments.models import Comment
    from posts.models import Category, Post
    from posts.words import index_text
    from tests.factories import make_author

    rng = random.Random(7)  # noqa: S311
    syllables = [a + b for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "an", "er", "il")]
    made = ("".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(4_000 + number // 2))
    words = list(dict.fromkeys(made))
    weights = list(accumulate(1 / (place + 3) for place in range(len(words))))
    authors = [make_author(name=f"Author {n}") for n in range(5)]
    categories = [Category.objects.create(name=f"Category {n}") for n in range(20)]
    start = timezone.now() - timedelta(days=3_000)

    def text(length):
        return " ".join(rng.choices(words, cum_weights=weights, k=length))

    def when(place, of):
        return start + timedelta(days=2_999) * (place / of)

    posts = int(number * POSTS)
    for first in range(0, posts, STEP):
        rows = []
        for n in range(first, min(first + STEP, posts)):
            title, body = text(5), text(150)
            rows.append(
                Post(
                    title=title,
                    slug=f"post-{n}",
                    permalink=f"/post-{n}/",
                    author=authors[n % 5],
                    body=body,
                    body_html=f"<p>{body}</p>",
                    status="published",
                    published_at=when(n, posts),
                    search_title=index_text(title),
                    search_text=index_text(body),
                )
            )
        Post.objects.bulk_create(rows)
        filed = [Post.categories.through(post=post, category=rng.choice(categories)) for post in rows]
        Post.categories.through.objects.bulk_create(filed)
    pks = list(Post.objects.values_list("pk", flat=True))
    for first in range(posts, number, STEP):
        rows = []
        for n in range(first, min(first + STEP, number)):
            body = text(50)
            rows.append(
                Comment(
                    post_id=rng.choice(pks),
                    name=f"Reader {n % 997}",
                    body=body,
                    body_html=f"<p>{body}</p>",
                    status="approved" if n % 5 else "spam",
                    submitted_at=when(n, number),
                    search_text=index_text(f"Reader {body}"),
                )
            )
        Comment.objects.bulk_create(rows)
    rare = Post.objects.order_by("-pk")[:3]
    for post in rare:
        post.body = f"{post.body} quizzaciously"
        post.save()


def _pages():
    """{what is searched: median milliseconds}"""
    from django.test import Client

    from posts.models import Author, Category, Post

    client = Client(SERVER_NAME="127.0.0.1")
    words = [word for word in Post.objects.order_by("pk").first().search_text.split() if len(word) > 4]
    oldest = Post.objects.order_by("pk").values_list("search_text", flat=True)[:300]
    often = Counter(word for text in oldest for word in set(text.split()))
    common = max(words, key=lambda word: (often[word], word))
    some = words[:2]
    category, author = Category.objects.first(), Author.objects.first()
    searches = {
        "a word that stands in a great many": common,
        "a rare word": "quizzaciously",
        "a word with a typing error": "quizzacoiusly",
        "two words": "+".join(some),
        "a phrase": f'"{"+".join(words[1:3])}"',
        "one word without another": f"{common}+-{some[0]}",
        "nothing to find": "xyzzyxyzzy",
        "a common word in a category": f"{common}&category={category.path}",
        "a common word in a year": f"{common}&year=2020",
        "a common word of an author": f"{common}&author={author.slug}",
        "a common word, the tenth page": f"{common}&page=10",
        "twelve words": "+".join(words[:12]),
    }
    measured = {name: median(lambda q=q: get(client, f"/search/?q={q}")) for name, q in searches.items()}
    return measured | {
        "(the home page)": median(lambda: get(client, "/")),
        "(all archives)": median(lambda: get(client, "/archives/")),
    }


if __name__ == "__main__":
    if len(sys.argv) == 2:
        measure(int(sys.argv[1]))
    else:
        main()
