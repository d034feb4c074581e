"""What is typed into the form of a post is kept before it is saved, and offered again.

`static/editor/recovery.js` sends it here every few seconds. Where that can't be, because a session has ended or the
server is away, `blog_site/kept_forms.py` and the browser keep the words.
"""

import secrets
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.core.cache import cache
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from posts.dates import time_in_words
from posts.ids import parse_id
from posts.models import Autosave
from posts.models.autosave import account_in_words, fields_of, is_key, name_in_words, standing_of

from .autosave_answers import at_work, refusal, saved, words_of_script
from .differences import differences, differing
from .restored import RestoredForm

MOST_A_MINUTE = 120  # of one account: six windows in which somebody types all the time
# A cookie with the keys of the forms that were saved last: the browser forgets what it has kept of them.
MOST_IN_COOKIE, COOKIE_AGE = 10, 90 * 24 * 3600


class Sent(NamedTuple):
    """What a form sends beside its fields, all of it empty in what a script sends."""

    key: str
    restored_from: str
    account: str
    modified_at: str
    typed_at: int


def sent_with(data):
    key, restored_from = (
        text if is_key(text) else "" for text in (data.get("autosave_key", ""), data.get("autosave_from", ""))
    )
    typed_at = parse_id(data.get("autosave_typed_at", "")) or 0
    return Sent(key, restored_from, data.get("autosave_account", ""), data.get("autosave_modified_at", ""), typed_at)


def store(account, post, data, *, is_begun=None):
    """Keeps what a form has sent as an autosave of this account; `post` is a number or None, `data` a QueryDict."""
    sent = sent_with(data)
    Autosave.objects.store(
        account=account,
        post=post,
        key=sent.key,
        fields=fields_of(data),
        typed_at=sent.typed_at,
        restored_from=sent.restored_from,
        is_begun=is_begun,
    )


class Autosaves:
    """For the admin of posts: keeps what is typed, offers it again, and says who else is at work."""

    def get_urls(self):
        own = self.admin_site.admin_view
        return [
            path("autosave/", self.autosave, name="posts_post_autosave_new"),
            path("autosave/<str:key>/", own(self.compare), name="posts_post_autosave_compare"),
            path("autosave/<str:key>/drop/", own(self.drop), name="posts_post_autosave_drop"),
            path("<str:number>/autosave/", self.autosave, name="posts_post_autosave"),
            *super().get_urls(),
        ]

    shows_versions = True

    # --- Kept

    def autosave(self, request, number=None):
        """Keeps what the form holds; answers in JSON, whoever asks."""
        if not self.admin_site.has_permission(request):
            return refusal("logged-out")
        return self.admin_site.admin_view(self._autosave)(request, number)

    def _autosave(self, request, number):
        if request.method != "POST":
            return refusal("wrong-method")
        sent = sent_with(request.POST)
        if not sent.key:
            return refusal("bad-request")
        if sent.account != str(request.user.pk):
            return refusal("other-account")
        if _is_too_fast(request.user):
            return refusal("too-fast")
        post = None if number is None else parse_id(number) or 0
        standing = standing_of(request.user, post, sent)
        if not standing:
            return refusal("gone")
        try:
            store(request.user, post, request.POST, is_begun=standing.is_begun)
        except IntegrityError:  # deleted at this very moment
            return refusal("gone")
        return saved(standing, sent.modified_at)

    def save_model(self, request, post, form, change):
        super().save_model(request, post, form, change)
        sent = sent_with(request.POST)
        Autosave.objects.drop(request.user, [sent.key, sent.restored_from])

    def response_add(self, request, obj, post_url_continue=None):
        return _naming_saved(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request, obj):
        return _naming_saved(request, super().response_change(request, obj))

    # --- Offered again

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        row = _restored(request, obj)
        return type(form.__name__, (RestoredForm, form), {"restored": row.sent}) if row else form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if request.method == "POST" and sent_with(request.POST).key:
            # Refused. Without a script the words would stand in this answer alone.
            store(request.user, obj and obj.pk, request.POST)
        context["recovery"] = self._recovery(request, obj, context["adminform"].form)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _recovery(self, request, obj, form):
        """What `_recovery.html` shows, and what the script reads there."""
        sent, restored = sent_with(request.POST), _restored(request, obj)
        conflict = getattr(form, "conflict", None)
        return {
            "url": _address("autosave", obj.pk) if obj else _address("autosave_new"),
            "page": _page(obj and obj.pk),
            "words": words_of_script(),
            "time_zone": timezone.get_current_timezone_name(),
            "key": sent.key or secrets.token_hex(16),
            "restored_from": restored.key if restored else sent.restored_from,
            "modified_at": obj.modified_at.isoformat() if obj else "",
            "typed_at": sent.typed_at or "",
            "restored": restored,
            "is_missing": "restore" in request.GET and not restored and request.method == "GET",
            "offered": self._offered(request, obj, restored) if request.method == "GET" else [],
            "elsewhere": " ".join(_elsewhere(request.user, obj)) if obj else "",
            "conflict": conflict,
            "saved_by": _saved_by(request.user, obj) if conflict is not None else "",
        }

    def _offered(self, request, obj, restored):
        """The autosaves of this account that hold something else than what is stored, and are not on the page."""
        rows = Autosave.objects.offered_to(request.user, obj)
        return [row for row in rows if row != restored and self._differs(request, obj, row)]

    def _differs(self, request, obj, row):
        """Whether it has anything to compare; an account may have several long ones, and opening the form waits."""
        form, names, stored = self._compared(request, obj, row)
        return any(True for _each in differing(form, names, stored=stored))

    def _differences(self, request, obj, row):
        form, names, stored = self._compared(request, obj, row)
        return differences(form, names, stored=stored)

    def _compared(self, request, obj, row):
        names = flatten_fieldsets(self.get_fieldsets(request, obj))
        form = self.get_form(request, obj, change=bool(obj), fields=names)
        begun = {"instance": obj} if obj else {"initial": self.get_changeform_initial_data(request)}
        filled = form(row.sent, **begun)
        # Fields that the form has beside the post's own, such as for a picture to upload, say nothing of the post.
        own = {field.name for field in self.opts.get_fields()}
        changed = [name for name in filled.changed_data if name in own]
        stored = {name: filled.get_initial_for_field(filled.fields[name], name) for name in changed}
        return filled, changed, stored

    def compare(self, request, key):
        """What was typed beside what is stored, and the ways to go on. This account's own texts alone."""
        row = _own(request, key)
        obj = self.get_queryset(request).filter(pk=row.post_id).first() if row.post_id else None
        may = self.has_change_permission(request, obj) if row.post_id else self.has_add_permission(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "row": row,
            "differences": self._differences(request, obj, row),
            "page": _page(row.post_id),
            "may_restore": may and bool(obj or not row.post_id),
            "title": _("Unsaved changes"),
        }
        return render(request, "admin/posts/post/autosave.html", context)

    def drop(self, request, key):
        """Forgets an autosave, and leads back to the form."""
        row = _own(request, key)
        if request.method == "POST":
            row.delete()
            messages.info(request, _("Your unsaved changes have been dropped."))
        return HttpResponseRedirect(_page(row.post_id))


