"""A comment as it would stand, before it is sent: nothing is stored, and no check is asked."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comments import cleaning
from comments.forms import MAX_LENGTHS
from comments.limits import is_enough
from comments.rendering import render
from comments.thread_rows import avatar
from posts.origin import is_from_another_site

# From one network; somebody who types for a minute without a break asks for about 60.
MOST_A_MINUTE = 180
MINUTE = 60  # seconds


def too_many(request):
    """How many seconds this visitor's network has to wait before the next preview; 0: none."""
    return MINUTE if is_enough(request, "preview", most=MOST_A_MINUTE, within=MINUTE) else 0


def refusal():
    return _("Too many previews are being made at the moment. Wait a minute, or send your comment without one.")


def of(form):
    """What the template shows of a valid form's comment: the strings of its letter."""
    comment = form.comment
    initials, hue = avatar(comment.shown_name)
    return {
        "name": comment.shown_name,
        "website": comment.url,
        "body_html": comment.body_html,
        "initials": initials,
        "hue": hue,
    }


@csrf_exempt  # it changes nothing, and answers with what was sent
@never_cache
@require_POST
def show_text(request):
    """The text alone, as HTML, for the page that shows it while somebody types; empty where there is none to show."""
    if is_from_another_site(request):
        return HttpResponse(status=403)
    body = request.POST.get("body", "")
    if len(body) > 2 * MAX_LENGTHS["body"]:
        return HttpResponse(status=422)
    if seconds := too_many(request):
        return HttpResponse(status=429, headers={"Retry-After": str(seconds)})
    text = cleaning.clean_text(body.replace("\x00", ""))
    return HttpResponse(text and render(name="", body=text[: MAX_LENGTHS["body"]], url="").columns["body_html"])
