"""Where what once stood at an address is now."""

import re

from posts.models import Attachment, Author, Category, OldPath, Post, Tag

# What WordPress puts after a post's path for a part or another form of the same.
_FORMS = re.compile(r"(/.+?)/(?:[0-9]{1,3}|trackback|embed|amp)/?")
ARCHIVES = {"category": Category, "tag": Tag, "author": Author}
_DATED = re.compile(r"/\d{4}/\d{2}(?:/\d{2})?/([^/]+)/?")


def find(path):
    """What is public, and once stood at `path` or is meant by it without or with a final slash; or None.

    It knows its present address: `get_absolute_url()`.
    """
    form = _FORMS.fullmatch(path)
    if target := _at(path) or (form and _at(form[1])) or Attachment.objects.at(path):
        return target
    if dated := _DATED.fullmatch(path):
        slugs = {dated[1], dated[1].lower()}
        return Post.objects.published().posts().filter(slug__in=slugs).newest_first().first()
    return None


def find_archive(kind, slugs):
    """The category, tag or author (`kind` is one of ARCHIVES) that WordPress would show for these `slugs`: the last one
    alone says which, whatever stands before it and in whichever letters. None where there is none."""
    last = slugs.strip("/").rpartition("/")[2]
    rows = ARCHIVES[kind].objects.public()
    return (
        rows.filter(slug__in={last, last.lower()}).order_by("pk").first()
        or rows.filter(slug__iexact=last).order_by("pk").first()
        or find_old(f"/{kind}/{last}/")
    )


def find_old(*paths):
    """The OldPath of one of these that leads to what is public, or None."""
    rows = OldPath.objects.filter(path__in=paths).select_related("post", "category", "tag", "author").order_by("pk")
    return next((row for row in rows if row.is_public), None)


def find_number(number):
    """The public post of a number in the blog that it came from. Of several blogs' the one that stood in no folder, and
    then the first; None where there is none."""
    posts = list(Post.objects.published().filter(imported_id=number).order_by("pk"))
    if len(posts) < 2:
        return next(iter(posts), None)
    elsewhere = OldPath.objects.filter(post__in=posts, path__endswith=f"/?p={number}").values_list("post", flat=True)
    return next((post for post in posts if post.pk not in set(elsewhere)), posts[0])


def find_attachment(number):
    """What a file of the old blog hung on, or else the file; None where neither is here."""
    files = Attachment.objects.filter(imported_id=number).select_related("picture").order_by("pk")
    return find_old(f"/?attachment_id={number}") or files.first()


def _at(path):
    either_way = [path, path.rstrip("/") if path.endswith("/") else f"{path}/"]
    small = {each.lower() for each in either_way}.difference(either_way)
    for paths in filter(None, (either_way, small)):
        if post := Post.objects.published().filter(permalink__in=paths).first() or find_old(*paths):
            return post
    return None
