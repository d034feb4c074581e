"""The whole blog as a WordPress export (WXR 1.2): what WordPress's importer takes, and ours takes back the same.

Written item by item, in memory that does not grow with the blog. Texts are HTML in one block of WordPress's
editor, which changes nothing in them; what was written in Markdown goes along beside it.
"""

import json
from email.utils import format_datetime
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language

from blog_site.moving.files.names_out import Names
from blog_site.moving.records import CAME_FROM, CORRECTIONS, IDENTITY, MARKDOWN, OLD_PATH
from comments.models import Comment
from posts.models import Attachment, Author, Blog, Category, MenuItem, Picture, Post, Tag

from . import export_texts, wxr

LANGUAGE = "_right_of_reply_language"
CHUNK = 100  # posts read at a time, with their comments
STATUSES = {Comment.Status.APPROVED: "1", Comment.Status.PENDING: "0"}


def export(*, waiting=True, spam=False, personal=True):
    """Yields the file in pieces of text. `waiting`, `spam`: whether comments in those states go along; `personal`: with
    the e-mail and IP addresses of who wrote them."""
    return _Export(waiting=waiting, spam=spam, personal=personal).pieces()


class _Export:
    def __init__(self, *, waiting, spam, personal):
        self.personal = personal
        self.hidden = {Comment.Status.ERASED}
        self.hidden |= set() if waiting else {Comment.Status.PENDING}
        self.hidden |= set() if spam else {Comment.Status.SPAM}
        # Imported numbers are kept; what was born here gets numbers above all of them.
        self.posts_from = Post.objects.aggregate(most=Max("imported_id"))["most"] or 0
        self.comments_from = Comment.objects.aggregate(most=Max("imported_id"))["most"] or 0
        self.posts_from = max(self.posts_from, Attachment.objects.aggregate(most=Max("imported_id"))["most"] or 0)
        self.pictures_from = self.posts_from + (Post.objects.aggregate(most=Max("pk"))["most"] or 0)
        self.files_from = self.pictures_from + (Picture.objects.aggregate(most=Max("pk"))["most"] or 0)
        self.names = Names()
        # The numbers that pictures had, so that `?attachment_id=N` goes on leading to them.
        self.numbers = dict(
            Attachment.objects.filter(picture__isnull=False, imported_id__isnull=False)
            .order_by("-pk")
            .values_list("picture", "imported_id")
        )

    def pieces(self):
        yield wxr.HEAD
        yield self._channel()
        for picture in Picture.objects.order_by("pk").prefetch_related("attachments").iterator(chunk_size=CHUNK):
            yield self._picture(picture)
        for attachment in Attachment.objects.filter(picture=None).order_by("pk").iterator():
            yield self._file(attachment)
        posts = Post.objects.order_by("pk").select_related("author", "parent", "picture")
        posts = posts.prefetch_related("categories", "tags", "comments", "old_paths")
        for post in posts.iterator(chunk_size=CHUNK):
            yield self._post(post)
        yield from self._menu()
        yield "</channel>\n</rss>\n"

    def _channel(self):
        blog = Blog.load()
        head = (
            f"<title>{wxr.text(wxr.as_html(blog.title))}</title><link>{wxr.text(settings.SITE_URL)}</link>"
            f"<description>{wxr.text(wxr.as_html(blog.tagline))}</description>"
            f"<pubDate>{format_datetime(timezone.now())}</pubDate><language>{wxr.text(get_language())}</language>"
            f"<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>{wxr.text(settings.SITE_URL)}</wp:base_site_url>"
            f"<wp:base_blog_url>{wxr.text(settings.SITE_URL)}</wp:base_blog_url>\n" + (_icon(blog) if blog.icon else "")
        )
        authors = (
            wxr.elements(**_old_number("author_id", author), author_login=author.slug)
            + wxr.elements(author_display_name=wxr.as_html(author.name))
            + _other_addresses(author)
            for author in Author.objects.order_by("pk").prefetch_related("old_paths")
        )
        categories = (
            wxr.elements(
                **_old_number("term_id", category),
                category_nicename=category.slug,
                category_parent=category.parent.slug if category.parent else "",
                cat_name=wxr.as_html(category.name),
                category_description=wxr.as_html(category.description),
            )
            + _other_addresses(category)
            for category in Category.objects.order_by("path").select_related("parent").prefetch_related("old_paths")
        )
        tags = (
            wxr.elements(
                tag_slug=tag.slug, tag_name=wxr.as_html(tag.name), tag_description=wxr.as_html(tag.description)
            )
            + _other_addresses(tag)
            for tag in Tag.objects.order_by("pk").prefetch_related("old_paths")
        )
        parts = [("author", authors), ("category", categories), ("tag", tags)]
        # WordPress wants to know a menu before its entries.
        if MenuItem.objects.exists():
            menu = {"term_id": 1, "term_taxonomy": "nav_menu", "term_slug": "menu", "term_name": "Menu"}
            head += f"<wp:term>{wxr.elements(**menu)}</wp:term>\n"
        return head + "".join(f"<wp:{name}>{row}</wp:{name}>\n" for name, rows in parts for row in rows)

    # --- Items

    def _picture(self, picture):
        came_as = next(iter(picture.attachments.all()), None) or Attachment()
        return self._attachment(
            came_as,
            picture.file.name,
            number=self._picture_number(picture.pk),
            title=came_as.title or picture.alt,
            caption=picture.caption,
            end=wxr.dates("post_date", picture.uploaded_at) + wxr.meta("_wp_attachment_image_alt", picture.alt),
        )

    def _file(self, attachment):
        number = attachment.imported_id or self.files_from + attachment.pk
        end = wxr.dates("post_date", attachment.uploaded_at) if attachment.uploaded_at else ""
        return self._attachment(attachment, attachment.file.name, number=number, title=attachment.title, end=end)

    def _attachment(self, came_as, name, *, number, title, caption="", end=""):
        address = self.names.address(name)
        link = f"{settings.SITE_URL}{came_as.page_path}" if came_as.page_path else address
        return (
            f"<item><title>{wxr.text(wxr.as_html(title))}</title><link>{wxr.text(link)}</link>"
            f'<guid isPermaLink="false">{wxr.text(address)}</guid>'
            f"<content:encoded>{wxr.cdata(wxr.as_html(came_as.description))}</content:encoded>"
            f"<excerpt:encoded>{wxr.cdata(wxr.as_html(caption))}</excerpt:encoded>"
            + wxr.elements(post_id=number, status="inherit", post_type="attachment", attachment_url=address)
            + end
            + (wxr.meta(CAME_FROM, quote(came_as.address, safe="/:")) if came_as.address else "")
            + "</item>\n"
        )

    def _picture_number(self, pk):
        return self.numbers.get(pk) or self.pictures_from + pk

    def _post(self, post):
        address = f"{settings.SITE_URL}{post.get_absolute_url()}" if post.permalink else ""
        guid = post.imported_guid or address or f"{settings.SITE_URL}/?p={self._number(post)}"
        published = f"<pubDate>{format_datetime(post.published_at)}</pubDate>" if post.published_at else ""
        return (
            f"<item><title>{wxr.text(wxr.as_html(post.title))}</title><link>{wxr.text(address)}</link>{published}"
            f"<dc:creator>{wxr.cdata(post.author.slug)}</dc:creator>"
            f'<guid isPermaLink="false">{wxr.text(guid)}</guid>'
            f"<content:encoded>{wxr.cdata(export_texts.content(post, self.names))}</content:encoded>"
            f"<excerpt:encoded>{wxr.cdata(wxr.as_html(post.excerpt))}</excerpt:encoded>"
            + wxr.elements(post_id=self._number(post), post_name=post.slug, status=_status(post), post_type=post.kind)
            + wxr.dates("post_date", post.published_at)
            + wxr.elements(
                comment_status="open" if post.comments_open else "closed",
                post_parent=self._number(post.parent) if post.parent else 0,
                menu_order=post.menu_order,
                is_sticky=int(post.pinned),
            )
            + "".join(_term("category", category) for category in post.categories.all())
            + "".join(_term("post_tag", tag) for tag in post.tags.all())
            + (wxr.meta("_thumbnail_id", self._picture_number(post.picture_id)) if post.picture_id else "")
            + "".join(_old_address(post, old.path) for old in post.old_paths.all())
            + self._markdown(post)
            + (wxr.meta(LANGUAGE, post.language) if post.language else "")
            + (wxr.meta(CORRECTIONS, json.dumps(post.corrections, ensure_ascii=False)) if post.corrections else "")
            + (wxr.meta(IDENTITY, post.guid) if post.guid != guid else "")
            + "".join(self._comments(post))
            + "</item>\n"
        )

    def _markdown(self, post):
        is_markdown = post.body_format == Post.BodyFormat.MARKDOWN
        return wxr.meta(MARKDOWN, export_texts.markdown(post, self.names)) if is_markdown else ""

    def _menu(self):
        """The blog's own menu, as WordPress has one: each entry is an item."""
        items = list(MenuItem.objects.select_related("page", "category").order_by("position", "pk"))
        first = self.files_from + (Attachment.objects.aggregate(most=Max("pk"))["most"] or 0) + 1
        above = 0
        for place, item in enumerate(items):
            yield self._menu_item(item, first + place, place + 1, above if item.is_below else 0)
            above = above if item.is_below else first + place

    def _menu_item(self, item, number, place, above):
        url = item.url if urlsplit(item.url).scheme else f"{settings.SITE_URL}{item.url}"
        kind, of, leads_to = (
            ("post_type", "page", self._number(item.page)) if item.page else ("custom", "custom", number)
        )
        about = {"type": kind, "menu_item_parent": above, "object_id": leads_to, "object": of}
        about |= {"url": "" if item.page else url}
        return (
            f"<item><title>{wxr.text(wxr.as_html(item))}</title><link>{wxr.text(settings.SITE_URL)}/?p={number}</link>"
            f'<guid isPermaLink="false">{wxr.text(settings.SITE_URL)}/?p={number}</guid>'
            + wxr.elements(post_id=number, post_name=number, status="publish", post_type="nav_menu_item", post_parent=0)
            + wxr.elements(menu_order=place)
            + '<category domain="nav_menu" nicename="menu"><![CDATA[Menu]]></category>\n'
            + "".join(wxr.meta(f"_menu_item_{name}", value) for name, value in about.items())
            + "</item>\n"
        )

    def _number(self, post):
        return post.imported_id or self.posts_from + post.pk

    def _comments(self, post):
        comments = {comment.pk: comment for comment in sorted(post.comments.all(), key=lambda comment: comment.pk)}
        for comment in comments.values():
            if comment.status not in self.hidden:
                yield self._comment(comment, self._shown_parent(comment, comments))

    def _shown_parent(self, comment, comments):
        """The nearest above it that goes along; a place whose holder stays behind is not left dangling."""
        parent = comments.get(comment.parent_id)
        while parent and parent.status in self.hidden:
            parent = comments.get(parent.parent_id)
        return parent

    def _comment(self, comment, parent):
        fields = {
            "comment_id": self._comment_number(comment),
            "comment_author": wxr.as_html(comment.name),
            "comment_author_email": comment.email if self.personal else "",
            "comment_author_url": wxr.as_html(comment.url),
            "comment_author_IP": (comment.ip_address or "") if self.personal else "",
        }
        rest = {
            "comment_content": comment.body_html,
            "comment_approved": STATUSES.get(comment.status, comment.status),
            "comment_type": comment.kind,
            "comment_parent": self._comment_number(parent) if parent else 0,
        }
        dates = wxr.dates("comment_date", comment.submitted_at)
        written = wxr.meta(MARKDOWN, comment.body, of="comment") if comment.body else ""
        identity = wxr.meta(IDENTITY, comment.guid, of="comment")
        return f"<wp:comment>{wxr.elements(**fields)}{dates}{wxr.elements(**rest)}{written}{identity}</wp:comment>\n"

    def _comment_number(self, comment):
        return comment.imported_id or self.comments_from + comment.pk


