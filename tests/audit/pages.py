"""Every type of public page and every state it can be in: the one list that all machine checks go through."""

from datetime import timedelta
from io import StringIO
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from comments import proof, tokens
from comments.checks import Finding, Verdict
from comments.mine.proof import token_for
from comments.models import Comment, DiscussionSettings, Follow, FollowRequest, MailAddress, MailedLink
from posts.models import Author, Category, SubscriptionRequest, Tag
from tests.factories import make_author, make_comment, make_post, make_subscriber
from tests.pictures import make_picture
from tests.test_sizes import make_article

# All that authors can write.
EVERYTHING = f"""
Above.[^1] It costs $5 and $6, and $a_1 < b$.

<!--more-->

## First "part"

$$
\\sum_{{i=1}}^n i = \\frac{{n(n+1)}}{{2}} = 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12
$$

```python
def f(x):  # {"a long line of code, " * 8}
    return "text" + str(42)
```

### Second

| {" | ".join(["Considerations"] * 8)} |
|{"---|" * 8}
| {" | ".join(["one"] * 8)} |

## Third

> [!pull]
> Words to stop at.

> [!details] The line that stays
> What is folded.

[A talk](https://youtu.be/dQw4w9WgXcQ)

[^1]: The note.
"""
PHOTOGRAPHED = """
The council lifted the grating on Tuesday, and there it was, as the neighbours had said since winter.

Nobody asked whose it was. The clerk wrote it down, in the column for other things, and the lid went back.
"""
IN_ARABIC = """
الجسر القديم مغلق منذ يوم الثلاثاء، ولا أحد في المجلس يعرف متى يفتح من جديد.

## لماذا أغلق

كتب الجيران رسالة إلى المجلس في الشتاء، وجاء الجواب بعد شهرين من ثلاث كلمات.
"""


class Page(NamedTuple):
    path: str
    status: int = 200
    form: dict | None = None  # what is sent there by POST; None: it is only read


def write_blog():
    """{name: `Page`} of a blog that it writes into the empty database. Needs `tests.audit.urls`."""
    DiscussionSettings.objects.update_or_create(pk=1, defaults={"max_depth": 10, "flood_seconds": 3600})
    author = make_author(name="Ann Writer", bio="Writes about *drains*, and has done so since 1998.")
    author.links = [{"label": "My boat", "address": "https://boats.example/"}]
    author.photo = make_picture(alt="Ann Writer")
    author.save()
    now = timezone.now()
    for age in range(30, 14, -1):
        make_post(author=author, title=f"Report number {age}", published_at=now - timedelta(days=age))
    everything = make_post(
        title="All that can be written",
        body=EVERYTHING,
        published_at=now - timedelta(days=9),
        corrections=[{"on": "2026-05-03", "text": "It costs *$6*, not $5."}, {"on": "2026-05-04", "text": "It's $7."}],
    )
    about = make_post(kind="page", title="About", slug="about", body="This is a *page*.\n\nIt stands in the menu.")
    make_post(kind="page", title="Imprint", slug="imprint", body="Who answers for this.", parent=about)
    return {
        **_posts(everything),
        **_lists(_photographed(author)),
        "a page": Page(about.get_absolute_url()),
        **_states_of_the_form(make_post(title="Open to replies", published_at=now - timedelta(days=8))),
        **_following(everything),
        **_my_comments(everything),
        **_subscriptions(),
        **_refusals(everything),
    }


def _photographed(author):
    """The newest post: a picture, categories, tags, related posts, and a thread that has lost a comment."""
    post = make_post(
        author=author,
        title="What was in the drain",
        slug="what-was-in-the-drain",
        body=PHOTOGRAPHED,
        published_at=timezone.now() - timedelta(days=1),
        picture=make_picture(alt="A grating, half lifted", caption="The grating on Mill Lane.", credit="Ann Writer"),
        pinned=True,
    )
    call_command("make_renditions", stdout=StringIO())
    town = Category.objects.create(name="The town")
    post.categories.add(Category.objects.create(name="Drains", parent=town))
    boots = Tag.objects.create(name="boots")
    post.tags.add(boots)
    other = make_post(author=author, title="Another boot", published_at=timezone.now() - timedelta(days=7))
    other.tags.add(boots)
    type(post).objects.filter(pk=post.pk).update(related=[other.pk])
    first = make_comment(post=post, name="Catherine", body="I wondered where that *boot* went.")
    make_comment(parent=first, name="Ann Writer", body="It is yours.", user=None, url="https://example.org/")
    removed = make_comment(post=post, name="Rude Rudi", body="Words that somebody regrets.")
    make_comment(parent=removed, name="منى", body="هذا تعليق قصير بالعربية.")
    removed.trash(by=None)
    make_comment(post=post, kind="pingback", name="Another blog", url="https://example.org/boots", body="[…] boot […]")
    post.refresh_from_db()
    return post


