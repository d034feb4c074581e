"""Brings a post's thread and the form below it into the post's page."""

from django import template
from django.http import Http404
from django.utils.translation import gettext as _

from comments.forms import CommentForm
from comments.models import Comment, DiscussionSettings

register = template.Library()

PINGS_SHOWN = 100


@register.inclusion_tag("comments/discussion.html", takes_context=True)
def discussion(context, post):
    """The thread of `post` on the page that the address asks for, and the form."""
    request, settings = context["request"], DiscussionSettings.load()
    awaited = _awaited(request, post)
    thread = Comment.objects.thread_of(post, also=awaited, settings=settings)
    page = _page(request.GET, thread, awaited)
    answered = _number(request.GET.get("replytocom", ""))
    form = context.get("comment_form")
    if form:
        answered = _number(form.data.get("parent", ""))
    comments = _fetch(page, answered, post)
    answered = comments.get(answered)
    if not (answered and answered.is_public and answered.kind == Comment.Kind.COMMENT):
        answered = None
    user = request.user if request.user.is_authenticated else None
    return {
        "post": post,
        "post_url": post.get_absolute_url(),
        "request": request,
        "user": request.user,
        "csrf_token": context.get("csrf_token"),
        "count": thread.shown_count - (awaited in comments and not comments[awaited].is_public),
        "page": page,
        "entries": [_Shown(entry, comments, page, awaited) for entry in page.entries],
        "pings": [comment for comment in comments.values() if comment.kind != Comment.Kind.COMMENT],
        "author_user": post.author.user_id,
        "settings": settings,
        "closed": settings.closed_because(post),
        "login_required": settings.registration_required and not user,
        "answered": answered,
        "form": form or CommentForm(initial={"parent": answered and answered.pk}, user=user, settings=settings),
        "refusal": context.get("comment_refusal", ""),
    }


class _Shown:
    """An entry with its comment, and with the one it answers where the list does not show that."""

    def __init__(self, entry, comments, page, awaited):
        self.entry = entry
        self.comment = comments[entry.pk]
        self.in_reply_to = comments.get(entry.parent) if entry.parent and not entry.answers_above else None
        self.awaits = entry.pk == awaited and not self.comment.is_public
        self.why = [reason["plain"] for reason in self.comment.why_it_waits() if reason["plain"]] if self.awaits else []
        if self.comment.status == Comment.Status.SPAM:
            self.why = []
        self.goes_on = page.goes_on.get(entry.pk)


def _fetch(page, answered, post):
    """All comments that the page shows or names, and the post's pings, by number; one query."""
    wanted = {entry.pk for entry in page.entries} | {entry.parent for entry in page.entries} | {answered}
    wanted.discard(None)
    of_post = Comment.objects.filter(post=post)
    pings = of_post.approved().exclude(kind=Comment.Kind.COMMENT)
    found = of_post.filter(pk__in=wanted) | pings
    return {comment.pk: comment for comment in found.defer("body", "body_as_written", "user_agent").oldest_first()}


def _awaited(request, post):
    """The comment that the address's token shows to its writer, if it is of this post."""
    pk = Comment.pk_from_token(request.GET.get("awaiting", "")) if "awaiting" in request.GET else None
    return pk if pk and Comment.objects.filter(pk=pk, post=post).exists() else None


def _page(query, thread, awaited):
    if "thread" in query:
        page = thread.branch_from(_number(query["thread"]))
    elif "comments" in query:
        page = thread.page(_number(query["comments"]) or -1)
    elif awaited:
        page = thread.page_with(awaited)
    else:
        page = thread.page()
    if page is None:
        raise Http404(_("The thread has no such page."))
    return page


def _number(text):
    """A positive number as addresses write it, or None."""
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 19 else None
