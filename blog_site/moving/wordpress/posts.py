"""A post or page of an export: which of ours it is, and the values that it gives it."""

import json
import re
from collections import defaultdict
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from blog_site.moving.addresses import host, linked_path
from blog_site.moving.dates import moment
from blog_site.moving.records import CORRECTIONS, IDENTITY, MARKDOWN
from blog_site.moving.text import parse_imported_id, plain
from blog_site.moving.wordpress.html.text import map_addresses, map_uploads, post_html, without_srcset
from blog_site.moving.wordpress.library import file_name, kind_of, library_of, picture_html
from posts import languages
from posts.guids import kept_guid, new_guid
from posts.markup import render_post
from posts.models import Post
from posts.models.attachment import unsized
from posts.models.correction import validate_corrections

from .link_map import Links
from .new_paths import plan
from .survey import guid
from .terms import slug_from

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


_CORRECTIONS = re.compile(
    r'\n<!-- wp:html -->\n<section class="corrections".*?</section>\n<!-- /wp:html -->\s*$', re.DOTALL
)
_LEFT_THERE = "a picture stays at its old address, and a link with its words stands for it"
# The columns of a post that an item gives, its terms aside.
COLUMNS = (
    *("kind", "title", "slug", "body", "body_format", "language", "excerpt", "status", "published_at", "author"),
    *("picture", "parent", "menu_order", "pinned", "comments_open", "imported_id", "imported_guid", "imported_path"),
)


