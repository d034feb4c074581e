"""The pages of the blog. Fetching from `published()` is the permission check."""

from django.conf import settings
from django.core.paginator import EmptyPage, InvalidPage, Paginator
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from posts import accent, archives, cards, counts, lists, redirects
from posts.dates import archive_dates
from posts.generation import memoise, present
from posts.kept_posts import kept_post
from posts.large_parts import LargeParts
from posts.listing_html import listing_html
from posts.models import Author, Blog, Category, Post, Tag
from posts.public_pages import same_for_everybody

MOST_PINNED = 5


class PastTheEnd(Http404):
    """A list has no such page any more; `last` is the number of its last one."""

    def __init__(self, last):
        self.last = last
        super().__init__(_("There is no such page."))


@require_safe
@same_for_everybody
def home(request):
    """The newest posts, or the page that the blog has for a home page."""
    asked = request.GET.get("page")
    if asked and _home_page(request):
        # The list was here before.
        return redirect(f"{reverse('posts:list')}?{urlencode({'page': asked})}")
    return front(request)


def front(request, **context):
    """What readers get at `/`."""
    page = _home_page(request)
    return show(request, page, **context) if page else _newest(request, **context)


@require_safe
@same_for_everybody
def listing(request):
    """The newest posts, where the home page is another. What was imported with this address keeps it."""
    if Post.objects.published().filter(permalink=request.path_info).exists():
        return permalink(request, request.path_info[1:])
    return _newest(request) if _home_page(request) else redirect("posts:home")


def _home_page(request):
    """The page that stands at `/`; None for the list, also while that page is not public."""
    home_page = present(request)[1].home_page_id
    return kept_post(request, Post.public_page, home_page) if home_page else None


def _newest(request, **context):
    pinned = lists.pinned()[:MOST_PINNED] if present(request)[0].has_pinned else []
    years, number = archives.counted_years(request)
    context |= {"pinned": pinned, "years": tuple(year for year, _number in years)}
    return _archive(request, lists.of_blog(pinned), number=number - len(pinned), template="posts/home.html", **context)


@require_safe
@same_for_everybody
def overview(request):
    """All the ways into the archive, each with its number of posts."""
    if Post.objects.published().filter(permalink=request.path_info).exists():
        # An imported page of this address keeps it.
        return permalink(request, request.path_info[1:])
    years, _number = archives.counted_years(request)
    terms = archives.terms(request)
    context = {"years": years, "categories": terms[Category], "tags": terms[Tag], "authors": terms[Author]}
    return render(request, "posts/overview.html", context)


@require_safe
@same_for_everybody
def dated(request, year, month=None, day=None):
    """A year's, a month's or a day's posts."""
    dates = archive_dates(year, month, day)
    posts = dates and lists.within(dates)
    parts = memoise(archives.parts_of, present(request)[0].of_posts, year, month) if dates and not day else []
    number = posts.count() if dates and day else sum(number for _name, _address, number in parts)
    if not number:
        # An imported post may have a path that looks like a date; otherwise there is nothing.
        return permalink(request, request.path_info[1:])
    above = archives.above(year, month, day)
    return _archive(request, posts, number=number, heading=dates.heading, parts=parts, above=above)


@require_safe
@same_for_everybody
def category(request, path):
    term = archives.get_public(request, Category, path=path)
    posts = lists.of_category(term, is_common=counts.is_common(request, term))
    return _listed(request, posts, term, kicker=_("Category"), description=term.description)


@require_safe
@same_for_everybody
def tag(request, slug):
    term = archives.get_public(request, Tag, slug=slug)
    return _listed(request, lists.of_tag(term), term, kicker=_("Tag"), description=term.description)


@require_safe
@same_for_everybody
def author(request, slug):
    person = archives.get_public(request, Author, slug=slug)
    return _listed(request, lists.of_author(person), person, kicker=_("Author"), author=person)


def _listed(request, posts, subject, **context):
    """A page of what a category, a tag or an author has."""
    number, feed = counts.number_of(request, subject), f"{subject.get_absolute_url()}feed/"
    return _archive(request, posts, number=number, heading=subject.name, feed=feed, **context)


@require_safe
@same_for_everybody
def permalink(request, path):
    """A post or page at its own path, or the redirect to it from a path that it once had."""
    # Kept is what stands at an address as it is asked for most; the rest is read anew.
    path_info = f"/{path}"
    post = Post.public_at(path_info) if request.GET else kept_post(request, Post.public_at, path_info)
    if not post and request.user.is_authenticated:
        post = Post.objects.visible_to(request.user).for_page().filter(permalink=path_info).first()
    return show(request, post) if post else _elsewhere(request, path)


