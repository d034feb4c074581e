"""The endpoint of the comment form; its answers stand in a table in `docs/architecture.md`.

Whatever the answer, the words are in it: every refusal is the post's page with the form filled in.
"""

import time
from datetime import timedelta

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from comments import browser, flood, giving_back, tokens
from comments.checks import Circumstances, run_checks, status_after, words
from comments.forms import CommentForm
from comments.mails import ask_to_confirm, tell_author
from comments.models import Comment, DiscussionSettings
from comments.origin import is_from_another_site
from posts import outbox, redirects
from posts.models import Post
from posts.views import show

MAX_REQUEST_BYTES = 1024 * 1024
MAX_DROPPING = 10  # seconds
DOUBLE_CLICK = timedelta(seconds=10)


@csrf_exempt  # anonymous forms carry no token; signed-in ones are checked below
@require_POST
def submit(request, post_id):
    """Takes a comment on the post; the table of answers is in `docs/architecture.md`."""
    if _is_too_large(request):
        return render(request, "comments/too_large.html", status=413)
    post = Post.objects.published().select_related("author", "picture").filter(pk=post_id).first()
    if not post:
        return giving_back.no_post(request, post_id)
    settings = DiscussionSettings.load()
    user = request.user if request.user.is_authenticated else None
    form = CommentForm(request.POST, user=user, settings=settings)
    if refusal := _refusal(request, post, settings, user):
        return _page(request, post, form, refusal, status=403)
    parent, refusal = _parent(post, form.data.get("parent", ""))
    if refusal:
        return _page(request, post, form, refusal, status=403, drop_parent=True)
    if not form.is_valid():
        return _page(request, post, form, "", status=422)
    return _enter(request, post, parent, form, settings)


def _enter(request, post, parent, form, settings):
    """Stores the valid comment, unless it repeats one or comes too fast."""
    comment, circumstances = _sent_by(request, form, settings)
    comment.post, comment.parent = post, parent
    words.read_lists(settings)  # before anybody else has to wait for it
    with transaction.atomic():
        # One at a time under a post: of two clicks the second finds what the first one made.
        Post.objects.select_for_update().get(pk=post.pk)
        earlier = Comment.objects.repeated_by(comment)
        crowd = flood.Answer() if earlier else flood.judge(comment, circumstances)
        if not earlier and not crowd.seconds:
            comment.findings, comment.flood = [*run_checks(comment, circumstances), *crowd.findings], crowd.flood
            comment.status = status_after(comment.findings)
            comment.save()
            outbox.put(tell_author, comment.pk)
            if comment.notify:
                # The task finds out whether it has to: the answer, and its time, tell nobody.
                outbox.put(ask_to_confirm, comment.pk)
    if earlier:
        return _repeated(request, post, form, comment, earlier)
    if crowd.seconds:
        return _too_fast(request, post, form, crowd)
    response = _answer(comment)
    if form.cleaned_data.get("remember"):
        browser.remember(response, comment.browser)
    return _forgetting(request, form, response)


def _sent_by(request, form, settings):
    """(the comment with what the request says of its writer, the circumstances it came in)"""
    comment, known_browser = form.comment, browser.remembered(request)
    comment.ip_address = request.META.get("REMOTE_ADDR") or None
    comment.user_agent = request.headers.get("User-Agent", "")[:300]
    comment.browser = known_browser or (browser.new_name() if form.cleaned_data.get("remember") else "")
    trap = form.cleaned_data["subject"]
    return comment, Circumstances(user=form.user, browser=known_browser, trap=trap, settings=settings)


def _forgetting(request, form, response):
    """The answer to a comment that was taken; who left "remember me" unticked is forgotten with it."""
    if "remember" in form.fields and not form.cleaned_data["remember"]:
        browser.forget(request, response)
    return response


def _repeated(request, post, form, comment, earlier):
    is_exact = comment.lines_typed() == earlier.lines_typed()
    if is_exact and timezone.now() - earlier.submitted_at < DOUBLE_CLICK:
        return _forgetting(request, form, _answer(earlier))
    message = _("You have already sent this comment. Change it if you want to say something else.")
    return _page(request, post, form, message, status=409)


