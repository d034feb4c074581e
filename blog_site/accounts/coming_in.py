"""How a sign-in begins, whichever way it takes: where from, how often, and with what was typed put by."""

from typing import NamedTuple

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from blog_site.accounts.events import address_of
from blog_site.accounts.forms import has_to_wait
from blog_site.accounts.models import Allowance, Exhausted
from blog_site.accounts.social_adapter import back
from blog_site.accounts.throttle import limits_of_sign_in
from comments import giving_back, kept_comment
from comments.forms import CommentForm
from comments.models import DiscussionSettings
from posts.ids import parse_id
from posts.origin import is_from_another_site
from posts.views import show


class Began(NamedTuple):
    """Where a sign-in leads to in the end, a path of ours; or the answer that it does not begin."""

    next_url: str = "/"
    response: HttpResponse | None = None


def begin(request):
    """Puts by what the comment form sent along with this POST, if it came from one."""
    post = kept_comment.sent_from(request)
    if not post and "post" in request.POST:
        return Began(response=giving_back.no_post(request, parse_id(request.POST["post"]) or 0))
    if post and (refused := _too_long(request, post)):
        return Began(response=refused)
    bad = sent_badly(request)
    if post and not (bad and is_from_another_site(request)):
        kept_comment.keep(request, post)
    if bad:
        return Began(response=back(request, bad, {}))
    next_url = next_page(request, from_form=bool(post))
    try:
        Allowance.objects.use(limits_of_sign_in(address_of(request)))
    except Exhausted as error:
        # The page that follows says it, and not this answer: a redirect has no words.
        words = has_to_wait(error.seconds).message
        del request.retry_after
        return Began(response=back(request, words, {"next": next_url}))
    return Began(next_url=next_url)


def next_page(request, *, from_form=False):
    """Where somebody goes who has signed in: the form they came from, or the path of ours that was asked for."""
    asked = request.POST.get("next", "")
    if not from_form and asked and get_adapter().is_safe_url(asked):
        return asked
    return kept_comment.place(request) or "/"


def sent_badly(request):
    """Why this POST is not taken; "" if it is. An account's forms carry a token, a stranger's don't."""
    if is_from_another_site(request):
        return _("This was sent from another website. If it was you, check it and send it again.")
    if request.user.is_authenticated and _TokenCheck(lambda request: None).process_view(request, None, (), {}):
        return _("You have logged in or out since you opened this page. Your text is below. Send it again.")
    return ""


def _too_long(request, post):
    """The form with what is wrong, where the words are more than a comment takes; they stay in it."""
    user = request.user if request.user.is_authenticated else None
    form = CommentForm(request.POST, discussion=DiscussionSettings.load(), user=user, known={"post": post})
    form.is_valid()
    if not any(error.code == "max_length" for errors in form.errors.as_data().values() for error in errors):
        return None
    response = show(request, post, status=422, comment_form=form, comment_refusal="")
    response.headers["Cache-Control"] = "no-store"
    return response


class _TokenCheck(CsrfViewMiddleware):
    def _reject(self, request, reason):
        return reason
