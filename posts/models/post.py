from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts import cards, slugs
from posts.guids import new_guid
from posts.pictures.alternatives import ask_for_alternatives
from posts.words import index_text

from . import correction
from .author import Author
from .beside import Beside
from .menu import InMenu
from .permalink import Addressed
from .picture import Picture
from .public import public_changed
from .queryset import PostQuerySet
from .revision import KEPT, Revision
from .taxonomy import Category, Tag
from .text import Text
from .trash import Trashable

# What a reader calls a new version.
WORDS = ("title", "body", "excerpt", "language", "corrections")
# What is stored with another status.
PUBLICATION = ("status", "status_before_trash", "published_at", "slug", "permalink")
# Where a post stands in its author's list: by its day, or, as long as it has none, by the day it was begun.
LISTED_AT = Coalesce("published_at", "created_at")


class Post(Beside, Addressed, Trashable, Text):
    """An article, or a static page: what it says, who may read it, and where it stands."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        PRIVATE = "private", _("private")
        TRASH = "trash", _("in the trash")

    class Kind(models.TextChoices):
        POST = "post", _("post")
        PAGE = "page", _("page")

    class Moderation(models.TextChoices):
        """Stricter than the blog at large; see the check `moderation` of the comments."""

        FIRST = "first", _("Hold a person's comments until one has been approved")
        ALL = "all", _("Hold every comment")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.POST)
    title = models.CharField(_("title"), max_length=300)
    slug = models.CharField(
        _("slug"),
        max_length=slugs.MAX_LENGTH,
        blank=True,
        validators=[slugs.validate_slug],
        help_text=_("Last part of the web address. Made from the title if left empty."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(
        _("publication"),
        null=True,
        blank=True,
        help_text=_("Publish date. A future date schedules the post. Leave empty for now."),
    )
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="posts", verbose_name=_("author"))
    categories = models.ManyToManyField(Category, blank=True, related_name="posts", verbose_name=_("categories"))
    tags = models.ManyToManyField(Tag, blank=True, related_name="posts", verbose_name=_("tags"))
    picture = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("picture"),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent page"),
        limit_choices_to={"kind": "page"},
    )
    in_menu = models.BooleanField(_("in the menu"), default=True, help_text=_("For pages."))
    menu_order = models.IntegerField(
        _("position in the menu"), default=0, blank=True, help_text=_("For pages. The lowest number comes first.")
    )
    pinned = models.BooleanField(_("pinned"), default=False, help_text=_("Show at the top of the home page."))
    corrections = models.JSONField(
        _("corrections"), blank=True, default=list, validators=[correction.validate_corrections]
    )
    # Made by rerender().
    corrections_html = models.TextField(editable=False, blank=True)
    comments_open = models.BooleanField(_("comments open"), default=True)
    moderation = models.CharField(
        _("moderation"),
        max_length=10,
        choices=Moderation,
        blank=True,
        help_text=_("For a post that needs more care than the rest. Can only be stricter than the site setting."),
    )
    mail_to_subscribers = models.BooleanField(_("email to subscribers"), default=True)
    # Kept by whoever shows something under posts, through `public_changed()`.
    comment_count = models.PositiveIntegerField(editable=False, default=0)
    # The numbers of the posts that are most like it, the nearest first; see posts.related.
    related = models.JSONField(editable=False, default=list)
    # The path in the address, decoded. Null for a draft that has no date yet.
    permalink = models.CharField(max_length=1000, unique=True, null=True, editable=False)  # noqa: DJ001
    # An imported post's own path, whatever its shape; empty where the path follows date and slug.
    imported_path = models.CharField(max_length=1000, blank=True, editable=False)
    imported_id = models.PositiveBigIntegerField(null=True, editable=False)
    imported_guid = models.CharField(max_length=1000, blank=True, editable=False)
    # Its identity in feeds, for good; an imported post keeps the one that it came with.
    guid = models.CharField(max_length=1000, default=new_guid, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # Another for each state of what readers see of it, and below it; see `public_changed()`, which writes both.
    generation = models.PositiveBigIntegerField(editable=False, default=1)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    # When its own words last changed; what stands below them doesn't count.
    modified_at = models.DateTimeField(default=timezone.now, editable=False)
    # Whose they are: the account that saved them, where one did.
    modified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    # The words of the title as the search has them; see posts.words.
    search_title = models.TextField(editable=False, blank=True)

    objects = PostQuerySet.as_manager()

    # The columns that `rerender()` computes, and those that it reads.
    RENDERED = (*Text.RENDERED, "search_title", "corrections_html")
    RENDERED_FROM = {"title", "body", "body_format", "language", "excerpt", "picture", "corrections"}

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        permissions = [("edit_others_posts", "Can edit other people's posts")]
        indexes = [
            models.Index(fields=["kind", "status", "-published_at", "-id"], name="post_lists"),
            models.Index(fields=["author", "kind", "status", "-published_at", "-id"], name="post_author_archive"),
            models.Index(fields=["imported_id"], name="post_imported_id", condition=Q(imported_id__isnull=False)),
            models.Index(fields=["slug"], name="post_slug"),
            models.Index(LISTED_AT.desc(), F("id").desc(), name="post_desk"),
            models.Index("status", LISTED_AT.desc(), F("id").desc(), name="post_desk_status"),
            # What changed last among so many: the parts of the sitemap (blog_site/sitemaps.py).
            models.Index("kind", "status", F("id") / 1_000, Greatest("changed_at", "published_at"), name="post_map"),
            # It begins as `post_lists` does, or SQLite would read that.
            models.Index(
                fields=["kind", "status", "-published_at", "-id"], name="post_pinned", condition=Q(pinned=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "private", "trash"]),
                name="post_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status_before_trash__in=["", "draft", "published", "scheduled", "private"]),
                name="post_status_before_trash_is_known",
            ),
            models.CheckConstraint(condition=Q(kind__in=["post", "page"]), name="post_kind_is_known"),
            models.CheckConstraint(condition=Q(moderation__in=["", "first", "all"]), name="post_moderation_is_known"),
            models.CheckConstraint(condition=Q(body_format__in=["markdown", "html"]), name="post_body_format_is_known"),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False, permalink__isnull=False),
                name="post_published_has_time_and_permalink",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(kind="page"), name="post_below_another_is_a_page"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="post_is_not_below_itself"),
        ]

    def __str__(self):
        return self.title or str(_("Untitled"))

    @classmethod
    def public_at(cls, path):
        """The public post or page at a path, with its author and picture; None where there is none."""
        return cls.objects.published().for_page().filter(permalink=path).order_by().first()

    @classmethod
    def public_page(cls, pk):
        """The public page of this number, as public_at() has it; None where it is none, or none any more."""
        return cls.objects.published().pages().for_page().filter(pk=pk).order_by().first()

    @classmethod
    def menu(cls):
        """The pages that stand in the menu of every page, in its order, as tuples: the same for the same menu."""
        pages = cls.objects.published().pages().filter(parent=None, in_menu=True).in_menu_order()
        return tuple(InMenu(str(page), page.get_absolute_url()) for page in pages)

    @classmethod
    def newest(cls):
        """The five newest posts; they know title and address."""
        return list(cls.objects.published().posts().newest_first().only("title", "permalink")[:5])

    def save(self, *args, by=None, **kwargs):
        """Stores it, and keeps the words that it had as a revision. `by`: the account that wrote the new ones."""
        self._complete()
        fields = kwargs.get("update_fields")
        is_rendered = fields is None or not self.RENDERED_FROM.isdisjoint(fields)
        if is_rendered:
            self.rerender()
        if fields is not None:
            rendered = (*self.RENDERED, "modified_at", "modified_by") if is_rendered else ()
            moved = PUBLICATION if "status" in fields else ()
            kwargs["update_fields"] = {*fields, *rendered, *moved, "generation", "changed_at"}
        with transaction.atomic():
            before = self._lock()
            self._note_status(before)
            self._set_modified(before, by=by)
            self._set_permalink(self._is_taken, before)
            super().save(*args, **kwargs)
            if before and not set(WORDS).isdisjoint(kwargs.get("update_fields") or WORDS):
                Revision.keep(self, before)
            if before:
                self._leave(before)
            if self.Status.PUBLISHED in {self.status, before and before["status"]}:
                public_changed()

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            public_changed()
        return deleted

    def _lock(self):
        """What is stored of it, {column: value}, or None. Nobody else changes it until the end of the transaction, and
        what others have counted since it was read stays.
        """
        kept = ("comment_count", "generation")
        rows = Post.objects.filter(pk=self.pk).select_for_update(no_key=True)
        before = rows.values("permalink", "status", "published_at", *{*WORDS, *KEPT}, *kept).first()
        if before:
            self.comment_count, self.generation = before["comment_count"], before["generation"] + 1
        return before

    def prepare(self, *, is_taken):
        """What save() does to a new post before it is stored, for those that store many in one go; the text is left to
        rerender(). `is_taken(path)` says whether another post has that path.
        """
        self._complete()
        self._set_modified(None)
        self._set_permalink(is_taken)

    def _complete(self):
        if self.status == self.Status.PUBLISHED and not self.published_at:
            # To the second: HTML's `datetime` has no millionths.
            self.published_at = timezone.now().replace(microsecond=0)
        if not self.slug:
            self.slug = slugs.make_slug(self.title, default=self.kind)
        self.changed_at = timezone.now()

    def clean(self):
        self.menu_order = self.menu_order or 0
        ancestor = self.parent
        while ancestor and self.pk:
            if ancestor.pk == self.pk:
                raise ValidationError({"parent": _("A page can't be its own parent.")})
            ancestor = ancestor.parent
        self.refuse_what_is_not_rendered(Post.objects.filter(pk=self.pk, body=self.body, body_format=self.body_format))
        if self.status == self.Status.PUBLISHED:
            ask_for_alternatives(self)

    @property
    def is_page(self):
        return self.kind == self.Kind.PAGE

    @property
    def is_public(self):
        """True if this row, as loaded, is among `published()`. One that is being published may have no time yet."""
        return self.status == self.Status.PUBLISHED and bool(self.published_at) and self.published_at <= timezone.now()

    @property
    def is_scheduled(self):
        return self.status == self.Status.PUBLISHED and not self.is_public

    @property
    def last_modified(self):
        """When readers saw it change last: a scheduled post was new when its time came."""
        return max(self.modified_at, self.published_at)

    @property
    def card_mark(self):
        return cards.digest(str(self), self.author.name)

    @property
    def card_url(self):
        """The path of the picture that other sites show for a link to it; it changes with title and author."""
        return f"/card/{self.pk}-{self.card_mark}.png"

    def rerender(self, *known):
        """Computes what `RENDERED` names anew; saves nothing. `known` is of its text, and so is what it returns."""
        self.search_title = index_text(self.title)
        self.corrections_html = correction.as_html(self.corrections, self.language)
        return super().rerender(*known)

    def refresh(self):
        """Computes what is stored of the text anew, and stores it: what the text shows has changed."""
        self.rerender()
        stored = {name: getattr(self, name) for name in self.RENDERED}
        Post.objects.filter(pk=self.pk).update(**stored)

    def _set_modified(self, before, *, by=None):
        if not before:
            # What comes in from elsewhere is as old as it says.
            self.modified_at = min(self.published_at or self.changed_at, self.changed_at)
            self.modified_by = by
        elif any(before[name] != getattr(self, name) for name in WORDS):
            self.modified_at, self.modified_by = self.changed_at, by
