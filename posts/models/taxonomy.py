from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from posts import slugs
from posts.cached_reverse import address
from posts.prepared import Prepared

from .public import Public
from .queryset import CategoryQuerySet, FiledQuerySet


class Term(Public):
    """What categories and tags share: a name, and a slug that is made from it."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.CharField(
        _("slug"), max_length=slugs.MAX_LENGTH, unique=True, blank=True, validators=[slugs.validate_slug]
    )
    description = models.TextField(_("description"), blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        slugs.fill_slug(self, self.name)
        super().save(*args, **kwargs)

    @classmethod
    def by_post(cls, posts):
        """{number of each of these posts: its tags, or categories, by name: (name, slug or path)}; one query."""
        terms = {post.pk: [] for post in posts}
        for pk, name, place in _OF_POSTS[cls](posts=tuple(terms)):
            terms[pk].append((name, place))
        return {pk: sorted(rows, key=lambda row: row[0].casefold()) for pk, rows in terms.items()}


class Tag(Term):
    objects = FiledQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def get_absolute_url(self):
        return address("posts:tag", self.slug)

    @staticmethod
    def fold(name):
        """What two spellings of one tag have in common: "Child protection" and "child-protection"."""
        return slugs.make_slug(name, default=name.casefold())

    @classmethod
    def named(cls, names):
        """The tags of these names, one for each, however it is spelled; those that there are none of are new, and not
        stored."""
        wanted = {cls.fold(name): name for name in reversed(names)}
        tags = {}
        for tag in cls.objects.order_by("-pk").only("name", "slug") if wanted else ():
            for spelled in {tag.slug, cls.fold(tag.name)} & wanted.keys():
                tags[spelled] = tag
        return [tags.get(folded) or cls(name=wanted[folded]) for folded in reversed(wanted)]


class Category(Term):
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    # The slugs from the top down, joined by "/": an archive is found by one look-up.
    path = models.CharField(max_length=1000, unique=True, editable=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def save(self, *args, **kwargs):
        slugs.fill_slug(self, self.name)
        old_path, self.path = self.path, self._path()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if old_path and old_path != self.path:
                for child in self.children.all():
                    child.parent = self
                    child.save(update_fields=["path"])

    def get_absolute_url(self):
        return address("posts:category", self.path)

    @staticmethod
    def tree(categories):
        """These, each after the one that it is part of, by name.

        For nested lists, each knows what `opens` and `closes` after it: a list of those below, ranges of lists.
        """
        in_order = list(categories)
        names = {category.path: category.name.casefold() for category in in_order}

        def place(category):
            slugs_down = category.path.split("/")
            paths = ("/".join(slugs_down[: depth + 1]) for depth in range(len(slugs_down)))
            return [(names.get(path, ""), path) for path in paths]

        in_order.sort(key=place)
        for category, following in zip(in_order, [*in_order[1:], None], strict=False):
            next_depth = following.depth if following else 0
            category.opens = next_depth > category.depth
            category.closes = range(category.depth - next_depth)
        return in_order

    @property
    def depth(self):
        """How many categories stand above it."""
        return self.path.count("/")

    @property
    def indented(self):
        """Its name as it stands in a list of all: moved in below what it is part of."""
        return f"{'— ' * self.depth}{self.name}"

    def clean(self):
        ancestor = self.parent
        while ancestor:
            if ancestor.pk == self.pk:
                raise ValidationError({"parent": _("A category can't be its own parent.")})
            ancestor = ancestor.parent

    @cached_property
    def branch_pks(self):
        """The numbers of this category and of all below it: few, and asked first. Joined to the posts, before the
        database knows that they are few, they would be read once for each post."""
        return tuple(self.branch().order_by("pk").values_list("pk", flat=True))

    def branch(self):
        """This category and all below it, as a QuerySet."""
        return Category.objects.filter(models.Q(pk=self.pk) | models.Q(path__startswith=f"{self.path}/"))

    def _path(self):
        return f"{self.parent.path}/{self.slug}" if self.parent else self.slug


_OF_POSTS = {
    Category: Prepared(lambda posts: Category.objects.filter(posts__in=posts).values_list("posts", "name", "path")),
    Tag: Prepared(lambda posts: Tag.objects.filter(posts__in=posts).values_list("posts", "name", "slug")),
}
