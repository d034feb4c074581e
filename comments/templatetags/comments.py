"""Brings a post's thread and the form below it into the post's page."""

from functools import lru_cache

from django import template
from django.db.models import Q
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comments import tokens
from comments.forms import CommentForm
from comments.letters import Letters
from comments.meaning import comments_of
from comments.models import Comment, DiscussionSettings
from comments.models.queryset import DISPLAYED
from posts.markup import plain_text, script_data
from posts.meaning import blog_posting
from posts.models import Post

register = template.Library()

# Up to so many comments are read whole, in one query; of more, first what their order needs.
READ_WHOLE = 200


@register.simple_tag(takes_context=True)
def thread_page(context, post):
    """The page of the thread that the address asks for; {% discussion %} below then has it already."""
    return _found(context, post)[1]


@register.inclusion_tag("comments/discussion.html", takes_context=True)
def discussion(context, post):
    """The thread of `post` on the page that the address asks for, and the form."""
    request, settings = context["request"], context["discussion_settings"]
    user = request.user if request.user.is_authenticated else None
    typed = context.get("comment_form")
    thread, page, comments, awaited, answered = _found(context, post)
    answered = comments.get(answered)
    if not (answered and answered.is_public and answered.kind == Comment.Kind.COMMENT):
        answered = None
    # A stranger's empty form is words that are there already.
    form = typed or (user and CommentForm(user=user, settings=settings))
    post_url = post.get_absolute_url()
    closed = settings.closed_because(post) or _not_yet_because(post)
    login_required = settings.registration_required and not user
    letters = Letters(post, thread, page, comments, awaited, can_answer=not closed and not login_required)
    entries = [letters.write(entry) for entry in page.entries]
    return {
        "post": post,
        "post_url": post_url,
        "submit_url": _submit_url(post.pk),
        "told_html": "" if context["unlisted"] else _told(context, post, entries, comments),
        "request": request,
        "user": request.user,
        "csrf_token": context.get("csrf_token"),
        "count": thread.shown_count - (awaited in comments and not comments[awaited].is_public),
        "page": page,
        "entries": entries,
        "pings": [comment for comment in comments.values() if comment.kind != Comment.Kind.COMMENT],
        "settings": settings,
        "closed": closed,
        "login_required": login_required,
        "answered": answered,
        "answered_text": plain_text(answered.body_html) if answered else "",
        "parent": typed.data.get("parent", "") if typed else answered and answered.pk,
        "form": form,
        "empty_fields": "" if form else _empty_fields(get_language(), settings.require_name_email),
        "refusal": context.get("comment_refusal", ""),
    }


def _not_yet_because(post):
    """Why those who see a post before everybody does can't comment on it; empty for a public one."""
    if post.is_public:
        return ""
    if post.status == Post.Status.TRASH:
        return _("Nobody can comment on what is in the trash.")
    return _("Comments open when this is public.")


def _told(context, post, entries, comments):
    """The post and its comments as JSON-LD."""
    told = blog_posting(post, context["blog"], context["categories"], context["tags"])
    return script_data(told | {"comment": comments_of(entries, comments, context["site_url"])})


@lru_cache(maxsize=1000)
def _submit_url(pk):
    return reverse("comments:submit", args=[pk])


@lru_cache(maxsize=32)
def _empty_fields(language, required):
    """The fields of a stranger's empty form: the same for everybody, so made once for each language."""
    form = CommentForm(settings=DiscussionSettings(require_name_email=required))
    return render_to_string("comments/_fields.html", {"form": form})


def _found(context, post):
    """(thread, page, comments, the awaited one's number, the answered one's), read once for each page."""
    if "thread" not in context.render_context:
        request, typed = context["request"], context.get("comment_form")
        awaited = _awaited(request, post)
        answered = _number(typed.data.get("parent", "") if typed else request.GET.get("replytocom", ""))
        read = _read(request.GET, post, context["discussion_settings"], awaited, answered)
        context.render_context["thread"] = (*read, awaited, answered)
    return context.render_context["thread"]


def _read(query, post, settings, awaited, answered):
    """(thread, page, the comments that the page shows or names by number): one query, or two for a long thread."""
    if post.comment_count <= READ_WHOLE:
        comments = {comment.pk: comment for comment in Comment.objects.displayed_on(post, also=awaited)}
        thread = Comment.objects.thread_of(post, also=awaited, settings=settings, shown=comments.values())
        return thread, _page(query, thread, awaited), comments
    thread = Comment.objects.thread_of(post, also=awaited, settings=settings)
    page = _page(query, thread, awaited)
    wanted = {entry.pk for entry in page.entries} | {entry.parent for entry in page.entries} | {answered}
    on_page = Q(pk__in=wanted - {None}) | ~Q(kind=Comment.Kind.COMMENT)
    shown = Comment.objects.shown_on(post, also=awaited).filter(on_page)
    comments = {comment.pk: comment for comment in shown.only(*DISPLAYED).oldest_first()}
    return thread, page, comments


def _awaited(request, post):
    """The comment that the address's token shows to its writer, if it is of this post."""
    pk = tokens.awaited(request.GET.get("awaiting", "")) if "awaiting" in request.GET else None
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
