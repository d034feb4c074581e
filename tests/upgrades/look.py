"""What can be seen of a blog, to be compared after an upgrade: by what docs promise to keep, addresses and ids."""

import re
from collections import Counter

from django.contrib.auth.models import User
from django.test import Client

from comments.models import Comment, Decision
from posts.models import Picture, Post

DESK = "/admin/comments/comment/"
FEEDS = ["/feed/atom/", "/comments/feed/atom/"]
WORDS = ["heron", "Dora", "quotation", "Fred"]
HOST = {"SERVER_NAME": "127.0.0.1"}


def facts():
    """{what: its value}, the same before an upgrade and after it."""
    client, boss = Client(**HOST), Client(**HOST)
    boss.force_login(User.objects.get(username="boss"))
    pages = sorted(post.get_absolute_url() for post in Post.objects.published())
    html = {page: read(client, page) for page in pages}
    return {
        "threads": {page: " ".join(re.findall(r'<li [^>]*id="comment-(\d+)"', html[page])) for page in pages},
        "responses": {page: " ".join(re.findall(r"(?:\d+|One) Responses? to", html[page])) for page in pages},
        "identities in feeds": {feed: re.findall("<id>(.*?)</id>", read(client, feed)) for feed in FEEDS},
        "found by readers": {q: numbers(r"comment=(\d+)", read(client, f"/search/?q={q}")) for q in WORDS},
        "found at the desk": {
            q: numbers(r'name="_selected_action" value="([1-9]\d*)"', read(boss, f"{DESK}?status__exact=all&q={q}"))
            for q in WORDS
        },
        "comments": dict(sorted(Counter(Comment.objects.values_list("status", flat=True)).items())),
        "posts": dict(sorted(Counter(Post.objects.values_list("status", flat=True)).items())),
        "decisions": Decision.objects.count(),
        "pictures": [picture.file.size for picture in Picture.objects.order_by("pk")],
    }


def read(client, path):
    return client.get(path).content.decode()


def numbers(pattern, html):
    return " ".join(sorted(set(re.findall(pattern, html)), key=int))


def answers():
    """{address: status} of every kind of page, and of the desk for whoever may see it."""
    client, boss = Client(**HOST), Client(**HOST)
    boss.force_login(User.objects.get(username="boss"))
    public = [
        *("/", "/archives/", "/feed/", "/feed/atom/", "/feed/json/", "/comments/feed/", "/sitemap.xml", "/healthz"),
        "/search/?q=dashboard",
        *(post.get_absolute_url() for post in Post.objects.published()),
        *(picture.file.url for picture in Picture.objects.all()),
    ]
    admin = [
        "/admin/",
        *(
            f"/admin/{path}/"
            for path in ("posts/post", "posts/picture", "comments/discussionsettings", "comments/rule")
        ),
        *(f"{DESK}?status__exact={status}" for status in ("all", *Comment.Status.values)),
        *(f"{DESK}{pk}/change/" for pk in Comment.objects.exclude(status="erased").values_list("pk", flat=True)),
    ]
    follow = {"follow": True}
    return {path: client.get(path).status_code for path in public} | {
        path: boss.get(path, **follow).status_code for path in admin
    }


def undo_last_batch():
    """Takes the editor's last batch back by the desk's button; returns [how many wait before, and after]."""
    client = Client(**HOST)
    client.force_login(User.objects.get(username="editor"))
    before = Comment.objects.in_moderation().count()
    batch = Decision.objects.exclude(batch=None).order_by("pk").last().batch
    client.post(f"{DESK}undo/{batch}/")
    return [before, Comment.objects.in_moderation().count()]


def write_and_approve():
    """A comment by the form, approved at the desk; returns its status."""
    post = Post.objects.get(slug="the-dashboard-was-green")
    form = {"name": "New", "email": "new@example.org", "url": "", "parent": "", "body": "Written after the upgrade."}
    Client(**HOST).post(f"/comments/on/{post.pk}/", form)
    comment = Comment.objects.get(name="New")
    editor = Client(**HOST)
    editor.force_login(User.objects.get(username="editor"))
    editor.post(DESK, {"action": "approve", "_selected_action": [comment.pk], "select_across": "0"})
    comment.refresh_from_db()
    return comment.status
