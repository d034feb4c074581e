"""The form of the search: what to look for, and what to narrow it to. Nothing that stands in it is refused."""

from functools import cached_property
from itertools import accumulate
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from posts import archives
from posts.generation import memoise, present
from posts.models import Author, Category, Post

from .finding import Limits

LONGEST_SHOWN = 60
KINDS = [("", _("Everything")), ("post", _("Posts")), ("page", _("Pages")), ("comment", _("Comments"))]


class SearchForm:
    """What an address asks for, and the choices that there are. A choice that does not exist is none."""

    def __init__(self, request):
        data, (generation, _blog) = request.GET, present(request)
        # Neither a browser nor a text that is found has a NUL or the like.
        q = "".join(letter if letter.isprintable() else " " for letter in data.get("q", ""))
        self.q = " ".join(q.split())
        self.kinds = KINDS
        self.years = [year for year, _number in archives.counted_years(request)[0]]
        self.categories, self.authors = memoise(_choices, generation)
        self.limits = Limits(
            kind=data.get("kind", "") if data.get("kind") in dict(KINDS) else "",
            year=_chosen(self.years, data.get("year"), str),
            category=_chosen(self.categories, data.get("category"), lambda category: category.path),
            author=_chosen(self.authors, data.get("author"), lambda author: author.slug),
        )

    @cached_property
    def shown_q(self):
        """What is looked for, as it stands in titles."""
        return Truncator(self.q).chars(LONGEST_SHOWN) if len(self.q) > LONGEST_SHOWN else self.q

    def address(self, q=None, *, limited=True):
        """The address of this search, or of the same for other words, without a page."""
        limits = self.limits
        asked = {"q": self.q if q is None else q}
        if limited:
            asked |= {"kind": limits.kind, "year": limits.year or ""}
            asked |= {"category": limits.category.path if limits.category else ""}
            asked |= {"author": limits.author.slug if limits.author else ""}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('search')}?{query}" if query else reverse("search")

    @property
    def feed_address(self):
        return reverse("search-feed") + self.address().removeprefix(reverse("search"))

    @property
    def address_everywhere(self):
        return self.address(limited=False)


def _choices():
    """(categories, authors) that a search can be narrowed to. What only a draft has is nobody's business yet."""
    filed = _with_a_post(Category, "categories")
    paths = {above for category in filed for above in accumulate(category.path.split("/"), "{}/{}".format)}
    categories = Category.objects.filter(path__in=paths)
    return (
        sorted(categories, key=lambda category: category.path.split("/")),
        list(_with_a_post(Author, "author").order_by("name", "pk")),
    )


def _chosen(choices, value, name_of):
    return next((choice for choice in choices if name_of(choice) == value), None)


def _with_a_post(model, of_a_post):
    """Those that a public post has. One post is looked for each, where `Exists` would have PostgreSQL join them all."""
    one = Post.objects.published().filter(**{of_a_post: OuterRef("pk")}).values("pk")[:1]
    return model.objects.alias(post=Subquery(one)).filter(post__isnull=False)
