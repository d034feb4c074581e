"""What the admin's first page answers: what there is to do, what is being written, and what came out last.

Each list is a few rows of an index, however many posts and comments there are.
"""

from django.db.models import OuterRef
from django.utils import timezone

from blog_site.models import Export, Import
from blog_site.moving import jobs
from blog_site.moving.staging import STAGED
from comments.models import Comment
from comments.models.queryset import COUNTED, CountUpTo
from posts.models import Post

MOST = 5
COLUMNS = ("title", "kind", "status", "published_at", "changed_at", "permalink", "comment_count")
AUTHOR = ("author__name", "author__user")
Status = Post.Status


def posts_of(request, post_admin):
    """What an account sees of the posts that it may edit: a dict of

    `drafts`, the last touched first, `scheduled`, the next first, and `latest`, the newest first: each at most `MOST`
    posts with their author's name; `more_drafts`, `more_scheduled`: whether there are others; `has_posts`: False where
    nothing at all is written yet; `latest` have `waiting`: how many comments on them wait, for who decides on those.
    Empty for an account that does not see posts in the admin.
    """
    if not post_admin.has_view_or_change_permission(request):
        return {}
    mine = Post.objects.editable_by(request.user)
    shown = mine.select_related("author").only(*COLUMNS, *AUTHOR)
    drafts = list(
        shown.filter(kind__in=Post.Kind.values, status=Status.DRAFT).order_by("-changed_at", "-pk")[: MOST + 1]
    )
    # What an import has not finished is no plan of anybody's.
    coming = shown.filter(kind__in=Post.Kind.values, status=Status.PUBLISHED)
    coming = coming.filter(published_at__gt=timezone.now(), published_at__lt=STAGED)
    scheduled = list(coming.order_by("published_at", "pk")[: MOST + 1])
    latest = list(_latest(shown, request.user))
    return {
        "drafts": drafts[:MOST],
        "more_drafts": len(drafts) > MOST,
        "scheduled": scheduled[:MOST],
        "more_scheduled": len(scheduled) > MOST,
        "latest": latest,
        "has_posts": bool(drafts or scheduled or latest) or mine.exists(),
        "may_edit_others": request.user.has_perm("posts.edit_others_posts"),
    }


def moving_of(request, site):
    """What is being imported or exported, for who may see that: `at_work`, [(Import or Export, percent)], `ready`,
    the exports that it can download, the newest first; and which buttons to show."""
    import_admin, export_admin = site.get_model_admin(Import), site.get_model_admin(Export)
    at_work, ready = [], []
    if import_admin.has_view_permission(request):
        states = [Import.State.CHECKING, Import.State.RUNNING, Import.State.UNDOING]
        at_work += Import.objects.filter(state__in=states).order_by("-pk")[:MOST]
    if export_admin.has_view_permission(request):
        exports = export_admin.get_queryset(request)
        listed = list((exports.at_work() | exports.ready_for(request.user)).order_by("-pk")[: 2 * MOST])
        at_work += [export for export in listed if export.is_at_work]
        ready = [export for export in listed if not export.is_at_work][:MOST]
    running = filter(jobs.is_running, at_work)
    return {
        "may_import": import_admin.has_add_permission(request),
        "may_export": export_admin.has_add_permission(request),
        "ready": ready,
        "at_work": [(source, round(100 * jobs.read_progress(source)[0])) for source in running],
    }


def _latest(shown, user):
    """The newest public posts; each with the number of comments on it that wait for this account, up to `COUNTED`."""
    waiting = Comment.objects.moderated_by(user).in_moderation().filter(post=OuterRef("pk")).order_by()
    return shown.published().posts().newest_first().annotate(waiting=CountUpTo(waiting.values("pk")[:COUNTED]))[:MOST]
