"""The page behind the link in the mail that asks for an address to be confirmed."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import tokens
from comments.mails import tell_of_answer
from comments.models import AskingMail, Follow, MailAddress
from posts import outbox


@csrf_exempt  # the signed token in the address is the authority; mail programs send the refusal themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request, token):
    """GET shows the buttons; POST confirms the address, or refuses all mails to it."""
    rows = AskingMail.objects.exclude(address="").select_related("comment__post")
    asked = rows.filter(pk=tokens.to_confirm(token)).first()
    if not asked:
        raise Http404(_("This link is incomplete or has expired."))
    if request.method == "POST":
        _answer(asked, wanted=not {"refuse", "List-Unsubscribe"}.intersection(request.POST))
    address = MailAddress.objects.of(asked.address)
    return render(request, "comments/confirm.html", {"post": asked.comment.post, "address": address})


def _answer(asked, *, wanted):
    with transaction.atomic():
        is_new = MailAddress.objects.answer(asked.address, wanted=wanted)
        if wanted and asked.comment.follow:
            Follow.objects.begin(asked.comment.post, MailAddress.objects.of(asked.address))
        if wanted and is_new:
            for answer in asked.answers_to_tell():
                outbox.put(tell_of_answer, answer)
