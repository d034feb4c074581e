"""How work follows what a page shows, not what is stored: each page with a small blog and with a large one, as a ratio.

The small one has 60 posts with 165 comments, the large one 20,000 with 55,000, of which 5,000 stand below one post.
`make bench` runs it on SQLite, where it counts CPU time, since the database works in the same process; with
`DATABASE_URL=postgres://…` it makes two databases there, drops them in the end, and takes the time that passes.
"""

import json
import os
import statistics
import sys
import time
from datetime import timedelta
from itertools import islice

from tests.benchmarks.desk import compare, get

FEW, MANY = 60, 20_000
AIM = 1.5
REPEATS = 7
# The long thread of the large blog, beside the one of 60 that both have.
LONG = 5_000


def main():
    vendor = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    few, many = compare("tests.benchmarks.growth", FEW, MANY)
    unit = "CPU" if vendor == "sqlite" else "passed"
    print(f"\nGrowth on {vendor}: milliseconds {unit}, median of {REPEATS}; a ratio of {AIM} at most is the aim.")
    print(f"{'':36} {FEW:>9,} {MANY:>9,} {'ratio':>7}")
    for name, before in few.items():
        after = many[name]
        print(f"{name:36} {before:9.1f} {after:9.1f} {after / before:7.2f}{'  missed' if after > AIM * before else ''}")


def measure(number):
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    fill(number)
    print(json.dumps(pages()))


def fill(number):
    """Posts over eight years, each with two or three comments; and one with a long thread. Of the small blog, too, a
    category and a tag have enough for a whole page and a whole feed: what is compared is what is stored, not shown."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.utils import timezone

    from comments.models import Comment, DiscussionSettings
    from posts.models import Category, Post, Tag
    from tests.factories import make_author

    User.objects.create_superuser("bench", password="bench")
    DiscussionSettings(moderation="none", flood_seconds=0, notify_on="none").save()
    author = make_author()
    categories = [Category.objects.create(name=f"Category {n}", slug=f"category-{n}") for n in range(3)]
    tags = [Tag.objects.create(name=f"Tag {n}", slug=f"tag-{n}") for n in range(3)]
    model = Post(author=author, title="A post", body="Some *words* of a post.\n\n" * 10, status="published")
    model.rerender()
    rendered = {name: getattr(model, name) for name in Post.RENDERED}
    start, span = timezone.now() - timedelta(days=8 * 365), timedelta(days=8 * 365 - 1)
    for numbers in batched(range(number), 1_000):
        posts = []
        for n in numbers:
            post = Post(author=author, title=f"Post {n}", slug=f"post-{n}", body=model.body, status="published")
            post.published_at = start + span * n / number
            for name, value in rendered.items():
                setattr(post, name, value)
            post.prepare(is_taken=lambda path: False)
            posts.append(post)
        Post.objects.bulk_create(posts)
        for through, field, terms in (
            (Post.categories.through, "category_id", categories),
            (Post.tags.through, "tag_id", tags),
        ):
            through.objects.bulk_create(
                through(post_id=post.pk, **{field: terms[n % len(terms)].pk})
                for n, post in zip(numbers, posts, strict=True)
            )
        _comment([post for n, post in zip(numbers, posts, strict=True) for _ in range(2 + n % 4 // 3)])
    newest = list(Post.objects.newest_first()[:2])
    _comment([newest[0]] * 60)
    _comment([newest[1]] * (LONG if number == MANY else 60))
    counts = Comment.objects.filter(status="approved").values_list("post")
    from django.db.models import Count

    for batch in batched(counts.annotate(n=Count("pk")).order_by(), 5_000):
        Post.objects.bulk_update([Post(pk=pk, comment_count=n) for pk, n in batch], ["comment_count"])
    with connection.cursor() as cursor:
        # What PostgreSQL's autovacuum does by itself, soon after so many rows have come.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def batched(rows, size):
    """Tuples of so many, as itertools has them from Python 3.12 on."""
    rows = iter(rows)
    while batch := tuple(islice(rows, size)):
        yield batch


def _comment(posts):
    """An approved comment below each of these, of the minutes after it; each third answers the one before."""
    from comments.models import Comment, Decision

    comments = []
    for n, post in enumerate(posts):
        body = f"Some words about it, number {n}."
        comments.append(
            Comment(
                post=post,
                name=f"Reader {n % 50}",
                email=f"reader{n % 50}@example.org",
                writer=f"reader{n % 50}@example.org",
                body=body,
                body_html=f"<p>{body}</p>",
                status="approved",
                submitted_at=post.published_at + timedelta(seconds=n),
                fingerprint=f"{n:032x}",
            )
        )
    for batch in batched(comments, 2_000):
        Comment.objects.bulk_create(batch)
        Decision.objects.bulk_create(Decision(comment=comment, to_status="approved") for comment in batch)


def pages():
    """{page: milliseconds}, each as the first request after a change finds it."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django.utils import timezone

    from comments.models import Comment
    from posts.models import Post

    middle = Post.objects.newest_first()[30]
    thread, long = Post.objects.newest_first()[:2]
    year = timezone.localtime(middle.published_at).year
    anonymous, staff = Client(HTTP_HOST="127.0.0.1"), Client(HTTP_HOST="127.0.0.1")
    staff.force_login(User.objects.get())
    addresses = {
        "home": "/",
        "a post": middle.get_absolute_url(),
        "a post with 60 comments": thread.get_absolute_url(),
        f"a post with {LONG:,} comments (few: 60)": long.get_absolute_url(),
        "the comments feed": "/comments/feed/",
        "a post's comments feed": f"{long.get_absolute_url()}feed/",
        "the feed": "/feed/",
        "a category": "/category/category-1/",
        "a tag's feed": "/tag/tag-1/feed/",
        "a year": f"/{year}/",
        "the archives": "/archives/",
        "the sitemap's index": "/sitemap.xml",
        "search": "/search/?q=words",
        "a comment's permalink": Comment.objects.filter(post=long).latest("pk").get_absolute_url().partition("#")[0],
    }
    measured = {name: _median(lambda address=address: _get(anonymous, address)) for name, address in addresses.items()}
    for name, address in {
        "admin: home": "/admin/",
        "admin: posts": "/admin/posts/post/",
        "admin: comments": "/admin/comments/comment/?status__exact=all",
        "admin: a post": f"/admin/posts/post/{middle.pk}/change/",
    }.items():
        measured[name] = _median(lambda address=address: get(staff, address))
    for name, post in (("a comment posted", middle), ("a comment posted in the long thread", long)):
        measured[name] = _median(lambda post=post: _post(anonymous, post))
    return measured


def _get(client, address):
    from posts import generation

    generation.forget()
    answer = client.get(address)
    assert answer.status_code in {200, 302}, (address, answer.status_code)


def _post(client, post):
    _post.number = getattr(_post, "number", 0) + 1
    number = _post.number
    form = {"name": f"Bo {number}", "email": f"bo{number}@example.org", "body": f"Words of number {number}."}
    answer = client.post(f"/comments/on/{post.pk}/", form)
    assert answer.status_code == 303, answer.content


def _median(act):
    from django.db import connection

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    act()
    times = []
    for _ in range(REPEATS):
        begun = clock()
        act()
        times.append(1000 * (clock() - begun))
    return statistics.median(times)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        measure(int(sys.argv[1]))
    else:
        main()
