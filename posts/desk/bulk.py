"""What is done with many posts of the list at once. Each is stored as its form would, or it is said why not."""

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from posts.models import Post
from posts.models.queryset import SEARCHED
from posts.steps import Steps

from . import verbs
from .to_subscribers import told_of_mails

# A request takes so long at most; the rest is done when somebody asks again.
MOST_SECONDS = 20
MOST_NAMED = 10


class Verb(NamedTuple):
    label: Promise
    said: Promise  # of how many: "3 posts published."
    act: Callable[[Post], bool]


VERBS = {
    "publish": Verb(
        gettext_lazy("Publish"), ngettext_lazy("%(n)d post published.", "%(n)d posts published.", "n"), verbs.publish
    ),
    "make_draft": Verb(
        gettext_lazy("Make a draft"),
        ngettext_lazy("%(n)d post is a draft now.", "%(n)d posts are drafts now.", "n"),
        verbs.make_draft,
    ),
    "make_private": Verb(
        gettext_lazy("Make private"),
        ngettext_lazy("%(n)d post is private now.", "%(n)d posts are private now.", "n"),
        verbs.make_private,
    ),
    "trash": Verb(
        gettext_lazy("Move to trash"),
        ngettext_lazy("%(n)d post moved to the trash.", "%(n)d posts moved to the trash.", "n"),
        verbs.trash,
    ),
    "restore": Verb(
        gettext_lazy("Restore"),
        ngettext_lazy("%(n)d post restored from the trash.", "%(n)d posts restored from the trash.", "n"),
        verbs.restore,
    ),
}


class Done(NamedTuple):
    changed: list  # the numbers of the posts that were
    refused: list  # [(title, why)]
    left: int  # how many there was no time for


class BulkAdmin:
    """The actions of the list that have a verb."""

    def get_actions(self, request):
        actions = super().get_actions(request)
        if not self.has_change_permission(request):
            return actions
        in_trash = self.tab(request) == Post.Status.TRASH
        offered = ["restore"] if in_trash else [name for name in VERBS if name != "restore"]
        own = {name: (partial(_act, name), name, VERBS[name].label) for name in offered}
        return own | actions

    def do_with_each(self, request, posts, act, *, flag=CHANGE):
        """Calls `act(post)` with each of a queryset, as it is stored now and locked; see posts.desk.verbs. `flag`: what
        the admin's log says of it. Returns what was Done.
        """
        began, changed, refused = time.monotonic(), [], []
        pks = list(posts.order_by("pk").values_list("pk", flat=True))
        steps, tried = Steps(), 0
        for some in steps.split(pks):
            if time.monotonic() - began > MOST_SECONDS:
                break
            tried += len(some)
            with steps.step():
                done = [post for post in self._locked(request, some) if _try(act, post, refused)]
                log(request, done, flag)
            changed += [post.pk for post in done]
        return Done(changed, refused, len(pks) - tried)

    def _locked(self, request, pks):
        rows = self.get_queryset(request).filter(pk__in=pks).select_for_update(of=("self",), no_key=True)
        return list(rows.select_related("author").defer("body_html", "contents_html", *SEARCHED).order_by("pk"))

    def tell(self, request, said, done, **extra):
        """Says what was done, and of what was not, why."""
        if done.changed:
            messages.success(request, said % {"n": len(done.changed)}, **extra)
        if done.refused:
            messages.warning(request, _not_changed(done.refused))
        if done.left:
            number = done.left
            message = ngettext(
                "There was not enough time for %(n)d more post. Run the same action again.",
                "There was not enough time for %(n)d more posts. Run the same action again.",
                number,
            )
            messages.warning(request, message % {"n": number})
        if not any(done):
            messages.info(request, _("No post was changed."))


def _act(name, admin, request, posts):
    done = admin.do_with_each(request, posts, VERBS[name].act)
    if name == "trash":
        admin.tell_of_trash(request, done)
    else:
        admin.tell(request, VERBS[name].said, done)
    if name == "publish" and done.changed and (about_mails := told_of_mails(done.changed)):
        messages.info(request, about_mails)


def log(request, posts, flag):
    """A line in the admin's log for each of the posts."""
    if posts:
        LogEntry.objects.log_actions(request.user.pk, posts, flag, change_message=_("In the list of posts."))


def _try(act, post, refused):
    try:
        return act(post)
    except ValidationError as error:
        refused.append((str(post), " ".join(error.messages)))
        return False


def _not_changed(refused):
    number = len(refused)
    heading = ngettext("%(n)d post was not changed:", "%(n)d posts were not changed:", number) % {"n": number}
    lines = [*refused[:MOST_NAMED]]
    listed = format_html_join("", "<li>{}: {}</li>", lines)
    if number > MOST_NAMED:
        listed = format_html("{}<li>{}</li>", listed, _("and %(n)d more") % {"n": number - MOST_NAMED})
    return format_html("{}<ul>{}</ul>", heading, listed)
