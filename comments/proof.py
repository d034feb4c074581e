"""What follows when the owner of an address says that a comment is theirs, or that it is not.

Nothing that was held is published because somebody has an address: everybody has one. The exception is who was trusted
already and only could not show it, from another browser say: see `publish_if_trusted()`.
"""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import browser
from comments.checks import Finding, SubmissionContext, Verdict, names, run_checks, status_after
from comments.models import AlreadyDecided, ClaimedName, Comment, Follow, MailAddress, RememberedBrowser


def confirm(comment, email, *, known_browser="", remember=False):
    """The comment is by the owner of `email`. Returns (their `MailAddress`; whether mails may now go there that could
    not before; the name by which their browser is to be remembered, empty if it is not).

    `known_browser`: the name that the browser has proven. What came from it under this address is theirs as well.
    """
    with transaction.atomic():
        may_be_told = (comment.notify or comment.follow) and MailAddress.objects.answer(email, wanted=True)
        address = MailAddress.objects.prove(email)
        theirs = Comment.objects.filter(pk=comment.pk)
        if known_browser:
            theirs |= Comment.objects.filter(browser=known_browser, email__iexact=comment.email, address=None)
        theirs.exclude(status=Comment.Status.ERASED).update(address=address)
        if not names.taken_from(comment.name, comment.user_id, names.bearers()):
            ClaimedName.objects.claim(comment.name, address)
        if comment.follow:
            Follow.objects.begin(comment.post, address)
        name = _remember(address, known_browser) if remember else ""
    return address, may_be_told, name


def _remember(address, known_browser):
    """Binds the browser to the address, under a new name: a copy that was made of its cookie before proves nothing."""
    name = browser.new_name()
    RememberedBrowser.objects.create(name=name, address=address)
    if known_browser:
        Comment.objects.filter(browser=known_browser, address=address).update(browser=name)
        # Also on what others have sent from it: nobody but a copy has that name now.
        RememberedBrowser.objects.end(known_browser)
    return name


def publish_if_trusted(comment):
    """Approves a comment that waited for nothing but the proof that it is by somebody whose comments are published
    unread. All checks read it anew; nobody has decided on it."""
    log = list(comment.decisions.all())
    waited_for = {finding["check"] for finding in comment.why_it_waits()}
    is_waiting = comment.status == Comment.Status.PENDING and len(log) == 1
    if not (comment.address_id and is_waiting and waited_for == {"moderation"}):
        return
    proven = SubmissionContext(user=comment.user, browser=comment.browser, address=comment.address)
    if status_after(run_checks(comment, proven)) != Comment.Status.APPROVED:
        return
    why = Finding("moderation", Verdict.APPROVE, _("Its writer, whose comments are published unread, confirmed it."))
    with suppress(AlreadyDecided):  # a moderator was first
        comment.approve(by=None, seen=log[0].pk, findings=[why.as_dict()])


def disown(comment):
    """Whoever reads the mail of the comment's address says that they have not written it. Moderators see that; the
    address gets no mails about it. What readers see stays as it is, for moderators to decide."""
    Comment.objects.filter(pk=comment.pk).update(notify=False, follow=False, disowned_at=timezone.now())
