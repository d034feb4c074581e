from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from comments.rendering import count_links, render
from posts.email_addresses import same_address
from posts.guids import new_guid
from posts.models import Post
from posts.networks import network_of
from posts.prepared import Prepared

from .check_hit import CheckHit
from .choices import Kind, Status
from .decided_on import DecidedOn
from .moving import Moving
from .queryset import READ_BY_ALL, CommentQuerySet
from .transitions import Transitions
from .writers_own import WritersOwn

IN_ORDER = ("submitted_at", "id")  # of a queue, which is read from one comment on


def permalink(post_url, pk):
    """The address of a comment that leaves the page: it holds wherever the comment stands."""
    return f"{post_url}?comment={pk}#comment-{pk}"


class Comment(DecidedOn, WritersOwn, Moving, Transitions):
    """A reader's words under a post, as typed, and what became of them.

    The status is written by the transitions that it inherits alone, each with its row in the log of decisions.
    """

    Status = Status
    Kind = Kind

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="comments", verbose_name=_("post"))
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("in reply to"),
    )
    # The top of its branch; None where it is the top itself.
    root = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.COMMENT, editable=False)
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.CharField(_("email"), max_length=254, blank=True)
    url = models.CharField(_("website"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    body_html = models.TextField(editable=False, blank=True)
    # What the writer wrote, where somebody has edited it since; empty otherwise.
    body_as_written = models.TextField(editable=False, blank=True)
    # The same for texts that differ in white space and disguise alone.
    fingerprint = models.CharField(max_length=32, editable=False, blank=True)
    # The words of name and text as the readers' search has them; see posts.words.
    search_text = models.TextField(editable=False, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now)
    # When what readers see of it last changed; null while it is as it came.
    edited_at = models.DateTimeField(null=True, editable=False)
    # When its writer took it back; null again once it is out of the trash.
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    # Its identity in feeds, for good; an imported one keeps the one that it had there.
    guid = models.CharField(max_length=1100, default=new_guid, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=_("account"),
    )
    # The random name of a browser that was asked to be remembered; see comments.browser.
    browser = models.CharField(max_length=32, blank=True, editable=False)
    # The confirmed address of its writer, who has proven it: never what was typed.
    address = models.ForeignKey(
        "comments.MailAddress",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        editable=False,
    )
    # When the owner of the address that was typed said that they had not written it.
    disowned_at = models.DateTimeField(null=True, editable=False)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    # Empty where the address is: it goes with it.
    network = models.CharField(max_length=43, blank=True, editable=False)
    # The number of the comment with which a flood from one network began; null where it came in none.
    flood = models.BigIntegerField(null=True, editable=False)
    user_agent = models.CharField(max_length=300, blank=True, editable=False)
    notify = models.BooleanField(_("wants emails about it and about replies"), default=False)
    follow = models.BooleanField(_("wants emails about new comments on the post"), default=False)
    # Mails to authors then carry the address to answer to.
    reply_by_mail = models.BooleanField(_("may be replied to by email"), default=False)
    # What the desk looks for, kept with the row so that a million of them are found as fast as a thousand:
    # who seems to have written it, the script of most of its letters, whether it holds a link, and whether
    # nothing of that writer had been approved when it came.
    writer = models.CharField(max_length=300, blank=True, editable=False)
    script = models.CharField(max_length=20, blank=True, editable=False)
    has_links = models.BooleanField(default=False, editable=False)
    first_time = models.BooleanField(default=False, editable=False)
    # When those who wanted to hear of it were told: once, however often it is hidden and shown again.
    announced_at = models.DateTimeField(null=True, editable=False)
    # What its writer was last told has become of it; see `comments.outcome_mails`.
    told_status = models.CharField(max_length=10, blank=True, editable=False)
    # The numbers it had in WordPress and in Disqus.
    imported_id = models.PositiveBigIntegerField(null=True, editable=False)
    disqus_id = models.PositiveBigIntegerField(null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    # The columns that `rerender()` computes, and those that it reads: what readers see.
    RENDERED_FROM = ("name", "body")
    RENDERED = ("body_html", "fingerprint", "search_text", "script", "has_links")

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        permissions = [("moderate_comment", "Can moderate all comments")]
        indexes = [
            models.Index(fields=["post", "status", *IN_ORDER], name="comment_thread"),
            # Which of a post's comments answers which, in their order, without a look at the rows.
            models.Index(fields=["post", "status", "kind", *IN_ORDER, "parent", "root"], name="comment_tree"),
            models.Index(fields=["status", *IN_ORDER], name="comment_queue"),
            models.Index(fields=[*IN_ORDER], name="comment_order"),
            models.Index(fields=["script", "status", *IN_ORDER], name="comment_script"),
            models.Index(fields=["status", *IN_ORDER], name="comment_links", condition=Q(has_links=True)),
            models.Index(fields=["status", *IN_ORDER], name="comment_first", condition=Q(first_time=True)),
            models.Index(fields=["writer", "status", *IN_ORDER], name="comment_writer"),
            models.Index(fields=["fingerprint", "submitted_at"], name="comment_repetition"),
            models.Index(fields=["ip_address", "submitted_at"], name="comment_flood"),
            models.Index(fields=["browser", "status"], name="comment_browser", condition=~Q(browser="")),
            models.Index(fields=["post", "edited_at"], name="comment_edited", condition=Q(edited_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="comment_status_is_known"),
            models.CheckConstraint(
                condition=Q(kind__in=["comment", "pingback", "trackback"]), name="comment_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, root__isnull=True) | Q(parent__isnull=False, root__isnull=False),
                name="comment_reply_has_a_root",
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")) & ~Q(root=F("id")), name="comment_does_not_answer_itself"
            ),
        ]

    def __str__(self):
        return f"{self.name}: {Truncator(self.body).chars(60)}"

    @classmethod
    def from_db(cls, db, field_names, values):
        comment = super().from_db(db, field_names, values)
        comment._keep_stored()
        return comment

    def save(self, *args, **kwargs):
        """Stores a new comment, rendered, with its first decision; or changes of an old one other than its status."""
        if self._state.adding:
            self.rerender()
            return self.insert_with_first_decision(**kwargs)
        if self._has_changed("status"):
            raise ValueError("A status is changed by approve(), hold(), spam(), trash() or restore() alone.")
        if any(map(self._has_changed, self.RENDERED_FROM)):
            self.edited_at = timezone.now()
            self.rerender()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], *self.RENDERED, "edited_at"}
        self.describe()
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            if not READ_BY_ALL.isdisjoint(kwargs.get("update_fields") or READ_BY_ALL):
                Comment.objects.filter(pk=self.pk).public_changed()
        self._keep_stored()

    def refresh_from_db(self, using=None, fields=None, **kwargs):
        super().refresh_from_db(using, fields, **kwargs)
        self._keep_stored(fields)

    def _keep_stored(self, fields=None):
        """Remembers what the columns hold in the database, or those of `fields` that were read just now."""
        names = {"status", *self.RENDERED_FROM}.intersection(self.__dict__ if fields is None else fields)
        self._stored = self._stored | {name: self.__dict__[name] for name in names}

    def _has_changed(self, name):
        """True for a column that was set to something else, also where it had not been read."""
        return name in self.__dict__ and (name not in self._stored or self._stored[name] != self.__dict__[name])

    def insert_with_first_decision(self, findings=(), **kwargs):
        """Stores a new comment whose text is rendered, with the row in the log that says how it came in.

        `findings` are those of the checks.
        """
        self.describe()
        self.first_time = not _APPROVED_OF(writer=self.writer)
        with transaction.atomic(savepoint=False):
            if self.parent_id:
                # Asked anew: what it answers may have been moved since the caller read it.
                stored = Comment.objects.values_list("root", flat=True).get(pk=self.parent_id)
                self.root_id = stored or self.parent_id
            super().save(**{**kwargs, "force_insert": True})
            self._keep_stored()
            findings = [finding.as_dict() for finding in findings]
            self._log(from_status="", findings=findings, decided_at=self.submitted_at)
            hits = {finding["check"] for finding in findings if finding["verdict"] != "approve"}
            CheckHit.objects.bulk_create(CheckHit(comment=self, check_name=name) for name in sorted(hits))
            if self.is_public:
                Comment.objects.became_public({self: 1})

    def get_absolute_url(self):
        """The permalink: it names the comment, and comments.reading leads on to the page where it stands now."""
        return permalink(self.post.get_absolute_url(), self.pk)

    # --- What it is

    @property
    def anchor(self):
        return f"comment-{self.pk}"

    @property
    def shown_name(self):
        return self.name or _("Anonymous")

    @property
    def is_public(self):
        return self.status == Status.APPROVED

    @property
    def is_ping(self):
        """Whether it is no reader's, but what another site sent when it mentioned the post."""
        return self.kind != Kind.COMMENT

    @property
    def modified_at(self):
        """When readers saw it change last."""
        return self.edited_at or self.submitted_at

    @property
    def is_edited(self):
        return bool(self.body_as_written) and self.body_as_written != self.body

    def lines_typed(self, *, fold_case=False):
        """The lines of the text as words, for comparing: white space that nobody sees makes no other text."""
        text = self.body.casefold() if fold_case else self.body
        return [words for words in map(str.split, text.splitlines()) if words]

    @property
    def link_count(self):
        return count_links(self.body_html, self.url)

    def rerender(self):
        """Computes the columns of `RENDERED` anew; saves nothing."""
        for name, value in render(name=self.name, body=self.body, url=self.url).columns.items():
            setattr(self, name, value)
        self.describe()

    def describe(self):
        """Computes the columns that tell the desk who seems to have written it, and whether it has links."""
        self.has_links = self.link_count > 0
        self.network = network_of(self.ip_address)
        if self.status == Status.ERASED:
            self.writer = ""
        elif self.user_id:
            self.writer = f"account {self.user_id}"
        else:
            named = f"{self.name} at {self.ip_address}".casefold()
            writer = same_address(self.email) or named
            self.writer = writer[: Comment._meta.get_field("writer").max_length]

    _stored: dict = {}

    def stop_mails(self):
        """Its writer wants to hear of no more answers."""
        Comment.objects.filter(pk=self.pk).update(notify=False)
        self.notify = False


_APPROVED_OF = Prepared(lambda writer: Comment.objects.filter(writer=writer).approved().values_list("pk")[:1])
