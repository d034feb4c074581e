"""Slugs: the part of an address that a title becomes."""

import re
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 200  # WordPress's wp_posts.post_name and wp_terms.slug
# First segments of addresses that the site itself answers: a page can't have them.
RESERVED = {
    "accent",
    "accounts",
    "admin",
    "archives",
    "author",
    "card",
    "category",
    "comments",
    "feed",
    "healthz",
    "index.php",
    "mail",
    "media",
    "metrics",
    "oembed",
    "posts",
    "preview",
    "search",
    "static",
    "subscribe",
    "tag",
    "wp-content",
}


def validate_slug(value):
    """Letters and digits of any script, hyphens and underscores: what a path shows unescaped or not."""
    if not re.fullmatch(r"[-\w]+", value):
        raise ValidationError(
            _("“%(value)s” can't be part of a web address. Use letters, digits, hyphens and underscores."),
            params={"value": value},
            code="invalid_slug",
        )


def is_reserved(slug):
    """True for a top-level page's slug that would be shadowed: a name of the site's own, or a year."""
    return slug in RESERVED or re.fullmatch(r"\d{4}", slug) is not None


def is_reserved_below(slug):
    """True for a slug that would be shadowed below a day or a page, which have a feed and pages of comments there."""
    return slug == "feed" or re.fullmatch(r"comment-page-\d+", slug) is not None


def make_slug(text, *, default):
    """A slug from a title or name in any script; `default` where no letter or digit is left."""
    return slugify(text, allow_unicode=True)[:MAX_LENGTH].strip("-") or default


def from_typed(text):
    """The slug that somebody means who types or pastes `text`: a slug as it is, of an address the last part, and words
    with hyphens between them. Empty where no letter or digit is left.
    """
    if "://" in text:
        text = unquote(text.partition("://")[2].partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2])
    if re.fullmatch(r"[-\w]+", text):
        return text[:MAX_LENGTH]
    return make_slug(re.sub(r"[^\w'’]+", " ", text), default="")


def free_slug(slug, *, is_taken):
    """`slug`, or the first of `slug-2`, `slug-3`, … for which `is_taken` is false (WordPress does the same)."""
    number, candidate = 1, slug
    while is_taken(candidate):
        number += 1
        suffix = f"-{number}"
        candidate = slug[: MAX_LENGTH - len(suffix)] + suffix
    return candidate


def fill_slug(instance, text):
    """Gives `instance` a slug made from `text` that no other row of its model has, if it has none."""
    if not instance.slug:
        others = type(instance).objects.exclude(pk=instance.pk)
        instance.slug = free_slug(
            make_slug(text, default=instance._meta.model_name),
            is_taken=lambda slug: others.filter(slug=slug).exists(),
        )
