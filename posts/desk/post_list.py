"""The list of posts: a tab for each state with its number, and rows from which a post is opened, seen and moved."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from posts.ids import parse_id
from posts.models import Post
from posts.models.post import LISTED_AT

STATE, KIND = "status__exact", "kind__exact"
ALL = "all"
TABS = {
    ALL: gettext_lazy("All"),
    Post.Status.PUBLISHED.value: pgettext_lazy("several posts", "Published"),
    Post.SCHEDULED: pgettext_lazy("several posts", "Scheduled"),
    Post.Status.DRAFT.value: gettext_lazy("Drafts"),
    Post.Status.PRIVATE.value: pgettext_lazy("several posts", "Private"),
    Post.Status.TRASH.value: gettext_lazy("Trash"),
}
ENDS = (LISTED_AT.desc(), LISTED_AT.asc())
# What a row shows; the texts stay where they are.
LIST_COLUMNS = (
    *("title", "kind", "status", "published_at", "created_at", "permalink", "comment_count", "comments_open"),
    *("pinned", "author__name"),
)


class StateFilter(admin.SimpleListFilter):
    """The tabs: all but the trash, unless another state is asked for."""

    title = gettext_lazy("status")
    parameter_name = STATE
    is_tabs = True

    def lookups(self, request, model_admin):
        counts = model_admin.counts(request)
        return [(state, (label, counts[state])) for state, label in TABS.items()]

    def queryset(self, request, queryset):
        # What is ticked is meant, even if it has left this list since.
        if request.method == "POST" and request.POST.get("select_across") != "1":
            return queryset
        return queryset.in_state(self.value() or ALL)

    def choices(self, changelist):
        chosen = self.value() or ALL
        for state, (label, number) in self.lookup_choices:
            yield {
                "selected": state == chosen,
                "label": label,
                "number": number,
                "query_string": changelist.tab_query(state),
            }


class CategoriesFilter(admin.RelatedFieldListFilter):
    """Django's, but no post is joined to its categories: each stands in the list once, without a comparison of all rows
    of all posts."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.empty_value_display = _("No category")

    def queryset(self, request, queryset):
        if not self.lookup_val:
            return super().queryset(request, queryset)
        filed = Post.categories.through.objects.filter(category__in=self.lookup_val)
        return queryset.filter(pk__in=filed.values("post"))


