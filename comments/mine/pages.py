"""What all pages below /comments/mine/ have in common."""

from functools import wraps

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments.mine import proof as proofs
from comments.views import CsrfCheck
from posts.origin import is_from_another_site


def own_page(view):
    """A page for one person: kept by no cache and no search engine, its address told to nobody.

    The view gets the `Proof` of who is there, and why a form that was sent is not taken, empty if it is.
    """

    @csrf_exempt  # visitors have no session; forms of other sites are refused, and accounts' forms are checked below
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def page(request, *args, **kwargs):
        refused = _refusal(request) if request.method == "POST" else ""
        response = view(request, proofs.of(request), refused, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        # The address may have a token. Not "no-referrer": our own forms would come with "Origin: null".
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return page


def redirect_to(address):
    """The answer to a form that was taken: GET that page."""
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


def ended(request, proof):
    """The answer where the address proves nothing (any more): what was typed is in it, and a page that was asked for is
    the comment's own place, where that is public by now."""
    comment = proof.now_public()
    if comment and request.method != "POST":
        return redirect_to(comment.get_absolute_url())
    typed = request.POST.get("body") or request.POST.get("words", "")
    context = {"proof": proof, "comment": comment, "body": typed}
    return render(request, "comments/mine/ended.html", context, status=404)


def _refusal(request):
    if is_from_another_site(request):
        return _("This was sent from another website. If it was you, press the button here.")
    if request.user.is_authenticated and CsrfCheck(lambda request: None).process_view(request, None, (), {}):
        return _("You have logged in or out since you opened this page. Press the button again.")
    return ""