def _posts(everything):
    article = make_article(title="An article with 60 comments", published_at=timezone.now() - timedelta(days=10))
    deep = make_post(title="A deep thread", published_at=timezone.now() - timedelta(days=11))
    comment = make_comment(post=deep, body="Level 1 says something of ordinary length.")
    for level in range(2, 15):
        comment = make_comment(parent=comment, body=f"Level {level} says something of ordinary length.")
    branch = Comment.objects.thread_of(deep).page_with(comment.pk).query
    welsh = make_post(title="Y bont", body="Mae'r bont ar gau.", language="cy")
    arabic = make_post(title="الجسر", body=IN_ARABIC, language="ar")
    closed = make_post(title="Closed", body="The clerk has closed the letters on this one. " * 3, comments_open=False)
    make_comment(post=closed, body="The last word.")
    return {
        "everything that can be written": Page(everything.get_absolute_url()),
        "60 comments": Page(article.get_absolute_url()),
        "a deep thread": Page(deep.get_absolute_url()),
        "a deep thread's branch": Page(f"{deep.get_absolute_url()}{branch}"),
        "a post in Welsh": Page(welsh.get_absolute_url()),
        "a post in Arabic": Page(arabic.get_absolute_url()),
        "a closed thread": Page(closed.get_absolute_url()),
        "a closed thread, written to": Page(f"/comments/on/{closed.pk}/", 403, _form()),
    }


def _lists(post):
    day = post.published_at
    return {
        "home": Page("/"),
        "home, page 2": Page("/?page=2"),
        "a post with a picture": Page(post.get_absolute_url()),
        "a reply": Page(f"{post.get_absolute_url()}?replytocom={Comment.objects.get(name='Catherine').pk}"),
        "archives": Page("/archives/"),
        "a year": Page(f"/{day:%Y}/"),
        "a month": Page(f"/{day:%Y/%m}/"),
        "a day": Page(f"/{day:%Y/%m/%d}/"),
        "a category": Page(Category.objects.get(name="Drains").get_absolute_url()),
        "a category with others below": Page(Category.objects.get(name="The town").get_absolute_url()),
        "a tag": Page(Tag.objects.get().get_absolute_url()),
        "an author": Page(Author.objects.get(name="Ann Writer").get_absolute_url()),
        "search": Page("/search/"),
        "search with results": Page("/search/?q=boot"),
        "search with more results": Page("/search/?q=report&page=2"),
        "search with a mistake": Page("/search/?q=graitng"),
        "search without results": Page("/search/?q=xyzzy"),
        "log in": Page("/accounts/login/"),
        "log in, refused": Page("/accounts/login/", 200, {"username": "nobody", "password": "wrong"}),
        "forgotten password": Page("/accounts/password/reset/"),
        "forgotten password, asked": Page("/accounts/password/reset/done/"),
        "an invitation, old link": Page("/accounts/invitation/x/", 410),
        "forgotten password, old link": Page("/accounts/password/reset/key/1-abc/"),
    }


def _states_of_the_form(post):
    held = make_comment(post=post, body="Is it open?", status="pending")
    refused = make_comment(post=post, body="Buy boots.", status="spam")
    there = f"/comments/on/{post.pk}/"
    here = {"ip_address": "127.0.0.1"}  # with the name and the e-mail address, the same writer
    said = make_comment(post=post, body="I have said it.", submitted_at=timezone.now() - timedelta(hours=2), **here)
    quick = make_comment(post=post, name="Quick", email="quick@example.org", body="First!", **here)
    return {
        "awaiting": Page(f"{post.get_absolute_url()}?{urlencode({'awaiting': tokens.awaiting(held)})}"),
        "not published": Page(f"{post.get_absolute_url()}?{urlencode({'awaiting': tokens.awaiting(refused)})}"),
        "form errors": Page(there, 422, _form(name="", email="not an address", body="")),
        "a parent that is gone": Page(there, 403, _form(parent="99999999")),
        "the same again": Page(there, 409, _form(name=said.name, email=said.email, body=said.body)),
        "too fast": Page(there, 429, _form(name=quick.name, email=quick.email, body="Second!")),
        "forget this browser": Page("/comments/forget/"),
        "a comment to confirm": Page(_link_about(held)),
        "a comment that is confirmed": Page(_link_about(held, used=True)),
        "a link that does not work": Page("/comments/confirm/x/", 404),
        "a preview": Page(there, 200, _form(preview="1", body="I *was* there.")),
        "end of mails": Page(f"/comments/stop/{tokens.stop(held)}/"),
    }


