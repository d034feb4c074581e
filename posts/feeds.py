import re

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Rss201rev2Feed

from posts.models import Blog, Post

POSTS_IN_FEED = 20


# What XML 1.0 can't hold (its production Char): one such character makes the feed unreadable for everybody.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text):
    return _NOT_XML.sub("", str(text))


class FullTextRss(Rss201rev2Feed):
    """RSS 2.0 with the whole text in `content:encoded`."""

    def rss_attributes(self):
        return super().rss_attributes() | {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


def absolute_links(html):
    """Stored HTML with links and pictures of ours made absolute, since a feed is read elsewhere."""
    return html.replace('href="/', f'href="{settings.SITE_URL}/').replace('src="/', f'src="{settings.SITE_URL}/')


class SiteFeed(Feed):
    """What all feeds of the blog share: its name, absolute addresses by SITE_URL."""

    feed_type = FullTextRss

    def get_object(self, request, *args, **kwargs):
        return Blog.load()

    def link(self):
        return f"{settings.SITE_URL}/"

    def item_link(self, item):
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    def item_extra_kwargs(self, item):
        return {"content": xml_text(absolute_links(item.body_html))}


class Posts(SiteFeed):
    feed_url = f"{settings.SITE_URL}/feed/"

    def title(self, blog):
        return xml_text(blog.title)

    def description(self, blog):
        return xml_text(blog.tagline)

    def items(self):
        posts = Post.objects.published().posts().newest_first()
        return posts.select_related("author").prefetch_related("categories", "tags")[:POSTS_IN_FEED]

    def item_title(self, item):
        return xml_text(item)

    def item_description(self, item):
        return xml_text(item.summary)

    def item_author_name(self, item):
        return xml_text(item.author.name)

    def item_pubdate(self, item):
        return item.published_at

    def item_categories(self, item):
        return [xml_text(term.name) for term in (*item.categories.all(), *item.tags.all())]

    def item_guid(self, item):
        return xml_text(item.imported_guid) or f"{settings.SITE_URL}{item.get_absolute_url()}"

    def item_guid_is_permalink(self, item):
        return not item.imported_guid
