"""The address at which a mail provider, or a script between it and the blog, reports bounces and complaints."""

import json

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from posts.email_addresses import validate_email
from posts.models import Undeliverable

MOST = 1000  # reports at once
KINDS = {"bounce", "complaint"}


@csrf_exempt  # the token is the authority
@never_cache
@require_POST
def take_bounces(request):
    """Takes one report, or a list of them, all or none; `docs/mail.md` has their form. 204 once they are stored."""
    if not settings.BOUNCE_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not constant_time_compare(given, settings.BOUNCE_TOKEN):
        return _answer("Send the header Authorization: Bearer, and what BOUNCE_TOKEN holds.", 401)
    try:
        sent = json.loads(request.body)
        reports = [_checked(report) for report in (sent if isinstance(sent, list) else [sent])]
    except RequestDataTooBig:
        return _answer("This is too large.", 413)
    except (ValueError, RecursionError, ValidationError) as error:
        return _answer(getattr(error, "message", str(error)) or "This is not JSON.", 400)
    if len(reports) > MOST:
        return _answer(f"Send at most {MOST} reports at once.", 400)
    with transaction.atomic():
        for report in reports:
            _apply(report)
    return HttpResponse(status=204)


def _checked(report):
    """The report, if it is one; raises ValueError or ValidationError."""
    if not isinstance(report, dict):
        raise ValueError("Each report is an object.")
    if report.get("kind") not in KINDS:
        raise ValueError('"kind" is "bounce" or "complaint".')
    if not isinstance(report.get("address"), str):
        raise ValueError('"address" is the address that the mail was sent to.')
    if not isinstance(report.get("permanent", True), bool) or not isinstance(report.get("said", ""), str):
        raise ValueError('"permanent" is true or false, and "said" is text.')
    f"{report['address']}{report.get('said', '')}".encode()  # JSON may hold halves of characters
    validate_email(report["address"].strip())
    return report


def _apply(report):
    said = report.get("said", "")
    if report["kind"] == "complaint":
        Undeliverable.objects.complain(report["address"], said=said)
    else:
        Undeliverable.objects.bounce(report["address"], is_passing=not report.get("permanent", True), said=said)


def _answer(words, status):
    response = HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
