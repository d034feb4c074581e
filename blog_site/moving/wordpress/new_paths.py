"""The addresses of posts and pages that can't keep their own, before the first text is set: links lead there."""

from dataclasses import dataclass
from datetime import datetime

from blog_site.moving.dates import moment
from blog_site.moving.text import plain
from posts.models import Post

from .terms import slug_from


@dataclass(slots=True)
class Shadowed:
    """An item whose path is one of our own, such as `/search/`: what its new address follows from."""

    id: str
    guid: str
    linked: str
    parent: str
    kind: str
    slug: str
    published_at: datetime | None


def shadowed(item, guid, linked):
    """The Shadowed of an item that stood at the path `linked`."""
    return Shadowed(
        id=item.id,
        guid=guid,
        linked=linked,
        parent=item.parent,
        kind=Post.Kind.PAGE if item.type == "page" else Post.Kind.POST,
        slug=slug_from(item.name or plain(item.title), default=item.type or "post"),
        published_at=moment(item.date, item.date_gmt, item.pub_date, warn=lambda message: None),
    )


def plan(surveys, here, taken):
    """{path that an item can't keep: where it will stand}.

    `here`: {guid: address} of posts that came in before; `taken`: the paths at which something stands, or will.
    """
    waiting = [post for survey in surveys for post in survey.shadowed]
    above = {number: path for survey in surveys for number, path in survey.numbers.items() if path}
    planned, taken = {}, set(taken)
    while waiting:
        numbers = {post.id for post in waiting}
        # A page below one of these comes after it; a circle is cut.
        ready = [post for post in waiting if post.kind == Post.Kind.POST or post.parent not in numbers] or waiting[:1]
        for post in ready:
            free = here.get(post.guid) or _free(post, above.get(post.parent), taken.__contains__)
            if free and post.linked not in planned:
                planned[post.linked] = free
                above.setdefault(post.id, free)
                taken.add(free)
        done = set(map(id, ready))
        waiting = [post for post in waiting if id(post) not in done]
    return planned


def _free(post, above, is_taken):
    """The address that the post gets, or None where it has no date."""
    parent = Post(kind=Post.Kind.PAGE, permalink=above) if above and post.kind == Post.Kind.PAGE else None
    new = Post(kind=post.kind, slug=post.slug, published_at=post.published_at, parent=parent)
    new.prepare(is_taken=is_taken)
    return new.permalink
