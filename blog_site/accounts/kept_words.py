"""A post that was sent to be saved when its session had ended: the page to log in takes the words along.

Nothing is stored for strangers. The words stand in the page, and become an autosave of the account that logs in if it
is the one that wrote them; between password and second factor they wait in the session.
"""

import json

from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse

from posts.desk.autosave import sent_with, store
from posts.ids import parse_id
from posts.models.autosave import standing_of

FIELD = "kept_form"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the name of a field)


def of_form(request):
    """The words of a post's form, to be taken along; empty where there are none."""
    if request.method != "POST" or not _is_post_form(request.path_info) or not sent_with(request.POST).key:
        return ""
    fields = {name: values for name, values in request.POST.lists() if name != TOKEN}
    return json.dumps({"path": request.path_info, "fields": fields}, ensure_ascii=False)


def put_by(request, words):
    """Keeps them in the session of somebody who knows the password, and has another step to go."""
    if words:
        request.session[FIELD] = words


def restored(request, user):
    """The address of the form with the words in it, now that `user` has logged in; empty where there are none."""
    words = request.session.pop(FIELD, "") or request.POST.get(FIELD, "")
    try:
        kept = json.loads(words)
        number, data = _number(kept["path"]), _query_dict(kept["fields"])
    except (ValueError, KeyError, TypeError, AttributeError, Resolver404):
        return ""
    sent = sent_with(data)
    # Another account gets nothing of it.
    if not sent.key or sent.account != str(user.pk) or not user.is_staff:
        return ""
    if not standing_of(user, number, sent):
        # The post is gone: the words can still become one.
        number = None
        if not standing_of(user, None, sent):
            return ""
    store(user, number, data)
    page = reverse("admin:posts_post_change", args=[number]) if number else reverse("admin:posts_post_add")
    return f"{page}?restore={sent.key}"


def _is_post_form(path):
    try:
        return resolve(path).view_name in {"admin:posts_post_add", "admin:posts_post_change"}
    except Resolver404:
        return False


def _number(path):
    """The post's number in the address of its form, None in that of a new one; ValueError for any other address."""
    match = resolve(path)
    if match.view_name == "admin:posts_post_add":
        return None
    if match.view_name != "admin:posts_post_change":
        raise ValueError(path)
    return parse_id(match.kwargs["object_id"]) or 0


def _query_dict(fields):
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, [str(value) for value in values])
    return data
