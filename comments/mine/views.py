"""My comments: the list, the mail that leads there, the browsers that are remembered, the download, and erasing."""

from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from comments import tokens
from comments.limits import is_enough
from comments.mine import PURPOSE
from comments.mine.entries import entry_of
from comments.mine.erasing import erase
from comments.mine.mails import send_link
from comments.mine.pages import own_page, redirect_to
from comments.mine.proof import token_for
from comments.mine.taking_along import everything_of
from comments.models import DiscussionSettings, MailAddress, MailedLink
from posts import outbox
from posts.email_addresses import validate_email
from posts.ids import parse_id

PAGE = 20
MOST_TYPED = 20  # comments that carry one's address, and may be somebody else's
ASKS, HOUR = 10, 3600  # for the link by mail, from one network


@own_page
def mine(request, proof, refused):
    """The list, for who is known here; for others the form that asks for a link by mail, which POST sends."""
    if request.method == "POST":
        return _ask(request, proof, refused)
    asks = not proof.is_somebody or not request.GET.keys().isdisjoint({"ask", "sent"})
    return _form(request, proof, was_sent="sent" in request.GET) if asks else _list(request, proof)


def _ask(request, proof, refused):
    """The same answer, and the same work, whether the address is known here or not."""
    email = request.POST.get("email", "").strip()
    try:
        validate_email(email[:255])
    except ValidationError as error:
        return _form(request, proof, " ".join(error.messages), status=422)
    if refused:
        return _form(request, proof, refused, status=403)
    if is_enough(request, "mine", most=ASKS, within=HOUR):
        return _form(request, proof, _("Too many links are being asked for. Try again in an hour."), status=429)
    outbox.put(send_link, email)
    return redirect_to(f"{reverse('comments:mine')}?sent")


def _form(request, proof, problem="", *, was_sent=False, status=200):
    email = request.POST.get("email", "")
    context = {"proof": proof, "problem": problem, "email": email, "was_sent": was_sent, "days": MailedLink.DAYS}
    return render(request, "comments/mine/ask.html", context, status=status)


def _list(request, proof):
    discussion, own = DiscussionSettings.load(), proof.own()
    count = own.count()
    if not count and proof.is_a_browser_alone:
        # What it wrote is not known as its any more: somebody ended it, here or from another browser.
        return _form(request, proof)
    pages = max(1, -(-count // PAGE))
    page = min(max(parse_id(request.GET.get("page", "")) or 1, 1), pages)
    shown = own.order_by("-submitted_at", "-pk")[(page - 1) * PAGE : page * PAGE]
    typed = list(proof.typed().order_by("-submitted_at", "-pk")[:MOST_TYPED])
    context = {
        "proof": proof,
        "count": count,
        "entries": [entry_of(comment, proof, discussion) for comment in shown],
        "typed": [entry_of(comment, proof, discussion) for comment in typed],
        "browsers": [(row, row.name == proof.visitor.browser) for row in proof.browsers()],
        "follows": [(follow.post, tokens.stop_following(follow)) for follow in proof.follows()],
        "page": page,
        "pages": pages,
        "earlier": page - 1,
        "later": page + 1 if page < pages else None,
        "joint": f"{proof.query}&" if proof.query else "?",
        "forgotten": "forgotten" in request.GET,
    }
    return render(request, "comments/mine/list.html", context)


@own_page
def open_link(request, _proof, refused, token):
    """The page behind the link in the mail: GET shows a button, since programs follow links; POST opens the list."""
    link = MailedLink.find(PURPOSE, token)
    if request.method == "POST" and not refused and link and link.use():
        return redirect_to(f"{reverse('comments:mine')}?proof={token_for(MailAddress.objects.prove(link.address))}")
    is_open = bool(link and link.is_open)
    status = 403 if refused else 200 if is_open else 410
    return render(request, "comments/mine/link.html", {"is_open": is_open, "refused": refused}, status=status)


@own_page
def forget(request, proof, refused, pk):
    """A button in the list: one of the browsers that are remembered is known no more."""
    browser = get_object_or_404(proof.browsers(), pk=pk)
    if request.method == "POST" and not refused:
        browser.end()
    return redirect_to(f"{reverse('comments:mine')}{proof.query}#browsers")


@own_page
def download(request, proof, refused):
    """Everything as a JSON file."""
    if not proof.is_somebody:
        return redirect_to(reverse("comments:mine"))
    answer = JsonResponse(everything_of(proof), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Content-Disposition"] = 'attachment; filename="my-comments.json"'
    return answer


@own_page
def erase_me(request, proof, refused):
    """GET shows what can be erased; POST does it, where the box that says so is ticked."""
    if not proof.is_somebody:
        return redirect_to(reverse("comments:mine"))
    what = request.POST.get("what")
    if request.method == "POST" and not refused and what in {"name", "all"} and "sure" in request.POST:
        number = erase(proof, texts=what == "all")
        return render(request, "comments/mine/erased.html", {"number": number, "texts": what == "all"})
    problem = refused
    if request.method == "POST" and not refused:
        problem = _("Choose what to erase, and tick the box that says you are sure. Nothing was erased.")
    context = {"proof": proof, "count": proof.own().count(), "what": what, "problem": problem}
    return render(request, "comments/mine/erase.html", context, status=403 if refused else 422 if problem else 200)
