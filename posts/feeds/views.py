"""The feeds of posts: of the blog, and of each archive that has a page."""

from functools import lru_cache

from django.conf import settings
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from posts import archives, counts, lists
from posts.feeds.channel import Channel, Entry, Replies, answer
from posts.feeds.text import absolute_html, xml_text
from posts.generation import present
from posts.markup import for_feeds
from posts.models import Author, Category, Picture, Post, Tag
from posts.pictures.markup import without_sizes
from posts.prepared import Prepared
from posts.public_pages import same_for_everybody

POSTS_IN_FEED = 20
_TEXTS = Prepared(lambda posts: Post.objects.filter(pk__in=posts).values_list("pk", "body_html", "corrections_html"))


@require_safe
@same_for_everybody
def of_blog(request, form="rss"):
    _generation, blog = present(request)
    return _answer(request, form, lists.of_blog(), "/", blog, blog.title, blog.tagline)


@require_safe
@same_for_everybody
def of_category(request, path, form="rss"):
    category = archives.get_public(request, Category, path=path)
    posts = lists.of_category(category, is_common=counts.is_common(request, category))
    return _of(request, form, posts, category, category.description)


@require_safe
@same_for_everybody
def of_tag(request, slug, form="rss"):
    tag = archives.get_public(request, Tag, slug=slug)
    return _of(request, form, lists.of_tag(tag), tag, tag.description)


@require_safe
@same_for_everybody
def of_author(request, slug, form="rss"):
    author = archives.get_public(request, Author, slug=slug)
    return _of(request, form, lists.of_author(author), author, "")


def _of(request, form, posts, archive, description):
    _generation, blog = present(request)
    title = f"{archive} – {blog.title}"
    return _answer(request, form, posts, archive.get_absolute_url(), blog, title, description or blog.tagline)


def _answer(request, form, posts, path, blog, title, description):
    generation, _blog = present(request)
    page = f"{settings.SITE_URL}{path}"
    channel = Channel(title, description, page, base=f"{page}feed/", is_told=True, blog=blog)
    return answer(request, channel, form, generation, generation.modified_at, lambda: entries(posts[:POSTS_IN_FEED]))


def entries(posts):
    """The `Entry`s of posts, `Listed`."""
    rows = _TEXTS(posts=tuple(post.pk for post in posts))
    texts = {pk: body + corrections for pk, body, corrections in rows}
    terms = [model.by_post(posts) for model in (Category, Tag)]
    pictured = {post.picture_id for post in posts} - {None}
    pictures = Picture.objects.in_bulk(pictured) if pictured else {}
    return [_entry(post, texts[post.pk], pictures.get(post.picture_id), _names(post, terms)) for post in posts]


def _names(post, terms):
    return [name for of in terms for name, _slug in of[post.pk]]


def _entry(post, text, picture, terms):
    url = f"{settings.SITE_URL}{post.url}"
    address = f"{settings.SITE_URL}{picture.fallback_url}" if picture else ""
    return Entry(
        pk=post.pk,
        guid=post.guid,
        url=url,
        title=str(post),
        author=post.author_name,
        author_url=f"{settings.SITE_URL}{post.author_url}",
        published_at=post.published_at,
        modified_at=post.last_modified,
        summary=post.summary,
        content=_content(_lead(picture, address), text, post.language, url),
        picture=address,
        language=post.language,
        terms=terms,
        replies=Replies(page=f"{url}#comments", base=f"{settings.SITE_URL}{post.feed_url}", count=post.comment_count),
    )


@lru_cache(maxsize=2 * POSTS_IN_FEED)
def _content(lead, text, language, url):
    """A post's text as feeds have it: half of what a feed costs, and the same as long as the text is."""
    return xml_text(lead + absolute_html(for_feeds(without_sizes(text), language), url))


def _lead(picture, address):
    if not picture:
        return ""
    image = format_html(
        '<img src="{}" width="{}" height="{}" alt="{}">', address, picture.width, picture.height, picture.alt
    )
    under = " ".join(filter(None, (picture.caption, picture.credit)))
    return format_html("<figure>{}<figcaption>{}</figcaption></figure>" if under else "<p>{}</p>", image, under)
