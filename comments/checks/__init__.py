"""The checks that every comment passes on its way in: an ordered list of small functions.

A check takes the comment and its context and returns a `Finding`, or None where it has nothing
to say. All of them run, so that the trail is whole; the strictest verdict wins. A new check is one
function in a file of this folder, and one line in `CHECKS`; or, without touching the blog's code, a dotted
path in the setting `EXTRA_CHECKS`. It may take its time: its writer waits, and nobody else does.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from comments.models import Comment, DiscussionSettings, MailAddress
from posts.generation import Generation
from posts.models import Blog

logger = logging.getLogger(__name__)


class Verdict(models.TextChoices):
    """From the mildest to the strictest."""

    APPROVE = "approve", gettext_lazy("approve")
    HOLD = "hold", gettext_lazy("hold")
    SPAM = "spam", gettext_lazy("spam")


STATUS = {
    Verdict.APPROVE: Comment.Status.APPROVED,
    Verdict.HOLD: Comment.Status.PENDING,
    Verdict.SPAM: Comment.Status.SPAM,
}


# What the desk calls each check of the blog's own, in the order of what they find.
NAMES = {
    "writer": pgettext_lazy("check", "commenter"),
    "honeypot": pgettext_lazy("check", "honeypot"),
    "moderation": pgettext_lazy("check", "moderation"),
    "names": pgettext_lazy("check", "protected names"),
    "links": pgettext_lazy("check", "links"),
    "hold words": pgettext_lazy("check", "hold words"),
    "block words": pgettext_lazy("check", "block words"),
    "repetition": pgettext_lazy("check", "repetition"),
    "flood": pgettext_lazy("check", "flood"),
    "shape": pgettext_lazy("check", "appearance"),
    "learned": pgettext_lazy("check", "spam filter"),
    "markup": pgettext_lazy("check", "formatting"),
}


# The log is never rewritten: it has names that checks had before.
FORMER_NAMES = {"trap": "honeypot"}


def called(check: str) -> object:
    """The name of a check in the moderator's language; one of `EXTRA_CHECKS` goes by the name it gave itself."""
    return NAMES.get(FORMER_NAMES.get(check, check), check)


@dataclass(frozen=True)
class Finding:
    """What one check found. `why` is for moderators; `plain` completes "It is waiting because …" for the writer.

    An empty `plain` tells the writer nothing: what helps a spammer is not said. Whatever is told of spam is told of
    something that only waits as well, so that nobody can tell them apart.
    """

    check: str
    verdict: Verdict
    why: str
    plain: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self) | {"verdict": str(self.verdict)}


@dataclass(frozen=True)
class SubmissionContext:
    """What is known beside the words: who sent them, and how."""

    user: User | None = None  # a logged-in account, or None
    browser: str = ""  # the proven name of a remembered browser
    address: MailAddress | None = None  # the confirmed one that they sign with
    honeypot: str = ""  # what stands in the field that people don't see
    discussion: DiscussionSettings = field(default_factory=DiscussionSettings.load)
    markup_failed: bool = False  # the text broke the renderer, and stands as plain paragraphs
    text_is_new: bool = False  # that nobody has sent it lately is known
    present: tuple[Generation, Blog] | None = None  # what the request has met, where there is one

    @property
    def proven(self) -> dict[str, Any]:
        """What the querysets of comments know a writer by."""
        return {"user": self.user, "browser": self.browser, "address": self.address}

    @property
    def writer_moderates(self) -> bool:
        return bool(self.user and self.user.has_perm("comments.moderate_comment"))


# One check: what it finds, or nothing.
Check = Callable[[Comment, SubmissionContext], Finding | None]


def run_checks(
    comment: Comment, context: SubmissionContext, checks: Sequence[Check | str] | None = None
) -> list[Finding]:
    """All findings on `comment`, in the order of the checks: `checks`, or every one there is. Nothing is stored."""
    if skips_checks(comment, context):
        return [Finding("writer", Verdict.APPROVE, _("A moderator's own comment: the checks were skipped."))]
    findings = []
    for check in [*CHECKS, *settings.EXTRA_CHECKS] if checks is None else checks:
        name = check if isinstance(check, str) else check.__module__.rsplit(".", 1)[-1]
        try:
            run = import_string(check) if isinstance(check, str) else check
            finding = run(comment, context)
        except Exception:
            logger.exception("The check “%s” could not run", name)
            finding = Finding(name, Verdict.HOLD, _("The check could not run. The server's log says why."))
        if finding:
            findings.append(finding)
    return findings


def run_slow_checks(comment: Comment, context: SubmissionContext) -> list[Finding]:
    """The findings of all checks but `ASK_THE_LATEST`."""
    slow = [check for check in [*CHECKS, *settings.EXTRA_CHECKS] if check not in ASK_THE_LATEST]
    return run_checks(comment, context, slow)


def add_latest(findings: list[Finding], comment: Comment, context: SubmissionContext) -> list[Finding]:
    """The findings of the slow checks with those of `ASK_THE_LATEST`: quick enough to run while others wait."""
    if skips_checks(comment, context):
        return findings
    return sorted([*findings, *run_checks(comment, context, ASK_THE_LATEST)], key=_place)


def skips_checks(comment: Comment, context: SubmissionContext) -> bool:
    """Moderators, and authors below their own posts, are read by nobody first."""
    writes_below_own = bool(context.user and comment.post.author.user_id == context.user.pk)
    return context.writer_moderates or writes_below_own


def _place(finding: Finding) -> int:
    names = [*NAMES]
    return names.index(finding.check) if finding.check in NAMES else len(names)


def status_after(findings: Iterable[Finding]) -> str:
    """The status that the strictest of the findings calls for; approved where there is none."""
    order = list(Verdict)
    verdict = max((finding.verdict for finding in findings), key=order.index, default=Verdict.APPROVE)
    return STATUS[verdict]


from . import classifier, honeypot, links, markup, moderation, names, repetition, shape, words  # noqa: E402  (they need Finding and Verdict)

CHECKS = [
    honeypot.check,
    moderation.check,
    names.check,
    links.check,
    words.hold_words,
    words.block_words,
    repetition.check,
    shape.capitals,
    shape.one_character,
    shape.more_link_than_text,
    shape.foreign_script,
    classifier.check,
    markup.check,
]
# What these say can change while the others run: they ask what else has come and was decided, a query or two each.
ASK_THE_LATEST = [moderation.check, repetition.check]