def _restored(request, obj):
    """The autosave of this account and post that the page's address asks for, or None."""
    key = request.GET.get("restore", "")
    if request.method != "GET" or not is_key(key):
        return None
    return Autosave.objects.of(request.user).filter(post=obj, key=key).first()


def _own(request, key):
    row = Autosave.objects.of(request.user).filter(key=key).first() if is_key(key) else None
    if not row:
        raise Http404(_("These unsaved changes are no longer here. Perhaps they were saved or dropped."))
    return row


def _elsewhere(user, post):
    """Who else edits a post at this moment, in words; this account's own other windows are offered to it as texts."""
    rows = Autosave.objects.at_work().filter(post=post).exclude(account=user)
    names = ("author__name", "first_name", "last_name", "username")
    at_work_by_account = {}
    for account, since, *name in rows.values_list("account", "started_at", *(f"account__{name}" for name in names)):
        at_work_by_account.setdefault(account, at_work(name_in_words(*name), since))
    return list(at_work_by_account.values())


def _saved_by(user, post):
    """Who saved the newest version, and when; empty where nobody did so in the admin."""
    entries = LogEntry.objects.filter(content_type__app_label="posts", content_type__model="post", object_id=post.pk)
    entry = entries.select_related("user", "user__author").order_by("-action_time", "-pk").first()
    if not entry:
        return ""
    time = {"time": time_in_words(entry.action_time)}
    if entry.user == user:
        return _("You saved the other version in another window (%(time)s).") % time
    return _("%(name)s saved the other version (%(time)s).") % {"name": account_in_words(entry.user), **time}


def _is_too_fast(user):
    """Counted in each process of the server by itself: it spares the database, and nothing depends on it."""
    name = f"autosaves-{user.pk}"
    cache.add(name, 0, 60)
    try:
        return cache.incr(name) > MOST_A_MINUTE
    except ValueError:  # its minute is over
        return False


def _naming_saved(request, response):
    if key := sent_with(request.POST).key:
        keys = [each for each in request.COOKIES.get(settings.SAVED_FORMS_COOKIE_NAME, "").split(".") if is_key(each)]
        value = ".".join([*keys, key][-MOST_IN_COOKIE:])
        response.set_cookie(
            settings.SAVED_FORMS_COOKIE_NAME,
            value,
            max_age=COOKIE_AGE,
            path=reverse("admin:index"),
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


def _page(post):
    """The address of the form: of the post of that number, or of a new one."""
    return reverse("admin:posts_post_change", args=[post]) if post else reverse("admin:posts_post_add")


def _address(name, *args):
    return reverse(f"admin:posts_post_{name}", args=args)
