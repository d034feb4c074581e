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
KINDS = (("", _("Everything")), ("post", _("Posts")), ("page", _("Pages")), ("comment", _("Comments")))


class SearchForm:
    """What an address asks for, and the choices that there are, as (value, label) but for the years. A choice that does
    not exist is none."""

    def __init__(self, request):
        data, (generation, _blog) = request.GET, present(request)
        # Neither a browser nor a text that is found has a NUL or the like.
        q = "".join(letter if letter.isprintable() else " " for letter in data.get("q", ""))
        self.q = " ".join(q.split())
        self.kinds = KINDS
        self.years = tuple(year for year, _number in archives.counted_years(request)[0])
        categories, authors = memoise(_choices, generation)
        self.categories = tuple((path, category.indented) for path, category in categories.items())
        self.authors = tuple((slug, author.name) for slug, author in authors.items())
        self.limits = Limits(
            kind=data.get("kind", "") if data.get("kind") in dict(KINDS) else "",
            year={str(year): year for year in self.years}.get(data.get("year")),
            category=categories.get(data.get("category")),
            author=authors.get(data.get("author")),
        )

    @cached_property
    def shown_q(self):
        """What is looked for, as it stands in titles."""
        return Truncator(self.q).chars(LONGEST_SHOWN) if len(self.q) > LONGEST_SHOWN else self.q

    @cached_property
    def address(self):
        """The address of this search, without a page."""
        return self.address_of(self.q)

    def address_of(self, q, *, limited=True):
        """The same for other words, or everywhere."""
        limits = self.limits
        asked = {"q": q}
        if limited:
            asked |= {"kind": limits.kind, "year": limits.year or ""}
            asked |= {"category": limits.category.path if limits.category else ""}
            asked |= {"author": limits.author.slug if limits.author else ""}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('search')}?{query}" if query else reverse("search")

    @property
    def feed_address(self):
        return reverse("search-feed") + self.address.removeprefix(reverse("search"))

    @property
    def address_everywhere(self):
        return self.address_of(self.q, limited=False)


def _choices():
    """({path: Category}, {slug: Author}) that a search can be narrowed to. What only a draft has is nobody's business
    yet."""
    filed = _with_a_post(Category, "categories")
    paths = {above for category in filed for above in accumulate(category.path.split("/"), "{}/{}".format)}
    categories = sorted(Category.objects.filter(path__in=paths), key=lambda category: category.path.split("/"))
    authors = _with_a_post(Author, "author").order_by("name", "pk")
    return {category.path: category for category in categories}, {author.slug: author for author in authors}


def _with_a_post(model, of_a_post):
    """Those that a public post has. One post is looked for each, where `Exists` would have PostgreSQL join them all."""
    one = Post.objects.published().filter(**{of_a_post: OuterRef("pk")}).values("pk")[:1]
    return model.objects.alias(post=Subquery(one)).filter(post__isnull=False)
