"""The list of comments, read from one comment on: its last page costs what its first does."""

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR, ChangeList
from django.db import DataError
from django.db.models import Prefetch, Q
from django.utils.http import urlencode

from comments.models import Comment, Decision
from comments.models.queryset import COUNTED_UP_TO, up_to
from posts.ids import parse_id

from .moderator_counts import add_moderator_counts
from .writers import said_of

AFTER, BEFORE = "after", "before"
PAGES = {AFTER, BEFORE, PAGE_VAR}
TIMES = {f"submitted_at__{side}" for side in ("gte", "lt")}
LAST_PAGE = 10**7
# The columns that a row shows, or is decided by.
READ = (
    *("kind", "name", "email", "url", "body", "body_html", "status", "submitted_at", "withdrawn_at"),
    *("ip_address", "writer", "disowned_at", "address", "post", "parent", "user"),
    *("parent__name", "parent__body", "user__username", "waiting_edit__body_html", "waiting_edit__findings"),
    *("post__title", "post__permalink", "post__published_at"),
)
# Of the log: what the checks found, and whether its writer asks for a second look.
READ_OF_DECISIONS = ("comment", "from_status", "by_writer", "body_before", "asked", "asked_text", "findings")


class Queue(ChangeList):
    """A page begins after a comment, or ends before one (`?after=ID`, `?before=ID`): whatever is decided
    meanwhile, nobody misses one or sees one twice. `?p=7` of Django's own lists finds its comment first.
    """

    def get_filters_params(self, params=None):
        # Django would take any look-up into any column from the address: regular expressions, other people's posts.
        known = {spec.parameter_name for spec in self.list_filter if hasattr(spec, "parameter_name")}
        lookups = super().get_filters_params(params)
        return {name: value for name, value in lookups.items() if name in known | TIMES}

    def get_filters(self, request):
        if any("\x00" in value for value in request.GET.values()) or self.page_num > LAST_PAGE:
            raise IncorrectLookupParameters
        return super().get_filters(request)

    def get_query_string(self, new_params=None, remove=None):
        """As Django's, but a filter or another page begins anew, and `p` is not the beginning of `post`."""
        pairs = {name: value for name, value in self.filter_params.items() if name not in PAGES}
        for start in remove or []:
            pairs = {name: value for name, value in pairs.items() if start in PAGES or not name.startswith(start)}
        for name, value in (new_params or {}).items():
            pairs.pop(name, None)
            if value is not None:
                pairs[name] = value
        return f"?{urlencode(sorted(pairs.items()), doseq=True)}"

    def get_results(self, request):
        try:
            self._get_results(request)
        except (OverflowError, ValueError, DataError) as error:
            # A time or a number that the database does not have.
            raise IncorrectLookupParameters from error

    def _get_results(self, request):
        self.newest_first = self.model_admin.get_ordering(request)[0].startswith("-")
        start = self._start(parse_id(self.params.get(BEFORE) or self.params.get(AFTER) or ""))
        backwards = bool(start) and BEFORE in self.params
        rows = self._read_on(start, backwards)
        if start and not rows:
            # All that stood here has been decided: on with what is left.
            start, backwards = None, False
            rows = self._read_on(start, backwards)
        # What was read for the first page counts the list as well.
        self.result_count_shown = self.queryset.up_to() if start else up_to(len(rows))
        more, shown = len(rows) > self.list_per_page, rows[: self.list_per_page]
        if backwards:
            shown.reverse()
        self.result_list = self._read(shown, request)
        self.earlier = shown[0] if shown and (more if backwards else start) else None
        self.later = shown[-1] if shown and (start if backwards else more) else None
        self.multi_page = bool(self.earlier or self.later)
        self.result_count = self.full_result_count = len(shown) + self.multi_page
        self.show_full_result_count = self.can_show_all = False
        self.show_admin_actions, self.paginator = True, None

    def _start(self, pk):
        if pk:
            return Comment.objects.filter(pk=pk).only("submitted_at").first()
        if self.page_num <= 1:
            return None
        # The index alone is read up to there.
        before = self.queryset.values_list("pk", flat=True)[(self.page_num - 1) * self.list_per_page - 1 :][:1]
        pk = next(iter(before), None)
        if pk is None:
            raise IncorrectLookupParameters
        return self._start(pk)

    def _read_on(self, start, backwards):
        """The numbers of the comments from there on: a page and one, or as many as are counted."""
        rows = self.queryset.filter(self._beyond(start, backwards)) if start else self.queryset
        rows = rows.reverse() if backwards else rows
        return list(rows.values_list("pk", flat=True)[: (self.list_per_page if start else COUNTED_UP_TO) + 1])

    def _beyond(self, start, backwards):
        side = "lt" if self.newest_first != backwards else "gt"
        beyond = Q(**{f"submitted_at__{side}": start.submitted_at}) | Q(
            submitted_at=start.submitted_at, **{f"pk__{side}": start.pk}
        )
        # The first condition says nothing new; it tells the database where to begin.
        return Q(**{f"submitted_at__{side}e": start.submitted_at}) & beyond

    def _read(self, pks, request):
        decisions = Prefetch("decisions", Decision.objects.only(*READ_OF_DECISIONS))
        rows = Comment.objects.filter(pk__in=pks).select_related("post", "parent", "user", "waiting_edit").only(*READ)
        by_pk = rows.prefetch_related(decisions).in_bulk()
        shown = [by_pk[pk] for pk in pks if pk in by_pk]
        add_moderator_counts(shown, request.user)
        said = said_of(shown)
        for row in shown:
            row.said, row.told, row.undo = said[row.pk], (), None
        return shown

    @property
    def narrowed_to(self):
        """[(name, value)] of the filters, which a search keeps; it begins on its first page."""
        return [pair for pair in self.params.items() if pair[0] not in {SEARCH_VAR, AFTER, BEFORE}]

    @property
    def earlier_link(self):
        return self.get_query_string({BEFORE: self.earlier})

    @property
    def later_link(self):
        return self.get_query_string({AFTER: self.later})
