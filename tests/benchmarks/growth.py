"""How work follows what a page shows, not what is stored: each page with a small blog and with a large one, as a ratio.

The small one has 60 posts with 1,355 comments, the large one 20,000 with 96,000, of which 50,000 stand below one post.
`make bench` runs it on SQLite, or with `DATABASE_URL=postgres://…` in two databases there, which it drops in the end.
It counts CPU time, PostgreSQL's with it; where that is on another machine, the time that passes. It fails where a page
has grown, other than those of `GROW`.
"""

import json
import os
import statistics
import sys
import time
from datetime import timedelta
from itertools import islice
from pathlib import Path

from tests.benchmarks.database import Backends, cpu_seconds_of, filling, vendor
from tests.benchmarks.desk import compare, get

FEW, MANY = 60, 20_000
AIM = 1.5
REPEATS = 7
# Less is what a machine does between two runs.
NOISE = 1.0  # milliseconds
# The long thread of the large blog, beside the one of 60 that both have.
LONG = 50_000
# So many of the newest posts are of one day, in both: what is compared is what is stored, not what is shown.
OF_A_DAY = 24
# What the desk counts up to, and more than a page of any list, is there in both.
COUNTED, WRITERS = 1_100, 10
# Pages that may grow, and why.
GROW = {
    "a thread of 50,000 after a change in it": "its order is read anew, once a process",
    "a comment's permalink there, after the same": "its order is read anew, once a process",
    "a part of it: pages that list posts": "more months have posts, and each has its line",
    "admin: posts of a category": "one that has all posts is counted and put in order whole",
}


def main():
    few, many = compare("tests.benchmarks.growth", FEW, MANY)
    print(f"\nGrowth on {vendor()}: milliseconds of CPU, median of {REPEATS}; a ratio of {AIM} at most is the aim.")
    print(f"{'':44} {FEW:>9,} {MANY:>9,} {'ratio':>7}")
    missed = []
    for name, before in few.items():
        after = many[name]
        has_grown = after > max(AIM * before, before + NOISE)
        if has_grown and name not in GROW:
            missed.append(name)
        told = f"  {GROW.get(name, 'missed')}" if has_grown else ""
        print(f"{name:44} {before:9.1f} {after:9.1f} {after / before:7.2f}{told}")
    if missed:
        sys.exit(f"Grown with what is stored: {', '.join(missed)}.")


def measure(number):
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with filling():
        fill(number)
    print(json.dumps(pages()))


