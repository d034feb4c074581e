"""What the list of comments can be narrowed to. Each reads an index made for it (see the model's Meta)."""

from django.contrib import admin
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from comments.checks import called
from comments.models import CheckHit, Comment
from comments.models.queryset import COUNTED_UP_TO, VISIBLE_TO_MODERATORS, CountUpTo, reach_of, up_to
from posts.ids import parse_id
from posts.models import Post
from posts.prepared import Prepared

MOST_POSTS = 10
EDITS = "edits"  # beside the statuses: public comments whose writers want another text


class StatusFilter(admin.SimpleListFilter):
    """What waits, unless another status is asked for; each with its number."""

    title = _("status")
    parameter_name = "status__exact"

    def lookups(self, request, model_admin):
        numbers = _NUMBERS(reach=reach_of(request.user)) or [[0] * (len(VISIBLE_TO_MODERATORS) + 1)]
        *of_status, of_edits = map(up_to, numbers[0])
        counted = [
            (status.value, f"{status.label} ({number})")
            for status, number in zip(VISIBLE_TO_MODERATORS, of_status, strict=True)
        ]
        return [*counted, (EDITS, _("changes that wait (%(n)s)") % {"n": of_edits}), ("all", _("all"))]

    def queryset(self, request, queryset):
        # What is ticked is meant, even if somebody has decided on it since and it has left this list.
        if request.method == "POST" and request.POST.get("select_across") != "1":
            return queryset
        status = self.value() or Comment.Status.PENDING
        if status == EDITS:
            return queryset.with_waiting_edit()
        return queryset if status == "all" else queryset.filter(status=status)

    def choices(self, changelist):
        chosen = self.value() or Comment.Status.PENDING
        for status, label in self.lookup_choices:
            yield {
                "selected": chosen == status,
                "query_string": changelist.get_query_string({self.parameter_name: status}, ["p", "after", "before"]),
                "display": label,
            }


def _numbers(reach):
    """One row: how many comments of each status there are, and how many changes wait; none where nothing is."""
    mine = Comment.objects.within_reach(reach).order_by()
    counted = [*(mine.filter(status=status) for status in VISIBLE_TO_MODERATORS), mine.with_waiting_edit()]
    numbers = [CountUpTo(comments.values("pk")[: COUNTED_UP_TO + 1]) for comments in counted]
    return Comment.objects.order_by().values_list(*numbers)[:1]


_NUMBERS = Prepared(_numbers)


class CheckFilter(admin.SimpleListFilter):
    """Why it waited: the comments that a check would not have let pass."""

    title = _("reason held")
    parameter_name = "check"

    def lookups(self, request, model_admin):
        return [(name, called(name)) for name in values_of(CheckHit, "check_name")]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(Exists(CheckHit.objects.filter(comment=OuterRef("pk"), check_name=self.value())))


class FlagFilter(admin.SimpleListFilter):
    """Those for which a column of yes or no says yes."""

    def lookups(self, request, model_admin):
        return [("1", self.label)]

    def queryset(self, request, queryset):
        return queryset.filter(**{self.column: True}) if self.value() == "1" else queryset


class FirstTimeFilter(FlagFilter):
    """Comments of people of whom nothing had been approved when they wrote."""

    title, label = _("commenter"), _("first-time commenters")
    parameter_name, column = "first", "first_time"


class LinksFilter(FlagFilter):
    title, label = _("links"), _("has links")
    parameter_name, column = "links", "has_links"


class ScriptFilter(admin.SimpleListFilter):
    title = _("script")
    parameter_name = "script"

    def lookups(self, request, model_admin):
        return [(name, name) for name in values_of(Comment, "script") if name]

    def queryset(self, request, queryset):
        return queryset.filter(script=self.value()) if self.value() else queryset


class PostFilter(admin.SimpleListFilter):
    """One post's comments: the newest posts below which some wait, and the one that is asked for."""

    title = _("post")
    parameter_name = "post"

    def lookups(self, request, model_admin):
        posts = [Post(pk=pk, title=title) for pk, title in _NEWEST_WITH_WAITING(reach=reach_of(request.user))]
        chosen = parse_id(self.value() or "")
        if chosen and chosen not in {post.pk for post in posts}:
            mine = Comment.objects.moderated_by(request.user).filter(post=OuterRef("pk"))
            posts += Post.objects.filter(Exists(mine), pk=chosen).only("title")
        return [(str(post.pk), str(post)) for post in posts]

    def queryset(self, request, queryset):
        return queryset.filter(post=parse_id(self.value())) if self.value() else queryset


def _newest_with_waiting(reach):
    """Of the newest comments that wait, so many as are counted: with few of them it need not look through all posts."""
    waiting = Comment.objects.within_reach(reach).in_moderation().order_by("-submitted_at", "-pk")
    posts = Post.objects.filter(pk__in=waiting.values("post")[:COUNTED_UP_TO])
    return posts.newest_first().values_list("pk", "title")[:MOST_POSTS]


_NEWEST_WITH_WAITING = Prepared(_newest_with_waiting)


class LikeOneFilter(admin.SimpleListFilter):
    """Those that have something in common with one comment, and are reached from it."""

    def lookups(self, request, model_admin):
        comment = self._comment(request) if self.value() else None
        return [(self.value(), self.label(comment))] if comment else []

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        comment = self._comment(request)
        return self.like(queryset, comment) if comment else queryset.none()

    def _comment(self, request):
        return Comment.objects.moderated_by(request.user).filter(pk=parse_id(self.value() or "")).first()


class PersonFilter(LikeOneFilter):
    """What seems to be of the same writer."""

    title = _("person")
    parameter_name = "person"

    def label(self, comment):
        return comment.shown_name

    def like(self, queryset, comment):
        return queryset.with_writer_key(comment)


class SameTextFilter(LikeOneFilter):
    """The same text, whoever signed it, wherever it came: a wave of advertising as one group."""

    title = _("text")
    parameter_name = "same"

    def label(self, comment):
        return Truncator(comment.body).chars(40)

    def like(self, queryset, comment):
        return queryset.filter(fingerprint=comment.fingerprint)


def values_of(model, column):
    """The different values of an indexed column, each found by one look into the index, however many rows there are."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE found(value) AS (SELECT MIN({column}) FROM {table} "  # noqa: S608  (names from our models)
            f"UNION ALL SELECT (SELECT MIN({column}) FROM {table} WHERE {column} > value) "
            "FROM found WHERE value IS NOT NULL) SELECT value FROM found WHERE value IS NOT NULL"
        )
        return [value for (value,) in cursor.fetchall()]
