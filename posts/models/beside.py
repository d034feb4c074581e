"""What stands beside the text of a post on its page: its neighbours in time, those like it, and where it is filed."""

from django.db import models
from django.db.models import Value

from .sql import NEIGHBOURS, RELATED, public_now
from .taxonomy import Category, Tag

MOST_RELATED = 4


class Beside:
    def around(self):
        """(previous, next, related): the public posts before and after this one in time, or None, and a list of up
        to `MOST_RELATED` that are most like it; they know title and address. One query.
        """
        if self.is_page or not self.published_at or not self.pk:
            return None, None, []
        at = {**public_now(), "at": self.published_at, "pk": self.pk}
        pks = ", ".join(f"{pk:d}" for pk in self.related)
        posts = list(type(self).objects.raw(NEIGHBOURS + (RELATED.format(pks=pks) if pks else ""), at))
        beside = {post.place: post for post in posts if post.place != "related"}
        related = sorted(
            (post for post in posts if post.place == "related"), key=lambda post: self.related.index(post.pk)
        )
        return beside.get("previous"), beside.get("next"), related[:MOST_RELATED]

    def pages_below(self):
        """The public pages that stand right below this one, in the menu's order; none for a post, without a query."""
        if not self.is_page or not self.pk:
            return []
        return list(type(self).objects.published().pages().filter(parent=self).in_menu_order())

    def categories_with_those_above(self):
        """The categories that it is filed under, and those above them: in the archive of each of them it stands."""
        paths = {term.path for term in self.categories.all()} if self.pk else set()
        above = {path.rsplit("/", number)[0] for path in paths for number in range(1, path.count("/") + 1)}
        return Category.objects.filter(path__in=paths | above)

    def terms(self):
        """(categories, tags) as lists of rows that know name and address, by name; one query for both."""
        categories = Category.objects.filter(posts=self.pk).values_list("pk", "name", "slug", "path")
        tags = Tag.objects.filter(posts=self.pk).values_list("pk", "name", "slug", Value(None, models.CharField()))
        rows = sorted(categories.union(tags, all=True), key=lambda row: row[1].casefold())
        return (
            [Category(pk=pk, name=name, slug=slug, path=path) for pk, name, slug, path in rows if path is not None],
            [Tag(pk=pk, name=name, slug=slug) for pk, name, slug, path in rows if path is None],
        )
