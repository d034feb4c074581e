"""The endpoint of the comment form; its answers stand in a table in `docs/parts/comments.md`.

Whatever the answer, the words are in it: every refusal is the post's page with the form filled in.
"""

import logging
import time
from datetime import timedelta

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from comments import browser, giving_back, identity, kept_comment, preview, submission, tokens
from comments.forms import CommentForm
from comments.models import BrowserKey, Comment, DiscussionSettings
from posts import redirects
from posts.generation import present
from posts.ids import parse_id
from posts.models import Post
from posts.origin import is_from_another_site
from posts.views import show

logger = logging.getLogger(__name__)

MAX_REQUEST_BYTES = 1024 * 1024
MAX_DROPPING = 10  # seconds
DOUBLE_CLICK = timedelta(seconds=10)


@csrf_exempt  # anonymous forms carry no token; signed-in ones are checked below
@require_POST
def submit(request, post_id):
    """Takes a comment on the post; the table of answers is in `docs/parts/comments.md`."""
    if _is_too_large(request):
        return render(request, "comments/too_large.html", status=413)
    generation, _blog = present(request)  # before the post is read, since parts of its page are kept by it
    post = submission.post_of(post_id)
    if not post:
        return giving_back.no_post(request, post_id)
    discussion = DiscussionSettings.at(generation)
    user = request.user if request.user.is_authenticated else None
    parent, no_parent = _parent(post, request.POST.get("parent", ""))
    form = _form(request, post, parent, user, discussion)
    if message := _refusal(request, user) or submission.refusal(post, discussion, user):
        return _page(request, post, form, message, status=403)
    if no_parent:
        return _page(request, post, form, no_parent, status=403, drop_parent=True)
    if not form.is_valid():
        return _page(request, post, form, "", status=422)
    if "preview" in request.POST:
        return _preview(request, form)
    return _store_submission(request, form)


def _form(request, post, parent, user, discussion):
    """The form as it was sent, with what the request says of its writer."""
    known = {
        "post": post,
        "parent": parent,
        "ip_address": request.META.get("REMOTE_ADDR") or None,
        "user_agent": request.headers.get("User-Agent", "")[:300],
    }
    met = {"discussion": discussion, "present": present(request)}
    return CommentForm(request.POST, user=user, visitor=identity.of(request), known=known, **met)


def _store_submission(request, form):
    """Stores the valid comment, unless it repeats one or comes too fast, or the post has been closed meanwhile."""
    comment = form.comment
    if form.context.honeypot:
        logger.warning("honeypot filled in below post %s: address=%s", comment.post_id, comment.ip_address or "-")
    if refused := submission.store(comment, form.context):
        return _refused(request, comment.post, form, refused)
    if comment.is_public:
        BrowserKey.objects.keep(comment, request.POST.get("key", ""))
    kept_comment.forget(request)
    response = _answer(comment)
    if form.cleaned_data.get("remember"):
        browser.remember(response, comment.browser)
    return _forgetting(request, form, response)


def _refused(request, post, form, refused):
    if refused.post_is_gone:
        return giving_back.no_post(request, post.pk)
    if refused.earlier:
        return _repeated(request, post, form, refused.earlier)
    if refused.seconds:
        return _too_fast(request, post, form, refused)
    if refused.parent_is_gone:
        return _page(request, post, form, _no_parent(), status=403, drop_parent=True)
    return _page(request, post, form, refused.message, status=403)


def _forgetting(request, form, response):
    """The answer to a comment that was taken; who left "remember me" unticked is forgotten with it. A browser in which
    an address was confirmed is not: the box stands unticked on everybody's page, and without a script it would end at
    the next comment what somebody has asked for. "Forget me now" ends that."""
    is_confirmed = form.visitor.browser and form.visitor.address
    if "remember" in form.fields and not form.cleaned_data["remember"] and not is_confirmed:
        browser.forget(request, response)
    return response


def _repeated(request, post, form, earlier):
    is_exact = form.comment.lines_typed() == earlier.lines_typed()
    if is_exact and timezone.now() - earlier.submitted_at < DOUBLE_CLICK:
        return _forgetting(request, form, _answer(earlier))
    message = _("You have already sent this comment. Change it if you want to say something else.")
    return _page(request, post, form, message, status=409)


def _too_fast(request, post, form, refused):
    return _wait(_page(request, post, form, refused.message, status=429), refused.seconds)


def _wait(response, seconds):
    response.headers["Retry-After"] = str(seconds)
    return response


def _preview(request, form):
    """The same page with the comment as it would stand; nothing is stored, and no check is asked."""
    if seconds := preview.too_many(request):
        return _wait(_page(request, form.comment.post, form, preview.refusal(), status=429), seconds)
    return _page(request, form.comment.post, form, "", status=200, comment_preview=preview.of(form))


def _answer(comment):
    """To the comment's permalink, or to the page that shows it to its writer alone while it waits."""
    # The same answer for spam: a machine learns nothing from it.
    address = comment.get_absolute_url() if comment.is_public else tokens.awaiting_url(comment)
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _page(request, post, form, message, *, status, drop_parent=False, **context):
    if drop_parent:
        form.data = form.data.copy()
        form.data["parent"] = ""
    post = Post.objects.for_page().filter(pk=post.pk).first() or post
    response = show(request, post, status=status, comment_form=form, comment_refusal=message, **context)
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


def _refusal(request, user):
    """Why a form that came in this way is not taken; empty if it is."""
    if is_from_another_site(request):
        return _("This was sent from another website. If it was you, check it and send it again.")
    if user and CsrfCheck(lambda request: None).process_view(request, None, (), {}):
        return _("You have logged in or out since you opened this page. Your text is below. Send it again.")
    return ""


def _parent(post, given):
    """(the comment that is answered or None, why it can't be answered)."""
    if not given:
        return None, ""
    if parent := submission.parent_of(post, parse_id(given)):
        parent.post = post
        return parent, ""
    return None, _no_parent()


def _no_parent():
    return _("The comment you are replying to is no longer there. You can send your text as a new comment.")


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
        raise Http404(_("This link is incomplete."))
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