def fill(number):
    """Posts over eight years, each with two or three comments; and one with a long thread; subscribers, and what waits.

    Of the small blog, too, a category, a tag and a day have enough for a whole page and a whole feed."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from comments.models import Comment, DiscussionSettings
    from posts import counts
    from posts.models import Category, Post, Subscriber, Tag
    from tests.factories import make_author

    User.objects.create_superuser("bench", password="bench")
    DiscussionSettings(moderation="none", flood_seconds=0, notify_on="none").save()
    author = make_author()
    categories = [Category.objects.create(name=f"Category {n}", slug=f"category-{n}") for n in range(3)]
    # Of the small blog, too, it fills a page of the desk.
    of_all = Category.objects.create(name="Of all", slug="of-all")
    tags = [Tag.objects.create(name=f"Tag {n}", slug=f"tag-{n}") for n in range(3)]
    model = Post(author=author, title="A post", body="Some *words* of a post.\n\n" * 10, status="published")
    model.rerender()
    rendered = {name: getattr(model, name) for name in Post.RENDERED}
    start, span = timezone.now() - timedelta(days=8 * 365), timedelta(days=8 * 365 - 3)
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    for numbers in batched(range(number), 1_000):
        posts = []
        for n in numbers:
            post = Post(author=author, title=f"Post {n}", slug=f"post-{n}", body=model.body, status="published")
            left = number - n
            post.published_at = noon - timedelta(minutes=left) if left <= OF_A_DAY else start + span * n / number
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
        Post.categories.through.objects.bulk_create(
            Post.categories.through(post_id=post.pk, category_id=of_all.pk) for post in posts
        )
        _comment([post for n, post in zip(numbers, posts, strict=True) for _ in range(2 + n % 4 // 3)])
    _comment([Post.objects.newest_first()[0]] * 60)
    # All in one day, and lately: the desk's home tells of the last thirty days.
    _comment([_middle(number)] * (LONG if number == MANY else 60), begun=noon - timedelta(days=7))
    # The desk counts no further.
    _comment([Post.objects.newest_first()[30]] * COUNTED, begun=noon - timedelta(days=5))
    _answer()
    below = Comment.objects.filter(status="approved").values_list("post")
    from django.db.models import Count

    for batch in batched(below.annotate(n=Count("pk")).order_by(), 5_000):
        Post.objects.bulk_update([Post(pk=pk, comment_count=n) for pk, n in batch], ["comment_count"])
    addresses = (f"reader{n}@example.org" for n in range(max(number, COUNTED)))
    for batch in batched(addresses, 2_000):
        Subscriber.objects.bulk_create(Subscriber(email=each, address=each) for each in batch)
    counts.store()


def _answer():
    """Every third comment answers the one before it: where none does, SQLite takes no index to look for answers."""
    from django.db.models import Exists, F, OuterRef, QuerySet
    from django.db.models.functions import Mod

    from comments.models import Comment

    before = Comment.objects.filter(pk=OuterRef("pk") - 1, post=OuterRef("post"))
    thirds = Comment.objects.annotate(third=Mod("pk", 3)).filter(Exists(before), third=0).order_by()
    QuerySet.update(thirds, parent=F("pk") - 1, root=F("pk") - 1)


def _middle(number):
    from posts.models import Post

    return Post.objects.get(slug=f"post-{number // 2}")


def batched(rows, size):
    """Tuples of so many, as itertools has them from Python 3.12 on."""
    rows = iter(rows)
    while batch := tuple(islice(rows, size)):
        yield batch


def _comment(posts, *, begun=None):
    """An approved comment below each of these, to which a check had objected: a second after another, from the post's
    time or from `begun` on."""
    from comments.models import CheckHit, Comment, Decision

    comments = []
    for n, post in enumerate(posts):
        body = f"Some words about it, number {n}."
        comments.append(
            Comment(
                post=post,
                name=f"Reader {n % WRITERS}",
                email=f"reader{n % WRITERS}@example.org",
                writer=f"reader{n % WRITERS}@example.org",
                body=body,
                body_html=f"<p>{body}</p>",
                status="approved",
                submitted_at=(begun or post.published_at) + timedelta(seconds=n),
                fingerprint=f"{n:032x}",
            )
        )
    for batch in batched(comments, 2_000):
        Comment.objects.bulk_create(batch)
        Decision.objects.bulk_create(Decision(comment=comment, to_status="approved") for comment in batch)
        CheckHit.objects.bulk_create(CheckHit(comment=comment, check_name="links") for comment in batch)


def pages():
    """{page: milliseconds}, each as the first request after a change finds it."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django.utils import timezone

    from comments.models import Comment
    from posts.models import Category, Post

    newest = Post.objects.newest_first()
    thread, middle, long = newest[0], newest[31], _middle(newest.count())
    day = timezone.localtime(thread.published_at)
    author, of_all = f"/author/{thread.author.slug}/", Category.objects.get(slug="of-all")
    anonymous, staff = Client(HTTP_HOST="127.0.0.1"), Client(HTTP_HOST="127.0.0.1")
    staff.force_login(User.objects.get())
    addresses = {
        "home": "/",
        "home, page 3": "/?page=3",
        "a post": middle.get_absolute_url(),
        "a post with 60 comments": thread.get_absolute_url(),
        "a thread of 50,000 after a change in it": long.get_absolute_url(),
        "a comment's permalink there, after the same": Comment.objects.filter(post=long)
        .latest("pk")
        .get_absolute_url()
        .partition("#")[0],
        "the feed": "/feed/",
        "the comments feed": "/comments/feed/",
        "a post's comments feed": f"{long.get_absolute_url()}feed/",
        "a category": "/category/category-1/",
        "a category, page 2": "/category/category-1/?page=2",
        "a category's feed": "/category/category-1/feed/",
        "a tag": "/tag/tag-1/",
        "a tag's feed": "/tag/tag-1/feed/",
        "an author": author,
        "an author's feed": f"{author}feed/",
        "a year": f"/{day:%Y}/",
        "a month": f"/{day:%Y/%m}/",
        "a day": f"/{day:%Y/%m/%d}/",
        "the archives": "/archives/",
        "search": "/search/?q=words",
        "the sitemap's index": "/sitemap.xml",
        "a part of it: pages that list posts": "/sitemap-archives-1.xml",
    }
    measured = {name: _median(lambda address=address: _get(anonymous, address)) for name, address in addresses.items()}
    measured["a thread of 50,000 after a change elsewhere"] = _median(lambda: _get_again(anonymous, long))
    # Of a full part there is more to show: by the address.
    part = _median(lambda: _get(anonymous, "/sitemap-posts-1.xml"))
    measured["a part of it: posts, for 60 of them"] = part * FEW / min(999, Post.objects.count())
    for name, address in {
        "admin: home": "/admin/",
        "admin: posts": "/admin/posts/post/",
        "admin: posts, published": "/admin/posts/post/?status__exact=published",
        "admin: posts of a category": f"/admin/posts/post/?categories__id__exact={of_all.pk}",
        "admin: a post": f"/admin/posts/post/{middle.pk}/change/",
        "admin: comments that wait": "/admin/comments/comment/",
        "admin: comments": "/admin/comments/comment/?status__exact=all",
        "admin: a comment": f"/admin/comments/comment/{Comment.objects.latest('pk').pk}/change/",
        "admin: authors": "/admin/posts/author/",
        "admin: categories": "/admin/posts/category/",
        "admin: tags": "/admin/posts/tag/",
        "admin: subscribers": "/admin/posts/subscriber/",
        "admin: subscribed ones": "/admin/posts/subscriber/?state=active",
    }.items():
        measured[name] = _median(lambda address=address: get(staff, address))
    for name, post in (("a comment posted", middle), ("a comment posted in the thread of 50,000", long)):
        measured[name] = _median(lambda post=post: _post(anonymous, post))
    return measured


