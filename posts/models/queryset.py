"""Sets of posts: who may see them, how they are ordered, and what a list reads of them."""

from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from posts.words import index_text

from .listed import LISTED, Listed
from .public import PublicQuerySet, next_of_posts
from .sql import public_now

# What only the search's index reads.
SEARCHED = ("search_title", "search_text")


class PostQuerySet(PublicQuerySet):
    def published(self, at=None):
        """What everybody may read; the definition is `public_now()`."""
        return self.filter(**public_now(at))

    def visible_to(self, user):
        """What is public, and what `user` writes or edits."""
        if not user.is_authenticated:
            return self.published()
        everything = self.model.objects
        public, own = everything.published().values("pk"), everything.editable_by(user).values("pk")
        return self.filter(Q(pk__in=public) | Q(pk__in=own))

    def editable_by(self, user):
        """All posts for an editor; their own for anybody else."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("posts.edit_others_posts"):
            return self.all()
        return self.filter(author__user=user)

    def posts(self):
        return self.filter(kind=self.model.Kind.POST)

    def pages(self):
        return self.filter(kind=self.model.Kind.PAGE)

    def filed_under(self, categories, *, is_common=False):
        """What is filed under one of these, numbers of categories. `is_common`: so much that the newest is found
        soonest by asking the newest posts of all, one after the other."""
        filed = self.model.categories.through.objects.filter(category__in=categories)
        if is_common:
            return self.filter(Exists(filed.filter(post=OuterRef("pk"))))
        return self.filter(pk__in=filed.values("post"))

    def pinned(self):
        return self.filter(pinned=True)

    def scheduled(self):
        """What becomes public by itself, in its time."""
        return self.filter(status=self.model.Status.PUBLISHED, published_at__gt=timezone.now())

    def in_state(self, state):
        """Those of a tab of the desk's list: a status, where "published" is what is public, "scheduled", or "all"
        outside the trash. None of any other.
        """
        if state == "all":
            return self.exclude(status=self.model.Status.TRASH)
        if state == self.model.SCHEDULED:
            return self.scheduled()
        return self.published() if state == self.model.Status.PUBLISHED else self.filter(status=state)

    def counted_by_state(self):
        """{state: how many}, for each that in_state() knows; one query, which an index answers alone."""
        is_to_come = Q(status=self.model.Status.PUBLISHED, published_at__gt=timezone.now())
        rows = self.order_by().values_list("status").annotate(n=Count("pk"), to_come=Count("pk", filter=is_to_come))
        counts = dict.fromkeys([*self.model.Status.values, self.model.SCHEDULED], 0)
        for status, number, to_come in rows:
            counts[status] = number - to_come
            counts[self.model.SCHEDULED] += to_come
        return {"all": sum(counts.values()) - counts[self.model.Status.TRASH], **counts}

    def newest_first(self):
        return self.order_by("-published_at", "-pk")

    def found_first(self):
        """The same, of a slice of the newest: they are found before anything is joined to them. SQLite would begin with
        the authors, of which there are few, and sort all posts."""
        return self.model.objects.filter(pk__in=self.values("pk")).newest_first()

    def in_menu_order(self):
        """As pages stand in the menu; they know title and address alone."""
        return self.order_by("menu_order", "title", "pk").only("title", "permalink")

    def for_page(self):
        """With what the page of a post shows beside its text, and without what it does not."""
        return self.select_related("author__photo", "picture").defer(*SEARCHED, "author__bio")

    def update(self, **values):
        if isinstance(values.get("title"), str):
            values.setdefault("search_title", index_text(values["title"]))
        return super().update(**next_of_posts() | values)

    update.alters_data = True

    def for_listing(self, *, pictures=False):
        """With what a list shows, and without the texts: three queries, however long the list."""
        return (
            self.select_related("author", *(("picture",) if pictures else ()))
            .prefetch_related("categories", "tags")
            .defer("body", "body_html", "contents_html", "corrections", "corrections_html", *SEARCHED)
        )

    def listed(self):
        """A list of what lists and feeds show of these, which are public: a `Listed` each."""
        return [Listed(*row) for row in self.values_list(*LISTED)]


class FiledQuerySet(PublicQuerySet):
    """Sets of tags and authors: what posts are listed by."""

    def public(self):
        """Those that everybody may know of, since something published has them."""
        return self._with_published()

    def _with_published(self):
        relation = self.model._meta.get_field("posts")
        published = relation.related_model.objects.published()
        return self.filter(Exists(published.filter(**{relation.remote_field.name: OuterRef("pk")})))


class CategoryQuerySet(FiledQuerySet):
    def public(self):
        """The same; what is filed below a category is filed under it."""
        # The few categories first, and only then their posts.
        there = Q(pk=OuterRef("pk")) | Q(path__startswith=Concat(OuterRef("path"), Value("/")))
        return self.filter(Exists(self.model.objects.filter(there)._with_published()))
