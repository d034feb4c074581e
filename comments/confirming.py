"""The page behind the link in the mail that asks whether a comment is by the owner of its address."""

from django.db import transaction
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import browser, identity, proof, tokens
from comments.checks.moderation import publishes_known
from comments.mails import tell_of_answer
from comments.models import AskingMail, Comment, MailAddress, MailedLink
from comments.plain import as_text
from posts import outbox
from posts.models import Post
from posts.origin import is_from_another_site


@csrf_exempt  # the token in the address is the authority; mail programs send the refusal themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request, token):
    """GET shows the comment and the buttons; POST confirms the address, disowns the comment, or refuses all mails."""
    link = _find(token, is_used=request.method == "POST")
    if not link or link.is_expired:
        return render(request, "comments/confirm_over.html", {"link": link}, status=410 if link else 404)
    if request.method != "POST":
        return _page(request, link)
    if is_from_another_site(request):
        return _page(request, link, status=403)
    if {"refuse", "List-Unsubscribe"}.intersection(request.POST):
        # Also where it was used before: whoever wants no mails is always heard.
        MailAddress.objects.answer(link.address, wanted=False)
        return _page(request, link)
    with transaction.atomic():
        is_new, name = link.use(), ""
        if is_new and "not-mine" in request.POST:
            proof.disown(link.comment)
        elif is_new:
            name = _confirm(request, link)
    if is_new:
        link.comment.refresh_from_db()
        proof.publish_if_trusted(link.comment)
    response = _page(request, link, is_new=is_new, is_remembered=bool(name))
    if name:
        browser.remember(response, name)
    return response


def _find(token, *, is_used):
    """The link; one that was mailed before they were rows becomes a row once it `is_used`."""
    link = MailedLink.find(MailedLink.CONFIRM, token)
    if link:
        return link
    asked = AskingMail.objects.exclude(address="").filter(pk=tokens.to_confirm(token)).first()
    if not asked:
        return None
    if is_used:
        MailedLink.make(MailedLink.CONFIRM, asked.address, asked.comment, token=token)
        return MailedLink.find(MailedLink.CONFIRM, token)
    expires_at = timezone.now() + timezone.timedelta(days=1)
    return MailedLink(address=asked.address, comment=asked.comment, expires_at=expires_at)


def _confirm(request, link):
    """Confirms the address; returns the name by which the browser is to be remembered, or nothing."""
    comment = link.comment
    _address, may_be_told, name = proof.confirm(
        comment, link.address, known_browser=browser.remembered(request), remember="remember" in request.POST
    )
    asked = AskingMail.objects.filter(comment=comment).first()
    for answer in asked.answers_to_tell() if asked and may_be_told else ():
        outbox.put(tell_of_answer, answer)
    return name


def _page(request, link, *, status=200, is_new=False, is_remembered=False):
    comment = Comment.objects.select_related("post").get(pk=link.comment_id)
    address = MailAddress.objects.of(link.address)
    known = identity.of(request)
    context = {
        "link": link,
        "comment": comment,
        "text": as_text(comment.body_html),
        "is_confirmed": bool(address) and comment.address_id == address.pk,
        "refused_at": address and address.refused_at,
        "is_remembered": is_remembered or (bool(address) and known.address == address and not known.account),
        "has_cookie": bool(known.browser),
        "publishes_known": publishes_known(comment.post),
        "from_another_site": status == 403,
        "see_url": _seen_at(comment, is_new=is_new),
    }
    return render(request, "comments/confirm.html", context, status=status)


def _seen_at(comment, *, is_new):
    """Where its writer sees the comment; empty where its post is not public any more. The address that opens what waits
    to them is given to who presses the button: a link that was used opens nothing."""
    if not Post.objects.published().filter(pk=comment.post_id).exists():
        return ""
    if comment.is_public:
        return comment.get_absolute_url()
    return tokens.awaiting_url(comment) if is_new else ""
