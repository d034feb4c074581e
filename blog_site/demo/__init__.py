"""The sample blog: its texts are the files beside this one, and `write()` brings them into the database.

`blog.toml` has the blog, its authors, categories and tags; `posts/` one file a post, Markdown below TOML
between two lines `+++`; `threads/` the comments under the post of the same name.
"""

import re
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from blog_site.demo import removing
from comments.checks import SubmissionContext, run_checks
from comments.models import Comment, Rule
from posts.models import Author, Blog, Category, Picture, Post, Tag

HERE = Path(__file__).parent


@transaction.atomic
def write(*, names_blog=True):
    """The whole sample blog, in one transaction, dated back from now; returns what `removing.remove()` needs.

    `names_blog`: with its name, which somebody may have changed already. Its tagline stands where there is none.
    """
    before = removing.numbers()
    blog = tomllib.loads((HERE / "blog.toml").read_text("utf-8"))
    stored = Blog(title=blog["title"]) if names_blog else Blog.load()
    stored.tagline = stored.tagline or blog["tagline"]
    stored.save()
    authors = {author["key"]: _author(author) for author in blog["authors"]}
    for category in blog["categories"]:
        parent = Category.objects.get(slug=category["parent"]) if "parent" in category else None
        Category.objects.create(**category | {"parent": parent})
    for rule in blog["rules"]:
        Rule.objects.create(**rule)
    for tag in blog["tags"]:
        Tag.objects.create(**tag)
    # The oldest first: a post links only to those before it.
    files = [_front_matter(path) for path in (HERE / "posts").glob("*.md")]
    for slug, about, body in sorted(files, key=lambda file: -file[1]["days_ago"]):
        post = _post(slug, about, body, authors)
        thread = HERE / "threads" / f"{slug}.toml"
        if thread.exists():
            _thread(post, tomllib.loads(thread.read_text("utf-8"))["comments"], authors)
    return removing.record(list(authors.values()), before) | {"tagline": blog["tagline"]}


def _author(about):
    # The account can't log in until somebody gives it a password.
    account = get_user_model().objects.create_user(about["slug"], is_staff=True)
    account.first_name, _, account.last_name = about["name"].partition(" ")
    account.save()
    account.groups.add(Group.objects.get(name="Authors"))
    return Author.objects.create(name=about["name"], slug=about["slug"], bio=about["bio"].strip(), user=account)


def _front_matter(path):
    _, about, body = path.read_text("utf-8").split("+++\n", 2)
    return path.stem, tomllib.loads(about), body.strip()


def _post(slug, about, body, authors):
    day = timezone.localdate() - timedelta(days=about["days_ago"])
    post = Post.objects.create(
        slug=slug,
        kind=about["kind"],
        title=about["title"],
        excerpt=about["excerpt"],
        body=re.sub(r"\(post:([\w-]+)\)", _link, body),
        status=Post.Status.PUBLISHED,
        published_at=timezone.make_aware(datetime.fromisoformat(f"{day}T{about['time']}")),
        author=authors[about["author"]],
        comments_open=about["comments_open"],
        pinned=about.get("pinned", False),
        picture=_picture(about),
    )
    post.categories.set(Category.objects.filter(slug__in=about["categories"]))
    post.tags.set(Tag.objects.filter(slug__in=about["tags"]))
    return post


def _link(match):
    return f"({Post.objects.get(slug=match[1]).get_absolute_url()})"


def _picture(about):
    if "picture" not in about:
        return None
    picture = Picture(
        alt=about["picture_alt"], caption=about["picture_caption"], credit=about.get("picture_credit", "")
    )
    with (HERE / "pictures" / about["picture"]).open("rb") as file:
        picture.file.save(about["picture"], File(file))
    return picture


def _thread(post, comments, authors):
    """Each comment comes in through the checks, and the author decides as the file says, an hour later."""
    moderator = post.author.user
    stored = {}
    for about in comments:
        account = authors[about["by"]].user if "by" in about else None
        comment = Comment(
            post=post,
            parent=stored.get(about.get("in_reply_to")),
            name=account.get_full_name() if account else about["name"],
            email="" if account else about["email"],
            url=about.get("url", ""),
            body=about["body"].strip(),
            user=account,
            submitted_at=post.published_at + timedelta(minutes=about["minutes_after"]),
        )
        comment.rerender()
        findings = run_checks(comment, SubmissionContext(user=account))
        writes_below_own = account == moderator
        comment.status = Comment.Status.APPROVED if writes_below_own else Comment.Status.PENDING
        comment.insert_with_first_decision(findings)
        stored[about["key"]] = comment
        if not writes_below_own:
            _decide(comment, about, moderator)


def _decide(comment, about, moderator):
    status, reason = about.get("status", "approved"), about.get("reason", "")
    later = {"decided_at": comment.submitted_at + timedelta(hours=1)}
    if status == "approved":
        comment.approve(by=moderator, reason=reason, **later)
    elif status == "trash":
        # It was public first, and had answers, before it was taken down.
        comment.approve(by=moderator, **later)
        rule = Rule.objects.filter(number=about.get("rule")).first()
        comment.trash(by=moderator, reason=reason, rule=rule, decided_at=comment.submitted_at + timedelta(hours=9))
    elif status == "spam":
        comment.spam(by=moderator, reason=reason, **later)