def _too_fast(request, post, form, crowd):
    response = _page(request, post, form, crowd.refusal, status=429)
    response.headers["Retry-After"] = str(crowd.seconds)
    return response


def _answer(comment):
    """To the comment's permalink, or to the page that shows it to its writer alone while it waits."""
    if comment.is_public:
        address = comment.get_absolute_url()
    else:
        # The same answer for spam: a machine learns nothing from it.
        query = urlencode({"awaiting": tokens.awaiting(comment)})
        address = f"{comment.post.get_absolute_url()}?{query}#{comment.anchor}"
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _page(request, post, form, message, *, status, drop_parent=False):
    if drop_parent:
        form.data = form.data.copy()
        form.data["parent"] = ""
    response = show(request, post, status=status, comment_form=form, comment_refusal=message)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_too_large(request):
    """True for a request over 1 MiB. Its rest is read and dropped, so that the browser hears the answer."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length <= MAX_REQUEST_BYTES:
            request.POST  # noqa: B018  (reads the body, and raises here what it would raise later)
            return False
    except (ValueError, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        length = 0
    left, until = min(length, 20 * MAX_REQUEST_BYTES), time.monotonic() + MAX_DROPPING
    while left > 0 and time.monotonic() < until and (chunk := request.read(min(left, 65536))):
        left -= len(chunk)
    return True


def _refusal(request, post, settings, user):
    """Why nobody, or not this visitor in this way, may comment here; empty if they may."""
    if is_from_another_site(request):
        return _("This came from another site's page. If it was you, read it here and send it again.")
    if user and CsrfCheck(lambda request: None).process_view(request, None, (), {}):
        return _("Your session has changed since you opened the page. Here is your text: send it again.")
    if closed := settings.closed_because(post):
        return closed
    if settings.registration_required and not user:
        return _("Only people who are logged in can comment. Your text is below, and can be sent once you are.")
    return ""


def _parent(post, given):
    """(the comment that is answered or None, why it can't be answered)."""
    if not given:
        return None, ""
    parent = None
    if given.isascii() and given.isdecimal() and len(given) < 19:
        parent = Comment.objects.approved().filter(post=post, kind=Comment.Kind.COMMENT, pk=int(given)).first()
    if parent:
        parent.post = post
        return parent, ""
    return None, _("The comment that you answer is not there any more. You can send your text as a new comment.")


class CsrfCheck(CsrfViewMiddleware):
    """Django's own check, its refusal told as a reason instead of a bare page."""

    def _reject(self, request, reason):
        return reason


@csrf_exempt  # the signed token in the address is the authority; mail programs send this form themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mails(request, token):
    """The end of the mails about answers to one comment: GET shows a button, POST does it."""
    comment = Comment.objects.filter(pk=tokens.to_stop(token)).first()
    if not comment:
        raise Http404(_("This link is not complete."))
    if request.method == "POST":
        comment.stop_mails()
    return render(request, "comments/stop.html", {"comment": comment})


@csrf_exempt  # the page is a stranger's; other sites' forms are refused as those of comments are
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forget_browser(request):
    """Ends "remember me" without a comment: GET shows a button, POST does it."""
    refused = request.method == "POST" and is_from_another_site(request)
    if request.method == "POST" and not refused:
        response = redirect("comments:forget")
        browser.forget(request, response)
        return response
    context = {"is_remembered": bool(browser.remembered(request)), "refused": refused}
    return render(request, "comments/forget.html", context, status=403 if refused else 200)


def redirect_to_page(request, path, number):
    """`<post>comment-page-N/` of WordPress."""
    if own := redirects.find_old(request.path_info):
        # A post that was called so.
        return redirect(own, permanent=True)
    post = redirects.find(f"/{path}")
    if not post:
        raise Http404(_("There is no such page."))
    # Without a fragment: the one of a link to a comment there stays.
    query = f"?comments={number}" if number != "1" else ""
    return redirect(f"{post.get_absolute_url()}{query}", permanent=True)
