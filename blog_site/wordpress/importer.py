"""Writes a surveyed export to the database, item by item, in one transaction."""

from collections import defaultdict

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from posts.markup import render_post
from posts.models import Blog, Post

from . import reader, records
from .addresses import own_path, relative_link
from .dates import moment
from .discussion import number, write_comments
from .media import Media, host
from .survey import guid
from .terms import People, Terms, plain, slug_from
from .text import map_addresses, post_html

# An item that says no type is a post, as in the feeds that WXR grew from.
KINDS = {"post": Post.Kind.POST, "page": Post.Kind.PAGE, "": Post.Kind.POST}
STATUSES = {
    "publish": Post.Status.PUBLISHED,
    "future": Post.Status.PUBLISHED,
    "draft": Post.Status.DRAFT,
    "pending": Post.Status.DRAFT,
    "auto-draft": Post.Status.DRAFT,
    "private": Post.Status.PRIVATE,
    "trash": Post.Status.TRASH,
}
TERMS_BATCH = 500


def write(found, *, media=None, dry_run=False):
    """Takes the surveyed file in and returns its Report. With `dry_run` all is done and then undone."""
    pictures = Media(media, found.report)
    try:
        with transaction.atomic():
            _Import(found, pictures).run()
            transaction.set_rollback(dry_run)
    except BaseException:
        pictures.discard()
        raise
    if dry_run:
        pictures.discard()
    return found.report


