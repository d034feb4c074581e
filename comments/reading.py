"""The page of a thread that an address asks for, or where else to look; `settings.BELOW_POST` names `below_post()`.

`?comment=ID` is a comment's permalink, `?comments=N` a page, `?thread=ID` a page of one branch. None of them is ever
answered by 404: places change with every decision and every setting, and links stay.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect

from comments import tokens
from comments.desk.verbs import may_open_desk, newest_decision
from comments.models import Comment, DiscussionSettings
from comments.models.comment import permalink
from comments.models.long_thread import READ_WHOLE
from comments.models.shown import Shown
from comments.threads import Page, Thread
from posts.generation import present
from posts.public_pages import changes_at

# What stands in `?comment=` where a link led to a comment that is not shown: the same for all of them, so that nobody
# learns which of them wait or were refused, and which never were.
NOT_SHOWN = "none"


@dataclass
class Reading:
    """What a post's page shows of its thread."""

    thread: Thread
    page: Page
    comments: dict[
        int, Shown
    ]  # by number, those that the page shows or names; what is not public, or was awaited, whole
    awaited: int | None  # the one that the address shows to its writer alone
    token: str  # by which it does
    waiting: frozenset[int]  # those that wait and are shown to this account in their place
    decides: bool  # it may decide on them
    answered: Comment | None  # the one that the form answers
    is_missed: bool  # the link that led here names a comment that is not shown
    told: list  # what came of a decision that this account has taken
    seen: int | str  # the newest decision, for who may decide on what waits here; otherwise empty


def below_post(request, post, context):
    """What a post's page needs to show its thread, as context; or the redirect to where that now stands."""
    typed = context.get("comment_form")
    # The answer to a form is the page below which it stands, whatever the form's own address says.
    query = {} if typed else request.GET
    discussion = DiscussionSettings.at(present(request)[0])
    comment = _awaited(query, post)
    if comment and not comment.is_its_writers_alone(discussion):
        return redirect(permalink(post.get_absolute_url(), comment.pk))
    awaited, (waiting, decides) = comment and comment.pk, _in_place(request, post)
    also = waiting | {awaited} if awaited else waiting
    if closes_at := discussion.closes_at(post):
        changes_at(request, closes_at)
    asked = _number(query.get("comment", ""))
    if asked and not awaited:
        return redirect(_place_of(asked, post, Comment.objects.thread_of(post, also=also, discussion=discussion), also))
    answered = _number(typed.data.get("parent", "") if typed else query.get("replytocom", ""))
    thread, comments = _thread(post, discussion, also)
    page = _page(query, thread, awaited)
    if page is None:
        return redirect(_instead(query, post, thread, discussion))
    if comments is None:
        comments = _comments(post, thread, page, also, answered)
    if also:
        # What the checks said of them is in the log.
        whole = Comment.objects.filter(pk__in=also).prefetch_related("decisions")
        comments |= {comment.pk: comment for comment in whole if comment.pk in comments}
    reading = Reading(
        thread=thread,
        page=page,
        comments=comments,
        awaited=awaited,
        token=query["awaiting"] if awaited else "",
        waiting=waiting,
        decides=decides,
        answered=_answerable(comments.get(answered)),
        is_missed="comment" in query and not awaited,
        told=list(messages.get_messages(request)) if decides and may_open_desk(request.user) else [],
        seen=newest_decision() if decides and waiting else "",
    )
    return {"discussion_settings": discussion, "thread": reading}


def _awaited(query, post):
    """The comment that the address's token is for, if it is of this post."""
    pk = tokens.awaited(query["awaiting"]) if "awaiting" in query else None
    return Comment.objects.filter(pk=pk, post=post).select_related("waiting_edit").first() if pk else None


def _in_place(request, post):
    """(the numbers of what waits and this account sees in its place, whether it may decide on that). A stranger's page
    asks nothing for it, not even who they are: it is everybody's."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return frozenset(), False
    user = request.user
    waiting = frozenset(Comment.objects.in_place_for(user, post))
    return waiting, user.has_perm("comments.moderate_comment") or post.author.user_id == user.pk


def _thread(post, discussion, also):
    """(thread, its comments by number): one query; of a long thread the places alone, and None."""
    if post.comment_count > READ_WHOLE:
        return Comment.objects.thread_of(post, also=also, discussion=discussion), None
    comments = {comment.pk: comment for comment in Comment.objects.displayed_on(post, also=also)}
    thread = Comment.objects.thread_of(post, also=also, discussion=discussion, shown=comments.values())
    return thread, comments


def _page(query, thread, awaited):
    """The page that the address asks for; None where the thread has no such page."""
    if "thread" in query:
        return thread.branch_from(_number(query["thread"]))
    if "comments" in query:
        return thread.page(_number(query["comments"]) or 0)
    return (awaited and thread.page_with(awaited)) or thread.page()


def _comments(post, thread, page, also, answered):
    """{number: comment} of those that the page of a long thread shows or names."""
    wanted = {entry.pk for entry in page.entries} | {entry.parent for entry in page.entries} | {answered}
    # By number alone: told the post and the status too, SQLite goes through all comments of the post.
    comments = Comment.objects.numbered(wanted.union(thread.branches.pings) - {None})
    shown = [
        comment for comment in comments if comment.post_id == post.pk and (comment.is_public or comment.pk in also)
    ]
    return {comment.pk: comment for comment in sorted(shown, key=lambda comment: (comment.stored_at, comment.pk))}


def _answerable(comment):
    return comment if comment and comment.is_public and not comment.is_ping else None


# --- Where else to look. A browser keeps the fragment of an address that leads on to one without.


def _place_of(pk, post, thread, also=()):
    """The address where a comment stands: in the thread, on every page as a ping, or nowhere that is shown."""
    url = post.get_absolute_url()
    if page := thread.page_with(pk):
        return f"{url}{page.query}#comment-{pk}"
    if Comment.objects.shown_on(post, also=also).filter(pk=pk).exists():
        return f"{url}#comment-{pk}"
    return f"{url}?comment={NOT_SHOWN}#comments"


def _instead(query, post, thread, discussion):
    """The address for one that asks for a page which the thread does not have, or not any more."""
    if "thread" not in query:
        past_the_end = (_number(query["comments"]) or 0) > thread.pages
        return post.get_absolute_url() + (thread.page(thread.pages).query if past_the_end else "")
    pk = _number(query["thread"])
    # Where one was that never was public is nobody's to know.
    if pk and Comment.objects.filter(post=post, pk=pk).once_public().exists():
        was = Comment.objects.thread_of(post, also=[pk], discussion=discussion)
        near = thread.page_with(thread.nearest_to(pk, was))
        return post.get_absolute_url() + (near or thread.page()).query
    return _place_of(pk, post, thread)


def _number(text):
    """A positive number as addresses write it, or None. One that is longer than any here is a large one."""
    return int(text[:18]) or None if text.isascii() and text.isdecimal() else None
