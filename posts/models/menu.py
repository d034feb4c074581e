"""The blog's own menu, and the links to where else its authors are to be found."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .blog import Blog
from .public import Public, PublicQuerySet

LONGEST_ADDRESS = 500
# White space and what browsers drop from an address before they read its scheme.
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\\]")
_TELEPHONE = re.compile(r"tel:\+?[0-9().-]{3,40}\Z", re.IGNORECASE)


def validate_address(value):
    """A web address, an email address as `mailto:`, a telephone number as `tel:`, or a path of the blog's own: nothing
    else is safe to follow."""
    if _UNSEEN.search(value) or not (_is_path(value) or _is_web(value) or _is_email(value) or _TELEPHONE.match(value)):
        raise ValidationError(
            _(
                "“%(value)s” can’t be linked to. Enter an address that starts with https:// or http://, an email "
                "address as mailto:name@example.org, or a path of this blog such as /about/."
            ),
            params={"value": value[:100]},
            code="invalid_address",
        )


def validate_address_elsewhere(value):
    """The same without the blog's own paths."""
    validate_address("" if value.startswith("/") else value)


def _is_path(value):
    return value.startswith("/") and not value.startswith("//")


def _is_web(value):
    try:
        URLValidator(schemes=["http", "https"])(value)
        return bool(urlsplit(value).hostname)
    except (ValidationError, ValueError):
        return False


def _is_email(value):
    scheme, colon, address = value.partition(":")
    try:
        EmailValidator()(address.partition("?")[0])
    except ValidationError:
        return False
    return scheme.lower() == "mailto" and bool(colon)


class InMenu(NamedTuple):
    """An entry of the menu, as pages show it: hashable, and equal for the same menu."""

    title: str
    url: str
    below: tuple = ()

    def __str__(self):
        return self.title


class PartOfBlog:
    """A row on the page of the blog's settings."""

    def save(self, *args, **kwargs):
        # Until it is saved for the first time there is no row.
        Blog.objects.get_or_create(pk=1)
        super().save(*args, **kwargs)


class MenuItem(PartOfBlog, Public):
    """An entry of the blog's own menu, which stands in place of the pages once there is one."""

    blog = models.ForeignKey(Blog, on_delete=models.CASCADE, default=1, related_name="menuitems", editable=False)
    position = models.IntegerField(_("position"), default=0, help_text=_("The lowest number comes first."))
    label = models.CharField(
        _("label"), max_length=100, blank=True, help_text=_("Leave empty for the name of the page or category.")
    )
    page = models.ForeignKey(
        "posts.Post", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("page")
    )
    category = models.ForeignKey(
        "posts.Category", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    address = models.CharField(
        _("or an address"),
        max_length=LONGEST_ADDRESS,
        blank=True,
        validators=[validate_address],
        help_text=_("https://…, mailto:… or a path such as /archives/."),
    )
    is_below = models.BooleanField(
        _("below the entry above"), default=False, help_text=_("In a menu of its own that opens below that entry.")
    )

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("menu entry")
        verbose_name_plural = _("menu")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(page__isnull=False, category__isnull=True, address="")
                    | Q(page__isnull=True, category__isnull=False, address="")
                    | (Q(page__isnull=True, category__isnull=True) & ~Q(address="") & ~Q(label=""))
                ),
                name="menu_item_leads_to_one_thing",
            ),
        ]

    def __str__(self):
        return self.label or str(self.page or self.category or "")

    def clean(self):
        chosen = [bool(self.page_id), bool(self.category_id), bool(self.address)]
        if sum(chosen) != 1:
            raise ValidationError(_("Choose a page or a category, or enter an address: one of the three."))
        if self.address and not self.label:
            raise ValidationError({"label": _("Enter what the menu calls this address.")})

    @classmethod
    def menu(cls):
        """The stored entries as pages show them, a tuple of InMenu."""
        return cls.menu_of(cls.objects.select_related("page", "category").order_by("position", "pk"))

    @classmethod
    def menu_of(cls, items):
        """Entries, in order, as pages show them. What leads to nothing public is left out, and what stands below it
        comes up in its place."""
        shown, above = [], None
        for item in cls._public(list(items)):
            if not item:
                above = None
                continue
            entry = (str(item), item.url, [])
            if item.is_below and above:
                above[2].append(InMenu(*entry[:2]))
                continue
            shown.append(entry)
            above = None if item.is_below else entry
        return tuple(InMenu(title, url, tuple(below)) for title, url, below in shown)

    @staticmethod
    def _public(items):
        """The items that lead to something public; None in the place of one at the top that does not."""
        from .post import Post
        from .taxonomy import Category

        pages = Post.objects.published().filter(pk__in=[item.page_id for item in items if item.page_id])
        categories = Category.objects.public().filter(pk__in=[item.category_id for item in items if item.category_id])
        pages, categories = (set(rows.values_list("pk", flat=True)) for rows in (pages, categories))
        for item in items:
            if (not item.page_id or item.page_id in pages) and (not item.category_id or item.category_id in categories):
                yield item
            elif not item.is_below:
                yield None

    @property
    def url(self):
        target = self.page or self.category
        return target.get_absolute_url() if target else self.address


class SocialLink(PartOfBlog, Public):
    """Where else the blog's authors are to be found or written to; the profile there can name the blog (`rel="me"`)."""

    blog = models.ForeignKey(Blog, on_delete=models.CASCADE, default=1, related_name="sociallinks", editable=False)
    position = models.IntegerField(_("position"), default=0, help_text=_("The lowest number comes first."))
    label = models.CharField(_("label"), max_length=100)
    address = models.CharField(
        _("address"),
        max_length=LONGEST_ADDRESS,
        validators=[validate_address_elsewhere],
        help_text=_("https://… or mailto:…"),
    )

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to elsewhere")
        verbose_name_plural = _("links to elsewhere")

    def __str__(self):
        return self.label

    @classmethod
    def shown(cls):
        """(label, address) of each, in order: a tuple, the same for the same links."""
        return tuple(cls.objects.order_by("position", "pk").values_list("label", "address"))