def _elsewhere(request, path):
    """The redirect to where what stood at `path` is now."""
    target = redirects.find(f"/{path}")
    if not target:
        raise Http404(_("There is no such page."))
    query = request.META.get("QUERY_STRING")
    return HttpResponsePermanentRedirect(target.get_absolute_url() + (f"?{query}" if query else ""))


@require_safe
def card(request, pk, mark):
    """The picture that other sites show for a link to a post. Another title has another address."""
    post = get_object_or_404(Post.objects.published().select_related("author"), pk=pk)
    if mark != post.card_mark:
        return redirect(post.card_url)
    response = HttpResponse(
        cards.draw_card_once(Blog.load().title, str(post), post.author.name), content_type="image/png"
    )
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
@same_for_everybody
def accent_style(request, light, dark):
    """The style sheet for the accent colours that its address names: for good, and without a look at the database."""
    response = HttpResponse(accent.style_sheet(light, dark), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def preview(request, pk):
    """A draft that has no address yet, for those who write and edit it."""
    post = get_object_or_404(Post.objects.visible_to(request.user).for_page(), pk=pk)
    return redirect(post) if post.permalink else show(request, post)


@require_safe
def by_imported_id(request, imported_id):
    """`/archives/ID` of the blog that moved in. Where two posts had the number, the first."""
    path = f"/archives/{imported_id}"
    target = redirects.find_old(path, f"{path}/")
    target = target or redirects.find_number(imported_id) or redirects.find_attachment(imported_id)
    if not target:
        raise Http404(_("There is no such page."))
    return HttpResponsePermanentRedirect(target.get_absolute_url())


def show(request, post, *, status=200, **context):
    """The page of one post, with what `settings.BELOW_POST` puts below its text; or where that leads to."""
    if not context.get("preview"):
        below = import_string(settings.BELOW_POST)(request, post, context)
        if isinstance(below, HttpResponseBase):
            return below
        context |= below
    generation, blog = present(request)
    is_kept = post.is_public and not context.get("preview")
    beside = post, blog.posts_by_mail, bool(context.get("shared_until")), get_language()
    context |= memoise(_beside, generation.of_posts, *beside) if is_kept else _beside(*beside)
    context |= {
        "post": post,
        "address": blog.address_of(post),
        # The page of one comment is the post's, once more.
        "unlisted": not post.is_public or not request.GET.keys().isdisjoint({"awaiting", "replytocom", "comment"}),
        "may_edit": not context.get("preview") and _may_edit(request, post),
    }
    large_parts = LargeParts()
    page = render_to_string("posts/post.html", context | {"large_parts": large_parts}, request)
    return HttpResponse(large_parts.put_into(page), status=status)


def _may_edit(request, post):
    """True where the page may lead to the post's form. A stranger's page asks nothing for it."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return False
    user = request.user
    is_theirs = post.author.user_id == user.pk or user.has_perm("posts.edit_others_posts")
    return is_theirs and user.is_staff and user.has_perm("posts.change_post")


def _beside(post, by_mail, is_shared, _language):
    """What a post is filed under, and, as HTML, what stands below its text but for what readers say: that, the posts
    around it and like it, the pages below it. `is_shared`: by a link, so that it has no address yet."""
    previous, following, related = post.around()
    categories, tags = post.terms()
    context = {
        "post": post,
        "by_mail": by_mail,
        "is_shared": is_shared,
        "previous": previous,
        "following": following,
        "related": related,
        "below": post.pages_below(),
        "categories": categories,
        "tags": tags,
    }
    beside_html = render_to_string("posts/_beside.html", context)
    return {"categories": categories, "tags": tags, "beside_html": beside_html}


def _archive(request, posts, *, number=None, template="posts/archive.html", pinned=(), **context):
    """A page of `posts`, the first with those that are pinned; their `number` is counted, if it is not known."""
    _generation, blog = present(request)
    paginator = Paginator(posts, blog.posts_per_page)
    if number is not None:
        paginator.count = number
    try:
        page = paginator.page(request.GET.get("page", 1))
    except EmptyPage as error:
        raise PastTheEnd(paginator.num_pages) from error
    except InvalidPage as error:
        raise Http404(_("There is no such page.")) from error
    listed = [*pinned, *page] if page.number == 1 else page.object_list
    context["listed_html"] = listing_html(listed, with_pictures=blog.list_pictures, marks_pinned=bool(pinned))
    return render(request, template, context | {"page": page, "listed": listed})
