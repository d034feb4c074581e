"""Brings a post's thread and the form below it into the post's page."""

from functools import lru_cache
from zlib import crc32

from django import template
from django.db.models import Q
from django.http import Http404
from django.template.loader import render_to_string
from django.utils import dateformat, formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comments import tokens
from comments.forms import CommentForm
from comments.models import Comment, DiscussionSettings
from comments.models.queryset import DISPLAYED
from comments.scripts import language_of
from posts.markup import plain_text

register = template.Library()

# Up to so many comments are read whole, in one query; of more, first what their order needs.
READ_WHOLE = 200
# Of avatars; the classes stand in site.css.
HUES = 9


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
    closed = settings.closed_because(post)
    login_required = settings.registration_required and not user
    look = _Look(post, post_url, thread, page, comments, awaited, can_answer=not closed and not login_required)
    return {
        "post": post,
        "post_url": post_url,
        "request": request,
        "user": request.user,
        "csrf_token": context.get("csrf_token"),
        "count": thread.shown_count - (awaited in comments and not comments[awaited].is_public),
        "page": page,
        "entries": [_Shown(entry, look) for entry in page.entries],
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


@lru_cache(maxsize=32)
def _empty_fields(language, required):
    """The fields of a stranger's empty form: the same for everybody, so made once for each language."""
    form = CommentForm(settings=DiscussionSettings(require_name_email=required))
    return render_to_string("comments/_fields.html", {"form": form})


class _Look:
    """What all entries of a page share, found once."""

    def __init__(self, post, post_url, thread, page, comments, awaited, *, can_answer):
        self.page, self.comments, self.awaited = page, comments, awaited
        self.numbers = thread.numbers
        self.here = {entry.pk for entry in page.entries}
        self.url = f"{post_url}{page.query}#comment-"
        self.branch_url = f"{post_url}?thread="
        self.reply_url = f"{post_url}{page.query}{'&' if page.query else '?'}replytocom="
        self.can_answer = can_answer
        self.author_user = post.author.user_id
        self.zone = timezone.get_current_timezone()
        self.date_format = formats.get_format("DATETIME_FORMAT")
        self.reply_to = _("Reply to %(name)s")
        self.heading = _("Comment %(number)s:")
        # In two, since the name between them stands in an element of its own.
        self.answers = (_("in reply to %(number)s by %(name)s") % {"number": "{0}", "name": "{1}"}).partition("{1}")


class _Shown:
    """An entry with its comment as the template writes it: strings made here, since a page has hundreds."""

    reply_url = ""

    def __init__(self, entry, look):
        self.id = str(entry.pk)
        self.tombstone, self.opens, self.closes = entry.tombstone, entry.opens, entry.closes
        self.folds = entry.folds and ngettext("%(n)s more reply", "%(n)s more replies", entry.folds) % {
            "n": entry.folds
        }
        self.unfolds = entry.unfolds
        self.goes_on = look.page.goes_on.get(entry.pk)
        if entry.tombstone:
            return
        self.comment = comment = look.comments[entry.pk]
        self.name, self.website, self.body_html = comment.shown_name, comment.url, comment.body_html
        self.initials, self.hue = avatar(self.name)
        self.lang = comment.script != "Latin" and language_of(comment.script, comment.body_html)
        self.url = f"{look.branch_url}{entry.start}#comment-{self.id}" if entry.start else look.url + self.id
        self.number = entry.number
        self.heading = look.heading % {"number": entry.number} if entry.number else ""
        local = comment.submitted_at.astimezone(look.zone)
        self.machine_date, self.date = local.isoformat(), dateformat.format(local, look.date_format)
        self.by_author = bool(comment.user_id) and comment.user_id == look.author_user
        self.is_reply, self.near = bool(entry.parent), entry.near
        self.answers = None
        if self.is_reply:
            self._answer(entry.parent, look)
        self.is_awaited = entry.pk == look.awaited
        self.awaits = self.is_awaited and not comment.is_public
        self.rule = comment.rule_told if self.awaits else None
        self.why = []
        if self.awaits and comment.status != Comment.Status.SPAM:
            self.why = [finding["plain"] for finding in comment.why_it_waits() if finding["plain"]]
        if look.can_answer and not self.awaits:
            self.reply_url = f"{look.reply_url}{self.id}#respond"
            self.reply_label = look.reply_to % {"name": self.name}

    def _answer(self, parent, look):
        """Whom it answers, and where that stands: on this page, or on the branch's own."""
        self.answers_url = (
            f"#comment-{parent}" if parent in look.here else f"{look.branch_url}{parent}#comment-{parent}"
        )
        number = look.numbers.get(parent)
        if number and parent in look.comments:
            before, _between, after = look.answers
            self.answers = (before.format(number), look.comments[parent].shown_name, after.format(number))


@lru_cache(maxsize=4096)
def avatar(name):
    """(one or two letters, a number below `HUES`) that stand for a name: always the same, and made from it alone."""
    words = [word for word in name.split() if word[0].isalnum()] or [name]
    initials = words[0][0].upper()
    # Letters without capitals are no initials: they would join, or be a word.
    if len(words) > 1 and words[-1][0].upper() != words[-1][0].lower():
        initials += words[-1][0].upper()
    return initials, crc32(name.casefold().encode()) % HUES


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
