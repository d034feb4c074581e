"""Where pictures stand: on top of posts, in their text, in authors' bios and beside their names, as the blog's logo.
The library asks for many at once.
"""

import re
from collections import defaultdict
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from django.conf import settings

from posts.models import Attachment, Author, Autosave, Picture, Post, Revision

# The last part of an address, with the ending of a picture. It is looked for where a part begins, and nowhere else: a
# text may have a million letters without a space.
_FILE = re.compile(r"(?<![^/\s\"'<>()\[\]])[^/\s\"'<>()\[\]]+\.(?:jpe?g|png|gif|webp|avif)\b", re.IGNORECASE)
_PLAIN = re.compile(r"[^\s\"'<>()\[\]]+")


def used():
    """The numbers of the pictures that stand anywhere: those can't be deleted."""
    pks = _found_in(Post.objects.all(), Author.objects.all())
    for field in _columns():
        pks |= set(field.model.objects.exclude(**{field.name: None}).values_list(field.attname, flat=True))
    return pks


def used_by_others(user):
    """The numbers of the pictures that stand in posts, and with authors, that are not this account's."""
    posts, authors = Post.objects.exclude(author__user=user), Author.objects.exclude(user=user)
    pks = _found_in(posts, authors)
    for rows, column in ((posts, "picture_id"), (authors, "photo_id")):
        pks |= set(rows.exclude(**{column: None}).values_list(column, flat=True))
    return pks


def uses_of(pictures):
    """{number: [posts, authors, the blog]} of these pictures, in a few queries however many there are.

    One pass over the texts with pictures costs as much as all of them together.
    """
    places = defaultdict(set)
    for field in _columns():
        shown = field.model.objects.filter(**{f"{field.name}__in": pictures})
        for pk, picture in shown.values_list("pk", field.attname):
            places[picture].add((field.model, pk))
    search = _Search({picture.pk: picture.file.name for picture in pictures})
    for model, pk, text in _texts(Post.objects.all(), Author.objects.all()):
        for picture in search.found_in(text):
            places[picture].add((model, pk))
    rows = _rows({place for places_of_one in places.values() for place in places_of_one})
    return {
        picture: [rows[place] for place in sorted(places_of_one, key=lambda place: (place[0].__name__, -place[1]))]
        for picture, places_of_one in places.items()
    }


def kept_uses_of(pictures):
    """(posts, autosaves): the posts of which an earlier version has one of these pictures in its text, and what
    somebody has typed and not saved with one. None of them stands in the way of deleting it; each would miss it."""
    search = _Search({picture.pk: picture.file.name for picture in pictures})
    versions = Revision.objects.filter(body__contains=settings.MEDIA_URL).values_list("post_id", "body")
    posts = {post for post, text in versions.iterator() if search.found_in(text)}
    numbers = {str(picture.pk) for picture in pictures}
    unsaved = [
        autosave
        for autosave in Autosave.objects.select_related("post").iterator()
        if numbers.intersection(autosave.fields.get("picture", ()))
        or any(search.found_in(text) for text in autosave.fields.get("body", ()))
    ]
    return Post.objects.filter(pk__in=posts), unsaved


def _rows(places):
    """{(model, number): row}; posts and authors know their name and address alone."""
    fields = {Post: ["title", "permalink", "status"], Author: ["name", "slug"]}
    rows = {}
    for model in {model for model, _pk in places}:
        pks = [pk for each, pk in places if each is model]
        queryset = model.objects.only(*fields[model]) if model in fields else model.objects.all()
        rows |= {(model, pk): row for pk, row in queryset.in_bulk(pks).items()}
    return rows


def _columns():
    """What names a picture by its number. An import's file does too, and is shown nowhere."""
    relations = [field for field in Picture._meta.get_fields(include_hidden=True) if field.one_to_many]
    return [relation.field for relation in relations if relation.related_model is not Attachment]


def _found_in(posts, authors):
    search = _Search(dict(Picture.objects.values_list("pk", "file")))
    return {pk for _model, _pk, text in _texts(posts, authors) for pk in search.found_in(text)}


class _Search:
    """Looks for stored names in texts: by the last part of each first, of which texts have few."""

    def __init__(self, pictures):
        self.by_file, self.odd = defaultdict(list), []
        for pk, name in pictures.items():
            is_plain = _PLAIN.fullmatch(name)
            (self.by_file[PurePosixPath(name).name] if is_plain else self.odd).append((pk, name))

    def found_in(self, text):
        files = {unquote(address) for address in _FILE.findall(text)}
        likely = [*self.odd, *(place for file in files & self.by_file.keys() for place in self.by_file[file])]
        return {pk for pk, name in likely if name in text or quote(name) in text}


def _texts(posts, authors):
    """(model, number, text) of all of them that may show a picture of ours."""
    for rows, column in ((posts, "body"), (authors, "bio")):
        with_media = rows.filter(**{f"{column}__contains": settings.MEDIA_URL}).values_list("pk", column)
        yield from ((rows.model, pk, text) for pk, text in with_media.iterator())