def _link_about(comment, *, used=False):
    token = MailedLink.make(MailedLink.CONFIRM, comment.email, comment)
    if used:
        MailedLink.find(MailedLink.CONFIRM, token).use()
        proof.confirm(comment, comment.email)
    return f"/comments/confirm/{token}/"


def _following(post):
    address = MailAddress.objects.prove("follows@example.org")
    stop = tokens.stop_following(Follow.objects.begin(post, address))
    _request, asked = FollowRequest.make("asked@example.org", post)
    _request, follows = FollowRequest.make(address.address, post)
    form = f"/comments/follow/{post.pk}/"
    return {
        "follow a post": Page(form, 422, {"email": "not an address"}),
        "follow a post, asked": Page(form, 200, {"email": "asked@example.org"}),
        "follow a post, to confirm": Page(f"/comments/follow/confirm/{asked}/"),
        "follow a post, confirmed": Page(f"/comments/follow/confirm/{follows}/"),
        "follow a post, a wrong link": Page("/comments/follow/confirm/x/", 404),
        "follow a post no more": Page(f"/comments/follow/stop/{stop}/"),
    }


def _my_comments(post):
    """What one person has written, in each state; with what may be theirs."""
    address = MailAddress.objects.prove("mine@example.org")
    mine = {"post": post, "email": address.address, "address": address}
    held = [Finding("links", Verdict.HOLD, "Many links", "it has many links")]
    make_comment(body="Perhaps.", status="pending", findings=held, **mine)
    make_comment(body="I take it back.", **mine).withdraw()
    refused = make_comment(body="Hm!", **mine)
    refused.trash(by=None)
    public = make_comment(body="> A boot\n\nMine.", submitted_at=timezone.now(), **mine)
    public.rewrite("See x.example", findings=held, is_held=True, seen=public.last_decision.pk)
    make_comment(post=post, body="Whose?", email=address.address)
    query = f"?proof={token_for(address)}"
    return {
        "my comments": Page(f"/comments/mine/{query}"),
        "my comments, not open": Page("/comments/mine/", 422, {"email": "not an address"}),
        "a comment of mine": Page(f"/comments/mine/{public.pk}/{query}"),
        "a comment of mine, not published": Page(f"/comments/mine/{refused.pk}/{query}"),
        "erase me": Page(f"/comments/mine/erase/{query}"),
    }


def _subscriptions():
    asked = SubscriptionRequest.objects.create(email="bo@example.org")
    subscriber = make_subscriber()
    return {
        "new posts by email, refused": Page("/subscribe/", 422, {"email": "not an address", "frequency": "weekly"}),
        "new posts by email, to confirm": Page(asked.url.removeprefix(settings.SITE_URL)),
        "new posts by email, chosen": Page(subscriber.manage_url.removeprefix(settings.SITE_URL)),
    }


def _refusals(post):
    return {
        "400": Page("/confusing/", 400),
        "404": Page("/no/such/page/", 404),
        "403": Page("/forbidden/", 403),
        "405": Page(f"/comments/on/{post.pk}/", 405),
        "413": Page(f"/comments/on/{post.pk}/", 413, _form(body="x" * 1_100_000)),
        "413, a file": Page("/admin/blog_site/import/add/", 413, {"files": "x" * 1_100_000}),
        "500": Page("/broken/", 500),
        "503": Page("/away/", 503),
        "500, a comment": Page("/broken-comment/", 500, _form()),
        "a post that is gone, written to": Page("/comments/on/999999/", 404, _form()),
    }


def _form(**fields):
    typed = {"name": "Bo Reader", "email": "bo@example.org", "url": "", "body": "I have something to say."}
    return typed | {"parent": "", **fields}
