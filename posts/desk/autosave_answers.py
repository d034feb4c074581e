"""What the script of the editor is told after it has sent a text to be kept, and the words that it says of it.

The words go along with the page: what is asked every few seconds then costs no query for the blog's language.
"""

import json

from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts.dates import time_in_words

NEWER = gettext_lazy("A newer version has been saved since you opened this page. If you save, you will see both.")
OWN = gettext_lazy("You have been editing this in another window since %(time)s.")
OTHER = gettext_lazy(
    "%(name)s has been editing this since %(time)s. If you both save, the later of you sees both versions."
)
# Where nothing was kept: {what: (status, words)}. The browser keeps the text then.
REFUSALS = {
    "logged-out": (403, gettext_lazy("Not saved: you have been logged out. Your text is kept in this browser.")),
    "csrf": (403, gettext_lazy("Not saved: you have logged in or out since. Your text is kept in this browser.")),
    "other-account": (
        409,
        gettext_lazy("Not saved: another account has logged in here since. Your text is kept in this browser."),
    ),
    "gone": (
        404,
        gettext_lazy(
            "Not saved: this post has been deleted, or you don't have permission to change it any more. Copy your "
            "text. It is kept in this browser too."
        ),
    ),
    "bad-request": (
        400,
        gettext_lazy("Not saved: the server does not understand this form. Copy your text, then reload the page."),
    ),
    "wrong-method": (405, gettext_lazy("Texts can only be kept with a POST request.")),
    "too-large": (
        413,
        gettext_lazy("Not saved: the text is too long to be kept. Copy it, or save the post in several parts."),
    ),
    "too-fast": (429, gettext_lazy("Not saved yet: the server has a lot to do. Your text is kept in this browser.")),
    "broken": (500, gettext_lazy("Not saved: something went wrong. Your text is kept in this browser.")),
    "not-available": (
        503,
        gettext_lazy("Not saved: the server can't store anything at the moment. Your text is kept in this browser."),
    ),
}


def refusal(what, **more):
    """{"error": what, "message": in words} and whatever is given along."""
    status, message = REFUSALS[what]
    response = JsonResponse({"error": what, "message": str(message), **more}, status=status)
    response.headers["Cache-Control"] = "no-store"
    if status in {429, 503}:
        response.headers["Retry-After"] = "10"
    if status == 405:
        response.headers["Allow"] = "POST"
    return response


def saved(standing, seen):
    """{"saved_at", "other", "since", "is_own", "is_newer"}: when it was kept, who else is at work on the post, and
    whether a newer version was saved than the one that the page began with, `seen`.
    """
    modified_at = standing.modified_at and standing.modified_at.isoformat()
    return JsonResponse(
        {
            "saved_at": timezone.now(),
            "other": standing.other,
            "since": standing.other_since,
            "is_own": standing.is_own,
            "is_newer": bool(modified_at and seen and seen != modified_at),
        }
    )


def words_of_script():
    """{what: in words}, as JSON, of all that the script may have to say."""
    words = {what: message for what, (_status, message) in REFUSALS.items()} | {
        "saved": _("Saved %(time)s"),
        "own": OWN,
        "other": OTHER,
        "newer": NEWER,
        "no-connection": _("Not saved: no connection. Your text is kept in this browser."),
        "nowhere": _("Not saved: no connection, and this browser can't keep your text. Copy it before you leave."),
    }
    return json.dumps({what: str(message) for what, message in words.items()}, ensure_ascii=False)


def at_work(name, since):
    """Who else edits the post at this moment, and since when."""
    return OTHER % {"name": name, "time": time_in_words(since)}
