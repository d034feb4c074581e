"""What this blog's own decisions have taught about spam (see `comments.spam_classifier`)."""

from django.utils.translation import gettext as _

from comments.models import Comment, SpamModel

from . import Finding, SubmissionContext, Verdict

# From this score on, worth a look.
SUSPICIOUS = 0.5
# With fewer genuine comments known, one in ten of them can look like spam: it holds, and marks nothing.
SURE_FROM = 100


def check(comment: Comment, context: SubmissionContext) -> Finding | None:
    model = SpamModel.current()
    score = model.score(comment.body) if model else None
    if score is None or score < min(SUSPICIOUS, context.discussion.spam_threshold):
        return None
    sure = score >= context.discussion.spam_threshold and model.genuine >= SURE_FROM
    words = ", ".join(word for word, weight in model.explain(comment.body) if weight > 0)
    detail = _("Similar to comments marked as spam here (%(score).2f): %(words)s.") % {"score": score, "words": words}
    return Finding("learned", Verdict.SPAM if sure else Verdict.HOLD, detail)
