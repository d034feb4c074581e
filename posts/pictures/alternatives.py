"""Words for who doesn't see a picture: asked for before a post is published."""

from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from posts.markup import render_post
from posts.models.picture import Picture

from .markup import without_alternative

_ASK = _(
    "The picture “%(name)s” in the text has no alternative text. Describe it between the square brackets: "
    "![description](address). If it adds nothing, upload it under Pictures and tick “decorative” there."
)
_ASK_ON_TOP = _(
    "The picture of the post has no alternative text. Describe it under Pictures, or tick “decorative” there if it "
    "adds nothing."
)


def ask_for_alternatives(post):
    """Raises ValidationError for `body` that names each picture in the text which says nothing, and for `picture`.

    What is public like that already, after an import, stands in no correction's way.
    """
    silent, on_top = _silent(post), post.picture_id and not post.picture.is_described
    if not silent and not on_top:
        return
    public = post.pk and type(post).objects.filter(pk=post.pk, status=post.Status.PUBLISHED).first()
    known = _silent(public) if public and silent else ()
    errors = {}
    if new := [address for address in silent if address not in known]:
        errors["body"] = [_asked_for(address) for address in new]
    if on_top and not (public and public.picture_id == post.picture_id):
        errors["picture"] = ValidationError(_ASK_ON_TOP, code="no_alternative")
    if errors:
        raise ValidationError(errors)


def _silent(post):
    text = render_post(post.body, post.body_format, post.language)
    pictures = Picture.objects.shown_in(text)
    # In HTML an empty text is written to say that the picture is decorative.
    return without_alternative(text, pictures, empty_is_chosen=post.body_format == post.BodyFormat.HTML)


def _asked_for(address):
    name = unquote(address).rstrip("/").rpartition("/")[2] or address
    return ValidationError(_ASK, code="no_alternative", params={"name": name})