def _status(post):
    if post.status == Post.Status.PUBLISHED:
        return "future" if post.is_scheduled else "publish"
    return post.status


def _icon(blog):
    """The blog's icon, as WordPress's feeds and exports have it."""
    url = f"{settings.SITE_URL}{blog.small_icon_url}"
    return (
        f"<image><url>{wxr.text(url)}</url><title>{wxr.text(wxr.as_html(blog.title))}</title>"
        f"<link>{wxr.text(settings.SITE_URL)}</link><width>32</width><height>32</height></image>\n"
    )


def _old_address(post, path):
    """An address that a post had once; as a slug, where WordPress can lead from it."""
    slug = path.strip("/").rpartition("/")[2]
    renamed = post.permalink and f"/{slug}".join(post.permalink.rsplit(f"/{post.slug}", 1)) == path
    return wxr.meta("_wp_old_slug", quote(slug)) if renamed else wxr.meta(OLD_PATH, path)


def _old_number(name, row):
    """{name: the number that a category or an author had in the blog it came from}, if there is one."""
    numbers = [old.path.partition("=")[2] for old in row.old_paths.all() if old.path.startswith("/?")]
    return {name: numbers[0]} if numbers else {}


def _other_addresses(row):
    """All but numbers of the addresses that lead to a category, a tag or an author."""
    paths = (old.path for old in row.old_paths.all() if not old.path.startswith("/?"))
    return "".join(wxr.meta(OLD_PATH, path, of="term") for path in paths)


def _term(domain, term):
    name = wxr.cdata(wxr.as_html(term.name))
    return f'<category domain="{domain}" nicename="{wxr.text(term.slug)}">{name}</category>\n'