class Articles:
    """Knows what is here: `find(item)` is the post that an item is, `values(…)` what the item makes of it."""

    def __init__(self, survey, others, people, pictures, report):
        self.survey, self.people, self.pictures, self.report = survey, people, pictures, report
        self.library = library_of([survey, *others])
        self.own_host = host(settings.SITE_URL)
        self.taken = set()
        self.known = defaultdict(list)
        rows = Post.objects.filter(imported_id__isnull=False) | Post.objects.exclude(imported_guid="")
        for row in rows.values_list("pk", "imported_guid", "imported_id", "imported_path").order_by("pk"):
            _pk, known_as, imported_id, _path = row
            for key in (("guid", known_as), ("id", imported_id)):
                if key[1]:
                    self.known[key].append(row)
        # {path: the post that has it}; None: one that is not stored yet
        self.paths = dict(Post.objects.filter(permalink__isnull=False).values_list("permalink", "pk"))
        self.guids = set(Post.objects.values_list("guid", flat=True))
        # {path: the path in the file of whoever will have it}
        surveys = [survey, *others]
        self.claimed = {path: path for one in surveys for path in one.numbers.values() if path}
        self.planned = plan(surveys, self._addresses(surveys), [*self.paths, *self.claimed])
        self.claimed |= {to: path for path, to in self.planned.items()}
        self.links = Links(surveys, self.planned)

    def left(self, key, value):
        """The rows that are known by it, and that no item of this file was yet: [(pk, guid, number, path)]."""
        return [row for row in self.known.get((key, value), ()) if row[0] not in self.taken]

    def find(self, item):
        """The post that came from this item before, or a new one. No two items of a file are the same post."""
        known_as, item_id, path = guid(item), parse_imported_id(item.id), self.survey.path_of(item)
        same_guid = self.left("guid", known_as)
        if self.survey.guids[known_as] > 1:
            same_guid = [row for row in same_guid if row[2] in {item_id, None}]
        # A number alone is too little to know a post by: every blog has a 1.
        same_id = [row for row in self.left("id", item_id) if row[3] == path != ""]
        candidates = sorted(same_guid or same_id, key=lambda row: (row[3] != path, row[2] != item_id))
        # One that was born here, where our own export comes back.
        pk = candidates[0][0] if candidates else host(item.link) == self.own_host and self.paths.get(path)
        post = Post.objects.filter(pk=pk).exclude(pk__in=self.taken).first() if pk else None
        if post:
            self.taken.add(post.pk)
        if post:
            return post
        known_as = self._free_guid(item.meta.get(IDENTITY, known_as))
        # What others have read elsewhere is no news to subscribers here.
        return Post(body_format=Post.BodyFormat.HTML, guid=known_as, mail_to_subscribers=False)

    def _free_guid(self, known_as):
        """What readers' programs know the post by; another where one that is here has it."""
        free = kept_guid(known_as[:1000])
        free = new_guid() if free in self.guids else free
        self.guids.add(free)
        return free

    def _addresses(self, surveys):
        """{guid: address} of the posts that came in before, for those that can't keep their own paths."""
        if not any(survey.shadowed for survey in surveys):
            return {}
        here = {pk: path for path, pk in self.paths.items()}
        return {known_as: here.get(rows[0][0]) for (key, known_as), rows in self.known.items() if key == "guid"}

    def is_taken(self, path, item):
        """True where another has the path, or will have it."""
        return path in self.paths or self.claimed.get(path, linked_path(item.link)) != linked_path(item.link)

    def enter(self, post):
        """The post has its path from now on."""
        if post.permalink:
            self.paths[post.permalink] = post.pk

    def values(self, item, post, parent, warn):
        """{column: value} for COLUMNS of the post that an item becomes; `parent` is the page above it."""
        status, published_at = self._status(item, post, warn)
        notes = item.meta.get("footnotes", "")
        places = self.links.places_in(item, self.survey.path_of(item))
        body = post_html(
            _without_corrections(item), warn=warn, number=item.id, library=self.library, notes=notes, places=places
        )
        body = without_srcset(body)
        # Our own export's, whose links are as they were written.
        is_ours = MARKDOWN in item.meta
        body = map_addresses(body, lambda tag, address: self._address(tag, address, warn, is_ours=is_ours))
        picture = self.pictures.featured(item.meta.get("_thumbnail_id", ""))
        if picture and picture.file.url in body:
            picture = None
        language = item.meta.get("_right_of_reply_language", post.language)
        language = language if languages.is_known(language) else ""
        body, body_format = _as_written(item, body, language, self._stored_address)
        if not picture and body_format == Post.BodyFormat.HTML:
            body = self._missing_lead(item, body, warn) + body
        return {
            "kind": KINDS[item.type],
            "title": plain(item.title, 300),
            "slug": self._slug(item, post),
            "body": body,
            "body_format": body_format,
            "language": language,
            "excerpt": plain(item.excerpt),
            "status": status,
            "published_at": published_at,
            "author": self.people.get(item.creator),
            "picture": picture,
            "parent": parent,
            "menu_order": _menu_order(item.menu_order),
            "pinned": item.is_sticky == "1",
            "comments_open": item.comment_status in {"open", ""},
            "imported_id": parse_imported_id(item.id),
            "imported_guid": guid(item),
            "imported_path": self._free_path(item, post, warn),
            **_corrections(item),
        }

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
        path = self.survey.path_of(item)
        if path in self.paths and (not post.pk or self.paths[path] != post.pk):
            warn(f"{item.type or 'item'} {item.id}: another post has the address {path} already")
            return ""
        return path

    def _stored_address(self, address):
        file = self.pictures.find(address)
        return file.stored.url if file else address

    def _missing_lead(self, item, body, warn):
        """The picture above a text, where it could not be taken: its words are all that there is of it."""
        (lead,) = self.library.find([item.meta.get("_thumbnail_id", "")])
        if not lead or kind_of(lead.attachment_url) != "image" or self.pictures.find(lead.attachment_url):
            return ""
        if f"/{file_name(unsized(lead.attachment_url)).rpartition('.')[0]}" in unquote(body):
            return ""
        warn(f"{_LEFT_THERE}: {lead.attachment_url[:300]}")
        return f"{picture_html(lead)}\n"

    def _address(self, tag, address, warn, *, is_ours):
        """Where a link or a picture of a body leads now, or None if that has not changed."""
        if file := self.pictures.find(address):
            return file.stored.url
        if tag == "img":
            if not address.startswith("data:"):
                warn(f"{_LEFT_THERE}: {address[:300]}")
            return self._original(address)
        if self.pictures.is_own(address):
            warn(f"a file stays at its old address: {address[:300]}")
            return self._original(address)
        return None if is_ours and not host(address) else self.links.new(address)

    def new_address(self, address):
        """The path where what a comment links to stands here; None for what does not, or is another site's."""
        if host(address) == "":
            return None
        file = self.pictures.find(address)
        return file.stored.url if file else self.links.new(address)

    def _original(self, address):
        """An address of the old blog with its host; None where it has one, or where that blog is this one."""
        whole = self.pictures.original(address)
        return whole if whole != address and host(whole) != self.own_host else None


def _corrections(item):
    """{"corrections": …} where our own export has some: other files say nothing of them."""
    try:
        corrections = json.loads(item.meta.get(CORRECTIONS, ""))
        validate_corrections(corrections)
    except (ValueError, ValidationError):
        return {}
    return {"corrections": corrections}


def _without_corrections(item):
    """The text without the section that our own export puts below it."""
    return _CORRECTIONS.sub("", item.text) if CORRECTIONS in item.meta else item.text


def _menu_order(text):
    """WordPress's order of pages as our column holds it; 0 where it is none."""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text, re.ASCII) else 0


def filed(post):
    """{"categories": …, "tags": …} of a stored post: primary keys, in order."""
    return {
        "categories": sorted(post.categories.values_list("pk", flat=True)),
        "tags": sorted(post.tags.values_list("pk", flat=True)),
    }


def _as_written(item, body, language, address):
    """(text, format): the Markdown that our own export keeps beside the HTML, where it still says the same."""
    markdown = map_uploads(item.meta.get(MARKDOWN, ""), address)
    # Both as HTML that comes in, since WordPress keeps no roles and labels.
    if markdown and render_post(render_post(markdown, language=language), "html") == render_post(body, "html"):
        return markdown, Post.BodyFormat.MARKDOWN
    return body, Post.BodyFormat.HTML