def _get(client, address):
    from posts import generation

    generation.forget()
    answer = client.get(address)
    assert answer.status_code in {200, 302}, (address, answer.status_code)


def _get_again(client, post):
    """As after a change of something else: what a process knows of this post still holds."""
    from django.db import transaction

    from posts.models import public_changed

    with transaction.atomic():
        public_changed()
    answer = client.get(post.get_absolute_url())
    assert answer.status_code == 200


def _post(client, post):
    _post.number = getattr(_post, "number", 0) + 1
    number = _post.number
    form = {"name": f"Bo {number}", "email": f"bo{number}@example.org", "body": f"Words of number {number}."}
    answer = client.post(f"/comments/on/{post.pk}/", form)
    assert answer.status_code == 303, answer.content


def _median(act):
    act()
    clock = _clock()
    times = []
    for _ in range(REPEATS):
        begun = clock()
        act()
        times.append(1000 * (clock() - begun))
    return statistics.median(times)


def _clock():
    """Seconds of CPU of this process, and of PostgreSQL's for it; those that pass where it can't be counted."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return time.process_time
    if not Backends(os.environ["DATABASE_URL"]).cpu_seconds():
        return time.perf_counter
    process = Path("/proc", str(connection.connection.info.backend_pid))
    return lambda: time.process_time() + cpu_seconds_of(process)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        measure(int(sys.argv[1]))
    else:
        main()
