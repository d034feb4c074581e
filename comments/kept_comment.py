"""What somebody was writing below a post when they went to sign in, or to log out: it is in the form again afterwards.

It waits in their session, which begins with that: nothing is kept of those who only read. It stays for two hours, or
until a comment is sent; a page that shows it changes nothing.
"""

import time
from typing import NamedTuple

from django.conf import settings
from django.utils.http import urlencode

from posts.ids import parse_id
from posts.models import Post

KEY = "kept_comment"
SECONDS = 2 * 3600
TYPED = ("body", "name", "email", "url")
# What else is left in the session of somebody who went to sign in, and came back without it.
ON_THE_WAY = {"connecting", "sign_in_code", "sign_in_next", "socialaccount_states"}
BOXES = ("notify", "follow", "reply_by_mail", "remember")


class Kept(NamedTuple):
    """The words, as a form takes them, and why their writer is back here without what they went for."""

    initial: dict
    problem: str


def keep(request, post):
    """Puts by what the comment form below `post` has sent with this request."""
    fields = {name: request.POST.get(name, "") for name in TYPED} | {box: box in request.POST for box in BOXES}
    parent = parse_id(request.POST.get("parent", ""))
    request.session[KEY] = {"post": post.pk, "parent": parent, "at": int(time.time()), "fields": fields}


def sent_from(request):
    """The public post below which the form of this request stands; None where it is no comment form."""
    number = parse_id(request.POST.get("post", ""))
    return Post.objects.published().filter(pk=number).first() if number else None


def place(request, fragment="respond"):
    """The address of the form that the kept words belong into; "" where there are none, or no such post any more."""
    kept = _get(request)
    post = kept and Post.objects.published().filter(pk=kept["post"]).first()
    if not post:
        return ""
    query = f"?{urlencode({'replytocom': kept['parent']})}" if kept["parent"] else ""
    return f"{post.get_absolute_url()}{query}#{fragment}"


def fields(request):
    """What was typed, by its field's name."""
    kept = _get(request)
    return kept["fields"] if kept else {}


def tell(request, problem):
    """Has the form say why its writer is back, once; returns the form's address, "" where nothing was kept."""
    if address := place(request, "problem"):
        request.session[KEY] = request.session[KEY] | {"problem": problem}
    return address


def shown_below(request, post):
    """What the form below `post` shows again: `Kept` or None. A stranger's page asks nothing for it."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    kept = _get(request)
    if not kept or kept["post"] != post.pk:
        return None
    problem = kept.get("problem", "")
    if problem:
        request.session[KEY] = {name: value for name, value in kept.items() if name != "problem"}
    return Kept(kept["fields"], problem)


def forget(request):
    """After the words have been sent. A session that began for them ends with them, and takes its cookie."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or KEY not in request.session:
        return
    del request.session[KEY]
    if set(request.session.keys()) <= ON_THE_WAY:
        request.session.flush()


def carried_over(request, end_session):
    """Ends the session, and begins another with the words in it."""
    kept = _get(request)
    end_session()
    if kept:
        request.session[KEY] = kept


def _get(request):
    kept = request.session.get(KEY)
    return kept if kept and time.time() - kept["at"] < SECONDS else None
