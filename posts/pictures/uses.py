"""Where pictures stand: on top of posts, in their text, in authors' bios. The library asks for many at once."""

import re
from collections import defaultdict
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from django.conf import settings

from posts.models import Author, Picture, Post

# The last part of an address, with the ending of a picture.
_FILE = re.compile(r"[^/\s\"'<>()\[\]]+\.(?:jpe?g|png|gif|webp|avif)\b", re.IGNORECASE)
_PLAIN = re.compile(r"[^\s\"'<>()\[\]]+")


def used(posts=None, authors=None):
    """The numbers of the pictures that stand anywhere, or in some posts and bios: sets of rows."""
    posts = Post.objects.all() if posts is None else posts
    authors = Author.objects.all() if authors is None else authors
    search = _Search(dict(Picture.objects.values_list("pk", "file")))
    found = set(posts.filter(picture__isnull=False).values_list("picture_id", flat=True))
    for _model, _pk, text in _texts(posts, authors):
        found |= search.found_in(text)
    return found


def uses_of(pictures):
    """{number: [posts and authors]} of these pictures, in a few queries however many there are.

    Posts know title, address and status alone. One pass over the texts with pictures: as much as all of them together.
    """
    places = defaultdict(set)
    search = _Search({picture.pk: picture.file.name for picture in pictures})
    for pk, picture in Post.objects.filter(picture__in=pictures).values_list("pk", "picture_id"):
        places[picture].add((Post, pk))
    for model, pk, text in _texts(Post.objects.all(), Author.objects.all()):
        for picture in search.found_in(text):
            places[picture].add((model, pk))
    rows = {}
    for model, fields in ((Post, ["title", "permalink", "status"]), (Author, ["name"])):
        pks = {pk for found in places.values() for each, pk in found if each is model}
        if pks:
            rows[model] = model.objects.only(*fields).in_bulk(pks)
    return {
        picture: [rows[model][pk] for model, pk in sorted(found, key=lambda place: (place[0].__name__, -place[1]))]
        for picture, found in places.items()
    }


class _Search:
    """Looks for stored names in texts: by the last part of each first, of which texts have few."""

    def __init__(self, pictures):
        self.by_file, self.odd = defaultdict(list), []
        for pk, name in pictures.items():
            is_plain = _PLAIN.fullmatch(name)
            (self.by_file[PurePosixPath(name).name] if is_plain else self.odd).append((pk, name))

    def found_in(self, text):
        files = {unquote(found) for found in _FILE.findall(text)}
        likely = [*self.odd, *(place for file in files & self.by_file.keys() for place in self.by_file[file])]
        return {pk for pk, name in likely if name in text or quote(name) in text}


def _texts(posts, authors):
    """(model, number, text) of all of them that may show a picture of ours."""
    for rows, column in ((posts, "body"), (authors, "bio")):
        with_media = rows.filter(**{f"{column}__contains": settings.MEDIA_URL}).values_list("pk", column)
        yield from ((rows.model, pk, text) for pk, text in with_media.iterator())