class PostList(ChangeList):
    def get_filters(self, request):
        specs, has_any, left, _may_have_duplicates, is_active = super().get_filters(request)
        return specs, has_any, left, False, is_active

    def get_queryset(self, request, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        if request.method == "POST":
            # For an action, which reads what it needs.
            return rows
        return rows.select_related("author").prefetch_related("categories", "tags").only(*LIST_COLUMNS)

    def get_results(self, request):
        super().get_results(request)
        # What a search found is told beside what there is.
        counted = self.model_admin.counts(request).get(self.model_admin.tab(request), 0)
        self.full_result_count = counted if self.is_narrowed else self.result_count
        self.show_full_result_count = True
        # For the whole page at once, and only then.
        self.result_list = list(self.result_list)
        waiting = import_string(settings.WAITING_BELOW)(request.user, [post.pk for post in self.result_list])
        self.tab = self.model_admin.tab(request)
        # What leads back from a post to this list as it is.
        self.preserved = self.model_admin.get_preserved_filters(request)
        may_be_copied = self.model_admin.has_add_permission(request)
        for post in self.result_list:
            post.waiting, post.preserved, post.may_be_copied = waiting.get(post.pk), self.preserved, may_be_copied

    def tab_query(self, state):
        """A tab keeps the kind and leaves everything else that narrows the list."""
        kept = {name: self.params[name] for name in (KIND,) if name in self.params}
        return self.get_query_string({**kept, STATE: state}, list(self.params))

    @property
    def years(self):
        """[(year, query)] of all there may be posts of, by two looks into an index; None once a date is chosen, from
        which Django's own goes on.
        """
        if any(name.startswith("published_at__") for name in self.params):
            return None
        ends = [self.root_queryset.order_by(order, "pk").only("published_at", "created_at").first() for order in ENDS]
        if not all(ends):
            return []
        last, first = (localtime(post.published_at or post.created_at).year for post in ends)
        return [
            (year, self.get_query_string({"published_at__year": year}, ["p"])) for year in range(last, first - 1, -1)
        ]

    @property
    def without_filters(self):
        return self.tab_query(self.tab)

    @property
    def tabs(self):
        spec = next((spec for spec in self.filter_specs if getattr(spec, "is_tabs", False)), None)
        return spec.choices(self) if spec else []

    @property
    def is_narrowed(self):
        """True where the page shows less than its tab has."""
        return bool(self.query or self.filter_params.keys() - {STATE, KIND})


class PostListAdmin:
    list_display = ["post", "written_by", "filed", "discussion", "state"]
    list_display_links = None
    list_filter = [StateFilter, "kind", ("categories", CategoriesFilter)]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["title", "body"]
    search_help_text = gettext_lazy("Any part of a title or text.")
    ordering = [LISTED_AT.desc(), "-pk"]

    def get_changelist(self, request, **kwargs):
        return PostList

    def get_list_display(self, request):
        if request.user.has_perm("posts.edit_others_posts"):
            return self.list_display
        return [name for name in self.list_display if name != "written_by"]

    def get_queryset(self, request):
        return super().get_queryset(request).editable_by(request.user)

    def tab(self, request):
        """The state that the list is asked for."""
        return request.GET.get(STATE) or ALL

    def counts(self, request):
        """{state: how many of what this account may edit}; asked once a request."""
        if not hasattr(request, "posts_by_state"):
            posts = Post.objects.editable_by(request.user)
            kind = request.GET.get(KIND)
            request.posts_by_state = (posts.filter(kind=kind) if kind else posts).counted_by_state()
        return request.posts_by_state

    def get_paginator(self, request, queryset, per_page, *args, **kwargs):
        paginator = super().get_paginator(request, queryset, per_page, *args, **kwargs)
        number = self.counts(request).get(self.tab(request))
        if number is not None and request.GET.keys() <= {STATE, KIND, "p", "o"}:
            # The tab has counted them.
            paginator.count = number
        return paginator

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST":
            # Numbers that are none would be the database's error.
            request.POST = request.POST.copy()
            chosen = [pk for pk in request.POST.getlist(ACTION_CHECKBOX_NAME) if parse_id(pk) is not None]
            request.POST.setlist(ACTION_CHECKBOX_NAME, chosen)
        in_trash = self.tab(request) == Post.Status.TRASH
        may_empty = in_trash and self.has_delete_permission(request) and self.counts(request)[Post.Status.TRASH]
        title = _("Pages") if request.GET.get(KIND) == Post.Kind.PAGE else _("Posts")
        return super().changelist_view(request, (extra_context or {}) | {"may_empty": may_empty, "title": title})

    # --- The columns

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def post(self, post):
        context = {
            "post": post,
            "in_trash": post.status == Post.Status.TRASH,
            "back": f"?{post.preserved}" if post.preserved else "",
            "may_be_copied": post.may_be_copied,
        }
        return render_to_string("admin/posts/post/_row.html", context)

    @admin.display(description=gettext_lazy("author"), ordering="author__name")
    def written_by(self, post):
        return post.author

    @admin.display(description=gettext_lazy("filed under"))
    def filed(self, post):
        return ", ".join(str(term) for term in (*post.categories.all(), *post.tags.all())) or "–"

    @admin.display(description=gettext_lazy("comments"), ordering="comment_count")
    def discussion(self, post):
        return render_to_string("admin/posts/post/_row_comments.html", {"post": post})

    @admin.display(description=gettext_lazy("status and date"), ordering=LISTED_AT)
    def state(self, post):
        state = Post.SCHEDULED if post.is_scheduled else post.status
        label = _("scheduled") if post.is_scheduled else post.get_status_display()
        return format_html('<span class="state {}">{}</span> {}', state, capfirst(label), _day(post))


def _day(post):
    if not post.published_at:
        return date_format(localtime(post.created_at))
    return date_format(localtime(post.published_at), "DATETIME_FORMAT" if post.is_scheduled else "DATE_FORMAT")
