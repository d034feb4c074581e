"""Asks Akismet, a service of Automattic's, whether a comment is spam. An example of a check of one's own.

It is not in `CHECKS`: `EXTRA_CHECKS=comments.checks.akismet.check` adds it, and it says nothing until `AKISMET_KEY` is
set. What it sends of a reader to a third party stands in `_parameters`; `docs/moderation.md` tells the owner.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import akismet
import httpx
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import Comment

from . import Finding, SubmissionContext, Verdict

logger = logging.getLogger(__name__)

# For all of it: the writer waits for the page meanwhile. The client's own default is 1 second for each step.
SECONDS = 2.5
# After a silence it is left in peace for so many seconds: an outage then costs one comment the time, not each.
PAUSE = 60
PAUSED = "akismet-paused"

SPAM = {
    akismet.CheckResponse.SPAM: gettext_lazy("Akismet says this is spam."),
    akismet.CheckResponse.DISCARD: gettext_lazy("Akismet says this is blatant spam."),
}


def check(comment: Comment, context: SubmissionContext) -> Finding | None:
    """Spam where Akismet says so, held where it can't be asked, nothing where it sees no spam.

    Ordinary spam is marked like the blatant kind: whoever set the key has asked for just that, and here spam is kept,
    shown to moderators and can be restored. Akismet's own advice for the blatant kind, to throw it away, isn't taken.
    """
    # What filled in the honeypot is spam already: nobody need be asked, nor told.
    if not settings.AKISMET_KEY or context.honeypot:
        return None
    if cache.get(PAUSED):
        return _held(_("Akismet is not responding at the moment."))
    try:
        answer = _ask(_parameters(comment))
    except (akismet.RequestError, TimeoutError) as error:
        cache.set(PAUSED, True, PAUSE)
        # The client's words for this are its own: "Akismet timed out.", or the status of the answer.
        logger.warning(
            "Akismet did not answer, and is asked again in %d seconds: %s", PAUSE, str(error) or "out of time"
        )
        return _held(_("Akismet did not respond."))
    except akismet.APIKeyError:
        logger.error("Akismet does not accept AKISMET_KEY for the blog at %s", settings.SITE_URL)
        return _held(_("Akismet did not accept the blog's key."))
    except akismet.ProtocolError:
        # What came back is not logged: it may repeat what was sent.
        logger.error("Akismet's answer was neither “true” nor “false”")
        return _held(_("Akismet's response could not be read."))
    return Finding("akismet", Verdict.SPAM, str(SPAM[answer])) if answer in SPAM else None


def _held(why: str) -> Finding:
    return Finding("akismet", Verdict.HOLD, why)


def _parameters(comment: Comment) -> dict[str, Any]:
    """All that Akismet hears of a comment. Not the e-mail address: the form promises that it is never passed on."""
    return {
        "user_ip": comment.ip_address or "",
        "user_agent": comment.user_agent,
        "comment_type": "reply" if comment.parent else "comment",
        "comment_author": comment.name,
        "comment_author_url": comment.url,
        "comment_content": comment.body,
        "permalink": settings.SITE_URL + comment.post.get_absolute_url(),
        "blog_lang": settings.LANGUAGE_CODE.replace("-", "_"),
        "blog_charset": "UTF-8",
    }


def _ask(submission: dict[str, Any]) -> akismet.CheckResponse:
    """Akismet's answer. Raises TimeoutError after `SECONDS`, or one of the client's errors.

    The time-out of httpx is for each step, and again for each of the server's addresses, and not for looking these up.
    So another thread asks, and is left behind when the time is over; it ends by itself.
    """
    asking = ThreadPoolExecutor(max_workers=1)
    try:
        return asking.submit(_send, submission).result(timeout=SECONDS)
    finally:
        asking.shutdown(wait=False)


def _send(submission: dict[str, Any]) -> akismet.CheckResponse:
    # The client's own `with`, and its `validated_client`, would ask about the key before each comment: a second
    # request for what the answer to the first one says as well.
    with httpx.Client(headers={"User-Agent": akismet.USER_AGENT}, timeout=SECONDS) as http:
        config = akismet.Config(key=settings.AKISMET_KEY, url=settings.SITE_URL)
        return akismet.SyncClient(config=config, http_client=http).comment_check(**submission)
