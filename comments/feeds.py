from django.conf import settings
from django.utils.translation import gettext as _

from comments.models import Comment, DiscussionSettings
from posts.feeds import SiteFeed, xml_text
from posts.markup import plain_text
from posts.models import Post

COMMENTS_IN_FEED = 20


class Comments(SiteFeed):
    feed_url = f"{settings.SITE_URL}/comments/feed/"

    def title(self, blog):
        return xml_text(_("Comments on %(blog)s") % {"blog": blog.title})

    def description(self, blog):
        return xml_text(blog.tagline)

    def items(self):
        comments = Comment.objects.approved().filter(post__in=Post.objects.published())
        newest = list(comments.select_related("post").order_by("-submitted_at", "-pk")[:COMMENTS_IN_FEED])
        discussion = DiscussionSettings.load()
        threads = {}
        for comment in newest:
            # One thread a post, however many of its comments are here.
            if comment.post_id not in threads:
                threads[comment.post_id] = Comment.objects.thread_of(comment.post, settings=discussion)
            comment.place = threads[comment.post_id].query_for(comment.pk)
        return newest

    def item_link(self, item):
        return f"{settings.SITE_URL}{item.post.get_absolute_url()}{item.place}#{item.anchor}"

    def item_title(self, item):
        return xml_text(_("%(name)s on “%(post)s”") % {"name": item.shown_name, "post": item.post})

    def item_description(self, item):
        return xml_text(plain_text(item.body_html))

    def item_author_name(self, item):
        return xml_text(item.shown_name)

    def item_pubdate(self, item):
        return item.submitted_at

    def item_guid(self, item):
        # Stays the same when the thread's pages shift.
        return f"{settings.SITE_URL}{item.post.get_absolute_url()}#{item.anchor}"
