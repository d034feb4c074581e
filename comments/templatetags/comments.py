"""Brings a post's thread and the form below it into the post's page."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comments import browser, kept_comment
from comments.desk.verbs import may_open_desk
from comments.forms import CommentForm
from comments.jsonld import comments_of
from comments.models import DiscussionSettings
from comments.plain import words_of
from comments.thread_html import thread_html
from comments.told_one import ToldOne
from posts.jsonld import blog_posting
from posts.markup import script_data
from posts.models import Post

register = template.Library()


@register.simple_tag(takes_context=True)
def comments_closed(context, post):
    """Why nobody can comment on `post` now, in plain words; empty if comments are open."""
    return context["discussion_settings"].closed_because(post) or _not_yet_because(post)


@register.inclusion_tag("comments/discussion.html", takes_context=True)
def discussion(context, post):
    """The thread of `post` as `comments.reading` has read it for the view, and the form."""
    request, discussion, reading = context["request"], context["discussion_settings"], context["thread"]
    user = request.user if request.user.is_authenticated else None
    typed = context.get("comment_form")
    thread, page, comments = reading.thread, reading.page, reading.comments
    awaited, answered = reading.awaited, reading.answered
    # A stranger's empty form is words that are there already.
    kept = None if typed else kept_comment.shown_below(request, post)
    form = typed or _filled_in(request, user, discussion, awaited, kept)
    post_url = post.get_absolute_url()
    closed = comments_closed(context, post)
    login_required = discussion.registration_required and not user
    moderator = user if reading.decides else None
    page_url = post_url + page.query
    of_forms = {"seen": reading.seen, "page_url": page_url, "csrf_token": context.get("csrf_token")}
    told_one = ToldOne(post_url, reading, user=user, moderator=moderator, discussion=discussion)
    can_answer = not closed and not login_required
    html = thread_html(post, reading, told_one, can_answer=can_answer, of_forms=of_forms)
    return {
        "post": post,
        "post_url": post_url,
        "submit_url": _submit_url(post.pk),
        "follow_url": _follow_url(post.pk),
        "told_html": "" if context["unlisted"] else _json_ld(context, post, page, comments),
        "request": request,
        "user": request.user,
        "csrf_token": context.get("csrf_token"),
        "count": thread.count,
        "desk": _desk(request, post, reading) if moderator else None,
        "seen": reading.seen,
        # Where a decision leads back to.
        "page_url": page_url,
        "is_missed": reading.is_missed,
        "page": page,
        "thread": context["large_parts"].leave(html) if html else "",
        "pings": [comment for comment in comments.values() if comment.is_ping],
        "settings": discussion,
        "closed": closed,
        "login_required": login_required,
        "answered": answered,
        "answered_text": words_of(answered.body_html) if answered else "",
        "parent": typed.data.get("parent", "") if typed else answered and answered.pk,
        "form": form,
        "empty_fields": (
            "" if form else _empty_fields(get_language(), discussion.require_name_email, settings.SIGN_IN)
        ),
        # Words that came back are shown, whoever may send them.
        "has_words": bool(typed or kept),
        "sign_in": settings.SIGN_IN,
        "refusal": context.get("comment_refusal", "") or (kept.problem if kept else ""),
        "preview": context.get("comment_preview"),
    }


def _desk(request, post, reading):
    """What a moderator is told above the thread: what came of a decision taken here, and how many wait."""
    undo = request.session.get("undo") if reading.told else None
    return {
        "told": reading.told,
        "undo_url": undo and reverse("admin:comments_comment_undo", args=[undo]),
        "waiting": len(reading.waiting),
        "first": next((entry.pk for entry in reading.page.entries if entry.pk in reading.waiting), None),
        "list_url": may_open_desk(request.user) and f"{reverse('admin:comments_comment_changelist')}?post={post.pk}",
    }


def _filled_in(request, user, discussion, awaited, kept):
    """A form that is not everybody's: an account's; what somebody had typed who went to sign in; or on a page that is
    one writer's alone, with the box as it is."""
    if user or kept:
        return CommentForm(user=user, discussion=discussion, initial=kept.initial if kept else None)
    if awaited and browser.remembered(request):
        return CommentForm(discussion=discussion, initial={"remember": True})
    return None


def _not_yet_because(post):
    """Why those who see a post before everybody does can't comment on it; empty for a public one."""
    if post.is_public:
        return ""
    if post.status == Post.Status.TRASH:
        return _("Comments are not possible on something in the trash.")
    return _("Comments open when this is published.")


def _json_ld(context, post, page, comments):
    """The post and its comments as JSON-LD."""
    posting = blog_posting(post, context["blog"], context["categories"], context["tags"])
    return script_data(
        posting | {"comment": comments_of(page, comments, context["site_url"] + post.get_absolute_url())}
    )


@lru_cache(maxsize=1000)
def _submit_url(pk):
    return reverse("comments:submit", args=[pk])


@lru_cache(maxsize=1000)
def _follow_url(pk):
    return reverse("comments:follow", args=[pk])


@lru_cache(maxsize=32)
def _empty_fields(language, required, sign_in):
    """The fields of a stranger's empty form: the same for everybody, so made once for each language."""
    form = CommentForm(discussion=DiscussionSettings(require_name_email=required))
    return render_to_string("comments/_fields.html", {"form": form, "sign_in": sign_in})
