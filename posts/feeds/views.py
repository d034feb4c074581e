"""The feeds of posts: of the blog, and of each archive that has a page."""

from functools import lru_cache

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from posts import counts
from posts.feeds.channel import Channel, Entry, Replies, answer
from posts.feeds.text import absolute_html, xml_text
from posts.generation import present
from posts.markup import for_feeds
from posts.models import Author, Category, Picture, Post, Tag
from posts.pictures.markup import without_sizes
from posts.public_pages import same_for_everybody

POSTS_IN_FEED = 20


@require_safe
@same_for_everybody
def of_blog(request, form="rss"):
    _generation, blog = present(request)
    return _answer(request, form, Post.objects.published().posts(), "/", blog, blog.title, blog.tagline)


@require_safe
@same_for_everybody
def of_category(request, path, form="rss"):
    category = get_object_or_404(Category.objects.public(), path=path)
    is_common = counts.is_common(request, category)
    posts = Post.objects.published().posts().filed_below(category, is_common=is_common)
    return _of(request, form, posts, category, category.description)


@require_safe
@same_for_everybody
def of_tag(request, slug, form="rss"):
    tag = get_object_or_404(Tag.objects.public(), slug=slug)
    return _of(request, form, Post.objects.published().posts().filter(tags=tag), tag, tag.description)


@require_safe
@same_for_everybody
def of_author(request, slug, form="rss"):
    author = get_object_or_404(Author.objects.public(), slug=slug)
    return _of(request, form, Post.objects.published().posts().filter(author=author), author, "")


def _of(request, form, posts, found, description):
    _generation, blog = present(request)
    title = f"{found} – {blog.title}"
    return _answer(request, form, posts, found.get_absolute_url(), blog, title, description or blog.tagline)


def _answer(request, form, posts, path, blog, title, description):
    generation, _blog = present(request)
    page = f"{settings.SITE_URL}{path}"
    channel = Channel(title, description, page, base=f"{page}feed/", is_told=True, blog=blog)
    return answer(request, channel, form, generation, generation.modified_at, lambda: entries(read(posts)))


def read(posts):
    """The newest of `posts`, as `Listed`: without their texts."""
    return posts.newest_first()[:POSTS_IN_FEED].found_first().listed()


def entries(posts):
    """The `Entry`s of posts that were read without their texts."""
    rows = Post.objects.filter(pk__in=[post.pk for post in posts]).values_list("pk", "body_html", "corrections_html")
    texts = {pk: body + corrections for pk, body, corrections in rows}
    terms = [model.objects.by_post(posts, "name") for model in (Category, Tag)]
    pictured = {post.picture_id for post in posts} - {None}
    pictures = Picture.objects.in_bulk(pictured) if pictured else {}
    return [
        _entry(post, texts[post.pk], pictures.get(post.picture_id), [name for of in terms for (name,) in of[post.pk]])
        for post in posts
    ]


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
