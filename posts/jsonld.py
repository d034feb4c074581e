"""A post as schema.org has it, for search engines. It is made of what the page has read anyway: it costs no query."""

from django.conf import settings
from django.utils.translation import get_language

from posts.metadata import picture_of
from posts.models.correction import as_data


def blog_posting(post, blog, categories, tags):
    """The post as schema.org has it: a dict for JSON-LD."""
    site, picture = settings.SITE_URL, picture_of(post)
    url = f"{site}{blog.address_of(post)}"
    data = {
        "@context": "https://schema.org",
        "@type": "WebPage" if post.is_page else "BlogPosting",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "name" if post.is_page else "headline": str(post),
        "description": post.summary,
        "datePublished": post.published_at.isoformat(),
        "dateModified": post.last_modified.isoformat(),
        "inLanguage": post.language or get_language(),
        "author": _person(post.author, site),
        "publisher": {"@type": "Organization", "name": blog.title, "url": f"{site}/"},
        "isPartOf": {"@type": "Blog", "name": blog.title, "url": f"{site}/"},
        "commentCount": post.comment_count,
    }
    if categories:
        data["articleSection"] = [category.name for category in categories]
    if tags:
        data["keywords"] = [tag.name for tag in tags]
    if post.corrections:
        data["correction"] = as_data(post.corrections, post.corrections_html)
    if picture:
        data["image"] = {"@type": "ImageObject", "url": picture[""]}
        data["image"] |= {key: picture[f":{key}"] for key in ("width", "height") if picture[f":{key}"]}
    return data


def _person(author, site):
    person = {"@type": "Person", "name": author.name, "url": f"{site}{author.get_absolute_url()}"}
    if author.photo_id:
        person["image"] = f"{site}{author.photo.fallback_url}"
    if author.links:
        person["sameAs"] = [link["address"] for link in author.links]
    return person