class _Import:
    def __init__(self, found, pictures):
        self.found = found
        self.report = found.report
        self.pictures = pictures
        self.people = self.terms = None
        self.known = defaultdict(list)
        self.taken = set()
        self.pages = {}
        self.through = {"categories": [], "tags": []}

    def run(self):
        self._name_blog()
        self.people = People(self.found.authors, self.report)
        self.terms = Terms(self.found.categories, self.found.tags, self.report)
        for attachment in self.found.attachments:
            self.report.counts["attachments"] += 1
            self.pictures.take(attachment)
        self._load_known()
        waiting = []
        for item in reader.read(self.found.path):
            if not isinstance(item, records.Item):
                continue
            if item.type not in KINDS:
                self._leave_out(item)
            elif self._waits(item):
                waiting.append(item)
            else:
                self._take(item)
        self._take_waiting(waiting)
        self._write_terms()

    def _name_blog(self):
        blog, channel = Blog.load(), self.found.channel
        if blog.title == Blog._meta.get_field("title").default and not blog.tagline:
            blog.title = plain(channel.title, 200) or blog.title
            blog.tagline = plain(channel.description, 300)
            blog.save()

    def _load_known(self):
        rows = Post.objects.filter(imported_id__isnull=False) | Post.objects.exclude(imported_guid="")
        for row in rows.values_list("pk", "imported_guid", "imported_id", "imported_path").order_by("pk"):
            _pk, guid, imported_id, _path = row
            for key in (("guid", guid), ("id", imported_id)):
                if key[1]:
                    self.known[key].append(row)

    def _leave_out(self, item):
        if item.type != "attachment":
            self.report.skip(f"item of type {item.type}", "neither a post, a page nor an attachment", line=item.line)
        for _comment in item.comments:
            self.report.skip("comment", f"it stands under something of type {item.type}", line=item.line)

    # --- Pages, of which the ones above come first

    def _waits(self, item):
        return item.type == "page" and item.parent not in {"", "0", *self.pages}

    def _take_waiting(self, waiting):
        below = defaultdict(list)
        for item in waiting:
            below[item.parent].append(item)
        numbers = {item.id for item in waiting}
        tops = [item for item in waiting if item.parent not in numbers]
        while waiting:
            for item in tops:
                if not self._parent(item):
                    self.report.warn(f"line {item.line}: page {item.id} has no page {item.parent} above it")
                self._take(item)
                tops.extend(below.pop(item.id, ()))
            done = set(map(id, tops))
            waiting = [item for item in waiting if id(item) not in done]
            if waiting:
                self.report.warn(f"line {waiting[0].line}: pages stand below each other in a circle, cut here")
                tops = [waiting[0]]
                below[waiting[0].parent].remove(waiting[0])

    def _parent(self, item):
        """The page above: of this file, or of one that came in before."""
        if item.parent in self.pages or not number(item.parent):
            return self.pages.get(item.parent)
        rows = [row for row in self.known["id", number(item.parent)] if row[0] not in self.taken]
        return Post.objects.pages().filter(pk__in=[row[0] for row in rows]).exclude(imported_id=number(item.id)).first()

    # --- Posts

    def _take(self, item):
        def warn(message):
            self.report.warn(f"line {item.line}: {message}")

        post = self._find(item)
        values = self._values(item, post, warn)
        # A new one has no author yet to compare with.
        if post.is_new or any(getattr(post, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(post, name, value)
            post.save()
        self.taken.add(post.pk)
        if item.type == "page":
            self.pages.setdefault(item.id, post)
        self.report.counts["pages" if post.is_page else "posts"] += 1
        self._note_terms(item, post)
        write_comments(post, item.comments, report=self.report)

    def _find(self, item):
        """The post that came from this item before, or a new one. No two items of a file are the same post."""
        known_as, item_id, path = guid(item), number(item.id), own_path(item.link)
        same_guid = [row for row in self.known["guid", known_as] if row[0] not in self.taken]
        if self.found.guids[known_as] > 1:
            same_guid = [row for row in same_guid if row[2] == item_id]
        # A number alone is too little to know a post by: every blog has a 1.
        same_id = [row for row in self.known["id", item_id] if row[0] not in self.taken and row[3] == path != ""]
        candidates = sorted(same_guid or same_id, key=lambda row: (row[3] != path, row[2] != item_id))
        here = Post.objects.filter(pk=candidates[0][0]) if candidates else self._own(item, path)
        post = here.first() or Post(body_format=Post.BodyFormat.HTML)
        post.is_new = not post.pk
        return post

    def _own(self, item, path):
        """The post that was born here, where our own export comes back."""
        if not path or host(item.link) != host(settings.SITE_URL):
            return Post.objects.none()
        return Post.objects.filter(permalink=path).exclude(pk__in=self.taken)

    def _values(self, item, post, warn):
        status, published_at = self._status(item, post, warn)
        body = post_html(item.text, warn=warn)
        body = map_addresses(body, lambda tag, address: self._address(tag, address, warn))
        picture = self.pictures.by_id.get(item.meta.get("_thumbnail_id"))
        if picture and picture.file.url in body:
            picture = None
        body, body_format = _as_written(item, body)
        values = {
            "kind": KINDS[item.type],
            "title": plain(item.title, 300),
            "slug": self._slug(item, post),
            "body": body,
            "body_format": body_format,
            "excerpt": plain(item.excerpt),
            "status": status,
            "published_at": published_at,
            "author": self.people.get(item.creator),
            "picture": picture,
            "parent": self._parent(item) if item.type == "page" else None,
            "comments_open": item.comment_status in {"open", ""},
            "imported_id": number(item.id),
            "imported_guid": guid(item),
        }
        return values | {"imported_path": self._free_path(item, post, warn)}

    def _status(self, item, post, warn):
        if not item.type:
            warn(f"item {item.id or '?'} says no type: taken as a draft of a post")
        elif item.status not in STATUSES:
            warn(f"{item.type} {item.id} has the status “{item.status}”: taken as a draft")
        status = STATUSES.get(item.status, Post.Status.DRAFT) if item.type else Post.Status.DRAFT
        if item.password and status == Post.Status.PUBLISHED:
            warn(f"{item.type} {item.id} was protected by a password: it is private now")
            status = Post.Status.PRIVATE
        if status == Post.Status.DRAFT:
            return status, None
        published_at = moment(item.date, item.date_gmt, item.pub_date, warn=warn)
        if not published_at and status == Post.Status.PUBLISHED:
            warn(f"{item.type} {item.id} has no date: it has the import's")
            published_at = post.published_at or timezone.now().replace(microsecond=0)
        if item.status == "future" and status == Post.Status.PUBLISHED and published_at <= timezone.now():
            # WordPress had not published it; nobody but its author is to decide that it is public.
            warn(f"{item.type} {item.id} was scheduled for a time that has passed: it is a draft now")
            return Post.Status.DRAFT, None
        return status, published_at

    def _slug(self, item, post):
        slug = slug_from(item.name or plain(item.title), default=item.type or "post")
        # Its own suffix, where the slug was taken when it came in.
        same = post.slug.rpartition("-")[0] == slug and post.slug.rpartition("-")[2].isdigit()
        return post.slug if same else slug

    def _free_path(self, item, post, warn):
        path = own_path(item.link)
        if path and Post.objects.filter(permalink=path).exclude(pk=post.pk).exists():
            warn(f"{item.type or 'item'} {item.id}: another post has the address {path} already")
            return ""
        return path

    def _address(self, tag, address, warn):
        """Where a link or a picture of a body leads now, or None if that has not changed."""
        if picture := self.pictures.find(address):
            return picture.file.url
        if tag == "img":
            if not address.startswith("data:"):
                self.report.warn(f"a picture stays at its old address, where readers won't see it: {address[:300]}")
            return None
        return relative_link(address, hosts=self.found.hosts, paths=self.found.paths)

    # --- Categories and tags

    def _note_terms(self, item, post):
        # WXR 1.0 names each twice, once without a domain.
        explicit = [term for term in item.terms if term.domain]
        wanted = {"categories": {}, "tags": {}}
        for term in explicit or item.terms:
            if not term.slug and not term.name:
                continue
            if term.domain in {"category", ""}:
                wanted["categories"][self.terms.category(term.slug, term.name)] = True
            elif term.domain in {"post_tag", "tag"}:
                wanted["tags"][self.terms.tag(term.slug, term.name)] = True
        for name, keys in wanted.items():
            if not post.is_new:
                getattr(post, name).set(keys)
                continue
            model = getattr(Post, name).through
            column = f"{'category' if name == 'categories' else 'tag'}_id"
            self.through[name] += [model(post_id=post.pk, **{column: key}) for key in keys]
        if len(self.through["categories"]) + len(self.through["tags"]) > TERMS_BATCH:
            self._write_terms()

    def _write_terms(self):
        for name, rows in self.through.items():
            getattr(Post, name).through.objects.bulk_create(rows)
            rows.clear()


def _as_written(item, body):
    """(text, format): the Markdown that our own export keeps beside the HTML, where it still says the same."""
    markdown = item.meta.get("_right_of_reply_markdown", "")
    if markdown and render_post(markdown).strip() == body:
        return markdown, Post.BodyFormat.MARKDOWN
    return body, Post.BodyFormat.HTML
